package staff

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/page"
)

// reports are the figures: turnover, forecast.
func (s *Staff) reports() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "reports_page.menu", Path: "/reports/turnover", Inside: []string{"/reports"}, May: auth.Figures, Place: 60}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/reports/turnover", May: auth.Figures, Handle: s.showTurnover},
			{Method: http.MethodGet, Path: "/reports/turnover/behind", May: auth.Figures, Handle: s.showEvidence},
			{Method: http.MethodGet, Path: "/reports/year-end", May: auth.Figures, Handle: s.showYearEnd},
			{Method: http.MethodPost, Path: "/reports/forecast", May: auth.Coordinator | auth.Manager, Handle: s.changePlan},
			{Method: http.MethodGet, Path: "/reports/turnover/workbook", May: auth.Figures, Handle: s.workbook},
			{Method: http.MethodGet, Path: "/reports/forecast", May: auth.Figures, Handle: s.showForecast},
		},
	}
}

func reportTabs(current string) []page.Tab {
	return []page.Tab{
		{Label: "reports_page.turnover", Path: "/reports/turnover", Current: current == "turnover"},
		{Label: "yearend_page.menu", Path: "/reports/year-end", Current: current == "year-end"},
		{Label: "reports_page.forecast", Path: "/reports/forecast", Current: current == "forecast"},
		{Label: "programme.title", Path: "/reports/programme", Current: current == "programme"},
		{Label: "fairness.title", Path: "/reports/fairness", Current: current == "fairness"},
	}
}

// figureRow is a figure with how to look behind it.
type figureRow struct {
	Key    string
	Value  string
	Behind string // "" where nothing is behind it
}

type turnoverPage struct {
	page.Frame
	Tabs     []page.Tab
	From, To civil.Month
	By       vacancy.Dimension
	Rows     []figureRow
	Groups   []groupRow
	Presets  []preset
	Account  office.Account
	Year     []yearRow // the twelve months to the period's end
	Charts   []page.Chart
	Names    bool
	Sent     *office.Restatement
	Restated []restatedRow
	Why      []whyLine
	Query    string
	Download string
}

// yearRow is a month of the last twelve.
type yearRow struct {
	vacancy.MonthFigures
	VoidDays int
}

// span returns the months that the address names, last month where it names none.
func (s *Staff) span(c *page.Context) (from, to civil.Month, err error) {
	last := civil.MonthOf(s.Office.Today()).Add(-1)
	read := func(name string, otherwise civil.Month) civil.Month {
		if v := c.Query(name); v != "" && err == nil {
			var m civil.Month
			if m, err = civil.ParseMonth(v); err == nil {
				return m
			}
			err = apperr.Wrap(err, apperr.Invalid, "The month is written 2026-11.")
		}
		return otherwise
	}
	month := read("month", last)
	from = read("from", month)
	to = read("to", from)
	if err == nil && to.First < from.First {
		to = from
	}
	return from, to, err
}

func (s *Staff) showTurnover(c *page.Context) error {
	from, to, err := s.span(c)
	if err != nil {
		return err
	}
	period := vacancy.Period{From: from.First, To: to.End()}
	p := &turnoverPage{Frame: page.Frame{Title: "reports_page.turnover"}, Tabs: reportTabs("turnover"), From: from, To: to, By: vacancy.Dimension(c.Query("by")), Names: c.Can(auth.Staff)}
	p.Query = "from=" + from.String() + "&to=" + to.String()
	p.Download = "/reports/turnover/workbook?month=" + to.String()
	if p.Account, err = s.Office.AccountOf(c.Ctx(), period, p.By); err != nil {
		return err
	}
	p.Rows = figureRows(c, &p.Account.Account)
	p.Groups = groupRows(c, &p.Account, p.Query)
	p.Presets = presets(s.Office.Today(), p.From, p.To, p.By)
	h, err := s.Office.History(c.Ctx())
	if err != nil {
		return err
	}
	for _, m := range h.Ledger().Series(to.Add(-11), 12) {
		p.Year = append(p.Year, yearRow{m, m.AvailableUnitDays - m.OccupiedUnitDays})
	}
	p.Charts = yearCharts(c, p.Year)
	if from == to {
		sent, err := s.Office.Restated(c.Ctx(), from)
		switch {
		case err == nil:
			p.Sent = &sent
			p.Restated = restatedRows(c, sent.Figures)
			p.Why = whyLines(c, &sent, s.names(c))
			for _, line := range p.Why {
				s.sawHouseholds(c, line.Household)
			}
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		}
	}
	return c.Render("staff/turnover", p)
}

