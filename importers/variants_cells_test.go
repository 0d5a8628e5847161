package importers

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
)

// gen writes true values the many ways that offices write them, in one language.
type gen struct {
	*rand.Rand
	lang int // index into inLangs
	csv  bool
}

func pick[T any](g *gen, list []T) T       { return list[g.IntN(len(list))] }
func (g *gen) chance(percent int) bool     { return g.IntN(100) < percent }
func (g *gen) word(w inLangs) string       { return pick(g, w[g.lang]) }
func (g *gen) of(nb, nn, en string) string { return pick(g, langWords(nb, nn, en)[g.lang]) }

// variantCell is a cell as a file holds it: text, number, bool or dated number.
type variantCell = sheet.Cell

func textCell(s string) variantCell { return variantCell{Kind: sheet.Text, Text: s} }
func numberCell(n int) variantCell  { return variantCell{Kind: sheet.Number, Number: float64(n)} }

// space is one of the spaces that stand in numbers.
func (g *gen) space() string { return pick(g, []string{" ", " ", "\u00a0", "\u202f"}) }

// grouped writes 8500 as 8 500.
func grouped(n int, by string) string {
	s := strconv.Itoa(n)
	if len(s) <= 3 {
		return s
	}
	return s[:len(s)-3] + by + s[len(s)-3:]
}

func (g *gen) money(n int) variantCell {
	if g.chance(40) {
		return numberCell(n)
	}
	spaced, dotted := grouped(n, g.space()), grouped(n, ".")
	perMonth := g.of("mnd|mnd.|måned", "mnd|månad", "month|mnth")
	return textCell(pick(g, []string{
		spaced, strconv.Itoa(n), spaced + ",-", "kr " + spaced, "kr " + dotted, spaced + ",00", spaced + " kr/" + perMonth, dotted,
		strconv.Itoa(n) + ",-", "kr. " + spaced, "Kr " + spaced + ",-", dotted + ",-", dotted + ",00", spaced + " kr", strconv.Itoa(n) + "kr",
		"NOK " + spaced, spaced + " NOK", "kr" + g.space() + spaced, spaced + " kr per " + perMonth, spaced + ",- pr " + perMonth,
		" " + spaced + " ", "kr " + strconv.Itoa(n),
	}))
}

// badMoney is an amount that nobody can read for certain.
func (g *gen) badMoney() variantCell {
	return textCell(pick(g, []string{"8.5", "12.50", "85.00.0", g.of("etter avtale", "etter avtale", "by agreement"), g.of("avtales", "avtalast", "to be agreed"), "8 500 / 9 000", "8500-9500", "abc"}))
}

var variantMonths = inLangs{
	strings.Fields("januar februar mars april mai juni juli august september oktober november desember"),
	strings.Fields("januar februar mars april mai juni juli august september oktober november desember"),
	strings.Fields("January February March April May June July August September October November December"),
}

func (g *gen) date(d civil.Date) variantCell {
	if !g.csv && g.chance(45) {
		return variantCell{Kind: sheet.Date, Date: d}
	}
	if !g.csv && g.chance(8) {
		return variantCell{Kind: sheet.Number, Date: d} // its style is lost
	}
	y, m, day := d.YMD()
	month := variantMonths[g.lang][m-1]
	return textCell(pick(g, []string{
		fmt.Sprintf("%02d.%02d.%04d", day, m, y), fmt.Sprintf("%d.%d.%04d", day, m, y), fmt.Sprintf("%d.%d.%02d", day, m, y%100),
		fmt.Sprintf("%02d.%02d.%02d", day, m, y%100), d.String(), fmt.Sprintf("%d. %s %d", day, month, y), fmt.Sprintf("%02d.%02d.%04d", day, m, y),
		fmt.Sprintf("%d. %s %d", day, strings.ToLower(month), y), fmt.Sprintf("%d %s %d", day, month, y), fmt.Sprintf("%d. %s. %d", day, month[:3], y),
		fmt.Sprintf("%d %s %d", day, month[:3], y), fmt.Sprintf(" %02d.%02d.%04d ", day, m, y), fmt.Sprintf("%d/%d/%d", day, m, y), fmt.Sprintf("%02d-%02d-%04d", day, m, y),
	}))
}

