package staff

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/album"
	"github.com/boligklar/boligklar/web/page"
)

const (
	submissionsPath = "/submissions"
	ringPath        = "/ring"
	landlordsPath   = "/landlords"
)

// landlords are the pages about landlords: what they sent in, whom to call, and
// what is known of each.
func (s *Staff) landlords() page.Area {
	return page.Area{
		Menu: []page.MenuItem{
			{Label: "ring.title", Path: ringPath, May: auth.Staff, Place: 24},
			{Label: "submission.title", Path: submissionsPath, May: auth.Staff, Place: 26},
			{Label: "landlord.title", Path: landlordsPath, Inside: []string{"/guarantees"}, May: auth.Staff, Place: 28},
		},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: submissionsPath, May: auth.Staff, Handle: s.showSubmissions},
			{Method: http.MethodPost, Path: submissionsPath, May: auth.Staff, Handle: s.decideSubmission},
			{Method: http.MethodGet, Path: ringPath, May: auth.Staff, Handle: s.showRingList},
			{Method: http.MethodPost, Path: ringPath, May: auth.Staff, Handle: s.recordCall},
			{Method: http.MethodPost, Path: ringPath + "/listing", May: auth.Staff, Handle: s.quickListing},
			{Method: http.MethodGet, Path: landlordsPath, May: auth.Staff, Handle: s.showLandlords},
			{Method: http.MethodGet, Path: landlordsPath + "/:id", May: auth.Staff, Handle: s.showLandlord},
			{Method: http.MethodPost, Path: landlordsPath + "/:id/contacts", May: auth.Staff, Handle: s.logContact},
			{Method: http.MethodGet, Path: landlordsPath + "/:id/erase", May: auth.Coordinator, Handle: s.showLandlordErasure},
			{Method: http.MethodPost, Path: landlordsPath + "/:id/erase", May: auth.Coordinator, Handle: s.eraseLandlord},
		},
	}
}

type submissionsPage struct {
	page.Frame
	Form  *page.Form
	Items []submission
	More  int // that come after these
}

// shownWork is how many submissions and calls a page shows; the next come when
// these are done.
const shownWork = 30

// submission is what a landlord sent, beside what it may be a duplicate of.
type submission struct {
	ID      string
	Listing *landlords.Listing // nil for a wish to be called
	Record  string             // id of the listing
	At      time.Time
	Asked   string // what the landlord was asked
	Review  []landlords.Review
	Twin    string
	Twins   []office.Twin
	Photos  []album.Picture
}

func (s *Staff) showSubmissions(c *page.Context) error {
	return s.renderSubmissions(c, http.StatusOK, c.NewForm(nil, 0))
}

func (s *Staff) renderSubmissions(c *page.Context, status int, form *page.Form) error {
	queue, err := s.Office.SubmissionQueue(c.Ctx())
	if err != nil {
		return err
	}
	p := &submissionsPage{Frame: page.Frame{Title: "submission.title"}, Form: form}
	for _, w := range queue {
		if w.Listing == nil { // on the ring list
			continue
		}
		if len(p.Items) == shownWork {
			p.More++
			continue
		}
		item := submission{ID: w.ID, Listing: &w.Listing.Value.Record, Record: w.Listing.ID, At: time.UnixMilli(w.Submission.At), Review: w.Submission.Review, Twin: w.Submission.Twin}
		if w.Submission.State == office.SubmissionAsked {
			item.Asked = w.Submission.Note
		}
		if item.Twins, err = s.Office.Twins(c.Ctx(), w.Listing.ID); err != nil {
			return err
		}
		if item.Photos, err = s.pictures(c, w.Listing.ID); err != nil {
			return err
		}
		s.saw(c, "listings", w.Listing.Value.Key)
		p.Items = append(p.Items, item)
	}
	return c.RenderStatus(status, "staff/submissions", p)
}

