// Package forecast says how many transitional units will be free in the months
// ahead, from notices, the ends of leases and how long households have stayed so
// far, and holds that against the settlements that are planned. It is pure: the
// same history, plan and seed give the same forecast.
package forecast

import (
	"cmp"
	"math"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// Step is one drop of a curve.
type Step struct {
	Days    int     `json:"days"`    // length of stay
	AtRisk  int     `json:"at_risk"` // stays known to have lasted this long
	Ended   int     `json:"ended"`   // of these, the ones that ended at this length
	Staying float64 `json:"staying"` // estimated share that stays longer than Days
}

// Curve is the share of households that stay longer than so many days, by
// Kaplan and Meier's product-limit estimate (J. Am. Stat. Assoc. 53, 1958): a
// stay that goes on counts as long as it has lasted and says nothing more. A stay
// that began before ends were noted counts from then on only: that it had lasted
// till then is why it is in the register at all (left truncation).
type Curve struct {
	Steps []Step  // by Days
	Stays int     // that the curve rests on
	Open  int     // of these, the ones that went on (censored)
	Reach int     // the longest length that FewestAtRisk stays are known to have lasted; the steps are trusted to there
	Shape float64 // of the Weibull curve that goes on beyond Reach, fitted to all stays by maximum likelihood; 0: none ended
	Scale float64 // of the same, in days
}

// FewestAtRisk is how many stays a step must rest on to be trusted.
const FewestAtRisk = 10

// length is how long a stay has lasted, since when it was looked at, and whether it
// has ended.
type length struct {
	entered int // its length when the register began to note ends; 0 for later stays
	days    int
	ended   bool
}

// CurveOf returns the curve of the stays as known on a day: what begins or ends
// after it is not looked at. Stays of no days are left out.
func CurveOf(stays []vacancy.Occupancy, on civil.Date) Curve { return curveOf(lengthsOf(stays, on)) }

func lengthsOf(stays []vacancy.Occupancy, on civil.Date) []length {
	var ls []length
	since := notedSince(stays, on)
	for i := range stays {
		o := &stays[i]
		if o.From.IsZero() || o.From >= on || !o.To.IsZero() && o.To <= o.From {
			continue
		}
		ended := !o.To.IsZero() && o.To <= on
		to := on
		if ended {
			to = o.To
		}
		l := length{max(0, int(since-o.From)), int(to - o.From), ended}
		if l.days > l.entered || ended {
			ls = append(ls, l)
		}
	}
	return ls
}

// notedSince returns the day from which a register seems to note ends: one mean
// gap between ends before the first of them.
func notedSince(stays []vacancy.Occupancy, on civil.Date) civil.Date {
	var first, last civil.Date
	n := 0
	for i := range stays {
		if o := &stays[i]; o.From != 0 && o.To > o.From && o.To <= on {
			n++
			last = max(last, o.To)
			if first == 0 || o.To < first {
				first = o.To
			}
		}
	}
	if n < 2 {
		return 0
	}
	return first - civil.Date(int(last-first)/(n-1)) - 1
}

func curveOf(ls []length) Curve {
	c := Curve{Stays: len(ls)}
	ls = slices.Clone(ls)
	slices.SortFunc(ls, func(a, b length) int { return cmp.Compare(a.days, b.days) })
	entries := make([]int, len(ls))
	for i, l := range ls {
		entries[i] = l.entered
	}
	slices.Sort(entries)
	atRisk := func(i int) int { // those not yet gone, less those not yet looked at
		entered, _ := slices.BinarySearch(entries, ls[i].days) // entered before that length
		return entered - i
	}
	ended, staying := 0, 1.0
	for i := 0; i < len(ls); {
		s := Step{Days: ls[i].days, AtRisk: max(1, atRisk(i))}
		for ; i < len(ls) && ls[i].days == s.Days; i++ {
			if ls[i].ended {
				s.Ended++
			}
		}
		if s.Ended > 0 { // a censored stay counts at its own length
			staying *= 1 - float64(s.Ended)/float64(s.AtRisk)
			s.Staying = staying
			c.Steps = append(c.Steps, s)
			ended += s.Ended
		}
	}
	c.Open = len(ls) - ended
	for i := len(ls) - 1; i >= 0 && c.Reach == 0; i-- {
		if atRisk(i) >= FewestAtRisk {
			c.Reach = ls[i].days
		}
	}
	c.Shape, c.Scale = weibull(ls)
	return c
}

// weibull returns the shape and scale of the Weibull distribution that makes the
// lengths likeliest, those that went on as censored: the shape is the root of an
// increasing function, found by bisection between 0.2 and 6. Zero where none ended.
func weibull(ls []length) (shape, scale float64) {
	logs, entries := make([]float64, len(ls)), make([]float64, len(ls))
	ended, meanLog := 0, 0.0
	for i, l := range ls {
		logs[i] = math.Log(math.Max(1, float64(l.days)))
		entries[i] = math.Log(float64(l.entered)) // minus infinity for 0
		if l.ended {
			ended++
			meanLog += logs[i]
		}
	}
	if ended == 0 {
		return 0, 0
	}
	meanLog /= float64(ended)
	sums := func(k float64) (sum, weighted float64) {
		for i, x := range logs {
			p := math.Exp(k * x)
			sum += p
			weighted += p * x
			if ls[i].entered > 0 { // what it had lasted before it was looked at
				p := math.Exp(k * entries[i])
				sum -= p
				weighted -= p * entries[i]
			}
		}
		return sum, weighted
	}
	low, high := 0.2, 6.0
	for range 10 { // to 0.006, far below what the data can tell
		k := (low + high) / 2
		sum, weighted := sums(k)
		if weighted/sum-1/k < meanLog {
			low = k
		} else {
			high = k
		}
	}
	shape = (low + high) / 2
	sum, _ := sums(shape)
	return shape, math.Pow(sum/float64(ended), 1/shape)
}

// Staying returns the share that stays longer than so many days.
func (c *Curve) Staying(days int) float64 {
	i, found := slices.BinarySearchFunc(c.Steps, days, func(s Step, d int) int { return cmp.Compare(s.Days, d) })
	if !found {
		i--
	}
	if i < 0 {
		return 1
	}
	return c.Steps[i].Staying
}

// Median returns the length that half of the households outstay, false where
// fewer than half of them have been seen to move.
func (c *Curve) Median() (int, bool) {
	for _, s := range c.Steps {
		if s.Staying <= 0.5 {
			return s.Days, true
		}
	}
	return 0, false
}
