// Package lease lets one of several processes do a thing at a time: whoever
// holds the lease of a name, for as long as it keeps renewing it.
//
// A process that hangs loses its lease when the term runs out. What it writes
// afterwards is kept out by [Lease.Check] inside the writing transaction, so two
// holders never both write, whatever their clocks say.
package lease

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Grant is who holds a name's lease, as it is stored under the name.
type Grant struct {
	Token string    `json:"token,omitzero"` // of the holder; a new one with each taking, "" when it was given back
	Until time.Time `json:"until"`
}

// Leases holds one grant a name.
var Leases = storage.NewCollection[Grant](storage.Schema{Name: "leases"})

// Collections are what a store needs for leases.
var Collections = []storage.AnyCollection{Leases}

var (
	// ErrHeld says that another holds the lease.
	ErrHeld = errors.New("lease: another holds it")
	// ErrLost says that the lease ran out and may be another's by now.
	ErrLost = errors.New("lease: it is lost")
)

// Lease is a lease that was taken. It is safe for use by several goroutines.
type Lease struct {
	name  string
	token string
	term  time.Duration
	now   func() time.Time

	mu    sync.Mutex
	until time.Time
}

// Take takes a name's lease for a term, as part of a transaction. Errors:
// ErrHeld, and those of the store.
func Take(tx *storage.Tx, name string, term time.Duration, now func() time.Time) (*Lease, error) {
	rec, err := Leases.Get(tx, name)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		rec = storage.Record[Grant]{ID: name}
	case err != nil:
		return nil, err
	case rec.Value.Token != "" && now().Before(rec.Value.Until):
		return nil, ErrHeld
	}
	l := &Lease{name: name, token: rand.Text(), term: term, now: now, until: now().Add(term)}
	rec.Value = Grant{Token: l.token, Until: l.until}
	if err := Leases.Put(tx, &rec); err != nil {
		return nil, err
	}
	return l, nil
}

// Check returns ErrLost where another has taken the lease since. Call it inside
// the transaction that writes what the lease protects.
func (l *Lease) Check(tx *storage.Tx) error {
	_, err := l.held(tx)
	return err
}

// Release gives the lease back, as part of a transaction. Errors: ErrLost.
func (l *Lease) Release(tx *storage.Tx) error {
	rec, err := l.held(tx)
	if err != nil {
		return err
	}
	rec.Value.Token = ""
	return Leases.Put(tx, &rec)
}

func (l *Lease) held(tx *storage.Tx) (storage.Record[Grant], error) {
	rec, err := Leases.Get(tx, l.name)
	if err == nil && rec.Value.Token != l.token || apperr.CodeOf(err) == apperr.NotFound {
		return rec, ErrLost
	}
	return rec, err
}

// Keep runs fn and renews the lease meanwhile, three times a term. The context
// of fn ends, with ErrLost as its cause, as soon as the lease is another's or
// could not be renewed for a whole term. It returns what fn returns.
func (l *Lease) Keep(ctx context.Context, db *storage.DB, municipality string, fn func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(l.term / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := l.renew(ctx, db, municipality); errors.Is(err, ErrLost) || err != nil && !l.now().Before(l.expiry()) {
				cancel(ErrLost)
				return
			}
		}
	})
	defer renewing.Wait()
	defer cancel(nil)
	return fn(ctx)
}

func (l *Lease) expiry() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until
}

func (l *Lease) renew(ctx context.Context, db *storage.DB, municipality string) error {
	ctx, cancel := context.WithTimeout(ctx, l.term/3)
	defer cancel()
	until := l.now().Add(l.term)
	err := db.Update(ctx, municipality, func(tx *storage.Tx) error {
		rec, err := l.held(tx)
		if err != nil {
			return err
		}
		rec.Value.Until = until
		return Leases.Put(tx, &rec)
	})
	if err == nil {
		l.mu.Lock()
		l.until = until
		l.mu.Unlock()
	}
	return err
}
