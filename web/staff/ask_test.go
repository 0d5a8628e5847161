package staff_test

import (
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

// Whom users can ask stands where they need it: at the sign-in and on Today.
func TestWhomToAsk(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	admin := site.As(auth.Administrator)
	if n := len(admin.Get("/").All(".bk-ask")); n != 0 {
		t.Errorf("got %d places before anybody is named", n)
	}
	form := admin.Get("/admin/settings").Form(formOf(""))
	form.Set("contact_name", "Kari Boligkontor")
	form.Set("contact_phone", "75 12 34 56")
	admin.Follow(admin.Post("/admin/settings", form))
	for name, page := range map[string]*webtest.Page{"sign-in": site.Anonymous().Get("/sign-in?lang=en"), "today": site.As(auth.Caseworker).Get("/?lang=en")} {
		if got := page.Text(".bk-ask"); got != "Ask: Kari Boligkontor 75 12 34 56" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}
