package programme

import "github.com/boligklar/boligklar/internal/civil"

// Rules of what leaves the office.
const (
	HiddenBelow = 4 // the least count that does
	RoundedTo   = 5
	// The whole calendar years that are told of, together: those before the current one.
	PublishedYears = 5
)

// Shown is a share as it may be published: whole, or hidden.
type Shown struct {
	Hidden bool   `json:"hidden,omitzero"`
	Share  *Share `json:"share,omitzero"` // nil where hidden
}

// Published is what of the programme may leave the office.
type Published struct {
	On          civil.Date `json:"on"`
	From        civil.Date `json:"from"`
	To          civil.Date `json:"to"`
	Households  *int       `json:"households"` // nil where hidden
	Within12    Shown      `json:"within_12"`
	Within24    Shown      `json:"within_24"`
	StillHoused Shown      `json:"still_housed"`
}

// Publish returns what may be published on a day. It is the same all through a
// calendar year: the five years before it together, as known when it began. With
// periods of the reader's own, or with each household that comes to have had its 12
// months, the difference of two publications would tell of the few between them.
//
// No count is below 4, and all are rounded to the nearest five, so that two years'
// publications, which share four years, do not tell what came and went. A share is
// also hidden where those that did not succeed, or those of whom it is not known,
// are one, two or three: each could be worked out from the others.
//
// The shares rest on nested groups: of all who began, those who began 12 months
// ago, and of these those who began 24 months ago. Where the difference between
// two groups is small, the wider one's share is hidden, for it would tell of the
// few in between.
func Publish(all []Course, today civil.Date) Published {
	_, month, _ := civil.MonthOf(today).First.YMD()
	now := civil.MonthOf(today).Add(1 - month)
	r := ReportOf(all, now.Add(-12*PublishedYears), now.Add(-1), now.First)
	t := &r.Total
	p := Published{On: r.On, From: t.From, To: t.To, Within12: shown(t.Within12), Within24: shown(t.Within24), StillHoused: shown(t.StillHoused)}
	if t.Households >= HiddenBelow {
		p.Households = new(rounded(t.Households))
	}
	if small(t.Within12.Of-t.Within24.Of) || small(t.Households-t.Within24.Of) || small(t.Within24.N-t.StillHoused.Of) || small(t.Within24.N-t.Within12.N) {
		p.Within24 = Shown{Hidden: true}
	}
	if small(t.Households - t.Within12.Of) {
		p.Within12 = Shown{Hidden: true}
	}
	return p
}

func rounded(n int) int { return (n + RoundedTo/2) / RoundedTo * RoundedTo }

func small(n int) bool { return n > 0 && n < HiddenBelow }

func shown(s Share) Shown {
	if s.Of < HiddenBelow || s.N < HiddenBelow || small(s.Unknown) || small(s.Of-s.N-s.Unknown) {
		return Shown{Hidden: true}
	}
	return Shown{Share: &Share{N: rounded(s.N), Of: rounded(s.Of), Unknown: rounded(s.Unknown)}}
}
