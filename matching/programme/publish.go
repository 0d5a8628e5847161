package programme

import "github.com/boligklar/boligklar/internal/civil"

// HiddenBelow is the least count that leaves the office.
const HiddenBelow = 4

// Shown is a share as it may be published: whole, or hidden.
type Shown struct {
	Hidden bool   `json:"hidden,omitzero"`
	Share  *Share `json:"share,omitzero"` // nil where hidden
}

// Published is what of a report may leave the office: the whole period only, no
// parts of it from which a small count could be worked out.
type Published struct {
	On          civil.Date `json:"on"`
	From        civil.Date `json:"from"`
	To          civil.Date `json:"to"`
	Households  *int       `json:"households"` // nil where hidden
	Within12    Shown      `json:"within_12"`
	Within24    Shown      `json:"within_24"`
	StillHoused Shown      `json:"still_housed"`
}

// Publish returns what may be published of a report: no count below 4. A share is
// also hidden where those that did not succeed, or those of whom it is not known,
// are one, two or three: each could be worked out from the others.
//
// The shares rest on nested groups: of all who began, those who began 12 months
// ago, and of these those who began 24 months ago. Where the difference between
// two groups is small, the wider one's share is hidden, for it would tell of the
// few in between.
func (r *Report) Publish() Published {
	t := &r.Total
	p := Published{On: r.On, From: t.From, To: t.To, Within12: shown(t.Within12), Within24: shown(t.Within24), StillHoused: shown(t.StillHoused)}
	if t.Households >= HiddenBelow {
		p.Households = &t.Households
	}
	if small(t.Within12.Of-t.Within24.Of) || small(t.Households-t.Within24.Of) || small(t.Within24.N-t.StillHoused.Of) || small(t.Within24.N-t.Within12.N) {
		p.Within24 = Shown{Hidden: true}
	}
	if small(t.Households - t.Within12.Of) {
		p.Within12 = Shown{Hidden: true}
	}
	return p
}

func small(n int) bool { return n > 0 && n < HiddenBelow }

func shown(s Share) Shown {
	if s.Of < HiddenBelow || s.N < HiddenBelow || small(s.Unknown) || small(s.Of-s.N-s.Unknown) {
		return Shown{Hidden: true}
	}
	return Shown{Share: &s}
}

// WholeYears widens a period to the calendar years that it touches: what is
// published is of whole years, so that no two periods differ by a few months.
func WholeYears(from, to civil.Month) (civil.Month, civil.Month) {
	_, first, _ := from.First.YMD()
	_, last, _ := to.First.YMD()
	return from.Add(1 - first), to.Add(12 - last)
}
