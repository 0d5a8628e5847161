package storage_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
)

type copied struct {
	Name string `json:"name,omitempty"`
	N    int    `json:"n"`
}

var copyItems = storage.NewCollection[copied](storage.Schema{Name: "items", Unique: []storage.Unique{{Name: "name", Paths: []string{"name"}}}})

func openForCopy(t *testing.T) *storage.DB {
	t.Helper()
	b, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), b, copyItems)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func change(t *testing.T, db *storage.DB, fn func(*storage.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), "1833", fn); err != nil {
		t.Fatal(err)
	}
}

func put(name string, version int64) func(*storage.Tx) error {
	return func(tx *storage.Tx) error {
		return copyItems.Put(tx, &storage.Record[copied]{ID: name, Version: version, Value: copied{Name: name, N: int(version)}})
	}
}

// TestCopy copies, is cut off and goes on, takes over later changes, and refuses a
// store that others have written to.
func TestCopy(t *testing.T) {
	from, to := openForCopy(t), openForCopy(t)
	change(t, from, func(tx *storage.Tx) error {
		for i := range 1200 {
			if err := put(fmt.Sprint("id", i), 0)(tx); err != nil {
				return err
			}
		}
		return nil
	})
	change(t, from, put("id7", 1))
	change(t, from, func(tx *storage.Tx) error { return copyItems.Delete(tx, "id8", 1) })

	ctx, cancel := context.WithCancel(t.Context())
	_, err := storage.Copy(ctx, from, to, "1833", func(int) { cancel() }) // after the first page
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a copy that is cut off: got %v", err)
	}
	done, err := storage.Copy(t.Context(), from, to, "1833", nil)
	if err != nil || done.Changes >= 1200 || done.Changes == 0 {
		t.Fatalf("going on: got %d changes, %v, want those that were left", done.Changes, err)
	}
	if c := done.Collections; len(c) != 1 || c[0].Records != 1199 || len(c[0].Hash) != 64 {
		t.Errorf("got %+v, want 1199 records and a hash", c)
	}
	if err := to.View(t.Context(), "1833", func(tx *storage.Tx) error {
		rec, err := copyItems.Get(tx, "id7")
		if err == nil && rec.Version != 2 {
			t.Errorf("got version %d, want that of the source, 2", rec.Version)
		}
		return err
	}); err != nil {
		t.Error(err)
	}

	change(t, from, func(tx *storage.Tx) error { return copyItems.Delete(tx, "id9", 1) })
	change(t, from, put("id8", 0))
	done, err = storage.Copy(t.Context(), from, to, "1833", nil)
	if err != nil || done.Changes != 2 || done.Collections[0].Records != 1199 {
		t.Errorf("later changes: got %+v, %v, want 2", done, err)
	}

	change(t, to, put("mine", 0))
	if _, err := storage.Copy(t.Context(), from, to, "1833", nil); apperr.CodeOf(err) != apperr.Conflict || !strings.Contains(apperr.MessageOf(err), "other means") {
		t.Errorf("a store that others wrote to: got %v, want a conflict", err)
	}
}
