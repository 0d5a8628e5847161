package search

import (
	"slices"
	"strings"
	"unicode"

	"github.com/boligklar/boligklar/internal/spelling"
)

// Fold returns the letters and digits of a word in lower case with Norwegian
// letters and their replacements made one: ø, oe and o; å, aa and a; æ, ae and
// a. Road endings become one as well: gata, gaten and gt are gate; veien,
// vegen, veg and vn are vei. It is for comparing, never for showing.
func Fold(word string) string { return foldRoad(spelling.Fold(word)) }

// spelt is Fold but for the pairs oe, aa and ae: in a misspelt word they may be
// letters that have changed places, or that stand around one left out.
func spelt(word string) string { return foldRoad(spelling.FoldLetters(word)) }

// roadEndings are ways to write the kind of a road, longest first in each group.
var roadEndings = []struct {
	written []string
	as      string
}{
	{[]string{"gata", "gaten", "gaden", "gt"}, "gate"},
	{[]string{"veien", "vegen", "veg", "vn", "vg"}, "vei"},
}

// foldRoad gives a road's name its one ending. An abbreviation counts only
// after enough of a name: "Langnesgt".
func foldRoad(w string) string {
	for _, road := range roadEndings {
		for _, ending := range road.written {
			head, ok := strings.CutSuffix(w, ending)
			if ok && (head == "" || len(head) >= 3) {
				return head + road.as
			}
		}
	}
	return w
}

// roadKinds are the folded words for kinds of roads, which most names of roads end
// in.
var roadKinds = []string{"gate", "vei", "plass", "torg", "bakke", "bakken", "alle", "terrasse", "sti", "stien", "brygge", "ring", "lia"}

func isRoad(w string) bool { return slices.Contains(roadKinds, w) }

// roadName returns a road's name without its kind: karmsund of karmsundgate,
// angedal of angedalsvei; "" where a word is no road's.
func roadName(w string) string {
	for _, kind := range roadKinds {
		if head, ok := strings.CutSuffix(w, kind); ok && len(head) >= 5 {
			return strings.TrimSuffix(head, "s")
		}
	}
	return ""
}

// Token is a word of a text: its folded form and the bytes it stands at.
type Token struct {
	Text       string
	Spelt      string // Text but for the pairs of letters that were made one
	Start, End int
}

// Tokens splits a text into folded words. A letter that follows a house number
// ("22 A") and a number that follows a short prefix ("U-012") stay with it.
func Tokens(s string) []Token {
	var out []Token
	start := -1
	flush := func(end int) {
		if start >= 0 {
			if w := Fold(s[start:end]); w != "" {
				out = append(out, Token{w, spelt(s[start:end]), start, end})
			}
			start = -1
		}
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == '²' {
			if start < 0 {
				start = i
			}
			continue
		}
		flush(i)
	}
	flush(len(s))
	return joinNumbers(s, out)
}

// joinNumbers puts the parts of one number together: "22 a", "u-012".
func joinNumbers(s string, in []Token) []Token {
	out := in[:0]
	for i := 0; i < len(in); i++ {
		t := in[i]
		if i+1 < len(in) {
			next, gap := in[i+1], s[t.End:in[i+1].Start]
			houseLetter := isNumber(t.Text) && len(t.Text) <= 3 && len(next.Text) == 1 && next.Text >= "a" && next.Text <= "h" && gap == " "
			reference := len(t.Text) <= 2 && isLetters(t.Text) && isNumber(next.Text) && gap == "-"
			if houseLetter || reference {
				t = Token{t.Text + next.Text, t.Spelt + next.Spelt, t.Start, next.End}
				i++
			}
		}
		out = append(out, t)
	}
	return out
}

func isNumber(w string) bool { return w != "" && strings.Trim(w, "0123456789") == "" }

func hasDigit(w string) bool {
	for i := range len(w) {
		if '0' <= w[i] && w[i] <= '9' {
			return true
		}
	}
	return false
}

func isLetters(w string) bool { return w != "" && !hasDigit(w) }

// tolerance is how many letters of a folded word may be wrong: one from four
// letters, two from eight, none where a digit is in it.
func tolerance(w string) int {
	switch {
	case len(w) < 4 || hasDigit(w):
		return 0
	case len(w) < 8:
		return 1
	}
	return 2
}
