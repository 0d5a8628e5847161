package storage

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Limits of a document.
const (
	MaxIDBytes   = 400     // of an ID
	MaxBodyBytes = 4 << 20 // of a body in its JSON form
)

// Record is a document of a collection: its value, and where it stands.
type Record[T any] struct {
	ID      string // chosen by the caller, or made by Put where it is ""
	Version int64  // 0: not stored yet
	Seq     int64  // the seq of the transaction that wrote it last
	Value   T
}

// Collection is a typed view of the documents of one schema. It holds no state
// but the schema: make it once, as a package variable or a field.
type Collection[T any] struct{ schema Schema }

// AnyCollection is a collection of any type, for [Open].
type AnyCollection interface {
	// Schema returns the collection's schema.
	Schema() Schema
	decodes(body []byte) error
}

// NewCollection returns the collection of a schema. Its values are stored as
// encoding/json writes them, which must be a JSON object.
func NewCollection[T any](s Schema) *Collection[T] { return &Collection[T]{s} }

// Schema returns the collection's schema.
func (c *Collection[T]) Schema() Schema { return c.schema }

func (c *Collection[T]) decodes(body []byte) error {
	var v T
	return json.Unmarshal(body, &v)
}

func (c *Collection[T]) record(d Doc) (Record[T], error) {
	rec := Record[T]{ID: d.ID, Version: d.Version, Seq: d.Seq}
	if err := json.Unmarshal(d.Body, &rec.Value); err != nil {
		return Record[T]{}, fmt.Errorf("storage: %s/%s is not readable as its type: %w", c.schema.Name, d.ID, err)
	}
	return rec, nil
}

// Get returns the record with an ID. Errors: apperr.NotFound.
func (c *Collection[T]) Get(tx *Tx, id string) (Record[T], error) {
	if err := tx.enter(c.schema.Name); err != nil {
		return Record[T]{}, err
	}
	if err := tx.settle(c.schema.Name, id); err != nil {
		return Record[T]{}, err
	}
	d, err := tx.r.Get(tx.ctx, c.schema.Name, id)
	if err != nil {
		return Record[T]{}, err
	}
	return c.record(d)
}

// GetBy returns the record that holds a unique key, given one value for each of
// the key's paths. Errors: apperr.NotFound, also where a value is null.
func (c *Collection[T]) GetBy(tx *Tx, unique string, values ...any) (Record[T], error) {
	paths, ok := c.schema.unique(unique)
	if !ok || len(paths) != len(values) {
		return Record[T]{}, fmt.Errorf("storage: %s has no unique key %q of %d values", c.schema.Name, unique, len(values))
	}
	q := Query{Where: make([]Cond, len(paths)), Limit: 1}
	for i, p := range paths {
		v, err := scalar(values[i])
		if err != nil {
			return Record[T]{}, fmt.Errorf("storage: %s: %w", p, err)
		}
		if v == nil {
			return Record[T]{}, Missing(c.schema.Name, "")
		}
		q.Where[i] = Eq(p, v)
	}
	for rec, err := range c.Find(tx, q) {
		return rec, err
	}
	return Record[T]{}, Missing(c.schema.Name, "")
}

// Put writes a record. With Version 0 it creates one, making an ID where there
// is none; otherwise it replaces the version that rec names.
//
// On success rec.ID and rec.Version are updated at once; rec.Seq, and the
// version of a record that takes a deleted one's ID, when the batch is flushed,
// at the latest when Update returns: do not copy rec before for their sake, and
// leave it alone from other goroutines. If the transaction fails, rec's Version
// and Seq mean nothing; since Update may run its function again, make or read
// records inside it.
//
// Errors, from here or a later call (see [Tx]): apperr.Duplicate if the ID or a
// unique key is taken, with a *UniqueError; apperr.Conflict if another version
// is stored or the record was deleted; apperr.TooLarge; apperr.Invalid for an ID
// that cannot be one.
func (c *Collection[T]) Put(tx *Tx, rec *Record[T]) error {
	if err := tx.enter(c.schema.Name); err != nil {
		return err
	}
	body, err := json.Marshal(rec.Value)
	switch {
	case err != nil:
		return fmt.Errorf("storage: %s: %w", c.schema.Name, err)
	case body[0] != '{':
		return fmt.Errorf("storage: %s: a %T is not stored as a JSON object", c.schema.Name, rec.Value)
	case len(body) > MaxBodyBytes:
		return apperr.New(apperr.TooLarge, "The record is larger than %d MB.", MaxBodyBytes>>20)
	}
	id, fresh := rec.ID, rec.ID == "" && rec.Version == 0
	if fresh {
		id = newID()
	}
	if err := checkID(id); err != nil {
		return err
	}
	w := Write{Expect: rec.Version, Doc: Doc{Collection: c.schema.Name, ID: id, Version: rec.Version + 1, Body: body}, fresh: fresh}
	old := *rec
	rec.ID, rec.Version, rec.Seq = id, w.Version, tx.seq
	if err := tx.write(w, recordRef{&rec.ID, &rec.Version, &rec.Seq}); err != nil {
		*rec = old
		return err
	}
	return nil
}

