package storage

import (
	"context"
	"sync"
)

// watchers holds who wants to hear of changes. The backend's hints run only
// while someone does.
type watchers struct {
	backend Backend
	mu      sync.Mutex
	byName  map[string]map[chan struct{}]struct{}
	n       int
	stop    func() // ends the backend's hints
	closed  bool
}

// Watch returns a channel that gets a hint soon after a municipality may have
// changed, and one at once. Hints that nobody takes are merged into one. A hint
// may come for no reason or, from another process, late: whoever follows the
// feed reads it with [DB.Changes] at every hint and now and then without one.
// The watch ends, and the channel is closed, when stop is called, the context
// ends or the DB is closed. stop may be called twice.
func (db *DB) Watch(ctx context.Context, municipality string) (hints <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	ch <- struct{}{}
	db.watchers.add(municipality, ch)
	var once sync.Once
	end := func() { once.Do(func() { db.watchers.remove(municipality, ch) }) }
	detach := context.AfterFunc(ctx, end)
	return ch, func() { detach(); end() }
}

func (w *watchers) add(municipality string, ch chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		close(ch)
		return
	}
	if w.byName == nil {
		w.byName = map[string]map[chan struct{}]struct{}{}
	}
	if w.byName[municipality] == nil {
		w.byName[municipality] = map[chan struct{}]struct{}{}
	}
	w.byName[municipality][ch] = struct{}{}
	if w.n++; w.n == 1 {
		w.stop = w.backend.Hints(w.watched, w.notify)
	}
}

func (w *watchers) remove(municipality string, ch chan struct{}) {
	w.mu.Lock()
	var stop func()
	if _, ok := w.byName[municipality][ch]; ok {
		delete(w.byName[municipality], ch)
		close(ch)
		if w.n--; w.n == 0 {
			stop, w.stop = w.stop, nil
		}
	}
	w.mu.Unlock()
	if stop != nil { // outside the lock: it waits for a running notify
		stop()
	}
}

// watched returns the municipalities that somebody watches.
func (w *watchers) watched() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for m, chans := range w.byName {
		if len(chans) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// notify hints to those who watch a municipality; with "" to all.
func (w *watchers) notify(municipality string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for m, chans := range w.byName {
		if municipality != "" && municipality != m {
			continue
		}
		for ch := range chans {
			hint(ch)
		}
	}
}

func hint(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default: // one is waiting already
	}
}

func (w *watchers) close() {
	w.mu.Lock()
	w.closed = true
	stop := w.stop
	w.stop, w.n = nil, 0
	for _, chans := range w.byName {
		for ch := range chans {
			close(ch)
		}
	}
	w.byName = nil
	w.mu.Unlock()
	if stop != nil {
		stop()
	}
}
