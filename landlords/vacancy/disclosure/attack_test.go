package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/disclosure"
)

// The attacker knows everything that was published and how, and that a hidden count
// is below 4 where that is true. It narrows every count by margins within a table
// and by comparing windows of successive months, until nothing narrows any more.

const unbounded = 1 << 20

type bounds struct{ low, high int }

func (b *bounds) narrow(low, high int) (changed bool) {
	if low > b.low {
		b.low, changed = low, true
	}
	if high < b.high {
		b.high, changed = high, true
	}
	return changed
}

var sums = map[disclosure.Figure][]disclosure.Figure{
	disclosure.MoveOuts: {disclosure.OwnHome, disclosure.OtherMunicipal, disclosure.LeftMunicipality, disclosure.Other},
	disclosure.OwnHome:  {disclosure.PrivateRental, disclosure.Purchase},
}

type attacker struct {
	months int
	days   []monthDays // of the months whose unit-days are known, exactly: more than is published
	// between has, for a figure, what is known of its sum over the months a..b-1.
	between map[disclosure.Figure][][]bounds
}

func newAttacker(months int) *attacker {
	a := &attacker{months: months, between: map[disclosure.Figure][][]bounds{}}
	for _, f := range disclosure.Figures {
		rows := make([][]bounds, months+1)
		for i := range rows {
			rows[i] = make([]bounds, months+1)
			for j := range rows[i] {
				if rows[i][j] = (bounds{0, unbounded}); i == j {
					rows[i][j] = bounds{}
				}
			}
		}
		if f != disclosure.Households { // where it is the net of the moves it may be below 0
			a.between[f] = rows
		}
	}
	return a
}

// monthDays are the days of a month and the unit-days of it, available and occupied.
type monthDays struct{ month, days, units, occupied int }

// unitDays uses that a household that lives there the whole month holds its unit each
// day of it, and one that comes or goes does for some of them.
func (a *attacker) unitDays(net map[int]bounds) (changed bool) {
	for _, m := range a.days {
		in, out := &a.between[disclosure.MoveIns][m.month][m.month+1], &a.between[disclosure.MoveOuts][m.month][m.month+1]
		opening, ok := net[m.month]
		if !ok {
			opening = bounds{0, unbounded}
		}
		if opening.high < unbounded {
			changed = in.narrow((m.occupied-m.days*opening.high+m.days-1)/m.days, unbounded) || changed
		}
		changed = out.narrow((m.days*opening.low-m.occupied+m.days-1)/m.days, unbounded) || changed
		if out.high < unbounded {
			changed = opening.narrow(0, m.occupied/m.days+out.high) || changed
		}
		if in.high < unbounded {
			changed = opening.narrow((m.occupied+out.low+m.days-1)/m.days-in.high, unbounded) || changed
		}
		net[m.month] = opening
		closing, ok := net[m.month+1]
		if !ok {
			closing = bounds{0, unbounded}
		}
		changed = closing.narrow(0, m.units) || changed
		net[m.month+1] = closing
	}
	return changed
}

func (a *attacker) learn(f disclosure.Figure, from, to, low, high int) {
	a.between[f][from][to].narrow(low, high)
}

// work narrows to the end.
func (a *attacker) work(net map[int]bounds) {
	for changed := true; changed; {
		changed = a.unitDays(net)
		for _, rows := range a.between {
			changed = a.compareWindows(rows) || changed
		}
		for i := range a.months + 1 {
			for j := i + 1; j <= a.months; j++ {
				for whole, parts := range sums {
					changed = a.margins(whole, parts, i, j) || changed
				}
				changed = a.stock(net, i, j) || changed
			}
		}
	}
}

// compareWindows uses that the sum over a..c is that over a..b and b..c: for all
// splits of all windows, which is the shortest-path closure of their differences.
func (a *attacker) compareWindows(rows [][]bounds) (changed bool) {
	n := a.months
	for k := range n + 1 {
		for i := 0; i < k; i++ {
			for j := k + 1; j <= n; j++ {
				x, y, all := &rows[i][k], &rows[k][j], &rows[i][j]
				changed = all.narrow(x.low+y.low, x.high+y.high) || changed
				changed = x.narrow(all.low-y.high, all.high-y.low) || changed
				changed = y.narrow(all.low-x.high, all.high-x.low) || changed
			}
		}
	}
	return changed
}

func (a *attacker) margins(whole disclosure.Figure, parts []disclosure.Figure, i, j int) (changed bool) {
	low, high := 0, 0
	for _, p := range parts {
		low, high = low+a.between[p][i][j].low, high+a.between[p][i][j].high
	}
	w := &a.between[whole][i][j]
	changed = w.narrow(low, min(high, unbounded))
	for _, p := range parts {
		b := &a.between[p][i][j]
		changed = b.narrow(w.low-(high-b.high), w.high-(low-b.low)) || changed
	}
	return changed
}

