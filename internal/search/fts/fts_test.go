package fts_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// opener opens indexes by name in a folder.
func opener(root string) searchtest.Open {
	return func(t testing.TB, name string) search.Engine {
		e, err := fts.Open(context.Background(), filepath.Join(root, name), "1833")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		})
		return e
	}
}

func TestContract(t *testing.T) { searchtest.Run(t, opener(t.TempDir())) }
