package storage

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
)

// A change that is larger than one transaction of a cluster carries goes in by
// parts. It is drafted first, while others go on writing; its writes are laid
// down in parts that nobody reads; then one small transaction looks whether all
// that the draft rests on still holds, and decides. From then on the change is
// certain: the parts are applied, one transaction each, by whoever comes first:
// the one who decided, a writer whom it keeps waiting, the next start.

// partNote is a document of a change in parts: its head, which decides, or one of
// its parts. They are the store's own notes and nobody's record.
type partNote struct {
	Token string `json:"token"` // of the change
	At    int64  `json:"at"`    // Unix milliseconds: of a part when it was laid down, of a hold when it was last renewed

	State   string           `json:"state,omitempty"`   // of a head: held or decided
	Guarded []string         `json:"guarded,omitempty"` // of a head: the collections that nobody else may write to
	Next    int              `json:"next,omitempty"`    // of a head: the part to be applied next
	Parts   int              `json:"parts,omitempty"`   // of a head: how many there are
	Shift   map[string]int64 `json:"shift,omitempty"`   // of a head: documents that took a tombstone's ID, and how much higher their versions are than drafted

	Writes []byte `json:"writes,omitempty"` // of a part: compressed JSON of []partWrite
}

// partWrite is a Write as a part keeps it.
type partWrite struct {
	Collection string          `json:"c"`
	ID         string          `json:"i"`
	Version    int64           `json:"v"`
	Expect     int64           `json:"e,omitempty"`
	DeletedAt  int64           `json:"d,omitempty"`
	Body       json.RawMessage `json:"b,omitempty"`
}

var parts = NewCollection[partNote](Schema{Name: "_parts"})

const (
	headID  = "head"
	held    = "held"    // someone drafts, and nobody else may write to the guarded collections
	decided = "decided" // the change is certain
)

const (
	partDocs  = 200 // so few that a writer who waits for one waits a second at most
	partBytes = 1 << 20
	holdFor   = 30 * time.Second // a hold that is not renewed for so long has ended with its process
	partsKept = time.Hour        // parts of a change that was never decided
)

var errOutdated = errors.New("storage: what the draft rests on has changed")

// Clustered tells whether processes share the store only, not a machine.
func (db *DB) Clustered() bool { return db.carries() > 0 }

// carries returns how many documents a transaction carries; 0 for any number.
func (db *DB) carries() int {
	if c, ok := db.backend.(Cluster); ok {
		return c.Carries()
	}
	return 0
}

// UpdateInParts is Update for a change of any size. Where a transaction of the
// engine carries any number of documents, it is Update. Otherwise fn runs on a
// draft: it sees its own writes, while others go on writing, and where they have
// changed what it has read it runs once more, with the collections that it uses
// kept from them. A change that one transaction carries then goes in by one. A
// larger one is decided in one transaction and goes in by parts: readers may see
// some of its documents before others, and in the end all of them are there,
// whoever dies meanwhile; or none is, where it had not been decided.
//
// fn keeps to what Update asks of it, and does not read the feed. Records' Seq
// means nothing. Errors: those of Update; apperr.Unavailable where a change was
// decided and the store then stopped answering: it is completed by the next one
// who writes or starts.
func (db *DB) UpdateInParts(ctx context.Context, municipality string, fn func(*Tx) error) error {
	if db.carries() == 0 {
		return db.Update(ctx, municipality, fn)
	}
	if err := checkMunicipality(municipality); err != nil {
		return err
	}
	c := &change{db: db, municipality: municipality, token: rand.Text()}
	if err := db.sweepParts(ctx, municipality); err != nil {
		return err
	}
	resting, err := c.try(ctx, fn)
	if errors.Is(err, errOutdated) {
		err = c.whileHeld(ctx, resting, func(ctx context.Context) error {
			_, err := c.try(ctx, fn)
			return err
		})
	}
	if errors.Is(err, errOutdated) {
		return apperr.New(apperr.Unavailable, "Others have changed the same records meanwhile. Try again in a moment; nothing was changed.").In("store.guarded", nil)
	}
	return err
}

// change is one UpdateInParts.
type change struct {
	db           *DB
	municipality string
	token        string
}

// try drafts the change and takes the draft over. With errOutdated it returns the
// collections that the draft rests on.
func (c *change) try(ctx context.Context, fn func(*Tx) error) (resting []string, err error) {
	if err := c.db.Complete(ctx, c.municipality); err != nil {
		return nil, err
	}
	d, err := newDraft(ctx, c.db, c.municipality)
	if err != nil {
		return nil, err
	}
	tx := &Tx{ctx: ctx, municipality: c.municipality, db: c.db, r: d, w: d, drafted: true}
	err = func() error {
		defer tx.end()
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Flush()
	}()
	if err != nil || len(d.log) == 0 {
		return nil, err
	}
	if len(d.log) <= c.db.carries() {
		return d.restingOn(), c.takeWhole(ctx, d)
	}
	return d.restingOn(), c.takeInParts(ctx, d)
}

// admit returns errOutdated where the draft no longer holds, or errGuarded where
// another change keeps what it writes to.
func (c *change) admit(ctx context.Context, tx *Tx, d *draft) error {
	head, err := readHead(tx)
	if err != nil {
		return err
	}
	if head.Version > 0 && head.Value.Token != c.token && slices.ContainsFunc(d.guarded(), func(g string) bool { return slices.Contains(head.Value.Guarded, g) }) {
		return errGuarded
	}
	outdated, err := d.outdated(ctx, tx.w)
	if outdated && err == nil {
		err = errOutdated
	}
	return err
}

