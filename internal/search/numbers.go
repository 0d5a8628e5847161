package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/spelling"
)

// Words around numbers, folded.
var (
	upTo     = phraseSet("under|maks|max|maksimum|maksimalt|inntil|opptil|opp til|høyst|maximum|up to|below|less than|at most|billigere enn|billegare enn|cheaper than|mindre enn|ikke over|ikkje over|not over|no more than|lavere enn|til|til og med|makspris|maks pris|maxpris|max price|maksleie|maks leie|maks husleie|makshusleie|max rent|maximum rent|<")
	from     = phraseSet("over|minst|minimum|min|fra|frå|from|above|more than|at least|mer enn|meir enn|dyrere enn|større enn|>")
	between  = phraseSet("mellom|between|fra|frå|from")
	about    = phraseSet("ca|cirka|omtrent|rundt|around|about")
	rentWord = phraseSet("leie|leia|leien|husleie|husleia|husleien|leige|leiga|husleige|husleiga|rent|pris|price|budsjett|budget")
	rentUnit = phraseSet("kr|kroner|nok|kr mnd|kr pr mnd|kr i måneden|pr mnd|per mnd|per måned|i måneden|i måned|mnd|måned|month|a month|per month|kr per month|kr per måned|kr måned|kr month|nok month|nok per month|kroner i måneden|kroner per måned|kroner måneden|i månaden")
	sizeUnit = phraseSet("m2|kvm|kvadrat|kvadratmeter|kvadratmetre|sqm|square metres|square meters|sq m|m²")
	bedUnit  = phraseSet("soverom|soveroms|sovrom|soverum|soveromm|sov|sove|sr|soverommet|bedroom|bedrooms|bed|beds|br|bdr|bdrm|bedrom")
	roomUnit = phraseSet("roms|rom|room|rooms")
	people   = phraseSet("personer|personar|person|pers|people|persons|stk|occupants|beboere|barn og voksne")
	months   = phraseSet("mnd|måneder|månader|months|month|måned|månad")
	years    = phraseSet("år|års|åring|year|years|årig")
	depositW = phraseSet("depositum|deposit|dep")
	adults   = phraseSet("voksne|voksen|vaksne|vaksen|adults|adult")
	children = phraseSet("barn|born|children|child|kids")
	orLess   = phraseSet("eller mindre|eller lavere|eller lågare|eller under|or less|or lower|or below")
)

func phraseSet(list string) map[string]bool {
	set := map[string]bool{}
	for phrase := range strings.SplitSeq(list, "|") {
		if w := strings.Join(foldAll(phrase), " "); w != "" {
			set[w] = true
		}
	}
	return set
}

// longest returns the number of words at i that stand in the set.
func (p *parser) longest(i int, set map[string]bool) int {
	for n := min(4, len(p.tokens)-i); n > 0; n-- {
		if set[p.key(i, n)] {
			return n
		}
	}
	return 0
}

// unit is longest with one slip allowed in a long word: "sovrom", "soevrom".
func (p *parser) unit(i int, set map[string]bool) int {
	if n := p.longest(i, set); n > 0 {
		return n
	}
	w := p.at(i)
	if len(w) < 5 {
		return 0
	}
	for u := range set {
		if len(u) >= 6 && u[0] == w[0] && spelling.Distance(w, u, 1) <= 1 {
			return 1
		}
	}
	return 0
}

