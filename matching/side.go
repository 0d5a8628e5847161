package matching

import (
	"unsafe"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// side is what the tables of households and of listings differ in. R is the
// record, F its half of a pair.
type side[R, F any] struct {
	id       func(*R) string
	ref      func(*R) string
	refReady func(*R) bool // whether ref need not be put together first
	half     func(*R) F
	bare     func(*R, *aspect) F // to stand for a code: without anything that tells whose it is, or that matching does not read
	facts    func(*aspect, *F) facts
	mark     func(*R) bool   // whether it excludes partners
	put      func(*pair, *F) // sets the half
	ready    func(*R) civil.Date

	documentBytes uintptr // of what bare makes
}

var householdSide = &side[Candidate, applicant]{
	id:       func(c *Candidate) string { return c.ID },
	ref:      (*Candidate).Ref,
	refReady: func(*Candidate) bool { return true },
	half:     newApplicant,
	bare: func(c *Candidate, asp *aspect) applicant {
		h := *c.Household
		h.Ref, h.CurrentUnit, h.NorwegianLevel = "", "", ""
		h.MonthlyIncome, h.ModulesCompleted = nil, nil
		if asp.bareHousehold != nil {
			asp.bareHousehold(&h)
		}
		bare := Candidate{Household: &h}
		if u := c.CurrentUnit; u != nil && asp.priority != nil { // nothing else reads it
			bare.CurrentUnit = &vacancy.Unit{Ownership: u.Ownership, LeaseInEnds: u.LeaseInEnds}
		}
		return newApplicant(&bare)
	},
	facts: func(asp *aspect, a *applicant) facts { return asp.household(a) },
	mark:  func(c *Candidate) bool { return len(c.Declined) > 0 },
	put:   func(pr *pair, a *applicant) { pr.applicant = a },
	ready: func(c *Candidate) civil.Date { return c.Household.ReadyDate },

	documentBytes: unsafe.Sizeof(households.Household{}),
}

var listingSide = &side[Offer, home]{
	id:       func(o *Offer) string { return o.ID },
	ref:      (*Offer).Ref,
	refReady: func(o *Offer) bool { return o.Listing.ExternalRef != "" },
	half:     newHome,
	bare: func(o *Offer, asp *aspect) home {
		l := *o.Listing
		l.ExternalRef, l.Address, l.UnitNumber, l.Notes = "", "", "", ""
		l.LandlordName, l.LandlordPhone, l.LandlordEmail = "", "", ""
		if asp.bareListing != nil {
			asp.bareListing(&l)
		}
		return newHome(&Offer{Listing: &l})
	},
	facts: func(asp *aspect, h *home) facts { return asp.listing(h) },
	mark:  func(*Offer) bool { return false },
	put:   func(pr *pair, h *home) { pr.home = h },
	ready: func(*Offer) civil.Date { return 0 },

	documentBytes: unsafe.Sizeof(landlords.Listing{}),
}
