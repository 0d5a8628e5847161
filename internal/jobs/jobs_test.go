package jobs

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/lease"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

const municipality = "1833"

// open opens the store at path, as one process does. It is closed inside the
// bubble of the test.
func open(t *testing.T, path string) *storage.DB {
	t.Helper()
	return sqlitetest.Open(t, path, Collections...)
}

func TestOnceAmongSeveralProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "store.db")
		var runs atomic.Int32
		job := Every("hourly", time.Hour, func(context.Context, Run) error { runs.Add(1); return nil })
		var stops []func()
		for range 3 {
			_, stop := Start(t.Context(), Config{DB: open(t, path), Municipality: municipality}, job)
			stops = append(stops, stop)
		}
		time.Sleep(10*time.Hour + time.Minute) // the bubble's clock
		for _, stop := range stops {
			stop()
		}
		// Once at the start, for a job never run before, and once each full hour.
		if got := runs.Load(); got != 11 {
			t.Errorf("got %d runs in 10 hours by 3 processes, want 11", got)
		}
	})
}

func TestMissedRunsAreMadeGoodOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "store.db"))
		var seen []Run
		cfg := Config{DB: db, Municipality: municipality, Zone: time.UTC}
		job := Daily("nightly", "02:30", func(_ context.Context, run Run) error { seen = append(seen, run); return nil })
		_, stop := Start(t.Context(), cfg, job)
		time.Sleep(time.Minute)
		stop()
		time.Sleep(5*24*time.Hour + 3*time.Hour) // nobody runs
		_, stop = Start(t.Context(), cfg, job)
		time.Sleep(time.Minute)
		stop()
		if len(seen) != 2 {
			t.Fatalf("got %d runs, want the first and one for five missed days", len(seen))
		}
		if !seen[0].Since.IsZero() || !seen[1].Since.Equal(seen[0].Due) {
			t.Errorf("got since %v and %v, want never and %v", seen[0].Since, seen[1].Since, seen[0].Due)
		}
		if got := seen[1].Due.Sub(seen[0].Due); got != 6*24*time.Hour && got != 5*24*time.Hour {
			t.Errorf("got due times %v apart", got)
		}
	})
}

func TestFailuresAreTriedAgainLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "store.db"))
		began := time.Now()
		var tries []time.Duration
		job := Every("figures", 30*24*time.Hour, func(context.Context, Run) error {
			tries = append(tries, time.Since(began).Round(time.Second))
			switch len(tries) {
			case 1:
				return apperr.New(apperr.Unavailable, "Not now.")
			case 2:
				panic("a fault")
			case 3:
				return errors.New("secret detail")
			}
			return nil
		})
		_, stop := Start(t.Context(), Config{DB: db, Municipality: municipality}, job)
		time.Sleep(90 * time.Second)
		states, err := All(t.Context(), db, municipality)
		if s := states["figures"]; err != nil || s.Failures != 2 || s.Error != apperr.MessageOf(errors.New("x")) {
			t.Errorf("got %+v, %v after two failures, want the count and a sentence without detail", s, err)
		}
		time.Sleep(time.Hour)
		stop()
		want := []time.Duration{0, time.Minute, 3 * time.Minute, 7 * time.Minute}
		if len(tries) != len(want) {
			t.Fatalf("got tries at %v, want %v", tries, want)
		}
		for i := range want {
			if tries[i] != want[i] {
				t.Errorf("got try %d at %v, want %v", i, tries[i], want[i])
			}
		}
		states, err = All(t.Context(), db, municipality)
		if s := states["figures"]; err != nil || s.Failures != 0 || s.Error != "" || s.Done.IsZero() {
			t.Errorf("got %+v, %v, want done", s, err)
		}
	})
}

// A process that hangs loses the job; what it writes later is kept out.
func TestALostLeaseKeepsTheLoserOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "store.db")
		first, second := open(t, path), open(t, path)
		var hung *lease.Lease
		err := first.Update(t.Context(), municipality, func(tx *storage.Tx) (err error) {
			hung, err = lease.Take(tx, "job:x", term, time.Now) // and never renews
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan time.Duration, 1)
		began := time.Now()
		_, stop := Start(t.Context(), Config{DB: second, Municipality: municipality}, Every("x", 24*time.Hour, func(context.Context, Run) error {
			done <- time.Since(began)
			return nil
		}))
		defer stop()
		if waited := <-done; waited < term || waited > 2*term {
			t.Errorf("the job was taken over after %v, want soon after the term of %v", waited, term)
		}
		err = first.Update(t.Context(), municipality, func(tx *storage.Tx) error { return hung.Check(tx) })
		if !errors.Is(err, lease.ErrLost) {
			t.Errorf("got %v, want the lease lost", err)
		}
	})
}

func TestALongJobKeepsItsLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "store.db")
		var mu sync.Mutex
		var at, most, runs int
		job := Every("backup", 24*time.Hour, func(ctx context.Context, _ Run) error {
			mu.Lock()
			runs, at = runs+1, at+1
			most = max(most, at)
			mu.Unlock()
			select {
			case <-time.After(10 * term):
			case <-ctx.Done():
			}
			mu.Lock()
			at--
			mu.Unlock()
			return ctx.Err()
		})
		_, a := Start(t.Context(), Config{DB: open(t, path), Municipality: municipality}, job)
		_, b := Start(t.Context(), Config{DB: open(t, path), Municipality: municipality}, job)
		time.Sleep(30 * time.Minute)
		a()
		b()
		if most != 1 || runs != 1 {
			t.Errorf("got %d at once and %d runs, want 1 and 1", most, runs)
		}
	})
}

func TestStopInterruptsAndHandsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "store.db")
		db := open(t, path)
		started := make(chan struct{})
		_, stop := Start(t.Context(), Config{DB: db, Municipality: municipality}, Every("x", 24*time.Hour, func(ctx context.Context, _ Run) error {
			close(started)
			<-ctx.Done()
			return ctx.Err()
		}))
		<-started
		stop()
		// The next process need not wait for the term, and no failure is written down.
		ran := make(chan struct{})
		began := time.Now()
		_, stop = Start(t.Context(), Config{DB: db, Municipality: municipality}, Every("x", 24*time.Hour, func(context.Context, Run) error { close(ran); return nil }))
		<-ran
		stop()
		if waited := time.Since(began); waited > time.Second {
			t.Errorf("the next process waited %v", waited)
		}
	})
}

func TestSchedules(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, now, last, next string
		job                   Job
	}{
		{"before the hour", "2026-11-25 01:00", "2026-11-24 02:30", "2026-11-25 02:30", Daily("x", "02:30", nil)},
		{"on the minute", "2026-11-25 02:30", "2026-11-25 02:30", "2026-11-26 02:30", Daily("x", "02:30", nil)},
		{"the hour that is skipped in spring", "2026-03-29 04:00", "2026-03-29 03:30", "2026-03-30 02:30", Daily("x", "02:30", nil)},
		{"the hour that comes twice in autumn", "2026-10-25 12:00", "2026-10-25 02:30", "2026-10-26 02:30", Daily("x", "02:30", nil)},
		{"monthly over the new year", "2026-12-31 12:00", "2026-12-01 03:00", "2027-01-01 03:00", Monthly("x", 1, "03:00", nil)},
		{"monthly before its day", "2027-03-01 02:59", "2027-02-01 03:00", "2027-03-01 03:00", Monthly("x", 1, "03:00", nil)},
		{"every quarter", "2026-11-25 10:14", "2026-11-25 10:00", "2026-11-25 10:15", Every("x", 15*time.Minute, nil)},
	} {
		t.Run(test.name, func(t *testing.T) {
			now, err := time.ParseInLocation("2006-01-02 15:04", test.now, oslo)
			if err != nil {
				t.Fatal(err)
			}
			if got := test.job.last(now).Format("2006-01-02 15:04"); got != test.last {
				t.Errorf("got last %s, want %s", got, test.last)
			}
			if got := test.job.next(now).Format("2006-01-02 15:04"); got != test.next {
				t.Errorf("got next %s, want %s", got, test.next)
			}
		})
	}
}

func TestBoardAndRunNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "store.db"))
		begun, end := make(chan struct{}), make(chan error)
		job := Daily("nightly", "02:30", func(context.Context, Run) error { begun <- struct{}{}; return <-end })
		s, stop := Start(t.Context(), Config{DB: db, Municipality: municipality, Zone: time.UTC}, job) // at midnight of the bubble's clock
		defer stop()
		line := func() Line {
			t.Helper()
			lines, err := s.Board(t.Context())
			if err != nil || len(lines) != 1 {
				t.Fatalf("got %+v, %v", lines, err)
			}
			return lines[0]
		}
		<-begun
		if got := line(); !got.Running || got.When != (When{At: "02:30"}) || !got.State.At.IsZero() {
			t.Errorf("got %+v while it runs for the first time", got)
		}
		end <- apperr.New(apperr.Unavailable, "The gateway does not answer.").In("some.key", nil)
		time.Sleep(time.Second)
		if got := line(); got.Running || !got.Failing() || got.State.ErrorKey != "some.key" || !got.Next.Equal(got.State.Retry) {
			t.Errorf("got %+v after a failure", got)
		}
		if err := s.RunNow("nightly"); err != nil { // does not wait for the next try
			t.Fatal(err)
		}
		<-begun
		end <- nil
		time.Sleep(time.Second)
		tomorrow := time.Date(2000, 1, 1, 2, 30, 0, 0, time.UTC)
		if got := line(); got.Running || got.Failing() || got.State.ErrorKey != "" || !got.Next.Equal(tomorrow) {
			t.Errorf("got %+v after it was done, want it next at %v", got, tomorrow)
		}
		if err := s.RunNow("nightly"); err != nil { // nor for the next time
			t.Fatal(err)
		}
		<-begun
		end <- nil
		time.Sleep(time.Second)
		if got := line(); !got.Next.Equal(tomorrow) {
			t.Errorf("got next %v after it was run once more, want %v", got.Next, tomorrow)
		}
		if err := s.RunNow("nothing"); apperr.CodeOf(err) != apperr.NotFound {
			t.Errorf("got %v", err)
		}
	})
}
