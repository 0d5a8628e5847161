package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// goFiles calls visit with each Go file of the module: the folder it lies in,
// slash separated and relative to the root, and its parsed form.
func goFiles(t *testing.T, mode parser.Mode, visit func(folder, name string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	root := "../.."
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			name := d.Name()
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			otherModule := err == nil && path != root
			if path != root && (otherModule || name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, mode)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(filepath.Dir(rel)), filepath.ToSlash(rel), fset, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportDirection(t *testing.T) {
	imports := 0
	goFiles(t, parser.ImportsOnly, func(folder, name string, _ *token.FileSet, file *ast.File) {
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports++
			if v := violation(folder, path, strings.HasSuffix(name, "_test.go")); v != "" {
				t.Errorf("%s: %s", name, v)
			}
		}
	})
	if imports < 50 {
		t.Errorf("got %d imports: the walk is broken", imports)
	}
}

// TestViolation holds the table itself: what the design forbids is forbidden.
func TestViolation(t *testing.T) {
	const gin, sqlite, excelize = "github.com/gin-gonic/gin", "modernc.org/sqlite", "github.com/xuri/excelize/v2"
	own := func(folder string) string { return module + "/" + folder }
	tests := []struct {
		name, folder, path string
		isTest, allowed    bool
	}{
		{"standard library", "landlords", "encoding/json", false, true},
		{"domain on the ground", "landlords/vacancy", own("internal/civil"), false, true},
		{"matching on landlords", "matching/households", own("landlords"), false, true},
		{"landlords on matching", "landlords", own("matching"), false, false},
		{"the ground on the domain", "internal/civil", own("landlords"), false, false},
		{"domain on gin", "matching", gin, false, false},
		{"domain on a library", "matching/assign", "golang.org/x/text/collate", false, false},
		{"domain on sentences", "landlords", own("internal/i18n"), false, false},
		{"domain's test on sentences", "landlords", own("internal/i18n"), true, true},
		{"domain's test on storage", "landlords", own("internal/storage"), true, false},
		{"reports on storage", "importers/reports", own("internal/storage"), false, false},
		{"importers on storage", "importers", own("internal/storage"), false, false},
		{"importers on excelize", "importers", excelize, false, false},
		{"reports on excelize", "importers/reports", excelize, false, true},
		{"importers' test on excelize", "importers", excelize, true, true},
		{"sheet on excelize", "importers/sheet", excelize, false, true},
		{"sheet on the domain", "importers/sheet", own("landlords"), false, false},
		{"storage on its engine", "internal/storage", own("internal/storage/sqlite"), false, false},
		{"engine on storage", "internal/storage/sqlite", own("internal/storage"), false, true},
		{"engine on engine", "internal/storage/mongo", own("internal/storage/sqlite"), false, false},
		{"engine on its driver", "internal/storage/sqlite", sqlite, false, true},
		{"engine on another's driver", "internal/storage/mongo", sqlite, false, false},
		{"search on storage's engine", "internal/search/fts", own("internal/storage/sqlite"), false, false},
		{"office on storage", "internal/office", own("internal/storage"), false, true},
		{"office on an engine", "internal/office", own("internal/storage/sqlite"), false, false},
		{"office's test on an engine", "internal/office", own("internal/storage/sqlite"), true, true},
		{"office on web", "internal/office", own("web"), false, false},
		{"office's test on web", "internal/office", own("web"), true, false},
		{"web on gin", "web/staff", gin, false, true},
		{"web on storage", "web", own("internal/storage"), false, false},
		{"web on cmd", "web", own("cmd/boligklar"), false, false},
		{"cmd on all", "cmd/boligklar", own("internal/storage/sqlite"), false, true},
		{"cmd on cobra", "cmd/boligklar", "github.com/spf13/cobra", false, true},
		{"a folder without a row", "helpers", "fmt", false, false},
		{"a name that only begins alike", "landlordsextra", "fmt", false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := violation(test.folder, test.path, test.isTest)
			if (got == "") != test.allowed {
				t.Errorf("got %q, want allowed %v", got, test.allowed)
			}
		})
	}
}
