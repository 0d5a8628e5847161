package importers

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/spelling"
)

// headerWord is one thing that people call a field.
type headerWord struct {
	folded string
	plain  string   // foldLetters
	words  []string // without noise; sorted
	form   *Choice  // the column asks yes or no to this one choice
	rank   int      // position in its list: the first is the field's own name
}

// noise are words that a header carries without naming anything.
var noise = wordSet("pr|per|kr|nok|mnd|måned|månad|month|monthly|i|ca|dato|date|the|of|in|ja|nei|j|n|x|for|dd|mm|åååå|yyyy|pr mnd|yes|no|evt|ev|a|stk|å|på|antall|antal|ant|tal|number|nos|total")

func significant(all []string) []string {
	out := make([]string, 0, len(all))
	for _, w := range all {
		if !noise[w] {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		out = append(out, all...)
	}
	slices.Sort(out)
	return out
}

func headerWords(f *Field) []headerWord {
	var out []headerWord
	add := func(text string, form *Choice, rank int) {
		folded := spelling.Fold(text)
		if folded != "" {
			out = append(out, headerWord{folded, spelling.FoldLetters(text), significant(words(text)), form, rank})
		}
	}
	add(f.Name, nil, 0)
	for _, list := range []string{f.Nb, f.Nn, f.En} {
		for rank, word := range strings.Split(list, "|") {
			add(word, nil, rank)
		}
	}
	for i := range f.Choices {
		c := &f.Choices[i]
		if !f.asksForOne(c) {
			continue
		}
		for _, list := range []string{c.Value, c.Nb, c.Nn, c.En} {
			for rank, word := range strings.Split(list, "|") {
				if len(spelling.Fold(word)) >= 3 && spelling.Fold(word) != "konto" {
					add(word, c, rank+1)
				}
			}
		}
	}
	return out
}

// asksForOne reports whether a column may be called by one choice and ask yes or
// no to it: "NAV-garanti", "Fast jobb".
func (f *Field) asksForOne(c *Choice) bool {
	return f.Type == TypeSecuritySet || f.Name == "employment_requirement" && c.Value != f.No && c.Value != f.Yes
}

// Scores of how well a header names a field: the very words, then the same
// without noise, then a misspelling, then words among others.
const (
	scoreExact    = 1.0
	scoreNoise    = 0.95
	scoreSpelling = 0.88 // less 0.04 a letter
	scoreAmong    = 0.74 // less 0.06 a word too many
	scoreCompound = 0.66 // "kontakttelefon" ends in "telefon"
	scoreNone     = 0.55 // below this it is not the field
)

// headerMatch is how well a header names a field, and how well a choice of it.
type headerMatch struct {
	score float64
	form  *Choice // the choice that the header names best; nil for none
	yesNo float64 // how well it does
}

// headerForms is a header made ready to compare.
type headerForms struct {
	folded, plain string
	words         []string // significant, sorted
	first         string
}

// match returns how well the header names the field.
func (f *Field) match(header string) headerMatch {
	folded := spelling.Fold(header)
	if folded == "" {
		return headerMatch{}
	}
	all := words(header)
	if f.Type == TypeYesNo && negated(all) {
		return headerMatch{} // "Ikke dyr", "No smoking": yes would mean no
	}
	forms := headerForms{folded, spelling.FoldLetters(header), significant(all), all[0]}
	loose := f.Type != TypeText || !slices.ContainsFunc(all, func(w string) bool { return othersWords[w] })
	var best headerMatch
	for i := range f.headers {
		h := &f.headers[i]
		s := h.score(&forms, loose && (f.Type != TypeText || len(h.folded) > 3 || len(h.words) > 1))
		best.score = max(best.score, s)
		if h.form != nil && s > best.yesNo {
			best.form, best.yesNo = h.form, s
		}
	}
	return best
}

var notWords = wordSet("ikke|ikkje|ingen|inga|uten|utan|not|without|forbudt|forbode")

// negated reports whether a header asks for the contrary.
func negated(header []string) bool {
	for i, w := range header {
		if notWords[w] || i == 0 && len(header) > 1 && w == "no" { // nynorsk "straum inkludert no" is of today
			return true
		}
	}
	return false
}

// score returns how well a header names what h does; loose lets the name stand
// among other words.
func (h *headerWord) score(header *headerForms, loose bool) float64 {
	folded, plain, ws := header.folded, header.plain, header.words
	penalty := 0.002 * float64(min(h.rank, 10))
	if h.form != nil {
		penalty += 0.01
	}
	switch {
	case folded == h.folded:
		return scoreExact - penalty
	case slices.Equal(ws, h.words):
		return scoreNoise - penalty
	}
	limit := h.tolerance(folded, ws)
	if d, ok := misspelt(folded, h.folded, limit); ok {
		return scoreSpelling - 0.04*float64(d-1) - penalty
	}
	if d, ok := misspelt(plain, h.plain, limit); ok {
		return scoreSpelling - 0.04*float64(d-1) - penalty
	}
	return h.amongScore(header, loose) - penalty
}

// amongScore is the score of a header that has the name among other words, or at
// the end of a compound.
func (h *headerWord) amongScore(header *headerForms, loose bool) float64 {
	if !loose {
		return 0
	}
	folded, ws := header.folded, header.words
	if extra := len(ws) - len(h.words); extra >= 0 && extra <= 3 {
		if d, ok := among(h.words, ws); ok {
			s := scoreAmong - 0.06*float64(extra) + 0.05*float64(len(h.words)-1) - 0.03*float64(d)
			if slices.Contains(h.words, header.first) {
				s += 0.01 // "Merknader fra utleier" are notes
			}
			return s
		}
	}
	if len(h.folded) >= 5 && len(folded) > len(h.folded) && strings.HasSuffix(folded, h.folded) && len(ws) == 1 {
		return scoreCompound + 0.002*float64(len(h.folded))
	}
	return 0
}

// tolerance is how many letters a header may be misspelt by. What two names share
// as noise ("antall") must not make the short rest of them alike.
func (h *headerWord) tolerance(folded string, ws []string) int {
	limit := min(tolerance(len(h.folded)), tolerance(len(folded)))
	if min(lengthOf(ws), lengthOf(h.words)) < 4 {
		limit = min(limit, 1)
	}
	return limit
}

func lengthOf(ws []string) (n int) {
	for _, w := range ws {
		n += len(w)
	}
	return n
}

// othersWords say that a column of text is about someone else than the field.
var othersWords = wordSet("saksbehandler|saksbehandlar|sakshandsamar|caseworker|leietaker|leigetakar|tenant|vaktmester|vaktmeister|caretaker|endret|endra|changed|updated|oppdatert|registrert|created|opprettet|oppretta|konto|account|bank|org|avdeling|kontor|office|nav|kommune|kommunen|municipality")

// misspelt reports whether two folded words are the same but for at most limit
// letters, and how many.
func misspelt(a, b string, limit int) (letters int, ok bool) {
	if limit == 0 || a[0] != b[0] && a[len(a)-1] != b[len(b)-1] {
		return 0, false
	}
	d := spelling.Distance(a, b, limit)
	return d, d <= limit
}

// among reports whether every word of a is in b, the very word or misspelt, and
// by how many letters in all.
func among(a, b []string) (letters int, ok bool) {
	for _, w := range a {
		best := -1
		for _, v := range b {
			if v == w {
				best = 0
				break
			}
			if d, near := misspelt(w, v, min(tolerance(len(w)), tolerance(len(v)))); near && (best < 0 || d < best) {
				best = d
			}
		}
		if best < 0 {
			return 0, false
		}
		letters += best
	}
	return letters, true
}

// identityWords name such a column by themselves, identityHeaders within longer words.
var identityWords = map[string]IdentityKind{
	"fnr": NationalIdentity, "fnummer": NationalIdentity, "dnr": NationalIdentity, "dnummer": NationalIdentity,
	"ssn": NationalIdentity, "personnr": NationalIdentity, "fodselsnr": NationalIdentity, "duf": DUFNumber,
}

var identityHeaders = []string{"fodselsn", "personnummer", "personnr", "fodselsogpersonn", "nationalid", "identitynumber", "identitetsnummer", "dufn", "socialsecuritynumber", "personalidentity", "fodtnr", "personalnumber", "nationalidentit"}

// identityHeader reports whether a header says that its column holds identity
// numbers.
func identityHeader(header string) (IdentityKind, bool) {
	folded := spelling.Fold(header)
	for _, w := range append(words(header), folded) {
		kind, ok := identityWords[w]
		if ok && (w == folded || !knownHeader(header)) { // "Busta dnr" has its space one letter early
			return kind, true
		}
	}
	for _, name := range identityHeaders {
		if strings.Contains(folded, name) {
			if strings.HasPrefix(name, "duf") {
				return DUFNumber, true
			}
			return NationalIdentity, true
		}
	}
	return "", false
}
