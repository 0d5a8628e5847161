package meili_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// BenchmarkSearch measures a server that has nothing else in it: its disk is
// that of its whole database.
func BenchmarkSearch(b *testing.B) {
	searchtest.Benchmark(b, opener(b), func(t testing.TB, _ string) int64 { return databaseSize(t) })
}

func databaseSize(t testing.TB) int64 {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, os.Getenv("BOLIGKLAR_TEST_MEILI_URL")+"/stats", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("BOLIGKLAR_TEST_MEILI_KEY"))
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
