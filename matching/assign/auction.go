package assign

// The auction's settings; see the note on the constants of solver.go.
const (
	rounds       = 3    // rounds, each with a smaller increment
	firstShare   = 8    // the first increment is the mean spread of a row's choices / firstShare
	nextShare    = 8    // each next increment is the last / nextShare
	leftOver     = 1000 // a round ends when rows/leftOver rows are left: a price war among few is better settled by shortest paths
	roundBudget  = 20   // passes over the edges that a round may take
	shortlistLen = 8
)

// reduceRows is the augmenting row reduction of Jonker and Volgenant, from
// prices 0: a row takes its best column from whoever holds it and raises its
// price until its own second choice is as good. Matched pairs stay tight, so it
// is an auction without an increment; a row without a strictly best column, or
// whose turn comes after the budget of bids is spent, is left to the searches.
func (s *solver) reduceRows() error {
	g := &s.rows
	bids := rowReduction * len(g.mate)
	for i := range g.mate {
		for own := int32(i); own >= 0 && bids > 0; bids-- {
			b := bestOf(s.problem, g.otherPrice, own)
			if err := s.look(int(g.start[own+1] - g.start[own])); err != nil {
				return err
			}
			if b.col < 0 || b.first == b.second && g.otherMate[b.col] >= 0 {
				break
			}
			own = g.take(own, b.col, b.first-b.second)
		}
	}
	return nil
}

// bid is the best column of a row and the values of the row's two best choices,
// of which staying unassigned, at 0, is always one.
type bid struct {
	col           int32 // -1: to stay unassigned is best
	first, second int64
}

// consider takes one more choice into account.
func (b *bid) consider(col int32, value int64) {
	if value > b.first {
		b.col, b.first, b.second = col, value, b.first
	} else if value > b.second {
		b.second = value
	}
}

func bestOf(p *Problem, price []int64, row int32) bid {
	b := bid{col: -1}
	cols, weights := p.row(int(row))
	for k, j := range cols {
		if value := weights[k] - price[j]; value > b.second {
			b.consider(j, value)
		}
	}
	return b
}

// take gives a column to own at a price raised by rise, and returns who held it
// before, -1 where nobody did.
func (g *view) take(own, col int32, rise int64) (evicted int32) {
	g.otherPrice[col] += rise
	evicted = g.otherMate[col]
	g.otherMate[col], g.mate[own] = own, col
	if evicted >= 0 {
		g.mate[evicted] = -1
	}
	return evicted
}

// auction lets unmatched rows bid with an increment that falls from round to
// round, so that prices find their level in large steps first. The first round
// goes on from the matching of the searches; later ones start from the prices
// alone. Only prices matter afterwards: the matching is off by the increment.
func (s *solver) auction() error {
	g := &s.rows
	a := auctioneer{solver: s, lists: make([]shortlist, len(g.mate))}
	var mean, rest int64 // of the spreads, which might not fit in one sum
	for i := range a.lists {
		if err := a.refill(int32(i)); err != nil {
			return err
		}
		spread, n := a.lists[i].spread(g.otherPrice), int64(len(a.lists))
		mean, rest = mean+spread/n, rest+spread%n
	}
	mean += rest / int64(len(a.lists))
	increment := max(mean/firstShare, 1)
	for range rounds {
		if err := a.round(increment); err != nil {
			return err
		}
		if increment == 1 {
			break
		}
		increment = max(increment/nextShare, 1)
		forget(g.mate)
		forget(g.otherMate)
	}
	return nil
}

// auctioneer runs rounds of bidding. Since prices only rise in an auction, a
// row's choices outside its shortlist never get better than when the list was
// made; as long as the second best of the list is no worse than they were, the
// row need not look at its other edges.
type auctioneer struct {
	*solver
	lists []shortlist
}

// shortlist has a row's best choices when it was last looked at in full.
type shortlist struct {
	cols    [shortlistLen]int32
	weights [shortlistLen]int64
	n       int
	others  int64 // no choice outside the list is worth more; at least 0
}

// spread returns the value of the best choice over the best outside the list.
func (l *shortlist) spread(price []int64) int64 {
	if l.n == 0 {
		return 0
	}
	return l.weights[0] - price[l.cols[0]] - l.others
}

// refill looks at all edges of a row and lists the best, the best first.
func (a *auctioneer) refill(row int32) error {
	const length = shortlistLen + 1 // one more, to know what the others are worth
	var (
		values [length]int64
		edges  [length]int
		n      int
		bar    int64
	)
	price := a.rows.otherPrice
	cols, weights := a.problem.row(int(row))
	for k, j := range cols {
		value := weights[k] - price[j]
		if value <= bar {
			continue
		}
		n = min(n+1, length)
		at := n - 1
		for ; at > 0 && values[at-1] < value; at-- {
			values[at], edges[at] = values[at-1], edges[at-1]
		}
		values[at], edges[at] = value, k
		bar = values[length-1] // 0 until the list is full
	}
	l := &a.lists[row]
	l.n, l.others = min(n, shortlistLen), bar
	for t := range l.n {
		l.cols[t], l.weights[t] = cols[edges[t]], weights[edges[t]]
	}
	return a.look(len(cols))
}

// bid returns a row's best choices, from its shortlist where that is enough,
// and the number of edges looked at.
func (a *auctioneer) bid(row int32) (b bid, looked int, err error) {
	l, price := &a.lists[row], a.rows.otherPrice
	for again := false; ; again = true {
		b = bid{col: -1}
		for t := range l.n {
			if value := l.weights[t] - price[l.cols[t]]; value > b.second {
				b.consider(l.cols[t], value)
			}
		}
		looked += l.n
		if again || b.second >= l.others {
			return b, looked, a.look(l.n)
		}
		if err := a.refill(row); err != nil {
			return b, looked, err
		}
		looked += int(a.rows.start[row+1] - a.rows.start[row])
	}
}

// round lets unmatched rows bid in turn, those that were outbid in the next
// turn, until few are left or the budget is spent. A row for which staying
// unassigned is best drops out.
func (a *auctioneer) round(increment int64) error {
	g := &a.rows
	var turn, next []int32
	for i, j := range g.mate {
		if j < 0 {
			turn = append(turn, int32(i))
		}
	}
	budget := roundBudget * len(g.adj)
	for len(turn) > len(g.mate)/leftOver && budget > 0 {
		for _, row := range turn {
			b, looked, err := a.bid(row)
			if err != nil {
				return err
			}
			budget -= looked
			if b.col < 0 {
				continue
			}
			if evicted := g.take(row, b.col, b.first-b.second+increment); evicted >= 0 {
				next = append(next, evicted)
			}
		}
		turn, next = next, turn[:0]
	}
	return nil
}
