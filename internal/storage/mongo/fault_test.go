package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo"
	"github.com/boligklar/boligklar/internal/storage/mongo/mongotest"
)

type thing struct {
	Listing string `json:"listing,omitempty"` // active placements: one a listing
	Batch   string `json:"batch,omitempty"`
	N       int    `json:"n"`
}

var things = storage.NewCollection[thing](storage.Schema{Name: "things",
	Indexes: []storage.Index{{Name: "by_batch", Paths: []string{"batch"}}},
	Unique:  []storage.Unique{{Name: "listing", Paths: []string{"listing"}}}})

// Imports are of more than one call of the server, and some of more than one
// transaction carries. An import's id begins with its number of rows.
const (
	smallBatch = 150
	largeBatch = 1100
)

// load is what the workers were told.
type load struct {
	mu       sync.Mutex
	placed   []string // listings whose placement was acknowledged
	forms    []string // IDs
	batches  []string
	counted  int
	unsure   int          // answers that said that the change may or may not be stored
	last     atomic.Int64 // when the latest change began that was acknowledged
	refused  int
	failures []error
}

// work places, imports, takes forms and counts until the context ends.
func (l *load) work(ctx context.Context, db *storage.DB, r *rand.Rand, round int) {
	for ctx.Err() == nil {
		key := fmt.Sprint(round, "-", r.IntN(12))
		kind := r.IntN(8)
		id, rows, update := fmt.Sprintf("%d-%d", round, r.Int64()), 0, db.Update
		if kind == 3 {
			if rows = smallBatch; r.IntN(4) == 0 {
				rows = largeBatch
			}
			id, update = fmt.Sprintf("%d-%s", rows, id), db.UpdateInParts
		}
		began := time.Now()
		err := update(context.WithoutCancel(ctx), "1833", func(tx *storage.Tx) error {
			switch {
			case kind < 3:
				return things.Put(tx, &storage.Record[thing]{Value: thing{Listing: key}})
			case kind < 4:
				for i := range rows {
					if err := things.Put(tx, &storage.Record[thing]{Value: thing{Batch: id, N: i}}); err != nil {
						return err
					}
				}
				return nil
			case kind < 6:
				return things.Put(tx, &storage.Record[thing]{ID: id})
			}
			rec, err := things.Get(tx, "counter")
			if err != nil {
				return err
			}
			rec.Value.N++
			return things.Put(tx, &rec)
		})
		l.mu.Lock()
		switch code := apperr.CodeOf(err); {
		case err == nil:
			l.last.Store(max(l.last.Load(), began.UnixNano()))
			switch {
			case kind < 3:
				l.placed = append(l.placed, key)
			case kind < 4:
				l.batches = append(l.batches, id)
			case kind < 6:
				l.forms = append(l.forms, id)
			default:
				l.counted++
			}
		case code == apperr.Duplicate && kind < 3:
			l.refused++
		case code == apperr.Unavailable && kind >= 6:
			l.unsure++
		case code == apperr.Unavailable:
		default:
			l.failures = append(l.failures, err)
		}
		l.mu.Unlock()
	}
}

// TestFaults cuts and holds connections and, where the commands for it are set,
// kills and restarts the server, while workers write. What was acknowledged is
// there, once; what was not is there wholly or not at all.
func TestFaults(t *testing.T) {
	uri := mongotest.Database(t)
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	kill, start := os.Getenv("BOLIGKLAR_TEST_MONGODB_KILL"), os.Getenv("BOLIGKLAR_TEST_MONGODB_START")
	if kill == "" || start == "" {
		t.Log("BOLIGKLAR_TEST_MONGODB_KILL and _START name no commands: the server is not killed")
	}
	direct := u.String()
	p, through := behindProxy(t, u)
	r := rand.New(rand.NewPCG(1, 2))
	faulted(t, through, direct, 6, func(round int) (heal func()) {
		switch {
		case kill != "" && start != "" && round%3 == 2:
			command(t, kill)
			pause(500 * time.Millisecond)
			command(t, start)
		case r.IntN(2) == 0:
			p.cut()
		default:
			release := p.hold()
			pause(time.Duration(500+r.IntN(1500)) * time.Millisecond)
			p.cut()
			release()
		}
		return func() {}
	})
}

// behindProxy returns a proxy before the server, and how a store reaches it there.
func behindProxy(t *testing.T, u *url.URL) (*proxy, string) {
	p := newProxy(t, u.Host, nil)
	through := *u
	through.Host = p.ln.Addr().String()
	if q := u.Query(); q.Get("replicaSet") != "" { // or the driver would go past the proxy, to the address that the set knows
		q.Del("replicaSet")
		q.Set("directConnection", "true")
		through.RawQuery = q.Encode()
	}
	return p, through.String()
}

