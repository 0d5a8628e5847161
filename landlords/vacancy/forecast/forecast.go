package forecast

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// Planned is the settlement planned for a month. Unaccompanied minors live in
// units of their own kind and are apart from the households and persons.
type Planned struct {
	Month      civil.Month `json:"month"`
	Households int         `json:"households"`
	Persons    int         `json:"persons"` // in these households; 0 where not known
	Minors     int         `json:"minors"`  // unaccompanied minors, one by one
}

// Input is what a forecast is made of.
type Input struct {
	History *vacancy.History
	On      civil.Date // the day that the facts hold; the first month is the one after it
	Months  int        // ahead, 1 to MaxMonths
	Plan    []Planned  // a month that is missing has no settlement planned
	Seed    uint64     // another number draws other futures
	Draws   int        // futures drawn; 0 is DefaultDraws
}

// Limits of a forecast.
const (
	MaxMonths    = 36
	DefaultDraws = 1000
	// Share is the part of the drawn futures that a band is meant to hold.
	Share = 0.8
)

// Band is what a number may come to.
type Band struct {
	Low  int `json:"low"`
	Mid  int `json:"mid"` // the median
	High int `json:"high"`
}

// Month is one month of a forecast.
type Month struct {
	Month    civil.Month `json:"month"`
	Freed    Band        `json:"freed"`     // units that households move out of in the month
	FreedSum Band        `json:"freed_sum"` // the same from the first month on
	Notices  int         `json:"notices"`   // move-outs with a notice that expects them in the month
	// Leases of the municipality that end in the month: these units are lost, and
	// whoever lives there needs another.
	LeasesEnd      int `json:"leases_end"`
	LeasesEndLived int `json:"leases_end_lived"` // of these, the ones that someone lives in today
	Planned        int `json:"planned"`          // households to settle
	PlannedPersons int `json:"planned_persons"`
	PlannedMinors  int `json:"planned_minors"`
	// Free is units free at the month's end when everyone planned has moved in;
	// below 0 is a shortage.
	Free Band `json:"free"`
	// Placements is how many moves to private homes, beyond those foreseen, would
	// from the first month to this close the gap: at the median, and with Share/2+0.5
	// of the futures (nine in ten).
	Placements     int `json:"placements"`
	PlacementsSafe int `json:"placements_safe"`
}

// Size is a forecast for the units of so many bedrooms.
type Size struct {
	Size     string  `json:"size"` // bedrooms; "" not known
	FreeNow  int     `json:"free_now"`
	Freed    []Band  `json:"freed"` // month by month
	Free     []Band  `json:"free"`
	ToSettle float64 `json:"share"` // of the planned households, by the sizes that households moved into in the last two years
}

// Forecast is what lies ahead.
type Forecast struct {
	On       civil.Date `json:"on"`
	Curve    Curve      `json:"-"`
	Median   *int       `json:"median_stay_days"` // of the curve; nil while fewer than half have moved
	InUse    int        `json:"units_in_service"`
	Living   int        `json:"living"` // stays that go on
	FreeNow  int        `json:"free_now"`
	Reserved int        `json:"reserved"` // of the free ones: kept for arrivals, which are among the planned
	Broken   int        `json:"out_of_order"`
	Minors   int        `json:"minors_free_now"` // free units for unaccompanied minors, which are in no other number
	Months   []Month    `json:"months"`
	Sizes    []Size     `json:"sizes"`
}

// Make draws futures and tells what most of them hold. O(draws x (units + months)).
// Errors: Invalid for a number of months out of range or a missing day.
func Make(in Input) (*Forecast, error) {
	if in.Months < 1 || in.Months > MaxMonths {
		return nil, apperr.New(apperr.Invalid, "A forecast reaches 1 to %d months ahead.", MaxMonths)
	}
	if in.On.IsZero() {
		return nil, apperr.New(apperr.Invalid, "A forecast needs the day that it is made for.")
	}
	if in.Draws == 0 {
		in.Draws = DefaultDraws
	}
	m := newModel(in)
	m.draw()
	return m.tell(), nil
}

// home is one unit as the model sees it.
type home struct {
	size   int        // index into model.sizes
	since  civil.Date // of the stay that goes on; 0 where empty
	notice civil.Date // the day it is expected free; 0 without
	closes int        // month index in which it leaves service, months where it does not
	opens  int        // month index from which it can be used: later for what is out of order
}

// model is a forecast being made.
type model struct {
	in      Input
	first   civil.Month
	ends    []civil.Date // the first day after each month
	homes   []home
	sizes   []string
	lengths []length
	out     *Forecast

	arrivals []float64 // share of settled households by size
	freed    [][][]int // by size (the last is all), month, draw
	free     [][][]int
}

