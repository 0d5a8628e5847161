package vacancy

import (
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Status is what a unit is on one day.
type Status string

// The statuses.
const (
	Occupied     Status = "occupied"
	Vacant       Status = "vacant"
	NotInService Status = "not_in_service"
	OutOfOrder   Status = "out_of_order"
)

// UnitState is one unit on one day.
type UnitState struct {
	Unit
	Status    Status `json:"status"`     // Occupied where someone holds the unit, in service or not
	InService bool   `json:"in_service"` // the day is one of the unit's days in service, and it is in order
	// The day lies in an outage, which has taken it out of service, someone in the unit or not.
	OutOfOrder bool        `json:"out_of_order"`
	Stays      []Occupancy `json:"stays,omitzero"` // those that hold the unit, by beginning; more than one is an overlap
	// Where Vacant, the first day of the run of empty days in service that this
	// day belongs to, and the days of it up to and including this one.
	VacantSince civil.Date `json:"vacant_since,omitzero"`
	VacantDays  int        `json:"vacant_days,omitzero"`
}

// Counts are how many units, households and persons there are on one day.
type Counts struct {
	InService         int `json:"in_service"` // units; = OccupiedInService + Vacant
	OccupiedInService int `json:"occupied_in_service"`
	Vacant            int `json:"vacant"`
	NotInService      int `json:"not_in_service"` // units out of service, someone in them or not
	OutOfOrder        int `json:"out_of_order"`   // units in an outage, counted apart from both
	Owned             int `json:"owned"`          // units in service by ownership; the rest is not known
	LeasedIn          int `json:"leased_in"`

	Stays          int `json:"stays"`           // that hold a unit; = OccupiedInService where nothing overlaps or stands outside service
	Households     int `json:"households"`      // different ones
	Persons        int `json:"persons"`         // in the stays that say how many
	PersonsUnknown int `json:"persons_unknown"` // stays that do not
}

// VacancyRate returns vacant by in-service units, six decimals; nil without units in service.
func (c Counts) VacancyRate() *float64 {
	if c.InService == 0 {
		return nil
	}
	return sixDecimals(float64(c.Vacant) / float64(c.InService))
}

// OwnedShare returns owned by in-service units, six decimals; nil without units in service.
func (c Counts) OwnedShare() *float64 {
	if c.InService == 0 {
		return nil
	}
	return sixDecimals(float64(c.Owned) / float64(c.InService))
}

// StateAt returns every unit on that day.
func StateAt(units []Unit, stays []Occupancy, on civil.Date) []UnitState {
	return NewLedger(units, stays).StateAt(on)
}

// StateAt returns every unit on that day, by unit_ref. The state at a period's
// close is that of its last day, To-1: its stays are then Figures.ClosingOccupied
// in number. O(units + stays).
func (l *Ledger) StateAt(on civil.Date) []UnitState {
	states := make([]UnitState, len(l.units))
	for i := range l.units {
		s := &states[i]
		s.Unit = l.units[i]
		s.InService = l.serving(i, on)
		broken := slices.IndexFunc(l.down[i], func(o outage) bool { return o.from <= on && on < o.to })
		for _, stay := range l.staysOf(i) {
			if held := stay.held(); held.from <= on && on < held.to {
				s.Stays = append(s.Stays, stay.Occupancy)
			}
		}
		s.OutOfOrder = broken >= 0
		switch {
		case len(s.Stays) > 0:
			s.Status = Occupied
		case s.OutOfOrder:
			s.Status = OutOfOrder
		case !s.InService:
			s.Status = NotInService
		default:
			s.Status = Vacant
			for gap := range l.gaps(i) {
				if gap.from <= on && on < gap.to {
					s.VacantSince, s.VacantDays = gap.from, int(on-gap.from)+1
				}
			}
		}
	}
	return states
}

// Count adds up the states of one day.
func Count(states []UnitState) Counts {
	var c Counts
	households := map[string]struct{}{}
	for i := range states {
		s := &states[i]
		switch {
		case s.OutOfOrder:
			c.OutOfOrder++
		case !s.InService:
			c.NotInService++
		case s.Status == Vacant:
			c.InService, c.Vacant = c.InService+1, c.Vacant+1
		default:
			c.InService, c.OccupiedInService = c.InService+1, c.OccupiedInService+1
		}
		if s.InService {
			switch s.Ownership {
			case Owned:
				c.Owned++
			case LeasedIn:
				c.LeasedIn++
			}
		}
		for _, stay := range s.Stays {
			c.Stays++
			households[stay.HouseholdRef] = struct{}{}
			if stay.Persons == nil {
				c.PersonsUnknown++
			} else {
				c.Persons += *stay.Persons
			}
		}
	}
	c.Households = len(households)
	return c
}

// CountAt returns how many units, households and persons there are on that day.
func (l *Ledger) CountAt(on civil.Date) Counts { return Count(l.StateAt(on)) }
