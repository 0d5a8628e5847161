package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// narrow makes any backend one whose transactions carry little, and can die: once
// its updates are used up nothing of it answers any more.
type narrow struct {
	storage.Backend
	carries int
	left    *atomic.Int64 // updates before it dies; nil: it lives
	deaf    bool          // the last update goes through, and nobody hears of it
}

// Narrow makes a backend one whose transactions carry only so many documents, as
// those of a cluster do, so that changes go in by parts.
func Narrow(b storage.Backend, carries int) storage.Cluster {
	return &narrow{Backend: b, carries: carries}
}

var errDead = errors.New("the process was killed here")

func (n *narrow) Carries() int { return n.carries }

func (n *narrow) View(ctx context.Context, municipality string, fn func(storage.Reader) error) error {
	if n.left != nil && n.left.Load() < 0 {
		return errDead
	}
	return n.Backend.View(ctx, municipality, fn)
}

func (n *narrow) Update(ctx context.Context, municipality string, fn func(storage.Writer) error) error {
	if n.left == nil {
		return n.Backend.Update(ctx, municipality, fn)
	}
	switch left := n.left.Add(-1); {
	case left < 0:
		return errDead
	case left == 0 && n.deaf:
		n.left.Add(-1)
		if err := n.Backend.Update(ctx, municipality, fn); err != nil {
			return err
		}
		return errDead
	}
	return n.Backend.Update(ctx, municipality, fn)
}

// narrowDB opens the test's store behind a narrow backend.
func (s suite) narrowDB(t *testing.T, n *narrow) *storage.DB {
	t.Helper()
	n.Backend = s.open(t)
	db, err := storage.Open(t.Context(), n, items, others)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeDB(t, db) })
	return db
}

// partsAlike does the same random things in a transaction and in a draft: they
// read the same, fail the same and leave the same.
func (s suite) partsAlike(t *testing.T) {
	db := s.narrowDB(t, &narrow{carries: 3})
	failed, stored := 0, 0
	for seed := range uint64(25) {
		var before []storage.Record[Item]
		for i := range 6 {
			before = append(before, storage.Record[Item]{ID: fmt.Sprintf("%d-old%d", seed, i), Value: Item{Name: fmt.Sprintf("%d-n%d", seed, i), N: ptr(i % 3), Group: fmt.Sprint(seed), Slot: ptr(i)}})
		}
		for _, m := range []string{rana, bodo} {
			update(t, db, m, func(tx *storage.Tx) error {
				for _, rec := range before {
					if err := items.Put(tx, &rec); err != nil {
						return err
					}
				}
				return nil
			})
		}
		var did [2]string
		var codes [2]apperr.Code
		for i, run := range []func(func(*storage.Tx) error) error{
			func(fn func(*storage.Tx) error) error { return db.Update(t.Context(), rana, fn) },
			func(fn func(*storage.Tx) error) error { return db.UpdateInParts(t.Context(), bodo, fn) },
		} {
			err := run(func(tx *storage.Tx) error {
				did[i] = ""
				err := randomly(tx, rand.New(rand.NewPCG(seed, 7)), seed, &did[i])
				return err
			})
			codes[i] = apperr.CodeOf(err)
			if err == nil {
				codes[i] = ""
				stored++
			} else {
				failed++
			}
		}
		if did[0] != did[1] || codes[0] != codes[1] {
			t.Fatalf("seed %d: in a transaction (%q)\n%s\nin a draft (%q)\n%s", seed, codes[0], did[0], codes[1], did[1])
		}
		a, b := all(t, db, rana, storage.Query{}), all(t, db, bodo, storage.Query{})
		if got, want := show(b), show(a); got != want {
			t.Fatalf("seed %d: the draft left\n%s\nthe transaction\n%s", seed, got, want)
		}
	}
	if failed == 0 || stored == 0 {
		t.Errorf("%d changes failed and %d were stored: the test shows half", failed, stored)
	}
}

// show writes records down without what differs by nature.
func show(recs []storage.Record[Item]) (out string) {
	for _, r := range recs {
		out += fmt.Sprintln(r.ID, r.Version, r.Value.Name, r.Value.Group, show1(r.Value.Slot), show1(r.Value.N), r.Value.Inner.Status)
	}
	return out
}

func show1(n *int) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

