package office

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

const (
	feedPage  = 2000                   // changes read at once
	lookAgain = 500 * time.Millisecond // where no hint comes
	patience  = 10 * time.Second       // that a request has with the follower
)

var errStopped = errors.New("office: the follower was stopped")

// follower keeps a view current from the feed of changes, so that a question
// need not load the store.
type follower struct {
	db           *storage.DB
	municipality string
	log          *slog.Logger
	page         int           // changes read at once
	patience     time.Duration // that a request has
	replica      *replica      // the goroutine's own; nil before the first load
	view         atomic.Pointer[view]
	levelAt      atomic.Int64  // Unix nanoseconds when the view was last known to have everything; 0 before the first load
	nudge        chan struct{} // a request waits
	done         chan struct{}
}

// Follow keeps what matching reads in memory, current from the feed of changes:
// from now on Match, Analysis and what rests on them answer from there, with all
// that was committed before they were asked. Loading begins at once and in the
// background; requests wait for it. What goes wrong is logged and tried again.
// It goes on until stop is called or the context ends; stop waits for it.
// One office is followed once at a time.
func (o *Office) Follow(ctx context.Context, log *slog.Logger) (stop func()) {
	return o.follow(ctx, newFollower(o, log))
}

func (o *Office) follow(ctx context.Context, f *follower) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	o.follower.Store(f)
	go func() {
		defer close(f.done)
		f.run(ctx)
		o.follower.CompareAndSwap(f, nil)
	}()
	return sync.OnceFunc(func() { cancel(); <-f.done })
}

func newFollower(o *Office, log *slog.Logger) *follower {
	f := &follower{db: o.db, municipality: o.municipality, log: log, page: feedPage, patience: o.patience, nudge: make(chan struct{}, 1), done: make(chan struct{})}
	f.view.Store(emptyReplica().view)
	return f
}

// run catches up at every hint, at every nudge, and now and then.
func (f *follower) run(ctx context.Context) {
	hints, end := f.db.Watch(ctx, f.municipality)
	defer end()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	failed := false
	for {
		if err := f.catchUp(ctx); err != nil && ctx.Err() == nil {
			f.log.ErrorContext(ctx, "following the feed of changes", "err", err)
			failed = true
		} else {
			failed = false
			f.levelAt.Store(time.Now().UnixNano())
		}
		if failed { // a request that waits cannot hurry what does not work
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
		select {
		case _, open := <-hints:
			if !open {
				return
			}
		case <-f.nudge:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// catchUp reads the feed to its end, and shows the view of that moment. A view
// shows whole transactions only. Where the feed no longer has what comes next,
// the store is read anew.
func (f *follower) catchUp(ctx context.Context) error {
	if f.replica == nil {
		return f.reload(ctx)
	}
	position, dirty := f.replica.view.position, false
	for {
		changes, next, err := f.db.Changes(ctx, f.municipality, position, f.page)
		switch {
		case errors.Is(err, storage.ErrPositionLost):
			return f.reload(ctx)
		case err != nil:
			return err
		}
		for _, ch := range changes {
			if err := f.replica.apply(ch); err != nil {
				return err
			}
		}
		dirty = dirty || next != position
		position = next
		if !position.Settled() {
			continue
		}
		if dirty {
			f.replica.settle(position)
			f.show(f.replica.view)
		}
		return nil
	}
}

// reload reads the store anew.
func (f *follower) reload(ctx context.Context) error {
	return f.db.View(ctx, f.municipality, func(tx *storage.Tx) error {
		r, err := newReplica(tx, MatchRequest{})
		if err != nil {
			return err
		}
		f.replica = r
		f.show(r.view)
		return nil
	})
}

func (f *follower) show(v *view) {
	if old := f.view.Swap(v); old != v {
		close(old.next)
	}
}

// reach returns a view that includes all that is before a position. Errors:
// errStopped, the context's, and Unavailable where it takes too long.
func (f *follower) reach(ctx context.Context, position storage.Position) (*view, error) {
	v := f.view.Load()
	if v.position.Seq >= position.Seq {
		return v, nil
	}
	waiting, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	for v.position.Seq < position.Seq {
		select {
		case f.nudge <- struct{}{}:
		default: // it has one already
		}
		select {
		case <-v.next:
			v = f.view.Load()
		case <-f.done:
			return nil, errStopped
		case <-waiting.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, apperr.New(apperr.Unavailable, "Matching is still reading what has changed. Try again in a moment.").In("match.behind", nil)
		}
	}
	return v, nil
}
