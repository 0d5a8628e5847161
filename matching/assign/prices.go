package assign

import (
	"context"
	"slices"
)

// Worth returns for each column what Total would lose without it: the highest
// price that it has in any optimal solution of the dual, as ColPrice is the
// lowest. A column that many want and many could do without has a worth and no
// price above its nearest substitute's; an unmatched column has neither.
//
// The cost is O(E log m) time and O(E) space. The error is ctx's, or
// Verify's where r does not solve p.
func (r *Result) Worth(ctx context.Context, p *Problem) ([]int64, error) {
	if err := r.Verify(p); err != nil {
		return nil, err
	}
	s := newSolver(ctx, p)
	copy(s.rows.price, r.RowPrice)
	copy(s.rows.otherPrice, r.ColPrice)
	copy(s.rows.mate, r.Column)
	for i, j := range r.Column {
		if j >= 0 {
			s.rows.otherMate[j] = int32(i)
		}
	}
	// The lowest prices of rows are the highest of columns.
	if err := s.lower(s.turned()); err != nil {
		return nil, err
	}
	return s.rows.otherPrice, nil
}

// lower takes optimal prices to those that are lowest for the other side and
// highest for g's own.
//
// What a price can give up is a shortest distance: no price falls below 0, an
// unmatched own node keeps price 0 and so bounds its neighbours by the slack of
// the edge, and a matched own node rises as its mate falls, so that it bounds its
// neighbours by its mate's fall plus slack. Dijkstra's algorithm finds all falls
// at once.
func (s *solver) lower(g *view) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	l := lowering{solver: s, view: g, fall: slices.Clone(g.otherPrice)}
	for i, j := range g.mate {
		if j < 0 {
			if err := l.bound(int32(i), 0); err != nil {
				return err
			}
		}
	}
	l.start()
	for at := int64(0); l.open > 0; {
		j := int32(-1)
		if n := len(l.front); n > 0 {
			l.front, j = l.front[:n-1], l.front[n-1]
		} else if e := l.queue.pop(); e.key == l.fall[e.node] {
			j, at = e.node, e.key
			l.open--
		} else {
			continue // overtaken
		}
		if g.otherMate[j] >= 0 {
			if err := l.bound(g.otherMate[j], at); err != nil {
				return err
			}
		}
	}
	for j, by := range l.fall {
		if by > 0 {
			g.otherPrice[j] -= by
			g.price[g.otherMate[j]] += by
		}
	}
	return nil
}

// lowering is Dijkstra's algorithm as lower uses it.
type lowering struct {
	*solver
	*view
	fall    []int64 // the least bound found on what each price can give up
	front   []int32 // nodes whose fall is final and that of the last closed one
	queue   queue   // the others, at their fall
	open    int     // how many falls are not final
	started bool
}

// start takes the bounds found so far as distances. A fall of 0 is final.
func (l *lowering) start() {
	l.started = true
	for j, by := range l.fall {
		if by == 0 {
			l.front = append(l.front, int32(j))
		} else {
			l.queue.push(entry{key: by, node: int32(j)})
			l.open++
		}
	}
}

// bound bounds the prices of an own node's neighbours by its own rise, at.
func (l *lowering) bound(own int32, at int64) error {
	adj, weights := l.edges(own)
	base := at + l.price[own]
	for k, j := range adj {
		by := base + l.otherPrice[j] - weights[k]
		if by >= l.fall[j] {
			continue
		}
		l.fall[j] = by
		switch {
		case !l.started:
		case by == at:
			l.front = append(l.front, j)
			l.open--
		default:
			l.queue.push(entry{key: by, node: j})
		}
	}
	return l.look(len(adj))
}
