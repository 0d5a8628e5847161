package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/landlords/vacancy"
)

// longestFirst orders voids by their days so far: the ones to act on first.
func longestFirst(voids []vacancy.Void) []vacancy.Void {
	slices.SortStableFunc(voids, func(a, b vacancy.Void) int {
		return cmp.Or(cmp.Compare(b.DaysSoFar, a.DaysSoFar), cmp.Compare(a.UnitRef, b.UnitRef), cmp.Compare(a.From, b.From))
	})
	return voids
}

// unitsByRef returns the units that the figures count.
func (r *turnoverReport) unitsByRef() map[string]*vacancy.Unit {
	m := make(map[string]*vacancy.Unit, len(r.close))
	for i := range r.close {
		m[r.close[i].UnitRef] = &r.close[i].Unit
	}
	return m
}

func (r *turnoverReport) movements() {
	units := r.unitsByRef()
	r.table(table{
		sheet: "movements", title: r.say("movements.title"), under: r.under("movements.under"), tab: sea, none: "movements.none", frozenCol: 1,
		columns: []column{
			{key: "date", width: 13, kind: date},
			{key: "direction", width: 12},
			{key: "unit", width: 12},
			{key: "address", width: 30},
			{key: "household", width: 14},
			{key: "persons", width: 11, kind: whole},
			{key: "reason", width: 28},
			{key: "void_days", width: 18, kind: whole},
			{key: "stay_days", width: 15, kind: whole},
		},
		n: len(r.moves),
		row: func(i int) []any {
			m := &r.moves[i]
			reason := ""
			if m.Direction == vacancy.Out {
				reason = r.say("figure." + reasonKey(m.Reason))
			}
			return []any{
				m.Date, r.say("direction." + string(m.Direction)), m.UnitRef, units[m.UnitRef].Address, m.HouseholdRef,
				m.Persons, reason, m.VoidDays, m.StayDays,
			}
		},
	})
}

func (r *turnoverReport) voids() {
	units := r.unitsByRef()
	r.table(table{
		sheet: "voids", title: r.say("voids.title"), under: r.under("voids.under"), tab: amber, none: "voids.none", frozenCol: 1,
		columns: []column{
			{key: "unit", width: 12},
			{key: "address", width: 30},
			{key: "ownership", width: 14},
			{key: "vacant_from", width: 13, kind: date},
			{key: "vacant_to", width: 15, kind: date},
			{key: "days_in_month", width: 14, kind: whole, total: true},
			{key: "days_so_far", width: 14, kind: whole},
			{key: "rent", width: 16, kind: money},
			{key: "void_cost", width: 17, kind: money, total: true},
		},
		n: len(r.empty),
		row: func(i int) []any {
			v, u := &r.empty[i], units[r.empty[i].UnitRef]
			to := any(r.say("still_vacant"))
			if !v.To.IsZero() {
				to = v.To
			}
			return []any{
				v.UnitRef, u.Address, r.ownership(u.Ownership), v.From, to, v.DaysInPeriod, v.DaysSoFar, v.Rent, v.Cost,
			}
		},
		tint: func(i int) string {
			if r.empty[i].To.IsZero() {
				return sand
			}
			return ""
		},
	})
}

