package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/civil"
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
	literal  bool // a single word is a word
	out      Query
	last     int // token that may be unfinished, -1 where there is none
}

// Parse understands a query. It never fails: what it does not recognise are
// words to look for.
func Parse(raw string, today civil.Date, places *Places, synonyms *Synonyms) Query {
	return parse(raw, today, places, synonyms, false)
}

// parse is Parse; where it is literal, a single word is never a filter: it may be
// somebody's name.
func parse(raw string, today civil.Date, places *Places, synonyms *Synonyms, literal bool) Query {
	if len(raw) > MaxQuery {
		raw = strings.ToValidUTF8(raw[:MaxQuery], "")
	}
	p := &parser{raw: raw, today: today, places: places, synonyms: synonyms, literal: literal, last: -1}
	rest := p.quoted()
	p.tokens = Tokens(rest)
	if n := len(p.tokens); n > 0 && p.tokens[n-1].End == len(strings.TrimRightFunc(raw, func(r rune) bool { return r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })) {
		p.last = n - 1
	}
	for i := 0; i < len(p.tokens); {
		if p.excluded(i) {
			w := p.tokens[i].Text
			p.out.Excludes = append(p.out.Excludes, Clause{Words: []string{w}, Alts: p.synonyms.Of(w)})
			i++
			continue
		}
		if n := p.recognise(i); n > 0 {
			i += n
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

// word takes a word that no filter wants.
func (p *parser) word(i int) {
	w := p.tokens[i].Text
	if stopWords[w] && (i != p.last || len(w) < 2) || len(p.out.Clauses) >= maxClauses {
		return
	}
	if stopWords[w] {
		return
	}
	if t, ok := typeOf[w]; ok {
		p.note(i, 1, "dwelling_type", "~", string(t))
	} else if place := p.places.Named(w); place != "" {
		p.note(i, 1, "postal_place", "~", place)
	} else if p.places.Find(w).Name != "" {
		p.note(i, 1, "postal_code", "~", w)
	}
	c := Clause{Words: []string{w}, Alts: p.synonyms.Of(w), Prefix: i == p.last}
	if p.tokens[i].Spelt != w {
		c.Spelt = p.tokens[i].Spelt
	}
	p.out.Clauses = append(p.out.Clauses, c)
}

// join lets two words also be one: "tromsø gata" finds Tromsøgata.
func (p *parser) join() {
	for i := 0; i+1 < len(p.out.Clauses); i++ {
		a, b := &p.out.Clauses[i], &p.out.Clauses[i+1]
		if len(a.Words) != 1 || len(b.Words) != 1 || a.Quoted || b.Quoted || hasDigit(a.Words[0]) || hasDigit(b.Words[0]) {
			continue
		}
		one := []string{Fold(a.Words[0] + b.Words[0])}
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
	for _, try := range []func(int) int{p.near, p.lease, p.amount, p.rooms, p.people, p.freeBy, p.phrase} {
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
		if n == 1 && p.literal {
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
		if !ok {
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
	for phrase, meaning := range phrases {
		if phrase[0] != key[0] || strings.Count(phrase, " ") != n-1 {
			continue
		}
		total := 0
		for j, w := range strings.Split(phrase, " ") {
			t := typed[j]
			limit := 0
			if len(t) >= 5 && len(w) >= 5 && t[0] == w[0] {
				limit = tolerance(t)
			}
			d := distance(t, w, limit)
			if d > limit {
				total = 100
				break
			}
			total += d
		}
		if total < best || total == best && total < 100 && (meaning.field+meaning.value < found.field+found.value) {
			best, found = total, meaning
		}
	}
	return found, best < 100
}