// stock uses that households change by what moves in and out.
func (a *attacker) stock(net map[int]bounds, i, j int) (changed bool) {
	x, okX := net[i]
	y, okY := net[j]
	if !okX || !okY {
		return false
	}
	low, high := y.low-x.high, y.high-x.low
	in, out := &a.between[disclosure.MoveIns][i][j], &a.between[disclosure.MoveOuts][i][j]
	changed = in.narrow(out.low+low, min(unbounded, out.high+high))
	return out.narrow(in.low-high, min(unbounded, in.high-low)) || changed
}

// truth is what happened in each month.
func truthOf(l *vacancy.Ledger, first civil.Month, n int) (counts []map[disclosure.Figure]int) {
	for _, m := range l.Series(first, n) {
		c := map[disclosure.Figure]int{
			disclosure.MoveIns: m.MoveIns, disclosure.MoveOuts: m.MoveOuts, disclosure.OwnHome: m.MovedToOwnHome,
			disclosure.PrivateRental: m.OutsByReason[vacancy.PrivateRental], disclosure.Purchase: m.OutsByReason[vacancy.Purchase],
			disclosure.OtherMunicipal: m.OutsByReason[vacancy.OtherMunicipal], disclosure.LeftMunicipality: m.OutsByReason[vacancy.LeftMunicipality],
		}
		c[disclosure.Other] = m.MoveOuts - c[disclosure.OwnHome] - c[disclosure.OtherMunicipal] - c[disclosure.LeftMunicipality]
		counts = append(counts, c)
	}
	return counts
}

