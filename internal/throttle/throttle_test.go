package throttle

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

const municipality = "1833"

// clock is a time that a test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time       { return time.UnixMilli(c.at.Load()) }
func (c *clock) wait(d time.Duration) { c.at.Add(d.Milliseconds()) }
func newClock() *clock                { c := &clock{}; c.at.Store(1_800_000_000_000); return c }
func allowed(l *Limiter, n int, who ...string) (got int) {
	for i := range n {
		if l.Allow(context.Background(), who[i%len(who)]) {
			got++
		}
	}
	return got
}

func processes(t *testing.T, n int, limits Limits, c *clock) (out []*Limiter, db *storage.DB) {
	t.Helper()
	db = sqlitetest.New(t, Collections...)
	for range n {
		out = append(out, New(Config{Limits: limits, Now: c.now, DB: db, Municipality: municipality, Name: "forms", Secret: []byte("s")}))
	}
	return out, db
}

// However many processes a sender goes to, it gets its limit and one more for each
// at most, and no more with time than its rate.
func TestOneSenderAmongProcesses(t *testing.T) {
	c := newClock()
	ps, _ := processes(t, 3, Limits{PerSender: 0.1, Burst: 5, All: 1000, AllBurst: 1000}, c)
	got := 0
	for range 20 {
		for _, p := range ps {
			got += allowed(p, 1, "kari")
		}
	}
	if got < 5 || got > 5+len(ps) {
		t.Errorf("got %d at once by 3 processes, want 5 and at most one more each", got)
	}
	c.wait(30 * time.Second)
	later := 0
	for range 20 {
		for _, p := range ps {
			later += allowed(p, 1, "kari")
		}
	}
	if later < 2 || later > 3 {
		t.Errorf("got %d after half a minute, want 3", later)
	}
	if !ps[2].Allow(t.Context(), "ola") {
		t.Error("another sender is limited too")
	}
}

// All together get the limit of all, whichever process they come to.
func TestAllAmongProcesses(t *testing.T) {
	c := newClock()
	ps, _ := processes(t, 4, Limits{PerSender: 1, Burst: 5, All: 10, AllBurst: 100}, c)
	var got atomic.Int64
	var wg sync.WaitGroup
	for n, p := range ps {
		wg.Go(func() {
			for i := range 60 {
				if p.Allow(context.Background(), fmt.Sprint(n, "-", i)) {
					got.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got.Load() != 100 {
		t.Errorf("got %d of 240 at once, want 100", got.Load())
	}
	c.wait(time.Second)
	if got := allowed(ps[0], 60, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"); got != 10 {
		t.Errorf("got %d after a second, want 10", got)
	}
}

// Who comes once costs the store nothing but a handful now and then.
func TestOnceCostsNothing(t *testing.T) {
	c := newClock()
	ps, db := processes(t, 1, Limits{PerSender: 1, Burst: 5, All: 1000, AllBurst: 200}, c)
	position := func() (at storage.Position) {
		t.Helper()
		if err := db.View(t.Context(), municipality, func(tx *storage.Tx) (err error) { at, err = tx.Position(); return err }); err != nil {
			t.Fatal(err)
		}
		return at
	}
	before := position()
	for i := range 100 {
		if !ps[0].Allow(t.Context(), fmt.Sprint(i)) {
			t.Fatalf("sender %d is refused", i)
		}
	}
	if wrote := position().Seq - before.Seq; wrote != 10 {
		t.Errorf("got %d transactions for a hundred senders, want one for every ten", wrote)
	}
	allowed(ps[0], 3, "1", "2")
	c.wait(2 * time.Hour)
	if err := Purge(t.Context(), db, municipality, c.now()); err != nil {
		t.Fatal(err)
	}
	if err := db.View(t.Context(), municipality, func(tx *storage.Tx) error {
		n, err := buckets.Count(tx, storage.Query{})
		if n != 0 {
			t.Errorf("got %d buckets after two hours", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A store that does not answer limits nobody, and its process goes on counting.
func TestWithoutTheStore(t *testing.T) {
	c := newClock()
	backend := sqlitetest.New(t, Collections...)
	l := New(Config{Limits: Limits{PerSender: 0.1, Burst: 3, All: 1000, AllBurst: 1000}, Now: c.now, DB: backend, Municipality: municipality, Name: "forms"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := 0
	for range 6 {
		if l.Allow(ctx, "kari") {
			got++
		}
	}
	if got != 3 {
		t.Errorf("got %d, want the process's own three", got)
	}
	alone := New(Config{Limits: Limits{PerSender: 0.1, Burst: 3, All: 1, AllBurst: 4}, Now: c.now})
	if got := allowed(alone, 12, "a", "b"); got != 4 {
		t.Errorf("got %d without a store, want 4", got)
	}
}