func (s *Staff) decideSubmission(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if twin := form.Text("twin"); twin != "" {
		if err := s.Office.FlagDuplicate(c.Ctx(), form.Text("id"), twin, c.Who()); err != nil {
			return err
		}
		return c.Redirect(submissionsPath, "submission.flagged", nil)
	}
	d := office.Decision{ID: form.Text("id"), To: office.SubmissionState(form.Text("to")), Note: form.Text("note"), Who: c.Who()}
	switch err := s.Office.DecideSubmission(c.Ctx(), d); apperr.CodeOf(err) {
	case "":
		return c.Redirect(submissionsPath, "submission.done."+string(d.To), nil)
	case apperr.Conflict:
		return c.Warn(submissionsPath, "submission.decided", nil)
	case apperr.Invalid:
		form.Fail("note", "submission.no_words", nil)
		form.Aim(map[string]string{"note": "note-" + d.ID}, nil)
		return s.renderSubmissions(c, http.StatusUnprocessableEntity, form)
	default:
		return err
	}
}

type ringPage struct {
	page.Frame
	Calls []office.Call
	More  int
	Form  *page.Form
	Types []page.Choice
	Min   string // the first day to call back
	For   string // whose wish to be called a new home answers; "" for nobody
	Wrong int    // index of the call whose day is wrong, -1 for none
}

func (s *Staff) ring(c *page.Context, status int, form *page.Form) error {
	calls, err := s.Office.RingList(c.Ctx())
	if err != nil {
		return err
	}
	p := &ringPage{Frame: page.Frame{Title: "ring.title"}, Calls: calls[:min(len(calls), shownWork)], More: max(len(calls)-shownWork, 0), Form: form, Min: s.Office.Today().AddDays(1).String(), Wrong: -1}
	if form.ErrorOf("on") != "" {
		p.Wrong = slices.IndexFunc(calls, func(call office.Call) bool {
			return call.Listing == form.Text("listing") && call.Submission == form.Text("submission")
		})
		form.Aim(map[string]string{"on": "on-" + strconv.Itoa(p.Wrong)}, nil)
	}
	p.Types = append(p.Types, page.Choice{Value: "", Label: c.T("form.unknown", nil)})
	for _, t := range landlords.DwellingTypes {
		p.Types = append(p.Types, page.Choice{Value: string(t), Label: c.T("intake.type."+string(t), nil)})
	}
	if wish := form.Text("submission"); wish != "" {
		for _, call := range calls {
			if call.Submission == wish {
				p.For = nameOr(c, call.Name)
			}
		}
	}
	for _, call := range p.Calls {
		if call.Listing != "" {
			s.saw(c, "landlords", call.Landlord)
		}
	}
	return c.RenderStatus(status, "staff/ring", p)
}

func (s *Staff) showRingList(c *page.Context) error {
	values := url.Values{"link": {"yes"}}
	if wish := c.Query("call"); wish != "" { // who wished to be called is on the phone
		calls, err := s.Office.RingList(c.Ctx())
		if err != nil {
			return err
		}
		for _, call := range calls {
			if call.Submission == wish {
				values = url.Values{"link": {"yes"}, "submission": {wish}, "landlord_name": {call.Name}, "landlord_phone": {call.Phone}}
			}
		}
	}
	return s.ring(c, http.StatusOK, c.NewForm(values, 0))
}

func (s *Staff) recordCall(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	r := office.Rang{Listing: form.Text("listing"), Submission: form.Text("submission"), Outcome: office.ContactOutcome(form.Text("outcome")), On: form.Date("on"), Note: form.Text("note"), Who: c.Who()}
	if r.Outcome != office.ContactCallBack {
		r.On = 0
	} else if !form.Valid() {
		return s.ring(c, http.StatusUnprocessableEntity, form)
	}
	switch err := s.Office.RecordCall(c.Ctx(), r); {
	case err == nil:
		return c.Redirect(ringPath, "ring.done."+string(r.Outcome), nil)
	case apperr.CodeOf(err) == apperr.Invalid && r.Outcome == office.ContactCallBack:
		form.Fail("on", "ring.no_day", nil)
		return s.ring(c, http.StatusUnprocessableEntity, form)
	case apperr.CodeOf(err) == apperr.Invalid:
		return c.Warn(ringPath, "ring.late", nil)
	default:
		return err
	}
}

// quickFields are what a listing takes that is registered during a call.
var quickFields = []string{"address", "dwelling_type", "rent", "available_from", "landlord_name", "landlord_phone"}