// TestCommitWithoutAnswer loses every try at a commit on the way there, or its
// answer on the way back: what is then stored is stored once, and acknowledged.
func TestCommitWithoutAnswer(t *testing.T) {
	u, err := url.Parse(mongotest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	p, through := behindProxy(t, u)
	var armed atomic.Int32 // what each try at a transaction's commit loses
	tried := false
	backend, err := mongo.Open(t.Context(), through, mongo.WithMonitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		switch commit := e.CommandName == "commitTransaction"; {
		case commit:
			p.lose(armed.Load())
			tried = true
		case tried: // the engine looks what became of it
			armed.Store(nothing)
			tried = false
		}
	}}))
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), backend, things)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // looked at through another below
	for _, lost := range []struct {
		what      string
		direction int32
		runs      int
	}{{"nothing", nothing, 1}, {"the answer", answers, 1}, {"the request", requests, 2}} {
		runs := 0
		began := time.Now()
		err := db.Update(t.Context(), "1833", func(tx *storage.Tx) error {
			if runs++; runs == 1 {
				armed.Store(lost.direction)
			}
			return things.Put(tx, &storage.Record[thing]{ID: lost.what, Value: thing{N: runs}})
		})
		if err != nil || runs != lost.runs {
			t.Errorf("%s: got %v after %d runs, want it stored after %d", lost.what, err, runs, lost.runs)
		}
		t.Logf("%s: stored after %v", lost.what, time.Since(began))
		err = db.View(t.Context(), "1833", func(tx *storage.Tx) error {
			rec, err := things.Get(tx, lost.what)
			if err == nil && (rec.Value.N != lost.runs || rec.Version != 1) {
				t.Errorf("%s: got the record of run %d, version %d, want %d and 1", lost.what, rec.Value.N, rec.Version, lost.runs)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", lost.what, err)
		}
	}
}

// faulted has workers write over two stores on one database, as two processes
// would, and something go wrong in each round, which it makes good when they have
// recovered from it. In the end it looks at the database for what they were told.
func faulted(t *testing.T, uri, direct string, rounds int, fault func(round int) (heal func())) {
	t.Helper()
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		rounds = 60
	}
	dbs := []*storage.DB{mongotest.Open(t, uri, things), mongotest.Open(t, uri, things)}
	if err := dbs[0].Update(t.Context(), "1833", func(tx *storage.Tx) error {
		return things.Put(tx, &storage.Record[thing]{ID: "counter"})
	}); err != nil {
		t.Fatal(err)
	}
	var l load
	var recovery []time.Duration
	r := rand.New(rand.NewPCG(3, 4))
	for round := range rounds {
		ctx, stop := context.WithCancel(t.Context())
		var workers sync.WaitGroup
		for w := range 6 {
			workers.Go(func() { l.work(ctx, dbs[w%2], rand.New(rand.NewPCG(uint64(round), uint64(w))), round) })
		}
		pause(time.Duration(300+r.IntN(700)) * time.Millisecond)
		heal := fault(round)
		began := time.Now()
		for l.last.Load() < began.UnixNano() && time.Since(began) < 2*time.Minute {
			pause(5 * time.Millisecond)
		}
		recovery = append(recovery, time.Since(began))
		heal()
		stop()
		workers.Wait()
	}
	l.check(t, mongotest.Open(t, direct, things))
	t.Logf("%d rounds: %d placements, %d imports, %d forms and %d counts acknowledged, %d placements refused as taken, %d counts unsure",
		rounds, len(l.placed), len(l.batches), len(l.forms), l.counted, l.refused, l.unsure)
	t.Log("recovery, round by round:", recovery)
	slices.Sort(recovery)
	t.Logf("recovery: median %v, longest %v", recovery[len(recovery)/2], recovery[len(recovery)-1])
}

// batchRows returns how many rows an import has.
func batchRows(id string) (rows int) {
	_, _ = fmt.Sscanf(id, "%d-", &rows) // 0 is no import's number
	return rows
}

// pause lets the load run for a while; nothing waits for it to have any effect.
func pause(d time.Duration) { <-time.After(d) }

func command(t *testing.T, line string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
}

func (l *load) check(t *testing.T, db *storage.DB) {
	t.Helper()
	for _, err := range l.failures {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a worker got %v", err)
		}
	}
	stored, listings, batches := map[string]bool{}, map[string]int{}, map[string]int{}
	counter := 0
	err := db.View(t.Context(), "1833", func(tx *storage.Tx) error {
		for rec, err := range things.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			stored[rec.ID] = true
			if v := rec.Value; v.Listing != "" {
				listings[v.Listing]++
			} else if v.Batch != "" {
				batches[v.Batch]++
			}
			if rec.ID == "counter" {
				counter = rec.Value.N
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range l.forms {
		if !stored[id] {
			t.Errorf("form %s was acknowledged and is lost", id)
		}
	}
	seen := map[string]bool{}
	for _, key := range l.placed {
		if seen[key] || listings[key] != 1 {
			t.Errorf("listing %s: acknowledged twice %t, placed %d times, want once", key, seen[key], listings[key])
		}
		seen[key] = true
	}
	for key, n := range listings {
		if n != 1 {
			t.Errorf("listing %s is placed %d times", key, n)
		}
	}
	for _, id := range l.batches {
		if batches[id] != batchRows(id) {
			t.Errorf("import %s was acknowledged and has %d rows, want %d", id, batches[id], batchRows(id))
		}
	}
	for id, n := range batches {
		if n != batchRows(id) {
			t.Errorf("import %s has %d rows, want all %d or none", id, n, batchRows(id))
		}
	}
	if counter < l.counted || counter > l.counted+l.unsure {
		t.Errorf("the counter is %d, want %d to %d", counter, l.counted, l.counted+l.unsure)
	}
	if len(l.placed) == 0 || len(l.batches) == 0 || len(l.forms) == 0 || l.counted == 0 {
		t.Error("some kind of work was never acknowledged: the test shows nothing")
	}
	if findings, err := db.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Errorf("Check: got %v, %v, want a sound store", findings, err)
	}
}
