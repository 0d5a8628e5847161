package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
)

// samples returns the folder of sample data beside the checkout.
func samples(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the sample data is not beside the checkout (%s)", path)
	}
	return path
}

// boligklar runs a command line on a data folder and wants an exit code.
func boligklar(t testing.TB, data string, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	args = append(args, "--data", data)
	if code := run(context.Background(), args, testEnviron(t, data), nil, &out, &errOut); code != want {
		t.Fatalf("boligklar %v: got exit code %d, want %d\n%s%s", args, code, want, out.String(), errOut.String())
	}
	return out.String(), errOut.String()
}

// fillDemo puts a made-up municipality into a data folder that has nothing, as
// `boligklar demo` does, which is run once for each day asked for.
func fillDemo(t testing.TB, data string, args ...string) {
	t.Helper()
	fillOnce(t, data, strings.Join(args, " "), func(folder string) { boligklar(t, folder, exitOK, append([]string{"demo"}, args...)...) })
}

// fillServed is fillDemo for a folder that processes serve: the report of the month
// before has been made. Each process would begin with it, and one that is killed
// begins again.
func fillServed(t testing.TB, data string) {
	t.Helper()
	fillOnce(t, data, "served", func(folder string) {
		boligklar(t, folder, exitOK, "demo")
		withTestStore(t, storeOf(t, folder), func(db *storage.DB) error {
			_, err := office.New(db, office.Config{Municipality: "1833", Name: "Rana"}).MonthlyReports(t.Context(), office.Mailing{Lang: i18n.English}, "system")
			return err
		})
	})
}

