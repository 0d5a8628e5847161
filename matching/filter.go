package matching

import "math/bits"

// filter returns the records of a chunk that are not left out. The slice is the
// scan's own, until the next call.
// Time: about one step for each 64 records and code that an aspect with bit sets
// refuses, then one for each record and further aspect that is still left.
func (s *scan[R, F]) filter(ci int) []uint16 {
	c := s.t.chunks[ci]
	n := len(c.records)
	mask := s.mask[:c.words]
	for w := range mask {
		mask[w] = ^uint64(0)
	}
	if tail := n & 63; tail != 0 {
		mask[c.words-1] = 1<<tail - 1
	}
	for w, slow := range c.slow {
		mask[w] &^= slow
	}
	for a := range s.columns {
		if col := &s.columns[a]; col.sets && len(col.reject) > 0 {
			s.applySets(mask, c.bits[a], col)
		}
	}
	selection := s.expand(mask)
	for _, a := range s.filters {
		if gate := aspectPlan[a].gate; gate >= 0 {
			selection = s.keepDeferred(a, gate, c, selection)
		} else {
			selection = s.keep(a, c.codes[a], selection)
		}
	}
	selection = s.addSlow(c, selection)
	if s.excluded != nil && s.refuse&blocks != 0 {
		selection = s.excluded(ci, selection)
	}
	return selection
}

// applySets takes the refused codes out of mask, by the shorter way round.
func (s *scan[R, F]) applySets(mask, sets []uint64, col *column) {
	words := len(mask)
	set := func(code uint16) []uint64 {
		if from := int(code) * words; from+words <= len(sets) {
			return sets[from : from+words]
		}
		return nil // no record here
	}
	if len(col.reject) <= len(col.accept) {
		for _, code := range col.reject {
			for w, b := range set(code) {
				mask[w] &^= b
			}
		}
		return
	}
	keep := s.spare[:words]
	clear(keep)
	for _, code := range col.accept {
		for w, b := range set(code) {
			keep[w] |= b
		}
	}
	for w, b := range keep {
		mask[w] &= b
	}
}

// expand lists the members of a set, ascending.
func (s *scan[R, F]) expand(mask []uint64) []uint16 {
	out := s.selection
	n := 0
	for w, m := range mask {
		for ; m != 0; m &= m - 1 {
			out[n] = uint16(w<<6 + bits.TrailingZeros64(m))
			n++
		}
	}
	return out[:n]
}

// keep leaves out of a selection what one aspect refuses, without a branch that
// depends on the answer (Ross, Selection conditions in main memory, TODS 2004).
func (s *scan[R, F]) keep(a int, codes, selection []uint16) []uint16 {
	col := &s.columns[a]
	verdict, refuse := col.verdict, s.refuse
	n := 0
	for _, i := range selection {
		code := codes[i]
		v := verdict[code]
		if v == 0 {
			v = s.judge(a, code)
		}
		selection[n] = i
		kept := 0
		if v&refuse == 0 {
			kept = 1
		}
		n += kept
	}
	col.seen += len(selection)
	col.kept += n
	if col.seen > 1<<20 {
		col.seen, col.kept = col.seen/2, col.kept/2
	}
	return selection[:n]
}

// keepDeferred is keep for an aspect that only answers what another leaves to it.
func (s *scan[R, F]) keepDeferred(a, gate int, c *chunk[R], selection []uint16) []uint16 {
	n := 0
	for _, i := range selection {
		selection[n] = i
		if s.at(c, gate, i)&deferred == 0 || s.at(c, a, i)&s.refuse == 0 {
			n++
		}
	}
	return selection[:n]
}

// at returns the verdict over one record by one aspect.
func (s *scan[R, F]) at(c *chunk[R], a int, i uint16) uint8 {
	code := c.codes[a][i]
	if v := s.columns[a].verdict[code]; v != 0 {
		return v
	}
	return s.judge(a, code)
}

// addSlow evaluates the slow records and adds those that are not left out.
func (s *scan[R, F]) addSlow(c *chunk[R], selection []uint16) []uint16 {
	for w, m := range c.slow {
		for ; m != 0; m &= m - 1 {
			i := w<<6 + bits.TrailingZeros64(m)
			if s.refuse == 0 || s.refuse&verdictBits(s.evaluate(&c.records[i]).Eligibility) == 0 {
				selection = append(selection, uint16(i))
			}
		}
	}
	return selection
}

func verdictBits(e Eligibility) uint8 {
	switch e {
	case Blocked:
		return blocks
	case Clarify:
		return asks
	}
	return 0
}
