package vacancy_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// base is shortly before a leap day, so that every random history spans one.
var base = civil.MustParse("2023-12-20")

const span = 260 // days that a random history runs over

// history returns random units and stays: mostly sound, with every fault that
// Findings names mixed in when faults is set.
func history(r *rand.Rand, faults bool) ([]vacancy.Unit, []vacancy.Occupancy) {
	day := func() civil.Date { return base.AddDays(r.IntN(span)) }
	var units []vacancy.Unit
	for i := range 1 + r.IntN(5) {
		u := vacancy.Unit{UnitRef: fmt.Sprintf("G-%d", i), InServiceFrom: base.AddDays(r.IntN(span / 2))}
		if r.IntN(3) == 0 {
			u.InServiceTo = u.InServiceFrom.AddDays(r.IntN(span))
		}
		if r.IntN(2) == 0 {
			rent := 5000 + r.IntN(9000)
			u.Rent = &rent
		}
		if faults && r.IntN(8) == 0 {
			u.InServiceFrom = 0
		}
		if faults && r.IntN(8) == 0 {
			u.InServiceTo = day()
		}
		if faults && r.IntN(8) == 0 && i > 0 {
			u.UnitRef = "G-0"
		}
		units = append(units, u)
	}
	reasons := append([]vacancy.Reason{"", "odd"}, vacancy.Reasons...)
	var stays []vacancy.Occupancy
	if faults {
		for range r.IntN(18) {
			o := vacancy.Occupancy{UnitRef: fmt.Sprintf("G-%d", r.IntN(len(units)+1)), HouseholdRef: fmt.Sprint("H", r.IntN(12)), From: day()}
			switch r.IntN(6) {
			case 0:
			case 1:
				o.To = o.From
			case 2:
				o.To = day()
			default:
				o.To = o.From.AddDays(1 + r.IntN(40))
			}
			if r.IntN(20) == 0 {
				o.From = 0
			}
			stays = append(stays, o)
		}
	} else {
		for i := range units {
			for at := units[i].InServiceFrom; ; {
				o := vacancy.Occupancy{UnitRef: units[i].UnitRef, HouseholdRef: fmt.Sprint("H", r.IntN(99)), From: at.AddDays(r.IntN(3) * r.IntN(20))}
				o.To = o.From.AddDays(1 + r.IntN(60))
				if end := units[i].InServiceTo; end != 0 && o.To > end {
					break
				}
				at = o.To
				if at > base+span {
					o.To = 0
					stays = append(stays, o)
					break
				}
				stays = append(stays, o)
			}
		}
	}
	for i := range stays {
		stays[i].Reason = reasons[r.IntN(len(reasons))]
		if n := r.IntN(7); n > 0 {
			stays[i].Persons = &n
		}
	}
	r.Shuffle(len(stays), func(i, j int) { stays[i], stays[j] = stays[j], stays[i] })
	return units, stays
}

// histories runs check on many seeded random histories, half of them faulty.
func histories(t *testing.T, n int, check func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy)) {
	t.Helper()
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		units, stays := history(r, seed%2 == 1)
		before := slices.Clone(stays)
		check(t, r, units, stays)
		if !reflect.DeepEqual(stays, before) {
			t.Errorf("seed %d: the stays that were handed in have changed", seed)
		}
		if t.Failed() {
			t.Fatalf("first failure at seed %d\nunits %+v\nstays %+v", seed, units, stays)
		}
	}
}

func randomPeriod(r *rand.Rand) vacancy.Period {
	from := base.AddDays(r.IntN(span) - 10)
	return vacancy.Period{From: from, To: from.AddDays(r.IntN(80))}
}

func TestFiguresEqualADayByDayCount(t *testing.T) {
	histories(t, 3000, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		p := randomPeriod(r)
		got, want := vacancy.Turnover(units, stays, p), countByDay(units, stays, p)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("Turnover(%v)\n got %v\nwant %v", p, asMap(t, got), asMap(t, want))
		}
	})
}

func TestControlLineHoldsAlways(t *testing.T) {
	histories(t, 2000, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		p := randomPeriod(r)
		l := vacancy.NewLedger(units, stays)
		f := l.Turnover(p)
		if got := f.OpeningOccupied + f.MoveIns - f.MoveOuts; got != f.ClosingOccupied {
			t.Errorf("opening %d + ins %d - outs %d = %d, closing %d", f.OpeningOccupied, f.MoveIns, f.MoveOuts, got, f.ClosingOccupied)
		}
		if f.OccupiedUnitDays < 0 || f.OccupiedUnitDays > f.AvailableUnitDays {
			t.Errorf("occupied unit-days %d of %d available", f.OccupiedUnitDays, f.AvailableUnitDays)
		}
		sum := 0
		for _, n := range f.OutsByReason {
			sum += n
		}
		if sum != f.MoveOuts {
			t.Errorf("outs by reason sum to %d, move-outs %d", sum, f.MoveOuts)
		}
		if got := l.CountAt(p.To - 1).Stays; got != f.ClosingOccupied {
			t.Errorf("stays on the last day %d, closing %d", got, f.ClosingOccupied)
		}
		var ins, outs int
		for _, m := range l.Movements(p) {
			if !p.Has(m.Date) {
				t.Errorf("movement %+v outside %v", m, p)
			}
			if m.Direction == vacancy.In {
				ins++
			} else {
				outs++
			}
		}
		if ins != f.MoveIns || outs != f.MoveOuts {
			t.Errorf("movements %d in, %d out; figures %d and %d", ins, outs, f.MoveIns, f.MoveOuts)
		}
	})
}

