package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// follower keeps what a reader of the feed knows.
type follower struct {
	pos  storage.Position
	docs map[string]int64 // collection/id to version
	last int64            // the highest seq seen
	n    int              // changes seen
}

// read reads on to the end, in pages of a size.
func (f *follower) read(t *testing.T, db *storage.DB, municipality string, size int) error {
	if f.docs == nil {
		f.docs = map[string]int64{}
	}
	for {
		changes, pos, err := db.Changes(t.Context(), municipality, f.pos, size)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			f.pos = pos
			return nil
		}
		if len(changes) > size {
			t.Errorf("got %d changes, want at most %d", len(changes), size)
		}
		if pos == f.pos {
			t.Fatalf("changes, but the position stays at %+v", pos)
		}
		for _, c := range changes {
			f.n++
			if c.Seq < f.last {
				t.Errorf("%s: seq %d came after seq %d", c.ID, c.Seq, f.last)
			}
			f.last = c.Seq
			key := c.Collection + "/" + c.ID
			if c.Version <= f.docs[key] && !c.Deleted {
				t.Errorf("%s: version %d came after %d", key, c.Version, f.docs[key])
			}
			if c.Deleted != (c.Body == nil) {
				t.Errorf("%s: deleted %t with body %q", key, c.Deleted, c.Body)
			}
			if c.Deleted {
				delete(f.docs, key)
			} else {
				f.docs[key] = c.Version
			}
		}
		b, err := json.Marshal(pos) // a position is kept in a store
		if err != nil {
			return err
		}
		f.pos = storage.Position{}
		if err := json.Unmarshal(b, &f.pos); err != nil {
			return err
		}
		if f.pos != pos {
			t.Errorf("a position as JSON: got %+v, want %+v", f.pos, pos)
		}
	}
}

