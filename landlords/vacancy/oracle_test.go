package vacancy_test

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// The definitions of the turnover figures once more, in the plainest way: one
// day at a time over every unit, no sorting by date, no intervals, and exact
// fractions for the rates.

// sound reports whether the stay is in a known unit, begins, and does not end
// before that.
func sound(units []vacancy.Unit, o vacancy.Occupancy) bool {
	known := slices.ContainsFunc(units, func(u vacancy.Unit) bool { return u.UnitRef == o.UnitRef })
	return known && o.From != 0 && (o.To == 0 || o.To >= o.From)
}

// holding counts the stays that hold the unit on day d.
func holding(stays []vacancy.Occupancy, unit string, d civil.Date) int {
	n := 0
	for _, o := range stays {
		if o.UnitRef == unit && o.From != 0 && o.From <= d && (o.To == 0 || d < o.To) {
			n++
		}
	}
	return n
}

// serving reports whether the first unit of that name is in service on day d.
func serving(units []vacancy.Unit, unit string, d civil.Date) bool {
	for _, u := range units {
		if u.UnitRef == unit {
			return u.InServiceFrom != 0 && u.InServiceFrom <= d && (u.InServiceTo == 0 || d < u.InServiceTo)
		}
	}
	return false
}

func empty(units []vacancy.Unit, stays []vacancy.Occupancy, unit string, d civil.Date) bool {
	return serving(units, unit, d) && holding(stays, unit, d) == 0
}

func countByDay(units []vacancy.Unit, stays []vacancy.Occupancy, p vacancy.Period) vacancy.Figures {
	f := vacancy.Figures{OutsByReason: map[vacancy.Reason]int{"private_rental": 0, "purchase": 0, "other_municipal": 0, "left_municipality": 0, "other": 0}}
	days := 0
	refs := map[string]bool{}
	for _, u := range units {
		refs[u.UnitRef] = true
	}
	for d := p.From; d < p.To; d++ {
		days++
		for ref := range refs {
			if serving(units, ref, d) {
				f.AvailableUnitDays++
				if holding(stays, ref, d) > 0 {
					f.OccupiedUnitDays++
				}
			}
		}
	}
	var voids, lengths []int
	for _, o := range stays {
		if !sound(units, o) {
			continue
		}
		if o.From < p.From && (o.To == 0 || o.To >= p.From) {
			f.OpeningOccupied++
		}
		if o.From < p.To && (o.To == 0 || o.To >= p.To) {
			f.ClosingOccupied++
		}
		if p.From <= o.From && o.From < p.To {
			f.MoveIns++
			if void, ok := voidBefore(units, stays, o); ok {
				voids = append(voids, void)
			}
		}
		if o.To != 0 && p.From <= o.To && o.To < p.To {
			f.MoveOuts++
			lengths = append(lengths, int(o.To-o.From))
			switch o.Reason {
			case "private_rental", "purchase":
				f.MovedToOwnHome++
				f.OutsByReason[o.Reason]++
			case "", "odd":
				f.OutsByReason["other"]++
			default:
				f.OutsByReason[o.Reason]++
			}
		}
	}
	f.MedianVoidDays, f.MedianStayDays = middle(voids), middle(lengths)
	if f.AvailableUnitDays > 0 {
		f.VacancyRate = fraction(f.AvailableUnitDays-f.OccupiedUnitDays, f.AvailableUnitDays)
		f.TurnoverRate = fraction(f.MoveOuts*days, f.AvailableUnitDays)
	}
	return f
}

// voidBefore returns the days since the latest end among the unit's earlier
// stays, where all of these had ended.
func voidBefore(units []vacancy.Unit, stays []vacancy.Occupancy, o vacancy.Occupancy) (int, bool) {
	const open = civil.Date(1 << 30)
	end := func(o vacancy.Occupancy) civil.Date {
		if o.To == 0 {
			return open
		}
		return o.To
	}
	latest := civil.Date(0)
	for _, e := range stays {
		if e.UnitRef != o.UnitRef || !sound(units, e) || e == o {
			continue
		}
		earlier := e.From < o.From || e.From == o.From && (end(e) < end(o) ||
			end(e) == end(o) && strings.Compare(e.HouseholdRef, o.HouseholdRef) < 0)
		if earlier && end(e) > latest {
			latest = end(e)
		}
	}
	if latest == 0 || latest > o.From {
		return 0, false
	}
	return int(o.From - latest), true
}

// middle sorts by counting how many values are smaller, which needs no sort.
func middle(values []int) *float64 {
	at := func(rank int) int {
		for _, v := range values {
			below, same := 0, 0
			for _, w := range values {
				if w < v {
					below++
				}
				if w == v {
					same++
				}
			}
			if below <= rank && rank < below+same {
				return v
			}
		}
		panic("no value of that rank")
	}
	n := len(values)
	if n == 0 {
		return nil
	}
	m := float64(at((n-1)/2)+at(n/2)) / 2
	return &m
}

// fraction returns a/b to six decimals, ties to the even digit.
func fraction(a, b int) *float64 {
	millionths, rest := a*1_000_000/b, a*1_000_000%b
	if 2*rest > b || 2*rest == b && millionths%2 == 1 {
		millionths++
	}
	v := float64(millionths) / 1_000_000
	return &v
}
