// Package office has what the office does: use-cases that need several rooms in
// one transaction. The command line and the web pages call it. It keeps no
// state of its own beside the store; what a server keeps in memory follows the
// store (Office.Follow, kept).
package office

import (
	"context"
	"encoding/json"
	"slices"
	"sync/atomic"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/programme"
)

// Office is one municipality's office. It is safe for use by several goroutines.
type Office struct {
	db           *storage.DB
	municipality string
	name         string
	publicURL    string
	now          func() time.Time
	names        func(ctx context.Context, id string) string
	follower     atomic.Pointer[follower] // nil: nobody follows, see Follow
	patience     time.Duration            // that a request has with the follower
	history      kept[unitsKnown]
	waits        kept[*Today]
	calls        kept[[]Call]
	landlords    kept[[]landlordLine]
	programme    kept[[]programme.Course]
	backtested   backtested
}

// Config says whose office it is.
type Config struct {
	Municipality string           // kommunenummer: 1833
	Name         string           // of the municipality, as reports show it; "" shows the number
	PublicURL    string           // where landlords reach the pages, without a slash at its end
	Now          func() time.Time // the clock; nil is time.Now
	// What reports call whoever did something, from a user's id; nil shows ids. It may
	// read the store.
	Names func(ctx context.Context, id string) string
}

// New returns the office of a municipality on a store that was opened with
// Collections.
func New(db *storage.DB, cfg Config) *Office {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Name == "" {
		cfg.Name = cfg.Municipality
	}
	o := &Office{db: db, municipality: cfg.Municipality, name: cfg.Name, publicURL: cfg.PublicURL, now: cfg.Now, names: cfg.Names, patience: patience}
	o.history.begin, o.programme.begin, o.landlords.begin = newHistoryModel, newProgrammeModel, newLandlordsModel
	o.waits.begin, o.calls.begin = o.newTodayModel, o.newCallsModel
	return o
}

// Entry is a record in one of the office's registers, with where it came from.
type Entry[R any] struct {
	Key    string   `json:"key"` // what the record is called in files; unique in its register
	Record R        `json:"record"`
	Source string   `json:"source,omitzero"` // name of the file that it came from
	Series string   `json:"series,omitzero"` // of that file and its later editions, see SeriesOf
	Import string   `json:"import,omitzero"` // id of the import that created it
	Edited []string `json:"edited,omitzero"` // fields changed in the program since a file last agreed
	Open   string   `json:"open,omitzero"`   // of an open occupancy its unit_ref: one open occupancy per unit

	Landlord string `json:"landlord,omitzero"` // of a listing: LandlordID
	Digits   string `json:"digits,omitzero"`   // of a listing: see digitsOf; likely duplicates have them in common
}

// hold sets what follows from the record, for indexes and unique keys.
func (e *Entry[R]) hold() {
	switch r := any(&e.Record).(type) {
	case *vacancy.Occupancy:
		e.Open = ""
		if r.To == 0 {
			e.Open = r.UnitRef
		}
	case *landlords.Listing:
		e.Landlord, e.Digits = LandlordID(r.Landlord()), digitsOf(r.Address)
	}
}

// The registers.
var (
	Listings    = register[landlords.Listing]("listings", "record.status", "record.landlord_phone", "record.landlord_email")
	Households  = register[households.Household]("households", "record.ready_date", "record.current_unit")
	Units       = register[vacancy.Unit]("units")
	Occupancies = register[vacancy.Occupancy]("occupancies", "record.unit_ref", "record.household_ref")
	Imports     = storage.NewCollection[ImportRecord](storage.Schema{Name: "imports", Indexes: []storage.Index{{Name: "at", Paths: []string{"at"}}}})
)

// Collections are all that a store of the office holds.
var Collections = slices.Concat([]storage.AnyCollection{Listings, Households, Units, Occupancies, Placements, Imports, Events, Policies, HouseholdContacts, HouseholdReadiness, ErasedCourses, Rounds, uploads, workbooks},
	LandlordCollections, UnitCollections, ReportCollections, audit.Collections)

func register[R any](name string, indexed ...string) *storage.Collection[Entry[R]] {
	schema := storage.Schema{
		Name:    name,
		Indexes: []storage.Index{{Name: "series", Paths: []string{"series"}}},
		Unique:  []storage.Unique{{Name: "key", Paths: []string{"key"}}},
	}
	for _, path := range indexed {
		schema.Indexes = append(schema.Indexes, storage.Index{Name: path[len("record."):], Paths: []string{path}})
	}
	switch name {
	case string(importers.Occupancies):
		schema.Unique = append(schema.Unique, storage.Unique{Name: "open_unit", Paths: []string{"open"}})
	case string(importers.Listings):
		schema.Indexes = append(schema.Indexes, storage.Index{Name: "landlord", Paths: []string{"landlord"}}, storage.Index{Name: "digits", Paths: []string{"digits"}})
		schema.Migrations = append(schema.Migrations, holdListing)
	}
	return storage.NewCollection[Entry[R]](schema)
}

// holdListing gives a listing from before they were indexed its landlord and its
// digits.
func holdListing(body json.RawMessage) (json.RawMessage, error) {
	var e Entry[landlords.Listing]
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, err
	}
	e.hold()
	return json.Marshal(e)
}

// ImportRecord is an import that changed something.
type ImportRecord struct {
	At      time.Time         `json:"at"`
	Who     string            `json:"who"`
	File    string            `json:"file"`
	On      civil.Date        `json:"on"` // the day that the file's facts hold
	Summary importers.Summary `json:"summary"`
}

// nameOf returns what people call whoever did something.
func (o *Office) nameOf(ctx context.Context, id string) string {
	if o.names == nil {
		return id
	}
	return o.names(ctx, id)
}

// Municipality returns the kommunenummer of the office.
func (o *Office) Municipality() string { return o.municipality }

// Name returns what reports call the municipality.
func (o *Office) Name() string { return o.name }

// Today returns the day by the office's clock, in Norway.
func (o *Office) Today() civil.Date { return civil.FromTime(o.now().In(zone)) }

// zone is where the office is: a day begins and ends by its clocks, wherever the
// program runs.
var zone = func() *time.Location {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil { // a machine and a program without zones
		return time.Local
	}
	return oslo
}()

// Count is how many records a register holds.
type Count struct {
	Kind importers.Kind
	N    int
}

// Contents says what is in the store.
type Contents struct {
	Municipality string
	Counts       []Count
	LastImport   *ImportRecord // nil before the first
}

// Contents counts the registers. Errors are those of the store.
func (o *Office) Contents(ctx context.Context) (Contents, error) {
	out := Contents{Municipality: o.municipality}
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out.Counts = nil
		for _, r := range []struct {
			kind  importers.Kind
			count func(*storage.Tx, storage.Query) (int, error)
		}{
			{importers.Listings, Listings.Count}, {importers.Households, Households.Count},
			{importers.Units, Units.Count}, {importers.Occupancies, Occupancies.Count},
		} {
			n, err := r.count(tx, storage.Query{})
			if err != nil {
				return err
			}
			out.Counts = append(out.Counts, Count{r.kind, n})
		}
		for rec, err := range Imports.Find(tx, storage.Query{Sort: "at", Desc: true, Limit: 1}) {
			if err != nil {
				return err
			}
			out.LastImport = &rec.Value
		}
		return nil
	})
	return out, err
}
