// Package storagetest is the contract that every storage engine is held to.
package storagetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Two municipalities, so that each test can see what crosses between them.
const (
	rana = "1833"
	bodo = "1804"
)

// Item is what the suite stores.
type Item struct {
	Name   string   `json:"name,omitempty"`  // unique
	Group  string   `json:"group,omitempty"` // unique with Slot
	Slot   *int     `json:"slot,omitempty"`
	N      *int     `json:"n,omitempty"`
	Weight *float64 `json:"weight,omitempty"`
	Open   *bool    `json:"open,omitempty"`
	Inner  Inner    `json:"inner"`
	Text   string   `json:"text,omitempty"`
}

// Inner is a part of an Item, for paths of two steps.
type Inner struct {
	Status string `json:"status,omitempty"`
}

func itemSchema() storage.Schema {
	return storage.Schema{
		Name: "items",
		Indexes: []storage.Index{
			{Name: "by_n", Paths: []string{"n"}},
			{Name: "by_status_n", Paths: []string{"inner.status", "n"}},
			{Name: "by_open", Paths: []string{"open"}},
		},
		Unique: []storage.Unique{
			{Name: "name", Paths: []string{"name"}},
			{Name: "group_slot", Paths: []string{"group", "slot"}},
		},
	}
}

var (
	items  = storage.NewCollection[Item](itemSchema())
	others = storage.NewCollection[Item](storage.Schema{Name: "others"})
)

type suite struct {
	open func(t *testing.T) storage.Backend
}

// Run runs the contract suite. open returns a backend on a store that belongs to
// t alone; called again with the same t it opens the same store once more, after
// the earlier backend was closed.
func Run(t *testing.T, open func(t *testing.T) storage.Backend) {
	s := suite{open}
	for _, test := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"documents", s.documents},
		{"values", s.values},
		{"limits", s.limits},
		{"tombstone revived", s.revived},
		{"no lost update", s.noLostUpdate},
		{"counter in transactions", s.counter},
		{"unique keys", s.uniqueKeys},
		{"unique keys in one transaction", s.uniqueInTransaction},
		{"unique keys raced for", s.uniqueRace},
		{"municipalities apart", s.municipalities},
		{"all or nothing", s.allOrNothing},
		{"read your writes", s.readYourWrites},
		{"errors stick", s.errorsStick},
		{"snapshot", s.snapshot},
		{"ended transaction", s.ended},
		{"large transaction", s.largeTransaction},
		{"context", s.context},
		{"queries", s.queries},
		{"sort", s.sorts},
		{"pages", s.pages},
		{"pages while others write", s.pagesWhileWriting},
		{"cursors", s.cursors},
		{"writing in a loop", s.writingInLoop},
		{"feed", s.feed},
		{"feed after a copy", s.feedAfterACopy},
		{"feed of one transaction", s.feedOneTransaction},
		{"feed under writers", s.feedUnderWriters},
		{"purge", s.purge},
		{"purge in the middle of a transaction", s.purgeWithin},
		{"position from the future", s.positionFromFuture},
		{"watch", s.watch},
		{"watch another process", s.watchAnother},
		{"reopening", s.reopening},
		{"indexes follow the schema", s.indexesFollow},
		{"migrations", s.migrations},
		{"migration interrupted", s.migrationInterrupted},
		{"newer schema", s.newerSchema},
		{"check", s.check},
		{"change in parts is as one in a transaction", s.partsAlike},
		{"change in parts cut off", s.partsCutOff},
		{"change in parts beside others", s.partsBeside},
		{"change in parts keeps others waiting", s.partsGuard},
	} {
		t.Run(test.name, test.run)
	}
}

// db opens the test's store with the suite's collections.
func (s suite) db(t *testing.T, more ...storage.AnyCollection) *storage.DB {
	t.Helper()
	if len(more) == 0 {
		more = []storage.AnyCollection{items, others}
	}
	db, err := s.tryDB(t, more...)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func (s suite) tryDB(t *testing.T, collections ...storage.AnyCollection) (*storage.DB, error) {
	t.Helper()
	b := s.open(t)
	db, err := storage.Open(t.Context(), b, collections...)
	if err != nil {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		return nil, err
	}
	t.Cleanup(func() { closeDB(t, db) })
	return db, nil
}

func closeDB(t *testing.T, db *storage.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// update runs an Update that is to succeed.
func update(t *testing.T, db *storage.DB, municipality string, fn func(*storage.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), municipality, fn); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// put stores values and returns their records.
func put(t *testing.T, db *storage.DB, municipality string, values ...Item) []storage.Record[Item] {
	t.Helper()
	recs := make([]storage.Record[Item], len(values))
	update(t, db, municipality, func(tx *storage.Tx) error {
		for i, v := range values {
			recs[i] = storage.Record[Item]{Value: v}
			if err := items.Put(tx, &recs[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return recs
}

// tryPut stores one record and returns the error.
func tryPut(t *testing.T, db *storage.DB, municipality string, rec storage.Record[Item]) (storage.Record[Item], error) {
	t.Helper()
	err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error { return items.Put(tx, &rec) })
	return rec, err
}

func get(t *testing.T, db *storage.DB, municipality, id string) (rec storage.Record[Item], err error) {
	t.Helper()
	err = db.View(t.Context(), municipality, func(tx *storage.Tx) (err error) {
		rec, err = items.Get(tx, id)
		return err
	})
	return rec, err
}

func remove(t *testing.T, db *storage.DB, municipality, id string, version int64) error {
	t.Helper()
	return db.Update(t.Context(), municipality, func(tx *storage.Tx) error { return items.Delete(tx, id, version) })
}

// all returns what a query finds.
func all(t *testing.T, db *storage.DB, municipality string, q storage.Query) (out []storage.Record[Item]) {
	t.Helper()
	err := db.View(t.Context(), municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range items.Find(tx, q) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Find(%+v): %v", q, err)
	}
	return out
}

func ids(recs []storage.Record[Item]) []string {
	out := make([]string, len(recs))
	for i, r := range recs {
		out[i] = r.ID
	}
	return out
}

func wantCode(t *testing.T, what string, err error, want apperr.Code) {
	t.Helper()
	if got := apperr.CodeOf(err); got != want {
		t.Errorf("%s: got code %q (%v), want %q", what, got, err, want)
	}
}

// wantTaken wants a *UniqueError that names a key.
func wantTaken(t *testing.T, what string, err error, key string) {
	t.Helper()
	wantCode(t, what, err, apperr.Duplicate)
	u, ok := errors.AsType[*storage.UniqueError](err)
	if !ok {
		t.Errorf("%s: got %v, want a *UniqueError", what, err)
	} else if u.Key != key || u.Collection != "items" {
		t.Errorf("%s: got key %s/%s, want items/%s", what, u.Collection, u.Key, key)
	}
}

func wantIDs(t *testing.T, what string, got []storage.Record[Item], want ...string) {
	t.Helper()
	if g := ids(got); !slices.Equal(g, want) {
		t.Errorf("%s: got %q, want %q", what, g, want)
	}
}

func ptr[T any](v T) *T { return &v }
