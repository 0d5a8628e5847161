package reports_test

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords/vacancy/disclosure"
)

func publishable(t *testing.T, lang i18n.Lang, in reports.TurnoverInput) ([]byte, [][]string) {
	t.Helper()
	var buf bytes.Buffer
	if err := publish(&buf, lang, in); err != nil {
		t.Fatal(err)
	}
	f := open(t, buf.Bytes())
	noBareKeys(t, f)
	return buf.Bytes(), rows(t, f, lang.T("reports.sheet.summary", nil))
}

// TestPublishableTellsOnlyWhatIsReleased reads the cells back: each count is the release's,
// a multiple of five or hidden; and nowhere is a household, a unit or an address.
func TestPublishableTellsOnlyWhatIsReleased(t *testing.T) {
	in := history(false)
	releases := disclosure.Releases(in.Ledger(), june.Add(-29), june)
	for _, lang := range i18n.Langs {
		data, got := publishable(t, lang, in)
		table := got[len(got)-12:]
		for i, r := range releases[len(releases)-12:] {
			for k, f := range disclosure.Figures {
				want := lang.T("reports.publishable.hidden", nil)
				if c := r.Year[f]; !c.Hidden && c.N > 0 {
					want = strconv.Itoa(c.N)
				} else if !c.Hidden {
					want = ""
				}
				if cell := table[i][k+1]; cell != want {
					t.Errorf("%s %v %s is %q, want %q", lang, r.Month, f, cell, want)
				}
			}
		}
		for _, secret := range []string{"H-0", "G-0", "Langnesgata"} {
			for n := range 3 {
				if strings.Contains(part(t, data, fmt.Sprintf("xl/worksheets/sheet%d.xml", n+1)), secret) {
					t.Errorf("%s: the workbook to publish holds %s", lang, secret)
				}
			}
		}
		for n := range 3 {
			if part(t, data, fmt.Sprintf("xl/charts/chart%d.xml", n+1)) == "" {
				t.Errorf("%s: chart %d is missing", lang, n+1)
			}
		}
	}
}

// TestPublishableOfFewHouseholds hides vacancy too: ten units in service and none
// vacant would tell how many households there are.
func TestPublishableOfFewHouseholds(t *testing.T) {
	in := history(false)
	in.Units = in.Units[:6]
	_, got := publishable(t, i18n.English, in)
	for _, label := range []string{"vacancy_rate", "median_void_days", "median_stay_days"} {
		row := rowOf(t, got, i18n.English.T("reports.figure."+label, nil))
		if row[1] != "hidden" {
			t.Errorf("%s is told: %v", label, row)
		}
	}
	_, got = publishable(t, i18n.English, reports.TurnoverInput{Month: june})
	rowOf(t, got, i18n.English.T("reports.figure.units_in_service", nil))
	if err := publish(io.Discard, i18n.English, reports.TurnoverInput{}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("without a month: %v", err)
	}
}
