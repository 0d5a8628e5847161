package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

// Facts are what the office has noted of its units beside the files.
type Facts struct {
	Details      []vacancy.Details
	Outages      []vacancy.Outage
	Notices      []vacancy.Notice
	Preparations []vacancy.Preparation
	Reservations []vacancy.Reservation
}

// makeFacts notes what the units are, what was done in them between stays, why
// those that stand empty do, and who has given notice. It draws from a source of
// its own.
func (t *town) makeFacts(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3<<32))
	last := map[string]civil.Date{} // unit to the end of its last stay; zero while someone lives there
	for i := range t.data.Occupancies {
		o := &t.data.Occupancies[i]
		if to, seen := last[o.UnitRef]; !seen || o.To.IsZero() || !to.IsZero() && o.To > to {
			last[o.UnitRef] = o.To
		}
		if next := t.nextStay(o); next > o.To.AddDays(7) { // washed and mended between them
			ready := min(workday(o.To.AddDays(5+r.IntN(20))), next)
			t.facts().Preparations = append(t.facts().Preparations, vacancy.Preparation{UnitRef: o.UnitRef, From: o.To, Ready: ready})
		}
	}
	for i := range t.data.Units {
		u := &t.data.Units[i]
		t.facts().Details = append(t.facts().Details, t.detailsOf(u, r))
		if to := last[u.UnitRef]; u.InServiceTo.IsZero() && !to.IsZero() {
			t.explain(u, to, r)
		}
	}
	t.giveNotices(r)
}

func (t *town) facts() *Facts { return &t.data.Facts }

// nextStay returns the first day of the stay that followed one in the same unit;
// zero where none has.
func (t *town) nextStay(o *vacancy.Occupancy) civil.Date {
	var next civil.Date
	for i := range t.data.Occupancies {
		if other := &t.data.Occupancies[i]; other.UnitRef == o.UnitRef && other.From > o.From && (next == 0 || other.From < next) {
			next = other.From
		}
	}
	return next
}

func (t *town) detailsOf(u *vacancy.Unit, r *rand.Rand) vacancy.Details {
	d := vacancy.Details{UnitRef: u.UnitRef, Purpose: vacancy.Settlement}
	switch r.IntN(20) {
	case 0:
		d.Purpose = vacancy.UnaccompaniedMinors
	case 1:
		d.Purpose = vacancy.SpecialNeeds
	case 2:
		d.Purpose = vacancy.Emergency
	}
	if u.Bedrooms != nil {
		d.AreaM2 = new(24 + 17**u.Bedrooms + r.IntN(12))
	}
	if u.Ownership == vacancy.LeasedIn {
		d.Lessor = firstNames[r.IntN(len(firstNames))] + " " + familyNames[r.IntN(len(familyNames))]
		d.NoticeMonths = new(3)
	}
	return d
}

// explain notes why a unit that was left on a day stands empty.
func (t *town) explain(u *vacancy.Unit, left civil.Date, r *rand.Rand) {
	f := t.facts()
	switch days := int(t.on - left); {
	case days > 90: // too much to mend
		f.Outages = append(f.Outages, vacancy.Outage{UnitRef: u.UnitRef, From: left.AddDays(20), Reason: vacancy.Renovation})
	case days > 20:
		f.Preparations = append(f.Preparations, vacancy.Preparation{UnitRef: u.UnitRef, From: left, Ready: left.AddDays(10 + r.IntN(8))})
		if len(f.Reservations) < 2 {
			f.Reservations = append(f.Reservations, vacancy.Reservation{UnitRef: u.UnitRef, HouseholdRef: fmt.Sprintf("Ankomst %d", len(f.Reservations)+1),
				Persons: new(1 + r.IntN(4)), From: t.on.AddDays(-3), Arrival: workday(t.on.AddDays(9 + r.IntN(20)))})
		}
	default:
		f.Preparations = append(f.Preparations, vacancy.Preparation{UnitRef: u.UnitRef, From: left})
	}
}

// giveNotices lets those who have signed a lease give notice, and two others.
func (t *town) giveNotices(r *rand.Rand) {
	f := t.facts()
	known := map[string]bool{}
	for i := range t.data.Households {
		known[t.data.Households[i].Ref] = true
	}
	for i := range t.data.Placements {
		if p := &t.data.Placements[i]; p.State == placements.Lease && p.UnitRef != "" {
			lease := p.Steps[len(p.Steps)-1]
			f.Notices = append(f.Notices, vacancy.Notice{UnitRef: p.UnitRef, HouseholdRef: p.Personal.HouseholdRef, Given: civil.FromTime(lease.At), Expected: max(lease.Date, t.on+1), Reason: vacancy.PrivateRental})
		}
	}
	others := 0
	for i := range t.data.Occupancies {
		o := &t.data.Occupancies[i]
		if !o.To.IsZero() || known[o.HouseholdRef] || o.From > t.on.AddDays(-200) || others == 2 {
			continue
		}
		others++
		f.Notices = append(f.Notices, vacancy.Notice{UnitRef: o.UnitRef, HouseholdRef: o.HouseholdRef, Given: workday(t.on.AddDays(-10 - r.IntN(10))),
			Expected: workday(t.on.AddDays(20 + r.IntN(50))), Reason: vacancy.LeftMunicipality})
	}
}
