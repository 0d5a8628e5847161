package assign

import "context"

// Worth returns for each column what Total would lose without it: the highest
// price that it has in any optimal solution of the dual, as ColPrice is the
// lowest. A column that many want and many could do without has a worth and no
// price above its nearest substitute's; an unmatched column has neither.
//
// The cost is O(E + m log m) time and O(E) space. The error is ctx's, or
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
	columns := s.rows.turned()
	if err := s.lower(&columns); err != nil {
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
	fall := append([]int64(nil), g.otherPrice...)
	bound := func(own int32, by int64, reached func(other int32)) error {
		for k := g.start[own]; k < g.start[own+1]; k++ {
			j := g.adj[k]
			if to := by + g.price[own] + g.otherPrice[j] - g.weight[k]; to < fall[j] {
				fall[j] = to
				reached(j)
			}
		}
		return s.look(int(g.start[own+1] - g.start[own]))
	}
	for i, j := range g.mate {
		if j < 0 {
			if err := bound(int32(i), 0, func(int32) {}); err != nil {
				return err
			}
		}
	}
	// Nodes whose fall is known to be that of the front need no heap.
	var open queue
	var front []int32
	for j, by := range fall {
		if by == 0 {
			front = append(front, int32(j))
		} else {
			open.push(entry{key: by, node: int32(j)})
		}
	}
	for at := int64(0); ; {
		var j int32
		if n := len(front); n > 0 {
			front, j = front[:n-1], front[n-1]
		} else if len(open) == 0 {
			break
		} else if e := open.pop(); e.key == fall[e.node] {
			j, at = e.node, e.key
		} else {
			continue
		}
		if g.otherMate[j] < 0 {
			continue
		}
		err := bound(g.otherMate[j], at, func(other int32) {
			if fall[other] == at {
				front = append(front, other)
			} else {
				open.push(entry{key: fall[other], node: other})
			}
		})
		if err != nil {
			return err
		}
	}
	for j, by := range fall {
		if by > 0 {
			g.otherPrice[j] -= by
			g.price[g.otherMate[j]] += by
		}
	}
	return nil
}
