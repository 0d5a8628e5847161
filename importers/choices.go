package importers

import (
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/spelling"
)

func readYesNo(c sheet.Cell, text string) reading {
	if c.Kind == sheet.Number && c.Number != 0 && c.Number != 1 {
		return reading{code: codeUnreadable}
	}
	folded := spelling.Fold(text)
	if strings.ContainsAny(text, ticks) {
		folded = "x"
	}
	for _, mark := range []string{",", ";", " (", " - ", " – "} {
		if answer, _, remark := strings.Cut(text, mark); remark && plainAnswers[spelling.Fold(answer)] {
			folded = spelling.Fold(answer) // "Ja, én katt", "Nei (kun ute)"
			break
		}
	}
	switch {
	case yesWords[folded]:
		return reading{value: known(Value{Yes: true})}
	case noWords[folded]:
		return reading{value: known(Value{})}
	}
	return reading{code: codeUnreadable}
}

// ticks are marks that say yes.
const ticks = "✓✔☑√"

// plainAnswers may have a remark behind them.
var plainAnswers = wordSet("ja|nei|yes|no")

// readChoice reads a word for one of the choices, or a plain yes or no where
// the field has choices that these stand for.
func readChoice(f *Field, c sheet.Cell, text string) reading {
	if found := f.vocabulary.find(text); found != nil {
		return reading{value: known(Value{Text: found.Value})}
	}
	if f.Yes != "" {
		if got := readYesNo(c, text); got.value.Known {
			return reading{value: known(Value{Text: map[bool]string{true: f.Yes, false: f.No}[got.value.Yes]})}
		}
	}
	return reading{code: codeUnreadable}
}

// readSet reads words separated by comma, semicolon, slash, plus, "og", "and".
// What it can read of a cell stands; the rest is a problem.
func readSet(f *Field, text string) reading {
	if c := f.vocabulary.exact[spelling.Fold(text)]; c != nil { // before splitting: a word may hold a separator
		return reading{value: known(Value{Bits: c.bit})}
	}
	if f.Type == TypeSecuritySet && allWords[spelling.Fold(text)] {
		var r reading
		for _, c := range f.Choices {
			r.value.Bits |= c.bit
		}
		r.value.Known = true
		return r
	}
	var r reading
	unread := 0
	for _, part := range splitSet(text) {
		if isNull(part) {
			continue
		}
		if c := f.vocabulary.find(part); c != nil {
			r.value.Bits |= c.bit
		} else {
			unread++
		}
	}
	r.value.Known = r.value.Bits != 0
	switch {
	case unread > 0 && r.value.Known:
		r.code = codeSetPart
	case unread > 0:
		r.code = codeUnreadable
	}
	return r
}

var allWords = wordSet("alle|alt|all|any|alle former|alle typer|alle slags|alle typar|all forms|all types")

var setWords = strings.NewReplacer(" og ", ",", " and ", ",", " & ", ",", " eller ", ",", " or ", ",", " samt ", ",", " Og ", ",", " OG ", ",")

func splitSet(text string) []string {
	return strings.FieldsFunc(setWords.Replace(" "+text+" "), func(r rune) bool {
		return r == ',' || r == ';' || r == '/' || r == '+' || r == '|'
	})
}

func readPlaces(text string) reading {
	var places []string
	for _, part := range splitSet(text) {
		place, _ := CleanText(part)
		if !isNull(place) {
			places = append(places, place)
		}
	}
	return reading{value: Value{Known: places != nil, List: places}}
}