// randomly reads and writes, and notes what it saw.
func randomly(tx *storage.Tx, r *rand.Rand, seed uint64, did *string) error {
	note := func(format string, args ...any) { *did += fmt.Sprintf(format+"\n", args...) }
	old := func() string { return fmt.Sprintf("%d-old%d", seed, r.IntN(6)) }
	for step := range 14 {
		switch r.IntN(8) {
		case 0, 1:
			rec := storage.Record[Item]{ID: fmt.Sprintf("%d-new%d", seed, step), Value: Item{Name: fmt.Sprintf("%d-n%d", seed, r.IntN(40)), N: ptr(r.IntN(3))}}
			note("put %s", rec.ID)
			if err := items.Put(tx, &rec); err != nil {
				return err
			}
		case 2, 3:
			rec, err := items.Get(tx, old())
			note("get %s %s", rec.ID, apperr.CodeOf(err))
			if err != nil {
				continue
			}
			rec.Value.N, rec.Value.Slot, rec.Value.Inner.Status = ptr(r.IntN(3)), ptr(r.IntN(12)), "changed"
			if err := items.Put(tx, &rec); err != nil {
				return err
			}
		case 4:
			rec, err := items.Get(tx, old())
			note("get %s %s", rec.ID, apperr.CodeOf(err))
			if err != nil {
				continue
			}
			if err := items.Delete(tx, rec.ID, rec.Version); err != nil {
				return err
			}
		case 5:
			n, err := items.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("n", r.IntN(3))}})
			note("count %d %v", n, err)
		case 6:
			rec, err := items.GetBy(tx, "name", fmt.Sprintf("%d-n%d", seed, r.IntN(8)))
			note("by name %s %s", rec.ID, apperr.CodeOf(err))
		case 7:
			q := storage.Query{Where: []storage.Cond{storage.Ge("n", 1)}, Desc: r.IntN(2) == 0, Limit: r.IntN(4)}
			if r.IntN(2) == 0 {
				q.Sort = "slot"
			}
			for rec, err := range items.Find(tx, q) {
				if err != nil {
					return err
				}
				note("found %s %d", rec.ID, rec.Version)
			}
		}
	}
	return tx.Flush()
}

const partsRows = 210 // two parts

// bring changes one record and makes many, as an import does.
func bring(round int) func(tx *storage.Tx) error {
	return func(tx *storage.Tx) error {
		rec, err := items.Get(tx, "mark")
		if err != nil {
			return err
		}
		rec.Value.N = ptr(round)
		if err := items.Put(tx, &rec); err != nil {
			return err
		}
		for i := range partsRows {
			if err := items.Put(tx, &storage.Record[Item]{Value: Item{Name: fmt.Sprintf("%d/%d", round, i), Inner: Inner{Status: fmt.Sprint("round", round)}}}); err != nil {
				return err
			}
		}
		return nil
	}
}

// partsCutOff kills a change in parts before and after each of its transactions.
// After the next start all of it is there, or none; all of it, where it was
// acknowledged.
func (s suite) partsCutOff(t *testing.T) {
	plain := s.narrowDB(t, &narrow{carries: 100})
	put(t, plain, rana, Item{Name: "other"})
	update(t, plain, rana, func(tx *storage.Tx) error { return items.Put(tx, &storage.Record[Item]{ID: "mark"}) })
	closeDB(t, plain)
	whole, none, through := 0, 0, false
	for round := 1; !through; round++ {
		n := &narrow{carries: 100, deaf: round%2 == 0}
		db := s.narrowDB(t, n)
		n.left = &atomic.Int64{}
		n.left.Store(int64((round + 1) / 2))
		err := db.UpdateInParts(t.Context(), rana, bring(round))
		through = err == nil && n.left.Load() > 0
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		again := s.narrowDB(t, &narrow{carries: 100})
		got := len(all(t, again, rana, storage.Query{Where: []storage.Cond{storage.Eq("inner.status", fmt.Sprint("round", round))}}))
		mark, gerr := get(t, again, rana, "mark")
		if gerr != nil {
			t.Fatal(gerr)
		}
		marked := mark.Value.N != nil && *mark.Value.N == round
		switch {
		case got == partsRows && marked:
			whole++
		case got == 0 && !marked && err != nil:
			none++
		default:
			t.Fatalf("killed at update %d (after it: %t), answered %v: %d of %d rows are there, the mark: %t", (round+1)/2, n.deaf, err, got, partsRows, marked)
		}
		if through {
			if findings, err := again.Check(t.Context()); err != nil || len(findings) > 0 {
				t.Errorf("Check: got %v, %v", findings, err)
			}
		}
		closeDB(t, again)
	}
	if whole < 3 || none < 3 {
		t.Errorf("%d changes were completed and %d undone: the test shows half", whole, none)
	}
	t.Logf("%d changes were completed by the next start or in time, %d undone", whole, none)
}

