package assign

import (
	"math"
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

// shape is a distribution of problems of any size, for tests and benchmarks.
type shape struct {
	name    string
	crowded bool // a few columns stand on most rows' lists (a power law)
	weights func(r *rand.Rand, columns int) func(row, col int) int64
}

const millionths = 1_000_000

// shapes are the distributions that the solver was tried on. Scores are 0 to 100
// in millionths.
var shapes = []shape{
	{"random", false, uniform},
	{"random, crowded", true, uniform},
	{"equal", false, equal},
	{"equal, crowded", true, equal},
	{"rank values", false, rankValues},
	{"rank values, crowded", true, rankValues},
	{"popular", false, popular},
	{"popular, crowded", true, popular},
	{"one wanted by all", false, wanted},
	{"products", false, products},
}

func uniform(r *rand.Rand, _ int) func(row, col int) int64 {
	return func(int, int) int64 { return r.Int64N(100 * millionths) }
}

func equal(*rand.Rand, int) func(row, col int) int64 {
	return func(int, int) int64 { return 50 * millionths }
}

// rankValues are 40 distinct values from 40 to 95, as scores of few criteria are.
func rankValues(r *rand.Rand, _ int) func(row, col int) int64 {
	var values []int64
	for range 40 {
		values = append(values, (4000+r.Int64N(5500))*millionths/100)
	}
	return func(int, int) int64 { return values[r.IntN(len(values))] }
}

// popular has columns that everyone likes more, rows with more priority, and
// some noise: the prices of columns differ widely.
func popular(r *rand.Rand, columns int) func(row, col int) int64 {
	liked := make([]float64, columns)
	for j := range liked {
		liked[j] = 40 + 40*r.Float64()
	}
	row, priority := -1, 0.0
	return func(i, j int) int64 {
		if i != row {
			row, priority = i, 10*r.Float64()-5
		}
		return int64(millionths * min(max(liked[j]+priority+3*r.NormFloat64(), 0), 100))
	}
}

// wanted has one column that all want most, and little between the others.
func wanted(r *rand.Rand, _ int) func(row, col int) int64 {
	return func(_, col int) int64 {
		if col == 0 {
			return 95 * millionths
		}
		return 40*millionths + r.Int64N(55)*millionths/100
	}
}

// products are hard on shortest paths: every new row shifts all before it
// (Machol and Wien, "A Hard Assignment Problem", Operations Research 24, 1976).
func products(*rand.Rand, int) func(row, col int) int64 {
	return func(row, col int) int64 { return int64(row+1) * int64(col+1) }
}

// problem draws a problem with perRow distinct columns for each row; all of
// them, in order, where perRow is the number of columns.
func (d shape) problem(rows, columns, perRow int, seed uint64) *Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	p := &Problem{Columns: columns, RowStart: make([]int32, 1, rows+1)}
	weight := d.weights(r, columns)
	column := r.IntN
	if d.crowded {
		column = powerLaw(r, columns)
	}
	seen := make([]int, columns)
	for i := range rows {
		var cols []int32
		for j := range columns {
			if perRow >= columns || j == 0 && d.name == "one wanted by all" {
				cols = append(cols, int32(j))
				seen[j] = i + 1
			}
		}
		for len(cols) < min(perRow, columns) {
			if j := column(columns); seen[j] != i+1 {
				seen[j] = i + 1
				cols = append(cols, int32(j))
			}
		}
		slices.Sort(cols)
		for _, j := range cols {
			p.Col, p.Weight = append(p.Col, j), append(p.Weight, weight(i, int(j)))
		}
		p.RowStart = append(p.RowStart, int32(len(p.Col)))
	}
	return p
}

// powerLaw draws column j with probability in proportion to (j+1)^-0.8.
func powerLaw(r *rand.Rand, columns int) func(int) int {
	sums, sum := make([]float64, columns), 0.0
	for j := range sums {
		sum += math.Pow(float64(j+1), -0.8)
		sums[j] = sum
	}
	return func(int) int {
		j, _ := slices.BinarySearch(sums, r.Float64()*sum)
		return min(j, columns-1)
	}
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
