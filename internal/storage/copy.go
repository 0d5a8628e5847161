package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
)

// copyPage is how many changes one transaction of a copy takes over.
const copyPage = 500

// copyNote says how far a copy of a municipality has come. It stands in the store
// that is copied to, written with what it tells of.
type copyNote struct {
	From Position `json:"from"` // in the feed of the store that is copied
	Seq  int64    `json:"seq"`  // of the transaction that wrote the note: a later one was not the copy's
}

var copies = NewCollection[copyNote](Schema{Name: "_copies"})

const copyID = "copy"

// Copied is what a copy took over, and how it was found to be the same.
type Copied struct {
	Changes     int              // taken over by this run; 0 where an earlier one had done all
	Collections []CopiedRegister // in the order of the schemas
}

// CopiedRegister is one collection as it stands in both stores.
type CopiedRegister struct {
	Name    string
	Records int
	Hash    string // SHA-256 over the IDs and bodies in the order of IDs
}

// Copy takes a municipality over into another store, in the order of its feed, and
// compares the two in the end: for each collection the number of records and a
// hash of their contents. Each page is one transaction with a note of how far it
// came, so a copy that was cut off goes on where it stood, and one that is done
// takes over what has changed since. Nobody may write to the municipality in the
// store that is copied to. A record keeps its ID and never gets an older version.
//
// Errors: apperr.Conflict where the municipality was written to in the other store
// by anything but a copy, or where the two differ in the end.
func Copy(ctx context.Context, from, to *DB, municipality string, progress func(changes int)) (out Copied, err error) {
	defer apperr.Annotate(&err, "Copy(%q)", municipality)
	for {
		n, err := copyOn(ctx, from, to, municipality)
		if err != nil {
			return out, err
		}
		if n == 0 {
			break
		}
		if out.Changes += n; progress != nil {
			progress(out.Changes)
		}
	}
	for _, s := range from.schemas {
		if strings.HasPrefix(s.Name, "_") {
			continue
		}
		a, err := from.digest(ctx, municipality, s.Name)
		if err != nil {
			return out, err
		}
		b, err := to.digest(ctx, municipality, s.Name)
		if err != nil {
			return out, err
		}
		if a != b {
			return out, apperr.New(apperr.Conflict, "The copy of %s differs: %d records here, %d there. Stop every program that writes to either store and copy again.", s.Name, a.Records, b.Records)
		}
		out.Collections = append(out.Collections, a)
	}
	return out, nil
}

// copyOn takes over one page of changes and returns their number.
func copyOn(ctx context.Context, from, to *DB, municipality string) (n int, err error) {
	err = to.Update(ctx, municipality, func(tx *Tx) error {
		note, err := copies.Get(tx, copyID)
		if err != nil && apperr.CodeOf(err) != apperr.NotFound {
			return err
		}
		state, err := tx.w.State(ctx)
		if err != nil {
			return err
		}
		if state.Seq != note.Value.Seq {
			return apperr.New(apperr.Conflict, "Municipality %s has been written to in the store that you copy to, by other means than a copy. Name an empty store.", municipality)
		}
		changes, next, err := from.Changes(ctx, municipality, note.Value.From, copyPage)
		if err != nil {
			return err
		}
		if n = len(changes); n == 0 {
			return nil
		}
		for _, c := range changes {
			if err := tx.takeOver(c); err != nil {
				return err
			}
		}
		note.ID, note.Value = copyID, copyNote{From: next, Seq: state.Seq + 1}
		return copies.Put(tx, &note)
	})
	return n, err
}

// takeOver writes a document as another store has it.
func (tx *Tx) takeOver(c Change) error {
	if err := tx.enter(c.Collection); err != nil {
		return err
	}
	w := Write{Doc: Doc{Collection: c.Collection, ID: c.ID, Version: c.Version, Body: c.Body}}
	was, err := tx.r.Get(tx.ctx, c.Collection, c.ID)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		if c.Deleted {
			return nil
		}
	case err != nil:
		return err
	default:
		w.Expect, w.Version = was.Version, max(was.Version+1, c.Version)
	}
	if c.Deleted {
		w.DeletedAt = deletionTime()
	}
	return tx.write(w, recordRef{})
}

// digest counts and hashes a collection, a few thousand records at a time.
func (db *DB) digest(ctx context.Context, municipality, collection string) (CopiedRegister, error) {
	out := CopiedRegister{Name: collection}
	h := sha256.New()
	for after := ""; ; {
		n := 0
		err := db.ViewOnce(ctx, municipality, func(tx *Tx) error {
			for d, err := range tx.r.Scan(ctx, Scan{Collection: collection, AfterID: after, Limit: 5000}) {
				if err != nil {
					return err
				}
				addDoc(h, d)
				after = d.ID
				n++
			}
			return nil
		})
		if err != nil {
			return out, err
		}
		if out.Records += n; n == 0 {
			out.Hash = hex.EncodeToString(h.Sum(nil))
			return out, nil
		}
	}
}

// addDoc adds a document to a hash, each part with its length before it.
func addDoc(h hash.Hash, d Doc) {
	_, _ = fmt.Fprintf(h, "%d %s %d ", len(d.ID), d.ID, len(d.Body)) // a hash takes everything
	_, _ = h.Write(d.Body)
}
