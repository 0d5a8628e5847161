package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/config"
	"github.com/boligklar/boligklar/internal/metrics"
)

// searchStore returns a data folder with four listings.
func searchStore(t *testing.T) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "store")
	importFile(t, data, writeFile(t, "boliger.csv", `Nr;Adresse;Postnr;Sted;Type;Soverom;Husleie;Sikkerhet godtas;Trinnfri;Utleier;Merknad
U-1;Revelveien 12;8613;Selfors;hybel;1;6500;NAV-garanti;ja;Kari Strøm;Egen inngang
U-2;Tromsøgata 5;8622;Mo i Rana;leilighet;3;10500;depositumskonto;ja;Per Aasen;Nær <barnehage>
U-3;Lia 3;;Langtvekk;enebolig;4;12000;;nei;Ola Ås;
;Bakkeveien 9;8630;Storforshei;sokkelleilighet;2;8000;NAV-garanti;;Åse Berg;
`), exitOK)
	return data
}

type searchAnswer struct {
	Total int
	Hits  []struct {
		Listing    string
		Score      float64
		DistanceKM *float64 `json:"distance_km"`
		Highlights map[string]string
		Note       string
	}
	Facets     map[string]map[string]int
	Recognised []struct {
		Text, Field, Op string
		Value           any
	}
	Engine  string
	Relaxed bool
}

func searchJSON(t *testing.T, data string, args ...string) (a searchAnswer, raw map[string]any) {
	t.Helper()
	out, _ := boligklar(t, data, exitOK, append([]string{"search", "--format", "json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("standard output is not one JSON value: %v\n%s", err, out)
	}
	if err := json.Unmarshal([]byte(out), &raw); err != nil {
		t.Fatal(err)
	}
	return a, raw
}

func keys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// The JSON has the members that scripts rely on, and each has its form.
func TestSearchJSON(t *testing.T) {
	data := searchStore(t)
	a, raw := searchJSON(t, data, "hybel selfors nav garanti under 7000")
	if want := []string{"engine", "facets", "hits", "recognised", "total"}; !slices.Equal(keys(raw), want) {
		t.Errorf("got the members %v, want %v", keys(raw), want)
	}
	hit := raw["hits"].([]any)[0].(map[string]any)
	if want := []string{"distance_km", "highlights", "listing", "score"}; !slices.Equal(keys(hit), want) || hit["distance_km"] != nil {
		t.Errorf("got %v", hit)
	}
	if a.Total != 1 || a.Hits[0].Listing != "U-1" || a.Engine != "fts" || a.Hits[0].Score <= 0 || a.Hits[0].Score > 1 || a.Hits[0].Highlights["postal_place"] != "<mark>Selfors</mark>" {
		t.Errorf("got %+v", a)
	}
	recognised := raw["recognised"].([]any)[0].(map[string]any)
	if want := []string{"field", "op", "text", "value"}; !slices.Equal(keys(recognised), want) {
		t.Errorf("got %v", recognised)
	}
	if a.Facets["dwelling_type"]["studio"] != 1 || a.Facets["accepted_security"]["nav_guarantee"] != 1 {
		t.Errorf("got the facets %v", a.Facets)
	}
	if none, raw := searchJSON(t, data, "xyzzy"); none.Total != 0 || raw["hits"] == nil || raw["recognised"] == nil {
		t.Errorf("got %v for nothing, want empty lists", raw)
	}
	marked, _ := searchJSON(t, data, "barnehage")
	if got := marked.Hits[0].Highlights["notes"]; got != "Nær &lt;<mark>barnehage</mark>&gt;" {
		t.Errorf("got the highlight %s, want all but the mark escaped", got)
	}
}

func TestSearchFlags(t *testing.T) {
	data := searchStore(t)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"filter", []string{"--filter", "dwelling_type=studio,basement", ""}, "Bakkeveien 9 U-1"},
		{"filters", []string{"--filter", "rent<=9000", "--filter", "step_free=true"}, "U-1"},
		{"alias", []string{"--filter", "security=nav_guarantee", "--filter", "area=selfors"}, "U-1"},
		{"sort", []string{"--sort", "rent"}, "U-1 Bakkeveien 9 U-2 U-3"},
		{"sort backwards", []string{"--sort", "-rent", "--limit", "2"}, "U-3 U-2"},
		{"near", []string{"--near", "8630"}, "Bakkeveien 9 U-1 U-2 U-3"},
		{"minus", []string{"3-4 soverom -tromsøgata"}, "U-3"},
		{"no query", nil, "Bakkeveien 9 U-1 U-2 U-3"},
	} {
		a, _ := searchJSON(t, data, c.args...)
		var got []string
		for _, h := range a.Hits {
			listing, _, _ := strings.Cut(h.Listing, "|") // a key without a reference begins with the address
			got = append(got, listing)
		}
		if c.name == "filter" || c.name == "no query" {
			slices.Sort(got)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %s, want %s", c.name, s, c.want)
		}
	}
	far, _ := searchJSON(t, data, "--near", "8630")
	if last := far.Hits[3]; last.DistanceKM != nil || last.Note != "no_coordinates" || far.Hits[0].DistanceKM == nil {
		t.Errorf("got %+v, want a home without coordinates last, with the reason", last)
	}
	for _, args := range [][]string{{"--filter", "colour=red"}, {"--filter", "rent"}, {"--filter", "rent=cheap"}, {"--limit", "-1"}, {"--format", "xml"}} {
		boligklar(t, data, exitUsage, append([]string{"search", "x"}, args...)...)
	}
	boligklar(t, data, exitFailed, "search", "x", "--near", "0001")
	boligklar(t, data, exitFailed, "search", "x", "--sort", "distance")
	out, _ := boligklar(t, data, exitOK, "search", "3 soverom", "--lang", "en", "--near", "8630")
	if !strings.Contains(out, "U-2") || !strings.Contains(out, "km") || !strings.Contains(out, "3 soverom: bedrooms = 3") {
		t.Errorf("got %s", out)
	}
}

