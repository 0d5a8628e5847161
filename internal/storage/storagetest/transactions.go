package storagetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

var errStop = errors.New("stop")

func (s suite) allOrNothing(t *testing.T) {
	db := s.db(t)
	old := put(t, db, rana, Item{Name: "old"})[0]
	// several batches, over two collections, of each kind of write
	write := func(tx *storage.Tx) error {
		for i := range 200 {
			if err := items.Put(tx, &storage.Record[Item]{Value: Item{Name: fmt.Sprint(i)}}); err != nil {
				return err
			}
			if err := others.Put(tx, &storage.Record[Item]{}); err != nil {
				return err
			}
		}
		return items.Delete(tx, old.ID, old.Version)
	}
	ctx, cancel := context.WithCancel(t.Context())
	for name, fn := range map[string]func() error{
		"error": func() error {
			return db.Update(t.Context(), rana, func(tx *storage.Tx) error { return errors.Join(write(tx), errStop) })
		},
		"error after a flush": func() error {
			return db.Update(t.Context(), rana, func(tx *storage.Tx) error { return errors.Join(write(tx), tx.Flush(), errStop) })
		},
		"panic": func() (err error) {
			defer func() { err, _ = recover().(error) }()
			return db.Update(t.Context(), rana, func(tx *storage.Tx) error {
				if err := write(tx); err != nil {
					return err
				}
				panic(errStop)
			})
		},
		"end of the context": func() error {
			err := db.Update(ctx, rana, func(tx *storage.Tx) error {
				err := write(tx)
				cancel()
				return err
			})
			if errors.Is(err, context.Canceled) {
				return errStop
			}
			return err
		},
	} {
		if err := fn(); !errors.Is(err, errStop) {
			t.Errorf("%s: got %v, want it handed on", name, err)
		}
		wantIDs(t, name, all(t, db, rana, storage.Query{}), old.ID)
		changes, _, err := db.Changes(t.Context(), rana, storage.Position{}, 10)
		if err != nil || len(changes) != 1 {
			t.Errorf("%s: got %d changes, %v, want 1", name, len(changes), err)
		}
	}
	// and the store works on, without a hole in its numbers
	update(t, db, rana, write)
	if got, want := len(all(t, db, rana, storage.Query{})), 200; got != want {
		t.Errorf("got %d documents, want %d", got, want)
	}
	if got := all(t, db, rana, storage.Query{Limit: 1})[0].Seq; got != 2 {
		t.Errorf("got seq %d, want 2", got)
	}
}

func (s suite) readYourWrites(t *testing.T) {
	db := s.db(t)
	update(t, db, rana, func(tx *storage.Tx) error {
		for i := range 150 {
			rec := storage.Record[Item]{ID: fmt.Sprint("id", i), Value: Item{Name: fmt.Sprint(i), N: ptr(i)}}
			if err := items.Put(tx, &rec); err != nil {
				return err
			}
			switch i % 30 {
			case 0:
				if got, err := items.Get(tx, rec.ID); err != nil || *got.Value.N != i {
					t.Errorf("Get: got %+v, %v, want n %d", got, err, i)
				}
			case 1:
				if got, err := items.GetBy(tx, "name", fmt.Sprint(i)); err != nil || got.ID != rec.ID {
					t.Errorf("GetBy: got %+v, %v, want %s", got, err, rec.ID)
				}
			case 2:
				if got, err := items.Count(tx, storage.Query{}); err != nil || got != i+1 {
					t.Errorf("Count: got %d, %v, want %d", got, err, i+1)
				}
			case 3:
				for got, err := range items.Find(tx, storage.Query{Sort: "n", Desc: true, Limit: 1}) {
					if err != nil || got.ID != rec.ID {
						t.Errorf("Find: got %+v, %v, want %s", got, err, rec.ID)
					}
				}
			case 4:
				rec.Value.N = ptr(-i)
				if err := items.Put(tx, &rec); err != nil {
					t.Errorf("Put twice: %v", err)
				}
				if got, err := items.Get(tx, rec.ID); err != nil || *got.Value.N != -i || got.Version != 2 {
					t.Errorf("Get after Put twice: got %+v, %v, want n %d, version 2", got, err, -i)
				}
			case 5:
				if err := items.Delete(tx, rec.ID, rec.Version); err != nil {
					t.Errorf("Delete: %v", err)
				}
				_, err := items.Get(tx, rec.ID)
				wantCode(t, "Get after Delete", err, apperr.NotFound)
				if err := items.Put(tx, &storage.Record[Item]{ID: rec.ID, Value: rec.Value}); err != nil {
					t.Errorf("Put after Delete: %v", err)
				}
			}
		}
		return nil
	})
	if got := len(all(t, db, rana, storage.Query{})); got != 150 {
		t.Errorf("got %d documents, want 150", got)
	}
}

