package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/web/webtest"
)

// fields returns a form of a page as a browser would send it.
func fields(p *webtest.Page, form string) url.Values {
	out := url.Values{}
	for _, n := range p.All(form + " input, " + form + " textarea") {
		kind, name := webtest.AttrOf(n, "type"), webtest.AttrOf(n, "name")
		checked := false
		for _, a := range n.Attr {
			checked = checked || a.Key == "checked"
		}
		switch {
		case name == "" || (kind == "checkbox" || kind == "radio") && !checked:
		case n.Data == "textarea":
			out.Set(name, webtest.TextOf(n))
		default:
			out.Add(name, webtest.AttrOf(n, "value"))
		}
	}
	for _, n := range p.All(form + " select") {
		for d := range n.Descendants() {
			for _, a := range d.Attr {
				if a.Key == "selected" {
					out.Set(webtest.AttrOf(n, "name"), webtest.AttrOf(d, "value"))
				}
			}
		}
	}
	return out
}

func TestEveryPageOfTheWorkplaceInEveryLanguage(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	b := s.As(auth.Staff)
	open, err := s.Office.PlacementsIn(t.Context(), placements.States...)
	if err != nil {
		t.Fatal(err)
	}
	round, err := s.Office.StartRound(t.Context(), 0, "test")
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/households", "/households?ready=all&employment=temporary", "/households/new", "/listings/new", "/placements", "/allocation", "/allocation/" + round}
	for _, p := range open {
		paths = append(paths, "/placements/"+p.ID, "/listings/"+p.Value.Listing, "/households/"+p.Value.Household)
	}
	one := open[0].Value
	paths = append(paths, "/listings/"+one.Listing+"/edit", "/households/"+one.Household+"/edit", "/households/"+one.Household+"/readiness", "/households/"+one.Household+"/contacts",
		"/households/"+one.Household+"?max_rent=15000&security=municipal_guarantee")
	for _, lang := range []string{"nb", "nn", "en"} {
		for _, path := range paths {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			p := b.Get(path + sep + "lang=" + lang)
			if p.Status != http.StatusOK {
				t.Errorf("%s in %s: status %d\n%s", path, lang, p.Status, p.Main())
				continue
			}
			for _, word := range strings.Fields(p.Main()) { // a key without a sentence shows itself
				for _, area := range []string{"staff.", "listing.", "household.", "placement.", "readiness.", "timeline.", "match.", "allocation.", "contacts.", "edit.", "matching."} {
					if strings.HasPrefix(word, area) && len(word) > len(area) {
						t.Errorf("%s in %s shows %s", path, lang, word)
					}
				}
			}
		}
	}
}

