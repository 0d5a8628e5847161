package staff

import (
	"errors"
	"net/http"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/web/album"
	"github.com/boligklar/boligklar/web/page"
)

// listing is a landlord's listing: its page, its form and its life.
func (s *Staff) listing() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: "/listings/new", May: auth.Staff, Handle: s.newListing},
		{Method: http.MethodPost, Path: "/listings/new", May: auth.Staff, Handle: s.createListing},
		{Method: http.MethodGet, Path: "/listings/:id", May: auth.Staff, Handle: s.showListing},
		{Method: http.MethodGet, Path: "/listings/:id/edit", May: auth.Staff, Handle: s.showListingForm},
		{Method: http.MethodPost, Path: "/listings/:id/edit", May: auth.Staff, Handle: s.editListing},
		{Method: http.MethodPost, Path: "/listings/:id/status", May: auth.Staff, Handle: s.changeListingStatus},
	}}
}

var listingForm = recordForm[landlords.Listing]{
	schema: importers.ListingSchema,
	sections: []section{
		{Title: "listing.section.home", Names: []string{"external_ref", "address", "postal_code", "postal_place", "unit_number", "dwelling_type", "bedrooms", "area_m2", "furnished", "step_free"}},
		{Title: "listing.section.money", Names: []string{"rent", "electricity_included", "deposit", "accepted_security"}},
		{Title: "listing.section.lease", Names: []string{"available_from", "lease_kind", "lease_months", "contract_form"}},
		{Title: "listing.section.requirements", Names: []string{"employment_requirement", "references_required", "max_occupants", "pets", "smoking", "follow_up_required", "preferred"}},
		{Title: "listing.section.landlord", Names: []string{"landlord_name", "landlord_phone", "landlord_email", "notes"}},
	},
	hints: map[string]string{"deposit": "listing.hint.deposit", "lease_months": "listing.hint.lease_months", "contract_form": "listing.hint.contract_form",
		"preferred": "listing.hint.preferred", "notes": "listing.hint.notes", "unit_number": "listing.hint.unit_number"},
}

const listingsPath = "/listings"

type recordPage struct {
	page.Frame
	Form     *page.Form
	Sections []section
	More     []section         // fields of the page's own, after the record's
	Hidden   map[string]string // values that the form carries
	Action   string
	Cancel   string
	Remove   string // what its button says: the form at Action/remove takes the record away; "" has none
	History  bool   // Events are shown
	Events   []happening
	Pages    page.Pagination
}

// renderForm shows a record's form; 422 where something is wrong, 409 where
// somebody else has changed the record.
func renderForm[R any](c *page.Context, def *recordForm[R], form *page.Form, p *recordPage) (err error) {
	p.Form = form
	if p.Sections, err = def.show(c, form); err != nil {
		return err
	}
	p.Sections = append(p.Sections, p.More...)
	return c.RenderStatus(form.Status(), "staff/record", p)
}

func (s *Staff) newListing(c *page.Context) error {
	return s.renderListingForm(c, c.NewForm(nil, 0), "")
}

func (s *Staff) renderListingForm(c *page.Context, form *page.Form, id string) error {
	p := &recordPage{Frame: page.Frame{Title: "listing.new", Crumbs: []page.Crumb{{Label: "listing.all", Path: listingsPath}}}, Action: listingsPath + "/new", Cancel: listingsPath}
	if id != "" {
		p.Title, p.Action, p.Cancel = "listing.edit", listingsPath+"/"+id+"/edit", listingsPath+"/"+id
	}
	return renderForm(c, &listingForm, form, p)
}

func (s *Staff) createListing(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	l := listingForm.read(c, form, landlords.Listing{})
	if form.Valid() {
		saved, err := s.Office.CreateListing(c.Ctx(), l, c.Who())
		if err = problemsOf(c, form, err); err != nil {
			return err
		}
		if form.Valid() {
			return c.Redirect(listingsPath+"/"+saved.ID, "listing.created", nil)
		}
	}
	return s.renderListingForm(c, form, "")
}

