package vacancy

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Report is a month as it was sent: the figures, and the facts that they followed
// from. It is kept, so that later corrections can be told from it. The facts name
// households and may be emptied by erasure; the figures then still stand.
type Report struct {
	Month   MonthFigures `json:"month"`
	Persons Heads        `json:"closing"` // who lived there at the close
	Facts   *Facts       `json:"facts,omitzero"`
}

// Facts are those of a history that can bear on one month.
type Facts struct {
	Units   []Unit      `json:"units"`
	Stays   []Occupancy `json:"stays"`
	Outages []Outage    `json:"outages,omitzero"`
}

// Report returns the month as it stands now.
func (h *History) Report(m civil.Month) Report {
	l := h.Ledger()
	a := l.Account(MonthPeriod(m))
	return Report{Month: MonthFigures{m, a.Figures}, Persons: a.Closing, Facts: h.factsOf(MonthPeriod(m))}
}

// factsOf returns what a month's figures can depend on: its units, the stays that
// touch it, and for the void before a move-in the unit's previous stay.
func (h *History) factsOf(p Period) *Facts {
	f := &Facts{}
	for i := range h.Units {
		if u := &h.Units[i]; u.InServiceFrom < p.To && endOf(u.InServiceTo) >= p.From {
			f.Units = append(f.Units, *u)
		}
	}
	latest := map[string]int{} // unit -> its last stay that ended before the month
	for i := range h.Stays {
		o := &h.Stays[i]
		switch {
		case o.From >= p.To:
		case endOf(o.To) >= p.From:
			f.Stays = append(f.Stays, *o)
		default:
			if k, ok := latest[o.UnitRef]; !ok || h.Stays[k].To < o.To {
				latest[o.UnitRef] = i
			}
		}
	}
	for _, i := range latest {
		f.Stays = append(f.Stays, h.Stays[i])
	}
	for _, o := range h.Outages {
		if o.From < p.To && endOf(o.To) > p.From {
			f.Outages = append(f.Outages, o)
		}
	}
	slices.SortFunc(f.Units, func(a, b Unit) int { return cmp.Compare(a.UnitRef, b.UnitRef) })
	slices.SortFunc(f.Stays, func(a, b Occupancy) int { return cmp.Or(cmp.Compare(a.UnitRef, b.UnitRef), compareStays(&a, &b)) })
	slices.SortFunc(f.Outages, func(a, b Outage) int { return cmp.Or(cmp.Compare(a.UnitRef, b.UnitRef), cmp.Compare(a.From, b.From)) })
	return f
}

// Restated is a figure that a later correction has changed.
type Restated struct {
	Figure   string `json:"figure"` // as Figures has it in JSON, out_REASON for the move-outs by reason
	Reported any    `json:"reported"`
	Now      any    `json:"now"`
}

// Correction is a fact that was added, removed or changed after a month was sent:
// why figures are restated. Was is nil for what was added, Is for what was removed.
type Correction struct {
	UnitRef      string     `json:"unit_ref"`
	HouseholdRef string     `json:"household_ref,omitzero"`
	WasStay      *Occupancy `json:"was_stay,omitzero"`
	IsStay       *Occupancy `json:"is_stay,omitzero"`
	WasUnit      *Unit      `json:"was_unit,omitzero"`
	IsUnit       *Unit      `json:"is_unit,omitzero"`
	WasOutage    *Outage    `json:"was_outage,omitzero"`
	IsOutage     *Outage    `json:"is_outage,omitzero"`
}

// Compare returns the figures of a month that was sent and have changed since,
// and the corrections that can have changed them. Without facts (after erasure)
// only the figures are told.
func (r *Report) Compare(now *Report) ([]Restated, []Correction) {
	var restated []Restated
	add := func(figure string, was, is any) {
		if !reflect.DeepEqual(was, is) {
			restated = append(restated, Restated{figure, was, is})
		}
	}
	was, is := &r.Month.Figures, &now.Month.Figures
	add("opening_occupied", was.OpeningOccupied, is.OpeningOccupied)
	add("move_ins", was.MoveIns, is.MoveIns)
	add("move_outs", was.MoveOuts, is.MoveOuts)
	add("closing_occupied", was.ClosingOccupied, is.ClosingOccupied)
	add("available_unit_days", was.AvailableUnitDays, is.AvailableUnitDays)
	add("occupied_unit_days", was.OccupiedUnitDays, is.OccupiedUnitDays)
	add("vacancy_rate", was.VacancyRate, is.VacancyRate)
	add("turnover_rate", was.TurnoverRate, is.TurnoverRate)
	add("moved_to_own_home", was.MovedToOwnHome, is.MovedToOwnHome)
	for _, reason := range Reasons {
		add("out_"+string(reason), was.OutsByReason[reason], is.OutsByReason[reason])
	}
	add("median_void_days", was.MedianVoidDays, is.MedianVoidDays)
	add("median_stay_days", was.MedianStayDays, is.MedianStayDays)
	add("persons", r.Persons.Persons, now.Persons.Persons)
	if r.Facts == nil || now.Facts == nil {
		return restated, nil
	}
	return restated, corrections(r.Facts, now.Facts)
}

// corrections pairs the facts before and after. A stay whose beginning was
// corrected is the same household's stay in the same unit.
func corrections(was, is *Facts) []Correction {
	var out []Correction
	pair(was.Units, is.Units, (*Unit).Key, func(a, b *Unit) {
		out = append(out, Correction{UnitRef: of(a, b).UnitRef, WasUnit: a, IsUnit: b})
	})
	stayName := func(o *Occupancy) string { return o.UnitRef + "|" + o.HouseholdRef }
	pair(was.Stays, is.Stays, stayName, func(a, b *Occupancy) {
		out = append(out, Correction{UnitRef: of(a, b).UnitRef, HouseholdRef: of(a, b).HouseholdRef, WasStay: a, IsStay: b})
	})
	pair(was.Outages, is.Outages, func(o *Outage) string { return o.UnitRef }, func(a, b *Outage) {
		out = append(out, Correction{UnitRef: of(a, b).UnitRef, WasOutage: a, IsOutage: b})
	})
	slices.SortStableFunc(out, func(a, b Correction) int {
		return cmp.Or(cmp.Compare(a.UnitRef, b.UnitRef), cmp.Compare(a.HouseholdRef, b.HouseholdRef))
	})
	return out
}

func of[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// pair calls differ for facts of the same name that differ, are gone or are new.
// Several of one name are paired in their order, equal ones first.
func pair[T any](was, is []T, name func(*T) string, differ func(a, b *T)) {
	left := map[string][]*T{}
	for i := range was {
		left[name(&was[i])] = append(left[name(&was[i])], &was[i])
	}
	var fresh []*T
	for i := range is {
		n := name(&is[i])
		same := slices.IndexFunc(left[n], func(a *T) bool { return reflect.DeepEqual(*a, is[i]) })
		if same < 0 {
			fresh = append(fresh, &is[i])
			continue
		}
		left[n] = slices.Delete(left[n], same, same+1)
	}
	for _, b := range fresh {
		n := name(b)
		if len(left[n]) == 0 {
			differ(nil, b)
			continue
		}
		differ(left[n][0], b)
		left[n] = left[n][1:]
	}
	for i := range was {
		if slices.Contains(left[name(&was[i])], &was[i]) {
			differ(&was[i], nil)
		}
	}
}
