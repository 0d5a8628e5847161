package office

import (
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// TestAPlacementFreesItsUnit walks a household from its transitional unit to a private
// home: its notice ends with the stay, the unit is made ready, and the arrival that the
// unit was kept for moves in, which ends the making ready and the reservation.
func TestAPlacementFreesItsUnit(t *testing.T) {
	f := newFixture(t)
	ctx, on := t.Context(), civil.MustParse("2026-11-25")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := f.CreateUnit(ctx, vacancy.Unit{UnitRef: "G-1", InServiceFrom: on - 900}, "u1")
	check(err)
	_, err = f.CreateHousehold(ctx, households.Household{Ref: "H-1", Adults: 1, Children: 2, ReadyDate: on - 30, CurrentUnit: "G-1"}, "u1")
	check(err)
	_, err = f.CreateListing(ctx, landlords.Listing{ExternalRef: "L-1", Address: "Prøvegata 1", Rent: new(9000), LandlordName: "Kari", LandlordPhone: "+4744667799"}, "u1")
	check(err)
	_, err = f.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-1", From: on - 300}, "u1")
	check(err)
	check(f.GiveNotice(ctx, vacancy.Notice{UnitRef: "G-1", Given: on - 20, Expected: on + 10}, "u1"))
	check(f.Reserve(ctx, vacancy.Reservation{UnitRef: "G-1", HouseholdRef: "H-9", Persons: new(2), From: on - 10, Arrival: on + 12}, "u1"))
	phase := func(day civil.Date) string {
		t.Helper()
		h, err := f.History(ctx)
		check(err)
		s, _ := h.Timelines(vacancy.Period{From: on - 400, To: on + 60})[0].At(day)
		return strings.TrimSpace(string(s.Phase) + " " + s.HouseholdRef)
	}
	id := f.moveIn("H-1", "L-1", on)
	for day, want := range map[civil.Date]string{on - 100: "occupied H-1", on - 5: "notice_given H-1", on: "making_ready"} {
		if got := phase(day); got != want {
			t.Errorf("on %v the unit is %q, want %q", day, got, want)
		}
	}
	stays, err := f.Stays(ctx, "G-1")
	check(err)
	if s := stays[0].Value.Record; s.To != on || s.Reason != vacancy.PrivateRental || stays[0].Value.Open != "" {
		t.Errorf("the stay is %+v", s)
	}
	check(f.ReadyAgain(ctx, "G-1", on+5, "u1"))
	if got := phase(on + 6); got != "reserved H-9" {
		t.Errorf("ready again the unit is %q", got)
	}
	_, err = f.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-9", Persons: new(2), From: on + 12}, "u1")
	check(err)
	h, err := f.History(ctx)
	check(err)
	if len(h.Reservations) != 1 || h.Reservations[0].Ended != on+12 {
		t.Errorf("the reservation is %+v", h.Reservations)
	}
	if found := h.Findings(on + 13); len(found) != 0 {
		t.Errorf("something is left to look at: %+v", found)
	}

	// The tenancy ends again: the placement's end is among the month's steps.
	check(f.Advance(ctx, PlacementStep{ID: id, Kind: placements.KindEnd, Date: on + 5, Who: "u1"}))
	in, err := f.TurnoverReport(ctx, civil.MonthOf(on))
	check(err)
	var ended []reports.Placement
	came := map[placements.State]int{}
	for _, p := range in.Placements {
		if p.Came {
			came[p.State]++
		}
		if p.State == placements.Ended {
			ended = append(ended, p)
		}
	}
	if len(ended) != 1 || ended[0].Date != on+5 || ended[0].Persons != 3 {
		t.Errorf("ended placements of the month: %+v", ended)
	}
	if came[placements.Proposal] != 1 || came[placements.FollowUp] != 1 { // the yes is a step, and no second proposal
		t.Errorf("placements came to %v", came)
	}
	if len(in.Waiting) != 1 { // ready, and without a home of its own at the month's close again
		t.Errorf("waiting: %+v", in.Waiting)
	}
	if s := in.Supply; s.By[landlords.SupplyNew] != 1 || s.By[landlords.SupplyPlaced] != 1 || s.Closing != 0 || s.LandlordsWon != 0 {
		t.Errorf("supply: %+v", s)
	}
}
