// Package searchtest is the contract that every search engine passes: cases in
// JSON over a small register, in three languages, with the slips that people
// make; random searches that must answer as search.Linear does; and what an
// index must hold to while it is fed.
package searchtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
)

// Open returns the engine of an index by its name, empty at first and closed by the
// test's clean-up. Where a name comes twice it is one index, as two processes have
// it open.
type Open func(t testing.TB, name string) search.Engine

// Run runs the contract against an engine.
func Run(t *testing.T, open Open) {
	t.Run("random", func(t *testing.T) { testRandom(t, open) })
	t.Run("held out", func(t *testing.T) { testHeldOut(t, open) })
	t.Run("elsewhere", func(t *testing.T) { testElsewhere(t, open(t, "elsewhere"), open(t, "elsewhere")) })
	for name, test := range map[string]func(*testing.T, search.Engine){
		"cases": runCases, "asked": testAsked, "facets": testFacets, "many": testMany, "feeding": testFeeding, "rebuild beside": testRebuildBeside,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t, strings.Fields(name)[0])) })
	}
}

var (
	places   = search.NewPlaces(search.Demo)
	synonyms = search.NewSynonyms(search.DefaultSynonyms)
)

// Fill builds an index of documents at a position.
func Fill(t testing.TB, e search.Engine, documents []search.Document, position string) {
	t.Helper()
	err := e.Rebuild(t.Context(), "test", func(add func([]search.Document) error) (string, error) { return position, add(documents) })
	if err != nil {
		t.Fatal(err)
	}
}

// testRandom compares the engine with the search that goes through every
// document, over random listings, queries and edits.
func testRandom(t *testing.T, open Open) {
	for seed := range uint64(2) {
		r := rand.New(rand.NewPCG(seed, 9))
		e := open(t, fmt.Sprintf("random%d", seed))
		documents := Documents(r, 120, places)
		Fill(t, e, documents, "0")
		for round := range 40 {
			if round%8 == 0 {
				if err := e.Apply(t.Context(), edit(r, &documents, fmt.Sprint(round), fmt.Sprint(round+8))); err != nil {
					t.Fatal(err)
				}
			}
			req := Request(r, &documents[r.IntN(len(documents))])
			plan, err := search.Prepare(req, places, synonyms)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Search(t.Context(), plan)
			if err != nil {
				t.Fatal(err)
			}
			Compare(t, req, got, search.Linear(documents, plan))
		}
	}
}

// edit changes and deletes some documents.
func edit(r *rand.Rand, documents *[]search.Document, from, to string) search.Batch {
	batch := search.Batch{From: from, To: to}
	all := *documents
	for range 3 {
		fresh := Documents(r, 1, places)[0]
		at := r.IntN(len(all))
		fresh.ID = all[at].ID
		all[at] = fresh
		batch.Put = append(batch.Put, fresh)
	}
	last := len(all) - 1
	if i := slices.IndexFunc(batch.Put, func(d search.Document) bool { return d.ID == all[last].ID }); i >= 0 {
		batch.Put = slices.Delete(batch.Put, i, i+1)
	}
	batch.Delete = []string{all[last].ID}
	*documents = all[:last]
	return batch
}

// Compare reports how two results of a request differ.
func Compare(t testing.TB, req search.Request, got, want *search.Result) {
	t.Helper()
	ids := func(r *search.Result) (out []string) {
		for _, h := range r.Hits {
			out = append(out, fmt.Sprintf("%s %.3f", h.ID, h.Score))
		}
		return out
	}
	if got.Total != want.Total || got.Relaxed != want.Relaxed || !reflect.DeepEqual(ids(got), ids(want)) {
		t.Errorf("%q %v %s\n got %d %v\nwant %d %v", req.Query, req.Filters, req.Sort, got.Total, ids(got), want.Total, ids(want))
	}
	if !reflect.DeepEqual(got.Facets, want.Facets) {
		t.Errorf("%q %v: facets\n got %v\nwant %v", req.Query, req.Filters, got.Facets, want.Facets)
	}
}

func testFeeding(t *testing.T, e search.Engine) {
	ctx := t.Context()
	if s, err := e.State(ctx); err != nil || s.Position != "" {
		t.Fatalf("got %+v, %v of an empty engine, want no position", s, err)
	}
	if _, err := e.Search(ctx, plan(t, search.Request{Query: "hybel"})); apperr.CodeOf(err) != apperr.Unavailable {
		t.Errorf("got %v without an index, want unavailable", err)
	}
	documents := Documents(rand.New(rand.NewPCG(1, 1)), 30, places)
	Fill(t, e, documents, "one")
	if s, err := e.State(ctx); err != nil || s != (search.State{Position: "one", Settings: "test", Count: 30}) {
		t.Errorf("got %+v, %v", s, err)
	}
	find := func(query string) int {
		t.Helper()
		r, err := e.Search(ctx, plan(t, search.Request{Query: query}))
		if err != nil {
			t.Fatal(err)
		}
		if r.Relaxed {
			return 0
		}
		return r.Total
	}
	fresh := documents[0]
	fresh.Listing.Address = "Xylofonstien 7"
	if err := e.Apply(ctx, search.Batch{From: "other", To: "two", Put: []search.Document{fresh}}); !errors.Is(err, search.ErrMoved) {
		t.Errorf("got %v for a batch from elsewhere, want ErrMoved", err)
	}
	if n := find("xylofonstien"); n != 0 {
		t.Errorf("got %d hits of a refused batch", n)
	}
	if err := e.Apply(ctx, search.Batch{From: "one", To: "two", Put: []search.Document{fresh}}); err != nil {
		t.Fatal(err)
	}
	if n := find("xylofonstien"); n != 1 {
		t.Errorf("got %d hits, want what was just applied", n)
	}
	if n := find("xylofnstien"); n != 1 {
		t.Errorf("got %d hits of a misspelt new word", n)
	}
	broken := errors.New("broken")
	err := e.Rebuild(ctx, "test2", func(add func([]search.Document) error) (string, error) {
		return "three", errors.Join(add(documents[:1]), broken)
	})
	if !errors.Is(err, broken) || find("xylofonstien") != 1 {
		t.Errorf("got %v, want the old index after a rebuild that failed", err)
	}
	if err := e.Apply(ctx, search.Batch{From: "two", To: "three", Delete: []string{fresh.ID, "never there"}}); err != nil {
		t.Fatal(err)
	}
	if n := find("xylofonstien"); n != 0 {
		t.Errorf("got %d hits of a deleted listing", n)
	}
	Fill(t, e, documents[:5], "four")
	if s, err := e.State(context.WithoutCancel(ctx)); err != nil || s.Count != 5 || s.Position != "four" {
		t.Errorf("got %+v, %v after a rebuild", s, err)
	}
}

func plan(t testing.TB, req search.Request) *search.Plan {
	t.Helper()
	if req.Day == (search.Day{}) {
		req.Day = Day
	}
	p, err := search.Prepare(req, places, synonyms)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
