package staff

import (
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
		Routes: append([]page.Route{
			{Method: http.MethodGet, Path: "/units", May: auth.Figures, Handle: s.showUnits},
			{Method: http.MethodGet, Path: "/units/:id", May: auth.Staff, Handle: s.showUnit},
			{Method: http.MethodPost, Path: "/units/:id/:act", May: auth.Staff, Handle: s.changeUnit},
		}, s.unitForms()...),
	}
}

type unitPage struct {
	page.Frame
	ID        string
	Unit      vacancy.Unit
	Details   vacancy.Details
	On        civil.Date
	Now       vacancy.Segment
	Household string            // path of the one who lives there, where it is registered
	Segments  []vacancy.Segment // the newest first
	Bars      []bar
	Span      int
	Stays     []unitStay
	Outages   []office.OutageRecord
	Kept      *vacancy.Reservation // for an arrival that is planned
	Findings  []findingLine
	Form      *page.Form
	Reasons   []page.Choice
	Causes    []page.Choice // of an outage
	Empty     bool          // nobody lives there
	Down      bool          // out of order, someone in it or not
	Events    []happening
	Pages     page.Pagination
}

// unitStay is a stay with the way to correct it.
type unitStay struct {
	vacancy.Occupancy
	Path string
	Days int
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
	if ref := p.Now.HouseholdRef; ref != "" {
		switch household, err := s.Office.HouseholdByRef(c.Ctx(), ref); {
		case err == nil:
			p.Household = householdsPath + "/" + household.ID
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		}
	}
	p.Empty = p.Now.Phase != vacancy.PhaseOccupied && p.Now.Phase != vacancy.PhaseNotice
	if err := s.unitFacts(c, p, h); err != nil {
		return err
	}
	for _, r := range vacancy.Reasons {
		p.Reasons = append(p.Reasons, page.Choice{Value: string(r), Label: c.T("reports.figure.out_"+string(r), nil)})
	}
	p.Causes = outageChoices(c)
	s.saw(c, "units", unit.UnitRef)
	return c.RenderStatus(status, "staff/unit", p)
}

// unitFields are the IDs of the fields of each form on a unit's page: several ask
// for a day or a household.
var unitFields = map[string]map[string]string{
	"notice": {"on": "notice-on", "expected": "notice-expected"}, "withdraw": {"on": "withdraw-on"}, "move-out": {"on": "out-on", "reason": "out-reason"}, "ready": {"on": "ready-on"},
	"out-of-order": {"on": "down-on", "until": "down-until", "outage": "down-why"}, "in-order": {"on": "order-on"}, "unreserve": {"on": "unreserve-on"},
	"reserve": {"household": "reserve-household", "persons": "reserve-persons", "expected": "arrival"}, "move-in": {"household": "in-household", "persons": "in-persons", "on": "in-on"},
}

// unitFacts adds what is recorded of a unit: stays, periods out of order, who it is
// kept for, what to look at, and what was done.
func (s *Staff) unitFacts(c *page.Context, p *unitPage, h *vacancy.History) error {
	ref := p.Unit.UnitRef
	stays, err := s.Office.Stays(c.Ctx(), ref)
	if err != nil {
		return err
	}
	for _, rec := range stays {
		stay := rec.Value.Record
		end := stay.To
		if end.IsZero() {
			end = p.On + 1
		}
		s.sawHouseholds(c, stay.HouseholdRef)
		p.Stays = append(p.Stays, unitStay{stay, unitsPath + "/" + p.ID + "/stays/" + rec.ID, int(end - stay.From)})
	}
	if p.Outages, err = s.Office.UnitOutages(c.Ctx(), ref); err != nil {
		return err
	}
	for _, o := range p.Outages {
		p.Down = p.Down || o.Value.Open != ""
	}
	for i := range h.Reservations {
		if r := &h.Reservations[i]; r.UnitRef == ref && r.Ended.IsZero() {
			p.Kept = r
			s.sawHouseholds(c, r.HouseholdRef)
		}
	}
	var own []vacancy.Finding
	for _, f := range h.Findings(p.On) {
		if f.UnitRef == ref {
			own = append(own, f)
		}
	}
	if p.Findings, err = s.findingLines(c, own, map[string]string{ref: p.ID}); err != nil {
		return err
	}
	if p.Events, p.Pages, err = s.timeline(c, "units", p.ID); err != nil || c.Query("after") != "" {
		return err
	}
	for _, rec := range stays { // what was corrected in its stays, among what was done to the unit
		events, _, err := s.timeline(c, "occupancies", rec.ID)
		if err != nil {
			return err
		}
		for _, h := range events {
			if len(h.Changes) > 0 {
				h.Text = rec.Value.Record.HouseholdRef + ": " + h.Text
				p.Events = append(p.Events, h)
			}
		}
	}
	slices.SortStableFunc(p.Events, func(a, b happening) int { return b.At.Compare(a.At) })
	return nil
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
	expected, household, until := form.Date("expected"), form.Text("household"), form.Date("until")
	persons := form.Int("persons")
	if !form.Valid() {
		return nil
	}
	o, ctx, who := s.Office, c.Ctx(), c.Who()
	switch act {
	case "notice":
		return o.GiveNotice(ctx, vacancy.Notice{UnitRef: ref, Given: on, Expected: expected, Reason: vacancy.Reason(form.Text("reason"))}, who)
	case "withdraw":
		return o.WithdrawNotice(ctx, ref, on, who)
	case "move-out":
		_, err := o.MoveOut(ctx, ref, on, vacancy.Reason(form.Text("reason")), who)
		return err
	case "ready":
		return o.ReadyAgain(ctx, ref, on, who)
	case "out-of-order":
		return o.TakeOutOfOrder(ctx, vacancy.Outage{UnitRef: ref, From: on, To: until, Reason: vacancy.OutageReason(form.Text("outage"))}, who)
	case "in-order":
		return o.PutInOrder(ctx, ref, on, who)
	case "reserve":
		return o.Reserve(ctx, vacancy.Reservation{UnitRef: ref, HouseholdRef: household, Persons: persons, From: on, Arrival: expected}, who)
	case "unreserve":
		return o.Unreserve(ctx, ref, on, who)
	case "move-in":
		_, err := o.MoveIn(ctx, vacancy.Occupancy{UnitRef: ref, HouseholdRef: household, Persons: persons, From: on}, who)
		return err
	case "close":
		_, err := o.CloseUnit(ctx, ref, on, who)
		return err
	}
	return errNoPage
}

func asProblems(err error) (*office.ProblemsError, bool) {
	var p *office.ProblemsError
	return p, errors.As(err, &p)
}
