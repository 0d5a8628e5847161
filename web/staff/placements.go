package staff

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/web/page"
)

const placementsPath = "/placements"

// placements are the ways of households towards listings.
func (s *Staff) placements() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "placement.all", Path: placementsPath, May: auth.Staff, Place: 40}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/placements", May: auth.Staff, Handle: s.showBoard},
			{Method: http.MethodPost, Path: "/placements", May: auth.Staff, Handle: s.propose},
			{Method: http.MethodGet, Path: "/placements/:id", May: auth.Staff, Handle: s.showPlacement},
			{Method: http.MethodPost, Path: "/placements/:id/step", May: auth.Staff, Handle: s.advance},
			{Method: http.MethodPost, Path: "/placements/:id/decline", May: auth.Staff, Handle: s.decline},
			{Method: http.MethodPost, Path: "/placements/:id/note", May: auth.Staff, Handle: s.annotate},
		},
	}
}

// placementView is a placement as a card or a row.
type placementView struct {
	Path, Household, Listing   string
	HouseholdPath, ListingPath string
	State                      page.Tag
	Who                        string // who is responsible
	Since                      civil.Date
	Due                        string // what is due, "" for nothing
	Late                       bool
	Score                      string
	Outcome                    string
}

// dueAfter is how many days a placement may rest in a state before it is time to
// do something about it.
var dueAfter = map[placements.State]int{placements.Proposal: 7, placements.Viewing: 7, placements.Offer: 5}

func (s *Staff) placementViews(c *page.Context, recs []office.PlacementRecord) ([]placementView, error) {
	out := make([]placementView, len(recs))
	names := s.names(c)
	for i := range recs {
		out[i] = s.placementView(c, &recs[i], names)
	}
	return out, nil
}

func (s *Staff) placementView(c *page.Context, rec *office.PlacementRecord, names func(string) string) placementView {
	p, today := &rec.Value.Placement, s.Office.Today()
	last := p.Steps[len(p.Steps)-1]
	v := placementView{Path: placementsPath + "/" + rec.ID, Household: cmp.Or(p.Personal.HouseholdRef, c.T("placement.erased", nil)), Listing: p.Personal.ListingKey, Since: last.Date, Score: points(c, p.Basis.Score),
		State: stateTag(c, p.State), Who: names(p.Caseworker)}
	if rec.Value.Household != "" && p.Personal.HouseholdRef != "" {
		v.HouseholdPath = householdsPath + "/" + rec.Value.Household
	}
	if rec.Value.Listing != "" {
		v.ListingPath = listingsPath + "/" + rec.Value.Listing
	} else if strings.HasPrefix(v.Listing, "erased-") {
		v.Listing = c.T("placement.erased", nil)
	}
	due := func(on civil.Date, key string, params map[string]any) {
		params["Date"] = c.Words().Date(on)
		v.Due, v.Late = c.T(key, params), on < today
	}
	switch days, rests := dueAfter[p.State]; {
	case len(p.Due(today)) > 0:
		d := p.Due(today)[0]
		due(d.Date, "placement.due.follow_up", map[string]any{"Months": d.Months})
	case p.State == placements.Lease:
		due(p.LeaseStart, "placement.due.move_in", map[string]any{})
	case rests:
		due(last.Date.AddDays(days), "placement.due."+string(p.State), map[string]any{})
	case p.Housed():
		for _, months := range placements.FollowUpMonths {
			if on := p.LeaseStart.AddMonths(months); on > today {
				due(on, "placement.due.follow_up", map[string]any{"Months": months})
				break
			}
		}
	}
	if d := p.Decline; d != nil {
		v.Outcome = c.T("placements.decliner."+string(d.By), nil) + ": " + c.T("placements.reason."+string(d.Reason), nil)
	}
	return v
}

func stateTag(c *page.Context, state placements.State) page.Tag {
	color := map[placements.State]string{placements.Offer: "warning", placements.Lease: "success", placements.FollowUp: "success", placements.Declined: "neutral", placements.Ended: "neutral"}[state]
	return page.Tag{Color: cmp.Or(color, "info"), Text: c.T("placements.state."+string(state), nil)}
}

func (s *Staff) propose(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	h, err := s.Office.Household(c.Ctx(), form.Text("household"))
	if err != nil {
		return err
	}
	l, err := s.Office.Listing(c.Ctx(), form.Text("listing"))
	if err != nil {
		return err
	}
	id, err := s.Office.Propose(c.Ctx(), office.ProposeRequest{Household: h.Value.Key, Listing: l.Value.Key, Why: form.Text("why"), Who: c.Who()})
	back := householdsPath + "/" + h.ID
	if form.Text("from") == "listing" {
		back = listingsPath + "/" + l.ID
	}
	if done, err := s.refused(c, back, err); done || err != nil {
		return err
	}
	s.changed(c, "households", h.Value.Key, "placement")
	return c.Redirect(placementsPath+"/"+id, "placement.proposed", nil)
}

