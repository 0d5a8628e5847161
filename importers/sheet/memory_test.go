package sheet

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

// childFiles names the variable that makes this test binary read files instead
// of running tests, so that its memory is its own.
const childFiles = "BOLIGKLAR_SHEET_READ"

func TestMain(m *testing.M) {
	if files := os.Getenv(childFiles); files != "" {
		readChild(filepath.SplitList(files))
		return
	}
	os.Exit(m.Run())
}

// readChild opens and reads files and tells what came of each.
func readChild(files []string) {
	ctx := context.Background()
	for _, path := range files {
		rows := 0
		book, err := Open(ctx, path, bombLimits())
		if err == nil {
			for i := range book.Sheets() {
				for _, rerr := range book.Rows(ctx, i) {
					rows++
					err = rerr
				}
			}
			_ = book.Close() // it was only read
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Printf("%s\t%d\t%s\t%d\t%d\n", filepath.Base(path), rows, apperr.CodeOf(err), m.Sys>>20, peakRSS())
	}
}

// peakRSS is the most memory this process ever had, in MB; 0 where the system
// does not tell.
func peakRSS() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb := 0
	_, _ = fmt.Sscan(rest, &kb) // 0 stays where there is none
	return kb >> 10
}

// bomb is a file that asks for much.
type bomb struct {
	name string
	rows int         // expected, where it opens
	code apperr.Code // expected, where it does not
	make func(w io.Writer) error
}

// partBomb is a workbook one part of which is made by fill.
func partBomb(part string, fill func(w *bufio.Writer)) func(io.Writer) error {
	return func(out io.Writer) error {
		z := zip.NewWriter(out)
		parts := minimalParts(sheetXML(oneRow))
		delete(parts, part)
		for name, text := range parts {
			f, err := z.Create(name)
			if err == nil {
				_, err = io.WriteString(f, text)
			}
			if err != nil {
				return err
			}
		}
		f, err := z.Create(part)
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(f, bufferSize)
		fill(w)
		if err := w.Flush(); err != nil {
			return err
		}
		return z.Close()
	}
}

// sheetBomb is a workbook with n times each in its rows.
func sheetBomb(n int, before, each, after string) func(io.Writer) error {
	return partBomb("xl/worksheets/sheet1.xml", func(w *bufio.Writer) {
		head, tail, _ := strings.Cut(sheetXML("|"), "|")
		repeat(w, head+before, n, each, after+tail)
	})
}

func repeat(w *bufio.Writer, before string, n int, each, after string) {
	_, _ = w.WriteString(before) // bufio keeps its first error for Flush
	for range n {
		_, _ = w.WriteString(each)
	}
	_, _ = w.WriteString(after)
}

func textBomb(n int, before, each, after string) func(io.Writer) error {
	return func(out io.Writer) error {
		w := bufio.NewWriterSize(out, bufferSize)
		repeat(w, before, n, each, after)
		return w.Flush()
	}
}

// shrink makes bombs and limits smaller under the race detector, which takes
// many times as long over them.
func shrink() int {
	if underRace() {
		return 8
	}
	return 1
}

// underRace tells whether the race detector is on, which takes memory of its own.
func underRace() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// bombLimits are the limits under which bombs are read.
func bombLimits() Limits {
	l := DefaultLimits
	l.FileBytes /= int64(shrink())
	l.UnzippedBytes /= int64(shrink())
	l.StringBytes /= int64(shrink())
	l.Rows /= shrink()
	l.Cells /= shrink()
	return l
}

