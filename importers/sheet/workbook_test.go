package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

const oneRow = `<row r="1"><c r="A1" s="1"><v>46357</v></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>`

func TestWorkbookForms(t *testing.T) {
	replace := func(part, old, new string) func(workbookParts) {
		return func(p workbookParts) {
			if !strings.Contains(p[part], old) {
				panic("nothing to replace: " + old)
			}
			p[part] = strings.ReplaceAll(p[part], old, new)
		}
	}
	const want = "[Ark]\n1: A=date 2026-12-01|B=text x\n"
	for name, test := range map[string]struct {
		change func(workbookParts)
		want   string
	}{
		"plain":       {func(workbookParts) {}, want},
		"1904 dates":  {replace("xl/workbook.xml", "<workbookPr/>", `<workbookPr date1904="1"/>`), "[Ark]\n1: A=date 2030-12-02|B=text x\n"},
		"not 1904":    {replace("xl/workbook.xml", "<workbookPr/>", `<workbookPr date1904="0"/>`), want},
		"macros":      {replace("[Content_Types].xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), want},
		"absolute":    {replace("xl/_rels/workbook.xml.rels", `"worksheets/`, `"/xl/worksheets/`), want},
		"dotted":      {replace("xl/_rels/workbook.xml.rels", `"worksheets/`, `"../xl/./worksheets/`), want},
		"other case":  {replace("xl/_rels/workbook.xml.rels", `worksheets/sheet1`, `Worksheets/Sheet1`), want},
		"backslashes": {func(p workbookParts) { p[`xl\styles.xml`] = p["xl/styles.xml"]; delete(p, "xl/styles.xml") }, want},
		"no strings": {func(p workbookParts) {
			delete(p, "xl/sharedStrings.xml")
			replace("xl/_rels/workbook.xml.rels", `<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>`, "")(p)
		}, want},
		"prefixes": {func(p workbookParts) {
			sheet := strings.ReplaceAll(strings.ReplaceAll(p["xl/worksheets/sheet1.xml"], "</", "</x:"), "<", "<x:")
			sheet = strings.NewReplacer("<x:/x:", "</x:", "<x:?", "<?", "xmlns=", "xmlns:x=").Replace(sheet)
			p["xl/worksheets/sheet1.xml"] = sheet
		}, want},
		"strict": {func(p workbookParts) {
			for name, text := range p {
				p[name] = strings.NewReplacer("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main",
					"http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(text)
			}
		}, want},
		"UTF-16 part": {func(p workbookParts) {
			text := strings.Replace(p["xl/worksheets/sheet1.xml"], "UTF-8", "UTF-16", 1)
			p["xl/worksheets/sheet1.xml"] = string(encodeUTF16("\uFEFF"+text, false))
		}, want},
		"hidden": {replace("xl/workbook.xml", `sheetId="1"`, `sheetId="1" state="veryHidden"`), want},
		"chart sheet": {func(p workbookParts) {
			replace("xl/workbook.xml", "<sheets>", `<sheets><sheet name="Diagram" sheetId="2" r:id="rId9"/>`)(p)
			replace("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`)(p)
		}, want},
	} {
		t.Run(name, func(t *testing.T) {
			parts := minimalParts(sheetXML(oneRow))
			test.change(parts)
			book, err := openBytes(t, parts.zip(t), "test.xlsx", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := dump(t, book); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if got, want := book.Sheets()[0].Hidden, name == "hidden"; got != want {
				t.Errorf("hidden: %v, want %v", got, want)
			}
			if d, ok := book.DateOf(46357); !ok || !strings.Contains(test.want, d.String()) {
				t.Errorf("DateOf gives %s, %v", d, ok)
			}
		})
	}
}

func TestWorkbookRefusals(t *testing.T) {
	swap := func(a, b string) func(workbookParts) {
		return func(p workbookParts) { p[a], p[b] = p[b], p[a] }
	}
	remove := func(name string) func(workbookParts) { return func(p workbookParts) { delete(p, name) } }
	edit := func(part, old, new string) func(workbookParts) {
		return func(p workbookParts) {
			if !strings.Contains(p[part], old) {
				panic("nothing to replace: " + old)
			}
			p[part] = strings.Replace(p[part], old, new, 1)
		}
	}
	for name, test := range map[string]struct {
		change func(workbookParts)
		says   string
	}{
		"styles for the sheet":    {swap("xl/styles.xml", "xl/worksheets/sheet1.xml"), "something else"},
		"strings for the sheet":   {swap("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"), "something else"},
		"strings for the styles":  {swap("xl/sharedStrings.xml", "xl/styles.xml"), "something else"},
		"workbook for the sheet":  {swap("xl/workbook.xml", "xl/worksheets/sheet1.xml"), "something else"},
		"no content types":        {remove("[Content_Types].xml"), "zip file"},
		"no package relations":    {remove("_rels/.rels"), "missing"},
		"no workbook":             {remove("xl/workbook.xml"), "missing"},
		"no workbook relations":   {remove("xl/_rels/workbook.xml.rels"), "missing"},
		"no sheet":                {remove("xl/worksheets/sheet1.xml"), "missing"},
		"no styles":               {remove("xl/styles.xml"), "missing"},
		"no strings":              {remove("xl/sharedStrings.xml"), "missing"},
		"an empty sheet part":     {func(p workbookParts) { p["xl/worksheets/sheet1.xml"] = "" }, "empty"},
		"a sheet without rows":    {func(p workbookParts) { p["xl/worksheets/sheet1.xml"] = `<worksheet ` + mainNS + `/>` }, "rows are missing"},
		"another namespace":       {edit("xl/worksheets/sheet1.xml", "/main", "/other"), "something else"},
		"no namespace":            {edit("xl/worksheets/sheet1.xml", mainNS, ""), "something else"},
		"no sheets":               {edit("xl/workbook.xml", `<sheet name="Ark" sheetId="1" r:id="rId1"/>`, ""), "no sheets"},
		"a sheet of no relation":  {edit("xl/workbook.xml", "rId1", "rId7"), "refers to nothing"},
		"a sheet twice":           {edit("xl/workbook.xml", "</sheets>", `<sheet name="B" sheetId="2" r:id="rId1"/></sheets>`), "twice"},
		"sheets twice":            {edit("xl/workbook.xml", "</sheets>", `</sheets><sheets/>`), "twice"},
		"a sheet without a name":  {edit("xl/workbook.xml", `name="Ark"`, ""), "proper name"},
		"an external sheet":       {edit("xl/_rels/workbook.xml.rels", `Target="worksheets/sheet1.xml"`, `Target="worksheets/sheet1.xml" TargetMode="External"`), "missing"},
		"a relation twice":        {edit("xl/_rels/workbook.xml.rels", "rId2", "rId1"), "same id"},
		"a sheet typed as styles": {edit("[Content_Types].xml", typeSheet, typeStyles), "something else"},
		"styles typed as a sheet": {edit("[Content_Types].xml", typeStyles, typeSheet), "something else"},
		"a sheet without a type":  {edit("[Content_Types].xml", "/xl/worksheets/sheet1.xml", "/xl/worksheets/sheet2.xml"), "something else"},
		"a Word document":         {edit("[Content_Types].xml", "spreadsheetml.sheet.main", "wordprocessingml.document.main"), "another kind"},
		"a binary workbook":       {edit("[Content_Types].xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", typeBinary), "xlsb"},
		"an OpenDocument":         {func(p workbookParts) { p["mimetype"] = "application/vnd.oasis.opendocument.spreadsheet" }, "OpenDocument"},
		"a text after the styles": {edit("xl/styles.xml", "</styleSheet>", "</styleSheet>x"), "outside"},
		"a bad style":             {edit("xl/styles.xml", `<xf numFmtId="0"/>`, `<xf numFmtId="x"/>`), "number format"},
		"names of one part":       {func(p workbookParts) { p["XL/styles.xml"] = p["xl/styles.xml"] }, "same name"},
	} {
		t.Run(name, func(t *testing.T) {
			parts := minimalParts(sheetXML(oneRow))
			test.change(parts)
			book, err := openBytes(t, parts.zip(t), "test.xlsx", Limits{})
			if err == nil {
				t.Fatalf("opened: %q", dump(t, book))
			}
			wantCode(t, err, apperr.Unreadable)
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not say %q", err, test.says)
			}
		})
	}
}

// zipEntry is one part of a zip file that is made by hand, where archive/zip
// would not make the mistake.
type zipEntry struct {
	name   string
	data   string
	method uint16
	flags  uint16
	crc    uint32 // 0 for the right one
	claim  int    // added to the size that is claimed
}

// rawZip packs entries as they say.
func rawZip(t *testing.T, entries []zipEntry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries {
		crc := crc32.ChecksumIEEE([]byte(e.data))
		if e.crc != 0 {
			crc = e.crc
		}
		h := &zip.FileHeader{Name: e.name, Method: e.method, Flags: e.flags, CRC32: crc, CompressedSize64: uint64(len(e.data)), UncompressedSize64: uint64(len(e.data) + e.claim)}
		f, err := w.CreateRaw(h)
		if err == nil {
			_, err = f.Write([]byte(e.data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func entriesOf(p workbookParts) []zipEntry {
	var out []zipEntry
	for name, data := range p {
		out = append(out, zipEntry{name: name, data: data})
	}
	return out
}

func TestPackageRefusals(t *testing.T) {
	all := entriesOf(minimalParts(sheetXML(oneRow)))
	with := func(more ...zipEntry) []zipEntry { return append(append([]zipEntry{}, all...), more...) }
	many := with()
	for i := range maxParts {
		many = append(many, zipEntry{name: strings.Repeat("x", i%50) + string(rune('a'+i%26)) + ColumnName(i)})
	}
	for name, test := range map[string]struct {
		data []byte
		code apperr.Code
		says string
	}{
		"encrypted":        {rawZip(t, with(zipEntry{name: "a", data: "x", flags: 1})), apperr.Unreadable, "encrypted"},
		"unknown method":   {rawZip(t, with(zipEntry{name: "a", data: "x", method: 12})), apperr.Unreadable, "packed in a way"},
		"same name":        {rawZip(t, with(zipEntry{name: "a", data: "x"}, zipEntry{name: "A", data: "y"})), apperr.Unreadable, "same name"},
		"wrong checksum":   {rawZip(t, with(zipEntry{name: "a", data: "x", crc: 1})), apperr.Unreadable, "checksum"},
		"longer than told": {rawZip(t, with(zipEntry{name: "a", data: "xx", claim: -1})), apperr.Unreadable, "damaged"},
		"shorter":          {rawZip(t, with(zipEntry{name: "a", data: "xx", claim: 1})), apperr.Unreadable, "cut short"},
		"impossible claim": {rawZip(t, with(zipEntry{name: "a", data: "xx", claim: 1 << 20})), apperr.Unreadable, "impossible"},
		"bad deflate":      {rawZip(t, with(zipEntry{name: "a", data: "\xff\xff\xff", method: zip.Deflate})), apperr.Unreadable, "damaged"},
		"too many parts":   {rawZip(t, many), apperr.TooLarge, "too many files"},
		"an empty package": {rawZip(t, nil), apperr.Unreadable, "not an Excel workbook"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openBytes(t, test.data, "test.xlsx", Limits{})
			wantCode(t, err, test.code)
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not say %q", err, test.says)
			}
		})
	}
	t.Run("zero checksum", func(t *testing.T) { // which archive/zip takes for none
		data := rawZip(t, with(zipEntry{name: "zz", data: "x", crc: 0xDEADBEEF}))
		data = bytes.ReplaceAll(data, binary.LittleEndian.AppendUint32(nil, 0xDEADBEEF), []byte{0, 0, 0, 0})
		_, err := openBytes(t, data, "test.xlsx", Limits{})
		wantCode(t, err, apperr.Unreadable)
	})
	t.Run("unpacked too large", func(t *testing.T) {
		_, err := openBytes(t, rawZip(t, all), "test.xlsx", Limits{UnzippedBytes: 1000})
		wantCode(t, err, apperr.TooLarge)
	})
	t.Run("folders are no parts", func(t *testing.T) {
		if _, err := openBytes(t, rawZip(t, with(zipEntry{name: "xl/"}, zipEntry{name: "XL/"})), "test.xlsx", Limits{}); err != nil {
			t.Error(err)
		}
	})
}

// The directory of a package may claim millions of parts, each of which takes
// memory: no more of it is read than an honest one has.
func TestPackageDirectoryIsBounded(t *testing.T) {
	var entries []zipEntry
	for i := range 150_000 {
		entries = append(entries, zipEntry{name: ColumnName(i)})
	}
	data := rawZip(t, entries)
	counter := &countingReader{r: bytes.NewReader(data)}
	_, err := open(t.Context(), counter, int64(len(data)), "a.xlsx", Limits{})
	wantCode(t, err, apperr.TooLarge)
	if counter.n > maxDirectory+1<<20 {
		t.Errorf("read %d bytes of %d", counter.n, len(data))
	}
}

type countingReader struct {
	r io.ReaderAt
	n int
}

func (c *countingReader) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(b, off)
	c.n += n
	return n, err
}

func TestOpenTellsKinds(t *testing.T) {
	whole := minimalParts(sheetXML(oneRow)).zip(t)
	for name, test := range map[string]struct {
		file, data string
		code       apperr.Code // "" where it opens
		says       string
	}{
		"workbook named csv":  {"a.csv", string(whole), "", ""},
		"empty":               {"a.xlsx", "", apperr.Unreadable, "empty"},
		"empty text":          {"a.csv", "", apperr.Unreadable, "empty"},
		"old or password":     {"a.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", apperr.Unreadable, "password"},
		"old named csv":       {"a.csv", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", apperr.Unreadable, ".xls"},
		"web page":            {"a.xls", "\r\n<html><table></table></html>", apperr.Unreadable, "web page"},
		"web page with mark":  {"a.csv", "\xef\xbb\xbf<!DOCTYPE html>", apperr.Unreadable, "web page"},
		"rich text":           {"a.csv", `{\rtf1 x}`, apperr.Unreadable, "web page"},
		"PDF":                 {"a.csv", "%PDF-1.7\n", apperr.Unreadable, "web page"},
		"text named xlsx":     {"a.xlsx", "a;b\n1;2\n", apperr.Unreadable, "neither"},
		"picture named xlsx":  {"a.xlsx", "\x89PNG\r\n\x1a\n\x00\x00", apperr.Unreadable, "neither"},
		"picture named csv":   {"a.csv", "\x89PNG\r\n\x1a\n\x00\x00", apperr.Unreadable, "not a text file"},
		"text":                {"a.csv", "a;b\n1;2\n", "", ""},
		"text, another name":  {"a.dat", "a;b\n1;2\n", "", ""},
		"zip without a table": {"a.xlsx", "PK\x03\x04 and so on", apperr.Unreadable, "cut short"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), test.file)
			if err := os.WriteFile(path, []byte(test.data), 0o600); err != nil {
				t.Fatal(err)
			}
			book, err := Open(t.Context(), path, Limits{})
			if test.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				if err := book.Close(); err != nil {
					t.Error(err)
				}
				return
			}
			wantCode(t, err, test.code)
			if !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.file) {
				t.Errorf("%q does not say %q and %q", err, test.says, test.file)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		_, err := Open(t.Context(), filepath.Join(t.TempDir(), "none.xlsx"), Limits{})
		wantCode(t, err, apperr.NotFound)
	})
	t.Run("folder", func(t *testing.T) {
		_, err := Open(t.Context(), t.TempDir(), Limits{})
		wantCode(t, err, apperr.Unreadable)
	})
	t.Run("too large", func(t *testing.T) {
		_, err := openBytes(t, whole, "a.xlsx", Limits{FileBytes: 100})
		wantCode(t, err, apperr.TooLarge)
	})
}

func TestOpenStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	book, err := openBytes(t, minimalParts(sheetXML(oneRow)).zip(t), "a.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := open(ctx, bytes.NewReader([]byte("a;b\n")), 4, "a.csv", Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open of text: got %v", err)
	}
	for _, err := range book.Rows(ctx, 0) {
		if !errors.Is(err, context.Canceled) || apperr.CodeOf(err) != apperr.Internal {
			t.Errorf("Rows: got %v", err)
		}
	}
	for _, err := range book.Rows(t.Context(), 1) {
		wantCode(t, err, apperr.NotFound)
	}
}

// A loop that ends early leaves the book usable.
func TestRowsCanBeLeft(t *testing.T) {
	rows := strings.Repeat(`<row><c><v>1</v></c></row>`, 50_000)
	book, err := openBytes(t, minimalParts(sheetXML(rows)).zip(t), "a.xlsx", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		n := 0
		for row, err := range book.Rows(t.Context(), 0) {
			if n++; err != nil || row.Number != n {
				t.Fatalf("row %d: %d, %v", n, row.Number, err)
			}
			if n == 10 {
				break
			}
		}
		if n != 10 {
			t.Errorf("got %d rows, want 10", n)
		}
	}
}
