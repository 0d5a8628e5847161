package finder_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/search/searchtest"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

const municipality = "1833"

type site struct {
	db     *storage.DB
	office *office.Office
	engine *fts.Engine
	finder *finder.Finder
}

func newSite(t *testing.T, engine search.Engine) *site {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	backend, err := sqlite.Open(ctx, filepath.Join(dir, "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(ctx, backend, slices.Concat(office.Collections, finder.Collections)...)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return searchtest.Day.On.Time().Add(9 * time.Hour) }
	s := &site{db: db, office: office.New(db, office.Config{Municipality: municipality, Now: now})}
	if engine == nil {
		if s.engine, err = fts.Open(ctx, filepath.Join(dir, "search"), municipality); err != nil {
			t.Fatal(err)
		}
		engine = s.engine
	}
	s.finder = finder.New(finder.Config{DB: db, Office: s.office, Engine: engine})
	t.Cleanup(func() {
		if err := errors.Join(engine.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *site) put(t *testing.T, listings ...landlords.Listing) {
	t.Helper()
	err := s.db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
		for _, l := range listings {
			if err := office.Listings.Put(tx, &storage.Record[office.Entry[landlords.Listing]]{Value: office.Entry[landlords.Listing]{Key: l.Key(), Record: l}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *site) find(t *testing.T, req search.Request) *finder.Answer {
	t.Helper()
	a, err := s.finder.Search(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func home(ref, address string) landlords.Listing {
	return landlords.Listing{ExternalRef: ref, Address: address, Status: landlords.StatusOpen, ConfirmedOn: searchtest.Day.On}
}

// A saved listing is found soon, without anyone waiting for it.
func TestFollow(t *testing.T) {
	s := newSite(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.finder.Follow(ctx) }()
	defer func() { stop(); <-done }()
	s.put(t, home("U-1", "Revelveien 1"))
	deadline := time.Now().Add(20 * time.Second)
	for {
		a := s.find(t, search.Request{Query: "revelveien"})
		if a.Engine == "fts" && a.Total == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %d hits by %s, want the saved listing", a.Total, a.Engine)
		}
		time.Sleep(5 * time.Millisecond) // polls, with a deadline
	}
	if h := s.finder.Health(); h.Engine != "fts" || h.Problem != "" {
		t.Errorf("got %+v", h)
	}
}

// An index that stood still, or that another form of the program built, is
// brought level; nothing that happened meanwhile is lost.
func TestCatchUp(t *testing.T) {
	s := newSite(t, nil)
	s.put(t, home("U-1", "Revelveien 1"), home("U-2", "Myrveien 2"))
	level := func(want int) {
		t.Helper()
		if err := s.finder.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a := s.find(t, search.Request{}); a.Engine != "fts" || a.Total != want {
			t.Errorf("got %d by %s, want %d", a.Total, a.Engine, want)
		}
	}
	level(2)
	s.put(t, home("U-3", "Bakkeveien 3"))
	err := s.db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
		rec, err := office.Listings.GetBy(tx, "key", "U-1")
		if err != nil {
			return err
		}
		return office.Listings.Delete(tx, rec.ID, rec.Version)
	})
	if err != nil {
		t.Fatal(err)
	}
	level(2)
	if a := s.find(t, search.Request{Query: "bakkeveien"}); a.Total != 1 {
		t.Errorf("got %d, want the new listing", a.Total)
	}
	if _, err := s.finder.SetSynonyms(t.Context(), [][]string{{"bakkeveien", "hovedgata"}}, "tester", time.Now()); err != nil {
		t.Fatal(err)
	}
	level(2)
	if a := s.find(t, search.Request{Query: "hovedgata"}); a.Total != 1 {
		t.Errorf("got %d by the new synonym", a.Total)
	}
	// Tombstones that the index has not seen are purged: it starts anew.
	s.put(t, home("U-4", "Lia 4"))
	if err := s.engine.Rebuild(t.Context(), "other form", nil, func(func([]search.Document) error) (string, error) { return `{"seq":1}`, nil }); err != nil {
		t.Fatal(err)
	}
	level(3)
}

// down is an engine that does not answer.
type down struct{ search.Engine }

func (down) Name() string { return "down" }
func (down) Close() error { return nil }
func (down) Search(context.Context, *search.Plan) (*search.Result, error) {
	return nil, apperr.New(apperr.Unavailable, "Down.")
}
func (down) State(context.Context) (search.State, error) {
	return search.State{}, apperr.New(apperr.Unavailable, "Down.")
}

func TestWithoutTheIndex(t *testing.T) {
	s := newSite(t, down{})
	s.put(t, home("U-1", "Revelveien 1"), home("U-2", "Myrveien 2"))
	if err := s.finder.CatchUp(t.Context()); apperr.CodeOf(err) != apperr.Unavailable {
		t.Errorf("got %v", err)
	}
	a := s.find(t, search.Request{Query: "revelvein"})
	if a.Engine != "store" || a.Total != 1 || a.Hits[0].Key != "U-1" {
		t.Errorf("got %d by %s", a.Total, a.Engine)
	}
	if h := s.finder.Health(); h.Level || h.Problem == "" {
		t.Errorf("got %+v, want what stands in the way", h)
	}
}

// TestOneAvailability compares what is open by the search, the search without an
// index, the listing itself and matching, over random listings.
func TestOneAvailability(t *testing.T) {
	s := newSite(t, nil)
	r := rand.New(rand.NewPCG(3, 3))
	var listings []landlords.Listing
	for _, d := range searchtest.Documents(r, 150, nil) {
		listings = append(listings, d.Listing)
	}
	s.put(t, listings...)
	if err := s.finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	day, err := s.finder.Today(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	household := &matching.Candidate{ID: "h", Household: &households.Household{Ref: "H-1", Adults: 1, ReadyDate: civil.MustParse("2026-01-01")}}
	for _, value := range landlords.Availabilities {
		f, err := search.ParseFilter("availability", string(value))
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, h := range s.find(t, search.Request{Filters: []search.Filter{f}, Limit: search.MaxLimit}).Hits {
			found[h.Key] = true
		}
		for i := range listings {
			l := &listings[i]
			itself := l.Availability(day.On, day.FreshDays) == value
			result := matching.Evaluate(household, &matching.Offer{ID: l.Key(), Listing: l}, matching.DefaultPolicy(), day.On)
			var answer matching.Answer
			for _, o := range result.Outcomes {
				if o.Rule == matching.RuleListingOpen {
					answer = o.Outcome
				}
			}
			matched := answer == map[landlords.Availability]matching.Answer{landlords.AvailabilityOpen: matching.Pass, landlords.AvailabilityUnconfirmed: matching.Unknown, landlords.AvailabilityClosed: matching.Fail}[value]
			if found[l.Key()] != itself || matched != itself {
				t.Errorf("%s %s, confirmed %s: search %v, listing %v, matching %v", l.Key(), l.Status, l.ConfirmedOn, found[l.Key()], itself, matched)
			}
		}
	}
}
