package vacancy

import (
	"cmp"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// FindingCode names what is wrong with the history. The codes are stable.
type FindingCode string

// The codes. Those marked out are not counted by any figure until put right;
// the others are counted as they stand, as Figures says.
const (
	UnitUnknown        FindingCode = "unit_unknown"         // out: a stay in a unit that is not in the list
	UnitRepeated       FindingCode = "unit_repeated"        // out: a second unit with the same unit_ref
	ServiceUnknown     FindingCode = "service_from_missing" // the unit has no first day in service, so no unit-days
	ServiceReversed    FindingCode = "service_reversed"     // service ends on or before its first day: no unit-days
	FromMissing        FindingCode = "from_missing"         // out: a stay without a first day
	DatesReversed      FindingCode = "dates_reversed"       // out: a stay that ends before it begins
	StayOverlaps       FindingCode = "stay_overlaps"        // two stays hold one unit on the same days
	StayBeforeService  FindingCode = "stay_before_service"  // days before the unit's first in service
	StayAfterService   FindingCode = "stay_after_service"   // days after the unit's last in service
	ReasonMissing      FindingCode = "reason_missing"       // an ended stay without a reason: counted as other
	ReasonUnrecognised FindingCode = "reason_unrecognised"  // a reason that Reasons has not: counted as other
)

// Finding is one thing in the history that someone should look at.
type Finding struct {
	Code         FindingCode `json:"code"`
	UnitRef      string      `json:"unit_ref"`
	HouseholdRef string      `json:"household_ref,omitzero"` // of the stay; empty where the unit is meant
	From         civil.Date  `json:"from,omitzero"`          // of the stay, or of the unit's service, as stated
	To           civil.Date  `json:"to,omitzero"`
	// Of stay_overlaps: the household of the earlier stay, and how many days both
	// hold the unit (0 where neither has an end). Of stay_before_service and
	// stay_after_service: the days outside service (0 where there is no end).
	OtherHouseholdRef string `json:"other_household_ref,omitzero"`
	Days              int    `json:"days,omitzero"`
}

// Findings returns what is wrong with the history, by unit, then beginning,
// household and code. Nothing is put right here: the figures say what they count, and this
// says what to look at. Each stay that overlaps an earlier one is named once,
// with the earlier one that ends last. O(n log n).
func Findings(units []Unit, stays []Occupancy) []Finding {
	var found []Finding
	windows := make(map[string]span, len(units))
	for i := range units {
		u := &units[i]
		f := Finding{UnitRef: u.UnitRef, From: u.InServiceFrom, To: u.InServiceTo}
		if _, seen := windows[u.UnitRef]; seen {
			found = append(found, f.as(UnitRepeated))
			continue
		}
		windows[u.UnitRef] = u.service()
		switch {
		case u.InServiceFrom.IsZero():
			found = append(found, f.as(ServiceUnknown))
		case endOf(u.InServiceTo) <= u.InServiceFrom:
			found = append(found, f.as(ServiceReversed))
		}
	}
	var counted []Occupancy
	for i := range stays {
		o := &stays[i]
		window, known := windows[o.UnitRef]
		found = append(found, stayFindings(o, window, known)...)
		if known && countable(o) {
			counted = append(counted, *o)
		}
	}
	found = append(found, overlaps(counted)...)
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.UnitRef, b.UnitRef), cmp.Compare(a.From, b.From), cmp.Compare(a.HouseholdRef, b.HouseholdRef), cmp.Compare(a.Code, b.Code))
	})
	return found
}

func (f Finding) as(code FindingCode) Finding {
	f.Code = code
	return f
}

