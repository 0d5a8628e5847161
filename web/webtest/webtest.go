// Package webtest is a whole site for the tests of pages: a real office on a
// real store in a temporary folder, a user for each role, and a browser without
// script that looks at every page it gets for what no page may have.
package webtest

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/idempotency"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/web"
	"github.com/boligklar/boligklar/web/staff"
)

// Municipality is whose site it is.
const Municipality = "1833"

// Password is that of every user.
const Password = "fem grønne bananer"

// Site is a site under test.
type Site struct {
	*web.Site
	DB     *storage.DB
	Office *office.Office
	Auth   *auth.Service
	Audit  *audit.Log
	Finder *finder.Finder // its index is empty until CatchUp
	Log    *Buffer        // what the site has logged

	t  *testing.T
	mu sync.Mutex
	at time.Time
}

// Buffer is a log that several goroutines may write to.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns what has been written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// New returns a site with an empty register, at nine o'clock on 1 December 2026.
// collections are those beside the office's, the users' and the trail's; change
// may alter what the site is made with.
func New(t *testing.T, collections []storage.AnyCollection, change ...func(*web.Config)) *Site {
	t.Helper()
	db := sqlitetest.New(t, slices.Concat(office.Collections, auth.Collections, idempotency.Collections, finder.Collections, settings.Collections, links.Collections, outbox.Collections, collections)...)
	s := &Site{DB: db, Log: &Buffer{}, t: t, at: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)}
	s.Office = office.New(db, office.Config{Municipality: Municipality, Name: "Rana", Now: s.Now})
	s.Auth = auth.New(db, auth.Config{Municipality: Municipality, Now: s.Now, Cost: auth.Cost{Memory: 64, Passes: 1, Lanes: 1}})
	log, stop := audit.Start(db, audit.Config{Municipality: Municipality, Now: s.Now})
	s.Audit = log
	t.Cleanup(func() {
		if err := stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	index, err := fts.Open(t.Context(), t.TempDir(), Municipality)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = index.Close() }) // it is disposable
	s.Finder = finder.New(finder.Config{DB: db, Office: s.Office, Engine: index})
	uploads, stopUploads, err := office.NewUploads(t.Context(), s.Office, filepath.Join(t.TempDir(), "uploads"), slog.New(slog.NewTextHandler(s.Log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stopUploads)
	cfg := web.Config{
		Staff:  staff.Config{Office: s.Office, Finder: s.Finder, Auth: s.Auth, Audit: log, Settings: settings.New(db, Municipality, s.Now), Uploads: uploads, Now: s.Now},
		Keys:   idempotency.New(db, Municipality, s.Now),
		Logger: slog.New(slog.NewTextHandler(s.Log, nil)),
	}
	for _, c := range change {
		c(&cfg)
	}
	if s.Site, err = web.New(cfg); err != nil {
		t.Fatal(err)
	}
	return s
}

// Now is the site's clock.
func (s *Site) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// Wait moves the clock.
func (s *Site) Wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

// Fill puts the made-up municipality into the register.
func (s *Site) Fill() *Site {
	s.t.Helper()
	if err := s.Office.Fill(s.t.Context(), demo.Municipality(s.Office.Today(), 1), "test"); err != nil {
		s.t.Fatal(err)
	}
	return s
}

// As returns a browser in which a user with just these roles is signed in.
func (s *Site) As(roles auth.Roles) *Browser {
	s.t.Helper()
	name := "test." + strings.Join(roles.Names(), ".")
	if _, err := s.Auth.UserNamed(s.t.Context(), name); err != nil {
		_, token, err := s.Auth.Add(s.t.Context(), auth.NewUser{Username: name, Name: "Test " + name, Roles: roles}, "test")
		if err != nil {
			s.t.Fatal(err)
		}
		if err := s.Auth.SetPassword(s.t.Context(), token, Password); err != nil {
			s.t.Fatal(err)
		}
	}
	b := s.Anonymous()
	answer := b.Post("/sign-in", url.Values{"username": {name}, "password": {Password}})
	if answer.Status != http.StatusSeeOther {
		s.t.Fatalf("got status %d at the sign-in of %s:\n%s", answer.Status, name, answer.Main())
	}
	return b
}

// Anonymous returns a browser in which nobody is signed in.
func (s *Site) Anonymous() *Browser { return newBrowser(s.t, s.Staff) }

// Landlord returns a browser at the public address, of a site that has one.
func (s *Site) Landlord() *Browser { return newBrowser(s.t, s.Public) }

// NewBrowser returns a browser of whatever answers h. Its Handler may be changed
// on the way: cookies stay.
func NewBrowser(t *testing.T, h http.Handler) *Browser { return newBrowser(t, h) }

func newBrowser(t *testing.T, h http.Handler) *Browser {
	return &Browser{Handler: h, Header: http.Header{}, t: t, cookies: map[string]string{}}
}

// Browser keeps cookies and follows nothing by itself.
type Browser struct {
	Handler http.Handler
	Header  http.Header // sent with every request
	t       *testing.T
	cookies map[string]string
}

// Get asks for a page and looks at it.
func (b *Browser) Get(path string) *Page {
	b.t.Helper()
	return b.Do(httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form as it is, without a key unless it has one.
func (b *Browser) Post(path string, form url.Values) *Page {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do(r)
}

// File is a file of a form.
type File struct {
	Name string
	Data []byte
}

// Upload sends a form with files in one of its fields.
func (b *Browser) Upload(path string, form url.Values, field string, files ...File) *Page {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile(field, file.Name)
		if err == nil {
			_, err = part.Write(file.Data)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.Do(r)
}

// Follow returns the page that an answer leads to.
func (b *Browser) Follow(p *Page) *Page {
	b.t.Helper()
	if p.Status != http.StatusSeeOther {
		b.t.Fatalf("got status %d, want 303:\n%s", p.Status, p.Main())
	}
	return b.Get(p.Header.Get("Location"))
}

// Do sends a request with the browser's cookies and looks at the page that
// comes back.
func (b *Browser) Do(r *http.Request) *Page {
	b.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for name, values := range b.Header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	b.Handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return newPage(b.t, r.Method+" "+r.URL.Path, w)
}

// CookieValue returns the value of a cookie that the browser keeps.
func (b *Browser) CookieValue(name string) string { return b.cookies[name] }
