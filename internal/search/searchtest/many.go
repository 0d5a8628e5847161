package searchtest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
)

// testMany holds that a word that more homes have than a server hands out at
// once counts them all, and shows the best first.
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
		{"storgat", "", "", ""}, {"storgata 17", "", "", ""}, {"storgata -selfors", "", "", ""}, {"storgata xyzzy", "", "", ""}, {"", "", "", ""},
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
}
