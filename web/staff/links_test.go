package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/webtest"
)

// Staff close a landlord's private links and send new ones, and never see one.
func TestStaffCloseAndSendPrivateLinks(t *testing.T) {
	s := webtest.New(t, nil)
	receipt, err := s.Office.Submit(t.Context(), office.SubmitRequest{Key: "ABCDEFGHIJKLMNOP", Lang: "en", Via: outbox.Email,
		Listing: landlords.Listing{Address: "Prøvegata 1", Rent: new(9500), LandlordName: "Kari", LandlordPhone: "+4744667799", LandlordEmail: "kari@example.no"}})
	if err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Caseworker)
	path := "/listings/" + receipt.Listing
	works := func() bool { _, err := s.Office.Mine(t.Context(), receipt.Token); return err == nil }
	page := b.Get(path + "?lang=en")
	if got := page.Main(); !strings.Contains(got, "Links that open the home now: 2") || strings.Contains(page.Body, receipt.Token) || !works() {
		t.Errorf("got %s", got)
	}
	post := func(path string) {
		t.Helper()
		if got := b.Post(path, url.Values{}); got.Status != http.StatusSeeOther {
			t.Fatalf("%s: got %d\n%s", path, got.Status, got.Main())
		}
	}
	post(path + "/links/renew")
	if got := b.Get(path + "?lang=en").Main(); !strings.Contains(got, "Links that open the home now: 1") || works() {
		t.Errorf("got %s", got)
	}
	post(path + "/links/revoke")
	if got := b.Get(path + "?lang=en").Main(); !strings.Contains(got, "has no link that works") {
		t.Errorf("got %s", got)
	}
	post(path + "/links/renew")
	post("/landlords/" + office.LandlordID(landlords.Landlord{Phone: "+4744667799"}) + "/links/revoke")
	if got := b.Get(path + "?lang=en").Main(); !strings.Contains(got, "has no link that works") {
		t.Errorf("got %s", got)
	}
	mute, err := s.Office.CreateListing(t.Context(), landlords.Listing{Address: "Prøvegata 2", LandlordName: "Ola"}, "u1")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Follow(b.Post("/listings/"+mute.ID+"/links/renew?lang=en", url.Values{})).Main(); !strings.Contains(got, "neither an e-mail") {
		t.Errorf("got %s", got)
	}
}
