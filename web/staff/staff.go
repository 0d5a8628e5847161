// Package staff has the pages of those who work at the housing office. Each part
// of the site is one file with one function that returns its routes, its place
// in the menu and who may come there; docs/architecture.md tells how to add one.
package staff

import (
	"context"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/web/page"
)

// Config is whom the pages ask.
type Config struct {
	Office   *office.Office
	Auth     *auth.Service
	Audit    *audit.Log
	Finder   *finder.Finder
	Settings *settings.Store
	Outbox   *outbox.Desk     // nil: nothing is sent
	Jobs     Jobs             // nil: nothing is scheduled in this process
	Uploads  *office.Uploads  // nil: files are imported on the command line only
	Now      func() time.Time // nil: time.Now
	URL      string           // the address that browsers use, for links that are handed on; "" is the request's own
	Demo     []DemoUser       // shown at the sign-in of a made-up municipality
}

// Jobs is scheduled work, as *jobs.Scheduler runs it.
type Jobs interface {
	// Board returns how the jobs stand. Errors are those of the store.
	Board(ctx context.Context) ([]jobs.Line, error)
	// RunNow begins a job, without waiting for it. Errors: NotFound.
	RunNow(name string) error
}

// DemoUser is a user of a made-up municipality, whose password is no secret.
type DemoUser struct{ Username, Password string }

var errNoPage = apperr.New(apperr.NotFound, "There is no such page.")

// Staff is the pages. It has no state.
type Staff struct{ Config }

// New returns the pages.
func New(cfg Config) *Staff {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Staff{cfg}
}

// Areas lists the parts of the site.
func (s *Staff) Areas() []page.Area {
	return []page.Area{
		s.signIn(),
		s.today(),
		s.units(),
		s.reports(),
		s.outcomes(),
		s.overview(),
		s.imports(),
		s.exports(),
		s.listings(),
		s.listing(),
		s.photos(),
		s.particulars(),
		s.households(),
		s.landlords(),
		s.guarantees(),
		s.links(),
		s.placements(),
		s.allocation(),
		s.account(),
		s.users(),
		s.policy(),
		s.trail(),
		s.settings(),
		s.texts(),
		s.synonyms(),
		s.machinery(),
	}
}

// saw notes in the audit trail that the user looked at records.
func (s *Staff) saw(c *page.Context, register string, keys ...string) {
	entries := make([]audit.Entry, len(keys))
	for i, key := range keys {
		entries[i] = audit.Entry{Who: c.Who(), What: audit.Read, Register: register, Key: key}
	}
	s.Audit.Looked(entries...)
}

// sawHouseholds notes that the user was shown households by their references; ""
// is none.
func (s *Staff) sawHouseholds(c *page.Context, refs ...string) {
	s.saw(c, "households", slices.DeleteFunc(refs, func(ref string) bool { return ref == "" })...)
}

// household returns the household that the address names, and notes that the user was
// shown it.
func (s *Staff) household(c *page.Context) (office.HouseholdRecord, error) {
	rec, err := s.Office.Household(c.Ctx(), c.Param("id"))
	if err == nil {
		s.sawHouseholds(c, rec.Value.Key)
	}
	return rec, err
}

// sentAbout returns the form that was sent, and the household that it is about.
func (s *Staff) sentAbout(c *page.Context) (*page.Form, office.HouseholdRecord, error) {
	form, err := c.Form()
	if err != nil {
		return nil, office.HouseholdRecord{}, err
	}
	rec, err := s.household(c)
	return form, rec, err
}

// changed notes in the audit trail that the user changed a record, and which
// fields of it.
func (s *Staff) changed(c *page.Context, register, key string, fields ...string) {
	s.Audit.Looked(audit.Entry{Who: c.Who(), What: audit.Changed, Register: register, Key: key, Fields: fields})
}
