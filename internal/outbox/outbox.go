// Package outbox sends messages to people outside the program: e-mail and SMS.
//
// A use-case enqueues a message in its own transaction, so a message goes out if
// and only if what it tells of was stored. One worker among all processes sends
// what waits, tries again later what fails, and sets aside as dead what cannot be
// delivered. A message may be sent twice, where a process dies between the
// sending and its note of it; both bear the same ID, by which a gateway can tell.
//
// Address and content are erased once a message is sent, and a while after it is
// dead; what it was about and when stays until [Purge].
package outbox

import (
	"context"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Channel is the way that a message goes.
type Channel string

// The channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Message is what is to be sent to one person.
type Message struct {
	Channel  Channel `json:"channel"`
	To       string  `json:"to,omitzero"`       // an e-mail address, or a telephone number in E.164
	Title    string  `json:"title,omitzero"`    // the subject line of an e-mail
	Text     string  `json:"text,omitzero"`     // plain text
	Purpose  string  `json:"purpose"`           // what it is for: receipt, reminder
	Register string  `json:"register,omitzero"` // of the record that it tells of
	Key      string  `json:"key,omitzero"`      // of that record
	// Once is a name that one message at most bears, for work that may be done
	// again; "" for none.
	Once string `json:"once,omitzero"`
}

// Status says how far a message has come.
type Status string

// The statuses.
const (
	Waiting Status = "waiting"
	Sent    Status = "sent"
	Dead    Status = "dead"    // given up; someone should look
	Dropped Status = "dropped" // somebody decided that it is not to be sent
)

// Letter is a message in the outbox. Times are in Unix milliseconds, so that they
// can be compared in an index.
type Letter struct {
	Message  Message `json:"message"`
	Status   Status  `json:"status"`
	Queued   int64   `json:"queued"`
	Next     int64   `json:"next,omitzero"`     // when to try, of a waiting one
	Ended    int64   `json:"ended,omitzero"`    // when it was sent or given up
	Attempts int     `json:"attempts,omitzero"` // so far
	Reason   string  `json:"reason,omitzero"`   // why the last attempt failed, without personal data
	Who      string  `json:"who,omitzero"`      // dropped it
	Why      string  `json:"why,omitzero"`      // it was dropped
}

// Letters are the messages.
var Letters = storage.NewCollection[Letter](storage.Schema{
	Name: "outbox",
	Indexes: []storage.Index{
		{Name: "due", Paths: []string{"status", "next"}},
		{Name: "ended", Paths: []string{"status", "ended"}},
	},
	Unique: []storage.Unique{{Name: "once", Paths: []string{"message.once"}}},
})

// Collections are what a store needs for the outbox. Leases come with jobs.
var Collections = []storage.AnyCollection{Letters}

// Enqueue puts a message in the outbox, as part of a transaction. Where one bears
// the same Once already, nothing is added. Errors: Invalid for a message without
// an address or a channel, and those of the store.
func Enqueue(tx *storage.Tx, m Message, now time.Time) error {
	if m.To == "" || m.Channel != Email && m.Channel != SMS {
		return apperr.New(apperr.Invalid, "The message has no address to go to.")
	}
	if m.Once != "" {
		if before, err := Enqueued(tx, m.Once); err != nil || before {
			return err
		}
	}
	at := now.UnixMilli()
	return Letters.Put(tx, &storage.Record[Letter]{Value: Letter{Message: m, Status: Waiting, Queued: at, Next: at}})
}

// EnqueueNowhere leaves the trace of a message that goes nowhere, so that a form
// costs the same whether or not it has anybody to write to.
func EnqueueNowhere(tx *storage.Tx, purpose string, now time.Time) error {
	at := now.UnixMilli()
	return Letters.Put(tx, &storage.Record[Letter]{Value: Letter{Message: Message{Channel: Email, Purpose: purpose}, Status: Dropped, Queued: at, Ended: at, Why: "nobody"}})
}

// Enqueued reports whether a message bears that name already. Errors are those
// of the store.
func Enqueued(tx *storage.Tx, once string) (bool, error) {
	switch _, err := Letters.GetBy(tx, "once", once); {
	case err == nil:
		return true, nil
	case apperr.CodeOf(err) == apperr.NotFound:
		return false, nil
	default:
		return false, err
	}
}

// Erase removes the letters that tell of records, by their register and keys, or go to
// one of the addresses, whether they were sent or not.
func Erase(tx *storage.Tx, register string, keys, addresses []string) error {
	var found []storage.Record[Letter]
	for rec, err := range Letters.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		m := &rec.Value.Message
		if m.Register == register && slices.Contains(keys, m.Key) || m.To != "" && slices.Contains(addresses, m.To) {
			found = append(found, rec)
		}
	}
	for _, rec := range found {
		if err := Letters.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
	}
	return nil
}

// How long letters are kept.
const (
	keepDead   = 30 * 24 * time.Hour  // the content of a dead letter
	keepTraces = 365 * 24 * time.Hour // that there was a letter
	purgeChunk = 500
)

// Purge erases the content of old dead letters and the traces of older ones. It
// is for a nightly job. Errors are those of the store.
func Purge(ctx context.Context, db *storage.DB, municipality string, now time.Time) (err error) {
	defer apperr.Annotate(&err, "outbox.Purge")
	for _, status := range []Status{Sent, Dead, Dropped} {
		for more := true; more; {
			more = false
			err := db.Update(ctx, municipality, func(tx *storage.Tx) error {
				n := 0
				q := storage.Query{Where: []storage.Cond{storage.Eq("status", status), storage.Lt("ended", now.Add(-keepTraces).UnixMilli())}, Limit: purgeChunk}
				for rec, err := range Letters.Find(tx, q) {
					if err != nil {
						return err
					}
					if err := Letters.Delete(tx, rec.ID, rec.Version); err != nil {
						return err
					}
					n++
				}
				more = n == purgeChunk
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return db.Update(ctx, municipality, func(tx *storage.Tx) error {
		q := storage.Query{Where: []storage.Cond{storage.Eq("status", Dead), storage.Lt("ended", now.Add(-keepDead).UnixMilli())}}
		for rec, err := range Letters.Find(tx, q) {
			if err != nil {
				return err
			}
			if rec.Value.Message.To == "" {
				continue
			}
			rec.Value.erase()
			if err := Letters.Put(tx, &rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// erase empties what is personal.
func (l *Letter) erase() { l.Message.To, l.Message.Title, l.Message.Text = "", "", "" }

// leaseName is of the lease under which letters are sent.
const leaseName = "outbox"
