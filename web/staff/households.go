package staff

import (
	"cmp"
	"net/http"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/web/page"
)

const householdsPath = "/households"

// households are the households of the programme. Managers see none of it.
func (s *Staff) households() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "household.all", Path: householdsPath, May: auth.Staff, Place: 30}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/households", May: auth.Staff, Handle: s.listHouseholds},
			{Method: http.MethodGet, Path: "/households/new", May: auth.Staff, Handle: s.newHousehold},
			{Method: http.MethodPost, Path: "/households/new", May: auth.Staff, Handle: s.createHousehold},
			{Method: http.MethodGet, Path: "/households/:id", May: auth.Staff, Handle: s.showHousehold},
			{Method: http.MethodGet, Path: "/households/:id/edit", May: auth.Staff, Handle: s.showHouseholdForm},
			{Method: http.MethodPost, Path: "/households/:id/edit", May: auth.Staff, Handle: s.editHousehold},
			{Method: http.MethodGet, Path: "/households/:id/readiness", May: auth.Staff, Handle: s.showReadiness},
			{Method: http.MethodPost, Path: "/households/:id/readiness", May: auth.Staff, Handle: s.saveReadiness},
			{Method: http.MethodGet, Path: "/households/:id/contacts", May: auth.Staff, Handle: s.showContacts},
			{Method: http.MethodPost, Path: "/households/:id/contacts", May: auth.Staff, Handle: s.saveContacts},
			{Method: http.MethodGet, Path: "/households/:id/erase", May: auth.Coordinator, Handle: s.showErasure},
			{Method: http.MethodPost, Path: "/households/:id/erase", May: auth.Coordinator, Handle: s.eraseHousehold},
		},
	}
}

var householdForm = recordForm[households.Household]{
	schema: importers.HouseholdSchema,
	sections: []section{
		{Title: "household.section.who", Names: []string{"ref", "adults", "children", "current_unit", "pets", "step_free_needed"}},
		{Title: "household.section.economy", Names: []string{"employment", "monthly_income", "max_rent", "current_rent", "current_electricity_included", "social_assistance", "approved_rent", "security", "deposit_funds"}},
		{Title: "household.section.needs", Names: []string{"bedrooms_needed", "areas", "areas_must", "move_from", "min_lease_months"}},
		{Title: "household.section.readiness", Names: []string{"ready_date", "modules_completed", "references", "follow_up_plan", "norwegian_level"}},
	},
	hints: map[string]string{"ref": "household.hint.ref", "areas": "household.hint.areas", "norwegian_level": "household.hint.norwegian_level", "ready_date": "household.hint.ready_date", "bedrooms_needed": "household.hint.bedrooms_needed"},
}

type householdsPage struct {
	page.Frame
	Form  *page.Form
	Tabs  []page.Tab
	Rows  []householdRow
	Total int
	Pages page.Pagination
	Found bool // the list is narrowed by a filter
	Files listFiles
}

type householdRow struct {
	Path, Ref, Size, Employment, MaxRent string
	Ready                                page.Tag
	Unit                                 string
}

const householdsOnPage = 25

// householdsQuery is what the address asks for, without the page: those that are
// ready, where it says nothing.
func householdsQuery(c *page.Context) office.HouseholdsQuery {
	ready := office.ReadinessFilter(cmp.Or(c.Query("ready"), string(office.ReadyNow)))
	q := office.HouseholdsQuery{Ready: ready, Employment: households.Employment(c.Query("employment")), Ref: c.Query("ref")}
	if q.Ready == "all" || q.Ref != "" {
		q.Ready = ""
	}
	return q
}

func (s *Staff) listHouseholds(c *page.Context) error {
	q := householdsQuery(c)
	q.After, q.Limit = office.Cursor(c.Query("after")), householdsOnPage
	found, err := s.Office.FindHouseholds(c.Ctx(), q)
	if err != nil {
		return err
	}
	p := &householdsPage{Frame: page.Frame{Title: "household.all"}, Form: c.NewForm(c.Request.URL.Query(), 0), Total: found.Total, Pages: c.PaginateBy(string(found.Next)), Found: q.Ref != "" || q.Employment != "", Files: filesOf(c, string(importers.Households), true)}
	for _, filter := range []string{"ready", "soon", "not_ready", "all"} {
		p.Tabs = append(p.Tabs, page.Tab{Label: "household.filter." + filter, Path: c.With("ready", filter), Current: filter == cmp.Or(string(q.Ready), "all")})
	}
	for i := range found.Households {
		p.Rows = append(p.Rows, s.householdRow(c, &found.Households[i]))
		s.saw(c, "households", found.Households[i].Value.Key)
	}
	return c.Render("staff/households", p)
}

