package webtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Page is an answer of the site.
type Page struct {
	Status int
	Header http.Header
	Body   string
	Doc    *html.Node // nil where the answer is no HTML
	t      *testing.T
	name   string
}

func newPage(t *testing.T, name string, w *httptest.ResponseRecorder) *Page {
	t.Helper()
	p := &Page{Status: w.Code, Header: w.Header(), Body: w.Body.String(), t: t, name: name}
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") || p.Body == "" {
		return p
	}
	doc, err := html.Parse(strings.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	p.Doc = doc
	if strings.Contains(p.Body, "<main") {
		for _, fault := range Faults(doc) {
			t.Errorf("%s: %s", name, fault)
		}
	}
	return p
}

// Path returns the address that the page was asked at.
func (p *Page) Path() string {
	_, path, _ := strings.Cut(p.name, " ")
	return path
}

// All returns the elements that a CSS selector finds, in order.
func (p *Page) All(selector string) []*html.Node {
	p.t.Helper()
	if p.Doc == nil {
		p.t.Fatalf("%s: got status %d and no HTML", p.name, p.Status)
	}
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		p.t.Fatal(err)
	}
	return cascadia.QueryAll(p.Doc, sel)
}

// Texts returns the texts of what a selector finds, spaces made single.
func (p *Page) Texts(selector string) []string {
	p.t.Helper()
	var out []string
	for _, n := range p.All(selector) {
		out = append(out, TextOf(n))
	}
	return out
}

// Text returns the text of the one element that a selector finds.
func (p *Page) Text(selector string) string { p.t.Helper(); return TextOf(p.one(selector)) }

// Attr returns an attribute of the one element that a selector finds.
func (p *Page) Attr(selector, name string) string { p.t.Helper(); return AttrOf(p.one(selector), name) }

func (p *Page) one(selector string) *html.Node {
	p.t.Helper()
	found := p.All(selector)
	if len(found) != 1 {
		p.t.Fatalf("%s: got status %d with %d of %q, want one:\n%s", p.name, p.Status, len(found), selector, p.Main())
	}
	return found[0]
}

// Main returns the text of the page without its frame, for messages.
func (p *Page) Main() string {
	if p.Doc == nil {
		return p.Body
	}
	for n := range p.Doc.Descendants() {
		if n.Data == "main" {
			return TextOf(n)
		}
	}
	return TextOf(p.Doc)
}

// TextOf returns the text of an element, spaces made single.
func TextOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// AttrOf returns an attribute, "" where the element has none.
func AttrOf(n *html.Node, name string) string {
	value, _ := attrOf(n, name)
	return value
}

func attrOf(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Form returns what a browser would send for the form that a selector finds, if
// nobody changed anything in it; of buttons nothing.
func (p *Page) Form(selector string) url.Values {
	p.t.Helper()
	out := url.Values{}
	for _, n := range cascadia.QueryAll(p.one(selector), formFields) {
		name := AttrOf(n, "name")
		_, checked := attrOf(n, "checked")
		switch kind := AttrOf(n, "type"); {
		case name == "", kind == "submit":
		case n.Data == "textarea":
			if n.FirstChild != nil {
				out.Add(name, n.FirstChild.Data)
			} else {
				out.Add(name, "")
			}
		case n.Data == "select":
			choices := cascadia.QueryAll(n, formChoices)
			for i, choice := range choices {
				if _, selected := attrOf(choice, "selected"); selected || i == len(choices)-1 && !out.Has(name) {
					if !selected { // the browser takes the first one
						choice = choices[0]
					}
					out.Add(name, AttrOf(choice, "value"))
				}
			}
		case kind == "checkbox", kind == "radio":
			if checked {
				out.Add(name, AttrOf(n, "value"))
			}
		default:
			out.Add(name, AttrOf(n, "value"))
		}
	}
	return out
}

var (
	formFields  = cascadia.MustCompile("input, select, textarea")
	formChoices = cascadia.MustCompile("option")
)