func (g *gen) badDate() variantCell {
	return textCell(pick(g, []string{"31.02.2026", "30.02.26", "2026-13-01", "32.01.2026", "12/31/2026", "31. juni 2026", g.of("snarest", "snarast", "soon"), "abc"}))
}

func (g *gen) postalCode(code string) variantCell {
	if n, _ := strconv.Atoi(code); g.chance(50) {
		if g.csv && g.chance(50) {
			return textCell(strconv.Itoa(n))
		}
		return numberCell(n)
	}
	return textCell(pick(g, []string{code, code, code + " "}))
}

func (g *gen) phone(e164 string) variantCell {
	n := strings.TrimPrefix(e164, "+47")
	if g.chance(20) {
		number, _ := strconv.Atoi(n)
		return numberCell(number)
	}
	pairs := n[:2] + " " + n[2:4] + " " + n[4:6] + " " + n[6:]
	threes := n[:3] + " " + n[3:5] + " " + n[5:]
	return textCell(pick(g, []string{n, pairs, threes, "+47" + n, "+47 " + threes, "+47 " + pairs, "0047 " + n, "0047" + n, "0047 " + threes, strings.ReplaceAll(threes, " ", "\u00a0"), "(+47) " + n}))
}

func (g *gen) area(n int) variantCell {
	if g.chance(40) {
		return numberCell(n)
	}
	s := strconv.Itoa(n)
	return textCell(pick(g, []string{s, "ca " + s, "ca. " + s, s + " m2", s + "m2", s + " m²", s + " kvm", "ca " + s + " m2", "ca. " + s + " kvm", s + g.space() + "m2", s + " " + g.of("kvm|m2", "kvm|m2", "sqm|m2"), "ca" + g.space() + s}))
}

func (g *gen) count(n int) variantCell {
	if g.chance(60) {
		return numberCell(n)
	}
	return textCell(pick(g, []string{strconv.Itoa(n), strconv.Itoa(n), strconv.Itoa(n) + " "}))
}

func (g *gen) modules(n int) variantCell {
	return pick(g, []variantCell{textCell(fmt.Sprintf("%d/8", n)), textCell(fmt.Sprintf("%d/8", n)), numberCell(n), textCell(fmt.Sprintf("%d / 8", n)), textCell(fmt.Sprintf("%d %s 8", n, g.of("av", "av", "of")))})
}

// leaseTerm writes months, nil being indefinite.
func (g *gen) leaseTerm(months any) variantCell {
	if months == nil {
		return textCell(g.of("ubestemt|tidsubestemt|Tidsubestemt|ubestemt tid", "tidsubestemd|ubestemt|ubestemd", "indefinite|Indefinite"))
	}
	n := months.(int)
	forms := []variantCell{numberCell(n), textCell(strconv.Itoa(n)), textCell(fmt.Sprintf("%d %s", n, g.of("mnd|måneder|mnd.|mndr", "mnd|månader", "months|mths|mo")))}
	if n%12 == 0 {
		year := textCell(fmt.Sprintf("%d %s", n/12, g.of("år", "år", "years|yrs")))
		if n == 12 {
			year = textCell("1 " + g.of("år", "år", "year"))
		}
		forms = append(forms, year, year)
	}
	return pick(g, forms)
}

func (g *gen) yesNo(v any) variantCell {
	switch v {
	case nil:
		return pick(g, []variantCell{{}, {}, textCell("?"), textCell(g.of("ukjent|Ukjent", "ukjend", "unknown|Unknown"))})
	case true:
		return pick(g, []variantCell{textCell(g.of("ja|Ja|JA|j|x|X|sann", "ja|Ja|j|x|sann", "yes|Yes|YES|y|x|true")), textCell(g.of("ja|Ja", "ja", "yes")), numberCell(1), {Kind: sheet.Bool, Number: 1}, textCell("1")})
	}
	return pick(g, []variantCell{textCell(g.of("nei|Nei|NEI|n|usann", "nei|Nei|n|usann", "no|No|NO|n|false")), textCell(g.of("nei|Nei", "nei", "no")), numberCell(0), {Kind: sheet.Bool}, textCell("0")})
}