// Employments are the choices of the list's filter.
func (p *householdsPage) Employments() []page.Choice {
	out := []page.Choice{{Label: p.Lang.T("household.filter.any_employment", nil)}}
	for _, choice := range importers.HouseholdSchema.Field("employment").Choices {
		out = append(out, page.Choice{Value: choice.Value, Label: choice.Word(p.Lang)})
	}
	return out
}

func (s *Staff) householdRow(c *page.Context, rec *office.HouseholdRecord) householdRow {
	h := &rec.Value.Record
	row := householdRow{Path: householdsPath + "/" + rec.ID, Ref: h.Ref, Size: householdText(c, h.Adults, h.Children), Unit: h.CurrentUnit, Ready: s.readyTag(c, h)}
	for _, f := range facts(c, importers.HouseholdSchema, h, "employment") {
		row.Employment = f.Value
	}
	for _, f := range facts(c, importers.HouseholdSchema, h, "max_rent") {
		row.MaxRent = f.Value
	}
	return row
}

func (s *Staff) readyTag(c *page.Context, h *households.Household) page.Tag {
	switch date := c.Words().Date(h.ReadyDate); {
	case h.ReadyDate == 0:
		return page.Tag{Color: "neutral", Text: c.T("household.ready.none", nil)}
	case h.ReadyDate > s.Office.Today():
		return page.Tag{Color: "info", Text: c.T("household.ready.from", map[string]any{"Date": date})}
	default:
		return page.Tag{Color: "success", Text: c.T("household.ready.since", map[string]any{"Date": date})}
	}
}

func (s *Staff) renderHouseholdForm(c *page.Context, form *page.Form, id string) error {
	p := &recordPage{Frame: page.Frame{Title: "household.new", Crumbs: []page.Crumb{{Label: "household.all", Path: householdsPath}}}, Action: householdsPath + "/new", Cancel: householdsPath}
	if id != "" {
		p.Title, p.Action, p.Cancel = "household.edit", householdsPath+"/"+id+"/edit", householdsPath+"/"+id
	}
	return renderForm(c, &householdForm, form, p)
}

func (s *Staff) newHousehold(c *page.Context) error {
	return s.renderHouseholdForm(c, c.NewForm(nil, 0), "")
}

func (s *Staff) createHousehold(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	h := householdForm.read(c, form, households.Household{})
	if form.Valid() {
		saved, err := s.Office.CreateHousehold(c.Ctx(), h, c.Who())
		if err = problemsOf(c, form, err); err != nil {
			return err
		}
		if form.Valid() {
			s.changed(c, "households", saved.Key)
			return c.Redirect(householdsPath+"/"+saved.ID, "household.created", nil)
		}
	}
	return s.renderHouseholdForm(c, form, "")
}

func (s *Staff) showHouseholdForm(c *page.Context) error {
	rec, err := s.household(c)
	if err != nil {
		return err
	}
	return s.renderHouseholdForm(c, c.NewForm(householdForm.values(&rec.Value.Record), rec.Version), rec.ID)
}

func (s *Staff) editHousehold(c *page.Context) error {
	form, rec, err := s.sentAbout(c)
	if err != nil {
		return err
	}
	h := householdForm.read(c, form, rec.Value.Record)
	if form.Version != rec.Version {
		form.Merge(householdForm.values(&rec.Value.Record), rec.Version, householdForm.label(c))
		if len(form.Conflicts) > 0 {
			return s.renderHouseholdForm(c, form, rec.ID)
		}
	}
	if form.Valid() {
		saved, err := s.Office.EditHousehold(c.Ctx(), office.Edit[households.Household]{ID: rec.ID, Version: rec.Version, Record: h}, c.Who())
		if err = problemsOf(c, form, err); err != nil {
			return err
		}
		if form.Valid() {
			s.changed(c, "households", saved.Key, saved.Changed...)
			return c.Redirect(householdsPath+"/"+rec.ID, "household.saved", nil)
		}
	}
	return s.renderHouseholdForm(c, form, rec.ID)
}