// state is what is stored, read the other way.
func state(t *testing.T, db *storage.DB, municipality string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	err := db.View(t.Context(), municipality, func(tx *storage.Tx) error {
		for name, c := range map[string]*storage.Collection[Item]{"items": items, "others": others} {
			for rec, err := range c.Find(tx, storage.Query{}) {
				if err != nil {
					return err
				}
				out[name+"/"+rec.ID] = rec.Version
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s suite) feed(t *testing.T) {
	db := s.db(t)
	if changes, pos, err := db.Changes(t.Context(), rana, storage.Position{}, 10); err != nil || len(changes) != 0 || pos.Includes(1) {
		t.Errorf("an empty feed: got %v, %+v, %v", changes, pos, err)
	}
	recs := put(t, db, rana, Item{Name: "a"}, Item{Name: "b"}, Item{Name: "c"}) // seq 1
	put(t, db, bodo, Item{Name: "elsewhere"})
	a := recs[0]
	for i := range 3 { // seq 2, 3, 4
		a.Value.N = ptr(i)
		var err error
		if a, err = tryPut(t, db, rana, a); err != nil {
			t.Fatal(err)
		}
	}
	if err := remove(t, db, rana, recs[1].ID, 1); err != nil { // seq 5
		t.Fatal(err)
	}
	changes, pos, err := db.Changes(t.Context(), rana, storage.Position{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%s v%d seq %d deleted %t", c.ID, c.Version, c.Seq, c.Deleted))
	}
	want := []string{
		recs[2].ID + " v1 seq 1 deleted false",
		a.ID + " v4 seq 4 deleted false", // each document once, in its newest state
		recs[1].ID + " v2 seq 5 deleted true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if v, err := items.Value(changes[1]); err != nil || v.ID != a.ID || v.Version != 4 || *v.Value.N != 2 {
		t.Errorf("Value: got %+v, %v, want %+v", v, err, a)
	}
	if !pos.Includes(5) || pos.Includes(6) {
		t.Errorf("the position after the last change: got %+v, want one that includes 5 and not 6", pos)
	}
	if changes, again, err := db.Changes(t.Context(), rana, pos, 10); err != nil || len(changes) != 0 || again != pos {
		t.Errorf("at the end: got %v, %+v, %v, want nothing and the same position", changes, again, err)
	}
	update(t, db, rana, func(tx *storage.Tx) error { return nil }) // writes nothing, takes no seq
	put(t, db, rana, Item{Name: "d"})
	changes, _, err = db.Changes(t.Context(), rana, pos, 10)
	if err != nil || len(changes) != 1 || changes[0].Seq != 6 {
		t.Errorf("reading on: got %v, %v, want one change of seq 6", changes, err)
	}
}

// feedAfterACopy reads on from where a copy was made, and holds that a page of a
// transaction's documents is told from the whole of them.
func (s suite) feedAfterACopy(t *testing.T) {
	db := s.db(t)
	position := func() (pos storage.Position) {
		t.Helper()
		if err := db.View(t.Context(), rana, func(tx *storage.Tx) (err error) { pos, err = tx.Position(); return err }); err != nil {
			t.Fatal(err)
		}
		return pos
	}
	empty := position()
	recs := put(t, db, rana, Item{Name: "a"}, Item{Name: "b"}, Item{Name: "c"}) // seq 1
	if changes, _, err := db.Changes(t.Context(), rana, empty, 10); err != nil || len(changes) != 3 {
		t.Errorf("after a copy of nothing: got %v, %v, want 3 changes", changes, err)
	}
	copied := position()
	if !copied.Settled() || !copied.Includes(1) || copied.Includes(2) {
		t.Errorf("got %+v, want a settled position that includes 1 and not 2", copied)
	}
	if changes, pos, err := db.Changes(t.Context(), rana, copied, 10); err != nil || len(changes) != 0 || pos != copied {
		t.Errorf("after the copy: got %v, %+v, %v, want nothing and the same position", changes, pos, err)
	}
	if err := remove(t, db, rana, recs[1].ID, 1); err != nil { // seq 2
		t.Fatal(err)
	}
	if changes, _, err := db.Changes(t.Context(), rana, copied, 10); err != nil || len(changes) != 1 || !changes[0].Deleted {
		t.Errorf("after a deletion: got %v, %v, want it alone", changes, err)
	}
	_, half, err := db.Changes(t.Context(), rana, storage.Position{}, 1)
	if err != nil || half.Settled() {
		t.Errorf("after one document of two: got %+v, %v, want a position that is not settled", half, err)
	}
	if _, whole, err := db.Changes(t.Context(), rana, half, 10); err != nil || !whole.Settled() {
		t.Errorf("after the rest: got %+v, %v, want a settled position", whole, err)
	}
	update(t, db, rana, func(tx *storage.Tx) error { // seq 3
		before, err := tx.Position()
		if err != nil {
			return err
		}
		if err := items.Put(tx, &storage.Record[Item]{Value: Item{Name: "d"}}); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		after, err := tx.Position()
		if err == nil && (before != after || !after.Includes(2) || after.Includes(3)) {
			t.Errorf("in a transaction: got %+v, then %+v, want what stood before it both times", before, after)
		}
		return err
	})
}

// feedOneTransaction pages through the many documents of one seq, while some of
// them move on.
func (s suite) feedOneTransaction(t *testing.T) {
	db := s.db(t)
	var recs []storage.Record[Item]
	update(t, db, rana, func(tx *storage.Tx) error {
		recs = make([]storage.Record[Item], 100)
		for i := range recs {
			if err := items.Put(tx, &recs[i]); err != nil {
				return err
			}
			if err := others.Put(tx, &storage.Record[Item]{ID: recs[i].ID}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, size := range []int{1, 7, 100, 200, 1000} {
		f := follower{}
		if err := f.read(t, db, rana, size); err != nil {
			t.Fatal(err)
		}
		if f.n != 200 || !maps.Equal(f.docs, state(t, db, rana)) {
			t.Errorf("in pages of %d: got %d changes, want each of 200 once", size, f.n)
		}
	}
	changes, pos, err := db.Changes(t.Context(), rana, storage.Position{}, 50) // half of the items
	if err != nil || len(changes) != 50 {
		t.Fatal(len(changes), err)
	}
	for _, i := range []int{10, 90} { // one that was read, one that was not
		rec, err := get(t, db, rana, recs[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tryPut(t, db, rana, rec); err != nil {
			t.Fatal(err)
		}
	}
	f := follower{pos: pos}
	if err := f.read(t, db, rana, 50); err != nil {
		t.Fatal(err)
	}
	if want := 49 + 100 + 2; f.n != want {
		t.Errorf("reading on: got %d changes, want %d", f.n, want)
	}
}

// feedUnderWriters has readers follow while writers create, change and delete:
// each ends with exactly what is stored.
func (s suite) feedUnderWriters(t *testing.T) {
	db := s.db(t)
	var writers, readers sync.WaitGroup
	stop := make(chan struct{})
	for w := range workers {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 9))
			for range rounds {
				if err := db.Update(t.Context(), rana, func(tx *storage.Tx) error { return churn(tx, r) }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	follow := make([]follower, 3)
	for i := range follow {
		readers.Go(func() {
			hints, end := db.Watch(t.Context(), rana)
			defer end()
			for {
				if err := follow[i].read(t, db, rana, 1+i*20); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-hints:
				case <-stop:
					if err := follow[i].read(t, db, rana, 50); err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	want := state(t, db, rana)
	for i := range follow {
		if !maps.Equal(follow[i].docs, want) {
			t.Errorf("reader %d: got %d documents, want %d, or other versions", i, len(follow[i].docs), len(want))
		}
		if !follow[i].pos.Includes(workers * rounds) {
			t.Errorf("reader %d: stands at %+v, want it to include %d", i, follow[i].pos, workers*rounds)
		}
	}
}

// churn creates, changes or deletes some of forty documents.
func churn(tx *storage.Tx, r *rand.Rand) error {
	for _, c := range []*storage.Collection[Item]{items, others} {
		for range 1 + r.IntN(5) {
			id := fmt.Sprint("doc", r.IntN(20))
			rec, err := c.Get(tx, id)
			switch {
			case apperr.CodeOf(err) == apperr.NotFound:
				rec = storage.Record[Item]{ID: id}
			case err != nil:
				return err
			case r.IntN(3) == 0:
				if err := c.Delete(tx, id, rec.Version); err != nil {
					return err
				}
				continue
			}
			rec.Value.N = ptr(r.IntN(1000))
			if err := c.Put(tx, &rec); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s suite) purge(t *testing.T) {
	db := s.db(t)
	recs := put(t, db, rana, Item{}, Item{}, Item{}) // seq 1
	var behind, ahead follower
	changes, pos, err := db.Changes(t.Context(), rana, storage.Position{}, 1)
	if err != nil || len(changes) != 1 {
		t.Fatal(changes, err)
	}
	behind.pos = pos
	if err := remove(t, db, rana, recs[0].ID, 1); err != nil { // seq 2
		t.Fatal(err)
	}
	if err := ahead.read(t, db, rana, 10); err != nil {
		t.Fatal(err)
	}
	if n, err := db.PurgeTombstones(t.Context(), rana, time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("PurgeTombstones before the deletion: got %d, %v, want 0", n, err)
	}
	if n, err := db.PurgeTombstones(t.Context(), bodo, time.Now().Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("PurgeTombstones elsewhere: got %d, %v, want 0", n, err)
	}
	if n, err := db.PurgeTombstones(t.Context(), rana, time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("PurgeTombstones: got %d, %v, want 1", n, err)
	}
	if err := behind.read(t, db, rana, 10); !errors.Is(err, storage.ErrPositionLost) {
		t.Errorf("a reader that has not seen the deletion: got %v, want ErrPositionLost", err)
	}
	if err := ahead.read(t, db, rana, 10); err != nil {
		t.Errorf("a reader that has seen it: %v", err)
	}
	behind = follower{}
	if err := behind.read(t, db, rana, 1); err != nil { // page by page, below the purged seq
		t.Errorf("a reader that starts anew: %v", err)
	}
	if !maps.Equal(behind.docs, state(t, db, rana)) {
		t.Errorf("a reader that starts anew: got %v, want %v", behind.docs, state(t, db, rana))
	}
	rec := put(t, db, rana, Item{})[0] // seq goes on
	if rec.Seq != 3 {
		t.Errorf("got seq %d after a purge, want 3", rec.Seq)
	}
	if _, err := tryPut(t, db, rana, storage.Record[Item]{ID: recs[0].ID}); err != nil {
		t.Errorf("the ID of a purged document: %v", err)
	}
}

// purgeWithin purges what a reader stands in the middle of.
func (s suite) purgeWithin(t *testing.T) {
	db := s.db(t)
	recs := put(t, db, rana, make([]Item, 4)...)     // seq 1
	update(t, db, rana, func(tx *storage.Tx) error { // seq 2
		for _, rec := range recs[:2] {
			if err := items.Delete(tx, rec.ID, 1); err != nil {
				return err
			}
		}
		return nil
	})
	changes, pos, err := db.Changes(t.Context(), rana, storage.Position{}, 3) // the live two, and one of the deleted
	if err != nil || len(changes) != 3 || pos.Seq != 2 {
		t.Fatalf("got %d changes up to %+v, %v, want 3 up to seq 2", len(changes), pos, err)
	}
	if n, err := db.PurgeTombstones(t.Context(), rana, time.Now().Add(time.Hour)); n != 2 || err != nil {
		t.Fatalf("PurgeTombstones: got %d, %v, want 2", n, err)
	}
	if _, _, err := db.Changes(t.Context(), rana, pos, 3); !errors.Is(err, storage.ErrPositionLost) {
		t.Errorf("reading on: got %v, want ErrPositionLost", err)
	}
}

// positionFromFuture: the store was put back from a backup older than the reader.
func (s suite) positionFromFuture(t *testing.T) {
	db := s.db(t)
	put(t, db, rana, Item{})
	for seq, want := range map[int64]error{2: nil, 3: storage.ErrPositionLost, 99: storage.ErrPositionLost} {
		if _, _, err := db.Changes(t.Context(), rana, storage.Position{Seq: seq}, 1); !errors.Is(err, want) {
			t.Errorf("at seq %d: got %v, want %v", seq, err, want)
		}
	}
}

// quiet is a backend without hints from other processes, so that those of this
// one are seen to come.
type quiet struct{ storage.Backend }

func (quiet) Hints(func() []string, func(string)) func() { return func() {} }

func (s suite) watch(t *testing.T) {
	db, err := storage.Open(t.Context(), quiet{s.open(t)}, items, others)
	if err != nil {
		t.Fatal(err)
	}
	hints, stop := db.Watch(t.Context(), rana)
	<-hints // one at once
	put(t, db, rana, Item{})
	<-hints // hangs where there is none
	ctx, cancel := context.WithCancel(t.Context())
	ended, _ := db.Watch(ctx, rana)
	cancel()
	closed, stopClosed := db.Watch(t.Context(), bodo)
	stop()
	stop()
	for name, ch := range map[string]<-chan struct{}{"stop": hints, "the end of the context": ended} {
		drain(ch)
		if _, open := <-ch; open {
			t.Errorf("after %s: the channel is open", name)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	drain(closed)
	stopClosed()
	late, stopLate := db.Watch(t.Context(), rana)
	drain(late)
	stopLate()
}

// watchAnother: what another process writes is heard of, though nobody polls.
func (s suite) watchAnother(t *testing.T) {
	here, there := s.db(t), s.db(t)
	put(t, here, rana, Item{})
	hints, stop := here.Watch(t.Context(), rana)
	defer stop()
	<-hints // one at once
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 300 { // again, for what was written before the engine began to look is no news
		put(t, there, rana, Item{})
		select {
		case <-hints:
			return
		case <-tick.C:
		}
	}
	t.Error("300 writes of another process in 30 seconds: got no hint")
}

// drain reads a channel until it is closed; it hangs where nobody closes it.
func drain(ch <-chan struct{}) {
	for range ch {
		continue
	}
}
