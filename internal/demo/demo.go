// Package demo makes up a municipality the size of Rana, for trying the program
// out and for showing it: transitional units with two years of occupancies,
// listings, households and placements that agree with one another.
//
// Nobody in it exists. Streets and names are invented, telephone numbers are
// drawn at random, and mail goes to example.no, which nobody reads.
package demo

import (
	"math/rand/v2"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/matching/programme"
)

// Data is every record of a municipality, each valid by its own rules.
type Data struct {
	Units       []vacancy.Unit                  // by unit_ref
	Occupancies []vacancy.Occupancy             // that ended within the last two years or last; by beginning
	Listings    []landlords.Listing             // by external_ref, then those without one
	Households  []households.Household          // by ref
	Placements  []placements.Placement          // by the day of the proposal
	Checklists  map[string]households.Checklist // of those who have begun, by ref
	Guarantees  []Guarantee                     // by the placement
	Facts       Facts                           // about the units
	Former      []programme.Course              // of those who have left; they have no other record
}

// Municipality returns the made-up municipality as its office knows it on a
// day. The same day and seed give the same records on every machine; nothing in
// them is recorded later than the day, though leases, readiness and homes may
// lie ahead of it. Records share no memory. The day must leave room for fifteen
// years before it.
//
// Shares are dealt, not tossed for (see deck), so that every seed gives a
// municipality of the same kind: about 100 units of which 9 owned, 60 listings,
// 40 households and a dozen placements. Where the market fits too few
// households, or too many to be believed, another one is drawn.
func Municipality(on civil.Date, seed uint64) Data {
	var t *town
	for draw := range uint64(draws) {
		t = &town{on: on, r: rand.New(rand.NewPCG(seed, draw)), policy: matching.DefaultPolicy(), addresses: map[string]bool{}}
		t.makeUnits()
		t.makeOccupancies()
		t.makeListings()
		t.makeHouseholds()
		t.placeHouseholds()
		if t.believable() {
			break
		}
	}
	t.makeChecklists(seed)
	t.makeGuarantees()
	t.makeFormer(seed)
	t.makeFacts(seed)
	return t.data
}

const (
	draws = 12 // about one in thirty is not believable, so the last is never needed

	leastEligible, mostEligible = 65, 190 // pairs at the default policy
)

// town is a municipality in the making.
type town struct {
	on        civil.Date
	r         *rand.Rand
	policy    *matching.Policy
	data      Data
	addresses map[string]bool // given to a unit or listing
}

// believable reports whether the pairs that fit are neither few nor many, and
// every placement that was meant to happen did.
func (t *town) believable() bool {
	eligible := 0
	for i := range t.data.Households {
		for j := range t.data.Listings {
			if t.evaluate(&t.data.Households[i], &t.data.Listings[j], t.on).Eligibility == matching.Eligible {
				eligible++
			}
		}
	}
	return eligible >= leastEligible && eligible <= mostEligible && len(t.data.Placements) == housedCount+len(courses)
}

// evaluate asks the engine about a pair.
func (t *town) evaluate(h *households.Household, l *landlords.Listing, on civil.Date) matching.Result {
	candidate := matching.Candidate{ID: h.Ref, Household: h}
	if h.CurrentUnit != "" {
		candidate.CurrentUnit = t.unit(h.CurrentUnit)
	}
	return matching.Evaluate(&candidate, &matching.Offer{ID: l.Key(), Listing: l}, t.policy, on)
}
