package importers

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
)

// writeWorkbook writes sheets as a workbook, by a hand of its own.
func writeWorkbook(t *testing.T, path string, sheets []*variantSheet, is1904, shared bool) {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	part := func(name, text string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + text)); err != nil {
			t.Fatal(err)
		}
	}
	const main, rel, pkg = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/package/2006/"
	var types, list, rels strings.Builder
	strs := &sharedStrings{index: map[string]int{}, on: shared}
	for i, s := range sheets {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		state := "visible"
		if s.hidden {
			state = "hidden"
		}
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" state="%s" r:id="rId%d"/>`, escape(s.name), i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, rel, i+1)
		part(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), fmt.Sprintf(`<worksheet xmlns="%s">%s</worksheet>`, main, sheetXML(s, strs, is1904)))
	}
	n := len(sheets)
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/><Relationship Id="rId%d" Type="%s/sharedStrings" Target="sharedStrings.xml"/>`, n+1, rel, n+2, rel)
	part("[Content_Types].xml", fmt.Sprintf(`<Types xmlns="%scontent-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>%s</Types>`, pkg, types.String()))
	part("_rels/.rels", fmt.Sprintf(`<Relationships xmlns="%srelationships"><Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>`, pkg, rel))
	part("xl/workbook.xml", fmt.Sprintf(`<workbook xmlns="%s" xmlns:r="%s"><workbookPr date1904="%t"/><sheets>%s</sheets></workbook>`, main, rel, is1904, list.String()))
	part("xl/_rels/workbook.xml.rels", fmt.Sprintf(`<Relationships xmlns="%srelationships">%s</Relationships>`, pkg, rels.String()))
	part("xl/styles.xml", fmt.Sprintf(`<styleSheet xmlns="%s"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/><numFmt numFmtId="165" formatCode="d\.\ mmmm\ yyyy"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>`, main))
	part("xl/sharedStrings.xml", fmt.Sprintf(`<sst xmlns="%s">%s</sst>`, main, strs.xml.String()))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

type sharedStrings struct {
	on    bool
	index map[string]int
	xml   strings.Builder
}