func (s *Staff) quickListing(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	texts := map[string]string{}
	for _, name := range quickFields {
		texts[name] = form.Text(name)
	}
	l, problems := importers.FromTexts(importers.ListingSchema, landlords.Listing{}, texts)
	problems = append(problems, office.CheckOffer(&l)...)
	var id string
	if len(apperr.Errors(problems)) == 0 {
		saved, err := s.Office.RegisterOnCall(c.Ctx(), office.OnCall{Listing: l, Submission: form.Text("submission"), SendLink: form.Has("link"), Who: c.Who()})
		refused, ok := errors.AsType[*office.ProblemsError](err)
		if err != nil && !ok {
			return err
		}
		if ok {
			problems = refused.Problems
		}
		id = saved.ID
	}
	for _, p := range apperr.Errors(problems) {
		key := "intake.error." + p.Code
		if !c.Lang.Has(key) {
			key = "intake.error.unreadable"
		}
		if form.ErrorOf(p.Field) == "" {
			params := p.Params
			if ground, ok := params["Ground"].(string); ok {
				params = map[string]any{"Ground": c.T("intake.ground."+ground, nil)}
			}
			form.Fail(p.Field, key, params)
		}
	}
	if !form.Valid() {
		return s.ring(c, http.StatusUnprocessableEntity, form)
	}
	return c.Redirect(listingsPath+"/"+id, "listing.created", nil)
}

type landlordsPage struct {
	page.Frame
	Files listFiles
	Text  string
	Lines []office.LandlordLine
	Found int // on all pages
	Pages page.Pagination
	Texts bool // the reader may write the texts of the public page
}

const landlordsOnPage = 25

func (s *Staff) showLandlords(c *page.Context) error {
	lines, err := s.Office.LandlordList(c.Ctx(), c.Query("q"))
	if err != nil {
		return err
	}
	p := &landlordsPage{Frame: page.Frame{Title: "landlord.title"}, Text: c.Query("q"), Found: len(lines), Texts: c.Can(auth.Coordinator)}
	p.Lines, p.Pages = page.Cut(c, lines, landlordsOnPage)
	p.Files = filesOf(c, landlordsFile, false)
	return c.Render("staff/landlords", p)
}

type landlordPage struct {
	page.Frame
	History    office.History
	Guarantees []guaranteeLine
	Log        []contact
	Form       *page.Form
	Kinds      []page.Choice
	MayErase   bool
}

type contact struct {
	office.Contact
	When time.Time
	By   string
}

func (s *Staff) showLandlord(c *page.Context) error {
	h, err := s.Office.LandlordHistory(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderLandlord(c, http.StatusOK, &h, c.NewForm(url.Values{"outcome": {"note"}}, 0))
}

func (s *Staff) renderLandlord(c *page.Context, status int, h *office.History, form *page.Form) error {
	s.saw(c, "landlords", h.ID)
	p := &landlordPage{MayErase: c.Can(auth.Coordinator), Frame: page.Frame{Title: cmp.Or(landlordName(h), c.T("listing.landlord_unknown", nil)), Crumbs: []page.Crumb{{Label: "landlord.title", Path: landlordsPath}}}, History: *h, Form: form}
	p.Guarantees = guaranteeLines(c, h.Guarantees)
	names := s.names(c)
	for _, e := range h.Contacts {
		p.Log = append(p.Log, contact{e, time.UnixMilli(e.At), names(e.Who)})
	}
	for _, kind := range []string{"note", "refusal.nav_guarantee", "refusal.sublet", "refusal.follow_up", "refusal.other"} {
		p.Kinds = append(p.Kinds, page.Choice{Value: kind, Label: c.T("landlord.log."+kind, nil)})
	}
	return c.RenderStatus(status, "staff/landlord", p)
}

func (s *Staff) logContact(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	h, err := s.Office.LandlordHistory(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	if _, found := importers.FindIdentity(form.Text("note")); found || form.Text("note") == "" {
		form.Fail("note", "landlord.log.refused", nil)
		return s.renderLandlord(c, http.StatusUnprocessableEntity, &h, form)
	}
	entry := office.Contact{Who: c.Who(), Landlord: h.ID, Outcome: office.ContactNote, Note: form.Text("note")}
	switch kind := form.Text("outcome"); kind {
	case "refusal.nav_guarantee", "refusal.sublet", "refusal.follow_up", "refusal.other":
		entry.Outcome, entry.What = office.ContactRefusal, kind[len("refusal."):]
	}
	if err := s.Office.LogContact(c.Ctx(), entry); err != nil {
		return err
	}
	return c.Redirect(landlordsPath+"/"+h.ID, "landlord.log.saved", nil)
}