type nearMissView struct{ Do, Opens, Path, Title string }

type householdPage struct {
	page.Frame
	ID          string
	Household   *households.Household
	Ready       page.Tag
	Unavailable string
	Sections    []factSection
	Contacts    office.Contacts
	Caseworker  string
	Checklist   []checkView
	Done        int // items of it that hold today
	Matches     []matchView
	Eligible    int  // listings, for the household as it is, or NotReady as it will be
	NotReady    bool // on the day
	ToDo        []todo
	NearMisses  []nearMissView
	WhatIf      *whatIfView
	Form        *page.Form
	Placements  []placementView
	Events      []happening
	Pages       page.Pagination
	MayErase    bool
}

type factSection struct {
	Title string
	Facts []fact
}

// todo is a step that opens homes.
type todo struct {
	Text, Opens string
}

func (s *Staff) showHousehold(c *page.Context) error {
	rec, err := s.household(c)
	if err != nil {
		return err
	}
	h := &rec.Value.Record
	p := &householdPage{Frame: page.Frame{Title: h.Ref, Crumbs: []page.Crumb{{Label: "household.all", Path: householdsPath}}}, ID: rec.ID, Household: h, Ready: s.readyTag(c, h),
		Form: c.NewForm(c.Request.URL.Query(), 0), MayErase: c.Can(auth.Coordinator)}
	for _, section := range householdForm.sections {
		all := facts(c, importers.HouseholdSchema, h, section.Names...)
		for i := range all {
			if all[i].Name != "current_unit" {
				continue
			}
			switch unit, err := s.Office.UnitByRef(c.Ctx(), h.CurrentUnit); {
			case err == nil:
				all[i].Path = unitsPath + "/" + unit.ID
			case apperr.CodeOf(err) != apperr.NotFound: // it may be one that the office does not have
				return err
			}
		}
		if len(all) > 0 {
			p.Sections = append(p.Sections, factSection{section.Title, all})
		}
	}
	placed, err := s.Office.PlacementsOf(c.Ctx(), h.Ref, "")
	if err != nil {
		return err
	}
	p.Unavailable = availabilityText(c, office.AvailabilityIn(placed, s.Office.Today()))
	if p.Placements, err = s.placementViews(c, placed); err != nil {
		return err
	}
	if err := s.besideHousehold(c, p); err != nil {
		return err
	}
	if err := s.matchesOfHousehold(c, p, placed); err != nil {
		return err
	}
	if p.Events, p.Pages, err = s.timeline(c, "households", rec.ID); err != nil {
		return err
	}
	return c.Render("staff/household", p)
}

// besideHousehold adds how to reach the household, and its checklist.
func (s *Staff) besideHousehold(c *page.Context, p *householdPage) error {
	contacts, err := s.Office.Contacts(c.Ctx(), p.ID)
	if err != nil {
		return err
	}
	p.Contacts, p.Caseworker = contacts.Value, s.names(c)(contacts.Value.Caseworker)
	readiness, err := s.Office.Readiness(c.Ctx(), p.ID)
	if err != nil {
		return err
	}
	p.Checklist = checkViews(c, readiness.Value.Items, s.Office.Today())
	p.Done = readiness.Value.Items.DoneOf(households.Items, s.Office.Today())
	return nil
}

