package searchtest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
)

// testMany holds that a word that more homes have than a server hands out at
// once counts them all, shows the best first, and each of them on one page.
func testMany(t *testing.T, e search.Engine) {
	r := rand.New(rand.NewPCG(11, 11))
	documents := Documents(r, 1300, places)
	for i := range documents {
		documents[i].Listing.Address = fmt.Sprintf("Storgata %d", i)
		if i%40 == 0 {
			documents[i].Listing.LandlordName = "Kari Storgatan" // a slip away from what is asked for
		}
	}
	Fill(t, e, documents, "one")
	for _, c := range []struct{ query, filter, value, sort string }{
		{"storgata", "", "", ""}, {"storgata", "pets", "true,unknown", ""}, {"storgata", "", "", "rent"}, {"storgata", "dwelling_type", "studio", "-available_from"},
		{"storgata selfors", "rent", "..4100", ""}, {"storgat", "", "", ""}, {"storgata 17", "", "", ""}, {"storgata -selfors", "", "", ""}, {"storgata xyzzy", "", "", ""}, {"", "", "", ""},
	} {
		for _, offset := range []int{0, 20} {
			req := search.Request{Query: c.query, Sort: c.sort, Limit: 20, Offset: offset}
			if c.filter != "" {
				f, err := search.ParseFilter(c.filter, c.value)
				if err != nil {
					t.Fatal(err)
				}
				req.Filters = append(req.Filters, f)
			}
			p := plan(t, req)
			got, err := e.Search(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			want := search.Linear(documents, p)
			if got.Total != want.Total || !reflect.DeepEqual(got.Facets, want.Facets) {
				t.Errorf("%+v: got %d homes, want %d, with the same counts", c, got.Total, want.Total)
			}
			for i := range want.Hits {
				if i >= len(got.Hits) || got.Hits[i].ID != want.Hits[i].ID {
					t.Errorf("%+v from %d: hit %d is not the one that going through all of them gives", c, offset, i)
					break
				}
			}
		}
	}
	for _, c := range []struct{ query, sort string }{{"storgata", ""}, {"storgatr", ""}, {"storgata", "rent"}, {"", "-confirmed_on"}, {"-kjeller", ""}, {"xyzzy storgata nilsen", ""}} {
		pages(t, e, documents, search.Request{Query: c.query, Sort: c.sort, Limit: 400})
	}
}

// pages goes through the pages of a search, which together have every home that
// answers once.
func pages(t *testing.T, e search.Engine, documents []search.Document, req search.Request) {
	t.Helper()
	all := req
	all.Limit = len(documents)
	p := plan(t, all)
	p.Limit = len(documents) // more than anybody may ask for
	want := map[string]bool{}
	for _, h := range search.Linear(documents, p).Hits {
		want[h.ID] = true
	}
	total := len(want)
	for req.Offset = 0; req.Offset < total; req.Offset += req.Limit {
		r, err := e.Search(t.Context(), plan(t, req))
		if err != nil {
			t.Fatal(err)
		}
		if n := min(req.Limit, total-req.Offset); r.Total != total || len(r.Hits) != n {
			t.Errorf("%q by %q from %d: got %d of %d hits, want %d of %d", req.Query, req.Sort, req.Offset, len(r.Hits), r.Total, n, total)
		}
		for i := range r.Hits {
			if !want[r.Hits[i].ID] {
				t.Errorf("%q by %q from %d: %s is on two pages, or does not answer", req.Query, req.Sort, req.Offset, r.Hits[i].ID)
			}
			delete(want, r.Hits[i].ID)
		}
	}
	if len(want) > 0 {
		t.Errorf("%q by %q: %d of %d homes are on no page", req.Query, req.Sort, len(want), total)
	}
}
