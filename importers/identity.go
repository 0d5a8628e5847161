package importers

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/spelling"
)

// National identity numbers and DUF numbers are refused wherever they stand:
// never stored, never logged, never echoed. Everything that leaves this package
// as text for people passes Scrub.

// IdentityKind names the kind of number that was refused.
type IdentityKind string

// The kinds of identity numbers.
const (
	NationalIdentity IdentityKind = "national_identity_number" // fødselsnummer, D-nummer, and the test numbers of both
	DUFNumber        IdentityKind = "duf_number"               // of the immigration authorities
)

// FindIdentity reports whether text holds an identity number, and which kind.
// Digits count as one number also where spaces or marks group them, seen or
// unseen: "010190 12345", "01.01.1990-12345".
func FindIdentity(text string) (IdentityKind, bool) {
	kind, _, _, ok := findIdentity(text)
	return kind, ok
}

// FindIdentityNumber is FindIdentity for a number cell, where a leading zero is lost.
func FindIdentityNumber(n float64) (IdentityKind, bool) {
	if n < 1e9 || n >= 1e12 || n != float64(int64(n)) {
		return "", false
	}
	var digits [12]byte
	i := len(digits)
	for v := int64(n); v > 0; v /= 10 {
		i--
		digits[i] = byte(v % 10)
	}
	if i == 2 { // ten digits: a national number whose zero is lost
		i--
		digits[i] = 0
	}
	return identityKind(digits[i:])
}

// Scrub replaces every identity number in text by a placeholder.
func Scrub(text string) string {
	for {
		_, from, to, ok := findIdentity(text)
		if !ok {
			return text
		}
		text = text[:from] + "[…]" + text[to:]
	}
}

// digitGroup is a run of digits: bytes [from, to) of the text, and where its
// digits begin among those of the groups that it continues.
type digitGroup struct{ from, to, digits int }

// findIdentity returns the first identity number and the bytes it stands in.
// The scan is linear: a number ends within 13 digits of where it begins.
func findIdentity(text string) (kind IdentityKind, from, to int, ok bool) {
	if !enoughDigits(text) {
		return "", 0, 0, false
	}
	digits := make([]byte, 0, 32)
	groups := make([]digitGroup, 0, 8)
	for i := 0; i < len(text); {
		value, size := digitAt(text[i:])
		if value < 0 {
			i += size
			continue
		}
		if n := len(groups); n > 0 && !joins(text[groups[n-1].to:i]) {
			digits, groups = digits[:0], groups[:0]
		}
		start, first := i, len(digits)
		for value >= 0 {
			digits = append(digits, byte(value))
			i += size
			value, size = digitAt(text[i:])
		}
		groups = append(groups, digitGroup{start, i, first})
		if kind, from, ok := endsInIdentity(digits, groups); ok {
			return kind, from, i, true
		}
	}
	return "", 0, 0, false
}

// joins reports whether people write what stands between two groups of digits
// within one number: spaces, dashes and other marks, characters that nobody
// sees, or a word for the second half ("150385 pnr 32127").
func joins(gap string) bool {
	if len(gap) > 40 {
		return false
	}
	marks := 0
	for _, r := range gap {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("./_:,+=|'\u2019\u2212", r):
			marks++
		case unicode.IsLetter(r):
			return halfWords[spelling.Fold(gap)]
		default:
			return false
		}
	}
	return marks <= 4
}

var halfWords = wordSet("pnr|personnr|personnummer|fnr|fødselsnr|fødselsnummer|og personnr|og personnummer|persnr")

// endsInIdentity looks at the numbers that end with the last group.
func endsInIdentity(digits []byte, groups []digitGroup) (IdentityKind, int, bool) {
	last := len(groups) - 1
	for g := last; g >= 0; g-- {
		candidate := digits[groups[g].digits:]
		if len(candidate) > 13 && g < last {
			break
		}
		switch {
		case g == last && len(candidate) == 10: // the zero is lost where a sheet took it for a number
			candidate = append([]byte{0}, candidate...)
		case g == last && len(candidate) > 12: // numbers run together
			for _, size := range []int{11, 12} {
				if kind, ok := identityKind(candidate[:size]); ok && len(candidate)%size == 0 {
					return kind, groups[g].from, true
				}
			}
			continue
		case len(candidate) == 13 && g == last-3 && groups[g+1].digits-groups[g].digits == 2 && groups[g+3].digits-groups[g+2].digits == 4:
			candidate = slices.Concat(candidate[:4], candidate[6:]) // 15.03.1985 32127
		}
		if kind, ok := identityKind(candidate); ok && (kind != DUFNumber || g == last || dufGroups(digits, groups, g)) {
			return kind, groups[g].from, true
		}
	}
	return "", 0, false
}

// dufGroups reports whether the groups from g on are a way that people write a
// DUF number (2012 345678 01), and not a date with a time (2026 10 12 1430) or
// with a telephone number (12.10.2026 44667799).
func dufGroups(digits []byte, groups []digitGroup, g int) bool {
	second := len(digits) - groups[g+1].digits
	if g+2 < len(groups) {
		second = groups[g+2].digits - groups[g+1].digits
	}
	return second > 2 && g == 0
}

func identityKind(digits []byte) (IdentityKind, bool) {
	switch len(digits) {
	case 11:
		if isNationalIdentity(digits) {
			return NationalIdentity, true
		}
	case 12:
		if century := digits[0]*10 + digits[1]; century == 19 || century == 20 {
			return DUFNumber, true
		}
	}
	return "", false
}

var (
	control1 = [10]int{3, 7, 6, 1, 8, 9, 4, 5, 2, 1}
	control2 = [11]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}
)

// isNationalIdentity checks the date and both control digits (modulus 11) of a
// fødselsnummer. A D-nummer adds 40 to the day, test numbers 40 or 80 to the month.
func isNationalIdentity(d []byte) bool {
	day, month := int(d[0])*10+int(d[1]), int(d[2])*10+int(d[3])
	if day > 40 {
		day -= 40
	}
	switch {
	case month > 80:
		month -= 80
	case month > 40:
		month -= 40
	}
	if day < 1 || day > 31 || month < 1 || month > 12 {
		return false
	}
	sum1, sum2 := 0, 0
	for i, w := range control1 {
		sum1 += w * int(d[i])
	}
	for i, w := range control2 {
		sum2 += w * int(d[i])
	}
	return sum1%11 == 0 && sum2%11 == 0
}

// enoughDigits is the cheap way out for almost every cell.
func enoughDigits(text string) bool {
	if len(text) < 10 {
		return false
	}
	n := 0
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= '0' && c <= '9' || c >= utf8.RuneSelf {
			n++
		}
	}
	return n >= 10
}

// digitAt returns the value of the digit that text begins with, -1 where it is
// none, and the bytes of the character. Full-width and Arabic digits count.
func digitAt(text string) (value, size int) {
	if text == "" {
		return -1, 0
	}
	if c := text[0]; c < utf8.RuneSelf {
		if c >= '0' && c <= '9' {
			return int(c - '0'), 1
		}
		return -1, 1
	}
	r, size := utf8.DecodeRuneInString(text)
	if r >= '\U0001d7ce' && r <= '\U0001d7ff' { // mathematical digits, five alphabets
		return int(r-'\U0001d7ce') % 10, size
	}
	for _, zero := range [...]rune{'\u0660', '\u06f0', '\u0966', '\uff10'} {
		if r >= zero && r <= zero+9 {
			return int(r - zero), size
		}
	}
	return -1, size
}
