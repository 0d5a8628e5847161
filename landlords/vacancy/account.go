package vacancy

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
)

// Heads is a number of stays, told in households and in persons.
type Heads struct {
	Households     int `json:"households"`      // stays: one household in one unit
	Persons        int `json:"persons"`         // in the stays that say how many
	PersonsUnknown int `json:"persons_unknown"` // stays that do not
}

func (h *Heads) add(o *Occupancy) {
	h.Households++
	if o.Persons == nil {
		h.PersonsUnknown++
	} else {
		h.Persons += *o.Persons
	}
}

// VoidCost is what empty units cost in a period, whole NOK, an estimate at
// the rents known today.
type VoidCost struct {
	PaidLeasedIn   int `json:"paid_leased_in"`    // rent paid on leased-in units for days in service that nobody held
	LostOwned      int `json:"lost_owned"`        // rent lost on owned units for such days
	LostOther      int `json:"lost_other"`        // the same for units of unknown ownership
	PaidOutOfOrder int `json:"paid_out_of_order"` // rent paid on leased-in units for days out of order; in none of the others
	UnknownDays    int `json:"unknown_days"`      // void days of units without a known rent: not in the sums
}

// Total returns the cost of the void days: without days out of order.
func (c VoidCost) Total() int { return c.PaidLeasedIn + c.LostOwned + c.LostOther }

// Account is everything that is told of a period: the figures by their
// definitions, the same moves in households and persons, the units at the close
// and what the empty days cost. It adds up: Opening + In - Out = Closing in
// households and in persons, and the sums of any split are those of the whole.
type Account struct {
	Period  Period `json:"period"`
	Figures        // of the definitions
	Opening Heads  `json:"opening"`
	In      Heads  `json:"in"`
	Out     Heads  `json:"out"`
	Closing Heads  `json:"closing"`
	OwnHome Heads  `json:"own_home"`
	// The move-outs by reason, as OutsByReason has them.
	ByReason       map[Reason]Heads `json:"by_reason"`
	Close          Counts           `json:"close"` // on the period's last day
	OutOfOrderDays int              `json:"out_of_order_days"`
	VoidDays       int              `json:"void_days"` // available less occupied
	Cost           VoidCost         `json:"cost"`
}

// Account returns the account of the period, in O(units log stays) and the
// movements of the period.
func (l *Ledger) Account(p Period) Account {
	p.To = max(p.From, p.To)
	a := Account{Period: p, Figures: l.Turnover(p), ByReason: map[Reason]Heads{}, Close: l.CountAt(p.To - 1), OutOfOrderDays: l.outOfOrder.in(p), Cost: l.voidCost(p)}
	a.VoidDays = a.AvailableUnitDays - a.OccupiedUnitDays
	for _, m := range within(l.ins, p) {
		a.In.add(&l.stays[m.at].Occupancy)
	}
	for _, m := range within(l.outs, p) {
		s := &l.stays[m.at]
		a.Out.add(&s.Occupancy)
		reason := s.Reason.orOther()
		if reason.ownHome() {
			a.OwnHome.add(&s.Occupancy)
		}
		heads := a.ByReason[reason]
		heads.add(&s.Occupancy)
		a.ByReason[reason] = heads
	}
	for _, r := range OrdinaryReasons {
		if _, ok := a.ByReason[r]; !ok { // the ordinary ones are always there
			a.ByReason[r] = Heads{}
		}
	}
	a.Opening, a.Closing = l.headsAt(p.From), l.headsAt(p.To)
	return a
}

// headsAt counts the stays that hold their unit on the day before d, as heldAt does:
// those begun before d less those ended before d.
func (l *Ledger) headsAt(d civil.Date) Heads {
	past := Period{0, d}
	in, out := l.insBefore[len(within(l.ins, past))], l.outsBefore[len(within(l.outs, past))]
	return Heads{in.Households - out.Households, in.Persons - out.Persons, in.PersonsUnknown - out.PersonsUnknown}
}

func (r Reason) ownHome() bool { return r == PrivateRental || r == Purchase }

// heldBefore reports whether the stay holds its unit on the day before d: from < d
// and to open or >= d.
func (o *Occupancy) heldBefore(d civil.Date) bool { return o.From < d && o.held().to >= d }

// costRent returns what an empty month of unit i costs, nil where not known.
func (l *Ledger) costRent(i int) *int {
	if l.units[i].Ownership == LeasedIn && l.extra[i].LeaseRent != nil {
		return l.extra[i].LeaseRent
	}
	return l.units[i].Rent
}

