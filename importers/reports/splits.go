package reports

import (
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// splitColumns are the figures of a group of units. Those with total are summed
// under each split, and the control sheet holds the sums against the summary.
var splitColumns = []struct {
	key   string
	kind  kind
	total bool
	of    func(a *vacancy.Account) any
}{
	{"units_in_service", whole, true, func(a *vacancy.Account) any { return a.Close.InService }},
	{"units_vacant", whole, true, func(a *vacancy.Account) any { return a.Close.Vacant }},
	{"move_ins", whole, true, func(a *vacancy.Account) any { return a.In.Households }},
	{"persons_in", whole, true, func(a *vacancy.Account) any { return a.In.Persons }},
	{"move_outs", whole, true, func(a *vacancy.Account) any { return a.Out.Households }},
	{"persons_out", whole, true, func(a *vacancy.Account) any { return a.Out.Persons }},
	{"moved_to_own_home", whole, true, func(a *vacancy.Account) any { return a.OwnHome.Households }},
	{"persons_own_home", whole, true, func(a *vacancy.Account) any { return a.OwnHome.Persons }},
	{"closing_occupied", whole, true, func(a *vacancy.Account) any { return a.Closing.Households }},
	{"persons_closing", whole, true, func(a *vacancy.Account) any { return a.Closing.Persons }},
	{"available_unit_days", whole, true, func(a *vacancy.Account) any { return a.AvailableUnitDays }},
	{"occupied_unit_days", whole, true, func(a *vacancy.Account) any { return a.OccupiedUnitDays }},
	{"void_unit_days", whole, true, func(a *vacancy.Account) any { return a.VoidDays }},
	{"vacancy_rate", percent, false, func(a *vacancy.Account) any { return a.VacancyRate }},
	{"turnover_rate", percent, false, func(a *vacancy.Account) any { return a.TurnoverRate }},
	{"median_void_days", decimal, false, func(a *vacancy.Account) any { return a.MedianVoidDays }},
	{"median_stay_days", decimal, false, func(a *vacancy.Account) any { return a.MedianStayDays }},
	{"out_of_order_days", whole, true, func(a *vacancy.Account) any { return a.OutOfOrderDays }},
	{"void_cost", money, true, func(a *vacancy.Account) any { return a.Cost.Total() }},
}

// splitAgrees are the columns that the summary has too.
var splitAgrees = []string{"units_in_service", "units_vacant", "move_ins", "persons_in", "move_outs", "persons_out", "moved_to_own_home", "closing_occupied", "available_unit_days", "occupied_unit_days", "void_unit_days", "out_of_order_days"}

// split is the month's accounts by one dimension.
type split struct {
	by     vacancy.Dimension
	groups []vacancy.Group
}

func splitCol(key string) int {
	for i := range splitColumns {
		if splitColumns[i].key == key {
			return i + 2
		}
	}
	panic("reports: no column " + key)
}

// splitRun returns the rows of the groups of split n: under the title each split
// has its line, a header, the groups, a sum and an empty row.
func (r *turnoverReport) splitRun(n int) run {
	row := tableHeader
	for i := range n {
		row += max(1, len(r.splits[i].groups)) + 4
	}
	return run{row + 2, row + 1 + max(1, len(r.splits[n].groups))}
}

// splitSheet writes the month by ownership, size, area and purpose.
func (r *turnoverReport) splitSheet() {
	widths := []float64{20}
	for range splitColumns {
		widths = append(widths, 10) // in print all of them share a page
	}
	p := r.page(sheetPlan{name: r.sheet("splits"), widths: widths, onePage: true, frozenCol: 1, frozen: tableHeader - 1, tab: sea})
	p.title(r.say("splits.title"), r.under("splits.under"))
	for i := range r.splits {
		r.splitTable(p, i)
	}
	p.end()
}

func (r *turnoverReport) splitTable(p *page, n int) {
	s := &r.splits[n]
	r.sectionLine(p, "splits."+string(s.by))
	heads := []cell{{value: r.say("splits.group." + string(s.by)), look: headLook}}
	for _, c := range splitColumns {
		l := headLook
		l.side = "right"
		heads = append(heads, cell{value: r.say("figure." + c.key), look: l})
	}
	p.add(74, heads...)
	if len(s.groups) == 0 {
		p.add(rowHeight, cell{value: r.say("units.none"), look: noteLook})
	}
	sums := make([]int, len(splitColumns))
	for i := range s.groups {
		cells := []cell{{value: r.groupName(s.by, s.groups[i].Value), look: bodyLook}}
		for k, c := range splitColumns {
			v := c.of(&s.groups[i].Account)
			cells = append(cells, cell{value: v, look: bodyLook.as(c.kind)})
			if n, ok := v.(int); ok {
				sums[k] += n
			}
		}
		p.add(rowHeight, cells...)
	}
	rows := r.splitRun(n)
	cells := []cell{{value: r.say("total"), look: totalLook}}
	for k, c := range splitColumns {
		cell := cell{look: totalLook.as(c.kind)}
		if c.total {
			cell.formula, cell.value = "SUM("+cellName(k+2, rows.first)+":"+cellName(k+2, rows.last)+")", sums[k]
		}
		cells = append(cells, cell)
	}
	p.add(18, cells...)
	p.skip(0)
}

// groupName returns what a group of units is called.
func (r *turnoverReport) groupName(by vacancy.Dimension, value string) string {
	switch {
	case value == "":
		return r.say("splits.unknown")
	case by == vacancy.ByOwnership:
		return r.ownership(vacancy.Ownership(value))
	case by == vacancy.BySize:
		return r.tell("splits.bedrooms", map[string]any{"N": value})
	case by == vacancy.ByPurpose:
		return r.sayAny("vacancy.purpose." + value)
	}
	return value
}

// splitAgreements holds each split's sums against the summary.
func (r *turnoverReport) splitAgreements() []agreement {
	now := map[string]any{}
	for _, s := range r.sections() {
		for _, f := range s.figures {
			now[f.key] = f.of(r.now)
		}
	}
	var as []agreement
	for n := range r.splits {
		for _, key := range splitAgrees {
			col := splitCol(key)
			sum := 0
			for i := range r.splits[n].groups {
				v, _ := splitColumns[col-2].of(&r.splits[n].groups[i].Account).(int)
				sum += v
			}
			summary, _ := number(now[key])
			as = append(as, agreement{
				figure: key, by: r.splits[n].by, formula: "SUM(" + r.spanOn("splits", col, r.splitRun(n)) + ")", sheet: "splits",
				summary: summary, recounted: float64(sum),
			})
		}
	}
	return as
}
