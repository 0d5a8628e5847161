package importers

import (
	"math"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/spelling"
)

// maxMoney is the largest amount that a cell can mean, in NOK.
const maxMoney = 100_000_000

// ParseMoney reads an amount in NOK as people write it: 8 500,- · kr 8.500 ·
// 8500 · 8 500,00 · 8 500 kr/mnd · NOK 8,500, with any kind of space. A dot or
// comma followed by exactly three digits groups thousands; a comma followed by
// one or two is øre; any other dot is a question, not a guess, and so is a range.
// Around the digits only words for kroner and for each month may stand. Øre are
// rounded to the nearest krone, and rounded says so.
func ParseMoney(text string) (amount int, rounded, ok bool) {
	s := strings.ToLower(strings.TrimSpace(plainSpaces(text)))
	first, last := strings.IndexAny(s, "0123456789"), strings.LastIndexAny(s, "0123456789")
	if first < 0 {
		return 0, false, false
	}
	tail := s[last+1:]
	for _, dash := range []string{",-", ".-", ":-", "-", "–", "—", " ,-", ",–", ",—"} {
		if rest, found := strings.CutPrefix(tail, dash); found {
			tail = strings.TrimPrefix(rest, "-")
			break
		}
	}
	if !moneyWords(s[:first]) || !moneyWords(tail) || strings.HasPrefix(tail, ".") || strings.HasPrefix(tail, ",") {
		return 0, false, false
	}
	return parseAmount(s[first : last+1])
}

var besideMoney = wordSet("kr|nok|kroner|ca|circa|cirka|pr|per|mnd|md|mo|måned|måneden|månad|månaden|month|mnth|mth|pm|pcm|p|m|i|a")

// moneyWords reports whether what stands beside the digits only says that they
// are kroner a month.
func moneyWords(s string) bool {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '.' || r == '/' || r == ':' }) {
		if !besideMoney[spelling.Fold(word)] || strings.ContainsAny(word, "-,+") {
			return false
		}
	}
	return true
}

// trimWords trims any of the words from one end of s, as often as they stand there.
func trimWords(s string, list []string, trim func(s, word string) string) string {
	for again := true; again; {
		again = false
		for _, word := range list {
			if t := strings.TrimSpace(trim(s, word)); t != s {
				s, again = t, true
				break
			}
		}
	}
	return s
}

// parseAmount reads the digits, their grouping and the øre.
func parseAmount(s string) (amount int, rounded, ok bool) {
	var digits []byte
	group := 0        // digits since the last separator
	grouped := false  // a thousands separator was seen
	decimals := false // the øre follow
	var sep byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
			group++
			continue
		case len(digits) == 0 || decimals || i == len(s)-1:
			return 0, false, false
		case c == ' ' || c == '.' || c == ',':
			next := digitRun(s[i+1:])
			switch {
			case next == 3 && (!grouped && group <= 3 || grouped && group == 3) && (sep == 0 || sep == c):
				grouped, sep, group = true, c, 0
			case c == ',' && next >= 1 && next <= 2 && i+1+next == len(s) && (!grouped || group == 3):
				decimals, group = true, 0
			default:
				return 0, false, false
			}
		default:
			return 0, false, false
		}
	}
	if len(digits) == 0 || len(digits) > 12 || grouped && !decimals && group != 3 {
		return 0, false, false
	}
	if !decimals {
		n, err := strconv.Atoi(string(digits))
		return n, false, err == nil && n <= maxMoney
	}
	whole, ore := digits[:len(digits)-group], digits[len(digits)-group:]
	n, err := strconv.Atoi(string(whole))
	cents, _ := strconv.Atoi((string(ore) + "0")[:2])
	if cents >= 50 {
		n++
	}
	return n, cents != 0, err == nil && n <= maxMoney
}

func digitRun(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func readMoney(f *Field, c sheet.Cell, text string) reading {
	amount, rounded, ok := 0, false, false
	switch c.Kind {
	case sheet.Number:
		whole := math.Round(c.Number)
		amount, rounded, ok = int(whole), math.Abs(whole-c.Number) > 1e-6, c.Number >= 0 && whole <= maxMoney
	case sheet.Text:
		amount, rounded, ok = ParseMoney(text)
	}
	switch {
	case !ok:
		return reading{code: f.Name + codeNotNumber}
	case rounded:
		return reading{value: known(Value{Int: amount}), code: codeRounded}
	}
	return reading{value: known(Value{Int: amount})}
}

// readDeposit reads an amount, or months' rent: "3 mnd", "3 x husleie".
func readDeposit(f *Field, c sheet.Cell, text string) reading {
	if c.Kind == sheet.Text {
		if months, ok := parseDepositMonths(text); ok {
			return reading{months: months}
		}
		if folded := spelling.Fold(text); noWords[folded] && folded != "0" {
			return reading{value: known(Value{Int: 0})} // "ingen": none is asked
		}
	}
	return readMoney(f, c, text)
}

var depositUnits = wordSet("mnd|måned|måneder|månader|månad|mnds|mnd husleie|mnd leie|mnd husleige|mnd leige|måneders leie|måneders husleie|månaders leige|månaders husleige|months|month|months rent|month's rent|months' rent|x husleie|x leie|x husleige|x leige|x mnd|x rent|ganger husleie|mndr|mnd's|gonger husleige|måneders|mths|mth|mo|månedsleier|månedsleie|månadsleiger|x mnd leie|x månedsleie|x mnd husleie")

func parseDepositMonths(text string) (int, bool) {
	head, tail, ok := cutTerm(text)
	if !ok || !depositUnits[spelling.Fold(tail)] {
		return 0, false
	}
	return head, true
}

// cutTerm splits "3 mnd" and "tre måneder" into the number and the unit.
func cutTerm(text string) (n int, unit string, ok bool) {
	text = trimWords(strings.ToLower(strings.TrimSpace(text)), []string{"ca.", "ca ", "min.", "min ", "minimum ", "minst "}, strings.TrimPrefix)
	if head, tail, ok := cutNumber(text); ok {
		n, err := strconv.Atoi(head)
		return n, strings.TrimLeft(tail, "-– "), err == nil && n < 1000
	}
	head, tail, found := strings.Cut(text, " ")
	n, named := numberWords[spelling.Fold(head)]
	return n, tail, found && named
}
