package reports

import (
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// agreement is a figure of the summary that another sheet's rows give as well.
type agreement struct {
	figure             string // its key
	formula            string // counts it again on the other sheet
	sheet              string // key of that sheet
	summary, recounted float64
	by                 vacancy.Dimension // of the sums of a split; "" of another sheet
}

// agreements returns what the control sheet compares.
func (r *turnoverReport) agreements() []agreement {
	moves := func(col int) string { return r.spanOn("movements", col, r.rows.moves) }
	units := func(col int) string { return r.spanOn("units", col, r.rows.units) }
	going := func(d vacancy.Direction) string {
		return moves(moveDirectionCol) + "," + literal(r.say("direction."+string(d)))
	}
	leaving := func(reason vacancy.Reason) string {
		return "COUNTIFS(" + going(vacancy.Out) + "," + moves(moveReasonCol) + "," + literal(r.say("figure."+reasonKey(reason))) + ")"
	}
	as := []agreement{
		{"move_ins", "COUNTIFS(" + going(vacancy.In) + ")", "movements", float64(r.now.MoveIns), r.countMoves(vacancy.In, ""), ""},
		{"move_outs", "COUNTIFS(" + going(vacancy.Out) + ")", "movements", float64(r.now.MoveOuts), r.countMoves(vacancy.Out, ""), ""},
		{
			"moved_to_own_home", leaving(vacancy.PrivateRental) + "+" + leaving(vacancy.Purchase), "movements", float64(r.now.MovedToOwnHome),
			r.countMoves(vacancy.Out, vacancy.PrivateRental) + r.countMoves(vacancy.Out, vacancy.Purchase), "",
		},
	}
	persons := func(key string, d vacancy.Direction, heads vacancy.Heads) {
		n := 0
		for i := range r.moves {
			if m := &r.moves[i]; m.Direction == d && m.Persons != nil {
				n += *m.Persons
			}
		}
		as = append(as, agreement{key, "SUMIFS(" + moves(movePersonsCol) + "," + going(d) + ")", "movements", float64(heads.Persons), float64(n), ""})
	}
	persons("persons_in", vacancy.In, r.now.in)
	persons("persons_out", vacancy.Out, r.now.out)
	for _, reason := range r.reasons() {
		as = append(as, agreement{
			reasonKey(reason), leaving(reason), "movements", float64(r.now.OutsByReason[reason]), r.countMoves(vacancy.Out, reason), "",
		})
	}
	if v := r.now.MedianVoidDays; v != nil {
		as = append(as, agreement{"median_void_days", "MEDIAN(" + moves(moveVoidCol) + ")", "movements", *v, *v, ""})
	}
	if v := r.now.MedianStayDays; v != nil {
		as = append(as, agreement{"median_stay_days", "MEDIAN(" + moves(moveStayCol) + ")", "movements", *v, *v, ""})
	}
	days, cost := 0, 0
	for _, v := range r.empty {
		days += v.DaysInPeriod
		if v.Cost != nil {
			cost += *v.Cost
		}
	}
	void := func(col int) string { return "SUM(" + r.spanOn("voids", col, r.rows.voids) + ")" }
	as = append(
		as,
		agreement{"void_unit_days", void(voidDaysCol), "voids", float64(r.now.AvailableUnitDays - r.now.OccupiedUnitDays), float64(days), ""},
		agreement{"void_cost", void(voidCostCol), "voids", float64(r.now.cost.Total()), float64(cost), ""},
	)
	c := vacancy.Count(r.close)
	as = append(as, r.splitAgreements()...)
	return append(as,
		agreement{
			"units_vacant", "COUNTIFS(" + units(unitStatusCol) + "," + literal(r.say("status."+string(vacancy.Vacant))) + ")", "units",
			float64(r.now.units.Vacant), float64(c.Vacant), "",
		},
		agreement{"closing_occupied", "SUM(" + units(unitStaysCol) + ")", "units", float64(r.now.ClosingOccupied), float64(c.Stays), ""},
		agreement{"persons", "SUM(" + units(unitPersonsCol) + ")", "units", float64(r.now.units.Persons), float64(c.Persons), ""},
	)
}

// countMoves counts the rows of the movements sheet; "" is any reason.
func (r *turnoverReport) countMoves(d vacancy.Direction, reason vacancy.Reason) float64 {
	n := 0
	for i := range r.moves {
		if m := &r.moves[i]; m.Direction == d && (reason == "" || m.Reason == reason) {
			n++
		}
	}
	return float64(n)
}

// control writes the sheet where a reader can see that everything adds up: the
// control line of twelve months, the figures counted again on the other sheets,
// and what in the history someone should look at.
func (r *turnoverReport) control() {
	p := r.page(sheetPlan{
		name: r.sheet("control"), tab: warning,
		widths: []float64{42, 15, 15, 15, 18, 14, 12, 17, 16, 16, 13, 13},
	})
	p.title(r.say("control.title"), r.under("control.under"))
	r.sectionLine(p, "control.year")
	r.yearHeader(p)
	for i := range r.year {
		r.yearRow(p, i)
	}
	p.skip(0)
	r.sectionLine(p, "control.agree")
	r.agreementTable(p)
	p.skip(0)
	r.sectionLine(p, "control.findings")
	r.findingRows(p)
	p.end()
}

func (r *turnoverReport) sectionLine(p *page, key string) {
	p.add(20, cell{value: r.say(key), look: look{size: 12, bold: true, color: deep, middle: true}})
}

func (r *turnoverReport) headers(p *page, keys ...string) {
	cells := make([]cell, len(keys))
	for i, key := range keys {
		l := headLook
		if i > 0 {
			l.side = "right"
		}
		if key != "" {
			cells[i].value = r.say("column." + key)
		}
		cells[i].look = l
	}
	p.add(32, cells...)
}

func (r *turnoverReport) yearHeader(p *page) {
	r.headers(p, "month", "opening", "ins", "outs", "reckoned", "closing", "difference", "chain", "available_days", "occupied_days", "vacancy_rate", "void_unit_days")
}

func (r *turnoverReport) yearRow(p *page, i int) {
	f, row := r.year[i], p.row+1
	at := func(col int) string { return cellName(col, row) }
	num := bodyLook.as(whole)
	diff := bodyLook.as(check)
	diff.bold, diff.color = true, sea
	month := bodyLook
	if i == len(r.year)-1 {
		month.bold = true
	}
	chain := cell{look: diff}
	if i > 0 {
		chain.formula, chain.value = at(2)+"-"+cellName(6, row-1), f.OpeningOccupied-r.year[i-1].ClosingOccupied
	}
	rate := cell{look: bodyLook.as(percent)}
	if f.VacancyRate != nil { // a blank is a gap in the chart; a dash would be drawn as 0
		rate.value = f.VacancyRate
	}
	p.add(rowHeight,
		cell{value: r.monthShort(f.Month), look: month},
		cell{value: f.OpeningOccupied, look: num}, cell{value: f.MoveIns, look: num}, cell{value: f.MoveOuts, look: num},
		cell{formula: at(2) + "+" + at(3) + "-" + at(4), value: f.OpeningOccupied + f.MoveIns - f.MoveOuts, look: num},
		cell{value: f.ClosingOccupied, look: num},
		cell{formula: at(5) + "-" + at(6), value: lineDifference(f.Figures), look: diff},
		chain,
		cell{value: f.AvailableUnitDays, look: num}, cell{value: f.OccupiedUnitDays, look: num},
		rate,
		cell{formula: at(9) + "-" + at(10), value: f.AvailableUnitDays - f.OccupiedUnitDays, look: num},
	)
}

func (r *turnoverReport) agreementTable(p *page) {
	r.headers(p, "figure", "on_summary", "recounted", "difference", "on_sheet")
	diff := bodyLook.as(check)
	diff.bold, diff.color = true, sea
	for _, a := range r.agreements() {
		num := bodyLook.as(whole)
		if a.figure == "median_void_days" || a.figure == "median_stay_days" {
			num = bodyLook.as(decimal)
		}
		side := bodyLook
		side.side = "right"
		row := p.row + 1
		p.add(rowHeight,
			cell{value: r.agreementName(&a), look: bodyLook},
			cell{formula: r.cellOn("summary", summaryNowCol, r.rows.figures[a.figure]), value: a.summary, look: num},
			cell{formula: a.formula, value: a.recounted, look: num},
			cell{formula: cellName(2, row) + "-" + cellName(3, row), value: a.summary - a.recounted, look: diff},
			cell{value: r.sheet(a.sheet), look: side},
		)
	}
	total := totalLook
	differ := func(col int, rows run) string {
		return "COUNTIF(" + cellName(col, rows.first) + ":" + cellName(col, rows.last) + `,"<>0")`
	}
	p.add(20,
		cell{value: r.say("control.verdict"), look: total}, cell{look: total}, cell{look: total},
		cell{
			formula: r.periodsDiffer() + "+" + differ(yearDiffCol, r.rows.year) + "+" + differ(yearChainCol, run{r.rows.year.first + 1, r.rows.year.last}) + "+" + differ(agreeDiffCol, r.rows.agree),
			value:   r.disagreements(), look: total.as(check),
		},
		cell{look: total},
	)
}

// findingRows lists what Findings names, each in a sentence.
func (r *turnoverReport) findingRows(p *page) {
	if len(r.findings) == 0 {
		p.add(18, cell{value: r.say("control.no_findings"), look: look{italic: true, color: faint, middle: true}})
		return
	}
	for _, f := range r.findings {
		p.add(18, cell{value: r.findingText(f), look: look{color: warning, middle: true}})
	}
}

func (r *turnoverReport) findingText(f vacancy.Finding) string {
	return r.tell("finding."+string(f.Code), map[string]any{
		"Unit": f.UnitRef, "Household": f.HouseholdRef, "Other": f.OtherHouseholdRef,
		"From": dayText(f.From), "To": dayText(f.To), "Dates": datesText(f.From, f.To), "Days": f.Days,
	})
}

// datesText returns the dates of a stay within a sentence: an open end is left
// open, and a beginning that is not known is a question mark.
func datesText(from, to civil.Date) string {
	s := "?–"
	if !from.IsZero() {
		s = dayText(from) + "–"
	}
	if !to.IsZero() {
		s += dayText(to)
	}
	return s
}

// disagreements counts the lines of the control sheet that are not 0.
func (r *turnoverReport) disagreements() int {
	n := 0
	for i, m := range r.year {
		if lineDifference(m.Figures) != 0 {
			n++
		}
		if i > 0 && m.OpeningOccupied != r.year[i-1].ClosingOccupied {
			n++
		}
	}
	for _, a := range r.agreements() {
		if a.summary != a.recounted {
			n++
		}
	}
	for col := 2; col <= 2*len(r.spans)+1; col++ {
		if r.lineOf(col) != 0 {
			n++
		}
	}
	return n
}

// periodsDiffer counts the control lines of the periods that are not 0.
func (r *turnoverReport) periodsDiffer() string {
	return "COUNTIF(" + r.quoted("periods") + "!" + absolute(2, r.rows.periodLine) + ":" + absolute(2*len(r.spans)+1, r.rows.periodLine) + `,"<>0")`
}

func (r *turnoverReport) agreementName(a *agreement) string {
	name := r.say("figure." + a.figure)
	if a.by != "" {
		name += ", " + r.say("splits."+string(a.by))
	}
	return name
}

// lineDifference returns opening + ins - outs - closing.
func lineDifference(f vacancy.Figures) int {
	return f.OpeningOccupied + f.MoveIns - f.MoveOuts - f.ClosingOccupied
}