// workbook sends a month's workbook: as it was sent, where it was, else made now. The
// full one tells of single households, so a manager gets the publishable one.
func (s *Staff) workbook(c *page.Context) error {
	_, month, err := s.span(c)
	if err != nil {
		return err
	}
	variant := office.Publishable
	if c.Query("variant") == string(office.Full) {
		if !c.Can(auth.Staff) {
			return apperr.New(apperr.Forbidden, "The full workbook tells of single households.")
		}
		variant = office.Full
	}
	kept, err := s.Office.KeptReport(c.Ctx(), month, variant, c.Lang)
	data := kept.Workbook
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		var buf bytes.Buffer
		if err := s.Office.WriteReport(c.Ctx(), &buf, month, variant, c.Lang); err != nil {
			return err
		}
		data = buf.Bytes()
	case err != nil:
		return err
	}
	if variant == office.Full { // it tells of single households
		s.Audit.Looked(audit.Entry{Who: c.Who(), What: audit.Exported, Register: "occupancies", Key: month.String()})
		if err := s.Audit.Flush(c.Ctx()); err != nil {
			return err
		}
	}
	header := c.Writer.Header()
	header.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "turnover-"+month.String()+"-"+string(variant)+".xlsx"))
	_, err = c.Writer.Write(data)
	return err
}

// restatedRow is a figure that was reported and is another now.
type restatedRow struct{ Key, Was, Is string }

func restatedRows(c *page.Context, figures []vacancy.Restated) (out []restatedRow) {
	w := figureWords{c}
	text := func(figure string, v any) string {
		switch v := v.(type) {
		case int:
			return w.number(v)
		case *float64:
			if strings.HasSuffix(figure, "_rate") {
				return w.rate(v)
			}
			return w.days(v)
		}
		return "–"
	}
	for _, f := range figures {
		out = append(out, restatedRow{"reports.figure." + f.Figure, text(f.Figure, f.Reported), text(f.Figure, f.Now)})
	}
	return out
}

// whyLine is a correction behind restated figures, with who made it and when.
type whyLine struct {
	Unit, Household, Was, Is string
	By                       []string
}

func whyLines(c *page.Context, r *office.Restatement, names func(string) string) (out []whyLine) {
	w := c.Words()
	dates := func(from, to civil.Date) string {
		if to.IsZero() {
			return w.Date(from) + "–"
		}
		return w.Date(from) + "–" + w.Date(to)
	}
	for _, x := range r.Why {
		line := whyLine{Unit: x.UnitRef, Household: x.HouseholdRef, Was: c.T("reports.restated.nothing", nil), Is: c.T("reports.restated.nothing", nil)}
		switch {
		case x.WasStay != nil || x.IsStay != nil:
			if x.WasStay != nil {
				line.Was = dates(x.WasStay.From, x.WasStay.To)
			}
			if x.IsStay != nil {
				line.Is = dates(x.IsStay.From, x.IsStay.To)
			}
		case x.WasUnit != nil || x.IsUnit != nil:
			if x.WasUnit != nil {
				line.Was = dates(x.WasUnit.InServiceFrom, x.WasUnit.InServiceTo)
			}
			if x.IsUnit != nil {
				line.Is = dates(x.IsUnit.InServiceFrom, x.IsUnit.InServiceTo)
			}
		default:
			if x.WasOutage != nil {
				line.Was = c.T("vacancy.phase.out_of_order", nil) + " " + dates(x.WasOutage.From, x.WasOutage.To)
			}
			if x.IsOutage != nil {
				line.Is = c.T("vacancy.phase.out_of_order", nil) + " " + dates(x.IsOutage.From, x.IsOutage.To)
			}
		}
		for _, e := range x.Events {
			line.By = append(line.By, names(e.Who)+", "+w.Time(e.At))
		}
		out = append(out, line)
	}
	return out
}
