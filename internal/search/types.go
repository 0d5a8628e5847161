package search

import (
	"strings"

	"github.com/boligklar/boligklar/internal/spelling"
)

// typed takes n words at i for a word that means a type of home.
func (p *parser) typed(i, n int, word string) int {
	p.note(i, n, "dwelling_type", "~", string(typeOf[Fold(word)]))
	p.out.Clauses = append(p.out.Clauses, Clause{Words: []string{Fold(word)}, Alts: p.synonyms.Of(Fold(word))})
	return n
}

// typePhrase recognises a type of home that is said in several words.
func (p *parser) typePhrase(i int) int {
	for n := min(maxTypeWords, len(p.tokens)-i); n > 1; n-- {
		key := p.key(i, n)
		word, ok := typePhrases[key]
		if !ok {
			word, ok = p.typeSlip(key)
		}
		if ok {
			return p.typed(i, n, word)
		}
	}
	return 0
}

// typeSlip finds a type that is said in several words, of which the first is
// misspelt.
func (p *parser) typeSlip(key string) (word string, ok bool) {
	head, tail, _ := strings.Cut(key, " ")
	if len(head) < 5 || p.isKnown(head) {
		return "", false
	}
	for phrase, w := range typePhrases {
		first, rest, _ := strings.Cut(phrase, " ")
		if rest == tail && first[0] == head[0] && len(first) >= 5 && spelling.Distance(head, first, 1) == 1 && (!ok || w < word) {
			word, ok = w, true
		}
	}
	return word, ok
}

// nearestType returns the type of home that a word is a slip of, else the word.
func nearestType(word string) string {
	out := word
	best := tolerance(word)
	for w := range typeOf {
		if d := spelling.Distance(word, w, best); d < best || d == best && best > 0 && (out == word || w < out) {
			best, out = d, w
		}
	}
	return out
}
