package fts_test

import (
	"context"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

func open(t testing.TB) search.Engine {
	e, err := fts.Open(context.Background(), t.TempDir(), "1833")
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

func TestContract(t *testing.T) { searchtest.Run(t, open) }
