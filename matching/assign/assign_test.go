package assign

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

const tinyProblems = 3_000

// Every way through the solver must end at the optimum that trying all
// matchings finds, also the ways that only large problems take.
func TestBruteForce(t *testing.T) {
	ways := []struct {
		name  string
		solve func(s *solver, r *rand.Rand) error
	}{
		{"as Solve does", func(s *solver, _ *rand.Rand) error { return s.run(searchBudget * len(s.rows.adj)) }},
		{"searches alone", func(s *solver, _ *rand.Rand) error { return s.run(0) }},
		{"by auction", func(s *solver, _ *rand.Rand) error { return s.run(1) }},
		{"from any prices", fromAnyPrices},
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for n := range tinyProblems {
				p := tiny(r)
				s := newSolver(t.Context(), p)
				if err := way.solve(s, r); err != nil {
					t.Fatalf("problem %d: %v", n, err)
				}
				got := s.result()
				verify(t, p, got)
				if want := bruteForce(p); got.Total != want {
					t.Fatalf("problem %d: total %d, want %d\n%+v", n, got.Total, want, p)
				}
			}
		})
	}
}

// fromAnyPrices leaves out all that makes the start good: shortest paths must be
// exact from whatever prices an auction leaves.
func fromAnyPrices(s *solver, r *rand.Rand) error {
	most := int64(2)
	for _, w := range s.rows.weight {
		most = max(most, w+w/4)
	}
	for j := range s.rows.otherPrice {
		s.rows.otherPrice[j] = r.Int64N(most)
	}
	if err := s.settle(); err != nil {
		return err
	}
	if _, err := s.searchFrom(&s.rows, 0); err != nil {
		return err
	}
	if _, err := s.searchFrom(s.turned(), 0); err != nil {
		return err
	}
	return s.lower(&s.rows)
}

// Prices say what one more column or one row less would change.
func TestPricesAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range tinyProblems / 3 {
		p := tiny(r)
		got := mustSolve(t, p)
		worth, err := got.Worth(t.Context(), p)
		if err != nil {
			t.Fatalf("Worth: %v", err)
		}
		edges := edgesOf(p)
		for j := range p.Columns {
			more, less := slices.Clone(edges), []edge(nil)
			for _, e := range edges {
				if e.col == j {
					more = append(more, edge{e.row, p.Columns, e.weight})
				} else {
					less = append(less, e)
				}
			}
			gain := bruteForce(problemOf(p.Rows(), p.Columns+1, more...)) - got.Total
			if got.ColPrice[j] != gain {
				t.Fatalf("problem %d: column %d has price %d, one more like it is worth %d\n%+v", n, j, got.ColPrice[j], gain, p)
			}
			loss := got.Total - bruteForce(problemOf(p.Rows(), p.Columns, less...))
			if worth[j] != loss {
				t.Fatalf("problem %d: column %d is worth %d, without it %d is lost\n%+v", n, j, worth[j], loss, p)
			}
		}
		for i := range p.Rows() {
			less := slices.DeleteFunc(slices.Clone(edges), func(e edge) bool { return e.row == i })
			loss := got.Total - bruteForce(problemOf(p.Rows(), p.Columns, less...))
			if got.RowPrice[i] != loss {
				t.Fatalf("problem %d: row %d has price %d, without it %d is lost\n%+v", n, i, got.RowPrice[i], loss, p)
			}
		}
	}
}

// The stages may differ in the matching they find, not in total and prices.
func TestWaysAgree(t *testing.T) {
	sizes := []struct{ rows, columns, perRow int }{
		{120, 120, 120}, {400, 400, 20}, {600, 200, 15}, {200, 600, 15},
	}
	for _, d := range shapes {
		for _, size := range sizes {
			t.Run(d.name, func(t *testing.T) {
				p := d.problem(size.rows, size.columns, size.perRow, 5)
				want := mustSolve(t, p)
				for _, budget := range []int{0, 1, len(p.Col) / 2} {
					s := newSolver(t.Context(), p)
					if err := s.run(budget); err != nil {
						t.Fatal(err)
					}
					got := s.result()
					verify(t, p, got)
					if got.Total != want.Total {
						t.Errorf("budget %d: total %d, want %d", budget, got.Total, want.Total)
					}
					if !slices.Equal(got.ColPrice, want.ColPrice) || !slices.Equal(got.RowPrice, want.RowPrice) {
						t.Errorf("budget %d: other prices", budget)
					}
				}
			})
		}
	}
}

// The order of rows and columns changes neither total nor prices, and the same
// problem gives the same matching.
func TestOrder(t *testing.T) {
	for _, d := range shapes {
		t.Run(d.name, func(t *testing.T) {
			p := d.problem(300, 280, 12, 6)
			want := mustSolve(t, p)
			if again := mustSolve(t, p); !reflect.DeepEqual(again, want) {
				t.Error("solved again: another result")
			}
			r := rand.New(rand.NewPCG(7, 8))
			rows, cols := r.Perm(p.Rows()), r.Perm(p.Columns)
			edges := edgesOf(p)
			for k, e := range edges {
				edges[k] = edge{rows[e.row], cols[e.col], e.weight}
			}
			r.Shuffle(len(edges), func(a, b int) { edges[a], edges[b] = edges[b], edges[a] })
			got := mustSolve(t, problemOf(p.Rows(), p.Columns, edges...))
			if got.Total != want.Total {
				t.Errorf("total %d in another order, want %d", got.Total, want.Total)
			}
			for i, to := range rows {
				if got.RowPrice[to] != want.RowPrice[i] {
					t.Fatalf("row %d has price %d in another order, want %d", i, got.RowPrice[to], want.RowPrice[i])
				}
			}
			for j, to := range cols {
				if got.ColPrice[to] != want.ColPrice[j] {
					t.Fatalf("column %d has price %d in another order, want %d", j, got.ColPrice[to], want.ColPrice[j])
				}
			}
		})
	}
}

