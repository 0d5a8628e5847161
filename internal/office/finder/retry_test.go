package finder_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
)

// moody is an index that refuses its first batches, or takes one and never
// answers.
type moody struct {
	search.Engine
	refuse  atomic.Int64  // batches to be refused
	tried   atomic.Int64  // batches that came
	holding chan struct{} // closed when a batch is held; nil holds none
}

func (m *moody) Apply(ctx context.Context, b search.Batch) error {
	m.tried.Add(1)
	if m.holding != nil {
		close(m.holding)
		<-ctx.Done()
		return ctx.Err()
	}
	if m.refuse.Add(-1) >= 0 {
		return apperr.New(apperr.Unavailable, "Not now.")
	}
	return m.Engine.Apply(ctx, b)
}

func newMoody(t *testing.T) (*moody, *site, func()) {
	t.Helper()
	engine, err := fts.Open(t.Context(), t.TempDir(), municipality)
	if err != nil {
		t.Fatal(err)
	}
	m := &moody{Engine: engine}
	s := newSite(t, m)
	if err := s.finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return m, s, func() {
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.finder.Follow(ctx) }()
		t.Cleanup(func() { stop(); <-done })
	}
}

// A batch that the index refuses comes again, after a while and not at once.
func TestFollowTriesAgain(t *testing.T) {
	m, s, follow := newMoody(t)
	m.refuse.Store(2)
	s.put(t, home("U-1", "Revelveien 1"))
	follow()
	for deadline := time.Now().Add(20 * time.Second); s.find(t, search.Request{Query: "revelveien"}).Total == 0; {
		if time.Now().After(deadline) {
			t.Fatalf("not found after %d batches", m.tried.Load())
		}
		<-time.After(5 * time.Millisecond) // polls, with a deadline
	}
	if n := m.tried.Load(); n != 3 {
		t.Errorf("got %d batches, want the third one taken", n)
	}
}

// While the index holds a batch and does not answer, saves go on, and so do
// searches.
func TestSaveDoesNotWait(t *testing.T) {
	m, s, follow := newMoody(t)
	m.holding = make(chan struct{})
	s.put(t, home("U-1", "Revelveien 1"))
	follow()
	<-m.holding
	s.put(t, home("U-2", "Myrveien 2"))
	if lag, err := s.finder.Lag(t.Context()); err != nil || lag != 2 {
		t.Errorf("got a lag of %d, %v, want both saves", lag, err)
	}
	if a := s.find(t, search.Request{}); a.Engine != "fts" || a.Total != 0 {
		t.Errorf("got %d homes by %s, want the index as it was", a.Total, a.Engine)
	}
}

// What is saved and is no listing does not reach the index, which would have to keep
// a new position for each; the next listing takes the position with it.
func TestNothingForTheIndex(t *testing.T) {
	m, s, _ := newMoody(t)
	before := m.tried.Load()
	for i := range 3 {
		if err := s.finder.Save(t.Context(), finder.SavedFilter{User: "kari", Name: string(rune('a' + i)), Query: "q=x"}); err != nil {
			t.Fatal(err)
		}
		if err := s.finder.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if lag, err := s.finder.Lag(t.Context()); lag != 0 || err != nil {
			t.Errorf("got a lag of %d, %v", lag, err)
		}
	}
	if n := m.tried.Load() - before; n != 0 {
		t.Errorf("got %d batches for no listing", n)
	}
	s.put(t, home("U-1", "Revelveien 1"))
	if err := s.finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := m.tried.Load() - before; n != 1 || s.find(t, search.Request{Query: "revelveien"}).Total != 1 {
		t.Errorf("got %d batches for one listing", n)
	}
	if lag, err := s.finder.Lag(t.Context()); lag != 0 || err != nil {
		t.Errorf("got a lag of %d, %v", lag, err)
	}
}
