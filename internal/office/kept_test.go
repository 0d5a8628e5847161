package office_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// What is kept of Today is given again for as long as only the trail grows, and
// read anew after anything that it shows, in this process or another, and as time
// goes by.
func TestTodayFollowsTheStore(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	db := todayStore(t)
	open := func() *office.Office {
		return office.New(db, office.Config{Municipality: "1833", Now: func() time.Time { return now }})
	}
	o, other := open(), open()
	if err := o.Fill(t.Context(), demo.Municipality(o.Today(), 1), "test"); err != nil {
		t.Fatal(err)
	}
	waits := func() *office.Today {
		t.Helper()
		w, err := o.Waits(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	first := waits()
	err := db.Update(t.Context(), "1833", func(tx *storage.Tx) error {
		return audit.Write(tx, now, audit.Entry{Who: "somebody", What: audit.Read, Register: "households", Key: "H-1"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if waits() != first {
		t.Error("Today was read anew after a look at a household")
	}
	if _, err := other.CreateListing(t.Context(), landlords.Listing{Address: "Nygata 1", Status: landlords.StatusSubmitted}, "test"); err != nil {
		t.Fatal(err)
	}
	if got, want := len(waits().Waiting[office.WaitingSubmission]), len(first.Waiting[office.WaitingSubmission])+1; got != want {
		t.Errorf("got %d submissions after another process took one, want %d", got, want)
	}
	saved, err := o.CreateHousehold(t.Context(), households.Household{Ref: "H-new", Adults: 1, ReadyDate: civil.MustParse("2026-01-01")}, "test")
	if err != nil {
		t.Fatal(err)
	}
	stale := func() (found bool) {
		for _, w := range waits().Waiting[office.WaitingStale] {
			found = found || w.ID == saved.ID && w.Due == civil.MustParse("2026-12-01")
		}
		return found
	}
	if stale() {
		t.Error("a household made today is stale")
	}
	now = now.AddDate(0, 0, 90)
	if !stale() {
		t.Error("a household that nobody has touched for 90 days is not stale")
	}
	units := waits().Units.InService
	if _, err := other.CreateUnit(t.Context(), vacancy.Unit{UnitRef: "G-new", InServiceFrom: civil.MustParse("2026-01-01")}, "test"); err != nil {
		t.Fatal(err)
	}
	if got := waits().Units.InService; got != units+1 {
		t.Errorf("got %d units in service, want %d", got, units+1)
	}
}

// What is kept from the feed equals what an office that has just begun reads, after
// whatever has changed, and where the traces of deleted records are gone.
func TestKeptEqualsReadAnew(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	db := todayStore(t)
	cfg := office.Config{Municipality: "1833", Now: func() time.Time { return now }}
	o := office.New(db, cfg)
	if err := o.Fill(t.Context(), demo.Municipality(o.Today(), 2), "test"); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	all := func(o *office.Office) map[string]any {
		t.Helper()
		out, errs := map[string]any{}, [6]error{}
		out["history"], errs[0] = o.History(ctx)
		out["today"], errs[1] = o.Waits(ctx)
		out["programme"], errs[2] = o.ProgrammeCourses(ctx)
		out["ring list"], errs[3] = o.RingList(ctx)
		out["landlords"], errs[4] = o.LandlordList(ctx, "")
		out["unit ids"], errs[5] = o.UnitIDs(ctx)
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		return out
	}
	found, err := o.FindHouseholds(ctx, office.HouseholdsQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	household := func(i int) office.HouseholdRecord { return found.Households[i] }
	listings, err := o.LandlordList(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	history, err := o.LandlordHistory(ctx, listings[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	listing := history.Listings[0]
	var living vacancy.Occupancy // who lives somewhere
	h, err := o.History(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, stay := range h.Stays {
		if stay.To.IsZero() && stay.HouseholdRef != "" {
			living = stay
		}
	}
	all(o)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"a home is registered", func() error {
			_, err := o.CreateListing(ctx, landlords.Listing{Address: "Nygata 7", Status: landlords.StatusOpen, LandlordName: "Ada Ny", LandlordPhone: "+4741234567"}, "test")
			return err
		}},
		{"a landlord is renamed", func() error {
			l := listing.Value.Record
			l.LandlordName, l.Status = "Å Omdøpt", landlords.StatusOpen
			_, err := o.EditListing(ctx, office.Edit[landlords.Listing]{ID: listing.ID, Version: listing.Version, Record: l}, "test")
			return err
		}},
		{"a call is promised", func() error {
			return o.RecordCall(ctx, office.Rang{Listing: listing.ID, Outcome: office.ContactCallBack, On: o.Today(), Who: "test"})
		}},
		{"a household is edited", func() error {
			rec := household(3)
			rec.Value.Record.ReadyDate = civil.MustParse("2026-02-01")
			_, err := o.EditHousehold(ctx, office.Edit[households.Household]{ID: rec.ID, Version: rec.Version, Record: rec.Value.Record}, "test")
			return err
		}},
		{"follow-up begins", func() error {
			items := households.Checklist{households.ModuleFollowing: {Progress: households.Started, On: civil.MustParse("2025-03-01"), Began: civil.MustParse("2025-03-01")}}
			stored, err := o.Readiness(ctx, household(4).ID)
			if err != nil {
				return err
			}
			return o.SetReadiness(ctx, office.Beside[office.Readiness]{Household: household(4).ID, Version: stored.Version, Value: office.Readiness{Items: items}}, "test")
		}},
		{"notice is given", func() error {
			return o.GiveNotice(ctx, vacancy.Notice{UnitRef: living.UnitRef, Given: o.Today(), Expected: o.Today() + 20}, "test")
		}},
		{"a household moves out", func() error {
			return errOf(o.MoveOut(ctx, living.UnitRef, o.Today(), vacancy.PrivateRental, "test"))
		}},
		{"a stay is taken back", func() error {
			stays, err := o.Stays(ctx, living.UnitRef)
			if err != nil {
				return err
			}
			return o.RemoveOccupancy(ctx, stays[0].ID, stays[0].Version, "test")
		}},
		{"a policy is saved", func() error {
			p := matching.DefaultPolicy()
			p.FreshDays = 3
			_, err := o.SetPolicy(ctx, p, o.Today(), "test")
			return err
		}},
		{"a household is erased", func() error {
			lives := map[string]bool{}
			h, err := o.History(ctx)
			for _, stay := range h.Stays {
				lives[stay.HouseholdRef] = lives[stay.HouseholdRef] || stay.To.IsZero()
			}
			for i := range found.Households {
				if rec := household(i); !lives[rec.Value.Key] {
					if err = o.EraseHousehold(ctx, rec.ID, rec.Version, "test"); err == nil {
						return nil
					}
				}
			}
			return fmt.Errorf("nobody could be erased: %w", err)
		}},
		{"a quarter passes", func() error { now = now.AddDate(0, 3, 0); return nil }},
		{"the feed forgets", func() error {
			_, err := o.CreateListing(ctx, landlords.Listing{Address: "Nygata 9", Status: landlords.StatusOpen, LandlordName: "Ada Ny"}, "test")
			if err == nil {
				_, err = db.PurgeTombstones(ctx, "1833", now.AddDate(10, 0, 0))
			}
			return err
		}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		got, want := all(o), all(office.New(db, cfg))
		for what := range want {
			if !reflect.DeepEqual(got[what], want[what]) {
				t.Errorf("%s: %s kept from the feed is not what is read anew", step.name, what)
			}
		}
	}
}
