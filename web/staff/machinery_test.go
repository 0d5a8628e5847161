package staff_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/web"
	"github.com/boligklar/boligklar/web/webtest"
)

func TestMessagesThatDoNotGetThrough(t *testing.T) {
	desk := &outbox.Desk{Municipality: webtest.Municipality, Now: time.Now}
	s := webtest.New(t, nil, func(cfg *web.Config) { cfg.Staff.Outbox = desk })
	desk.DB = s.DB
	b := s.As(auth.Administrator)
	if got := b.Get("/"); len(got.All(".bk-stuck")) != 0 {
		t.Error("something is stuck in an empty outbox")
	}
	err := s.DB.Update(t.Context(), webtest.Municipality, func(tx *storage.Tx) error {
		for _, l := range []outbox.Letter{
			{Message: outbox.Message{Channel: outbox.Email, To: "kari@example.no", Title: "Takk", Text: "https://x/utleier/mine/SECRET", Purpose: "receipt", Register: "listings", Key: "L1"}, Status: outbox.Dead, Queued: 1, Ended: 2, Attempts: 12, Reason: "SMTP 550"},
			{Message: outbox.Message{Channel: outbox.SMS, To: "+4799887766", Text: "SECRET", Purpose: "reminder", Register: "listings", Key: "L2"}, Status: outbox.Waiting, Queued: 1, Next: time.Now().Add(time.Hour).UnixMilli(), Attempts: 3, Reason: "SMS 500"},
		} {
			if err := outbox.Letters.Put(tx, &storage.Record[outbox.Letter]{Value: l}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Get("/").Attr(".bk-stuck a", "href"); got != "/admin/outbox" {
		t.Errorf("got %q in Today", got)
	}
	p := b.Get("/admin/outbox?lang=en")
	if got := p.Main(); !strings.Contains(got, "SMTP 550") || !strings.Contains(got, "Is the home still free?") {
		t.Errorf("got %s", got)
	}
	for _, secret := range []string{"SECRET", "kari@example.no", "99887766"} {
		if strings.Contains(p.Body, secret) {
			t.Errorf("the page shows %s", secret)
		}
	}
	retries, drops := p.All(`form[action$="/retry"]`), p.All(`form[action$="/drop"]`)
	if len(retries) != 2 || len(drops) != 2 {
		t.Fatalf("got %d and %d forms", len(retries), len(drops))
	}
	drop := webtest.AttrOf(drops[1], "action")
	if got := b.Follow(b.Post(drop+"?lang=en", url.Values{"why": {" "}})).Main(); !strings.Contains(got, "Write why") {
		t.Errorf("got %s", got)
	}
	for path, form := range map[string]url.Values{drop: {"why": {"Feil nummer"}}, webtest.AttrOf(retries[0], "action"): {}} {
		if got := b.Post(path, form); got.Status != http.StatusSeeOther {
			t.Fatalf("%s: got %d", path, got.Status)
		}
	}
	if got := b.Get("/admin/outbox"); len(got.All("article")) != 0 {
		t.Errorf("got %s", got.Main())
	}
	if got := s.As(auth.Coordinator).Get("/admin/outbox").Status; got != http.StatusForbidden {
		t.Errorf("got %d for a coordinator", got)
	}
}

// board is scheduled work that somebody else does.
type board struct {
	lines []jobs.Line
	begun []string
}

func (b *board) Board(context.Context) ([]jobs.Line, error) { return b.lines, nil }

func (b *board) RunNow(name string) error {
	for _, l := range b.lines {
		if l.Name == name {
			b.begun = append(b.begun, name)
			return nil
		}
	}
	return apperr.New(apperr.NotFound, "There is no such job.")
}

func TestScheduledWork(t *testing.T) {
	var fake board
	s := webtest.New(t, nil, func(cfg *web.Config) { cfg.Staff.Jobs = &fake })
	now := s.Now()
	fake.lines = []jobs.Line{
		{Name: "listings-remind", When: jobs.When{At: "09:00"}, Next: now.Add(time.Hour), State: jobs.State{At: now.Add(-time.Hour), Took: 1200 * time.Millisecond}},
		{Name: "monthly-report", When: jobs.When{At: "06:00", Day: 1}, Next: now.Add(-time.Hour), Running: true},
		{Name: "something-else", When: jobs.When{Every: 15 * time.Minute}, Next: now},
	}
	b := s.As(auth.Administrator)
	if got := b.Get("/"); len(got.All(".bk-stuck")) != 0 {
		t.Error("nothing fails, and Today says so")
	}
	p := b.Get("/admin/jobs?lang=en")
	for _, want := range []string{"Ask landlords whether the home is free", "daily at 09:00", "took 1.2 s", "on day 1 of each month at 06:00", "Running", "something-else", "every 15 minutes"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("got no %q in %s", want, p.Main())
		}
	}
	fake.lines[0].State.Failures, fake.lines[0].State.Error = 2, "Internal error."
	fake.lines[1].State = jobs.State{At: now, Failures: 1, Error: "x", ErrorKey: "error.outbox.retry"}
	p = b.Get("/admin/jobs?lang=nb")
	for _, want := range []string{"Noe gikk galt i programmet", "Meldingen kan ikke sendes på nytt"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("got no %q in %s", want, p.Main())
		}
	}
	if got := b.Get("/").Attr(".bk-stuck a", "href"); got != "/admin/jobs" {
		t.Errorf("got %q in Today", got)
	}
	if got := b.Post("/admin/jobs/monthly-report/run", url.Values{}); got.Status != http.StatusSeeOther || len(fake.begun) != 1 {
		t.Errorf("got %d, begun %v", got.Status, fake.begun)
	}
	if got := b.Post("/admin/jobs/nothing/run", url.Values{}); got.Status != http.StatusNotFound {
		t.Errorf("got %d for no job", got.Status)
	}
	if got := s.As(auth.Manager).Get("/admin/jobs").Status; got != http.StatusForbidden {
		t.Errorf("got %d for a manager", got)
	}
}
