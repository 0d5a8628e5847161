package landlords

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How far a demand reaches.
const (
	maxFillers = 7 // between a demand and its group
	maxUnknown = 2 // words of an item in a list that are nobody's
	maxItems   = 6 // of a list
)

// comma parts the items of a list, in a clause.
const comma = ","

// clause is the words of a sentence in lower case, with commas between phrases.
type clause []string

// refusal is the answer to a question that the landlord puts to himself.
var refusal = regexp.MustCompile(`(?i)^\s*(nei|no)(\s+(takk|thanks|thank you))?\s*([.!]|$)`)

// clauses returns the clauses of a text.
func clauses(text string) []clause {
	var out []clause
	var now clause
	for text != "" {
		word, size := nextWord(text)
		switch sign := text[:size]; {
		case word != "":
			if lower := strings.ToLower(word); !regrets[lower] {
				now = append(now, spelled(lower))
			}
		case sign == "?" && refusal.MatchString(text[size:]): // "Foreigners? No thanks"
			out, now = append(out, append(now, "uønsket")), nil
		case strings.ContainsAny(sign, ".!?;:\n"):
			if len(now) > 0 {
				out, now = append(out, now), nil
			}
		case strings.ContainsAny(sign, ",()/–"):
			now = append(now, comma)
		case sign == "&" || sign == "+" && len(now) > 0 && !isNumber(now[len(now)-1]):
			now = append(now, "og")
		case sign == "+":
			now = append(now, "+")
		}
		text = text[size:]
	}
	if len(now) > 0 {
		out = append(out, now)
	}
	return out
}

