package web_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web"
	"github.com/boligklar/boligklar/web/page"
	"github.com/boligklar/boligklar/web/webtest"
)

// ownFiles are the static files without what npm brings, whatever lies in the
// checkout.
func ownFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"app.css", "plain.css", "icon.svg", "app.js"} {
		data, err := fs.ReadFile(web.StaticFiles, "static/"+name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	return files
}

// vendoredFiles are the own files and stand-ins for npm's.
func vendoredFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := ownFiles(t)
	for _, name := range []string{"inter/400.css", "inter/500.css", "inter/600.css", "designsystemet.css", "theme.css"} {
		files["vendor/"+name] = &fstest.MapFile{Data: []byte("/* " + name + " */")}
	}
	files["vendor/htmx.min.js"] = &fstest.MapFile{Data: []byte("// htmx")}
	return files
}

const secret = "disk I/O error at /var/lib/boligklar/store.db"

// probes are routes that do what a test needs.
func probes(count *int) page.Area {
	fails := func(err error) page.Handler { return func(*page.Context) error { return err } }
	get := func(path string, h page.Handler) page.Route {
		return page.Route{Method: http.MethodGet, Path: path, Public: true, Handle: h}
	}
	return page.Area{Routes: []page.Route{
		get("/probe/error", fails(errors.New(secret))),
		get("/probe/busy", fails(apperr.Wrap(errors.New(secret), apperr.Unavailable, "Try again."))),
		get("/probe/slow", fails(fmt.Errorf("%s: %w", secret, context.DeadlineExceeded))),
		get("/probe/panic", func(*page.Context) error { panic(secret) }),
		get("/probe/nil", func(*page.Context) error { var user *auth.Account; return errors.New(user.Name) }),
		get("/probe/conflict", fails(apperr.New(apperr.Conflict, "x"))),
		{Method: http.MethodPost, Path: "/probe/count", May: auth.Staff, Handle: func(c *page.Context) error {
			if c.Request.PostForm.Get("wrong") != "" {
				return apperr.New(apperr.Invalid, "Wrong.")
			}
			*count++
			return c.Redirect(fmt.Sprintf("/probe/done/%d", *count), "form.save", nil)
		}},
	}}
}

func site(t *testing.T, change ...func(*web.Config)) *webtest.Site {
	t.Helper()
	var count int
	return webtest.New(t, nil, append(change, func(cfg *web.Config) { cfg.More = append(cfg.More, probes(&count)) })...)
}

func TestLanguages(t *testing.T) {
	s := site(t)
	tests := []struct{ name, target, accept, lang, title string }{
		{"default", "/sign-in", "", "nb", "Logg inn"},
		{"bokmål asked", "/sign-in?lang=nb", "en", "nb", "Logg inn"},
		{"nynorsk asked", "/sign-in?lang=nn", "", "nn", "Logg inn"},
		{"English asked", "/sign-in?lang=en", "nb", "en", "Sign in"},
		{"nynorsk accepted", "/sign-in", "nn-NO,nb;q=0.8,en;q=0.5", "nn", "Logg inn"},
		{"English accepted", "/sign-in", "en-GB,en;q=0.9", "en", "Sign in"},
		{"macro language no", "/sign-in", "no", "nb", "Logg inn"},
		{"a language we lack", "/sign-in", "pl,de;q=0.9", "nb", "Logg inn"},
		{"nonsense asked", "/sign-in?lang=%3Cscript%3E", "en", "en", "Sign in"},
		{"nonsense accepted", "/sign-in", ";;;=", "nb", "Logg inn"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := s.Anonymous()
			b.Header.Set("Accept-Language", test.accept)
			p := b.Get(test.target)
			if got := p.Attr("html", "lang"); got != test.lang || p.Header.Get("Content-Language") != test.lang {
				t.Errorf("got html lang %q and Content-Language %q, want %q", got, p.Header.Get("Content-Language"), test.lang)
			}
			if got := p.Text("h1"); got != test.title {
				t.Errorf("got heading %q, want %q", got, test.title)
			}
		})
	}
	b := s.Anonymous()
	b.Get("/sign-in?lang=nn")
	if got := b.Get("/sign-in").Attr("html", "lang"); got != "nn" {
		t.Errorf("got %q after nynorsk was chosen, want it kept", got)
	}
}

