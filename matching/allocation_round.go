package matching

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching/assign"
)

// round is an allocation as a problem of numbers: a row for each household that
// takes part, a column for each listing, both in the order of the snapshot,
// which is that of their references.
type round struct {
	snapshot *Snapshot
	problem  *assign.Problem
	scores   []float64 // of each edge
	rows     []int     // household of each row
	columns  []int     // listing of each column
	locked   []AllocatedPair
	released []ReleasedLock
	why      []UnassignedReason // of each row, should it stay without; "": others gain more
}

// newRound finds the eligible pairs, without those that people have decided.
func (s *Snapshot) newRound(ctx context.Context, q Query, c Constraints) (*round, error) {
	excluded := map[[2]int]bool{}
	for _, p := range c.Excluded {
		if i, j, ok := s.findPair(p); ok {
			excluded[[2]int{i, j}] = true
		}
	}
	r := &round{snapshot: s}
	lockedRow, lockedColumn := map[int]bool{}, map[int]bool{}
	for _, p := range c.Locked {
		i, j, ok := s.findPair(p)
		_, out := c.LeftOut[p.Candidate]
		switch {
		case !ok || out:
			r.released = append(r.released, ReleasedLock{p, LockGone})
			continue
		case lockedRow[i] || lockedColumn[j]:
			r.released = append(r.released, ReleasedLock{p, LockTaken})
			continue
		}
		result := Evaluate(s.Candidate(i), s.Offer(j), q.Policy, q.On)
		if result.Eligibility == Blocked || excluded[[2]int{i, j}] {
			r.released = append(r.released, ReleasedLock{p, LockBlocked})
			continue
		}
		lockedRow[i], lockedColumn[j] = true, true
		r.locked = append(r.locked, AllocatedPair{i, j, inRankValue(inMillionths(result.RankValue)), true})
	}
	eligible := make([][]Match, s.Candidates())
	q.Options = Options{EligibleOnly: true}
	err := s.MatchAll(ctx, q, func(i int, matches []Match) error {
		eligible[i] = slices.Clone(matches)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for j := range s.Offers() {
		r.columns = append(r.columns, j)
	}
	r.problem = &assign.Problem{Columns: s.Offers(), RowStart: []int32{0}}
	for i := range s.Candidates() {
		if lockedRow[i] {
			continue
		}
		why, out := c.LeftOut[s.Candidate(i).ID]
		if out {
			eligible[i] = nil
		}
		slices.SortFunc(eligible[i], func(a, b Match) int { return cmp.Compare(a.Offer, b.Offer) })
		for _, m := range eligible[i] {
			if !lockedColumn[m.Offer] && !excluded[[2]int{i, m.Offer}] {
				r.problem.Col = append(r.problem.Col, int32(m.Offer))
				r.problem.Weight = append(r.problem.Weight, inMillionths(m.RankValue))
				r.scores = append(r.scores, m.Score)
			}
		}
		edges := int32(len(r.problem.Col))
		switch none := edges == r.problem.RowStart[len(r.rows)]; {
		case out:
		case none && len(eligible[i]) > 0:
			why = PairsTaken
		case none:
			why = NoEligibleListing
		}
		r.problem.RowStart = append(r.problem.RowStart, edges)
		r.rows, r.why = append(r.rows, i), append(r.why, why)
	}
	return r, nil
}

// before orders edges of one rank value as Compare does, down to the references,
// which rows and columns are in the order of.
func (r *round) before(a, b assign.Edge) int {
	ready := func(e assign.Edge) civil.Date { return r.snapshot.Candidate(r.rows[e.Row]).Household.ReadyDate }
	return cmp.Or(cmp.Compare(r.scores[b.Place], r.scores[a.Place]), compareReady(ready(a), ready(b)))
}

func (s *Snapshot) findPair(p PairIDs) (candidate, offer int, ok bool) {
	candidate, okC := s.FindCandidate(p.Candidate)
	offer, okO := s.FindOffer(p.Offer)
	return candidate, offer, okC && okO
}

func inMillionths(rankValue float64) int64 { return int64(math.Round(rankValue * millionths)) }

// takers returns the row that gets each column; -1 where none.
func (r *round) takers(column []int32) []int {
	taker := slices.Repeat([]int{-1}, r.problem.Columns)
	for i, j := range column {
		if j >= 0 {
			taker[j] = i
		}
	}
	return taker
}

// weight returns the weight of the edge from row i to column j, in millionths.
func (r *round) weight(i int, j int32) int64 {
	p := r.problem
	if k, ok := slices.BinarySearch(p.Col[p.RowStart[i]:p.RowStart[i+1]], j); ok {
		return p.Weight[int(p.RowStart[i])+k]
	}
	return 0
}

// unassigned says why row i stays without a listing.
func (r *round) unassigned(i int, taker []int) Unassigned {
	u := Unassigned{Candidate: r.rows[i], Why: r.why[i], Offer: -1, Other: -1}
	if u.Why != "" {
		return u
	}
	u.Why = OthersGainMore
	best := int64(math.MinInt64)
	for k := r.problem.RowStart[i]; k < r.problem.RowStart[i+1]; k++ {
		if r.problem.Weight[k] > best {
			best = r.problem.Weight[k]
			u.Offer, u.Other = r.columns[r.problem.Col[k]], -1
			if t := taker[r.problem.Col[k]]; t >= 0 {
				u.Other = r.rows[t]
			}
		}
	}
	return u
}

// differences compares the best allocation with the greedy list. Where both are
// laid over one another, what differs falls into chains, each of which could be
// taken or left for itself.
func (r *round) differences(best, greedy []int32, taker []int) (out []AllocationDifference) {
	greedyTaker := r.takers(greedy)
	chain := slices.Repeat([]int{-1}, len(best)) // of each row
	var gain []int64
	for first := range best {
		if best[first] == greedy[first] || chain[first] >= 0 {
			continue
		}
		id, sum := len(gain), int64(0)
		todo := []int{first}
		for chain[first] = id; len(todo) > 0; {
			i := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			sum += r.valueOf(i, best[i]) - r.valueOf(i, greedy[i])
			for _, next := range []int{rowAt(taker, greedy[i]), rowAt(greedyTaker, best[i])} {
				if next >= 0 && chain[next] < 0 {
					chain[next] = id
					todo = append(todo, next)
				}
			}
		}
		gain = append(gain, sum)
	}
	for i, id := range chain {
		if id < 0 {
			continue
		}
		d := AllocationDifference{
			Candidate: r.rows[i], Greedy: r.listing(greedy[i]), Best: r.listing(best[i]), Other: -1, Chain: id, Gain: inRankValue(gain[id]),
			GreedyValue: inRankValue(r.valueOf(i, greedy[i])), BestValue: inRankValue(r.valueOf(i, best[i])),
		}
		if other := rowAt(taker, greedy[i]); other >= 0 {
			d.Other = r.rows[other]
		}
		switch {
		case d.Greedy < 0:
			d.Why = GainsHome
		case d.Best < 0:
			d.Why = GoesWithout
		case d.Other >= 0:
			d.Why = GivesWay
		default:
			d.Why = MovesOn
		}
		out = append(out, d)
	}
	return out
}

// valueOf is weight, and 0 for no column.
func (r *round) valueOf(i int, j int32) int64 {
	if j < 0 {
		return 0
	}
	return r.weight(i, j)
}

// listing returns the listing of a column, -1 for none.
func (r *round) listing(j int32) int {
	if j < 0 {
		return -1
	}
	return r.columns[j]
}

// rowAt returns the row that has column j; -1 where none, or there is no column.
func rowAt(taker []int, j int32) int {
	if j < 0 {
		return -1
	}
	return taker[j]
}
