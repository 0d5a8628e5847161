package office_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/placements"
)

// oldDocuments are as the program wrote them before a collection had migrations.
var oldDocuments = map[string][]string{
	// A placement held its household and its listing from the proposal on.
	"placements": {
		`{"placement":{"state":"proposal","personal":{"household_ref":"H-1","listing_key":"L-1"}},"household":"h1","listing":"l1","active_household":"H-1","active_listing":"L-1"}`,
		`{"placement":{"state":"offer","personal":{"household_ref":"H-2","listing_key":"L-2"}},"household":"h2","listing":"l2","active_household":"H-2","active_listing":"L-2"}`,
		`{"placement":{"state":"declined","personal":{"household_ref":"H-3","listing_key":"L-2"}},"household":"h3","listing":"l2"}`,
	},
	// A listing was found by its landlord in a walk through all of them.
	"listings": {`{"key":"L-1","record":{"address":"Prøvegata 12 B","landlord_name":"Kari","landlord_phone":"+4744667799"}}`},
	// An event told of persons beside everything else.
	"events": {
		`{"at":"2026-11-01T09:00:00Z","who":"kari","what":"updated","register":"households","record":"h1","key":"H-1","changes":[{"field":"max_rent","stored":"8000","file":"9000"}]}`,
		`{"at":"2026-11-02T09:00:00Z","who":"kari","what":"created","register":"units","record":"u1","key":"G-1"}`,
		`{"at":"2026-11-03T09:00:00Z","who":"system","what":"status","register":"listings","from":"open","to":"expired"}`,
	},
}

// oldStore is a store of the program before its first migrations.
func oldStore(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	kinds := map[string]*storage.Collection[json.RawMessage]{}
	var all []storage.AnyCollection
	for name := range oldDocuments {
		kinds[name] = storage.NewCollection[json.RawMessage](storage.Schema{Name: name})
		all = append(all, kinds[name])
	}
	db := sqlitetest.Open(t, path, all...)
	must(t, db.Update(t.Context(), "1833", func(tx *storage.Tx) error {
		for name, bodies := range oldDocuments {
			for _, body := range bodies {
				if err := kinds[name].Put(tx, &storage.Record[json.RawMessage]{Value: json.RawMessage(body)}); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	must(t, db.Close())
	return path
}

func everyRecord[T any](t *testing.T, db *storage.DB, c *storage.Collection[T]) (out []storage.Record[T]) {
	t.Helper()
	must(t, db.View(t.Context(), "1833", func(tx *storage.Tx) error {
		for rec, err := range c.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	}))
	return out
}

func TestOldPlacementsGetTheKeysOfTheirState(t *testing.T) {
	db := sqlitetest.Open(t, oldStore(t), office.Collections...)
	want := map[placements.State][3]string{ // active household, active listing, open pair
		placements.Proposal: {"", "", "H-1|L-1"}, placements.Offer: {"H-2", "L-2", "H-2|L-2"}, placements.Declined: {},
	}
	for _, rec := range everyRecord(t, db, office.Placements) {
		p := rec.Value
		if got := [3]string{p.ActiveHousehold, p.ActiveListing, p.OpenPair}; got != want[p.Placement.State] {
			t.Errorf("%s: keys %q, want %q", p.Placement.State, got, want[p.Placement.State])
		}
		if p.Household == "" || p.Listing == "" || p.Placement.Personal.ListingKey == "" {
			t.Errorf("%s lost something: %+v", p.Placement.State, p)
		}
		delete(want, p.Placement.State)
	}
	if len(want) > 0 {
		t.Errorf("nothing is left of %v", want)
	}
}

func TestOldEventsGatherWhatLeadsToPersons(t *testing.T) {
	db := sqlitetest.Open(t, oldStore(t), office.Collections...)
	want := map[office.What]office.EventPersonal{"updated": {Key: "H-1"}, "created": {Key: "G-1"}, "status": {}}
	for _, rec := range everyRecord(t, db, office.Events) {
		e := rec.Value
		if e.Personal.Key != want[e.What].Key || (len(e.Personal.Changes) == 1) != (e.What == "updated") || e.Who == "" || e.At.IsZero() {
			t.Errorf("%s: got %+v", e.What, e)
		}
		if e.What == "updated" && (e.Personal.Changes[0].Field != "max_rent" || e.Personal.Changes[0].Stored != "8000" || e.Personal.Changes[0].File != "9000") {
			t.Errorf("changes became %+v", e.Personal.Changes)
		}
		if e.What == "status" && (e.From != "open" || e.To != "expired") {
			t.Errorf("a change of state became %+v", e)
		}
		delete(want, e.What)
	}
	if len(want) > 0 {
		t.Errorf("nothing is left of %v", want)
	}
}

func TestOldListingsAreFoundByTheirLandlord(t *testing.T) {
	db := sqlitetest.Open(t, oldStore(t), slices.Concat(office.Collections, links.Collections, outbox.Collections)...)
	o := office.New(db, office.Config{Municipality: "1833"})
	h, err := o.LandlordHistory(t.Context(), office.LandlordID(landlords.Landlord{Phone: "+4744667799"}))
	if err != nil || len(h.Listings) != 1 || h.Listings[0].Value.Key != "L-1" || h.Listings[0].Value.Digits != "12" {
		t.Errorf("got %+v, %v", h.Listings, err)
	}
}

// TestMigratedStoresOpenAgain holds that what was brought up stays as it is.
func TestMigratedStoresOpenAgain(t *testing.T) {
	path := oldStore(t)
	db := sqlitetest.Open(t, path, office.Collections...)
	before := everyRecord(t, db, office.Placements)
	must(t, db.Close())
	db = sqlitetest.Open(t, path, office.Collections...)
	after := everyRecord(t, db, office.Placements)
	for i := range after {
		if len(before) != len(after) || before[i].Version != after[i].Version || before[i].Value.OpenPair != after[i].Value.OpenPair {
			t.Fatalf("opened again: %+v\nbefore: %+v", after, before)
		}
	}
	if findings, err := db.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Errorf("Check: %+v, %v", findings, err)
	}
}