func (s *sharedStrings) of(text string) int {
	i, ok := s.index[text]
	if !ok {
		i = len(s.index)
		s.index[text] = i
		fmt.Fprintf(&s.xml, `<si><t xml:space="preserve">%s</t></si>`, escape(text))
	}
	return i
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

func sheetXML(s *variantSheet, strs *sharedStrings, is1904 bool) string {
	var b strings.Builder
	b.WriteString("<sheetData>")
	for i, row := range s.rows {
		if len(row) == 0 {
			continue
		}
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, c := range row {
			cellXML(&b, sheet.ColumnName(j)+strconv.Itoa(i+1), c, strs, is1904, (i+j)%3+1)
		}
		b.WriteString("</row>")
	}
	b.WriteString("</sheetData>")
	if len(s.merges) > 0 {
		b.WriteString("<mergeCells>")
		for _, m := range s.merges {
			fmt.Fprintf(&b, `<mergeCell ref="%s"/>`, m)
		}
		b.WriteString("</mergeCells>")
	}
	return b.String()
}

func cellXML(b *strings.Builder, ref string, c variantCell, strs *sharedStrings, is1904 bool, style int) {
	switch {
	case c.Kind == sheet.Text && strs.on:
		fmt.Fprintf(b, `<c r="%s" t="s"><v>%d</v></c>`, ref, strs.of(c.Text))
	case c.Kind == sheet.Text:
		fmt.Fprintf(b, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, escape(c.Text))
	case c.Kind == sheet.Date:
		fmt.Fprintf(b, `<c r="%s" s="%d"><v>%d</v></c>`, ref, style, serialOf(c.Date, is1904))
	case c.Kind == sheet.Number && c.Date != 0:
		fmt.Fprintf(b, `<c r="%s"><v>%d</v></c>`, ref, serialOf(c.Date, is1904))
	case c.Kind == sheet.Number:
		fmt.Fprintf(b, `<c r="%s"><v>%s</v></c>`, ref, strconv.FormatFloat(c.Number, 'f', -1, 64))
	case c.Kind == sheet.Bool:
		fmt.Fprintf(b, `<c r="%s" t="b"><v>%.0f</v></c>`, ref, c.Number)
	case c.Kind == sheet.Uncalculated:
		fmt.Fprintf(b, `<c r="%s"><f>SUM(A1:A9)</f><v></v></c>`, ref)
	case style == 1:
		fmt.Fprintf(b, `<c r="%s" s="1"/>`, ref) // a blank cell with a look
	}
}

func serialOf(d civil.Date, is1904 bool) int {
	if is1904 {
		return int(d - civil.MustParse("1904-01-01"))
	}
	return int(d - civil.MustParse("1899-12-30"))
}

// writeCSV writes a sheet as delimited text.
func writeCSV(t *testing.T, path string, g *gen, s *variantSheet) {
	t.Helper()
	by := pick(g, []string{";", ";", ",", "\t"})
	var b strings.Builder
	width := 0
	for _, row := range s.rows {
		width = max(width, len(row))
	}
	for i, row := range s.rows {
		for j := range width {
			if j > 0 {
				b.WriteString(by)
			}
			if j < len(row) {
				b.WriteString(csvField(csvText(g, row[j]), by, g))
			}
		}
		if i < len(s.rows)-1 || g.chance(80) {
			b.WriteString("\r\n")
		}
	}
	data := []byte(b.String())
	switch g.IntN(3) {
	case 0:
		data = append([]byte("\xef\xbb\xbf"), data...)
	case 1:
		if narrow, err := charmap.Windows1252.NewEncoder().Bytes(data); err == nil {
			data = narrow
		}
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func csvText(g *gen, c variantCell) string {
	switch c.Kind {
	case sheet.Text:
		return c.Text
	case sheet.Number:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case sheet.Date:
		return c.Date.String()
	case sheet.Bool:
		if c.Number == 1 {
			return g.of("SANN|TRUE", "SANN", "TRUE")
		}
		return g.of("USANN|FALSE", "USANN", "FALSE")
	}
	return ""
}

func csvField(s, by string, g *gen) string {
	if strings.ContainsAny(s, "\"\r\n"+by) || g.chance(10) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// variantFile writes sheets of a few kinds to a file and returns them.
func variantFile(t *testing.T, g *gen, dir string, seed int) (path string, sheets []*variantSheet) {
	t.Helper()
	g.csv = g.chance(30)
	if g.csv {
		s := g.sheetOf(pick(g, Kinds))
		path = filepath.Join(dir, fmt.Sprintf("%d.csv", seed))
		writeCSV(t, path, g, s)
		return path, []*variantSheet{s}
	}
	path = filepath.Join(dir, fmt.Sprintf("%d.xlsx", seed))
	names := map[string]bool{}
	for range pick(g, []int{1, 1, 2, 3, 4}) {
		s := g.sheetOf(pick(g, Kinds))
		if g.chance(8) {
			s = &variantSheet{name: g.of("Gammelt|Arkiv 2024|Gamle lister|Utgått", "Gamalt|Arkiv|Utgått", "Old|Archive 2024|Old list"), kind: Ignored, rows: s.rows}
		} else if g.chance(4) {
			s = &variantSheet{name: "Info", kind: Ignored, rows: [][]variantCell{{textCell(g.of("Ikke bruk denne fanen", "Ikkje bruk denne fana", "Do not use this tab"))}}}
		}
		for names[s.name] {
			s.name += "2"
		}
		names[s.name] = true
		sheets = append(sheets, s)
	}
	writeWorkbook(t, path, sheets, g.chance(15), g.chance(50))
	return path, sheets
}
