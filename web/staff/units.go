package staff

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/page"
)

// units is the vacancy board, and each unit with what can be done to it.
func (s *Staff) units() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "units.menu", Path: "/units", May: auth.Figures, Place: 50}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/units", May: auth.Figures, Handle: s.showUnits},
			{Method: http.MethodGet, Path: "/units/:id", May: auth.Staff, Handle: s.showUnit},
			{Method: http.MethodPost, Path: "/units/:id/:act", May: auth.Staff, Handle: s.changeUnit},
		},
	}
}

// boardDays is how far back a timeline on the board goes.
const boardDays = 365

// bar is a segment of a timeline as it is drawn: X and Width in days.
type bar struct {
	vacancy.Segment
	X, Width int
}

// boardRow is a unit on the board.
type boardRow struct {
	ID       string
	Unit     vacancy.Unit
	Now      vacancy.Segment
	Days     int // in the state so far
	Void     int // days empty within the year shown
	LeaseEnd bool
	Bars     []bar
}

type unitsPage struct {
	page.Frame
	On     civil.Date
	Rows   []boardRow
	Counts []phaseCount
	State  string
	Names  bool // the user may see households
	Span   int
}

type phaseCount struct {
	Phase   vacancy.Phase
	N       int
	Path    string
	Current bool
}

func (s *Staff) showUnits(c *page.Context) error {
	h, err := s.Office.History(c.Ctx())
	if err != nil {
		return err
	}
	ids, err := s.Office.UnitIDs(c.Ctx())
	if err != nil {
		return err
	}
	p := &unitsPage{Frame: page.Frame{Title: "units.title", Wide: true}, On: s.Office.Today(), State: c.Query("state"), Names: c.Can(auth.Staff), Span: boardDays}
	counts := map[vacancy.Phase]int{}
	for _, line := range h.Timelines(vacancy.Period{From: p.On + 1 - boardDays, To: p.On + 1}) {
		row := boardRow{ID: ids[line.Unit.UnitRef], Unit: line.Unit, Bars: barsOf(line.Segments, p.On+1-boardDays)}
		row.Now, _ = line.At(p.On)
		row.Days = int(p.On-row.Now.From) + 1
		row.LeaseEnd = line.Unit.LeaseInEnds != 0 && line.Unit.LeaseInEnds < p.On+180
		for _, b := range line.Segments {
			switch b.Phase {
			case vacancy.PhaseVacant, vacancy.PhaseMaking, vacancy.PhaseReserved:
				row.Void += b.Days()
			}
		}
		counts[row.Now.Phase]++
		if p.State == "" && row.Now.Phase != vacancy.PhaseClosed || p.State == string(row.Now.Phase) {
			p.Rows = append(p.Rows, row)
		}
	}
	// What someone should act on stands first: empty ones, the longest first.
	slices.SortStableFunc(p.Rows, func(a, b boardRow) int {
		return cmp.Or(cmp.Compare(urgency(a.Now.Phase), urgency(b.Now.Phase)), cmp.Compare(b.Days, a.Days))
	})
	for _, phase := range vacancy.Phases {
		if counts[phase] > 0 {
			p.Counts = append(p.Counts, phaseCount{phase, counts[phase], "/units?state=" + string(phase), p.State == string(phase)})
		}
	}
	return c.Render("staff/units", p)
}

func urgency(p vacancy.Phase) int {
	order := []vacancy.Phase{vacancy.PhaseVacant, vacancy.PhaseMaking, vacancy.PhaseOutOfOrder, vacancy.PhaseReserved, vacancy.PhaseNotice, vacancy.PhaseOccupied, vacancy.PhaseClosed}
	return slices.Index(order, p)
}

func barsOf(segments []vacancy.Segment, from civil.Date) []bar {
	bars := make([]bar, len(segments))
	for i, s := range segments {
		bars[i] = bar{s, int(s.From - from), s.Days()}
	}
	return bars
}

type unitPage struct {
	page.Frame
	ID       string
	Unit     vacancy.Unit
	Details  vacancy.Details
	On       civil.Date
	Now      vacancy.Segment
	Segments []vacancy.Segment // the newest first
	Bars     []bar
	Span     int
	Stays    []vacancy.Occupancy
	Findings []string
	Form     *page.Form
	Reasons  []page.Choice
	Outages  []page.Choice
	Empty    bool // nobody lives there
}

func (s *Staff) showUnit(c *page.Context) error {
	form := c.NewForm(url.Values{"on": {s.Office.Today().String()}}, 0)
	return s.renderUnit(c, http.StatusOK, form)
}

