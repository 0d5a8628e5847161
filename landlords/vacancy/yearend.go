package vacancy

import "github.com/boligklar/boligklar/internal/civil"

// YearEnd is what the municipality reports once a year. The move-ins of the year
// are NewlyMovedIn, Exchanges, Renewals and Returns: each is one of them.
type YearEnd struct {
	Year       int        `json:"year"`
	To         civil.Date `json:"to"`          // the first day after what is counted: 1 January, earlier for a year that goes on
	Units      Counts     `json:"units"`       // on the last day that is counted
	OwnedShare *float64   `json:"owned_share"` // of the units in service then
	// Households that moved in and did not live in one of these units on the day
	// before. A household counts once a year, with the persons of its first such stay.
	NewlyMovedIn Heads `json:"newly_moved_in"`
	Exchanges    Heads `json:"exchanges"` // from one of these units to another
	Renewals     Heads `json:"renewals"`  // a new stay in the same unit
	Returns      Heads `json:"returns"`   // newly moved in once more in the same year
}

// YearEnd returns the year's municipal figures. A year that goes on is counted up
// to the day until; where that is zero or after the year, the whole year is.
func (l *Ledger) YearEnd(year int, until civil.Date) YearEnd {
	y := YearEnd{Year: year}
	first, ok := civil.Of(year, 1, 1)
	if !ok {
		return y
	}
	y.To = first.AddMonths(12)
	if until > first && until < y.To {
		y.To = until
	}
	y.Units = l.CountAt(y.To - 1)
	y.OwnedShare = y.Units.OwnedShare()
	arrivals := l.arrivals(Period{first, y.To})
	for kind, heads := range map[Arrival]*Heads{NewlyMovedIn: &y.NewlyMovedIn, Exchanged: &y.Exchanges, Renewed: &y.Renewals, Returned: &y.Returns} {
		for i := range arrivals[kind] {
			heads.add(&arrivals[kind][i])
		}
	}
	return y
}

// Arrival says what a move-in is in the year's municipal figures.
type Arrival string

// The kinds of move-in, named as YearEnd has them in JSON.
const (
	NewlyMovedIn Arrival = "newly_moved_in"
	Exchanged    Arrival = "exchanges"
	Renewed      Arrival = "renewals"
	Returned     Arrival = "returns"
)

// arrivals returns the move-ins of a period by kind, in order of their days.
func (l *Ledger) arrivals(p Period) map[Arrival][]Occupancy {
	stays := map[string][]*Occupancy{}
	for i := range l.stays {
		o := &l.stays[i].Occupancy
		stays[o.HouseholdRef] = append(stays[o.HouseholdRef], o)
	}
	out := map[Arrival][]Occupancy{}
	seen := map[string]bool{}
	for _, m := range within(l.ins, p) {
		o := &l.stays[m.at].Occupancy
		kind := NewlyMovedIn
		switch same, other := livedBefore(stays[o.HouseholdRef], o); {
		case same:
			kind = Renewed
		case other:
			kind = Exchanged
		case seen[o.HouseholdRef]:
			kind = Returned
		}
		seen[o.HouseholdRef] = seen[o.HouseholdRef] || kind == NewlyMovedIn
		out[kind] = append(out[kind], *o)
	}
	return out
}

// livedBefore reports whether the household held the same unit, or another one, on
// the day before the stay.
func livedBefore(stays []*Occupancy, o *Occupancy) (same, other bool) {
	for _, e := range stays {
		if e == o || !e.heldBefore(o.From) {
			continue
		}
		if e.UnitRef == o.UnitRef {
			same = true
		} else {
			other = true
		}
	}
	return same, other
}