// bombs are files that a careless reader would die of. Scale makes them larger.
func bombs(scale int) []bomb {
	const (
		sst      = "xl/sharedStrings.xml"
		sstHead  = `<sst ` + mainNS + `>`
		relHead  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
		typeHead = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`
	)
	million, thousand := 1_000_000/shrink(), 1000/shrink()
	part := func(name, before string, n int, each, after string) func(io.Writer) error {
		return partBomb(name, func(w *bufio.Writer) { repeat(w, before, n, each, after) })
	}
	return []bomb{
		{"million-empty-rows.xlsx", 0, "", sheetBomb(million, "", `<row spans="1:24"/>`, "")},
		{"million-styled-rows.xlsx", 1, "", sheetBomb(million, "", `<row><c s="1"/><c s="1"/><c s="1"/></row>`, `<row><c><v>1</v></c></row>`)},
		{"last-row.xlsx", 2, "", sheetBomb(1, `<row r="1"><c><v>1</v></c></row>`, `<row r="1048576"><c><v>1</v></c><c r="XFD1048576" s="1"/></row>`, "")},
		{"million-rows.xlsx", 0, apperr.TooLarge, sheetBomb(million, "", `<row><c><v>1</v></c></row>`, "")},
		{"cells.xlsx", 0, apperr.TooLarge, sheetBomb(20*thousand, "", `<row>`+strings.Repeat(`<c><v>1</v></c>`, 400)+`</row>`, "")},
		{"spaces.xlsx", 1, "", sheetBomb(thousand*scale, `<row><c><v>1</v></c></row>`, strings.Repeat(" ", 50_000), "")},
		{"zeros.xlsx", 0, apperr.Unreadable, sheetBomb(thousand*scale, "", strings.Repeat("0", 50_000), "")},
		{"unpacked.xlsx", 0, apperr.TooLarge, sheetBomb(14*thousand, "", strings.Repeat(" ", 50_000), "")},
		{"long-cell.xlsx", 0, apperr.TooLarge, sheetBomb(thousand*scale, `<row><c t="str"><v>`, strings.Repeat("x", 50_000), `</v></c></row>`)},
		{"long-tag.xlsx", 0, apperr.Unreadable, sheetBomb(thousand*scale, `<row a="`, strings.Repeat("x", 50_000), `"/>`)},
		{"long-comment.xlsx", 0, apperr.Unreadable, sheetBomb(thousand*scale, `<!--`, strings.Repeat("x", 50_000), `-->`)},
		{"attributes.xlsx", 0, apperr.Unreadable, sheetBomb(1, "<row ", strings.Repeat(`a="1" `, 200_000), "/>")},
		{"deep.xlsx", 0, apperr.Unreadable, sheetBomb(million, "", "<row>", "")},
		{"merges.xlsx", 0, apperr.TooLarge, sheetBomb(million, "</sheetData><mergeCells>", `<mergeCell ref="A1:B2"/>`, "</mergeCells><sheetData>")},
		{"empty-strings.xlsx", 0, apperr.TooLarge, part(sst, sstHead, 7*million, "<si/>", "</sst>")},
		{"many-strings.xlsx", 1, "", part(sst, sstHead, 5*million, "<si><t>0123456789</t></si>", "</sst>")},
		{"long-strings.xlsx", 0, apperr.TooLarge, part(sst, sstHead, 10*thousand, "<si><t>"+strings.Repeat("x", 30_000)+"</t></si>", "</sst>")},
		{"styles.xlsx", 0, apperr.Unreadable, part("xl/styles.xml", `<styleSheet `+mainNS+`><cellXfs>`, million, "<xf/>", "</cellXfs></styleSheet>")},
		{"relations.xlsx", 0, apperr.Unreadable, part("xl/_rels/workbook.xml.rels", relHead, million, `<Relationship Id="a" Target="b"/>`, "</Relationships>")},
		{"types.xlsx", 0, apperr.Unreadable, partBomb("[Content_Types].xml", func(w *bufio.Writer) {
			_, _ = w.WriteString(typeHead) // bufio keeps its first error for Flush
			for i := range million {
				_, _ = fmt.Fprintf(w, `<Override PartName="/%d" ContentType="x"/>`, i)
			}
			_, _ = w.WriteString("</Types>")
		})},
		{"parts.xlsx", 0, apperr.TooLarge, func(w io.Writer) error {
			z := zip.NewWriter(w)
			for i := range million / 5 {
				if _, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
					return err
				}
			}
			return z.Close()
		}},
		{"commas.csv", 1, "", textBomb(thousand*scale, "a,b\n", strings.Repeat(",", 50_000), "")},
		{"newlines.csv", 1, "", textBomb(thousand*scale, "x", strings.Repeat("\n", 50_000), "")},
		{"long-field.csv", 0, apperr.TooLarge, textBomb(thousand*scale, "", strings.Repeat("x", 50_000), "")},
		{"open-quote.csv", 0, apperr.TooLarge, textBomb(thousand*scale, "a;b\n\"", strings.Repeat("x\n", 25_000), "")},
		{"many-rows.csv", 0, apperr.TooLarge, textBomb(million, "", "a;b;c\n", "")},
		{"too-big.csv", 0, apperr.TooLarge, textBomb(3*thousand, "", strings.Repeat("x;\n", 20_000), "")},
	}
}

// TestMemory reads bombs and large files in a process of its own and looks at
// how much memory that ever had.
func TestMemory(t *testing.T) {
	const mostMB = 256 // of 512 that a small machine may have
	scale := 1
	if torture() {
		scale = 10
	}
	dir := t.TempDir()
	var paths []string
	list := bombs(scale)
	for _, b := range list {
		path := filepath.Join(dir, b.name)
		f, err := os.Create(path)
		if err == nil {
			err = b.make(f)
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childFiles+"="+strings.Join(paths, string(filepath.ListSeparator)))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("reading in a process of its own: %v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(list) {
		t.Fatalf("got %d lines for %d files:\n%s", len(lines), len(list), out)
	}
	for i, b := range list {
		fields := strings.Split(lines[i], "\t")
		rows, sys, rss := 0, 0, 0
		if _, err := fmt.Sscan(fields[1]+" "+fields[3]+" "+fields[4], &rows, &sys, &rss); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-26s %7d rows %-10s peak %d MB (%d MB resident)", b.name, rows, fields[2], sys, rss)
		if apperr.Code(fields[2]) != b.code || b.code == "" && rows != b.rows {
			t.Errorf("%s: got %d rows and the code %q, want %d and %q", b.name, rows, fields[2], b.rows, b.code)
		}
		if sys > mostMB || rss > mostMB && !underRace() {
			t.Errorf("%s: the peak is %d MB, %d MB of them resident; want at most %d", b.name, sys, rss, mostMB)
		}
	}
}
