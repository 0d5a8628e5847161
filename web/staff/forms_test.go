package staff_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

var anID = regexp.MustCompile(`/[^/]*\d[^/]{7,}`)

// everyPage returns a page of each kind that links lead to.
func everyPage(t *testing.T, b *webtest.Browser) map[string]*webtest.Page {
	t.Helper()
	pages, queue := map[string]*webtest.Page{}, []string{"/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		at, err := url.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		kind := anID.ReplaceAllString(at.Path, "/:id")
		if _, seen := pages[kind]; seen || !strings.HasPrefix(path, "/") || strings.Contains(at.Path, ".") || strings.Contains(at.Path, "workbook") {
			continue
		}
		p := b.Get(path)
		if pages[kind] = p; p.Status != http.StatusOK || p.Doc == nil {
			delete(pages, kind)
			continue
		}
		for _, a := range p.All("a[href]:not([download])") {
			queue = append(queue, webtest.AttrOf(a, "href"))
		}
	}
	if len(pages) < 30 {
		t.Fatalf("links lead to %d pages only", len(pages))
	}
	return pages
}

// typeNonsense fills a form's fields with what cannot be right, or leaves blank what
// is required, and the others with what can only be kept; it returns what is sent, what was typed by the fields' IDs, and whether
// anything is wrong then.
func typeNonsense(form *html.Node, blank bool) (sent url.Values, typed map[string]string, wrong bool) {
	sent, typed = url.Values{}, map[string]string{}
	put := func(n *html.Node, value string, isWrong bool) {
		sent.Set(webtest.AttrOf(n, "name"), value)
		wrong = wrong || isWrong
		if kind := webtest.AttrOf(n, "type"); kind != "date" && kind != "password" && !has(n, "hidden") {
			typed[webtest.AttrOf(n, "id")] = value
		}
	}
	for n := range form.Descendants() {
		name, kind := webtest.AttrOf(n, "name"), webtest.AttrOf(n, "type")
		if name == "" {
			continue
		}
		switch {
		case n.Data == "button": // the last one is pressed
			sent.Set(name, webtest.AttrOf(n, "value"))
		case blank && n.Data != "select" && has(n, "required"):
			put(n, "", true)
		case n.Data == "textarea":
			put(n, "Det jeg skrev", false)
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && (!sent.Has(name) || has(o, "selected")) {
					sent.Set(name, webtest.AttrOf(o, "value"))
				}
			}
		case n.Data != "input", kind == "checkbox" && !has(n, "checked"), kind == "radio" && !has(n, "checked"), kind == "file":
		case kind == "hidden" || kind == "checkbox" || kind == "radio":
			sent.Add(name, webtest.AttrOf(n, "value"))
		case kind == "date":
			put(n, "31.02.2026", true)
		case webtest.AttrOf(n, "inputmode") == "numeric":
			put(n, "mange", true)
		default:
			put(n, "kept", false)
		}
	}
	return sent, typed, wrong
}

func has(n *html.Node, attribute string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == attribute })
}

// Every form that a person can type into, sent with what cannot be right: it comes
// back with a summary on top whose links lead to the fields, each with its error
// beside it, with the focus led there, and with everything that was typed.
func TestEveryForm(t *testing.T) {
	s := webtest.New(t, nil).Fill()
	b := s.As(auth.Everyone)
	tried := 0
	for kind, p := range everyPage(t, b) {
		for i, form := range p.All(`main form[method=post]`) {
			action := webtest.AttrOf(form, "action")
			if action == "" {
				action = kind
			}
			if action == kind {
				action = p.Path()
			}
			for _, blank := range []bool{false, true} {
				sent, typed, wrong := typeNonsense(form, blank)
				if !wrong || webtest.AttrOf(form, "enctype") != "" {
					continue
				}
				tried++
				t.Run(fmt.Sprintf("%s %d %v", kind, i, blank), func(t *testing.T) {
					answer := b.Post(action, sent)
					if answer.Status != http.StatusUnprocessableEntity {
						t.Fatalf("got status %d for %v, want 422:\n%s", answer.Status, sent, answer.Main())
					}
					comesBack(t, answer, typed)
				})
			}
		}
	}
	if tried < 40 {
		t.Errorf("tried %d forms only", tried)
	}
}

func comesBack(t *testing.T, p *webtest.Page, typed map[string]string) {
	t.Helper()
	if n := len(p.All("[data-autofocus]")); n != 1 {
		t.Fatalf("%d elements take the focus, want the summary:\n%s", n, p.Main())
	}
	links := 0
	for _, a := range p.All(".ds-error-summary a") {
		links++
		id := strings.TrimPrefix(webtest.AttrOf(a, "href"), "#")
		field := p.All(fmt.Sprintf("[id=%q]", id))
		if len(field) != 1 {
			t.Errorf("the summary leads to %s, which is not there", id)
			continue
		}
		if webtest.AttrOf(field[0], "aria-invalid") != "true" && field[0].Data != "fieldset" {
			t.Errorf("the field %s does not say that it is wrong", id)
		}
		if !strings.Contains(webtest.AttrOf(field[0], "aria-describedby"), "-error") {
			t.Errorf("nothing beside the field %s says what is wrong", id)
		}
	}
	if links == 0 {
		t.Errorf("the summary leads to no field:\n%s", p.Main())
	}
	for id, want := range typed {
		n := p.All(fmt.Sprintf("[id=%q]", id))
		if len(n) != 1 {
			t.Errorf("the field %s is gone", id)
			continue
		}
		got := webtest.AttrOf(n[0], "value")
		if n[0].Data == "textarea" {
			got = webtest.TextOf(n[0])
		}
		if got != want {
			t.Errorf("%s: %q was typed, and %q came back", id, want, got)
		}
	}
}
