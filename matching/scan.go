package matching

import (
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// What a verdict byte says of the facts of one aspect.
const (
	blocks   = 1 << iota // a rule that counts fails
	asks                 // a rule that counts is unknown
	wishes               // a wish fails
	judged               // the rules were asked
	deferred             // another aspect answers in its place
	hopeless             // a rule that counts fails, and nothing opens it; only with scan.remedies
)

// lazyShare is how many records there must be for each code of an aspect to have
// all its codes judged beforehand, and not only those that turn up.
const lazyShare = 16

// column is what a query makes of one aspect: a table by code.
type column struct {
	verdict  []uint8
	points   []float64 // weight*s of the criterion, with no wish failed
	bare     []float64 // s of demand_fit before wishes
	priority []float64 // its part of the priority
	lazy     bool
	sets     bool     // every code has a bit set
	reject   []uint16 // of sets: the codes to leave out
	accept   []uint16 // of sets: the others
	wish     bool     // a wish may fail
	defers   bool     // a code may leave the question to the next aspect
	seen     int      // records that the aspect was asked about so far
	kept     int      // of which it kept
}

// scan holds one fixed partner against a table. It is reused from one partner to
// the next, and belongs to one goroutine.
type scan[R, F any] struct {
	t        *table[R, F]
	pair     pair
	refuse   uint8 // verdicts that leave a record out
	remedies bool  // tell what is hopeless
	total    float64
	weight   [aspectCount]float64 // of the aspect's criterion

	columns  [aspectCount]column
	wishful  []int // aspects in which a wish may fail
	filters  []int // aspects without bit sets, those that keep least first
	byRow    bool  // the priority differs between records
	priority float64
	// excluded drops from a selection the records that exclude the partner, or
	// that the partner excludes.
	excluded func(chunk int, selection []uint16) []uint16
	evaluate func(*R) Result // for slow records
	anySlow  bool

	mask, spare []uint64
	selection   []uint16
	scores      []float64
	failed      []uint8
}

// prepare asks the rules about every code, as far as that pays. It reports
// whether any record can be left: where an aspect refuses all, none is.
// Time: proportional to the codes.
func (s *scan[R, F]) prepare(t *table[R, F], p *Policy, on civil.Date, refuse uint8) bool {
	s.t, s.refuse = t, refuse
	s.pair.p, s.pair.on = p, on
	s.total = p.Weights.sum()
	s.wishful, s.filters = s.wishful[:0], s.filters[:0]
	s.anySlow = false
	for _, c := range t.chunks {
		s.anySlow = s.anySlow || c.slow != nil
	}
	if t.len() == 0 {
		return false
	}
	for a := range aspects {
		if !s.tabulate(a) && !s.anySlow {
			return false
		}
	}
	slices.SortStableFunc(s.filters, func(a, b int) int {
		x, y := &s.columns[a], &s.columns[b]
		return (x.kept+1)*(y.seen+2) - (y.kept+1)*(x.seen+2)
	})
	rows := min(t.layout.chunkRows, t.len())
	s.mask, s.spare = resize(s.mask, (rows+63)/64), resize(s.spare, (rows+63)/64)
	s.selection, s.scores = resize(s.selection, rows+1), resize(s.scores, rows)
	return true
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// tabulate prepares one aspect and reports whether it leaves anything.
func (s *scan[R, F]) tabulate(a int) bool {
	asp, col := &aspectPlan[a], &s.columns[a]
	if asp.gate >= 0 && !s.columns[asp.gate].defers {
		return true // nobody asks
	}
	n := len(s.t.dicts[a].halves)
	col.verdict = resize(col.verdict, n)
	col.sets = n <= s.t.layout.bitCodes && asp.gate < 0
	col.lazy = !col.sets && n*lazyShare > s.t.len() && aspects[a].priority == nil
	col.wish, col.defers = false, false
	if asp.criterion >= 0 {
		s.weight[a] = criteria[asp.criterion].weight(&s.pair.p.Weights)
		col.points = resize(col.points, n)
		if asp.demand {
			col.bare = resize(col.bare, n)
		}
	}
	if aspects[a].priority != nil {
		col.priority = resize(col.priority, n)
	}
	if col.lazy {
		col.defers = asp.defers != ""
		clear(col.verdict)
		if len(asp.rules) > 0 {
			s.filters = append(s.filters, a)
		}
		if asp.wish {
			s.wishful = append(s.wishful, a)
		}
		return true
	}
	return s.judgeAll(a, n) || asp.gate >= 0
}

// judgeAll judges the n codes of an aspect and reports whether it leaves anything.
func (s *scan[R, F]) judgeAll(a, n int) bool {
	col, refused := &s.columns[a], 0
	col.reject, col.accept = col.reject[:0], col.accept[:0]
	for code := range n {
		v := s.judge(a, uint16(code))
		col.wish = col.wish || v&wishes != 0
		col.defers = col.defers || v&deferred != 0
		switch {
		case v&s.refuse != 0:
			refused++
			if col.sets {
				col.reject = append(col.reject, uint16(code))
			}
		case col.sets:
			col.accept = append(col.accept, uint16(code))
		}
	}
	if col.wish {
		s.wishful = append(s.wishful, a)
	}
	if !col.sets && refused > 0 {
		s.filters = append(s.filters, a)
	}
	return refused < n
}

// judge asks the rules and the criterion of an aspect about one code.
func (s *scan[R, F]) judge(a int, code uint16) uint8 {
	asp, col := &aspectPlan[a], &s.columns[a]
	pr := &s.pair
	s.t.side.put(pr, &s.t.dicts[a].halves[code])
	v := uint8(judged)
	for _, rule := range asp.rules {
		says, reason := pr.verdict(rule)
		switch {
		case reason != "" && reason == asp.defers:
			says = deferred
		case s.remedies && says == blocks && !pr.opens(rule, reason):
			says |= hopeless
		}
		v |= says
	}
	col.verdict[code] = v
	if asp.criterion >= 0 {
		value, _ := pr.value(asp.criterion, 0)
		col.points[code] = float64(s.weight[a] * value)
		if asp.demand {
			col.bare[code] = value
		}
	}
	if priority := aspects[a].priority; priority != nil {
		col.priority[code] = priority(pr)
	}
	return v
}

// verdict returns what rule i says, as a bit, and why.
func (pr *pair) verdict(i int) (uint8, Reason) {
	answer, reason := rules[i].judge(pr)
	if answer == Pass {
		return 0, ""
	}
	must := pr.strength(i) == landlords.Must
	switch {
	case must && answer == Fail:
		return blocks, reason
	case must:
		return asks, reason
	case answer == Fail:
		return wishes, reason
	}
	return 0, reason
}

// aspectPlan is aspects with their rules and criteria as numbers.
var aspectPlan = planAspects()

type plannedAspect struct {
	rules     []int
	criterion int // -1: none
	demand    bool
	wish      bool // a rule can be a wish
	defers    Reason
	gate      int // the aspect that leaves questions to this one; -1: none
}

func planAspects() (plan [aspectCount]plannedAspect) {
	for a := range aspects {
		p := &plan[a]
		p.defers = aspects[a].defers
		p.gate = slices.IndexFunc(aspects[:], func(other aspect) bool { return other.defers != "" && other.next == a })
		for _, name := range aspects[a].rules {
			i := slices.Index(Rules, name)
			p.rules = append(p.rules, i)
			p.wish = p.wish || rules[i].wish != 0
		}
		p.criterion = slices.Index(CriterionNames, aspects[a].criterion)
		p.demand = aspects[a].criterion == DemandFit
	}
	return plan
}
