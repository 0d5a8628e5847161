package office

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo/mongotest"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

const municipalities = 357

// sizes spreads so many households over the municipalities: the largest has an
// eighth, the others fall off as 1/(rank + c).
func sizes(people int) []int {
	share := func(c float64) (first, sum float64) {
		for k := range municipalities {
			sum += 1 / (float64(k) + c)
		}
		return 1 / c / sum, sum
	}
	low, high := 0.01, 1000.0
	for range 60 {
		if first, _ := share((low + high) / 2); first > 1.0/8 {
			low = (low + high) / 2
		} else {
			high = (low + high) / 2
		}
	}
	_, sum := share(low)
	out := make([]int, municipalities)
	for k := range out {
		out[k] = max(1, int(float64(people)/(float64(k)+low)/sum+0.5))
	}
	return out
}

func TestSizesAddUp(t *testing.T) {
	all, sum := sizes(1_000_000), 0
	for _, n := range all {
		sum += n
	}
	if sum < 999_000 || sum > 1_001_000 || all[0] < 124_000 || all[0] > 126_000 || all[356] < 100 {
		t.Errorf("got %d in all, from %d down to %d", sum, all[0], all[356])
	}
}

func heapMB() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// fillSize puts so many households, and a tenth as many listings, into a
// municipality.
func fillSize(b *testing.B, o *Office, size int) {
	b.Helper()
	data := demo.Large(civil.MustParse("2026-12-01"), max(1, size/10), size)
	put := func(from, to int, one func(*storage.Tx, int) error) {
		for ; from < to; from += chunkRows {
			err := o.db.Update(b.Context(), o.municipality, func(tx *storage.Tx) error {
				for i := from; i < min(to, from+chunkRows); i++ {
					if err := one(tx, i); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	put(0, len(data.Households), func(tx *storage.Tx, i int) error {
		h := data.Households[i]
		return Households.Put(tx, &HouseholdRecord{Value: Entry[households.Household]{Key: h.Ref, Record: h}})
	})
	put(0, len(data.Listings), func(tx *storage.Tx, i int) error {
		l := data.Listings[i]
		return Listings.Put(tx, &ListingRecord{Value: Entry[landlords.Listing]{Key: l.Key(), Record: l}})
	})
}

// BenchmarkMunicipality measures what one process holds of a municipality, by the
// number of its households: 125,000 is the largest one's.
func BenchmarkMunicipality(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000, 125_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			db := sqlitetest.Open(b, filepath.Join(b.TempDir(), "store.db"), Collections...)
			fillSize(b, New(db, Config{Municipality: municipality}), n)
			for b.Loop() {
				before, start := heapMB(), time.Now()
				o := New(db, Config{Municipality: municipality})
				stop := o.Follow(b.Context(), slog.New(slog.DiscardHandler))
				if _, err := o.Analysis(b.Context(), civil.MustParse("2026-12-01")); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s/load")
				b.ReportMetric(heapMB()-before, "MB")
				stop()
			}
		})
	}
}

// BenchmarkCountry has all 357 municipalities in one store, at a share of
// 1,000,000 households and 100,000 listings: BOLIGKLAR_TEST_SHARE, 1/100 by itself. One
// store writes to all of them in turn; another one's followers keep up, as those
// of other processes do. On the embedded store it follows all, on a cluster the
// twenty largest.
func BenchmarkCountry(b *testing.B) {
	share, err := strconv.Atoi(cmp.Or(os.Getenv("BOLIGKLAR_TEST_SHARE"), "100"))
	if err != nil {
		b.Fatal(err)
	}
	collections := []storage.AnyCollection{Listings, Households, Units, Occupancies, Placements, Policies, Imports, Events}
	b.Run("sqlite", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "store.db")
		country(b, sqlitetest.Open(b, path, collections...), sqlitetest.Open(b, path, collections...), 1_000_000/share, municipalities)
	})
	b.Run("cluster", func(b *testing.B) {
		uri := mongotest.Database(b)
		country(b, mongotest.Open(b, uri, collections...), mongotest.Open(b, uri, collections...), 1_000_000/share, 20)
	})
}

const countryChanges = 400

func country(b *testing.B, writer, reader *storage.DB, people, followed int) {
	b.Helper()
	all := sizes(people)
	offices := make([]*Office, municipalities)
	start := time.Now()
	for k, n := range all {
		offices[k] = New(writer, Config{Municipality: fmt.Sprintf("%04d", k+1)})
		fillSize(b, offices[k], n)
	}
	b.Logf("filled %d households in %v", people, time.Since(start).Round(time.Second))
	before := heapMB()
	followers := make([]*Office, followed)
	for k := range followers {
		followers[k] = New(reader, Config{Municipality: offices[k].municipality})
		b.Cleanup(followers[k].Follow(b.Context(), slog.New(slog.DiscardHandler)))
		if _, err := followers[k].Analysis(b.Context(), civil.MustParse("2026-12-01")); err != nil {
			b.Fatal(err)
		}
	}
	held := heapMB() - before
	for b.Loop() {
		var lags []time.Duration
		var writing time.Duration
		for i := range countryChanges {
			k := i % followed
			began := time.Now()
			seq := touch(b, offices[k])
			committed := time.Now()
			writing += committed.Sub(began)
			for v := followers[k].follower.Load().view.Load(); !v.position.Includes(seq); v = followers[k].follower.Load().view.Load() {
				<-v.next
			}
			lags = append(lags, time.Since(committed))
		}
		slices.Sort(lags)
		b.ReportMetric(held, "MB")
		b.ReportMetric(countryChanges/writing.Seconds(), "changes/s")
		b.ReportMetric(float64(lags[len(lags)/2].Microseconds())/1000, "ms-lag-median")
		b.ReportMetric(float64(lags[len(lags)*99/100].Microseconds())/1000, "ms-lag-p99")
	}
}

// touch changes one listing and returns the seq of the change.
func touch(b *testing.B, o *Office) (seq int64) {
	b.Helper()
	var rec ListingRecord
	err := o.db.Update(b.Context(), o.municipality, func(tx *storage.Tx) error {
		for found, err := range Listings.Find(tx, storage.Query{Limit: 1}) {
			if err != nil {
				return err
			}
			rec = found
		}
		rec.Value.Record.Notes += "."
		if len(rec.Value.Record.Notes) > 200 {
			rec.Value.Record.Notes = ""
		}
		return Listings.Put(tx, &rec)
	})
	if err != nil {
		b.Fatal(err)
	}
	return rec.Seq
}
