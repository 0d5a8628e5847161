package assign

import (
	"context"
	"slices"
)

// How much is done before the next stage is tried. These decide how fast the
// result is found, never which optimum it has; they come from trials over
// random, tied, clustered, popularity-driven and unbalanced problems, and are
// no sharper than a factor of two.
const (
	rowReduction = 2 // bids per row in the first stage
	searchBudget = 8 // passes over the edges by shortest paths before the first auction
	nextBudget   = 4 // after an auction searches may look at nextBudget times as many edges as before it
)

// patience is how many edges are looked at between two looks at the context.
const patience = 1 << 20 // about 2 ms

// solver holds a matching and prices on their way to the optimum. After settle
// these hold until the next auction:
//
//	prices are not negative
//	price of row + price of column >= weight, for every edge
//	price of row + price of column = weight, for every matched pair
//
// and every search takes one more unmatched node with a price away, by matching
// it or by bringing its price to 0. When none is left the matching is optimal.
type solver struct {
	ctx      context.Context // of one call of Solve
	rows     view            // rows look at columns
	columns  *view           // columns look at rows; nil until turned
	search   searcher
	looked   int // edges looked at since ctx was last asked
	patience int // how many may be looked at before it is asked again
}

// view is the problem as seen from one side: own nodes, with their edges to the
// other side's. The same code runs from rows and, on the transposed edges, from
// columns.
type view struct {
	start  []int32 // compressed rows of edges, as in Problem
	adj    []int32
	weight []int64

	price, otherPrice []int64
	mate, otherMate   []int32 // -1: unmatched
}

func newSolver(ctx context.Context, p *Problem) *solver {
	n, m := p.Rows(), p.Columns
	return &solver{
		ctx: ctx, patience: patience,
		rows: view{
			start: p.RowStart, adj: p.Col, weight: p.Weight,
			price: make([]int64, n), otherPrice: make([]int64, m),
			mate: slices.Repeat([]int32{-1}, n), otherMate: slices.Repeat([]int32{-1}, m),
		},
	}
}

// look counts edges that were looked at, and asks ctx now and then.
func (s *solver) look(edges int) error {
	s.looked += edges
	if s.looked < s.patience {
		return nil
	}
	s.looked = 0
	return s.ctx.Err()
}

// run brings the solver to the optimum with the lowest column prices. The first
// searches may look at budget edges, 0 for no limit. Searches and auctions take
// turns with growing budgets: neither can waste more than a small multiple of
// what the other would have needed.
func (s *solver) run(budget int) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if err := s.reduceRows(); err != nil {
		return err
	}
	for {
		if err := s.settle(); err != nil {
			return err
		}
		done, err := s.searchFrom(&s.rows, budget)
		if err != nil {
			return err
		}
		if done {
			break
		}
		if err := s.auction(auctionShare * budget); err != nil {
			return err
		}
		s.forget()
		budget *= nextBudget
	}
	if len(s.rows.overpriced()) > 0 {
		if _, err := s.searchFrom(s.turned(), 0); err != nil {
			return err
		}
	}
	return s.lower(&s.rows)
}

// settle sets the price of every unmatched row to the least that column prices
// allow, and matches it with a free column at that price where there is one:
// first come, first served, for now.
func (s *solver) settle() error {
	g := &s.rows
	for i, mate := range g.mate {
		if mate >= 0 {
			continue
		}
		own := int32(i)
		b := g.bestOf(own)
		g.price[own] = b.first
		if b.other >= 0 && g.otherMate[b.other] < 0 {
			g.take(own, b.other, 0)
		}
		if err := s.look(g.degree(own)); err != nil {
			return err
		}
	}
	return nil
}

// forget keeps prices and unmatches everything.
func (s *solver) forget() {
	for _, mates := range [][]int32{s.rows.mate, s.rows.otherMate} {
		for i := range mates {
			mates[i] = -1
		}
	}
}

// edges returns the edges of an own node.
func (g *view) edges(own int32) (adj []int32, weights []int64) {
	lo, hi := g.start[own], g.start[own+1]
	adj = g.adj[lo:hi]
	return adj, g.weight[lo:hi][:len(adj)] // the length tells the compiler that both have the same
}

// degree returns the number of edges of an own node.
func (g *view) degree(own int32) int { return int(g.start[own+1] - g.start[own]) }

// unmatched returns the own nodes that are not matched.
func (g *view) unmatched() []int32 {
	var nodes []int32
	for i, j := range g.mate {
		if j < 0 {
			nodes = append(nodes, int32(i))
		}
	}
	return nodes
}

// overpriced returns the nodes of the other side that have a price and are not
// matched.
func (g *view) overpriced() []int32 {
	var nodes []int32
	for j, price := range g.otherPrice {
		if price > 0 && g.otherMate[j] < 0 {
			nodes = append(nodes, int32(j))
		}
	}
	return nodes
}

// turned returns the same problem, matching and prices as columns see them.
// Prices and mates are shared; the edges are a transposed copy.
func (s *solver) turned() *view {
	if s.columns != nil {
		return s.columns
	}
	g := &s.rows
	start := make([]int32, len(g.otherPrice)+1)
	for _, j := range g.adj {
		start[j+1]++
	}
	for j := range g.otherPrice {
		start[j+1] += start[j]
	}
	next := slices.Clone(start)
	adj, weight := make([]int32, len(g.adj)), make([]int64, len(g.adj))
	for i := range g.price {
		own := int32(i)
		others, weights := g.edges(own)
		for k, j := range others {
			adj[next[j]], weight[next[j]] = own, weights[k]
			next[j]++
		}
	}
	s.columns = &view{
		start: start, adj: adj, weight: weight,
		price: g.otherPrice, otherPrice: g.price,
		mate: g.otherMate, otherMate: g.mate,
	}
	return s.columns
}

// result sums up. Where every matched pair meets its prices and nothing that is
// unmatched has a price, the prices add up to the total.
func (s *solver) result() *Result {
	r := &Result{Column: s.rows.mate, RowPrice: s.rows.price, ColPrice: s.rows.otherPrice}
	for _, prices := range [][]int64{r.RowPrice, r.ColPrice} {
		for _, price := range prices {
			r.Total += price
		}
	}
	return r
}
