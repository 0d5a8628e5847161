package staff

import (
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
	"github.com/boligklar/boligklar/web/page"
)

const guaranteesPath = "/guarantees"

// guarantees are the promises that landlords have been given, and what they
// claimed under them.
func (s *Staff) guarantees() page.Area {
	route := func(method, path string, h page.Handler) page.Route {
		return page.Route{Method: method, Path: guaranteesPath + path, May: auth.Staff, Handle: h}
	}
	return page.Area{Routes: []page.Route{
		route(http.MethodGet, "/new", s.newGuarantee),
		route(http.MethodPost, "/new", s.saveGuarantee),
		route(http.MethodGet, "/:id", s.showGuarantee),
		route(http.MethodGet, "/:id/edit", s.showGuaranteeForm),
		route(http.MethodPost, "/:id/edit", s.saveGuarantee),
		route(http.MethodPost, "/:id/claims", s.claimGuarantee),
		route(http.MethodPost, "/:id/claims/:n", s.settleClaim),
		route(http.MethodPost, "/:id/release", s.releaseGuarantee),
	}}
}

// typicalMonths is what guarantees are mostly for.
const typicalMonths = 3

type guaranteeFormPage struct {
	page.Frame
	Form                  *page.Form
	Action, Cancel        string
	Listing, Placement    string // ids, of a new one
	Address               string
	Forms, OwnDebt, Cover []page.Choice
}

func guaranteeChoices(c *page.Context, p *guaranteeFormPage) {
	p.Forms = []page.Choice{{Label: c.T("intake.choose", nil)}}
	for _, f := range landlords.SecurityForms {
		if f != landlords.DepositAccount {
			p.Forms = append(p.Forms, page.Choice{Value: f.String(), Label: c.T("intake.security."+f.String(), nil)})
		}
	}
	p.OwnDebt = c.YesNoUnknown()
	for _, r := range landlords.ClaimReasons {
		p.Cover = append(p.Cover, page.Choice{Value: string(r), Label: c.T("guarantee.for."+string(r), nil)})
	}
}

// guaranteeValues returns a guarantee as the form shows it.
func guaranteeValues(g *landlords.Guarantee) url.Values {
	out := url.Values{"issuer": {g.Issuer}, "form": {g.Form.String()}}
	number := func(name string, n *int) {
		if n != nil {
			out.Set(name, strconv.Itoa(*n))
		}
	}
	day := func(name string, d civil.Date) {
		if d != 0 {
			out.Set(name, d.String())
		}
	}
	if g.OwnDebt != nil {
		out.Set("own_debt", map[bool]string{true: "yes", false: "no"}[*g.OwnDebt])
	}
	if g.Rent {
		out.Add("cover", string(landlords.ClaimRent))
	}
	if g.Damage {
		out.Add("cover", string(landlords.ClaimDamage))
	}
	if g.WholeTenancy {
		out.Set("whole_tenancy", "yes")
	}
	number("months", g.Months)
	number("amount", g.Amount)
	day("valid_from", g.ValidFrom)
	day("valid_to", g.ValidTo)
	day("claim_by", g.ClaimBy)
	return out
}

// readGuarantee returns what was typed.
func readGuarantee(form *page.Form) landlords.Guarantee {
	g := landlords.Guarantee{Issuer: form.Text("issuer"), OwnDebt: form.YesNo("own_debt"), Months: form.Int("months"), Amount: form.Int("amount"),
		ValidFrom: form.Date("valid_from"), ValidTo: form.Date("valid_to"), WholeTenancy: form.Has("whole_tenancy"), ClaimBy: form.Date("claim_by")}
	g.Form.Add(form.Text("form")) // what is no form is told of as missing
	for _, r := range form.Set("cover") {
		g.Rent = g.Rent || r == string(landlords.ClaimRent)
		g.Damage = g.Damage || r == string(landlords.ClaimDamage)
	}
	if g.WholeTenancy {
		g.ValidTo = 0
	}
	return g
}

