// Package jobs runs scheduled work once among any number of processes: reminders,
// monthly figures, backups, erasure.
//
// The store keeps when each job was last done, so a due time that passed while
// no process ran is made good at the next start, once, however many were missed;
// the work sees in [Run] since when. A job that nobody has run yet is due at once.
// One process at a time works on a job, by its [lease.Lease]; a job that fails is
// tried again, later each time.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/lease"
	"github.com/boligklar/boligklar/internal/storage"
)

const (
	term       = time.Minute      // of a job's lease, renewed while it runs
	firstRetry = time.Minute      // after a failure; doubled with each further one
	lastRetry  = time.Hour        // at most
	finishTime = 10 * time.Second // to write down how it went, also while stopping
)

// State is how a job stands, as it is stored under its name.
type State struct {
	Done     time.Time     `json:"done,omitzero"`     // the due time that was last done
	At       time.Time     `json:"at,omitzero"`       // when the last try ended
	Took     time.Duration `json:"took,omitzero"`     // the last try, nanoseconds
	Failures int           `json:"failures,omitzero"` // in a row
	Retry    time.Time     `json:"retry,omitzero"`    // not before; after a failure
	Error    string        `json:"error,omitzero"`    // of the last try, as people may see it
	ErrorKey string        `json:"errorkey,omitzero"` // of that sentence in the language files; "" where there is none
}

// States holds one state a job.
var States = storage.NewCollection[State](storage.Schema{Name: "jobs"})

// Collections are what a store needs for jobs.
var Collections = append([]storage.AnyCollection{States}, lease.Collections...)

// Run is one try at a job.
type Run struct {
	Due   time.Time // the latest due time that has passed
	Since time.Time // the due time that was done before it; zero the first time
	lease *lease.Lease
}

// Check returns lease.ErrLost where another process has taken the job over. Work
// that must not happen twice calls it in its transactions.
func (r Run) Check(tx *storage.Tx) error {
	if r.lease == nil { // a test calls the work by hand
		return nil
	}
	return r.lease.Check(tx)
}

// Config says where and by which clock jobs run.
type Config struct {
	DB           *storage.DB // opened with Collections
	Municipality string
	Zone         *time.Location   // of times of day; nil is time.Local
	Now          func() time.Time // the clock; nil is time.Now
	Logger       *slog.Logger     // nil is silent
}

// Scheduler runs jobs in this process. It is safe for use by several goroutines.
type Scheduler struct {
	Config
	jobs  []Job
	asked map[string]chan struct{} // by job: somebody wants it now
	wg    sync.WaitGroup
}

// Start runs the jobs when they are due, until stop is called: it interrupts the
// work under way and waits for its end.
func Start(ctx context.Context, cfg Config, all ...Job) (s *Scheduler, stop func()) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Zone == nil {
		cfg.Zone = time.Local
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s = &Scheduler{Config: cfg, jobs: all, asked: map[string]chan struct{}{}}
	for _, job := range all {
		s.asked[job.name] = make(chan struct{}, 1)
	}
	ctx, cancel := context.WithCancel(ctx)
	for _, job := range all {
		s.wg.Go(func() { s.follow(ctx, job) })
	}
	return s, func() { cancel(); s.wg.Wait() }
}

// follow runs one job each time that it is due, or asked for.
func (s *Scheduler) follow(ctx context.Context, job Job) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		asked := false
		select {
		case <-ctx.Done():
			return
		case <-s.asked[job.name]:
			asked = true
		case <-timer.C:
		}
		at, err := s.attempt(ctx, job, asked)
		if err != nil && ctx.Err() == nil {
			s.Logger.Error("job", "name", job.name, "error", err)
			at = s.Now().Add(firstRetry)
		}
		timer.Reset(max(at.Sub(s.Now()), time.Millisecond))
	}
}

// attempt does the job where it is due, or asked for, and nobody else is at it,
// and returns when to look again.
func (s *Scheduler) attempt(ctx context.Context, job Job, asked bool) (again time.Time, err error) {
	now := s.Now().In(s.Zone)
	again = job.next(now)
	run := Run{Due: job.last(now)}
	err = s.DB.Update(ctx, s.Municipality, func(tx *storage.Tx) error {
		run.lease = nil
		rec, err := stateOf(tx, job.name)
		switch {
		case err != nil:
			return err
		case asked:
		case !rec.Value.Done.Before(run.Due):
			return nil
		case rec.Value.Retry.After(now):
			again = rec.Value.Retry
			return nil
		}
		run.Since = rec.Value.Done
		run.lease, err = lease.Take(tx, "job:"+job.name, term, s.Now)
		if errors.Is(err, lease.ErrHeld) {
			run.lease, again = nil, now.Add(term/2)
			return nil
		}
		return err
	})
	if err != nil || run.lease == nil {
		return again, err
	}
	began := s.Now()
	failure := run.lease.Keep(ctx, s.DB, s.Municipality, func(ctx context.Context) error { return safely(ctx, job.do, run) })
	retry, err := s.finish(ctx, job, run, began, failure)
	if !retry.IsZero() {
		again = retry
	} else {
		again = job.next(s.Now().In(s.Zone))
		if job.last(s.Now().In(s.Zone)).After(run.Due) { // it fell due again meanwhile
			again = s.Now()
		}
	}
	return again, err
}

// finish writes down how the job went and gives the lease back.
func (s *Scheduler) finish(ctx context.Context, job Job, run Run, began time.Time, failure error) (retry time.Time, err error) {
	stopped := ctx.Err() != nil && failure != nil // neither done nor failed: the next process goes on
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	if failure != nil && !stopped {
		s.Logger.Error("job failed", "name", job.name, "error", failure)
	}
	err = s.DB.Update(ctx, s.Municipality, func(tx *storage.Tx) error {
		retry = time.Time{}
		if err := run.lease.Release(tx); err != nil || stopped {
			return err
		}
		rec, err := stateOf(tx, job.name)
		if err != nil {
			return err
		}
		st := &rec.Value
		st.At, st.Took = s.Now().UTC(), s.Now().Sub(began)
		if failure == nil {
			st.Done, st.Failures, st.Retry, st.Error, st.ErrorKey = run.Due.UTC(), 0, time.Time{}, "", ""
		} else {
			st.Failures++
			retry = s.Now().Add(min(firstRetry<<min(st.Failures-1, 10), lastRetry))
			st.Retry, st.Error, st.ErrorKey = retry.UTC(), apperr.MessageOf(failure), keyOf(failure)
		}
		return States.Put(tx, &rec)
	})
	return retry, err
}

// keyOf returns the key of what people may see of a failure.
func keyOf(failure error) string {
	if e, ok := errors.AsType[*apperr.Error](failure); ok && e.Code != apperr.Internal {
		return e.Key
	}
	return ""
}

// stateOf returns a job's record, a new one where it was never run.
func stateOf(tx *storage.Tx, name string) (storage.Record[State], error) {
	rec, err := States.Get(tx, name)
	if apperr.CodeOf(err) == apperr.NotFound {
		return storage.Record[State]{ID: name}, nil
	}
	return rec, err
}

// safely turns a panic of the work into an error: the program has more to do.
func safely(ctx context.Context, do Func, run Run) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do(ctx, run)
}

// All returns the state of every job that was ever run, by name. Errors are
// those of the store.
func All(ctx context.Context, db *storage.DB, municipality string) (map[string]State, error) {
	out := map[string]State{}
	err := db.View(ctx, municipality, func(tx *storage.Tx) error {
		for rec, err := range States.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			out[rec.ID] = rec.Value
		}
		return nil
	})
	return out, err
}
