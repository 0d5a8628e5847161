package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/spelling"
)

// Recognised is a part of the query that means more than its words: a filter,
// an order, a place to measure from. Where Op is "~" the words are still looked
// for as words, and Value says what they were understood as.
type Recognised struct {
	Text  string `json:"text"` // as it stands in the query
	Field string `json:"field"`
	Op    string `json:"op"` // =, <=, >=, between, ~
	Value any    `json:"value"`
	Start int    `json:"-"` // byte offsets in the query
	End   int    `json:"-"`
}

// isFilter reports whether it is one of the query's filters, in their order.
func (r *Recognised) isFilter() bool { return r.Op != "~" && FieldOf(r.Field) != nil }

// Query is what a person typed, understood.
type Query struct {
	Clauses    []Clause
	Excludes   []Clause
	Filters    []Filter
	Recognised []Recognised
	Sort       string // "" where the query says nothing of it
	Near       string // a postal code or place; "" where the query names none
}

// MaxQuery is how much of a query is read, in bytes.
const MaxQuery = 300

// maxClauses bounds the words that are looked for.
const maxClauses = 12

// parser goes through the words of a query once.
type parser struct {
	raw      string
	tokens   []Token
	today    civil.Date
	places   *Places
	synonyms *Synonyms
	literal  Literal
	known    func(word string) bool // whether a home has the word; may be nil
	out      Query
	last     int // token that may be unfinished, -1 where there is none
}

// Parse understands a query. It never fails: what it does not recognise are
// words to look for.
func Parse(raw string, today civil.Date, places *Places, synonyms *Synonyms) Query {
	return parse(Request{Query: raw, Day: Day{On: today}}, places, synonyms)
}

// Literal says which words are taken as words though they could be filters: a
// word may be somebody's name.
type Literal uint8

// The degrees of it.
const (
	NotLiteral   Literal = iota
	SlipsLiteral         // a filter must be spelt right
	WordsLiteral         // a filter is two words or more
)

func parse(req Request, places *Places, synonyms *Synonyms) Query {
	raw := req.Query
	if len(raw) > MaxQuery {
		raw = strings.ToValidUTF8(raw[:MaxQuery], "")
	}
	p := &parser{raw: raw, today: req.Day.On, places: places, synonyms: synonyms, literal: req.Literal, known: req.Known, last: -1}
	rest := p.quoted()
	p.tokens = p.split(Tokens(rest))
	if n := len(p.tokens); n > 0 && p.tokens[n-1].End == len(strings.TrimRightFunc(raw, func(r rune) bool { return r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })) {
		p.last = n - 1
	}
	for i := 0; i < len(p.tokens); {
		if p.excluded(i) {
			p.exclude(i)
			i++
			continue
		}
		if p.stopSlip(p.tokens[i].Text) {
			i++
			continue
		}
		if n := p.recognise(i); n > 0 {
			i += n
			continue
		}
		if i+1 < len(p.tokens) && negations[p.tokens[i].Text] && !stopWords[p.at(i+1)] && !hasDigit(p.at(i+1)) {
			p.exclude(i + 1)
			i += 2
			continue
		}
		p.word(i)
		i++
	}
	p.join()
	return p.out
}

// quoted takes the phrases out of the query, leaving spaces in their place.
func (p *parser) quoted() string {
	rest := []byte(p.raw)
	for {
		open := strings.IndexAny(string(rest), `"«“”`)
		if open < 0 {
			return string(rest)
		}
		_, size := utf8.DecodeRuneInString(string(rest[open:]))
		length := strings.IndexAny(string(rest[open+size:]), `"»“”`)
		if length < 0 { // never closed
			blank(rest[open : open+size])
			continue
		}
		inside := open + size
		end := inside + length
		_, closing := utf8.DecodeRuneInString(string(rest[end:]))
		if ws := foldAll(string(rest[inside:end])); len(ws) > 0 {
			c := Clause{Words: ws, Quoted: true}
			if open > 0 && rest[open-1] == '-' && (open == 1 || rest[open-2] == ' ') {
				p.out.Excludes = append(p.out.Excludes, c)
			} else {
				p.out.Clauses = append(p.out.Clauses, c)
			}
		}
		blank(rest[open : end+closing])
	}
}