// fillOnce copies a folder that fill has filled, the first time that it is asked for.
func fillOnce(t testing.TB, data, name string, fill func(folder string)) {
	t.Helper()
	if os.Getenv("BOLIGKLAR_TEST_CLUSTER") != "" { // the folder is not where the store is
		fill(data)
		return
	}
	folder, ok := demos[name]
	if !ok {
		folder = filepath.Join(demosFolder, strconv.Itoa(len(demos)))
		fill(folder)
		demos[name] = folder
	}
	if err := os.CopyFS(data, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
}

// demos are the folders that fillOnce has filled. The tests of this package run one
// after the other.
var (
	demos       = map[string]string{}
	demosFolder string // made and removed by TestMain
)

// importReport is what a script reads of an import.
type importReport struct {
	File   string
	Sheets []struct {
		Sheet, Kind    string
		HeaderRow      *int `json:"header_row"`
		Columns        []struct{ Column, Header, Field string }
		IgnoredColumns []struct{ Column, Header, Reason string } `json:"ignored_columns"`
		RefusedColumns []struct{ Column, Header, Reason string } `json:"refused_columns"`
		Rows           []struct {
			Row         int
			Action, Key string
			Record      map[string]any
		}
		Problems []struct {
			Row                     int
			Column                  *string
			Severity, Code, Message string
		}
		Gone []string
	}
	Summary struct{ Created, Updated, Unchanged, Rejected, Conflicts int }
}

func importFile(t *testing.T, data, file string, want int, args ...string) importReport {
	t.Helper()
	out, _ := boligklar(t, data, want, append([]string{"import", file, "--format", "json"}, args...)...)
	var r importReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("standard output is not one JSON value: %v\n%s", err, out)
	}
	return r
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func TestImportSamplesEqualTheTruth(t *testing.T) {
	dir, data := samples(t, "dev"), t.TempDir()
	var truth struct {
		Rows    []map[string]any
		BadRows []struct {
			Row  int
			Code string
		} `json:"bad_rows"`
		RefusedColumn string `json:"refused_column"`
	}
	for _, c := range []struct {
		file, truth string
		code        int
	}{{"units.xlsx", "", exitOK}, {"listings.xlsx", "listings.truth.json", exitRejected}, {"households.xlsx", "households.truth.json", exitOK}, {"occupancies.csv", "", exitOK}} {
		t.Run(c.file, func(t *testing.T) {
			r := importFile(t, data, filepath.Join(dir, c.file), c.code, "--on", "2026-11-25")
			if c.truth == "" {
				return
			}
			truth.Rows, truth.BadRows, truth.RefusedColumn = nil, nil, ""
			readJSON(t, filepath.Join(dir, c.truth), &truth)
			got := map[int]map[string]any{}
			for _, row := range r.Sheets[0].Rows {
				if row.Action != "create" {
					t.Errorf("row %d: got %s, want create", row.Row, row.Action)
				}
				got[row.Row] = row.Record
			}
			for _, want := range truth.Rows {
				row := int(want["row"].(float64))
				for field, value := range want {
					if field != "row" && !reflect.DeepEqual(got[row][field], value) {
						t.Errorf("row %d %s: got %v, want %v", row, field, got[row][field], value)
					}
				}
			}
			if len(got) != len(truth.Rows) || r.Summary.Rejected != len(truth.BadRows) {
				t.Errorf("got %d rows and %d rejected, want %d and %d", len(got), r.Summary.Rejected, len(truth.Rows), len(truth.BadRows))
			}
			codes := map[int]string{}
			for _, p := range r.Sheets[0].Problems {
				if p.Severity == "error" {
					codes[p.Row] += p.Code
				}
			}
			for _, bad := range truth.BadRows {
				if codes[bad.Row] != bad.Code {
					t.Errorf("row %d: got %q, want %q", bad.Row, codes[bad.Row], bad.Code)
				}
			}
			if truth.RefusedColumn != "" && (len(r.Sheets[0].RefusedColumns) != 1 || r.Sheets[0].RefusedColumns[0].Header != truth.RefusedColumn) {
				t.Errorf("got refused %v, want %q", r.Sheets[0].RefusedColumns, truth.RefusedColumn)
			}
		})
	}
	t.Run("again changes nothing", func(t *testing.T) {
		for _, file := range []string{"units.xlsx", "listings.xlsx", "households.xlsx", "occupancies.csv"} {
			want := exitOK
			if file == "listings.xlsx" {
				want = exitRejected
			}
			r := importFile(t, data, filepath.Join(dir, file), want, "--on", "2026-12-24")
			if s := r.Summary; s.Created+s.Updated != 0 || s.Unchanged == 0 {
				t.Errorf("%s: got %+v, want all unchanged", file, s)
			}
			for _, sheet := range r.Sheets {
				for _, row := range sheet.Rows {
					if on, ok := row.Record["confirmed_on"]; ok && on != "2026-11-25" {
						t.Errorf("%s row %d: importing again moved confirmed_on to %v", file, row.Row, on)
					}
				}
			}
		}
	})
	t.Run("turnover", func(t *testing.T) { checkTurnover(t, data, filepath.Join(dir, "turnover.truth.json")) })
	t.Run("match", func(t *testing.T) { checkMatches(t, data, filepath.Join(dir, "match.truth.jsonl")) })
	t.Run("export imports as unchanged", func(t *testing.T) { checkExports(t, data) })
}

func TestMatchRandomRecordsEqualsTheTruth(t *testing.T) {
	dir, data := samples(t, "random"), t.TempDir()
	for _, file := range []string{"units.csv", "listings.csv", "households.csv"} {
		if r := importFile(t, data, filepath.Join(dir, file), exitOK, "--on", "2026-11-25"); r.Summary.Created == 0 {
			t.Fatalf("%s: got %+v", file, r.Summary)
		}
	}
	checkMatches(t, data, filepath.Join(dir, "match.truth.jsonl"))
	checkExports(t, data)
}

// checkTurnover compares every month's figures with the truth.
func checkTurnover(t *testing.T, data, path string) {
	var months []map[string]any
	readJSON(t, path, &months)
	for _, want := range months {
		out, _ := boligklar(t, data, exitOK, "turnover", "--month", want["month"].(string), "--format", "json")
		var got map[string]any
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", want["month"], got, want)
		}
		checkWorkbook(t, data, want)
	}
	if len(months) != 36 {
		t.Errorf("compared %d months, want 36", len(months))
	}
}

