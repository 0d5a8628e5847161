package reports_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

// eachFormula calls check with every formula cell and the value stored with it.
func eachFormula(t *testing.T, f *excelize.File, check func(sheet, cell, formula, stored string)) {
	t.Helper()
	for _, sheet := range f.GetSheetList() {
		merged, err := f.GetMergeCells(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows(t, f, sheet) {
			for c, stored := range row {
				cell, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				// The cells of a merged area all answer with the first one's formula.
				if stored == "" && slices.ContainsFunc(merged, func(m excelize.MergeCell) bool { return inside(t, c+1, r+1, m) }) {
					continue
				}
				formula, err := f.GetCellFormula(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				if formula != "" {
					check(sheet, cell, formula, stored)
				}
			}
		}
	}
}

// inside reports whether a cell is in the merged area.
func inside(t *testing.T, col, row int, m excelize.MergeCell) bool {
	t.Helper()
	c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
	c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return c1 <= col && col <= c2 && r1 <= row && row <= r2
}

func TestFormulasGiveTheValuesStoredWithThem(t *testing.T) {
	empty := reports.TurnoverInput{Month: june}
	for name, in := range map[string]reports.TurnoverInput{"sound": history(false), "faulty": history(true), "empty": empty} {
		for _, lang := range i18n.Langs {
			t.Run(name+" "+string(lang), func(t *testing.T) {
				_, f := write(t, lang, in)
				n := 0
				eachFormula(t, f, func(sheet, cell, formula, stored string) {
					n++
					got, err := f.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
					if err != nil {
						t.Errorf("%s!%s =%s: %v", sheet, cell, formula, err)
						return
					}
					x, errX := strconv.ParseFloat(got, 64)
					y, errY := strconv.ParseFloat(stored, 64)
					if got != stored && (errX != nil || errY != nil || math.Abs(x-y) > 1e-9) {
						t.Errorf("%s!%s =%s is %q, stored %q", sheet, cell, formula, got, stored)
					}
				})
				if n < 80 {
					t.Errorf("only %d formulas", n)
				}
			})
		}
	}
}

// TestNumbersOfFormulasAreNumbers holds that a stored value is no text: a reader
// that does not calculate would otherwise see words where figures belong.
func TestNumbersOfFormulasAreNumbers(t *testing.T) {
	data, f := write(t, i18n.Bokmal, history(false))
	eachFormula(t, f, func(sheet, cell, formula, stored string) {
		if _, err := strconv.ParseFloat(stored, 64); err != nil {
			return
		}
		if typ, err := f.GetCellType(sheet, cell); err != nil || typ == excelize.CellTypeFormula {
			t.Errorf("%s!%s =%s is stored as text %q (%v)", sheet, cell, formula, stored, err)
		}
	})
	if part(t, data, "xl/worksheets/sheet1.xml") == "" {
		t.Error("no first sheet")
	}
}

func TestControlShowsWhatDoesNotAgree(t *testing.T) {
	_, f := write(t, i18n.English, history(false))
	control := rows(t, f, "Control")
	verdict := ""
	for i, row := range control {
		if len(row) > 0 && row[0] == "Lines that differ (must be 0)" {
			verdict = fmt.Sprintf("D%d", i+1)
		}
	}
	calc := func(sheet, cell string) string {
		t.Helper()
		v, err := f.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if got := calc("Control", verdict); got != "0" {
		t.Fatalf("lines that differ %s, want 0", got)
	}
	before := calc("Control", verdict)
	for _, tc := range []struct {
		name, sheet, cell string
		want              string // "": more than none
	}{
		{"a movement that is gone", "Movements", "B5", ""},
		{"a void with other days", "Voids", "F5", "1"},
		{"a stay that is gone", "Units", "J5", "1"},
		{"a group with other days", "Splits", "L7", "1"},
		{"persons that moved in", "Periods and year", "C9", "1"},
		{"move-ins of an earlier month", "Control", "C8", "1"},
		{"an opening unlike the last closing", "Control", "B7", "2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			old, err := f.GetCellValue(tc.sheet, tc.cell)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue(tc.sheet, tc.cell, 99); err != nil {
				t.Fatal(err)
			}
			if got := calc("Control", verdict); got == before || tc.want != "" && got != tc.want {
				t.Errorf("the count of lines that differ is %s after %s!%s changed from %q, want %q", got, tc.sheet, tc.cell, old, tc.want)
			}
			if n, err := strconv.Atoi(old); err == nil {
				err = f.SetCellValue(tc.sheet, tc.cell, n)
				if err != nil {
					t.Fatal(err)
				}
			} else if err := f.SetCellValue(tc.sheet, tc.cell, old); err != nil {
				t.Fatal(err)
			}
			if got := calc("Control", verdict); got != before {
				t.Fatalf("the count of lines that differ is %s after the change was taken back", got)
			}
		})
	}
}

// TestNothingIsBlank holds that what is not there is a blank cell: a filter
// finds an empty text as a value, and a chart draws a text as 0.
func TestNothingIsBlank(t *testing.T) {
	data, _ := write(t, i18n.English, history(false))
	for i := range 14 {
		if text := part(t, data, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)); text == "" || strings.Contains(text, "<t></t>") {
			t.Errorf("sheet %d has an empty text, or is none (%d bytes)", i+1, len(text))
		}
	}
	_, f := write(t, i18n.English, reports.TurnoverInput{Month: june})
	if got, err := f.GetCellValue("Control", "K6"); got != "" || err != nil {
		t.Errorf("the vacancy rate without units is %q (%v), want a blank", got, err)
	}
}

