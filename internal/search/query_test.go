package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
)

// TestRecognise holds what queries are understood as: the filters and the words
// that are left.
func TestRecognise(t *testing.T) {
	places, synonyms := NewPlaces(Demo), NewSynonyms(DefaultSynonyms)
	today := civil.MustParse("2026-11-25")
	for _, c := range []struct{ query, want string }{
		{"hybel selfors nav garanti under 7000", "[accepted_security=nav_guarantee] [rent=..7000] hybel selfors"},
		{"3 soverom rullestol", "[bedrooms=3] [step_free=true]"},
		{"tromsogata", "tromsogate"},
		{"ledig nå", "[availability=now]"},
		{"hund", "[pets=true]"},
		{"under 7 000 kr i mnd", "[rent=..7000]"},
		{"maks 7.500,-", "[rent=..7500]"},
		{"7500 kr", "[rent=..7500]"},
		{"leilighet 8500", "[rent=..8500] leilighet"},
		{"under 7k", "[rent=..7000]"},
		{"under 7,5k", "[rent=..7500]"},
		{"under sju tusen", "[rent=..7000]"},
		{"5000-7000", "[rent=5000..7000]"},
		{"mellom 5000 og 7000 kroner", "[rent=5000..7000]"},
		{"over 10000", "[rent=10000..]"},
		{"minst 2 soverom", "[bedrooms=2..]"},
		{"3+ soverom", "[bedrooms=3..]"},
		{"2-3 soverom", "[bedrooms=2..3]"},
		{"tre soverom", "[bedrooms=3]"},
		{"treroms", "[bedrooms=2]"},
		{"3-roms leilighet", "[bedrooms=2] leilighet"},
		{"2 sovrom", "[bedrooms=2]"},
		{"2 bedrooms", "[bedrooms=2]"},
		{"minst 60 m2", "[area_m2=60..]"},
		{"under 40 kvm", "[area_m2=..40]"},
		{"4 personer", "[max_occupants=unknown,4..]"},
		{"family of 5", "[max_occupants=unknown,5..]"},
		{"3 års kontrakt", "[lease_months=36..]"},
		{"ledig fra 1.12.2026", "[available_from=0001-01-01..2026-12-01]"},
		{"ledig i desember", "[available_from=0001-01-01..2026-12-31]"},
		{"available by 1 december", "[available_from=0001-01-01..2026-12-01]"},
		{"depositum under 20000", "[deposit=..20000]"},
		{"uten dyr", "[pets=false]"},
		{"umøblert", "[furnished=none]"},
		{"delvis møblert", "[furnished=partly]"},
		{"rullstol", "[step_free=true]"},
		{"mobelrt", "[furnished=full,partly]"},
		{"wheelchair 2 bedrooms pets allowed", "[step_free=true] [bedrooms=2] [pets=true]"},
		{"husleige under 8000 straum inkludert", "[rent=..8000] [electricity_included=true]"},
		{"utleid", "[status=let]"},
		{`"ole tobias" -kjeller`, `"ole tobias" -kjeller`},
		{"revelveien 22 A", "revelvei 22a"},
		{"U-012", "u012"},
		{"8613", "8613"},
		{"under 700", "700"},
		{"", ""},
	} {
		q := Parse(c.query, today, places, synonyms)
		var got []string
		for _, f := range q.Filters {
			got = append(got, "["+f.Field+"="+f.String()+"]")
		}
		for _, cl := range q.Clauses {
			w := strings.Join(cl.Words, " ")
			if cl.Quoted {
				w = fmt.Sprintf("%q", w)
			}
			got = append(got, w)
		}
		for _, cl := range q.Excludes {
			got = append(got, "-"+strings.Join(cl.Words, " "))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.query, s, c.want)
		}
	}
}

// Every phrase of the lexicon is a filter that can be parsed.
func TestLexicon(t *testing.T) {
	for key, meaning := range phrases {
		if meaning.field == "sort" {
			continue
		}
		if _, err := ParseFilter(meaning.field, meaning.value); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
}