func newModel(in Input) *model {
	m := &model{in: in, first: civil.MonthOf(in.On).Add(1)}
	for i := range in.Months {
		m.ends = append(m.ends, m.first.Add(i).End())
	}
	minors := map[string]bool{}
	for _, d := range in.History.Details {
		minors[d.UnitRef] = d.Purpose == vacancy.UnaccompaniedMinors
	}
	states := in.History.Ledger().StateAt(in.On)
	m.out = &Forecast{On: in.On}
	sized := map[string]int{}
	for i := range states {
		if s := &states[i]; !minors[s.UnitRef] {
			sized[sizeOf(&s.Unit)] = 0
		}
	}
	for v := range sized {
		m.sizes = append(m.sizes, v)
	}
	slices.SortFunc(m.sizes, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	slices.SortStableFunc(m.sizes, func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX != nil || errY != nil {
			return cmp.Compare(len(b), len(a)) // unknown last
		}
		return cmp.Compare(x, y)
	})
	for i, v := range m.sizes {
		sized[v] = i
	}
	for i := range states {
		s := &states[i]
		if minors[s.UnitRef] {
			if s.Status == vacancy.Vacant {
				m.out.Minors++
			}
			continue
		}
		m.addHome(s, sized[sizeOf(&s.Unit)])
	}
	var stays []vacancy.Occupancy
	for _, o := range in.History.Stays {
		if !minors[o.UnitRef] {
			stays = append(stays, o)
		}
	}
	m.lengths = lengthsOf(stays, in.On+1)
	m.out.Curve = curveOf(m.lengths)
	if days, ok := m.out.Curve.Median(); ok {
		m.out.Median = &days
	}
	m.measureArrivals(stays, sized)
	m.plan()
	return m
}

func sizeOf(u *vacancy.Unit) string {
	if u.Bedrooms == nil {
		return ""
	}
	return strconv.Itoa(*u.Bedrooms)
}

// addHome takes a unit that is in service, out of order or lived in on the day.
func (m *model) addHome(s *vacancy.UnitState, size int) {
	h := home{size: size, closes: m.in.Months}
	switch s.Status {
	case vacancy.NotInService:
		return
	case vacancy.OutOfOrder:
		m.out.Broken++
		h.opens = m.inOrder(s.UnitRef)
	case vacancy.Vacant:
		m.out.InUse, m.out.FreeNow = m.out.InUse+1, m.out.FreeNow+1
		if slices.ContainsFunc(m.in.History.Reservations, func(r vacancy.Reservation) bool {
			return r.UnitRef == s.UnitRef && r.From <= m.in.On && (r.Ended.IsZero() || r.Ended > m.in.On)
		}) {
			m.out.Reserved++
		}
	default:
		m.out.Living++
		if s.InService {
			m.out.InUse++
		}
		h.since = s.Stays[0].From
		for _, n := range m.in.History.Notices {
			if n.UnitRef == s.UnitRef && n.HouseholdRef == s.Stays[0].HouseholdRef && n.Given <= m.in.On && n.Given >= h.since && (n.Withdrawn.IsZero() || n.Withdrawn > m.in.On) {
				h.notice = max(n.Expected, m.first.First)
			}
		}
	}
	end := s.InServiceTo
	if end.IsZero() && !s.LeaseInEnds.IsZero() {
		end = s.LeaseInEnds + 1
	}
	// A lease that ended before the day and is still lived in runs on.
	if !end.IsZero() && end > m.in.On+1 {
		h.closes = min(m.in.Months, m.monthOf(end-1))
	}
	m.homes = append(m.homes, h)
}

// inOrder returns the month in which the outage that holds a unit ends, beyond
// the forecast where nobody knows.
func (m *model) inOrder(unit string) int {
	opens := m.in.Months
	for _, o := range m.in.History.Outages {
		if o.UnitRef == unit && o.From <= m.in.On && o.To > m.in.On {
			opens = min(opens, m.monthOf(o.To))
		}
	}
	return opens
}

// monthOf returns the index of the forecast's month that a day lies in, 0 for
// what is before.
func (m *model) monthOf(d civil.Date) int {
	n, found := slices.BinarySearch(m.ends, d)
	if found { // the first day of the next month
		n++
	}
	return n
}

// measureArrivals finds which sizes households were settled in during the last
// two years, else which sizes there are.
func (m *model) measureArrivals(stays []vacancy.Occupancy, sized map[string]int) {
	bySize := map[string]int{}
	for i := range m.in.History.Units {
		bySize[m.in.History.Units[i].UnitRef] = sized[sizeOf(&m.in.History.Units[i])]
	}
	m.arrivals = make([]float64, len(m.sizes))
	total := 0.0
	for _, o := range stays {
		if o.From > m.in.On.AddMonths(-24) && o.From <= m.in.On {
			if s, ok := bySize[o.UnitRef]; ok {
				m.arrivals[s]++
				total++
			}
		}
	}
	if total == 0 {
		for _, h := range m.homes {
			m.arrivals[h.size]++
			total++
		}
	}
	for i := range m.arrivals {
		m.arrivals[i] /= math.Max(1, total)
	}
}

func (m *model) plan() {
	m.out.Months = make([]Month, m.in.Months)
	for i := range m.out.Months {
		row := &m.out.Months[i]
		row.Month = m.first.Add(i)
		for _, p := range m.in.Plan {
			if p.Month == row.Month {
				row.Planned, row.PlannedPersons, row.PlannedMinors = p.Households, p.Persons, p.Minors
			}
		}
		for _, h := range m.homes {
			if h.closes == i {
				row.LeasesEnd++
				if h.since != 0 {
					row.LeasesEndLived++
				}
			}
			if h.notice != 0 && m.monthOf(h.notice) == i {
				row.Notices++
			}
		}
	}
}

