package matching

import "maps"

// dictionary numbers the facts that the records of one side state about one
// aspect. F is that side's half of a pair. A dictionary that a snapshot holds is
// never changed.
type dictionary[F any] struct {
	codes  map[facts]uint16
	halves []F // by code: of some record with these facts, without its name
}

// interner makes the dictionaries of the next snapshot from those of the last:
// it copies one when it first has to add to it.
type interner[R, F any] struct {
	side  *side[R, F]
	dicts [aspectCount]*dictionary[F]
	owned [aspectCount]bool
	limit int // most codes of an aspect
}

// intern returns a record's codes. Where an aspect has run out of codes the
// record is slow: its codes say nothing, and it is always evaluated by itself.
// Time: constant, plus the size of a dictionary the first time that it grows.
func (in *interner[R, F]) intern(record *R) (codes [aspectCount]uint16, slow bool) {
	half := in.side.half(record)
	for i := range aspects {
		key := in.side.facts(&aspects[i], &half)
		if d := in.dicts[i]; d != nil {
			if code, ok := d.codes[key]; ok {
				codes[i] = code
				continue
			}
			if len(d.halves) >= in.limit {
				return [aspectCount]uint16{}, true
			}
		}
		codes[i] = in.add(i, key, in.side.bare(record, &aspects[i]))
	}
	return codes, false
}

func (in *interner[R, F]) add(i int, key facts, bare F) uint16 {
	d := in.dicts[i]
	if !in.owned[i] {
		next := &dictionary[F]{codes: map[facts]uint16{}}
		if d != nil {
			next.codes = maps.Clone(d.codes)
			next.halves = append(make([]F, 0, len(d.halves)+16), d.halves...)
		}
		in.dicts[i], in.owned[i] = next, true
		d = next
	}
	code := uint16(len(d.halves))
	d.codes[key] = code
	d.halves = append(d.halves, bare)
	return code
}
