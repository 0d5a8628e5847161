package outbox

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/lease"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

const municipality = "1833"

func open(t *testing.T, path string) *storage.DB {
	t.Helper()
	return sqlitetest.Open(t, path, append(Collections, lease.Collections...)...)
}

// gateway is a transport that remembers, and fails as told.
type gateway struct {
	mu    sync.Mutex
	got   map[string]int // attempts by text
	ids   map[string]string
	now   int
	most  int // at once
	fails func(m Message, attempt int) error
}

func (g *gateway) Send(_ context.Context, id string, m Message) error {
	g.mu.Lock()
	if g.got == nil {
		g.got, g.ids = map[string]int{}, map[string]string{}
	}
	g.got[m.Text]++
	attempt := g.got[m.Text]
	g.now++
	g.most = max(g.most, g.now)
	g.ids[m.Text] = id
	g.mu.Unlock()
	time.Sleep(time.Second) // the bubble's clock
	g.mu.Lock()
	g.now--
	g.mu.Unlock()
	g.mu.Lock()
	fails := g.fails
	g.mu.Unlock()
	if fails != nil {
		return fails(m, attempt)
	}
	return nil
}

func config(db *storage.DB, g *gateway) Config {
	return Config{DB: db, Municipality: municipality, Transports: map[Channel]Transport{Email: g, SMS: g}}
}

func enqueue(t *testing.T, db *storage.DB, messages ...Message) {
	t.Helper()
	err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
		for _, m := range messages {
			if err := Enqueue(tx, m, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func mail(text string) Message {
	return Message{Channel: Email, To: "kari@example.no", Title: "Hei", Text: text, Purpose: "receipt"}
}

// letters returns every letter by what it said, or by its ID once that is erased.
func letters(t *testing.T, db *storage.DB) (out []Letter) {
	t.Helper()
	err := db.View(t.Context(), municipality, func(tx *storage.Tx) error {
		for rec, err := range Letters.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			out = append(out, rec.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// attempts returns the attempts by text.
func (g *gateway) attempts() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.got)
}

// idOf returns the last ID of a text.
func (g *gateway) idOf(text string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ids[text]
}

func TestEachIsSentOnceByOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "store.db")
		var g gateway
		a, b := open(t, path), open(t, path)
		stopA, stopB := Start(t.Context(), config(a, &g)), Start(t.Context(), config(b, &g))
		for i := range 20 {
			enqueue(t, []*storage.DB{a, b}[i%2], mail(strings.Repeat("x", i+1)))
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		stopA()
		stopB()
		for text, n := range g.attempts() {
			if n != 1 {
				t.Errorf("%s: sent %d times", text, n)
			}
		}
		if len(g.attempts()) != 20 || g.most != 1 {
			t.Errorf("got %d letters, %d at once; want 20, 1 at once", len(g.attempts()), g.most)
		}
		for _, l := range letters(t, a) {
			if l.Status != Sent || l.Message.To != "" || l.Message.Title != "" || l.Message.Text != "" || l.Message.Purpose != "receipt" {
				t.Errorf("got %+v, want sent, with nothing personal left", l)
			}
		}
	})
}

func TestWhatWasTakenBackIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "store.db"))
		var g gateway
		defer Start(t.Context(), config(db, &g))()
		err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
			if err := Enqueue(tx, mail("never"), time.Now()); err != nil {
				return err
			}
			return errors.New("the use-case fails")
		})
		if err == nil {
			t.Fatal("got no error")
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(g.attempts()) > 0 {
			t.Errorf("got %v sent", g.attempts())
		}
	})
}

func TestFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "store.db"))
		g := gateway{fails: func(m Message, attempt int) error {
			switch {
			case m.Text == "refused":
				return &Failure{Reason: "SMTP 550", Permanent: true}
			case m.Text == "twice" && attempt <= 2:
				return &Failure{Reason: "SMTP 451"}
			case m.Text == "always":
				return errors.New("kari@example.no is not answering")
			}
			return nil
		}}
		stop := Start(t.Context(), config(db, &g))
		defer stop()
		enqueue(t, db, mail("refused"), mail("twice"), mail("always"))
		time.Sleep(time.Minute)
		synctest.Wait()
		if g.attempts()["refused"] != 1 || g.attempts()["always"] != 1 {
			t.Errorf("got %v after a minute, want one attempt each", g.attempts())
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if g.attempts()["refused"] != 1 || g.attempts()["twice"] != 3 || g.attempts()["always"] != 6 { // after 0, 1, 3, 7, 15, 31 minutes
			t.Errorf("got attempts %v", g.attempts())
		}
		desk := &Desk{DB: db, Municipality: municipality, Now: time.Now}
		state, err := desk.Look(t.Context())
		if err != nil || state.Waiting != 1 || len(state.Dead) != 1 || len(state.Failing) != 1 || state.Stuck() != 2 {
			t.Fatalf("got %+v, %v; want one waiting and failing, and one given up", state, err)
		}
		dead := state.Dead
		if dead[0].Reason != "SMTP 550" || state.Failing[0].Attempts != 6 || state.Failing[0].Next.IsZero() {
			t.Errorf("got %+v, want the one that was refused, and the other with its next try", state)
		}
		// Staff tries again, and it works now.
		g.mu.Lock()
		g.fails = nil
		g.mu.Unlock()
		for _, item := range append(dead, state.Failing...) {
			if err := desk.Retry(t.Context(), item.ID); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if g.attempts()["refused"] != 2 || g.attempts()["always"] != 7 {
			t.Errorf("got attempts %v after the retry", g.attempts())
		}
		if err := desk.Retry(t.Context(), dead[0].ID); apperr.CodeOf(err) != apperr.Conflict {
			t.Errorf("got %v, want a conflict for what was sent", err)
		}
		if err := desk.Drop(t.Context(), dead[0].ID, "late", "u1"); apperr.CodeOf(err) != apperr.Conflict {
			t.Errorf("got %v, want a conflict for what was sent", err)
		}
		stop()
	})
}