func TestInvalid(t *testing.T) {
	tests := []struct {
		name string
		p    Problem
	}{
		{"negative columns", Problem{Columns: -1}},
		{"too many columns", Problem{Columns: math.MaxInt32 + 1}},
		{"edges without rows", Problem{Columns: 1, Col: []int32{0}, Weight: []int64{1}}},
		{"weights missing", Problem{Columns: 1, RowStart: []int32{0, 1}, Col: []int32{0}}},
		{"weights left over", Problem{Columns: 1, RowStart: []int32{0, 0}, Weight: []int64{1}}},
		{"start not 0", Problem{Columns: 1, RowStart: []int32{1, 1}, Col: []int32{0}, Weight: []int64{1}}},
		{"start negative", Problem{Columns: 1, RowStart: []int32{-1, 1}, Col: []int32{0}, Weight: []int64{1}}},
		{"start falls", Problem{Columns: 1, RowStart: []int32{0, 2, 1, 2}, Col: []int32{0, 0}, Weight: []int64{1, 1}}},
		{"end too soon", Problem{Columns: 1, RowStart: []int32{0, 1}, Col: []int32{0, 0}, Weight: []int64{1, 1}}},
		{"end too late", Problem{Columns: 1, RowStart: []int32{0, 2}, Col: []int32{0}, Weight: []int64{1}}},
		{"column too high", Problem{Columns: 1, RowStart: []int32{0, 1}, Col: []int32{1}, Weight: []int64{1}}},
		{"column negative", Problem{Columns: 1, RowStart: []int32{0, 1}, Col: []int32{-1}, Weight: []int64{1}}},
		{"no columns", Problem{RowStart: []int32{0, 1}, Col: []int32{0}, Weight: []int64{1}}},
		{"weight too high", Problem{Columns: 1, RowStart: []int32{0, 1}, Col: []int32{0}, Weight: []int64{MaxWeight + 1}}},
		{"weight too low", Problem{Columns: 1, RowStart: []int32{0, 1}, Col: []int32{0}, Weight: []int64{-MaxWeight - 1}}},
		{"weight lowest", Problem{Columns: 1, RowStart: []int32{0, 1}, Col: []int32{0}, Weight: []int64{math.MinInt64}}},
		{"sum too large", Problem{Columns: 9224, RowStart: append(make([]int32, 9224), 1), Col: []int32{0}, Weight: []int64{MaxWeight}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r, err := Solve(t.Context(), &tt.p); r != nil || apperr.CodeOf(err) != apperr.Invalid {
				t.Errorf("Solve: %v, %v; want invalid", r, err)
			}
			if _, _, err := Greedy(&tt.p, nil); apperr.CodeOf(err) != apperr.Invalid {
				t.Errorf("Greedy: %v; want invalid", err)
			}
			if err := new(Result).Verify(&tt.p); apperr.CodeOf(err) != apperr.Invalid {
				t.Errorf("Verify: %v; want invalid", err)
			}
		})
	}
	t.Run("sum just fits", func(t *testing.T) {
		mustSolve(t, &Problem{Columns: 9223, RowStart: append(make([]int32, 9223), 1), Col: []int32{0}, Weight: []int64{MaxWeight}})
	})
}

// lapsing is a context that is cancelled after it was asked left times.
type lapsing struct {
	context.Context
	left int
}

func (c *lapsing) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// The solver gives up wherever the context is cancelled: with the least patience
// it asks at every look at a node's edges, in every stage.
func TestCancelEverywhere(t *testing.T) {
	for _, d := range shapes {
		t.Run(d.name, func(t *testing.T) {
			p := d.problem(25, 25, 8, 9)
			impatient := func(left int) (*lapsing, error) {
				ctx := &lapsing{t.Context(), left}
				s := newSolver(ctx, p)
				s.patience = 1
				return ctx, s.run(1)
			}
			ctx, err := impatient(math.MaxInt)
			if err != nil {
				t.Fatal(err)
			}
			for left := range math.MaxInt - ctx.left {
				if _, err := impatient(left); err != context.Canceled {
					t.Fatalf("cancelled after being asked %d times: %v, want context.Canceled", left, err)
				}
			}
		})
	}
}

// Solve and Worth ask the context at the start, and again while they work.
func TestCancel(t *testing.T) {
	p := shape{weights: popular}.problem(1100, 1100, 1100, 9)
	result := mustSolve(t, p)
	calls := []struct {
		name string
		call func(ctx context.Context) (none bool, err error)
	}{
		{"Solve", func(ctx context.Context) (bool, error) { r, err := Solve(ctx, p); return r == nil, err }},
		{"Worth", func(ctx context.Context) (bool, error) { w, err := result.Worth(ctx, p); return w == nil, err }},
	}
	for _, c := range calls {
		for left := range 2 {
			t.Run(fmt.Sprintf("%s, asked %d times", c.name, left), func(t *testing.T) {
				none, err := c.call(&lapsing{t.Context(), left})
				if err != context.Canceled || !none {
					t.Errorf("got %v, no result %v; want context.Canceled and none", err, none)
				}
			})
		}
	}
}
