package assign

import (
	"cmp"
	"slices"
)

// Greedy returns the plain best-first list: pairs in falling order of weight,
// among equals the lower row and then the lower column first, each taken where
// both are still free and the weight is positive. It is what an office does by
// hand, for comparison with Solve: its total is at least half of the best.
// For each row it returns the column, -1 where none, and the sum of the weights.
//
// The time is O(E log E). The error is apperr.Invalid for a malformed problem.
func Greedy(p *Problem) (column []int32, total int64, err error) {
	if err := p.check(); err != nil {
		return nil, 0, err
	}
	type pair struct {
		weight   int64
		row, col int32
	}
	pairs := make([]pair, 0, len(p.Col))
	for i := range p.Rows() {
		cols, weights := p.row(i)
		for k, j := range cols {
			if weights[k] > 0 {
				pairs = append(pairs, pair{weight: weights[k], row: int32(i), col: j})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col))
	})
	column = slices.Repeat([]int32{-1}, p.Rows())
	taken := make([]bool, p.Columns)
	for _, c := range pairs {
		if column[c.row] < 0 && !taken[c.col] {
			column[c.row], taken[c.col] = c.col, true
			total += c.weight
		}
	}
	return column, total, nil
}
