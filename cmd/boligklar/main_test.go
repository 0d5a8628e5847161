package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/importers/sheet"
)

const listings = "Nr;Adresse;Husleie;Soverom;Ledig fra;Sikkerhet godtas;Krav om jobb;Referanser;Leietid\n" +
	"U-1;Storgata 1;8 500,-;2;01.12.2026;NAV-garanti;ingen;nei;36\nU-2;Storgata 2;etter avtale;1;;;;;\n"

const households = "Husstand;Voksne;Barn;Arbeid;Maks husleie;Sosialhjelp;Sikkerhet;Boligklar;Ønsker innflytting\n" +
	"H-1;2;1;fast jobb;9000;nei;NAV-garanti;01.06.2026;01.12.2026\nH-2;1;0;fast jobb;8000;nei;NAV-garanti;01.06.2026;01.12.2026\n"

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExitCodes(t *testing.T) {
	good := writeFile(t, "good.csv", households)
	bad := writeFile(t, "bad.csv", listings)
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"version", []string{"version"}, exitOK},
		{"help", []string{"--help"}, exitOK},
		{"help of a command", []string{"import", "--help"}, exitOK},
		{"no such command", []string{"imports"}, exitUsage},
		{"no such flag", []string{"version", "--nope"}, exitUsage},
		{"no file", []string{"import"}, exitUsage},
		{"no such format", []string{"import", good, "--format", "xml"}, exitUsage},
		{"no such kind", []string{"import", good, "--kind", "flats"}, exitUsage},
		{"no such field", []string{"import", good, "--map", "price=A"}, exitUsage},
		{"no such language", []string{"version", "--lang", "sv"}, exitUsage},
		{"no such day", []string{"import", good, "--on", "2026-02-31"}, exitUsage},
		{"no such month", []string{"turnover", "--month", "2026-13"}, exitUsage},
		{"nothing to match", []string{"match"}, exitUsage},
		{"two things to match", []string{"match", "--all", "--listing", "U-1"}, exitUsage},
		{"export without a file", []string{"export", "listings"}, exitUsage},
		{"export of no kind", []string{"export", "auto", "-o", filepath.Join(t.TempDir(), "x.xlsx")}, exitUsage},
		{"import", []string{"import", good}, exitOK},
		{"import with rejected rows", []string{"import", bad}, exitRejected},
		{"dry run with rejected rows", []string{"import", bad, "--dry-run"}, exitRejected},
		{"strict", []string{"import", bad, "--strict"}, exitFailed},
		{"file that is not there", []string{"import", "nowhere.xlsx"}, exitFailed},
		{"household that is not there", []string{"match", "--household", "H-9"}, exitFailed},
		{"export to another form", []string{"export", "listings", "-o", filepath.Join(t.TempDir(), "x.pdf")}, exitUsage},
		{"error workbook of another form", []string{"import", good, "--errors-to", "x.csv"}, exitUsage},
		{"a field named twice", []string{"import", good, "--map", "rent=A", "--map", "rent=B"}, exitUsage},
		{"column that is not there", []string{"import", bad, "--map", "rent=Q"}, exitFailed},
		{"figures and a workbook at once", []string{"turnover", "--month", "2026-01", "--format", "json", "-o", "x.xlsx"}, exitUsage},
		{"doctor where no store is", []string{"doctor"}, exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) { boligklar(t, t.TempDir(), c.want, c.args...) })
	}
}

func TestErrorsSpeakTheLanguage(t *testing.T) {
	cut := writeFile(t, "02828690100.xlsx", "PK\x03\x04rest")
	for lang, want := range map[string]string{"nb": "er skadet", "nn": "er skadd", "en": "is damaged"} {
		_, stderr := boligklar(t, t.TempDir(), exitFailed, "import", cut, "--lang", lang)
		if !strings.Contains(stderr, want) {
			t.Errorf("%s: got %s, want %q in it", lang, stderr, want)
		}
		if strings.Contains(stderr, "02828690100") {
			t.Errorf("%s: the message repeats an identity number", lang)
		}
	}
}

func TestDataBeforeOrAfterTheCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "where missing")
	file := writeFile(t, "husstander.csv", households)
	var out, errOut bytes.Buffer
	if code := run(context.Background(), []string{"--data", dir, "import", file}, nil, nil, &out, &errOut); code != exitOK {
		t.Fatalf("got exit code %d: %s", code, errOut.String())
	}
	stdout, _ := boligklar(t, dir, exitOK, "export", "households", "-o", filepath.Join(t.TempDir(), "out.csv"), "--lang", "en")
	if !strings.HasPrefix(stdout, "2 rows") {
		t.Errorf("got %q, want 2 rows", stdout)
	}
}

func TestImportReport(t *testing.T) {
	data := t.TempDir()
	r := importFile(t, data, writeFile(t, "liste.csv", listings), exitRejected, "--on", "2026-11-25", "--lang", "en")
	s := r.Sheets[0]
	if r.File != "liste.csv" || s.Sheet != "liste.csv" && s.Sheet != "liste" || s.Kind != "listings" || s.HeaderRow == nil || *s.HeaderRow != 1 {
		t.Errorf("got %+v", r)
	}
	if len(s.Columns) != 9 || s.Columns[2].Column != "C" || s.Columns[2].Header != "Husleie" || s.Columns[2].Field != "rent" {
		t.Errorf("got columns %+v", s.Columns)
	}
	if len(s.Rows) != 1 || s.Rows[0].Row != 2 || s.Rows[0].Key != "U-1" || s.Rows[0].Record["status"] != "open" || s.Rows[0].Record["notes"] != nil {
		t.Errorf("got rows %+v", s.Rows)
	}
	if len(s.Problems) != 1 || s.Problems[0].Row != 3 || *s.Problems[0].Column != "C" || s.Problems[0].Code != "rent_not_a_number" ||
		!strings.Contains(s.Problems[0].Message, "etter avtale") {
		t.Errorf("got problems %+v", s.Problems)
	}
}

func TestDryRunShowsTheDifference(t *testing.T) {
	data := t.TempDir()
	importFile(t, data, writeFile(t, "liste.csv", listings), exitRejected)
	changed := strings.Replace(listings, "8 500,-", "8 700,-", 1) + "U-3;Storgata 3;9000;;;;;;\n"
	out, _ := boligklar(t, data, exitRejected, "import", writeFile(t, "liste.csv", changed), "--dry-run", "--lang", "en")
	for _, want := range []string{"2 U-1: Rent: 8500 → 8700", "1 new: U-3", "C3 rejected", "nothing was changed"} {
		if !strings.Contains(out, want) {
			t.Errorf("got %s\nwant %q in it", out, want)
		}
	}
	if again, _ := boligklar(t, data, exitRejected, "import", writeFile(t, "liste.csv", changed), "--dry-run", "--lang", "en"); again != out {
		t.Errorf("got %s\nafter a dry run, want the same as before it: %s", again, out)
	}
}

func TestMatchOutput(t *testing.T) {
	data := t.TempDir()
	importFile(t, data, writeFile(t, "liste.csv", listings), exitRejected, "--on", "2026-11-25")
	importFile(t, data, writeFile(t, "husstander.csv", households), exitOK)
	type pair struct {
		Household, Listing, Eligibility string
		Outcomes                        []map[string]any
		Criteria                        []map[string]any
	}
	var one struct {
		Pairs      []pair
		NearMisses []map[string]any `json:"near_misses"`
	}
	out, _ := boligklar(t, data, exitOK, "match", "--household", "H-2", "--on", "2026-12-01", "--format", "json")
	if err := json.Unmarshal([]byte(out), &one); err != nil {
		t.Fatal(err)
	}
	if len(one.Pairs) != 0 || len(one.NearMisses) != 1 || one.NearMisses[0]["rule"] != "rent" {
		t.Errorf("got %s, want the rent as the one thing in the way", out)
	}
	out, _ = boligklar(t, data, exitOK, "match", "--all", "--on", "2026-12-01", "--format", "jsonl")
	var p pair
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatalf("%v: want one pair on one line\n%s", err, out)
	}
	if p.Household != "H-1" || p.Listing != "U-1" || p.Eligibility != "eligible" || len(p.Outcomes) != 16 || len(p.Criteria) != 7 {
		t.Errorf("got %+v", p)
	}
	for _, field := range []string{"rule", "outcome", "reason", "strength", "remedy"} {
		if _, ok := p.Outcomes[0][field]; !ok {
			t.Errorf("an outcome has no %q", field)
		}
	}
	out, _ = boligklar(t, data, exitOK, "match", "--all", "--every", "--top", "1", "--on", "2026-12-01", "--format", "jsonl")
	if n := strings.Count(out, "\n"); n != 2 {
		t.Errorf("got %d pairs, want one for each household", n)
	}
}

