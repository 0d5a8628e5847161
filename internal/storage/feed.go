package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Position is where a reader of the feed stands. The zero Position is the
// beginning. It is comparable, and keeps its meaning when stored as JSON.
type Position struct {
	Seq        int64  `json:"seq"`
	Collection string `json:"collection,omitempty"`
	ID         string `json:"id,omitempty"`
	Purged     int64  `json:"purged,omitempty"` // State.Purged when the reader last looked
}

// Includes tells whether a reader at p has seen the whole transaction seq.
func (p Position) Includes(seq int64) bool { return p.Seq > seq }

// Settled tells whether p stands between two transactions: a reader that has
// applied all changes up to it has the store as it was at one moment.
func (p Position) Settled() bool { return p.Collection == "" && p.ID == "" }

// Position returns where a reader of the feed stands that knows all that the
// transaction sees: what a copy made in it goes on from with [DB.Changes]. It
// does not count the transaction's own writes.
func (tx *Tx) Position() (Position, error) {
	if err := tx.ready(); err != nil {
		return Position{}, err
	}
	state, err := tx.r.State(tx.ctx)
	if err != nil {
		return Position{}, err
	}
	if tx.seq != 0 {
		state.Seq = tx.seq - 1
	}
	return Position{Seq: state.Seq + 1, Purged: state.Purged}, nil
}

// Change is a document's newest state as the feed gives it.
type Change struct {
	Collection string
	ID         string
	Version    int64
	Seq        int64
	Deleted    bool
	Body       json.RawMessage // nil where Deleted
}

// Value decodes a change of this collection. For a deletion the value is zero.
func (c *Collection[T]) Value(ch Change) (Record[T], error) {
	if ch.Collection != c.schema.Name {
		return Record[T]{}, fmt.Errorf("storage: a change of %s is none of %s", ch.Collection, c.schema.Name)
	}
	if ch.Deleted {
		return Record[T]{ID: ch.ID, Version: ch.Version, Seq: ch.Seq}, nil
	}
	return c.record(Doc{ID: ch.ID, Version: ch.Version, Seq: ch.Seq, Body: ch.Body})
}

// Changes returns up to limit changes of a municipality after a position, and
// the position after them. Call it again with that position until it returns no
// changes; then the reader has seen everything. A document that was written
// several times comes once, in its newest state, and so may one that comes again
// later. Errors: [ErrPositionLost].
func (db *DB) Changes(ctx context.Context, municipality string, after Position, limit int) ([]Change, Position, error) {
	if err := checkMunicipality(municipality); err != nil {
		return nil, after, err
	}
	if limit <= 0 {
		return nil, after, fmt.Errorf("storage: a page of changes needs a limit, not %d", limit)
	}
	var changes []Change
	pos := after
	err := db.backend.View(ctx, municipality, func(r Reader) error {
		changes, pos = nil, after
		state, err := r.State(ctx)
		if err != nil {
			return err
		}
		switch {
		case pos.Seq > state.Seq+1:
			return ErrPositionLost
		case pos == Position{}:
		case state.Purged > pos.Purged && pos.Seq <= state.Purged:
			return ErrPositionLost
		}
		pos.Purged = state.Purged
		for len(changes) == 0 {
			docs, err := r.Feed(ctx, pos, limit)
			if err != nil {
				return err
			}
			for _, d := range docs {
				pos.Seq, pos.Collection, pos.ID = d.Seq, d.Collection, d.ID
				if strings.HasPrefix(d.Collection, "_") { // the store's own notes
					continue
				}
				changes = append(changes, Change{d.Collection, d.ID, d.Version, d.Seq, d.DeletedAt != 0, d.Body})
			}
			if len(docs) < limit {
				pos.Seq, pos.Collection, pos.ID = state.Seq+1, "", ""
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, after, err
	}
	return changes, pos, nil
}

// purgeAtOnce is about how many tombstones one transaction removes.
const purgeAtOnce = 1000

// PurgeTombstones removes the traces of records that were deleted before a time
// and returns their number. Readers that have not seen those deletions get
// [ErrPositionLost] and start anew, so leave them time: weeks rather than hours.
func (db *DB) PurgeTombstones(ctx context.Context, municipality string, before time.Time) (n int, err error) {
	defer apperr.Annotate(&err, "PurgeTombstones(%q)", municipality)
	if err := checkMunicipality(municipality); err != nil {
		return 0, err
	}
	for {
		some := 0
		err := db.backend.Update(ctx, municipality, func(w Writer) (err error) {
			some, err = w.Purge(ctx, before.UnixMilli(), purgeAtOnce)
			return err
		})
		if n += some; err != nil || some == 0 {
			return n, err
		}
	}
}
