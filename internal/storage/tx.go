package storage

import (
	"context"
	"errors"
)

// The size of a batch: large enough that a batch costs little more than its
// documents, small enough that memory stays flat.
const (
	batchDocs  = 64
	batchBytes = 1 << 20
)

// Tx is a transaction on one municipality, handed out by [DB.View] and
// [DB.Update] and valid only inside their function. It is not safe for use by
// several goroutines at once.
//
// An error of a write ends the transaction: every later call returns it, and so
// does Update. Writes are gathered, so such an error may also come from a later
// call; [Tx.Flush] asks for it now.
type Tx struct {
	ctx          context.Context
	municipality string
	db           *DB
	r            Reader
	w            Writer   // nil in a View
	seq          int64    // 0 until the first flush
	drafted      bool     // w is a draft
	head         partNote // of a change that goes in by parts
	asked        bool     // head is known
	batch        batch
	err          error // what ended the transaction
}

// batch is the writes that wait to be flushed, and the records they came from.
type batch struct {
	writes []Write
	recs   []recordRef
	ids    map[docKey]struct{}
	bytes  int
}

type docKey struct{ collection, id string }

// recordRef points into a caller's Record, to be completed at the flush.
type recordRef struct {
	id      *string
	version *int64
	seq     *int64
}

// Context returns the context that the transaction runs under.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Municipality returns the municipality that the transaction sees.
func (tx *Tx) Municipality() string { return tx.municipality }

var (
	errReadOnly = errors.New("storage: a View cannot write")
	errEnded    = errors.New("storage: the transaction has ended")
)

func (tx *Tx) end() { tx.err = errEnded }

// ready returns what stops a call: the error that ended the transaction, or the
// end of its context.
func (tx *Tx) ready() error {
	if tx.err != nil {
		return tx.err
	}
	return tx.ctx.Err()
}

// write adds a write to the batch and flushes the batch when it is full.
func (tx *Tx) write(w Write, ref recordRef) error {
	if tx.w == nil {
		return errReadOnly
	}
	if err := tx.ready(); err != nil {
		return err
	}
	if tx.err = tx.checkGuard(w); tx.err != nil {
		return tx.err
	}
	key := docKey{w.Collection, w.ID}
	if _, twice := tx.batch.ids[key]; twice {
		if err := tx.Flush(); err != nil {
			return err
		}
	}
	b := &tx.batch
	if b.ids == nil {
		b.ids = make(map[docKey]struct{}, batchDocs)
	}
	b.ids[key] = struct{}{}
	b.writes = append(b.writes, w)
	b.recs = append(b.recs, ref)
	b.bytes += len(w.Body)
	if len(b.writes) >= batchDocs || b.bytes >= batchBytes {
		return tx.Flush()
	}
	return nil
}

// Flush sends the gathered writes to the engine, so that an error of theirs
// shows now. Commit and any read that could see them do so by themselves.
// Errors: apperr.Conflict, apperr.Duplicate (with a *UniqueError).
func (tx *Tx) Flush() error {
	if err := tx.ready(); err != nil {
		return err
	}
	b := &tx.batch
	if len(b.writes) == 0 {
		return nil
	}
	if tx.seq == 0 {
		if tx.seq, tx.err = tx.w.NextSeq(tx.ctx); tx.err != nil {
			return tx.err
		}
	}
	for i := range b.writes {
		b.writes[i].Seq = tx.seq
	}
	if tx.err = tx.w.Apply(tx.ctx, b.writes); tx.err != nil {
		return tx.err
	}
	for i, ref := range b.recs {
		if w := &b.writes[i]; ref.id != nil && *ref.id == w.ID { // else the caller has put the Record to another use
			*ref.version, *ref.seq = w.Version, w.Seq
		}
	}
	clear(b.writes) // let go of the bodies
	clear(b.recs)
	clear(b.ids)
	b.writes, b.recs, b.bytes = b.writes[:0], b.recs[:0], 0
	return nil
}

// settle flushes the batch if it holds a write to the collection, or to one
// document of it where id is not "".
func (tx *Tx) settle(collection, id string) error {
	if err := tx.ready(); err != nil {
		return err
	}
	if id != "" {
		if _, ok := tx.batch.ids[docKey{collection, id}]; ok {
			return tx.Flush()
		}
		return nil
	}
	for i := range tx.batch.writes {
		if tx.batch.writes[i].Collection == collection {
			return tx.Flush()
		}
	}
	return nil
}
