package search_test

import (
	"math/rand/v2"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// TestHeldOut makes queries from random homes with a generator that does not
// know the recognisers, and asks that the home be among the first three, where
// no more than three homes answer to every fact; and that it be found at all.
func TestHeldOut(t *testing.T) {
	places, synonyms := search.NewPlaces(search.Demo), search.NewSynonyms(search.DefaultSynonyms)
	first, asked, lost := 0, 0, 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 77))
		documents := searchtest.Documents(r, 80, places)
		for range 100 {
			d := &documents[r.IntN(len(documents))]
			query := searchtest.Query(r, d)
			plan, err := search.Prepare(search.Request{Query: query, Day: searchtest.Day, Limit: len(documents)}, places, synonyms)
			if err != nil {
				t.Fatal(err)
			}
			result := search.Linear(documents, plan)
			rank := 0
			for i := range result.Hits {
				if result.Hits[i].ID == d.ID {
					rank = i + 1
				}
			}
			if rank == 0 {
				lost++
				t.Logf("lost: %q for %s %s %s", query, d.Listing.Address, d.Listing.PostalPlace, d.Listing.DwellingType)
			}
			if result.Total > 3 && rank > 0 { // more homes answer than three places hold
				continue
			}
			asked++
			if rank > 0 && rank <= 3 {
				first++
			}
		}
	}
	t.Logf("%d of %d among the first three; %d lost of 2000", first, asked, lost)
	if asked < 500 || first*100 < asked*97 || lost > 40 {
		t.Errorf("got %d of %d among the first three, %d lost", first, asked, lost)
	}
}
