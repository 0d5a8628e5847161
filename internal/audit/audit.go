// Package audit keeps the trail of who saw and changed what. It is append-only:
// nothing here changes an entry, and only Purge, for a retention that has run
// out, removes any.
//
// A change's entry is written in the change's own transaction ([Write]), so that
// none is acknowledged without it. That somebody looked is noted in memory and
// written within a second ([Log.Read]), so that no page waits for it.
package audit

import (
	"time"

	"github.com/boligklar/boligklar/internal/storage"
)

// What happened to a record.
const (
	Read     = "read"
	Created  = "created"
	Changed  = "changed"
	Deleted  = "deleted"
	Exported = "exported"
)

// Entry is one line of the trail.
type Entry struct {
	Who      string   `json:"who"`              // a user's ID, cli:NAME, landlord or system
	What     string   `json:"what"`             // read, created, changed, deleted, exported, or a register's own word
	Register string   `json:"register"`         // collection of the record: households
	Key      string   `json:"key"`              // what the record is called in its register
	Fields   []string `json:"fields,omitempty"` // names of the fields that were changed, never their values
}

// line is an Entry as it is stored.
type line struct {
	Entry
	At int64 `json:"at"` // Unix milliseconds
}

var lines = storage.NewCollection[line](storage.Schema{
	Name: "audit",
	Indexes: []storage.Index{
		{Name: "subject", Paths: []string{"register", "key", "at"}},
		{Name: "who", Paths: []string{"who", "at"}},
		{Name: "at", Paths: []string{"at"}},
	},
})

// Collections are what a store with a trail holds.
var Collections = []storage.AnyCollection{lines}

// Write adds entries to the trail in the transaction of the change that they
// tell of: both stay, or neither.
func Write(tx *storage.Tx, at time.Time, entries ...Entry) error {
	for _, e := range entries {
		if err := lines.Put(tx, &storage.Record[line]{Value: line{e, at.UnixMilli()}}); err != nil {
			return err
		}
	}
	return nil
}
