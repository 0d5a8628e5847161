package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

func TestUnitsAndReportsShow(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	kari := site.As(auth.Caseworker)
	board := kari.Get("/units")
	if n := len(board.Texts("table.bk-cards tbody tr")); n < 90 {
		t.Errorf("%d units on the board", n)
	}
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
