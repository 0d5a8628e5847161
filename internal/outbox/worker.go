package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/lease"
	"github.com/boligklar/boligklar/internal/storage"
)

// Transport delivers messages of one channel.
type Transport interface {
	// Send delivers a message, or hands it to who will. The ID is the same where
	// the message comes again. A *Failure says whether to try again; any other
	// error is tried again.
	Send(ctx context.Context, id string, m Message) error
}

// Failure is why a message was not delivered.
type Failure struct {
	Reason    string // for staff, without personal data: "SMTP 550"
	Permanent bool   // trying again will not help
}

// Error returns the reason.
func (f *Failure) Error() string { return "outbox: " + f.Reason }

const (
	term        = time.Minute // of the lease to send
	sendTimeout = 30 * time.Second
	idle        = 5 * time.Minute        // to look without a hint
	gather      = 200 * time.Millisecond // after a hint: what comes together goes together, under one lease
	chunk       = 50                     // letters read at once
	maxAttempts = 12                     // about two days
	firstRetry  = time.Minute
	lastRetry   = 8 * time.Hour
)

// Config says where the letters are and how they go.
type Config struct {
	DB           *storage.DB // opened with Collections and those of leases
	Municipality string
	Transports   map[Channel]Transport
	Now          func() time.Time // nil is time.Now
	Logger       *slog.Logger     // nil is silent; it is never told what is personal
}

type worker struct{ Config }

// Start sends what waits and what comes, until stop is called: it lets the
// letter under way be finished.
func Start(ctx context.Context, cfg Config) (stop func()) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	w := &worker{cfg}
	ctx, cancel := context.WithCancel(ctx)
	hints, unwatch := cfg.DB.Watch(ctx, cfg.Municipality)
	var wg sync.WaitGroup
	wg.Go(func() { w.follow(ctx, hints) })
	return func() { cancel(); unwatch(); wg.Wait() }
}

// follow looks for letters soon after a hint that something was stored, and when
// the next one is due.
func (w *worker) follow(ctx context.Context, hints <-chan struct{}) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for soon := false; ; {
		select {
		case <-ctx.Done():
			return
		case _, open := <-hints:
			if !open {
				return
			}
			if !soon {
				soon = true
				timer.Reset(gather)
			}
			continue
		case <-timer.C:
			soon = false
		}
		wait, err := w.round(ctx)
		if err != nil && ctx.Err() == nil {
			w.Logger.Error("outbox", "error", err)
			wait = firstRetry
		}
		timer.Reset(min(max(wait, 10*time.Millisecond), idle))
	}
}

// round sends what is due and returns how long to wait for the next.
func (w *worker) round(ctx context.Context) (wait time.Duration, err error) {
	due, wait, err := w.due(ctx)
	if err != nil || len(due) == 0 {
		return wait, err // an outbox at rest writes nothing
	}
	var l *lease.Lease
	err = w.DB.Update(ctx, w.Municipality, func(tx *storage.Tx) (err error) {
		l, err = lease.Take(tx, leaseName, term, w.Now)
		return err
	})
	if errors.Is(err, lease.ErrHeld) {
		return term / 2, nil
	}
	if err != nil {
		return 0, err
	}
	err = l.Keep(ctx, w.DB, w.Municipality, func(ctx context.Context) error {
		for ctx.Err() == nil {
			due, wait, err = w.due(ctx)
			if err != nil || len(due) == 0 {
				return err
			}
			for _, rec := range due {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err := w.deliver(ctx, l, rec); err != nil {
					return err
				}
			}
		}
		return ctx.Err()
	})
	done, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	back := w.DB.Update(done, w.Municipality, l.Release)
	if errors.Is(back, lease.ErrLost) {
		return term / 2, nil // whoever has it now goes on
	}
	return wait, errors.Join(err, back)
}

// due returns letters whose time has come, the longest waiting first, or else
// how long the next one has to wait.
func (w *worker) due(ctx context.Context) (due []storage.Record[Letter], wait time.Duration, err error) {
	now := w.Now().UnixMilli()
	wait = idle
	err = w.DB.View(ctx, w.Municipality, func(tx *storage.Tx) error {
		due, wait = nil, idle
		q := storage.Query{Where: []storage.Cond{storage.Eq("status", Waiting)}, Sort: "next", Limit: chunk}
		for rec, err := range Letters.Find(tx, q) {
			if err != nil {
				return err
			}
			if rec.Value.Next > now {
				wait = time.Duration(rec.Value.Next-now) * time.Millisecond
				break
			}
			due = append(due, rec)
		}
		return nil
	})
	return due, wait, err
}

// deliver sends one letter and writes down how it went. A sending that has begun
// is finished also while the worker stops.
func (w *worker) deliver(ctx context.Context, l *lease.Lease, rec storage.Record[Letter]) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	var failure error = &Failure{Reason: "no transport is set up", Permanent: true}
	if t := w.Transports[rec.Value.Message.Channel]; t != nil {
		failure = t.Send(ctx, rec.ID, rec.Value.Message)
	}
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	return w.DB.Update(ctx, w.Municipality, func(tx *storage.Tx) error {
		if err := l.Check(tx); err != nil {
			return err
		}
		now, err := Letters.Get(tx, rec.ID)
		if apperr.CodeOf(err) == apperr.NotFound {
			return nil // it was erased meanwhile
		}
		if err != nil || now.Version != rec.Version {
			return err // it was changed meanwhile: look again
		}
		now.Value.record(failure, w.Now())
		if now.Value.Status == Dead {
			w.Logger.Warn("outbox: given up", "id", rec.ID, "reason", now.Value.Reason)
		}
		return Letters.Put(tx, &now)
	})
}

// record notes the outcome of an attempt.
func (l *Letter) record(failure error, now time.Time) {
	l.Attempts++
	if failure == nil {
		l.Status, l.Next, l.Ended, l.Reason = Sent, 0, now.UnixMilli(), ""
		l.erase()
		return
	}
	l.Reason = "not delivered"
	permanent := false
	if f, ok := errors.AsType[*Failure](failure); ok {
		l.Reason, permanent = f.Reason, f.Permanent
	}
	if permanent || l.Attempts >= maxAttempts {
		l.Status, l.Next, l.Ended = Dead, 0, now.UnixMilli()
		return
	}
	l.Next = now.Add(min(firstRetry<<(l.Attempts-1), lastRetry)).UnixMilli()
}