func (s *Staff) renderUnit(c *page.Context, status int, form *page.Form) error {
	rec, err := s.Office.Unit(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	h, err := s.Office.History(c.Ctx())
	if err != nil {
		return err
	}
	unit := rec.Value.Record
	today := s.Office.Today()
	p := &unitPage{Frame: page.Frame{Title: unit.UnitRef, Crumbs: []page.Crumb{{Label: "units.menu", Path: "/units"}}}, ID: rec.ID, Unit: unit, On: today, Form: form}
	from := max(today-3*365, unit.InServiceFrom)
	p.Span = max(1, int(today+1-from))
	for _, line := range h.Timelines(vacancy.Period{From: from, To: today + 1}) {
		if line.Unit.UnitRef == unit.UnitRef {
			p.Details, p.Bars = line.Details, barsOf(line.Segments, from)
			p.Now, _ = line.At(today)
			p.Segments = slices.Clone(line.Segments)
			slices.Reverse(p.Segments)
		}
	}
	p.Empty = p.Now.Phase != vacancy.PhaseOccupied && p.Now.Phase != vacancy.PhaseNotice
	for _, f := range h.Findings(today) {
		if f.UnitRef == unit.UnitRef {
			w := c.Words()
			p.Findings = append(p.Findings, c.T("reports.finding."+string(f.Code), map[string]any{"Unit": f.UnitRef, "Household": f.HouseholdRef, "Other": f.OtherHouseholdRef,
				"From": w.Date(f.From), "To": w.Date(f.To), "Dates": w.Date(f.From) + "–" + w.Date(f.To), "Days": f.Days}))
		}
	}
	for _, r := range vacancy.Reasons {
		p.Reasons = append(p.Reasons, page.Choice{Value: string(r), Label: c.T("reports.figure.out_"+string(r), nil)})
	}
	for _, r := range vacancy.OutageReasons {
		p.Outages = append(p.Outages, page.Choice{Value: string(r), Label: c.T("vacancy.outage."+string(r), nil)})
	}
	s.saw(c, "units", unit.UnitRef)
	return c.RenderStatus(status, "staff/unit", p)
}

// unitFields are the IDs of the fields of each form on a unit's page: several ask
// for a day or a household.
var unitFields = map[string]map[string]string{
	"notice": {"expected": "notice-expected"}, "move-out": {"on": "out-on"}, "ready": {"on": "ready-on"}, "out-of-order": {"on": "down-on"}, "in-order": {"on": "order-on"},
	"reserve": {"household": "reserve-household", "expected": "arrival"}, "move-in": {"household": "in-household", "persons": "in-persons", "on": "in-on"},
}

// changeUnit does one thing to a unit, on the day that the form names.
func (s *Staff) changeUnit(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	rec, err := s.Office.Unit(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	on := form.Date("on")
	switch act := c.Param("act"); {
	case form.Text("on") != "":
	case act == "move-in", act == "move-out": // the figures hang on the day
		form.Fail("on", "form.missing", nil)
	default:
		on = s.Office.Today()
	}
	err = s.actOnUnit(c, c.Param("act"), rec.Value.Record.UnitRef, on, form)
	problems, refused := asProblems(err)
	switch {
	case refused:
		form.FailAll(problems.Problems, "units.problem.")
	case apperr.CodeOf(err) == apperr.Conflict, apperr.CodeOf(err) == apperr.Duplicate:
		form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
	case err != nil:
		return err
	}
	if !form.Valid() {
		form.Aim(unitFields[c.Param("act")], url.Values{"on": {s.Office.Today().String()}})
		return s.renderUnit(c, http.StatusUnprocessableEntity, form)
	}
	return c.Redirect("/units/"+rec.ID, "units.done", nil)
}

func (s *Staff) actOnUnit(c *page.Context, act, ref string, on civil.Date, form *page.Form) error {
	expected, household := form.Date("expected"), form.Text("household")
	if !form.Valid() {
		return nil
	}
	o, ctx, who := s.Office, c.Ctx(), c.Who()
	switch act {
	case "notice":
		return o.GiveNotice(ctx, vacancy.Notice{UnitRef: ref, Given: on, Expected: expected}, who)
	case "withdraw":
		return o.WithdrawNotice(ctx, ref, on, who)
	case "move-out":
		return o.MoveOut(ctx, ref, on, vacancy.Reason(form.Text("reason")), who)
	case "ready":
		return o.ReadyAgain(ctx, ref, on, who)
	case "out-of-order":
		return o.TakeOutOfOrder(ctx, vacancy.Outage{UnitRef: ref, From: on, Reason: vacancy.OutageReason(form.Text("outage"))}, who)
	case "in-order":
		return o.PutInOrder(ctx, ref, on, who)
	case "reserve":
		return o.Reserve(ctx, vacancy.Reservation{UnitRef: ref, HouseholdRef: household, From: on, Arrival: expected}, who)
	case "unreserve":
		return o.Unreserve(ctx, ref, on, who)
	case "move-in":
		_, err := o.MoveIn(ctx, vacancy.Occupancy{UnitRef: ref, HouseholdRef: household, Persons: form.Int("persons"), From: on}, who)
		return err
	}
	return errNoPage
}

func asProblems(err error) (*office.ProblemsError, bool) {
	var p *office.ProblemsError
	return p, errors.As(err, &p)
}
