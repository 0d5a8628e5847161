package staff_test

import (
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

// The menu says where one is, on pages below its own too.
func TestMenuMarksThePlace(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	who := site.As(auth.Coordinator)
	for path, want := range map[string]string{
		"/": "/", "/listings": "/listings", "/listings/new": "/listings", "/reports/turnover": "/reports/turnover", "/reports/forecast": "/reports/turnover",
		"/reports/programme/households": "/reports/turnover", "/guarantees/none": "/landlords", "/today/stale": "", "/account": "",
	} {
		got := ""
		if page := who.Get(path); len(page.Texts(`.bk-menu-wide [aria-current="page"]`)) > 0 {
			got = page.Attr(`.bk-menu-wide [aria-current="page"]`, "href")
		}
		if got != want {
			t.Errorf("%s: the menu marks %q, want %q", path, got, want)
		}
	}
}
