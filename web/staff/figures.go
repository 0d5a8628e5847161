package staff

import (
	"net/url"
	"strconv"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/page"
)

// preset is a period that people ask for often.
type preset struct {
	Label   string // i18n key
	Path    string
	Current bool
}

// presets are last month, the year so far and the twelve months before today.
func presets(today civil.Date, from, to civil.Month, by vacancy.Dimension) []preset {
	last := civil.MonthOf(today).Add(-1)
	y, _, _ := last.First.YMD()
	january, _ := civil.Of(y, 1, 1) // of a month's year: there is one
	var out []preset
	for _, p := range []struct {
		label string
		from  civil.Month
	}{{"last_month", last}, {"year_to_date", civil.MonthOf(january)}, {"twelve", last.Add(-11)}} {
		q := url.Values{"from": {p.from.String()}, "to": {last.String()}}
		if by != "" {
			q.Set("by", string(by))
		}
		out = append(out, preset{"reports_page." + p.label, "/reports/turnover?" + q.Encode(), from == p.from && to == last})
	}
	return out
}

// figureWords say figures as people read them.
type figureWords struct{ c *page.Context }

func (w figureWords) rate(v *float64) string {
	if v == nil {
		return "–"
	}
	text, _ := w.c.Words().Percent(*v)
	return text
}

func (w figureWords) days(v *float64) string {
	if v == nil {
		return "–"
	}
	text, _ := w.c.Words().Number(*v) // of a float: there is no error
	return text
}

func (w figureWords) number(n int) string {
	text, _ := w.c.Words().Number(n) // of an int: there is no error
	return text
}

func (w figureWords) money(v int) string { text, _ := w.c.Words().Money(v); return text }

func (w figureWords) heads(h vacancy.Heads) string {
	text := w.c.T("reports_page.heads", map[string]any{"Households": h.Households, "Persons": h.Persons})
	if h.PersonsUnknown > 0 {
		text += " " + w.c.T("reports_page.persons_unknown", map[string]any{"N": h.PersonsUnknown})
	}
	return text
}

// figureRows are the figures of a period, each with what is behind it. What is worked
// out from others leads to what it is worked out from.
func figureRows(c *page.Context, a *vacancy.Account) []figureRow {
	w := figureWords{c}
	n := w.number
	rows := []figureRow{
		{"opening_occupied", w.heads(a.Opening), "opening_occupied"}, {"move_ins", w.heads(a.In), "move_ins"}, {"move_outs", w.heads(a.Out), "move_outs"},
		{"closing_occupied", w.heads(a.Closing), "closing_occupied"}, {"control_line", n(a.OpeningOccupied + a.MoveIns - a.MoveOuts - a.ClosingOccupied), ""},
		{"moved_to_own_home", w.heads(a.OwnHome), "moved_to_own_home"},
	}
	for _, r := range vacancy.Reasons {
		if h, ok := a.ByReason[r]; ok {
			rows = append(rows, figureRow{"out_" + string(r), w.heads(h), "out_" + string(r)})
		}
	}
	return append(rows,
		figureRow{"units_in_service", n(a.Close.InService), "units_in_service"}, figureRow{"units_vacant", n(a.Close.Vacant), "units_vacant"},
		figureRow{"units_out_of_order", n(a.Close.OutOfOrder), "units_out_of_order"},
		figureRow{"available_unit_days", n(a.AvailableUnitDays), "available_unit_days"}, figureRow{"occupied_unit_days", n(a.OccupiedUnitDays), "occupied_unit_days"},
		figureRow{"void_unit_days", n(a.VoidDays), "void_unit_days"}, figureRow{"vacancy_rate", w.rate(a.VacancyRate), "void_unit_days"}, figureRow{"turnover_rate", w.rate(a.TurnoverRate), "move_outs"},
		figureRow{"median_void_days", w.days(a.MedianVoidDays), "move_ins"}, figureRow{"median_stay_days", w.days(a.MedianStayDays), "move_outs"},
		figureRow{"out_of_order_days", n(a.OutOfOrderDays), "out_of_order_days"}, figureRow{"void_paid", w.money(a.Cost.PaidLeasedIn), "void_paid"},
		figureRow{"void_lost", w.money(a.Cost.LostOwned + a.Cost.LostOther), "void_lost"}, figureRow{"down_paid", w.money(a.Cost.PaidOutOfOrder), "down_paid"},
	)
}

// groupRow is a group of units with its figures.
type groupRow struct {
	Name  string
	Cells []figureRow
}

// groupFigures are the figures of a split, in the order of its columns.
var groupFigures = []string{"units_in_service", "units_vacant", "move_ins", "move_outs", "moved_to_own_home", "closing_occupied", "void_unit_days", "vacancy_rate", "turnover_rate", "void_cost"}

func groupRows(c *page.Context, a *office.Account, query string) (out []groupRow) {
	w := figureWords{c}
	n := w.number
	for i := range a.Groups {
		g := &a.Groups[i]
		values := map[string]string{
			"units_in_service": n(g.Account.Close.InService), "units_vacant": n(g.Account.Close.Vacant), "move_ins": w.heads(g.Account.In), "move_outs": w.heads(g.Account.Out),
			"moved_to_own_home": w.heads(g.Account.OwnHome), "closing_occupied": w.heads(g.Account.Closing), "void_unit_days": n(g.Account.VoidDays),
			"vacancy_rate": w.rate(g.Account.VacancyRate), "turnover_rate": w.rate(g.Account.TurnoverRate), "void_cost": w.money(g.Account.Cost.Total()),
		}
		row := groupRow{Name: groupName(c, a.By, g.Value)}
		for _, key := range groupFigures {
			behind := map[string]string{"vacancy_rate": "void_unit_days", "turnover_rate": "move_outs", "void_cost": "void_unit_days"}[key]
			if behind == "" {
				behind = key
			}
			q := url.Values{"figure": {behind}, "by": {string(a.By)}, "group": {g.Value}}
			row.Cells = append(row.Cells, figureRow{key, values[key], "/reports/turnover/behind?" + query + "&" + q.Encode()})
		}
		out = append(out, row)
	}
	return out
}

