package staff_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/searchtest"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/web/webtest"
)

// putListings stores listings as they are and returns their IDs.
func putListings(t *testing.T, s *webtest.Site, listings []landlords.Listing) (ids []string) {
	t.Helper()
	err := s.DB.Update(t.Context(), webtest.Municipality, func(tx *storage.Tx) error {
		ids = ids[:0]
		for _, l := range listings {
			rec := storage.Record[office.Entry[landlords.Listing]]{Value: office.Entry[landlords.Listing]{Key: l.Key(), Record: l}}
			if err := office.Listings.Put(tx, &rec); err != nil {
				return err
			}
			ids = append(ids, rec.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestOneAvailability compares what is open, unconfirmed and closed by the
// search, the list, a listing's page, matching and the export, over random
// listings. Each of them is asked the way that its readers ask.
func TestOneAvailability(t *testing.T) {
	s := webtest.New(t, nil)
	var listings []landlords.Listing
	for _, d := range searchtest.Documents(rand.New(rand.NewPCG(3, 3)), 70, nil) {
		listings = append(listings, d.Listing)
	}
	listings = append(listings, landlords.Listing{ExternalRef: "U-900", Address: "Uten status 1"}, landlords.Listing{ExternalRef: "U-901", Address: "Uten status 2", ConfirmedOn: s.Office.Today()})
	for i := range listings { // some lie on the edge of what is fresh
		if i%7 == 0 {
			listings[i].ConfirmedOn = s.Office.Today().AddDays(-20 - i%3)
		}
	}
	ids := putListings(t, s, listings)
	if _, err := s.Office.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1, ReadyDate: s.Office.Today().AddDays(-100)}, "test"); err != nil {
		t.Fatal(err)
	}
	if err := s.Finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Coordinator)
	places := map[string]map[string]landlords.Availability{
		"search": bySearch(t, s), "list": byList(t, b, ids, listings), "page": byPage(b, ids, listings), "match": byMatch(t, s), "export": byExport(t, b),
	}
	seen := map[landlords.Availability]int{}
	for i := range listings {
		key := listings[i].Key()
		want := places["search"][key]
		seen[want]++
		for place, says := range places {
			if says[key] != want {
				t.Errorf("%s is %q, confirmed %s: got %q by the %s, %q by the search", key, listings[i].Status, listings[i].ConfirmedOn, says[key], place, want)
			}
		}
	}
	for _, a := range landlords.Availabilities {
		if seen[a] < 5 {
			t.Errorf("only %d listings are %s: the test shows little", seen[a], a)
		}
	}
}

func bySearch(t *testing.T, s *webtest.Site) map[string]landlords.Availability {
	out := map[string]landlords.Availability{}
	for _, a := range landlords.Availabilities {
		f, err := search.ParseFilter("availability", string(a))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := s.Finder.Search(t.Context(), search.Request{Filters: []search.Filter{f}, Limit: search.MaxLimit})
		if err != nil || answer.Engine != "fts" {
			t.Fatalf("got %v by %s", err, answer.Engine)
		}
		for _, h := range answer.Hits {
			out[h.Key] = a
		}
	}
	return out
}

func byList(t *testing.T, b *webtest.Browser, ids []string, listings []landlords.Listing) map[string]landlords.Availability {
	out := map[string]landlords.Availability{}
	for _, a := range landlords.Availabilities {
		for page := 1; ; page++ {
			p := b.Get(fmt.Sprintf("/listings?lang=en&availability=%s&page=%d", a, page))
			rows := p.All("tbody th a")
			if len(rows) == 0 {
				t.Fatalf("got no row on page %d of %s", page, a)
			}
			for _, row := range rows {
				i := slices.Index(ids, strings.TrimPrefix(webtest.AttrOf(row, "href"), "/listings/"))
				out[listings[i].Key()] = a
			}
			if len(rows) < 25 {
				break
			}
		}
	}
	return out
}

func byPage(b *webtest.Browser, ids []string, listings []landlords.Listing) map[string]landlords.Availability {
	out := map[string]landlords.Availability{}
	for i, id := range ids {
		tags := b.Get("/listings/" + id + "?lang=en").Texts(".bk-tags .ds-tag")
		a := landlords.AvailabilityClosed
		switch {
		case slices.Contains(tags, "To be confirmed"):
			a = landlords.AvailabilityUnconfirmed
		case slices.Contains(tags, "Open"):
			a = landlords.AvailabilityOpen
		}
		out[listings[i].Key()] = a
	}
	return out
}

func byMatch(t *testing.T, s *webtest.Site) map[string]landlords.Availability {
	m, err := s.Office.Match(t.Context(), office.MatchRequest{Household: "H-1", Every: true})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]landlords.Availability{}
	for _, pair := range m.Pairs {
		for _, o := range pair.Outcomes {
			if o.Rule == matching.RuleListingOpen {
				out[pair.Offer.Listing.Key()] = map[matching.Answer]landlords.Availability{matching.Pass: landlords.AvailabilityOpen,
					matching.Unknown: landlords.AvailabilityUnconfirmed, matching.Fail: landlords.AvailabilityClosed}[o.Outcome]
			}
		}
	}
	return out
}

func byExport(t *testing.T, b *webtest.Browser) map[string]landlords.Availability {
	out := map[string]landlords.Availability{}
	for _, a := range landlords.Availabilities {
		p := b.Get("/exports/listings.csv?lang=en&availability=" + string(a))
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.Body, "\ufeff")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			i := slices.IndexFunc(row, func(cell string) bool { return strings.HasPrefix(cell, "U-") })
			out[row[i]] = a
		}
	}
	return out
}

