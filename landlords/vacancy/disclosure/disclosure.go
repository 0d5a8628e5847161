// Package disclosure says which turnover figures may leave the office, month
// after month, so that no small count can be worked out from what was published:
// not from a table's margins, and not by comparing successive months.
//
// Counts of households are published for the twelve months up to a month, rounded
// to the nearest five, since two exact windows of twelve months that overlap in
// eleven tell what the twelfth was. A count below 4 is hidden. A month's own counts
// are published, rounded alike, where none of them is below 4. What is left to
// find is checked rather than believed: for every small count there must be a second
// course of events, with another number, that would have given the same
// publications, all of them since the first. Where there is none, further
// figures of the newest month are hidden, the smallest first (secondary
// suppression), until there is.
//
// Unit-days, and the vacancy rate that they give, are published beside the counts. The
// second course of events has the same unit-days in every month, so however exactly they
// are told, they tell nothing of a small count.
package disclosure

import (
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// Rules of what is shown.
const (
	HiddenBelow = 4 // the least count that is shown
	RoundedTo   = 5
	Window      = 12 // months
	// Where fewer households than this live at a close, nothing is shown of that
	// month: with so few, what is hidden is as good as told.
	FewestHouseholds = 10
)

// Figure names a count of households that is published.
type Figure string

// The figures. The move-outs are all of them; those below them are parts.
const (
	MoveIns          Figure = "move_ins"
	MoveOuts         Figure = "move_outs"
	OwnHome          Figure = "moved_to_own_home"
	PrivateRental    Figure = "out_private_rental"
	Purchase         Figure = "out_purchase"
	OtherMunicipal   Figure = "out_other_municipal"
	LeftMunicipality Figure = "out_left_municipality"
	Other            Figure = "out_other"  // every other reason
	Households       Figure = "households" // living there at the close
)

// Figures lists every figure in the order of a table.
var Figures = []Figure{MoveIns, MoveOuts, OwnHome, PrivateRental, Purchase, OtherMunicipal, LeftMunicipality, Other, Households}

// Cell is a figure as it is published.
type Cell struct {
	Hidden bool `json:"hidden"`
	N      int  `json:"n"` // rounded; 0 where hidden
	low    int  // what a reader knows: the count lies in low..high
	high   int
}

// Knows returns what a reader of the cell knows of the count: it is from low to
// high, both included; high is below 0 where there is no bound.
func (c Cell) Knows() (low, high int) {
	if c.Hidden {
		return 0, -1
	}
	return c.low, c.high
}

// Release is what is published with a month.
type Release struct {
	Month civil.Month
	// Withheld says that every cell is hidden: fewer than FewestHouseholds live there, or
	// that the small ones are small would tell too much.
	Withheld bool
	// VacancyHidden says that the month's unit-days and vacancy are not told either, nor
	// those of a period that has the month in it: they would tell of a small count. So
	// it is where all is withheld.
	VacancyHidden bool
	Year          map[Figure]Cell // the twelve months up to and with the month; Households at its close
	// The month's own counts, nil where it is too small: one of them below 4, or
	// what they would tell.
	Own map[Figure]Cell
}

// The series that every figure is a sum of.
const (
	ins = iota
	rental
	purchase
	municipal
	left
	other
	nSeries
)

var parts = map[Figure][]int{
	MoveIns: {ins}, MoveOuts: {rental, purchase, municipal, left, other}, OwnHome: {rental, purchase}, PrivateRental: {rental},
	Purchase: {purchase}, OtherMunicipal: {municipal}, LeftMunicipality: {left}, Other: {other},
}

// Releases returns what may be published with each month from the first month of
// the ledger's history up to last, in order. It is a function of the history alone.
func Releases(l *vacancy.Ledger, first, last civil.Month) []Release {
	p := &publisher{base: l.Month(first).OpeningOccupied, lost: map[secret]bool{}, witnesses: map[secret]move{}}
	var out []Release
	for m := first; m.First <= last.First; m = m.Add(1) {
		f := l.Month(m)
		p.add(monthOf(f.Figures))
		p.days = append(p.days, daysOf(m, f.Figures))
		out = append(out, p.release(m, f.ClosingOccupied))
	}
	return out
}

func monthOf(f vacancy.Figures) [nSeries]int {
	m := [nSeries]int{f.MoveIns, f.OutsByReason[vacancy.PrivateRental], f.OutsByReason[vacancy.Purchase], f.OutsByReason[vacancy.OtherMunicipal], f.OutsByReason[vacancy.LeftMunicipality], 0}
	m[other] = f.MoveOuts - m[rental] - m[purchase] - m[municipal] - m[left]
	return m
}

// publisher has what happened and what was published of it.
type publisher struct {
	base      int             // households before the first month
	months    [][nSeries]int  // what happened
	before    [][nSeries]int  // the sums of the months before each, and of all
	days      []monthDays     // in what unit-days
	known     []constraint    // what readers know
	lost      map[secret]bool // small counts that could be worked out although nothing more was told
	witnesses map[secret]move // for each small count, another course of events
}

// constraint is something published: the sum of some series over some months, or
// the households at a close, lies in low..high.
type constraint struct {
	figure   Figure
	from, to int // months, both included
	low      int
	high     int // -1: no bound
	weights  *[nSeries]int
}

// weightsOf has, for each figure, what one more in each series adds to it.
var weightsOf = func() map[Figure]*[nSeries]int {
	out := map[Figure]*[nSeries]int{Households: {1, -1, -1, -1, -1, -1}}
	for f, series := range parts {
		out[f] = &[nSeries]int{}
		for _, s := range series {
			out[f][s] = 1
		}
	}
	return out
}()

// weigh returns the weights of the constraint's series.
func (c *constraint) weigh() *[nSeries]int {
	if c.weights == nil {
		c.weights = weightsOf[c.figure]
	}
	return c.weights
}

// weight returns what one more in a cell adds to the constraint's sum.
func (c *constraint) weight(month, series int) int {
	if month < c.from || month > c.to {
		return 0
	}
	return c.weigh()[series]
}

// add takes what happened in the next month.
func (p *publisher) add(m [nSeries]int) {
	if p.before == nil {
		p.before = [][nSeries]int{{}}
	}
	sum := p.before[len(p.before)-1]
	for s, n := range m {
		sum[s] += n
	}
	p.months, p.before = append(p.months, m), append(p.before, sum)
}

func (p *publisher) sum(c *constraint) int {
	n := 0
	if c.figure == Households {
		n = p.base
	}
	for s, w := range c.weigh() {
		n += w * (p.before[c.to+1][s] - p.before[c.from][s])
	}
	return n
}

// release decides what is published with the newest month.
func (p *publisher) release(m civil.Month, closing int) Release {
	t := len(p.months) - 1
	if closing < FewestHouseholds {
		p.known = append(p.known, constraint{figure: Households, to: t, high: FewestHouseholds - 1})
		return p.withhold(m)
	}
	r := Release{Month: m, Year: map[Figure]Cell{}}
	before := len(p.known)
	var fresh []constraint
	for _, f := range Figures {
		c := constraint{figure: f, from: t - Window + 1, to: t}
		if f == Households {
			c.from = 0
		}
		if c.from < 0 {
			continue
		}
		r.Year[f], c.low, c.high = cellOf(f, p.sum(&c))
		if r.Year[f].Hidden { // that it is small is taken to be known, whatever else is hidden
			p.known = append(p.known, c)
		} else {
			fresh = append(fresh, c)
		}
	}
	if !p.safe(nil, t) {
		r.VacancyHidden = true
		p.days[t].told = false
		if !p.safe(nil, t) {
			p.known = p.known[:before] // where all is hidden nobody can tell which are small
			return p.withhold(m)
		}
	}
	fresh, own := p.suppress(fresh, t)
	for f, c := range r.Year {
		if !c.Hidden && !slices.ContainsFunc(fresh, func(c constraint) bool { return c.figure == f }) {
			r.Year[f] = Cell{Hidden: true}
		}
	}
	if len(own) > 0 {
		r.Own = map[Figure]Cell{}
		for i := range own {
			r.Own[own[i].figure], _, _ = cellOf(own[i].figure, p.sum(&own[i]))
		}
	}
	p.known = append(append(p.known, fresh...), own...)
	return r
}

// withhold publishes nothing of the newest month.
func (p *publisher) withhold(m civil.Month) Release {
	t := len(p.months) - 1
	p.days[t].told = false
	p.giveUp(t)
	r := Release{Month: m, Withheld: true, VacancyHidden: true, Year: map[Figure]Cell{}}
	for _, f := range Figures {
		r.Year[f] = Cell{Hidden: true}
	}
	return r
}

// suppress returns which of the newest month's figures can be told, and whether its own
// counts can. These go first where something must be hidden, then the smallest figures
// of the year. In the end those that were hidden before the one that mattered are told
// after all, the largest first.
func (p *publisher) suppress(fresh []constraint, t int) (told, own []constraint) {
	own = p.ownFigures(t)
	var hidden []constraint
	for len(fresh)+len(own) > 0 && !p.safe(append(slices.Clone(fresh), own...), t) {
		if len(own) > 0 {
			own = nil
			continue
		}
		least := 0
		for i := range fresh {
			if p.sum(&fresh[i]) < p.sum(&fresh[least]) {
				least = i
			}
		}
		hidden = append(hidden, fresh[least])
		fresh = slices.Delete(fresh, least, least+1)
	}
	for _, c := range slices.Backward(hidden) {
		if more := append(slices.Clone(fresh), c); p.safe(more, t) {
			fresh = more
		}
	}
	return fresh, own
}

// ownFigures returns the month's own counts, none where one of them is small.
func (p *publisher) ownFigures(t int) []constraint {
	var own []constraint
	for _, f := range []Figure{MoveIns, MoveOuts, OwnHome} {
		c := constraint{figure: f, from: t, to: t}
		cell, low, high := cellOf(f, p.sum(&c))
		if cell.Hidden {
			return nil
		}
		c.low, c.high = low, high
		own = append(own, c)
	}
	return own
}

// cellOf returns a count as it is published, and the bounds that it gives away. A
// hidden count is taken to be known as below 4.
func cellOf(f Figure, n int) (c Cell, low, high int) {
	least := HiddenBelow
	if f == Households {
		least = FewestHouseholds
	}
	if n < least {
		return Cell{Hidden: true}, 0, least - 1
	}
	rounded := (n + RoundedTo/2) / RoundedTo * RoundedTo
	low, high = max(least, rounded-RoundedTo/2), rounded+RoundedTo/2
	return Cell{N: rounded, low: low, high: high}, low, high
}