// newGuarantee shows an empty form for a listing, with what is known from the
// tenancy.
func (s *Staff) newGuarantee(c *page.Context) error {
	l, err := s.Office.Listing(c.Ctx(), c.Query("listing"))
	if err != nil {
		return err
	}
	months := typicalMonths
	issuer := s.Office.Name()
	if !strings.Contains(strings.ToLower(issuer), "kommune") {
		issuer += " kommune"
	}
	g := landlords.Guarantee{Issuer: issuer, Months: &months, Rent: true, Damage: true, ValidFrom: s.Office.Today()}
	if rent := l.Value.Record.Rent; rent != nil {
		amount := months * *rent
		g.Amount = &amount
	}
	if id := c.Query("placement"); id != "" {
		p, err := s.Office.Placement(c.Ctx(), id)
		if err != nil {
			return err
		}
		if p.Value.Placement.LeaseStart != 0 {
			g.ValidFrom = p.Value.Placement.LeaseStart
		}
	}
	return s.renderGuaranteeForm(c, http.StatusOK, c.NewForm(guaranteeValues(&g), 0), l, c.Query("placement"), "")
}

func (s *Staff) showGuaranteeForm(c *page.Context) error {
	rec, err := s.Office.Guarantee(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	l, err := s.Office.Listing(c.Ctx(), rec.Value.Listing)
	if err != nil {
		return err
	}
	return s.renderGuaranteeForm(c, http.StatusOK, c.NewForm(guaranteeValues(&rec.Value.Guarantee), rec.Version), l, "", rec.ID)
}

func (s *Staff) renderGuaranteeForm(c *page.Context, status int, form *page.Form, l office.ListingRecord, placement, id string) error {
	p := &guaranteeFormPage{Frame: page.Frame{Title: "guarantee.new", Crumbs: []page.Crumb{{Label: "landlord.title", Path: landlordsPath}}},
		Form: form, Action: guaranteesPath + "/new", Listing: l.ID, Placement: placement, Address: listingTitle(&l.Value.Record)}
	landlord := office.LandlordID(l.Value.Record.Landlord())
	if landlord != "" {
		p.Cancel = landlordsPath + "/" + landlord
		p.Crumbs = append(p.Crumbs, page.Crumb{Label: nameOr(c, l.Value.Record.LandlordName), Path: p.Cancel})
	}
	if placement != "" {
		p.Cancel = placementsPath + "/" + placement
	}
	if id != "" {
		p.Title, p.Action, p.Cancel = "guarantee.edit", guaranteesPath+"/"+id+"/edit", guaranteesPath+"/"+id
	}
	guaranteeChoices(c, p)
	return c.RenderStatus(status, "staff/guarantee-form", p)
}

// nameOr returns a landlord's name, or that it is not known.
func nameOr(c *page.Context, name string) string {
	if name == "" {
		return c.T("listing.landlord_unknown", nil)
	}
	return name
}

func (s *Staff) saveGuarantee(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	e := office.GuaranteeEdit{ID: c.Param("id"), Version: form.Version, Listing: form.Text("listing"), Placement: form.Text("placement"), Guarantee: readGuarantee(form), Who: c.Who()}
	var stored office.GuaranteeRecord
	if e.ID != "" {
		if stored, err = s.Office.Guarantee(c.Ctx(), e.ID); err != nil {
			return err
		}
		e.Listing = stored.Value.Listing
	}
	l, err := s.Office.Listing(c.Ctx(), e.Listing)
	if err != nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	if form.Valid() {
		id, err := s.Office.SaveGuarantee(c.Ctx(), e)
		switch {
		case err == nil:
			return c.Redirect(guaranteesPath+"/"+id, "guarantee.saved", nil)
		case apperr.CodeOf(err) == apperr.Conflict:
			form.Merge(guaranteeValues(&stored.Value.Guarantee), stored.Version, func(field string) string { return c.T("guarantee.field."+field, nil) })
			status = http.StatusConflict
		default:
			if err = guaranteeFailures(form, err); err != nil {
				return err
			}
		}
	}
	return s.renderGuaranteeForm(c, status, form, l, e.Placement, e.ID)
}

// guaranteeFailures puts what the office refuses beside the fields and returns any
// other error.
func guaranteeFailures(form *page.Form, err error) error {
	if p, ok := errors.AsType[*office.ProblemsError](err); ok {
		form.FailAll(p.Problems, "guarantee.problem.")
		return nil
	}
	if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code == apperr.Invalid && e.Key != "" {
		form.Fail("", e.Key, e.Params)
		return nil
	}
	return err
}

type guaranteePage struct {
	page.Frame
	ID        string
	Guarantee *landlords.Guarantee
	Entry     office.GuaranteeEntry
	State     page.Tag
	Overdue   bool // it ran out, and is not released
	Left      *int
	Deposit   int // that the listing asks for, where it and the guarantee together are above Most; else 0
	Most      int // that the two may come to together by law
	Claims    []claimView
	MayClaim  bool
	MayEnd    bool
	Today     string
	Form      *page.Form // of a new claim or of settling one
	Reasons   []page.Choice
	Outcomes  []page.Choice
	At        string // which form was sent: "claim", the place of a claim, or "release"
}

type claimView struct {
	landlords.Claim
	N     int
	Late  bool
	State page.Tag
}

func guaranteeTag(c *page.Context, g *landlords.Guarantee) page.Tag {
	color := map[landlords.GuaranteeState]string{landlords.GuaranteeActive: "success", landlords.GuaranteeClaimed: "warning"}[g.State]
	if color == "" {
		color = "neutral"
	}
	return page.Tag{Color: color, Text: c.T("guarantee.state."+string(g.State), nil)}
}

// guaranteeLine is a guarantee in a list.
type guaranteeLine struct {
	ID    string
	Entry office.GuaranteeEntry
	State page.Tag
}

func guaranteeLines(c *page.Context, recs []office.GuaranteeRecord) (out []guaranteeLine) {
	for _, rec := range recs {
		out = append(out, guaranteeLine{rec.ID, rec.Value, guaranteeTag(c, &rec.Value.Guarantee)})
	}
	return out
}

// guaranteesOfTenancy returns the guarantees of a tenancy, and those of its home
// that name none.
func (s *Staff) guaranteesOfTenancy(c *page.Context, p *office.PlacementRecord) ([]guaranteeLine, error) {
	all, err := s.Office.GuaranteesOf(c.Ctx(), p.Value.Listing)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(g office.GuaranteeRecord) bool {
		return g.Value.Placement != "" && g.Value.Placement != p.ID
	})
	return guaranteeLines(c, all), nil
}

