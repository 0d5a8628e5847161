package storage

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
)

// readHead returns the head of the change that goes in by parts; its Version is 0
// where there is none.
func readHead(tx *Tx) (Record[partNote], error) {
	head, err := parts.Get(tx, headID)
	if apperr.CodeOf(err) == apperr.NotFound {
		return Record[partNote]{ID: headID}, nil
	}
	return head, err
}

// applyPart applies writes as they were drafted. shift holds, over the parts of
// one change, what a document that took a tombstone's ID is ahead of its draft.
func (tx *Tx) applyPart(writes []Write, shift map[string]int64) (err error) {
	if tx.seq == 0 {
		if tx.seq, tx.err = tx.w.NextSeq(tx.ctx); tx.err != nil {
			return tx.err
		}
	}
	writes = slices.Clone(writes)
	drafted := make([]int64, len(writes))
	for i := range writes {
		w := &writes[i]
		if ahead := shift[w.Collection+"/"+w.ID]; ahead > 0 {
			w.Version += ahead
			if w.Expect > 0 {
				w.Expect += ahead
			}
		}
		w.Seq, drafted[i] = tx.seq, w.Version
	}
	if tx.err = tx.w.Apply(tx.ctx, writes); tx.err != nil {
		return tx.err
	}
	for i := range writes {
		if w := &writes[i]; w.Version != drafted[i] {
			shift[w.Collection+"/"+w.ID] += w.Version - drafted[i]
		}
	}
	return nil
}

// completeAll completes every change that was decided before the program stopped,
// and removes what was laid down for changes that never were.
func (db *DB) completeAll(ctx context.Context) error {
	if !db.Clustered() {
		return nil
	}
	municipalities, err := db.Municipalities(ctx)
	if err != nil {
		return err
	}
	for _, m := range municipalities {
		if err := db.Complete(ctx, m); err != nil {
			return err
		}
		if err := db.sweepParts(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// Complete applies what is left of a municipality's change that was decided and
// whose process ended. [Open] does so by itself.
func (db *DB) Complete(ctx context.Context, municipality string) error {
	for {
		var left bool
		err := db.view(ctx, municipality, func(tx *Tx) error {
			head, err := readHead(tx)
			left = head.Value.State == decided
			return err
		})
		if err != nil || !left {
			return err
		}
		began := time.Now()
		if err := db.completeOne(ctx, municipality); err != nil {
			return err
		}
		if err := pause(ctx, min(time.Since(began)/partYield, guardWait)); err != nil { // others' writers get their turn
			return err
		}
	}
}

// completeOne applies one part of a change that was decided. Several processes
// may do so at once: each takes the part that is next when its turn comes.
func (db *DB) completeOne(ctx context.Context, municipality string) error {
	return db.updateOnce(ctx, municipality, func(tx *Tx) error {
		head, err := readHead(tx)
		if err != nil || head.Value.State != decided {
			return err
		}
		c := change{token: head.Value.Token}
		part, err := parts.Get(tx, c.part(head.Value.Next))
		if err != nil {
			return err
		}
		writes, err := unpack(part.Value.Writes)
		if err != nil {
			return err
		}
		if head.Value.Shift == nil {
			head.Value.Shift = map[string]int64{}
		}
		if err := tx.applyPart(writes, head.Value.Shift); err != nil {
			return err
		}
		if err := parts.Delete(tx, part.ID, part.Version); err != nil {
			return err
		}
		if head.Value.Next++; head.Value.Next == head.Value.Parts {
			return parts.Delete(tx, headID, head.Version)
		}
		return parts.Put(tx, &head)
	})
}

// sweepParts removes the parts of changes that were never decided.
func (db *DB) sweepParts(ctx context.Context, municipality string) error {
	var old []string
	err := db.view(ctx, municipality, func(tx *Tx) error {
		old = nil
		head, err := readHead(tx)
		if err != nil {
			return err
		}
		for rec, err := range parts.Find(tx, Query{}) {
			if err != nil {
				return err
			}
			if rec.ID != headID && !strings.HasPrefix(rec.ID, head.Value.Token+"/") && time.Since(time.UnixMilli(rec.Value.At)) > partsKept {
				old = append(old, rec.ID)
			}
		}
		return nil
	})
	for _, id := range old {
		if err != nil {
			return err
		}
		err = db.updateOnce(ctx, municipality, func(tx *Tx) error {
			rec, err := parts.Get(tx, id)
			if err != nil {
				return err
			}
			return parts.Delete(tx, id, rec.Version)
		})
		if apperr.CodeOf(err) == apperr.NotFound { // another process was quicker
			err = nil
		}
	}
	return err
}

// Completing returns how many parts of a change that was decided are applied, and
// how many there are; 0 of 0 where none is under way.
func (db *DB) Completing(ctx context.Context, municipality string) (applied, all int, err error) {
	err = db.View(ctx, municipality, func(tx *Tx) error {
		head, err := readHead(tx)
		if head.Value.State == decided {
			applied, all = head.Value.Next, head.Value.Parts
		}
		return err
	})
	return applied, all, err
}
