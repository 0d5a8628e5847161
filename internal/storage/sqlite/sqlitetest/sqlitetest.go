// Package sqlitetest opens stores for the tests of the packages that keep their
// records in one.
package sqlitetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
	"github.com/boligklar/boligklar/internal/storage/storagetest"
)

// New opens an empty store of these collections, which is gone after the test.
func New(tb testing.TB, collections ...storage.AnyCollection) *storage.DB {
	tb.Helper()
	return Open(tb, filepath.Join(tb.TempDir(), "store.db"), collections...)
}

// Open opens the store at path, as one process of several does. It is closed when
// the test ends, or its bubble where the test runs in one.
func Open(tb testing.TB, path string, collections ...storage.AnyCollection) *storage.DB {
	tb.Helper()
	return Behind(tb, func(b storage.Backend) storage.Backend { return b }, path, collections...)
}

// Behind opens the store at path with its engine behind another one.
func Behind(tb testing.TB, wrap func(storage.Backend) storage.Backend, path string, collections ...storage.AnyCollection) *storage.DB {
	tb.Helper()
	backend, err := sqlite.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	var engine storage.Backend = backend
	if os.Getenv("BOLIGKLAR_TEST_TWICE") != "" {
		engine = storagetest.Twice(engine)
	}
	db, err := storage.Open(tb.Context(), wrap(engine), collections...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}
