package meili_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/meili"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// opener opens indexes by name on the server of the environment, apart from those
// of every other run; it skips the test where there is no server.
func opener(t testing.TB) searchtest.Open {
	url := os.Getenv("BOLIGKLAR_TEST_MEILI_URL")
	if url == "" {
		t.Skip("BOLIGKLAR_TEST_MEILI_URL is not set: this needs a Meilisearch server")
	}
	run := time.Now().UnixNano()
	return func(t testing.TB, name string) search.Engine {
		e, err := meili.Open(meili.Config{URL: url, Key: os.Getenv("BOLIGKLAR_TEST_MEILI_KEY"), Municipality: fmt.Sprintf("test-%d-%s", run, name), TaskLimit: 10 * time.Minute})
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

// TestContract runs the suite on a real server, each part in an index of its own.
func TestContract(t *testing.T) { searchtest.Run(t, opener(t)) }