// problemsOf puts what the office finds wrong beside the fields and returns any
// other error.
func problemsOf(c *page.Context, form *page.Form, err error) error {
	if p, ok := errors.AsType[*office.ProblemsError](err); ok {
		fail(c, form, p.Problems)
		return nil
	}
	return err
}

func (s *Staff) showListingForm(c *page.Context) error {
	rec, err := s.Office.Listing(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderListingForm(c, c.NewForm(listingForm.values(&rec.Value.Record), rec.Version), rec.ID)
}

func (s *Staff) editListing(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	rec, err := s.Office.Listing(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	l := listingForm.read(c, form, rec.Value.Record)
	if form.Version != rec.Version {
		form.Merge(listingForm.values(&rec.Value.Record), rec.Version, listingForm.label(c))
		if len(form.Conflicts) > 0 {
			return s.renderListingForm(c, form, rec.ID)
		}
	}
	if form.Valid() {
		_, err := s.Office.EditListing(c.Ctx(), office.Edit[landlords.Listing]{ID: rec.ID, Version: rec.Version, Record: l}, c.Who())
		if err = problemsOf(c, form, err); err != nil {
			return err
		}
		if form.Valid() {
			return c.Redirect(listingsPath+"/"+rec.ID, "listing.saved", nil)
		}
	}
	return s.renderListingForm(c, form, rec.ID)
}

func (s *Staff) changeListingStatus(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	back := listingsPath + "/" + c.Param("id")
	err = s.Office.ChangeStatus(c.Ctx(), c.Param("id"), office.StatusChange{To: landlords.Status(form.Text("to")), Note: form.Text("note"), Why: "staff", Who: c.Who()})
	if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code == apperr.Invalid && e.Key != "" {
		return c.Warn(back, e.Key, e.Params)
	}
	if err != nil {
		return err
	}
	return c.Redirect(back, "listing.status_changed", nil)
}

type requirementView struct {
	Text, Value, Strength string
	Wish                  bool
}

type listingPage struct {
	page.Frame
	ID           string
	Listing      *landlords.Listing
	Status       []page.Tag
	Held         bool // an offer stands: its placement decides
	Actions      []statusAction
	Home         []fact
	Photos       []album.Picture
	House        houseView
	Requirements []requirementView
	Warnings     []string
	Qualified    int
	Negotiation  []string
	Matches      []matchView
	Placements   []placementView
	Events       []happening
	Pages        page.Pagination
	Links        linksView
}

// statusAction is a step in a listing's life that can be taken now; To is "" for
// the landlord's word that the home is free.
type statusAction struct {
	To    landlords.Status
	Label string
	Quiet bool
}

func statusActions(l *landlords.Listing) (out []statusAction) {
	if l.Status == landlords.StatusOpen || l.Status == landlords.StatusPaused {
		out = append(out, statusAction{Label: "listing.action.confirm"})
	}
	for _, to := range []landlords.Status{landlords.StatusOpen, landlords.StatusPaused, landlords.StatusLet, landlords.StatusWithdrawn} {
		if l.Status.CanBecome(to) {
			out = append(out, statusAction{To: to, Label: "listing.action." + string(to), Quiet: to != landlords.StatusOpen})
		}
	}
	return out
}

const shownMatches = 15

func (s *Staff) showListing(c *page.Context) error {
	rec, err := s.Office.Listing(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	l := &rec.Value.Record
	day, err := s.Finder.Today(c.Ctx())
	if err != nil {
		return err
	}
	p := &listingPage{Frame: page.Frame{Title: listingTitle(l), Crumbs: []page.Crumb{{Label: "listing.all", Path: listingsPath}}}, ID: rec.ID, Listing: l, Status: offerTags(c, l, day),
		Home: facts(c, importers.ListingSchema, l, "address", "postal_code", "postal_place", "unit_number", "dwelling_type", "bedrooms", "area_m2", "rent", "electricity_included", "deposit",
			"available_from", "lease_kind", "lease_months", "contract_form", "furnished", "smoking", "step_free", "confirmed_on")}
	for _, q := range l.Requirements() {
		p.Requirements = append(p.Requirements, requirementView{Text: c.T("matching.rule."+q.Rule.String(), nil), Value: requirementValue(c, l, q.Rule), Strength: c.T("listing.strength."+string(q.Strength), nil), Wish: q.Strength == landlords.Prefer})
	}
	house, err := s.Office.Particulars(c.Ctx(), rec.ID)
	if err != nil {
		return err
	}
	p.House = houseOf(c, house)
	for _, w := range l.ValidateWith(house) {
		p.Warnings = append(p.Warnings, problemText(c, w))
	}
	if p.Photos, err = s.pictures(c, rec.ID); err != nil {
		return err
	}
	placed, err := s.Office.PlacementsOf(c.Ctx(), "", rec.Value.Key)
	if err != nil {
		return err
	}
	for i := range placed {
		p.Held = p.Held || placed[i].Value.Placement.Active()
	}
	if !p.Held {
		p.Actions = statusActions(l)
	}
	if p.Placements, err = s.placementViews(c, placed); err != nil {
		return err
	}
	if err := s.matchesOfListing(c, p, placed); err != nil {
		return err
	}
	if p.Links, err = s.linksOf(c, rec.ID); err != nil {
		return err
	}
	p.Events, p.Pages, err = s.timeline(c, "listings", rec.ID)
	if err != nil {
		return err
	}
	return c.Render("staff/listing", p)
}

func requirementValue(c *page.Context, l *landlords.Listing, rule landlords.Rule) string {
	field := map[landlords.Rule]string{landlords.RuleEmployment: "employment_requirement", landlords.RuleFollowUp: "follow_up_required", landlords.RuleOccupants: "max_occupants",
		landlords.RulePets: "pets", landlords.RuleReferences: "references_required", landlords.RuleSecurity: "accepted_security"}[rule]
	for _, f := range facts(c, importers.ListingSchema, l, field) {
		return f.Value
	}
	return ""
}

// matchesOfListing ranks the households for a listing and values what its
// landlord could be asked for.
func (s *Staff) matchesOfListing(c *page.Context, p *listingPage, placed []office.PlacementRecord) error {
	if p.Listing.Status != landlords.StatusOpen && p.Listing.Status != landlords.StatusSubmitted {
		return nil
	}
	a, err := s.Office.Analysis(c.Ctx(), 0)
	if err != nil {
		return err
	}
	q := a.Query
	q.Options = matching.Options{Top: shownMatches}
	matches, err := a.MatchListing(c.Ctx(), p.ID, q)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound: // made this moment
		return nil
	case err != nil:
		return err
	}
	open := openPairs(placed, func(r *office.PlacementRecord) string { return r.Value.Household })
	for _, m := range matches {
		r := a.Explain(m, q)
		h := r.Candidate.Household
		v := viewOf(c, &r)
		v.Title, v.Path, v.Text, v.Placement = h.Ref, "/households/"+r.Candidate.ID, householdText(c, h.Adults, h.Children), open[r.Candidate.ID]
		switch until := a.Parked(h.Ref); {
		case a.UnderWay(h.Ref):
			v.Unavailable = c.T("staff.availability.has_offer", nil)
		case until != 0:
			v.Unavailable = c.T("staff.availability.parked", map[string]any{"Until": c.Words().Date(until)})
		}
		s.saw(c, "households", h.Ref)
		p.Matches = append(p.Matches, v)
	}
	n, err := a.NegotiationValue(c.Ctx(), p.ID, a.Query)
	if err != nil {
		return err
	}
	p.Qualified = n.Qualified
	for _, step := range n.Steps {
		if step.Gained > 0 {
			p.Negotiation = append(p.Negotiation, c.T("listing.negotiation", map[string]any{"N": step.Gained, "What": concessionText(c, step)}))
		}
	}
	return nil
}

// openPairs returns the paths of the placements that are open, by the id of the
// other side.
func openPairs(placed []office.PlacementRecord, other func(*office.PlacementRecord) string) map[string]string {
	out := map[string]string{}
	for i := range placed {
		if placed[i].Value.Placement.Open() {
			out[other(&placed[i])] = "/placements/" + placed[i].ID
		}
	}
	return out
}
