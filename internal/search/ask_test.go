package search_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
)

// Where no home answers to all of a search, what could be left out is named, with
// what is found without it.
func TestWithout(t *testing.T) {
	var documents []search.Document
	for i, h := range []struct {
		address, place string
		rent, beds     int
	}{{"Revelveien 1", "Selfors", 6000, 2}, {"Revelveien 2", "Selfors", 7000, 3}, {"Myrveien 3", "Gruben", 4500, 1}, {"Myrveien 4", "Gruben", 9000, 3}} {
		l := landlords.Listing{Address: h.address, PostalPlace: h.place, Rent: &h.rent, Bedrooms: &h.beds, Status: landlords.StatusOpen}
		documents = append(documents, search.NewDocument(fmt.Sprint(i), h.address, l, nil))
	}
	find := func(_ context.Context, p *search.Plan) (*search.Result, error) {
		return search.Linear(documents, p), nil
	}
	for _, c := range []struct {
		query, filter, value string
		total                int
		want                 []string
	}{
		{"3 soverom under 5000", "", "", 0, []string{"3 soverom 1", "under 5000 2"}},
		{"under 5000", "postal_place", "Selfors", 0, []string{"postal_place=Selfors 1", "under 5000 2"}},
		{"gruben", "postal_place", "Selfors", 0, []string{"postal_place=Selfors 2", "words 2"}},
		{"revelveien 4 soverom", "", "", 0, []string{"4 soverom 2"}},
		{"revelveien 5 soverom under 4000", "", "", 0, nil},                            // one alone does not help
		{"selfors under 5000", "", "", 2, []string{"left out: under 5000", "words 1"}}, // all of the words, without the rent
		{"xyzzy under 5000", "", "", 1, nil},                                           // nobody has the word
		{"selfors 1 soverom under 7000", "", "", 2, []string{"left out: 1 soverom", "words 1"}},
		{"selfors", "", "", 2, nil},
		{"xyzzy", "", "", 0, nil},
	} {
		req := search.Request{Query: c.query, Day: search.Day{On: 739580, FreshDays: 21}}
		if c.filter != "" {
			f, err := search.ParseFilter(c.filter, c.value)
			if err != nil {
				t.Fatal(err)
			}
			req.Filters = append(req.Filters, f)
		}
		r, plan, err := search.Ask(t.Context(), req, nil, nil, find)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range r.Without {
			text := "words"
			if w.Filter != search.TheWords {
				f := plan.Filters[w.Filter]
				if text = f.Field + "=" + f.String(); plan.SaidAs(w.Filter) != nil {
					text = plan.SaidAs(w.Filter).Text
				}
			}
			got = append(got, fmt.Sprint(text, " ", w.Total))
		}
		if r.LeftOut != nil {
			got = append(got, "left out: "+r.LeftOut.Text)
		}
		slices.Sort(got)
		if r.Total != c.total || !slices.Equal(got, c.want) {
			t.Errorf("%q %s=%s: got %d homes, and %q, want %d and %q", c.query, c.filter, c.value, r.Total, got, c.total, c.want)
		}
	}
}

// FuzzAsk holds that a query can be anything: it is understood as something, what was
// recognised stands in it, and what could be left out does find homes.
func FuzzAsk(f *testing.F) {
	for _, q := range []string{"hybel selfors nav garanti under 7000", `"ole tobias" -kjeller`, "3+ soverom 8-9000", "<7000 9' 7,5k", "ledig 31.12 desember", "møbelrt \x00\xff «", "nær 8613 2 voksne og 3 barn", "-\"a\" - -", "under under mellom 5 og"} {
		f.Add(q, "rent", "5000-7000")
	}
	places, synonyms := search.NewPlaces(search.Demo), search.NewSynonyms(search.DefaultSynonyms)
	rent := 6500
	documents := []search.Document{search.NewDocument("a", "U-1", landlords.Listing{Address: "Ole Tobias Olsens gate 3", PostalCode: "8613", PostalPlace: "Selfors", Rent: &rent, DwellingType: landlords.Studio}, places)}
	find := func(_ context.Context, p *search.Plan) (*search.Result, error) {
		return search.Linear(documents, p), nil
	}
	f.Fuzz(func(t *testing.T, query, field, value string) {
		req := search.Request{Query: query, Day: search.Day{On: 739580, FreshDays: 21}, Known: search.KnownBy(documents)}
		if filter, err := search.ParseFilter(field, value); err == nil {
			again, err := search.ParseFilter(filter.Field, filter.String())
			if err != nil || again.String() != filter.String() {
				t.Errorf("%s=%s reads as %q, and that as %q, %v", field, value, filter.String(), again.String(), err)
			}
			req.Filters = append(req.Filters, filter)
		}
		r, p, err := search.Ask(t.Context(), req, places, synonyms, find)
		if err != nil {
			return // a place without coordinates
		}
		for _, said := range p.Recognised {
			if said.Start < 0 || said.Start >= said.End || said.End > len(query) {
				t.Errorf("%q stands from %d to %d of %q", said.Text, said.Start, said.End, query)
			}
		}
		for _, w := range r.Without {
			if w.Total < 1 || w.Filter >= len(p.Filters) {
				t.Errorf("%q: got %+v", query, w)
			}
		}
	})
}
