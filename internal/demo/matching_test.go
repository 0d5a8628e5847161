package demo

import (
	"maps"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// rank evaluates every pair as the office would.
func rank(d Data, on civil.Date) []matching.Result {
	units := map[string]*vacancy.Unit{}
	for i := range d.Units {
		units[d.Units[i].UnitRef] = &d.Units[i]
	}
	candidates := make([]matching.Candidate, len(d.Households))
	for i := range d.Households {
		h := &d.Households[i]
		candidates[i] = matching.Candidate{ID: h.Ref, Household: h, CurrentUnit: units[h.CurrentUnit], Declined: map[string]bool{}}
		for _, p := range d.Placements {
			if p.Personal.HouseholdRef == h.Ref && p.ExcludesPair() {
				candidates[i].Declined[p.Personal.ListingKey] = true
			}
		}
	}
	offers := make([]matching.Offer, len(d.Listings))
	for i := range d.Listings {
		offers[i] = matching.Offer{ID: d.Listings[i].Key(), Listing: &d.Listings[i]}
	}
	return matching.Rank(candidates, offers, matching.DefaultPolicy(), on, matching.Options{Every: true})
}

func TestThereIsSomethingToMatch(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		results := rank(d, on)
		pairs, fits, urgent := map[matching.Eligibility]int{}, map[string]bool{}, map[string]bool{}
		reasons := map[matching.Reason]bool{}
		for _, r := range results {
			pairs[r.Eligibility]++
			if r.Eligibility == matching.Eligible {
				fits[r.Candidate.Ref()] = true
			}
			if r.Priority == 1 {
				urgent[r.Candidate.Ref()] = true
			}
			for _, o := range r.Outcomes {
				reasons[o.Reason] = true
			}
		}
		actions := map[matching.Action]bool{}
		misses := matching.NearMisses(results)
		for _, m := range misses {
			actions[m.Outcome.Remedy.Action] = true
		}
		for _, c := range []struct {
			what           string
			got, low, high int
		}{
			{"eligible pairs", pairs[matching.Eligible], 60, 200},
			{"pairs to clarify", pairs[matching.Clarify], 40, 300},
			{"near misses", len(misses), 100, 800},
			{"kinds of remedy among them", len(actions), 5, len(matching.Actions)},
			{"reasons seen", len(reasons), 25, len(matching.Reasons) + 1},
			{"households that fit somewhere", len(fits), 10, 32},
			{"households that come first", len(urgent), 1, 15},
		} {
			if c.got < c.low || c.got > c.high {
				t.Errorf("%s: got %d, want %d to %d", c.what, c.got, c.low, c.high)
			}
		}
	})
}

func TestPlacementsAgreeWithTheRest(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		byListing, byHousehold := map[string]landlords.Listing{}, map[string]households.Household{}
		for _, l := range d.Listings {
			byListing[l.Key()] = l
		}
		for _, h := range d.Households {
			byHousehold[h.Ref] = h
		}
		active, reserved := map[string]bool{}, map[string]bool{}
		states := map[placements.State]int{}
		for _, p := range d.Placements {
			states[p.State]++
			l, h := byListing[p.Personal.ListingKey], byHousehold[p.Personal.HouseholdRef]
			if l.Address == "" || h.Ref == "" {
				t.Fatalf("a placement of nobody or nothing: %+v", p.Personal)
			}
			if p.Basis.Eligibility != matching.Eligible {
				t.Errorf("%s was proposed %s, which was %s", h.Ref, l.Key(), p.Basis.Eligibility)
			}
			if p.Active() {
				if active[h.Ref] || active[l.Key()] {
					t.Errorf("%s and %s: a second placement that goes on", h.Ref, l.Key())
				}
				active[h.Ref], active[l.Key()] = true, true
			}
			reserved[l.Key()] = reserved[l.Key()] || p.State == placements.Offer
			checkCourse(t, p, l, h, on)
		}
		for _, l := range d.Listings {
			if got := l.Status == landlords.StatusReserved; got != reserved[l.Key()] {
				t.Errorf("%s is %s, but offered to a household: %t", l.Key(), l.Status, reserved[l.Key()])
			}
		}
		want := map[placements.State]int{placements.Proposal: 1, placements.Viewing: 2, placements.Offer: 1, placements.Lease: 1,
			placements.FollowUp: 3, placements.Declined: 4}
		if !maps.Equal(states, want) {
			t.Errorf("states: got %v, want %v", states, want)
		}
		if due := slices.ContainsFunc(d.Placements, func(p placements.Placement) bool { return len(p.Due(on)) > 0 }); !due {
			t.Error("no follow-up is due")
		}
		checkHoused(t, d, byHousehold)
	})
}

