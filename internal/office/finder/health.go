package finder

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Health says how the index keeps up, as whoever follows the feed last saw it.
type Health struct {
	Engine  string        // fts, meili; "" for none
	Level   bool          // the index had everything when it was last looked at
	Behind  time.Duration // since it was last known to be level; 0 where that was just now
	Count   int           // listings in the index
	Problem string        // what stands in the way, for the log; "" for nothing

	levelAt time.Time
}

// String says it in a line for those who watch the process; nothing in it tells
// of the store or the server.
func (h Health) String() string {
	switch {
	case h.Engine == "":
		return "search: no index"
	case h.Level && h.Behind == 0:
		return "search: " + h.Engine + ", level"
	}
	return fmt.Sprintf("search: %s, behind for %.0f s", h.Engine, h.Behind.Seconds())
}

// Health returns how the index keeps up.
func (f *Finder) Health() Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.health
	// It is looked at every few seconds; a look that hangs is no good sign.
	if since := time.Since(h.levelAt); !h.Level || since > 2*lookEvery {
		h.Behind = since
	}
	return h
}

// Lag returns how many transactions of the store the index has not seen, asking
// both. Errors: apperr.Unavailable where the index does not answer, and those of
// the store.
func (f *Finder) Lag(ctx context.Context) (int64, error) {
	if f.engine == nil {
		return 0, apperr.New(apperr.Unavailable, "There is no search engine.")
	}
	state, err := f.engine.State(ctx)
	if err != nil {
		return 0, err
	}
	var at storage.Position
	if state.Position != "" {
		if at, err = f.reached(state.Position); err != nil {
			return 0, err
		}
	}
	var end storage.Position
	err = f.db.View(ctx, f.municipality, func(tx *storage.Tx) (err error) {
		end, err = tx.Position()
		return err
	})
	return max(0, end.Seq-max(at.Seq, 1)), err
}

func (f *Finder) note(level bool, count int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.health.Level, f.health.Problem = level, ""
	if level {
		f.health.levelAt, f.health.Count = time.Now(), count
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		f.health.Problem = err.Error()
	}
}
