package importers

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
)

// MaxText is the most characters that a text field holds.
const MaxText = 2000

// reading is what became of one cell.
type reading struct {
	value  Value
	code   string // what is wrong; "" is nothing
	months int    // a deposit given as months' rent; value is filled when the rent is known
	kind   string // lease_kind, where a lease term says it
}

// The codes of unreadable cells. A money code begins with the field's name:
// rent_not_a_number.
const (
	codeDate       = "date_invalid"
	codePostal     = "postal_code_invalid"
	codeNotNumber  = "_not_a_number"
	codeUnreadable = "value_unreadable"
	codeSetPart    = "value_partly_unreadable"
	codeTooLong    = "text_too_long"
	codeRounded    = "amount_rounded"
	codeFormula    = "formula_not_calculated"
	codeCellError  = "cell_error"
	codeUnlawful   = "unlawful_requirement"
)

// CodeIdentity is the code of a cell that held an identity number. Nothing of
// such a cell is kept or shown.
const CodeIdentity = "identity_number_refused"

// read reads a cell as a value of the field. Blank cells, and words for "not
// known" outside free text, are unknown without a problem.
func read(f *Field, c sheet.Cell) reading {
	switch c.Kind {
	case sheet.Blank:
		return reading{}
	case sheet.Error:
		return reading{code: unreadableCode(f, codeCellError)}
	case sheet.Uncalculated:
		return reading{code: unreadableCode(f, codeFormula)}
	}
	switch f.Type {
	case TypeText:
		return readText(c)
	case TypeEmail:
		return readEmail(c)
	}
	text := cellText(c)
	if c.Kind == sheet.Text && isNull(text) {
		return reading{}
	}
	switch f.Type {
	case TypePhone:
		return readPhone(text)
	case TypePostalCode:
		return readPostalCode(text)
	case TypeUnitNumber:
		return readUnitNumber(text)
	case TypeMoney:
		return readMoney(f, c, text)
	case TypeDeposit:
		return readDeposit(f, c, text)
	case TypeWhole:
		return readWhole(c, text)
	case TypeArea:
		return readArea(c, text)
	case TypeModules:
		return readModules(c, text)
	case TypeLeaseMonths:
		return readLeaseTerm(c, text)
	case TypeDate:
		return readDate(c, text)
	case TypeYesNo:
		return readYesNo(c, text)
	case TypeChoice:
		return readChoice(f, c, text)
	case TypeSecuritySet, TypeRuleSet:
		return readSet(f, text)
	case TypePlaces:
		return readPlaces(text)
	}
	panic("importers: a field type that read does not know")
}

// unreadableCode is the code for a cell of this field that cannot be read.
// Money, dates and postal codes have their own, which refuse the row.
func unreadableCode(f *Field, other string) string {
	switch f.Type {
	case TypeMoney, TypeDeposit:
		return f.Name + codeNotNumber
	case TypeDate:
		return codeDate
	case TypePostalCode:
		return codePostal
	}
	return other
}

// refusesRows reports whether an unreadable cell of the field refuses its row.
func (f *Field) refusesRows() bool { return unreadableCode(f, "") != "" }

// refuses reports whether a cell with that problem refuses its row.
func refuses(code string) bool {
	return code == codeDate || code == codePostal || strings.HasSuffix(code, codeNotNumber)
}

// cellText is the cell as a person would have typed it.
func cellText(c sheet.Cell) string {
	switch c.Kind {
	case sheet.Number:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case sheet.Date:
		return c.Date.String()
	case sheet.Bool:
		if c.Number != 0 {
			return "ja"
		}
		return "nei"
	}
	return strings.TrimSpace(plainSpaces(c.Text))
}

// plainSpaces turns every kind of space (U+00A0, U+202F, tab, line end) and
// control character into a space, and drops what takes no room at all.
func plainSpaces(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == 0x7f || c >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u200b' || r == '\ufeff' || r == '\u00ad' || r == '\u200e' || r == '\u200f':
			return -1
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u202f':
			return ' '
		}
		return r
	}, s)
}

// CleanText returns s as a text field keeps it: NFC, trimmed, every control
// character and unusual space a space, and at most MaxText characters; cut
// reports that there were more.
func CleanText(s string) (clean string, cut bool) {
	s = strings.TrimSpace(plainSpaces(norm.NFC.String(s)))
	if len(s) <= MaxText {
		return s, false
	}
	n := 0
	for i := range s {
		if n++; n > MaxText {
			return strings.TrimSpace(s[:i]), true
		}
	}
	return s, false
}