// Delete removes a record of a known version and leaves a tombstone in the feed.
// Errors, from here or a later call: apperr.Conflict if another version is
// stored or the record is not there.
func (c *Collection[T]) Delete(tx *Tx, id string, version int64) error {
	if err := tx.enter(c.schema.Name); err != nil {
		return err
	}
	if version <= 0 {
		return fmt.Errorf("storage: %s/%s: a deletion names the version that it read, not %d", c.schema.Name, id, version)
	}
	return tx.write(Write{Expect: version, Doc: Doc{
		Collection: c.schema.Name, ID: id, Version: version + 1, DeletedAt: deletionTime(),
	}}, recordRef{})
}

// deletionTime returns the time for a tombstone: 0 would be alive.
func deletionTime() int64 { return max(1, time.Now().UnixMilli()) }

// Find streams the records that q asks for, in constant memory. The first error
// ends the stream. The loop may write: a record whose Sort value it changes may
// come again at its new place; without Sort each comes once.
func (c *Collection[T]) Find(tx *Tx, q Query) iter.Seq2[Record[T], error] {
	return func(yield func(Record[T], error) bool) {
		for d, err := range c.docs(tx, q) {
			var rec Record[T]
			if err == nil {
				rec, err = c.record(d)
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// docs streams the documents that q asks for.
func (c *Collection[T]) docs(tx *Tx, q Query) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		scans, err := q.scans(c.schema.Name)
		if err == nil {
			err = tx.enter(c.schema.Name)
		}
		if err == nil {
			err = tx.settle(c.schema.Name, "")
		}
		if err != nil {
			yield(Doc{}, err)
			return
		}
		n := 0
		for _, s := range scans {
			if q.Limit > 0 {
				if s.Limit = q.Limit - n; s.Limit == 0 {
					return
				}
			}
			for d, err := range tx.r.Scan(tx.ctx, s) {
				n++
				if !yield(d, err) || err != nil {
					return
				}
			}
		}
	}
}

// Page returns up to q.Limit records and where the next page starts, "" where
// this was the last one. Pages neither lose nor double a record that stays as it
// is, whatever others write between them. Errors: apperr.Invalid for a q.After
// that does not belong to q.
func (c *Collection[T]) Page(tx *Tx, q Query) ([]Record[T], Cursor, error) {
	if q.Limit <= 0 {
		return nil, "", fmt.Errorf("storage: a page of %s needs a limit", c.schema.Name)
	}
	limit := q.Limit
	q.Limit++
	var page []Record[T]
	var last Doc
	for d, err := range c.docs(tx, q) {
		if err != nil {
			return nil, "", err
		}
		if len(page) == limit {
			k := place{id: last.ID}
			if q.Sort != "" {
				if k.value, err = valueAt(last.Body, q.Sort); err != nil {
					return nil, "", err
				}
			}
			return page, q.encode(k), nil
		}
		rec, err := c.record(d)
		if err != nil {
			return nil, "", err
		}
		page, last = append(page, rec), d
	}
	return page, "", nil
}

// Cursor returns the place just after rec in q's order, for q.After.
func (c *Collection[T]) Cursor(q Query, rec Record[T]) (Cursor, error) {
	k := place{id: rec.ID}
	if q.Sort != "" {
		body, err := json.Marshal(rec.Value)
		if err != nil {
			return "", err
		}
		if k.value, err = valueAt(body, q.Sort); err != nil {
			return "", err
		}
	}
	return q.encode(k), nil
}

// Count counts the records that q asks for, apart from After and Limit.
func (c *Collection[T]) Count(tx *Tx, q Query) (int, error) {
	if err := tx.enter(c.schema.Name); err != nil {
		return 0, err
	}
	if err := tx.settle(c.schema.Name, ""); err != nil {
		return 0, err
	}
	where, err := normalise(q.Where)
	if err != nil {
		return 0, err
	}
	return tx.r.Count(tx.ctx, Scan{Collection: c.schema.Name, Where: where})
}

// checkID returns apperr.Invalid for an ID that an engine might not give back as
// it was.
func checkID(id string) error {
	if id == "" || len(id) > MaxIDBytes || !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return apperr.New(apperr.Invalid, "The record's ID must have 1 to %d characters.", MaxIDBytes)
	}
	return nil
}
