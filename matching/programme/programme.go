// Package programme has the housing programme's own success figure: of the
// households that began individual follow-up in a period, how many rented or
// bought a home of their own within 12 and within 24 months, and how many of
// these still lived in one 12 months on. Everything is computed from dated
// facts; what nobody has stated is counted as not known.
package programme

import (
	"cmp"

	"github.com/boligklar/boligklar/internal/civil"
)

// Way is how a household came to a home of its own.
type Way string

// The ways.
const (
	Rented Way = "rented"
	Bought Way = "bought"
)

// Home is a time in a home of the household's own. A tenancy that has ended
// counts as a home for the days that it lasted.
type Home struct {
	Way  Way        `json:"way"`
	From civil.Date `json:"from"`          // the day of moving in
	To   civil.Date `json:"to,omitzero"`   // the first day after it; zero while nobody has said that it ended
	Seen civil.Date `json:"seen,omitzero"` // the last day on which a follow-up found the household there
}

// Stay is a time in a home of the municipality's, on days From <= d < To.
type Stay struct {
	From civil.Date `json:"from"`
	To   civil.Date `json:"to,omitzero"` // zero while it lasts
}

// Course is what is known of one household's way. The homes and stays may stand
// in any order and overlap.
type Course struct {
	Ref       string     `json:"ref"`
	ID        string     `json:"id,omitzero"`    // of the household's record; "" where it is erased
	Began     civil.Date `json:"began,omitzero"` // the first day of individual follow-up; zero where nobody has noted it
	Homes     []Home     `json:"homes,omitzero"`
	Municipal []Stay     `json:"municipal,omitzero"`
}

// The marks at which success is measured, in months.
const (
	Soon  = 12 // from the beginning of follow-up to a home
	Later = 24
	After = 12 // from moving in to still being housed
)

// talkAhead is how many days before the mark a follow-up talk may be held that
// still speaks for it: talks count from the start of the lease.
const talkAhead = 31

// First returns the household's first home of its own since it began follow-up.
func (c *Course) First() (Home, bool) {
	var first Home
	for _, h := range c.Homes {
		if h.From >= c.Began && (first.From.IsZero() || h.From < first.From) {
			first = h
		}
	}
	return first, !first.From.IsZero()
}

// Answer is yes, no or not known.
type Answer string

// The answers. Early is for a mark that still lies ahead.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
	Early   Answer = "early"
)

// Within tells whether the household had a home of its own within so many months
// of beginning follow-up, as known on a day. A mark ahead is Early even where the
// home is there already: a cohort is judged when all of it has had its time.
func (c *Course) Within(months int, on civil.Date) Answer {
	mark := c.Began.AddMonths(months)
	if on < mark {
		return Early
	}
	if first, ok := c.First(); ok && first.From <= mark {
		return Yes
	}
	return No
}

// StillHoused tells whether the household lived in a home of its own 12 months
// after it first moved to one, that one or another. It lived there where a
// follow-up talk found it there, or where the home is known to have ended later;
// it did not where every home had ended, or it was back in a home of the
// municipality's. Early before that day, and where there was no home within 24
// months; else nobody has asked.
func (c *Course) StillHoused(on civil.Date) Answer {
	first, ok := c.First()
	if !ok || first.From > c.Began.AddMonths(Later) {
		return Early
	}
	mark := first.From.AddMonths(After)
	if on < mark {
		return Early
	}
	for _, s := range c.Municipal {
		if s.From >= first.From && s.From <= mark && (s.To.IsZero() || mark < s.To) {
			return No
		}
	}
	answer := No
	for _, h := range c.Homes {
		switch lasts := h.From <= mark && (h.To.IsZero() || mark < h.To); {
		case !lasts:
		case !h.To.IsZero() || h.Seen >= mark.AddDays(-talkAhead):
			return Yes
		default:
			answer = Unknown
		}
	}
	return answer
}

// Share is N of Of households. Unknown of them are neither: nobody has stated it.
type Share struct {
	N       int `json:"n"`
	Of      int `json:"of"`
	Unknown int `json:"unknown,omitzero"`
}

// Rate returns the share as 0 to 1; nil of nothing.
func (s Share) Rate() *float64 {
	if s.Of == 0 {
		return nil
	}
	rate := float64(s.N) / float64(s.Of)
	return &rate
}

func (s *Share) add(a Answer) {
	switch a {
	case Early:
		return
	case Yes:
		s.N++
	case Unknown:
		s.Unknown++
	}
	s.Of++
}

// Figures are the success of one cohort, as known on a day.
type Figures struct {
	Households  int   `json:"households"`   // that began follow-up in the period
	Rented      int   `json:"rented"`       // whose first home so far is a rented one
	Bought      int   `json:"bought"`       // or a bought one
	Within12    Share `json:"within_12"`    // of those who began 12 months ago or more
	Within24    Share `json:"within_24"`    // of those who began 24 months ago or more
	StillHoused Share `json:"still_housed"` // of those who moved within 24 months, 12 months ago or more
}

func (f *Figures) add(c *Course, on civil.Date) {
	f.Households++
	if first, ok := c.First(); ok {
		if first.Way == Bought {
			f.Bought++
		} else {
			f.Rented++
		}
	}
	f.Within12.add(c.Within(Soon, on))
	f.Within24.add(c.Within(Later, on))
	f.StillHoused.add(c.StillHoused(on))
}

// Cohort is the households that began on the days From <= d < To.
type Cohort struct {
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
	Figures
}

// Last returns the last month of the cohort.
func (k *Cohort) Last() civil.Month { return civil.MonthOf(k.To - 1) }

// First returns the first month of the cohort.
func (k *Cohort) First() civil.Month { return civil.MonthOf(k.From) }

// Report is the programme's success over a period.
type Report struct {
	On      civil.Date `json:"on"`
	Total   Cohort     `json:"total"`
	Cohorts []Cohort   `json:"cohorts"`  // by quarters or years of the calendar, the first and last cut to the period
	NoStart int        `json:"no_start"` // households of whom nobody has noted when they began: in no cohort
}

// shortRange is the longest period, in months, that is shown by quarters.
const shortRange = 24

// ReportOf counts the households that began in the months from..to, as known on a
// day: by quarters where the period is two years or less, else by years.
func ReportOf(all []Course, from, to civil.Month, on civil.Date) Report {
	r := Report{On: on, Total: Cohort{From: from.First, To: to.End()}}
	step := 3
	if from.Add(shortRange).First <= to.First {
		step = 12
	}
	for start := from; start.First <= to.First; {
		_, month, _ := start.First.YMD()
		next := start.Add(step - (month-1)%step)
		r.Cohorts = append(r.Cohorts, Cohort{From: start.First, To: min(next.First, to.End())})
		start = next
	}
	for i := range all {
		c := &all[i]
		if c.Began.IsZero() {
			r.NoStart++
		}
		for k := range r.Cohorts {
			if r.Cohorts[k].Has(c) {
				r.Cohorts[k].add(c, on)
				r.Total.add(c, on)
			}
		}
	}
	return r
}

// Has reports whether a household belongs to the cohort.
func (k *Cohort) Has(c *Course) bool {
	return !c.Began.IsZero() && k.From <= c.Began && c.Began < k.To
}

// Compare orders courses by when they began, those that nobody has noted last,
// then by reference.
func Compare(a, b Course) int {
	if a.Began.IsZero() != b.Began.IsZero() {
		if a.Began.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.Began, b.Began), cmp.Compare(a.Ref, b.Ref))
}