// What an office decides of its search: places with coordinates, words that mean
// the same; and an index that is made anew.
func TestSearchSettings(t *testing.T) {
	data := searchStore(t)
	boligklar(t, data, exitFailed, "search", "x", "--near", "0152")
	boligklar(t, data, exitOK, "places", "import", writeFile(t, "steder.csv", "postnummer;poststed;kommunenummer;breddegrad;lengdegrad\n0152;OSLO;0301;59,91;10,75\n"))
	if a, _ := searchJSON(t, data, "--near", "0152"); a.Hits[0].DistanceKM == nil || *a.Hits[0].DistanceKM < 600 || *a.Hits[0].DistanceKM > 900 {
		t.Errorf("got %+v, want homes some 700 km from Oslo", a.Hits[0])
	}
	boligklar(t, data, exitFailed, "places", "import", writeFile(t, "feil.csv", "code;lat;lon\n0152;5991;10,75\n"))
	list, _ := boligklar(t, data, exitOK, "synonyms", "show")
	boligklar(t, data, exitOK, "synonyms", "set", writeFile(t, "ord.txt", list+"bakkeveien, pinnsvinlia\n"))
	if a, _ := searchJSON(t, data, "pinnsvinlia"); a.Total != 1 {
		t.Errorf("got %d homes by the new word", a.Total)
	}
	if again, _ := boligklar(t, data, exitOK, "synonyms", "show"); !strings.HasSuffix(again, "bakkeveien, pinnsvinlia\n") {
		t.Errorf("got the list %s", again)
	}
	before := indexFiles(t, data)
	boligklar(t, data, exitOK, "reindex")
	if after := indexFiles(t, data); len(after) != 1 || slices.Equal(before, after) {
		t.Errorf("got the files %v after %v, want a new one alone", after, before)
	}
	if a, _ := searchJSON(t, data, "revelveien"); a.Total != 1 || a.Engine != "fts" {
		t.Errorf("got %+v after a reindex", a)
	}
	for _, file := range indexFiles(t, data) { // damaged: made anew
		if err := os.WriteFile(file, []byte("no index"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if a, _ := searchJSON(t, data, "revelveien"); a.Total != 1 || a.Engine != "fts" {
		t.Errorf("got %+v of a damaged index", a)
	}
}

func indexFiles(t *testing.T, data string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, searchFolder, "*.db"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A server that is not there is no error: the search goes through the store.
func TestSearchWithoutServer(t *testing.T) {
	data := searchStore(t)
	var out, errOut strings.Builder
	env := append(testEnviron(t, data), "BOLIGKLAR_MEILI_URL=http://127.0.0.1:1")
	if code := run(context.Background(), []string{"search", "--format", "json", "revelvein", "--data", data}, env, nil, &out, &errOut); code != exitOK {
		t.Fatalf("got exit code %d: %s", code, errOut.String())
	}
	var a searchAnswer
	if err := json.Unmarshal([]byte(out.String()), &a); err != nil || a.Engine != "store" || a.Total != 1 {
		t.Errorf("got %s, %v", out.String(), err)
	}
}

// The metrics tell how far the index is behind.
func TestSearchMetrics(t *testing.T) {
	data := searchStore(t)
	db, err := openStore(t.Context(), storeOf(t, data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was only read
	a := &app{config: config.Config{Data: data, Municipality: searchMunicipality}, now: time.Now}
	f, closeFinder, err := a.openFinder(t.Context(), db, a.office(db), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeFinder() }() // the index is disposable
	m := metrics.New()
	searchMetrics(f)(m)
	read := func() string {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		return w.Body.String()
	}
	if got := read(); !strings.Contains(got, "boligklar_search_behind_transactions 1\n") {
		t.Errorf("got %s before the index was made", got)
	}
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := read(); !strings.Contains(got, "boligklar_search_behind_transactions 0\n") || !strings.Contains(got, "boligklar_search_behind_seconds 0\n") {
		t.Errorf("got %s of a level index", got)
	}
}
