package assign

import "math"

// The auction's settings; see the note on the constants of solver.go.
const (
	auctionShare = 3    // the auction may look at auctionShare times as many edges as the searches before it
	firstShare   = 8    // the first increment is the mean spread of a row's choices / firstShare
	nextShare    = 8    // each next increment is the last / nextShare
	largerShare  = 64   // an increment that proves too small is made largerShare times as large
	fewShare     = 1000 // one in fewShare is few: shortest paths settle a price war among few better
	shortlistLen = 8
)

// reduceRows is the augmenting row reduction of Jonker and Volgenant, from
// prices 0: a row takes its best column from whoever holds it and raises its
// price until its own second choice is as good. Matched pairs stay tight, so it
// is an auction without an increment; a row whose best columns are several and
// all taken, or whose turn comes after the budget of bids is spent, is left to
// the searches.
func (s *solver) reduceRows() error {
	g := &s.rows
	bids := rowReduction * len(g.mate)
	for i := range g.mate {
		for own := int32(i); own >= 0 && bids > 0; bids-- {
			b := g.bestOf(own)
			if err := s.look(g.degree(own)); err != nil {
				return err
			}
			if b.other < 0 || b.first == b.second && g.otherMate[b.other] >= 0 {
				break
			}
			g.price[own] = b.second
			own = g.take(own, b.other, b.first-b.second)
		}
	}
	return nil
}

// bid is the best choice of a node and the values of its two best choices, of
// which staying unmatched, at 0, is always one.
type bid struct {
	other         int32 // -1: to stay unmatched is best
	first, second int64
}

// consider takes one more choice into account.
func (b *bid) consider(other int32, value int64) {
	if value > b.first {
		b.other, b.first, b.second = other, value, b.first
	} else if value > b.second {
		b.second = value
	}
}

// bestOf looks at all edges of a node. Among several best choices it prefers one
// that is free.
func (g *view) bestOf(own int32) bid {
	b := bid{other: -1}
	adj, weights := g.edges(own)
	for k, j := range adj {
		value := weights[k] - g.otherPrice[j]
		if value < b.second || value <= 0 {
			continue
		}
		b.consider(j, value)
		if value == b.first && g.otherMate[b.other] >= 0 && g.otherMate[j] < 0 {
			b.other = j
		}
	}
	return b
}

// take matches own with other at a price raised by rise, and returns whom other
// was matched with before, -1 where nobody was.
func (g *view) take(own, other int32, rise int64) (outbid int32) {
	g.otherPrice[other] += rise
	outbid = g.otherMate[other]
	g.otherMate[other], g.mate[own] = own, other
	if outbid >= 0 {
		g.mate[outbid] = -1
	}
	return outbid
}

// auction brings prices near their final level, in rounds with a falling
// increment, so that they move in large steps first. In a round unmatched rows
// bid for columns, and where that leaves many columns unmatched at a price, these
// bid for rows in turn, which lowers their prices. The first round goes on from
// the matching of the searches, later ones start from prices alone. Only the
// prices matter afterwards: the matching is off by the increment.
//
// Each side's part of a round may look at half of the edges that are left of
// budget. Where that is not enough for the first, its increment was too small,
// and a larger one is tried.
func (s *solver) auction(budget int) error {
	g := &s.rows
	forward := newAuctioneer(s, g)
	var backward *auctioneer
	spread, most, err := forward.scale()
	if err != nil {
		return err
	}
	increment, falling := max(spread/firstShare, 1), false
	for budget > len(g.adj) {
		looked, done, err := forward.round(g.unmatched(), increment, budget/2)
		if err != nil {
			return err
		}
		budget -= looked
		if !done && !falling && increment < most {
			increment = min(increment*largerShare, most)
			continue
		}
		falling = true
		if over := g.overpriced(); len(over) > 4*len(g.mate)/fewShare {
			if backward == nil {
				backward = newAuctioneer(s, s.turned())
			}
			backward.expire()
			looked, _, err := backward.round(over, increment, budget/2)
			if err != nil {
				return err
			}
			budget -= looked
			forward.expire()
		}
		if increment == 1 {
			break
		}
		increment = max(increment/nextShare, 1)
		s.forget()
	}
	return nil
}

