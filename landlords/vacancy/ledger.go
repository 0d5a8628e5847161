package vacancy

import (
	"cmp"
	"math"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Period is the days From <= d < To. One whose To is not after From has no days.
type Period struct {
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
}

// MonthPeriod returns the days of a calendar month.
func MonthPeriod(m civil.Month) Period { return Period{m.First, m.End()} }

// Days returns the number of days.
func (p Period) Days() int { return max(0, int(p.To-p.From)) }

// Has reports whether d is one of the period's days.
func (p Period) Has(d civil.Date) bool { return p.From <= d && d < p.To }

// never stands for the end of what has not ended.
const never civil.Date = math.MaxInt32

// span is the days from <= d < to; to is never where there is no end.
type span struct{ from, to civil.Date }

func (s span) clip(w span) span { return span{max(s.from, w.from), min(s.to, w.to)} }

func (s span) days() int { return max(0, int(s.to-s.from)) }

// service returns the unit's days in service; none where the first day is not
// known, because a unit-day that nobody can date is no unit-day.
func (u *Unit) service() span {
	if u.InServiceFrom.IsZero() {
		return span{}
	}
	return span{u.InServiceFrom, endOf(u.InServiceTo)}
}

func (o *Occupancy) held() span { return span{o.From, endOf(o.To)} }

func endOf(d civil.Date) civil.Date {
	if d.IsZero() {
		return never
	}
	return d
}

// stay is an occupancy with what is known of the days before it.
type stay struct {
	Occupancy
	void    int // days from the unit's previous end to this beginning
	hasVoid bool
	reach   civil.Date // the latest end of this and the unit's earlier stays
}

// move is the beginning or the end of the stay at a position.
type move struct {
	date civil.Date
	at   int32
}

// Ledger is the dated history of a set of units, in the order that the
// figures need. Making one costs O(n log n) for n units and stays; a question
// about a period then costs O(log n) and the movements of that period, so a
// series of months costs no more than its months. A Ledger never changes and
// is safe for concurrent use.
//
// What enters: the first unit of each unit_ref, and every stay in one of these
// units that has a beginning and does not end before it. What stays out counts
// nowhere, and Findings names it. A ledger of some of the units (the owned ones,
// say) therefore gives the figures of those units.
type Ledger struct {
	units []Unit         // by unit_ref, each once
	index map[string]int // unit_ref -> position in units
	extra []Details      // of unit i, zero where nothing is known
	serve [][]span       // the days in service of unit i, ascending and apart
	down  [][]outage     // the outages of unit i within its service, ascending and apart
	stays []stay         // by unit, then beginning, then end, then household
	first []int          // the stays of unit i are stays[first[i]:first[i+1]]
	ins   []move         // every stay's beginning, by date
	outs  []move         // every stay's end that there is, by date

	insBefore, outsBefore []Heads // the stays of the first n of ins and of outs

	available unitDays // in service
	occupied  unitDays // occupied and in service

	outOfOrder unitDays // out of order within the unit's first and last day in service
}

// NewLedger orders the units and stays of a history that has nothing else. It
// keeps copies.
func NewLedger(units []Unit, stays []Occupancy) *Ledger {
	h := History{Units: units, Stays: stays}
	return h.Ledger()
}

// Ledger orders the history. It keeps copies.
func (h *History) Ledger() *Ledger {
	l := &Ledger{}
	l.addUnits(h.Units)
	l.addDetails(h.Details)
	l.addService(h.Outages)
	l.addStays(h.Stays)
	l.addMoves()
	l.addDays()
	return l
}

// addDetails takes the first details of each unit.
func (l *Ledger) addDetails(details []Details) {
	l.extra = make([]Details, len(l.units))
	for i := range details {
		if u, ok := l.index[details[i].UnitRef]; ok && l.extra[u].UnitRef == "" {
			l.extra[u] = details[i]
		}
	}
}

// outage is a run of days that an outage takes out of service.
type outage struct {
	span
	reason OutageReason
}

// addService takes the days out of order from each unit's service. Where two
// outages overlap, the days are the earlier one's.
func (l *Ledger) addService(outages []Outage) {
	l.serve, l.down = make([][]span, len(l.units)), make([][]outage, len(l.units))
	own := make([][]outage, len(l.units))
	for i := range outages {
		o := &outages[i]
		if u, ok := l.index[o.UnitRef]; ok && o.From != 0 && endOf(o.To) > o.From {
			own[u] = append(own[u], outage{span{o.From, endOf(o.To)}, o.Reason})
		}
	}
	for i := range l.units {
		window := l.units[i].service()
		at := window.from
		slices.SortStableFunc(own[i], func(a, b outage) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
		for _, o := range own[i] {
			o.span = o.clip(span{at, window.to})
			if o.days() == 0 {
				continue
			}
			if before := (span{at, o.from}); before.days() > 0 {
				l.serve[i] = append(l.serve[i], before)
			}
			l.down[i] = append(l.down[i], o)
			at = o.to
		}
		if rest := (span{at, window.to}); rest.days() > 0 {
			l.serve[i] = append(l.serve[i], rest)
		}
	}
}

// serving reports whether unit i is in service on a day.
func (l *Ledger) serving(i int, d civil.Date) bool {
	return slices.ContainsFunc(l.serve[i], func(s span) bool { return s.from <= d && d < s.to })
}

// addUnits takes the first unit of each unit_ref.
func (l *Ledger) addUnits(units []Unit) {
	l.units = slices.Clone(units)
	slices.SortStableFunc(l.units, func(a, b Unit) int { return cmp.Compare(a.UnitRef, b.UnitRef) })
	l.units = slices.CompactFunc(l.units, func(a, b Unit) bool { return a.UnitRef == b.UnitRef })
	l.index = make(map[string]int, len(l.units))
	for i := range l.units {
		l.index[l.units[i].UnitRef] = i
	}
}

// addStays takes the stays that can be counted, orders each unit's and
// measures the void before each.
func (l *Ledger) addStays(stays []Occupancy) {
	unitOf := make([]int32, len(stays)) // -1: not counted
	l.first = make([]int, len(l.units)+1)
	for i := range stays {
		unitOf[i] = -1
		if u, ok := l.index[stays[i].UnitRef]; ok && countable(&stays[i]) {
			unitOf[i] = int32(u)
			l.first[u+1]++
		}
	}
	for u := range l.units {
		l.first[u+1] += l.first[u]
	}
	order := make([]int32, l.first[len(l.units)]) // positions in stays, by unit
	next := slices.Clone(l.first)
	for i, u := range unitOf {
		if u >= 0 {
			order[next[u]] = int32(i)
			next[u]++
		}
	}
	l.stays = make([]stay, len(order))
	for u := range l.units {
		from, to := l.first[u], l.first[u+1]
		// Positions are sorted and each stay is copied once: a stay is large.
		slices.SortStableFunc(order[from:to], func(a, b int32) int { return compareStays(&stays[a], &stays[b]) })
		for i, at := range order[from:to] {
			l.stays[from+i].Occupancy = stays[at]
		}
		measureVoids(l.staysOf(u))
	}
}

// measureVoids notes the days before each of one unit's stays, which are in order.
func measureVoids(stays []stay) {
	var last civil.Date // the latest end so far
	for i := range stays {
		s := &stays[i]
		// A stay that begins before an earlier one has ended had no void.
		if last != 0 && last <= s.From {
			s.void, s.hasVoid = int(s.From-last), true
		}
		last = max(last, s.held().to)
		s.reach = last
	}
}

// countable reports whether the stay has a beginning and no end before it.
func countable(o *Occupancy) bool { return !o.From.IsZero() && o.held().to >= o.From }

func compareStays(a, b *Occupancy) int {
	if a.From != b.From { // nearly always: no need to look further
		return cmp.Compare(a.From, b.From)
	}
	return cmp.Or(cmp.Compare(a.held().to, b.held().to), cmp.Compare(a.HouseholdRef, b.HouseholdRef))
}

func (l *Ledger) addMoves() {
	ins := make([]move, len(l.stays))
	outs := make([]move, 0, len(l.stays))
	for i := range l.stays {
		s := &l.stays[i]
		ins[i] = move{s.From, int32(i)}
		if !s.To.IsZero() {
			outs = append(outs, move{s.To, int32(i)})
		}
	}
	day := func(m move) civil.Date { return m.date }
	l.ins, l.outs = byDay(ins, day), byDay(outs, day)
	l.insBefore, l.outsBefore = l.headsBefore(l.ins), l.headsBefore(l.outs)
}

// headsBefore returns, for each n, the heads of the first n moves.
func (l *Ledger) headsBefore(moves []move) []Heads {
	out := make([]Heads, len(moves)+1)
	for i, m := range moves {
		out[i+1] = out[i]
		out[i+1].add(&l.stays[m.at].Occupancy)
	}
	return out
}

// byDay returns the values in the order of their days, those of one day as they
// were. It counts, where the days lie near one another, in O(values + days).
func byDay[T any](values []T, day func(T) civil.Date) []T {
	if len(values) == 0 {
		return values
	}
	first, last := day(values[0]), day(values[0])
	for _, v := range values {
		first, last = min(first, day(v)), max(last, day(v))
	}
	if int(last-first) > 8*len(values)+4096 { // a day far from all others
		slices.SortStableFunc(values, func(a, b T) int { return cmp.Compare(day(a), day(b)) })
		return values
	}
	next := make([]int32, last-first+2) // where the next value of each day goes
	for _, v := range values {
		next[day(v)-first+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	out := make([]T, len(values))
	for _, v := range values {
		at := &next[day(v)-first]
		out[*at] = v
		*at++
	}
	return out
}

// addDays gathers the spans in service and the spans occupied within them.
func (l *Ledger) addDays() {
	service := make([]span, 0, len(l.units))
	occupied := make([]span, 0, len(l.stays))
	var down []span
	for i := range l.units {
		service = append(service, l.serve[i]...)
		for held := range l.occupiedSpans(i) {
			for _, window := range l.serve[i] {
				occupied = append(occupied, held.clip(window))
			}
		}
		for _, o := range l.down[i] {
			down = append(down, o.span)
		}
	}
	l.outOfOrder = newUnitDays(down)
	l.available = newUnitDays(service)
	l.occupied = newUnitDays(occupied)
}

// staysOf returns the stays of unit i, in order.
func (l *Ledger) staysOf(i int) []stay { return l.stays[l.first[i]:l.first[i+1]] }

// occupiedSpans yields the days on which unit i is held by someone, ascending
// and apart: two stays that overlap or meet are one span, since a unit is
// occupied once a day however many stays name it.
func (l *Ledger) occupiedSpans(i int) func(yield func(span) bool) {
	return func(yield func(span) bool) {
		var open span
		for k := range l.staysOf(i) {
			held := l.stays[l.first[i]+k].held()
			switch {
			case held.days() == 0:
			case open.days() > 0 && held.from <= open.to:
				open.to = max(open.to, held.to)
			default:
				if open.days() > 0 && !yield(open) {
					return
				}
				open = held
			}
		}
		if open.days() > 0 {
			yield(open)
		}
	}
}

// within returns the part of moves, which is ordered by date, that falls in p.
func within(moves []move, p Period) []move {
	before := func(d civil.Date) int {
		n, _ := slices.BinarySearchFunc(moves, d, func(m move, d civil.Date) int { return cmp.Compare(m.date, d) })
		return n
	}
	return moves[before(p.From):before(max(p.From, p.To))]
}

// unitDays counts the days of many spans in a period without walking them: the
// days before d are the sum of d-from over the spans begun before d, less the
// sum of d-to over those ended, and running sums over sorted dates give both.
type unitDays struct{ begun, ended runningDays }

func newUnitDays(spans []span) unitDays {
	froms := make([]civil.Date, 0, len(spans))
	tos := make([]civil.Date, 0, len(spans))
	for _, s := range spans {
		if s.days() == 0 {
			continue
		}
		froms = append(froms, s.from)
		if s.to != never {
			tos = append(tos, s.to)
		}
	}
	return unitDays{newRunningDays(froms), newRunningDays(tos)}
}

// in returns the number of span-days in p.
func (u unitDays) in(p Period) int {
	if p.Days() == 0 {
		return 0
	}
	return u.before(p.To) - u.before(p.From)
}

func (u unitDays) before(d civil.Date) int { return u.begun.before(d) - u.ended.before(d) }

// runningDays has dates in order, and sums[i] the sum of the first i of them.
type runningDays struct {
	dates []civil.Date
	sums  []int
}

func newRunningDays(dates []civil.Date) runningDays {
	dates = byDay(dates, func(d civil.Date) civil.Date { return d })
	sums := make([]int, len(dates)+1)
	for i, d := range dates {
		sums[i+1] = sums[i] + int(d)
	}
	return runningDays{dates, sums}
}

// before returns the sum of d-date over the dates before d.
func (r runningDays) before(d civil.Date) int {
	n, _ := slices.BinarySearch(r.dates, d)
	return n*int(d) - r.sums[n]
}