// partsBeside changes what a draft has read before it is taken over: the draft is
// made anew, and nothing of either is lost.
func (s suite) partsBeside(t *testing.T) {
	db := s.narrowDB(t, &narrow{carries: 100})
	recs := put(t, db, rana, Item{Name: "a", N: ptr(1)}, Item{Name: "b", N: ptr(1)})
	for _, test := range []struct {
		name   string
		beside func() error // by another, after the draft has read
		again  bool
	}{
		{"nothing", func() error { return nil }, false},
		{"what was not read", func() error {
			_, err := tryPut(t, db, rana, storage.Record[Item]{Value: Item{Name: "far", N: ptr(9)}})
			return err
		}, false},
		{"another municipality", func() error {
			_, err := tryPut(t, db, bodo, storage.Record[Item]{Value: Item{Name: "far", N: ptr(1)}})
			return err
		}, false},
		{"what was read", func() error {
			rec, err := get(t, db, rana, recs[0].ID)
			if err != nil {
				return err
			}
			rec.Value.Text += "."
			_, err = tryPut(t, db, rana, rec)
			return err
		}, true},
		{"what would have been found", func() error {
			_, err := tryPut(t, db, rana, storage.Record[Item]{Value: Item{Name: "c", N: ptr(1)}})
			return err
		}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			runs, sum, found := 0, storage.Record[Item]{ID: test.name}, 0
			err := db.UpdateInParts(t.Context(), rana, func(tx *storage.Tx) error {
				runs++
				found = 0
				for _, err := range items.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("n", 1)}}) {
					if err != nil {
						return err
					}
					found++
				}
				if runs == 1 {
					if err := test.beside(); err != nil {
						return err
					}
				}
				sum.Version, sum.Value = 0, Item{Name: test.name, Slot: &found, Group: "sum " + test.name}
				return items.Put(tx, &sum)
			})
			if err != nil {
				t.Fatal(err)
			}
			if again := runs > 1; again != test.again {
				t.Errorf("fn ran %d times, want it again: %t", runs, test.again)
			}
			stored, err := get(t, db, rana, test.name)
			now := len(all(t, db, rana, storage.Query{Where: []storage.Cond{storage.Eq("n", 1)}}))
			if err != nil || stored.Value.Slot == nil || *stored.Value.Slot != now {
				t.Errorf("got %v, %v, want the count of what is there, %d", stored.Value.Slot, err, now)
			}
		})
	}
}

// partsGuard leaves a change decided and half applied, as a killed process does,
// while another process has the store open: others write what the change does not
// touch any more, in its collections too, and whoever would write what it is still
// to write completes it first.
func (s suite) partsGuard(t *testing.T) {
	n := &narrow{carries: 100}
	db := s.narrowDB(t, n)
	update(t, db, rana, func(tx *storage.Tx) error { return items.Put(tx, &storage.Record[Item]{ID: "mark"}) })
	before := &atomic.Int64{}
	before.Store(1 << 40)
	n.left = before
	if err := db.UpdateInParts(t.Context(), rana, bring(1)); err != nil {
		t.Fatal(err)
	}
	took := 1<<40 - before.Load()
	before.Store(took - 1) // all but the last part of the next one
	if err := db.UpdateInParts(t.Context(), rana, bring(2)); err == nil {
		t.Fatal("the change was acknowledged, want it cut off")
	}
	n.left = nil // the others' process lives
	if applied, all, err := db.Completing(t.Context(), rana); err != nil || applied == 0 || applied == all {
		t.Fatalf("Completing: got %d of %d, %v, want a part", applied, all, err)
	}
	left := func(what string, want bool) {
		t.Helper()
		if applied, all, err := db.Completing(t.Context(), rana); err != nil || (applied < all) != want {
			t.Errorf("Completing after %s: got %d of %d, %v, want parts left: %t", what, applied, all, err, want)
		}
	}
	update(t, db, rana, func(tx *storage.Tx) error { return others.Put(tx, &storage.Record[Item]{ID: "beside"}) })
	left("a write to another collection", true)
	mine := put(t, db, rana, Item{Name: "mine"})[0]
	mine.Value.Name = "mine still"
	if _, err := tryPut(t, db, rana, mine); err != nil {
		t.Error(err)
	}
	left("writes to a record that the change does not touch", true)
	_, err := tryPut(t, db, rana, storage.Record[Item]{ID: "mark", Version: 2, Value: Item{Text: "read before the change"}})
	wantCode(t, "a writer who has not seen what is applied", err, apperr.Conflict)
	left("a write to a record that the change has passed", true)
	_, err = tryPut(t, db, rana, storage.Record[Item]{Value: Item{Name: fmt.Sprintf("2/%d", partsRows-1)}})
	wantTaken(t, "a key of the last part", err, "name")
	left("a writer of what the last part brings", false)
	if got := len(all(t, db, rana, storage.Query{Where: []storage.Cond{storage.Eq("inner.status", "round2")}})); got != partsRows {
		t.Errorf("got %d rows, want %d", got, partsRows)
	}

	before.Store(took - 1)
	n.left = before
	if err := db.UpdateInParts(t.Context(), rana, bring(3)); err == nil {
		t.Fatal("the change was acknowledged, want it cut off")
	}
	n.left = nil
	seen := 0
	err = db.View(t.Context(), rana, func(tx *storage.Tx) (err error) {
		if err := tx.Whole(); err != nil {
			return err
		}
		seen, err = items.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("inner.status", "round3")}})
		return err
	})
	if err != nil || seen != partsRows {
		t.Errorf("a reader who wants changes whole: got %d rows, %v, want %d", seen, err, partsRows)
	}
	left("a reader who wants changes whole", false)
}
