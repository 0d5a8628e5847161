package staff

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
	"github.com/boligklar/boligklar/web/page"
)

// reports are the figures: turnover, forecast.
func (s *Staff) reports() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "reports_page.menu", Path: "/reports/turnover", May: auth.Figures, Place: 60}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/reports/turnover", May: auth.Figures, Handle: s.showTurnover},
			{Method: http.MethodGet, Path: "/reports/turnover/behind", May: auth.Staff, Handle: s.showEvidence},
			{Method: http.MethodGet, Path: "/reports/turnover/workbook", May: auth.Figures, Handle: s.workbook},
			{Method: http.MethodGet, Path: "/reports/forecast", May: auth.Figures, Handle: s.showForecast},
		},
	}
}

func reportTabs(current string) []page.Tab {
	return []page.Tab{
		{Label: "reports_page.turnover", Path: "/reports/turnover", Current: current == "turnover"},
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
	Account  office.Account
	Columns  []barColumn
	Max      int
	Names    bool
	Sent     *office.Restatement
	Query    string
	Download string
}

// barColumn is a month of the chart: vacancy as parts of a thousand.
type barColumn struct {
	Label     string
	X, Height int
	Y         int
	Value     string
	Ins, Outs int
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
	h, err := s.Office.History(c.Ctx())
	if err != nil {
		return err
	}
	for i, m := range h.Ledger().Series(to.Add(-11), 12) {
		col := barColumn{Label: m.Month.String(), X: 10 + i*48, Value: "–", Ins: m.MoveIns, Outs: m.MoveOuts}
		if m.VacancyRate != nil {
			col.Height = int(*m.VacancyRate*400 + 0.5)
			col.Value, _ = c.Words().Percent(*m.VacancyRate)
		}
		col.Height = min(col.Height, 120)
		col.Y = 130 - col.Height
		p.Columns = append(p.Columns, col)
	}
	if from == to {
		sent, err := s.Office.Restated(c.Ctx(), from)
		switch {
		case err == nil:
			p.Sent = &sent
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		}
	}
	return c.Render("staff/turnover", p)
}

func figureRows(c *page.Context, a *vacancy.Account) []figureRow {
	n := func(v int) string { return strconv.Itoa(v) }
	rate := func(v *float64) string {
		if v == nil {
			return "–"
		}
		text, _ := c.Words().Percent(*v)
		return text
	}
	days := func(v *float64) string {
		if v == nil {
			return "–"
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	heads := func(h vacancy.Heads) string {
		return c.T("reports_page.heads", map[string]any{"Households": h.Households, "Persons": h.Persons})
	}
	money := func(v int) string { text, _ := c.Words().Money(v); return text }
	rows := []figureRow{
		{"opening_occupied", heads(a.Opening), "opening_occupied"}, {"move_ins", heads(a.In), "move_ins"}, {"move_outs", heads(a.Out), "move_outs"},
		{"closing_occupied", heads(a.Closing), "closing_occupied"}, {"control_line", n(a.OpeningOccupied + a.MoveIns - a.MoveOuts - a.ClosingOccupied), ""},
		{"moved_to_own_home", heads(a.OwnHome), "moved_to_own_home"},
	}
	for _, r := range vacancy.Reasons {
		if h, ok := a.ByReason[r]; ok {
			rows = append(rows, figureRow{"out_" + string(r), heads(h), "out_" + string(r)})
		}
	}
	return append(rows,
		figureRow{"units_in_service", n(a.Close.InService), "units_in_service"}, figureRow{"units_vacant", n(a.Close.Vacant), "units_vacant"},
		figureRow{"available_unit_days", n(a.AvailableUnitDays), "available_unit_days"}, figureRow{"occupied_unit_days", n(a.OccupiedUnitDays), "occupied_unit_days"},
		figureRow{"void_unit_days", n(a.VoidDays), "void_unit_days"}, figureRow{"vacancy_rate", rate(a.VacancyRate), ""}, figureRow{"turnover_rate", rate(a.TurnoverRate), ""},
		figureRow{"median_void_days", days(a.MedianVoidDays), ""}, figureRow{"median_stay_days", days(a.MedianStayDays), ""},
		figureRow{"out_of_order_days", n(a.OutOfOrderDays), "out_of_order_days"}, figureRow{"void_paid", money(a.Cost.PaidLeasedIn), ""}, figureRow{"void_lost", money(a.Cost.LostOwned + a.Cost.LostOther), ""},
	)
}

type evidencePage struct {
	page.Frame
	Figure   string
	From, To civil.Month
	Evidence vacancy.Evidence
}

func (s *Staff) showEvidence(c *page.Context) error {
	from, to, err := s.span(c)
	if err != nil {
		return err
	}
	e, err := s.Office.Evidence(c.Ctx(), c.Query("figure"), vacancy.Period{From: from.First, To: to.End()})
	if err != nil {
		return err
	}
	title := "reports.figure." + e.Figure
	return c.Render("staff/evidence", &evidencePage{Frame: page.Frame{Title: title, Crumbs: []page.Crumb{{Label: "reports_page.turnover", Path: "/reports/turnover?from=" + from.String() + "&to=" + to.String()}}},
		Figure: e.Figure, From: from, To: to, Evidence: e})
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
		in, err := s.Office.TurnoverReport(c.Ctx(), month, c.Lang)
		if err != nil {
			return err
		}
		write := reports.Publishable
		if variant == office.Full {
			write = reports.Turnover
		}
		var buf bytes.Buffer
		if err := write(&buf, c.Lang, in); err != nil {
			return err
		}
		data = buf.Bytes()
	case err != nil:
		return err
	}
	header := c.Writer.Header()
	header.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "turnover-"+month.String()+"-"+string(variant)+".xlsx"))
	_, err = c.Writer.Write(data)
	return err
}

type forecastPage struct {
	page.Frame
	Tabs     []page.Tab
	Forecast *forecast.Forecast
	Check    forecast.Backtest
	Held     float64
	Gap      int
}

func (s *Staff) showForecast(c *page.Context) error {
	f, check, err := s.Office.Forecast(c.Ctx(), 12)
	if err != nil {
		return err
	}
	return c.Render("staff/forecast", &forecastPage{Frame: page.Frame{Title: "reports_page.forecast"}, Tabs: reportTabs("forecast"), Forecast: f, Check: check, Held: check.Share(), Gap: f.Months[len(f.Months)-1].PlacementsSafe})
}
