package fts

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/search"
)

// vocabulary has the words of the FTS5 columns. Words with a digit in them
// (references, house numbers) grow with the register; nobody's slip leads to
// one, so they are found by how they begin. The others grow far slower and are
// compared one by one.
type vocabulary struct {
	documents map[string]int // word -> documents that have it
	spoken    []string       // sorted: words of letters, and those that end in some
	numbered  []string       // sorted: the others
	touched   map[string]bool
}

func newVocabulary() *vocabulary {
	return &vocabulary{documents: map[string]int{}, touched: map[string]bool{}}
}

// isSpoken reports whether a word may answer by more than how it begins.
func isSpoken(w string) bool {
	if !strings.ContainsAny(w, "0123456789") {
		return true
	}
	tail := w[strings.LastIndexAny(w, "0123456789")+1:]
	return len(tail) >= search.ShortestPart
}

// add counts documents that come or go; settle makes it seen.
func (v *vocabulary) add(w string, documents int) {
	if v.documents[w] += documents; v.documents[w] <= 0 {
		delete(v.documents, w)
	}
	v.touched[w] = true
}

// fewWords that came or went are put in place one by one; more are merged.
const fewWords = 100

// settle brings the lists level with the counts. O(words), nearly all of it in
// moving what lies behind a word.
func (v *vocabulary) settle() {
	var spoken, numbered []string // words that came or went
	for w := range v.touched {
		list, changed := v.numbered, &numbered
		if isSpoken(w) {
			list, changed = v.spoken, &spoken
		}
		if _, has := slices.BinarySearch(list, w); has != (v.documents[w] > 0) {
			*changed = append(*changed, w)
		}
	}
	clear(v.touched)
	v.spoken, v.numbered = v.merge(v.spoken, spoken), v.merge(v.numbered, numbered)
}

// merge returns the list without the changed words that have no document any
// more and with those that have one.
func (v *vocabulary) merge(list, changed []string) []string {
	if len(changed) == 0 {
		return list
	}
	if len(changed) <= fewWords {
		for _, w := range changed {
			if n, has := slices.BinarySearch(list, w); has {
				list = slices.Delete(list, n, n+1)
			} else {
				list = slices.Insert(list, n, w)
			}
		}
		return list
	}
	slices.Sort(changed)
	out := make([]string, 0, len(list)+len(changed))
	for _, w := range changed {
		n, has := slices.BinarySearch(list, w)
		out = append(out, list[:n]...)
		if list = list[n:]; has {
			list = list[1:]
		} else {
			out = append(out, w)
		}
	}
	return append(out, list...)
}

// candidates returns every word that may answer a clause, as runs of sorted
// words; some stand in two.
func (v *vocabulary) candidates(c *search.Clause) (runs [][]string) {
	runs = append(runs, v.spoken)
	same, openings := c.Same(), c.Openings()
	for _, w := range same {
		if v.documents[w] > 0 {
			runs = append(runs, []string{w})
		}
	}
	for _, opening := range openings {
		from, _ := slices.BinarySearch(v.numbered, opening)
		to, _ := slices.BinarySearch(v.numbered, opening+"\xff") // beyond every letter and digit
		runs = append(runs, v.numbered[from:to])
	}
	return runs
}