func blank(b []byte) {
	for i := range b {
		b[i] = ' '
	}
}

// excluded reports a word with a minus before it.
func (p *parser) excluded(i int) bool {
	at := p.tokens[i].Start
	return at > 0 && p.raw[at-1] == '-' && (at == 1 || p.raw[at-2] == ' ')
}

// stopSlip reports whether a word that no home has is a slip of a long word that
// says nothing, such as utleier.
func (p *parser) stopSlip(w string) bool {
	if len(w) < 6 || stopWords[w] || p.isKnown(w) || phrases[w].field != "" || p.synonyms.Has(w) || p.places.Named(w) != "" {
		return false
	}
	for stop := range stopWords {
		if len(stop) >= 6 && stop[0] == w[0] && spelling.Distance(w, stop, 1) <= 1 {
			return true
		}
	}
	return false
}

// exclude leaves out the homes that have the word at i.
func (p *parser) exclude(i int) {
	w := p.tokens[i].Text
	p.out.Excludes = append(p.out.Excludes, Clause{Words: []string{w}, Alts: p.synonyms.Of(w)})
}

// word takes a word that no filter wants.
func (p *parser) word(i int) {
	w := p.tokens[i].Text
	if stopWords[w] || len(p.out.Clauses) >= maxClauses {
		return
	}
	if t, ok := typeOf[w]; ok {
		p.note(i, 1, "dwelling_type", "~", string(t))
	} else if place := p.places.Named(w); place != "" {
		p.note(i, 1, "postal_place", "~", place)
	} else if p.places.Find(w).Name != "" {
		p.note(i, 1, "postal_code", "~", w)
	}
	c := Clause{Words: []string{w}, Alts: p.alternatives(i), Prefix: i == p.last}
	if p.tokens[i].Spelt != w {
		c.Spelt = p.tokens[i].Spelt
	}
	p.out.Clauses = append(p.out.Clauses, c)
}

// alternatives returns what else the word at i may be: its synonyms, those of the
// word that it is a slip of, a street that is cut short.
func (p *parser) alternatives(i int) [][]string {
	w := p.tokens[i].Text
	alts := p.synonyms.Of(w)
	if alts == nil && len(w) >= 5 && !p.isKnown(w) {
		alts = p.synonyms.Near(w)
	}
	if end := p.tokens[i].End; len(w) >= 5 && end < len(p.raw) && p.raw[end] == '.' {
		switch w[len(w)-1] {
		case 'v':
			alts = append(alts, []string{w + "ei"})
		case 'g':
			alts = append(alts, []string{w + "ate"})
		}
	}
	return alts
}

// isKnown reports whether a home has the word, or may have it as its type.
func (p *parser) isKnown(w string) bool {
	_, isType := typeOf[w]
	return isType || p.known != nil && p.known(w)
}

// split parts what was written without a space: under7000, storgata12, 50m2,
// 3soverom. A word that a home has stays whole.
func (p *parser) split(in []Token) []Token {
	var out []Token
	for _, t := range in {
		if t.Text == "no" && t.Spelt == "noe" {
			continue // "noe" says nothing; "no" says much
		}
		at := strings.IndexFunc(p.raw[t.Start:t.End], func(r rune) bool { return unicode.IsDigit(r) != isNumber(t.Text[:1]) })
		if at <= 0 || p.isKnown(t.Text) {
			out = append(out, t)
			continue
		}
		head, tail := p.part(t.Start, t.Start+at), p.part(t.Start+at, t.End)
		word := len(head.Text) >= minPart && isLetters(head.Text) || upTo[head.Text] || from[head.Text]
		unit := isNumber(head.Text) && (sizeUnit[tail.Text] || bedUnit[tail.Text] || roomUnit[tail.Text] || people[tail.Text] || rentUnit[tail.Text] || months[tail.Text] || years[tail.Text] || tail.Text == "tusen")
		if !word && !unit {
			out = append(out, t)
			continue
		}
		out = append(out, head)
		out = append(out, p.split([]Token{tail})...) // maks8000kr
	}
	return out
}

func (p *parser) part(start, end int) Token {
	return Token{Fold(p.raw[start:end]), spelt(p.raw[start:end]), start, end}
}

