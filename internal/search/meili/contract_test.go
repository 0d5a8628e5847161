package meili_test

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/meili"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// TestContract runs the suite on a real server, each part in an index of its own.
func TestContract(t *testing.T) {
	url := os.Getenv("BOLIGKLAR_TEST_MEILI_URL")
	if url == "" {
		t.Skip("BOLIGKLAR_TEST_MEILI_URL is not set: the contract needs a Meilisearch server")
	}
	var n atomic.Int64
	searchtest.Run(t, func(t testing.TB) search.Engine {
		e, err := meili.Open(meili.Config{URL: url, Key: os.Getenv("BOLIGKLAR_TEST_MEILI_KEY"), Municipality: fmt.Sprintf("test-%d-%d", os.Getpid(), n.Add(1))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		})
		return e
	})
}