func (g *gen) choice(of string, value any) variantCell {
	if value == nil {
		return pick(g, []variantCell{{}, {}, textCell("?"), textCell(g.of("ukjent", "ukjend", "unknown"))})
	}
	if g.chance(6) {
		return textCell(value.(string))
	}
	return textCell(g.word(variantChoices[of][value.(string)]))
}

func (g *gen) set(of string, values []string) variantCell {
	var words []string
	for _, v := range values {
		words = append(words, g.choice(of, v).Text)
	}
	g.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return textCell(g.join(words))
}

func (g *gen) join(words []string) string {
	and := g.of(" og ", " og ", " and ")
	by := pick(g, []string{", ", "; ", " / ", "/", " + ", ",", and, ";"})
	if n := len(words); n > 2 && g.chance(30) {
		return strings.Join(words[:n-1], ", ") + and + words[n-1]
	}
	return strings.Join(words, by)
}

func (g *gen) text(s string) variantCell {
	if g.chance(5) {
		s = norm.NFD.String(s)
	}
	if g.chance(5) {
		s = pick(g, []string{" ", "\u00a0", ""}) + s + " "
	}
	return textCell(s)
}

// identity returns a national identity number, made for the test, or a DUF number.
func (g *gen) identity() string {
	if g.chance(25) {
		return fmt.Sprintf("%d%08d", 1990+g.IntN(36), g.IntN(100_000_000))
	}
	for {
		day, month := 1+g.IntN(28), 1+g.IntN(12)
		switch g.IntN(4) {
		case 1:
			day += 40
		case 2:
			month += 40
		case 3:
			month += 80
		}
		digits := fmt.Sprintf("%02d%02d%02d%03d", day, month, g.IntN(100), g.IntN(1000))
		if check, ok := checkDigits(digits); ok {
			return digits + check
		}
	}
}

// checkDigits returns the two control digits of nine digits, where there are any.
func checkDigits(nine string) (string, bool) {
	digits := []byte(nine)
	for _, weights := range [][]int{{3, 7, 6, 1, 8, 9, 4, 5, 2}, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}} {
		sum := 0
		for i, w := range weights {
			sum += w * int(digits[i]-'0')
		}
		k := (11 - sum%11) % 11
		if k == 10 {
			return "", false
		}
		digits = append(digits, byte('0'+k))
	}
	return string(digits[9:]), true
}

// identityCell writes an identity number as text or number, in the digits' usual groups.
func (g *gen) identityCell() variantCell {
	n := g.identity()
	if g.chance(30) {
		number, _ := strconv.Atoi(n)
		return numberCell(number)
	}
	if len(n) == 12 {
		return textCell(n)
	}
	return textCell(pick(g, []string{n, n[:6] + " " + n[6:], n[:6] + "-" + n[6:]}))
}

// decorate dresses a header up as offices do.
func (g *gen) decorate(header string) string {
	if g.chance(8) {
		header = strings.ToUpper(header)
	} else if g.chance(6) {
		header = strings.ToLower(header)
	}
	switch g.IntN(14) {
	case 0:
		return header + "*"
	case 1:
		return header + ":"
	case 2:
		return header + " "
	case 3:
		return " " + header
	case 4:
		return header + " *"
	case 5:
		if g.csv {
			return header // the lines of the file are its row numbers
		}
		return strings.Replace(header, " ", "\n", 1)
	case 6:
		return strings.ReplaceAll(header, " ", "_")
	case 7:
		return strings.ReplaceAll(header, " ", "\u00a0")
	}
	return header
}

// misspell makes one edit in the middle of a word.
func (g *gen) misspell(header string) string {
	r := []rune(header)
	if len(r) < 6 || strings.Contains(header, "_") {
		return header
	}
	at := 1 + g.IntN(len(r)-3)
	switch g.IntN(3) {
	case 0:
		return string(slices.Delete(r, at, at+1))
	case 1:
		r[at], r[at+1] = r[at+1], r[at]
		return string(r)
	}
	return string(slices.Insert(r, at, r[at]))
}
