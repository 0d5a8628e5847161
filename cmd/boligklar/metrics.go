package main

import (
	"context"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/metrics"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
)

// storeMetrics tells how matching keeps up, and what waits in the store. Those of
// the store are the same from every process.
func (a *app) storeMetrics(db *storage.DB, o *office.Office) func(*metrics.Metrics) {
	letters := remember(func(ctx context.Context) (n struct{ waiting, dead int }, err error) {
		err = db.View(ctx, a.config.Municipality, func(tx *storage.Tx) (err error) {
			n.waiting, n.dead, err = outbox.Counts(tx)
			return err
		})
		return n, err
	})
	work := remember(o.Work)
	failing := func(ctx context.Context) (float64, error) {
		all, err := jobs.All(ctx, db, a.config.Municipality)
		n := 0
		for _, s := range all {
			if s.Failures > 0 {
				n++
			}
		}
		return float64(n), err
	}
	return func(m *metrics.Metrics) {
		m.Follow("boligklar_matching_behind_seconds", "Since what matching reads was last known to have everything; 0 while it does, -1 before it was first loaded.",
			func(context.Context) (float64, error) {
				h := o.FollowHealth()
				if !h.Loaded {
					return -1, nil
				}
				return h.Behind.Seconds(), nil
			})
		m.Follow("boligklar_matching_behind_transactions", "Transactions of the store that matching has not seen; -1 where that cannot be told.",
			func(ctx context.Context) (float64, error) {
				n, err := o.FollowLag(ctx)
				return float64(n), err
			})
		m.Follow("boligklar_store_transactions", "Transactions that have changed the municipality's store, since its first.",
			func(ctx context.Context) (float64, error) { w, err := work(ctx); return float64(w.Transactions), err })
		m.Follow("boligklar_imports_running", "Uploaded files that are being read or imported, by any process.",
			func(ctx context.Context) (float64, error) { w, err := work(ctx); return float64(w.Uploads), err })
		m.Follow("boligklar_imports_parts_left", "Parts of a decided import that are still to be applied.",
			func(ctx context.Context) (float64, error) { w, err := work(ctx); return float64(w.Parts), err })
		m.Follow("boligklar_outbox_waiting", "Messages that wait to be sent.",
			func(ctx context.Context) (float64, error) { n, err := letters(ctx); return float64(n.waiting), err })
		m.Follow("boligklar_outbox_dead", "Messages that were given up.",
			func(ctx context.Context) (float64, error) { n, err := letters(ctx); return float64(n.dead), err })
		m.Follow("boligklar_jobs_failing", "Kinds of scheduled work whose last run failed.", failing)
	}
}

// remember has several numbers of one look at the store share it: they are asked
// for at one time.
func remember[T any](look func(context.Context) (T, error)) func(context.Context) (T, error) {
	var mu sync.Mutex
	var at time.Time
	var last T
	var failed error
	return func(ctx context.Context) (T, error) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(at) > time.Second {
			last, failed = look(ctx)
			at = time.Now()
		}
		return last, failed
	}
}
