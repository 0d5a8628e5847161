package reports

import (
	"slices"

	"github.com/boligklar/boligklar/landlords/vacancy"
)

// figure is a row of the summary. Its words are reports.figure.KEY, its
// definition reports.define.KEY.
type figure struct {
	key  string
	kind kind
	of   func(f facts) any // an int, or a pointer to a number that may be missing
	// Where one figure follows from others of the same month, its formula of
	// their cells; the function gives the address of a figure's cell.
	formula func(at func(key string) string) string
}

// section is a group of figures under a heading, reports.section.KEY.
type section struct {
	key     string
	figures []figure
}

// sections returns the summary's rows. The reasons of moving out are the
// ordinary ones and those that occur in any of the months shown.
func (r *turnoverReport) sections() []section {
	return []section{
		{"units", unitFigures}, {"days", dayFigures}, {"moves", moveFigures},
		{"reasons", r.reasonFigures()}, {"lengths", lengthFigures}, {"people", peopleFigures},
	}
}

var unitFigures = []figure{
	{key: "units_in_service", kind: whole, of: func(f facts) any { return f.units.InService }},
	{key: "units_occupied", kind: whole, of: func(f facts) any { return f.units.OccupiedInService }},
	{key: "units_vacant", kind: whole, of: func(f facts) any { return f.units.Vacant }},
	{key: "units_vacancy_rate", kind: percent, of: func(f facts) any { return f.units.VacancyRate() }},
	{key: "units_owned_share", kind: percent, of: func(f facts) any { return f.units.OwnedShare() }},
}

var dayFigures = []figure{
	{key: "available_unit_days", kind: whole, of: func(f facts) any { return f.AvailableUnitDays }},
	{key: "occupied_unit_days", kind: whole, of: func(f facts) any { return f.OccupiedUnitDays }},
	{
		key: "void_unit_days", kind: whole, of: func(f facts) any { return f.AvailableUnitDays - f.OccupiedUnitDays },
		formula: func(at func(string) string) string {
			return at("available_unit_days") + "-" + at("occupied_unit_days")
		},
	},
	{key: "vacancy_rate", kind: percent, of: func(f facts) any { return f.VacancyRate }},
	{key: "void_paid", kind: money, of: func(f facts) any { return f.cost.PaidLeasedIn }},
	{key: "void_lost", kind: money, of: func(f facts) any { return f.cost.LostOwned + f.cost.LostOther }},
	{
		key: "void_cost", kind: money, of: func(f facts) any { return f.cost.Total() },
		formula: func(at func(string) string) string { return at("void_paid") + "+" + at("void_lost") },
	},
	{key: "out_of_order_days", kind: whole, of: func(f facts) any { return f.outOfOrder }},
}

var moveFigures = []figure{
	{key: "opening_occupied", kind: whole, of: func(f facts) any { return f.OpeningOccupied }},
	{key: "move_ins", kind: whole, of: func(f facts) any { return f.MoveIns }},
	{key: "move_outs", kind: whole, of: func(f facts) any { return f.MoveOuts }},
	{key: "closing_occupied", kind: whole, of: func(f facts) any { return f.ClosingOccupied }},
	{
		key: "control_line", kind: check,
		of: func(f facts) any { return f.OpeningOccupied + f.MoveIns - f.MoveOuts - f.ClosingOccupied },
		formula: func(at func(string) string) string {
			return at("opening_occupied") + "+" + at("move_ins") + "-" + at("move_outs") + "-" + at("closing_occupied")
		},
	},
	{key: "persons_in", kind: whole, of: func(f facts) any { return f.in.Persons }},
	{key: "persons_out", kind: whole, of: func(f facts) any { return f.out.Persons }},
	{key: "turnover_rate", kind: percent, of: func(f facts) any { return f.TurnoverRate }},
	{key: "moved_to_own_home", kind: whole, of: func(f facts) any { return f.MovedToOwnHome }},
	{key: "own_home_share", kind: percent, of: func(f facts) any { return ownHomeShare(f.Figures) }},
}

var lengthFigures = []figure{
	{key: "median_void_days", kind: decimal, of: func(f facts) any { return f.MedianVoidDays }},
	{key: "median_stay_days", kind: decimal, of: func(f facts) any { return f.MedianStayDays }},
}

var peopleFigures = []figure{
	{key: "households", kind: whole, of: func(f facts) any { return f.units.Households }},
	{key: "persons", kind: whole, of: func(f facts) any { return f.units.Persons }},
}

// ownHomeShare returns the share of the move-outs that went to a home of their
// own; nil without move-outs.
func ownHomeShare(f vacancy.Figures) *float64 {
	if f.MoveOuts == 0 {
		return nil
	}
	share := float64(f.MovedToOwnHome) / float64(f.MoveOuts)
	return &share
}

func (r *turnoverReport) reasonFigures() []figure {
	var fs []figure
	for _, reason := range r.reasons() {
		fs = append(fs, figure{
			key: reasonKey(reason), kind: whole,
			of: func(f facts) any { return f.OutsByReason[reason] },
		})
	}
	return fs
}

// reasons returns the reasons shown, in the order of vacancy.Reasons.
func (r *turnoverReport) reasons() []vacancy.Reason {
	var out []vacancy.Reason
	for _, reason := range vacancy.Reasons {
		n := r.now.OutsByReason[reason] + r.before.OutsByReason[reason] + r.yearAgo.OutsByReason[reason]
		if n > 0 || slices.Contains(vacancy.OrdinaryReasons, reason) {
			out = append(out, reason)
		}
	}
	return out
}

func reasonKey(r vacancy.Reason) string { return "out_" + string(r) }
