package storagetest

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

func (s suite) documents(t *testing.T) {
	db := s.db(t)
	rec := put(t, db, rana, Item{Name: "a", N: ptr(1)})[0]
	if rec.ID == "" || rec.Version != 1 || rec.Seq != 1 {
		t.Errorf("created: got %+v, want an ID, version 1, seq 1", rec)
	}
	got, err := get(t, db, rana, rec.ID)
	if err != nil || !reflect.DeepEqual(got, rec) {
		t.Errorf("Get: got %+v, %v, want %+v", got, err, rec)
	}
	stale := rec
	rec.Value.N = ptr(2)
	rec, err = tryPut(t, db, rana, rec)
	if err != nil || rec.Version != 2 || rec.Seq != 2 {
		t.Errorf("replaced: got %+v, %v, want version 2, seq 2", rec, err)
	}
	if got, err := get(t, db, rana, rec.ID); err != nil || !reflect.DeepEqual(got, rec) {
		t.Errorf("Get after replacing: got %+v, %v, want %+v", got, err, rec)
	}
	_, err = tryPut(t, db, rana, stale)
	wantCode(t, "Put of a stale version", err, apperr.Conflict)
	if c, ok := errors.AsType[*storage.ConflictError](err); !ok || c.ID != rec.ID || c.Collection != "items" {
		t.Errorf("Put of a stale version: got %v, want a *ConflictError that names the document", err)
	}
	_, err = tryPut(t, db, rana, storage.Record[Item]{ID: rec.ID})
	wantTaken(t, "create with a taken ID", err, storage.IDKey)
	_, err = tryPut(t, db, rana, storage.Record[Item]{ID: "nobody", Version: 3})
	wantCode(t, "replace what is not there", err, apperr.Conflict)

	wantCode(t, "Delete of a stale version", remove(t, db, rana, rec.ID, 1), apperr.Conflict)
	wantCode(t, "Delete of what is not there", remove(t, db, rana, "nobody", 1), apperr.Conflict)
	if err := remove(t, db, rana, rec.ID, 2); err != nil {
		t.Errorf("Delete: %v", err)
	}
	_, err = get(t, db, rana, rec.ID)
	wantCode(t, "Get of what was deleted", err, apperr.NotFound)
	_, err = tryPut(t, db, rana, rec)
	wantCode(t, "replace what was deleted", err, apperr.Conflict)
	wantCode(t, "Delete twice", remove(t, db, rana, rec.ID, 3), apperr.Conflict)
	if got := all(t, db, rana, storage.Query{}); len(got) != 0 {
		t.Errorf("Find after Delete: got %v, want nothing", got)
	}
}

// values come back as they were, whatever is in them.
func (s suite) values(t *testing.T) {
	db := s.db(t)
	for name, text := range map[string]string{
		"letters":    "Nordahl Griegs gate 7, Mo i Rana – æøå ÆØÅ 한 🏠",
		"markup":     `<script>"'` + "`" + `&amp; \ / %s ? ?1 :a $b @c`,
		"spaces":     "\t line\r\nnext\u00a0\u202f ",
		"zero":       "a\x00b",
		"looks JSON": `{"name":"x"}`,
		"number":     "1e5",
		"long":       strings.Repeat("x", 100_000),
	} {
		rec := storage.Record[Item]{ID: "id " + name + " ø/'\"%_?", Value: Item{Name: text, Text: text}}
		if name == "zero" || name == "long" {
			rec.Value.Name = ""
		}
		rec, err := tryPut(t, db, rana, rec)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := get(t, db, rana, rec.ID); err != nil || !reflect.DeepEqual(got, rec) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, rec)
		}
		if rec.Value.Name != "" {
			wantIDs(t, name, all(t, db, rana, storage.Query{Where: []storage.Cond{storage.Eq("name", text)}}), rec.ID)
		}
	}
	for _, n := range []int{0, -1, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MinInt64} {
		rec := put(t, db, rana, Item{N: ptr(n)})[0]
		wantIDs(t, "a large number", all(t, db, rana, storage.Query{Where: []storage.Cond{storage.Eq("n", n)}}), rec.ID)
	}
}

func (s suite) limits(t *testing.T) {
	db := s.db(t)
	for name, id := range map[string]string{
		"zero byte": "a\x00b", "not UTF-8": "\xff", "too long": strings.Repeat("x", storage.MaxIDBytes+1),
	} {
		_, err := tryPut(t, db, rana, storage.Record[Item]{ID: id})
		wantCode(t, "ID: "+name, err, apperr.Invalid)
	}
	_, err := tryPut(t, db, rana, storage.Record[Item]{ID: strings.Repeat("x", storage.MaxIDBytes)})
	wantCode(t, "the longest ID", err, "")
	_, err = tryPut(t, db, rana, storage.Record[Item]{Value: Item{Text: strings.Repeat("x", storage.MaxBodyBytes)}})
	wantCode(t, "a body over the limit", err, apperr.TooLarge)
	_, err = tryPut(t, db, rana, storage.Record[Item]{Value: Item{Text: strings.Repeat("x", storage.MaxBodyBytes-100)}})
	wantCode(t, "a body near the limit", err, "")
	for _, m := range []string{"", "_", "18 33", "../x", strings.Repeat("1", 41)} {
		wantCode(t, "municipality "+m, db.View(t.Context(), m, func(*storage.Tx) error { return nil }), apperr.Invalid)
	}
}

