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

// A coordinator who writes the household's reference erases it; another reference, a
// caseworker and an old version do not.
func TestEraseHousehold(t *testing.T) {
	s := webtest.New(t, nil)
	saved, err := s.Office.CreateHousehold(t.Context(), households.Household{Ref: "H-900", Adults: 2}, "u1")
	if err != nil {
		t.Fatal(err)
	}
	path := "/households/" + saved.ID
	caseworker, b := s.As(auth.Caseworker), s.As(auth.Coordinator)
	if p := caseworker.Post(path+"/erase", url.Values{"ref": {"H-900"}}); p.Status != http.StatusForbidden {
		t.Errorf("a caseworker: got %d", p.Status)
	}
	link := b.Get(path).Attr(`a[href$="/erase"]`, "href")
	version := b.Get(link).Attr(`input[name="form_version"]`, "value")
	if p := b.Post(link, url.Values{"ref": {"H-901"}, "form_version": {version}}); p.Status != http.StatusUnprocessableEntity || p.Text("#f-ref-error") == "" {
		t.Errorf("another reference: got %d:\n%s", p.Status, p.Main())
	}
	if p := b.Post(link, url.Values{"ref": {"H-900"}, "form_version": {"99"}}); p.Header.Get("Location") != path {
		t.Errorf("another version: got %d to %s", p.Status, p.Header.Get("Location"))
	}
	if p := b.Get(path); p.Status != http.StatusOK {
		t.Fatalf("the household is gone: %d", p.Status)
	}
	if p := b.Post(link, url.Values{"ref": {"H-900"}, "form_version": {version}}); p.Header.Get("Location") != "/households" {
		t.Errorf("got %d:\n%s", p.Status, p.Main())
	}
	if p := b.Get(path); p.Status != http.StatusNotFound {
		t.Errorf("the household is there: %d", p.Status)
	}
}

// A coordinator who writes the landlord's name erases them, but not while a guarantee
// is in force; a caseworker and another name do not.
func TestEraseLandlord(t *testing.T) {
	s := webtest.New(t, nil)
	home := landlords.Listing{Address: "Løyndevegen 7", Rent: new(9000), LandlordName: "Torvald Løyndom", LandlordPhone: "+4790807061", LandlordEmail: "torvald@example.no"}
	saved, err := s.Office.CreateListing(t.Context(), home, "u1")
	if err != nil {
		t.Fatal(err)
	}
	twin := home
	twin.Address, twin.LandlordPhone = "Løyndevegen 9", "+4790807062"
	if _, err := s.Office.CreateListing(t.Context(), twin, "u1"); err != nil {
		t.Fatal(err)
	}
	household, err := s.Office.CreateHousehold(t.Context(), households.Household{Ref: "H-900", Adults: 1}, "u1")
	if err != nil {
		t.Fatal(err)
	}
	placement, err := s.Office.Propose(t.Context(), office.ProposeRequest{Household: "H-900", Listing: saved.Key, Why: "prøve", Who: "u1"})
	if err == nil {
		err = s.Office.Advance(t.Context(), office.PlacementStep{ID: placement, Kind: placements.KindAccept, Who: "u1"})
	}
	if err != nil {
		t.Fatal(err)
	}
	path := "/landlords/" + office.LandlordID(home.Landlord())
	name := url.Values{"ref": {"torvald  løyndom"}}
	caseworker, b := s.As(auth.Caseworker), s.As(auth.Coordinator)
	if p := caseworker.Post(path+"/erase", name); p.Status != http.StatusForbidden {
		t.Errorf("a caseworker: got %d", p.Status)
	}
	link := b.Get(path).Attr(`a[href$="/erase"]`, "href")
	if p := b.Get(link); p.Text(`main a[href="/landlords/`+office.LandlordID(twin.Landlord())+`"]`) == "" {
		t.Errorf("the page does not name who may be the same person:\n%s", p.Main())
	}
	if p := b.Post(link, url.Values{"ref": {"Olga"}}); p.Status != http.StatusUnprocessableEntity || p.Text("#f-ref-error") == "" {
		t.Errorf("another name: got %d:\n%s", p.Status, p.Main())
	}
	guarantee, err := s.Office.SaveGuarantee(t.Context(), office.GuaranteeEdit{Listing: saved.ID, Who: "u1", Guarantee: landlords.Guarantee{
		Issuer: "Kommunen", Form: landlords.Securities(landlords.MunicipalGuarantee), Rent: true, ValidFrom: s.Office.Today(), WholeTenancy: true}})
	if err != nil {
		t.Fatal(err)
	}
	if p := b.Post(link, name); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "Løyndevegen 7") {
		t.Errorf("a guarantee in force: got %d:\n%s", p.Status, p.Main())
	}
	rec, err := s.Office.Guarantee(t.Context(), guarantee)
	if err == nil {
		err = s.Office.ReleaseGuarantee(t.Context(), guarantee, rec.Version, s.Office.Today(), "u1")
	}
	if err != nil {
		t.Fatal(err)
	}
	if p := b.Post(link, name); p.Header.Get("Location") != "/landlords" {
		t.Errorf("got %d:\n%s", p.Status, p.Main())
	}
	for _, stays := range []string{"/placements/" + placement, "/households/" + household.ID, "/placements", "/"} {
		if p := b.Get(stays); p.Status != http.StatusOK || strings.Contains(p.Main(), "Løyndevegen 7") || strings.Contains(p.Main(), "/listings/"+saved.ID) {
			t.Errorf("%s: got %d, or it leads to the home still:\n%s", stays, p.Status, p.Main())
		}
	}
	for _, gone := range []string{path, "/listings/" + saved.ID, "/guarantees/" + guarantee} {
		if p := b.Get(gone); p.Status != http.StatusNotFound {
			t.Errorf("%s is there: %d", gone, p.Status)
		}
	}
}
