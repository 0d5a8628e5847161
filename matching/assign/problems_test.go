package assign

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// edge is one edge of a problem under construction.
type edge struct {
	row, col int
	weight   int64
}

// problemOf builds a problem from edges in any order; edges of a row keep theirs.
func problemOf(rows, columns int, edges ...edge) *Problem {
	p := &Problem{Columns: columns, RowStart: make([]int32, 1, rows+1)}
	for i := range rows {
		for _, e := range edges {
			if e.row == i {
				p.Col, p.Weight = append(p.Col, int32(e.col)), append(p.Weight, e.weight)
			}
		}
		p.RowStart = append(p.RowStart, int32(len(p.Col)))
	}
	return p
}

// edgesOf is the inverse of problemOf.
func edgesOf(p *Problem) []edge {
	var edges []edge
	for i := range p.Rows() {
		cols, weights := p.row(i)
		for k, j := range cols {
			edges = append(edges, edge{i, int(j), weights[k]})
		}
	}
	return edges
}

// dense builds a problem with an edge for every pair.
func dense(weights ...[]int64) *Problem {
	var edges []edge
	columns := 0
	for i, row := range weights {
		columns = len(row)
		for j, w := range row {
			edges = append(edges, edge{i, j, w})
		}
	}
	return problemOf(len(weights), columns, edges...)
}

// tiny returns a random problem of at most 7 x 7: dense or sparse, with empty
// rows, several edges for a pair, weights from few or many values, some negative.
func tiny(r *rand.Rand) *Problem {
	rows, columns := r.IntN(8), r.IntN(8)
	density := []float64{0.2, 0.5, 0.9, 1}[r.IntN(4)]
	weight := []func() int64{
		func() int64 { return 5 },
		func() int64 { return r.Int64N(4) },
		func() int64 { return r.Int64N(9) - 4 },
		func() int64 { return r.Int64N(100_000_000) },
		func() int64 { return MaxWeight - r.Int64N(3) },
		func() int64 { return r.Int64N(2*MaxWeight+1) - MaxWeight },
	}[r.IntN(6)]
	var edges []edge
	for i := range rows {
		for j := range columns {
			for r.Float64() < density {
				edges = append(edges, edge{i, j, weight()})
				if r.IntN(4) > 0 {
					break
				}
			}
		}
	}
	r.Shuffle(len(edges), func(a, b int) { edges[a], edges[b] = edges[b], edges[a] })
	return problemOf(rows, columns, edges...)
}

// bruteForce tries every matching and returns the best total.
func bruteForce(p *Problem) int64 {
	var best func(row int, taken uint) int64
	best = func(row int, taken uint) int64 {
		if row == p.Rows() {
			return 0
		}
		most := best(row+1, taken)
		cols, weights := p.row(row)
		for k, j := range cols {
			if taken&(1<<j) == 0 {
				most = max(most, weights[k]+best(row+1, taken|1<<j))
			}
		}
		return most
	}
	return best(0, 0)
}

// mustSolve solves p and has the result proved.
func mustSolve(t testing.TB, p *Problem) *Result {
	t.Helper()
	got, err := Solve(t.Context(), p)
	if err != nil {
		t.Fatalf("Solve: %v", err)
	}
	verify(t, p, got)
	return got
}

// verify checks r's proof, and that no pair was chosen for nothing.
func verify(t testing.TB, p *Problem, r *Result) {
	t.Helper()
	if err := r.Verify(p); err != nil {
		if len(p.Col) > 60 {
			t.Fatalf("Verify: %v", err)
		}
		t.Fatalf("Verify: %v\nproblem %+v\nresult %+v", err, p, r)
	}
	for i, j := range r.Column {
		if j >= 0 && r.RowPrice[i]+r.ColPrice[j] <= 0 {
			t.Fatalf("row %d has column %d at weight %d, want unassigned", i, j, r.RowPrice[i]+r.ColPrice[j])
		}
	}
}

// clone copies a result, to spoil it.
func clone(r *Result) *Result {
	return &Result{
		Column: slices.Clone(r.Column), Total: r.Total,
		RowPrice: slices.Clone(r.RowPrice), ColPrice: slices.Clone(r.ColPrice),
	}
}