func (s *Staff) showGuarantee(c *page.Context) error {
	rec, err := s.Office.Guarantee(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	today := s.Office.Today().String()
	return s.renderGuarantee(c, http.StatusOK, rec, c.NewForm(url.Values{"on": {today}}, rec.Version), "")
}

func (s *Staff) renderGuarantee(c *page.Context, status int, rec office.GuaranteeRecord, form *page.Form, at string) error {
	g, today := &rec.Value.Guarantee, s.Office.Today()
	s.saw(c, "landlords", rec.Value.Landlord)
	p := &guaranteePage{Frame: page.Frame{Title: c.T("guarantee.of", map[string]any{"Issuer": g.Issuer, "Address": rec.Value.Address}), Crumbs: []page.Crumb{{Label: "landlord.title", Path: landlordsPath}}},
		ID: rec.ID, Guarantee: g, Entry: rec.Value, State: guaranteeTag(c, g), Left: g.Left(), Today: today.String(), Form: form, At: at,
		MayClaim: g.State == landlords.GuaranteeActive || g.State == landlords.GuaranteeClaimed, MayEnd: g.State != landlords.GuaranteeReleased && !g.Pending()}
	form.Version = rec.Version
	p.Overdue = p.MayClaim && !g.WholeTenancy && g.ValidTo != 0 && g.ValidTo < today
	l, err := s.Office.Listing(c.Ctx(), rec.Value.Listing)
	if err != nil && apperr.CodeOf(err) != apperr.NotFound {
		return err
	}
	if err == nil && g.State != landlords.GuaranteeReleased {
		if most, above := g.Together(&l.Value.Record); above {
			p.Deposit, p.Most = *l.Value.Record.Deposit, most
		}
	}
	if err == nil && rec.Value.Landlord != "" {
		p.Crumbs = append(p.Crumbs, page.Crumb{Label: nameOr(c, l.Value.Record.LandlordName), Path: landlordsPath + "/" + office.LandlordID(l.Value.Record.Landlord())})
	}
	colors := map[landlords.ClaimState]string{landlords.ClaimMade: "warning", landlords.ClaimPaid: "success"}
	for i := range g.Claims {
		v := claimView{Claim: g.Claims[i], N: i, Late: g.Late(&g.Claims[i]), State: page.Tag{Color: colors[g.Claims[i].State], Text: c.T("guarantee.claim."+string(g.Claims[i].State), nil)}}
		if v.State.Color == "" {
			v.State.Color = "neutral"
		}
		p.Claims = append(p.Claims, v)
	}
	for _, r := range landlords.ClaimReasons {
		if r == landlords.ClaimRent && g.Rent || r == landlords.ClaimDamage && g.Damage {
			p.Reasons = append(p.Reasons, page.Choice{Value: string(r), Label: c.T("guarantee.for."+string(r), nil)})
		}
	}
	for _, state := range []landlords.ClaimState{landlords.ClaimPaid, landlords.ClaimRefused, landlords.ClaimWithdrawn} {
		p.Outcomes = append(p.Outcomes, page.Choice{Value: string(state), Label: c.T("guarantee.outcome."+string(state), nil)})
	}
	return c.RenderStatus(status, "staff/guarantee", p)
}

// changeGuarantee does one of the things that happen to a guarantee, and shows
// its page again with what is wrong.
func (s *Staff) changeGuarantee(c *page.Context, at, flash string, change func(form *page.Form) ([]apperr.Problem, error)) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	path := guaranteesPath + "/" + c.Param("id")
	warnings, err := change(form)
	if form.Valid() {
		if apperr.CodeOf(err) == apperr.Conflict {
			return c.Warn(path, "guarantee.changed", nil)
		}
		if err = guaranteeFailures(form, err); err != nil {
			return err
		}
	}
	if !form.Valid() {
		rec, err := s.Office.Guarantee(c.Ctx(), c.Param("id"))
		if err != nil {
			return err
		}
		return s.renderGuarantee(c, http.StatusUnprocessableEntity, rec, form, at)
	}
	if len(warnings) > 0 {
		return c.Warn(path, "guarantee.warning."+warnings[0].Code, nil)
	}
	return c.Redirect(path, flash, nil)
}

