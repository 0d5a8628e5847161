package search

import (
	"html"
	"slices"
	"strings"
)

// Highlight returns the fields in which words of the query were found, as HTML
// with those words in <mark> and all else escaped.
func (p *Plan) Highlight(d *Document) map[string]string {
	out := map[string]string{}
	for c := range NumColumns {
		if c == ColType || c == ColRegister {
			continue // their words are not the landlord's
		}
		if marked, ok := p.mark(columnText(d, c)); ok {
			out[columnFields[c]] = marked
		}
	}
	return out
}

func columnText(d *Document, c Column) string {
	l := &d.Listing
	return [NumColumns]string{ColRef: l.ExternalRef, ColAddress: l.Address, ColPlace: l.PostalPlace, ColLandlord: l.LandlordName, ColNotes: l.Notes}[c]
}

func (p *Plan) mark(text string) (string, bool) {
	if text == "" || len(p.Clauses) == 0 {
		return "", false
	}
	tokens := Tokens(text)
	marks := make([]bool, len(tokens))
	for i := range p.Clauses {
		p.Clauses[i].mark(tokens, marks)
	}
	if !slices.Contains(marks, true) {
		return "", false
	}
	var b strings.Builder
	at := 0
	for i, t := range tokens {
		if !marks[i] {
			continue
		}
		b.WriteString(html.EscapeString(text[at:t.Start]) + "<mark>" + html.EscapeString(text[t.Start:t.End]) + "</mark>")
		at = t.End
	}
	b.WriteString(html.EscapeString(text[at:]))
	return b.String(), true
}

func (c *Clause) mark(tokens []Token, marks []bool) {
	for i, t := range tokens {
		if c.Quality(t.Text) > NoMatch || c.Quality(t.Spelt) > NoMatch {
			marks[i] = true
		} else if n := strings.TrimRight(t.Text, "abcdefgh"); n != t.Text && isNumber(n) && c.Quality(n) == Exact {
			marks[i] = true
		}
	}
	for i := 1; i < len(tokens); i++ {
		if isRoad(tokens[i].Text) && c.Quality(tokens[i-1].Text+tokens[i].Text) == Exact {
			marks[i-1], marks[i] = true, true
		}
	}
	list, _ := c.Phrases()
	for _, phrase := range list {
		for i := 0; i+len(phrase) <= len(tokens); i++ {
			same := true
			for j, w := range phrase {
				same = same && tokens[i+j].Text == w
			}
			for j := range phrase {
				marks[i+j] = marks[i+j] || same
			}
		}
	}
}
