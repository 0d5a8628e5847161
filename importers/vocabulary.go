package importers

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/spelling"
)

// vocabulary finds the choice that words stand for.
type vocabulary struct {
	exact   map[string]*Choice // by folded words
	phrases []phrase
}

// phrase is what a longer text may hold: "flyttet til privat leie i Bodø".
type phrase struct {
	words  []string
	choice *Choice
}

func newVocabulary(choices []Choice) *vocabulary {
	v := &vocabulary{exact: map[string]*Choice{}}
	for i := range choices {
		c := &choices[i]
		v.add(c.Value, c)
		for _, list := range []string{c.Nb, c.Nn, c.En} {
			for word := range strings.SplitSeq(list, "|") {
				v.add(word, c)
			}
		}
	}
	return v
}

func (v *vocabulary) add(text string, c *Choice) {
	folded := spelling.Fold(text)
	if folded == "" || v.exact[folded] != nil {
		return
	}
	v.exact[folded] = c
	if ws := words(text); len(ws) > 1 || len(folded) > 2 {
		v.phrases = append(v.phrases, phrase{ws, c})
	}
}

// find returns the choice that a text stands for: by the very words, else by the
// words within their spelling tolerance, else by the longest words that stand
// among others. Where two choices are equally near it is none of them.
func (v *vocabulary) find(text string) *Choice {
	folded := spelling.Fold(text)
	if c := v.exact[folded]; c != nil {
		return c
	}
	if c := v.nearest(folded); c != nil {
		return c
	}
	ws := words(text)
	if len(ws) == 1 {
		return v.ends(ws[0])
	}
	return v.held(ws)
}

// ends finds the choice of a compound by its last part: "andelsleilighet". What
// stands before it must be long enough not to be a negation.
func (v *vocabulary) ends(word string) *Choice {
	var found *Choice
	longest := 4
	for _, p := range v.phrases {
		if len(p.words) == 1 && len(p.words[0]) > longest && len(word) > len(p.words[0])+2 && strings.HasSuffix(word, p.words[0]) {
			longest, found = len(p.words[0]), p.choice
		}
	}
	return found
}

// nearest finds a misspelt word. A negation is never taken for a misspelling
// ("umøblert" is not "møblert"): people seldom miss the first letter.
func (v *vocabulary) nearest(folded string) *Choice {
	limit := tolerance(len(folded))
	var found *Choice
	best := limit + 1
	if len(folded) < 5 {
		return nil
	}
	for candidate, c := range v.exact {
		if len(candidate) < 5 || candidate[0] != folded[0] {
			continue
		}
		switch d := spelling.Distance(folded, candidate, limit); {
		case d < best:
			best, found = d, c
		case d == best && d <= limit && found != nil && found.Value != c.Value:
			found = nil
		}
	}
	return found
}

// maxPhrase is how many words a cell of choices may have: more are a remark.
const maxPhrase = 8

var negations = wordSet("ikke|ikkje|ingen|inga|uten|utan|unntatt|unnateke|ei|nei|aldri|no|not|non|never|without|except|eller|or|tidligere|tidlegare|formerly")

// held finds the choice whose words all stand in the text.
func (v *vocabulary) held(text []string) *Choice {
	if len(text) < 2 || len(text) > maxPhrase {
		return nil
	}
	for _, w := range text {
		if negations[w] {
			return nil
		}
	}
	var found *Choice
	most := 0
	for _, p := range v.phrases {
		if len(p.words) < most || !subset(p.words, text) {
			continue
		}
		switch {
		case len(p.words) > most, found != nil && found.general:
			most, found = len(p.words), p.choice
		case found != nil && found.Value != p.choice.Value && !p.choice.general:
			found = nil
		}
	}
	return found
}

func subset(a, b []string) bool {
	for _, w := range a {
		if !slices.Contains(b, w) {
			return false
		}
	}
	return true
}

func firstWord(lang i18n.Lang, nb, nn, en string) string {
	list := nb
	switch {
	case lang == i18n.Nynorsk && nn != "":
		list = nn
	case lang == i18n.English && en != "":
		list = en
	}
	word, _, _ := strings.Cut(list, "|")
	return word
}

// The words for yes, no and not known, in every column that asks for them.
var (
	yesWords = wordSet("ja|j|x|yes|y|sann|true|1|sant|jepp|ja takk|ok|tillatt|tillate|tillaten|lov|allowed|inkl|inkludert|inkluderer|included|kreves|krevst|krevjast|required|påkrevd|påkravd|har|finnes|finst")
	noWords  = wordSet("nei|n|no|usann|false|0|usant|nei takk|ikke tillatt|ikkje tillate|ikkje tillaten|ikke lov|ikkje lov|ingen|inga|not allowed|none|ikke|ikkje|not included|ikke inkl|ikke inkludert|ikkje inkl|ikkje inkludert|ekskl|eksklusiv|excluded|kreves ikke|ikke påkrevd|krevst ikkje|not required|har ikke|har ikkje")
	// nullWords say "not known" in any column that is not free text.
	nullWords = wordSet("ukjent|ukjend|unknown|vet ikke|veit ikkje|uvisst|usikker|usikkert|ikke oppgitt|ikkje oppgitt|ikke avklart|ikkje avklart|n/a|na|i/t|not known|not stated|tbd|mangler|manglar|don't know|do not know|ikke kjent|ikkje kjent|null|uavklart")
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.SplitSeq(list, "|") {
		set[spelling.Fold(word)] = true
	}
	return set
}

// isNull reports whether a cell says "not known" in a column that is not free
// text: blank, only punctuation (?, -, …), or a word for it.
func isNull(text string) bool {
	if text != "" && (text[0] == '+' || text[0] >= '0' && text[0] <= '9') {
		return false // no word for it begins so
	}
	folded := spelling.Fold(text)
	return folded == "" && !strings.ContainsAny(text, ticks) || nullWords[folded]
}
