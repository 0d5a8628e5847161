// Package assign solves the assignment problem on sparse bipartite scores: at
// most one column (listing) for each row (household), at most one row for each
// column, and the sum of the chosen weights as large as it can be. It knows
// numbers only.
//
// The answer carries its own proof. Beside the matching stand prices for rows
// and columns, a feasible solution of the dual linear programme with the same
// value, so that Verify can tell in one pass over the edges, in integers, that
// no other matching is better.
//
// # Method
//
// Solve is a primal-dual method, after Jonker and Volgenant, "A Shortest
// Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems"
// (Computing 38, 1987, 325-340), with an auction in between after Bertsekas and
// Castañon, "A Forward/Reverse Auction Algorithm for Asymmetric Assignment
// Problems" (Computational Optimization and Applications 1, 1992, 277-297):
//
//  1. Augmenting row reduction: each row takes its best column and raises the
//     column's price to where the row's second choice is as good.
//  2. Shortest augmenting paths (Dijkstra on reduced costs, stopped at the first
//     end of a path) for the rows that are left, up to a budget of work. Easy
//     problems, those with many equal weights among them, end here.
//  3. Where the budget runs out, an auction with a falling increment brings the
//     prices near their final level. Its matching is thrown away, its prices are
//     kept, and 2 starts again from there with a larger budget.
//  4. Shortest paths from columns, for those that the auction priced too high.
//  5. One more pass of Dijkstra takes the prices to the lowest that are optimal.
//
// The result never rests on the auction: shortest paths are exact from whatever
// prices they start, the auction only makes them short. Every number is an int64
// and nothing is rounded.
//
// With n rows, m columns and E edges the time is O((n + m) E log m) in the worst
// case, in practice a few dozen passes over the edges. The space beside the
// problem is O(n + m), for hard problems O(E).
package assign

import (
	"context"
	"math"

	"github.com/boligklar/boligklar/internal/apperr"
)

// MaxWeight is the largest absolute weight of an edge: a thousand million in
// millionths. It leaves room for every sum and difference that Solve makes.
const MaxWeight = 1_000_000_000_000_000

// Problem is a sparse matrix of weights in compressed rows: the edges of row i
// are Col[k], Weight[k] for RowStart[i] <= k < RowStart[i+1]. It has
// len(RowStart)-1 rows; the zero Problem has none. Solve reads it only.
//
// Weights are integers in a unit of the caller's (scores in millionths), at most
// MaxWeight either way. A row may always stay unassigned at weight 0, so a pair
// is only chosen where its weight is positive: an edge of weight 0 or less is as
// good as none. Where the same pair has several edges the best one counts. The
// columns of a row may stand in any order.
type Problem struct {
	Columns  int
	RowStart []int32
	Col      []int32
	Weight   []int64
}

// Rows returns the number of rows.
func (p *Problem) Rows() int { return max(len(p.RowStart)-1, 0) }

// row returns the edges of row i.
func (p *Problem) row(i int) (cols []int32, weights []int64) {
	lo, hi := p.RowStart[i], p.RowStart[i+1]
	return p.Col[lo:hi], p.Weight[lo:hi]
}

// Result is a matching of maximum weight with the prices that prove it:
//
//	RowPrice[i] >= 0, ColPrice[j] >= 0
//	RowPrice[i] + ColPrice[j] >= weight of every edge (i, j)
//	sum of RowPrice + sum of ColPrice = Total
//
// Hence chosen pairs meet their prices exactly, and what is left unassigned has
// price 0. Of all such prices ColPrice are the lowest and RowPrice the highest
// (they exist together: Shapley and Shubik, "The Assignment Game I: The Core",
// International Journal of Game Theory 1, 1971, 111-130), so prices depend on
// the weights alone, whichever of several best matchings was found:
//
//   - ColPrice[j] is what Total would gain from one more column just like j: 0
//     where nobody misses it.
//   - RowPrice[i] is what Total would lose without row i.
//
// What Total would lose without column j is another number, see Worth.
type Result struct {
	Column   []int32 // for each row its column, -1 where it stays unassigned
	Total    int64   // the sum of the chosen weights
	RowPrice []int64
	ColPrice []int64
}

// Solve returns a matching of maximum weight and its prices. The same problem
// always gives the same result: there is no randomness, and nothing runs side by
// side. Among several matchings of the same Total the order of rows, and of
// edges within a row, decides which one comes out; who wants that to mean
// something orders them (say by reference) or adds a preference to the weights.
//
// The error is ctx's, or apperr.Invalid for a problem that is malformed or
// whose weights are too large to be added up.
func Solve(ctx context.Context, p *Problem) (*Result, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	s := newSolver(ctx, p)
	if err := s.run(searchBudget * len(p.Col)); err != nil {
		return nil, err
	}
	return s.result(), nil
}

// check returns apperr.Invalid where p breaks a rule of Problem. It makes every
// later index and every sum safe.
func (p *Problem) check() error {
	if p.Columns < 0 || p.Columns > math.MaxInt32 {
		return apperr.New(apperr.Invalid, "The problem has %d columns; there may be 0 to %d.", p.Columns, math.MaxInt32)
	}
	if len(p.Col) != len(p.Weight) {
		return apperr.New(apperr.Invalid, "The problem has %d columns of edges but %d weights.", len(p.Col), len(p.Weight))
	}
	if err := p.checkRows(); err != nil {
		return err
	}
	lowest, highest := int64(0), int64(0)
	columns, strays := uint32(p.Columns), false
	for k, j := range p.Col {
		strays = strays || uint32(j) >= columns // a negative j is a large uint32
		lowest, highest = min(lowest, p.Weight[k]), max(highest, p.Weight[k])
	}
	switch {
	case strays:
		return apperr.New(apperr.Invalid, "An edge leads to a column outside 0 to %d.", p.Columns-1)
	case lowest < -MaxWeight || highest > MaxWeight:
		return apperr.New(apperr.Invalid, "A weight is over %d either way.", int64(MaxWeight))
	case highest > 0 && int64(min(p.Rows(), p.Columns)) > math.MaxInt64/highest:
		return apperr.New(apperr.Invalid, "The weights are too large to be added up over so many pairs.")
	}
	return nil
}

// checkRows checks that RowStart ascends from 0 to the number of edges.
func (p *Problem) checkRows() error {
	last := int32(0)
	for i, start := range p.RowStart {
		if start < last || i == 0 && start != 0 {
			return apperr.New(apperr.Invalid, "Row %d starts at edge %d, before the end of the row above.", i, start)
		}
		last = start
	}
	if int(last) != len(p.Col) {
		return apperr.New(apperr.Invalid, "The rows end at edge %d, but there are %d edges.", last, len(p.Col))
	}
	return nil
}