func TestMonthsSumToTheirRange(t *testing.T) {
	histories(t, 1000, func(t *testing.T, _ *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		l := vacancy.NewLedger(units, stays)
		first := civil.MonthOf(base)
		const n = 10
		whole := l.Turnover(vacancy.Period{From: first.First, To: first.Add(n).First})
		sum := vacancy.Figures{OutsByReason: map[vacancy.Reason]int{}}
		closing := whole.OpeningOccupied
		for _, m := range l.Series(first, n) {
			if m.OpeningOccupied != closing {
				t.Errorf("%v opens with %d, the month before closed with %d", m.Month, m.OpeningOccupied, closing)
			}
			closing = m.ClosingOccupied
			sum.MoveIns += m.MoveIns
			sum.MoveOuts += m.MoveOuts
			sum.AvailableUnitDays += m.AvailableUnitDays
			sum.OccupiedUnitDays += m.OccupiedUnitDays
			sum.MovedToOwnHome += m.MovedToOwnHome
			for reason, count := range m.OutsByReason {
				sum.OutsByReason[reason] += count
			}
		}
		whole.OpeningOccupied, whole.ClosingOccupied = 0, 0
		whole.VacancyRate, whole.TurnoverRate, whole.MedianStayDays, whole.MedianVoidDays = nil, nil, nil, nil
		if !reflect.DeepEqual(sum, whole) {
			t.Errorf("months sum to\n%+v, the range is\n%+v", sum, whole)
		}
	})
}

func TestVoidsEqualADayByDayCount(t *testing.T) {
	histories(t, 1500, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		p := randomPeriod(r)
		l := vacancy.NewLedger(units, stays)
		f := l.Turnover(p)
		inVoids := map[string]int{}
		total := 0
		for _, v := range l.Voids(p) {
			inVoids[v.UnitRef] += v.DaysInPeriod
			total += v.DaysInPeriod
			end := v.To
			if end == 0 {
				end = p.To
			}
			if got := int(end - v.From); got != v.DaysSoFar || v.DaysInPeriod > v.DaysSoFar {
				t.Errorf("void %+v: %d days from its dates", v, got)
			}
			for d := v.From; d < end; d++ {
				if !empty(units, stays, v.UnitRef, d) {
					t.Errorf("void %+v holds %v, which is no empty day in service", v, d)
				}
			}
			if empty(units, stays, v.UnitRef, v.From-1) || v.To != 0 && empty(units, stays, v.UnitRef, v.To) {
				t.Errorf("void %+v is part of a longer one", v)
			}
		}
		if want := f.AvailableUnitDays - f.OccupiedUnitDays; total != want {
			t.Errorf("void days sum to %d, available less occupied unit-days is %d", total, want)
		}
		for _, u := range units {
			want := 0
			for d := p.From; d < p.To; d++ {
				if empty(units, stays, u.UnitRef, d) {
					want++
				}
			}
			if inVoids[u.UnitRef] != want {
				t.Errorf("unit %s: %d void days, want %d", u.UnitRef, inVoids[u.UnitRef], want)
			}
		}
	})
}

func TestStatesEqualADayByDayCount(t *testing.T) {
	histories(t, 1500, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		on := randomPeriod(r).From
		for _, s := range vacancy.StateAt(units, stays, on) {
			holders := holding(stays, s.UnitRef, on)
			want := vacancy.NotInService
			switch {
			case holders > 0:
				want = vacancy.Occupied
			case empty(units, stays, s.UnitRef, on):
				want = vacancy.Vacant
			}
			if s.Status != want || len(s.Stays) != holders {
				t.Errorf("unit %s on %v: %s with %d stays, want %s with %d", s.UnitRef, on, s.Status, len(s.Stays), want, holders)
			}
			if want != vacancy.Vacant {
				continue
			}
			since := on
			for empty(units, stays, s.UnitRef, since-1) {
				since--
			}
			if s.VacantSince != since || s.VacantDays != int(on-since)+1 {
				t.Errorf("unit %s on %v: vacant since %v, %d days, want since %v", s.UnitRef, on, s.VacantSince, s.VacantDays, since)
			}
		}
	})
}
