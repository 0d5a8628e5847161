package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/web/webtest"
)

const path = "/api/v1/listings"

func newSite(t *testing.T) *webtest.Site {
	t.Helper()
	s := webtest.New(t, nil).Fill()
	if err := s.Finder.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func decode(t *testing.T, p *webtest.Page) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(p.Body), &out); err != nil {
		t.Fatalf("got status %d and no JSON: %v\n%s", p.Status, err, p.Body)
	}
	return out
}

// Every answer is as the document says, and the document names every parameter
// that the address takes.
func TestDocument(t *testing.T) {
	s := newSite(t)
	b := s.As(auth.Caseworker)
	document := decode(t, s.Anonymous().Get("/api/v1/openapi.json"))
	if document["openapi"] != "3.1.0" {
		t.Fatalf("got %v", document["openapi"])
	}
	check := checker{t, document}
	get := check.at("paths", path, "get")
	var names []string
	for _, p := range get["parameters"].([]any) {
		name := p.(map[string]any)["name"].(string)
		names = append(names, name)
		value := map[string]string{"limit": "3", "sort": "rent", "near": "8610", "q": "leilighet", "cursor": ""}[name]
		if value == "" {
			value = search.Unknown
		}
		if name == "cursor" {
			continue // one of its own below
		}
		p := b.Get(path + "?" + url.Values{name: {value}}.Encode())
		if p.Status != http.StatusOK {
			t.Errorf("%s=%s: got status %d: %s", name, value, p.Status, p.Body)
			continue
		}
		check.valid(name, decode(t, p), check.at("components", "schemas", "Listings"))
	}
	for _, f := range search.Fields {
		if !slices.Contains(names, f.Name) {
			t.Errorf("the document does not name the filter %s", f.Name)
		}
	}
	for _, q := range []string{"", "hybel selfors nav garanti under 7000", "xyzzy leilighet", "-kjeller \"mo i rana\" 3 soverom"} {
		p := b.Get(path + "?near=8610&limit=100&q=" + url.QueryEscape(q))
		check.valid(q, decode(t, p), check.at("components", "schemas", "Listings"))
		if strings.Contains(p.Body, "landlord_phone") || strings.Contains(p.Body, "landlord_email") {
			t.Error("got how to reach a landlord")
		}
	}
	for _, bad := range []string{"colour=red", "rent=cheap", "limit=0", "limit=x", "limit=100000", "sort=colour", "sort=distance", "near=Nowhere", "cursor=abc", "pets=maybe"} {
		p := b.Get(path + "?lang=en&" + bad)
		problem := decode(t, p)
		check.valid(bad, problem, check.at("components", "schemas", "Problem"))
		if p.Status != http.StatusUnprocessableEntity || p.Header.Get("Content-Type") != "application/problem+json" || problem["code"] != "invalid" || problem["detail"] == "" {
			t.Errorf("%s: got status %d, %s: %s", bad, p.Status, p.Header.Get("Content-Type"), p.Body)
		}
	}
}

// Who may not ask is told so in JSON.
func TestWhoMayAsk(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		b      *webtest.Browser
		path   string
		status int
		code   string
	}{
		"nobody":     {s.Anonymous(), path, http.StatusUnauthorized, "forbidden"},
		"manager":    {s.As(auth.Manager), path, http.StatusForbidden, "forbidden"},
		"no address": {s.As(auth.Caseworker), "/api/v1/nothing", http.StatusNotFound, "not_found"},
	} {
		p := c.b.Get(c.path)
		problem := decode(t, p)
		if p.Status != c.status || problem["code"] != c.code || problem["status"] != float64(c.status) || p.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got status %d: %s", name, p.Status, p.Body)
		}
	}
}

// The pages of an answer hold every home once; a cursor holds for its search.
func TestPages(t *testing.T) {
	b := newSite(t).As(auth.Coordinator)
	seen := map[string]bool{}
	total, pages := 0, 0
	for next := path + "?limit=7&status=open&sort=-rent"; next != ""; pages++ {
		answer := decode(t, b.Get(next))
		total = int(answer["total"].(float64))
		for _, h := range answer["hits"].([]any) {
			id := h.(map[string]any)["id"].(string)
			if seen[id] {
				t.Errorf("got %s twice", id)
			}
			seen[id] = true
		}
		next, _ = answer["next"].(string)
	}
	if len(seen) != total || total == 0 || pages != (total+6)/7 {
		t.Errorf("got %d homes on %d pages of 7, want %d", len(seen), pages, total)
	}
	next := decode(t, b.Get(path+"?limit=7&status=open"))["next"].(string)
	if p := b.Get(strings.Replace(next, "status=open", "status=let", 1)); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("got status %d for the cursor of another search", p.Status)
	}
}

