package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/web"
)

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
