package matching

import (
	"cmp"
	"slices"
	"sort"
)

// table is one side of a snapshot: its records in chunks, in the order in which
// Compare places records that are equal otherwise, so that the position stands
// for the reference. A table is never changed.
type table[R, F any] struct {
	side   *side[R, F]
	layout layout
	dicts  [aspectCount]*dictionary[F]
	chunks []*chunk[R]
	starts []int // position of each chunk's first record, and the number of records
	refs   *directory
}

func newTable[R, F any](s *side[R, F], lay layout) *table[R, F] {
	return &table[R, F]{side: s, layout: lay, starts: []int{0}, refs: &directory{}}
}

func (t *table[R, F]) len() int { return t.starts[len(t.chunks)] }

// at returns the chunk of a position, and the place in it.
func (t *table[R, F]) at(position int) (c, i int) {
	c = sort.SearchInts(t.starts, position+1) - 1
	return c, position - t.starts[c]
}

// chunkOf is at with the chunk itself.
func (t *table[R, F]) chunkOf(position int) (c *chunk[R], i int) {
	at, i := t.at(position)
	return t.chunks[at], i
}

func (t *table[R, F]) record(position int) *R {
	c, i := t.chunkOf(position)
	return &c.records[i]
}

// find returns the position of the record with that id. Time: logarithmic.
func (t *table[R, F]) find(id string) (position int, ok bool) {
	for ref := range t.refs.find(id) {
		c := sort.Search(len(t.chunks), func(c int) bool { return t.compare(t.chunks[c], 0, ref, id) > 0 }) - 1
		if c < 0 {
			continue // the reference of another id with the same hash
		}
		ch := t.chunks[c]
		i := sort.Search(len(ch.records), func(i int) bool { return t.compare(ch, i, ref, id) >= 0 })
		if i < len(ch.records) && t.side.id(&ch.records[i]) == id {
			return t.starts[c] + i, true
		}
	}
	return 0, false
}

// findRef returns the position of the first record with that reference. Time:
// logarithmic.
func (t *table[R, F]) findRef(ref string) (position int, ok bool) {
	refAt := func(p int) string { return t.ref(t.chunkOf(p)) }
	p := sort.Search(t.len(), func(p int) bool { return refAt(p) >= ref })
	return p, p < t.len() && refAt(p) == ref
}

// ref returns the reference of record i of a chunk.
func (t *table[R, F]) ref(c *chunk[R], i int) string {
	if c.refs != nil {
		return c.refs[i]
	}
	return t.side.ref(&c.records[i])
}

// compare orders record i of a chunk against a reference and id.
func (t *table[R, F]) compare(c *chunk[R], i int, ref, id string) int {
	return cmp.Or(cmp.Compare(t.ref(c, i), ref), cmp.Compare(t.side.id(&c.records[i]), id))
}

// with returns the table without the records of the ids gone, and with the
// records come, each in place of the one with its id. Time: proportional to the
// changes times the size of a chunk, at most to the size of the table.
func (t *table[R, F]) with(gone []string, come []R) *table[R, F] {
	if len(gone)+len(come) == 0 {
		return t
	}
	in := &interner[R, F]{side: t.side, dicts: t.dicts, limit: t.layout.codes}
	refs := t.refs.writer(t.len() + len(come))
	var drop []int // positions
	take := func(id string) {
		if p, ok := t.find(id); ok {
			drop = append(drop, p)
			refs.remove(id, t.ref(t.chunkOf(p)))
		}
	}
	last := make(map[string]int, len(come)) // of several records with one id the last one counts
	for i := range come {
		last[t.side.id(&come[i])] = i
	}
	for _, id := range gone {
		if _, again := last[id]; !again {
			last[id] = -1
			take(id)
		}
	}
	entries := make([]entry[R], 0, len(come))
	for i := range come {
		id := t.side.id(&come[i])
		if last[id] != i {
			continue
		}
		take(id)
		e := entry[R]{record: come[i], id: id, ref: t.side.ref(&come[i])}
		e.codes, e.slow = in.intern(&come[i])
		stated := t.side.stated(&come[i])
		if stated == nil {
			stated = new(string)
			*stated = e.ref
		}
		refs.put(id, stated)
		entries = append(entries, e)
	}
	slices.Sort(drop)
	slices.SortFunc(entries, func(a, b entry[R]) int { return t.order(&a, &b) })

	next := &table[R, F]{side: t.side, layout: t.layout, refs: refs.done()}
	next.chunks = t.merge(drop, entries, in)
	next.dicts = in.dicts
	next.starts = make([]int, 1, len(next.chunks)+1)
	for i, c := range next.chunks {
		next.starts = append(next.starts, next.starts[i]+len(c.records))
	}
	return next
}

func (t *table[R, F]) order(a, b *entry[R]) int {
	return cmp.Or(cmp.Compare(a.ref, b.ref), cmp.Compare(a.id, b.id))
}

// merge returns the chunks after a change: those that it does not touch as they
// are, the others laid out anew, split where they are full and joined with the
// next one where little is left.
func (t *table[R, F]) merge(drop []int, come []entry[R], in *interner[R, F]) []*chunk[R] {
	out := make([]*chunk[R], 0, len(t.chunks)+1+len(come)/t.layout.chunkRows)
	var pending []entry[R]
	flush := func() {
		for parts := (len(pending) + t.layout.chunkRows - 1) / t.layout.chunkRows; parts > 0; parts-- {
			n := (len(pending) + parts - 1) / parts
			out = append(out, newChunk(pending[:n], in, t.layout))
			pending = pending[n:]
		}
		pending = nil
	}
	for ci, c := range t.chunks {
		n := len(come) // of these stand before the next chunk
		if ci+1 < len(t.chunks) {
			next := t.chunks[ci+1]
			n = sort.Search(len(come), func(i int) bool {
				return t.compare(next, 0, come[i].ref, come[i].id) <= 0
			})
		}
		dropsHere := len(drop) > 0 && drop[0] < t.starts[ci+1]
		if n == 0 && len(pending) == 0 && !dropsHere {
			out = append(out, c)
			continue
		}
		pending = slices.Grow(pending, len(c.records)+n)
		for i := range c.records {
			e := c.entry(i)
			e.id, e.ref = t.side.id(&c.records[i]), t.ref(c, i)
			for n > 0 && t.order(&come[0], &e) <= 0 {
				pending, come, n = append(pending, come[0]), come[1:], n-1
			}
			if len(drop) > 0 && drop[0] == t.starts[ci]+i {
				drop = drop[1:]
				continue
			}
			pending = append(pending, e)
		}
		pending, come = append(pending, come[:n]...), come[n:]
		if len(pending) >= t.layout.chunkRows/4 {
			flush()
		}
	}
	pending = append(pending, come...) // where there was no chunk yet
	flush()
	return out
}
