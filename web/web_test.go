package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

// office is an Office that answers what a test says.
type office func(context.Context) (Contents, error)

func (o office) Contents(ctx context.Context) (Contents, error) { return o(ctx) }

func holds(c Contents) office {
	return func(context.Context) (Contents, error) { return c, nil }
}

func fails(err error) office {
	return func(context.Context) (Contents, error) { return Contents{}, err }
}

var rana = Contents{
	Municipality: "1833 Rana",
	Counts:       []Count{{"listings", 60}, {"households", 40}, {"units", 100}, {"occupancies", 1312}},
	LastImport: &Import{
		At:      time.Date(2026, 11, 25, 14, 3, 0, 0, time.UTC),
		Created: 57, Updated: 3, Unchanged: 1210, Rejected: 2,
	},
}

// ownFiles are the static files without what npm brings, whatever lies in the
// checkout.
func ownFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"app.css", "plain.css", "icon.svg"} {
		data, err := staticFiles.ReadFile("static/" + name)
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
	return files
}

// newSite returns a handler and what it logs.
func newSite(t *testing.T, o Office, static fs.FS) (http.Handler, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	now := func() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) }
	return New(Config{Logger: slog.New(slog.NewTextHandler(&log, nil)), Now: now, static: static}, o), &log
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// all returns the elements with that tag, in document order.
func all(t *testing.T, body, tag string) []*html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			found = append(found, n)
		}
	}
	return found
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func texts(t *testing.T, body, tag string) []string {
	t.Helper()
	var out []string
	for _, n := range all(t, body, tag) {
		out = append(out, textOf(n))
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestHomeInThreeLanguages(t *testing.T) {
	site, _ := newSite(t, holds(rana), ownFiles(t))
	tests := []struct {
		name, target, accept string
		lang                 string
		title                string
		figures              []string
	}{
		{"default", "/", "", "nb", "Oversikt", []string{"60", "40", "100", "1 312"}},
		{"bokmål asked", "/?lang=nb", "en", "nb", "Oversikt", []string{"60", "40", "100", "1 312"}},
		{"nynorsk asked", "/?lang=nn", "", "nn", "Oversyn", []string{"60", "40", "100", "1 312"}},
		{"English asked", "/?lang=en", "nb", "en", "Overview", []string{"60", "40", "100", "1,312"}},
		{"nynorsk accepted", "/", "nn-NO,nb;q=0.8,en;q=0.5", "nn", "Oversyn", []string{"60", "40", "100", "1 312"}},
		{"English accepted", "/", "en-GB,en;q=0.9", "en", "Overview", []string{"60", "40", "100", "1,312"}},
		{"macro language no", "/", "no", "nb", "Oversikt", []string{"60", "40", "100", "1 312"}},
		{"a language we lack", "/", "pl,de;q=0.9", "nb", "Oversikt", []string{"60", "40", "100", "1 312"}},
		{"nonsense asked", "/?lang=%3Cscript%3E", "en", "en", "Overview", []string{"60", "40", "100", "1,312"}},
		{"nonsense accepted", "/", ";;;=", "nb", "Oversikt", []string{"60", "40", "100", "1 312"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := get(site, test.target, "Accept-Language", test.accept)
			if w.Code != http.StatusOK {
				t.Fatalf("got status %d, want 200", w.Code)
			}
			body := w.Body.String()
			if got := attr(all(t, body, "html")[0], "lang"); got != test.lang {
				t.Errorf("got html lang %q, want %q", got, test.lang)
			}
			if got := w.Header().Get("Content-Language"); got != test.lang {
				t.Errorf("got Content-Language %q, want %q", got, test.lang)
			}
			if got := texts(t, body, "h1"); len(got) != 1 || got[0] != test.title {
				t.Errorf("got headings %q, want one %q", got, test.title)
			}
			if got := texts(t, body, "dd"); strings.Join(got, ";") != strings.Join(test.figures, ";") {
				t.Errorf("got figures %q, want %q", got, test.figures)
			}
			if got := strings.Join(texts(t, body, "tbody"), " "); !strings.Contains(got, "57") || !strings.Contains(got, "2") {
				t.Errorf("got import %q, want its figures", got)
			}
			if strings.Contains(body, "web_") {
				t.Errorf("a sentence is missing:\n%s", body)
			}
		})
	}
}

// Every key that a template or a page names has a sentence in every language.
func TestKeysHaveSentences(t *testing.T) {
	key := regexp.MustCompile(`"(web_[a-z_]*[a-z])"`)
	var found []string
	sources, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		data, err := fs.ReadFile(templateFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(data), -1) {
			found = append(found, m[1])
		}
	}
	for _, sentence := range sentences {
		found = append(found, "web_error_"+sentence+"_title", "web_error_"+sentence+"_text")
	}
	for _, contents := range []Contents{{}, {Counts: []Count{{"other", 1}}}, rana} {
		for _, step := range nextSteps(contents, 1) {
			found = append(found, step.Text)
		}
	}
	for _, kind := range []string{"listings", "households", "units", "occupancies", "placements", "landlords"} {
		found = append(found, "web_kind_"+kind)
	}
	if len(found) < 30 {
		t.Fatalf("got %d keys: the search is broken", len(found))
	}
	for _, k := range found {
		for _, lang := range i18n.Langs {
			if !lang.Has(k) {
				t.Errorf("%s lacks %s", lang, k)
			}
		}
	}
}

func TestNextSteps(t *testing.T) {
	tests := []struct {
		name   string
		counts []Count
		want   []string
	}{
		{"empty", []Count{{"listings", 0}}, []string{
			"boligklar template listings -o utleieboliger.xlsx",
			"boligklar import utleieboliger.xlsx --dry-run",
			"boligklar import utleieboliger.xlsx"}},
		{"listings only", []Count{{"listings", 3}}, []string{
			"boligklar import gjennomgangsboliger.xlsx",
			"boligklar import opphold.csv",
			"boligklar import husstander.xlsx"}},
		{"all", rana.Counts, []string{
			"boligklar match --all --on 2026-12-01",
			"boligklar turnover --month 2026-11 -o omlop.xlsx"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site, _ := newSite(t, holds(Contents{Counts: test.counts}), ownFiles(t))
			got := texts(t, get(site, "/").Body.String(), "code")
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestContentsAreEscaped(t *testing.T) {
	evil := `<script>alert(1)</script>`
	site, _ := newSite(t, holds(Contents{Municipality: evil, Counts: []Count{{evil, 1}}}), ownFiles(t))
	body := get(site, "/").Body.String()
	if got := all(t, body, "script"); len(got) != 0 {
		t.Errorf("got %d script elements, want none", len(got))
	}
	if !strings.Contains(body, "&lt;script&gt;") {
		t.Error("got no escaped name: the test does not reach the page")
	}
}

func TestStylesheets(t *testing.T) {
	tests := []struct {
		name   string
		static fstest.MapFS
		want   string
	}{
		{"as cloned", ownFiles(t), "plain.css app.css"},
		{"with assets", vendoredFiles(t), "vendor/inter/400.css vendor/inter/500.css vendor/inter/600.css vendor/designsystemet.css vendor/theme.css app.css"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site, _ := newSite(t, holds(rana), test.static)
			var got []string
			for _, link := range all(t, get(site, "/").Body.String(), "link") {
				if attr(link, "rel") != "stylesheet" {
					continue
				}
				href := attr(link, "href")
				name, _, _ := strings.Cut(strings.TrimPrefix(href, "/static/"), "?")
				got = append(got, name)
				w := get(site, href)
				if w.Code != http.StatusOK || w.Body.String() != string(test.static[name].Data) {
					t.Errorf("%s: got status %d and %d bytes, want 200 and the file", href, w.Code, w.Body.Len())
				}
				if cache := w.Header().Get("Cache-Control"); !strings.Contains(cache, "immutable") {
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
	site, _ := newSite(t, holds(rana), files)
	first := get(site, "/static/app.css")
	tests := []struct {
		name, target, header, value string
		want                        int
	}{
		{"file", "/static/app.css", "", "", http.StatusOK},
		{"unchanged file", "/static/app.css", "If-None-Match", first.Header().Get("ETag"), http.StatusNotModified},
		{"folder", "/static/", "", "", http.StatusNotFound},
		{"inner folder", "/static/vendor/", "", "", http.StatusNotFound},
		{"no such file", "/static/nothing.css", "", "", http.StatusNotFound},
		{"not for serving", "/static/vendor/.stamp", "", "", http.StatusNotFound},
		{"out of the folder", "/static/../web.go", "", "", http.StatusNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := get(site, test.target, test.header, test.value)
			if w.Code != test.want {
				t.Errorf("got status %d, want %d", w.Code, test.want)
			}
		})
	}
	if got := first.Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("without version: got Cache-Control %q, want no-cache", got)
	}
	if got := first.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
		t.Errorf("got Content-Type %q", got)
	}
}

func TestSecurityHeaders(t *testing.T) {
	site, _ := newSite(t, holds(rana), ownFiles(t))
	broken, _ := newSite(t, fails(errors.New("no")), ownFiles(t))
	tests := []struct {
		name   string
		site   http.Handler
		target string
	}{
		{"page", site, "/"}, {"error page", broken, "/"}, {"not found", site, "/nowhere"},
		{"static", site, "/static/app.css"}, {"health", site, "/healthz"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := get(test.site, test.target).Header()
			want := map[string]string{
				"Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "no-referrer",
			}
			for name, value := range want {
				if got := h.Get(name); got != value {
					t.Errorf("got %s %q, want %q", name, got, value)
				}
			}
			if got := h.Get("X-Request-Id"); len(got) != 16 {
				t.Errorf("got X-Request-Id %q, want 16 characters", got)
			}
		})
	}
}

// The policy forbids inline styles and scripts, so no page may count on them.
func TestNothingInline(t *testing.T) {
	site, _ := newSite(t, holds(rana), ownFiles(t))
	for _, target := range []string{"/", "/nowhere"} {
		doc, err := html.Parse(get(site, target).Body)
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Data == "style" || n.Data == "script" {
				t.Errorf("%s: got element <%s>", target, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: got attribute %s on <%s>", target, a.Key, n.Data)
				}
			}
		}
	}
}

func TestHealth(t *testing.T) {
	tests := []struct {
		name   string
		office office
		target string
		want   int
	}{
		{"alive", holds(rana), "/healthz", http.StatusOK},
		{"alive without a store", fails(errors.New("gone")), "/healthz", http.StatusOK},
		{"ready", holds(rana), "/readyz", http.StatusOK},
		{"not ready", fails(errors.New("gone")), "/readyz", http.StatusServiceUnavailable},
		{"not ready, with a code", fails(apperr.New(apperr.Invalid, "Odd.")), "/readyz", http.StatusServiceUnavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site, _ := newSite(t, test.office, ownFiles(t))
			w := get(site, test.target)
			if w.Code != test.want {
				t.Errorf("got status %d, want %d", w.Code, test.want)
			}
			if strings.Contains(w.Body.String(), "gone") {
				t.Errorf("got %q: it tells the cause", w.Body)
			}
		})
	}
}

// The store is given a deadline, so that a hung store is not a hung page.
func TestDeadlines(t *testing.T) {
	for target, want := range map[string]time.Duration{"/": pageTimeout, "/readyz": readyTimeout} {
		var limit time.Duration
		site, _ := newSite(t, office(func(ctx context.Context) (Contents, error) {
			if deadline, ok := ctx.Deadline(); ok {
				limit = time.Until(deadline)
			}
			return rana, nil
		}), ownFiles(t))
		get(site, target)
		if limit <= 0 || limit > want {
			t.Errorf("%s: got %v for the store, want at most %v", target, limit, want)
		}
	}
}

func TestFailures(t *testing.T) {
	const secret = "disk I/O error at /var/lib/boligklar/store.db"
	tests := []struct {
		name   string
		office office
		target string
		status int
		title  string
	}{
		{"store failure", fails(errors.New(secret)), "/?lang=en", 500, "Something went wrong"},
		{"store busy", fails(apperr.Wrap(errors.New(secret), apperr.Unavailable, "Try again.")), "/?lang=en", 503, "Boligklar cannot answer just now"},
		{"store slow", fails(fmt.Errorf("%s: %w", secret, context.DeadlineExceeded)), "/?lang=en", 503, "Boligklar cannot answer just now"},
		{"in nynorsk", fails(errors.New(secret)), "/?lang=nn", 500, "Noko gjekk gale"},
		{"panic", office(func(context.Context) (Contents, error) { panic(secret) }), "/?lang=en", 500, "Something went wrong"},
		{"nil pointer", office(func(context.Context) (Contents, error) {
			var last *Import
			return Contents{Counts: make([]Count, last.Created)}, nil
		}), "/?lang=en", 500, "Something went wrong"},
		{"no such page", holds(rana), "/nowhere?lang=en", 404, "Page not found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site, log := newSite(t, test.office, ownFiles(t))
			w := get(site, test.target, "Cookie", "session=cookie-value", "Authorization", "Bearer token-value")
			if w.Code != test.status {
				t.Errorf("got status %d, want %d", w.Code, test.status)
			}
			body := w.Body.String()
			if got := texts(t, body, "h1"); len(got) != 1 || got[0] != test.title {
				t.Errorf("got headings %q, want %q", got, test.title)
			}
			id := w.Header().Get("X-Request-Id")
			if got := texts(t, body, "code"); len(got) != 1 || got[0] != id {
				t.Errorf("got reference %q on the page, want %q", got, id)
			}
			if !strings.Contains(log.String(), id) {
				t.Errorf("the log lacks the reference %s:\n%s", id, log)
			}
			for _, internal := range []string{secret, "goroutine", "boligklar/web", "Try again.\n"} {
				if strings.Contains(body, internal) {
					t.Errorf("the page tells %q", internal)
				}
			}
			if test.status >= 500 && !strings.Contains(log.String(), "disk I/O error") && !strings.Contains(log.String(), "nil pointer") {
				t.Errorf("the log lacks the cause:\n%s", log)
			}
			for _, private := range []string{"cookie-value", "token-value"} {
				if strings.Contains(log.String(), private) {
					t.Errorf("the log has %q", private)
				}
			}
		})
	}
}

func TestLogHasNoQueryOrPath(t *testing.T) {
	site, log := newSite(t, holds(rana), ownFiles(t))
	get(site, "/?q=Ola+Nordmann")
	get(site, "/households/Kari-Nordmann")
	get(site, "/static/Kari-Nordmann.css")
	if strings.Contains(log.String(), "Nordmann") {
		t.Errorf("got a name in the log:\n%s", log)
	}
	if got := strings.Count(log.String(), "msg=request"); got != 3 {
		t.Errorf("got %d lines of requests, want 3:\n%s", got, log)
	}
}

func TestMethods(t *testing.T) {
	site, _ := newSite(t, holds(rana), ownFiles(t))
	tests := []struct {
		method, target string
		want           int
	}{
		{http.MethodHead, "/", 200}, {http.MethodHead, "/healthz", 200},
		{http.MethodPost, "/", 405}, {http.MethodDelete, "/readyz", 405},
	}
	for _, test := range tests {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(test.method, test.target, nil))
		if w.Code != test.want {
			t.Errorf("%s %s: got status %d, want %d", test.method, test.target, w.Code, test.want)
		}
	}
}
