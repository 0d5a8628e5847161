package office

import (
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// moveIn takes a household from its transitional unit into a listing, the lease
// and the move on a day of November 2026.
func (f *fixture) moveIn(household, listing string, on civil.Date) (placement string) {
	f.t.Helper()
	id, err := f.Propose(f.t.Context(), ProposeRequest{Household: household, Listing: listing, Who: "u1", Why: "prøve"})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, kind := range []placements.Kind{placements.KindAccept, placements.KindOffer, placements.KindLease, placements.KindMoveIn} {
		if err := f.Advance(f.t.Context(), PlacementStep{ID: id, Kind: kind, Date: on, Who: "u1"}); err != nil {
			f.t.Fatalf("%s: %v", kind, err)
		}
	}
	return id
}

// A home that the municipality rents and sublets becomes one of its units, and the
// household has moved between units; where it rents from the landlord itself it
// has moved to a home of its own.
func TestSubletMakesALeasedInUnit(t *testing.T) {
	for _, test := range []struct {
		form   landlords.ContractForm
		own    int // moved to own home
		reason vacancy.Reason
		units  int
	}{{landlords.Direct, 1, vacancy.PrivateRental, 1}, {landlords.Sublet, 0, vacancy.OtherMunicipal, 2}} {
		t.Run(string(test.form), func(t *testing.T) {
			f := newFixture(t)
			on := civil.MustParse("2026-11-25")
			_, err := f.CreateUnit(t.Context(), vacancy.Unit{UnitRef: "G-1", InServiceFrom: on - 900}, "u1")
			if err == nil {
				_, err = f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1, Children: 2, ReadyDate: on - 30, CurrentUnit: "G-1"}, "u1")
			}
			if err == nil {
				_, err = f.CreateListing(t.Context(), landlords.Listing{ExternalRef: "L-1", Address: "Prøvegata 1", Rent: new(9000), LandlordName: "Kari", LandlordPhone: "+4744667799", LeaseMonths: new(36), LeaseKind: landlords.Fixed, ContractForm: test.form}, "u1")
			}
			if err != nil {
				t.Fatal(err)
			}
			err = f.db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
				stay := vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-1", From: on - 300}
				return Occupancies.Put(tx, &storage.Record[Entry[vacancy.Occupancy]]{Value: Entry[vacancy.Occupancy]{Key: stay.Key(), Record: stay, Open: "G-1"}})
			})
			if err != nil {
				t.Fatal(err)
			}
			id := f.moveIn("H-1", "L-1", on)

			month, err := f.Turnover(t.Context(), civil.MonthOf(on))
			if err != nil || month.MoveOuts != 1 || month.MovedToOwnHome != test.own {
				t.Errorf("got %d moved out, %d to a home of their own, %v; want 1 and %d", month.MoveOuts, month.MovedToOwnHome, err, test.own)
			}
			stays, err := f.Stays(t.Context(), "G-1")
			if err != nil || len(stays) != 1 || stays[0].Value.Record.To != on || stays[0].Value.Record.Reason != test.reason {
				t.Errorf("got stays %+v, %v, want one until %s by %s", stays, err, on, test.reason)
			}
			units := 0
			err = f.db.View(t.Context(), municipality, func(tx *storage.Tx) error {
				for rec, err := range Units.Find(tx, storage.Query{}) {
					if err != nil {
						return err
					}
					if units++; rec.Value.Record.UnitRef == "G-1" {
						continue
					}
					if u := rec.Value.Record; u.Ownership != vacancy.LeasedIn || u.Rent == nil || *u.Rent != 9000 || u.InServiceFrom != on || u.LeaseInEnds != on.AddMonths(36)-1 {
						t.Errorf("got unit %+v", u)
					}
					in, err := f.Stays(t.Context(), rec.Value.Record.UnitRef)
					if err != nil || len(in) != 1 || in[0].Value.Record.HouseholdRef != "H-1" || *in[0].Value.Record.Persons != 3 {
						t.Errorf("got stays %+v, %v", in, err)
					}
				}
				return nil
			})
			if err != nil || units != test.units {
				t.Errorf("got %d units, %v, want %d", units, err, test.units)
			}
			h, err := f.LandlordHistory(t.Context(), LandlordID(landlords.Landlord{Phone: "+4744667799"}))
			if err != nil || len(h.Lettings) != 1 || !h.Lettings[0].Through || h.Lettings[0].On != on {
				t.Errorf("got %+v, %v, want one letting through the municipality", h.Lettings, err)
			}

			// The tenancy ends: the municipality's own unit is free, and its lease goes on.
			end := PlacementStep{ID: id, Kind: placements.KindEnd, Date: on + 20, Who: "u1", Reason: "nowhere"}
			if err := f.Advance(t.Context(), end); (err == nil) == (test.form == landlords.Sublet) {
				t.Errorf("a reason that is none: %v", err)
			}
			if test.form == landlords.Direct {
				return
			}
			end.Reason = vacancy.PrivateRental
			if err := f.Advance(t.Context(), end); err != nil {
				t.Fatal(err)
			}
			history, err := f.History(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if now, _ := history.Timelines(vacancy.Period{From: on, To: on + 21})[1].At(on + 20); now.Phase != vacancy.PhaseMaking {
				t.Errorf("after the tenancy the unit is %s", now.Phase)
			}
			if m := history.Ledger().Turnover(vacancy.Period{From: on + 1, To: on + 30}); m.MoveOuts != 1 || m.MovedToOwnHome != 1 {
				t.Errorf("got %d moved out, %d of them to a home of their own", m.MoveOuts, m.MovedToOwnHome)
			}
			if rec, err := f.HouseholdByRef(t.Context(), "H-1"); err != nil || rec.Value.Record.CurrentUnit != "" {
				t.Errorf("the household lives in %q, %v", rec.Value.Record.CurrentUnit, err)
			}
		})
	}
}
