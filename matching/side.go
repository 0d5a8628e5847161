package matching

import (
	"unsafe"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// side is what the tables of households and of listings differ in. R is the
// record, F its half of a pair.
type side[R, F any] struct {
	id     func(*R) string
	ref    func(*R) string
	stated func(*R) *string // where the document has ref; nil: it has to be put together
	half   func(*R) F
	bare   func(*R, *aspect) F // to stand for a code: without anything that tells whose it is, or that matching does not read
	facts  func(*aspect, *F) facts
	mark   func(*R) bool   // whether it excludes partners
	put    func(*pair, *F) // sets the half
	ready  func(*R) civil.Date

	documentBytes func(*aspect) uintptr // of what bare makes beside the half
}

var householdSide = &side[Candidate, applicant]{
	id:     func(c *Candidate) string { return c.ID },
	ref:    (*Candidate).Ref,
	stated: func(c *Candidate) *string { return &c.Household.Ref },
	half:   newApplicant,
	bare: func(c *Candidate, asp *aspect) applicant {
		if asp.halfOnly {
			half := newApplicant(c)
			half.c, half.h, half.areas = &noCandidate, noCandidate.Household, nil
			return half
		}
		h := *c.Household
		h.Ref, h.CurrentUnit, h.NorwegianLevel = "", "", ""
		h.MonthlyIncome, h.ModulesCompleted = nil, nil
		if asp.bareHousehold != nil {
			asp.bareHousehold(&h)
		}
		return newApplicant(&Candidate{Household: &h})
	},
	facts: func(asp *aspect, a *applicant) facts { return asp.household(a) },
	mark:  func(c *Candidate) bool { return len(c.Declined) > 0 },
	put:   func(pr *pair, a *applicant) { pr.applicant = a },
	ready: func(c *Candidate) civil.Date { return c.Household.ReadyDate },

	documentBytes: func(asp *aspect) uintptr {
		if asp.halfOnly {
			return 0
		}
		return unsafe.Sizeof(Candidate{}) + unsafe.Sizeof(households.Household{})
	},
}

// noCandidate has what a half is expected to point to.
var noCandidate = Candidate{Household: &households.Household{}}

var listingSide = &side[Offer, home]{
	id:  func(o *Offer) string { return o.ID },
	ref: (*Offer).Ref,
	stated: func(o *Offer) *string {
		if o.Listing.ExternalRef == "" {
			return nil
		}
		return &o.Listing.ExternalRef
	},
	half: newHome,
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

	documentBytes: func(*aspect) uintptr { return unsafe.Sizeof(Offer{}) + unsafe.Sizeof(landlords.Listing{}) },
}
