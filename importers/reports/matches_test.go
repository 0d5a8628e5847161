package reports_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/i18n"
)

func someMatches() reports.MatchesInput {
	rent := 9500
	return reports.MatchesInput{
		Municipality: "Rana", On: date("2026-12-01"), Engine: "1", Policy: "a1b2",
		Pairs: []reports.Pair{
			{Household: "H-1", Listing: "L-1", Address: "=A1", Place: "Mo i Rana", Rent: &rent, Eligibility: "eligible", Score: 87.3456, Priority: 0.5, RankValue: 79.87648},
			{Household: "H-2", Listing: "L-1", Eligibility: "clarify", Score: 50, Asks: []string{"Who pays the power?", "Is it step-free?"}, Wishes: []string{"references"}},
			{Household: "H-3", Listing: "0012", Eligibility: "blocked", Score: 0, Priority: 1, RankValue: 20, Blocks: []string{"Too small."}},
		},
		NearMisses: []reports.NearMiss{{
			Household: "H-3", Listing: "L-9", Address: "Revelveien 8", Place: "Selfors", Rent: &rent, Score: 81.25,
			Obstacle: "Over budget.", Remedy: "NAV approves 9500.", Who: "NAV",
		}},
	}
}

func writeMatches(t *testing.T, lang i18n.Lang, in reports.MatchesInput) *excelize.File {
	t.Helper()
	var buf bytes.Buffer
	if err := reports.Matches(&buf, lang, in); err != nil {
		t.Fatal(err)
	}
	return open(t, buf.Bytes())
}

func TestMatchesHasEveryPair(t *testing.T) {
	for _, lang := range i18n.Langs {
		t.Run(string(lang), func(t *testing.T) {
			f := writeMatches(t, lang, someMatches())
			verdict := func(code string) string { return lang.T("matching.eligibility."+code, nil) }
			want := [][]string{
				{"H-1", "L-1", "=A1", "Mo i Rana", "9500", verdict("eligible"), "87.3456", "0.5", "79.87648"},
				{"H-2", "L-1", "", "", "", verdict("clarify"), "50", "0", "0", "", "Who pays the power?\nIs it step-free?", "references"},
				{"H-3", "0012", "", "", "", verdict("blocked"), "0", "1", "20", "Too small."},
			}
			for i, row := range rows(t, f, lang.T("reports.sheet.matches", nil))[4:] {
				for len(row) > 0 && row[len(row)-1] == "" {
					row = row[:len(row)-1]
				}
				if i >= len(want) || !reflect.DeepEqual(row, want[i]) {
					t.Errorf("row %d is %q, want %q", i, row, want)
				}
			}
			near := rows(t, f, lang.T("reports.sheet.near_misses", nil))[4:]
			if want := [][]string{{"H-3", "L-9", "Revelveien 8", "Selfors", "9500", "81.25", "Over budget.", "NAV approves 9500.", "NAV"}}; !reflect.DeepEqual(near, want) {
				t.Errorf("near misses %q, want %q", near, want)
			}
			eachFormula(t, f, func(sheet, cell, formula, _ string) { t.Errorf("%s!%s is the formula %s", sheet, cell, formula) })
		})
	}
}
