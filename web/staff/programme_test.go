package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/web/webtest"
)

func TestProgrammePage(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	page := site.As(auth.Caseworker).Get("/reports/programme?lang=en")
	if page.Status != http.StatusOK {
		t.Fatal(page.Main())
	}
	if got := page.Texts(".bk-tile .bk-value"); len(got) != 3 {
		t.Errorf("got %q, want three shares", got)
	}
	rows := page.Texts("tbody tr")
	if len(rows) != 3 || !strings.HasPrefix(rows[0], "2024") {
		t.Errorf("got %q, want the three years", rows)
	}
	cut := site.As(auth.Caseworker).Get("/reports/programme?lang=en&from=2024-02&to=2026-11").Texts("tbody tr")
	if len(cut) != 3 || !strings.HasPrefix(cut[0], "Feb–Dec 2024") || !strings.HasPrefix(cut[2], "Jan–Nov 2026") {
		t.Errorf("got %q, want the years that the period cuts by their months", cut)
	}
	known := 0
	for _, share := range page.Texts(`td[data-label]:not(.bk-number)`) {
		if !strings.HasPrefix(share, "–") {
			known++
		}
	}
	if bars := page.Texts("svg.bk-chart rect"); known == 0 || len(bars) != known {
		t.Errorf("got %d bars, want one for each of the %d shares that are known", len(bars), known)
	}
	behind := page.Attr(`main > p a[href^="/reports/programme/households"]`, "href")
	list := site.As(auth.Caseworker).Get(behind)
	if list.Status != http.StatusOK || len(list.Texts("tbody tr")) == 0 {
		t.Fatalf("got %d:\n%s", list.Status, list.Main())
	}
	seen, err := site.Audit.Find(t.Context(), audit.Filter{Register: "households"})
	if err != nil || len(seen.Lines) < len(list.Texts("tbody tr")) {
		t.Errorf("got %d lines in the trail, %v; want one for each household shown", len(seen.Lines), err)
	}
}

// A manager sees figures and no way to the names.
func TestProgrammePageOfAManager(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	manager := site.As(auth.Manager)
	for _, path := range []string{"/reports/programme", "/reports/programme?view=publishable", "/reports/fairness"} {
		page := manager.Get(path)
		if page.Status != http.StatusOK {
			t.Fatalf("%s: got %d", path, page.Status)
		}
		for _, link := range page.Texts("main a") {
			if strings.HasPrefix(link, "H-") {
				t.Errorf("%s names %s", path, link)
			}
		}
		if strings.Contains(page.Main(), "/households") {
			t.Errorf("%s leads to the households", path)
		}
	}
	if page := manager.Get("/reports/programme/households"); page.Status != http.StatusForbidden {
		t.Errorf("got %d for a manager who asks for the households", page.Status)
	}
}

// The day on which follow-up began stays when the item is done, and can be put
// right.
func TestFollowUpBegan(t *testing.T) {
	site := webtest.New(t, nil)
	saved, err := site.Office.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "test")
	if err != nil {
		t.Fatal(err)
	}
	b := site.As(auth.Caseworker)
	path := "/households/" + saved.ID + "/readiness"
	began := func() civil.Date {
		t.Helper()
		stored, err := site.Office.Readiness(t.Context(), saved.ID)
		if err != nil {
			t.Fatal(err)
		}
		return stored.Value.Items.Began()
	}
	for _, step := range []struct{ state, on, began, want string }{
		{"started", "2026-03-02", "", "2026-03-02"},
		{"done", "2026-11-02", "2026-03-02", "2026-03-02"},
		{"done", "2026-11-02", "2026-02-01", "2026-02-01"},
		{"", "", "2026-02-01", ""},
		{"started", "", "", "2026-12-01"}, // the day that it is noted on
	} {
		form := b.Get(path).Form("main form")
		form.Set("module_follow_up", step.state)
		form.Set("module_follow_up.on", step.on)
		form.Set("module_follow_up.began", step.began)
		if page := b.Post(path, form); page.Status != http.StatusSeeOther {
			t.Fatalf("%+v: got %d:\n%s", step, page.Status, page.Main())
		}
		if got := began().String(); got != step.want {
			t.Errorf("%+v: got %s", step, got)
		}
	}
	form := b.Get(path).Form("main form")
	form.Set("module_follow_up", "done")
	form.Set("module_follow_up.on", "2026-11-02")
	form.Set("module_follow_up.began", "2026-11-20")
	if page := b.Post(path, form); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("got %d for follow-up that is done before it begins", page.Status)
	}
}

func TestFairnessPage(t *testing.T) {
	page := webtest.New(t, nil).Fill().As(auth.Coordinator).Get("/reports/fairness?lang=en")
	if page.Status != http.StatusOK {
		t.Fatal(page.Main())
	}
	if got := page.Texts("table caption"); len(got) != 4 {
		t.Errorf("got tables %q, want all, size, security and employment", got)
	}
	for _, cell := range page.Texts("tbody td") {
		for _, small := range []string{"(0)", "(1)", "(2)", "(3)"} {
			if strings.Contains(cell, small) {
				t.Errorf("the cell %q shows a count below 4", cell)
			}
		}
	}
}
