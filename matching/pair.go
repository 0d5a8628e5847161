package matching

import (
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// applicant is the household's half of a pair: what rules and criteria need of
// it, worked out once for any number of listings.
type applicant struct {
	c           *Candidate
	h           *households.Household
	need        int
	level       int      // of employment, -1 for not known
	areas       []string // wished places, folded
	readyDate   civil.Date
	leaseInEnds civil.Date // when the municipality's own lease of its unit ends; none where it owns the unit, or nothing is known
}

func newApplicant(c *Candidate) applicant {
	h := c.Household
	a := applicant{c: c, h: h, need: Need(h), level: employmentLevel(h.Employment), readyDate: h.ReadyDate}
	if u := c.CurrentUnit; u != nil && u.Ownership == vacancy.LeasedIn {
		a.leaseInEnds = u.LeaseInEnds
	}
	for _, area := range h.Areas {
		if folded := households.FoldPlace(area); folded != "" {
			a.areas = append(a.areas, folded)
		}
	}
	return a
}

// home is the listing's half of a pair.
type home struct {
	o         *Offer
	l         *landlords.Listing
	sublet    bool // the municipality is the landlord's tenant
	beds      int
	bedsKnown bool
	asked     int    // employment level, -1 for not known
	place     string // folded
}

func newHome(o *Offer) home {
	l := o.Listing
	h := home{o: o, l: l, sublet: l.ContractForm == landlords.Sublet, asked: requirementLevel(l.EmploymentRequirement)}
	h.beds, h.bedsKnown = Beds(l)
	h.place = households.FoldPlace(l.PostalPlace)
	return h
}

// pair is one household and one listing under a policy on a date. Rules and
// criteria are its methods; none of them changes it.
type pair struct {
	*applicant
	*home
	p  *Policy
	on civil.Date
}

// homeFree returns when the home is free: a home that is free already is free
// today.
func (pr *pair) homeFree() civil.Date { return max(pr.l.AvailableFrom, pr.on) }

// moves returns when the household moves, not before today.
func (pr *pair) moves() civil.Date { return max(pr.h.MoveFrom, pr.on) }

func (pr *pair) datesKnown() bool { return !pr.l.AvailableFrom.IsZero() && !pr.h.MoveFrom.IsZero() }

func (pr *pair) levelsKnown() bool { return pr.asked >= 0 && pr.level >= 0 }

// leastMonths is the shortest lease that the household takes, in months.
func (pr *pair) leastMonths() int {
	if pr.h.MinLeaseMonths != nil {
		return *pr.h.MinLeaseMonths
	}
	return pr.p.MinLeaseMonths
}

// areaWish is how the listing's place stands to the places that the household wishes.
type areaWish uint8

const (
	wishNone    areaWish = iota // no place named
	wishMet                     // the listing is in one of them
	wishMissed                  // it is elsewhere
	wishUnknown                 // where it is, nobody has said
)

func (pr *pair) wishedArea() areaWish {
	switch {
	case len(pr.areas) == 0:
		return wishNone
	case pr.place == "":
		return wishUnknown
	case slices.Contains(pr.areas, pr.place):
		return wishMet
	}
	return wishMissed
}

// Need returns the bedrooms that a household needs: its own number where
// stated, else one for every two adults, at least one, and one for every two
// children.
func Need(h *households.Household) int {
	if h.BedroomsNeeded != nil {
		return *h.BedroomsNeeded
	}
	return max(1, (h.Adults+1)/2) + (h.Children+1)/2
}

// Beds returns the bedrooms of a listing and whether they are known. One sleeps
// in a studio or shared room, so it has at least one.
func Beds(l *landlords.Listing) (beds int, known bool) {
	if l.DwellingType == landlords.Studio || l.DwellingType == landlords.SharedRoom {
		if l.Bedrooms == nil {
			return 1, true
		}
		return max(1, *l.Bedrooms), true
	}
	if l.Bedrooms == nil {
		return 0, false
	}
	return *l.Bedrooms, true
}

func is(b *bool) bool    { return b != nil && *b }
func isNot(b *bool) bool { return b != nil && !*b }
