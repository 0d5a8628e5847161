package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/apperr"
)

// torture reports whether the long rounds were asked for.
func torture() bool { return os.Getenv("BOLIGKLAR_TORTURE") != "" }

// originals are workbooks as several programs write them: our own stream
// writer, excelize, and Excel's shared strings without optional parts.
func originals(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	var buf bytes.Buffer
	w, err := NewXLSX(&buf, "Utleieliste", listingColumns())
	if err != nil {
		t.Fatal(err)
	}
	values := make([]any, benchColumns)
	for i := range 40 {
		listingRow(values, i)
		if err := w.Row(values); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out["stream"] = bytes.Clone(buf.Bytes())

	f := excelize.NewFile()
	_, err = f.NewSheet("Gammelt")
	for _, sheet := range []string{"Sheet1", "Gammelt"} {
		for r := 1; r <= 30 && err == nil; r++ {
			err = f.SetSheetRow(sheet, fmt.Sprintf("A%d", r), &[]any{sheet, r, fmt.Sprintf("Gate %d", r), r%2 == 0, 8500.5, nil, "Ja"})
		}
	}
	if err == nil {
		err = f.MergeCell("Sheet1", "A1", "C1")
	}
	buf.Reset()
	if err == nil {
		err = f.Write(&buf)
	}
	if err != nil {
		t.Fatal(err)
	}
	out["excelize"] = bytes.Clone(buf.Bytes())

	var rows strings.Builder
	for r := 1; r <= 30; r++ {
		fmt.Fprintf(&rows, `<row r="%d" spans="1:3"><c r="A%d" t="s"><v>%d</v></c><c r="B%d" s="1"><v>%d</v></c><c r="C%d" t="str"><f>A%d</f><v>x &amp; y</v></c></row>`, r, r, r%3, r, 46000+r, r, r)
	}
	parts := minimalParts(sheetXML(rows.String()))
	parts.set("xl/sharedStrings.xml", `<sst `+mainNS+` count="30" uniqueCount="3"><si><t>æ</t></si><si><t>ø</t></si><si><r><t>å</t></r></si></sst>`)
	out["shared"] = parts.zip(t)
	return out
}

// unzip returns the parts of a workbook.
func unzip(t *testing.T, data []byte) workbookParts {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := workbookParts{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
	}
	return parts
}

// wantWhole checks what damage must come to: an error for people, or all that
// the original had. It reports whether there was an error.
func wantWhole(t *testing.T, data []byte, want string) bool {
	t.Helper()
	book, err := openBytes(t, data, "test.xlsx", Limits{})
	if err != nil {
		if code := apperr.CodeOf(err); code != apperr.Unreadable && code != apperr.TooLarge {
			t.Errorf("got the code %s for %v", code, err)
		}
		return true
	}
	if got := dump(t, book); got != want {
		t.Errorf("rows were lost or changed in silence:\ngot  %.200s\nwant %.200s", got, want)
	}
	return false
}

func TestDamage(t *testing.T) {
	steps, flips := 20, 300
	if torture() {
		steps, flips = 2000, 30_000
	}
	for name, data := range originals(t) {
		book, err := openBytes(t, data, "test.xlsx", Limits{})
		if err != nil {
			t.Fatal(err)
		}
		want := dump(t, book)
		parts := unzip(t, data)
		t.Run(name+"/file cut", func(t *testing.T) {
			for i := range steps {
				if cut := data[:len(data)*i/steps]; !wantWhole(t, cut, want) {
					t.Errorf("%d of %d bytes opened", len(cut), len(data))
				}
			}
		})
		t.Run(name+"/part cut", func(t *testing.T) {
			for part, text := range parts {
				for i := range steps {
					changed := cloneParts(parts)
					changed[part] = text[:len(text)*i/steps]
					if !wantWhole(t, changed.zip(t), want) && strings.HasPrefix(part, "xl/worksheets/sheet") {
						t.Errorf("%s opened with %d of %d bytes", part, len(changed[part]), len(text))
					}
				}
			}
		})
		t.Run(name+"/bytes changed in the file", func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(1, 2))
			for range flips {
				changed := bytes.Clone(data)
				for range 1 + rnd.IntN(3) {
					changed[rnd.IntN(len(changed))] ^= byte(1 + rnd.IntN(255))
				}
				wantWhole(t, changed, want)
			}
		})
		t.Run(name+"/bytes lost", func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(3, 4))
			for range flips {
				i, n := rnd.IntN(len(data)), 1+rnd.IntN(200)
				wantWhole(t, slices.Concat(data[:i], data[min(i+n, len(data)):]), want)
			}
		})
		t.Run(name+"/parts swapped", func(t *testing.T) {
			for a := range parts {
				for b := range parts {
					if a < b && !(strings.HasPrefix(a, "xl/worksheets/sheet") && strings.HasPrefix(b, "xl/worksheets/sheet")) {
						changed := cloneParts(parts)
						changed[a], changed[b] = parts[b], parts[a]
						wantWhole(t, changed.zip(t), want)
					}
				}
			}
		})
		t.Run(name+"/tags lost and doubled", func(t *testing.T) { damageTags(t, parts, want, flips) })
	}
}

