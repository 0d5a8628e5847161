package reports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

func TestEveryWordIsInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Langs {
		t.Run(string(lang), func(t *testing.T) {
			for _, r := range vacancy.Reasons {
				has(t, lang, "reports.figure.out_"+string(r))
			}
			in := history(true)
			codes := map[vacancy.FindingCode]bool{}
			for _, f := range in.Findings(in.Month.End()) {
				codes[f.Code] = true
				has(t, lang, "reports.finding."+string(f.Code))
			}
			if len(codes) != 20 {
				t.Errorf("the faulty history has %d kinds of findings, want all 20", len(codes))
			}
			for m := range 12 {
				has(t, lang, fmt.Sprintf("reports.month.%02d", m+1))
				has(t, lang, fmt.Sprintf("reports.month_short.%02d", m+1))
			}
			for _, in := range []reports.TurnoverInput{in, {Month: june}} {
				_, f := write(t, lang, in)
				noBareKeys(t, f)
			}
			f := writeMatches(t, lang, someMatches())
			noBareKeys(t, f)
			noBareKeys(t, writeMatches(t, lang, reports.MatchesInput{}))
		})
	}
}

func has(t *testing.T, lang i18n.Lang, key string) {
	t.Helper()
	if !lang.Has(key) {
		t.Errorf("%s lacks %s", lang, key)
	}
}

// noBareKeys holds that no key stands where its sentence should, and that no
// parameter was left unfilled.
func noBareKeys(t *testing.T, f *excelize.File) {
	t.Helper()
	for _, sheet := range f.GetSheetList() {
		for _, row := range append(rows(t, f, sheet), []string{sheet}) {
			for _, cell := range row {
				if strings.HasPrefix(cell, "reports.") || strings.HasPrefix(cell, "matching.") || strings.Contains(cell, "<no value>") || strings.Contains(cell, "{{") {
					t.Errorf("sheet %s says %q", sheet, cell)
				}
			}
		}
	}
}

func TestFindingsAreNamed(t *testing.T) {
	in := history(true)
	_, f := write(t, i18n.English, in)
	control, summary := rows(t, f, "Control"), rows(t, f, "Summary")
	first := firstOf(in.Stays, "G-005")
	rowOf(t, control, fmt.Sprintf("G-005, household %s, %s: overlaps with the stay of household F-7.", first.HouseholdRef, dates(first)))
	rowOf(t, control, "G-002, household F-4, 03.06.2024–08.06.2024: the reason of the move-out is missing. Counted as other or not stated.")
	rowOf(t, control, "G-001, household F-2, ?–: the move-in date is missing. The stay is not counted.")
	rowOf(t, control, "nowhere, household F-1, 03.06.2024–: the unit is unknown. The stay is not counted.")
	rowOf(t, summary, fmt.Sprintf("Cases to look at in the history: %d. See the sheet Control.", len(in.Findings(in.Month.End()))))
	rowOf(t, summary, "All controls agree: see the sheet Control.")
}

func firstOf(stays []vacancy.Occupancy, unit string) vacancy.Occupancy {
	return stays[slices.IndexFunc(stays, func(o vacancy.Occupancy) bool { return o.UnitRef == unit })]
}

func dates(o vacancy.Occupancy) string {
	return o.From.Time().Format("02.01.2006") + "–" + o.To.Time().Format("02.01.2006")
}