// number reads a number at i: 7000, 7 000, 7.000, 7k, 7,5k, 7 tusen, tre.
func (p *parser) number(i int) (value, n int, ok bool) {
	w := p.at(i)
	if w == "" {
		return 0, 0, false
	}
	if v, is := numberWords[w]; is {
		if next := p.at(i + 1); next == "tusen" || next == "thousand" {
			return v * 1000, 2, true
		}
		return v, 1, true
	}
	for _, unit := range []string{"kr", "nok"} {
		w = strings.TrimSuffix(w, unit)
	}
	scale := 1
	if head, cut := strings.CutSuffix(w, "k"); cut && isNumber(head) {
		w, scale = head, 1000
	}
	if !isNumber(w) || len(w) > 6 {
		return 0, 0, false
	}
	value, _ = strconv.Atoi(w)
	if end := p.tokens[i].End; scale == 1 && len(w) <= 2 && (strings.HasPrefix(p.raw[end:], "'") || strings.HasPrefix(p.raw[end:], "’")) { // 9'
		scale = 1000
	}
	if scale == 1 && len(w) <= 2 && i+1 < len(p.tokens) {
		next := p.at(i + 1)
		gap := p.raw[p.tokens[i].End:p.tokens[i+1].Start]
		switch {
		case gap == "," && strings.HasSuffix(next, "k") && len(next) == 2: // 7,5k
			tenth, err := strconv.Atoi(next[:1])
			return value*1000 + tenth*100, 2, err == nil
		case next == "tusen" || next == "thousand":
			return value * 1000, 2, true
		}
		digits := strings.TrimSuffix(next, "kr")
		if (gap == " " || gap == "." || gap == "\u00a0" || gap == "\u202f") && len(digits) == 3 && isNumber(digits) {
			low, _ := strconv.Atoi(digits)
			return value*1000 + low, 2, true
		}
	}
	return value * scale, 1, true
}

// measure is what a number was found to count.
type measure struct {
	field string
	n     int // words of its unit
}

// measureOf says what a number counts, by the words after it.
func (p *parser) measureOf(value, after int) (measure, bool) {
	if n := p.unit(after, sizeUnit); n > 0 {
		return measure{"area_m2", n}, true
	}
	if n := p.unit(after, bedUnit); n > 0 {
		return measure{"bedrooms", n}, true
	}
	if n := p.longest(after, people); n > 0 {
		return measure{"max_occupants", n}, true
	}
	if value >= 1000 {
		return measure{"rent", p.longest(after, rentUnit)}, true
	}
	return measure{}, false
}

// amount recognises bounds: under 7000, 5000-7000, minst 60 m2, maks 2 soverom,
// depositum under 20000, 7500 kr.
func (p *parser) amount(i int) int {
	at, field := i, ""
	if n := p.longest(at, depositW); n > 0 {
		at, field = at+n, "deposit"
	} else if n := p.longest(at, rentWord); n > 0 {
		at, field = at+n, "rent"
	}
	if n := p.bounds(i, at, field); n > 0 {
		return n
	}
	for _, side := range []struct {
		words map[string]bool
		op    string
	}{{upTo, "<="}, {from, ">="}, {about, "about"}} {
		n := p.longest(at, side.words)
		if n == 0 && !(side.op == "<=" && at < len(p.tokens) && p.tokens[at].Start > 0 && p.raw[p.tokens[at].Start-1] == '<') {
			continue
		}
		if next := p.at(at + n); next == "kr" || next == "nok" { // under kr 7000
			n++
		}
		value, used, ok := p.number(at + n)
		if !ok {
			continue
		}
		end := at + n + used
		m, ok := p.measureOf(value, end)
		if field != "" {
			m, ok = measure{field, p.longest(end, rentUnit)}, value >= 1000
		}
		if !ok {
			continue
		}
		return p.bound(i, end+m.n-i, m.field, side.op, value)
	}
	return p.bare(i, at, field)
}

// bound is a filter with one side.
func (p *parser) bound(i, n int, field, op string, value int) int {
	if field == "max_occupants" { // "til 4 personer": so many are to live there
		return p.occupants(i, n, value)
	}
	r := Range{0, value}
	switch {
	case op == ">=":
		r = Range{value, maxNumber}
	case op == "about":
		r, op = Range{value - value/10, value + value/10}, "between"
		return p.filter(i, n, op, []int{r.Min, r.Max}, Filter{Field: field, Ranges: []Range{r}})
	}
	return p.filter(i, n, op, value, Filter{Field: field, Ranges: []Range{r}})
}

