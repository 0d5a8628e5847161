package staff_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/web/webtest"
)

// upload sends a file as the form on /imports does.
func upload(t *testing.T, b *webtest.Browser, key, name, content string) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("form_key", key); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/imports", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.Do(r)
}

// worked returns the page of an upload once nobody works on it.
func worked(t *testing.T, b *webtest.Browser, path string) *webtest.Page {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(3 * time.Millisecond) {
		if p := b.Get(path); p.Status != http.StatusOK || len(p.All("[data-stream]")) == 0 {
			return p
		}
	}
	t.Fatal("the upload is still being worked on")
	return nil
}

const badList = "Nr;Adresse;Husleie;Soverom;Fnr\nU-901;Storgata 1;8 500;2;13097248022\nU-902;<b>Storgata</b> 2;<i>mye</i>;3;\nU-903;Storgata 3;9000;1;\n"

func TestAFileComesIn(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	b := site.As(auth.Coordinator)
	start := b.Get("/imports")
	key := start.Attr(".bk-upload input[name=form_key]", "value")
	answer := upload(t, b, key, "liste.csv", badList)
	path := answer.Header.Get("Location")
	if answer.Status != http.StatusSeeOther || !strings.HasPrefix(path, "/imports/") {
		t.Fatalf("got %d to %q: %s", answer.Status, path, answer.Main())
	}
	if again := upload(t, b, key, "liste.csv", badList); again.Header.Get("Location") != path {
		t.Errorf("the same form again leads to %q", again.Header.Get("Location"))
	}
	preview := worked(t, b, path)
	if strings.Contains(preview.Body, "13097248022") || strings.Contains(preview.Body, "<i>mye") {
		t.Errorf("the page has what it must not: %s", preview.Body)
	}
	var found bool
	for _, text := range preview.Texts(".bk-problems tbody tr") {
		found = found || strings.HasPrefix(text, "C3") && strings.Contains(text, "<i>mye</i>")
	}
	if !found {
		t.Errorf("the problem does not stand beside its cell: %q", preview.Texts(".bk-problems tbody tr"))
	}
	if !strings.Contains(preview.Main(), "Nye: U-901, U-903") {
		t.Errorf("what is new is not told: %s", preview.Main())
	}
	for _, lang := range i18n.Langs {
		b.Get(path + "?lang=" + string(lang))
		b.Get("/imports?lang=" + string(lang))
	}
	b.Get(path + "?lang=nb")
	if workbook := b.Get(path + "/errors.xlsx"); workbook.Status != http.StatusOK || !strings.HasPrefix(workbook.Body, "PK") || strings.Contains(workbook.Body, "13097248022") {
		t.Errorf("error workbook: %d", workbook.Status)
	}
	mapped := b.Post(path+"/choose", url.Values{"kind": {"listings"}, "sheet": {"liste.csv"}, "column-D": {"area_m2"}, "was-D": {"bedrooms"}})
	b.Follow(mapped)
	if p := worked(t, b, path); p.Attr("select[name=column-D] option[selected]", "value") != "area_m2" {
		t.Errorf("the column is still read as %q", p.Attr("select[name=column-D] option[selected]", "value"))
	}
	twice := b.Post(path+"/choose", url.Values{"kind": {"listings"}, "column-C": {"area_m2"}, "column-D": {"area_m2"}})
	if p := b.Follow(twice); !strings.Contains(p.Main(), "to kolonner") {
		t.Errorf("two columns for one field: %s", p.Main())
	}
	b.Follow(b.Post(path+"/apply", url.Values{"form_key": {"apply-1"}}))
	done := worked(t, b, path)
	if !strings.Contains(done.Main(), "gjennomført") {
		t.Errorf("got %s", done.Main())
	}
	if again := b.Post(path+"/apply", url.Values{"form_key": {"apply-2"}}); again.Status != http.StatusConflict {
		t.Errorf("applied again: %d", again.Status)
	}
	if history := b.Get("/imports").Texts("#history ~ table tbody tr"); len(history) == 0 || !strings.Contains(history[0], "liste.csv") || !strings.Contains(history[0], "Test test.coordinator") {
		t.Errorf("got history %q", history)
	}
	changed := upload(t, b, "changed", "liste.csv", strings.ReplaceAll(badList, "9000", "9100")).Header.Get("Location")
	if got := worked(t, b, changed).Texts(".bk-differences tbody tr"); len(got) != 2 || !strings.Contains(got[1], "U-903") || !strings.Contains(got[1], "9000 → 9100") {
		t.Errorf("got differences %q", got)
	}
	if stream := overTheWire(t, site, b, path+"/progress"); !strings.Contains(stream, "event: done\ndata: applied") {
		t.Errorf("got stream %q", stream)
	}
}