// Without an index the list works by the store, and says so; with one it says
// nothing of it, and both show the same.
func TestListWithoutTheIndex(t *testing.T) {
	s := webtest.New(t, nil)
	putListings(t, s, []landlords.Listing{{ExternalRef: "U-1", Address: "Revelveien 1", Status: landlords.StatusOpen}, {ExternalRef: "U-2", Address: "Myrveien 2", Status: landlords.StatusOpen}})
	b := s.As(auth.Caseworker)
	const said = "The search index does not answer"
	for _, c := range []struct {
		name string
		down bool
	}{{"down", true}, {"up", false}} {
		if !c.down {
			if err := s.Finder.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		p := b.Get("/listings?lang=en&q=revelvein")
		if got := p.Texts("tbody th a"); !slices.Equal(got, []string{"Revelveien 1"}) {
			t.Errorf("%s: got %q", c.name, got)
		}
		if alerts := strings.Join(p.Texts(".ds-alert"), " "); strings.Contains(alerts, said) != c.down {
			t.Errorf("%s: the page says %q", c.name, alerts)
		}
	}
}

// What narrows the list stands on chips, each with the way to be rid of it
// alone; a search can be saved under a name, opened and deleted.
func TestListOfListings(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	if err := s.Finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Caseworker)
	p := b.Get("/listings?lang=en&q=" + url.QueryEscape("leilighet under 9000 hund") + "&dwelling_type=apartment%2Cstudio")
	chips := p.Texts("#results .ds-chip")
	if !slices.Equal(chips, []string{"Type: apartment, studio", "under 9000", "hund"}) {
		t.Errorf("got the chips %q", chips)
	}
	for _, a := range p.All("#results .ds-chip") {
		href := webtest.AttrOf(a, "href")
		rest := b.Get(href).Texts("#results .ds-chip")
		gone := slices.DeleteFunc(slices.Clone(chips), func(c string) bool { return c == webtest.TextOf(a) })
		if !slices.Equal(rest, gone) {
			t.Errorf("%s leads to the chips %q, want %q", webtest.TextOf(a), rest, gone)
		}
	}
	form := url.Values{"form_key": {p.Attr("form[action='/listings/saved'] input[name=form_key]", "value")}, "query": {p.Attr("input[name=query]", "value")}, "name": {"Small and cheap"}}
	saved := b.Follow(b.Post("/listings/saved", form))
	link := saved.All("nav .ds-chip")
	if len(link) != 1 || webtest.TextOf(link[0]) != "Small and cheap" {
		t.Fatalf("got %d saved searches", len(link))
	}
	again := b.Get(webtest.AttrOf(link[0], "href"))
	if !slices.Equal(again.Texts("#results .ds-chip"), chips) {
		t.Errorf("the saved search has the chips %q", again.Texts("#results .ds-chip"))
	}
	if other := s.As(auth.Coordinator).Get("/listings"); len(other.All("form[action='/listings/saved/delete']")) != 0 {
		t.Error("somebody else sees it")
	}
	const remove = "form[action='/listings/saved/delete'] "
	form = url.Values{"form_key": {saved.Attr(remove+"input[name=form_key]", "value")}, "id": {saved.Attr(remove+"input[name=id]", "value")}}
	if after := b.Follow(b.Post("/listings/saved/delete", form)); after.Status != http.StatusOK || len(after.All("nav .ds-chip")) != 0 {
		t.Errorf("got status %d and %q after it was deleted", after.Status, after.Texts("nav .ds-chip"))
	}
}

// A list that is empty says what could be left out, and each way leads to as many
// homes as it says.
func TestEmptyListHelps(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	if err := s.Finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := s.As(auth.Caseworker)
	ways := 0
	for _, query := range []string{"q=" + url.QueryEscape("leilighet under 1000"), "q=under+1000&dwelling_type=studio", "dwelling_type=studio&rent=..1000", "q=xyzzy&dwelling_type=apartment"} {
		p := b.Get("/listings?lang=en&" + query)
		if len(p.All("tbody tr")) > 0 {
			t.Fatalf("%s: got homes", query)
		}
		chips := p.All("nav[aria-labelledby=try-title] a")
		if len(chips) == 0 {
			t.Errorf("%s: got no way out", query)
		}
		for _, chip := range chips {
			ways++
			_, says, _ := strings.Cut(webtest.TextOf(chip), "”: ")
			if got := strings.Fields(b.Get(webtest.AttrOf(chip, "href")).Text("#results p[role=status]"))[0]; got != says {
				t.Errorf("%s: %s leads to %s", query, webtest.TextOf(chip), got)
			}
		}
	}
	if ways < 4 {
		t.Errorf("only %d ways were tried", ways)
	}
	if n := len(b.Get("/listings?q=leilighet").All("nav[aria-labelledby=try-title]")); n != 0 {
		t.Error("a list with homes offers ways out")
	}
}
