package storage

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
)

const (
	guardPatience = 30 * time.Second // that a writer has with a change in parts
	guardWait     = 100 * time.Millisecond
	partYield     = 4 // a part's time divided by it is how long others' writers then have to themselves
)

var errGuarded = errors.New("storage: a change in parts keeps the document for itself")

// guard is what the parts of a change that was decided are still to write: their
// documents, and the values of unique keys that these bring, as hashes. Parts that
// were applied since it was read are in it still, which only makes it stricter.
type guard struct {
	token string // of the change
	kept  map[uint64]struct{}
}

var guardSeed = maphash.MakeSeed()

func guardDoc(collection, id string) uint64 {
	return maphash.String(guardSeed, collection+"\x00\x00"+id)
}

// guardKeys returns what stands for the unique keys that a body brings.
func guardKeys(s Schema, body []byte) (keys []uint64, err error) {
	if len(s.Unique) == 0 || body == nil {
		return nil, nil
	}
	c, err := contentOf(body)
	if err != nil {
		return nil, err
	}
	for _, u := range s.Unique {
		values, ok, err := c.all(u.Paths)
		if err != nil {
			return nil, err
		}
		if ok {
			keys = append(keys, maphash.String(guardSeed, holderKey(s.Name, u.Name, values)))
		}
	}
	return keys, nil
}

// add keeps a write's document and keys from others.
func (g *guard) add(s Schema, w Write) error {
	keys, err := guardKeys(s, w.Body)
	for _, k := range append(keys, guardDoc(w.Collection, w.ID)) {
		g.kept[k] = struct{}{}
	}
	return err
}

// keeps tells whether a write would come in the way of the parts.
func (g *guard) keeps(s Schema, w Write) (bool, error) {
	if _, ok := g.kept[guardDoc(w.Collection, w.ID)]; ok {
		return true, nil
	}
	keys, err := guardKeys(s, w.Body)
	for _, k := range keys {
		if _, ok := g.kept[k]; ok {
			return true, nil
		}
	}
	return false, err
}

// schemaOf returns the schema of a collection; one without keys where it is unknown.
func (db *DB) schemaOf(collection string) Schema {
	if c := db.collections[collection]; c != nil {
		return c.Schema()
	}
	return Schema{Name: collection}
}

// checkGuard returns errGuarded where a change in parts keeps what a write touches
// for itself. It does so before a caller's record is touched, so that a function
// which runs again finds its records as they were.
func (tx *Tx) checkGuard(w Write) error {
	if tx.drafted || tx.municipality == house || !tx.db.Clustered() {
		return nil
	}
	if err := tx.readHead(); err != nil {
		return err
	}
	if !slices.Contains(tx.head.Guarded, w.Collection) {
		return nil
	}
	if g, ok := tx.db.guards.Load(tx.municipality); ok && tx.head.State == decided && g.(*guard).token == tx.head.Token {
		if kept, err := g.(*guard).keeps(tx.db.schemaOf(w.Collection), w); err != nil || !kept {
			return err
		}
	}
	return errGuarded
}

// readHead reads the head of the change that goes in by parts, once in a transaction.
func (tx *Tx) readHead() error {
	if tx.asked {
		return nil
	}
	d, err := tx.r.Get(tx.ctx, parts.schema.Name, headID)
	switch {
	case err == nil:
		head, err := parts.record(d)
		if err != nil {
			return err
		}
		tx.head = head.Value
	case apperr.CodeOf(err) != apperr.NotFound:
		return err
	default:
		tx.db.guards.Delete(tx.municipality)
	}
	tx.asked = true
	return nil
}

// Whole is for a transaction that draws from many records what is to last, such as
// figures that are reported: it must not see a large import half way in. Called at
// its beginning, its error has the function run again when such a change has come
// to its end, which the caller helps on; after half a minute it is
// apperr.Unavailable.
func (tx *Tx) Whole() error {
	if err := tx.ready(); err != nil || tx.drafted || !tx.db.Clustered() {
		return err
	}
	if err := tx.readHead(); err != nil || tx.head.State != decided {
		return err
	}
	return errGuarded
}

// makeWay brings whatever stands in a writer's way nearer to its end. At first it
// finds out what a change that was decided still touches, for most writers do not
// touch that.
func (db *DB) makeWay(ctx context.Context, municipality string) error {
	var head Record[partNote]
	lost := false
	err := db.updateOnce(ctx, municipality, func(tx *Tx) (err error) {
		if head, err = readHead(tx); err != nil {
			return err
		}
		lost = time.Since(time.UnixMilli(head.Value.At)) > holdFor
		if head.Value.State == held && lost {
			return parts.Delete(tx, headID, head.Version)
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch g, _ := db.guards.Load(municipality); {
	case head.Value.State == decided && (g == nil || g.(*guard).token != head.Value.Token):
		return db.readGuard(ctx, municipality, head.Value.Token)
	case head.Value.State == decided:
		return db.completeOne(ctx, municipality)
	case head.Value.State == held && !lost:
		return pause(ctx, guardWait)
	}
	return nil
}

// readGuard reads what the parts of a change are still to write.
func (db *DB) readGuard(ctx context.Context, municipality, token string) error {
	g := &guard{token: token, kept: map[uint64]struct{}{}}
	err := db.view(ctx, municipality, func(tx *Tx) error {
		clear(g.kept)
		head, err := readHead(tx)
		if err != nil || head.Value.Token != token {
			return err
		}
		for i := head.Value.Next; i < head.Value.Parts; i++ {
			part, err := parts.Get(tx, (&change{token: token}).part(i))
			if err != nil {
				return err
			}
			writes, err := unpack(part.Value.Writes)
			if err != nil {
				return err
			}
			for _, w := range writes {
				if err := g.add(db.schemaOf(w.Collection), w); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		db.guards.Store(municipality, g)
	}
	return err
}

// pause waits, unless the context ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