// stayFindings looks at one stay by itself and against its unit's days in service.
func stayFindings(o *Occupancy, window span, known bool) []Finding {
	var found []Finding
	f := Finding{UnitRef: o.UnitRef, HouseholdRef: o.HouseholdRef, From: o.From, To: o.To}
	switch {
	case o.From.IsZero():
		return append(found, f.as(FromMissing))
	case !countable(o):
		return append(found, f.as(DatesReversed))
	case !known:
		return append(found, f.as(UnitUnknown))
	}
	switch {
	case o.To.IsZero():
	case o.Reason == "":
		found = append(found, f.as(ReasonMissing))
	case !slices.Contains(Reasons, o.Reason):
		found = append(found, f.as(ReasonUnrecognised))
	}
	if window.days() == 0 { // the unit's own finding says so
		return found
	}
	held := o.held()
	if early := held.clip(span{0, window.from}); early.days() > 0 {
		f.Days = early.days()
		found = append(found, f.as(StayBeforeService))
	}
	if late := held.clip(span{window.to, never}); late.days() > 0 {
		f.Days = 0
		if late.to != never {
			f.Days = late.days()
		}
		found = append(found, f.as(StayAfterService))
	}
	return found
}

// overlaps orders the stays and names each that begins before an earlier one
// in its unit has ended.
func overlaps(stays []Occupancy) []Finding {
	slices.SortStableFunc(stays, func(a, b Occupancy) int {
		return cmp.Or(cmp.Compare(a.UnitRef, b.UnitRef), compareStays(&a, &b))
	})
	var found []Finding
	var last *Occupancy // the earlier stay of this unit that ends last
	for i := range stays {
		o := &stays[i]
		if last == nil || last.UnitRef != o.UnitRef {
			last = o
			continue
		}
		if both := o.held().clip(last.held()); both.days() > 0 {
			f := Finding{Code: StayOverlaps, UnitRef: o.UnitRef, HouseholdRef: o.HouseholdRef, From: o.From, To: o.To, OtherHouseholdRef: last.HouseholdRef}
			if both.to != never {
				f.Days = both.days()
			}
			found = append(found, f)
		}
		if o.held().to > last.held().to {
			last = o
		}
	}
	return found
}

// The codes of what History.Findings adds. Nothing of it is put right by itself.
const (
	OutageReversed      FindingCode = "outage_reversed"      // out: an outage without days, or without a beginning
	StayInOutage        FindingCode = "stay_in_outage"       // someone holds a unit that is out of order: those days count in neither sum
	NoticeWithoutStay   FindingCode = "notice_without_stay"  // a notice of a household that does not live there
	NoticeOverdue       FindingCode = "notice_overdue"       // the day that was expected has passed, and the household lives there
	ReservationOverdue  FindingCode = "reservation_overdue"  // the arrival has passed, and the unit is still kept
	ReservationTwice    FindingCode = "reservation_twice"    // two arrivals are promised one unit
	PreparationOccupied FindingCode = "preparation_occupied" // being made ready, and someone lives there
	LeaseOver           FindingCode = "lease_over"           // the municipality's own lease has ended, and the unit's days in service go on
	GapUnexplained      FindingCode = "gap_unexplained"      // empty for more than LongGap days, and nothing says why
)

// LongGap is the number of empty days after which something should say why: an
// outage, a preparation or a reservation. Days before a unit's first stay are not
// asked about, once somebody has moved in.
const LongGap = 120

// Findings returns what Findings does of the units and stays, and what is wrong
// with the other facts as seen on a day.
func (h *History) Findings(on civil.Date) []Finding {
	found := Findings(h.Units, h.Stays)
	l := h.Ledger()
	facts := h.byUnit()
	for i := range h.Outages {
		if o := &h.Outages[i]; o.From.IsZero() || endOf(o.To) <= o.From {
			found = append(found, Finding{Code: OutageReversed, UnitRef: o.UnitRef, From: o.From, To: o.To})
		}
	}
	for i := range l.units {
		if u := &l.units[i]; u.LeaseInEnds != 0 && u.LeaseInEnds < on && endOf(u.InServiceTo) > u.LeaseInEnds+1 {
			found = append(found, Finding{Code: LeaseOver, UnitRef: u.UnitRef, From: u.InServiceFrom, To: u.LeaseInEnds})
		}
		found = append(found, l.outageFindings(i)...)
		own := facts[l.units[i].UnitRef]
		if own == nil {
			own = &unitFacts{}
		}
		found = append(found, l.noticeFindings(i, own, on)...)
		found = append(found, l.emptyFindings(i, own, on)...)
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.UnitRef, b.UnitRef), cmp.Compare(a.From, b.From), cmp.Compare(a.HouseholdRef, b.HouseholdRef), cmp.Compare(a.Code, b.Code))
	})
	return found
}