func TestAnalysis(t *testing.T) {
	data := t.TempDir()
	fillDemo(t, data, "--on", "2026-11-20")
	ask := func(into any, args ...string) {
		t.Helper()
		out, _ := boligklar(t, data, exitOK, append(args, "--on", "2026-11-20", "--format", "json")...)
		if err := json.Unmarshal([]byte(out), into); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		boligklar(t, data, exitOK, append(args, "--on", "2026-11-20")...)
	}
	var allocation struct {
		Pairs []struct {
			Household, Listing string
			RankValue          float64 `json:"rank_value"`
		}
		Total       float64
		GreedyTotal float64                           `json:"greedy_total"`
		Unassigned  []struct{ Household, Why string } `json:"unassigned"`
		Prices      []struct {
			Listing string
			Price   float64
		}
	}
	ask(&allocation, "assign")
	sum, seen := 0.0, map[string]bool{}
	for _, p := range allocation.Pairs {
		if seen[p.Household] || seen[p.Listing] {
			t.Errorf("%s or %s is proposed twice", p.Household, p.Listing)
		}
		seen[p.Household], seen[p.Listing] = true, true
		sum += p.RankValue
	}
	if len(allocation.Pairs) == 0 || allocation.Total < allocation.GreedyTotal || sum-allocation.Total > 0.01 || allocation.Total-sum > 0.01 {
		t.Errorf("got total %v of %d pairs that add up to %v, greedy %v", allocation.Total, len(allocation.Pairs), sum, allocation.GreedyTotal)
	}
	if len(allocation.Pairs)+len(allocation.Unassigned) != 40 {
		t.Errorf("got %d pairs and %d unassigned, want every household once", len(allocation.Pairs), len(allocation.Unassigned))
	}
	price, priced := 0.0, map[string]bool{}
	for _, p := range allocation.Prices {
		price, priced[p.Listing] = price+p.Price, true
	}
	if len(allocation.Prices) != 60 || len(priced) != 60 || price <= 0 || price > allocation.Total+0.01 {
		t.Errorf("got %d prices of %d listings that add up to %v, want one of each of 60, up to %v together", len(allocation.Prices), len(priced), price, allocation.Total)
	}
	var readiness struct{ Steps []map[string]any }
	if ask(&readiness, "whatif", "--household", allocation.Pairs[0].Household); len(readiness.Steps) == 0 {
		t.Error("got no steps for a household")
	}
	var negotiation struct{ Landlords []map[string]any }
	if ask(&negotiation, "negotiate", "--all"); len(negotiation.Landlords) == 0 {
		t.Error("got no landlords")
	}
	var one map[string]any
	if ask(&one, "negotiate", "--listing", allocation.Pairs[0].Listing); one["listing"] != allocation.Pairs[0].Listing {
		t.Errorf("got %v", one)
	}
	var fairness struct{ Dimensions []map[string]any }
	if ask(&fairness, "fairness"); len(fairness.Dimensions) != 3 {
		t.Errorf("got %d dimensions, want size, security and employment", len(fairness.Dimensions))
	}
	var ahead struct{ Months []struct{ Month string } }
	out, _ := boligklar(t, data, exitOK, "forecast", "--months", "2", "--format", "json")
	if err := json.Unmarshal([]byte(out), &ahead); err != nil || len(ahead.Months) != 2 || len(ahead.Months[0].Month) != len("2026-12") || ahead.Months[0].Month >= ahead.Months[1].Month {
		t.Errorf("got months %v, %v, want the two ahead by name", ahead.Months, err)
	}
	path := writeFile(t, "policy.yaml", "fresh_days: 365\n")
	var preview struct{ Gained, Lost, Kept int }
	if ask(&preview, "policy", "preview", path); preview.Gained == 0 || preview.Lost != 0 {
		t.Errorf("got %+v: patience with landlords gains pairs and loses none", preview)
	}
	for _, args := range [][]string{{"whatif", "--household", "nobody"}, {"negotiate", "--listing", "none"}, {"negotiate", "--landlord", "Ingen"}} {
		boligklar(t, data, exitFailed, args...)
	}
	boligklar(t, data, exitUsage, "negotiate")
}

