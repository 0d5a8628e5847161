package staff

import (
	"strconv"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
	"github.com/boligklar/boligklar/web/page"
)

// percentText and numberText write a chart's values.
func percentText(c *page.Context) func(float64) string {
	return func(v float64) string {
		text, _ := c.Words().Percent(v) // a float64 always has a text
		return text
	}
}

func numberText(c *page.Context) func(float64) string {
	return func(v float64) string {
		text, _ := c.Words().Number(int(v))
		return text
	}
}

// count is a number as charts take it.
func count(n int) *float64 {
	v := float64(n)
	return &v
}

// shortMonth writes a month as a chart has room for: des. 2026.
func shortMonth(c *page.Context, m civil.Month) string {
	text := m.String()
	return c.T("reports.month_short."+text[5:], nil) + " " + text[:4]
}

// yearCharts draws vacancy, moves and void days over the months.
func yearCharts(c *page.Context, year []yearRow) []page.Chart {
	var places []string
	var rate, ins, outs, voids []*float64
	for _, m := range year {
		places = append(places, shortMonth(c, m.Month))
		rate = append(rate, m.VacancyRate)
		ins, outs, voids = append(ins, count(m.MoveIns)), append(outs, count(m.MoveOuts)), append(voids, count(m.VoidDays))
	}
	return []page.Chart{
		page.NewChart(c.T("reports.chart.vacancy.title", nil), places, []page.Series{{Mark: "1", Values: rate}}, percentText(c)),
		page.NewChart(c.T("reports.chart.moves.title", nil), places, []page.Series{
			{Mark: "1", Text: c.T("reports.figure.move_ins", nil), Values: ins}, {Mark: "2", Text: c.T("reports.figure.move_outs", nil), Values: outs},
		}, numberText(c)),
		page.NewChart(c.T("reports.chart.voids.title", nil), places, []page.Series{{Mark: "1", Values: voids}}, numberText(c)),
	}
}

// sharesChart draws the shares of every cohort.
func sharesChart(c *page.Context, rows []cohortView) page.Chart {
	var places []string
	var series []page.Series
	for _, row := range rows {
		places = append(places, row.Label)
		for i, share := range row.Shares {
			if i == len(series) {
				series = append(series, page.Series{Mark: strconv.Itoa(i + 1), Text: c.T(share.Key, nil)})
			}
			series[i].Values = append(series[i].Values, share.Rate)
		}
	}
	return page.NewChart(c.T("programme.chart_label", nil), places, series, percentText(c))
}

// forecastChart draws the units free at the end of each month: the median, and
// the band around it.
func forecastChart(c *page.Context, months []forecast.Month) page.Chart {
	var places []string
	var low, mid, high []*float64
	for _, m := range months {
		places = append(places, shortMonth(c, m.Month))
		low, mid, high = append(low, count(m.Free.Low)), append(mid, count(m.Free.Mid)), append(high, count(m.Free.High))
	}
	return page.NewChart(c.T("forecast.chart_label", nil), places, []page.Series{
		{Mark: "1", Text: c.T("forecast.chart_band", nil), Values: low, High: high},
		{Mark: "1", Line: true, Values: mid},
	}, numberText(c))
}
