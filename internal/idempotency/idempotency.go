// Package idempotency makes a form that is sent twice count once: by a double
// click, a reload, or a browser that tries again after a lost connection. The
// results are in the store, so that it does not matter which process answers.
package idempotency

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

const (
	// Life is how long a result is remembered.
	Life = 24 * time.Hour
	// abandoned is when a key whose work never ended may be worked on again: the
	// process has died.
	abandoned = 2 * time.Minute
	pollEvery = 50 * time.Millisecond
)

// result is what became of a key. Its ID is a hash of the key and its owner.
type result struct {
	At     int64  `json:"at"`              // Unix milliseconds
	Answer string `json:"answer,omitzero"` // "" while it is worked on
}

var results = storage.NewCollection[result](storage.Schema{
	Name:    "form_results",
	Indexes: []storage.Index{{Name: "at", Paths: []string{"at"}}},
})

// Collections are what a store with results holds.
var Collections = []storage.AnyCollection{results}

// Keys remembers the results of one municipality.
type Keys struct {
	db           *storage.DB
	municipality string
	now          func() time.Time
}

// New returns the keys in a store that was opened with Collections.
func New(db *storage.DB, municipality string, now func() time.Time) *Keys {
	return &Keys{db, municipality, now}
}

// Do runs work once for an owner's key and returns its answer, which is not "";
// the same key again returns the first answer, waiting for it where the work is
// under way. Work that fails, or has no answer, may be done again with the same
// key. Errors: work's own, those of the store, and the context's.
func (k *Keys) Do(ctx context.Context, owner, key string, work func() (string, error)) (string, error) {
	sum := sha256.Sum256([]byte(owner + "|" + key))
	id := hex.EncodeToString(sum[:])
	rec, mine, err := k.claim(ctx, id)
	for err == nil && !mine {
		if rec.Value.Answer != "" {
			return rec.Value.Answer, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(pollEvery):
		}
		rec, mine, err = k.claim(ctx, id)
	}
	if err != nil {
		return "", err
	}
	done := false
	defer func() {
		if !done { // a failure, or a panic
			k.release(ctx, rec)
		}
	}()
	answer, err := work()
	if err != nil || answer == "" {
		return "", err
	}
	done = true
	rec.Value.Answer = answer
	// The work is done, even where the browser has gone away or the store fails now.
	err = k.db.Update(context.WithoutCancel(ctx), k.municipality, func(tx *storage.Tx) error {
		rec := rec // as it was claimed, also where this runs again
		return results.Put(tx, &rec)
	})
	if apperr.CodeOf(err) == apperr.Conflict {
		err = nil
	}
	return answer, err
}

// claim takes a key, or returns what became of it.
func (k *Keys) claim(ctx context.Context, id string) (rec storage.Record[result], mine bool, err error) {
	err = k.db.Update(ctx, k.municipality, func(tx *storage.Tx) error {
		mine = false
		now := k.now()
		rec, err = results.Get(tx, id)
		switch {
		case apperr.CodeOf(err) == apperr.NotFound:
			rec = storage.Record[result]{ID: id}
		case err != nil:
			return err
		case rec.Value.Answer != "" || now.Sub(time.UnixMilli(rec.Value.At)) < abandoned:
			return nil
		}
		rec.Value.At = now.UnixMilli()
		mine = true
		if err := results.Put(tx, &rec); err != nil {
			return err
		}
		return tx.Flush()
	})
	if code := apperr.CodeOf(err); code == apperr.Conflict || code == apperr.Duplicate {
		return rec, false, nil // another process was faster; look again
	}
	return rec, mine, err
}

// release gives a key back. Where that fails it is given back by its age.
func (k *Keys) release(ctx context.Context, rec storage.Record[result]) {
	_ = k.db.Update(context.WithoutCancel(ctx), k.municipality, func(tx *storage.Tx) error {
		return results.Delete(tx, rec.ID, rec.Version)
	})
}

// Purge forgets results older than Life. Errors are those of the store.
func (k *Keys) Purge(ctx context.Context) error {
	return k.db.Update(ctx, k.municipality, func(tx *storage.Tx) error {
		var old []storage.Record[result]
		before := k.now().Add(-Life).UnixMilli()
		for rec, err := range results.Find(tx, storage.Query{Where: []storage.Cond{storage.Lt("at", before)}}) {
			if err != nil {
				return err
			}
			old = append(old, rec)
		}
		for _, rec := range old {
			if err := results.Delete(tx, rec.ID, rec.Version); err != nil {
				return err
			}
		}
		return nil
	})
}
