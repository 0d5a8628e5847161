package assign

import "math"

// searcher has the working memory of shortest-path searches, one label for
// each node of the other side.
type searcher struct {
	labels []label
	epoch  uint32  // labels of another epoch are stale
	queue  queue   // reached, not yet closed, farther than the front
	front  []int32 // reached, not yet closed, at the same distance as the last closed
	closed []int32
}

// label is how a node of the other side was reached in the search of an epoch.
type label struct {
	dist  int64 // least reduced cost of an alternating path from the root
	from  int32 // own node before it on that path
	epoch uint32
}

// end is where an augmenting path ends: at an unmatched node of the other side,
// or at an own node that gives up its match (the root: that stays unmatched).
type end struct {
	dist  int64
	own   int32
	other int32 // -1: own gives up
}

// searchFrom finds the best path from every unmatched own node that still has a
// price, and augments along it, after which the node is matched or has price 0.
// It stops, and returns false, once more than budget edges were looked at; 0 is
// no limit.
func (s *solver) searchFrom(g *view, budget int) (done bool, err error) {
	if budget == 0 {
		budget = math.MaxInt
	}
	f := &s.search
	if len(f.labels) < len(g.otherMate) {
		f.labels, f.epoch = make([]label, len(g.otherMate)), 0
	}
	spent := 0
	for root := range g.mate {
		if g.mate[root] >= 0 || g.price[root] == 0 {
			continue
		}
		if spent > budget {
			return false, nil
		}
		stop, looked, err := f.shortest(s, g, int32(root))
		if err != nil {
			return false, err
		}
		spent += looked
		f.reprice(g, int32(root), stop.dist)
		f.augment(g, int32(root), stop)
	}
	return true, nil
}

// shortest runs Dijkstra's algorithm on reduced costs, price + price - weight,
// from an unmatched own node. Matched nodes of the other side lead on to their
// mates at no cost; giving up the match costs an own node its price. Nothing is
// followed that is as far as the best end known, so a search stays as local as
// prices are good. It returns the nearest end and the number of edges looked at.
func (f *searcher) shortest(s *solver, g *view, root int32) (best end, looked int, err error) {
	f.epoch++
	f.queue, f.front, f.closed = f.queue[:0], f.front[:0], f.closed[:0]
	best = end{dist: math.MaxInt64, own: root, other: -1}
	dist, own := int64(0), root
	for {
		if giveUp := dist + g.price[own]; giveUp < best.dist {
			best = end{dist: giveUp, own: own, other: -1}
		}
		if best.dist == dist {
			return best, looked, nil
		}
		f.relax(g, own, dist, &best)
		edges := int(g.start[own+1]-g.start[own]) + 1
		looked += edges
		if err := s.look(edges); err != nil {
			return best, looked, err
		}
		other := int32(-1)
		if n := len(f.front); n > 0 && dist < best.dist {
			f.front, other = f.front[:n-1], f.front[n-1]
		} else if other = f.nearest(best.dist); other >= 0 {
			dist = f.labels[other].dist
		}
		if other < 0 {
			return best, looked, nil
		}
		f.closed = append(f.closed, other)
		own = g.otherMate[other]
	}
}

// relax looks at the edges of an own node at distance dist.
func (f *searcher) relax(g *view, own int32, dist int64, best *end) {
	lo, hi := g.start[own], g.start[own+1]
	adj, weights := g.adj[lo:hi], g.weight[lo:hi]
	base, limit := dist+g.price[own], best.dist
	for k, j := range adj {
		to := base + g.otherPrice[j] - weights[k]
		if to >= limit {
			continue
		}
		at := &f.labels[j]
		if at.epoch == f.epoch && to >= at.dist {
			continue
		}
		*at = label{dist: to, from: own, epoch: f.epoch}
		switch {
		case g.otherMate[j] < 0:
			limit = to
			*best = end{dist: to, own: own, other: j}
			if to == dist {
				return
			}
		case to == dist:
			f.front = append(f.front, j)
		default:
			f.queue.push(entry{key: to, node: j})
		}
	}
}

// nearest takes the nearest open node from the queue, -1 where none is nearer
// than limit. Entries that were overtaken by a shorter path are dropped.
func (f *searcher) nearest(limit int64) int32 {
	for len(f.queue) > 0 && f.queue[0].key < limit {
		if e := f.queue.pop(); e.key == f.labels[e.node].dist {
			return e.node
		}
	}
	return -1
}

// reprice moves prices by what the search learned, so that the path to its end
// at distance dist becomes tight and every other edge stays feasible.
func (f *searcher) reprice(g *view, root int32, dist int64) {
	g.price[root] -= dist
	for _, j := range f.closed {
		if rise := dist - f.labels[j].dist; rise > 0 {
			g.otherPrice[j] += rise
			g.price[g.otherMate[j]] -= rise
		}
	}
}

// augment exchanges matched and unmatched edges on the path from root to stop.
func (f *searcher) augment(g *view, root int32, stop end) {
	other := stop.other
	if other < 0 { // the last own node gives its mate to the one before it
		other = g.mate[stop.own]
		g.mate[stop.own] = -1
	}
	for own := stop.own; other >= 0; {
		own = f.labels[other].from
		g.mate[own], other, g.otherMate[other] = other, g.mate[own], own
		if own == root {
			return
		}
	}
}

// entry is a node of the queue at its distance.
type entry struct {
	key  int64
	node int32
}

// queue is a heap of four children to a parent, the smallest key first: flatter
// than a binary one, and the children share a cache line.
type queue []entry

func (q *queue) push(e entry) {
	h := append(*q, e)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if h[parent].key <= e.key {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
	*q = h
}

func (q *queue) pop() entry {
	h := *q
	top, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		first := 4*i + 1
		if first >= len(h) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(h)); c++ {
			if h[c].key < h[least].key {
				least = c
			}
		}
		if h[least].key >= last.key {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = last
	return top
}
