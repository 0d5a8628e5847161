package search

import (
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
)

// monthNames in three languages, three letters and more.
var monthNames = func() map[string]int {
	out := map[string]int{}
	for m, list := range []string{"januar january jan", "februar february feb", "mars march mar", "april apr", "mai may", "juni june jun", "juli july jul", "august aug",
		"september sep sept", "oktober october okt oct", "november nov", "desember december des dec"} {
		for w := range strings.FieldsSeq(list) {
			out[Fold(w)] = m + 1
		}
	}
	return out
}()

var freeWords = phraseSet("i|in|rundt|ledig rundt|omkring|around|i løpet av|during|fra og med|frå og med|ledig fra og med|ledig frå og med|ledig fra|ledig frå|ledig i|ledig innen|ledig før|ledig per|ledig den|ledig til|ledig|available from|available in|available by|available before|available|free from|free in|innflytting|innflytting i|innflytting fra|innflytting innen|move in|move in by|overtakelse|innen|by|fra|frå|from|før|before")

// freeBy recognises a day by which the home must be free: ledig fra 1.12.2026,
// ledig i desember, available by 1 December.
func (p *parser) freeBy(i int) int {
	n := p.longest(i, freeWords)
	if _, named := monthNames[p.at(i+1)]; n == 0 && !(named && isNumber(p.at(i))) && !p.bareMonth(i) { // "1. august" says it without a word
		return 0
	}
	day, used := p.day(i + n)
	if used == 0 {
		return 0
	}
	return p.filter(i, n+used, "<=", day.String(), Filter{Field: "available_from", Ranges: []Range{{1, int(day)}}})
}

// bareMonth reports whether the word at i is a month written out, and no name that a
// home has: "hus desember".
func (p *parser) bareMonth(i int) bool {
	w := p.at(i)
	return len(w) >= 4 && monthNames[w] > 0 && p.literal != WordsLiteral && !p.isKnown(w)
}

// day reads a day or a month, whose last day counts. A day without a year is the
// next one to come.
func (p *parser) day(i int) (civil.Date, int) {
	y, _, _ := p.today.YMD()
	switch w := p.at(i); {
	case w == Fold("nyttår"):
		day, _ := civil.Of(y+1, 1, 1)
		return day, 1
	case w == "new" && strings.HasPrefix(p.at(i+1), "year"):
		day, _ := civil.Of(y+1, 1, 1)
		return day, 2
	}
	if m, ok := monthNames[p.at(i)]; ok {
		return p.month(i, m)
	}
	return p.dayFirst(i)
}

// month reads a month, with a year or a day after it: March, March 2027, March 3.
func (p *parser) month(i, m int) (civil.Date, int) {
	y, thisMonth, _ := p.today.YMD()
	n := 1
	if v, used, is := p.number(i + 1); is && v > 2000 && v < 2100 {
		y, n = v, n+used
	} else if m < thisMonth {
		y++
	}
	if d, err := strconv.Atoi(strings.TrimRight(p.at(i+1), "sthnd")); err == nil && n == 1 {
		if day, ok := civil.Of(y, m, d); ok && p.measureless(i+2) {
			return day, 2
		}
	}
	first, _ := civil.Of(y, m, 1)
	return first.AddMonths(1).AddDays(-1), n
}

// dayFirst reads 1. desember, 1.12, 1.12.26 and 2026-12-01.
func (p *parser) dayFirst(i int) (civil.Date, int) {
	d, err1 := strconv.Atoi(p.at(i))
	m, named := monthNames[p.at(i+1)]
	if !named {
		var err error
		if m, err = strconv.Atoi(p.at(i + 1)); err != nil || i+1 >= len(p.tokens) {
			return 0, 0
		}
		gap := p.raw[p.tokens[i].End:p.tokens[i+1].Start]
		if !strings.ContainsAny(gap, "./") && !(gap == "-" && d > 2000) { // 3-5 are no day
			return 0, 0
		}
	}
	if err1 != nil || d < 1 {
		return 0, 0
	}
	if d > 2000 && i+2 < len(p.tokens) { // 2026-12-01
		last, err := strconv.Atoi(p.at(i + 2))
		day, ok := civil.Of(d, m, last)
		if err != nil || !ok {
			return 0, 0
		}
		return day, 3
	}
	y, _, _ := p.today.YMD()
	n := 2
	if v, err := strconv.Atoi(p.at(i + 2)); err == nil && (v > 2000 && v < 2100 || v > 20 && v < 80 && !named) {
		if y = v; v < 100 {
			y += 2000
		}
		n = 3
	}
	day, ok := civil.Of(y, m, d)
	if !ok {
		return 0, 0
	}
	if n == 2 && day < p.today.AddDays(-60) {
		day = day.AddMonths(12)
	}
	return day, n
}

// measureless reports whether what stands at i is no unit: in "mars 3 soverom"
// the number belongs to the rooms.
func (p *parser) measureless(i int) bool {
	_, unit := p.measureOf(0, i)
	return !unit && p.longest(i, roomUnit) == 0 && p.longest(i, adults) == 0
}
