package matching

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// sharedData returns the folder of sample data beside the module, and skips the
// test where it is missing.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(data); err != nil {
		t.Skipf("no sample data: %v", err)
	}
	return data
}

// readCSV reads a semicolon file with canonical headers into records by way of
// their JSON form.
func readCSV[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	r := csv.NewReader(f)
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		kinds[name] = field.Type
	}
	var out []T
	for _, row := range rows[1:] {
		fields := map[string]any{}
		for i, cell := range row {
			if cell != "" {
				fields[rows[0][i]] = cellValue(t, kinds[rows[0][i]], rows[0][i], cell)
			}
		}
		out = append(out, viaJSON[T](t, fields))
	}
	return out
}

func cellValue(t testing.TB, kind reflect.Type, header, cell string) any {
	t.Helper()
	if kind == nil {
		t.Fatalf("no field %q", header)
	}
	switch kind {
	case reflect.TypeFor[*int](), reflect.TypeFor[int]():
		n, err := strconv.Atoi(cell)
		if err != nil {
			t.Fatal(err)
		}
		return n
	case reflect.TypeFor[*bool]():
		return map[string]bool{"yes": true, "no": false}[cell]
	case reflect.TypeFor[landlords.SecuritySet](), reflect.TypeFor[landlords.RuleSet](), reflect.TypeFor[[]string]():
		return strings.Split(cell, ", ")
	}
	return cell
}

func viaJSON[T any](t testing.TB, v any) (out T) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return out
}

// sample is one municipality's records.
type sample struct {
	candidates []Candidate
	offers     []Offer
}

func newSample(hs []households.Household, ls []landlords.Listing, us []vacancy.Unit) *sample {
	units := map[string]*vacancy.Unit{}
	for i := range us {
		units[us[i].UnitRef] = &us[i]
	}
	s := &sample{}
	for i := range hs {
		s.candidates = append(s.candidates, Candidate{ID: fmt.Sprint("h", i), Household: &hs[i], CurrentUnit: units[hs[i].CurrentUnit]})
	}
	for i := range ls {
		// As an import on 2026-11-25 would have it.
		if ls[i].ConfirmedOn.IsZero() {
			ls[i].ConfirmedOn = civil.MustParse("2026-11-25")
		}
		s.offers = append(s.offers, Offer{ID: fmt.Sprint("l", i), Listing: &ls[i]})
	}
	return s
}

func loadSample(t testing.TB, name string) *sample {
	dir := sharedData(t, name)
	if name == "random" {
		return newSample(
			readCSV[households.Household](t, filepath.Join(dir, "households.csv")),
			readCSV[landlords.Listing](t, filepath.Join(dir, "listings.csv")),
			readCSV[vacancy.Unit](t, filepath.Join(dir, "units.csv")),
		)
	}
	var files struct {
		Households []households.Household `json:"households"`
		Listings   []landlords.Listing    `json:"listings"`
		Units      []vacancy.Unit         `json:"units"`
	}
	readTruth(t, filepath.Join(dir, "households.truth.json"), "rows", &files.Households)
	readTruth(t, filepath.Join(dir, "listings.truth.json"), "rows", &files.Listings)
	readTruth(t, filepath.Join(dir, "units.truth.json"), "units", &files.Units)
	return newSample(files.Households, files.Listings, files.Units)
}

func readTruth(t testing.TB, path, key string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(parts[key], into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

type truthPair struct {
	Household   string                    `json:"household"`
	Listing     string                    `json:"listing"`
	Eligibility Eligibility               `json:"eligibility"`
	Score       float64                   `json:"score"`
	Priority    float64                   `json:"priority"`
	RankValue   float64                   `json:"rank_value"`
	NotPass     map[Rule][3]string        `json:"not_pass"`
	S           map[CriterionName]float64 `json:"s"`
}

func asTruth(t testing.TB, r *Result) truthPair {
	t.Helper()
	shown := viaJSON[truthPair](t, r) // the numbers as JSON shows them
	shown.NotPass, shown.S = map[Rule][3]string{}, map[CriterionName]float64{}
	for _, o := range r.Outcomes {
		if o.Outcome != Pass {
			shown.NotPass[o.Rule] = [3]string{string(o.Outcome), string(o.Reason), string(o.Strength)}
		}
	}
	for _, c := range r.Criteria {
		shown.S[c.Criterion] = viaJSON[float64](t, decimals4(c.Value))
	}
	return shown
}

func TestEveryPairEqualsTheTruth(t *testing.T) {
	on := civil.MustParse("2026-12-01")
	for _, name := range []string{"dev", "random"} {
		t.Run(name, func(t *testing.T) {
			s := loadSample(t, name)
			results := map[[2]string]Result{}
			for i := range s.offers {
				normalized := *s.offers[i].Listing
				normalized.Normalize()
				for j := range s.candidates {
					r := Evaluate(&s.candidates[j], &s.offers[i], DefaultPolicy(), on)
					results[[2]string{r.Candidate.Ref(), r.Offer.Ref()}] = r
					other := Evaluate(&s.candidates[j], &Offer{s.offers[i].ID, &normalized}, DefaultPolicy(), on)
					if !reflect.DeepEqual(other.Outcomes, r.Outcomes) || !reflect.DeepEqual(other.Criteria, r.Criteria) {
						t.Errorf("normalized: got %s\nwant %s", jsonOf(t, other), jsonOf(t, r))
					}
				}
			}
			checkTruth(t, filepath.Join(sharedData(t, name), "match.truth.jsonl"), results)
		})
	}
}

func checkTruth(t *testing.T, path string, results map[[2]string]Result) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	lines, wrong := 0, 0
	for sc := bufio.NewScanner(f); sc.Scan(); lines++ {
		var want truthPair
		if err := json.Unmarshal(sc.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		r, ok := results[[2]string{want.Household, want.Listing}]
		if !ok {
			t.Fatalf("no pair %s %s", want.Household, want.Listing)
		}
		if got := asTruth(t, &r); !reflect.DeepEqual(got, want) {
			if wrong++; wrong <= 5 {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		}
	}
	if lines != len(results) || wrong > 0 {
		t.Errorf("%d pairs wrong; compared %d of %d", wrong, lines, len(results))
	}
}