func TestPolicy(t *testing.T) {
	data := t.TempDir()
	shown, _ := boligklar(t, data, exitOK, "policy", "show", "--lang", "en")
	path := writeFile(t, "policy.yaml", strings.Replace(shown, "fresh_days: 21", "fresh_days: 30", 1))
	boligklar(t, data, exitOK, "policy", "check", path)
	boligklar(t, data, exitOK, "policy", "set", path, "--from", "2026-12-01")
	if before, _ := boligklar(t, data, exitOK, "policy", "show", "--lang", "en", "--on", "2026-11-30"); before != shown {
		t.Errorf("got %s, want the policy of before", before)
	}
	if after, _ := boligklar(t, data, exitOK, "policy", "show", "--on", "2026-12-01", "--format", "json"); !strings.Contains(after, `"fresh_days":30`) {
		t.Errorf("got %s, want the new policy", after)
	}
	bad := writeFile(t, "bad.yaml", "fresh_days: 21\nfresh_weeks: 3\n")
	_, stderr := boligklar(t, data, exitFailed, "policy", "set", bad)
	if !strings.Contains(stderr, "bad.yaml:2: ") {
		t.Errorf("got %s, want the line named", stderr)
	}
	boligklar(t, data, exitFailed, "policy", "check", bad, "--format", "json")
	boligklar(t, data, exitOK, "policy", "schema")
}

func TestTemplatesAreUnderstood(t *testing.T) {
	for _, kind := range []string{"listings", "households", "units", "occupancies"} {
		for _, lang := range []string{"nb", "nn", "en"} {
			path := filepath.Join(t.TempDir(), kind+".xlsx")
			boligklar(t, t.TempDir(), exitOK, "template", kind, "-o", path, "--lang", lang)
			book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			if got := book.Sheets()[0]; got.Rows != 1 {
				t.Errorf("%s %s: got %+v, want one row of headers", kind, lang, got)
			}
			if err := book.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestWorkbooks(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	fillDemo(t, data, "--on", "2026-11-20")
	boligklar(t, data, exitFailed, "demo", "--on", "2026-11-20")
	for _, args := range [][]string{
		{"turnover", "--month", "2026-10", "-o", filepath.Join(dir, "turnover.xlsx")},
		{"export", "matches", "--on", "2026-11-20", "-o", filepath.Join(dir, "matches.xlsx")},
		{"export", "matches", "--on", "2026-11-20", "-o", filepath.Join(dir, "matches.csv")},
	} {
		boligklar(t, data, exitOK, args...)
		book, err := sheet.Open(context.Background(), args[len(args)-1], sheet.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if got := book.Sheets()[0].Rows; got < 2 {
			t.Errorf("%s: got %d rows", args[len(args)-1], got)
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
	boligklar(t, data, exitOK, "doctor", "--format", "json")
	checkExports(t, data)
}

// lineWriter hands each line that is written to a channel.
type lineWriter chan string

func (w lineWriter) Write(p []byte) (int, error) {
	w <- string(p)
	return len(p), nil
}

func TestServe(t *testing.T) {
	data := t.TempDir()
	fillDemo(t, data)
	ctx, stop := context.WithCancel(context.Background())
	lines := make(lineWriter, 1)
	code := make(chan int)
	go func() {
		var errOut bytes.Buffer
		code <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--data", data, "--lang", "en"}, nil, nil, lines, &errOut)
	}()
	line := <-lines
	_, rest, _ := strings.Cut(line, "http://")
	addr, _, _ := strings.Cut(rest, "/")
	client := http.Client{Timeout: 30 * time.Second}
	for _, path := range []string{"/healthz", "/readyz", "/"} {
		resp, err := client.Get("http://" + addr + path)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: got %s", path, resp.Status)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	stop()
	if got := <-code; got != exitOK {
		t.Errorf("got exit code %d after a stop, want 0", got)
	}
}
