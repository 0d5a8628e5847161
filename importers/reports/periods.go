package reports

import (
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// periodColumn is a period that the workbook tells of.
type periodColumn struct {
	head    string
	account vacancy.Account
}

// comparedPeriods are the month, the month before, the same month last year, the
// year so far, the same part of last year, and the twelve months up to the month.
func comparedPeriods(m civil.Month) []vacancy.Period {
	before, yearAgo := m.Add(-1), m.Add(-12)
	return []vacancy.Period{
		vacancy.MonthPeriod(m), vacancy.MonthPeriod(before), vacancy.MonthPeriod(yearAgo),
		{From: yearStart(m), To: m.End()}, {From: yearStart(yearAgo), To: yearAgo.End()}, {From: m.Add(-11).First, To: m.End()},
	}
}

// periodColumns are the columns of the compared periods.
func (r *turnoverReport) periodColumns() []periodColumn {
	m := r.in.Month
	toDate := func(m civil.Month) string {
		y, _, _ := m.First.YMD()
		return r.tell("periods.to_date", map[string]any{"Year": y, "Month": r.monthShort(m)})
	}
	heads := []string{r.monthShort(m), r.monthShort(m.Add(-1)), r.monthShort(m.Add(-12)), toDate(m), toDate(m.Add(-12)), r.say("periods.twelve")}
	columns := make([]periodColumn, len(heads))
	for i, head := range heads {
		columns[i] = periodColumn{head, r.accounts[i]}
	}
	return columns
}

func yearStart(m civil.Month) civil.Date {
	y, _, _ := m.First.YMD()
	first, _ := civil.Of(y, 1, 1) // a month's year is one
	return first
}

// periods writes every count in households and in persons, for the month and the
// periods that it is compared with, and the year's municipal figures.
func (r *turnoverReport) periods() {
	widths := []float64{50}
	for range r.spans {
		widths = append(widths, 12, 12)
	}
	p := r.page(sheetPlan{name: r.sheet("periods"), widths: widths, onePage: true, frozen: tableHeader + 1, frozenCol: 1, tab: deep})
	p.title(r.say("periods.title"), r.under("periods.under"))
	r.periodHead(p)
	r.headRows(p)
	r.dayRows(p)
	p.skip(0)
	r.yearEnd(p)
	p.end()
}

// periodHead names each period over its two columns.
func (r *turnoverReport) periodHead(p *page) {
	top, under := headLook, headLook
	top.side, under.side = "center", "right"
	heads, units := []cell{{look: headLook}}, []cell{{value: r.say("summary.figure"), look: headLook}}
	for _, s := range r.spans {
		heads = append(heads, cell{value: s.head, look: top}, cell{look: top})
		units = append(units, cell{value: r.say("column.in_households"), look: under}, cell{value: r.say("column.in_persons"), look: under})
	}
	p.add(30, heads...)
	for i := range r.spans {
		p.merge(2*i+2, 2*i+3)
	}
	p.add(20, units...)
}

// headRows are the counts of households and persons, with the control line of both.
func (r *turnoverReport) headRows(p *page) {
	r.periodSection(p, "moves")
	line := []struct {
		key string
		of  func(a *vacancy.Account) vacancy.Heads
	}{
		{"opening_occupied", func(a *vacancy.Account) vacancy.Heads { return a.Opening }},
		{"move_ins", func(a *vacancy.Account) vacancy.Heads { return a.In }},
		{"move_outs", func(a *vacancy.Account) vacancy.Heads { return a.Out }},
		{"closing_occupied", func(a *vacancy.Account) vacancy.Heads { return a.Closing }},
	}
	first := p.row + 1
	for _, f := range line {
		r.headRow(p, f.key, f.of)
	}
	cells := []cell{{value: r.say("figure.control_line"), look: r.labelLook()}}
	for col := 2; col <= 2*len(r.spans)+1; col++ {
		l := bodyLook.as(check)
		l.bold, l.color = true, sea
		at := func(row int) string { return cellName(col, first+row) }
		cells = append(cells, cell{formula: at(0) + "+" + at(1) + "-" + at(2) + "-" + at(3), value: r.lineOf(col), look: l})
	}
	r.rows.periodLine = p.add(rowHeight, cells...)
	r.headRow(p, "moved_to_own_home", func(a *vacancy.Account) vacancy.Heads { return a.OwnHome })
	r.periodSection(p, "reasons")
	for _, reason := range r.reasons() {
		r.headRow(p, reasonKey(reason), func(a *vacancy.Account) vacancy.Heads { return a.ByReason[reason] })
	}
}

// lineOf returns what is left of the control line in a column.
func (r *turnoverReport) lineOf(col int) int {
	a := &r.spans[col/2-1].account
	if col%2 == 0 {
		return lineDifference(a.Figures)
	}
	return a.Opening.Persons + a.In.Persons - a.Out.Persons - a.Closing.Persons
}

func (r *turnoverReport) labelLook() look {
	l := bodyLook
	l.indent = 2
	return l
}

func (r *turnoverReport) periodSection(p *page, key string) {
	cells := make([]cell, 2*len(r.spans)+1)
	for i := range cells {
		cells[i].look = sectionLook
	}
	cells[0].value = r.say("periods.section." + key)
	p.add(rowHeight, cells...)
}

func (r *turnoverReport) headRow(p *page, key string, of func(a *vacancy.Account) vacancy.Heads) {
	label := "figure." + key
	switch key { // a period is not always a month
	case "opening_occupied":
		label = "column.opening"
	case "closing_occupied":
		label = "column.closing"
	}
	cells := []cell{{value: r.say(label), look: r.labelLook()}}
	for i := range r.spans {
		h := of(&r.spans[i].account)
		cells = append(cells, cell{value: h.Households, look: bodyLook.as(whole)}, cell{value: h.Persons, look: bodyLook.as(whole)})
	}
	p.add(rowHeight, cells...)
}

// dayRows are the figures that are of units and days, one number a period.
func (r *turnoverReport) dayRows(p *page) {
	r.periodSection(p, "days")
	for _, f := range []struct {
		key  string
		kind kind
		of   func(a *vacancy.Account) any
	}{
		{"units_in_service", whole, func(a *vacancy.Account) any { return a.Close.InService }},
		{"units_vacant", whole, func(a *vacancy.Account) any { return a.Close.Vacant }},
		{"available_unit_days", whole, func(a *vacancy.Account) any { return a.AvailableUnitDays }},
		{"occupied_unit_days", whole, func(a *vacancy.Account) any { return a.OccupiedUnitDays }},
		{"void_unit_days", whole, func(a *vacancy.Account) any { return a.VoidDays }},
		{"vacancy_rate", percent, func(a *vacancy.Account) any { return a.VacancyRate }},
		{"turnover_rate", percent, func(a *vacancy.Account) any { return a.TurnoverRate }},
		{"median_void_days", decimal, func(a *vacancy.Account) any { return a.MedianVoidDays }},
		{"median_stay_days", decimal, func(a *vacancy.Account) any { return a.MedianStayDays }},
		{"out_of_order_days", whole, func(a *vacancy.Account) any { return a.OutOfOrderDays }},
		{"void_paid", money, func(a *vacancy.Account) any { return a.Cost.PaidLeasedIn }},
		{"void_lost", money, func(a *vacancy.Account) any { return a.Cost.LostOwned + a.Cost.LostOther }},
		{"down_paid", money, func(a *vacancy.Account) any { return a.Cost.PaidOutOfOrder }},
	} {
		cells := []cell{{value: r.say("figure." + f.key), look: r.labelLook()}}
		for i := range r.spans {
			cells = append(cells, cell{value: f.of(&r.spans[i].account), look: bodyLook.as(f.kind)}, cell{look: bodyLook})
		}
		p.add(rowHeight, cells...)
	}
}

// yearEnd writes the municipal figures of last year and of the year so far, with
// the line that the move-ins add up to.
func (r *turnoverReport) yearEnd(p *page) {
	r.sectionLine(p, "yearend.title")
	years := r.years
	heads := []cell{{value: r.say("summary.figure"), look: headLook}}
	side := headLook
	side.side = "right"
	for _, y := range years {
		heads = append(heads, cell{value: r.tell("yearend.to", map[string]any{"Date": dayText(y.To - 1)}), look: side}, cell{value: r.say("column.in_persons"), look: side})
	}
	p.add(32, heads...)
	row := func(key string, k kind, of func(y *vacancy.YearEnd) (any, any)) {
		cells := []cell{{value: r.say("yearend." + key), look: r.labelLook()}}
		for i := range years {
			a, b := of(&years[i])
			cells = append(cells, cell{value: a, look: bodyLook.as(k)}, cell{value: b, look: bodyLook.as(k)})
		}
		p.add(rowHeight, cells...)
	}
	heads2 := func(h vacancy.Heads) (any, any) { return h.Households, h.Persons }
	row("units", whole, func(y *vacancy.YearEnd) (any, any) { return y.Units.InService, nil })
	row("owned", whole, func(y *vacancy.YearEnd) (any, any) { return y.Units.Owned, nil })
	row("leased_in", whole, func(y *vacancy.YearEnd) (any, any) { return y.Units.LeasedIn, nil })
	row("owned_share", percent, func(y *vacancy.YearEnd) (any, any) { return y.OwnedShare, nil })
	row("living", whole, func(y *vacancy.YearEnd) (any, any) { return y.Units.Households, y.Units.Persons })
	row("newly", whole, func(y *vacancy.YearEnd) (any, any) { return heads2(y.NewlyMovedIn) })
	row("exchanges", whole, func(y *vacancy.YearEnd) (any, any) { return heads2(y.Exchanges) })
	row("renewals", whole, func(y *vacancy.YearEnd) (any, any) { return heads2(y.Renewals) })
	row("returns", whole, func(y *vacancy.YearEnd) (any, any) { return heads2(y.Returns) })
}