// errorsStick: a failed write cannot be overlooked.
func (s suite) errorsStick(t *testing.T) {
	db := s.db(t)
	rec := put(t, db, rana, Item{Name: "a"})[0]
	wantTaken(t, "a duplicate that fn overlooked", db.Update(t.Context(), rana, func(tx *storage.Tx) error {
		_ = items.Put(tx, &storage.Record[Item]{Value: Item{Name: "b"}})
		_ = items.Put(tx, &storage.Record[Item]{Value: Item{Name: "a"}})
		return nil
	}), "name")
	wantCode(t, "a conflict that fn overlooked", db.Update(t.Context(), rana, func(tx *storage.Tx) error {
		_ = items.Put(tx, &storage.Record[Item]{ID: rec.ID, Version: 7})
		_ = tx.Flush()
		_, err := items.Get(tx, rec.ID)
		wantCode(t, "Get after it", err, apperr.Conflict)
		return nil
	}), apperr.Conflict)
	wantIDs(t, "afterwards", all(t, db, rana, storage.Query{}), rec.ID)
	err := db.View(t.Context(), rana, func(tx *storage.Tx) error { return items.Put(tx, &storage.Record[Item]{}) })
	if err == nil {
		t.Error("Put in a View: got no error")
	}
	stranger := storage.NewCollection[Item](storage.Schema{Name: "strangers"})
	err = db.View(t.Context(), rana, func(tx *storage.Tx) error { _, err := stranger.Get(tx, "x"); return err })
	if apperr.CodeOf(err) != apperr.Internal {
		t.Errorf("a collection that was not opened: got %v, want an internal error", err)
	}
}

// snapshot: a View sees one state, whatever others commit meanwhile.
func (s suite) snapshot(t *testing.T) {
	db := s.db(t)
	rec := put(t, db, rana, Item{N: ptr(1)})[0]
	err := db.View(t.Context(), rana, func(tx *storage.Tx) error {
		done := make(chan error)
		go func() { // others write
			done <- db.Update(context.WithoutCancel(t.Context()), rana, func(tx *storage.Tx) error {
				r := rec
				r.Value.N = ptr(2)
				return errors.Join(items.Put(tx, &r), others.Put(tx, &storage.Record[Item]{}))
			})
		}()
		if err := <-done; err != nil {
			return err
		}
		got, err := items.Get(tx, rec.ID)
		if err != nil {
			return err
		}
		n, err := others.Count(tx, storage.Query{})
		if err != nil {
			return err
		}
		if *got.Value.N != 1 || n != 0 {
			t.Errorf("got n %d and %d others, want the state at the start: 1 and 0", *got.Value.N, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := get(t, db, rana, rec.ID); err != nil || *got.Value.N != 2 {
		t.Errorf("afterwards: got %+v, %v, want n 2", got, err)
	}
}

// ended: nothing can be done with a transaction after its function, and nothing
// that was left open in it stands in the next one's way.
func (s suite) ended(t *testing.T) {
	db := s.db(t)
	leave := func(tx *storage.Tx) error {
		next, stop := iter.Pull2(items.Find(tx, storage.Query{}))
		t.Cleanup(stop)
		_, err, _ := next()
		return err
	}
	for want := 2; want < 8; want += 2 {
		put(t, db, rana, Item{}, Item{})
		if err := db.View(t.Context(), rana, leave); err != nil {
			t.Errorf("View that leaves an iterator half read: %v", err)
		}
		update(t, db, rana, leave)
		if got := len(all(t, db, rana, storage.Query{})); got != want {
			t.Errorf("after it: got %d documents, want %d", got, want)
		}
	}
	var kept []*storage.Tx
	keep := func(tx *storage.Tx) error { kept = append(kept, tx); return nil }
	update(t, db, rana, keep)
	if err := db.View(t.Context(), rana, keep); err != nil {
		t.Fatal(err)
	}
	for _, tx := range kept {
		if _, err := items.Get(tx, "x"); err == nil || apperr.CodeOf(err) == apperr.NotFound {
			t.Errorf("Get after the end: got %v, want an error that says so", err)
		}
		if err := items.Put(tx, &storage.Record[Item]{}); err == nil {
			t.Error("Put after the end: got no error")
		}
	}
}

// largeTransaction is one transaction of many batches: one seq, every document.
func (s suite) largeTransaction(t *testing.T) {
	db := s.db(t)
	const n = 3000
	var first, last storage.Record[Item]
	update(t, db, rana, func(tx *storage.Tx) error {
		for i := range n {
			rec := storage.Record[Item]{Value: Item{Name: fmt.Sprint(i), N: ptr(i)}}
			if err := items.Put(tx, &rec); err != nil {
				return err
			}
			if i == 0 {
				first = rec
			}
			last = rec
		}
		return nil
	})
	if first.ID >= last.ID {
		t.Errorf("got IDs %s then %s, want IDs in the order in which they were made", first.ID, last.ID)
	}
	got := all(t, db, rana, storage.Query{})
	for i, rec := range got {
		if rec.Seq != 1 || rec.Version != 1 || *rec.Value.N != i {
			t.Fatalf("document %d: got %+v, want seq 1, version 1, n %d", i, rec, i)
		}
	}
	if len(got) != n {
		t.Errorf("got %d documents, want %d", len(got), n)
	}
}

func (s suite) context(t *testing.T) {
	db := s.db(t)
	values := make([]Item, 500)
	put(t, db, rana, values...)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.View(ctx, rana, func(tx *storage.Tx) error {
		n := 0
		for _, err := range items.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if n++; n == 3 {
				cancel()
			}
		}
		_, err := items.Get(tx, "x")
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("View whose context ends on the way: got %v, want context.Canceled", err)
	}
	never := func(*storage.Tx) error { t.Error("fn was run"); return nil }
	for name, err := range map[string]error{
		"View":   db.View(ctx, rana, never),
		"Update": db.Update(ctx, rana, never),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: got %v, want context.Canceled", name, err)
		}
	}
	if _, _, err := db.Changes(ctx, rana, storage.Position{}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Changes with an ended context: got %v, want context.Canceled", err)
	}
	if got := len(all(t, db, rana, storage.Query{})); got != len(values) {
		t.Errorf("afterwards: got %d documents, want %d", got, len(values))
	}
}
