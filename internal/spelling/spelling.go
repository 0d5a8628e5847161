// Package spelling compares words as people write them in Norwegian: without
// regard to case, accents and the ways to write å, ø and æ, and with slips of the
// hand. What it returns is for comparing, never for showing.
package spelling

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the letters and digits of s in lower case, with å/aa, ø/oe and
// æ/ae each folded to one letter: "Ønsket område*" and "oensket omraade" are the
// same.
func Fold(s string) string { return FoldPairs(FoldLetters(s)) }

// FoldLetters is Fold but for the pairs aa, oe and ae: in a misspelt word they may
// be letters that have changed places, or that stand around one left out.
func FoldLetters(s string) string {
	if folded, ok := foldASCII(s); ok {
		return folded
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
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

// foldASCII is FoldLetters without the cost of decomposing, for the common word.
func foldASCII(s string) (string, bool) {
	var buf [64]byte
	out := buf[:0]
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x80:
			return "", false
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			out = append(out, c)
		}
	}
	return string(out), true
}

var pairs = strings.NewReplacer("aa", "a", "oe", "o", "ae", "a")

// FoldPairs folds the pairs aa, oe and ae of a word that FoldLetters returned.
func FoldPairs(s string) string {
	if strings.Contains(s, "aa") || strings.Contains(s, "oe") || strings.Contains(s, "ae") {
		return pairs.Replace(s)
	}
	return s
}

// Distance returns the optimal string alignment distance (insert, delete, replace,
// swap of neighbours) of two folded words, or more than limit as soon as that is
// certain. It takes len(a)*len(b) steps at most.
func Distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var room [3][64]int // enough for nearly every word
	prev2, prev, row := room[0][:], room[1][:], room[2][:]
	if len(b) >= len(row) {
		prev2, prev, row = make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	}
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
