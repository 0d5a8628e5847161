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
// stay that goes on counts as long as it has lasted and says nothing more.
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

// length is how long a stay has lasted, and whether it has ended.
type length struct {
	days  int
	ended bool
}

// CurveOf returns the curve of the stays as known on a day: what begins or ends
// after it is not looked at. Stays of no days are left out.
func CurveOf(stays []vacancy.Occupancy, on civil.Date) Curve { return curveOf(lengthsOf(stays, on)) }

func lengthsOf(stays []vacancy.Occupancy, on civil.Date) []length {
	var ls []length
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
		ls = append(ls, length{int(to - o.From), ended})
	}
	return ls
}

func curveOf(ls []length) Curve {
	c := Curve{Stays: len(ls)}
	ls = slices.Clone(ls)
	slices.SortFunc(ls, func(a, b length) int { return cmp.Compare(a.days, b.days) })
	ended, staying := 0, 1.0
	for i := 0; i < len(ls); {
		s := Step{Days: ls[i].days, AtRisk: len(ls) - i}
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
	if n := len(ls); n >= FewestAtRisk {
		c.Reach = ls[n-FewestAtRisk].days
	}
	c.Shape, c.Scale = weibull(ls)
	return c
}

// weibull returns the shape and scale of the Weibull distribution that makes the
// lengths likeliest, those that went on as censored: the shape is the root of an
// increasing function, found by bisection between 0.2 and 6. Zero where none ended.
func weibull(ls []length) (shape, scale float64) {
	logs := make([]float64, len(ls))
	ended, meanLog := 0, 0.0
	for i, l := range ls {
		logs[i] = math.Log(math.Max(1, float64(l.days)))
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
		for _, x := range logs {
			p := math.Exp(k * x)
			sum += p
			weighted += p * x
		}
		return sum, weighted
	}
	low, high := 0.2, 6.0
	for range 14 { // to 0.0004, far below what the data can tell
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
