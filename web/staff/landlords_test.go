package staff_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/webtest"
)

// What a landlord sends is approved beside its likely duplicates, called about,
// and told of on the landlord's page.
func TestFromSubmissionToTheRingList(t *testing.T) {
	s := webtest.New(t, nil)
	rent := 9500
	req := office.SubmitRequest{Key: "ABCDEFGHIJKLMNOP", Lang: "nb", Via: outbox.Email, Listing: landlords.Listing{Address: "Prøvegata 1", Rent: &rent, LandlordName: "Kari Prøve", LandlordPhone: "+4744667799", LandlordEmail: "kari@example.no", Notes: "Ikke NAV"}}
	first, err := s.Office.Submit(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	req.Key = "ABCDEFGHIJKLMNOQ"
	if _, err := s.Office.Submit(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Coordinator)
	p := b.Get("/submissions?lang=en")
	if got := len(p.All(".bk-home")); got != 2 || !strings.Contains(p.Main(), "same address") || !strings.Contains(p.Main(), "does not want NAV") {
		t.Fatalf("got %d submissions:\n%s", got, p.Main())
	}
	post := func(path string, form url.Values) {
		t.Helper()
		if got := b.Post(path, form); got.Status != http.StatusSeeOther {
			t.Fatalf("got %d\n%s", got.Status, got.Main())
		}
	}
	post("/submissions", url.Values{"id": {first.Submission}, "to": {"approved"}})
	if got := len(b.Get("/submissions").All(".bk-home")); got != 1 {
		t.Errorf("got %d submissions after one was approved", got)
	}
	rec, err := s.Office.Listing(t.Context(), first.Listing)
	if err != nil || rec.Value.Record.Status != landlords.StatusOpen {
		t.Errorf("got %s, %v", rec.Value.Record.Status, err)
	}
	post("/ring/listing", url.Values{"address": {"Telefongata 2"}, "rent": {"8000"}, "landlord_name": {"Ola"}, "landlord_phone": {"44667700"}})
	if got := b.Post("/ring/listing", url.Values{"address": {"Telefongata 3"}, "rent": {"mye"}}); got.Status != http.StatusUnprocessableEntity || got.Text("#f-rent-error") == "" {
		t.Errorf("got %d for a listing that cannot be read", got.Status)
	}
	s.Wait(20 * 24 * 60 * 60 * 1e9)
	b = s.As(auth.Caseworker)
	ring := b.Get("/ring")
	if got := ring.Texts(".bk-call h2"); !slices.Equal(got, []string{"Kari Prøve", "Ola"}) {
		t.Fatalf("got calls %q", got)
	}
	post("/ring", url.Values{"listing": {first.Listing}, "outcome": {"confirmed"}})
	if got := b.Get("/ring").Texts(".bk-call h2"); !slices.Equal(got, []string{"Ola"}) {
		t.Errorf("got calls %q after one was confirmed", got)
	}
	list := b.Get("/landlords?q=kari")
	one := b.Get(list.Attr(`tbody a[href^="/landlords/"]`, "href"))
	if got := one.Text("h1"); got != "Kari Prøve" {
		t.Errorf("got %q", got)
	}
	post(list.Attr(`tbody a[href^="/landlords/"]`, "href")+"/contacts", url.Values{"outcome": {"refusal.nav_guarantee"}, "note": {"Dårlig erfaring med svartid"}})
	if got := b.Get(list.Attr(`tbody a[href^="/landlords/"]`, "href")).Main(); !strings.Contains(got, "Dårlig erfaring") {
		t.Errorf("got %s", got)
	}
	b.Get("/listings/" + first.Listing) // its timeline has words for all that happened
	if got := s.As(auth.Manager).Get("/submissions").Status; got != http.StatusForbidden {
		t.Errorf("got %d for a manager", got)
	}
}

// Who wished to be called is called; the home that is registered then answers the
// wish, in one form of six fields.
func TestAHomeIsRegisteredDuringTheCall(t *testing.T) {
	s := webtest.New(t, nil)
	wish, err := s.Office.Submit(t.Context(), office.SubmitRequest{Key: "wish-to-be-called", Lang: "nb", CallMe: &office.CallMe{Name: "Per", Phone: "+4799887766", Note: "Etter klokka fire"}})
	if err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Caseworker)
	form := b.Get(strings.TrimSuffix(b.Get("/ring").Attr(`.bk-call a[href^="/ring?call="]`, "href"), "#quick"))
	if got := form.Attr("#f-landlord_phone", "value") + form.Attr(`form[action="/ring/listing"] input[name="submission"]`, "value"); got != "+4799887766"+wish.Submission {
		t.Errorf("got %q, want the number and the wish in the form", got)
	}
	values := url.Values{"submission": {wish.Submission}, "address": {"Telefongata 2"}, "dwelling_type": {"apartment"}, "rent": {"mye"}, "landlord_name": {"Per"}, "landlord_phone": {"+4799887766"}, "link": {"yes"}}
	wrong := b.Post("/ring/listing", values)
	if wrong.Status != http.StatusUnprocessableEntity || wrong.Attr(`form[action="/ring/listing"] input[name="submission"]`, "value") != wish.Submission {
		t.Errorf("got %d, and the wish is lost", wrong.Status)
	}
	values.Set("rent", "8000")
	done := b.Post("/ring/listing", values)
	if done.Status != http.StatusSeeOther {
		t.Fatalf("got %d\n%s", done.Status, done.Main())
	}
	if got := b.Get("/ring").All(".bk-call"); len(got) != 0 {
		t.Errorf("got %d calls, want the wish answered", len(got))
	}
	if got := b.Follow(done).Main(); !strings.Contains(got, "Telefongata 2") {
		t.Errorf("got %s", got)
	}
	state, err := s.Office.ListingLinks(t.Context(), strings.TrimPrefix(strings.Split(done.Header.Get("Location"), "?")[0], "/listings/"))
	if err != nil || state.N != 1 {
		t.Errorf("got %+v, %v, want one link sent", state, err)
	}
	if got := b.Get("/landlords/" + office.LandlordID(landlords.Landlord{Phone: "+4799887766"}) + "?lang=en").Main(); !strings.Contains(got, "Registered a home on the phone") {
		t.Errorf("got %s", got)
	}
}
