package office

import (
	"context"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// FollowHealth is how what matching reads keeps up with the store.
type FollowHealth struct {
	Loaded bool          // it has read the store once
	Behind time.Duration // since it was last known to have everything; 0 where that was just now
}

// FollowHealth returns how the follower keeps up; Loaded where nobody follows,
// since matching then reads the store itself.
func (o *Office) FollowHealth() FollowHealth {
	f := o.follower.Load()
	if f == nil {
		return FollowHealth{Loaded: true}
	}
	at := f.levelAt.Load()
	if at == 0 {
		return FollowHealth{}
	}
	h := FollowHealth{Loaded: true}
	// It is looked at twice a second; a look that hangs is no good sign.
	if since := time.Since(time.Unix(0, at)); since > 4*lookAgain {
		h.Behind = since
	}
	return h
}

// AwaitFollow returns once the follower has read the store, or nobody follows: what is
// in no hurry waits for it at start-up, so that it does not keep the process from being
// ready. Errors: the context's.
func (o *Office) AwaitFollow(ctx context.Context) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for !o.FollowHealth().Loaded {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// FollowLag returns how many transactions of the store the follower has not seen.
// Errors: apperr.Unavailable where nobody follows or it has not yet loaded, and
// those of the store.
func (o *Office) FollowLag(ctx context.Context) (lag int64, err error) {
	f := o.follower.Load()
	if f == nil || f.levelAt.Load() == 0 {
		return 0, apperr.New(apperr.Unavailable, "Nothing of the store is in memory yet.")
	}
	seen := f.view.Load().position.Seq
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		end, err := tx.Position()
		lag = max(0, end.Seq-seen)
		return err
	})
	return lag, err
}

// Work is what goes on in the store, for those who watch it.
type Work struct {
	Transactions int64 // of the municipality, since its first
	Uploads      int   // files that are being read or imported
	Parts        int   // of a decided import, still to be applied
}

// Work looks at what goes on. Errors are those of the store.
func (o *Office) Work(ctx context.Context) (w Work, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		end, err := tx.Position()
		if err != nil {
			return err
		}
		w = Work{Transactions: end.Seq - 1}
		for rec, err := range uploads.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if rec.Value.working() {
				w.Uploads++
			}
		}
		return nil
	})
	if err != nil {
		return w, err
	}
	applied, all, err := o.db.Completing(ctx, o.municipality)
	w.Parts = all - applied
	return w, err
}