// An answer that the reader has is not sent again.
func TestETag(t *testing.T) {
	b := newSite(t).As(auth.Coordinator)
	tag := b.Get(path + "?status=open").Header.Get("ETag")
	b.Header = http.Header{"If-None-Match": {tag}}
	if p := b.Get(path + "?status=open"); tag == "" || p.Status != http.StatusNotModified || p.Body != "" {
		t.Errorf("got status %d and %q for the ETag %s", p.Status, p.Body, tag)
	}
	if p := b.Get(path + "?status=let"); p.Status != http.StatusOK {
		t.Errorf("got status %d for another search", p.Status)
	}
}

// The filters of the API are those of the list: the same values find the same.
func TestFiltersAsInTheList(t *testing.T) {
	b := newSite(t).As(auth.Coordinator)
	for _, query := range []string{"", "q=leilighet+hund", "rent=5000-9000&pets=true", "bedrooms=3%2B&sort=rent", "dwelling_type=studio,apartment&availability=open", "near=8613"} {
		answer := decode(t, b.Get(path+"?limit=25&"+query))
		var ids []string
		for _, h := range answer["hits"].([]any) {
			ids = append(ids, "/listings/"+h.(map[string]any)["id"].(string))
		}
		var want []string
		for _, a := range b.Get("/listings?" + query).All("tbody th a") {
			want = append(want, webtest.AttrOf(a, "href"))
		}
		if !slices.Equal(ids, want) || len(want) == 0 {
			t.Errorf("%s: got %d homes, the list has %d", query, len(ids), len(want))
		}
	}
}

// checker holds values against the schemas of a document: as much of JSON Schema
// as the document uses.
type checker struct {
	t        *testing.T
	document map[string]any
}

func (c checker) at(path ...string) map[string]any {
	c.t.Helper()
	node := c.document
	for _, step := range path {
		next, ok := node[step].(map[string]any)
		if !ok {
			c.t.Fatalf("the document has no %s", strings.Join(path, " "))
		}
		node = next
	}
	return node
}

func (c checker) valid(where string, value any, schema map[string]any) {
	c.t.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		c.valid(where, value, c.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...))
		return
	}
	for keyword := range schema {
		if !slices.Contains([]string{"type", "description", "enum", "items", "properties", "required", "additionalProperties", "minimum", "maximum", "format"}, keyword) {
			c.t.Fatalf("%s: the test does not know the keyword %s", where, keyword)
		}
	}
	if types, ok := schema["type"]; ok && !strings.Contains(fmt.Sprint(types), kindOf(value)) && (kindOf(value) != "integer" || !strings.Contains(fmt.Sprint(types), "number")) {
		c.t.Errorf("%s: got %v, want %v", where, value, types)
	}
	if values, ok := schema["enum"].([]any); ok && !slices.Contains(values, value) {
		c.t.Errorf("%s: got %v, want one of %v", where, value, values)
	}
	if n, ok := value.(float64); ok && schema["maximum"] != nil && (n < schema["minimum"].(float64) || n > schema["maximum"].(float64)) {
		c.t.Errorf("%s: got %v", where, n)
	}
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			c.valid(fmt.Sprintf("%s[%d]", where, i), item, schema["items"].(map[string]any))
		}
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for name, item := range v {
			if property, ok := properties[name].(map[string]any); ok {
				c.valid(where+"."+name, item, property)
			} else if more, ok := schema["additionalProperties"].(map[string]any); ok {
				c.valid(where+"."+name, item, more)
			} else {
				c.t.Errorf("%s: the document does not name %s", where, name)
			}
		}
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				c.t.Errorf("%s: %s is missing", where, name)
			}
		}
	}
}

func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		if v == math.Trunc(v) {
			return "integer"
		}
		return "number"
	}
	return "object"
}
