package office

import (
	"encoding/json"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/storage"
)

// Event is something that happened to a record: who, when and what. That a
// record was created by an import is told by the import itself.
type Event struct {
	At       time.Time     `json:"at"`
	Who      string        `json:"who"`             // user id, cli:NAME, landlord or system
	What     What          `json:"what"`            //
	Register string        `json:"register"`        // collection of the record
	Record   string        `json:"record,omitzero"` // its id
	Import   string        `json:"import,omitzero"` // id of the import that did it
	From     string        `json:"from,omitzero"`   // of a change of state: the state before
	To       string        `json:"to,omitzero"`     // and the one after
	Why      string        `json:"why,omitzero"`    // reason code
	Personal EventPersonal `json:"personal,omitzero"`
}

// EventPersonal is every value of an event that may lead to a person. Erasure
// empties it whole; what is beside it counts in figures and stays.
type EventPersonal struct {
	Key     string                 `json:"key,omitzero"`     // of the record, as it was called then
	Other   string                 `json:"other,omitzero"`   // key of the other record that it is about: a placement's listing or household
	Note    string                 `json:"note,omitzero"`    // free text of staff
	Changes []importers.Difference `json:"changes,omitzero"` // Stored is the value before, File the one after
}

// What is the code of what happened.
type What string

// What can happen to any record. The other rooms' codes stand beside what they do.
const (
	WhatCreated  What = "created"
	WhatUpdated  What = "updated"
	WhatStatus   What = "status"    // From and To are landlords.Status
	WhatConfirm  What = "confirmed" // the landlord said that the home is free
	WhatContacts What = "contacts"  // of a household; the values are not repeated here
)

// Events are what happened to records.
var Events = storage.NewCollection[Event](storage.Schema{
	Name: "events",
	Indexes: []storage.Index{
		{Name: "record", Paths: []string{"register", "record"}},
		{Name: "register", Paths: []string{"register", "at"}},
		{Name: "subject", Paths: []string{"register", "personal.key"}},
	},
	Migrations: []storage.Migration{gatherPersonal},
})

// gatherPersonal brings the key and the changes of an event to its personal part.
func gatherPersonal(body json.RawMessage) (json.RawMessage, error) {
	var event map[string]json.RawMessage
	if err := json.Unmarshal(body, &event); err != nil {
		return nil, err
	}
	personal := map[string]json.RawMessage{}
	for _, name := range []string{"key", "changes"} {
		if v, ok := event[name]; ok {
			personal[name] = v
			delete(event, name)
		}
	}
	if len(personal) == 0 {
		return nil, nil
	}
	data, err := json.Marshal(personal)
	if err != nil {
		return nil, err
	}
	event["personal"] = data
	return json.Marshal(event)
}

// Record writes an event in the transaction of what it tells of. An event
// without a time is of now.
func (o *Office) Record(tx *storage.Tx, e Event) error {
	if e.At.IsZero() {
		e.At = o.now().UTC()
	}
	if err := Events.Put(tx, &storage.Record[Event]{Value: e}); err != nil {
		return err
	}
	return auditOf(tx, e)
}

// auditOf puts a change of a household, of one's placement or of where it lived in
// the trail.
func auditOf(tx *storage.Tx, e Event) error {
	if e.Register != "households" && e.Register != "placements" && e.Register != "occupancies" {
		return nil
	}
	entry := audit.Entry{Who: e.Who, What: audit.Changed, Register: e.Register, Key: e.Personal.Key}
	if e.Register == "placements" { // it has no name of its own
		entry.Key = e.Record
	}
	if e.What == WhatCreated {
		entry.What = audit.Created
	}
	for _, c := range e.Personal.Changes {
		entry.Fields = append(entry.Fields, c.Field)
	}
	if len(entry.Fields) == 0 && e.What != WhatCreated {
		entry.Fields = []string{string(e.What)}
	}
	return audit.Write(tx, e.At, entry)
}
