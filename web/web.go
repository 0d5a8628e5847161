// Package web serves Boligklar to browsers: it puts together the gin engine, the
// middleware, the table of routes and the map from errors to statuses. The pages
// themselves are in the rooms below: staff for those who work here, intake for
// landlords, api for programs; page is what all of them are made with.
package web

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/idempotency"
	"github.com/boligklar/boligklar/web/api"
	"github.com/boligklar/boligklar/web/page"
	"github.com/boligklar/boligklar/web/staff"
)

// Config is what the site needs. Only Staff's fields and Keys must be there.
type Config struct {
	Staff staff.Config      // whom the pages ask
	Keys  *idempotency.Keys // the results of forms

	Logger         *slog.Logger                                               // nil: slog.Default()
	Health         func() []string                                            // lines on how the parts keep up, for those who watch the process; may be nil
	Ready          func(context.Context) error                                // asks the store; nil: it is always ready
	URL            string                                                     // the address that browsers use: https://boligklar.example.no; "" is plain HTTP at any name
	PublicURL      string                                                     // that of the pages for landlords, where it differs
	Separate       bool                                                       // landlords' pages are served at an address of their own
	Observe        func(method, route string, status int, took time.Duration) // told of every answer, with the route's template; may be nil
	TrustedProxies []string                                                   // addresses and networks whose X-Forwarded-For is believed; none

	More   []page.Area // beside those of staff
	static fs.FS       // nil: the embedded files; tests put in others
}

//go:embed templates
var templateFiles embed.FS

// The folder holds our own files; the npm assets lie beside them in vendor/
// when they have been fetched (make assets), and the pages do without when not.
//
//go:embed static
var staticFiles embed.FS

// How long an answer may take: a supervisor gives up early, a person later.
const (
	readyTimeout = 2 * time.Second
	pageTimeout  = 10 * time.Second
)

// Site is the handlers of all addresses.
type Site struct {
	Staff  http.Handler // without Config.Separate it serves everything
	Public http.Handler // the pages for landlords; nil without Config.Separate

	Routes []page.Route // every route that asks who comes, for tests
	Kit    *page.Kit
}

type server struct {
	cfg    Config
	log    *slog.Logger
	auth   *auth.Service
	kit    *page.Kit
	assets *page.Assets
	origin *http.CrossOriginProtection
	secure bool
}

// New returns the site. Errors: a template or embedded file that is broken, a
// route without a rule, a setting that makes no sense.
func New(cfg Config) (*Site, error) {
	s := &server{cfg: cfg, log: cfg.Logger, auth: cfg.Staff.Auth, origin: http.NewCrossOriginProtection()}
	if s.log == nil {
		s.log = slog.Default()
	}
	static := cfg.static
	if static == nil {
		var err error
		if static, err = fs.Sub(staticFiles, "static"); err != nil {
			return nil, err
		}
	}
	for _, address := range []string{cfg.URL, cfg.PublicURL} {
		if err := s.trust(address); err != nil {
			return nil, err
		}
	}
	areas := append(staff.New(cfg.Staff).Areas(), api.New(cfg.Staff.Finder).Area())
	areas = append(areas, cfg.More...)
	var menu []page.MenuItem
	var routes []page.Route
	for _, area := range areas {
		menu = append(menu, area.Menu...)
		routes = append(routes, area.Routes...)
	}
	for _, r := range routes {
		if r.May == 0 && !r.Public || r.Handle == nil {
			return nil, fmt.Errorf("web: %s %s has no rule of who may come, or no handler", r.Method, r.Path)
		}
	}
	var err error
	if s.assets, err = page.LoadAssets(static); err != nil {
		return nil, err
	}
	if s.kit, err = page.New(templateFiles, s.assets, menu); err != nil {
		return nil, err
	}
	site := &Site{Routes: routes, Kit: s.kit}
	if site.Staff, err = s.engine(areas, func(open bool) bool { return !cfg.Separate || !open }); err == nil && cfg.Separate {
		site.Public, err = s.engine(areas, func(open bool) bool { return open })
	}
	return site, err
}

// trust takes an address of the site for our own, whatever a proxy makes of the
// Host header.
func (s *server) trust(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return apperr.New(apperr.Invalid, "%q is no address such as https://boligklar.example.no.", address)
	}
	s.secure = s.secure || u.Scheme == "https"
	return s.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host)
}

// engine returns the handler of the areas that it is to serve.
func (s *server) engine(areas []page.Area, serves func(open bool) bool) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	// Nobody's X-Forwarded-For is believed but those who are named.
	if err := r.SetTrustedProxies(s.cfg.TrustedProxies); err != nil {
		return nil, apperr.Wrap(err, apperr.Invalid, "A trusted proxy is no address or network such as 10.0.0.0/8.")
	}
	r.RedirectTrailingSlash = false
	r.HandleMethodNotAllowed = true
	r.Use(s.requestID, s.logRequest, s.securityHeaders, s.recover)
	r.GET("/healthz", s.healthz)
	r.HEAD("/healthz", s.healthz)
	r.GET("/readyz", s.readyz)
	r.HEAD("/readyz", s.readyz)
	files := page.Route{Method: http.MethodGet, Path: "/static/*file", Public: true, Handle: s.static}
	s.register(r, files)
	for _, area := range areas {
		if !serves(area.Open) {
			continue
		}
		for _, route := range area.Routes {
			route.Home = area.Home
			s.register(r, route)
		}
	}
	r.NoRoute(s.serve(page.Route{Public: true, Handle: func(*page.Context) error { return errNoPage }}))
	r.NoMethod(s.serve(page.Route{Public: true, Handle: func(*page.Context) error { return errNoMethod }}))
	return r, nil
}

func (s *server) register(r *gin.Engine, route page.Route) {
	r.Handle(route.Method, route.Path, s.serve(route))
	if route.Method == http.MethodGet {
		r.HEAD(route.Path, s.serve(route))
	}
}

func (s *server) static(c *page.Context) error {
	return s.assets.Serve(c.Writer, c.Request, strings.TrimPrefix(c.Param("file"), "/"))
}

// healthz answers as long as the process does.
func (s *server) healthz(c *gin.Context) { plain(c, http.StatusOK, "ok\n") }

// readyz answers 200 when the store does, else 503; and says how the parts that
// the process can do without keep up.
func (s *server) readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTimeout)
	defer cancel()
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(ctx); err != nil {
			s.logError(c, fmt.Errorf("readyz: %w", err))
			plain(c, http.StatusServiceUnavailable, "the store does not answer\n")
			return
		}
	}
	text := "ready\n"
	if s.cfg.Health != nil {
		text += strings.Join(s.cfg.Health(), "\n") + "\n"
	}
	plain(c, http.StatusOK, text)
}

func plain(c *gin.Context, status int, text string) {
	c.Header("Cache-Control", "no-store")
	c.Data(status, "text/plain; charset=utf-8", []byte(text))
}
