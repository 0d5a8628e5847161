package web_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/web"
	"github.com/boligklar/boligklar/web/page"
)

// Every kind of failure has a page that a person understands, in every language:
// a heading and a sentence of its own, the request's id, a way on, nothing internal.
func TestEveryFailureInEveryLanguage(t *testing.T) {
	s := site(t, func(cfg *web.Config) {
		cfg.More = append(cfg.More, page.Area{Routes: []page.Route{{Method: http.MethodGet, Path: "/utleier/probe", Public: true, Handle: func(c *page.Context) error {
			return apperr.Wrap(errors.New(secret), apperr.Code(c.Query("code")), "%s", secret)
		}}}})
	})
	for _, lang := range i18n.Langs {
		headings := map[string]int{}
		for _, code := range slices.Sorted(maps.Keys(web.Statuses)) {
			want := web.Statuses[code]
			p := s.Anonymous().Get("/utleier/probe?lang=" + string(lang) + "&code=" + string(code))
			if p.Status != want || p.Attr("html", "lang") != string(lang) {
				t.Errorf("%s in %s: got status %d in %s, want %d", code, lang, p.Status, p.Attr("html", "lang"), want)
			}
			heading := p.Text("h1")
			if was, ok := headings[heading]; ok && was != want || heading == "" || len(p.Text(".bk-lead")) < 20 {
				t.Errorf("%s in %s: got heading %q and text %q", code, lang, heading, p.Text(".bk-lead"))
			}
			headings[heading] = want
			if p.Text("#request-id") != p.Header.Get("X-Request-Id") || strings.Contains(p.Body, secret) {
				t.Errorf("%s in %s: the page lacks the request's id, or tells what is internal:\n%s", code, lang, p.Main())
			}
			if got := p.Attr("main p a", "href"); got != "/utleier" {
				t.Errorf("%s in %s: the page leads a landlord to %q", code, lang, got)
			}
		}
	}
}

// Every code that apperr declares has a status, and every status words.
func TestEveryCodeHasAStatus(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../internal/apperr/apperr.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec)
			if name, ok := value.Type.(*ast.Ident); !ok || name.Name != "Code" {
				continue
			}
			text, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes++
			status, ok := web.Statuses[apperr.Code(text)]
			if !ok {
				t.Errorf("code %s has no status", text)
			} else if web.Sentences[status] == "" {
				t.Errorf("status %d of code %s has no words", status, text)
			}
		}
	}
	if codes != len(web.Statuses) {
		t.Errorf("got %d codes and %d rows in the map", codes, len(web.Statuses))
	}
}
