package searchtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
)

// heldOutShare is how many in a hundred homes must be among the first three hits.
const heldOutShare = 97

// testAsked asks for homes of a made-up register as a person wrote it down for each
// of them: names, slips, prices, what is in the notes, in three languages.
func testAsked(t *testing.T, e search.Engine) {
	var asked []struct {
		Listing landlords.Listing
		Queries []string
	}
	read(t, "asked.json", &asked)
	documents := make([]search.Document, len(asked))
	for i := range asked {
		documents[i] = search.NewDocument(fmt.Sprintf("id%03d", i), asked[i].Listing.ExternalRef, asked[i].Listing, places)
	}
	Fill(t, e, documents, "one")
	first, queries := 0, 0
	for i := range asked {
		for n, query := range asked[i].Queries {
			if e.Name() != "fts" && n%3 > 0 {
				continue // a server takes its time
			}
			queries++
			if rank(t, e, query, documents[i].ID) > 0 {
				first++
				continue
			}
			t.Logf("%q: not %s", query, asked[i].Listing.ExternalRef)
		}
	}
	t.Logf("%d of %d among the first three", first, queries)
	if queries < 100 || first*100 < queries*heldOutShare {
		t.Errorf("got %d of %d among the first three, want %d in a hundred", first, queries, heldOutShare)
	}
}

// rank is the place of a home among the first three, 0 for none of them.
func rank(t *testing.T, e search.Engine, query, id string) int {
	t.Helper()
	req := search.Request{Query: query, Limit: 3, Day: Day, Known: func(word string) bool { return e.Knows(t.Context(), word) }}
	found, _, err := search.Ask(t.Context(), req, places, synonyms, e.Search)
	if err != nil {
		t.Fatal(err)
	}
	return 1 + slices.IndexFunc(found.Hits, func(h search.Hit) bool { return h.ID == id })
}

// testHeldOut asks for homes of registers that the rules were not made with, the
// way that people ask, and wants the home that was thought of among the first
// three. Who asks says so much that no more than three homes answer to it.
func testHeldOut(t *testing.T, open Open) {
	for _, c := range []struct {
		name      string
		documents func(*rand.Rand, int, *search.Places) []search.Document
		query     func(*rand.Rand, *search.Document, []search.Document) (string, bool)
	}{
		{"people", PeoplesDocuments, PeoplesQuery},
		{"demo", Documents, func(r *rand.Rand, d *search.Document, _ []search.Document) (string, bool) { return Query(r, d), false }},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, asked := 0, 0
			for seed := range uint64(3) {
				r := rand.New(rand.NewPCG(seed, 78))
				e := open(t, fmt.Sprintf("%s%d", c.name, seed))
				documents := c.documents(r, 250, places)
				Fill(t, e, documents, "one")
				queries := 300
				if e.Name() != "fts" {
					queries = 80 // a server takes its time
				}
				for range queries {
					d := &documents[r.IntN(len(documents))]
					query, few := c.query(r, d, documents)
					req := search.Request{Query: query, Limit: 3, Day: Day, Known: func(word string) bool { return e.Knows(t.Context(), word) }}
					found, plan, err := search.Ask(t.Context(), req, places, synonyms, e.Search)
					if err != nil {
						t.Fatal(err)
					}
					if !few && (c.name == "people" || found.Total > 3) {
						continue // more homes answer than three places hold
					}
					asked++
					rank := 0
					for i := range found.Hits {
						if found.Hits[i].ID == d.ID {
							rank = i + 1
						}
					}
					if rank > 0 {
						first++
						continue
					}
					t.Logf("%q (%d found, relaxed %v): %s, %s %s, %s, %s; read as %v", query, found.Total, found.Relaxed, d.Listing.Address, d.Listing.PostalCode, d.Listing.PostalPlace, d.Listing.DwellingType, d.Listing.LandlordName,
						plan.Recognised)
				}
			}
			t.Logf("%d of %d among the first three", first, asked)
			if asked < 100 || first*100 < asked*heldOutShare {
				t.Errorf("got %d of %d among the first three, want %d in a hundred", first, asked, heldOutShare)
			}
		})
	}
}