// checkWorkbook reads the month's figures back from the cells of its workbook.
func checkWorkbook(t *testing.T, data string, want map[string]any) {
	path := filepath.Join(data, "turnover.xlsx")
	boligklar(t, data, exitOK, "turnover", "--month", want["month"].(string), "-o", path)
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]string{}
	for _, row := range rows[min(8, len(rows)):] {
		if len(row) > 1 {
			cells[row[0]] = row[1]
		}
	}
	compare := func(key string, v any) {
		text := "–"
		if x, ok := v.(float64); ok {
			text = strconv.FormatFloat(x, 'f', -1, 64)
		}
		if got := cells[i18n.Bokmal.T("reports.figure."+key, nil)]; got != text {
			t.Errorf("%s %s: the cell has %q, want %q", want["month"], key, got, text)
		}
	}
	for key, v := range want {
		switch key {
		case "month":
		case "outs_by_reason":
			for reason, n := range v.(map[string]any) {
				compare("out_"+reason, n)
			}
		default:
			compare(key, v)
		}
	}
}

// pairTruth is a line of match.truth.jsonl, and what is compared with it.
type pairTruth struct {
	Household, Listing, Eligibility string
	Score, Priority                 float64
	RankValue                       float64              `json:"rank_value"`
	NotPass                         map[string][3]string `json:"not_pass"`
	S                               map[string]float64
}

// checkMatches compares every pair of households and listings with the truth.
func checkMatches(t *testing.T, data, path string) {
	out, _ := boligklar(t, data, exitOK, "match", "--all", "--every", "--on", "2026-12-01", "--format", "jsonl")
	got := map[string]pairTruth{}
	for line := range bytes.Lines([]byte(out)) {
		var p struct {
			pairTruth
			Outcomes []struct{ Rule, Outcome, Reason, Strength string }
			Criteria []struct {
				Criterion                   string
				Weight, Value, Contribution float64
			}
		}
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		p.NotPass, p.S = map[string][3]string{}, map[string]float64{}
		for _, o := range p.Outcomes {
			if o.Outcome != "pass" {
				p.NotPass[o.Rule] = [3]string{o.Outcome, o.Reason, o.Strength}
			}
		}
		sum := 0.0
		for _, c := range p.Criteria {
			p.S[c.Criterion] = c.Value
			sum += c.Contribution
		}
		if math.Abs(sum-p.Score) > 0.001 {
			t.Errorf("%s/%s: the contributions add up to %v, the score is %v", p.Household, p.Listing, sum, p.Score)
		}
		got[p.Household+" "+p.Listing] = p.pairTruth
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	n := 0
	for scanner := bufio.NewScanner(f); scanner.Scan(); n++ {
		var want pairTruth
		if err := json.Unmarshal(scanner.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		if pair := got[want.Household+" "+want.Listing]; !reflect.DeepEqual(pair, want) {
			t.Errorf("got  %+v\nwant %+v", pair, want)
		}
	}
	if n == 0 || n != len(got) {
		t.Errorf("compared %d pairs, the command gave %d", n, len(got))
	}
}

// checkExports exports every kind in every form and imports it again.
func checkExports(t *testing.T, data string) {
	for _, kind := range []string{"units", "listings", "households", "occupancies"} {
		for i, args := range [][]string{{}, {"--lang", "nn"}, {"--lang", "en"}, {"--canonical"}} {
			for _, ext := range []string{".xlsx", ".csv"} {
				path := filepath.Join(t.TempDir(), fmt.Sprintf("%s-%d%s", kind, i, ext))
				out, _ := boligklar(t, data, exitOK, append([]string{"export", kind, "-o", path}, args...)...)
				var n int // the sentence begins with it
				if _, err := fmt.Sscan(out, &n); err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					continue // an empty register is an empty table, which import calls nothing found
				}
				r := importFile(t, data, path, exitOK, "--on", "2027-01-01")
				if r.Summary.Unchanged != n || r.Summary.Created+r.Summary.Updated+r.Summary.Conflicts > 0 {
					t.Errorf("%s %v %s: got %+v, want %d unchanged", kind, args, ext, r.Summary, n)
				}
			}
		}
	}
}