// takeWhole takes a draft over in one transaction.
func (c *change) takeWhole(ctx context.Context, d *draft) error {
	return c.db.update(ctx, c.municipality, func(tx *Tx) error {
		if err := c.admit(ctx, tx, d); err != nil {
			return err
		}
		shift := map[string]int64{}
		for _, writes := range split(d.log) {
			if err := tx.applyPart(writes, shift); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeInParts lays a draft down in parts, decides and applies them.
func (c *change) takeInParts(ctx context.Context, d *draft) error {
	all := split(d.log)
	for i, writes := range all {
		packed, err := pack(writes)
		if err != nil {
			return err
		}
		note := partNote{Token: c.token, At: time.Now().UnixMilli(), Writes: packed}
		if err := c.db.update(ctx, c.municipality, func(tx *Tx) error {
			return parts.Put(tx, &Record[partNote]{ID: c.part(i), Value: note})
		}); err != nil {
			return err
		}
	}
	err := c.db.update(ctx, c.municipality, func(tx *Tx) error {
		if err := c.admit(ctx, tx, d); err != nil {
			return err
		}
		if _, err := parts.Get(tx, c.part(0)); err != nil { // swept away: the process slept for an hour
			return err
		}
		head, err := readHead(tx)
		if err != nil {
			return err
		}
		head.Value = partNote{Token: c.token, At: time.Now().UnixMilli(), State: decided, Guarded: d.guarded(), Parts: len(all)}
		return parts.Put(tx, &head)
	})
	if err != nil {
		return errors.Join(err, c.dropParts(ctx, len(all)))
	}
	if err := c.db.Complete(context.WithoutCancel(ctx), c.municipality); err != nil {
		return apperr.Wrap(err, apperr.Unavailable, "The change is decided, and the store does not answer. It is completed by itself when the store answers again; do not repeat it.").In("store.completing", nil)
	}
	return nil
}

func (c *change) part(i int) string { return fmt.Sprintf("%s/%06d", c.token, i) }

// dropParts removes the parts of a change that was not decided.
func (c *change) dropParts(ctx context.Context, n int) error {
	for i := range n {
		err := c.db.update(context.WithoutCancel(ctx), c.municipality, func(tx *Tx) error {
			if head, err := readHead(tx); err != nil || head.Version > 0 && head.Value.Token == c.token && head.Value.State == decided {
				return err // it was decided after all
			}
			rec, err := parts.Get(tx, c.part(i))
			if apperr.CodeOf(err) == apperr.NotFound {
				return nil
			}
			if err != nil {
				return err
			}
			return parts.Delete(tx, rec.ID, rec.Version)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// whileHeld runs fn while nobody else may write to the collections.
func (c *change) whileHeld(ctx context.Context, collections []string, fn func(context.Context) error) error {
	take := func(tx *Tx) error {
		head, err := readHead(tx)
		if err != nil {
			return err
		}
		if head.Version > 0 && head.Value.Token != c.token {
			return errGuarded
		}
		head.Value = partNote{Token: c.token, At: time.Now().UnixMilli(), State: held, Guarded: collections}
		return parts.Put(tx, &head)
	}
	if err := c.db.update(ctx, c.municipality, take); err != nil {
		return err
	}
	renewing, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(holdFor / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_ = c.db.updateOnce(renewing, c.municipality, func(tx *Tx) error { // where it fails the draft is found outdated
					head, err := readHead(tx)
					if err != nil || head.Value.Token != c.token || head.Value.State != held {
						return err
					}
					head.Value.At = time.Now().UnixMilli()
					return parts.Put(tx, &head)
				})
			case <-renewing.Done():
				return
			}
		}
	}()
	err := fn(ctx)
	stop()
	<-done
	return errors.Join(err, c.db.update(context.WithoutCancel(ctx), c.municipality, func(tx *Tx) error {
		head, err := readHead(tx)
		if err != nil || head.Value.Token != c.token || head.Value.State != held {
			return err
		}
		return parts.Delete(tx, headID, head.Version)
	}))
}

// split cuts writes into parts. No document stands twice in one.
func split(log []Write) (all [][]Write) {
	var part []Write
	bytes, seen := 0, map[docKey]bool{}
	for _, w := range log {
		key := docKey{w.Collection, w.ID}
		if len(part) > 0 && (len(part) == partDocs || bytes+len(w.Body) > partBytes || seen[key]) {
			all = append(all, part)
			part, bytes = nil, 0
			clear(seen)
		}
		part, bytes = append(part, w), bytes+len(w.Body)
		seen[key] = true
	}
	return append(all, part)
}

// pack writes a part down.
func pack(writes []Write) ([]byte, error) {
	list := make([]partWrite, len(writes))
	for i, w := range writes {
		list[i] = partWrite{w.Collection, w.ID, w.Version, w.Expect, w.DeletedAt, w.Body}
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	err := json.NewEncoder(z).Encode(list)
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

func unpack(b []byte) (writes []Write, err error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	var list []partWrite
	if err := json.NewDecoder(z).Decode(&list); err != nil {
		return nil, err
	}
	for _, w := range list {
		writes = append(writes, Write{Doc: Doc{Collection: w.Collection, ID: w.ID, Version: w.Version, DeletedAt: w.DeletedAt, Body: w.Body}, Expect: w.Expect})
	}
	return writes, nil
}