// bounds recognises 5000-7000, 5000 til 7000, mellom 5000 og 7000, 2-3 soverom.
func (p *parser) bounds(i, at int, field string) int {
	if n := p.longest(at, between); n > 0 {
		at += n
	}
	low, n1, ok := p.number(at)
	if !ok || at+n1 >= len(p.tokens) {
		return 0
	}
	mid := at + n1
	gap := strings.TrimSpace(p.raw[p.tokens[mid-1].End:p.tokens[mid].Start])
	switch word := p.at(mid); {
	case gap == "-" || gap == "–":
	case slices.Contains([]string{"og", "til", "to", "and"}, word):
		mid++
	default:
		return 0
	}
	high, n2, ok := p.number(mid)
	if low < 100 && high >= 1000 && low*1000 <= high { // 8-9000, 7-8 tusen
		low *= 1000
	}
	if !ok || high < low {
		return 0
	}
	m, ok := p.measureOf(high, mid+n2)
	if field != "" && low >= 1000 {
		m, ok = measure{field, p.longest(mid+n2, rentUnit)}, true
	}
	if !ok || m.field == "rent" && low < 1000 {
		return 0
	}
	return p.filter(i, mid+n2+m.n-i, "between", []int{low, high}, Filter{Field: m.field, Ranges: []Range{{low, high}}})
}

// bare recognises a number without a bound: 60 m2, 7500 kr, and 7500 alone where
// it can only be a rent.
func (p *parser) bare(i, at int, field string) int {
	value, n, ok := p.number(at)
	if !ok {
		return 0
	}
	end := at + n
	if u := p.unit(end, sizeUnit); u > 0 && field == "" {
		return p.bound(i, end+u-i, "area_m2", ">=", value)
	}
	unit := p.longest(end, rentUnit)
	less := p.longest(end+unit, orLess)
	written := less > 0 || strings.HasSuffix(p.at(at), "kr") || strings.HasSuffix(p.at(at), "k") || n > 1 || strings.HasPrefix(p.raw[p.tokens[end-1].End:], ",-")
	postal := p.places.Find(p.at(at)).Name != "" || p.isKnown(p.at(at))
	plain := value >= 3000 && value <= 40000 && value%50 == 0
	if value < 1000 || unit == 0 && !written && (postal || field == "" && !plain) {
		return 0
	}
	if field == "" {
		field = "rent"
	}
	return p.bound(i, end+unit+less-i, field, "<=", value)
}

// rooms recognises 3 soverom, minst 3 soverom, 3+ soverom, tre soverom,
// tosoverom, 3-roms and treroms, which is two bedrooms and a living room.
func (p *parser) rooms(i int) int {
	value, n, ok := p.number(i)
	if !ok {
		return p.roomsInOneWord(i)
	}
	plus := strings.HasPrefix(p.raw[p.tokens[i+n-1].End:], "+")
	atLeast := 0
	if plus {
		atLeast = 1
	} else if next := p.at(i + n); next == "eller" || next == "or" || next == "plus" { // 3 eller flere soverom
		if more := p.at(i + n + 1); strings.HasPrefix(more, "fler") || more == "more" || strings.HasPrefix(more, "meir") {
			atLeast, n = 1, n+2
		}
	}
	switch u := p.unit(i+n, bedUnit); {
	case u > 0:
		n += u
	case p.at(i+n) == "roms" && value == 1:
		return p.typed(i, n+1, "hybel")
	case p.longest(i+n, roomUnit) > 0 && value >= 2 && value < 9:
		n += p.longest(i+n, roomUnit)
		value--
	default:
		return 0
	}
	if value > 20 {
		return 0
	}
	if strings.HasPrefix(p.raw[p.tokens[i+n-1].End:], "+") { // 3 soverom+
		atLeast = 1
	}
	if atLeast == 0 && p.at(i+n) == "eller" && strings.HasPrefix(p.at(i+n+1), "fler") { // 3 soverom eller flere
		atLeast, n = 1, n+2
	}
	return p.bedrooms(i, n, value, atLeast == 1)
}

