package fts_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

func open(t testing.TB) search.Engine {
	e, err := fts.Open(context.Background(), t.TempDir(), "1833")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestContract(t *testing.T) { searchtest.Run(t, open) }

// TestLikeLinear compares the engine with the search that goes through every
// document, over random listings, queries and edits.
func TestLikeLinear(t *testing.T) {
	ctx := context.Background()
	places, synonyms := search.NewPlaces(search.Demo), search.NewSynonyms(search.DefaultSynonyms)
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 9))
		e := open(t)
		documents := searchtest.Documents(r, 120, places)
		if err := e.Rebuild(ctx, "1", synonyms, func(add func([]search.Document) error) (string, error) { return "0", add(documents) }); err != nil {
			t.Fatal(err)
		}
		for round := range 40 {
			batch := search.Batch{From: fmt.Sprint(round), To: fmt.Sprint(round + 1)}
			at := r.IntN(len(documents))
			if r.IntN(4) == 0 {
				batch.Delete = []string{documents[at].ID}
				documents = append(documents[:at:at], documents[at+1:]...)
			} else {
				fresh := searchtest.Documents(r, 1, places)[0]
				fresh.ID, documents[at] = documents[at].ID, fresh
				documents[at].ID = fresh.ID
				batch.Put = []search.Document{documents[at]}
			}
			if err := e.Apply(ctx, batch); err != nil {
				t.Fatal(err)
			}
			req := searchtest.Request(r, &documents[r.IntN(len(documents))])
			plan, err := search.Prepare(req, places, synonyms)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Search(ctx, plan)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, req, got, search.Linear(documents, plan))
		}
	}
}

func compare(t *testing.T, req search.Request, got, want *search.Result) {
	t.Helper()
	ids := func(r *search.Result) (out []string) {
		for _, h := range r.Hits {
			out = append(out, fmt.Sprintf("%s %.3f", h.ID, h.Score))
		}
		return out
	}
	if got.Total != want.Total || got.Relaxed != want.Relaxed || !reflect.DeepEqual(ids(got), ids(want)) {
		t.Errorf("%q %v\n got %d %v\nwant %d %v", req.Query, req.Filters, got.Total, ids(got), want.Total, ids(want))
	}
	if !reflect.DeepEqual(got.Facets, want.Facets) {
		t.Errorf("%q %v: facets\n got %v\nwant %v", req.Query, req.Filters, got.Facets, want.Facets)
	}
}
