package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// Every package and every exported name outside tests is explained.
func TestEverythingPublicIsExplained(t *testing.T) {
	explained := map[string]bool{} // folder: has a package comment
	goFiles(t, parser.ParseComments|parser.SkipObjectResolution, func(folder, name string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		explained[folder] = explained[folder] || file.Doc != nil
		if file.Name.Name == "main" {
			return
		}
		for _, missing := range unexplained(file) {
			t.Errorf("%s:%d: %s has no comment", name, fset.Position(missing.Pos()).Line, missing.Name)
		}
	})
	for folder, ok := range explained {
		if !ok {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

func TestUnexplained(t *testing.T) {
	const source = `package x

type A struct{}

// B is explained.
type B struct{}

func (B) Bare() {}

// Told is explained.
func (B) Told() {}

type c struct{}

func (c) Inner() {}

// The group is explained.
const (
	D = 1
	E = 2
)

var (
	F = 1 // F has its own word
	G = 2
)
`
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, id := range unexplained(file) {
		got = append(got, id.Name)
	}
	if want := "A Bare G"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// unexplained returns the exported names of a file that have no comment, nor
// stand in a group that has one.
func unexplained(file *ast.File) []*ast.Ident {
	var missing []*ast.Ident
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d.Recv)) {
				missing = append(missing, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
						missing = append(missing, s.Name)
					}
				case *ast.ValueSpec:
					for _, name := range s.Names {
						if name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
							missing = append(missing, name)
						}
					}
				}
			}
		}
	}
	return missing
}

// exportedReceiver reports whether a method's type is exported; methods of
// others are seen through an interface only, which has the comment.
func exportedReceiver(recv *ast.FieldList) bool {
	expr := recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return false
		}
	}
}
