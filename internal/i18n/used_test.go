package i18n

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryKeyIsUsed finds sentences that nothing shows any more.
func TestEveryKeyIsUsed(t *testing.T) {
	var source strings.Builder
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "node_modules" || name == "vendor" || name == "testdata" || name == "docs" || name == ".git") {
			return fs.SkipDir
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".html" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		data, err := os.ReadFile(path)
		source.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(locales, "locales/*.nb.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d locale files, %v", len(files), err)
	}
	keys := map[string]bool{}
	for _, file := range files {
		data, err := fs.ReadFile(locales, file)
		if err != nil {
			t.Fatal(err)
		}
		sentences, _ := readLocale(file, data)
		for name := range sentences {
			key, _, _ := strings.Cut(name, " ") // without the plural form
			keys[key] = true
		}
	}
	for _, key := range unused(slices.Sorted(maps.Keys(keys)), source.String()) {
		t.Errorf("nothing shows %s", key)
	}
}

var (
	quoted = regexp.MustCompile("[\"`](?:hint:)?([a-z_][a-z0-9_]*(?:[._][a-zA-Z0-9_]+)*[._]?)[\"`]")
	ending = regexp.MustCompile(`"((?:\.|_)[a-z_.]+)"`)
)

// unused returns the keys that the source has neither whole nor by a beginning that ends
// with a dot or an underscore, nor by an ending such as ".hint" behind some beginning.
func unused(keys []string, source string) (out []string) {
	whole, endings := map[string]bool{}, []string{}
	var beginnings []string
	for _, found := range quoted.FindAllStringSubmatch(source, -1) {
		if text := found[1]; strings.HasSuffix(text, ".") || strings.HasSuffix(text, "_") && len(text) > 4 {
			beginnings = append(beginnings, text)
		} else {
			whole[text] = true
		}
	}
	for _, found := range ending.FindAllStringSubmatch(source, -1) {
		endings = append(endings, found[1])
	}
	slices.Sort(beginnings)
	beginnings = slices.Compact(beginnings)
	var composed func(key string) bool
	composed = func(key string) bool {
		if slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(key, b) }) {
			return true
		}
		for _, e := range endings {
			if stem, ok := strings.CutSuffix(key, e); ok && (whole[stem] || composed(stem)) {
				return true
			}
		}
		stem := key[:max(strings.LastIndexByte(key, '.'), 0)]
		return whole[stem] && strings.Contains(source, `"`+stem+`", `) && !strings.Contains(source, `t "`+stem+`"`) // choice("intake.type", value)
	}
	for _, key := range keys {
		if !whole[key] && !composed(key) {
			out = append(out, key)
		}
	}
	return out
}

// TestUnused holds that the check above can fail.
func TestUnused(t *testing.T) {
	source := `c.T("a.title", nil); c.T("a.kind."+kind, nil); say("a.way", "x"); {{t "b.text"}} "hint:b.hint.name" (print .Says ".lead") "erase"`
	got := unused([]string{"a.title", "a.kind.x", "a.way.x", "b.text", "b.hint.name", "erase.lead", "a.gone", "b.text.more", "a.kin"}, source)
	if want := []string{"a.gone", "b.text.more", "a.kin"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
