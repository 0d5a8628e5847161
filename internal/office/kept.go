package office

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
)

// kept is what pages show of whole registers: read from the store once, and from
// then on brought up to date by what the feed tells has changed. Who asks gets all
// that was committed before, by whatever process. The value is shared, so nobody
// changes it.
type kept[T any] struct {
	begin func() model[T]

	mu      sync.Mutex // held while reading: those who ask at the same time wait for one reading
	model   model[T]   // nil: to be read
	sources map[string]source
	at      storage.Position // what the model has
	changed bool             // since the value was made
	value   T
	until   time.Time // when it is made anew in any case; zero is never
}

// model is as much of some collections as a value is made from.
type model[T any] interface {
	// sources are the collections that it takes in.
	sources() []source
	// make returns the value as the model stands, sharing nothing with it that changes.
	make(ctx context.Context) (T, error)
}

// source is a collection that a model takes in: whole at first, then each record
// as it changes.
type source struct {
	name  string
	load  func(tx *storage.Tx) error
	apply func(ch storage.Change) error
}

// from hands a collection's records over; one that is deleted comes as nil.
func from[T any](c *storage.Collection[T], put func(id string, value *T)) source {
	return source{c.Schema().Name,
		func(tx *storage.Tx) error { return each(tx, c, "", put) },
		func(ch storage.Change) error { return applyTo(c, ch, put) }}
}

// watched is a collection whose changes alone matter: the value is made from what
// somebody else keeps of it.
func watched(c storage.AnyCollection) source {
	return source{c.Schema().Name, func(*storage.Tx) error { return nil }, func(storage.Change) error { return nil }}
}

// rows are the records of a collection by their ids.
type rows[T any] map[string]*T

func (r rows[T]) put(id string, value *T) {
	if value == nil {
		delete(r, id)
	} else {
		r[id] = value
	}
}

// inOrder goes through the rows by ascending ids, as a query does.
func (r rows[T]) inOrder() iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		for _, id := range slices.Sorted(maps.Keys(r)) {
			if !yield(id, r[id]) {
				return
			}
		}
	}
}

// farBehind is how many pages of the feed are read; after more of them reading the
// collections anew is quicker.
const farBehind = 5

// get returns the value. lasts bounds how long one that depends on the clock is
// kept; 0 does not. Errors are those of the store.
func (k *kept[T]) get(ctx context.Context, o *Office, lasts time.Duration) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.catchUp(ctx, o); err != nil {
		return k.value, err
	}
	if !k.changed && (lasts == 0 || o.now().Before(k.until)) {
		return k.value, nil
	}
	value, err := k.model.make(ctx)
	if err == nil {
		k.value, k.changed, k.until = value, false, o.now().Add(lasts)
	}
	return value, err
}

// catchUp brings the model to a moment between two transactions, with all that was
// committed before it was called.
func (k *kept[T]) catchUp(ctx context.Context, o *Office) error {
	if k.model == nil {
		return k.read(ctx, o)
	}
	for pages := 0; ; pages++ {
		changes, next, err := o.db.Changes(ctx, o.municipality, k.at, feedPage)
		if errors.Is(err, storage.ErrPositionLost) || err == nil && pages == farBehind {
			return k.read(ctx, o)
		}
		if err != nil {
			return err
		}
		for _, ch := range changes {
			s, ok := k.sources[ch.Collection]
			if !ok {
				continue
			}
			k.changed = true
			if err := s.apply(ch); err != nil {
				k.model = nil // some of the page is in it
				return err
			}
		}
		if k.at = next; next.Settled() {
			return nil
		}
	}
}

// read begins with all that the store has.
func (k *kept[T]) read(ctx context.Context, o *Office) error {
	k.model = nil
	return o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		if k.at, err = tx.Position(); err != nil {
			return err
		}
		m := k.begin()
		k.sources = map[string]source{}
		for _, s := range m.sources() {
			k.sources[s.name] = s
			if err := s.load(tx); err != nil {
				return err
			}
		}
		k.model, k.changed = m, true
		return nil
	})
}

// makeIn makes a model's value in a transaction of the caller; one that is made from
// its sources alone.
func makeIn[T any](tx *storage.Tx, m model[T]) (value T, err error) {
	for _, s := range m.sources() {
		if err := s.load(tx); err != nil {
			return value, err
		}
	}
	return m.make(context.Background())
}
