package vacancy

import (
	"cmp"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Direction is the way of a movement.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Movement is one move-in or move-out behind the figures.
type Movement struct {
	Date         civil.Date `json:"date"` // first day of the stay, or first day free again
	Direction    Direction  `json:"direction"`
	UnitRef      string     `json:"unit_ref"`
	HouseholdRef string     `json:"household_ref"`
	Persons      *int       `json:"persons,omitzero"`
	Reason       Reason     `json:"reason,omitzero"`    // of a move-out, as counted: never empty there
	VoidDays     *int       `json:"void_days,omitzero"` // of a move-in: days the unit had stood empty; nil where nobody lived there before
	StayDays     *int       `json:"stay_days,omitzero"` // of a move-out: the length of the stay
}

// Movements returns the ins and outs of the period.
func Movements(units []Unit, stays []Occupancy, p Period) []Movement {
	return NewLedger(units, stays).Movements(p)
}

// Movements returns the ins and outs of the period by date, on one day the outs
// first, then by unit and household. There are exactly Figures.MoveIns and
// Figures.MoveOuts of them.
func (l *Ledger) Movements(p Period) []Movement {
	ins, outs := within(l.ins, p), within(l.outs, p)
	ms := make([]Movement, 0, len(ins)+len(outs))
	for _, out := range outs {
		s := &l.stays[out.at]
		days := int(s.To - s.From)
		ms = append(ms, Movement{
			Date: s.To, Direction: Out, UnitRef: s.UnitRef, HouseholdRef: s.HouseholdRef, Persons: s.Persons,
			Reason: s.Reason.orOther(), StayDays: &days,
		})
	}
	for _, in := range ins {
		s := &l.stays[in.at]
		m := Movement{Date: s.From, Direction: In, UnitRef: s.UnitRef, HouseholdRef: s.HouseholdRef, Persons: s.Persons}
		if s.hasVoid {
			days := s.void
			m.VoidDays = &days
		}
		ms = append(ms, m)
	}
	slices.SortStableFunc(ms, func(a, b Movement) int {
		return cmp.Or(
			cmp.Compare(a.Date, b.Date),
			cmp.Compare(b.Direction, a.Direction), // out before in: the unit is freed, then taken
			cmp.Compare(a.UnitRef, b.UnitRef),
			cmp.Compare(a.HouseholdRef, b.HouseholdRef),
		)
	})
	return ms
}
