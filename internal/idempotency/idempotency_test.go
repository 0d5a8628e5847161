package idempotency_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/idempotency"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

func open(t *testing.T) *storage.DB {
	t.Helper()
	return sqlitetest.New(t, idempotency.Collections...)
}

// Many at once with one key, in two processes: the work is done once and all get
// its answer.
func TestOnce(t *testing.T) {
	db := open(t)
	var runs atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		keys := idempotency.New(db, "1833", time.Now)
		wg.Go(func() {
			answer, err := keys.Do(t.Context(), "kari", "key", func() (string, error) {
				runs.Add(1)
				return "/households/1", nil
			})
			if answer != "/households/1" || err != nil {
				t.Errorf("%d: got %q, %v", i, answer, err)
			}
		})
	}
	wg.Wait()
	if runs.Load() != 1 {
		t.Errorf("got %d runs, want 1", runs.Load())
	}
}

func TestAgainAfterFailure(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	keys := idempotency.New(open(t), "1833", func() time.Time { return now })
	runs := 0
	work := func(answer string, err error) func() (string, error) {
		return func() (string, error) { runs++; return answer, err }
	}
	failed := errors.New("failed")
	do := func(owner string, work func() (string, error)) (string, error) {
		return keys.Do(t.Context(), owner, "key", work)
	}
	if _, err := do("kari", work("", failed)); !errors.Is(err, failed) {
		t.Errorf("got %v, want the work's error", err)
	}
	if answer, err := do("kari", work("", nil)); answer != "" || err != nil {
		t.Errorf("got %q, %v for a form that must be corrected", answer, err)
	}
	if answer, err := do("kari", work("/a", nil)); answer != "/a" || err != nil {
		t.Errorf("got %q, %v", answer, err)
	}
	if answer, err := do("kari", work("/b", nil)); answer != "/a" || err != nil {
		t.Errorf("got %q, %v, want the first answer", answer, err)
	}
	if answer, err := do("ola", work("/c", nil)); answer != "/c" || err != nil {
		t.Errorf("got %q, %v, want another owner's key to be another", answer, err)
	}
	now = now.Add(idempotency.Life + time.Hour)
	if err := keys.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if answer, err := do("kari", work("/d", nil)); answer != "/d" || err != nil {
		t.Errorf("got %q, %v after a day", answer, err)
	}
	if runs != 5 {
		t.Errorf("got %d runs, want 5", runs)
	}
}
