package importers

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/boligklar/boligklar/internal/spelling"
)

// words splits s at everything but letters and digits and folds each word.
func words(s string) []string {
	fields := strings.FieldsFunc(norm.NFKC.String(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, f := range fields {
		fields[i] = spelling.Fold(f)
	}
	return fields
}

// tolerance is how many letters a word of n may be misspelt by and still be
// taken for it.
func tolerance(n int) int {
	switch {
	case n < 4:
		return 0
	case n < 8:
		return 1
	case n < 13:
		return 2
	}
	return 3
}