func groupName(c *page.Context, by vacancy.Dimension, value string) string {
	switch {
	case value == "":
		return c.T("reports.splits.unknown", nil)
	case by == vacancy.ByOwnership:
		return c.T("reports.ownership."+value, nil)
	case by == vacancy.ByPurpose:
		return c.T("vacancy.purpose."+value, nil)
	case by == vacancy.BySize:
		return c.T("reports.splits.bedrooms", map[string]any{"N": value})
	}
	return value
}

type evidencePage struct {
	page.Frame
	Figure   string
	From, To civil.Month
	Group    string // "" where all units are meant
	Evidence vacancy.Evidence
	Defined  string // what the figure means
	Names    bool
	IDs      map[string]string // of the units' records, where the user may open them
}

// unitLink is a unit with the way to its page, where the user may open it.
type unitLink struct{ Ref, Path string }

// Link returns the unit as the page shows it.
func (p *evidencePage) Link(ref string) unitLink {
	if id := p.IDs[ref]; id != "" {
		return unitLink{ref, unitsPath + "/" + id}
	}
	return unitLink{Ref: ref}
}

func (s *Staff) showEvidence(c *page.Context) error {
	from, to, err := s.span(c)
	if err != nil {
		return err
	}
	by := vacancy.Dimension(c.Query("by"))
	e, err := s.Office.Evidence(c.Ctx(), c.Query("figure"), vacancy.Period{From: from.First, To: to.End()}, by, c.Query("group"))
	if err != nil {
		return err
	}
	p := &evidencePage{Figure: e.Figure, From: from, To: to, Evidence: e, Names: c.Can(auth.Staff)}
	p.Title = "reports.figure." + e.Figure
	if !c.Lang.Has(p.Title) {
		p.Title = "yearend_page." + e.Figure
	}
	back := "/reports/turnover?from=" + from.String() + "&to=" + to.String()
	if by != "" {
		back += "&by=" + string(by)
		p.Group = groupName(c, by, c.Query("group"))
	}
	p.Crumbs = []page.Crumb{{Label: "reports_page.turnover", Path: back}}
	if key := "reports.define." + e.Figure; c.Lang.Has(key) {
		p.Defined = c.T(key, nil)
	}
	if p.Names {
		for i := range e.Moves {
			s.sawHouseholds(c, e.Moves[i].HouseholdRef)
		}
		for i := range e.Stays {
			s.sawHouseholds(c, e.Stays[i].HouseholdRef)
		}
		if p.IDs, err = s.Office.UnitIDs(c.Ctx()); err != nil {
			return err
		}
	}
	return c.Render("staff/evidence", p)
}

type yearEndPage struct {
	page.Frame
	Tabs   []page.Tab
	Figure vacancy.YearEnd
	Owned  string
	Until  civil.Date // the last day counted
	Rows   []yearEndRow
	Years  []int
}

type yearEndRow struct {
	Key, Households, Persons string
	Behind                   string
}

// yearsShown is how many years back the page offers.
const yearsShown = 6

func (s *Staff) showYearEnd(c *page.Context) error {
	thisYear, _, _ := s.Office.Today().YMD()
	year := thisYear - 1
	if v, err := strconv.Atoi(c.Query("year")); err == nil {
		year = v
	}
	y, err := s.Office.YearEnd(c.Ctx(), year)
	if err != nil {
		return err
	}
	w, n := figureWords{c}, strconv.Itoa
	p := &yearEndPage{Frame: page.Frame{Title: "yearend_page.title"}, Tabs: reportTabs("year-end"), Figure: y, Owned: w.rate(y.OwnedShare), Until: y.To - 1}
	first := civil.MonthOf(y.To - 1)
	january, _ := civil.Of(year, 1, 1) // the office refuses a year that is none
	behind := func(figure string) string {
		return "/reports/turnover/behind?figure=" + figure + "&from=" + civil.MonthOf(january).String() + "&to=" + first.String()
	}
	close := func(figure string) string {
		return "/reports/turnover/behind?figure=" + figure + "&month=" + first.String()
	}
	add := func(key string, h vacancy.Heads) {
		p.Rows = append(p.Rows, yearEndRow{"yearend_page." + key, n(h.Households), n(h.Persons), behind(key)})
	}
	p.Rows = append(p.Rows,
		yearEndRow{"reports.yearend.units", n(y.Units.InService), "", close("units_in_service")}, yearEndRow{"reports.yearend.owned", n(y.Units.Owned), "", ""},
		yearEndRow{"reports.yearend.leased_in", n(y.Units.LeasedIn), "", ""}, yearEndRow{"reports.yearend.owned_share", p.Owned, "", ""},
		yearEndRow{"reports.yearend.living", n(y.Units.Households), n(y.Units.Persons), close("closing_occupied")},
	)
	add("newly_moved_in", y.NewlyMovedIn)
	add("exchanges", y.Exchanges)
	add("renewals", y.Renewals)
	add("returns", y.Returns)
	for v := thisYear; v > thisYear-yearsShown; v-- {
		p.Years = append(p.Years, v)
	}
	return c.Render("staff/yearend", p)
}