// refused shows a refusal that people can act on where they came from.
func (s *Staff) refused(c *page.Context, back string, err error) (bool, error) {
	e, ok := errors.AsType[*apperr.Error](err)
	if !ok || e.Key == "" || e.Code != apperr.Invalid && e.Code != apperr.Conflict && e.Code != apperr.Duplicate {
		return false, err
	}
	return true, c.Warn(back, e.Key, e.Params)
}

type placementPage struct {
	page.Frame
	ID        string
	View      placementView
	Placement *placements.Placement
	Basis     *matchView // computed again from what was recorded; nil where the rules have changed
	BasisText string
	Told      []toldView // what the landlord may be told
	Answered  bool       // the household has said yes
	Next      []nextStep
	Form      *page.Form
	Declines  []declineGroup
	Declining bool // a decline was sent and could not be recorded
	Steps     []stepView
	Notes     []noteView
	Users     []page.Choice

	Tenancy    bool // it has come to a lease
	ListingID  string
	Guarantees []guaranteeLine // of the tenancy
}

type toldView struct {
	Text, Value string
	Answer      page.Tag
}

type nextStep struct {
	Kind    placements.Kind
	Label   string
	Hint    string
	Date    page.Field
	Check   []page.Choice // results of a follow-up
	Talks   []page.Choice // which follow-up
	Reasons []page.Choice // where the household went, at the end of a sublet
}

type declineGroup struct {
	By      placements.Decliner
	Label   string
	Reasons []page.Choice
}

type stepView struct {
	Text, Who string
	Date      civil.Date
}

type noteView struct {
	Who, At, Text string
}

