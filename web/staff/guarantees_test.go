package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/webtest"
)

// A guarantee is registered on the landlord's page, claimed under, settled and
// given back; what is wrong stands beside its field.
func TestGuaranteeFromPromiseToRelease(t *testing.T) {
	s := webtest.New(t, nil)
	saved, err := s.Office.CreateListing(t.Context(), landlords.Listing{Address: "Prøvegata 1", Rent: new(9000), Deposit: new(45_000), LandlordName: "Kari", LandlordPhone: "+4744667799"}, "u1")
	if err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Caseworker)
	landlord := "/landlords/" + office.LandlordID(landlords.Landlord{Phone: "+4744667799"})
	form := b.Get(b.Get(landlord).Attr(`a[href^="/guarantees/new"]`, "href") + "&lang=en")
	if got := form.Attr("#f-amount", "value"); got != "27000" {
		t.Errorf("got amount %q, want three months' rent to begin with", got)
	}
	values := url.Values{"listing": {saved.ID}, "issuer": {"Rana kommune"}, "form": {"municipal_guarantee"}, "own_debt": {"yes"}, "months": {"3"}, "amount": {"27 000"}, "cover": {"rent", "damage"},
		"valid_from": {"2026-06-01"}, "valid_to": {"2026-12-20"}, "claim_by": {"2027-01-31"}}
	bad := url.Values{"listing": {saved.ID}, "months": {"7"}, "amount": {"mye"}, "valid_from": {"2026-06-01"}, "valid_to": {"2026-05-01"}}
	p := b.Post("/guarantees/new?lang=en", bad)
	if p.Status != http.StatusUnprocessableEntity || p.Text("#f-amount-error") == "" || p.Attr("#f-amount", "value") != "mye" {
		t.Errorf("got %d:\n%s", p.Status, p.Main())
	}
	bad.Set("amount", "")
	p = b.Post("/guarantees/new?lang=en", bad)
	for _, field := range []string{"issuer", "form", "months", "valid_to", "cover"} {
		if p.Text("#f-"+field+"-error") == "" {
			t.Errorf("nothing stands beside %s", field)
		}
	}
	done := b.Post("/guarantees/new", values)
	if done.Status != http.StatusSeeOther {
		t.Fatalf("got %d:\n%s", done.Status, done.Main())
	}
	one := b.Follow(done)
	path := done.Header.Get("Location")
	version := func() string { return b.Get(path).All(`input[name="form_version"]`)[0].Attr[2].Val }
	post := func(to string, values url.Values, want int) *webtest.Page {
		t.Helper()
		values.Set("form_version", version())
		p := b.Post(path+to, values)
		if p.Status != want {
			t.Fatalf("got %d, want %d:\n%s", p.Status, want, p.Main())
		}
		return p
	}
	if got := one.Text(`.ds-alert[data-color="warning"]`); !strings.Contains(got, "45") || !strings.Contains(got, "54") {
		t.Errorf("got %q, want a word on a deposit and a guarantee that are above six months' rent together", got)
	}
	if !strings.Contains(one.Main(), "Rana kommune") {
		t.Errorf("got %s", one.Main())
	}
	// It ends within thirty days, so Today says so.
	if got := len(b.Get("/").All(`[data-kind="guarantee"] li a[href="` + path + `"]`)); got != 1 {
		t.Errorf("got %d lines in Today for a guarantee that ends", got)
	}
	p = post("/claims?lang=en", url.Values{"on": {"2026-12-24"}, "amount": {""}, "for": {"rent"}}, http.StatusUnprocessableEntity)
	if p.Text("#f-on-error") == "" || p.Text("#f-amount-error") == "" {
		t.Errorf("got %s", p.Main())
	}
	post("/claims", url.Values{"on": {"2026-11-10"}, "amount": {"9 000"}, "for": {"rent"}, "note": {"Oktober"}}, http.StatusSeeOther)
	post("/release", url.Values{"on": {"2026-12-01"}}, http.StatusUnprocessableEntity) // a claim waits
	post("/claims/0?lang=en", url.Values{"state": {"paid"}, "on": {"2026-11-20"}, "paid": {"9001"}}, http.StatusUnprocessableEntity)
	post("/claims/0", url.Values{"state": {"paid"}, "on": {"2026-11-20"}, "paid": {"8000"}}, http.StatusSeeOther)
	if got := b.Get(path + "?lang=en").Main(); !strings.Contains(got, "19,000") {
		t.Errorf("got no 19,000 left:\n%s", got)
	}
	stale := url.Values{"on": {"2026-12-01"}, "form_version": {"1"}}
	if got := b.Post(path+"/release", stale); got.Status != http.StatusSeeOther {
		t.Errorf("got %d for a page of an older version", got.Status)
	}
	values.Set("issuer", "NAV Rana")
	edit := b.Get(path + "/edit")
	values.Set("form_version", edit.Attr(`input[name="form_version"]`, "value"))
	values.Set("form_base", edit.Attr(`input[name="form_base"]`, "value"))
	if got := b.Post(path+"/edit", values); got.Status != http.StatusSeeOther {
		t.Fatalf("got %d:\n%s", got.Status, got.Main())
	}
	values.Set("issuer", "Gjensidige")
	if got := b.Post(path+"/edit", values); got.Status != http.StatusConflict || len(got.All(".bk-conflict")) != 1 {
		t.Errorf("got %d for a change of an older version", got.Status)
	}
	post("/release", url.Values{"on": {"2026-12-01"}}, http.StatusSeeOther)
	page := b.Get(landlord + "?lang=en")
	if got := page.Main(); !strings.Contains(got, "NAV Rana") || !strings.Contains(got, "Given back") || !strings.Contains(got, "unpaid rent") {
		t.Errorf("got %s", got)
	}
	b.Get("/listings/" + saved.ID) // its timeline has words for all that happened
	if got := s.As(auth.Manager).Get(path).Status; got != http.StatusForbidden {
		t.Errorf("got %d for a manager", got)
	}
	for _, path := range []string{"/guarantees/nothing", "/guarantees/new?listing=nothing"} {
		if got := b.Get(path).Status; got != http.StatusNotFound {
			t.Errorf("%s: got %d", path, got)
		}
	}
}
