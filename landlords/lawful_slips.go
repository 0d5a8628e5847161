package landlords

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The file knows words that are misspelled: what a dictionary of bokmål, nynorsk and
// English has within one letter of a group's name, and means another thing, is in
// notSlips.

// slips are the usual ways to misspell the words that begin a demand.
var slips = map[string]string{
	"kunn": "kun", "knu": "kun", "bear": "bare", "barre": "bare", "berrre": "berre", "ike": "ikke", "ikek": "ikke", "ikkke": "ikke", "ikje": "ikkje", "ikkj": "ikkje",
	"inngen": "ingen", "ingn": "ingen", "ignen": "ingen", "onyl": "only", "onlly": "only", "hellst": "helst", "ønker": "ønsker", "ønskar": "ønskjer", "unsket": "ønsket",
}

// shortestSlip is how many letters a name has at least that is known with one of them
// wrong: shorter words are too near to others.
const shortestSlip = 6

// slipKey is what a slip leaves as it is, or nearly so: the first letter and the length.
type slipKey struct {
	first  rune
	length int
}

// The names of groups that a slip may stand for, and those by how they are written with
// one letter in place of two.
var (
	slipNames = map[slipKey][][]rune{}
	undoubled = map[string]string{}
)

// peopleEndings make a word for people of the name of a group: "innvandrerfamilie".
var peopleEndings = []string{"familie", "familier", "familiar", "ektepar", "par", "folk", "leietaker", "leietakere", "leigetakar", "leigetakarar"}

// notSlips are real words that are one letter away from the name of a group.
var notSlips = wordSet(`artister artistar artisters sensorer sensorar utsending utsendinger utsendingar utledning utledninger utledningar pensjoner feathers farther farthers tendring munnleg munnlege kinetisk kinetiske kromatisk kromatiske
	somatisk somatiske aviatisk transfer transfers kvinnelag kvinneliv palestina utenlands utanlands styrarane kundarane vestige vestiges disable pregnans handikapp ungkarer ungkarar ungkaren ungkarene plakker plakkar samfiske kvintene kvitnene
	knesene kratere gamblere senorer seriarane indiansk nordisme kuldarane tørkarar tørkarane europeisme ateismer autismer refuge laddies kineseri`)

func indexSlips() {
	for _, named := range []map[string]Ground{groups, traits} {
		for name := range named {
			letters := []rune(name)
			if len(letters) < shortestSlip || strings.Contains(name, " ") {
				continue
			}
			key := slipKey{letters[0], len(letters)}
			slipNames[key] = append(slipNames[key], letters)
			undoubled[undouble(letters)] = name
		}
	}
}

// spelled returns the word that a landlord meant who made one slip in a word of a
// demand or in the name of a group; a word that stands for itself is returned as it is.
// A longer name may lack or have a letter or have another one; of the shortest only two
// letters may have changed places.
func spelled(word string) string {
	if right := slips[word]; right != "" {
		return right
	}
	length := utf8.RuneCountInString(word)
	if length < shortestSlip || groups[word] != "" || traits[word] != "" || notSlips[word] || fillers[word] || people[word] || countries[word] || selves[word] || buildings[word] {
		return word
	}
	for _, ending := range peopleEndings {
		if stem, compound := strings.CutSuffix(word, ending); compound && groups[stem] != "" {
			return stem
		}
	}
	letters := []rune(word)
	if name := undoubled[undouble(letters)]; name != "" {
		return name
	}
	for n := length - 1; n <= length+1; n++ {
		for _, name := range slipNames[slipKey{letters[0], n}] {
			if n == length && swapped(letters, name) || max(n, length) > shortestSlip+1 && oneOff(letters, name) {
				return string(name)
			}
		}
	}
	return word
}

// undouble returns a word with one letter in place of two equal ones.
func undouble(letters []rune) string { return string(slices.Compact(slices.Clone(letters))) }

// swapped reports whether two words of one length differ by two neighbours that have
// changed places.
func swapped(x, y []rune) bool {
	i := differ(x, y)
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}

// oneOff reports whether two words differ by one letter: another, one more, one less.
func oneOff(x, y []rune) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	i := differ(x, y)
	if len(x) == len(y) {
		return i < len(x) && slices.Equal(x[i+1:], y[i+1:])
	}
	return slices.Equal(x[i:], y[i+1:])
}

// differ returns how many letters two words have in common at their beginning.
func differ(x, y []rune) int {
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	return i
}
