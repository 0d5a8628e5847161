package search

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/spelling"
)

// DefaultSynonyms are the groups of words that mean the same until the office
// edits them.
var DefaultSynonyms = [][]string{
	{"leilighet", "leil", "leilegheit", "apartment", "flat"},
	{"hybel", "studio", "hybelleilighet"},
	{"NAV-garanti", "depositumsgaranti", "NAV guarantee"},
	{"sokkelleilighet", "kjellerleilighet", "underetasje", "basement"},
	{"enebolig", "einebustad", "hus", "house"},
	{"rekkehus", "rekkjehus", "terraced"},
	{"bofellesskap", "bufellesskap", "kollektiv", "hybelrom", "shared"},
	{"sentrum", "sentralt", "centre", "center", "downtown"},
	{"parkering", "garasje", "carport", "parking", "garage", "biloppstillingsplass"},
	{"balkong", "veranda", "terrasse", "balcony", "altan"},
	{"skole", "skule", "school"},
	{"barnehage", "kindergarten"},
	{"buss", "bus", "bussholdeplass"},
	{"vaskekjeller", "vaskerom", "laundry"},
	{"hage", "hagen", "garden"},
	{"peis", "vedovn", "fireplace"},
	{"utsikt", "utsikten", "view"},
	{"vaskemaskin", "washing machine"},
	{"oppvaskmaskin", "dishwasher"},
	{"sykkel", "sykler", "sykkelbod", "bicycle", "bike"},
	{"sykehus", "sjukehus", "hospital"},
	{"egen inngang", "eigen inngang", "own entrance", "separate entrance"},
	{"butikk", "matbutikk", "shop", "grocery"},
	{"internett", "fiber", "bredbånd", "wifi", "internet", "broadband"},
}

// Synonyms finds the words that mean the same. A nil *Synonyms knows none.
type Synonyms struct {
	Groups [][]string
	others map[string][][]string // folded words -> the others, each as its folded words
}

// NewSynonyms prepares groups of words or phrases.
func NewSynonyms(groups [][]string) *Synonyms {
	s := &Synonyms{Groups: groups, others: map[string][][]string{}}
	for _, group := range groups {
		for i, a := range group {
			key := FoldText(a)
			for j, b := range group {
				if ws := foldAll(b); i != j && key != "" && len(ws) > 0 {
					s.others[key] = append(s.others[key], ws)
				}
			}
		}
	}
	return s
}

// Of returns the other words for folded words joined by spaces.
func (s *Synonyms) Of(key string) [][]string {
	if s == nil {
		return nil
	}
	return append([][]string(nil), s.others[key]...)
}

// Near returns the group of the single word that a word is a slip of, that word
// among them; nil where it is none.
func (s *Synonyms) Near(word string) (out [][]string) {
	if s == nil {
		return nil
	}
	best := tolerance(word)
	for key, others := range s.others {
		if strings.Contains(key, " ") || key[0] != word[0] || len(key) < 5 {
			continue
		}
		d := spelling.Distance(word, key, best)
		if d < best || d == best && (out == nil || key < out[0][0]) {
			best, out = d, append([][]string{{key}}, others...)
		}
	}
	return out
}

// Has reports whether the words stand in a group.
func (s *Synonyms) Has(key string) bool { return s != nil && s.others[key] != nil }

// MaxSynonyms is how many letters a list may have.
const MaxSynonyms = 50_000

// ParseSynonyms reads a list with one group a line, its words separated by
// commas. Empty lines and lines that begin with # are left out. Errors: Invalid,
// naming the line, for a line of one word; for a list without a group, and for one
// that is too long.
func ParseSynonyms(text string) ([][]string, error) {
	if len(text) > MaxSynonyms {
		return nil, apperr.New(apperr.Invalid, "The list is longer than %d letters.", MaxSynonyms).In("search.synonyms_long", map[string]any{"Most": MaxSynonyms})
	}
	var out [][]string
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var group []string
		for w := range strings.SplitSeq(line, ",") {
			if w = strings.Join(strings.Fields(w), " "); len(foldAll(w)) > 0 && !slices.Contains(group, w) {
				group = append(group, w)
			}
		}
		if len(group) < 2 {
			return nil, apperr.New(apperr.Invalid, "Line %d has one word alone. Write words that mean the same on one line, with commas between them.", n).
				In("search.synonyms_line", map[string]any{"Line": n})
		}
		out = append(out, group)
	}
	if len(out) == 0 {
		return nil, apperr.New(apperr.Invalid, "The list has no group of two or more words. Write one group a line, its words separated by commas.").In("search.no_synonyms", nil)
	}
	return out, nil
}

// FormatSynonyms writes what ParseSynonyms reads.
func FormatSynonyms(groups [][]string) string {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(strings.Join(g, ", ") + "\n")
	}
	return b.String()
}