func TestStylesheets(t *testing.T) {
	tests := []struct {
		name   string
		static fstest.MapFS
		want   string
	}{
		{"as cloned", ownFiles(t), "plain.css app.css app.js"},
		{"with assets", vendoredFiles(t), "vendor/inter/400.css vendor/inter/500.css vendor/inter/600.css vendor/designsystemet.css vendor/theme.css app.css vendor/htmx.min.js app.js"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := site(t, func(cfg *web.Config) { web.SetStatic(cfg, test.static) })
			var got []string
			for _, n := range s.Anonymous().Get("/sign-in").All("link[rel=stylesheet], script") {
				href := webtest.AttrOf(n, "href") + webtest.AttrOf(n, "src")
				name, _, _ := strings.Cut(strings.TrimPrefix(href, "/static/"), "?")
				got = append(got, name)
				file := s.Anonymous().Get(href)
				if file.Status != http.StatusOK || file.Body != string(test.static[name].Data) {
					t.Errorf("%s: got status %d and %d bytes, want 200 and the file", href, file.Status, len(file.Body))
				}
				if cache := file.Header.Get("Cache-Control"); !strings.Contains(cache, "immutable") {
					t.Errorf("%s: got Cache-Control %q, want immutable", href, cache)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestStatic(t *testing.T) {
	files := vendoredFiles(t)
	files["vendor/.stamp"] = &fstest.MapFile{Data: []byte("x")}
	s := site(t, func(cfg *web.Config) { web.SetStatic(cfg, files) })
	first := s.Anonymous().Get("/static/app.css")
	tests := []struct {
		name, target, header, value string
		want                        int
	}{
		{"file", "/static/app.css", "", "", http.StatusOK},
		{"unchanged file", "/static/app.css", "If-None-Match", first.Header.Get("ETag"), http.StatusNotModified},
		{"folder", "/static/", "", "", http.StatusNotFound},
		{"inner folder", "/static/vendor/", "", "", http.StatusNotFound},
		{"no such file", "/static/nothing.css", "", "", http.StatusNotFound},
		{"not for serving", "/static/vendor/.stamp", "", "", http.StatusNotFound},
		{"out of the folder", "/static/../web.go", "", "", http.StatusNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := s.Anonymous()
			if test.header != "" {
				b.Header.Set(test.header, test.value)
			}
			if p := b.Get(test.target); p.Status != test.want {
				t.Errorf("got status %d, want %d", p.Status, test.want)
			}
		})
	}
	if got := first.Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("without version: got Cache-Control %q, want no-cache", got)
	}
	if got := first.Header.Get("Content-Type"); got != "text/css; charset=utf-8" {
		t.Errorf("got Content-Type %q", got)
	}
}

func TestSecurityHeaders(t *testing.T) {
	for _, url := range []string{"", "https://boligklar.example.no"} {
		s := site(t, func(cfg *web.Config) { cfg.URL = url })
		for _, target := range []string{"/sign-in", "/", "/probe/error", "/nowhere", "/static/app.css", "/healthz"} {
			h := s.Anonymous().Get(target).Header
			want := map[string]string{
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "no-referrer",
			}
			want["Strict-Transport-Security"] = ""
			if url != "" {
				want["Strict-Transport-Security"] = "max-age=31536000"
			}
			for name, value := range want {
				if got := h.Get(name); got != value {
					t.Errorf("%s at %q: got %s %q, want %q", target, url, name, got, value)
				}
			}
			if got := h.Get("X-Request-Id"); len(got) != 16 {
				t.Errorf("%s: got X-Request-Id %q, want 16 characters", target, got)
			}
		}
	}
}

func TestHealth(t *testing.T) {
	tests := []struct {
		name   string
		ready  error
		target string
		want   int
	}{
		{"alive", nil, "/healthz", http.StatusOK},
		{"alive without a store", errors.New("gone"), "/healthz", http.StatusOK},
		{"ready", nil, "/readyz", http.StatusOK},
		{"not ready", errors.New("gone"), "/readyz", http.StatusServiceUnavailable},
		{"not ready, with a code", apperr.New(apperr.Invalid, "gone"), "/readyz", http.StatusServiceUnavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := site(t, func(cfg *web.Config) {
				cfg.Health = func() []string { return []string{"search: fts, behind for 7 s"} }
				cfg.Ready = func(ctx context.Context) error {
					if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > 2*time.Second {
						t.Error("got no deadline for the store, want two seconds")
					}
					return test.ready
				}
			})
			p := s.Anonymous().Get(test.target)
			if p.Status != test.want || strings.Contains(p.Body, "gone") {
				t.Errorf("got status %d and %q, want %d without the cause", p.Status, p.Body, test.want)
			}
			if says := strings.Contains(p.Body, "behind for 7 s"); says != (test.name == "ready") {
				t.Errorf("got %q of how the index keeps up", p.Body)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	tests := []struct {
		name, target string
		status       int
		title        string
	}{
		{"store failure", "/probe/error?lang=en", 500, "Something went wrong"},
		{"store busy", "/probe/busy?lang=en", 503, "Boligklar cannot answer just now"},
		{"store slow", "/probe/slow?lang=en", 503, "Boligklar cannot answer just now"},
		{"in nynorsk", "/probe/error?lang=nn", 500, "Noko gjekk gale"},
		{"panic", "/probe/panic?lang=en", 500, "Something went wrong"},
		{"nil pointer", "/probe/nil?lang=en", 500, "Something went wrong"},
		{"no such page", "/nowhere?lang=en", 404, "Page not found"},
		{"conflict", "/probe/conflict?lang=en", 409, "Someone else has changed this"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := site(t)
			b := s.Anonymous()
			b.Header = http.Header{"Cookie": {"boligklar-session=cookie-value"}, "Authorization": {"Bearer token-value"}}
			p := b.Get(test.target)
			if p.Status != test.status {
				t.Errorf("got status %d, want %d", p.Status, test.status)
			}
			if got := p.Text("h1"); got != test.title {
				t.Errorf("got heading %q, want %q", got, test.title)
			}
			id := p.Header.Get("X-Request-Id")
			if got := p.Text("code"); got != id {
				t.Errorf("got reference %q on the page, want %q", got, id)
			}
			log := s.Log.String()
			if !strings.Contains(log, id) {
				t.Errorf("the log lacks the reference %s:\n%s", id, log)
			}
			for _, internal := range []string{secret, "goroutine", "boligklar/web", "Try again.\n"} {
				if strings.Contains(p.Body, internal) {
					t.Errorf("the page tells %q", internal)
				}
			}
			if test.status >= 500 && !strings.Contains(log, "disk I/O error") && !strings.Contains(log, "nil pointer") {
				t.Errorf("the log lacks the cause:\n%s", log)
			}
			for _, private := range []string{"cookie-value", "token-value"} {
				if strings.Contains(log, private) {
					t.Errorf("the log has %q", private)
				}
			}
		})
	}
}

func TestLogHasNoQueryOrPath(t *testing.T) {
	s := site(t)
	b := s.Anonymous()
	b.Get("/?q=Ola+Nordmann")
	b.Get("/households/Kari-Nordmann")
	b.Get("/static/Kari-Nordmann.css")
	b.Get("/password/Nordmann")
	log := s.Log.String()
	if strings.Contains(log, "Nordmann") {
		t.Errorf("got a name in the log:\n%s", log)
	}
	if got := strings.Count(log, "msg=request "); got != 4 {
		t.Errorf("got %d lines of requests, want 4:\n%s", got, log)
	}
}

func TestMethods(t *testing.T) {
	s := site(t)
	tests := []struct {
		method, target string
		want           int
	}{
		{http.MethodHead, "/sign-in", 200}, {http.MethodHead, "/healthz", 200},
		{http.MethodPost, "/", 405}, {http.MethodDelete, "/readyz", 405},
	}
	for _, test := range tests {
		if p := s.Anonymous().Do(httptest.NewRequest(test.method, test.target, nil)); p.Status != test.want {
			t.Errorf("%s %s: got status %d, want %d", test.method, test.target, p.Status, test.want)
		}
	}
}

// open are the addresses that anyone may ask, without a rule.
var open = map[string]bool{"/healthz": true, "/readyz": true, "/static/*file": true}

// Every address that gin answers has a rule, and the rule holds for every role
// and for nobody. A new route without a rule fails here.
func TestRolesByRoute(t *testing.T) {
	s := site(t).Fill()
	rules := map[string]page.Route{}
	for _, r := range s.Routes {
		rules[r.Method+" "+r.Path] = r
		if r.Method == http.MethodGet {
			rules["HEAD "+r.Path] = r
		}
	}
	browsers := map[auth.Roles]*webtest.Browser{0: nil}
	for _, role := range []auth.Roles{auth.Caseworker, auth.Coordinator, auth.Manager, auth.Administrator} {
		browsers[role] = s.As(role)
	}
	for _, route := range s.Staff.(*gin.Engine).Routes() {
		if open[route.Path] {
			continue
		}
		rule, ok := rules[route.Method+" "+route.Path]
		if !ok {
			t.Errorf("%s %s has no rule", route.Method, route.Path)
			continue
		}
		if rule.Public {
			continue
		}
		for role, b := range browsers {
			if rule.May.Any(role) {
				continue // that it works is for its own tests
			}
			if b == nil {
				b = s.Anonymous()
			}
			target := strings.NewReplacer(":", "x", "*", "x").Replace(route.Path)
			p := b.Do(httptest.NewRequest(route.Method, target, nil))
			want := http.StatusForbidden
			switch {
			case role == 0 && strings.HasPrefix(route.Path, "/api/"):
				want = http.StatusUnauthorized
			case role == 0:
				want = http.StatusSeeOther
			}
			if p.Status != want {
				t.Errorf("%s %s for %v: got status %d, want %d", route.Method, route.Path, role.Names(), p.Status, want)
			}
		}
	}
}

func TestRouteWithoutRule(t *testing.T) {
	for name, route := range map[string]page.Route{
		"no roles":   {Method: http.MethodGet, Path: "/x", Handle: func(*page.Context) error { return nil }},
		"no handler": {Method: http.MethodGet, Path: "/x", May: auth.Staff},
	} {
		if _, err := web.New(web.Config{More: []page.Area{{Routes: []page.Route{route}}}}); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestOtherSites(t *testing.T) {
	s := site(t)
	b := s.As(auth.Coordinator)
	for _, test := range []struct {
		name, header, value string
		want                int
	}{
		{"own form", "Sec-Fetch-Site", "same-origin", http.StatusSeeOther},
		{"no header", "X-None", "", http.StatusSeeOther},
		{"another site's form", "Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		{"a neighbour's form", "Sec-Fetch-Site", "same-site", http.StatusForbidden},
		{"another origin", "Origin", "https://evil.example", http.StatusForbidden},
	} {
		b.Header = http.Header{test.header: {test.value}}
		if p := b.Post("/probe/count", url.Values{}); p.Status != test.want {
			t.Errorf("%s: got status %d, want %d", test.name, p.Status, test.want)
		}
	}
}

// The same form twice, also at once, counts once; a form that was refused can be
// sent again, and one that was changed since counts for itself; another person's
// key is another key.
func TestOnce(t *testing.T) {
	s := site(t)
	b := s.As(auth.Coordinator)
	if p := b.Post("/probe/count", url.Values{"form_key": {"k"}, "wrong": {"x"}}); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("got status %d", p.Status)
	}
	form := url.Values{"form_key": {"k"}}
	want := b.Post("/probe/count", form).Header.Get("Location")
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			r := httptest.NewRequest(http.MethodPost, "/probe/count", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(&http.Cookie{Name: "boligklar-session", Value: b.CookieValue("boligklar-session")})
			w := httptest.NewRecorder()
			s.Staff.ServeHTTP(w, r)
			if got := w.Header().Get("Location"); got != want {
				t.Errorf("got %q the second time, want %q", got, want)
			}
		})
	}
	wg.Wait()
	changed := url.Values{"form_key": {"k"}, "rent": {"8500"}}
	if got := b.Post("/probe/count", changed).Header.Get("Location"); got == want {
		t.Errorf("got the first result %q for what was changed since", got)
	}
	if got := s.As(auth.Caseworker).Post("/probe/count", form).Header.Get("Location"); got == want {
		t.Errorf("got another person's result %q", got)
	}
}

func TestBodyLimit(t *testing.T) {
	p := site(t).Anonymous().Post("/sign-in", url.Values{"username": {strings.Repeat("x", page.DefaultBody)}})
	if p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("got status %d, want 413", p.Status)
	}
}

func TestSeparateListeners(t *testing.T) {
	public := page.Area{Open: true, Routes: []page.Route{{Method: http.MethodGet, Path: "/utleier-prøve", Public: true,
		Handle: func(c *page.Context) error { return c.Redirect("/x", "", nil) }}}}
	s := site(t, func(cfg *web.Config) { cfg.Separate, cfg.More = true, append(cfg.More, public) })
	for _, test := range []struct {
		target        string
		staff, public int
	}{
		{"/sign-in", 200, 404}, {"/", 303, 404}, {"/utleier-pr%C3%B8ve", 404, 303}, {"/healthz", 200, 200}, {"/static/app.css", 200, 200},
	} {
		if got := s.Anonymous().Get(test.target).Status; got != test.staff {
			t.Errorf("%s at the staff's address: got status %d, want %d", test.target, got, test.staff)
		}
		if got := s.Landlord().Get(test.target).Status; got != test.public {
			t.Errorf("%s at the public address: got status %d, want %d", test.target, got, test.public)
		}
	}
}

func TestTrustedProxies(t *testing.T) {
	for _, test := range []struct {
		trusted []string
		want    string
	}{{nil, "192.0.2.1"}, {[]string{"192.0.2.0/24"}, "198.51.100.7"}} {
		got := ""
		s := site(t, func(cfg *web.Config) {
			cfg.TrustedProxies = test.trusted
			cfg.More = []page.Area{{Routes: []page.Route{{Method: http.MethodGet, Path: "/who", Public: true, Handle: func(c *page.Context) error {
				got = c.Address
				return c.Redirect("/", "", nil)
			}}}}}
		})
		b := s.Anonymous()
		b.Header.Set("X-Forwarded-For", "198.51.100.7")
		b.Get("/who") // httptest comes from 192.0.2.1
		if got != test.want {
			t.Errorf("trusting %v: got address %s, want %s", test.trusted, got, test.want)
		}
	}
}
