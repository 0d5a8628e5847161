package intake_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
)

// The second step asks what the law looks at, refuses a deposit beyond its cap,
// and warns of a term that is too short.
func TestLawInStepTwo(t *testing.T) {
	s := site(t, generous)
	b := s.Anonymous()
	mine, photos := homeOf(t, s, b, stepOne())
	details := strings.TrimSuffix(photos, "/photos")
	tests := []struct {
		name    string
		answers url.Values
		status  int
		says    string // on the page that follows
	}{
		{"six months' deposit", url.Values{"deposit": {"60 000"}}, 303, "Your changes are saved"},
		{"seven months' deposit, as an amount", url.Values{"deposit": {"70 000"}}, 422, "at most 6 months"},
		{"seven months' deposit, as months", url.Values{"deposit": {"7 mnd"}}, 422, "at most 6 months"},
		{"three years", url.Values{"lease_kind": {"fixed"}, "lease_months": {"36"}}, 303, "Your changes are saved"},
		{"one year in a flat", url.Values{"lease_kind": {"fixed"}, "lease_months": {"12"}}, 303, "at least 36 months"},
		{"one year in the landlord's two-family house", url.Values{"lease_kind": {"fixed"}, "lease_months": {"12"}, "lives_there": {"yes"}, "house": {"two_family"}}, 303, "Your changes are saved"},
		{"ten months there", url.Values{"lease_kind": {"fixed"}, "lease_months": {"10"}, "lives_there": {"yes"}, "house": {"two_family"}}, 303, "at least 12 months"},
		{"one year in a two-family house without the landlord", url.Values{"lease_kind": {"fixed"}, "lease_months": {"1 år"}, "lives_there": {"no"}, "house": {"two_family"}}, 303, "at least 36 months"},
		{"one year in the landlord's basement", url.Values{"dwelling_type": {"basement"}, "lease_kind": {"fixed"}, "lease_months": {"12"}, "lives_there": {"yes"}, "house": {"one_family"}}, 303, "Your changes are saved"},
		{"nothing known", url.Values{}, 303, "Your changes are saved"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			page := b.Get(details + "?lang=en")
			form := url.Values{"form_version": {page.Attr(`input[name="form_version"]`, "value")}, "form_base": {page.Attr(`input[name="form_base"]`, "value")},
				"address": {"Prøvegata 1"}, "dwelling_type": {"apartment"}, "rent": {"10 000"}, "landlord_name": {"Kari Prøve"}, "landlord_phone": {"44667799"}, "landlord_email": {"kari@example.no"},
				"lives_there": {""}, "house": {""}, "lease_kind": {""}, "lease_months": {""}, "deposit": {""}}
			maps.Copy(form, test.answers)
			got := b.Post(details+"?lang=en", form)
			if got.Status != test.status {
				t.Fatalf("got %d\n%s", got.Status, got.Main())
			}
			if got.Status == http.StatusSeeOther {
				got = b.Follow(got)
			}
			if !strings.Contains(got.Main(), test.says) {
				t.Errorf("the page does not say %q:\n%s", test.says, got.Main())
			}
		})
	}
	// What was said of the house is kept, shown to staff, and theirs to fill in.
	staff := s.As(auth.Caseworker)
	listing := "/listings/" + strings.Split(photos, "/")[5]
	if got := staff.Post(listing+"/particulars", url.Values{"house": {"two_family"}, "lives_there": {"yes"}, "includes": {"internet", "castle"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("got %d", got.Status)
	}
	text := staff.Get(listing + "?lang=en").Main()
	if !strings.Contains(text, "Two-family house") || !strings.Contains(text, "Internet") {
		t.Errorf("staff do not see the house:\n%s", text)
	}
	page := b.Get(details)
	if got := page.Attr(`select[name="house"] option[selected]`, "value"); got != "two_family" {
		t.Errorf("got house %q in the landlord's form", got)
	}
	if b.Get(mine).Status != http.StatusOK {
		t.Error("the landlord's page does not open")
	}
}