// revived: a document that takes a deleted one's ID goes on from its version, so
// that nobody who knew the old one can overwrite it.
func (s suite) revived(t *testing.T) {
	db := s.db(t)
	old, err := tryPut(t, db, rana, storage.Record[Item]{ID: "x", Value: Item{Name: "old"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := remove(t, db, rana, "x", 1); err != nil {
		t.Fatal(err)
	}
	var recs [20]storage.Record[Item]
	update(t, db, rana, func(tx *storage.Tx) error {
		for i := range recs {
			id := fmt.Sprint("id", i)
			if i == 2 { // among the others of a batch
				id = "x"
			}
			recs[i] = storage.Record[Item]{ID: id, Value: Item{Name: "new " + id}}
			if err := items.Put(tx, &recs[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if recs[2].Version != 3 || recs[3].Version != 1 {
		t.Errorf("got versions %d and %d, want 3 for the revived one and 1 for the new one", recs[2].Version, recs[3].Version)
	}
	if got, err := get(t, db, rana, "x"); err != nil || !reflect.DeepEqual(got, recs[2]) {
		t.Errorf("Get: got %+v, %v, want %+v", got, err, recs[2])
	}
	_, err = tryPut(t, db, rana, old)
	wantCode(t, "Put of the version before the deletion", err, apperr.Conflict)
	if got, want := len(all(t, db, rana, storage.Query{})), len(recs); got != want {
		t.Errorf("got %d documents, want %d", got, want)
	}

	if err := remove(t, db, rana, "x", 3); err != nil {
		t.Fatal(err)
	}
	_, err = tryPut(t, db, rana, storage.Record[Item]{ID: "x", Value: Item{Name: "new id0"}})
	wantTaken(t, "revive with a taken key", err, "name")
	_, err = get(t, db, rana, "x")
	wantCode(t, "Get after a revival that failed", err, apperr.NotFound)
}

const workers, rounds = 8, 12

// noLostUpdate reads and writes in two transactions, so that only versions stand
// between it and a lost update.
func (s suite) noLostUpdate(t *testing.T) {
	db := s.db(t)
	id := put(t, db, rana, Item{N: ptr(0)})[0].ID
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for done := 0; done < rounds; {
				rec, err := get(t, db, rana, id)
				if err != nil {
					t.Error(err)
					return
				}
				*rec.Value.N++
				switch _, err = tryPut(t, db, rana, rec); apperr.CodeOf(err) {
				case "":
					done++
				case apperr.Conflict: // somebody else was quicker
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	rec, err := get(t, db, rana, id)
	if err != nil || *rec.Value.N != workers*rounds || rec.Version != workers*rounds+1 {
		t.Errorf("got %d at version %d, %v; want %d at version %d", *rec.Value.N, rec.Version, err, workers*rounds, workers*rounds+1)
	}
}

// counter reads and writes in one transaction: nobody comes between.
func (s suite) counter(t *testing.T) {
	db := s.db(t)
	id := put(t, db, rana, Item{N: ptr(0)})[0].ID
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range rounds {
				err := db.Update(t.Context(), rana, func(tx *storage.Tx) error {
					rec, err := items.Get(tx, id)
					if err != nil {
						return err
					}
					*rec.Value.N++
					return items.Put(tx, &rec)
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	rec, err := get(t, db, rana, id)
	if err != nil || *rec.Value.N != workers*rounds {
		t.Errorf("got %d, %v, want %d", *rec.Value.N, err, workers*rounds)
	}
}

func (s suite) municipalities(t *testing.T) {
	db := s.db(t)
	if got, err := db.Municipalities(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("Municipalities of a new store: got %q, %v, want none", got, err)
	}
	var recs []storage.Record[Item]
	for _, m := range []string{rana, bodo} {
		rec, err := tryPut(t, db, m, storage.Record[Item]{ID: "same", Value: Item{Name: "same", Text: m}})
		if err != nil {
			t.Fatalf("the same ID and key in %s: %v", m, err)
		}
		if rec.Seq != 1 {
			t.Errorf("%s: got seq %d, want 1: each municipality counts for itself", m, rec.Seq)
		}
		recs = append(recs, rec)
	}
	if err := remove(t, db, rana, "same", 1); err != nil {
		t.Fatal(err)
	}
	err := db.View(t.Context(), bodo, func(tx *storage.Tx) error {
		for name, read := range map[string]func() (storage.Record[Item], error){
			"Get":   func() (storage.Record[Item], error) { return items.Get(tx, "same") },
			"GetBy": func() (storage.Record[Item], error) { return items.GetBy(tx, "name", "same") },
		} {
			if got, err := read(); err != nil || !reflect.DeepEqual(got, recs[1]) {
				t.Errorf("%s in Bodø after a deletion in Rana: got %+v, %v, want %+v", name, got, err, recs[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for m, want := range map[string]int{rana: 0, bodo: 1, "0301": 0} {
		if got := len(all(t, db, m, storage.Query{})); got != want {
			t.Errorf("Find in %s: got %d documents, want %d", m, got, want)
		}
		if got := len(all(t, db, m, storage.Query{Where: []storage.Cond{storage.Eq("name", "same")}})); got != want {
			t.Errorf("Find by name in %s: got %d documents, want %d", m, got, want)
		}
	}
	if got, err := db.Municipalities(t.Context()); err != nil || !reflect.DeepEqual(got, []string{bodo, rana}) {
		t.Errorf("Municipalities: got %q, %v, want %q", got, err, []string{bodo, rana})
	}
}
