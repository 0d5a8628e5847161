package demo

import (
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/matching/programme"
)

// Those who have left agree with the stays that they left, and give the programme
// a result that can be shown.
func TestFormerHouseholds(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		stays := map[string]vacancy.Occupancy{}
		for _, o := range d.Occupancies {
			stays[o.HouseholdRef] = o
		}
		for _, h := range d.Households {
			delete(stays, h.Ref)
		}
		for _, c := range d.Former {
			o, ok := stays[c.Ref]
			if !ok || o.To.IsZero() || c.Began < o.From || c.Began >= o.To || c.Municipal[0].To != o.To {
				t.Fatalf("%s began on %s; its stay is %+v", c.Ref, c.Began, o)
			}
			if own := o.Reason == vacancy.PrivateRental || o.Reason == vacancy.Purchase; own != (len(c.Homes) == 1) {
				t.Errorf("%s left for %s and has %d homes of its own", c.Ref, o.Reason, len(c.Homes))
			}
			for _, h := range c.Homes {
				if h.From != o.To || h.To > on || h.Seen > on || !h.To.IsZero() && h.To <= h.From {
					t.Errorf("%s left on %s for %+v", c.Ref, o.To, h)
				}
			}
		}
		r := programme.ReportOf(d.Former, civil.MonthOf(on).Add(-60), civil.MonthOf(on), on)
		if r.Total.Within24.Of < 10 || r.Total.StillHoused.N < 3 {
			t.Errorf("got %+v, want enough to show", r.Total.Figures)
		}
	})
}

func TestGuarantees(t *testing.T) {
	claimed, ending := 0, 0
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		for _, g := range d.Guarantees {
			p := d.Placements[g.Placement]
			if p.State != placements.FollowUp {
				t.Errorf("a guarantee for a placement that is %s", p.State)
			}
			if problems := apperr.Errors(g.Validate(nil)); len(problems) > 0 {
				t.Errorf("got %+v for %+v", problems, g)
			}
			if g.State == landlords.GuaranteeClaimed {
				claimed++
			}
			if g.ValidTo <= on.AddDays(60) {
				ending++
			}
		}
	})
	if claimed == 0 || ending == 0 {
		t.Errorf("got %d claims and %d guarantees that end soon, want some of both", claimed, ending)
	}
}

// What is noted of the units agrees with who lives there: no finding but the empty
// stretches that nobody has explained, and a lease of the municipality's own that has
// just ended.
func TestFacts(t *testing.T) {
	notices, reserved := 0, 0
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		h := vacancy.History{Units: d.Units, Stays: d.Occupancies, Details: d.Facts.Details, Outages: d.Facts.Outages, Notices: d.Facts.Notices, Preparations: d.Facts.Preparations, Reservations: d.Facts.Reservations}
		over := 0
		for _, f := range h.Findings(on) {
			switch f.Code {
			case vacancy.GapUnexplained:
			case vacancy.LeaseOver:
				over++
			default:
				t.Errorf("%+v", f)
			}
		}
		if over > 1 {
			t.Errorf("got %d leases that are over, want one at most", over)
		}
		lives := map[string]string{}
		for _, o := range d.Occupancies {
			if o.To.IsZero() {
				lives[o.UnitRef] = o.HouseholdRef
			}
		}
		for _, n := range d.Facts.Notices {
			if lives[n.UnitRef] != n.HouseholdRef || n.Given > on || n.Expected <= on || len(n.Validate()) > 0 {
				t.Errorf("%s lives in %s: %+v", lives[n.UnitRef], n.UnitRef, n)
			}
		}
		for _, r := range d.Facts.Reservations {
			if lives[r.UnitRef] != "" || r.Arrival <= on || len(r.Validate()) > 0 {
				t.Errorf("%+v", r)
			}
		}
		for _, p := range d.Facts.Preparations {
			if p.From > on || p.Ready > on || len(p.Validate()) > 0 {
				t.Errorf("%+v", p)
			}
		}
		for _, o := range d.Facts.Outages {
			if o.From > on || len(o.Validate()) > 0 {
				t.Errorf("%+v", o)
			}
		}
		notices, reserved = notices+len(d.Facts.Notices), reserved+len(d.Facts.Reservations)
	})
	if notices == 0 || reserved == 0 {
		t.Errorf("got %d notices and %d reservations, want some of both", notices, reserved)
	}
}
