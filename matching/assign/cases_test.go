package assign

import (
	"slices"
	"testing"
)

// Named cases, with the reason why each is hard or easy to get wrong.
func TestNamedCases(t *testing.T) {
	const w = 50 * millionths
	tests := []struct {
		name    string
		p       *Problem
		total   int64
		columns []int32 // where there is only one best matching
		prices  []int64 // of columns; nil: not stated
	}{
		{"zero problem", &Problem{}, 0, []int32{}, []int64{}},
		{"no rows", &Problem{Columns: 3, RowStart: []int32{0}}, 0, []int32{}, []int64{0, 0, 0}},
		{"no columns", &Problem{RowStart: []int32{0, 0, 0}}, 0, []int32{-1, -1}, []int64{}},
		{"no edges", problemOf(2, 2), 0, []int32{-1, -1}, []int64{0, 0}},
		{"one pair", dense([]int64{w}), w, []int32{0}, []int64{0}},
		{"one row", dense([]int64{3, 9, 9, 1}), 9, nil, []int64{0, 0, 0, 0}},
		{"one column", dense([]int64{3}, []int64{9}, []int64{8}), 9, []int32{-1, 0, -1}, []int64{8}},
		{"weight 0 is not chosen", dense([]int64{0, 0}, []int64{0, 0}), 0, []int32{-1, -1}, []int64{0, 0}},
		{"negative is not chosen", dense([]int64{-1, 2}, []int64{-3, 1}), 2, []int32{1, -1}, []int64{0, 1}},
		{"negative stays out of the way", dense([]int64{5, -9}, []int64{5, -9}), 5, nil, []int64{5, 0}},
		{"best is not greedy", dense([]int64{9, 8}, []int64{8, 1}), 16, []int32{1, 0}, []int64{1, 0}},
		{"one rests for two", dense([]int64{7, 0}, []int64{6, 6}, []int64{0, 5}), 13, []int32{0, 1, -1}, []int64{5, 5}},
		{"duplicate edges: the best counts", problemOf(2, 2, edge{0, 0, 1}, edge{0, 0, 7}, edge{0, 0, 3}, edge{1, 1, 2}, edge{1, 1, 2}), 9, []int32{0, 1}, []int64{0, 0}},
		{"duplicate edges fight for one column", problemOf(2, 1, edge{0, 0, 4}, edge{0, 0, 4}, edge{1, 0, 4}, edge{1, 0, 4}), 4, nil, []int64{4}},
		{"equal, square", shape{weights: equal}.problem(60, 60, 60, 1), 60 * w, nil, make([]int64, 60)},
		{"equal, more rows", shape{weights: equal}.problem(90, 60, 60, 1), 60 * w, nil, slices.Repeat([]int64{w}, 60)},
		{"equal, more columns", shape{weights: equal}.problem(60, 90, 90, 1), 60 * w, nil, make([]int64, 90)},
		{"tall", shape{weights: equal}.problem(1000, 10, 10, 1), 10 * w, nil, slices.Repeat([]int64{w}, 10)},
		{"wide", shape{weights: equal}.problem(10, 1000, 1000, 1), 10 * w, nil, make([]int64, 1000)},
		{"one listing wanted by all", wantedByAll(200), 199 + 10, nil, slices.Concat([]int64{9}, make([]int64, 199))},
		{"only one listing, wanted by all", wantedAlone(500), 500, nil, []int64{499}},
		{"disconnected parts", parts(50), 50 * 16, nil, slices.Repeat([]int64{1, 0}, 50)},
		{"long alternating chain", chain(1500), 1500 * millionths, upFrom(0, 1500), nil},
		{"long chain that frees its end", crowdedChain(1500), 1500 * 3, upFrom(-1, 1501), slices.Repeat([]int64{2}, 1500)},
		{"largest weights", dense([]int64{MaxWeight, MaxWeight - 1}, []int64{MaxWeight - 1, -MaxWeight}), 2*MaxWeight - 2, []int32{1, 0}, []int64{1, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, budget := range []int{0, 1, searchBudget * len(tt.p.Col)} {
				s := newSolver(t.Context(), tt.p)
				if err := s.run(budget); err != nil {
					t.Fatal(err)
				}
				got := s.result()
				verify(t, tt.p, got)
				if got.Total != tt.total {
					t.Errorf("budget %d: total %d, want %d", budget, got.Total, tt.total)
				}
				if tt.columns != nil && !slices.Equal(got.Column, tt.columns) {
					t.Errorf("budget %d: columns %v, want %v", budget, got.Column, tt.columns)
				}
				if tt.prices != nil && !slices.Equal(got.ColPrice, tt.prices) {
					t.Errorf("budget %d: column prices %v, want %v", budget, got.ColPrice, tt.prices)
				}
			}
		})
	}
}

// wantedByAll has n rows that give 10 for column 0 and 1 for any other.
func wantedByAll(n int) *Problem {
	var edges []edge
	for i := range n {
		for j := range n {
			edges = append(edges, edge{i, j, 1})
		}
		edges[i*n].weight = 10
	}
	return problemOf(n, n, edges...)
}

// wantedAlone has n rows, one column, and weights 1 to n.
func wantedAlone(n int) *Problem {
	var edges []edge
	for i := range n {
		edges = append(edges, edge{i, 0, int64(i + 1)})
	}
	return problemOf(n, 1, edges...)
}

// parts repeats a problem of two rows and two columns n times, side by side.
func parts(n int) *Problem {
	var edges []edge
	for c := range n {
		edges = append(edges, edge{2 * c, 2 * c, 9}, edge{2 * c, 2*c + 1, 8}, edge{2*c + 1, 2 * c, 8}, edge{2*c + 1, 2*c + 1, 1})
	}
	return problemOf(2*n, 2*n, edges...)
}

// chain has n rows that each like the next row's column a little more than
// their own, and a last row with its own column alone: when that one comes, all
// others must move back, along one path through everything.
func chain(n int) *Problem {
	var edges []edge
	for i := range n - 1 {
		edges = append(edges, edge{i, i, millionths}, edge{i, i + 1, millionths + 1})
	}
	return problemOf(n, n, append(edges, edge{n - 1, n - 1, millionths})...)
}

// crowdedChain has n+1 rows for n columns. Row i does as well with column i-1
// as with column i, but row 0 with a little less: when the last row comes, row 0
// must give up, at the other end of a path through everything.
func crowdedChain(n int) *Problem {
	edges := []edge{{0, 0, 2}, {n, n - 1, 3}}
	for i := 1; i < n; i++ {
		edges = append(edges, edge{i, i - 1, 3}, edge{i, i, 3})
	}
	return problemOf(n+1, n, edges...)
}

// upFrom returns n columns for n rows, the first column given.
func upFrom(first, n int) []int32 {
	columns := make([]int32, n)
	for i := range columns {
		columns[i] = int32(first + i)
	}
	return columns
}
