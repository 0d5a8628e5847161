package searchtest

import (
	"context"
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
// alone; from a listing's batch to its being found, by the process that sends it
// and by another; what is indexed a second; what it holds of this process's heap;
// and what disk returns, the bytes that the index of a name takes.
func Benchmark(b *testing.B, open Open, disk func(t testing.TB, name string) int64) {
	for _, n := range BenchSizes {
		r := rand.New(rand.NewPCG(1, 1))
		documents := Documents(r, n, places)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			name := fmt.Sprint("bench", n)
			before := heap()
			e := open(b, name)
			for b.Loop() {
				fillInBatches(b, e, documents)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "indexed/s")
			b.ReportMetric(float64(disk(b, name))/1e6, "disk-MB")
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
			reportSaves(b, e, open(b, name), documents)
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
	err := e.Rebuild(b.Context(), "bench", func(add func([]search.Document) error) (string, error) {
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

// reportSaves times single listings, each with a word that no home had before, from
// their batch until they are found, while their batch is still being put away: by
// the engine that takes the batch, and by one of another process.
func reportSaves(b *testing.B, e, elsewhere search.Engine, documents []search.Document) {
	var here, there []time.Duration
	for i := range 40 {
		d := documents[i]
		d.Listing.Address = fmt.Sprintf("Xylofon%c%cstien", 'a'+i%20, 'a'+i/20)
		p := plan(b, search.Request{Query: d.Listing.Address, Limit: 1})
		errs := make(chan error, 3)
		start := time.Now()
		until := func(e search.Engine, took *[]time.Duration) {
			err := awaitHit(b.Context(), e, p, d.ID, start.Add(time.Minute))
			*took = append(*took, time.Since(start))
			errs <- err
		}
		go until(e, &here)
		go until(elsewhere, &there)
		go func() {
			errs <- e.Apply(b.Context(), search.Batch{From: fmt.Sprint(i), To: fmt.Sprint(i + 1), Put: []search.Document{d}})
		}()
		for range 3 {
			if err := <-errs; err != nil {
				b.Fatal(err)
			}
		}
	}
	reportTimes(b, "saved", here)
	reportTimes(b, "saved-elsewhere", there)
}

// awaitHit searches until a document is the first that answers to all of the words.
func awaitHit(ctx context.Context, e search.Engine, p *search.Plan, id string, deadline time.Time) error {
	for time.Now().Before(deadline) {
		r, err := e.Search(ctx, p)
		if err != nil {
			return err
		}
		if len(r.Hits) > 0 && r.Hits[0].ID == id && !r.Relaxed {
			return nil
		}
		time.Sleep(2 * time.Millisecond) // leaves the index room to take it
	}
	return fmt.Errorf("%s is not found", id)
}

func reportTimes(b *testing.B, name string, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, name+"-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, name+"-p99-ms")
}
