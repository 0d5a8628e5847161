package office

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
	"github.com/boligklar/boligklar/landlords"
)

// BenchmarkFollower changes one of 100,000 listings and waits until matching has
// it: in the process that wrote it, and where another process wrote it.
func BenchmarkFollower(b *testing.B) {
	path := filepath.Join(b.TempDir(), "boligklar.db")
	open := func() *storage.DB {
		backend, err := sqlite.Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		db, err := storage.Open(b.Context(), backend, Collections...)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = db.Close() }) // it is thrown away
		return db
	}
	here, other := open(), open()
	r := rand.New(rand.NewPCG(1, 1))
	ids := make([]string, 100_000)
	put := func(db *storage.DB, from, to int) {
		err := db.Update(b.Context(), municipality, func(tx *storage.Tx) error {
			for i := from; i < to; i++ {
				key := fmt.Sprintf("U-%06d", i)
				rec := storage.Record[Entry[landlords.Listing]]{ID: key}
				if ids[i] != "" {
					var err error
					if rec, err = Listings.Get(tx, key); err != nil {
						return err
					}
				}
				rec.Value = Entry[landlords.Listing]{Key: key, Record: someListing(r, key)}
				if err := Listings.Put(tx, &rec); err != nil {
					return err
				}
				ids[i] = key
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	put(here, 0, len(ids))
	o := New(here, Config{Municipality: municipality})
	stop := o.Follow(b.Context(), slog.New(slog.DiscardHandler))
	defer stop()
	if _, err := o.Analysis(b.Context(), followDay); err != nil {
		b.Fatal(err)
	}
	for name, db := range map[string]*storage.DB{"own write": here, "another's write": other} {
		b.Run(name, func(b *testing.B) {
			var worst, sum time.Duration
			for b.Loop() {
				i := r.IntN(len(ids))
				v := o.follower.Load().view.Load()
				put(db, i, i+1)
				start := time.Now()
				for v == o.follower.Load().view.Load() { // without asking for it
					<-v.next
				}
				took := time.Since(start)
				sum, worst = sum+took, max(worst, took)
			}
			b.ReportMetric(float64(sum.Microseconds())/1000/float64(b.N), "ms/visible")
			b.ReportMetric(float64(worst.Microseconds())/1000, "ms/worst")
		})
	}
}
