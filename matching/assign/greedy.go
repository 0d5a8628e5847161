package assign

import (
	"cmp"
	"slices"
)

// Edge is an edge of a Problem: its row, and its place in Col and Weight.
type Edge struct{ Row, Place int32 }

// Greedy returns the plain best-first list: pairs in falling order of weight, each
// taken where both are still free and the weight is positive. Among equal weights
// tie decides, as a comparison of edges does, and where it says 0 or is nil the
// lower row and then the lower column. It is what an office does by hand, for
// comparison with Solve: its total is at least half of the best.
// For each row it returns the column, -1 where none, and the sum of the weights.
//
// The time is O(E log E). The error is apperr.Invalid for a malformed problem.
func Greedy(p *Problem, tie func(a, b Edge) int) (column []int32, total int64, err error) {
	if err := p.check(); err != nil {
		return nil, 0, err
	}
	if tie == nil {
		tie = func(_, _ Edge) int { return 0 }
	}
	type pair struct {
		weight int64
		Edge
	}
	pairs := make([]pair, 0, len(p.Col))
	for i := range p.Rows() {
		for k := p.RowStart[i]; k < p.RowStart[i+1]; k++ {
			if p.Weight[k] > 0 {
				pairs = append(pairs, pair{p.Weight[k], Edge{int32(i), k}})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if a.weight != b.weight {
			return cmp.Compare(b.weight, a.weight)
		}
		return cmp.Or(tie(a.Edge, b.Edge), cmp.Compare(a.Row, b.Row), cmp.Compare(p.Col[a.Place], p.Col[b.Place]))
	})
	column = slices.Repeat([]int32{-1}, p.Rows())
	taken := make([]bool, p.Columns)
	for _, c := range pairs {
		if j := p.Col[c.Place]; column[c.Row] < 0 && !taken[j] {
			column[c.Row], taken[j] = j, true
			total += c.weight
		}
	}
	return column, total, nil
}
