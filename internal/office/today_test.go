package office_test

import (
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

func day(s string) civil.Date { return civil.MustParse(s) }

// waitingData is one record or two for each rule of Today, on 1 December 2026.
func waitingData() demo.Data {
	months := 12
	listing := func(address string, status landlords.Status, confirmed string) landlords.Listing {
		return landlords.Listing{ExternalRef: address, Address: address, Status: status, ConfirmedOn: day(confirmed)}
	}
	home := listing("H1", landlords.StatusLet, "2026-01-01")
	home.LeaseKind, home.LeaseMonths = landlords.Fixed, &months
	placed := func(ref string, state placements.State, date string) placements.Placement {
		return placements.Placement{State: state, Personal: placements.Personal{HouseholdRef: ref, ListingKey: home.Key()},
			Steps: []placements.Step{{Event: placements.KindPropose, State: state, Date: day(date)}}}
	}
	housed := placed("H-1", placements.FollowUp, "2026-01-10")
	housed.LeaseStart, housed.MovedIn = day("2026-01-10"), day("2026-01-10")
	housed.Checks = []placements.Check{{Months: 1, Result: placements.GoingWell}, {Months: 3, Result: placements.GoingWell}}
	return demo.Data{
		Listings: []landlords.Listing{home,
			listing("S1", landlords.StatusSubmitted, "2026-11-30"),
			listing("O1", landlords.StatusOpen, "2026-11-30"),
			listing("O2", landlords.StatusOpen, "2026-01-01"),
			listing("P1", landlords.StatusPaused, "2026-01-01")},
		Households: []households.Household{
			{Ref: "H-1", Adults: 1, ReadyDate: day("2026-01-01")}, // housed
			{Ref: "H-2", Adults: 1, ReadyDate: day("2026-01-01")}, // forgotten
			{Ref: "H-3", Adults: 1, ReadyDate: day("2026-11-01")}, // ready of late
			{Ref: "H-4", Adults: 1}, {Ref: "H-5", Adults: 1}},
		Units: []vacancy.Unit{
			{UnitRef: "U1", InServiceFrom: day("2020-01-01"), LeaseInEnds: day("2027-01-31")},
			{UnitRef: "U2", InServiceFrom: day("2020-01-01"), LeaseInEnds: day("2028-01-31")},
			{UnitRef: "U3", InServiceFrom: day("2020-01-01"), InServiceTo: day("2026-01-01"), LeaseInEnds: day("2026-12-31")}},
		Occupancies: []vacancy.Occupancy{{UnitRef: "U1", HouseholdRef: "H-2", From: day("2026-01-01")}},
		Placements: []placements.Placement{housed,
			placed("H-3", placements.Declined, "2026-11-20"),
			placed("H-4", placements.Declined, "2026-11-20"), placed("H-4", placements.Proposal, "2026-11-25"),
			placed("H-5", placements.Declined, "2026-01-20")},
	}
}

func TestWaits(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	o := office.New(todayStore(t), office.Config{Municipality: "1833", Now: func() time.Time { return now }})
	if err := o.Fill(t.Context(), waitingData(), "test"); err != nil {
		t.Fatal(err)
	}
	if err := o.TakeOutOfOrder(t.Context(), vacancy.Outage{UnitRef: "U2", From: day("2026-11-01"), Reason: vacancy.Damage}, "test"); err != nil {
		t.Fatal(err)
	}
	got, err := o.Waits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		label, due string
		months     int
	}
	want := map[office.WaitingKind][]row{
		office.WaitingSubmission: {{"S1", "2026-11-30", 0}},
		office.WaitingFollowUp:   {{"H-1", "2026-07-10", 6}},
		office.WaitingLease:      {{"H-1", "2027-01-10", 0}},
		office.WaitingLeaseIn:    {{"U1", "2027-01-31", 0}},
		office.WaitingDeclined:   {{"H-3", "2026-11-20", 0}},
		office.WaitingStale:      {{"H-2", "2026-01-01", 0}},
	}
	for _, kind := range office.WaitingKinds {
		if kind == office.WaitingReconfirm {
			if list := got.Waiting[kind]; len(list) != 1 || list[0].Label != "O2" {
				t.Errorf("%s: got %v, want O2", kind, list)
			}
			continue
		}
		list := got.Waiting[kind]
		if len(list) != len(want[kind]) {
			t.Errorf("%s: got %v, want %v", kind, list, want[kind])
			continue
		}
		for i, w := range want[kind] {
			if (row{list[i].Label, list[i].Due.String(), list[i].Months}) != w || list[i].ID == "" {
				t.Errorf("%s: got %v, want %v", kind, list[i], w)
			}
		}
	}
	if got.Units.InService != 1 || got.Units.OutOfOrder != 1 || got.Units.Vacant != 0 {
		t.Errorf("got units %+v", got.Units)
	}
	if n := len(got.Months); n != 13 || got.Months[12].Month.String() != "2026-11" || got.Months[12].AvailableUnitDays != 30 {
		t.Errorf("got %d months, the last %+v", n, got.Months[n-1])
	}
}

func todayStore(t *testing.T) *storage.DB {
	t.Helper()
	return sqlitetest.New(t, office.Collections...)
}
