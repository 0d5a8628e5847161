package assign

import "context"

// How much is done before the next stage is tried. They decide how fast the
// result is found, never which optimum it has; they come from trials over
// random, tied, clustered, popularity-driven and unbalanced problems, and are
// no sharper than a factor of two.
const (
	rowReduction = 2 // bids per row in the first stage
	searchBudget = 8 // passes over the edges by shortest paths before the auction
)

// patience is how many edges are looked at between two looks at the context.
const patience = 1 << 20

// solver holds a matching and prices on their way to the optimum. From settle
// on they keep three invariants, and each search brings a fourth nearer:
//
//	prices are not negative
//	price of row + price of column >= weight, for every edge
//	price of row + price of column = weight, for every matched pair
//	an unmatched row or column has price 0
type solver struct {
	ctx     context.Context // of one call of Solve; for looked only
	problem *Problem
	rows    view // rows look at columns
	search  searcher
	looked  int // edges looked at since ctx was last asked
}

// view is the problem as seen from one side: own nodes, with their edges to the
// others. The same search runs from rows and, on the transposed edges, from
// columns.
type view struct {
	start  []int32 // compressed rows of edges, as in Problem
	adj    []int32
	weight []int64

	price, otherPrice []int64
	mate, otherMate   []int32 // -1: none
}

func newSolver(ctx context.Context, p *Problem) *solver {
	n, m := p.Rows(), p.Columns
	return &solver{
		ctx:     ctx,
		problem: p,
		rows: view{
			start: p.RowStart, adj: p.Col, weight: p.Weight,
			price: make([]int64, n), otherPrice: make([]int64, m),
			mate: unmatched(n), otherMate: unmatched(m),
		},
	}
}

func unmatched(n int) []int32 {
	mates := make([]int32, n)
	forget(mates)
	return mates
}

func forget(mates []int32) {
	for i := range mates {
		mates[i] = -1
	}
}

// look counts edges that were looked at, and asks ctx now and then.
func (s *solver) look(edges int) error {
	s.looked += edges
	if s.looked < patience {
		return nil
	}
	s.looked = 0
	return s.ctx.Err()
}

// run brings the solver to the optimum with its lowest column prices. The first
// searches may look at budget edges, 0 for no limit.
func (s *solver) run(budget int) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if err := s.reduceRows(); err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	done, err := s.searchFrom(&s.rows, budget)
	if err != nil {
		return err
	}
	if !done {
		if err := s.finishByAuction(); err != nil {
			return err
		}
	}
	return s.lower(&s.rows)
}

// finishByAuction is the third stage: prices by auction, then shortest paths
// from both sides.
func (s *solver) finishByAuction() error {
	if err := s.auction(); err != nil {
		return err
	}
	forget(s.rows.mate)
	forget(s.rows.otherMate)
	if err := s.settle(); err != nil {
		return err
	}
	if _, err := s.searchFrom(&s.rows, 0); err != nil {
		return err
	}
	if !s.rows.overpriced() {
		return nil
	}
	columns := s.rows.turned()
	_, err := s.searchFrom(&columns, 0)
	return err
}

// settle sets every row's price to the least that the column prices allow and
// matches free rows with free columns that meet it: first come, first served,
// for now. It opens the invariants of solver. Rows that are matched already
// must be matched to a best column of theirs.
func (s *solver) settle() error {
	g := &s.rows
	for i := range g.price {
		adj, weights := s.problem.row(i)
		best, free := int64(0), int32(-1)
		for k, j := range adj {
			if x := weights[k] - g.otherPrice[j]; x >= best && x > 0 {
				if x > best {
					best, free = x, -1
				}
				if free < 0 && g.otherMate[j] < 0 {
					free = j
				}
			}
		}
		g.price[i] = best
		if g.mate[i] < 0 && free >= 0 {
			g.mate[i], g.otherMate[free] = free, int32(i)
		}
		if err := s.look(len(adj)); err != nil {
			return err
		}
	}
	return nil
}

// overpriced tells whether some unmatched node of the other side has a price.
func (g *view) overpriced() bool {
	for j, price := range g.otherPrice {
		if price > 0 && g.otherMate[j] < 0 {
			return true
		}
	}
	return false
}

// turned returns the same problem, matching and prices as the other side sees
// them. Prices and mates are shared; the edges are a transposed copy.
func (g *view) turned() view {
	n := len(g.otherPrice)
	start := make([]int32, n+1)
	for _, j := range g.adj {
		start[j+1]++
	}
	for j := range n {
		start[j+1] += start[j]
	}
	next := append([]int32(nil), start...)
	adj, weight := make([]int32, len(g.adj)), make([]int64, len(g.adj))
	for i := range g.price {
		for k := g.start[i]; k < g.start[i+1]; k++ {
			at := next[g.adj[k]]
			next[g.adj[k]]++
			adj[at], weight[at] = int32(i), g.weight[k]
		}
	}
	return view{
		start: start, adj: adj, weight: weight,
		price: g.otherPrice, otherPrice: g.price,
		mate: g.otherMate, otherMate: g.mate,
	}
}

// result sums up. Where every row and column that is unmatched has price 0 and
// every matched pair meets its prices, the prices add up to the total.
func (s *solver) result() *Result {
	r := &Result{Column: s.rows.mate, RowPrice: s.rows.price, ColPrice: s.rows.otherPrice}
	for _, price := range r.RowPrice {
		r.Total += price
	}
	for _, price := range r.ColPrice {
		r.Total += price
	}
	return r
}
