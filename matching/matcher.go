package matching

import (
	"context"
	"slices"
	"sort"
)

// matcher ranks what a scan leaves.
type matcher[R, F any] struct {
	scan[R, F]
	top top
}

// rank returns the first n records of a prepared scan, or all where n is 0. The
// slice is the matcher's own, until the next call.
func (m *matcher[R, F]) rank(ctx context.Context, n int) ([]ranked, error) {
	m.top.reset(n)
	for ci := range m.t.chunks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.collect(ci, m.filter(ci))
	}
	return m.top.sorted(), nil
}

// collect adds a selection of a chunk to the top. Most records are far from it:
// those are left out by a rank_value that is worked out roughly, without division
// and rounding, and lacks more than that can be wrong by.
func (m *matcher[R, F]) collect(ci int, selection []uint16) {
	c, first, p := m.t.chunks[ci], m.t.starts[ci], m.pair.p
	scale := p.RankScore * 100 / m.total
	slack := 1e-8 * (1 + p.RankScore + p.RankPriority)
	floor := m.top.floor() - slack
	for j, sum := range m.sums(ci, selection) {
		i := selection[j]
		var rank, score, priority float64
		if has(c.slow, int(i)) {
			r := m.evaluate(&c.records[i])
			rank, score, priority = r.RankValue, r.Score, r.Priority
		} else {
			priority = m.priority
			if m.byRow {
				priority = m.rowPriority(c, i)
			}
			if scale*sum+p.RankPriority*priority < floor {
				continue
			}
			score = outOf100(sum, m.total)
			rank, score = p.rankValue(score, priority), exact(score)
		}
		if rank >= m.top.floor() {
			m.top.add(ranked{rank, score, priority, m.t.side.ready(&c.records[i]), first + int(i)})
			floor = m.top.floor() - slack
		}
	}
}

// listingScan holds one household against the listings.
type listingScan struct {
	matcher[Offer, home]
	applicant applicant
	declined  []int // positions of listings that are excluded for it, ascending
}

func (s *Snapshot) listingScan() *listingScan {
	if sc, ok := s.scans.listings.Get().(*listingScan); ok {
		return sc
	}
	return &listingScan{}
}

// start prepares the scan for a household. It reports whether there can be a match.
func (sc *listingScan) start(s *Snapshot, c *Candidate, q *Query) bool {
	sc.applicant = newApplicant(c)
	sc.pair.applicant = &sc.applicant
	sc.declined = sc.declined[:0]
	for id, declined := range c.Declined {
		if at, ok := s.listings.find(id); ok && declined {
			sc.declined = append(sc.declined, at)
		}
	}
	slices.Sort(sc.declined)
	sc.excluded = nil
	if len(sc.declined) > 0 {
		sc.excluded = sc.dropDeclined
	}
	sc.evaluate = func(o *Offer) Result { return Evaluate(c, o, q.Policy, q.On) }
	return sc.prepare(s.listings, q.Policy, q.On, q.refuse())
}

func (sc *listingScan) dropDeclined(ci int, selection []uint16) []uint16 {
	first, end := sc.t.starts[ci], sc.t.starts[ci+1]
	here := sc.declined[sort.SearchInts(sc.declined, first):sort.SearchInts(sc.declined, end)]
	if len(here) == 0 {
		return selection
	}
	return slices.DeleteFunc(selection, func(i uint16) bool {
		_, found := slices.BinarySearch(here, first+int(i))
		return found
	})
}

// match appends the matches of household i to out.
func (sc *listingScan) match(ctx context.Context, s *Snapshot, i int, q *Query, out []Match) ([]Match, error) {
	if err := ctx.Err(); err != nil {
		return out, err
	}
	if !sc.start(s, s.Candidate(i), q) {
		return out, nil
	}
	sc.priority = sc.pair.priority()
	first, err := sc.rank(ctx, q.Top)
	for _, r := range first {
		ci, row := s.listings.at(r.position)
		out = append(out, Match{i, r.position, sc.verdict(ci, uint16(row)), r.score, r.priority, r.rank})
	}
	return out, err
}

// householdScan holds one listing against the households.
type householdScan struct {
	matcher[Candidate, applicant]
	home home
}

func (s *Snapshot) householdScan() *householdScan {
	if sc, ok := s.scans.households.Get().(*householdScan); ok {
		return sc
	}
	return &householdScan{}
}

// start prepares the scan for a listing. It reports whether there can be a match.
func (sc *householdScan) start(s *Snapshot, o *Offer, q *Query) bool {
	sc.home = newHome(o)
	sc.pair.home = &sc.home
	sc.byRow = true
	sc.excluded = sc.dropDeclined
	sc.evaluate = func(c *Candidate) Result { return Evaluate(c, o, q.Policy, q.On) }
	return sc.prepare(s.households, q.Policy, q.On, q.refuse())
}

func (sc *householdScan) dropDeclined(ci int, selection []uint16) []uint16 {
	c := sc.t.chunks[ci]
	if c.marked == nil {
		return selection
	}
	return slices.DeleteFunc(selection, func(i uint16) bool {
		return has(c.marked, int(i)) && c.records[i].Declined[sc.home.o.ID]
	})
}

// match appends the matches of listing i to out.
func (sc *householdScan) match(ctx context.Context, s *Snapshot, i int, q *Query, out []Match) ([]Match, error) {
	if err := ctx.Err(); err != nil {
		return out, err
	}
	if !sc.start(s, s.Offer(i), q) {
		return out, nil
	}
	first, err := sc.rank(ctx, q.Top)
	for _, r := range first {
		ci, row := s.households.at(r.position)
		out = append(out, Match{r.position, i, sc.verdict(ci, uint16(row)), r.score, r.priority, r.rank})
	}
	return out, err
}
