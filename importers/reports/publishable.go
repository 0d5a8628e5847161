package reports

import (
	"io"
	"math"
	"slices"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/disclosure"
)

// Publishable writes the month's workbook that may leave the office: counts of
// households as disclosure publishes them, and figures about units that tell of
// nobody. Errors: as Turnover.
func (m *Month) Publishable(w io.Writer, lang i18n.Lang) (err error) {
	defer apperr.Annotate(&err, "reports.Publishable(%v)", lang)
	if m.open == nil {
		m.open = release(m.in)
	}
	r := &publishable{turnoverReport: &turnoverReport{book: newBook(lang), counted: &counted{in: m.in}}, released: m.open}
	r.named(r.heading()+", "+r.monthName(m.in.Month), m.in.Made)
	r.sheet1()
	r.meanings()
	return r.write(w)
}

// publishable is the workbook with what may be told.
type publishable struct {
	*turnoverReport
	*released
	series12 run // the rows of the twelve months
}

// released is what the workbook to publish tells, in no language.
type released struct {
	series  []disclosure.Release // the last twelve months, the one reported last
	year    vacancy.Account      // the twelve months up to the one reported
	month   vacancy.Account      // the one reported
	months  []vacancy.Account    // of each month of series
	voids12 int                  // move-ins of the year into units where someone lived before
}

func release(in TurnoverInput) *released {
	ledger := in.Ledger()
	first := in.Month
	for i := range in.Units {
		if from := in.Units[i].InServiceFrom; !from.IsZero() && from < first.First {
			first = civil.MonthOf(from)
		}
	}
	for i := range in.Stays {
		if from := in.Stays[i].From; !from.IsZero() && from < first.First {
			first = civil.MonthOf(from)
		}
	}
	releases := disclosure.Releases(ledger, first, in.Month)
	year := vacancy.Period{From: in.Month.Add(-11).First, To: in.Month.End()}
	r := &released{series: releases[max(0, len(releases)-12):], year: ledger.Account(year), month: ledger.Account(vacancy.MonthPeriod(in.Month))}
	for _, release := range r.series {
		r.months = append(r.months, ledger.Account(vacancy.MonthPeriod(release.Month)))
	}
	for _, m := range ledger.Movements(year) {
		if m.VoidDays != nil {
			r.voids12++
		}
	}
	return r
}

// sheet1 writes the figures, then the twelve months.
func (r *publishable) sheet1() {
	p := r.page(sheetPlan{name: r.sheet("summary"), onePage: true, tab: deep, widths: []float64{46, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16}})
	p.title(r.heading(), r.monthName(r.in.Month)+" · "+r.say("publishable.under"))
	now := r.series[len(r.series)-1]
	head := func(s, side string) cell {
		l := headLook
		l.side = side
		return cell{value: s, look: l}
	}
	p.add(32, head(r.say("summary.figure"), "left"), head(r.say("publishable.year"), "right"), head(r.say("publishable.month"), "right"))
	own := func(f disclosure.Figure) cell {
		if now.Own == nil {
			return cell{value: r.say("publishable.small"), look: bodyLook.as(whole)}
		}
		c, ok := now.Own[f]
		if !ok {
			return cell{look: bodyLook.as(whole)}
		}
		return r.told(c)
	}
	for _, f := range disclosure.Figures {
		label := bodyLook
		if f != disclosure.MoveIns && f != disclosure.MoveOuts && f != disclosure.Households {
			label.indent = 3
		}
		month := own(f)
		if f == disclosure.Households {
			month = r.told(now.Year[f])
		}
		p.add(18, cell{value: r.say("publishable.figure." + string(f)), look: label}, r.told(now.Year[f]), month)
	}
	r.openFigures(p, now)
	p.skip(12)
	r.twelveMonths(p)
	p.skip(12)
	r.pictures(p)
	p.end()
}

// openFigures are those about units and days, which tell of no household, and the
// medians where enough is behind them.
func (r *publishable) openFigures(p *page, now disclosure.Release) {
	percents, wholes := bodyLook.as(percent), bodyLook.as(whole)
	row := func(key string, year, month cell) {
		p.add(18, cell{value: r.say("figure." + key), look: bodyLook}, year, month)
	}
	hidden := cell{value: r.say("publishable.hidden"), look: wholes}
	rates := [2]cell{{value: coarse(r.released.year.VacancyRate), look: percents}, {value: coarse(r.released.month.VacancyRate), look: percents}}
	if now.VacancyHidden {
		rates[1] = hidden
	}
	if slices.ContainsFunc(r.series, func(r disclosure.Release) bool { return r.VacancyHidden }) {
		rates[0] = hidden // a year tells of each of its months
	}
	row("vacancy_rate", rates[0], rates[1])
	row("units_in_service", cell{look: bodyLook}, cell{value: r.released.year.Close.InService, look: wholes})
	row("available_unit_days", cell{value: r.released.year.AvailableUnitDays, look: wholes}, cell{value: r.released.month.AvailableUnitDays, look: wholes})
	median := func(key string, v *float64, told bool, step float64) {
		c := hidden
		if told && v != nil {
			c = cell{value: int(math.Round(*v/step) * step), look: wholes}
		}
		row(key, c, cell{look: bodyLook})
	}
	median("median_void_days", r.released.year.MedianVoidDays, enough(now.Year[disclosure.MoveIns]) && r.voids12 >= fewestBehindMedian, 5)
	median("median_stay_days", r.released.year.MedianStayDays, enough(now.Year[disclosure.MoveOuts]), 30)
}

