package staff_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

// The pages of the board together show every unit once, the empty ones first; a part
// of a reference or an address finds a unit in whatever state, and the file of the list
// has what the list shows.
func TestUnitsBoardPagesAndFinds(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	kai := site.As(auth.Coordinator)
	var refs, states []string
	for path := "/units"; path != ""; {
		p := kai.Get(path)
		refs = append(refs, p.Texts("tbody th a")...)
		states = append(states, p.Texts("tbody .bk-phase")...)
		path = ""
		if next := p.All("a[rel=next]"); len(next) > 0 {
			path = webtest.AttrOf(next[0], "href")
		}
	}
	all := len(refs)
	slices.Sort(refs)
	if refs = slices.Compact(refs); len(refs) != all || all < 90 {
		t.Errorf("%d units on all pages, %d of them twice", all, all-len(refs))
	}
	if states[0] != "Ledig" || states[all-1] != "Bebodd" {
		t.Errorf("the board begins with %q and ends with %q", states[0], states[all-1])
	}
	if found := kai.Get("/units?q=g-00&page=9").Texts("tbody th a"); len(found) == 0 || !strings.HasPrefix(found[0], "G-00") {
		t.Errorf("g-00 finds %v", found)
	}
	lines := strings.Split(strings.TrimSpace(kai.Get("/exports/units.csv?list=shown&q=g-00").Body), "\n")
	if found := kai.Get("/units?q=g-00"); len(lines)-1 != len(found.Texts("tbody th a")) {
		t.Errorf("the file has %d units, the list %v", len(lines)-1, found.Texts("tbody th a"))
	}
	if p := kai.Get("/units?q=nowhere"); len(p.Texts("tbody tr")) != 0 {
		t.Error("a unit is found by what is in none")
	}
}

func TestUnitsAndReportsShow(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	kari := site.As(auth.Caseworker)
	board := kari.Get("/units")
	unit := webtest.AttrOf(board.All("table.bk-cards tbody a")[0], "href")
	for _, path := range []string{"/units?state=vacant", unit, "/reports/turnover", "/reports/turnover?from=2026-01&to=2026-10&by=ownership", "/reports/turnover/behind?figure=move_outs&month=2026-10", "/reports/turnover/behind?figure=void_unit_days&month=2026-10", "/reports/forecast"} {
		if p := kari.Get(path); p.Status != http.StatusOK {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
	boss := site.As(auth.Manager)
	if p := boss.Get("/reports/turnover"); p.Status != http.StatusOK || strings.Contains(p.Text("main"), "H-") {
		t.Errorf("a manager sees %d", p.Status)
	}
	if p := boss.Get(unit); p.Status != http.StatusForbidden {
		t.Errorf("a manager opens a unit: %d", p.Status)
	}
	if p := boss.Get("/reports/turnover/workbook?variant=full"); p.Status != http.StatusForbidden {
		t.Errorf("a manager gets the full workbook: %d", p.Status)
	}
}
