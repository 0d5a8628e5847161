package disclosure

import (
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// monthDays is a month in unit-days, with the households that it began with.
type monthDays struct {
	days      int  // of the month
	opening   int  // households
	occupied  int  // unit-days
	available int  // unit-days
	told      bool // vacancy is published with the month
}

func daysOf(m civil.Month, f vacancy.Figures) monthDays {
	return monthDays{int(m.End() - m.First), f.OpeningOccupied, f.OccupiedUnitDays, f.AvailableUnitDays, true}
}

// reach returns the fewest and the most unit-days that a month can hold with so
// many households at its opening, moves in and moves out: those who leave do so on the
// first or the last day, those who come do so on the last or the first.
func (d monthDays) reach(opening, in, out int) (fewest, most int) {
	return d.days*max(0, opening-out) + in, d.days*(opening+in) - out
}

// fits reports whether the month's unit-days can be those of other counts: dates
// within a month can be any, so every number within reach can come about. No more
// households live there at its end than there are units.
func (d monthDays) fits(opening, in, out int) bool {
	fewest, most := d.reach(opening, in, out)
	units := (d.available + d.days - 1) / d.days
	return fewest <= d.occupied && d.occupied <= most && opening+in-out <= units
}

// sameDays reports whether the other course of events can have had the same
// unit-days in every month from first on. A month whose own counts are out of reach
// of its days (stays that overlap, or outside service) tells a reader nothing.
func (p *publisher) sameDays(w move, first int) bool {
	more := 0 // households at the opening, beyond what there were
	start, last := w[0].month, w[0].month
	for _, s := range w {
		start, last = min(start, s.month), max(last, s.month)
	}
	for t := start; t < len(p.days) && (t <= last || more != 0); t++ {
		d := p.days[t]
		in, out := 0, 0
		for _, s := range w {
			switch {
			case s.month != t:
			case s.series == ins:
				in += s.by
			default:
				out += s.by
			}
		}
		if d.told && t >= first && (more != 0 || in != 0 || out != 0) {
			isIn, isOut := p.moves(t)
			if d.fits(d.opening, isIn, isOut) && !d.fits(d.opening+more, isIn+in, isOut+out) {
				return false
			}
		}
		more += in - out
	}
	return true
}

// moves returns how many moved in and out in a month.
func (p *publisher) moves(t int) (in, out int) {
	for s, n := range p.months[t] {
		if s == ins {
			in += n
		} else {
			out += n
		}
	}
	return in, out
}