// join lets two words also be one: "tromsø gata" finds Tromsøgata.
func (p *parser) join() {
	for i := 0; i+1 < len(p.out.Clauses); i++ {
		a, b := &p.out.Clauses[i], &p.out.Clauses[i+1]
		if len(a.Words) != 1 || len(b.Words) != 1 || a.Quoted || b.Quoted || hasDigit(a.Words[0]) || hasDigit(b.Words[0]) {
			continue
		}
		one := []string{nearestType(Fold(a.Words[0] + b.Words[0]))}
		a.Alts, b.Alts = append(a.Alts, one), append(b.Alts, one)
	}
}

// span is the text of n tokens.
func (p *parser) span(i, n int) (text string, start, end int) {
	start, end = p.tokens[i].Start, p.tokens[i+n-1].End
	for end < len(p.raw) && strings.IndexByte(`,-+`, p.raw[end]) >= 0 { // 7 000,- and 3+
		end++
	}
	return strings.TrimRight(p.raw[start:end], ","), start, end
}

func (p *parser) note(i, n int, field, op string, value any) {
	text, start, end := p.span(i, n)
	p.out.Recognised = append(p.out.Recognised, Recognised{text, field, op, value, start, end})
}

// filter adds a recognised filter and returns n.
func (p *parser) filter(i, n int, op string, value any, f Filter) int {
	p.note(i, n, f.Field, op, value)
	p.out.Filters = append(p.out.Filters, f)
	return n
}

// at returns the folded word at i, "" beyond the end.
func (p *parser) at(i int) string {
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	return p.tokens[i].Text
}

// recognise returns how many words at i mean a filter, 0 for none.
func (p *parser) recognise(i int) int {
	for _, try := range []func(int) int{p.near, p.lease, p.typePhrase, p.freeBy, p.people, p.amount, p.rooms, p.phrase} {
		if n := try(i); n > 0 {
			return n
		}
	}
	return 0
}

// phrase recognises the phrases of the lexicon, the longest first; a longer word
// may have one slip.
func (p *parser) phrase(i int) int {
	for n := min(maxPhraseWords, len(p.tokens)-i); n > 0; n-- {
		if n == 1 && p.literal == WordsLiteral {
			return 0
		}
		key := p.key(i, n)
		meaning, ok := phrases[key]
		for _, other := range p.synonyms.Of(key) {
			if ok {
				break
			}
			meaning, ok = phrases[strings.Join(other, " ")]
		}
		if !ok && p.literal == NotLiteral {
			meaning, ok = p.slip(key, n)
		}
		if !ok {
			continue
		}
		if meaning.field == "sort" {
			p.out.Sort = meaning.value
			p.note(i, n, "sort", "=", meaning.value)
			return n
		}
		f, err := ParseFilter(meaning.field, meaning.value)
		if err != nil {
			continue // a test holds that the lexicon has none
		}
		return p.filter(i, n, "=", meaning.value, f)
	}
	return 0
}

func (p *parser) key(i, n int) string {
	ws := make([]string, n)
	for j := range ws {
		ws[j] = p.at(i + j)
	}
	return strings.Join(ws, " ")
}

// slip finds a misspelt phrase: every word with its first letter right, words of
// five letters or more within their tolerance.
func (p *parser) slip(key string, n int) (said, bool) {
	if len(key) < 5 {
		return said{}, false
	}
	if _, isType := typeOf[key]; isType || p.places.Named(key) != "" || p.synonyms.Has(key) {
		return said{}, false
	}
	typed := strings.Split(key, " ")
	var found said
	best := 100
	for _, phrase := range shapedPhrases[shape{n, key[0]}] {
		total := 0
		for j, w := range phrase.words {
			t := typed[j]
			limit := 0
			if len(t) >= 5 && len(w) >= 5 && t[0] == w[0] && !p.isKnown(t) { // what a home has is no slip
				limit = tolerance(t)
			}
			d := spelling.Distance(t, w, limit)
			if d > limit {
				total = 100
				break
			}
			total += d
		}
		if m := phrase.said; total < best || total == best && total < 100 && (m.field+m.value < found.field+found.value) {
			best, found = total, m
		}
	}
	return found, best < 100
}
