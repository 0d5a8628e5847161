package sqlite_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
	"github.com/boligklar/boligklar/internal/storage/storagetest"
)

func TestContract(t *testing.T) {
	var paths sync.Map // one store for each test
	storagetest.Run(t, func(t *testing.T) storage.Backend {
		path, ok := paths.Load(t.Name())
		if !ok {
			path = filepath.Join(t.TempDir(), "data", "store.db")
			paths.Store(t.Name(), path)
		}
		b, err := sqlite.Open(t.Context(), path.(string))
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}
