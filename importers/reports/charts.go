package reports

import "github.com/xuri/excelize/v2"

// The charts stand over six columns of 12 characters and from the figures'
// header row down, one under the other, in pixels.
const (
	chartColumn = 8
	chartWidth  = 576
	chartHeight = 215
	chartRows   = 11 // rows from one chart's top to the next
)

// charts puts the year's vacancy rate and moves on the summary, from the rows of
// the control sheet, so that they change with it.
func (r *turnoverReport) charts(p *page) {
	if r.err != nil {
		return
	}
	months := r.spanOn("control", yearMonthCol, r.rows.year)
	series := func(col int, color string) excelize.ChartSeries {
		return excelize.ChartSeries{
			Name:       r.cellOn("control", col, r.rows.year.first-1),
			Categories: months, Values: r.spanOn("control", col, r.rows.year),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}},
		}
	}
	rate := series(yearRateCol, deep)
	rate.Line = excelize.LineOptions{Type: excelize.LineSolid, Width: 2.5, Fill: rate.Fill}
	rate.Marker = excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: rate.Fill, Border: excelize.LineOptions{Type: excelize.LineSolid, Fill: rate.Fill}}
	line := r.chart(excelize.Line, "vacancy", []excelize.ChartSeries{rate})
	line.Legend = excelize.ChartLegend{Position: "none"}
	line.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: `0\ %`}
	if r.lang == "en" {
		line.YAxis.NumFmt.CustomNumFmt = "0%"
	}
	bars := r.chart(excelize.Col, "moves", []excelize.ChartSeries{series(yearInsCol, sea), series(yearOutsCol, amber)})
	bars.Legend = excelize.ChartLegend{Position: "top", Font: chartFont(9, false, ink)}
	bars.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "0"}
	gap, overlap := uint(70), 0
	bars.GapWidth, bars.Overlap = &gap, &overlap
	voids := r.chart(excelize.Col, "voids", []excelize.ChartSeries{series(yearVoidCol, deep)})
	where := r.chart(excelize.Bar, "where", []excelize.ChartSeries{r.whereSeries()})
	for _, c := range []*excelize.Chart{voids, where} {
		c.Legend = excelize.ChartLegend{Position: "none"}
		c.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "0"}
		c.GapWidth = &gap
	}
	where.XAxis.Title, where.XAxis.ReverseOrder = excelize.ChartTitle{}, true
	for i, c := range []*excelize.Chart{line, bars, voids, where} {
		r.check(r.file.AddChart(p.name, cellName(chartColumn, figureHeader+i*chartRows), c))
	}
}

// whereSeries is the month's move-outs by reason, from the summary's own rows.
func (r *turnoverReport) whereSeries() excelize.ChartSeries {
	reasons := r.reasons()
	rows := run{r.rows.figures[reasonKey(reasons[0])], r.rows.figures[reasonKey(reasons[len(reasons)-1])]}
	return excelize.ChartSeries{
		Name: r.cellOn("summary", summaryNowCol, figureHeader), Categories: r.spanOn("summary", 1, rows), Values: r.spanOn("summary", summaryNowCol, rows),
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{amber}},
	}
}

// chart returns a chart with its title, axis titles and quiet lines.
func (r *turnoverReport) chart(kind excelize.ChartType, key string, series []excelize.ChartSeries) *excelize.Chart {
	words := func(s string, font *excelize.Font) excelize.ChartTitle {
		return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: s, Font: font}}}
	}
	zero := 0.0
	return &excelize.Chart{
		Type: kind, Series: series,
		Title:        words(r.say("chart."+key+".title"), chartFont(12, true, deep)),
		Dimension:    excelize.ChartDimension{Width: chartWidth, Height: chartHeight},
		ShowBlanksAs: "gap",
		Format:       excelize.GraphicOptions{AltText: r.say("chart." + key + ".alt"), Name: r.say("chart." + key + ".title"), Positioning: "oneCell"},
		XAxis:        excelize.ChartAxis{Font: *chartFont(9, false, ink), Title: words(r.say("chart.month"), chartFont(9, false, faint))},
		YAxis: excelize.ChartAxis{
			Font: *chartFont(9, false, ink), Title: words(r.say("chart."+key+".axis"), chartFont(9, false, faint)),
			MajorGridLines: true, Minimum: &zero,
		},
		Border: excelize.LineOptions{Type: excelize.LineSolid, Width: 0.75, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{rule}}},
	}
}

func chartFont(size float64, bold bool, color string) *excelize.Font {
	return &excelize.Font{Family: typeface, Size: size, Bold: bold, Color: color}
}
