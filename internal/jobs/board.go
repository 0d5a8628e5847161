package jobs

import (
	"context"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/lease"
	"github.com/boligklar/boligklar/internal/storage"
)

// Line is a job as people look after it.
type Line struct {
	Name    string
	When    When
	State   State
	Next    time.Time // when it is due or tried again; in the past where it waits to begin
	Running bool      // in some process
}

// Failing reports whether the last try failed.
func (l *Line) Failing() bool { return l.State.Failures > 0 }

// Board returns how the jobs stand, in the order of their starting. Errors are
// those of the store.
func (s *Scheduler) Board(ctx context.Context) ([]Line, error) {
	out := make([]Line, len(s.jobs))
	err := s.DB.View(ctx, s.Municipality, func(tx *storage.Tx) error {
		now := s.Now().In(s.Zone)
		for i, job := range s.jobs {
			rec, err := stateOf(tx, job.name)
			if err != nil {
				return err
			}
			line := Line{Name: job.name, When: job.when, State: rec.Value, Next: job.next(now)}
			switch due := job.last(now); {
			case rec.Value.Retry.After(now):
				line.Next = rec.Value.Retry
			case rec.Value.Done.Before(due):
				line.Next = due
			}
			grant, err := lease.Leases.Get(tx, "job:"+job.name)
			if err != nil && apperr.CodeOf(err) != apperr.NotFound {
				return err
			}
			line.Running = err == nil && grant.Value.Token != "" && now.Before(grant.Value.Until)
			out[i] = line
		}
		return nil
	})
	return out, err
}

// RunNow begins a job as soon as nobody else is at it, whether it is due or not.
// It does not wait for the end: the board tells how it went. Errors: NotFound.
func (s *Scheduler) RunNow(name string) error {
	asked, ok := s.asked[name]
	if !ok {
		return apperr.New(apperr.NotFound, "There is no such job.").In("jobs.none", nil)
	}
	select {
	case asked <- struct{}{}:
	default: // asked for already
	}
	return nil
}