// A letter that cannot be delivered is tried for days, then given up; its content
// goes after a month, its trace after a year.
func TestGivenUpAndErased(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "store.db"))
	l := Letter{Message: mail("x"), Status: Waiting}
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	began := at
	for l.Status == Waiting {
		l.record(errors.New("kari@example.no is not answering"), at)
		if l.Status == Waiting {
			at = time.UnixMilli(l.Next)
		}
	}
	if l.Status != Dead || l.Attempts != maxAttempts || l.Reason != "not delivered" || at.Sub(began) < 24*time.Hour || at.Sub(began) > 72*time.Hour {
		t.Errorf("got %+v after %v, want it given up after a day or two, with a reason that names nobody", l, at.Sub(began))
	}
	err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error { return Letters.Put(tx, &storage.Record[Letter]{Value: l}) })
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		days          int
		left, content bool
	}{{29, true, true}, {31, true, false}, {364, true, false}, {366, false, false}} {
		if err := Purge(t.Context(), db, municipality, at.AddDate(0, 0, test.days)); err != nil {
			t.Fatal(err)
		}
		got := letters(t, db)
		if (len(got) == 1) != test.left || test.left && (got[0].Message.To != "") != test.content {
			t.Errorf("after %d days: got %+v, want left %v, content %v", test.days, got, test.left, test.content)
		}
	}
}

// A process that dies between sending and noting it sends again with the same ID.
func TestALetterKeepsItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "store.db"))
		g := gateway{fails: func(_ Message, attempt int) error {
			if attempt == 1 {
				return &Failure{Reason: "cut off"} // as after a crash: whether it arrived is not known
			}
			return nil
		}}
		defer Start(t.Context(), config(db, &g))()
		enqueue(t, db, mail("x"))
		time.Sleep(10 * time.Second)
		synctest.Wait()
		first := g.idOf("x")
		time.Sleep(time.Hour)
		synctest.Wait()
		if g.attempts()["x"] != 2 || g.idOf("x") != first || first == "" {
			t.Errorf("got %d attempts with IDs %q and %q", g.attempts()["x"], first, g.idOf("x"))
		}
	})
}

func TestEnqueue(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "store.db"))
	once := mail("reminder")
	once.Once = "reminder:1"
	enqueue(t, db, once, once, mail("a"), mail("a"))
	enqueue(t, db, once)
	if got := len(letters(t, db)); got != 3 {
		t.Errorf("got %d letters, want one of the three with a name of their own, and two others", got)
	}
	err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error { return Enqueue(tx, Message{Channel: Email}, time.Now()) })
	if apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want invalid without an address", err)
	}
}

func TestAChannelWithoutTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "store.db"))
		defer Start(t.Context(), Config{DB: db, Municipality: municipality})()
		enqueue(t, db, mail("x"))
		time.Sleep(time.Minute)
		if got := letters(t, db)[0]; got.Status != Dead || got.Reason == "" {
			t.Errorf("got %+v, want it dead, and visible", got)
		}
	})
}

// What somebody drops is not sent, its content is gone, and who did it and why
// stays.
func TestDrop(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "store.db"))
	desk := &Desk{DB: db, Municipality: municipality, Now: time.Now}
	enqueue(t, db, mail("wrong"))
	var id string
	err := db.View(t.Context(), municipality, func(tx *storage.Tx) error {
		for rec, err := range Letters.Find(tx, storage.Query{}) {
			id = rec.ID
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.Drop(t.Context(), id, " ", "u1"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want a reason asked for", err)
	}
	if err := desk.Drop(t.Context(), id, "Feil mottaker", "u1"); err != nil {
		t.Fatal(err)
	}
	got := letters(t, db)
	if l := got[0]; l.Status != Dropped || l.Message.To != "" || l.Message.Text != "" || l.Who != "u1" || l.Why != "Feil mottaker" {
		t.Errorf("got %+v", l)
	}
	var g gateway
	stop := Start(t.Context(), config(db, &g))
	stop()
	if len(g.attempts()) > 0 {
		t.Errorf("got attempts %v for what was dropped", g.attempts())
	}
	if err := desk.Retry(t.Context(), id); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("got %v, want a conflict", err)
	}
	if state, err := desk.Look(t.Context()); err != nil || state.Stuck()+state.Waiting != 0 {
		t.Errorf("got %+v, %v", state, err)
	}
	if err := Purge(t.Context(), db, municipality, time.Now().AddDate(1, 0, 2)); err != nil || len(letters(t, db)) != 0 {
		t.Errorf("got %d letters, %v after a year", len(letters(t, db)), err)
	}
}
