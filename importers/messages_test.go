package importers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

var problemCode = regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)+$`)

// codesInSource collects the problem codes that the rooms' sources name: values of
// Code and Reason and Skipped, and what functions that give codes return.
func codesInSource(t *testing.T, folders ...string) []string {
	t.Helper()
	found := map[string]bool{}
	keep := func(e ast.Expr) {
		ast.Inspect(e, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && problemCode.MatchString(s) {
					found[s] = true
				}
			}
			return true
		})
	}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.KeyValueExpr:
					if key, ok := n.Key.(*ast.Ident); ok && slices.Contains([]string{"Code", "Reason", "Skipped", "code"}, key.Name) {
						keep(n.Value)
					}
				case *ast.AssignStmt:
					for i, left := range n.Lhs {
						if sel, ok := left.(*ast.SelectorExpr); ok && slices.Contains([]string{"Reason", "Skipped", "Code"}, sel.Sel.Name) && len(n.Rhs) == len(n.Lhs) {
							keep(n.Rhs[i])
						}
					}
				case *ast.ValueSpec:
					for i, name := range n.Names {
						if strings.HasPrefix(strings.ToLower(name.Name), "code") && i < len(n.Values) {
							keep(n.Values[i])
						}
					}
				case *ast.FuncDecl:
					if slices.Contains([]string{"skip", "outOfUse"}, n.Name.Name) {
						ast.Inspect(n.Body, func(n ast.Node) bool {
							if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) == 1 {
								keep(r.Results[0])
							}
							return true
						})
					}
				}
				return true
			})
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Every code that reading a file can come to has a sentence in every language,
// with nothing left unfilled.
func TestEveryCodeHasASentence(t *testing.T) {
	silent := []string{"row_blank"} // is not told
	var codes []string
	for _, c := range codesInSource(t, ".", "../landlords", "../landlords/vacancy", "../matching/households") {
		if !strings.HasPrefix(c, "_") && !slices.Contains(silent, c) {
			codes = append(codes, c)
		}
	}
	if len(codes) < 25 {
		t.Fatalf("got only %d codes: the search is broken", len(codes))
	}
	for _, lang := range i18n.Langs {
		for _, code := range codes {
			field, required := strings.CutSuffix(code, "_missing")
			p := apperr.Problem{Code: code, Field: "rent", Severity: apperr.SeverityWarning, Params: map[string]any{
				"Value": "x", "Months": 6, "Minimum": 36, "Cap": 100, "Columns": "Adresse"}}
			if required {
				p.Field = field
			}
			if got := Message(lang, Listings, p); strings.Contains(got, "problem.") || strings.Contains(got, "<no value>") || !strings.Contains(got, " ") {
				t.Errorf("%s %s: got %q", lang, code, got)
			}
		}
		for _, kind := range Kinds {
			for _, f := range Fields(kind) {
				for _, code := range []string{unreadableCode(f, codeUnreadable), f.Name + "_missing"} {
					p := apperr.Problem{Code: code, Field: f.Name, Params: map[string]any{"Value": "«x»"}}
					if got := Message(lang, kind, p); strings.Contains(got, "problem.") || !strings.Contains(got, f.Header(lang)) {
						t.Errorf("%s %s %s: got %q, want it to name %q", lang, kind, code, got, f.Header(lang))
					}
				}
			}
		}
	}
}

// A message quotes what stood in the cell, short, and never an identity number.
func TestQuoteOfACell(t *testing.T) {
	birth := made(t, "010190")
	for _, test := range []struct{ in, want string }{
		{"mye", "mye"}, {"a\nb", "a b"}, {strings.Repeat("å", 61), strings.Repeat("å", 60) + "…"}, {"fnr " + birth, "fnr […]"},
	} {
		if got := quoteCell(cellFor(test.in)); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
	if got := quoteCell(cellFor(2.5)); got != "2.5" {
		t.Errorf("got %q", got)
	}
}
