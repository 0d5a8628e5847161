package page

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

func kit(t *testing.T, main string) (*Kit, error) {
	t.Helper()
	assets, err := LoadAssets(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	return New(fstest.MapFS{
		"templates/layout/frame.html": {Data: []byte(`{{define "frame"}}<main>{{template "main" .}}</main>{{end}}`)},
		"templates/area/name.html":    {Data: []byte(main)},
	}, assets, nil)
}

func TestTemplatesFailAtBoot(t *testing.T) {
	for name, main := range map[string]string{
		"syntax":           `{{define "main"}}{{if}}{{end}}`,
		"unknown function": `{{define "main"}}{{nonsense}}{{end}}`,
		"unknown template": `{{define "main"}}{{if true}}{{range .X}}{{template "nowhere"}}{{end}}{{end}}{{end}}`,
		"no main":          `{{define "other"}}{{end}}`,
	} {
		if _, err := kit(t, main); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if k, err := kit(t, `{{define "main"}}ok{{end}}`); err != nil || len(k.Names()) != 1 || k.Names()[0] != "area/name" {
		t.Errorf("got %v", err)
	}
}

type testPage struct {
	Frame
	X string
}

// A request of htmx for a part that the page has gets the part; any other the
// whole page.
func TestParts(t *testing.T) {
	k, err := kit(t, `{{define "main"}}whole {{template "results" .}}{{end}}{{define "results"}}part {{.X}}{{end}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ target, boosted, want string }{
		{"", "", "<main>whole part &lt;b&gt;</main>"}, {"results", "", "part &lt;b&gt;"}, {"elsewhere", "", "<main>whole part &lt;b&gt;</main>"}, {"results", "true", "<main>whole part &lt;b&gt;</main>"},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", test.target)
		if test.boosted != "" {
			r.Header.Set("HX-Boosted", test.boosted)
		}
		c := &Context{Request: r, Writer: w, Lang: i18n.Bokmal, Kit: k}
		if err := c.Render("area/name", &testPage{X: "<b>"}); err != nil || w.Body.String() != test.want {
			t.Errorf("%+v: got %q, %v", test, w.Body, err)
		}
	}
}

func TestWords(t *testing.T) {
	day, n := civil.MustParse("2026-12-01"), 8500
	share, median := 0.0314, 1014.5
	for _, test := range []struct {
		lang i18n.Lang
		want string
	}{
		{i18n.Bokmal, "01.12.2026|1. desember 2026|desember 2026|8 500 kr|3,1 %|1 014,5"},
		{i18n.English, "1 Dec 2026|1 December 2026|December 2026|NOK 8,500|3.1%|1,014.5"},
	} {
		w := Words{test.lang}
		money, err1 := w.Money(&n)
		percent, err2 := w.Percent(&share)
		days, err3 := w.Number(&median)
		got := strings.Join([]string{w.Date(day), w.LongDate(day), w.Month(civil.MonthOf(day)), money, percent, days}, "|")
		got = strings.ReplaceAll(got, "\u00a0", " ")
		if got != test.want || err1 != nil || err2 != nil || err3 != nil {
			t.Errorf("%s: got %q, want %q", test.lang, got, test.want)
		}
		if empty, err := w.Money((*int)(nil)); empty != "" || err != nil || w.Date(0) != "" {
			t.Errorf("%s: got %q, %v for nothing", test.lang, empty, err)
		}
	}
	if _, err := (Words{}).Number("8500"); err == nil {
		t.Error("got no error for a text")
	}
}

func TestPhone(t *testing.T) {
	for number, want := range map[string]string{"+4741234567": "412 34 567", "+4722334455": "22 33 44 55", "+46701234567": "+46701234567", "+47123": "+47123", "": ""} {
		if got := strings.ReplaceAll(phone(number), "\u00a0", " "); got != want {
			t.Errorf("%s: got %q, want %q", number, got, want)
		}
	}
}

func TestForm(t *testing.T) {
	body := url.Values{"rent": {" 8 500 "}, "bad": {"x"}, "day": {"1.12.2026"}, "iso": {"2026-12-01"}, "never": {"31.02.2026"}, "yes": {"yes"}, "no": {"no"}, "unknown": {""},
		"form_version": {"7"}, "form_key": {"k"}}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f, err := (&Context{Request: r, Lang: i18n.Bokmal}).Form()
	if err != nil {
		t.Fatal(err)
	}
	if n := f.Int("rent"); n == nil || *n != 8500 || f.Int("unknown") != nil {
		t.Errorf("got %v", n)
	}
	if f.Date("day") != civil.MustParse("2026-12-01") || f.Date("iso") != f.Date("day") || f.Date("unknown") != 0 || f.Version != 7 {
		t.Errorf("got %v, %v, version %d", f.Date("day"), f.Date("iso"), f.Version)
	}
	if y, n := f.YesNo("yes"), f.YesNo("no"); y == nil || !*y || n == nil || *n || f.YesNo("unknown") != nil {
		t.Errorf("got %v, %v", y, n)
	}
	if !f.Valid() {
		t.Errorf("got %v", f.Errors)
	}
	f.Int("bad")
	f.Date("never")
	if f.Valid() || f.ErrorOf("bad") == "" || f.ErrorOf("never") == "" {
		t.Errorf("got %v", f.Errors)
	}
	if _, err := f.Field("rent", "x", "colour:red"); err == nil {
		t.Error("got no error for an option that is none")
	}
	if field, err := f.Field("rent", "x", "password"); err != nil || field.Value != "" {
		t.Errorf("got %q: a password is sent back", field.Value)
	}
}

func TestMerge(t *testing.T) {
	v := func(name, city, roles string) url.Values {
		return url.Values{"name": {name}, "city": {city}, "roles": strings.Split(roles, " ")}
	}
	f := &Form{base: v("A", "B", "x y"), Values: v("mine", "B", "y x"), Version: 1}
	f.Merge(v("theirs", "new", "x"), 2, func(field string) string { return field })
	if got := f.Values.Encode(); got != "city=new&name=mine&roles=x" {
		t.Errorf("got form %s", got)
	}
	if len(f.Conflicts) != 3 || !f.Conflicts[1].Decide || f.Conflicts[0].Decide || f.Conflicts[2].Decide || f.Version != 2 {
		t.Errorf("got %+v", f.Conflicts)
	}
	f.Merge(v("theirs", "new", "x"), 3, func(field string) string { return field })
	if len(f.Conflicts) != 3 { // nothing new
		t.Errorf("got %+v", f.Conflicts)
	}
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]string{
		"/a?b=c": "/a?b=c", "": "/", "a": "/", "//evil": "/", "https://evil": "/", "/\\evil": "/", "javascript:x": "/", "/a\nb": "/", "/%zz": "/",
	} {
		if got := LocalPath(path, "/"); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

func TestSpark(t *testing.T) {
	n := func(v float64) *float64 { return &v }
	s := NewSpark("x", []*float64{n(0), n(2), nil, n(1)})
	if len(s.Lines) != 2 || s.Lines[0] != "4.0,44.0 81.3,4.0" || s.LastX != "236.0" || s.LastY != "24.0" {
		t.Errorf("got %+v", s)
	}
	if NewSpark("x", []*float64{nil}).Some {
		t.Error("got a line of nothing")
	}
}

func TestStream(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &Context{Request: r, Writer: w}
		err := c.Stream(func(send func(event, data string) error) error { return send("progress", "one\r\ntwo") })
		if err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	r, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	b := make([]byte, 100)
	n, _ := r.Body.Read(b)
	if got := string(b[:n]); got != "event: progress\ndata: one\ndata: two\n\n" {
		t.Errorf("got %q", got)
	}
}