func (s *Staff) showPlacement(c *page.Context) error {
	rec, err := s.Office.Placement(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderPlacement(c, &rec, c.NewForm(besidePlacement(&rec), rec.Version))
}

// besidePlacement is what can be edited of a placement, apart from its course.
func besidePlacement(rec *office.PlacementRecord) url.Values {
	p := &rec.Value.Placement
	return url.Values{"case_ref": {p.Personal.CaseRef}, "caseworker": {p.Caseworker}}
}

func (s *Staff) renderPlacement(c *page.Context, rec *office.PlacementRecord, form *page.Form) error {
	p, names := &rec.Value.Placement, s.names(c)
	out := &placementPage{ID: rec.ID, View: s.placementView(c, rec, names), Placement: p, Form: form, Answered: !p.Accepted.IsZero()}
	out.Frame = page.Frame{Title: out.View.Household + " → " + out.View.Listing, Crumbs: []page.Crumb{{Label: "placement.all", Path: placementsPath}}}
	s.saw(c, "households", out.View.Household)
	form.Version = rec.Version
	for name, values := range besidePlacement(rec) {
		if _, typed := form.Values[name]; !typed {
			form.Values[name] = values
		}
	}
	out.Declining = !form.Valid() && form.Text("consequence") != "" || c.Query("decline") != ""
	for _, step := range p.Steps {
		out.Steps = append(out.Steps, stepView{c.T("placements.event."+string(step.Event), nil), names(step.By), step.Date})
	}
	for _, n := range p.Personal.Notes {
		out.Notes = append(out.Notes, noteView{names(n.By), c.Words().Time(n.At.Local()), n.Text})
	}
	if err := s.told(c, rec, out); err != nil {
		return err
	}
	switch r, err := p.Recompute(); apperr.CodeOf(err) {
	case "":
		v := viewOf(c, r)
		out.Basis = &v
	default:
		out.BasisText = c.Lang.Error(err)
	}
	var err error
	if out.Next, err = s.nextSteps(c, p, form); err != nil {
		return err
	}
	for i := range out.Next {
		if out.Next[i].Kind == placements.KindEnd && rec.Value.Unit != "" { // a move-out of one of the municipality's units
			for _, r := range vacancy.Reasons {
				out.Next[i].Reasons = append(out.Next[i].Reasons, page.Choice{Value: string(r), Label: c.T("reports.figure.out_"+string(r), nil), Chosen: string(r) == form.Text("reason")})
			}
		}
	}
	if slices.Contains(p.State.Events(), placements.KindDecline) {
		for _, by := range placements.Decliners {
			g := declineGroup{By: by, Label: c.T("placements.decliner."+string(by), nil)}
			for _, reason := range placements.DeclineReasons[by] {
				value := string(by) + "." + string(reason)
				g.Reasons = append(g.Reasons, page.Choice{Value: value, Label: c.T("placements.reason."+string(reason), nil), Chosen: value == form.Text("reason")})
			}
			out.Declines = append(out.Declines, g)
		}
	}
	if out.Users, err = s.caseworkers(c); err != nil {
		return err
	}
	if out.Tenancy = p.LeaseStart != 0 && rec.Value.Listing != ""; out.Tenancy {
		out.ListingID = rec.Value.Listing
		if out.Guarantees, err = s.guaranteesOfTenancy(c, rec); err != nil {
			return err
		}
	}
	return c.RenderStatus(form.Status(), "staff/placement", out)
}

// told adds what the landlord may be told of the household now.
func (s *Staff) told(c *page.Context, rec *office.PlacementRecord, out *placementPage) error {
	p := &rec.Value.Placement
	if p.Accepted.IsZero() || rec.Value.Household == "" || rec.Value.Listing == "" {
		return nil
	}
	h, err := s.Office.Household(c.Ctx(), rec.Value.Household)
	if err != nil {
		return ignoreMissing(err)
	}
	l, err := s.Office.Listing(c.Ctx(), rec.Value.Listing)
	if err != nil {
		return ignoreMissing(err)
	}
	for _, d := range placements.Disclose(p.Accepted, &h.Value.Record, &l.Value.Record, max(s.Office.Today(), p.Accepted)) {
		color := map[matching.Answer]string{matching.Pass: "success", matching.Unknown: "warning", matching.Fail: "danger"}[d.Answer]
		out.Told = append(out.Told, toldView{c.T("matching.rule."+d.Rule.String(), nil), requirementValue(c, &l.Value.Record, d.Rule), page.Tag{Color: color, Text: c.T("placement.told."+string(d.Answer), nil)}})
	}
	return nil
}

func ignoreMissing(err error) error {
	if apperr.CodeOf(err) == apperr.NotFound {
		return nil
	}
	return err
}

func (s *Staff) nextSteps(c *page.Context, p *placements.Placement, form *page.Form) (out []nextStep, err error) {
	for _, kind := range p.State.Events() {
		switch {
		case kind == placements.KindDecline, kind == placements.KindAccept && !p.Accepted.IsZero(),
			(kind == placements.KindView || kind == placements.KindOffer) && p.State == placements.Proposal && p.Accepted.IsZero():
			continue
		}
		n := nextStep{Kind: kind, Label: c.T("placement.do."+string(kind), nil), Hint: c.T("placement.do."+string(kind)+".hint", nil)}
		if n.Date, err = form.Field("date", "placement.date", "date", "id:date-"+string(kind)); err != nil {
			return nil, err
		}
		if n.Date.Value == "" {
			n.Date.Value = s.Office.Today().String()
		}
		if kind == placements.KindFollowUp {
			for _, m := range placements.FollowUpMonths {
				if !slices.ContainsFunc(p.Checks, func(k placements.Check) bool { return k.Months == m }) {
					n.Talks = append(n.Talks, page.Choice{Value: strconv.Itoa(m), Label: c.T("placements.follow_up_due", map[string]any{"Months": m})})
				}
			}
			if len(n.Talks) == 0 {
				continue
			}
			for _, r := range placements.CheckResults {
				n.Check = append(n.Check, page.Choice{Value: string(r), Label: c.T("placements.check."+string(r), nil)})
			}
		}
		out = append(out, n)
	}
	return out, nil
}

func (s *Staff) advance(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	step := office.PlacementStep{ID: c.Param("id"), Version: form.Version, Kind: placements.Kind(form.Text("kind")), Date: form.Date("date"), Note: form.Text("note"), Who: c.Who()}
	if form.Text("date") == "" {
		form.Fail("date", "form.missing", nil)
	}
	if step.Kind == placements.KindFollowUp {
		months, _ := strconv.Atoi(form.Text("months")) // 0 is refused with the others that there are not
		step.Check = &placements.Check{Months: months, Result: placements.CheckResult(form.Text("result"))}
	}
	if step.Kind == placements.KindEnd {
		step.Reason = vacancy.Reason(form.Text("reason"))
	}
	return s.record(c, form, step)
}

// record records a step and shows what stands in its way beside the form.
func (s *Staff) record(c *page.Context, form *page.Form, step office.PlacementStep) error {
	form.Aim(map[string]string{"date": "date-" + string(step.Kind), "note": "decline-note"}, nil)
	if form.Valid() {
		err := s.Office.Advance(c.Ctx(), step)
		switch apperr.CodeOf(err) {
		case "":
			if rec, err := s.Office.Placement(c.Ctx(), step.ID); err == nil {
				s.changed(c, "households", rec.Value.Placement.Personal.HouseholdRef, "placement")
			}
			if form.Text("from") == "board" {
				return c.Redirect(placementsPath+"?"+boardFilter(form.Text("who")), "placement.recorded", nil)
			}
			return c.Redirect(placementsPath+"/"+step.ID, "placement.recorded", nil)
		case apperr.Invalid, apperr.Conflict, apperr.Duplicate:
			form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
		default:
			return err
		}
	}
	rec, err := s.Office.Placement(c.Ctx(), step.ID)
	if err != nil {
		return err
	}
	return s.renderPlacement(c, &rec, form)
}

func (s *Staff) decline(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	by, reason, _ := strings.Cut(form.Text("reason"), ".")
	d := &placements.Decline{By: placements.Decliner(by), Reason: placements.Reason(reason), Consequence: placements.Consequence(form.Text("consequence")), Until: form.Date("until")}
	step := office.PlacementStep{ID: c.Param("id"), Version: form.Version, Kind: placements.KindDecline, Date: form.Date("date"), Decline: d, Note: form.Text("note"), Who: c.Who()}
	switch d.Consequence {
	case placements.ParkHousehold:
	case placements.RequirementCorrected:
		rule, value, _ := strings.Cut(form.Text("correction"), "=")
		d.Rule, d.Until = matching.Rule(rule), 0
		if fields := office.CorrectableFields(d.Rule); len(fields) > 0 && value != "" {
			step.Correct = map[string]string{fields[0]: value}
		} else if text := form.Text("corrected"); len(fields) > 0 && text != "" {
			step.Correct = map[string]string{fields[0]: text}
		}
	default:
		d.Until = 0 // typed and then thought better of
	}
	if reason == "" {
		form.Fail("reason", "form.missing", nil)
	}
	return s.record(c, form, step)
}

// Corrections are the requirements that a decline can correct.
func (p *placementPage) Corrections() (out []page.Choice) {
	out = append(out, page.Choice{Label: p.Lang.T("placement.correct.none", nil)})
	for _, level := range landlords.EmploymentRequirements {
		out = append(out, page.Choice{Value: "employment=" + string(level), Label: p.Lang.T("matching.rule.employment", nil) + ": " + p.Lang.T("matching.level."+string(level), nil)})
	}
	for _, one := range []struct {
		value string
		rule  matching.Rule
		word  string
	}{{"pets=false", matching.RulePets, "form.no"}, {"pets=true", matching.RulePets, "form.yes"}, {"references=true", matching.RuleReferences, "form.yes"}, {"references=false", matching.RuleReferences, "form.no"},
		{"follow_up=true", matching.RuleFollowUp, "form.yes"}, {"follow_up=false", matching.RuleFollowUp, "form.no"}} {
		out = append(out, page.Choice{Value: one.value, Label: p.Lang.T("matching.rule."+string(one.rule), nil) + ": " + p.Lang.T(one.word, nil)})
	}
	for _, rule := range []matching.Rule{matching.RuleSecurity, matching.RuleRent, matching.RuleOccupants} {
		out = append(out, page.Choice{Value: string(rule), Label: p.Lang.T("matching.rule."+string(rule), nil) + " (" + p.Lang.T("placement.correct.write", nil) + ")"})
	}
	return out
}

// Consequences are what can follow from a decline.
func (p *placementPage) Consequences() (out []page.Choice) {
	for _, q := range placements.Consequences {
		out = append(out, page.Choice{Value: string(q), Label: p.Lang.T("placements.consequence."+string(q), nil), Chosen: string(q) == cmp.Or(p.Form.Text("consequence"), string(placements.NoConsequence))})
	}
	return out
}

func (s *Staff) annotate(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	rec, err := s.Office.Placement(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	if form.Version != rec.Version { // what stands beside the placement may be as it was
		form.Merge(besidePlacement(&rec), rec.Version, func(name string) string {
			return c.T(map[string]string{"case_ref": "placement.case_ref", "caseworker": "contacts.caseworker"}[name], nil)
		})
		if len(form.Conflicts) > 0 {
			return s.renderPlacement(c, &rec, form)
		}
	}
	caseRef, caseworker := form.Text("case_ref"), form.Text("caseworker")
	err = s.Office.Annotate(c.Ctx(), office.PlacementNote{ID: c.Param("id"), Version: form.Version, Note: form.Text("note"), CaseRef: &caseRef, Caseworker: &caseworker, Who: c.Who()})
	form.Aim(map[string]string{"note": "f-note"}, nil)
	switch apperr.CodeOf(err) {
	case "":
		return c.Redirect(placementsPath+"/"+c.Param("id"), "placement.noted", nil)
	case apperr.Invalid, apperr.Conflict:
		form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
	default:
		return err
	}
	if rec, err = s.Office.Placement(c.Ctx(), c.Param("id")); err != nil {
		return err
	}
	return s.renderPlacement(c, &rec, form)
}