// fewestBehindMedian is how many lengths a published median rests on: with fewer it
// is as good as one household's own.
const fewestBehindMedian = 10

// enough reports whether a published count says that a median of so many may be told.
func enough(c disclosure.Cell) bool { return !c.Hidden && c.N >= fewestBehindMedian }

// twelveMonths writes what was published with each of the last twelve months.
func (r *publishable) twelveMonths(p *page) {
	right := headLook
	right.side = "right"
	heads := []cell{{value: r.say("publishable.to"), look: headLook}}
	for _, f := range disclosure.Figures {
		heads = append(heads, cell{value: r.say("publishable.figure." + string(f)), look: right})
	}
	heads = append(heads, cell{value: r.say("publishable.rate"), look: right}, cell{value: r.say("figure.units_in_service"), look: right})
	p.add(46, heads...)
	r.series12.first = p.row + 1
	for i, release := range r.series {
		cells := []cell{{value: r.monthShort(release.Month), look: bodyLook}}
		for _, f := range disclosure.Figures {
			cells = append(cells, r.told(release.Year[f]))
		}
		rate := cell{look: bodyLook.as(percent)}
		if !release.VacancyHidden { // a blank is a gap in the chart
			rate.value = coarse(r.months[i].VacancyRate)
			if r.months[i].VacancyRate == nil {
				rate.value = nil
			}
		}
		p.add(rowHeight, append(cells, rate, cell{value: r.months[i].Close.InService, look: bodyLook.as(whole)})...)
	}
	r.series12.last = p.row
}

// pictures puts the charts under the table: how the vacancy went, and the moves of the
// twelve months up to each month. A hidden count has no bar.
func (r *publishable) pictures(p *page) {
	if r.err != nil {
		return
	}
	at := p.row + 1
	heading := r.series12.first - 1
	col := func(f disclosure.Figure) int { return slices.Index(disclosure.Figures, f) + 2 }
	rateCol := len(disclosure.Figures) + 2
	series := func(col int, color string) excelize.ChartSeries {
		return excelize.ChartSeries{Name: r.cellOn("summary", col, heading), Categories: r.spanOn("summary", 1, r.series12), Values: r.spanOn("summary", col, r.series12),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}}
	}
	rate := series(rateCol, deep)
	rate.Line = excelize.LineOptions{Type: excelize.LineSolid, Width: 2.5, Fill: rate.Fill}
	rate.Marker = excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: rate.Fill, Border: excelize.LineOptions{Type: excelize.LineSolid, Fill: rate.Fill}}
	line := r.chart(excelize.Line, "open_rate", []excelize.ChartSeries{rate})
	line.Legend = excelize.ChartLegend{Position: "none"}
	line.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: `0\ %`}
	if r.lang == i18n.English {
		line.YAxis.NumFmt.CustomNumFmt = "0%"
	}
	bars := r.chart(excelize.Col, "open_moves", []excelize.ChartSeries{series(col(disclosure.MoveIns), sea), series(col(disclosure.MoveOuts), amber)})
	where := r.chart(excelize.ColStacked, "open_where", []excelize.ChartSeries{series(col(disclosure.PrivateRental), deep), series(col(disclosure.Purchase), sea),
		series(col(disclosure.OtherMunicipal), amber), series(col(disclosure.LeftMunicipality), faint), series(col(disclosure.Other), rule)})
	for _, c := range []*excelize.Chart{bars, where} {
		c.Legend = excelize.ChartLegend{Position: "top", Font: chartFont(9, false, ink)}
		c.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "0"}
	}
	for i, c := range []*excelize.Chart{line, bars, where} {
		c.Dimension = excelize.ChartDimension{Width: 530, Height: 300}
		r.check(r.file.AddChart(p.name, cellName([]int{1, 4, 9}[i], at), c))
	}
	for range 16 { // the rows under the charts are part of the printed page
		p.skip(rowHeight)
	}
}

// coarse returns a rate to the tenth of a percent that is shown: six decimals would
// give the days away that it was made of.
func coarse(rate *float64) *float64 {
	if rate == nil {
		return nil
	}
	r := math.Round(*rate*1000) / 1000
	return &r
}

// told returns a figure as it may be told. One that there is no release of yet is blank.
func (r *publishable) told(c disclosure.Cell) cell {
	l := bodyLook.as(whole)
	switch {
	case c.Hidden:
		return cell{value: r.say("publishable.hidden"), look: l}
	case c.N == 0:
		return cell{look: l}
	}
	return cell{value: c.N, look: l}
}

// meanings says how the figures were made fit to be told.
func (r *publishable) meanings() {
	p := r.page(sheetPlan{name: r.sheet("definitions"), widths: meaningWidths, frozen: tableHeader, tab: faint})
	p.title(r.say("definitions.title"), r.say("publishable.under"))
	p.meaningHeader()
	p.meaning(r.say("publishable.rule"), r.say("publishable.rule_text"))
	p.meaning(r.say("publishable.year"), r.say("publishable.year_text"))
	for _, key := range []string{"move_ins", "move_outs", "moved_to_own_home", "vacancy_rate", "units_in_service", "available_unit_days"} {
		p.meaning(r.say("figure."+key), r.say("define."+key))
	}
	p.meaning(r.say("publishable.medians"), r.say("publishable.medians_text"))
	p.meaning(r.say("publishable.rate"), r.say("publishable.rate_text"))
	for _, key := range []string{"period", "occupancy", "service"} {
		p.meaning(r.say("basis."+key), r.say("define."+key))
	}
	p.end()
}
