package intake

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/page"
)

// formPage is a page with a form for strangers.
type formPage struct {
	page.Frame
	publicTexts
	Form  *page.Form
	Stamp string
	Types []page.Choice
	Ways  []page.Choice
	Sent  bool // of the pages without a link: it was sent
	More  bool // what may wait is shown: something of it was typed
}

func (in *Intake) form(c *page.Context, title string, form *page.Form) *formPage {
	p := &formPage{Frame: page.Frame{Title: title}, Form: form, Stamp: in.stamps.make()}
	for _, t := range landlords.DwellingTypes {
		p.Types = append(p.Types, page.Choice{Value: string(t), Label: c.T("intake.type."+string(t), nil)})
	}
	p.Types = append([]page.Choice{{Value: "", Label: c.T("intake.choose", nil)}}, p.Types...)
	p.Ways = []page.Choice{{Value: "email", Label: c.T("intake.via.email", nil)}, {Value: "sms", Label: c.T("intake.via.sms", nil)}}
	return p
}

func (in *Intake) showOffer(c *page.Context) error {
	return in.offer(c, http.StatusOK, c.NewForm(url.Values{"via": {"email"}}, 0))
}

func (in *Intake) offer(c *page.Context, status int, form *page.Form) (err error) {
	p := in.form(c, "intake.title", form)
	p.More = slices.ContainsFunc(mayWait, func(name string) bool { return form.Text(name) != "" || form.ErrorOf(name) != "" })
	if p.publicTexts, err = in.texts(c); err != nil {
		return err
	}
	return c.RenderStatus(status, "intake/offer", p)
}

// stepOne are the fields of the first step: the six that it asks for, and those that
// may wait.
var (
	stepOne = append([]string{"address", "dwelling_type", "rent", "available_from", "landlord_name", "landlord_phone"}, mayWait...)
	mayWait = []string{"landlord_email", "postal_code", "postal_place"}
)

// register takes the first step.
func (in *Intake) register(c *page.Context) error {
	form, err := in.guarded(c)
	if err != nil {
		return err
	}
	listing, problems := importers.FromTexts(importers.ListingSchema, landlords.Listing{}, texts(form, stepOne))
	if listing.Rent == nil && form.Text("rent") == "" {
		problems = append(problems, apperr.Problem{Field: "rent", Code: "rent_missing", Severity: apperr.SeverityError})
	}
	via := outbox.Channel(form.Text("via"))
	if via == outbox.Email && listing.LandlordEmail == "" {
		via = outbox.SMS
	}
	problems = append(problems, office.CheckOffer(&listing)...)
	fail(c, form, problems)
	if !form.Valid() {
		return in.offer(c, http.StatusUnprocessableEntity, form)
	}
	receipt, err := in.Office.Submit(c.Ctx(), office.SubmitRequest{Key: c.Request.PostForm.Get("form_key"), Listing: listing, Lang: c.Lang, Via: via})
	if refused, ok := errors.AsType[*office.ProblemsError](err); ok {
		fail(c, form, refused.Problems)
		return in.offer(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/utleier/mine/"+receipt.Token, "intake.received", nil)
}

// texts returns the form's values of the fields, as the schema reads them.
func texts(form *page.Form, fields []string) map[string]string {
	out := map[string]string{}
	for _, name := range fields {
		if _, sent := form.Values[name]; sent {
			out[name] = strings.Join(form.Values[name], ", ")
		}
	}
	return out
}

// fail puts what is wrong beside the fields, once each, in words for landlords.
func fail(c *page.Context, form *page.Form, problems []apperr.Problem) {
	for _, p := range apperr.Errors(problems) {
		if form.ErrorOf(p.Field) != "" {
			continue
		}
		key, params := "intake.error."+p.Code, map[string]any{}
		for name, value := range p.Params {
			params[name] = value
		}
		if ground, ok := params["Ground"].(string); ok {
			params["Ground"] = c.T("intake.ground."+ground, nil)
		}
		if !c.Lang.Has(key) {
			key = "intake.error.unreadable"
		}
		form.Fail(p.Field, key, params)
	}
}

func (in *Intake) showCallMe(c *page.Context) error {
	return in.call(c, http.StatusOK, c.NewForm(nil, 0))
}

func (in *Intake) call(c *page.Context, status int, form *page.Form) (err error) {
	p := in.form(c, "intake.call.title", form)
	p.Sent = c.Query("sent") != ""
	if p.publicTexts, err = in.texts(c); err != nil {
		return err
	}
	return c.RenderStatus(status, "intake/call", p)
}

// callMe takes a name and a number.
func (in *Intake) callMe(c *page.Context) error {
	form, err := in.guarded(c)
	if err != nil {
		return err
	}
	l, problems := importers.FromTexts(importers.ListingSchema, landlords.Listing{Address: "-"}, texts(form, []string{"landlord_name", "landlord_phone", "notes"}))
	fail(c, form, problems)
	if l.LandlordPhone == "" && form.ErrorOf("landlord_phone") == "" {
		form.Fail("landlord_phone", "intake.error.landlord_phone_missing", nil)
	}
	if form.Valid() {
		_, err = in.Office.Submit(c.Ctx(), office.SubmitRequest{Key: c.Request.PostForm.Get("form_key"), Lang: c.Lang, CallMe: &office.CallMe{Name: l.LandlordName, Phone: l.LandlordPhone, Note: l.Notes}})
		if refused, ok := errors.AsType[*office.ProblemsError](err); ok {
			fail(c, form, refused.Problems)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return in.call(c, http.StatusUnprocessableEntity, form)
	}
	return c.Redirect("/utleier/call?sent=1", "", nil)
}

func (in *Intake) showRenewal(c *page.Context) error {
	p := in.form(c, "intake.link.title", c.NewForm(nil, 0))
	p.Sent = c.Query("sent") != ""
	return c.Render("intake/link", p)
}

// renew sends a new link, and answers the same whether or not the address is
// known.
func (in *Intake) renew(c *page.Context) error {
	form, err := in.guarded(c)
	if err != nil {
		return err
	}
	email := form.Text("landlord_email")
	if at := strings.IndexByte(email, '@'); at < 1 || at == len(email)-1 || len(email) > 200 {
		form.Fail("landlord_email", "intake.error.landlord_email", nil)
	}
	if !form.Valid() {
		return c.RenderStatus(http.StatusUnprocessableEntity, "intake/link", in.form(c, "intake.link.title", form))
	}
	if err := in.Office.RenewLink(c.Ctx(), email, c.Lang); err != nil {
		return err
	}
	return c.Redirect("/utleier/link?sent=1", "", nil)
}