func readText(c sheet.Cell) reading {
	text := c.Text
	if c.Kind != sheet.Text {
		text = cellText(c)
	}
	clean, cut := CleanText(text)
	r := reading{value: Value{Known: clean != "", Text: clean}}
	if cut {
		r.code = codeTooLong
	}
	return r
}

func readEmail(c sheet.Cell) reading {
	text, _ := CleanText(cellText(c))
	text = strings.TrimPrefix(text, "mailto:")
	if isNull(text) {
		return reading{}
	}
	name, domain, ok := strings.Cut(text, "@")
	if !ok || name == "" || !strings.Contains(strings.Trim(domain, "."), ".") || strings.ContainsAny(text, " <>,;\"") || strings.Contains(domain, "@") {
		return reading{code: codeUnreadable}
	}
	return reading{value: known(Value{Text: text})}
}

// readPhone reads 8 Norwegian digits with any spacing, after +47, 0047 or
// nothing, and foreign numbers that begin with + or 00, as E.164.
func readPhone(text string) reading {
	var digits []byte
	plus := false
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r == '+' && len(digits) == 0:
			plus = true
		case r == ' ' || r == '-' || r == '.' || r == '(' || r == ')' || r == '/' && i > 0:
		default:
			if len(digits) > 0 || !unicode.IsLetter(r) && r != ':' { // "tlf: 44 66 67 99"
				return reading{code: codeUnreadable}
			}
		}
	}
	number := string(digits)
	if !plus && strings.HasPrefix(number, "00") {
		plus, number = true, number[2:]
	}
	switch {
	case !plus && len(number) == 8:
		number = "47" + number
	case !plus && len(number) == 10 && strings.HasPrefix(number, "47"):
	case plus && strings.HasPrefix(number, "47") && len(number) != 10:
		return reading{code: codeUnreadable}
	case plus && len(number) >= 8 && len(number) <= 15:
	default:
		return reading{code: codeUnreadable}
	}
	return reading{value: known(Value{Text: "+" + number})}
}

// readPostalCode reads four digits; fewer have lost their leading zeros to a
// number cell. "8622 Mo i Rana" is 8622.
func readPostalCode(text string) reading {
	code := text
	if head, tail, ok := strings.Cut(text, " "); ok && tail != "" && unicode.IsLetter([]rune(tail)[0]) {
		code = head
	}
	code = strings.TrimPrefix(strings.TrimPrefix(code, "NO-"), "N-")
	n, err := strconv.ParseUint(code, 10, 32)
	if err != nil || len(code) > 4 || len(code) < 2 || n == 0 {
		return reading{code: codePostal}
	}
	return reading{value: known(Value{Text: strings.Repeat("0", 4-len(code)) + code})}
}

func readUnitNumber(text string) reading {
	number := strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "-", ""))
	if len(number) != 5 || !strings.Contains("HULK", number[:1]) {
		return reading{code: codeUnreadable}
	}
	for _, c := range []byte(number[1:]) {
		if c < '0' || c > '9' {
			return reading{code: codeUnreadable}
		}
	}
	return reading{value: known(Value{Text: number})}
}

func readDate(c sheet.Cell, text string) reading {
	var date civil.Date
	ok := false
	switch c.Kind {
	case sheet.Date:
		date, ok = c.Date, true
	case sheet.Number: // a serial whose style or column has been lost
		date, ok = plainSerial(c.Number)
	case sheet.Text:
		if date, ok = ParseDate(text); !ok && len(text) == 5 {
			if n, err := strconv.Atoi(text); err == nil {
				date, ok = plainSerial(float64(n))
			}
		}
	}
	if !ok {
		return reading{code: codeDate}
	}
	return reading{value: known(Value{Date: date})}
}

// plainSerial reads a bare number as an Excel day of the 1900 system, from 1954
// to 2119: what else a number in a column of dates can be is no date. Workbooks
// of the 1904 system are converted before, by their own book.
func plainSerial(n float64) (civil.Date, bool) {
	if n < 20_000 || n >= 80_000 {
		return 0, false
	}
	return civil.MustParse("1899-12-30").AddDays(int(n)), true
}
