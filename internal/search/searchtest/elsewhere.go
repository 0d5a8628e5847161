package searchtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/search"
)

// testElsewhere holds that what one process puts in an index another one finds,
// words that no home had before among it, and that a batch that both send at once
// counts once.
func testElsewhere(t *testing.T, here, there search.Engine) {
	documents := Documents(rand.New(rand.NewPCG(12, 12)), 20, places)
	Fill(t, here, documents, "0")
	found := func(e search.Engine, query, id string) {
		t.Helper()
		if err := awaitHit(t.Context(), e, plan(t, search.Request{Query: query}), id, time.Now().Add(20*time.Second)); err != nil {
			t.Errorf("%q: %v", query, err)
		}
	}
	found(there, documents[0].Listing.ExternalRef, documents[0].ID)
	for i, address := range []string{"Xylofonstien 1", "Fiolinstien 2", "Obostien 3"} {
		d := documents[i]
		d.Listing.Address = address
		batch := search.Batch{From: fmt.Sprint(i), To: fmt.Sprint(i + 1), Put: []search.Document{d}, Delete: []string{documents[10+i].ID}}
		errs := make(chan error, 2)
		for _, e := range []search.Engine{here, there} {
			go func() { errs <- e.Apply(t.Context(), batch) }()
		}
		first, second := <-errs, <-errs
		for _, err := range []error{first, second} {
			if err != nil && !errors.Is(err, search.ErrMoved) || first != nil && second != nil {
				t.Fatalf("got %v and %v, want the batch taken once", first, second)
			}
		}
		found(here, address, d.ID)
		found(there, address, d.ID)
	}
	for name, e := range map[string]search.Engine{"here": here, "there": there} {
		if s, err := e.State(t.Context()); err != nil || s.Position != "3" || s.Count != 17 {
			t.Errorf("got %+v, %v %s, want 17 homes at 3", s, err, name)
		}
	}
	documents[4].Listing.Address = "Pikkolostien 4"
	Fill(t, there, documents, "4")
	found(here, "pikkolostien", documents[4].ID)
}