func (p *parser) bedrooms(i, n, value int, atLeast bool) int {
	if atLeast {
		return p.bound(i, n, "bedrooms", ">=", value)
	}
	return p.filter(i, n, "=", value, Filter{Field: "bedrooms", Ranges: []Range{{value, value}}})
}

// roomsInOneWord recognises treroms, 3roms, tosoverom and 2soverom.
func (p *parser) roomsInOneWord(i int) int {
	w := p.at(i)
	for _, ending := range []struct {
		text  string
		minus int
	}{{"romsleilighet", 1}, {"soveroms", 0}, {"soverom", 0}, {"sov", 0}, {"roms", 1}, {"br", 0}} {
		head, ok := strings.CutSuffix(w, ending.text)
		if !ok {
			continue
		}
		value, is := numberWords[head]
		if !is && isNumber(head) && len(head) == 1 {
			value, is = int(head[0]-'0'), true
		}
		if is && value > ending.minus {
			return p.bedrooms(i, 1, value-ending.minus, false)
		}
	}
	return 0
}

// people recognises how many are to live there: 4 personer, family of 5, 2
// voksne og 3 barn.
func (p *parser) people(i int) int {
	at := i
	if w := p.at(i); (w == "family" || w == "familie") && (p.at(i+1) == "of" || p.at(i+1) == "pa") {
		at += 2
	} else if w == "plass" && p.at(i+1) == "til" {
		at += 2
	} else if w == "familie" || w == "family" {
		at++
	}
	value, n, ok := p.number(at)
	if !ok || value < 1 || value > 20 {
		return 0
	}
	end := at + n
	if young, m, ok := p.number(end); ok && value+young < 15 && p.raw[p.tokens[end-1].End:p.tokens[end].Start] == "+" { // familie 2+3
		return p.occupants(i, end+m-i, value+young)
	}
	if u := p.longest(end, children); u > 0 { // and somebody who looks after them
		return p.occupants(i, end+u-i, value+1)
	}
	if u := p.longest(end, adults); u > 0 {
		end += u
		next := end
		if slices.Contains([]string{"og", "and", "med", "with"}, p.at(next)) {
			next++
		}
		if young, m, ok := p.number(next); ok && p.longest(next+m, children) > 0 {
			value, end = value+young, next+m+1
		}
		return p.occupants(i, end-i, value)
	}
	u := p.longest(end, people)
	if u == 0 && at < i+2 {
		return 0
	}
	return p.occupants(i, end+u-i, value)
}

// occupants keeps the homes for so many people, and those that do not say.
func (p *parser) occupants(i, n, value int) int {
	return p.filter(i, n, ">=", value, Filter{Field: "max_occupants", Values: []string{Unknown}, Ranges: []Range{{value, maxNumber}}})
}

// lease recognises how long one wants to stay: 3 år, minst 36 mnd.
func (p *parser) lease(i int) int {
	at := i + p.longest(i, from)
	value, n, ok := p.number(at)
	if !ok || value < 1 || value > 120 {
		return 0
	}
	end := at + n
	scale := 1
	u := p.longest(end, months)
	if u == 0 {
		u, scale = p.longest(end, years), 12
	}
	if u == 0 {
		return 0
	}
	end += u
	for slices.Contains([]string{"kontrakt", "leiekontrakt", "leietid", "leigetid", "lease", "contract", "leieavtale", "avtale"}, p.at(end)) {
		end++
	}
	return p.filter(i, end-i, ">=", value*scale, Filter{Field: "lease_months", Ranges: []Range{{value * scale, maxNumber}}})
}

// near recognises a place to measure from: nær 8613, near Selfors.
func (p *parser) near(i int) int {
	n := p.longest(i, nearWords)
	if n == 0 || i+n >= len(p.tokens) {
		return 0
	}
	target := p.at(i + n)
	place := p.places.Locate(target)
	if !place.HasPoint {
		return 0
	}
	p.out.Near = place.Code
	p.note(i, n+1, "near", "=", place.Code)
	return n + 1
}

var nearWords = phraseSet("nær|nære|nærme|i nærheten av|i nærleiken av|nærheten av|near|close to|near to|ved")
