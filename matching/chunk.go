package matching

import "unsafe"

// layout is how a snapshot lays its records out. Tests make it small.
type layout struct {
	chunkRows int // most records of a chunk
	bitCodes  int // most codes of an aspect that has a bit set for each
	codes     int // most codes of an aspect
}

var standardLayout = layout{chunkRows: 4096, bitCodes: 64, codes: 1 << 16}

// entry is one record on its way into a chunk.
type entry[R any] struct {
	record R
	id     string
	ref    string
	codes  [aspectCount]uint16
	slow   bool
}

// chunk is some thousand records that stand together in the order of (ref, id),
// as columns of codes. It is never changed.
type chunk[R any] struct {
	records []R
	refs    []string // nil where every record has its reference ready (side.stated)
	words   int      // 64-bit words of a bit set over the records

	codes [aspectCount][]uint16
	// bits has for each of the first codes of an aspect the set of its records,
	// words long; none where the aspect has too many codes. A code without a set
	// has no record here.
	bits   [aspectCount][]uint64
	slow   []uint64 // nil: none
	marked []uint64 // records that exclude partners; nil: none
}

// newChunk lays entries out, at least one. Time and memory are proportional to
// their number.
func newChunk[R, F any](entries []entry[R], in *interner[R, F], lay layout) *chunk[R] {
	n := len(entries)
	c := &chunk[R]{records: make([]R, n), words: (n + 63) / 64}
	for i := range entries {
		if c.refs == nil && in.side.stated(&entries[i].record) == nil {
			c.refs = make([]string, n)
		}
	}
	columns := make([]uint16, aspectCount*n)
	for a := range c.codes {
		c.codes[a] = columns[a*n : (a+1)*n : (a+1)*n]
		if codes := len(in.dicts[a].halves); codes <= lay.bitCodes && aspectPlan[a].gate < 0 {
			c.bits[a] = make([]uint64, codes*c.words)
		}
	}
	for i := range entries {
		e := &entries[i]
		c.records[i] = e.record
		if c.refs != nil {
			c.refs[i] = e.ref
		}
		if in.side.mark(&e.record) {
			c.marked = c.set(c.marked, i)
		}
		if e.slow {
			c.slow = c.set(c.slow, i)
			continue
		}
		for a, code := range e.codes {
			c.codes[a][i] = code
			if bits := c.bits[a]; bits != nil {
				bits[int(code)*c.words+i>>6] |= 1 << (i & 63)
			}
		}
	}
	return c
}

func (c *chunk[R]) set(bits []uint64, i int) []uint64 {
	if bits == nil {
		bits = make([]uint64, c.words)
	}
	bits[i>>6] |= 1 << (i & 63)
	return bits
}

// entry returns record i as it was laid out, without its id and reference.
func (c *chunk[R]) entry(i int) entry[R] {
	e := entry[R]{record: c.records[i], slow: has(c.slow, i)}
	for a := range e.codes {
		e.codes[a] = c.codes[a][i]
	}
	return e
}

// has reports whether i is in a set of bits; nil is the empty set.
func has(bits []uint64, i int) bool { return bits != nil && bits[i>>6]>>(i&63)&1 != 0 }

// columnBytes returns what the columns and bit sets take.
func (c *chunk[R]) columnBytes() int64 {
	n := int64(len(c.slow)+len(c.marked)) * 8
	for a := range c.codes {
		n += int64(len(c.codes[a]))*2 + int64(len(c.bits[a]))*8
	}
	return n + int64(unsafe.Sizeof(*c))
}