// voidCost sums the cost of each void, rounded to the krone one by one, so that
// the sum is that of the list.
func (l *Ledger) voidCost(p Period) VoidCost {
	var c VoidCost
	window := span{p.From, p.To}
	for i := range l.units {
		rent := l.costRent(i)
		for in := range l.emptyIn(i, window) {
			switch {
			case rent == nil:
				c.UnknownDays += in.days()
			case l.units[i].Ownership == LeasedIn:
				c.PaidLeasedIn += proRata(*rent, Period{in.from, in.to})
			case l.units[i].Ownership == Owned:
				c.LostOwned += proRata(*rent, Period{in.from, in.to})
			default:
				c.LostOther += proRata(*rent, Period{in.from, in.to})
			}
		}
		if l.units[i].Ownership != LeasedIn || rent == nil {
			continue
		}
		for _, o := range l.down[i] {
			if in := o.clip(window); in.days() > 0 {
				c.PaidOutOfOrder += proRata(*rent, Period{in.from, in.to})
			}
		}
	}
	return c
}

// Dimension is what the units of an account are split by.
type Dimension string

// The dimensions.
const (
	ByOwnership Dimension = "ownership"
	BySize      Dimension = "size" // bedrooms
	ByArea      Dimension = "area" // district, else postal code
	ByPurpose   Dimension = "purpose"
)

// Dimensions lists every dimension.
var Dimensions = []Dimension{ByOwnership, BySize, ByArea, ByPurpose}

// Group is the units that are alike in one respect, with their account.
type Group struct {
	Value   string  `json:"value"` // "" where it is not known
	Account Account `json:"account"`
}

// Split returns the account of the period for each group of units, by value and
// the unknown last. Every unit is in one group, so counts, days and costs of the
// groups add up to those of the whole.
func (h *History) Split(by Dimension, p Period) []Group {
	parts := h.Parts(by)
	values := slices.SortedFunc(maps.Keys(parts), compareValues)
	out := make([]Group, len(values))
	for i, v := range values {
		part := parts[v]
		out[i] = Group{v, part.Ledger().Account(p)}
	}
	return out
}

// compareValues orders group values: numbers by size, unknown last.
func compareValues(a, b string) int {
	if (a == "") != (b == "") {
		return len(b) - len(a)
	}
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil && len(a) != 4 { // four digits are a postal code
		return x - y
	}
	return strings.Compare(a, b)
}

// Parts splits the history into those of its units that share a value.
func (h *History) Parts(by Dimension) map[string]*History {
	details := map[string]*Details{}
	for i := range h.Details {
		if d := &h.Details[i]; details[d.UnitRef] == nil {
			details[d.UnitRef] = d
		}
	}
	parts := map[string]*History{}
	partOf := map[string]*History{}
	for i := range h.Units {
		u := &h.Units[i]
		if partOf[u.UnitRef] != nil {
			continue // the second of a name counts nowhere
		}
		v := valueOf(u, details[u.UnitRef], by)
		if parts[v] == nil {
			parts[v] = &History{}
		}
		partOf[u.UnitRef] = parts[v]
		parts[v].Units = append(parts[v].Units, *u)
	}
	deal(h.Stays, partOf, func(o *Occupancy) string { return o.UnitRef }, func(p *History, o Occupancy) { p.Stays = append(p.Stays, o) })
	deal(h.Details, partOf, func(d *Details) string { return d.UnitRef }, func(p *History, d Details) { p.Details = append(p.Details, d) })
	deal(h.Outages, partOf, func(o *Outage) string { return o.UnitRef }, func(p *History, o Outage) { p.Outages = append(p.Outages, o) })
	deal(h.Notices, partOf, func(n *Notice) string { return n.UnitRef }, func(p *History, n Notice) { p.Notices = append(p.Notices, n) })
	deal(h.Preparations, partOf, func(m *Preparation) string { return m.UnitRef }, func(p *History, m Preparation) { p.Preparations = append(p.Preparations, m) })
	deal(h.Reservations, partOf, func(r *Reservation) string { return r.UnitRef }, func(p *History, r Reservation) { p.Reservations = append(p.Reservations, r) })
	return parts
}

func deal[T any](facts []T, partOf map[string]*History, unit func(*T) string, add func(*History, T)) {
	for i := range facts {
		if p := partOf[unit(&facts[i])]; p != nil {
			add(p, facts[i])
		}
	}
}

// valueOf returns the unit's value in a dimension, "" where it is not known.
func valueOf(u *Unit, d *Details, by Dimension) string {
	if d == nil {
		d = &Details{}
	}
	switch by {
	case ByOwnership:
		return string(u.Ownership)
	case BySize:
		if u.Bedrooms == nil {
			return ""
		}
		return strconv.Itoa(*u.Bedrooms)
	case ByArea:
		if d.District != "" {
			return d.District
		}
		return u.PostalCode
	case ByPurpose:
		return string(d.Purpose)
	}
	return ""
}
