package disclosure

import (
	"maps"
	"slices"
)

// secret is a count that nobody may work out: of one figure in one month, or of
// a window of months.
type secret struct {
	figure   Figure
	from, to int
}

// step is one household more or fewer in a month's series.
type step struct{ month, series, by int }

// move is a way from what happened to another course of events.
type move []step

// safe reports whether, with fresh published beside what is known, every small
// count still has another course of events; it keeps the ones it finds. A
// course that was found before is kept while the fresh figures allow it, so what is
// safe stays safe. Sound, not complete: a course that it does not find makes it
// hide more.
func (p *publisher) safe(fresh []constraint, t int) bool {
	found := map[secret]move{}
	all := slices.Concat(p.known, fresh)
	for _, s := range p.secrets(t) {
		if p.lost[s] || p.holds(s, all, t) {
			continue
		}
		w := p.search(s, all)
		if w == nil {
			return false
		}
		found[s] = w
	}
	maps.Copy(p.witnesses, found)
	return true
}

// holds reports whether the other course of events that was found for a small count is
// one still.
func (p *publisher) holds(s secret, all []constraint, t int) bool {
	w, ok := p.witnesses[s]
	return ok && p.allows(all, w) && p.sameDays(w, t)
}

// giveUp looks for another course for every small count where nothing more can be
// hidden, and asks no longer about those that have none.
func (p *publisher) giveUp(t int) {
	for _, s := range p.secrets(t) {
		if p.lost[s] || p.holds(s, p.known, t) {
			continue
		}
		if w := p.search(s, p.known); w != nil {
			p.witnesses[s] = w
		} else {
			p.lost[s] = true
		}
	}
}

// secrets returns every small count of the months up to t, and of the windows.
func (p *publisher) secrets(t int) []secret {
	var out []secret
	for m := range t + 1 {
		for _, f := range Figures {
			if f == Households {
				continue
			}
			for _, s := range []secret{{f, m, m}, {f, m - Window + 1, m}} {
				if s.from >= 0 && p.sum(&constraint{figure: f, from: s.from, to: s.to}) < HiddenBelow {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// allows reports whether the constraints hold after the move too.
func (p *publisher) allows(cs []constraint, w move) bool {
	for i := range cs {
		c := &cs[i]
		change := 0
		for _, s := range w {
			change += s.by * c.weight(s.month, s.series)
		}
		if change == 0 {
			continue
		}
		if n := p.sum(c) + change; n < c.low || c.high >= 0 && n > c.high {
			return false
		}
	}
	return true
}

// possible reports that no count falls below 0, nor the households at any close.
func (p *publisher) possible(w move) bool {
	for _, s := range w {
		n := p.months[s.month][s.series]
		for _, o := range w {
			if o.month == s.month && o.series == s.series {
				n += o.by
			}
		}
		if n < 0 {
			return false
		}
	}
	return true
}

// search looks for another course of events in which the secret is another
// number: one household more or fewer, made up for in the same month, in another
// month, or both.
func (p *publisher) search(s secret, all []constraint) move {
	target := constraint{figure: s.figure, from: s.from, to: s.to}
	try := func(w move) bool {
		change := 0
		for _, x := range w {
			change += x.by * target.weight(x.month, x.series)
		}
		return change != 0 && p.possible(w) && p.allows(all, w) && p.sameDays(w, 0)
	}
	last := len(p.months) - 1
	for m := s.to; m >= s.from; m-- {
		for _, a := range parts[s.figure] {
			for _, by := range []int{1, -1} {
				if w := p.around(step{m, a, by}, last, try); w != nil {
					return w
				}
			}
		}
	}
	return nil
}

// around tries the first step with everything that may make up for it.
func (p *publisher) around(first step, last int, try func(move) bool) move {
	candidates := []move{{first}}
	for b := range nSeries {
		if b == first.series {
			continue
		}
		by := -first.by // another reason instead
		if (b == ins) != (first.series == ins) {
			by = first.by // whoever moves in moves out
		}
		candidates = append(candidates, move{first, {first.month, b, by}})
	}
	for _, w := range candidates {
		if try(w) {
			return w
		}
	}
	for gap := 1; gap <= Window+1; gap++ {
		for _, m := range []int{first.month - gap, first.month + gap} {
			if m < 0 || m > last {
				continue
			}
			for _, w := range candidates { // the opposite in the other month
				back := slices.Clone(w)
				for _, s := range w {
					back = append(back, step{m, s.series, -s.by})
				}
				if try(back) {
					return back
				}
				if len(w) == 1 {
					continue
				}
				if both := append(slices.Clone(w), step{m, w[0].series, -w[0].by}); try(both) {
					return both
				}
			}
		}
	}
	return nil
}