func checkCourse(t *testing.T, p placements.Placement, l landlords.Listing, h households.Household, on civil.Date) {
	t.Helper()
	for i, s := range p.Steps {
		if civil.FromTime(s.At) > on || i > 0 && !p.Steps[i-1].At.Before(s.At) {
			t.Errorf("%s: %s is recorded at %s", h.Ref, s.Event, s.At)
		}
	}
	switch p.State {
	case placements.FollowUp:
		if l.Status != landlords.StatusLet || h.CurrentUnit != "" || h.ReadyDate != 0 || *h.CurrentRent != *l.Rent {
			t.Errorf("%s moved to %s, which is %s: %+v", h.Ref, l.Key(), l.Status, h)
		}
	case placements.Declined:
		switch d := p.Decline; {
		case d.Reason == placements.ChoseOtherTenant && l.Status != landlords.StatusLet:
			t.Errorf("%s went to someone else and is %s", l.Key(), l.Status)
		case d.Reason != placements.ChoseOtherTenant && l.Status != landlords.StatusOpen:
			t.Errorf("%s was declined (%s) and is %s", l.Key(), d.Reason, l.Status)
		case d.Rule == matching.RuleEmployment && (l.EmploymentRequirement != landlords.PermanentJob || h.Employment == households.Permanent):
			t.Errorf("%s asks for %s of a household with %s", l.Key(), l.EmploymentRequirement, h.Employment)
		case d.Consequence == placements.ParkHousehold && !p.Parks(on):
			t.Errorf("%s is parked until %s only", h.Ref, d.Until)
		}
	default:
		if p.UnitRef != h.CurrentUnit {
			t.Errorf("%s lives in %q, the placement says %q", h.Ref, h.CurrentUnit, p.UnitRef)
		}
	}
}

// checkHoused holds that who moved in somewhere moved out of a unit on that day.
func checkHoused(t *testing.T, d Data, byHousehold map[string]households.Household) {
	t.Helper()
	for _, p := range d.Placements {
		if p.State != placements.FollowUp {
			continue
		}
		i := slices.IndexFunc(d.Occupancies, func(o vacancy.Occupancy) bool { return o.HouseholdRef == p.Personal.HouseholdRef })
		if i < 0 {
			t.Errorf("%s has lived in no unit", p.Personal.HouseholdRef)
			continue
		}
		o, h := d.Occupancies[i], byHousehold[p.Personal.HouseholdRef]
		if o.UnitRef != p.UnitRef || o.To != p.MovedIn || o.Reason != vacancy.PrivateRental || *o.Persons != h.Persons() {
			t.Errorf("%s moved on %s: %+v", h.Ref, p.MovedIn, o)
		}
	}
}

func TestNoSeedIsWithoutPlacements(t *testing.T) {
	on := civil.MustParse("2026-12-01")
	for seed := range uint64(60) {
		if d := Municipality(on, 1_000_000_007*seed+20); len(d.Placements) != 12 {
			t.Errorf("seed %d: %d placements", seed, len(d.Placements))
		}
	}
}
