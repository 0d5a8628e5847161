package importers

import (
	"math"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/spelling"
)

var months = map[string]int{}

func init() {
	for n, names := range []string{
		"januar|jan|january", "februar|feb|february|febr", "mars|mar|march", "april|apr", "mai|may", "juni|jun|june",
		"juli|jul|july", "august|aug", "september|sep|sept", "oktober|okt|october|oct", "november|nov", "desember|des|december|dec",
	} {
		for name := range strings.SplitSeq(names, "|") {
			months[name] = n + 1
		}
	}
}

var weekdays = wordSet("mandag|måndag|tirsdag|tysdag|onsdag|torsdag|fredag|lørdag|laurdag|søndag|sundag|man|tir|tys|ons|tor|fre|lør|lau|søn|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|den|kl")

// ParseDate reads a day as people write it in Norway: 01.12.2026 · 1.12.26 ·
// 2026-12-01 · 1. desember 2026 · 1 December 2026 · 01/12/2026. The day always
// stands before the month, or year, month, day; never the month first with
// digits. Two-digit years 00-79 are 2000s, 80-99 1900s. A time of day after the
// date is passed over.
func ParseDate(text string) (civil.Date, bool) {
	parts, ok := dateParts(text)
	if !ok {
		return 0, false
	}
	var year, month, day string
	switch {
	case months[parts[1]] > 0: // 1. desember 2026
		day, month, year = parts[0], parts[1], parts[2]
	case months[parts[0]] > 0: // December 1, 2026: a month in letters leaves no doubt
		month, day, year = parts[0], parts[1], parts[2]
	case len(parts[0]) == 4:
		year, month, day = parts[0], parts[1], parts[2]
	default:
		day, month, year = parts[0], parts[1], parts[2]
	}
	m := months[month]
	if m == 0 {
		m = small(month)
	}
	y, d := 0, small(day)
	switch n, err := strconv.Atoi(year); {
	case err != nil:
		return 0, false
	case len(year) == 4 && n >= 1900 && n < 2200:
		y = n
	case len(year) == 2 && n < 80:
		y = 2000 + n
	case len(year) == 2:
		y = 1900 + n
	}
	return civil.Of(y, m, d)
}

// dateParts returns the three words of a date, lower case.
func dateParts(text string) (parts [3]string, ok bool) {
	s := strings.ToLower(strings.TrimSpace(plainSpaces(text)))
	if len(s) > 40 {
		return parts, false
	}
	if len(s) == 8 && digitRun(s) == 8 && (s[:2] == "19" || s[:2] == "20") { // 20261201
		return [3]string{s[:4], s[4:6], s[6:]}, true
	}
	if len(s) > 10 && s[4] == '-' && (s[10] == 't' || s[10] == ' ') && strings.Contains(s[10:], ":") {
		s = s[:10]
	}
	n := 0
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" .,/-–", r) }) {
		switch {
		case weekdays[spelling.Fold(word)]:
			continue
		case n == 3 && strings.Contains(word, ":"):
			continue // a time of day
		case n == 3:
			return parts, false
		}
		word = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(word, "st"), "nd"), "rd"), "th")
		if months[word] == 0 && months[spelling.Fold(word)] == 0 && digitRun(word) != len(word) {
			if m := months[word+"st"]; m == 0 { // "august" lost its end
				return parts, false
			}
			word += "st"
		}
		parts[n] = word
		n++
	}
	return parts, n == 3 && !strings.HasPrefix(s, "-")
}

// small reads a day or month of one or two digits, 0 where it is none.
func small(s string) int {
	if len(s) > 2 {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// readArea reads whole square metres: "ca 26", "31 m2", "26,5 kvm" rounded.
func readArea(c sheet.Cell, text string) reading {
	if c.Kind == sheet.Number {
		if c.Number < 0 || c.Number > 1e5 {
			return reading{code: codeUnreadable}
		}
		return rounded(c.Number)
	}
	s := trimWords(strings.ToLower(text), []string{"ca.", "ca", "circa", "cirka", "omtrent", "rundt", "about", "approx.", "approx", "bra-i", "bra", "p-rom", "~", ":"}, strings.TrimPrefix)
	s = trimWords(s, []string{"m2", "m²", "m^2", "kvm.", "kvm", "kvadratmeter", "sqm", "sq m", "square metres", "square meters", "sq.m.", "m 2", "bra-i", "bra", "p-rom", "ca"}, strings.TrimSuffix)
	n, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || !(n >= 0 && n <= 1e5) || strings.ContainsAny(s, "e+xpin") {
		return reading{code: codeUnreadable}
	}
	return rounded(n)
}

func rounded(n float64) reading {
	whole := math.Round(n)
	r := reading{value: known(Value{Int: int(whole)})}
	if whole != n {
		r.code = codeRounded
	}
	return r
}

var (
	monthUnits      = wordSet("mnd|måned|måneder|månad|månader|months|month|mndr|mths|mth|mo|m")
	yearUnits       = wordSet("år|year|years|yr|yrs|års|åra")
	indefiniteWords = wordSet("ubestemt|tidsubestemt|tidsubestemd|ubestemd|indefinite|ubestemt tid|på ubestemt tid|open-ended|løpende|løpande|ikke tidsbestemt|ikkje tidsbestemt|ubegrenset|open ended|permanent|rolling|uavgrensa|tidsubegrenset|ikke tidsbegrenset")
)

// readLeaseTerm reads a number of months, years, or an indefinite lease.
func readLeaseTerm(c sheet.Cell, text string) reading {
	if c.Kind == sheet.Number {
		if c.Number < 0 || c.Number > 1200 || c.Number != math.Trunc(c.Number) {
			return reading{code: codeUnreadable}
		}
		return lease(int(c.Number))
	}
	if indefiniteWords[spelling.Fold(text)] {
		return reading{kind: "indefinite"}
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 0 && n <= 1200 {
		return lease(n)
	}
	if n, unit, ok := cutTerm(text); ok {
		switch folded := spelling.Fold(unit); {
		case monthUnits[folded]:
			return lease(n)
		case yearUnits[folded] && n <= 100:
			return lease(12 * n)
		}
	}
	if head, unit, ok := strings.Cut(strings.Replace(text, ".", ",", 1), " "); ok && yearUnits[spelling.Fold(unit)] { // 1,5 år
		if n, err := strconv.ParseFloat(strings.Replace(head, ",", ".", 1), 64); err == nil && n > 0 && n < 100 && 12*n == math.Trunc(12*n) {
			return lease(int(12 * n))
		}
	}
	return reading{code: codeUnreadable}
}

func lease(n int) reading {
	return reading{value: known(Value{Int: n}), kind: "fixed"}
}
