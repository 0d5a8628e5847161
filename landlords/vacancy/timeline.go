package vacancy

import (
	"cmp"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Phase is what a unit is over a run of days.
type Phase string

// The phases. On a day that several would fit, the first of this list holds.
const (
	PhaseNotice     Phase = "notice_given" // occupied, and the household is to move
	PhaseOccupied   Phase = "occupied"
	PhaseClosed     Phase = "closed" // not in service, nobody in it
	PhaseOutOfOrder Phase = "out_of_order"
	PhaseMaking     Phase = "making_ready"
	PhaseReserved   Phase = "reserved"
	PhaseVacant     Phase = "vacant"
)

// Phases lists every phase.
var Phases = []Phase{PhaseOccupied, PhaseNotice, PhaseMaking, PhaseVacant, PhaseReserved, PhaseOutOfOrder, PhaseClosed}

// Segment is a run of days of one unit in one phase.
type Segment struct {
	Phase        Phase        `json:"phase"`
	From         civil.Date   `json:"from"`
	To           civil.Date   `json:"to"`                     // the first day after it
	HouseholdRef string       `json:"household_ref,omitzero"` // who lives there, or whom the unit is kept for
	Expected     civil.Date   `json:"expected,omitzero"`      // notice given: the day the unit is expected free; reserved: the arrival
	Outage       OutageReason `json:"outage,omitzero"`        // out of order: why
}

// Days returns the length of the segment.
func (s Segment) Days() int { return int(s.To - s.From) }

// Timeline is one unit over a period.
type Timeline struct {
	Unit     Unit
	Details  Details
	Segments []Segment // ascending, without gaps, over the whole period
}

// Timelines returns every unit of the history over the period, by unit_ref. The
// segments of a unit meet and cover the period. O(units x facts of a unit).
func (h *History) Timelines(p Period) []Timeline {
	l := h.Ledger()
	facts := h.byUnit()
	out := make([]Timeline, len(l.units))
	for i := range l.units {
		out[i] = Timeline{Unit: l.units[i], Details: l.extra[i], Segments: l.segments(i, facts[l.units[i].UnitRef], p)}
	}
	return out
}

// unitFacts are the facts of one unit that no figure counts by themselves.
type unitFacts struct {
	notices      []Notice
	preparations []Preparation
	reservations []Reservation
}

func (h *History) byUnit() map[string]*unitFacts {
	facts := map[string]*unitFacts{}
	of := func(unit string) *unitFacts {
		if facts[unit] == nil {
			facts[unit] = &unitFacts{}
		}
		return facts[unit]
	}
	for _, n := range h.Notices {
		of(n.UnitRef).notices = append(of(n.UnitRef).notices, n)
	}
	for _, p := range h.Preparations {
		of(p.UnitRef).preparations = append(of(p.UnitRef).preparations, p)
	}
	for _, r := range h.Reservations {
		of(r.UnitRef).reservations = append(of(r.UnitRef).reservations, r)
	}
	return facts
}

// segments lays the facts of unit i over the period: every date on which one
// begins or ends is a cut, and between two cuts the phase is that of any day.
func (l *Ledger) segments(i int, facts *unitFacts, p Period) []Segment {
	if p.Days() == 0 {
		return nil
	}
	if facts == nil {
		facts = &unitFacts{}
	}
	cuts := []civil.Date{p.From, p.To}
	cut := func(dates ...civil.Date) {
		for _, d := range dates {
			if p.From < d && d < p.To {
				cuts = append(cuts, d)
			}
		}
	}
	for _, s := range l.serve[i] {
		cut(s.from, s.to)
	}
	for _, o := range l.down[i] {
		cut(o.from, o.to)
	}
	for _, s := range l.staysOf(i) {
		cut(s.From, s.held().to)
	}
	for _, n := range facts.notices {
		cut(n.Given, endOf(n.Withdrawn))
	}
	for _, m := range facts.preparations {
		cut(m.From, endOf(m.Ready))
	}
	for _, r := range facts.reservations {
		cut(r.From, endOf(r.Ended))
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []Segment
	for k := range len(cuts) - 1 {
		s := l.phase(i, facts, cuts[k])
		s.From, s.To = cuts[k], cuts[k+1]
		if n := len(out) - 1; n >= 0 && out[n].sameAs(s) {
			out[n].To = s.To
			continue
		}
		out = append(out, s)
	}
	return out
}

func (s Segment) sameAs(o Segment) bool {
	s.From, s.To, o.From, o.To = 0, 0, 0, 0
	return s == o
}

// phase returns what unit i is on a day.
func (l *Ledger) phase(i int, facts *unitFacts, d civil.Date) Segment {
	on := func(from, to civil.Date) bool { return from <= d && d < endOf(to) }
	for _, s := range l.staysOf(i) {
		if !on(s.From, s.To) {
			continue
		}
		for _, n := range facts.notices {
			if n.HouseholdRef == s.HouseholdRef && on(n.Given, n.Withdrawn) && n.Given >= s.From {
				return Segment{Phase: PhaseNotice, HouseholdRef: s.HouseholdRef, Expected: n.Expected}
			}
		}
		return Segment{Phase: PhaseOccupied, HouseholdRef: s.HouseholdRef}
	}
	for _, o := range l.down[i] {
		if o.from <= d && d < o.to {
			return Segment{Phase: PhaseOutOfOrder, Outage: o.reason}
		}
	}
	if !l.serving(i, d) {
		return Segment{Phase: PhaseClosed}
	}
	for _, m := range facts.preparations {
		if on(m.From, m.Ready) {
			return Segment{Phase: PhaseMaking}
		}
	}
	for _, r := range facts.reservations {
		if on(r.From, r.Ended) {
			return Segment{Phase: PhaseReserved, HouseholdRef: r.HouseholdRef, Expected: r.Arrival}
		}
	}
	return Segment{Phase: PhaseVacant}
}

// PhaseDays adds up the days of each phase over the timelines.
func PhaseDays(lines []Timeline) map[Phase]int {
	days := map[Phase]int{}
	for _, t := range lines {
		for _, s := range t.Segments {
			days[s.Phase] += s.Days()
		}
	}
	return days
}

// At returns the segment that a day lies in, false outside the timeline.
func (t *Timeline) At(d civil.Date) (Segment, bool) {
	i, found := slices.BinarySearchFunc(t.Segments, d, func(s Segment, d civil.Date) int { return cmp.Compare(s.From, d) })
	if !found {
		i--
	}
	if i < 0 || d >= t.Segments[i].To {
		return Segment{}, false
	}
	return t.Segments[i], true
}
