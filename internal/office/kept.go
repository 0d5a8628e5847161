package office

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
)

// kept is what was read from the store last, for as long as nothing that it was
// read from has changed: the feed tells. Who asks gets all that was committed
// before, by whatever process. The value is shared, so nobody changes it.
type kept[T any] struct {
	from map[string]bool // names of the collections that it is read from

	mu    sync.Mutex // held while reading: those who ask at the same time wait for one reading
	at    storage.Position
	until time.Time // when it is read anew in any case; zero is never
	value T
	known bool
}

func keptFrom[T any](collections ...storage.AnyCollection) *kept[T] {
	k := &kept[T]{from: map[string]bool{}}
	for _, c := range collections {
		k.from[c.Schema().Name] = true
	}
	return k
}

// get returns the value, read anew where it has to be. lasts bounds how long one
// that depends on the clock is kept; 0 does not. Errors: those of read and the
// store.
func (k *kept[T]) get(ctx context.Context, o *Office, lasts time.Duration, read func(tx *storage.Tx) (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known && (lasts == 0 || o.now().Before(k.until)) {
		same, err := k.unchanged(ctx, o)
		if err != nil || same {
			return k.value, err
		}
	}
	var at storage.Position
	var value T
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		if at, err = tx.Position(); err != nil {
			return err
		}
		value, err = read(tx)
		return err
	})
	if err != nil {
		return value, err
	}
	k.at, k.value, k.known, k.until = at, value, true, o.now().Add(lasts)
	return value, nil
}

// unchanged reports whether the feed has nothing of the collections since the
// value was read, and remembers how far it has looked.
func (k *kept[T]) unchanged(ctx context.Context, o *Office) (bool, error) {
	for at := k.at; ; {
		changes, next, err := o.db.Changes(ctx, o.municipality, at, feedPage)
		if errors.Is(err, storage.ErrPositionLost) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		for _, ch := range changes {
			if k.from[ch.Collection] {
				return false, nil
			}
		}
		if at = next; at.Settled() {
			k.at = at
			return true, nil
		}
	}
}
