package assign

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestGreedy(t *testing.T) {
	tests := []struct {
		name    string
		p       *Problem
		columns []int32
		total   int64
	}{
		{"zero problem", &Problem{}, []int32{}, 0},
		{"best first", dense([]int64{9, 8}, []int64{8, 1}), []int32{0, 1}, 10},
		{"equals: lower row, then lower column", dense([]int64{5, 5}, []int64{5, 5}, []int64{5, 5}), []int32{0, 1, -1}, 10},
		{"0 and less are left", dense([]int64{0, -1}, []int64{0, 2}), []int32{-1, 1}, 2},
		{"duplicate edges: the best counts", problemOf(1, 2, edge{0, 0, 1}, edge{0, 1, 2}, edge{0, 0, 3}), []int32{0}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			columns, total, err := Greedy(tt.p, nil)
			if err != nil || total != tt.total || !slices.Equal(columns, tt.columns) {
				t.Errorf("got %v, %d, %v; want %v, %d", columns, total, err, tt.columns, tt.total)
			}
		})
	}
}

// Where weights are equal the caller's own order decides.
func TestGreedyBreaksTiesAsTold(t *testing.T) {
	p := dense([]int64{5, 5}, []int64{5, 5}, []int64{5, 9})
	last := func(a, b Edge) int { return int(b.Place - a.Place) }
	if columns, total, err := Greedy(p, last); err != nil || total != 14 || !slices.Equal(columns, []int32{-1, 0, 1}) {
		t.Errorf("got %v, %d, %v", columns, total, err)
	}
}

// The list takes at every step what is best then, and is worth at least half
// of the best matching.
func TestGreedyBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for n := range tinyProblems {
		p := tiny(r)
		columns, total, err := Greedy(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		taken := make([]bool, p.Columns)
		for i, j := range columns {
			if j >= 0 {
				if taken[j] {
					t.Fatalf("problem %d: column %d is given twice", n, j)
				}
				taken[j] = true
				sum += weightOf(p, i, j)
			}
		}
		if sum != total {
			t.Fatalf("problem %d: total %d, the chosen weights sum up to %d", n, total, sum)
		}
		best := mustSolve(t, p).Total
		if total > best || total < best-total {
			t.Fatalf("problem %d: total %d, want from half of %d to all of it", n, total, best)
		}
		for _, e := range edgesOf(p) { // nobody gains by a free column or one whose holder wants it less
			own := int64(0)
			if j := columns[e.row]; j >= 0 {
				own = weightOf(p, e.row, j)
			}
			holder := slices.Index(columns, int32(e.col))
			if e.weight > own && (holder < 0 || weightOf(p, holder, int32(e.col)) < e.weight) {
				t.Fatalf("problem %d: pair %+v was passed over\n%+v: %v", n, e, p, columns)
			}
		}
	}
}

// weightOf returns the best weight of a pair that has an edge.
func weightOf(p *Problem, row int, col int32) int64 {
	best := int64(-MaxWeight)
	cols, weights := p.row(row)
	for k, j := range cols {
		if j == col {
			best = max(best, weights[k])
		}
	}
	return best
}
