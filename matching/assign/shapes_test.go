package assign

import (
	"math"
	"math/rand/v2"
	"slices"
)

// shape is a distribution of problems of any size, for tests and benchmarks.
type shape struct {
	name    string
	lists   func(r *rand.Rand, columns int) func(row int) int // draws the columns of sparse rows
	weights func(r *rand.Rand, columns int) func(row, col int) int64
}

// sparseOnly tells that the shape is one of who stands on whose list.
func (d shape) sparseOnly() bool { return d.lists != nil }

const millionths = 1_000_000

// shapes are the distributions that the solver was tried on. Scores are 0 to 100
// in millionths.
var shapes = []shape{
	{"random", nil, uniform},
	{"random, crowded", crowded, uniform},
	{"equal", nil, equal},
	{"equal, crowded", crowded, equal},
	{"rank values", nil, rankValues},
	{"rank values, crowded", crowded, rankValues},
	{"popular", nil, popular},
	{"popular, crowded", crowded, popular},
	{"one wanted by all", nil, wanted},
	{"products", nil, products},
	{"clustered", nil, clustered},
	{"clustered, crowded", crowded, clustered},
	{"geometric", nil, geometric},
	{"geometric, neighbours", neighbours, distances},
	{"three values", nil, threeValues},
	{"three values, neighbours", neighbours, threeValues},
	{"equal in a row", nil, perRow},
	{"equal in a row, crowded", crowded, perRow},
	{"equal in a column", nil, perColumn},
	{"equal in a column, crowded", crowded, perColumn},
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

// clustered has twenty kinds of homes and of households: a pair of one kind is
// worth much, any other little.
func clustered(r *rand.Rand, columns int) func(row, col int) int64 {
	const kinds = 20
	of := make([]int, columns)
	for j := range of {
		of[j] = r.IntN(kinds)
	}
	return func(row, col int) int64 {
		if row*7919%kinds == of[col] {
			return (60 + r.Int64N(40)) * millionths
		}
		return r.Int64N(40 * millionths)
	}
}

// geometric has rows and columns as points of a square: near is worth more.
func geometric(r *rand.Rand, columns int) func(row, col int) int64 {
	points := make([][2]float64, columns)
	for j := range points {
		points[j] = [2]float64{r.Float64(), r.Float64()}
	}
	row, at := -1, [2]float64{}
	return func(i, j int) int64 {
		if i != row {
			row, at = i, [2]float64{r.Float64(), r.Float64()}
		}
		return int64(millionths * (100 - 60*math.Hypot(at[0]-points[j][0], at[1]-points[j][1])))
	}
}

// distances are whole steps on a circle of rows and columns.
func distances(_ *rand.Rand, columns int) func(row, col int) int64 {
	return func(row, col int) int64 {
		steps := max(row-col, col-row)
		return (95 - int64(min(steps, columns-steps, 90))) * millionths
	}
}

func threeValues(r *rand.Rand, _ int) func(row, col int) int64 {
	return func(int, int) int64 { return (40 + 20*r.Int64N(3)) * millionths }
}

// perRow has households that are as well off with any home.
func perRow(r *rand.Rand, _ int) func(row, col int) int64 {
	row, weight := -1, int64(0)
	return func(i, _ int) int64 {
		if i != row {
			row, weight = i, r.Int64N(100*millionths)
		}
		return weight
	}
}

// perColumn has homes that are as good for anyone.
func perColumn(r *rand.Rand, columns int) func(row, col int) int64 {
	weights := make([]int64, columns)
	for j := range weights {
		weights[j] = r.Int64N(100 * millionths)
	}
	return func(_, j int) int64 { return weights[j] }
}

// problem draws a problem with perRow distinct columns for each row; all of
// them, in order, where perRow is the number of columns.
func (d shape) problem(rows, columns, perRow int, seed uint64) *Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	p := &Problem{Columns: columns, RowStart: make([]int32, 1, rows+1)}
	weight := d.weights(r, columns)
	column := func(int) int { return r.IntN(columns) }
	if d.lists != nil {
		column = d.lists(r, columns)
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
			if j := column(i); seen[j] != i+1 {
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

// crowded draws column j with probability in proportion to (j+1)^-0.8: a few
// columns stand on most rows' lists.
func crowded(r *rand.Rand, columns int) func(row int) int {
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

// neighbours draws columns around a row's own place on a circle, so that who is
// displaced displaces the next.
func neighbours(r *rand.Rand, columns int) func(row int) int {
	return func(row int) int {
		j := (row + int(r.NormFloat64()*60)) % columns
		return (j + columns) % columns
	}
}