// part returns a part of the workbook's zip, "" where it is not there.
func part(t *testing.T, data []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSummaryHasNativeCharts(t *testing.T) {
	for _, lang := range i18n.Langs {
		t.Run(string(lang), func(t *testing.T) {
			data, f := write(t, lang, history(false))
			control := "'" + lang.T("reports.sheet.control", nil) + "'!"
			for name, want := range map[string][]string{
				"xl/charts/chart1.xml": {"lineChart", control + "$K$6:$K$17", control + "$A$6:$A$17", lang.T("reports.chart.vacancy.title", nil), lang.T("reports.chart.vacancy.axis", nil), lang.T("reports.chart.month", nil)},
				"xl/charts/chart2.xml": {"barChart", control + "$C$6:$C$17", control + "$D$6:$D$17", lang.T("reports.chart.moves.title", nil), lang.T("reports.chart.moves.axis", nil)},
				// The first sheet shows the drawing, and the drawing the charts.
				"xl/worksheets/sheet1.xml":            {"<drawing "},
				"xl/worksheets/_rels/sheet1.xml.rels": {"drawing1.xml"},
				"xl/drawings/_rels/drawing1.xml.rels": {"chart1.xml", "chart2.xml", "chart3.xml", "chart4.xml"},
			} {
				text := strings.ReplaceAll(part(t, data, name), "&#39;", "'")
				for _, w := range want {
					if !strings.Contains(text, w) {
						t.Errorf("%s lacks %q (%d bytes)", name, w, len(text))
					}
				}
			}
			year := rows(t, f, lang.T("reports.sheet.control", nil))[5:17]
			if got, want := year[11][0], lang.T("reports.month_short.06", nil)+" 2024"; got != want {
				t.Errorf("the charts' last month is %q, want %q", got, want)
			}
			if got, want := year[0][0], lang.T("reports.month_short.07", nil)+" 2023"; got != want {
				t.Errorf("the charts' first month is %q, want %q", got, want)
			}
		})
	}
}

// TestOutcomesCountEachPlacementOnce: a talk with who has moved in moves nobody in.
func TestOutcomesCountEachPlacementOnce(t *testing.T) {
	_, f := write(t, i18n.English, history(false))
	got := rows(t, f, "Outcomes")
	for label, want := range map[string]string{"reports.outcomes.placed": "1", "placements.state.follow_up": "1", "placements.state.declined": "2", "placements.state.proposal": "0"} {
		if row := rowOf(t, got, i18n.English.T(label, nil)); row[1] != want {
			t.Errorf("%s is %v, want %s placements", label, row, want)
		}
	}
}

func TestTextIsNeverAFormula(t *testing.T) {
	in := history(false)
	in.Municipality = `=cmd|"/c calc"!A1`
	in.Units[0].Address = "=HYPERLINK(\"https://example.com\")"
	_, f := write(t, i18n.Bokmal, in)
	placed := rows(t, f, "Formidlinger")[4:]
	if got := placed[0]; got[2] != "=1+1" || got[5] != "Husstanden: Annet" || placed[1][0] != "+47" || placed[1][2] != "-5" {
		t.Errorf("placements %q have changed", placed)
	}
	eachFormula(t, f, func(sheet, cell, formula, stored string) {
		for _, bad := range []string{"HYPERLINK", "cmd|", "1+1"} {
			if strings.Contains(formula, bad) {
				t.Errorf("%s!%s is the formula %s", sheet, cell, formula)
			}
		}
	})
	for cell := range map[string]bool{"C5": true, "F5": true, "A6": true, "C6": true} {
		if typ, err := f.GetCellType("Formidlinger", cell); err != nil || typ != excelize.CellTypeInlineString {
			t.Errorf("Formidlinger!%s has type %v (%v), want text", cell, typ, err)
		}
	}
}

func TestPrintSetUp(t *testing.T) {
	data, f := write(t, i18n.English, history(false))
	titles := map[string]string{}
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" {
			titles[n.Scope] = n.RefersTo
		}
	}
	several := []string{"Summary", "Control", "Outcomes", "Waiting", "Landlords", "Restated"} // sheets of several tables
	frozen := map[string]int{"Periods and year": 5, "Splits": 3}
	for i, sheet := range f.GetSheetList() {
		t.Run(sheet, func(t *testing.T) {
			page, err := f.GetPageLayout(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if *page.Size != 9 || *page.Orientation != "landscape" != (sheet == "Outcomes" || sheet == "Landlords") || *page.FitToWidth != 1 {
				t.Errorf("paper %d, %s, %d wide", *page.Size, *page.Orientation, *page.FitToWidth)
			}
			// Without this excelize and Excel both pass over fit to width.
			if text := part(t, data, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)); !strings.Contains(text, `fitToPage="true"`) && !strings.Contains(text, `fitToPage="1"`) {
				t.Error("the sheet does not fit its pages")
			}
			view, err := f.GetSheetView(sheet, 0)
			if err != nil {
				t.Fatal(err)
			}
			if *view.ShowGridLines {
				t.Error("the sheet shows grid lines")
			}
			panes, err := f.GetPanes(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(several, sheet) {
				return
			}
			rows := cmp.Or(frozen[sheet], 4)
			if want := fmt.Sprintf("'%s'!$1:$%d", sheet, rows); titles[sheet] != want || !panes.Freeze || panes.YSplit != rows {
				t.Errorf("repeated %q, frozen %v at %d, want %q and %d", titles[sheet], panes.Freeze, panes.YSplit, want, rows)
			}
		})
	}
}

func TestTurnoverErrors(t *testing.T) {
	if err := turnover(io.Discard, i18n.Bokmal, reports.TurnoverInput{}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("without a month: %v, want %s", err, apperr.Invalid)
	}
	full := errors.New("disk full")
	if err := turnover(failing{full}, i18n.Bokmal, history(false)); !errors.Is(err, full) {
		t.Errorf("a writer that fails: %v, want %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestSameInputGivesTheSameParts compares the parts, not the file: their order
// in the zip, and with it that of the list of content types, is not set.
func TestSameInputGivesTheSameParts(t *testing.T) {
	parts := func() map[string]string {
		data, _ := write(t, i18n.Bokmal, history(true))
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		for _, f := range z.File {
			if f.Name != "[Content_Types].xml" {
				m[f.Name] = part(t, data, f.Name)
			}
		}
		return m
	}
	a, b := parts(), parts()
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs between two workbooks of the same input", name)
		}
	}
	if len(a) != len(b) || len(a) < 15 {
		t.Errorf("%d and %d parts", len(a), len(b))
	}
}
