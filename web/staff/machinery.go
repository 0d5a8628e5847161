package staff

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/web/page"
)

const (
	outboxPath = "/admin/outbox"
	jobsPath   = "/admin/jobs"
)

// machinery is what runs behind the pages: messages on their way and scheduled
// work.
func (s *Staff) machinery() page.Area {
	admin := func(method, path string, h page.Handler) page.Route {
		return page.Route{Method: method, Path: path, May: auth.Administrator, Handle: h}
	}
	return page.Area{Routes: []page.Route{
		admin(http.MethodGet, outboxPath, s.showOutbox),
		admin(http.MethodPost, outboxPath+"/:id/retry", s.retryLetter),
		admin(http.MethodPost, outboxPath+"/:id/drop", s.dropLetter),
		admin(http.MethodGet, jobsPath, s.showJobs),
		admin(http.MethodPost, jobsPath+"/:name/run", s.runJob),
	}}
}

// letter is a message in the outbox, told without its content.
type letter struct {
	outbox.Item
	Purpose, Channel string
	Path             string // of the record that it tells of
}

func letters(c *page.Context, items []outbox.Item) (out []letter) {
	for _, item := range items {
		item.Reason = reasonWords(c, item.Reason)
		l := letter{Item: item, Purpose: wordFor(c, "outbox.purpose.", item.Purpose), Channel: c.T("outbox.channel."+string(item.Channel), nil)}
		l.Queued, l.Ended, l.Next = item.Queued.Local(), item.Ended.Local(), item.Next.Local()
		if item.Register == "listings" && item.Key != "" {
			l.Path = listingsPath + "/" + item.Key
		}
		out = append(out, l)
	}
	return out
}

// reasonWords says why a message was not delivered; what a server answered stands
// as it is.
func reasonWords(c *page.Context, reason string) string {
	key := "outbox.reason." + strings.NewReplacer(" ", "_", "'", "", "-", "").Replace(strings.ToLower(reason))
	if c.Lang.Has(key) {
		return c.T(key, nil)
	}
	return reason
}

type outboxPage struct {
	page.Frame
	Tabs          []page.Tab
	State         outbox.State
	Dead, Failing []letter
	Staff         bool // may follow the way to the record
}

// letterView is a letter with what its partial needs of the page.
type letterView struct {
	Letter letter
	Key    string
	Staff  bool
}

// Letter returns what the partial of a letter shows.
func (p *outboxPage) Letter(l letter) letterView { return letterView{l, p.Key, p.Staff} }

func (s *Staff) showOutbox(c *page.Context) error {
	p := &outboxPage{Frame: page.Frame{Title: "admin.outbox"}, Tabs: adminTabs("admin.outbox"), Staff: c.Can(auth.Staff)}
	if s.Outbox != nil {
		var err error
		if p.State, err = s.Outbox.Look(c.Ctx()); err != nil {
			return err
		}
	}
	p.Dead, p.Failing = letters(c, p.State.Dead), letters(c, p.State.Failing)
	return c.Render("admin/outbox", p)
}

// onLetter does something to a message and tells how it went.
func (s *Staff) onLetter(c *page.Context, flash string, do func() error) error {
	if s.Outbox == nil {
		return errNoPage
	}
	err := do()
	switch code := apperr.CodeOf(err); {
	case err == nil:
		s.changed(c, "outbox", c.Param("id"), flash[len("outbox."):])
		return c.Redirect(outboxPath, flash, nil)
	case code == apperr.Conflict:
		return c.Warn(outboxPath, "error.outbox.gone", nil)
	case code == apperr.Invalid:
		return c.Warn(outboxPath, "error.outbox.no_reason", nil)
	default:
		return err
	}
}

func (s *Staff) retryLetter(c *page.Context) error {
	return s.onLetter(c, "outbox.retried", func() error { return s.Outbox.Retry(c.Ctx(), c.Param("id")) })
}

func (s *Staff) dropLetter(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	return s.onLetter(c, "outbox.dropped", func() error { return s.Outbox.Drop(c.Ctx(), c.Param("id"), form.Text("why"), c.Who()) })
}

// job is scheduled work in words.
type job struct {
	jobs.Line
	Title, Does, Schedule string
	Last                  time.Time // zero: never
	Took                  string
	Due                   bool // it waits to begin
	Trouble               string
}

func jobWords(c *page.Context, line jobs.Line, now time.Time) job {
	j := job{Line: line, Title: wordFor(c, "jobs.name.", line.Name), Last: line.State.At.Local(), Due: !line.Next.After(now)}
	j.Next = line.Next.Local()
	if does := "jobs.does." + line.Name; c.Lang.Has(does) {
		j.Does = c.T(does, nil)
	}
	switch w := line.When; {
	case w.Every == time.Hour:
		j.Schedule = c.T("jobs.when.hourly", nil)
	case w.Every == time.Minute:
		j.Schedule = c.T("jobs.when.minutely", nil)
	case w.Every > 0 && w.Every%time.Hour == 0:
		j.Schedule = c.T("jobs.when.hours", map[string]any{"N": int(w.Every / time.Hour)})
	case w.Every > 0:
		j.Schedule = c.T("jobs.when.minutes", map[string]any{"N": int(w.Every / time.Minute)})
	case w.Day > 0:
		j.Schedule = c.T("jobs.when.monthly", map[string]any{"Day": w.Day, "At": w.At})
	default:
		j.Schedule = c.T("jobs.when.daily", map[string]any{"At": w.At})
	}
	if !line.State.At.IsZero() {
		j.Took = c.T("jobs.took", map[string]any{"Seconds": c.Words().Decimal(line.State.Took.Seconds())})
	}
	if line.Failing() {
		j.Trouble = c.T("jobs.trouble", nil)
		if key := line.State.ErrorKey; key != "" && c.Lang.Has(key) {
			j.Trouble = c.T(key, nil)
		} else if c.Lang == i18n.English && key == "" && line.State.Error != "" {
			j.Trouble = line.State.Error
		}
	}
	return j
}

type jobsPage struct {
	page.Frame
	Tabs []page.Tab
	Jobs []job
}

func (s *Staff) showJobs(c *page.Context) error {
	p := &jobsPage{Frame: page.Frame{Title: "admin.jobs"}, Tabs: adminTabs("admin.jobs")}
	if s.Jobs != nil {
		lines, err := s.Jobs.Board(c.Ctx())
		if err != nil {
			return err
		}
		for _, line := range lines {
			p.Jobs = append(p.Jobs, jobWords(c, line, s.Now()))
		}
	}
	return c.Render("admin/jobs", p)
}

func (s *Staff) runJob(c *page.Context) error {
	if s.Jobs == nil {
		return errNoPage
	}
	if err := s.Jobs.RunNow(c.Param("name")); err != nil {
		return err
	}
	s.changed(c, "jobs", c.Param("name"), "run")
	return c.Redirect(jobsPath, "jobs.begun", nil)
}

// troubles are what an administrator should look at, for the first page.
type troubles struct{ Letters, Jobs int }

func (s *Staff) troubles(ctx context.Context) (out troubles, err error) {
	if s.Outbox != nil {
		state, err := s.Outbox.Look(ctx)
		if err != nil {
			return out, err
		}
		out.Letters = state.Stuck()
	}
	if s.Jobs != nil {
		lines, err := s.Jobs.Board(ctx)
		if err != nil {
			return out, err
		}
		for i := range lines {
			if lines[i].Failing() {
				out.Jobs++
			}
		}
	}
	return out, nil
}
