package matching

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/boligklar/boligklar/matching/assign"
)

// millionths is the unit in which rank values are added up: integers, so that a
// sum is exact and comes out the same whatever the order.
const millionths = 1_000_000

// AllocatedPair is a household and the listing that is proposed for it.
type AllocatedPair struct {
	Candidate, Offer int // numbers in the snapshot
	RankValue        float64
}

// Unassigned is a household that the best allocation leaves without a listing.
type Unassigned struct {
	Candidate int
	Why       UnassignedReason
}

// UnassignedReason is the code of why a household gets no listing.
type UnassignedReason string

// The reasons.
const (
	NoEligibleListing UnassignedReason = "no_eligible_listing"
	OthersGainMore    UnassignedReason = "others_gain_more" // each of its listings does more good elsewhere
)

// AllocationDifference is a household for which the best allocation proposes
// something else than the greedy list, which takes the best pairs one by one.
type AllocationDifference struct {
	Candidate int
	Greedy    int // listing by the greedy list; -1 where none
	Best      int // listing by the best allocation; -1 where none
	Other     int // household that gets the greedy listing instead; -1 where none
}

// ListingPrice is a listing's shadow price: what the total would gain from one
// more listing just like it, in rank value.
type ListingPrice struct {
	Offer int
	Price float64
}

// Allocation is the best overall allocation: at most one household for each
// listing and one listing for each household, all pairs eligible, and the sum
// of rank values as large as it can be.
type Allocation struct {
	Pairs       []AllocatedPair // by household reference
	Total       float64         // sum of rank values
	GreedyTotal float64         // what the greedy list adds up to
	Unassigned  []Unassigned    // by household reference
	Differences []AllocationDifference
	Prices      []ListingPrice // above 0, the highest first
}

// Allocate finds the best allocation of listings to households. The query's
// Options are not used: every eligible pair counts. Rank values are added up in
// millionths; equal allocations are told apart by the order of references. Time:
// one scan of all pairs, and that of assign.Solve. Errors: that of the context.
func (s *Snapshot) Allocate(ctx context.Context, q Query) (Allocation, error) {
	problem, rows, columns, err := s.assignment(ctx, q)
	if err != nil {
		return Allocation{}, err
	}
	best, err := assign.Solve(ctx, problem)
	if err != nil {
		return Allocation{}, err
	}
	greedy, greedyTotal, err := assign.Greedy(problem)
	if err != nil {
		return Allocation{}, err
	}
	out := Allocation{Total: float64(best.Total) / millionths, GreedyTotal: float64(greedyTotal) / millionths}
	taker := make([]int, problem.Columns) // the row that gets a column
	for j := range taker {
		taker[j] = -1
	}
	for i, j := range best.Column {
		if j >= 0 {
			taker[j] = i
		}
	}
	offer := func(j int32) int {
		if j < 0 {
			return -1
		}
		return columns[j]
	}
	for i, j := range best.Column {
		candidate := rows[i]
		switch {
		case j >= 0:
			out.Pairs = append(out.Pairs, AllocatedPair{candidate, columns[j], weightOf(problem, i, j)})
		case problem.RowStart[i] == problem.RowStart[i+1]:
			out.Unassigned = append(out.Unassigned, Unassigned{candidate, NoEligibleListing})
		default:
			out.Unassigned = append(out.Unassigned, Unassigned{candidate, OthersGainMore})
		}
		if greedy[i] != j {
			d := AllocationDifference{Candidate: candidate, Greedy: offer(greedy[i]), Best: offer(j), Other: -1}
			if greedy[i] >= 0 && taker[greedy[i]] >= 0 {
				d.Other = rows[taker[greedy[i]]]
			}
			out.Differences = append(out.Differences, d)
		}
	}
	for j, price := range best.ColPrice {
		if price > 0 {
			out.Prices = append(out.Prices, ListingPrice{columns[j], float64(price) / millionths})
		}
	}
	slices.SortStableFunc(out.Prices, func(a, b ListingPrice) int { return cmp.Compare(b.Price, a.Price) })
	return out, nil
}

// assignment returns the eligible pairs as a problem of numbers, and which
// household each row and which listing each column is. Both stand in the order of
// their references.
func (s *Snapshot) assignment(ctx context.Context, q Query) (p *assign.Problem, rows, columns []int, err error) {
	q.Options = Options{EligibleOnly: true}
	eligible := make([][]Match, s.Candidates())
	err = s.MatchAll(ctx, q, func(i int, matches []Match) error {
		eligible[i] = slices.Clone(matches)
		return nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	rows = ordered(s.Candidates(), func(i int) string { return s.Candidate(i).Ref() })
	columns = ordered(s.Offers(), func(i int) string { return s.Offer(i).Ref() })
	columnOf := make([]int32, len(columns))
	for j, offer := range columns {
		columnOf[offer] = int32(j)
	}
	p = &assign.Problem{Columns: len(columns), RowStart: make([]int32, 1, len(rows)+1)}
	for _, candidate := range rows {
		matches := eligible[candidate]
		slices.SortFunc(matches, func(a, b Match) int { return cmp.Compare(columnOf[a.Offer], columnOf[b.Offer]) })
		for _, m := range matches {
			p.Col = append(p.Col, columnOf[m.Offer])
			p.Weight = append(p.Weight, int64(math.Round(m.RankValue*millionths)))
		}
		p.RowStart = append(p.RowStart, int32(len(p.Col)))
	}
	return p, rows, columns, nil
}

// ordered returns 0 to n-1 in the order of their references.
func ordered(n int, ref func(int) string) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(ref(a), ref(b)) })
	return out
}

// weightOf returns the weight of the edge from row i to column j, in rank value.
func weightOf(p *assign.Problem, i int, j int32) float64 {
	for k := p.RowStart[i]; k < p.RowStart[i+1]; k++ {
		if p.Col[k] == j {
			return float64(p.Weight[k]) / millionths
		}
	}
	return 0
}