func (l *Ledger) outageFindings(i int) []Finding {
	var found []Finding
	for _, o := range l.down[i] {
		for _, s := range l.staysOf(i) {
			if both := s.held().clip(o.span); both.days() > 0 {
				f := Finding{Code: StayInOutage, UnitRef: s.UnitRef, HouseholdRef: s.HouseholdRef, From: s.From, To: s.To}
				if both.to != never {
					f.Days = both.days()
				}
				found = append(found, f)
			}
		}
	}
	return found
}

func (l *Ledger) noticeFindings(i int, own *unitFacts, on civil.Date) []Finding {
	var found []Finding
	for _, n := range own.notices {
		if !n.Withdrawn.IsZero() {
			continue
		}
		f := Finding{UnitRef: n.UnitRef, HouseholdRef: n.HouseholdRef, From: n.Given, To: n.Expected}
		at := slices.IndexFunc(l.staysOf(i), func(s stay) bool {
			return s.HouseholdRef == n.HouseholdRef && s.From <= n.Given && n.Given <= s.held().to
		})
		switch {
		case at < 0:
			found = append(found, f.as(NoticeWithoutStay))
		case l.staysOf(i)[at].To.IsZero() && n.Expected < on:
			f.Days = int(on - n.Expected)
			found = append(found, f.as(NoticeOverdue))
		}
	}
	return found
}

func (l *Ledger) emptyFindings(i int, own *unitFacts, on civil.Date) []Finding {
	var found []Finding
	var kept *Reservation
	for k := range own.reservations {
		r := &own.reservations[k]
		if !r.Ended.IsZero() {
			continue
		}
		f := Finding{UnitRef: r.UnitRef, HouseholdRef: r.HouseholdRef, From: r.From, To: r.Arrival}
		if r.Arrival < on {
			f.Days = int(on - r.Arrival)
			found = append(found, f.as(ReservationOverdue))
		}
		if kept != nil {
			f.Days, f.OtherHouseholdRef = 0, kept.HouseholdRef
			found = append(found, f.as(ReservationTwice))
		}
		kept = r
	}
	for _, m := range own.preparations {
		for _, s := range l.staysOf(i) {
			if both := s.held().clip(span{m.From, endOf(m.Ready)}); both.days() > 0 {
				found = append(found, Finding{Code: PreparationOccupied, UnitRef: m.UnitRef, HouseholdRef: s.HouseholdRef, From: m.From, To: m.Ready})
			}
		}
	}
	known := never // the day from which the unit's stays are known
	if own := l.staysOf(i); len(own) > 0 {
		known = own[0].From
	}
	for gap := range l.gaps(i) {
		if gap.to <= known && gap.to < on {
			continue // before the first stay: the register may begin later than the unit's service
		}
		gap = gap.clip(span{0, on})
		explained := slices.ContainsFunc(own.preparations, func(m Preparation) bool { return gap.clip(span{m.From, endOf(m.Ready)}).days() > 0 }) ||
			slices.ContainsFunc(own.reservations, func(r Reservation) bool { return gap.clip(span{r.From, endOf(r.Ended)}).days() > 0 })
		if gap.days() > LongGap && !explained {
			f := Finding{Code: GapUnexplained, UnitRef: l.units[i].UnitRef, From: gap.from, Days: gap.days()}
			if gap.to < on {
				f.To = gap.to
			}
			found = append(found, f)
		}
	}
	return found
}
