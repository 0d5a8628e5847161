package intake_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/auth"
)

// What staff write stands on the page, each language by itself, and goes back to
// the program's own; a preview changes nothing, and of two who write at once the
// second sees what the first wrote.
func TestStaffWriteTheTexts(t *testing.T) {
	s := site(t, generous)
	staff, public := s.As(auth.Coordinator), s.Anonymous()
	shows := func(lang, text string) bool {
		return strings.Contains(public.Get("/utleier?lang="+lang).Main(), text)
	}
	edit := "/admin/texts/offer"
	form := func(texts ...string) url.Values {
		p := staff.Get(edit)
		return url.Values{"form_version": {p.Attr(`input[name="form_version"]`, "value")}, "form_base": {p.Attr(`input[name="form_base"]`, "value")},
			"nb": {texts[0]}, "nn": {texts[1]}, "en": {texts[2]}}
	}
	first := form("Vi hjelper **deg** <script>", "", "")
	stale := form("En annen tekst", "", "")
	first.Set("preview", "yes")
	preview := staff.Post(edit, first)
	if preview.Status != http.StatusOK || len(preview.All(".bk-preview strong")) != 1 || shows("nb", "Vi hjelper") {
		t.Fatalf("got %d for the preview, or it changed the page\n%s", preview.Status, preview.Main())
	}
	first.Del("preview")
	if got := staff.Post(edit, first); got.Status != http.StatusSeeOther {
		t.Fatalf("got %d\n%s", got.Status, got.Main())
	}
	if !shows("nb", "Vi hjelper deg <script>") || shows("en", "Vi hjelper") || !shows("en", "proposes tenants") {
		t.Error("the page does not show the text in its language alone")
	}
	conflict := staff.Post(edit, stale)
	if conflict.Status != http.StatusConflict || !strings.Contains(conflict.Main(), "Vi hjelper") || !strings.Contains(conflict.Main(), "En annen tekst") {
		t.Errorf("got %d for a text written over another\n%s", conflict.Status, conflict.Main())
	}
	restore := form("Vi hjelper", "", "")
	restore.Set("restore", "yes")
	if got := staff.Post(edit, restore); got.Status != http.StatusSeeOther || shows("nb", "Vi hjelper") || !shows("nb", "foreslår leietakere") {
		t.Errorf("got %d, or the program's own text is not back", got.Status)
	}
	for name, text := range map[string]string{"too long": strings.Repeat("å", 3000), "an identity number": "Ring 41010110007"} {
		if got := staff.Post(edit, form(text, "", "")); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", name, got.Status)
		}
	}
	if got := staff.Get("/admin/texts/nothing"); got.Status != http.StatusNotFound {
		t.Errorf("got %d for no section", got.Status)
	}
}

// The page names whom to call and how soon a claim is answered where that is
// known, and invents neither.
func TestContactComesFromTheSettings(t *testing.T) {
	s := site(t, generous)
	for _, lang := range []string{"nb", "nn", "en"} {
		text := s.Anonymous().Get("/utleier?lang=" + lang).Main()
		for _, invented := range []string{"14", "9–15", "9 til 15", "9 to 15"} {
			if strings.Contains(text, invented) {
				t.Errorf("%s: the page says %q, which nobody told it", lang, invented)
			}
		}
	}
	admin := s.As(auth.Administrator)
	p := admin.Get("/admin/settings")
	form := url.Values{"form_version": {p.Attr(`input[name="form_version"]`, "value")}, "form_base": {p.Attr(`input[name="form_base"]`, "value")}, "idle_minutes": {"30"}, "whole_hours": {"12"}, "audit_months": {"24"},
		"landlord_name": {"Berit Prøve"}, "landlord_phone": {"+47 75 00 00 00"}, "landlord_email": {"bolig@example.no"}, "landlord_hours": {"hverdager 9–15"}, "claim_days": {"10"}}
	if got := admin.Post("/admin/settings", form); got.Status != http.StatusSeeOther {
		t.Fatalf("got %d\n%s", got.Status, got.Main())
	}
	s.Wait(time.Minute)
	page := s.Anonymous().Get("/utleier?lang=nb")
	if got := page.Text("address"); !strings.Contains(got, "Berit Prøve") || !strings.Contains(got, "75 00 00 00") || !strings.Contains(got, "hverdager 9–15") {
		t.Errorf("got %q", got)
	}
	if !strings.Contains(page.Main(), "innen 10 dager") {
		t.Error("the page does not say how soon a claim is answered")
	}
}