func TestFromListingToMovingIn(t *testing.T) {
	s := webtest.New(t, nil)
	b := s.As(auth.Staff)
	sent := fields(b.Get("/listings/new"), "form.bk-form")
	sent.Set("external_ref", "L-1")
	if p := b.Post("/listings/new", sent); p.Status != http.StatusUnprocessableEntity || p.Attr("#f-address", "aria-invalid") != "true" || p.Attr("#f-external_ref", "value") != "L-1" {
		t.Errorf("without an address: status %d", p.Status)
	}
	for name, value := range map[string]string{"address": "<b>Prøvegata</b> 1", "rent": "kr 9.000,-", "bedrooms": "1", "available_from": "2026-12-01", "lease_kind": "indefinite", "employment_requirement": "documented_income", "accepted_security": "municipal_guarantee"} {
		sent.Set(name, value)
	}
	answer := b.Post("/listings/new", sent)
	listing := answer.Header.Get("Location")
	p := b.Follow(answer)
	if strings.Contains(p.Body, "<b>Prøvegata") {
		t.Error("what was typed is markup")
	}
	again := fields(b.Get(listing+"/edit"), "form.bk-form")
	other := fields(b.Get(listing+"/edit"), "form.bk-form")
	again.Set("rent", "9500")
	if p := b.Post(listing+"/edit", again); p.Status != http.StatusSeeOther {
		t.Fatalf("edit: status %d\n%s", p.Status, p.Main())
	}
	other.Set("rent", "8000")
	other.Set("postal_place", "Mo i Rana")
	p = b.Post(listing+"/edit", other)
	if p.Status != http.StatusConflict || len(p.All(".bk-conflict")) != 1 || p.Attr("#f-rent", "value") != "8000" {
		t.Fatalf("a second editor: status %d\n%s", p.Status, p.Main())
	}
	resolved := fields(p, "form.bk-form")
	resolved.Set("rent", "9500")
	if p := b.Post(listing+"/edit", resolved); p.Status != http.StatusSeeOther {
		t.Fatalf("having looked: status %d\n%s", p.Status, p.Main())
	}

	today := s.Office.Today()
	saved, err := s.Office.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1, MaxRent: new(12000), Employment: households.Permanent, ReadyDate: today - 9, MoveFrom: today,
		SocialAssistance: new(false), Security: landlords.Securities(landlords.MunicipalGuarantee)}, "test")
	if err != nil {
		t.Fatal(err)
	}
	p = b.Get("/households/" + saved.ID)
	if got := p.Texts(".bk-matches .bk-match-head a"); len(got) != 1 || !strings.HasPrefix(got[0], "L-1") {
		t.Fatalf("the household's list: %v\n%s", got, p.Main())
	}
	answer = b.Post("/placements", fields(p, ".bk-matches form"))
	placement := answer.Header.Get("Location")
	p = b.Follow(answer)
	if told := p.Text("section[aria-labelledby=told] .ds-alert"); told == "" || len(p.All("section[aria-labelledby=told] li")) != 0 {
		t.Errorf("before the yes the page tells: %s", told)
	}
	for _, kind := range []placements.Kind{placements.KindAccept, placements.KindView, placements.KindOffer, placements.KindLease, placements.KindMoveIn, placements.KindFollowUp} {
		step := url.Values{"kind": {string(kind)}, "form_version": {p.Attr("form.bk-step:has(input[value="+string(kind)+"]) input[name=form_version]", "value")}, "date": {"2026-12-01"}}
		if kind == placements.KindFollowUp {
			step.Set("months", "1")
			step.Set("result", "going_well")
		}
		answer := b.Post(placement+"/step", step)
		if stale := b.Post(placement+"/step", step); stale.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s again by a second click: status %d", kind, stale.Status)
		}
		p = b.Follow(answer)
		if kind == placements.KindAccept {
			if got := p.Texts("section[aria-labelledby=told] li"); len(got) != 2 || strings.Contains(strings.Join(got, " "), "H-1") {
				t.Errorf("after the yes the landlord may be told %v", got)
			}
		}
	}
	if l, err := s.Office.ListingByKey(t.Context(), "L-1"); err != nil || l.Value.Record.Status != landlords.StatusLet {
		t.Errorf("the listing is %s, %v", l.Value.Record.Status, err)
	}
}

func TestDeclineByForm(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	b := s.As(auth.Staff)
	recs, err := s.Office.PlacementsIn(t.Context(), placements.Proposal)
	if err != nil || len(recs) == 0 {
		t.Fatalf("%d proposals, %v", len(recs), err)
	}
	path := "/placements/" + recs[0].ID
	sent := fields(b.Get(path), "form[action$=decline]")
	if p := b.Post(path+"/decline", sent); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: status %d", p.Status)
	}
	sent.Set("reason", "landlord.employment_too_little")
	sent.Set("consequence", "requirement_corrected")
	sent.Set("correction", "employment=permanent_job")
	sent.Set("note", "<script>alert(1)</script>")
	p := b.Follow(b.Post(path+"/decline", sent))
	if len(p.All("main script")) != 0 {
		t.Error("a note is markup")
	}
	l, err := s.Office.Listing(t.Context(), recs[0].Value.Listing)
	if err != nil || l.Value.Record.EmploymentRequirement != landlords.PermanentJob {
		t.Errorf("the listing asks for %q, %v", l.Value.Record.EmploymentRequirement, err)
	}
}

