package finder

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/storage"
)

const (
	batchSize = 500              // changes a batch
	lookEvery = 5 * time.Second  // without a hint
	firstWait = time.Second / 4  // after a failure, then twice as long each time
	longest   = 30 * time.Second // between attempts
	keepEvery = time.Minute      // a position that nothing was indexed for
)

// ahead is how far the feed was read beyond the index's own position without
// anything for it: most of what is saved is no listing, and a server takes its time
// for every position that it is told.
type ahead struct {
	index string // the index's position, as it stands there
	to    storage.Position
	since time.Time
}

// reached returns where to read on for an index at a position.
func (f *Finder) reached(position string) (at storage.Position, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ahead.index == position && position != "" {
		return f.ahead.to, nil
	}
	err = json.Unmarshal([]byte(position), &at)
	return at, err
}

// passOver notes that the feed has nothing for the index until to, and reports
// whether the index need not be told yet.
func (f *Finder) passOver(position string, to storage.Position) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ahead.index != position {
		f.ahead = ahead{index: position, since: time.Now()}
	}
	f.ahead.to = to
	return time.Since(f.ahead.since) < keepEvery
}

// Follow keeps the index level with the store until the context ends. It never
// stands in the way of a save: it reads the feed after the fact, from a position
// that the index itself keeps, so a process that dies loses nothing. What the
// index refuses is tried again, at growing intervals.
func (f *Finder) Follow(ctx context.Context) {
	if f.engine == nil {
		return
	}
	hints, stop := f.db.Watch(ctx, f.municipality)
	defer stop()
	wait := firstWait
	for {
		err := f.CatchUp(ctx)
		next := lookEvery
		if err != nil && ctx.Err() == nil {
			f.log.WarnContext(ctx, "the search index does not keep up", "error", err.Error(), "again_in", wait.String())
			next, wait = wait, min(2*wait, longest)
		} else {
			wait = firstWait
		}
		timer := time.NewTimer(next)
		if err != nil {
			select {
			case <-timer.C:
			case <-ctx.Done():
			}
		} else {
			select {
			case <-timer.C:
			case <-hints:
			case <-ctx.Done():
			}
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// CatchUp brings the index level with the store, building it where there is
// none or where it is of another form. Errors: apperr.Unavailable where the
// index does not answer, and those of the store.
func (f *Finder) CatchUp(ctx context.Context) (err error) {
	if f.engine == nil {
		return apperr.New(apperr.Unavailable, "There is no search engine.")
	}
	count := 0
	defer func() { f.note(err == nil, count, err) }()
	settings, err := f.settings(ctx)
	if err != nil {
		return err
	}
	for rebuilt := false; ; {
		state, err := f.engine.State(ctx)
		if err != nil {
			return err
		}
		err = search.ErrMoved
		if state.Position != "" && state.Settings == search.SettingsVersion+"."+settings.version {
			err = f.step(ctx, state.Position, settings)
		} else if !rebuilt {
			rebuilt, err = true, f.rebuild(ctx, settings)
		}
		switch {
		case errors.Is(err, storage.ErrPositionLost) && !rebuilt:
			if rebuilt, err = true, f.rebuild(ctx, settings); err != nil {
				return err
			}
		case errors.Is(err, errMore), errors.Is(err, search.ErrMoved) && ctx.Err() == nil:
		default:
			count = state.Count
			return err
		}
	}
}

// errMore says that there may be more changes.
var errMore = errors.New("finder: more changes")

// step takes one batch of changes into the index.
func (f *Finder) step(ctx context.Context, position string, settings *settings) error {
	at, err := f.reached(position)
	if err != nil {
		return storage.ErrPositionLost
	}
	changes, next, err := f.db.Changes(ctx, f.municipality, at, batchSize)
	if err != nil || next == at {
		return err
	}
	to, err := json.Marshal(next)
	if err != nil {
		return err
	}
	batch := search.Batch{From: position, To: string(to)}
	name := office.Listings.Schema().Name
	for _, ch := range changes {
		if ch.Collection != name {
			continue
		}
		if ch.Deleted {
			batch.Delete = append(batch.Delete, ch.ID)
			continue
		}
		rec, err := office.Listings.Value(ch)
		if err != nil {
			return err
		}
		batch.Put = append(batch.Put, search.NewDocument(rec.ID, rec.Value.Key, rec.Value.Record, settings.places))
	}
	if len(batch.Put)+len(batch.Delete) == 0 && f.passOver(position, next) {
		return errMore
	}
	if err := f.engine.Apply(ctx, batch); err != nil {
		return err
	}
	return errMore
}

// Rebuild makes the index anew beside the old one and swaps it in. It returns
// the number of listings in it.
func (f *Finder) Rebuild(ctx context.Context) (int, error) {
	settings, err := f.settings(ctx)
	if err != nil {
		return 0, err
	}
	if f.engine == nil {
		return 0, apperr.New(apperr.Unavailable, "There is no search engine.")
	}
	if err := f.rebuild(ctx, settings); err != nil {
		return 0, err
	}
	if err := f.CatchUp(ctx); err != nil {
		return 0, err
	}
	state, err := f.engine.State(ctx)
	return state.Count, err
}

// rebuild reads the feed's end first and the listings after, so that what
// changes meanwhile comes again.
func (f *Finder) rebuild(ctx context.Context, settings *settings) error {
	return f.engine.Rebuild(ctx, search.SettingsVersion+"."+settings.version, func(add func([]search.Document) error) (string, error) {
		end, err := f.end(ctx)
		if err != nil {
			return "", err
		}
		var documents []search.Document
		flush := func() error {
			err := add(documents)
			documents = documents[:0]
			return err
		}
		err = f.each(ctx, settings.places, func(d search.Document) error {
			if documents = append(documents, d); len(documents) == batchSize {
				return flush()
			}
			return nil
		})
		if err == nil && len(documents) > 0 {
			err = flush()
		}
		return end, err
	})
}

// end returns the position after everything that is in the feed now.
func (f *Finder) end(ctx context.Context) (string, error) {
	var at storage.Position
	for {
		changes, next, err := f.db.Changes(ctx, f.municipality, at, 10_000)
		if err != nil {
			return "", err
		}
		if at = next; len(changes) == 0 {
			b, err := json.Marshal(at)
			return string(b), err
		}
	}
}