// matchesOfHousehold ranks the listings for a household, and tells which step
// would open more.
func (s *Staff) matchesOfHousehold(c *page.Context, p *householdPage, placed []office.PlacementRecord) error {
	a, err := s.Office.Analysis(c.Ctx(), 0)
	if err != nil {
		return err
	}
	i, ok := a.FindCandidate(p.ID)
	if !ok {
		return nil // made this moment
	}
	q := a.Query
	q.Options = matching.Options{Top: shownMatches}
	matches, err := a.Match(c.Ctx(), p.ID, q)
	if err != nil {
		return err
	}
	open := openPairs(placed, func(r *office.PlacementRecord) string { return r.Value.Listing })
	for _, m := range matches {
		r := a.Explain(m, q)
		v := viewOf(c, &r)
		v.Title, v.Path, v.Text = listingTitle(r.Offer.Listing), listingsPath+"/"+r.Offer.ID, listingText(c, r.Offer.Listing)
		v.Placement, v.Unavailable = open[r.Offer.ID], p.Unavailable
		p.Matches = append(p.Matches, v)
	}
	readiness, err := a.ReadinessOf(c.Ctx(), a.Candidate(i), a.Query)
	if err != nil {
		return err
	}
	if readiness.WhenReady != nil {
		p.NotReady, readiness = true, *readiness.WhenReady
	}
	p.Eligible = readiness.Eligible
	for _, step := range readiness.Steps {
		if step.Gained > 0 {
			p.ToDo = append(p.ToDo, todo{stepText(c, step), c.T("household.opens", map[string]any{"N": step.Gained, "Best": step.BestRef, "Score": points(c, step.BestScore)})})
		}
	}
	near := a.Query
	near.Options = matching.Options{Top: 8}
	misses, err := a.NearMisses(c.Ctx(), p.ID, near)
	if err != nil {
		return err
	}
	for _, m := range misses {
		p.NearMisses = append(p.NearMisses, nearMissView{Do: m.Outcome.Remedy.Message().Render(c.Lang.T), Opens: verdictTag(c, m.Opens).Text,
			Path: listingsPath + "/" + m.Result.Offer.ID, Title: listingTitle(m.Result.Offer.Listing)})
	}
	p.WhatIf, err = whatIf(c, p.Form, a, a.Candidate(i))
	return err
}

// whatIfView is what a step that somebody tries out would open.
type whatIfView struct {
	Now, Then int
	Opened    []matchView
}

// whatIf ranks the listings for the household as it would be with what the address
// asks for: a higher rent, a further form of security, another employment, another
// place. Nothing is stored.
func whatIf(c *page.Context, form *page.Form, a *office.Analysis, now *matching.Candidate) (*whatIfView, error) {
	ready, _ := now.ReadyOn(a.On) // else nothing opens
	then, asked := asIf(form, &ready)
	if !asked || !form.Valid() {
		return nil, nil
	}
	q := a.Query
	q.Options = matching.Options{EligibleOnly: true}
	before, err := a.With(matching.Changes{Candidates: []matching.Candidate{ready}}).Match(c.Ctx(), now.ID, q)
	if err != nil {
		return nil, err
	}
	changed := a.With(matching.Changes{Candidates: []matching.Candidate{*then}})
	after, err := changed.Match(c.Ctx(), now.ID, q)
	if err != nil {
		return nil, err
	}
	had := map[int]bool{}
	for _, m := range before {
		had[m.Offer] = true
	}
	out := &whatIfView{Now: len(before), Then: len(after)}
	for _, m := range after {
		if had[m.Offer] || len(out.Opened) == shownMatches {
			continue
		}
		r := changed.Explain(m, q)
		v := viewOf(c, &r)
		v.Title, v.Path, v.Text = listingTitle(r.Offer.Listing), listingsPath+"/"+r.Offer.ID, listingText(c, r.Offer.Listing)
		out.Opened = append(out.Opened, v)
	}
	return out, nil
}

// asIf returns the household as the address wants it, and whether it wants
// anything else than there is.
func asIf(form *page.Form, now *matching.Candidate) (*matching.Candidate, bool) {
	then, h := *now, *now.Household
	then.Household = &h
	asked := false
	if rent := form.Int("max_rent"); rent != nil {
		h.MaxRent, asked = rent, true
	}
	for _, name := range form.Set("security") {
		asked = h.Security.Add(name) || asked
	}
	if e := households.Employment(form.Text("employment")); e != "" {
		h.Employment, asked = e, true
	}
	if place := form.Text("place"); place != "" {
		h.Areas, asked = append(append([]string{}, h.Areas...), place), true
		h.Normalize()
	}
	return &then, asked
}

// WhatIfSecurity are the forms of security of the what-if controls.
func (p *householdPage) WhatIfSecurity() (out []page.Choice) {
	for _, choice := range importers.HouseholdSchema.Field("security").Choices {
		out = append(out, page.Choice{Value: choice.Value, Label: choice.Word(p.Lang)})
	}
	return out
}

// WhatIfEmployment are the choices of employment of the what-if controls.
func (p *householdPage) WhatIfEmployment() []page.Choice {
	out := []page.Choice{{Label: p.Lang.T("household.what_if.as_now", nil)}}
	for _, choice := range importers.HouseholdSchema.Field("employment").Choices {
		out = append(out, page.Choice{Value: choice.Value, Label: choice.Word(p.Lang)})
	}
	return out
}
