package searchtest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
)

// testFacets holds what the count of a value is: as many homes as are found,
// were the value all that its field is filtered by. So choosing one value leaves
// the counts of the others as they are.
func testFacets(t *testing.T, e search.Engine) {
	r := rand.New(rand.NewPCG(6, 6))
	documents := Documents(r, 150, places)
	Fill(t, e, documents, "one")
	find := func(req search.Request) *search.Result {
		t.Helper()
		found, err := e.Search(t.Context(), plan(t, req))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	compared := 0
	for range 12 {
		req := search.Request{Query: one(r, []string{"", "", "selfors", "nilsen", "parkering"})}
		for range 1 + r.IntN(2) {
			req.Filters = append(req.Filters, likeness(t, r, &documents[r.IntN(len(documents))]))
		}
		facets := find(req).Facets
		for _, f := range search.Facets() {
			values := slices.Sorted(maps.Keys(facets[f.Name]))
			for _, value := range append(values, f.Values...) {
				if r.IntN(3) > 0 { // not all: a server takes its time
					continue
				}
				only, err := search.ParseFilter(f.Name, value)
				if err != nil {
					t.Fatal(err)
				}
				other := req
				other.Filters = append(slices.DeleteFunc(slices.Clone(req.Filters), func(g search.Filter) bool { return g.Field == f.Name }), only)
				if got, want := facets[f.Name][value], find(other).Total; got != want {
					t.Errorf("%q %v: got %d of %s %s, want the %d that are found", req.Query, req.Filters, got, f.Name, value, want)
				}
				compared++
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d counts were compared", compared)
	}
}

// likeness is a filter with one or two of the values that homes have.
func likeness(t *testing.T, r *rand.Rand, d *search.Document) search.Filter {
	f := one(r, search.Facets())
	values := f.FacetValues(d, Day)
	if f.Values != nil && r.IntN(2) == 0 {
		values = append(values, one(r, f.Values))
	}
	if len(values) == 0 { // no security is accepted
		values = []string{search.Unknown}
	}
	out, err := search.ParseFilter(f.Name, strings.Join(values, ","))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// testRebuildBeside holds that searches go on while an index is built anew, in
// the old one until the new one is whole.
func testRebuildBeside(t *testing.T, e search.Engine) {
	r := rand.New(rand.NewPCG(8, 8))
	Fill(t, e, Documents(r, 40, places), "one")
	total := func() (int, error) {
		found, err := e.Search(t.Context(), plan(t, search.Request{}))
		if err != nil {
			return 0, err
		}
		return found.Total, nil
	}
	stop := make(chan struct{})
	var searching sync.WaitGroup
	defer func() { close(stop); searching.Wait() }()
	for range 2 {
		searching.Go(func() {
			for before := 0; ; {
				n, err := total()
				if err != nil || n != 40 && n != 60 || n < before {
					t.Errorf("got %d homes after %d, and %v, while the index is built anew; want the old ones, then the new ones", n, before, err)
					return
				}
				before = n
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	fresh := Documents(r, 60, places)
	err := e.Rebuild(t.Context(), "test", func(add func([]search.Document) error) (string, error) {
		if err := add(fresh[:30]); err != nil {
			return "", err
		}
		if n, err := total(); n != 40 || err != nil {
			return "", errors.Join(err, fmt.Errorf("got %d homes while half of the new index is there, want the 40 old ones", n))
		}
		return "two", add(fresh[30:])
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := total(); n != 60 || err != nil {
		t.Errorf("got %d homes, %v after a rebuild, want the 60 new ones", n, err)
	}
}
