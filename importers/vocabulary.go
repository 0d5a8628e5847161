package importers

import (
	"strings"

	"github.com/boligklar/boligklar/internal/i18n"
)

// vocabulary finds the choice that a word stands for.
type vocabulary struct {
	exact map[string]*Choice // by folded word
}

func newVocabulary(choices []Choice) *vocabulary {
	v := &vocabulary{exact: map[string]*Choice{}}
	for i := range choices {
		c := &choices[i]
		v.exact[Fold(c.Value)] = c
		for _, list := range []string{c.Nb, c.Nn, c.En} {
			for word := range strings.SplitSeq(list, "|") {
				if folded := Fold(word); folded != "" {
					if _, taken := v.exact[folded]; !taken {
						v.exact[folded] = c
					}
				}
			}
		}
	}
	return v
}

// find returns the choice of a word: the very word, else the one word within
// its spelling tolerance where no other choice is as close. A negation is never
// taken for a misspelling ("umøblert" is not "møblert").
func (v *vocabulary) find(word string) *Choice {
	folded := Fold(word)
	if c := v.exact[folded]; c != nil {
		return c
	}
	limit := tolerance(len(folded)) // of short words none
	var found *Choice
	best := limit + 1
	if len(folded) < 5 {
		return nil
	}
	for candidate, c := range v.exact {
		if len(candidate) < 5 || candidate[0] != folded[0] {
			continue // people seldom miss the first letter, and un-, u- and non- negate
		}
		switch d := distance(folded, candidate, limit); {
		case d < best:
			best, found = d, c
		case d == best && d <= limit && found != nil && found.Value != c.Value:
			found = nil
		}
	}
	if best > limit {
		return nil
	}
	return found
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
		set[Fold(word)] = true
	}
	return set
}

// isNull reports whether a cell says "not known" in a column that is not free
// text: blank, only punctuation (?, -, …), or a word for it.
func isNull(text string) bool {
	folded := Fold(text)
	return folded == "" || nullWords[folded]
}
