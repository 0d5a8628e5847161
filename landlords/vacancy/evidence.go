package vacancy

import (
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// UnitDays is how many of a figure's days are a unit's.
type UnitDays struct {
	UnitRef string `json:"unit_ref"`
	Days    int    `json:"days"`
}

// Evidence is what stands behind one figure: the moves, stays, days or units
// that it counts. Only the kind that the figure counts is filled.
type Evidence struct {
	Figure string      `json:"figure"`
	Moves  []Movement  `json:"moves,omitzero"`
	Stays  []Occupancy `json:"stays,omitzero"`
	Days   []UnitDays  `json:"days,omitzero"`
	Units  []UnitState `json:"units,omitzero"`
	Costs  []UnitCost  `json:"costs,omitzero"`
}

// UnitCost is what the empty days of one unit cost, whole NOK.
type UnitCost struct {
	UnitRef string `json:"unit_ref"`
	Days    int    `json:"days"`
	Rent    *int   `json:"rent,omitzero"` // a month; nil: not known, and in no sum
	NOK     int    `json:"nok"`
}

// N returns the figure that the evidence adds up to.
func (e *Evidence) N() int {
	n := len(e.Moves) + len(e.Stays) + len(e.Units)
	for _, d := range e.Days {
		n += d.Days
	}
	for _, c := range e.Costs {
		n += c.NOK
	}
	return n
}

// EvidenceFigures lists the figures that Evidence knows, besides out_REASON.
var EvidenceFigures = []string{
	"opening_occupied", "move_ins", "move_outs", "closing_occupied", "moved_to_own_home",
	"available_unit_days", "occupied_unit_days", "void_unit_days", "out_of_order_days",
	"units_in_service", "units_occupied", "units_vacant", "units_out_of_order",
	"void_paid", "void_lost", "down_paid", "newly_moved_in", "exchanges", "renewals", "returns",
}

// Evidence returns what stands behind a figure of the period, false for a figure
// that is none.
func (l *Ledger) Evidence(figure string, p Period) (Evidence, bool) {
	p.To = max(p.From, p.To)
	e := Evidence{Figure: figure}
	moves := func(keep func(*Movement) bool) {
		e.Moves = slices.DeleteFunc(l.Movements(p), func(m Movement) bool { return !keep(&m) })
	}
	state := func(keep func(*UnitState) bool) {
		e.Units = slices.DeleteFunc(l.StateAt(p.To-1), func(s UnitState) bool { return !keep(&s) })
	}
	switch figure {
	case "opening_occupied", "closing_occupied":
		at := p.From
		if figure == "closing_occupied" {
			at = p.To
		}
		for i := range l.stays {
			if l.stays[i].heldBefore(at) {
				e.Stays = append(e.Stays, l.stays[i].Occupancy)
			}
		}
	case "move_ins":
		moves(func(m *Movement) bool { return m.Direction == In })
	case "move_outs":
		moves(func(m *Movement) bool { return m.Direction == Out })
	case "moved_to_own_home":
		moves(func(m *Movement) bool { return m.Direction == Out && m.Reason.ownHome() })
	case "available_unit_days", "occupied_unit_days", "void_unit_days", "out_of_order_days":
		e.Days = l.unitDaysOf(figure, p)
	case "units_in_service":
		state(func(s *UnitState) bool { return s.InService })
	case "units_occupied":
		state(func(s *UnitState) bool { return s.InService && s.Status != Vacant })
	case "units_vacant":
		state(func(s *UnitState) bool { return s.InService && s.Status == Vacant })
	case "units_out_of_order":
		state(func(s *UnitState) bool { return s.OutOfOrder })
	case "void_paid", "void_lost", "down_paid":
		e.Costs = l.unitCosts(figure, p)
	case "newly_moved_in", "exchanges", "renewals", "returns": // of the year that the period begins in
		y, _, _ := p.From.YMD()
		if first, ok := civil.Of(y, 1, 1); ok {
			e.Stays = l.arrivals(Period{first, min(p.To, first.AddMonths(12))})[Arrival(figure)]
		}
	default:
		for _, r := range Reasons {
			if figure == "out_"+string(r) {
				moves(func(m *Movement) bool { return m.Direction == Out && m.Reason == r })
				return e, true
			}
		}
		return Evidence{}, false
	}
	return e, true
}

// unitDaysOf returns the days of a figure unit by unit, those with none left out.
func (l *Ledger) unitDaysOf(figure string, p Period) []UnitDays {
	window := span{p.From, p.To}
	var out []UnitDays
	for i := range l.units {
		n, void := 0, 0
		for gap := range l.emptyIn(i, window) {
			void += gap.days()
		}
		switch figure {
		case "void_unit_days":
			n = void
		case "out_of_order_days":
			for _, o := range l.down[i] {
				n += o.clip(window).days()
			}
		default:
			for _, s := range l.serve[i] {
				n += s.clip(window).days()
			}
			if figure == "occupied_unit_days" {
				n -= void
			}
		}
		if n > 0 {
			out = append(out, UnitDays{l.units[i].UnitRef, n})
		}
	}
	return out
}

// unitCosts returns what the void days, or the days out of order, of each unit cost.
func (l *Ledger) unitCosts(figure string, p Period) []UnitCost {
	window := span{p.From, p.To}
	var out []UnitCost
	for i := range l.units {
		leased := l.units[i].Ownership == LeasedIn
		if leased != (figure != "void_lost") {
			continue
		}
		c := UnitCost{UnitRef: l.units[i].UnitRef, Rent: l.costRent(i)}
		add := func(s span) {
			if s = s.clip(window); s.days() == 0 {
				return
			}
			c.Days += s.days()
			if c.Rent != nil {
				c.NOK += proRata(*c.Rent, Period{s.from, s.to})
			}
		}
		if figure == "down_paid" {
			for _, o := range l.down[i] {
				add(o.span)
			}
		} else {
			for gap := range l.emptyIn(i, window) {
				add(gap)
			}
		}
		if c.Days > 0 {
			out = append(out, c)
		}
	}
	return out
}
