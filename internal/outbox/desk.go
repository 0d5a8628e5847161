package outbox

import (
	"context"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Desk is where somebody looks after the outbox. It never shows to whom a message
// goes or what it says: it may hold a private link.
type Desk struct {
	DB           *storage.DB
	Municipality string
	Now          func() time.Time
}

// Item is a letter as the desk shows it.
type Item struct {
	ID       string
	Channel  Channel
	Purpose  string
	Register string // of the record that it tells of
	Key      string // of that record
	Queued   time.Time
	Ended    time.Time // when it was given up; zero while it waits
	Next     time.Time // when it is tried again; zero where it was given up
	Attempts int
	Reason   string // why the last attempt failed
	Erased   bool   // its content is erased: it can only be dropped
}

// State is how the outbox stands.
type State struct {
	Waiting int    // letters on their way
	Dead    []Item // given up, the newest first
	Failing []Item // that failed and wait for another try, the next first
	More    int    // dead ones that are not in Dead
}

// Stuck is how many letters want somebody's eye.
func (s *State) Stuck() int { return len(s.Dead) + s.More + len(s.Failing) }

const (
	shown      = 100
	maxDropped = 500 // letters of a reason
)

// Look returns how the outbox stands. Errors are those of the store.
func (d *Desk) Look(ctx context.Context) (out State, err error) {
	err = d.DB.View(ctx, d.Municipality, func(tx *storage.Tx) error {
		out = State{}
		var dead int
		if out.Waiting, dead, err = Counts(tx); err != nil {
			return err
		}
		for rec, err := range Letters.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("status", Dead)}, Sort: "ended", Desc: true, Limit: shown}) {
			if err != nil {
				return err
			}
			out.Dead = append(out.Dead, itemOf(&rec))
		}
		out.More = dead - len(out.Dead)
		// One that has failed waits for its next try; the others are due already.
		for rec, err := range Letters.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("status", Waiting)}, Sort: "next", Desc: true, Limit: shown}) {
			if err != nil {
				return err
			}
			if rec.Value.Attempts > 0 {
				out.Failing = append(out.Failing, itemOf(&rec))
			}
		}
		return nil
	})
	return out, err
}

func itemOf(rec *storage.Record[Letter]) Item {
	l := &rec.Value
	at := func(ms int64) time.Time {
		if ms == 0 {
			return time.Time{}
		}
		return time.UnixMilli(ms)
	}
	return Item{ID: rec.ID, Channel: l.Message.Channel, Purpose: l.Message.Purpose, Register: l.Message.Register, Key: l.Message.Key,
		Queued: at(l.Queued), Ended: at(l.Ended), Next: at(l.Next), Attempts: l.Attempts, Reason: l.Reason, Erased: l.Message.To == ""}
}

// Retry lets a letter that was given up wait again, and one that waits for another
// try be tried at once. Errors: NotFound; Conflict for one that was sent or
// dropped, or whose content is erased.
func (d *Desk) Retry(ctx context.Context, id string) error {
	return d.DB.Update(ctx, d.Municipality, func(tx *storage.Tx) error { return Retry(tx, id, d.Now()) })
}

// Drop decides that a letter is not to be sent, and erases its content. Errors:
// NotFound; Conflict for one that was sent or dropped already; Invalid without a
// reason.
func (d *Desk) Drop(ctx context.Context, id, why, who string) error {
	if why = strings.TrimSpace(why); why == "" || len(why) > maxDropped {
		return apperr.New(apperr.Invalid, "Write why the message is not to be sent.").In("error.outbox.no_reason", nil)
	}
	return d.DB.Update(ctx, d.Municipality, func(tx *storage.Tx) error {
		rec, err := Letters.Get(tx, id)
		if err != nil {
			return err
		}
		l := &rec.Value
		if l.Status != Dead && l.Status != Waiting {
			return apperr.New(apperr.Conflict, "The message has been sent, or dropped already.").In("error.outbox.gone", nil)
		}
		l.Status, l.Next, l.Ended, l.Who, l.Why = Dropped, 0, d.Now().UnixMilli(), who, why
		l.erase()
		return Letters.Put(tx, &rec)
	})
}

// Retry is [Desk.Retry] in a transaction.
func Retry(tx *storage.Tx, id string, now time.Time) error {
	rec, err := Letters.Get(tx, id)
	if err != nil {
		return err
	}
	l := &rec.Value
	switch {
	case l.Message.To == "" || l.Status != Dead && l.Status != Waiting:
		return apperr.New(apperr.Conflict, "The message cannot be sent again.").In("error.outbox.retry", nil)
	case l.Status == Dead:
		l.Attempts = 0
	}
	l.Status, l.Next, l.Ended = Waiting, now.UnixMilli(), 0
	return Letters.Put(tx, &rec)
}

// Counts says how many letters wait and how many are dead. Errors are those of
// the store.
func Counts(tx *storage.Tx) (waiting, dead int, err error) {
	if waiting, err = Letters.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("status", Waiting)}}); err != nil {
		return 0, 0, err
	}
	dead, err = Letters.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("status", Dead)}})
	return waiting, dead, err
}
