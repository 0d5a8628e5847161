package staff_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/matching/households"
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
