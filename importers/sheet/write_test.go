package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

// texts are what must come back as it went in.
var texts = []string{
	"x", "0152", "=1+1", "+47 900 00 000", "-", "@navn", "'", "''", "'=1", "\tx", "\rx", "a\nb", "a\r\nb", `si "hei"`, `"`, ";", "a;b", "a,b", "  innrykk ", "&<>", "]]>",
	"æøå ÆØÅ", "😀", "_x000D_", "_x005F_", "_x005F_x000D_", "_xD83D_", "__x0041__", "_x0041__x0042_", "_x0041_x0042_", "TRUE", "1e5", "2026-12-01", "\uFFFD", "\u00a0", "sep=;", "NAV-garanti;depositumskonto", strings.Repeat("å", 32_767),
}

// TestTextsRoundTrip writes texts in both forms and reads them again.
func TestTextsRoundTrip(t *testing.T) {
	for _, ext := range []string{".xlsx", ".csv"} {
		t.Run(ext, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "liste"+ext)
			err := Create(path, "Liste", []Column{{Header: "Tekst"}, {Header: "=Nr", Type: WholeColumn}}, func(w Writer) error {
				for i, s := range texts {
					if err := w.Row([]any{s, i}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			book, err := Open(t.Context(), path, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = book.Close() }()
			n := -1
			for row, err := range book.Rows(t.Context(), 0) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n == 0 {
					if got, want := dumpRow(row), "A=text Tekst|B=text =Nr"; got != want {
						t.Errorf("got the header %q, want %q", got, want)
					}
					continue
				}
				if got := row.Cells[0]; got != (Cell{Kind: Text, Text: texts[n-1]}) {
					t.Errorf("%.50q came back as %s %.50q", texts[n-1], got.Kind, got.Text)
				}
			}
			if n != len(texts) {
				t.Errorf("got %d rows, want %d", n, len(texts))
			}
		})
	}
}

// TestValuesRoundTrip writes random values of each type and reads them again.
func TestValuesRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	columns := []Column{{Header: "T"}, {Header: "W", Type: WholeColumn}, {Header: "M", Type: MoneyColumn}, {Header: "D", Type: DecimalColumn}, {Header: "Dato", Type: DateColumn}, {Header: "J", Type: YesNoColumn}}
	var values [][]any
	for range 500 {
		row := []any{fmt.Sprintf("t%d", rnd.Int()), rnd.IntN(2_000_000) - 1_000_000, rnd.IntN(1 << 40), math.Round(rnd.Float64()*1e6) / 100, civil.MustParse("1900-01-01").AddDays(rnd.IntN(80_000)), rnd.IntN(2) == 1}
		for i := 1; i < len(row); i++ {
			if rnd.IntN(4) == 0 {
				row[i] = nil
			}
		}
		values = append(values, row)
	}
	var buf bytes.Buffer
	w, err := NewXLSX(&buf, "Liste", columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range values {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	book, err := openBytes(t, buf.Bytes(), "a.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n := -1
	for row, err := range book.Rows(t.Context(), 0) {
		if n++; err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			continue
		}
		for i, v := range values[n-1] {
			got := Cell{}
			if i < len(row.Cells) {
				got = row.Cells[i]
			}
			want := Cell{}
			switch v := v.(type) {
			case string:
				want = Cell{Kind: Text, Text: v}
			case int:
				want = Cell{Kind: Number, Number: float64(v)}
			case float64:
				want = Cell{Kind: Number, Number: v}
			case bool:
				if want.Kind = Bool; v {
					want.Number = 1
				}
			case civil.Date:
				serial, _ := dateSerial(v)
				want = Cell{Kind: Date, Date: v, Number: float64(serial)}
			}
			if got != want {
				t.Errorf("%s%d: wrote %v, got %+v", ColumnName(i), n+1, v, got)
			}
		}
	}
	if n != len(values) {
		t.Errorf("got %d rows, want %d", n, len(values))
	}
}

func TestCSVForm(t *testing.T) {
	var buf bytes.Buffer
	w := NewCSV(&buf, []Column{{Header: "Navn"}, {Header: "Leie"}, {Header: "Fra"}, {Header: "Ja"}})
	for _, row := range [][]any{
		{"=1+1", 8500, civil.MustParse("2026-12-01"), true},
		{"a;\"b\"", 8500.5, civil.Date(0), false},
		{"-", -5},
		nil,
		{"\r", "+47"},
	} {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffNavn;Leie;Fra;Ja\r\n'=1+1;8500;2026-12-01;true\r\n\"a;\"\"b\"\"\";8500,5;;false\r\n'-;-5;;\r\n;;;\r\n\"'\r\";'+47;;\r\n"
	if got := buf.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWritersRefuse(t *testing.T) {
	for name, v := range map[string]any{"too long": strings.Repeat("x", 32_768), "too many units": strings.Repeat("😀", 16_384), "control": "\x01", "bad UTF-8": "\xff", "another type": int32(1)} {
		for _, form := range []string{"xlsx", "csv"} {
			t.Run(name+" "+form, func(t *testing.T) {
				w := NewCSV(io.Discard, []Column{{Header: "A"}, {Header: "B"}})
				if form == "xlsx" {
					var err error
					if w, err = NewXLSX(io.Discard, "A", []Column{{Header: "A"}, {Header: "B"}}); err != nil {
						t.Fatal(err)
					}
				}
				err := w.Row([]any{"a", v})
				wantCode(t, err, apperr.Invalid)
				if !strings.Contains(err.Error(), "B2") {
					t.Errorf("%q does not say where", err)
				}
				wantCode(t, w.Row([]any{"a", "b", "c"}), apperr.Invalid)
			})
		}
	}
	w, err := NewXLSX(io.Discard, "A", []Column{{Header: "A"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{math.NaN(), math.Inf(1)} {
		wantCode(t, w.Row([]any{v}), apperr.Invalid)
	}
}

// TestXLSXLook asks excelize what the workbook has besides values.
func TestXLSXLook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	long := make([]string, 40)
	for i := range long {
		long[i] = fmt.Sprintf("Valg nummer %d, æ", i)
	}
	columns := []Column{
		{Header: "Postnr", Width: 9}, {Header: "Leie", Type: MoneyColumn, Hint: "Kroner per måned"}, {Header: "Ledig fra", Type: DateColumn},
		{Header: "Status", Options: []string{"ledig", "utleid"}, Hint: strings.Repeat("å", 300)}, {Header: "Område", Options: long}, {Header: "Møblert", Options: []string{"delvis, noe", "helt"}},
	}
	err := Create(path, "Liste: [2026]", columns, func(w Writer) error {
		return w.Row([]any{"0152", 8500, civil.MustParse("2026-12-01"), "ledig"})
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const sheet = "Liste- -2026-"
	for cell, want := range map[string]string{"A2": "0152", "B2": "8,500", "C2": "01.12.2026", "D2": "ledig"} {
		if got, err := f.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s shows %q, %v, want %q", cell, got, err, want)
		}
	}
	if got, err := f.GetColWidth(sheet, "A"); err != nil || got != 9 {
		t.Errorf("column A is %v wide, %v, want 9", got, err)
	}
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes are %+v, %v, want the first row frozen", panes, err)
	}
	style, err := f.GetCellStyle(sheet, "A1")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := f.GetStyle(style); err != nil || !s.Font.Bold {
		t.Errorf("the header is not bold: %v", err)
	}
	if names := f.GetDefinedName(); len(names) != 1 || !strings.HasSuffix(names[0].RefersTo, "$A$1:$F$2") {
		t.Errorf("filters are %+v, want A1:F2", names)
	}
	rules, err := f.GetDataValidations(sheet)
	if err != nil || len(rules) != 4 {
		t.Fatalf("got %d rules, %v, want 4", len(rules), err)
	}
	for i, want := range []struct{ sqref, formula string }{
		{"B2:B2002", ""}, {"D2:D2002", `"ledig,utleid"`}, {"E2:E2002", "'_lists'!$A$1:$A$40"}, {"F2:F2002", "'_lists'!$B$1:$B$2"},
	} {
		if rules[i].Sqref != want.sqref || rules[i].Formula1 != want.formula {
			t.Errorf("rule %d is %s %q, want %s %q", i, rules[i].Sqref, rules[i].Formula1, want.sqref, want.formula)
		}
	}
	if got, err := f.GetCellValue(listSheet, "A40"); err != nil || got != long[39] {
		t.Errorf("the last option is %q, %v, want %q", got, err, long[39])
	}
	if visible, err := f.GetSheetVisible(listSheet); err != nil || visible {
		t.Errorf("the options' sheet is visible: %v, %v", visible, err)
	}
}

func TestTabNames(t *testing.T) {
	taken := map[string]bool{}
	for _, test := range []struct{ name, want string }{
		{"Liste", "Liste"}, {"liste", "liste (2)"}, {"LISTE", "LISTE (3)"}, {"", "Ark"}, {"a/b", "a-b"}, {"'x'", "x"}, {"\xff", "-"},
		{strings.Repeat("å", 40), strings.Repeat("å", 31)}, {strings.Repeat("å", 41), strings.Repeat("å", 27) + " (2)"}, {strings.Repeat("😀", 20), strings.Repeat("😀", 15)},
	} {
		if got := tabName(test.name, taken); got != test.want {
			t.Errorf("tabName(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestCreateIsAllOrNothing(t *testing.T) {
	failed := errors.New("failed")
	for _, ext := range []string{".xlsx", ".csv", ".CSV"} {
		t.Run(ext, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a"+ext)
			columns := []Column{{Header: "A"}}
			row := func(w Writer) error { return w.Row([]any{"x"}) }
			if err := Create(path, "A", columns, func(w Writer) error { return errors.Join(row(w), failed) }); !errors.Is(err, failed) {
				t.Errorf("got %v, want the error of the caller", err)
			}
			wantFiles(t, dir)
			const mode = 0o666 // more than a new file has
			if err := errors.Join(os.WriteFile(path, []byte("old"), mode), os.Chmod(path, mode)); err != nil {
				t.Fatal(err)
			}
			if err := Create(path, "A", columns, func(w Writer) error { return errors.Join(row(w), failed) }); !errors.Is(err, failed) {
				t.Errorf("got %v, want the error of the caller", err)
			}
			if data, err := os.ReadFile(path); err != nil || string(data) != "old" {
				t.Errorf("the old file is now %q, %v", data, err)
			}
			wantFiles(t, dir, "a"+ext)
			if err := Create(path, "A", columns, row); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, dir, "a"+ext)
			if stat, err := os.Stat(path); err != nil || stat.Mode().Perm() != mode {
				t.Errorf("the new file's mode is %v, %v, want that of the old one", stat.Mode(), err)
			}
			if book, err := Open(t.Context(), path, Limits{}); err != nil || book.Sheets()[0].Rows != 2 {
				t.Errorf("the new file: %v", err)
			} else if err := book.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	none := func(Writer) error { return nil }
	wantCode(t, Create(filepath.Join(t.TempDir(), "a.pdf"), "A", nil, none), apperr.Invalid)
	wantCode(t, Create(filepath.Join(t.TempDir(), "none", "a.csv"), "A", nil, none), apperr.Invalid)
	dir := filepath.Join(t.TempDir(), "a.csv")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	wantCode(t, Create(dir, "A", nil, none), apperr.Invalid)
}

func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder has %v, %v, want %v", got, err, want)
	}
}

// A writer that fails must not pass for one that succeeded.
func TestWritersTellWriteErrors(t *testing.T) {
	columns := []Column{{Header: "A"}}
	x, err := NewXLSX(brokenWriter{}, "A", columns)
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]Writer{"xlsx": x, "csv": NewCSV(brokenWriter{}, columns)} {
		if err := errors.Join(w.Row([]any{"x"}), w.Close()); !errors.Is(err, errBroken) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

var errBroken = errors.New("broken")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }
