package intake

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/album"
	"github.com/boligklar/boligklar/web/page"
)

type minePage struct {
	page.Frame
	Token   string
	Homes   []home
	Note    string // what staff asked
	History office.History
}

// home is a listing as its landlord sees it.
type home struct {
	ID      string
	Listing landlords.Listing
	Free    bool          // that it is free may be said of it now
	Words   []office.Word // what else may be said
	Change  bool
	Until   civil.Date // the confirmation holds; 0 where it does not matter
	Photos  []album.Picture
}

// wordsOf are what a landlord may say of a listing in a state.
var wordsOf = map[landlords.Status][]office.Word{
	landlords.StatusSubmitted: {office.WordWithdraw},
	landlords.StatusOpen:      {office.WordFree, office.WordPause, office.WordLetByUs, office.WordLetElse, office.WordWithdraw},
	landlords.StatusReserved:  {office.WordLetByUs, office.WordLetElse},
	landlords.StatusPaused:    {office.WordFree, office.WordLetElse, office.WordWithdraw},
	landlords.StatusExpired:   {office.WordFree, office.WordLetElse, office.WordWithdraw},
}

func (in *Intake) showMine(c *page.Context) error {
	token := c.Param("token")
	mine, err := in.Office.Mine(c.Ctx(), token)
	if err != nil {
		return in.noLink(c, err)
	}
	history, err := in.Office.MyHistory(c.Ctx(), mine)
	if err != nil {
		return err
	}
	policy, err := in.Office.Policy(c.Ctx(), in.Office.Today())
	if err != nil {
		return err
	}
	p := &minePage{Frame: page.Frame{Title: "intake.mine.title"}, Token: token, Note: mine.Note, History: history}
	for _, rec := range mine.Listings {
		h := homeOf(rec)
		if h.Listing.Status == landlords.StatusOpen && h.Listing.ConfirmedOn != 0 {
			h.Until = h.Listing.ConfirmedOn.AddDays(policy.Policy.FreshDays)
		}
		if h.Photos, err = in.album.Pictures(c, rec.ID, "/utleier/mine/"+token+"/homes/"+rec.ID+"/photos"); err != nil {
			return err
		}
		p.Homes = append(p.Homes, h)
	}
	return c.Render("intake/mine", p)
}

func homeOf(rec office.ListingRecord) home {
	l := rec.Value.Record
	words := wordsOf[l.Status]
	h := home{ID: rec.ID, Listing: l, Free: slices.Contains(words, office.WordFree), Change: l.Status.Offered()}
	for _, w := range words {
		if w != office.WordFree {
			h.Words = append(h.Words, w)
		}
	}
	return h
}

// noLink answers a link that opens nothing with the way to a new one.
func (in *Intake) noLink(c *page.Context, err error) error {
	if apperr.CodeOf(err) != apperr.NotFound {
		return err
	}
	return c.RenderStatus(http.StatusNotFound, "intake/link", in.form(c, "intake.link.none", c.NewForm(nil, 0)))
}

// say takes a landlord's word, by one tap.
func (in *Intake) say(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	token, word := c.Param("token"), office.Word(form.Text("word"))
	if !slices.Contains(office.Words, word) {
		return apperr.New(apperr.Invalid, "There is nothing to say in the form.").In("intake.incomplete", nil)
	}
	err = in.Office.Say(c.Ctx(), token, form.Text("home"), word)
	if apperr.CodeOf(err) == apperr.Invalid { // its state has changed meanwhile
		return c.Warn("/utleier/mine/"+token, "intake.said.late", nil)
	}
	if err != nil {
		return in.noLink(c, err)
	}
	return c.Redirect("/utleier/mine/"+token, "intake.said."+string(word), nil)
}

// stepTwo are the fields of the second step beside those of the first.
var stepTwo = append(slices.Clone(stepOne), "unit_number", "area_m2", "bedrooms", "electricity_included", "furnished", "deposit", "accepted_security", "employment_requirement", "references_required",
	"follow_up_required", "pets", "smoking", "step_free", "max_occupants", "lease_kind", "lease_months", "contract_form", "notes")

type detailsPage struct {
	page.Frame
	Form  *page.Form
	Token string
	ID    string

	Types, Furnished, Security, Employment, Leases, Contracts, YesNo []page.Choice
	Houses, Includes                                                 []page.Choice
	Minimum                                                          string // a warning: the term is shorter than the law's
	MinimumMonths, OwnHouseMonths, MaxDepositMonths                  int
}

func (in *Intake) details(c *page.Context, form *page.Form) *detailsPage {
	p := &detailsPage{Frame: page.Frame{Title: "intake.details.title", Crumbs: []page.Crumb{{Label: "intake.mine.title", Path: "/utleier/mine/" + c.Param("token")}}}, Form: form, Token: c.Param("token"), ID: c.Param("id"),
		MinimumMonths: landlords.MinFixedMonths, OwnHouseMonths: landlords.MinOwnHouseMonths, MaxDepositMonths: landlords.MaxDepositMonths}
	unknown := page.Choice{Value: "", Label: c.T("form.unknown", nil)}
	p.Types, p.Furnished, p.Employment, p.Leases, p.Contracts = []page.Choice{unknown}, []page.Choice{unknown}, []page.Choice{unknown}, []page.Choice{unknown}, []page.Choice{unknown}
	choice := func(area, value string) page.Choice {
		out := page.Choice{Value: value, Label: c.T(area+"."+value, nil)}
		if hint := area + "." + value + ".hint"; c.Lang.Has(hint) {
			out.Hint = c.T(hint, nil)
		}
		return out
	}
	for _, v := range landlords.DwellingTypes {
		p.Types = append(p.Types, choice("intake.type", string(v)))
	}
	for _, v := range landlords.Furnishings {
		p.Furnished = append(p.Furnished, choice("intake.furnished", string(v)))
	}
	for _, v := range landlords.SecurityForms {
		p.Security = append(p.Security, choice("intake.security", v.String()))
	}
	for _, v := range landlords.EmploymentRequirements {
		p.Employment = append(p.Employment, choice("intake.employment", string(v)))
	}
	for _, v := range landlords.LeaseKinds {
		p.Leases = append(p.Leases, choice("intake.lease", string(v)))
	}
	for _, v := range landlords.ContractForms {
		p.Contracts = append(p.Contracts, choice("intake.contract", string(v)))
	}
	p.YesNo, p.Houses = c.YesNoUnknown(), []page.Choice{unknown}
	for _, v := range landlords.HouseKinds {
		p.Houses = append(p.Houses, choice("intake.house", string(v)))
	}
	for _, v := range landlords.Inclusions {
		p.Includes = append(p.Includes, choice("intake.includes", string(v)))
	}
	return p
}

