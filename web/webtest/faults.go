package webtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// missingKey is a key that stands where its sentence should.
var missingKey = regexp.MustCompile(`^(web_[a-z_]+|[a-z_]+(\.[a-z_]+)+)$`)

// Faults returns what no page may have: anything inline that the content
// security policy forbids, not exactly one h1, an ID twice, a control without a
// label, a form without its key, a picture or a table that does not say what it
// is, a key without its sentence.
func Faults(doc *html.Node) []string {
	var faults []string
	ids, labelled := map[string]bool{}, map[string]bool{}
	h1 := 0
	for n := range doc.Descendants() {
		if id, ok := attrOf(n, "id"); ok {
			if ids[id] {
				faults = append(faults, fmt.Sprintf("the ID %s stands twice", id))
			}
			ids[id] = true
		}
		switch n.Data {
		case "label":
			labelled[AttrOf(n, "for")] = true
		case "h1":
			h1++
		}
		faults = append(faults, faultsOf(n)...)
	}
	if h1 != 1 {
		faults = append(faults, fmt.Sprintf("there are %d <h1>, want one", h1))
	}
	for n := range doc.Descendants() {
		faults = append(faults, loose(n, ids, labelled)...)
	}
	return faults
}

// faultsOf returns what is wrong with one node by itself.
func faultsOf(n *html.Node) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if n.Type == html.TextNode {
		if text := strings.TrimSpace(n.Data); missingKey.MatchString(text) && !inside(n, "code", "script", "dd", "td") {
			fault("the key %s has no sentence", text)
		}
		return faults
	}
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			fault("<%s> has the attribute %s", n.Data, a.Key)
		}
	}
	switch n.Data {
	case "style":
		fault("there is a <style>")
	case "script":
		if !strings.HasPrefix(AttrOf(n, "src"), "/static/") {
			fault("there is a <script> of its own")
		}
	case "form":
		if strings.EqualFold(AttrOf(n, "method"), "post") && AttrOf(n, "action") != "/sign-out" && !hasKey(n) {
			fault(`a form to %q lacks {{template "key" $}}`, AttrOf(n, "action"))
		}
	case "img":
		if _, ok := attrOf(n, "alt"); !ok {
			fault("an <img> has no alt")
		}
	case "table":
		if first := firstElement(n); first == nil || first.Data != "caption" {
			fault("a <table> has no <caption>")
		}
	}
	return faults
}

// loose returns what of a node leads nowhere: names of IDs, a control without a
// label.
func loose(n *html.Node, ids, labelled map[string]bool) (faults []string) {
	for _, name := range []string{"aria-describedby", "aria-labelledby", "aria-controls"} {
		for id := range strings.FieldsSeq(AttrOf(n, name)) {
			if !ids[id] {
				faults = append(faults, fmt.Sprintf("%s of <%s> names %s, which is not there", name, n.Data, id))
			}
		}
	}
	if n.Data != "input" && n.Data != "select" && n.Data != "textarea" {
		return faults
	}
	_, hidden := attrOf(n, "hidden")
	if hidden || slices.Contains([]string{"hidden", "submit", "button"}, AttrOf(n, "type")) {
		return faults
	}
	if !labelled[AttrOf(n, "id")] && AttrOf(n, "aria-label") == "" && AttrOf(n, "aria-labelledby") == "" && !inside(n, "label") {
		faults = append(faults, fmt.Sprintf("<%s name=%q> has no label", n.Data, AttrOf(n, "name")))
	}
	return faults
}

func hasKey(form *html.Node) bool {
	for n := range form.Descendants() {
		if n.Data == "input" && AttrOf(n, "name") == "form_key" {
			return true
		}
	}
	return false
}

func firstElement(n *html.Node) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

func inside(n *html.Node, elements ...string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if slices.Contains(elements, p.Data) {
			return true
		}
	}
	return false
}
