package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// acknowledged is the register as those who saved were told that it is.
type acknowledged struct {
	db       *storage.DB
	listings map[string]string // ID -> address
	edition  int
}

// read takes in what the register has.
func (a *acknowledged) read(t *testing.T) {
	t.Helper()
	err := a.db.View(t.Context(), searchMunicipality, func(tx *storage.Tx) error {
		for rec, err := range office.Listings.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			a.listings[rec.ID] = rec.Value.Record.Address
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// save changes the register in one transaction, and notes it when it is done.
func (a *acknowledged) save(ctx context.Context, r *rand.Rand) error {
	a.edition++
	put, gone := map[string]string{}, ""
	err := a.db.Update(ctx, searchMunicipality, func(tx *storage.Tx) error {
		clear(put)
		for id := range a.listings { // one is changed, one is deleted now and then
			rec, err := office.Listings.Get(tx, id)
			if err != nil {
				return err
			}
			if gone = ""; r.IntN(4) == 0 {
				gone = id
				if err := office.Listings.Delete(tx, id, rec.Version); err != nil {
					return err
				}
				break
			}
			rec.Value.Record.Address = fmt.Sprintf("Endretveien %d", a.edition)
			if err := office.Listings.Put(tx, &rec); err != nil {
				return err
			}
			put[id] = rec.Value.Record.Address
			break
		}
		for i := range 1 + r.IntN(5) {
			l := landlords.Listing{ExternalRef: fmt.Sprintf("K-%d-%d", a.edition, i), Address: fmt.Sprintf("Nyveien %d", a.edition), Status: landlords.StatusOpen}
			rec := storage.Record[office.Entry[landlords.Listing]]{Value: office.Entry[landlords.Listing]{Key: l.Key(), Record: l}}
			if err := office.Listings.Put(tx, &rec); err != nil {
				return err
			}
			put[rec.ID] = l.Address
		}
		return nil
	})
	if err != nil {
		return err
	}
	delete(a.listings, gone)
	for id, address := range put {
		a.listings[id] = address
	}
	return nil
}

const searchMunicipality = "1833"

// A process that feeds the index is killed again and again while others save:
// whatever was acknowledged is found in the end, as it was saved last, and
// nothing that was deleted.
func TestKilledFeedingLosesNothing(t *testing.T) {
	rounds := 6
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		rounds = 60
	}
	data := filepath.Join(t.TempDir(), "store")
	fillServed(t, data)
	ctx := t.Context()
	db, err := openStore(ctx, storeOf(t, data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // nothing is written any more
	all := &acknowledged{db: db, listings: map[string]string{}}
	all.read(t)
	r := rand.New(rand.NewPCG(4, uint64(rounds)))
	moment := func() time.Duration { return time.Duration(50+r.IntN(400)) * time.Millisecond }
	behind := 0
	for range rounds {
		wait := moment() // r is the saver's afterwards
		p := startWeb(t, data)
		saving, stop := context.WithCancel(ctx)
		var saver sync.WaitGroup
		var failed error
		saver.Go(func() {
			for saving.Err() == nil && failed == nil {
				failed = all.save(ctx, r)
			}
		})
		time.AfterFunc(wait, func() { _ = p.cmd.Process.Kill() })
		_ = p.cmd.Wait() // killed
		stop()
		saver.Wait()
		if failed != nil {
			t.Fatal(failed)
		}
		if diff := unlike(t, data, all.listings); diff != "" {
			behind++
		}
	}
	if behind == 0 {
		t.Error("the index was never behind when its process was killed: the test shows nothing")
	}
	t.Logf("%d listings after %d changes; the index was behind after %d of %d kills", len(all.listings), all.edition, behind, rounds)
	startWeb(t, data)
	diff := "not looked at"
	defer func() {
		if t.Failed() {
			t.Log(diff)
		}
	}()
	eventually(t, "the index has what was acknowledged", func() bool { diff = unlike(t, data, all.listings); return diff == "" })
}

// unlike reads the index as another process and says how it differs from the
// register; "" where it does not.
func unlike(t *testing.T, data string, want map[string]string) string {
	t.Helper()
	e, err := fts.Open(t.Context(), filepath.Join(data, searchFolder), searchMunicipality)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }() // it was only read
	got := map[string]string{}
	for {
		plan, err := search.Prepare(search.Request{Limit: search.MaxLimit, Offset: len(got), Day: search.Day{On: civil.MustParse("2026-11-25"), FreshDays: 21}}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := e.Search(t.Context(), plan)
		if err != nil {
			return err.Error()
		}
		for _, h := range r.Hits {
			got[h.ID] = h.Listing.Address
		}
		if len(r.Hits) < search.MaxLimit {
			break
		}
	}
	for id, address := range want {
		if got[id] != address {
			return fmt.Sprintf("%s is %q, want %q, among %d of %d", id, got[id], address, len(got), len(want))
		}
	}
	if len(got) != len(want) {
		return fmt.Sprintf("got %d listings, want %d", len(got), len(want))
	}
	return ""
}
