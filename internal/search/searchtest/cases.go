package searchtest

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
)

//go:embed testdata/*.json
var files embed.FS

// testCase is a search and what must come of it. What is not said is not asked.
type testCase struct {
	Query   string   `json:"query"`
	Filters []string `json:"filters"` // FIELD=VALUE
	Sort    string   `json:"sort"`
	Near    string   `json:"near"`

	First      []string                  `json:"first"`      // the first hits, in order
	Last       []string                  `json:"last"`       // the last ones
	Among      []string                  `json:"among"`      // anywhere
	Without    []string                  `json:"without"`    // nowhere
	Total      *int                      `json:"total"`      //
	Relaxed    *bool                     `json:"relaxed"`    // no home answers to every word
	Recognised []string                  `json:"recognised"` // FIELD OP VALUE, those that stay words apart
	Marks      map[string]string         `json:"marks"`      // highlights of the first hit
	Facets     map[string]map[string]int `json:"facets"`     // some of the counts
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	data, err := files.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func runCases(t *testing.T, e search.Engine) {
	var listings []landlords.Listing
	var cases []testCase
	read(t, "listings.json", &listings)
	read(t, "cases.json", &cases)
	documents := make([]search.Document, len(listings))
	for i, l := range listings {
		documents[i] = search.NewDocument(fmt.Sprintf("id%02d", i), l.ExternalRef, l, places)
	}
	Fill(t, e, documents, "one")
	for _, c := range cases {
		name := strings.Join(append([]string{c.Query, c.Sort, c.Near}, c.Filters...), " ")
		t.Run(strings.TrimSpace(name), func(t *testing.T) {
			req := search.Request{Query: c.Query, Sort: c.Sort, Near: c.Near, Limit: 100}
			for _, text := range c.Filters {
				field, value, _ := search.CutFilter(text)
				f, err := search.ParseFilter(field, value)
				if err != nil {
					t.Fatal(err)
				}
				req.Filters = append(req.Filters, f)
			}
			p := plan(t, req)
			r, err := e.Search(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			c.check(t, p, r)
		})
	}
}

func (c *testCase) check(t *testing.T, p *search.Plan, r *search.Result) {
	var keys []string
	for _, h := range r.Hits {
		keys = append(keys, h.Key)
	}
	if n := len(c.First); n > len(keys) || !slices.Equal(keys[:n], c.First) {
		t.Errorf("got %v, want %v first", keys, c.First)
	}
	if n := len(c.Last); n > len(keys) || !slices.Equal(keys[len(keys)-n:], c.Last) {
		t.Errorf("got %v, want %v last", keys, c.Last)
	}
	for _, key := range c.Among {
		if !slices.Contains(keys, key) {
			t.Errorf("got %v without %s", keys, key)
		}
	}
	for _, key := range c.Without {
		if slices.Contains(keys, key) {
			t.Errorf("got %v with %s", keys, key)
		}
	}
	if c.Total != nil && r.Total != *c.Total {
		t.Errorf("got %d hits %v, want %d", r.Total, keys, *c.Total)
	}
	if relaxed := c.Relaxed != nil && *c.Relaxed; r.Relaxed != relaxed {
		t.Errorf("got relaxed %v with %v", r.Relaxed, keys)
	}
	if c.Recognised != nil {
		var got []string
		for _, rec := range p.Recognised {
			if rec.Op != "~" {
				got = append(got, fmt.Sprintf("%s %s %v", rec.Field, rec.Op, rec.Value))
			}
		}
		if !slices.Equal(got, c.Recognised) {
			t.Errorf("got %q recognised, want %q", got, c.Recognised)
		}
	}
	for field, want := range c.Marks {
		if len(r.Hits) == 0 || r.Hits[0].Highlights[field] != want {
			t.Errorf("got the highlights %v, want %s %s", r.Hits, field, want)
		}
	}
	for field, counts := range c.Facets {
		for value, want := range counts {
			if got := r.Facets[field][value]; got != want {
				t.Errorf("got %d of %s %s, want %d", got, field, value, want)
			}
		}
	}
}
