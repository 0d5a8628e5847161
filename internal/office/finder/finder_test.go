package finder_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/search/searchtest"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
	"github.com/boligklar/boligklar/landlords"
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
	s.remove(t, "U-1")
	level(2)
	if a := s.find(t, search.Request{Query: "bakkeveien"}); a.Total != 1 {
		t.Errorf("got %d, want the new listing", a.Total)
	}
	if _, err := s.finder.SetSynonyms(t.Context(), 0, [][]string{{"bakkeveien", "hovedgata"}}, "tester", time.Now()); err != nil {
		t.Fatal(err)
	}
	level(2)
	if a := s.find(t, search.Request{Query: "hovedgata"}); a.Total != 1 {
		t.Errorf("got %d by the new synonym", a.Total)
	}
	// The position makes no sense to this store: the index starts anew.
	s.put(t, home("U-4", "Lia 4"))
	if err := s.engine.Rebuild(t.Context(), "other form", func(func([]search.Document) error) (string, error) { return `{"seq":1}`, nil }); err != nil {
		t.Fatal(err)
	}
	level(3)
}

// The lag is how many transactions the index has not seen.
func TestLag(t *testing.T) {
	s := newSite(t, nil)
	lag := func(want int64) {
		t.Helper()
		if got, err := s.finder.Lag(t.Context()); got != want || err != nil {
			t.Errorf("got %d, %v, want %d", got, err, want)
		}
	}
	lag(0)
	s.put(t, home("U-1", "Revelveien 1"), home("U-2", "Myrveien 2"))
	s.put(t, home("U-3", "Lia 3"))
	lag(2) // there is no index yet
	if err := s.finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	lag(0)
	s.remove(t, "U-1")
	lag(1)
	if err := s.finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	lag(0)
	if h := s.finder.Health(); h.String() != "search: fts, level" {
		t.Errorf("got %s", h)
	}
}

// down is an engine that does not answer.
type down struct{ search.Engine }

func (down) Name() string { return "down" }
func (down) Close() error { return nil }

func (down) Knows(context.Context, string) bool { return false }
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
	if h := s.finder.Health(); h.Level || h.Problem == "" || h.Behind <= 0 || !strings.Contains(h.String(), "down, behind for") {
		t.Errorf("got %+v, want what stands in the way, and for how long", h)
	}
	if _, err := s.finder.Lag(t.Context()); apperr.CodeOf(err) != apperr.Unavailable {
		t.Errorf("got %v", err)
	}
}

// counting counts how often an index is built.
type counting struct {
	search.Engine
	rebuilt int
}

func (c *counting) Rebuild(ctx context.Context, settings string, fill func(func([]search.Document) error) (string, error)) error {
	c.rebuilt++
	return c.Engine.Rebuild(ctx, settings, fill)
}

// Where the traces of deletions that the index has not seen are purged from the
// feed, the index is built anew: what was deleted is not found for ever.
func TestPurgedFeed(t *testing.T) {
	engine, err := fts.Open(t.Context(), t.TempDir(), municipality)
	if err != nil {
		t.Fatal(err)
	}
	index := &counting{Engine: engine}
	s := newSite(t, index)
	catchUp := func(wantBuilt, wantFound int) {
		t.Helper()
		if err := s.finder.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		a := s.find(t, search.Request{})
		if index.rebuilt != wantBuilt || a.Engine != "fts" || a.Total != wantFound {
			t.Errorf("got %d listings by %s after %d builds, want %d after %d", a.Total, a.Engine, index.rebuilt, wantFound, wantBuilt)
		}
	}
	s.put(t, home("U-1", "Revelveien 1"), home("U-2", "Myrveien 2"))
	catchUp(1, 2)
	s.remove(t, "U-1")
	catchUp(1, 1) // seen in time
	s.remove(t, "U-2")
	if n, err := s.db.PurgeTombstones(t.Context(), municipality, time.Now().Add(time.Hour)); err != nil || n != 2 {
		t.Fatalf("got %d, %v", n, err)
	}
	catchUp(2, 0)
	s.put(t, home("U-3", "Lia 3"))
	catchUp(2, 1)
}

func (s *site) remove(t *testing.T, key string) {
	t.Helper()
	err := s.db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
		rec, err := office.Listings.GetBy(tx, "key", key)
		if err != nil {
			return err
		}
		return office.Listings.Delete(tx, rec.ID, rec.Version)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A word that a home has is no slip of a filter, with an index and without one;
// and what was taken for a filter may still be a name.
func TestNamesLikeFilters(t *testing.T) {
	møller, hund := home("U-1", "Revelveien 1"), home("U-2", "Myrveien 2")
	møller.LandlordName, hund.LandlordName = "Kari Møller", "Ola Hund"
	furnished := home("U-3", "Lia 3")
	furnished.Furnished = landlords.FullyFurnished
	for _, engine := range []search.Engine{nil, down{}} {
		s := newSite(t, engine)
		s.put(t, møller, hund, furnished)
		if err := s.finder.CatchUp(t.Context()); err != nil && engine == nil {
			t.Fatal(err)
		}
		for query, want := range map[string]string{"møller": "U-1", "hund": "U-2", "møbler": "U-3", "møbelr": "U-3"} {
			if a := s.find(t, search.Request{Query: query}); a.Total != 1 || a.Hits[0].Key != want {
				t.Errorf("%s by %s: got %d hits, %v", query, a.Engine, a.Total, a.Plan.Recognised)
			}
		}
	}
}

// Saved searches are each user's own.
func TestSavedSearches(t *testing.T) {
	s := newSite(t, nil)
	ctx := t.Context()
	save := func(user, name, query string) error {
		return s.finder.Save(ctx, finder.SavedFilter{User: user, Name: name, Query: query})
	}
	saved := func(user string) (out []string) {
		t.Helper()
		list, err := s.finder.Saved(ctx, user)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range list {
			out = append(out, rec.Value.Name+"?"+rec.Value.Query)
		}
		return out
	}
	for _, one := range [][3]string{{"kari", "Store", "bedrooms=3"}, {"kari", "Billige", "q=billig"}, {"ola", "Store", "bedrooms=4"}, {"kari", " Store ", "bedrooms=5"}} {
		if err := save(one[0], one[1], one[2]); err != nil {
			t.Fatal(err)
		}
	}
	if got := saved("kari"); !slices.Equal(got, []string{"Billige?q=billig", "Store?bedrooms=5"}) {
		t.Errorf("got %q, want hers by name, the later of one name", got)
	}
	for _, name := range []string{"", "  ", strings.Repeat("ø", 61)} {
		if err := save("kari", name, "q=x"); !errors.Is(err, finder.ErrNoName) {
			t.Errorf("got %v for the name %q", err, name)
		}
	}
	hers, err := s.finder.Saved(ctx, "kari")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.finder.Forget(ctx, "ola", hers[0].ID); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("got %v where somebody deletes another's search", err)
	}
	if err := s.finder.Forget(ctx, "kari", hers[0].ID); err != nil {
		t.Error(err)
	}
	if got := saved("kari"); !slices.Equal(got, []string{"Store?bedrooms=5"}) {
		t.Errorf("got %q after one was deleted", got)
	}
	for i := range 49 {
		if err := save("kari", fmt.Sprint(i), "q=x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := save("kari", "one too many", "q=x"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v for one too many", err)
	}
}