// overTheWire asks a real server, which streams.
func overTheWire(t *testing.T, site *webtest.Site, b *webtest.Browser, path string) string {
	t.Helper()
	server := httptest.NewServer(site.Staff)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "boligklar-session", Value: b.CookieValue("boligklar-session")})
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	site := webtest.New(t, nil)
	b := site.As(auth.Coordinator)
	for name, content := range map[string]string{"skadet.xlsx": "PK\x03\x04 and no more", "tom.csv": "", "gammel.xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"} {
		p := worked(t, b, upload(t, b, name, name, content).Header.Get("Location"))
		if got := p.Text(".ds-alert"); !strings.Contains(got, name) || strings.Contains(got, "/tmp") {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if p := upload(t, b, "none", "", ""); p.Status != http.StatusUnprocessableEntity || p.Attr("#f-file", "aria-invalid") != "true" {
		t.Errorf("no file: %d", p.Status)
	}
	p := worked(t, b, upload(t, b, "gone", "liste.csv", badList).Header.Get("Location"))
	path := strings.TrimSuffix(p.Attr("form[action$=discard]", "action"), "/discard")
	b.Follow(b.Post(path+"/discard", url.Values{}))
	if p := b.Get(path); p.Status != http.StatusNotFound {
		t.Errorf("discarded: %d", p.Status)
	}
}

// TestRealWorkbooks sends the sample spreadsheets through the page.
func TestRealWorkbooks(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "dev")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no sample spreadsheets: %v", err)
	}
	site := webtest.New(t, nil)
	b := site.As(auth.Coordinator)
	for _, name := range []string{"units.xlsx", "occupancies.csv", "listings.xlsx", "households.xlsx"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		path := upload(t, b, name, name, string(data)).Header.Get("Location")
		worked(t, b, path)
		b.Follow(b.Post(path+"/apply", url.Values{"form_key": {name + "-apply"}}))
		if p := worked(t, b, path); !strings.Contains(p.Main(), "gjennomført") {
			t.Errorf("%s: %s", name, p.Main())
		}
	}
	contents, err := site.Office.Contents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contents.Counts {
		if c.N == 0 {
			t.Errorf("no %s came in", c.Kind)
		}
	}
}

func TestExports(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	coordinator, caseworker := site.As(auth.Coordinator), site.As(auth.Caseworker)
	caseworker.Get("/exports")
	for _, kind := range importers.Kinds {
		for _, ext := range []string{".xlsx", ".csv"} {
			for _, folder := range []string{"/exports/", "/templates/"} {
				p := coordinator.Get(folder + string(kind) + ext)
				if p.Status != http.StatusOK || len(p.Body) < 20 || !strings.Contains(p.Header.Get("Content-Disposition"), ext) {
					t.Errorf("%s%s%s: %d of %d bytes", folder, kind, ext, p.Status, len(p.Body))
				}
			}
		}
		want := http.StatusOK
		if kind == importers.Households || kind == importers.Occupancies {
			want = http.StatusForbidden
		}
		if p := caseworker.Get("/exports/" + string(kind) + ".csv"); p.Status != want {
			t.Errorf("a caseworker exports %s: %d, want %d", kind, p.Status, want)
		}
		if p := caseworker.Get("/templates/" + string(kind) + ".csv"); p.Status != http.StatusOK {
			t.Errorf("a caseworker's template of %s: %d", kind, p.Status)
		}
	}
	all, some := coordinator.Get("/exports/listings.csv"), coordinator.Get("/exports/listings.csv?status=open&place=mo+i+rana")
	if n, m := strings.Count(all.Body, "\n"), strings.Count(some.Body, "\n"); m < 2 || m >= n {
		t.Errorf("filtered: %d of %d lines", m, n)
	}
	for _, name := range []string{"listings.pdf", "users.csv", "..%2fboligklar.db"} {
		if p := coordinator.Get("/exports/" + name); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
	trail, err := site.Audit.Find(t.Context(), audit.Filter{Register: string(importers.Households)})
	if err != nil || len(trail.Lines) == 0 || trail.Lines[0].What != audit.Exported || !strings.HasPrefix(trail.Lines[0].Key, "all:") {
		t.Errorf("got trail %+v, %v", trail, err)
	}
}