func (s *Staff) claimGuarantee(c *page.Context) error {
	return s.changeGuarantee(c, "claim", "guarantee.claimed", func(form *page.Form) ([]apperr.Problem, error) {
		claim := landlords.Claim{On: form.Date("on"), For: landlords.ClaimReason(form.Text("for")), Note: form.Text("note")}
		if n := form.Int("amount"); n != nil {
			claim.Amount = *n
		}
		if !form.Valid() {
			return nil, nil
		}
		return s.Office.ClaimGuarantee(c.Ctx(), c.Param("id"), form.Version, claim, c.Who())
	})
}

func (s *Staff) settleClaim(c *page.Context) error {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		return errNoPage
	}
	return s.changeGuarantee(c, strconv.Itoa(n), "guarantee.settled", func(form *page.Form) ([]apperr.Problem, error) {
		st := landlords.Settlement{Claim: n, State: landlords.ClaimState(form.Text("state")), Paid: form.Int("paid"), On: form.Date("on"), Why: form.Text("why")}
		if !form.Valid() {
			return nil, nil
		}
		return nil, s.Office.SettleClaim(c.Ctx(), c.Param("id"), form.Version, st, c.Who())
	})
}

func (s *Staff) releaseGuarantee(c *page.Context) error {
	return s.changeGuarantee(c, "release", "guarantee.released", func(form *page.Form) ([]apperr.Problem, error) {
		on := form.Date("on")
		if !form.Valid() {
			return nil, nil
		}
		return nil, s.Office.ReleaseGuarantee(c.Ctx(), c.Param("id"), form.Version, on, c.Who())
	})
}
