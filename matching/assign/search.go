package assign

import "math"

// denseShare: a problem counts as dense where one pair in denseShare has an edge.
const denseShare = 4

// searcher has the working memory of shortest-path searches. Nodes of the other
// side have a label once they are reached; they stand in front while they are as
// near as the last that was closed, before that in queue, or, on a dense problem,
// in open: to look through all that is open is as cheap there as the edges of one
// node, and a queue would get an entry for almost every edge.
type searcher struct {
	labels []label
	epoch  uint32 // labels of another epoch are stale
	front  []int32
	queue  queue
	open   []int32
	closed []int32 // their distance is final
	dense  bool
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
	f.dense = len(g.adj) >= len(g.mate)*len(g.otherMate)/denseShare
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
		f.augment(g, stop)
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
	f.front, f.queue, f.open, f.closed = f.front[:0], f.queue[:0], f.open[:0], f.closed[:0]
	best = end{dist: math.MaxInt64, own: root, other: -1}
	dist, own := int64(0), root
	for {
		if giveUp := dist + g.price[own]; giveUp < best.dist {
			best = end{dist: giveUp, own: own, other: -1}
		}
		if best.dist == dist {
			return best, looked, nil
		}
		edges := g.degree(own) + 1
		looked += edges
		if err := s.look(edges); err != nil {
			return best, looked, err
		}
		f.relax(g, own, dist, &best)
		if len(f.front) == 0 && best.dist > dist {
			dist = f.advance(dist, best.dist)
		}
		n := len(f.front)
		if n == 0 || best.dist == dist {
			return best, looked, nil
		}
		other := f.front[n-1]
		f.front = f.front[:n-1]
		f.closed = append(f.closed, other)
		own = g.otherMate[other]
	}
}

// relax looks at the edges of an own node at distance dist.
func (f *searcher) relax(g *view, own int32, dist int64, best *end) {
	adj, weights := g.edges(own)
	base, limit := dist+g.price[own], best.dist
	for k, j := range adj {
		to := base + g.otherPrice[j] - weights[k]
		if to >= limit {
			continue
		}
		at := &f.labels[j]
		known := at.epoch == f.epoch
		if known && to >= at.dist {
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
		case !f.dense:
			f.queue.push(entry{key: to, node: j})
		case !known:
			f.open = append(f.open, j)
		}
	}
}

// advance makes a new front of open nodes that are nearest, where they are
// nearer than limit, and returns their distance. All nodes up to distance dist
// are closed.
func (f *searcher) advance(dist, limit int64) int64 {
	if f.dense {
		return f.advanceOpen(dist, limit)
	}
	for len(f.queue) > 0 && f.queue[0].key < limit {
		// An entry that was overtaken by a shorter path is dropped.
		if e := f.queue.pop(); e.key == f.labels[e.node].dist {
			f.front = append(f.front, e.node)
			return e.key
		}
	}
	return dist
}

// advanceOpen looks through the open nodes. Those that it puts into the front
// stay open until the next call, as do those that relax put there by a shorter
// path; both are then no farther than dist.
func (f *searcher) advanceOpen(dist, limit int64) int64 {
	open, next := f.open[:0], dist
	for _, j := range f.open {
		to := f.labels[j].dist
		if to <= dist {
			continue
		}
		open = append(open, j)
		if to < limit {
			limit, next, f.front = to, to, f.front[:0]
		}
		if to == next {
			f.front = append(f.front, j)
		}
	}
	f.open = open
	return next
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

// augment exchanges matched and unmatched edges on the path to stop, back to
// the root, which had no match.
func (f *searcher) augment(g *view, stop end) {
	other := stop.other
	if other < 0 { // the last own node gives its mate to the one before it
		other = g.mate[stop.own]
		g.mate[stop.own] = -1
	}
	for other >= 0 {
		own := f.labels[other].from
		g.mate[own], other, g.otherMate[other] = other, g.mate[own], own
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
