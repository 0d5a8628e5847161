package searchtest

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/search"
)

// BenchSizes are the registers that engines are measured with.
var BenchSizes = []int{10_000, 50_000}

// Benchmark measures an engine that open makes: the same searches for every
// engine, each met once unprepared. It reports the median and the 99th
// percentile of searches as people type them, facets included, and of facets
// alone; from a listing's batch to its being found; what is indexed a second; what it holds of this process's heap; and what
// disk returns, the bytes that the index takes.
func Benchmark(b *testing.B, open func(testing.TB) (e search.Engine, disk func() int64)) {
	for _, n := range BenchSizes {
		r := rand.New(rand.NewPCG(1, 1))
		documents := Documents(r, n, places)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			before := heap()
			e, disk := open(b)
			for b.Loop() {
				fillInBatches(b, e, documents)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "indexed/s")
			b.ReportMetric(float64(disk())/1e6, "disk-MB")
			b.ReportMetric(float64(heap()-before)/1e6, "heap-MB")
			typed, facets := make([]*search.Plan, 400), make([]*search.Plan, 400)
			for i := range typed {
				d := &documents[r.IntN(n)]
				typed[i] = plan(b, search.Request{Query: Query(r, d)})
				req := Request(r, d)
				req.Query, req.Limit = "", 1
				facets[i] = plan(b, req)
			}
			report(b, e, "search", typed)
			report(b, e, "facets", facets)
			reportSaves(b, e, documents)
		})
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func fillInBatches(b *testing.B, e search.Engine, documents []search.Document) {
	err := e.Rebuild(b.Context(), "bench", synonyms, func(add func([]search.Document) error) (string, error) {
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
}

// report times each search twice, unprepared and then known.
func report(b *testing.B, e search.Engine, name string, plans []*search.Plan) {
	var took []time.Duration
	for range 2 {
		for _, p := range plans {
			start := time.Now()
			if _, err := e.Search(b.Context(), p); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(start))
		}
	}
	reportTimes(b, name, took)
}

// reportSaves times single listings from their batch until they are found, while
// their batch is still being put away.
func reportSaves(b *testing.B, e search.Engine, documents []search.Document) {
	var took []time.Duration
	for i := range 40 {
		d := documents[i]
		d.Listing.Address = fmt.Sprintf("Xylofonstien %d", 1000+i)
		p := plan(b, search.Request{Query: d.Listing.Address, Limit: 1})
		applied := make(chan error, 1)
		start := time.Now()
		go func() {
			applied <- e.Apply(b.Context(), search.Batch{From: fmt.Sprint(i), To: fmt.Sprint(i + 1), Put: []search.Document{d}})
		}()
		for found := false; !found; {
			r, err := e.Search(b.Context(), p)
			if err != nil {
				b.Fatal(err)
			}
			found = len(r.Hits) == 1 && r.Hits[0].ID == d.ID && r.Hits[0].Listing.Address == d.Listing.Address
			if !found && time.Since(start) > time.Minute {
				b.Fatalf("%s is not found", d.Listing.Address)
			}
		}
		took = append(took, time.Since(start))
		if err := <-applied; err != nil {
			b.Fatal(err)
		}
	}
	reportTimes(b, "saved", took)
}

func reportTimes(b *testing.B, name string, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, name+"-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, name+"-p99-ms")
}