// particularsIn returns what a form says of the house.
func particularsIn(form *page.Form) landlords.Particulars {
	p := landlords.Particulars{House: landlords.HouseKind(form.Text("house")), LivesThere: form.YesNo("lives_there")}
	for _, v := range form.Set("includes") {
		p.Includes = append(p.Includes, landlords.Inclusion(v))
	}
	p.Clean()
	return p
}

// addParticulars puts what is known of the house into a form's values.
func addParticulars(values url.Values, p landlords.Particulars) url.Values {
	values.Set("house", string(p.House))
	values.Set("lives_there", "")
	if p.LivesThere != nil {
		values.Set("lives_there", map[bool]string{true: "yes", false: "no"}[*p.LivesThere])
	}
	for _, v := range p.Includes {
		values.Add("includes", string(v))
	}
	return values
}

// shorterThanLaw returns the parameters of the warning that a fixed term is
// shorter than the law allows; nil where it is not.
func shorterThanLaw(l *landlords.Listing, p landlords.Particulars) map[string]any {
	for _, problem := range l.ValidateWith(p) {
		if problem.Code == "lease_below_legal_minimum" {
			return problem.Params
		}
	}
	return nil
}

// valuesOf returns a listing as the form shows it.
func valuesOf(l *landlords.Listing) url.Values {
	all := importers.Texts(importers.ListingSchema, l)
	out := url.Values{}
	for _, name := range stepTwo {
		switch value := all[name]; {
		case name == "accepted_security":
			out[name] = l.AcceptedSecurity.Names()
		case value == "true":
			out.Set(name, "yes")
		case value == "false":
			out.Set(name, "no")
		default:
			out.Set(name, value)
		}
	}
	return out
}

// find returns the home that the address names. Errors: NotFound.
func (in *Intake) find(c *page.Context) (rec office.ListingRecord, err error) {
	mine, err := in.Office.Mine(c.Ctx(), c.Param("token"))
	if err != nil {
		return rec, err
	}
	for _, rec := range mine.Listings {
		if rec.ID == c.Param("id") {
			return rec, nil
		}
	}
	return rec, apperr.New(apperr.NotFound, "There is no such home.")
}

func (in *Intake) showDetails(c *page.Context) error {
	rec, err := in.find(c)
	if err != nil {
		return in.noLink(c, err)
	}
	house, err := in.Office.Particulars(c.Ctx(), rec.ID)
	if err != nil {
		return err
	}
	p := in.details(c, c.NewForm(addParticulars(valuesOf(&rec.Value.Record), house), rec.Version))
	if short := shorterThanLaw(&rec.Value.Record, house); short != nil {
		p.Minimum = c.T("intake.short_lease", short)
	}
	return c.Render("intake/details", p)
}

// saveDetails takes the second step.
func (in *Intake) saveDetails(c *page.Context) error {
	if !in.Limiter.Allow(c.Ctx(), c.Address) {
		return errTooOften
	}
	form, err := c.Form()
	if err != nil {
		return err
	}
	rec, err := in.find(c)
	if err != nil {
		return in.noLink(c, err)
	}
	if _, sent := form.Values["accepted_security"]; !sent {
		form.Values["accepted_security"] = []string{""}
	}
	listing, problems := importers.FromTexts(importers.ListingSchema, rec.Value.Record, texts(form, stepTwo))
	fail(c, form, append(problems, office.CheckOffer(&listing)...))
	token, house := c.Param("token"), particularsIn(form)
	if form.Valid() {
		token, err = in.Office.ChangeMine(c.Ctx(), c.Param("token"), office.Edit[landlords.Listing]{ID: rec.ID, Version: form.Version, Record: listing}, &house)
		switch refused, ok := errors.AsType[*office.ProblemsError](err); {
		case ok:
			fail(c, form, refused.Problems)
		case apperr.CodeOf(err) == apperr.Conflict:
			theirs, err := in.Office.Particulars(c.Ctx(), rec.ID)
			if err != nil {
				return err
			}
			form.Merge(addParticulars(valuesOf(&rec.Value.Record), theirs), rec.Version, func(field string) string { return c.T("intake.field."+field, nil) })
			return c.RenderStatus(http.StatusConflict, "intake/details", in.details(c, form))
		case err != nil:
			return in.noLink(c, err)
		}
	}
	if !form.Valid() {
		return c.RenderStatus(http.StatusUnprocessableEntity, "intake/details", in.details(c, form))
	}
	if short := shorterThanLaw(&listing, house); short != nil {
		return c.Warn("/utleier/mine/"+token, "intake.saved_short", short)
	}
	return c.Redirect("/utleier/mine/"+token, "intake.saved", nil)
}
