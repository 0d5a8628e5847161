package search

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/spelling"
)

// Quality says how well a word of a document answers a word of a query.
type Quality uint8

// The qualities, worst first. Exact goes before every slip.
const (
	NoMatch  Quality = iota
	Typo2            // two letters wrong, in a word of eight or more
	Typo1            // one letter wrong, in a word of four or more
	Compound         // one part of a compound: leilighet in sokkelleilighet
	Prefix           // the beginning of the word that is being typed
	Synonym          // another word for the same, or the words written together
	Exact
)

// Clause is one thing that a home must answer to: a word, or a phrase whose
// words stand one after the other.
type Clause struct {
	Words  []string   // folded
	Alts   [][]string // synonyms, each a word or a phrase; and two words of the query written as one
	Spelt  string     // the word with its pairs of letters as typed, for slips; "" where it is the same
	Prefix bool       // the last word of the query, which may be unfinished
	Quoted bool       // exactly so
}

// minPart is the shortest part of a compound that is looked for, but for those
// of shortParts; ShortestPart is the shortest of these.
const (
	minPart      = 4
	ShortestPart = 3
)

// shortParts are parts of compounds that are shorter and mean something.
var shortParts = map[string]bool{"hus": true}

// Quality compares a single-word clause with a word of a document. A clause of
// several words has no quality by itself: see Phrases.
func (c *Clause) Quality(word string) Quality {
	best := NoMatch
	if len(c.Words) == 1 {
		best = c.compare(c.Words[0], word)
		if best < Typo1 && c.Spelt != "" {
			best = max(best, min(c.compare(c.Spelt, word), Typo1))
		}
	}
	if best == Exact {
		return best
	}
	for _, alt := range c.Alts {
		if len(alt) == 1 && alt[0] == word {
			return Synonym
		}
	}
	return best
}

func (c *Clause) compare(typed, word string) Quality {
	if typed == word {
		return Exact
	}
	if c.Quoted {
		return NoMatch
	}
	if strings.HasPrefix(word, typed) {
		if c.Prefix && len(typed) >= 2 {
			return Prefix
		}
		if len(typed) >= minPart && len(word)-len(typed) >= 3 && !hasDigit(typed) {
			return Compound
		}
	}
	if (len(typed) >= minPart || shortParts[typed]) && len(word)-len(typed) >= 3 && strings.HasSuffix(word, typed) && !hasDigit(typed) {
		return Compound
	}
	limit := tolerance(typed)
	if limit == 0 || hasDigit(word) || len(word) < 3 {
		return NoMatch
	}
	if missing := bits.OnesCount32(letterSet(typed) &^ (letterSet(word) | endingLetters)); missing > limit {
		return NoMatch
	}
	switch d := spelling.Distance(typed, word, limit); {
	case d <= limit && d == 1:
		return Typo1
	case d <= limit:
		return Typo2
	}
	for _, ending := range endings {
		head, ok := strings.CutSuffix(word, ending.written)
		if !ok || len(head) < 3 {
			continue
		}
		for _, other := range ending.also { // sjøgtaa is one slip from sjøgata, which is held as sjøgate
			if spelling.Distance(typed, head+other, limit) <= limit {
				return Typo2
			}
		}
	}
	road := roadName(word)
	if road != "" && len(typed) >= 6 && spelling.Distance(typed, road, 1) <= 1 { // konerud, where a home lies in Konnerudgata
		return Typo2
	}
	for _, ending := range definite { // baklongen, where a home has balkong; angedalen, where one has Angedalsvegen
		if head, ok := strings.CutSuffix(typed, ending); ok && len(head) >= 6 && (head == road || spelling.Distance(head, word, 1) <= 1) {
			return Typo2
		}
	}
	if c.Prefix && len(word) > len(typed)+1 && len(typed) >= minPart+1 { // a slip in the word that is being typed
		for n := len(typed) - 1; n <= len(typed)+1; n++ {
			if spelling.Distance(typed, word[:n], 1) <= 1 {
				return Typo2
			}
		}
	}
	return NoMatch
}

// endings are those of words that people write another ending of: roads are held
// with one ending, and notes often name a thing in its definite form.
var endings = []struct {
	written string
	also    []string
}{
	{"vei", []string{"veien", "vegen", "veg"}}, {"gate", []string{"gata", "gaten"}},
	{"en", []string{""}}, {"et", []string{""}}, {"er", []string{""}}, {"ene", []string{"", "e"}},
}

var definite = []string{"en", "et", "ene"}

var endingLetters = letterSet("veiengata")

// Same returns the words that answer a clause by being one of its own.
func (c *Clause) Same() (out []string) {
	if len(c.Words) == 1 {
		out = append(out, c.typed()...)
	}
	for _, alt := range c.Alts {
		if len(alt) == 1 {
			out = append(out, alt[0])
		}
	}
	return out
}

// Openings returns the beginnings of which a word with a digit at its end has
// one, if it answers the clause without being one of Same: slips never lead to
// such a word. An index need not compare the others.
func (c *Clause) Openings() (out []string) {
	if len(c.Words) != 1 || c.Quoted {
		return nil
	}
	for _, typed := range c.typed() {
		if c.Prefix && len(typed) >= 2 || len(typed) >= minPart && !hasDigit(typed) {
			out = append(out, typed)
		}
	}
	return out
}

// typed returns a single word in its one or two spellings.
func (c *Clause) typed() []string {
	if c.Spelt == "" {
		return c.Words
	}
	return []string{c.Words[0], c.Spelt}
}

// letterSet has a bit for each letter of a word: two words that differ in more
// letters than may be wrong need no closer look.
func letterSet(w string) (set uint32) {
	for i := 0; i < len(w); i++ {
		set |= 1 << (w[i] & 31)
	}
	return set
}

// Phrases returns the word sequences that answer the clause beside single
// words, with the quality of each.
func (c *Clause) Phrases() (phrases [][]string, qualities []Quality) {
	if len(c.Words) > 1 {
		phrases, qualities = append(phrases, c.Words), append(qualities, Exact)
	}
	for _, alt := range c.Alts {
		if len(alt) > 1 {
			phrases, qualities = append(phrases, alt), append(qualities, Synonym)
		}
	}
	return phrases, qualities
}

// In returns the best quality that the words of one column give the clause.
func (c *Clause) In(column []string) Quality {
	best := NoMatch
	for _, w := range column {
		best = max(best, c.Quality(w))
	}
	phrases, qualities := c.Phrases()
	for i, p := range phrases {
		if best < qualities[i] && holds(column, p) {
			best = qualities[i]
		}
	}
	return best
}

// holds reports whether the words of a phrase stand in a row in a column.
func holds(column, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(column); i++ {
		if slices.Equal(column[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}

// MaxPoints is the most that one clause gives a document.
const MaxPoints = int(Exact)*8 + 6

// Points weighs a match: the quality first, the column among equals.
func Points(q Quality, c Column) uint8 {
	if q == NoMatch {
		return 0
	}
	return uint8(int(q)*8 + columnWeights[c])
}

// Excluding reports whether a quality is good enough to leave a document out:
// nobody's slip takes a home away.
func Excluding(q Quality) bool { return q >= Compound }
