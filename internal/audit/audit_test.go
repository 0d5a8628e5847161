package audit_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
)

func start(t *testing.T, now func() time.Time) (*storage.DB, *audit.Log) {
	t.Helper()
	backend, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), backend, audit.Collections...)
	if err != nil {
		t.Fatal(err)
	}
	log, stop := audit.Start(db, audit.Config{Municipality: "1833", Now: now})
	t.Cleanup(func() {
		if err := errors.Join(stop(t.Context()), db.Close()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return db, log
}

func TestTrail(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	db, log := start(t, func() time.Time { return now })
	look := func(who, key string) audit.Entry {
		return audit.Entry{Who: who, What: audit.Read, Register: "households", Key: key}
	}
	log.Looked(look("kari", "H-1"), look("kari", "H-2"), look("kari", "H-1"))
	if err := log.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	failed := errors.New("the change fails")
	for _, want := range []error{failed, nil} {
		err := db.Update(t.Context(), "1833", func(tx *storage.Tx) error {
			return errors.Join(want, audit.Write(tx, now, audit.Entry{Who: "ola", What: audit.Changed, Register: "households", Key: "H-1", Fields: []string{"rent"}}))
		})
		if !errors.Is(err, want) {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	log.Looked(look("ola", "H-1")) // Find writes it first
	tests := []struct {
		name string
		f    audit.Filter
		want []string
	}{
		{"all", audit.Filter{}, []string{"ola read H-1", "ola changed H-1", "kari read H-2", "kari read H-1"}},
		{"household", audit.Filter{Register: "households", Key: "H-1"}, []string{"ola read H-1", "ola changed H-1", "kari read H-1"}},
		{"user", audit.Filter{Who: "kari"}, []string{"kari read H-2", "kari read H-1"}},
		{"period", audit.Filter{From: now.Add(-time.Hour), To: now}, []string{"ola changed H-1"}},
		{"nothing", audit.Filter{Who: "nobody"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.f.Limit = 2
			var got []string
			for {
				page, err := log.Find(t.Context(), test.f)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range page.Lines {
					got = append(got, l.Who+" "+l.What+" "+l.Key)
				}
				if test.f.After = page.Next; page.Next == "" {
					break
				}
			}
			if len(got) != len(test.want) {
				t.Fatalf("got %q, want %q", got, test.want)
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
	if n, err := audit.Purge(t.Context(), db, "1833", now.Add(-time.Minute)); n != 3 || err != nil {
		t.Errorf("got %d, %v purged, want 3", n, err)
	}
}

// What was seen is written when the log stops, without waiting for its second.
func TestStopWrites(t *testing.T) {
	backend, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), backend, audit.Collections...)
	if err != nil {
		t.Fatal(err)
	}
	log, stop := audit.Start(db, audit.Config{Municipality: "1833"})
	for range 3000 {
		log.Looked(audit.Entry{Who: "kari", What: audit.Read, Register: "households", Key: time.Now().String()})
	}
	if err := errors.Join(stop(t.Context()), stop(t.Context())); err != nil {
		t.Fatal(err)
	}
	again, stopAgain := audit.Start(db, audit.Config{Municipality: "1833"})
	page, err := again.Find(t.Context(), audit.Filter{Limit: 5000})
	if err != nil || len(page.Lines) < 2900 { // the same nanosecond is one look
		t.Errorf("got %d lines, %v, want all", len(page.Lines), err)
	}
	if err := errors.Join(stopAgain(t.Context()), db.Close()); err != nil {
		t.Error(err)
	}
}
