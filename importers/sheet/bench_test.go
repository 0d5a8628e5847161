package sheet

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/civil"
)

const (
	benchRows    = 100_000
	benchColumns = 24
)

// listingColumns are columns as an office's list of rentals has them.
func listingColumns() []Column {
	columns := make([]Column, benchColumns)
	for i := range columns {
		columns[i] = Column{Header: fmt.Sprintf("Kolonne %d", i+1), Width: 16}
	}
	for _, i := range []int{3, 4, 5, 6, 12} {
		columns[i].Type = WholeColumn
	}
	columns[7].Type, columns[8].Type = MoneyColumn, MoneyColumn
	columns[9].Type, columns[10].Type = DateColumn, DateColumn
	columns[11].Type, columns[13].Type = YesNoColumn, YesNoColumn
	return columns
}

// listingRow fills one row of listingColumns: numbers, dates, words that repeat
// and texts that do not.
func listingRow(values []any, i int) {
	for c := range values {
		switch c {
		case 3, 4, 5, 6, 12:
			values[c] = i % (7 + c)
		case 7, 8:
			values[c] = 7000 + i%9000
		case 9, 10:
			values[c] = civil.MustParse("2026-01-01").AddDays(i % 400)
		case 11, 13:
			values[c] = i%3 == 0
		case 0:
			values[c] = fmt.Sprintf("U-%06d", i)
		case 1:
			values[c] = fmt.Sprintf("Storgata %d", i%5000)
		case 2:
			values[c] = fmt.Sprintf("%04d", 8600+i%60)
		case 22:
			values[c] = nil
		case 23:
			values[c] = fmt.Sprintf("Merknad nr. %d om boligen & huset", i)
		default:
			values[c] = [...]string{"Leilighet", "Hybel", "NAV-garanti", "ubestemt", "Mo i Rana"}[(i+c)%5]
		}
	}
}

// writeListings writes rows of listings to a workbook or delimited text.
func writeListings(tb testing.TB, path string, rows int) {
	tb.Helper()
	err := Create(path, "Utleieliste", listingColumns(), func(w Writer) error {
		values := make([]any, benchColumns)
		for i := range rows {
			listingRow(values, i)
			if err := w.Row(values); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// sharedStrings rewrites a workbook with shared strings, as Excel saves it.
func sharedStrings(tb testing.TB, from, to string) {
	tb.Helper()
	f, err := excelize.OpenFile(from)
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := f.Rows("Utleieliste")
	if err != nil {
		tb.Fatal(err)
	}
	var text, sst strings.Builder
	index := map[string]int{}
	text.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			tb.Fatal(err)
		}
		fmt.Fprintf(&text, `<row r="%d" spans="1:24">`, n)
		for c, v := range cells {
			i, ok := index[v]
			if !ok {
				i = len(index)
				index[v] = i
				fmt.Fprintf(&sst, `<si><t>%s</t></si>`, strings.ReplaceAll(v, "&", "&amp;"))
			}
			fmt.Fprintf(&text, `<c r="%s%d" s="1" t="s"><v>%d</v></c>`, ColumnName(c), n, i)
		}
		text.WriteString(`</row>`)
	}
	text.WriteString(`</sheetData></worksheet>`)
	parts := minimalParts(text.String())
	parts.set("xl/sharedStrings.xml", `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+sst.String()+`</sst>`)
	if err := os.WriteFile(to, parts.zip(tb), 0o600); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkRead reads 100,000 rows of 24 columns, each beside a bare pass of
// excelize over the same file. Ours includes the check of the whole file.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	inline, shared, csv := filepath.Join(dir, "inline.xlsx"), filepath.Join(dir, "shared.xlsx"), filepath.Join(dir, "text.csv")
	writeListings(b, inline, benchRows)
	writeListings(b, csv, benchRows)
	sharedStrings(b, inline, shared)
	for _, path := range []string{inline, shared, csv} {
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		b.Run(name+"/ours", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if rows := readAll(b, path); rows != benchRows+1 {
					b.Fatal(rows)
				}
			}
		})
		if path == csv {
			continue
		}
		b.Run(name+"/excelize", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if rows := readExcelize(b, path); rows != benchRows+1 {
					b.Fatal(rows)
				}
			}
		})
	}
}

func readAll(tb testing.TB, path string) (rows int) {
	book, err := Open(tb.Context(), path, Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	for _, err := range book.Rows(tb.Context(), 0) {
		if err != nil {
			tb.Fatal(err)
		}
		rows++
	}
	if err := book.Close(); err != nil {
		tb.Fatal(err)
	}
	return rows
}

func readExcelize(tb testing.TB, path string) (n int) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		tb.Fatal(err)
	}
	for rows.Next() {
		if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
			tb.Fatal(err)
		}
		n++
	}
	if err := rows.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return n
}

// BenchmarkWrite writes 100,000 rows of 24 columns, beside a bare stream writer
// of excelize with the same values.
func BenchmarkWrite(b *testing.B) {
	values := make([]any, benchColumns)
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w, err := NewXLSX(io.Discard, "Utleieliste", listingColumns())
			if err != nil {
				b.Fatal(err)
			}
			for i := range benchRows {
				listingRow(values, i)
				if err := w.Row(values); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("excelize", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f := excelize.NewFile()
			w, err := f.NewStreamWriter("Sheet1")
			if err != nil {
				b.Fatal(err)
			}
			for i := range benchRows {
				listingRow(values, i)
				for c, v := range values {
					if d, ok := v.(civil.Date); ok {
						values[c], _ = dateSerial(d)
					}
				}
				if err := w.SetRow(fmt.Sprintf("A%d", i+1), values); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Flush(); err != nil {
				b.Fatal(err)
			}
			if err := f.Write(io.Discard); err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	runtime.GC()
}
