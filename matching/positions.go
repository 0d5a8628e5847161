package matching

import (
	"context"
	"math/bits"
)

// positions is a set of a table's positions.
type positions []uint64

func newPositions(n int) positions { return make(positions, (n+63)/64) }

func (p positions) add(i int) { p[i>>6] |= 1 << (i & 63) }

func (p positions) has(i int) bool { return p[i>>6]>>(i&63)&1 != 0 }

// len returns the number of members.
func (p positions) len() (n int) {
	for _, w := range p {
		n += bits.OnesCount64(w)
	}
	return n
}

// lacks returns how many members p has that other has not.
func (p positions) lacks(other positions) (n int) {
	for w := range p {
		n += bits.OnesCount64(p[w] &^ other[w])
	}
	return n
}

func (p positions) union(other positions) {
	for w := range p {
		p[w] |= other[w]
	}
}

// each calls f on the members, ascending, until it returns false.
func (p positions) each(f func(i int) bool) {
	for w, m := range p {
		for ; m != 0; m &= m - 1 {
			if !f(w<<6 + bits.TrailingZeros64(m)) {
				return
			}
		}
	}
}

// collectAll adds every record that a prepared scan leaves to a set.
func (m *matcher[R, F]) collectAll(ctx context.Context, set positions) error {
	for ci := range m.t.chunks {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, i := range m.filter(ci) {
			set.add(m.t.starts[ci] + int(i))
		}
	}
	return nil
}
