package vacancy

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/internal/civil"
)

// Figures are the turnover figures of one period. The counts are of stays, the
// unit-days of units. OpeningOccupied + MoveIns - MoveOuts = ClosingOccupied,
// always.
type Figures struct {
	OpeningOccupied int `json:"opening_occupied"` // stays that hold a unit on the last day before the period
	MoveIns         int `json:"move_ins"`         // stays that begin in the period
	MoveOuts        int `json:"move_outs"`        // stays whose first day free again is in the period
	ClosingOccupied int `json:"closing_occupied"` // stays that hold a unit on the period's last day

	AvailableUnitDays int `json:"available_unit_days"` // days in service, over all units
	// Days in service on which someone holds the unit. Days outside service count
	// in neither sum, and two stays on one day count once, so the rate is 0 to 1.
	OccupiedUnitDays int `json:"occupied_unit_days"`

	VacancyRate  *float64 `json:"vacancy_rate"`  // 1 - occupied/available, six decimals; nil without unit-days
	TurnoverRate *float64 `json:"turnover_rate"` // move-outs by mean units in service, six decimals; nil without unit-days

	MovedToOwnHome int `json:"moved_to_own_home"` // move-outs to a private rental or a purchase
	// Move-outs by reason: the five ordinary reasons always, the others where they
	// occur. A move-out without a reason, or with one unknown here, is other.
	OutsByReason map[Reason]int `json:"outs_by_reason"`

	// Median days from a unit's previous end to a move-in of the period, over the
	// move-ins in units that someone lived in before; nil where there are none.
	MedianVoidDays *float64 `json:"median_void_days"`
	MedianStayDays *float64 `json:"median_stay_days"` // median length of the stays that end in the period; nil where none does
}

// OrdinaryReasons are the reasons that OutsByReason always has.
var OrdinaryReasons = []Reason{PrivateRental, Purchase, OtherMunicipal, LeftMunicipality, OtherReason}

// Turnover returns the figures of the period. For several periods of one
// history make a Ledger once.
func Turnover(units []Unit, stays []Occupancy, p Period) Figures {
	return NewLedger(units, stays).Turnover(p)
}

// Turnover returns the figures of the period, in O(log n) and the movements
// of the period.
func (l *Ledger) Turnover(p Period) Figures {
	p.To = max(p.From, p.To)
	ins, outs := within(l.ins, p), within(l.outs, p)
	f := Figures{
		OpeningOccupied:   l.heldAt(p.From),
		MoveIns:           len(ins),
		MoveOuts:          len(outs),
		ClosingOccupied:   l.heldAt(p.To),
		AvailableUnitDays: l.available.in(p),
		OccupiedUnitDays:  l.occupied.in(p),
		OutsByReason:      make(map[Reason]int, len(OrdinaryReasons)),
	}
	for _, r := range OrdinaryReasons {
		f.OutsByReason[r] = 0
	}
	stays := make([]int, 0, len(outs))
	for _, m := range outs {
		s := &l.stays[m.at]
		f.OutsByReason[s.Reason.orOther()]++
		stays = append(stays, int(s.To-s.From))
	}
	f.MovedToOwnHome = f.OutsByReason[PrivateRental] + f.OutsByReason[Purchase]
	voids := make([]int, 0, len(ins))
	for _, m := range ins {
		if s := &l.stays[m.at]; s.hasVoid {
			voids = append(voids, s.void)
		}
	}
	f.MedianVoidDays, f.MedianStayDays = median(voids), median(stays)
	if f.AvailableUnitDays > 0 {
		available := float64(f.AvailableUnitDays)
		f.VacancyRate = sixDecimals(1 - float64(f.OccupiedUnitDays)/available)
		f.TurnoverRate = sixDecimals(float64(f.MoveOuts) / (available / float64(p.Days())))
	}
	return f
}

// heldAt counts the stays with from < d and to open or >= d: those that hold
// their unit on the day before d. No stay ends before it begins, so they are
// those begun before d less those ended before d.
func (l *Ledger) heldAt(d civil.Date) int {
	past := Period{0, d}
	return len(within(l.ins, past)) - len(within(l.outs, past))
}

// orOther returns the reason, and OtherReason for none or an unknown one.
func (r Reason) orOther() Reason {
	if slices.Contains(Reasons, r) {
		return r
	}
	return OtherReason
}

// MonthFigures are the figures of one calendar month. As JSON they are one
// object, month (2026-12) first.
type MonthFigures struct {
	Month civil.Month
	Figures
}

type monthFiguresJSON struct {
	Month string `json:"month"`
	Figures
}

// MarshalJSON returns one object with month and every figure.
func (m MonthFigures) MarshalJSON() ([]byte, error) {
	return json.Marshal(monthFiguresJSON{m.Month.String(), m.Figures})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *MonthFigures) UnmarshalJSON(data []byte) error {
	var j monthFiguresJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	month, err := civil.ParseMonth(j.Month)
	*m = MonthFigures{month, j.Figures}
	return err
}

// Month returns the figures of a calendar month.
func (l *Ledger) Month(m civil.Month) MonthFigures {
	return MonthFigures{m, l.Turnover(MonthPeriod(m))}
}

// Series returns the figures of n months from first on, in order.
func (l *Ledger) Series(first civil.Month, n int) []MonthFigures {
	out := make([]MonthFigures, n)
	for i := range out {
		out[i] = l.Month(first.Add(i))
	}
	return out
}

// median returns the middle of values, which it sorts, or the mean of the two
// in the middle; nil for none.
func median(values []int) *float64 {
	n := len(values)
	if n == 0 {
		return nil
	}
	slices.Sort(values)
	m := float64(values[n/2])
	if n%2 == 0 {
		m = float64(values[n/2-1]+values[n/2]) / 2
	}
	return &m
}

// sixDecimals rounds by the exact binary value, ties to even, as printing to
// six decimals does; multiplying by a million first would round twice.
func sixDecimals(x float64) *float64 {
	x, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 6, 64), 64)
	if err != nil {
		panic(err) // FormatFloat of a finite number always parses
	}
	return &x
}