func TestChecklistAndContacts(t *testing.T) {
	s := webtest.New(t, nil)
	b := s.As(auth.Caseworker)
	saved, err := s.Office.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "test")
	if err != nil {
		t.Fatal(err)
	}
	path := "/households/" + saved.ID
	sent, stale := fields(b.Get(path+"/readiness"), "form.bk-form"), fields(b.Get(path+"/readiness"), "form.bk-form")
	sent.Set("municipal_guarantee", "done")
	sent.Set("municipal_guarantee.until", "2027-12-01")
	if p := b.Post(path+"/readiness", sent); p.Status != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", p.Status, p.Main())
	}
	stale.Set("reference", "done")
	p := b.Post(path+"/readiness", stale)
	if p.Status != http.StatusConflict {
		t.Fatalf("a second editor: status %d", p.Status)
	}
	if p := b.Post(path+"/readiness", fields(p, "form.bk-form")); p.Status != http.StatusSeeOther {
		t.Fatalf("having looked: status %d\n%s", p.Status, p.Main())
	}
	h, err := s.Office.Household(t.Context(), saved.ID)
	if err != nil || !h.Value.Record.Security.Has(landlords.MunicipalGuarantee) || h.Value.Record.References == nil {
		t.Errorf("the profile did not follow: %+v, %v", h.Value.Record, err)
	}
	contacts := fields(b.Get(path+"/contacts"), "form.bk-form")
	contacts.Set("name", "Prøve Navn")
	contacts.Set("phone", "+4790000001")
	if p := b.Follow(b.Post(path+"/contacts", contacts)); p.Attr("a[href^='tel:']", "href") != "tel:+4790000001" {
		t.Error("no number to call")
	}
	if strings.Contains(s.Log.String(), "Prøve Navn") || strings.Contains(s.Log.String(), "90000001") {
		t.Error("the log has contact details")
	}
}

func TestAllocationByForm(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	b := s.As(auth.Coordinator)
	answer := b.Post("/allocation", fields(b.Get("/allocation"), "form.bk-filter"))
	path := answer.Header.Get("Location")
	p := b.Follow(answer)
	if len(p.All(".bk-matches > li")) < 2 {
		t.Fatalf("too few pairs:\n%s", p.Main())
	}
	first := webtest.AttrOf(p.All("input[name=pair][type=checkbox]")[0], "value")
	lock := url.Values{"form_version": {p.Attr("form#propose input[name=form_version]", "value")}, "change": {string(office.LockPair)}, "pair": {first}}
	locked := b.Follow(b.Post(path+"/pair", lock))
	if len(locked.All(".bk-match-head .ds-tag[data-color=info]")) != 1 {
		t.Error("the lock does not show")
	}
	lock.Set("change", string(office.ExcludePair))
	if p := b.Follow(b.Post(path+"/pair", lock)); len(p.All(".bk-flash[data-color=warning]")) != 1 {
		t.Error("a coordinator with an old page was not told")
	}
	sent := url.Values{"form_version": {locked.Attr("form#propose input[name=form_version]", "value")}, "pair": {first}}
	if p := b.Post(path+"/propose", sent); p.Header.Get("Location") != "/placements" {
		t.Fatalf("status %d to %s\n%s", p.Status, p.Header.Get("Location"), p.Main())
	}
	if p := b.Get(path); len(p.All("main li a[href^='/placements/']")) != 1 {
		t.Error("the round does not lead to its proposals")
	}
}

func TestManagersSeeNoHouseholds(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	b := s.As(auth.Manager)
	for _, path := range []string{"/households", "/placements", "/allocation", "/listings/new"} {
		if p := b.Get(path); p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, p.Status)
		}
	}
}
