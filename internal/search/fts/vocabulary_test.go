package fts

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

// No word that answers a clause is left out of those that are compared, while
// words come and go.
func TestCandidates(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	synonyms := search.NewSynonyms(append([][]string{{"sentrum", "by1", "10a"}, {"stor", "u100"}}, search.DefaultSynonyms...))
	all := strings.Fields("2roms 3bhus 100meter revelveien12 12 u12 hus1 by1 10a 8hus 4sov ærlig5 шест6 leil2 22a 22h")
	for _, d := range searchtest.Documents(r, 300, nil) {
		for c := range search.NumColumns {
			all = append(all, d.Words(c)...)
		}
	}
	v := newVocabulary()
	held := map[string]int{}
	for round := range 60 {
		for range 40 + 400*(round%2) { // few, and many
			w := all[r.IntN(len(all))]
			if held[w] > 0 && r.IntN(3) == 0 {
				v.add(w, -held[w])
				delete(held, w)
			} else {
				v.add(w, 1)
				held[w]++
			}
		}
		v.settle()
		if n := len(v.spoken) + len(v.numbered); n != len(held) || !slices.IsSorted(v.spoken) || !slices.IsSorted(v.numbered) {
			t.Fatalf("round %d: got %d words in the lists, want %d, sorted", round, n, len(held))
		}
		w := all[r.IntN(len(all))]
		text := w[:1+r.IntN(len(w))] + []string{"", "", "e", "oe", " ", "1"}[r.IntN(6)]
		for _, clause := range search.Parse(strings.ToValidUTF8(text, ""), searchtest.Day.On, nil, synonyms).Clauses {
			compared := map[string]bool{}
			for _, run := range v.candidates(&clause) {
				for _, w := range run {
					compared[w] = true
				}
			}
			for w := range held {
				if q := clause.Quality(w); q > search.NoMatch && !compared[w] {
					t.Errorf("%q: %s has quality %d and is not compared", text, w, q)
				}
			}
		}
	}
}