// found returns the small counts that the attacker has worked out.
func (a *attacker) found(counts []map[disclosure.Figure]int) (out []string) {
	for f, rows := range a.between {
		for i := range a.months {
			for _, j := range []int{i + 1, i + disclosure.Window} {
				if j > a.months {
					continue
				}
				n := 0
				for _, m := range counts[i:j] {
					n += m[f]
				}
				if b := rows[i][j]; n < disclosure.HiddenBelow && b.low == b.high {
					out = append(out, fmt.Sprintf("%s over months %d..%d is %d", f, i, j-1, n))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// attack learns from releases and returns what it worked out.
func attack(l *vacancy.Ledger, releases []disclosure.Release, counts []map[disclosure.Figure]int) []string {
	a := newAttacker(len(counts))
	net := map[int]bounds{}
	small := func(f disclosure.Figure, from, to int) bool {
		n := 0
		for _, m := range counts[from:to] {
			n += m[f]
		}
		return n < disclosure.HiddenBelow
	}
	for t, r := range releases {
		f := l.Month(r.Month)
		if r.Withheld {
			if f.ClosingOccupied < disclosure.FewestHouseholds { // else a reader cannot tell why
				net[t+1] = bounds{0, disclosure.FewestHouseholds - 1}
			}
			continue
		}
		days := int(r.Month.End() - r.Month.First)
		if !r.VacancyHidden {
			a.days = append(a.days, monthDays{t, days, (f.AvailableUnitDays + days - 1) / days, f.OccupiedUnitDays})
		}
		for f, c := range r.Year {
			low, high := c.Knows()
			switch {
			case f == disclosure.Households && !c.Hidden:
				net[t+1] = bounds{low, high}
			case f == disclosure.Households:
			case !c.Hidden:
				a.learn(f, t+1-disclosure.Window, t+1, low, high)
			case small(f, t+1-disclosure.Window, t+1): // more than a reader can be sure of
				a.learn(f, t+1-disclosure.Window, t+1, 0, disclosure.HiddenBelow-1)
			}
		}
		for f, c := range r.Own {
			if low, high := c.Knows(); !c.Hidden {
				a.learn(f, t, t+1, low, high)
			}
		}
	}
	a.work(net)
	return a.found(counts)
}

// town returns a history of n units over the months from January 2020 on.
func town(seed uint64, n, months int) *vacancy.Ledger {
	r := rand.New(rand.NewPCG(seed, 3))
	start := civil.MustParse("2020-01-01")
	end := start.AddMonths(months)
	var units []vacancy.Unit
	var stays []vacancy.Occupancy
	pace := 60 + r.IntN(600)
	for i := range n {
		ref := fmt.Sprint("G-", i)
		units = append(units, vacancy.Unit{UnitRef: ref, InServiceFrom: start})
		for at := start.AddDays(r.IntN(60) - 40); at < end; {
			o := vacancy.Occupancy{UnitRef: ref, HouseholdRef: fmt.Sprint("H", len(stays)), From: at, Reason: vacancy.Reasons[min(r.IntN(9), r.IntN(9))]}
			o.To = at.AddDays(1 + r.IntN(2*pace))
			if r.IntN(4) == 0 { // many move at the turn of a quarter
				y, m, _ := o.To.YMD()
				o.To, _ = civil.Of(y, (m-1)/3*3+1, 1)
				o.To = max(o.To, at.AddDays(1))
			}
			stays = append(stays, o)
			at = o.To.AddDays(r.IntN(40))
		}
	}
	return vacancy.NewLedger(units, stays)
}

func TestNothingSmallCanBeWorkedOut(t *testing.T) {
	first := civil.MonthOf(civil.MustParse("2020-01-01"))
	shown, all, own := 0, 0, 0
	seeds := []uint64{66, 76, 106, 111, 146, 167, 216, 226, 251, 316, 361} // that earlier rules gave something away in
	for seed := range uint64(25) {
		seeds = append(seeds, seed)
	}
	for _, seed := range seeds {
		n := []int{4, 13, 40, 100, 300}[seed%5]
		months := 24 + int(seed%3)*6
		l := town(seed, n, months)
		releases := disclosure.Releases(l, first, first.Add(months-1))
		counts := truthOf(l, first, months)
		for _, f := range attack(l, releases, counts) {
			t.Errorf("seed %d, %d units: %s", seed, n, f)
		}
		for _, r := range releases {
			if r.Own != nil {
				own++
			}
			for f, c := range r.Year {
				all++
				if !c.Hidden {
					shown++
					if c.N < disclosure.HiddenBelow || c.N%disclosure.RoundedTo != 0 {
						t.Errorf("%v %s is shown as %d", r.Month, f, c.N)
					}
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d of %d figures shown, %d months with their own counts", shown, all, own)
	if shown*3 < all || own == 0 {
		t.Errorf("%d of %d figures shown, %d months with their own: too little to be of use", shown, all, own)
	}
}

// TestTheAttackerIsNoFool publishes what an office would that only hides small cells:
// the attacker must find something, or the test above says nothing.
func TestTheAttackerIsNoFool(t *testing.T) {
	first := civil.MonthOf(civil.MustParse("2020-01-01"))
	l := town(2, 40, 30)
	counts := truthOf(l, first, 30)
	a := newAttacker(30)
	for i := range counts {
		for f := range a.between {
			for _, from := range []int{i, i + 1 - disclosure.Window} {
				n := 0
				for _, m := range counts[max(0, from) : i+1] {
					n += m[f]
				}
				if from >= 0 && n >= disclosure.HiddenBelow {
					a.learn(f, from, i+1, n, n)
				}
			}
		}
	}
	a.work(nil)
	if found := a.found(counts); len(found) == 0 {
		t.Error("exact windows of successive months gave nothing away")
	}
}

// TestUnitDaysWouldTell publishes households exactly beside unit-days: then a quiet
// month tells of its only move, so the attacker does use the days.
func TestUnitDaysWouldTell(t *testing.T) {
	first := civil.MonthOf(civil.MustParse("2020-01-01"))
	l := town(2, 20, 30)
	counts := truthOf(l, first, 30)
	work := func(withDays bool) int {
		a, net := newAttacker(30), map[int]bounds{}
		for i, m := range l.Series(first, 30) {
			net[i+1] = bounds{m.ClosingOccupied, m.ClosingOccupied}
			if counts[i][disclosure.MoveOuts] < disclosure.HiddenBelow {
				a.learn(disclosure.MoveOuts, i, i+1, 0, disclosure.HiddenBelow-1)
			}
			if counts[i][disclosure.MoveIns] < disclosure.HiddenBelow {
				a.learn(disclosure.MoveIns, i, i+1, 0, disclosure.HiddenBelow-1)
			}
			if days := int(m.Month.End() - m.Month.First); withDays {
				a.days = append(a.days, monthDays{i, days, (m.AvailableUnitDays + days - 1) / days, m.OccupiedUnitDays})
			}
		}
		a.work(net)
		tight := 0
		for i := range counts {
			b := a.between[disclosure.MoveOuts][i][i+1]
			tight += min(b.high, 99) - b.low
			if n := counts[i][disclosure.MoveOuts]; n < b.low || n > b.high {
				t.Errorf("month %d: the attacker believes %+v of %d", i, b, n)
			}
		}
		return tight
	}
	if with, without := work(true), work(false); with >= without {
		t.Errorf("what is left open of the move-outs: %d with unit-days, %d without", with, without)
	}
}

func TestReleasesDoNotLookAhead(t *testing.T) {
	first := civil.MonthOf(civil.MustParse("2020-01-01"))
	l := town(3, 60, 30)
	long, short := disclosure.Releases(l, first, first.Add(29)), disclosure.Releases(l, first, first.Add(17))
	if fmt.Sprint(long[:18]) != fmt.Sprint(short) {
		t.Error("what was published with a month depends on later months")
	}
}
