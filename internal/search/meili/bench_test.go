package meili_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/meili"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// BenchmarkSearch measures a server that has nothing else in it: its disk is
// that of its whole database.
func BenchmarkSearch(b *testing.B) {
	url := os.Getenv("BOLIGKLAR_TEST_MEILI_URL")
	if url == "" {
		b.Skip("BOLIGKLAR_TEST_MEILI_URL is not set: the benchmark needs a Meilisearch server")
	}
	key := os.Getenv("BOLIGKLAR_TEST_MEILI_KEY")
	searchtest.Benchmark(b, func(t testing.TB) (search.Engine, func() int64) {
		e, err := meili.Open(meili.Config{URL: url, Key: key, Municipality: fmt.Sprintf("bench-%d-%d", os.Getpid(), time.Now().UnixNano()), TaskLimit: 10 * time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		return e, func() int64 { return databaseSize(t, url, key) }
	})
}

func databaseSize(t testing.TB, url, key string) int64 {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url+"/stats", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	var stats struct {
		Used int64 `json:"usedDatabaseSize"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&stats); err != nil {
		t.Fatal(err)
	}
	return stats.Used
}
