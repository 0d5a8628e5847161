// Package web serves Boligklar to browsers: pages rendered on the server in
// bokmål, nynorsk and English, the files that they need, and the two addresses
// that a supervisor asks for its health. It knows nothing of how the office
// stores its records.
package web

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Office is what the pages ask of the office.
type Office interface {
	// Contents says what is in the store. It returns apperr.Unavailable when
	// the store does not answer.
	Contents(ctx context.Context) (Contents, error)
}

// Contents is what is in one municipality's store: figures, nothing personal.
type Contents struct {
	Municipality string  // number or number and name, as people are to read it
	Counts       []Count // one a kind, in the order of the page
	LastImport   *Import // nil before the first
}

// N returns the count of a kind, 0 where it is not listed.
func (c Contents) N(kind string) int {
	for _, count := range c.Counts {
		if count.Kind == kind {
			return count.N
		}
	}
	return 0
}

// Count is the number of records of one kind.
type Count struct {
	Kind string // listings, households, units, occupancies
	N    int
}

// Import is what an applied import did, in rows.
type Import struct {
	At                                    time.Time // in the zone to be shown
	Created, Updated, Unchanged, Rejected int
}

// Config is what the web room needs beside the office. The zero value works.
type Config struct {
	Logger *slog.Logger     // nil: slog.Default()
	Now    func() time.Time // nil: time.Now; the clock of the dates that pages suggest
	static fs.FS            // nil: the embedded files; tests put in others
}

//go:embed templates/*.html
var templateFiles embed.FS

// The folder holds our own files; the npm assets lie beside them in vendor/
// when they have been fetched (make assets), and the pages do without when not.
//
//go:embed static
var staticFiles embed.FS

// How long the store may take to answer: a supervisor gives up early, a person
// somewhat later.
const (
	readyTimeout = 2 * time.Second
	pageTimeout  = 10 * time.Second
)

type server struct {
	office Office
	log    *slog.Logger
	now    func() time.Time
	pages  *pages
	assets *assets
}

// New returns the handler of all of Boligklar's web addresses. It panics on a
// template or embedded file that is broken, which no run of the program can
// mend and every test sees.
func New(cfg Config, office Office) http.Handler {
	s := &server{office: office, log: cfg.Logger, now: cfg.Now}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	static := cfg.static
	if static == nil {
		static = must(fs.Sub(staticFiles, "static"))
	}
	s.assets = must(loadAssets(static))
	s.pages = must(parsePages(templateFiles, s.assets))

	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	// Nobody's X-Forwarded-For is believed.
	if err := r.SetTrustedProxies(nil); err != nil {
		panic(err)
	}
	r.RedirectTrailingSlash = false
	r.HandleMethodNotAllowed = true
	r.Use(s.requestID, s.logRequest, securityHeaders, s.recover)

	read := func(path string, h gin.HandlerFunc) {
		r.Match([]string{http.MethodGet, http.MethodHead}, path, h)
	}
	read("/", s.page(s.home))
	read("/healthz", s.healthz)
	read("/readyz", s.readyz)
	read("/static/*file", s.page(s.static))
	r.NoRoute(s.page(func(*gin.Context) error { return errNoPage }))
	r.NoMethod(s.page(func(*gin.Context) error { return errNoMethod }))
	return r
}

// healthz answers as long as the process does.
func (s *server) healthz(c *gin.Context) { plain(c, http.StatusOK, "ok\n") }

// readyz answers 200 when the store does, else 503.
func (s *server) readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTimeout)
	defer cancel()
	if _, err := s.office.Contents(ctx); err != nil {
		s.logError(c, fmt.Errorf("readyz: %w", err))
		plain(c, http.StatusServiceUnavailable, "the store does not answer\n")
		return
	}
	plain(c, http.StatusOK, "ready\n")
}

func plain(c *gin.Context, status int, text string) {
	c.Header("Cache-Control", "no-store")
	c.Data(status, "text/plain; charset=utf-8", []byte(text))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
