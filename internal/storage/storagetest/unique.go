package storagetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

func (s suite) uniqueKeys(t *testing.T) {
	db := s.db(t)
	recs := put(t, db, rana,
		Item{Name: "a", Group: "g", Slot: ptr(1)},
		Item{Name: "b", Group: "g", Slot: ptr(2)},
		Item{Group: "g"}, Item{Group: "g"}, // slot null: outside the key
		Item{Slot: ptr(1)}, Item{Slot: ptr(1)},
		Item{}, Item{}, // name null: outside the key
	)
	a, b := recs[0], recs[1]
	for _, test := range []struct {
		name string
		rec  storage.Record[Item]
		key  string // "" where it is to succeed
	}{
		{"create with a taken name", storage.Record[Item]{Value: Item{Name: "a"}}, "name"},
		{"create with a taken pair", storage.Record[Item]{Value: Item{Group: "g", Slot: ptr(2)}}, "group_slot"},
		{"create in another slot", storage.Record[Item]{Value: Item{Group: "g", Slot: ptr(3)}}, ""},
		{"create in another group", storage.Record[Item]{Value: Item{Group: "h", Slot: ptr(1)}}, ""},
		{"other case is another name", storage.Record[Item]{Value: Item{Name: "A"}}, ""},
		{"replace with a taken name", storage.Record[Item]{ID: b.ID, Version: b.Version, Value: Item{Name: "a"}}, "name"},
		{"replace and keep one's own", storage.Record[Item]{ID: a.ID, Version: a.Version, Value: a.Value}, ""},
	} {
		_, err := tryPut(t, db, rana, test.rec)
		if test.key == "" {
			wantCode(t, test.name, err, "")
		} else {
			wantTaken(t, test.name, err, test.key)
		}
	}
	err := db.View(t.Context(), rana, func(tx *storage.Tx) error {
		rec, err := items.GetBy(tx, "group_slot", "g", 2)
		if err != nil || rec.ID != b.ID {
			t.Errorf("GetBy: got %+v, %v, want %s", rec, err, b.ID)
		}
		_, err = items.GetBy(tx, "name", "nobody")
		wantCode(t, "GetBy of no name", err, apperr.NotFound)
		_, err = items.GetBy(tx, "group_slot", "g", nil)
		wantCode(t, "GetBy of null", err, apperr.NotFound)
		if _, err = items.GetBy(tx, "name"); err == nil {
			t.Error("GetBy with too few values: got no error")
		}
		if _, err = items.GetBy(tx, "nonsense", 1); err == nil {
			t.Error("GetBy of a key that is none: got no error")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := remove(t, db, rana, b.ID, b.Version); err != nil {
		t.Fatal(err)
	}
	_, err = tryPut(t, db, rana, storage.Record[Item]{Value: Item{Name: "b", Group: "g", Slot: ptr(2)}})
	wantCode(t, "a key that a deletion set free", err, "")
}

func (s suite) uniqueInTransaction(t *testing.T) {
	db := s.db(t)
	create := func(name string) func(*storage.Tx) error {
		return func(tx *storage.Tx) error {
			return items.Put(tx, &storage.Record[Item]{Value: Item{Name: name}})
		}
	}
	both := func(fns ...func(*storage.Tx) error) error {
		return db.Update(t.Context(), rana, func(tx *storage.Tx) error {
			for _, fn := range fns {
				if err := fn(tx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	wantTaken(t, "twice in one transaction", both(create("x"), create("y"), create("x")), "name")
	if got := all(t, db, rana, storage.Query{}); len(got) != 0 {
		t.Errorf("after it failed: got %v, want nothing", got)
	}

	recs := put(t, db, rana, Item{Name: "a"}, Item{Name: "b"})
	name := func(i int, name string) func(*storage.Tx) error {
		return func(tx *storage.Tx) error {
			rec, err := items.Get(tx, recs[i].ID)
			if err != nil {
				return err
			}
			rec.Value.Name = name
			return items.Put(tx, &rec)
		}
	}
	wantTaken(t, "swap at once: a key holds after every write", both(name(0, "b"), name(1, "a")), "name")
	wantCode(t, "swap over null", both(name(0, ""), name(1, "a"), name(0, "b")), "")
	for i, want := range []string{"b", "a"} {
		if got, err := get(t, db, rana, recs[i].ID); err != nil || got.Value.Name != want {
			t.Errorf("after the swap: got %q, %v, want %q", got.Value.Name, err, want)
		}
	}
	drop := func(tx *storage.Tx) error {
		rec, err := items.GetBy(tx, "name", "a")
		if err != nil {
			return err
		}
		return items.Delete(tx, rec.ID, rec.Version)
	}
	wantCode(t, "delete, then take its name", both(drop, create("a")), "")
	wantTaken(t, "take a name, then delete its holder", both(create("a"), drop), "name")
}

// uniqueRace has many ask for the same keys at once: one gets each.
func (s suite) uniqueRace(t *testing.T) {
	db := s.db(t)
	var won [rounds]atomic.Int32
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range rounds {
				_, err := tryPut(t, db, rana, storage.Record[Item]{Value: Item{Name: fmt.Sprint(i)}})
				switch apperr.CodeOf(err) {
				case "":
					won[i].Add(1)
				case apperr.Duplicate:
				default:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range won {
		if got := won[i].Load(); got != 1 {
			t.Errorf("key %d: got %d winners, want 1", i, got)
		}
	}
	if got := len(all(t, db, rana, storage.Query{})); got != rounds {
		t.Errorf("got %d documents, want %d", got, rounds)
	}
}
