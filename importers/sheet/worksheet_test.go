package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

// openBytes opens what data holds.
func openBytes(tb testing.TB, data []byte, name string, limits Limits) (*Book, error) {
	tb.Helper()
	return open(tb.Context(), bytes.NewReader(data), int64(len(data)), name, limits)
}

// dump tells all rows of all sheets, a row a line: "2: A=text x|B=number 5".
func dump(tb testing.TB, b *Book) string {
	tb.Helper()
	var out strings.Builder
	for i, info := range b.Sheets() {
		fmt.Fprintf(&out, "[%s]\n", info.Name)
		last, columns := 0, 0
		for row, err := range b.Rows(tb.Context(), i) {
			if err != nil {
				tb.Fatalf("after a clean Open: %v", err)
			}
			fmt.Fprintf(&out, "%d: %s\n", row.Number, dumpRow(row))
			last, columns = row.Number, max(columns, len(row.Cells))
		}
		if last != info.Rows || columns != info.Columns {
			tb.Errorf("sheet %q ends at row %d with %d columns, Info says %d and %d", info.Name, last, columns, info.Rows, info.Columns)
		}
	}
	return out.String()
}

func dumpRow(row Row) string {
	var cells []string
	for i, c := range row.Cells {
		v := ""
		switch c.Kind {
		case Blank:
			continue
		case Text, Error:
			v = " " + c.Text
		case Number, Bool:
			v = fmt.Sprintf(" %v", c.Number)
		case Date:
			v = " " + c.Date.String()
		}
		cells = append(cells, ColumnName(i)+"="+c.Kind.String()+v)
	}
	return strings.Join(cells, "|")
}

// wantCode checks that err is one for people, with a sentence.
func wantCode(tb testing.TB, err error, code apperr.Code) {
	tb.Helper()
	e, ok := errors.AsType[*apperr.Error](err)
	switch {
	case !ok:
		tb.Errorf("got the error %v, want one with the code %s", err, code)
	case e.Code != code:
		tb.Errorf("got the code %s (%v), want %s", e.Code, err, code)
	case !strings.HasSuffix(e.Message, "."):
		tb.Errorf("%q is not a sentence", e.Message)
	}
}

