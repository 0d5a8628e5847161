package sheet

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sampleFiles returns the sample workbooks and texts that stand beside the
// module, and skips the test where they are not there.
func sampleFiles(t *testing.T, pattern string) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no module root above this folder")
		}
		dir = filepath.Dir(dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, "..", "shared", "data", "*", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no samples in %s", filepath.Join(dir, "..", "shared", "data"))
	}
	return files
}

// TestAgreesWithExcelize compares every cell of the sample workbooks, of our
// own and of excelize's with what excelize reads.
func TestAgreesWithExcelize(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, data := range originals(t) {
		path := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) { compareWithExcelize(t, path) })
	}
	t.Run("samples", func(t *testing.T) {
		for _, path := range sampleFiles(t, "*.xlsx") {
			t.Run(filepath.Base(path), func(t *testing.T) { compareWithExcelize(t, path) })
		}
	})
}

func compareWithExcelize(t *testing.T, path string) {
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	book, err := Open(t.Context(), path, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	for i, info := range book.Sheets() {
		if name := f.GetSheetName(i); name != info.Name {
			t.Fatalf("sheet %d is %q, want %q", i, info.Name, name)
		}
		want, err := f.GetRows(info.Name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		got := make([][]Cell, len(want))
		for row, err := range book.Rows(t.Context(), i) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Number > len(want) {
				t.Fatalf("%s has row %d, excelize ends at %d", info.Name, row.Number, len(want))
			}
			got[row.Number-1] = append([]Cell{}, row.Cells...)
		}
		for r := range want {
			for c := range max(len(want[r]), len(got[r])) {
				var raw string
				var cell Cell
				if c < len(want[r]) {
					raw = want[r][c]
				}
				if c < len(got[r]) {
					cell = got[r][c]
				}
				if !sameValue(cell, raw) {
					t.Errorf("%s %s%d is %+v, excelize says %q", info.Name, ColumnName(c), r+1, cell, raw)
				}
				if name, _ := excelize.CoordinatesToCellName(c+1, r+1); cell.Kind == Date {
					shown, err := f.GetCellValue(info.Name, name)
					if want := cell.Date.Time().Format("02.01.2006"); err != nil || shown != want && shown != cell.Date.String() {
						t.Errorf("%s %s is %s, excelize shows %q, %v", info.Name, name, want, shown, err)
					}
				}
			}
		}
	}
}

// sameValue reports whether a cell has the value that excelize read raw.
func sameValue(c Cell, raw string) bool {
	switch c.Kind {
	case Blank, Uncalculated:
		return raw == ""
	case Text, Error:
		return raw == c.Text
	case Bool:
		return raw == strconv.Itoa(int(c.Number)) || raw == map[float64]string{0: "FALSE", 1: "TRUE"}[c.Number]
	}
	n, err := strconv.ParseFloat(raw, 64)
	return err == nil && math.Abs(n-c.Number) < 1e-9
}

// The sample texts must open too, with the columns of their first line.
func TestSampleTexts(t *testing.T) {
	for _, path := range sampleFiles(t, "*.csv") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			book, err := Open(t.Context(), path, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = book.Close() }()
			if info := book.Sheets()[0]; info.Name != filepath.Base(path) || info.Rows < 10 || info.Columns < 3 {
				t.Errorf("got %+v", info)
			}
		})
	}
}