func (r *turnoverReport) states() {
	down := map[string]*int{} // days out of order in the month
	e, _ := r.ledger.Evidence("out_of_order_days", r.period)
	for i := range e.Days {
		down[e.Days[i].UnitRef] = &e.Days[i].Days
	}
	r.table(table{
		sheet: "units", title: r.say("units.title"), tab: deep, none: "units.none", frozenCol: 1,
		under: r.tell("units.under", map[string]any{"Date": dayText(r.period.To - 1)}),
		columns: []column{
			{key: "unit", width: 11},
			{key: "address", width: 30},
			{key: "postal_code", width: 10},
			{key: "ownership", width: 11},
			{key: "bedrooms", width: 11, kind: whole},
			{key: "rent", width: 13, kind: money},
			{key: "status", width: 13},
			{key: "phase", width: 15},
			{key: "expected", width: 13, kind: date},
			{key: "stays", width: 11, kind: whole, total: true},
			{key: "household", width: 14},
			{key: "persons", width: 12, kind: whole, total: true},
			{key: "vacant_since", width: 13, kind: date},
			{key: "vacant_days", width: 11, kind: whole},
			{key: "down_days", width: 13, kind: whole, total: true},
		},
		n: len(r.close),
		row: func(i int) []any {
			s := &r.close[i]
			refs := make([]string, len(s.Stays))
			persons, known := 0, (*int)(nil)
			for k, stay := range s.Stays {
				refs[k] = stay.HouseholdRef
				if stay.Persons != nil {
					persons += *stay.Persons
					known = &persons
				}
			}
			phase, _ := r.lines[i].At(r.period.To - 1)
			var days *int
			if s.Status == vacancy.Vacant {
				days = &s.VacantDays
			}
			return []any{
				s.UnitRef, s.Address, s.PostalCode, r.ownership(s.Ownership), s.Bedrooms, s.Rent, r.say("status." + string(s.Status)),
				r.sayAny("vacancy.phase." + string(phase.Phase)), phase.Expected,
				len(s.Stays), strings.Join(refs, ", "), known, s.VacantSince, days, down[s.UnitRef],
			}
		},
		tint: func(i int) string {
			switch r.close[i].Status {
			case vacancy.Vacant:
				return sand
			case vacancy.NotInService:
				return mist
			}
			return ""
		},
	})
}

// details lists what is known of each unit: whose it is, for whom, on what terms.
func (r *turnoverReport) details() {
	r.table(table{
		sheet: "details", title: r.say("details.title"), tab: deep, none: "units.none", frozenCol: 1, under: r.under("details.under"),
		columns: []column{
			{key: "unit", width: 11},
			{key: "address", width: 30},
			{key: "district", width: 16},
			{key: "ownership", width: 11},
			{key: "purpose", width: 20},
			{key: "bedrooms", width: 11, kind: whole},
			{key: "area_m2", width: 10, kind: whole},
			{key: "shared_flat", width: 14},
			{key: "lessor", width: 24},
			{key: "lease_rent", width: 14, kind: money},
			{key: "notice_months", width: 14, kind: whole},
			{key: "lease_in_ends", width: 15, kind: date},
			{key: "in_service_from", width: 13, kind: date},
			{key: "in_service_to", width: 13, kind: date},
		},
		n: len(r.lines),
		row: func(i int) []any {
			u, d := &r.lines[i].Unit, &r.lines[i].Details
			purpose := ""
			if d.Purpose != "" {
				purpose = r.sayAny("vacancy.purpose." + string(d.Purpose))
			}
			return []any{
				u.UnitRef, u.Address, d.District, r.ownership(u.Ownership), purpose, u.Bedrooms, d.AreaM2, d.SharedFlat, d.Lessor,
				d.LeaseRent, d.NoticeMonths, u.LeaseInEnds, u.InServiceFrom, u.InServiceTo,
			}
		},
	})
}

func (r *turnoverReport) ownership(o vacancy.Ownership) string {
	if !slices.Contains(vacancy.Ownerships, o) {
		return ""
	}
	return r.say("ownership." + string(o))
}

func (r *turnoverReport) placements() {
	r.table(table{
		sheet: "placements", title: r.say("placements.title"), under: r.under("placements.under"), tab: sea, none: "placements.none", frozenCol: 1,
		columns: []column{
			{key: "household", width: 16},
			{key: "persons", width: 12, kind: whole},
			{key: "listing", width: 40},
			{key: "stage", width: 20},
			{key: "date", width: 13, kind: date},
			{key: "outcome", width: 40, wrap: true},
		},
		n: len(r.in.Placements),
		row: func(i int) []any {
			p := &r.in.Placements[i]
			var persons *int
			if p.Persons > 0 {
				persons = &p.Persons
			}
			return []any{p.Household, persons, p.Listing, r.sayAny("placements.event." + string(p.Step)), p.Date, r.declineText(p)}
		},
	})
}
