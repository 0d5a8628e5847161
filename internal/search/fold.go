package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the letters and digits of a word in lower case with Norwegian
// letters and their replacements made one: ø, oe and o; å, aa and a; æ, ae and
// a. Road endings become one as well: gata, gaten and gt are gate; veien,
// vegen, veg and vn are vei. It is for comparing, never for showing.
func Fold(word string) string { return foldRoad(foldPairs.Replace(foldLetters(word))) }

// spelt is Fold but for the pairs oe, aa and ae: in a misspelt word they may be
// letters that have changed places, or that stand around one left out.
func spelt(word string) string { return foldRoad(foldLetters(word)) }

var foldPairs = strings.NewReplacer("aa", "a", "oe", "o", "ae", "a")

func foldLetters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if !ascii {
		s = norm.NFKD.String(s)
	}
	for _, r := range s {
		switch r = unicode.ToLower(r); {
		case r == 'ø':
			r = 'o'
		case r == 'æ':
			r = 'a'
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			continue // also the ring of å, which NFKD split off
		}
		b.WriteRune(r)
	}
	return b.String()
}

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

// distance returns the optimal string alignment distance of two folded words
// (insert, delete, replace, swap of neighbours), or more than limit as soon as
// that is certain. O(len(a)*len(b)).
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var room [3][64]int
	if len(b) >= len(room[0]) {
		return limit + 1 // nobody means a word of that length
	}
	prev2, prev, row := &room[0], &room[1], &room[2]
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, prev2[j-2]+1)
			}
			row[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}

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