func TestCells(t *testing.T) {
	const sst = `<sst ` + mainNS + `><si><t>null</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space="preserve">ch </t></r>` +
		`<rPh sb="0" eb="1"><t>phonetic</t></rPh><phoneticPr fontId="1"/></si><si/><si><t>  </t></si><si><t>_x0041_x_x005F_x0042_&#xA;</t></si></sst>`
	for name, test := range map[string]struct{ rows, want string }{
		"nothing":               {``, ``},
		"shared strings":        {`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>`, "1: A=text null|B=text rich "},
		"empty shared string":   {`<row r="1"><c r="A1" t="s"><v>2</v></c><c r="B1" t="s"><v>3</v></c></row>`, "1: B=text   "},
		"escapes":               {`<row r="1"><c r="A1" t="s"><v>4</v></c><c r="B1" t="str"><v>a_x000D_b_x00g0_</v></c></row>`, "1: A=text Ax_x0042_\n|B=text a\rb_x00g0_"},
		"escaped pair":          {`<row r="1"><c r="A1" t="str"><v>_xD83D__xDE00_ _xD83D_</v></c></row>`, "1: A=text 😀 _xD83D_"},
		"inline":                {`<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1" t="inlineStr"><is><r><t>y</t></r><r><t>z</t></r></is></c></row>`, "1: A=text x|B=text yz"},
		"numbers":               {`<row r="1"><c r="A1"><v>0</v></c><c r="B1" t="n"><v>-12.50</v></c><c r="C1"><v>1E-3</v></c><c r="D1"><v> 7 </v></c><c r="E1"><v>12345678901</v></c></row>`, "1: A=number 0|B=number -12.5|C=number 0.001|D=number 7|E=number 1.2345678901e+10"},
		"dates":                 {`<row r="1"><c r="A1" s="1"><v>46357</v></c><c r="B1" s="1"><v>46357.75</v></c><c r="C1" s="1"><v>60</v></c><c r="D1" s="1"><v>1000000000</v></c><c r="E1" s="0"><v>46357</v></c></row>`, "1: A=date 2026-12-01|B=date 2026-12-01|C=number 60|D=number 1e+09|E=number 46357"},
		"ISO dates":             {`<row r="1"><c r="A1" t="d"><v>2026-12-01</v></c><c r="B1" t="d"><v>2026-12-01T10:00:00Z</v></c></row>`, "1: A=date 2026-12-01|B=date 2026-12-01"},
		"booleans":              {`<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c></row>`, "1: A=bool 1|B=bool 0"},
		"errors":                {`<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>`, "1: A=error #N/A"},
		"formulas":              {`<row r="1"><c r="A1"><f>B1&amp;"x"</f><v>3</v></c><c r="B1"><f>C1</f></c><c r="C1"><f>D1</f><v></v></c><c r="D1" t="str"><f>E1</f><v></v></c><c r="E1" t="str"><f>F1</f></c></row>`, "1: A=number 3|B=uncalculated|C=uncalculated|E=uncalculated"},
		"blank cells":           {`<row r="1"><c r="A1"/><c r="B1" s="1"/><c r="C1"><v></v></c><c r="D1" t="s"/><c r="E1"><v>1</v></c><c r="F1" s="1"/></row>`, "1: E=number 1"},
		"blank rows":            {`<row r="1"/><row r="2"><c r="A2" s="1"/></row><row r="5"><c r="A5"><v>1</v></c></row><row r="1048576"/>`, "5: A=number 1"},
		"implied places":        {`<row><c><v>1</v></c><c r="C1"><v>2</v></c><c><v>3</v></c></row><row r="4"><c><v>4</v></c></row><row><c><v>5</v></c></row>`, "1: A=number 1|C=number 2|D=number 3\n4: A=number 4\n5: A=number 5"},
		"last row":              {`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`, "1048576: A=number 1"},
		"layout and extensions": {"\n <row r='1' spans='1:2'> <c r='A1' xml:space='preserve' cm='1'> <v>1</v> <extLst><ext uri='u'/></extLst> </c> </row> \n", "1: A=number 1"},
		"CDATA and references":  {`<row r="1"><c r="A1" t="str"><v><![CDATA[<a>]]>&amp;&#98;<!-- x --></v></c></row>`, "1: A=text <a>&b"},
		"other namespaces":      {`<row r="1"><x:c xmlns:x="u"><x:v>9</x:v></x:c><c r="A1"><y:v xmlns:y="u">8</y:v><v>1</v></c></row>`, "1: A=number 1"},
	} {
		t.Run(name, func(t *testing.T) {
			parts := minimalParts(sheetXML(test.rows))
			parts.set("xl/sharedStrings.xml", sst)
			book, err := openBytes(t, parts.zip(t), "test.xlsx", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			want := strings.TrimSuffix("[Ark]\n"+test.want+"\n", "\n\n")
			if test.want == "" {
				want = "[Ark]\n"
			}
			for range 2 { // it can be read again
				if got := dump(t, book); got != want {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			}
		})
	}
}

func TestSheetRefusals(t *testing.T) {
	for name, rows := range map[string]string{
		"row numbers that fall":          `<row r="2"/><row r="1"/>`,
		"row number twice":               `<row r="2"/><row r="2"/>`,
		"row number zero":                `<row r="0"/>`,
		"row number not one":             `<row r="1x"/>`,
		"row number too high":            `<row r="1048577"/>`,
		"a row after the last":           `<row r="1048576"/><row/>`,
		"cells that fall":                `<row r="1"><c r="B1"/><c r="A1"/></row>`,
		"a cell twice":                   `<row r="1"><c r="B1"/><c r="B1"/></row>`,
		"a cell of another row":          `<row r="1"><c r="A2"/></row>`,
		"a cell without a row":           `<row r="1"><c r="A"/></row>`,
		"a cell without a column":        `<row r="1"><c r="1"/></row>`,
		"a column too far":               `<row r="1"><c r="XFE1"/></row>`,
		"a cell after the last":          `<row r="1"><c r="XFD1"/><c/></row>`,
		"shared string out of range":     `<row r="1"><c r="A1" t="s"><v>1</v></c></row>`,
		"shared string negative":         `<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`,
		"shared string not a number":     `<row r="1"><c r="A1" t="s"><v>x</v></c></row>`,
		"style out of range":             `<row r="1"><c r="A1" s="2"><v>1</v></c></row>`,
		"style not a number":             `<row r="1"><c r="A1" s="x"><v>1</v></c></row>`,
		"unknown type":                   `<row r="1"><c r="A1" t="x"><v>1</v></c></row>`,
		"not a number":                   `<row r="1"><c r="A1"><v>12,5</v></c></row>`,
		"hexadecimal":                    `<row r="1"><c r="A1"><v>0x10</v></c></row>`,
		"infinite":                       `<row r="1"><c r="A1"><v>1e999</v></c></row>`,
		"NaN":                            `<row r="1"><c r="A1"><v>NaN</v></c></row>`,
		"a lone dot":                     `<row r="1"><c r="A1"><v>.</v></c></row>`,
		"a lone minus":                   `<row r="1"><c r="A1"><v>-</v></c></row>`,
		"neither true nor false":         `<row r="1"><c r="A1" t="b"><v>2</v></c></row>`,
		"no ISO date":                    `<row r="1"><c r="A1" t="d"><v>1.12.2026</v></c></row>`,
		"a tag in a value":               `<row r="1"><c r="A1"><v>1<b/></v></c></row>`,
		"two values":                     `<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>`,
		"text between cells":             `<row r="1">x<c r="A1"><v>1</v></c></row>`,
		"text between rows":              `<row r="1"/>x`,
		"text beside a value":            `<row r="1"><c r="A1">x<v>1</v></c></row>`,
		"a row within a row":             `<row r="1"><row r="2"/></row>`,
		"a cell among rows":              `<c r="A1"><v>1</v></c>`,
		"rows hidden in another element": `<x:a xmlns:x="u"><row r="1"><c r="A1"><v>1</v></c></row></x:a>`,
		"rows ended and begun again":     `</sheetData><sheetData>`,
		"a row after the rows":           `</sheetData><row r="9"/><sheetData>`,
		"not well-formed":                `<row r="1"><c r="A1"><v>1</v></row></c>`,
	} {
		t.Run(name, func(t *testing.T) {
			book, err := openBytes(t, minimalParts(sheetXML(rows)).zip(t), "test.xlsx", Limits{})
			if err == nil {
				t.Fatalf("opened: %q", dump(t, book))
			}
			wantCode(t, err, apperr.Unreadable)
			if !strings.Contains(apperr.MessageOf(err), `"Ark"`) {
				t.Errorf("%q does not name the sheet", apperr.MessageOf(err))
			}
		})
	}
}

func TestSheetLimits(t *testing.T) {
	for name, test := range map[string]struct {
		rows   string
		limits Limits
	}{
		"rows":    {`<row><c><v>1</v></c></row><row><c><v>1</v></c></row><row/><row><c><v>1</v></c></row>`, Limits{Rows: 2}},
		"columns": {`<row><c r="D1"><v>1</v></c></row>`, Limits{Columns: 3}},
		"cells":   {`<row><c><v>1</v></c><c><v>1</v></c></row><row><c><v>1</v></c></row>`, Limits{Cells: 2}},
		"text":    {`<row><c t="str"><v>` + strings.Repeat("æ", 32_768) + `</v></c></row>`, Limits{}},
		"longer":  {`<row><c t="inlineStr"><is><t>` + strings.Repeat("x", 3_000_000) + `</t></is></c></row>`, Limits{}},
		"runs":    {`<row><c t="inlineStr"><is>` + strings.Repeat("<r><t>0123456789</t></r>", 4_000) + `</is></c></row>`, Limits{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openBytes(t, minimalParts(sheetXML(test.rows)).zip(t), "test.xlsx", test.limits)
			wantCode(t, err, apperr.TooLarge)
		})
	}
	t.Run("as much as is allowed", func(t *testing.T) {
		text := strings.Repeat("æ", 32_767)
		rows := `<row><c><v>1</v></c><c t="str"><v>` + text + `</v></c><c s="1"/><c r="XFD1"/></row>`
		book, err := openBytes(t, minimalParts(sheetXML(rows)).zip(t), "test.xlsx", Limits{Rows: 1, Columns: 2, Cells: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := dump(t, book), "[Ark]\n1: A=number 1|B=text "+text+"\n"; got != want {
			t.Errorf("got %.50q", got)
		}
	})
}

func TestMergesAndWidths(t *testing.T) {
	parts := minimalParts(`<worksheet ` + mainNS + `><cols><col min="1" max="2" width="12.5"/><col min="0" max="x"/></cols><sheetData/>` +
		`<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="B3"/></mergeCells></worksheet>`)
	book, err := openBytes(t, parts.zip(t), "test.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	info := book.Sheets()[0]
	if got, want := fmt.Sprint(info.Merges), "[{1 1 0 2} {3 3 1 1}]"; got != want {
		t.Errorf("got merges %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(info.Widths), "[{0 1 12.5}]"; got != want {
		t.Errorf("got widths %s, want %s", got, want)
	}
	parts.set("xl/worksheets/sheet1.xml", strings.Replace(parts["xl/worksheets/sheet1.xml"], "A1:C1", "C1:A1", 1))
	_, err = openBytes(t, parts.zip(t), "test.xlsx", Limits{})
	wantCode(t, err, apperr.Unreadable)
}

func TestColumnNames(t *testing.T) {
	for i, want := range map[int]string{-1: "", 0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnName(i); got != want {
			t.Errorf("ColumnName(%d) = %q, want %q", i, got, want)
		}
	}
	for i := range maxColumns {
		if got, ok := ColumnIndex(ColumnName(i)); got != i || !ok {
			t.Fatalf("ColumnIndex(%q) = %d, %v, want %d", ColumnName(i), got, ok, i)
		}
	}
	for _, bad := range []string{"", "XFE", "A1", "Å", "-", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		if got, ok := ColumnIndex(bad); ok {
			t.Errorf("ColumnIndex(%q) = %d, want none", bad, got)
		}
	}
	if got, ok := ColumnIndex("ab"); got != 27 || !ok {
		t.Errorf("ColumnIndex(ab) = %d, %v, want 27", got, ok)
	}
}