func cloneParts(p workbookParts) workbookParts {
	out := workbookParts{}
	for k, v := range p {
		out[k] = v
	}
	return out
}

var tagPattern = regexp.MustCompile(`<[^>]*>`)

// damageTags takes tags away from the rows of a sheet, doubles and moves them.
// What stands for something in itself, as a cell does, is left alone: a file
// without it is another file, not a damaged one.
func damageTags(t *testing.T, parts workbookParts, want string, rounds int) {
	const part = "xl/worksheets/sheet1.xml"
	text := parts[part]
	from := strings.Index(text, "<row")
	tags := tagPattern.FindAllStringIndex(text[from:], -1)
	rnd := rand.New(rand.NewPCG(5, 6))
	for range rounds {
		tag := tags[rnd.IntN(len(tags))]
		a, b := from+tag[0], from+tag[1]
		if strings.HasSuffix(text[a:b], "/>") || strings.HasPrefix(text[a:b], "<f") || strings.HasPrefix(text[a:b], "</f") {
			continue
		}
		changed := cloneParts(parts)
		switch rnd.IntN(3) {
		case 0:
			changed[part] = text[:a] + text[b:]
		case 1:
			changed[part] = text[:b] + text[a:]
		case 2:
			i := from + rnd.IntN(len(text)-from)
			if i > a && i < b {
				continue
			}
			moved := text[:a] + text[b:]
			if i > a {
				i -= b - a
			}
			if i == a {
				continue
			}
			changed[part] = moved[:i] + text[a:b] + moved[i:]
		}
		if !wantWhole(t, changed.zip(t), want) && strings.Contains(text[a:b], "row") {
			t.Errorf("a sheet with %s out of place opened", text[a:b])
		}
	}
	rows := regexp.MustCompile(`<row.*?</row>`).FindAllStringIndex(text, -1)
	for i := range len(rows) - 1 {
		first, second := text[rows[i][0]:rows[i][1]], text[rows[i+1][0]:rows[i+1][1]]
		changed := cloneParts(parts)
		changed[part] = text[:rows[i][0]] + second + first + text[rows[i+1][1]:]
		if !wantWhole(t, changed.zip(t), want) {
			t.Errorf("a sheet with rows %d and %d exchanged opened", i+1, i+2)
		}
	}
}

// FuzzSheet looks for rows that confuse the reader: it must come to an end with
// an error for people, or give the same rows twice, in ascending order.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" s="1"><v>46357</v></c><c t="s"><v>0</v></c></row><row/><row r="9"><c t="inlineStr"><is><r><t>_x0041_</t></r></is></c></row>`)
	f.Add(`<row><c t="str"><f>A1</f><v>&#65;<![CDATA[x]]></v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2026-12-01</v></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		parts := minimalParts(sheetXML(rows))
		parts.set("xl/sharedStrings.xml", `<sst `+mainNS+`><si><t>x</t></si></sst>`)
		book, err := openBytes(t, parts.zip(t), "a.xlsx", Limits{})
		if err != nil {
			if code := apperr.CodeOf(err); code != apperr.Unreadable && code != apperr.TooLarge {
				t.Errorf("got the code %s for %v", code, err)
			}
			return
		}
		if got := dump(t, book); got != dump(t, book) {
			t.Errorf("got %q, then something else", got)
		}
		last := 0
		for row, err := range book.Rows(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Number <= last || len(row.Cells) == 0 || row.Cells[len(row.Cells)-1].Kind == Blank {
				t.Errorf("row %d after %d ends in a blank", row.Number, last)
			}
			last = row.Number
		}
	})
}
