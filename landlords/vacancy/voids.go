package vacancy

import (
	"cmp"
	"math"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Void is a run of days on which a unit was in service and nobody held it.
type Void struct {
	UnitRef string     `json:"unit_ref"`
	From    civil.Date `json:"from"` // first empty day in service; may lie before the period
	// First day held again or out of service; zero where the unit is still empty at
	// the period's close, whatever is known to happen later, so that a month's
	// report says the same whenever it is made.
	To           civil.Date `json:"to,omitzero"`
	DaysInPeriod int        `json:"days_in_period"`
	DaysSoFar    int        `json:"days_so_far"` // from From to To, or to the period's close
	// What an empty month of the unit costs, NOK, as known today: the rent that the
	// municipality pays on a leased-in unit, the rent lost on an owned one; nil where
	// not known.
	Rent *int `json:"rent,omitzero"`
	// The cost of the days in the period, whole NOK, an estimate: for each month the
	// rent times the empty days by the days of that month. Those of a period add up to
	// the total of its VoidCost.
	Cost *int `json:"cost,omitzero"`
}

// Voids returns the voids that have days in the period.
func Voids(units []Unit, stays []Occupancy, p Period) []Void {
	return NewLedger(units, stays).Voids(p)
}

// Voids returns the voids that have days in the period, by unit and then date.
// Their DaysInPeriod sum to the available less the occupied unit-days.
// O(units + stays).
func (l *Ledger) Voids(p Period) []Void {
	var voids []Void
	for i := range l.units {
		u := &l.units[i]
		if !l.anyEmpty(i, span{p.From, p.To}) {
			continue // nearly all of them: a void's own days may reach far back
		}
		for gap := range l.gaps(i) {
			in := gap.clip(span{p.From, p.To})
			if in.days() == 0 {
				continue
			}
			v := Void{UnitRef: u.UnitRef, From: gap.from, DaysInPeriod: in.days(), DaysSoFar: int(in.to - gap.from), Rent: l.costRent(i)}
			if gap.to < p.To {
				v.To = gap.to
			}
			if v.Rent != nil {
				cost := proRata(*v.Rent, Period{in.from, in.to})
				v.Cost = &cost
			}
			voids = append(voids, v)
		}
	}
	return voids
}

// gaps yields the spans, ascending, on which unit i is in service and empty.
// Days out of order part one span from the next.
func (l *Ledger) gaps(i int) func(yield func(span) bool) {
	return func(yield func(span) bool) {
		for _, window := range l.serve[i] {
			from := window.from // first day not yet known to be held
			for held := range l.occupiedSpans(i) {
				if gap := (span{from, held.from}).clip(window); gap.days() > 0 && !yield(gap) {
					return
				}
				from = max(from, held.to)
			}
			if gap := (span{from, window.to}); gap.days() > 0 && !yield(gap) {
				return
			}
		}
	}
}

// anyEmpty reports whether unit i has an empty day in service in the window.
func (l *Ledger) anyEmpty(i int, window span) bool {
	for range l.emptyIn(i, window) {
		return true
	}
	return false
}

// emptyIn yields, ascending, the spans within a window on which unit i is in service
// and empty. It looks only at the stays that touch the window.
func (l *Ledger) emptyIn(i int, window span) func(yield func(span) bool) {
	return func(yield func(span) bool) {
		own := l.staysOf(i)
		for _, service := range l.serve[i] {
			service = service.clip(window)
			if service.days() == 0 {
				continue
			}
			from := service.from // first day not yet known to be held
			k, _ := slices.BinarySearchFunc(own, from+1, func(s stay, d civil.Date) int { return cmp.Compare(s.reach, d) })
			for ; k < len(own) && own[k].From < service.to; k++ {
				held := own[k].held()
				if held.days() == 0 {
					continue
				}
				if gap := (span{from, held.from}); gap.days() > 0 && !yield(gap) {
					return
				}
				from = max(from, held.to)
			}
			if gap := (span{from, service.to}); gap.days() > 0 && !yield(gap) {
				return
			}
		}
	}
}

// proRata returns the part of a monthly rent that falls on the days of p, to
// the nearest krone.
func proRata(rent int, p Period) int {
	months := 0.0
	for m := civil.MonthOf(p.From); m.First < p.To; m = m.Add(1) {
		month := span{m.First, m.End()}
		months += float64(month.clip(span{p.From, p.To}).days()) / float64(month.days())
	}
	return int(math.Round(float64(rent) * months))
}