// drawsPerCurve is how many futures are drawn from one curve.
const drawsPerCurve = 10

// draw makes futures. In each ten of them, the curve itself is drawn anew from the stays with
// replacement, so that a curve that rests on few stays gives wide bands.
func (m *model) draw() {
	r := rand.New(rand.NewPCG(m.in.Seed, 0x626f6c69676b6c61))
	make3 := func() [][][]int {
		out := make([][][]int, len(m.sizes)+1)
		for s := range out {
			out[s] = make([][]int, m.in.Months)
			for t := range out[s] {
				out[s][t] = make([]int, m.in.Draws)
			}
		}
		return out
	}
	m.freed, m.free = make3(), make3()
	sample := make([]length, len(m.lengths))
	var curve Curve
	for d := range m.in.Draws {
		if d%drawsPerCurve == 0 {
			for i := range sample {
				sample[i] = m.lengths[r.IntN(len(m.lengths))]
			}
			curve = curveOf(sample)
		}
		m.future(d, &curve, r)
	}
}

// future plays one draw: who moves out when, who is settled, what is left.
func (m *model) future(d int, c *Curve, r *rand.Rand) {
	all := len(m.sizes)
	change := make([][]int, len(m.sizes)) // of free units, by size and month
	start := make([]int, len(m.sizes))
	for s := range change {
		change[s] = make([]int, m.in.Months)
	}
	// frees notes a move-out in month t of a home.
	frees := func(h *home, t int) {
		if t < m.in.Months {
			m.freed[h.size][t][d]++
			m.freed[all][t][d]++
			if t < h.closes {
				change[h.size][t]++
			}
		}
	}
	for i := range m.homes {
		h := &m.homes[i]
		var moves int // the month of moving out
		switch {
		case h.since == 0 && h.opens == 0:
			start[h.size]++
			moves = -1
		case h.since == 0:
			if h.opens < h.closes {
				change[h.size][h.opens]++
			}
			moves = h.opens
		case h.notice != 0:
			moves = m.monthOf(h.notice)
			frees(h, moves)
		default:
			moves = m.monthOf(m.in.On + civil.Date(c.residual(int(m.in.On-h.since)+1, r)))
			frees(h, moves)
		}
		if h.closes < m.in.Months && moves < h.closes { // free when the lease ends: one fewer
			change[h.size][h.closes]--
		}
		if h.closes < m.in.Months && h.since != 0 && moves >= h.closes { // whoever lives there needs another home
			change[h.size][h.closes]--
		}
	}
	m.settle(d, c, r, change)
	for s := range m.sizes {
		left := start[s]
		for t := range m.in.Months {
			left += change[s][t]
			m.free[s][t][d] = left
			m.free[all][t][d] += left
		}
	}
}

// settle moves in whom the plan has, and out again whoever does not stay until
// the forecast's end.
func (m *model) settle(d int, c *Curve, r *rand.Rand, change [][]int) {
	for t := range m.in.Months {
		from := m.first.Add(t).First
		for range m.out.Months[t].Planned {
			s := m.drawSize(r)
			change[s][t]--
			if out := m.monthOf(from + civil.Date(c.residual(0, r))); out < m.in.Months {
				m.freed[s][out][d]++
				m.freed[len(m.sizes)][out][d]++
				change[s][out]++
			}
		}
	}
}

func (m *model) drawSize(r *rand.Rand) int {
	x := r.Float64()
	for s, share := range m.arrivals {
		if x -= share; x < 0 {
			return s
		}
	}
	return len(m.arrivals) - 1
}

// residual draws how many days more a household stays that has stayed age days:
// from the curve as far as it can be trusted, then from the Weibull curve.
func (c *Curve) residual(age int, r *rand.Rand) int {
	const forever = 1 << 20
	u := 1 - r.Float64() // above 0
	if now := c.Staying(age - 1); age <= c.Reach && now > 0 {
		target := now * u
		i, _ := slices.BinarySearchFunc(c.Steps, target, func(s Step, x float64) int { return cmp.Compare(x, s.Staying) })
		if i < len(c.Steps) && c.Steps[i].Days <= c.Reach {
			return max(1, c.Steps[i].Days-age+1)
		}
		u = target / c.Staying(c.Reach) // what is left of the draw beyond the curve
		return c.beyond(c.Reach, u) + c.Reach - age + 1
	}
	if c.Shape == 0 {
		return forever
	}
	return 1 + c.beyond(age, u)
}

// beyond returns the days beyond age by the Weibull curve at the share u of those
// that have stayed so long.
func (c *Curve) beyond(age int, u float64) int {
	const forever = 1 << 20
	if c.Shape == 0 {
		return forever
	}
	t := c.Scale * math.Pow(math.Pow(float64(age)/c.Scale, c.Shape)-math.Log(math.Min(1, u)), 1/c.Shape)
	return max(0, int(math.Min(forever, t))-age)
}