// auctioneer lets one side bid. Since prices only rise while it does, choices
// outside a bidder's shortlist never get better than when the list was made; as
// long as the second best of the list is no worse than they were, the bidder need
// not look at its other edges.
type auctioneer struct {
	*solver
	*view
	lists []shortlist
}

// shortlist has a node's best choices when it was last looked at in full.
type shortlist struct {
	others  [shortlistLen]int32
	weights [shortlistLen]int64
	n       int
	rest    int64 // no choice outside the list is worth more; at least 0
}

func newAuctioneer(s *solver, g *view) *auctioneer {
	a := &auctioneer{solver: s, view: g, lists: make([]shortlist, len(g.mate))}
	a.expire()
	return a
}

// expire makes every shortlist to be made anew, after the other side's prices
// may have fallen.
func (a *auctioneer) expire() {
	for i := range a.lists {
		a.lists[i].n, a.lists[i].rest = 0, math.MaxInt64
	}
}

// scale returns the size of what is bid for: by how much a node's best choice is
// worth more than the best outside its shortlist, on average, and the highest
// weight of a best choice.
func (a *auctioneer) scale() (spread, most int64, err error) {
	var mean, rest int64 // the sum might not fit
	n := int64(len(a.lists))
	for own := range a.lists {
		if err := a.refill(int32(own)); err != nil {
			return 0, 0, err
		}
		if l := &a.lists[own]; l.n > 0 {
			best := l.weights[0] - a.otherPrice[l.others[0]]
			mean, rest = mean+(best-l.rest)/n, rest+(best-l.rest)%n
			most = max(most, l.weights[0])
		}
	}
	return mean + rest/n, most, nil
}

// refill looks at all edges of a node and lists the best, the best first.
func (a *auctioneer) refill(own int32) error {
	const length = shortlistLen + 1 // one more, to know what the rest is worth
	var (
		values [length]int64
		edges  [length]int
		n      int
		bar    int64
	)
	adj, weights := a.edges(own)
	for k, j := range adj {
		value := weights[k] - a.otherPrice[j]
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
	l := &a.lists[own]
	l.n, l.rest = min(n, shortlistLen), bar
	for t := range l.n {
		l.others[t], l.weights[t] = adj[edges[t]], weights[edges[t]]
	}
	return a.look(len(adj))
}

// bid returns a node's best choices, from its shortlist where that is enough,
// and the number of edges looked at.
func (a *auctioneer) bid(own int32) (b bid, looked int, err error) {
	l := &a.lists[own]
	for refilled := false; ; refilled = true {
		b = bid{other: -1}
		for t := range l.n {
			if value := l.weights[t] - a.otherPrice[l.others[t]]; value > b.second {
				b.consider(l.others[t], value)
			}
		}
		looked += l.n
		if refilled || b.second >= l.rest {
			return b, looked, a.look(l.n)
		}
		if err := a.refill(own); err != nil {
			return b, looked, err
		}
		looked += a.degree(own)
	}
}

// round lets the given unmatched nodes bid in turn, and those that were outbid
// in the next turn, until few are left or more than budget edges were looked at;
// it returns how many. A node for which staying unmatched is best drops out.
func (a *auctioneer) round(turn []int32, increment int64, budget int) (looked int, done bool, err error) {
	var next []int32
	for len(turn) > len(a.mate)/fewShare && looked <= budget {
		for _, own := range turn {
			b, edges, err := a.bid(own)
			if err != nil {
				return looked, false, err
			}
			looked += edges
			a.price[own] = max(b.second-increment, 0)
			if b.other < 0 {
				continue
			}
			if outbid := a.take(own, b.other, b.first-b.second+increment); outbid >= 0 {
				next = append(next, outbid)
			}
		}
		turn, next = next, turn[:0]
	}
	return looked, len(turn) <= len(a.mate)/fewShare, nil
}
