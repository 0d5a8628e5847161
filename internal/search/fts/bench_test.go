package fts_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// BenchmarkSearch searches as people type, facets included, and reports the
// median and the 99th percentile beside the mean.
func BenchmarkSearch(b *testing.B) {
	places, synonyms := search.NewPlaces(search.Demo), search.NewSynonyms(search.DefaultSynonyms)
	for _, n := range []int{10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			documents := searchtest.Documents(r, n, places)
			e := open(b)
			start := time.Now()
			err := e.Rebuild(b.Context(), "1", synonyms, func(add func([]search.Document) error) (string, error) {
				for chunk := range slices.Chunk(documents, 500) {
					if err := add(chunk); err != nil {
						return "", err
					}
				}
				return "0", nil
			})
			if err != nil {
				b.Fatal(err)
			}
			built := time.Since(start)
			var plans []*search.Plan
			for range 400 {
				p, err := search.Prepare(search.Request{Query: searchtest.Query(r, &documents[r.IntN(n)]), Day: searchtest.Day}, places, synonyms)
				if err != nil {
					b.Fatal(err)
				}
				plans = append(plans, p)
			}
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				if _, err := e.Search(b.Context(), plans[i%len(plans)]); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(n)/built.Seconds(), "indexed/s")
			b.ReportMetric(float64(m.HeapAlloc>>20), "heap-MB")
		})
	}
}