// nextWord returns the letters or digits that text begins with, or else "", and
// how many bytes it looked at.
func nextWord(text string) (word string, size int) {
	var digits bool
	for size < len(text) {
		r, n := utf8.DecodeRuneInString(text[size:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || size > 0 && unicode.IsDigit(r) != digits {
			if size == 0 {
				return "", n
			}
			break
		}
		digits = unicode.IsDigit(r)
		size += n
	}
	return text[:size], size
}

func isNumber(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// unlawful returns the ground of the first demand in the clause.
func (c clause) unlawful() Ground {
	for i := range c {
		if ground := c.demandAt(i); ground != "" && !c.isHarmless(i) {
			return ground
		}
	}
	return c.age()
}

// demandAt returns the ground of the demand that the word at i makes.
func (c clause) demandAt(i int) Ground {
	if ground := cmp.Or(c.closedBy(i), c.badExperience(i)); ground != "" {
		return ground
	}
	word, next, wish := c[i], i+1, false
	switch {
	case onlyOrNot[word]:
	case beginsMust[word] != nil && next < len(c) && beginsMust[word][c[next]]:
		next++
	case wishes[word]:
		wish = true
	case (word == "leies" || word == "utleies" || word == "leigast") && next < len(c): // "leies ut til"
	default:
		return ""
	}
	if c.describes(i) {
		return ""
	}
	return cmp.Or(c.refersBack(i), c.opens(next, wish, c.speaksOfPeople(i, next)))
}

// speaksOfPeople reports whether a demand at c[i] is of people by its form alone:
// "must be …" without a thing before it, "nobody who …".
func (c clause) speaksOfPeople(i, next int) bool {
	if wishes[c[i]] && c[i] != "helst" && c.is(i-1, "vi", "jeg", "eg", "we", "i") { // "we prefer white ones"
		return true
	}
	if beginsMust[c[i]] != nil && c.is(next-1, "være", "vere", "be") {
		return i == 0 || people[c[i-1]] || told[c[i-1]] || c.is(i-1, "du", "de", "dei", "you", "they")
	}
	return c.is(i, "ingen", "nobody", "none") && c.is(next, "med", "som", "with", "who", "in", "i")
}

// refersBack returns the ground of a group before c[i] that a demand there takes
// up again: "suits women best, so only they may apply", "for Christians, not others".
func (c clause) refersBack(i int) Ground {
	again := c.is(i, "kun", "bare", "berre", "only") && c.is(i+1, "de", "dei", "disse", "desse", "they", "these", "those")
	others := c.is(i, "ikke", "ikkje", "ingen", "not", "no", "nobody") && c.is(i+1, "andre", "others", "one", "else") && (i+2 == len(c) || c.is(i+2, comma, "else"))
	if !again && !others {
		return ""
	}
	return c.anyGroup(0, i)
}

// anyGroup returns the ground of the first group that c[from:to] names.
func (c clause) anyGroup(from, to int) Ground {
	for j := from; j < to; j++ {
		if ground := c.groupAt(j, false); ground != "" {
			return ground
		}
	}
	return ""
}

// badExperience returns the ground of a group that the word at i tells of a bad
// experience or of doubts with: nobody writes that who does not mean never again.
func (c clause) badExperience(i int) Ground {
	bad := doubts[c[i]] && c.is(i+1, "til", "to", "of", "about") || experiences[c[i]] && c.is(i+1, "med", "with") && c[max(0, i-2):i].has(badWords)
	if !bad || c[:i].has(keepsOut) {
		return ""
	}
	return c.anyGroup(i+2, min(len(c), i+5))
}

// tellsOfAccess reports whether a group at c[i] is one that a home may be unfit
// for by its stairs and doors, which is no demand: "not suitable for wheelchair
// users", "passer ikke for eldre".
func (c clause) tellsOfAccess(i int, ground Ground) bool {
	return ground == GroundAge || ground == GroundDisability && !strings.HasPrefix(c[i], "psyk") && c[i] != "mental" && c[i] != "mentally"
}

// opens returns the ground of the group that a demand before c[i] reaches,
// directly or through a list. ofPeople tells that the demand is of people by its
// form.
func (c clause) opens(i int, wish, ofPeople bool) Ground {
	if i < len(c) && c[i] == comma { // "ledig no, kvinner og menn"
		return ""
	}
	unfit := i > 1 && fits[c[i-2]] || i > 2 && fits[c[i-3]] // "egner seg ikke"
	for item := range maxItems {
		said := ofPeople
		for n := 0; n < maxFillers && i < len(c) && fillers[c[i]]; n++ {
			if ground := c.groupAt(i, said); ground != "" { // a filler may begin a name: "rene"
				break
			}
			said, unfit = said || told[c[i]], unfit || fits[c[i]]
			i++
		}
		if ground := c.groupAt(i, said); ground != "" && !(unfit && c.tellsOfAccess(i, ground)) && (item == 0 || c.itemEnds(i)) && !(wish && i < len(c) && newcomers[c[i]]) && !c.bothSexes(i) {
			return ground
		}
		for n := 0; ; n++ {
			if i >= len(c) || n > maxUnknown {
				return ""
			}
			if c[i] == comma || joins[c[i]] {
				i++
				for i < len(c) && joins[c[i]] {
					i++
				}
				break
			}
			i++
		}
	}
	return ""
}

// itemEnds reports whether the group at c[i] is the whole item of a list.
func (c clause) itemEnds(i int) bool {
	for n := 1; n <= 3 && i+n <= len(c); n++ {
		if i+n == len(c) {
			return true
		}
		switch w := c[i+n]; {
		case w == comma, joins[w], w == "takk", w == "please", w == "i", w == "in", w == "her", w == "here", w == "som":
			return true
		case !people[w]:
			_, named := groups[strings.Join(c[i:i+n+1], " ")]
			if !named {
				return false
			}
		}
	}
	return false
}

// bothSexes reports whether c[i] names one sex and the other at once, which
// keeps nobody out.
func (c clause) bothSexes(i int) bool {
	if i+2 >= len(c) || !joins[c[i+1]] || groups[c[i]] != GroundSex || groups[c[i+2]] != GroundSex {
		return false
	}
	return c[i] != c[i+2]
}

// groupAt returns the ground of the group that c[i:] begins with. The longest
// name counts: a Norwegian citizen is told by citizenship. said tells that words
// before spoke of who rents.
func (c clause) groupAt(i int, said bool) Ground {
	if i >= len(c) {
		return ""
	}
	words := c[i:]
	ends := func(n int) bool { return n >= len(words) || words[n] == comma || joins[words[n]] }
	if (origins[words[0]] || born[words[0]]) && slices.ContainsFunc(words[1:min(6, len(words))], func(w string) bool { return countries[w] }) {
		return GroundEthnicity // "from Norway", "born and raised in Norway"
	}
	if len(words) > 1 && groups[words[1]] == GroundCitizenship {
		return GroundCitizenship
	}
	for n := min(4, len(words)); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		if ground := groups[name]; ground != "" && !(name == "mann" && n < len(words) && words[n] == "enn") {
			return ground
		}
		if ground := looks[name]; ground != "" && (n < len(words) && people[words[n]] || said && ends(n)) {
			return ground
		}
		ground := traits[name]
		if ground == "" {
			continue
		}
		if n < len(words) && groups[words[n]] != "" { // "norske statsborgere", "troende kristne"
			return groups[words[n]]
		}
		if ends(n) || people[words[n]] || said && (words[n] == "takk" || words[n] == "please") {
			return ground
		}
		if next, adjective := traits[words[n]]; adjective && next != "" && (n+1 < len(words) && people[words[n+1]] || n+1 == len(words)) {
			return ground // "norsk kvinnelig leietaker"
		}
	}
	return ""
}

// groupBefore returns the ground of the group that c[:i] ends with, and the word
// that it ends with.
func (c clause) groupBefore(i int) (Ground, string) {
	for skipped := 0; skipped < 3 && i > 0 && (fillers[c[i-1]] || c.is(i-1, "kan", "can", "blir", "are", "is", "will", "skal")) && groups[c[i-1]] == "" && !people[c[i-1]]; skipped++ {
		i--
	}
	for back := 2; back <= 3 && i > back; back++ { // "people from Somalia", "native speakers of Norwegian"
		if origins[c[i-back]] && countries[c[i-1]] {
			return GroundEthnicity, c[i-1]
		}
		if c.is(i-back, "of", "av") {
			return c.groupBefore(i - back)
		}
	}
	for n := min(4, i); n > 0; n-- {
		words := c[i-n : i]
		if ground := groups[strings.Join(words, " ")]; ground != "" {
			return ground, c[i-1]
		}
		if ground := traits[strings.Join(words, " ")]; ground != "" && (i == n || c[i-n-1] == comma) {
			return ground, c[i-1] // "Eldre foretrekkes"
		}
		if n < 2 || !people[words[n-1]] {
			continue
		}
		name := strings.Join(words[:n-1], " ")
		for _, named := range []map[string]Ground{groups, traits, looks} {
			if ground := named[name]; ground != "" {
				return ground, words[n-2]
			}
		}
	}
	return "", ""
}

// closedBy returns the ground of the group before c[i] where c[i] lets it in or
// keeps it out.
func (c clause) closedBy(i int) Ground {
	word := c[i]
	end := i+1 == len(c) || c[i+1] == comma
	next := func(n int) string {
		if i+n < len(c) {
			return c[i+n]
		}
		return ""
	}
	wished := false
	switch {
	case closes[word]:
	case asks[word]:
		if not[next(1)] { // "kreves ikke"
			return ""
		}
		wished = true
	case (word == "kun" || word == "bare" || word == "berre") && end:
	case not[word] && i > 0 && refusals[c[i-1]]: // "aksepteres ikke"
		ground, _ := c.groupBefore(i - 1)
		return ground
	case (word == "krav" || word == "requirement" || word == "must") && end && i > 0 && c.is(i-1, "er", "is", "et", "eit", "a"):
	case not[word] && refusals[next(1)], not[word] && c.is(i+1, "å", "be", "være", "vere", "bli") && refusals[next(2)]:
	case c.is(i, "trenger", "treng", "kan", "får", "skal", "need", "bør", "can", "may") && not[next(1)] && (refused(next(2)) || refused(next(3)) || refused(next(4))):
	case word == "cannot" && refused(next(1)):
	default:
		return ""
	}
	if (asks[word] || not[word]) && i > 0 && (c[i-1] == "is" || c[i-1] == "are" || c[i-1] == "er") && c.describes(i) {
		return ""
	}
	ground, last := c.groupBefore(i)
	if wished && newcomers[last] {
		return ""
	}
	return ground
}

// is reports whether the word at i is one of those given.
func (c clause) is(i int, words ...string) bool {
	return i >= 0 && i < len(c) && slices.Contains(words, c[i])
}

func refused(word string) bool { return refusals[word] || bars[word] }

// describes reports whether the word at i belongs to a description of the
// landlord, the neighbours or who lives there.
func (c clause) describes(i int) bool {
	start := i
	for start > 0 && c[start-1] != comma {
		start--
	}
	self := false
	for j := start; j < i; j++ {
		self = self || selves[c[j]]
		if dwells[c[j]] && !told[c[j]] {
			return true
		}
	}
	if self && i > 0 && isWord[c[i-1]] && !(i+1 < len(c) && acts[c[i+1]]) {
		return true
	}
	for j := i; j < len(c) && c[j] != comma; j++ {
		if dwells[c[j]] && (start < i && (c[start] == "det" || c[start] == "there")) {
			return true
		}
	}
	return false
}

// isHarmless reports whether the phrase around the word at i says that no demand
// is made.
func (c clause) isHarmless(i int) bool {
	start, end := i, i
	for start > 0 && c[start-1] != comma {
		start--
	}
	for end < len(c) && c[end] != comma {
		end++
	}
	phrase := " " + strings.Join(c[start:end], " ") + " "
	for _, h := range harmless {
		if strings.Contains(phrase, " "+h) {
			return true
		}
	}
	return false
}

// trigger words are those without which nothing is a demand.
func isTrigger(word string) bool {
	return slips[word] != "" || onlyOrNot[word] || experiences[word] || doubts[word] || beginsMust[word] != nil || wishes[word] || closes[word] || asks[word] || ageWords[word] || ageLimits[word] || refusals[word] ||
		word == "leies" || word == "utleies" || word == "leigast" || word == "cannot"
}

// mayDemand reports whether any word of the text may begin a demand, at no cost
// in memory.
func mayDemand(text string) bool { return anyWord(text, isTrigger) }

func anyWord(text string, is func(string) bool) bool {
	var lower [20]byte
	for text != "" {
		word, size := nextWord(text)
		if n := len(word); n > 0 && n <= len(lower)-4 {
			b := lower[:0]
			for _, r := range word {
				b = utf8.AppendRune(b, unicode.ToLower(r))
			}
			if is(string(b)) {
				return true
			}
		}
		text = text[size:]
	}
	return false
}
