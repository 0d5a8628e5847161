package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
)

// DB is an open store. It is safe for use by several goroutines at once.
type DB struct {
	backend     Backend
	collections map[string]AnyCollection
	schemas     []Schema
	watchers    watchers
	guards      sync.Map // municipality -> *guard, of a change that goes in by parts
}

// Open registers the collections with a backend, makes their indexes and brings
// older documents to their schemas' versions, each municipality in one
// transaction. On success the DB owns the backend and closes it.
//
// Errors: apperr.Unreadable where the store is damaged or was written by a newer
// version of the program; apperr.Duplicate, with a *UniqueError, where stored
// documents break a new unique key.
func Open(ctx context.Context, b Backend, collections ...AnyCollection) (*DB, error) {
	db := &DB{backend: b, collections: map[string]AnyCollection{}}
	db.watchers.backend = b
	own := []AnyCollection{versions, copies, parts}
	for i, c := range slices.Concat(own, collections) {
		s := c.Schema()
		if err := s.validate(); err != nil && i >= len(own) {
			return nil, err
		}
		if _, taken := db.collections[s.Name]; taken {
			return nil, fmt.Errorf("storage: two collections are named %q", s.Name)
		}
		db.collections[s.Name] = c
		db.schemas = append(db.schemas, s)
	}
	if err := b.Prepare(ctx, nil); err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil { // before anything of a newer program's could be lost
		return nil, err
	}
	if err := b.Prepare(ctx, db.schemas); err != nil {
		return nil, err
	}
	if err := db.completeAll(ctx); err != nil {
		return nil, err
	}
	return db, nil
}

// Close ends every watch, waits for running transactions and closes the backend.
func (db *DB) Close() error {
	db.watchers.close()
	return db.backend.Close()
}

// View runs fn with a consistent snapshot of a municipality. fn may be run again
// where a server went away meanwhile, so it begins what it gathers anew; what
// streams to somewhere else uses [DB.ViewOnce]. Do not call View or Update of the
// same DB inside fn.
func (db *DB) View(ctx context.Context, municipality string, fn func(*Tx) error) error {
	if err := checkMunicipality(municipality); err != nil {
		return err
	}
	return db.inTurn(ctx, municipality, func() error { return db.view(ctx, municipality, fn) })
}

// ViewOnce is View for a function that must not be run twice, since it hands on
// what it reads. Errors: apperr.Unavailable where it would have to be.
func (db *DB) ViewOnce(ctx context.Context, municipality string, fn func(*Tx) error) error {
	ran := false
	return db.View(ctx, municipality, func(tx *Tx) error {
		if ran {
			return apperr.New(apperr.Unavailable, "The store stopped answering in the middle. Try again.").In("store.broke_off", nil)
		}
		ran = true
		return fn(tx)
	})
}

func (db *DB) view(ctx context.Context, municipality string, fn func(*Tx) error) error {
	return db.backend.View(ctx, municipality, func(r Reader) error {
		tx := &Tx{ctx: ctx, municipality: municipality, db: db, r: r}
		defer tx.end()
		return fn(tx)
	})
}

// Update runs fn in one transaction over all collections of a municipality and
// commits it if fn returns nil; when Update returns nil the writes are durable.
// If fn returns an error or panics, or the context ends before the commit,
// nothing of it stays. fn may be run again where the engine asks for it, so it
// must have no effect outside the transaction that a second run would double.
// Do not call View or Update of the same DB inside fn: Update would wait for
// itself.
//
// Errors: fn's own, and those of its writes (see [Collection.Put]).
func (db *DB) Update(ctx context.Context, municipality string, fn func(*Tx) error) error {
	if err := checkMunicipality(municipality); err != nil {
		return err
	}
	return db.update(ctx, municipality, fn)
}

func (db *DB) update(ctx context.Context, municipality string, fn func(*Tx) error) error {
	return db.inTurn(ctx, municipality, func() error { return db.updateOnce(ctx, municipality, fn) })
}

// inTurn runs try, and again where a change that goes in by parts stood in its way.
func (db *DB) inTurn(ctx context.Context, municipality string, try func() error) error {
	for began := time.Now(); ; {
		err := try()
		if !errors.Is(err, errGuarded) {
			return err
		}
		if time.Since(began) > guardPatience {
			return apperr.New(apperr.Unavailable, "A large import is going into the store. Try again in a moment; nothing was changed.").In("store.guarded", nil)
		}
		if err := db.makeWay(ctx, municipality); err != nil {
			return err
		}
	}
}

func (db *DB) updateOnce(ctx context.Context, municipality string, fn func(*Tx) error) error {
	wrote := false
	err := db.backend.Update(ctx, municipality, func(w Writer) error {
		tx := &Tx{ctx: ctx, municipality: municipality, db: db, r: w, w: w}
		defer tx.end()
		if err := fn(tx); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		wrote = tx.seq != 0
		return nil
	})
	if err == nil && wrote {
		db.watchers.notify(municipality)
	}
	return err
}

// Municipalities lists every municipality that anything was ever written to, in
// ascending order.
func (db *DB) Municipalities(ctx context.Context) ([]string, error) {
	all, err := db.backend.Municipalities(ctx)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, m := range all {
		if m != house {
			out = append(out, m)
		}
	}
	return out, nil
}

// enter returns an error if the collection was not registered with Open.
func (tx *Tx) enter(collection string) error {
	if _, ok := tx.db.collections[collection]; !ok {
		return fmt.Errorf("storage: collection %q was not given to Open", collection)
	}
	return nil
}

// checkMunicipality refuses what cannot name a municipality.
func checkMunicipality(m string) error {
	if m == "" || len(m) > 40 || strings.Trim(m, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") != "" {
		return apperr.New(apperr.Invalid, "The municipality must be named by its number, such as 1833.")
	}
	return nil
}
