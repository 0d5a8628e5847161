package matching

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
)

// Figures of the town's records; shares of pairs are reported beside the times,
// for the more pairs fit the longer ranking takes.

func townQuery(top int) Query { return Query{DefaultPolicy(), day, Options{Top: top}} }

// BenchmarkMatch ranks 100,000 listings for one household after the other, on
// one core.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newTown(200, n)
			q, ctx := townQuery(20), context.Background()
			ready := s.ready()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := s.Match(ctx, ready[i%len(ready)], q); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(s.Bytes().PerRecord(), "bytes/record")
			b.ReportMetric(100*s.share(b, ready), "%fit")
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpairs/s")
		})
	}
}

// BenchmarkMatchSamples is BenchmarkMatch on the sample records themselves, each
// listing repeated until there are 100,000.
func BenchmarkMatchSamples(b *testing.B) {
	for _, name := range []string{"dev", "random"} {
		b.Run(name, func(b *testing.B) {
			records := loadSample(b, name)
			offers := make([]Offer, 100000)
			for i := range offers {
				l := *records.offers[i%len(records.offers)].Listing
				l.ExternalRef = fmt.Sprintf("E-%06d", i)
				offers[i] = Offer{ID: l.ExternalRef, Listing: &l}
			}
			s := townSnapshot{NewSnapshot(records.candidates, offers)}
			q, ctx := townQuery(20), context.Background()
			ready := s.ready()
			for i := 0; b.Loop(); i++ {
				if _, err := s.Match(ctx, ready[i%len(ready)], q); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(100*s.share(b, ready), "%fit")
		})
	}
}

type townSnapshot struct{ *Snapshot }

func newTown(households, listings int) townSnapshot {
	records := newGen(uint64(listings)).town(households, listings)
	return townSnapshot{NewSnapshot(records.candidates, records.offers)}
}

// ready returns the ids of the households that are ready: for the others there
// is nothing to scan.
func (s townSnapshot) ready() (ids []string) {
	for i := range s.Candidates() {
		if c := s.Candidate(i); !c.Household.ReadyDate.IsZero() && c.Household.ReadyDate <= day {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// share returns the share of pairs that are not blocked.
func (s townSnapshot) share(b *testing.B, households []string) float64 {
	pairs := 0
	households = households[:min(50, len(households))]
	for _, id := range households {
		ms, err := s.Match(context.Background(), id, townQuery(0))
		if err != nil {
			b.Fatal(err)
		}
		pairs += len(ms)
	}
	return float64(pairs) / float64(len(households)*s.Offers())
}

// BenchmarkMatchAll ranks 10,000 listings for each of 10,000 households, on all
// cores.
func BenchmarkMatchAll(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n, "x", n), func(b *testing.B) {
			s := newTown(n, n)
			var kept atomic.Int64
			b.ReportAllocs()
			for b.Loop() {
				err := s.MatchAll(context.Background(), townQuery(20), func(_ int, ms []Match) error {
					kept.Add(int64(len(ms)))
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpairs/s")
		})
	}
}

// BenchmarkEvaluateTown is the explaining path over the same pairs.
func BenchmarkEvaluateTown(b *testing.B) {
	records := newGen(3).town(100, 1000)
	p := DefaultPolicy()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Evaluate(&records.candidates[i%100], &records.offers[i/100%1000], p, day)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpairs/s")
}

// BenchmarkMatchListing ranks 100,000 households for one listing.
func BenchmarkMatchListing(b *testing.B) {
	records := newGen(4).town(100000, 200)
	s := NewSnapshot(records.candidates, records.offers)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.MatchListing(context.Background(), s.Offer(i%200).ID, townQuery(20)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(s.Bytes().PerRecord(), "bytes/record")
}

// BenchmarkSnapshot makes a snapshot of 100,000 listings, and the next one after
// some of them changed.
func BenchmarkSnapshot(b *testing.B) {
	g := newGen(5)
	records := g.town(0, 100000)
	s := NewSnapshot(nil, records.offers)
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			NewSnapshot(nil, records.offers)
		}
	})
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprint("with ", n, " changed"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ch := Changes{}
				for range n {
					i := g.IntN(100000)
					ch.Offers = append(ch.Offers, Offer{ID: records.offers[i].ID, Listing: g.townListing(i)})
				}
				s = s.With(ch)
			}
		})
	}
}
