package sheet

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/apperr"
)

// secret stands for an identity number that must not come back.
const secret = "15076500565"

// annotated returns a workbook with secrets in many places.
func annotatedBook(t *testing.T) *Book {
	t.Helper()
	rows := `<row r="1"><c r="A1" t="s"><v>0</v></c></row>` +
		`<row r="3"><c r="A3" t="inlineStr"><is><t>Nr</t></is></c><c r="B3" t="inlineStr"><is><t>Fødselsnr</t></is></c><c r="C3" t="inlineStr"><is><t>Ledig</t></is></c></row>` +
		`<row r="5"><c r="A5" t="inlineStr"><is><t>0152</t></is></c><c r="B5"><v>` + secret + `</v></c><c r="C5" s="1"><v>46357</v></c><c r="D5" t="b"><v>1</v></c><c r="E5"><f>1</f><v>8500.5</v></c></row>` +
		`<row r="6"><c r="A6" t="inlineStr"><is><t>U-2</t></is></c><c r="B6" t="s"><v>1</v></c><c r="C6" t="e"><v>#N/A</v></c><c r="D6"><f>X1</f></c><c r="F6" t="s"><v>2</v></c><c r="G6"><v>` + secret + `</v></c></row>`
	parts := minimalParts(strings.Replace(sheetXML(rows), "<sheetData>", `<cols><col min="1" max="1" width="21"/><col min="2" max="16384" width="9"/></cols><sheetData>`, 1))
	parts.set("xl/sharedStrings.xml", `<sst `+mainNS+`><si><t>Liste for `+secret+`</t></si><si><t>`+secret+`</t></si><si><t>ring `+secret+`_x0007_ først</t></si><si><t>unused `+secret+`</t></si></sst>`)
	parts.set("docProps/core.xml", `<x>`+secret+`</x>`)
	parts.set("xl/comments1.xml", `<x>`+secret+`</x>`)
	parts.set("xl/workbook.xml", strings.Replace(parts["xl/workbook.xml"], `name="Ark"`, `name="Ark `+secret+`"`, 1))
	book, err := openBytes(t, parts.zip(t), "a.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func scrubSecret(s string) string { return strings.ReplaceAll(s, secret, "***") }

func TestAnnotate(t *testing.T) {
	book := annotatedBook(t)
	var buf bytes.Buffer
	err := Annotate(t.Context(), book, Annotation{
		Marks: []Mark{
			{Row: 6, Column: 2, Severity: apperr.SeverityError, Comment: "Datoen mangler"},
			{Row: 6, Column: 2, Severity: apperr.SeverityWarning, Comment: "Se over"},
			{Row: 1, Column: 0, Severity: apperr.SeverityWarning, Blank: true},
			{Row: 4, Column: 1, Severity: apperr.SeverityError, Comment: "Raden er tom: " + secret},
			{Row: 5, Column: -1, Severity: apperr.SeverityWarning, Comment: "Samme nøkkel"},
			{Row: 9, Column: 7, Severity: apperr.SeverityError},
			{Sheet: 7, Row: 1, Column: 0, Comment: "annet ark"},
		},
		BlankColumns: []BlankColumn{{Sheet: 0, Column: 1, KeepRow: 3}},
		Scrub:        scrubSecret,
	}, &buf)
	if err != nil {
		t.Fatal(err)
	}
	again, err := openBytes(t, buf.Bytes(), "b.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := "[Ark ---]\n3: A=text Nr|B=text Fødselsnr|C=text Ledig\n5: A=text 0152|C=date 2026-12-01|D=bool 1|E=number 8500.5\n6: A=text U-2|C=text #N/A|F=text ring ***  først|G=text ***\n"
	if got := dump(t, again); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for name, text := range unzip(t, buf.Bytes()) {
		if strings.Contains(text, secret) {
			t.Errorf("%s has what was to be left out", name)
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(buf.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	sheet := f.GetSheetName(0)
	comments, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range comments {
		got[c.Cell] = c.Text
		for _, run := range c.Paragraph {
			got[c.Cell] += run.Text
		}
	}
	if want := (map[string]string{"A5": "Samme nøkkel", "B4": "Raden er tom: ***", "C6": "Datoen mangler\nSe over"}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got the comments %v, want %v", got, want)
	}
	const red, yellow = "F8C9C4", "FFEFB0"
	for cell, want := range map[string]string{"C6": red, "B4": red, "H9": red, "A1": yellow, "A5": yellow, "B5": yellow, "E5": yellow, "A6": "", "A3": ""} {
		id, err := f.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(style.Fill.Color, ","); got != want {
			t.Errorf("%s has the colour %q, want %q", cell, got, want)
		}
	}
	if got, err := f.GetColWidth(sheet, "A"); err != nil || got != 21 {
		t.Errorf("column A is %v wide, %v, want 21", got, err)
	}
	if got, err := f.GetCellValue(sheet, "C5"); err != nil || got != "01.12.2026" {
		t.Errorf("C5 shows %q, %v, want 01.12.2026", got, err)
	}
}

// Without a guard a book comes back as it was, formulas and errors apart.
func TestAnnotateKeepsValues(t *testing.T) {
	for name, data := range originals(t) {
		t.Run(name, func(t *testing.T) {
			book, err := openBytes(t, data, "a.xlsx", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var buf bytes.Buffer
			if err := Annotate(t.Context(), book, Annotation{}, &buf); err != nil {
				t.Fatal(err)
			}
			again, err := openBytes(t, buf.Bytes(), "b.xlsx", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := dump(t, again), dump(t, book); got != want {
				t.Errorf("got  %.300q\nwant %.300q", got, want)
			}
		})
	}
}

func TestAnnotateChoosesSheets(t *testing.T) {
	book, err := openBytes(t, originals(t)["excelize"], "a.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := Annotate(t.Context(), book, Annotation{Sheets: []int{1}}, &buf); err != nil {
		t.Fatal(err)
	}
	again, err := openBytes(t, buf.Bytes(), "b.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Sheets(); len(got) != 1 || got[0].Name != "Gammelt" || got[0].Rows != 30 {
		t.Errorf("got %+v, want the second sheet alone", got)
	}
	wantCode(t, Annotate(t.Context(), book, Annotation{Sheets: []int{2}}, &buf), apperr.NotFound)
}

// So many marks must neither take long nor make a file that cannot be read.
func TestAnnotateManyMarks(t *testing.T) {
	book, err := openBytes(t, []byte("a;b\n"+strings.Repeat("1;2\n", 6000)), "liste.csv", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var a Annotation
	for i := range 6000 {
		a.Marks = append(a.Marks, Mark{Row: i + 2, Column: i % 2, Severity: apperr.SeverityError, Comment: fmt.Sprintf("Feil nummer %d", i)})
	}
	var buf bytes.Buffer
	if err := Annotate(t.Context(), book, a, &buf); err != nil {
		t.Fatal(err)
	}
	again, err := openBytes(t, buf.Bytes(), "b.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Sheets()[0]; got.Rows != 6001 || got.Name != "liste.csv" {
		t.Errorf("got %+v", got)
	}
	n := 0
	for name, text := range unzip(t, buf.Bytes()) {
		if strings.Contains(name, "comments") {
			n += len(regexp.MustCompile(`<comment `).FindAllString(text, -1))
		}
	}
	if n != maxComments {
		t.Errorf("got %d comments, want %d", n, maxComments)
	}
}
