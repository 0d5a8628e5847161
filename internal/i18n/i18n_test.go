package i18n

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"
)

// A sentence is one value of a locale file, with the parameters it mentions.
type sentence struct {
	file, text string
	params     []string
}

func TestEveryKeyInEveryLanguage(t *testing.T) {
	files, err := fs.Glob(locales, "locales/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("got no locale files")
	}
	areas := map[string]map[Lang]map[string]sentence{}
	for _, file := range files {
		area, lang, ok := strings.Cut(strings.TrimSuffix(path.Base(file), ".json"), ".")
		if !ok || !slices.Contains(Langs, Lang(lang)) {
			t.Errorf("got file %s, want AREA.LANG.json with a language of %v", file, Langs)
			continue
		}
		data, err := fs.ReadFile(locales, file)
		if err != nil {
			t.Fatal(err)
		}
		sentences, problems := readLocale(file, data)
		for _, problem := range problems {
			t.Error(problem)
		}
		if areas[area] == nil {
			areas[area] = map[Lang]map[string]sentence{}
		}
		areas[area][Lang(lang)] = sentences
	}
	for _, area := range slices.Sorted(maps.Keys(areas)) {
		t.Run(area, func(t *testing.T) {
			for _, problem := range compareLanguages(areas[area]) {
				t.Error(problem)
			}
		})
	}
	owner := map[string]string{}
	for _, area := range slices.Sorted(maps.Keys(areas)) {
		for key := range areas[area][Bokmal] {
			if first, taken := owner[key]; taken {
				t.Errorf("key %s stands in %s and in %s: one would hide the other", key, first, area)
			}
			owner[key] = area
		}
	}
}

// TestLocaleChecks holds that the checks above can fail.
func TestLocaleChecks(t *testing.T) {
	tests := []struct {
		name, nb, nn, en string
		want             string // part of the one problem; "" for none
	}{
		{"good", `{"a": "Ja {{.N}}"}`, `{"a": "Ja, {{.N}}"}`, `{"a": "Yes {{.N}}"}`, ""},
		{"good plural", `{"a": "{{.N}} {{plural .N \"bolig\" \"boliger\"}}"}`, `{"a": "{{.N}} {{plural .N \"bustad\" \"bustader\"}}"}`, `{"a": "{{.N}} {{plural .N \"home\" \"homes\"}}"}`, ""},
		{"only a plural", `{"a": "{{.N}} boliger"}`, `{"a": "{{.N}} opphald"}`, `{"a": "{{.N}} sheep"}`, `a says "{{.N}} boliger"`},
		{"only a plural, with a word between", `{"a": "{{.N}} ting"}`, `{"a": "{{.N}} ting"}`, `{"a": "{{.N}} ready households"}`, `a says "{{.N}} ready households"`},
		{"plural forms of their own", `{"a": {"one": "1", "other": "{{.N}}"}}`, `{"a": "{{.N}}"}`, `{"a": "{{.N}}"}`, "is not text"},
		{"missing", `{"a": "Ja"}`, `{}`, `{"a": "Yes"}`, "nn lacks a"},
		{"only in one", `{}`, `{}`, `{"a": "Yes"}`, "nb lacks a"},
		{"empty", `{"a": "Ja"}`, `{"a": " "}`, `{"a": "Yes"}`, "a is empty"},
		{"other parameter", `{"a": "Ja {{.N}}"}`, `{"a": "Ja {{.N}}"}`, `{"a": "Yes {{.M}}"}`, "[M]"},
		{"parameter missing", `{"a": "Ja {{.N}}"}`, `{"a": "Ja"}`, `{"a": "Yes {{.N}}"}`, "[]"},
		{"parameter in a condition", `{"a": "Ja{{if .N}}!{{end}}"}`, `{"a": "Ja"}`, `{"a": "Yes{{if .N}}!{{end}}"}`, "[]"},
		{"twice", `{"a": "Ja", "a": "Jo"}`, `{"a": "Ja"}`, `{"a": "Yes"}`, "a stands twice"},
		{"broken template", `{"a": "Ja {{.N"}`, `{"a": "Ja"}`, `{"a": "Yes"}`, "unclosed action"},
		{"not text", `{"a": 7}`, `{"a": "Ja"}`, `{"a": "Yes"}`, "is not text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var problems []string
			langs := map[Lang]map[string]sentence{}
			for lang, text := range map[Lang]string{Bokmal: test.nb, Nynorsk: test.nn, English: test.en} {
				sentences, ps := readLocale("x."+string(lang)+".json", []byte(text))
				langs[lang] = sentences
				problems = append(problems, ps...)
			}
			if len(problems) == 0 {
				problems = compareLanguages(langs)
			}
			got := strings.Join(problems, "\n")
			if test.want == "" && got != "" {
				t.Errorf("got %q, want no problem", got)
			}
			if !strings.Contains(got, test.want) || (test.want != "" && got == "") {
				t.Errorf("got %q, want a problem with %q", got, test.want)
			}
		})
	}
}

// onlyPlural finds a number that a noun in the plural follows, at most one word between,
// in any of the languages. Nouns that are the same in both are no matter.
var onlyPlural = regexp.MustCompile(`\{\{\.\w+\}\}[  ](\p{L}+ )?(` + strings.Join([]string{
	"boliger", "boenheter", "husstander", "personer", "rader", "poster", "dager", "måneder", "sekunder", "bilder", "filer", "grupper", "endringer", "formidlinger", "utflyttinger", "innflyttinger", "utleiere", "voksne",
	"bustader", "bueiningar", "personar", "postar", "dagar", "månader", "bileta", "filene", "endringar", "formidlingar", "utflyttingar", "innflyttingar", "utleigarar", "vaksne", "born",
	"homes", "units", "households", "persons", "people", "rows", "records", "days", "months", "years", "hours", "minutes", "seconds", "photos", "files", "groups", "changes", "placements", "proposals",
	"pairs", "points", "listings", "landlords", "adults", "children", "bedrooms", "mistakes", "things", "hits", "moves", "stays", "cases", "times", "codes",
}, "|") + `)(?:\P{L}|$)`)

// neverOne has the sentences whose number is never 1: a limit of the law or of the
// program, or of what there are always many.
var neverOne = map[string]bool{
	"cli.demo.done": true, "guarantee.problem.guarantee_over_legal_cap": true, "intake.hint.minimum": true, "intake.error.deposit_over_legal_cap": true,
	"intake.short_lease": true, "intake.saved_short": true, "photo.lead": true, "photo.full": true, "photo.many": true, "uploads.too_many": true,
	"problem.deposit_over_legal_cap": true, "problem.lease_below_legal_minimum": true, "edit.problem.deposit_over_legal_cap": true,
	"edit.problem.lease_below_legal_minimum": true, "cli.forecast.check": true, "forecast.checked": true, "reports.finding.gap_unexplained": true,
}

// readLocale returns the sentences of a file by key, and what is wrong with it.
func readLocale(file string, data []byte) (map[string]sentence, []string) {
	var problems []string
	problem := func(format string, args ...any) {
		problems = append(problems, file+": "+fmt.Sprintf(format, args...))
	}
	out := map[string]sentence{}
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		problem("is no JSON object")
		return out, problems
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			problem("%v", err)
			return out, problems
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			problem("%s: %v", key, err)
			return out, problems
		}
		var text string
		if json.Unmarshal(value, &text) != nil {
			problem("%s is not text", key)
			continue
		}
		name := key.(string)
		if _, twice := out[name]; twice {
			problem("%s stands twice", name)
		}
		if strings.TrimSpace(text) == "" {
			problem("%s is empty", name)
		}
		if said := onlyPlural.FindString(text); said != "" && !neverOne[name] {
			problem("%s says %q: the number may be 1", name, said)
		}
		params, err := paramsOf(text)
		if err != nil {
			problem("%s: %v", name, err)
		}
		out[name] = sentence{file, text, params}
	}
	return out, problems
}

// compareLanguages returns where a language lacks a key that another has, and
// where it mentions other parameters than bokmål does.
func compareLanguages(langs map[Lang]map[string]sentence) []string {
	var problems []string
	keys := map[string]bool{}
	for _, sentences := range langs {
		for key := range sentences {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		var want *sentence
		for _, lang := range Langs {
			s, ok := langs[lang][key]
			if !ok {
				problems = append(problems, fmt.Sprintf("%s lacks %s", lang, key))
				continue
			}
			if want == nil {
				want = &s
			} else if !slices.Equal(s.params, want.params) {
				problems = append(problems, fmt.Sprintf("%s: %s mentions %v, %s mentions %v", s.file, key, s.params, want.file, want.params))
			}
		}
	}
	return problems
}

// paramsOf returns the names of the fields that a sentence mentions, ascending
// and once each, wherever in its template they stand.
func paramsOf(text string) ([]string, error) {
	t, err := template.New("").Funcs(functions).Parse(text)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	if t.Tree != nil {
		collect(t.Root, names)
	}
	return slices.Sorted(maps.Keys(names)), nil
}

func collect(node parse.Node, names map[string]bool) {
	branch := func(b parse.BranchNode) {
		collect(b.Pipe, names)
		collect(b.List, names)
		if b.ElseList != nil {
			collect(b.ElseList, names)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			collect(child, names)
		}
	case *parse.ActionNode:
		collect(n.Pipe, names)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			for _, arg := range command.Args {
				collect(arg, names)
			}
		}
	case *parse.IfNode:
		branch(n.BranchNode)
	case *parse.RangeNode:
		branch(n.BranchNode)
	case *parse.WithNode:
		branch(n.BranchNode)
	case *parse.FieldNode:
		names[strings.Join(n.Ident, ".")] = true
	}
}

func TestT(t *testing.T) {
	one := 1
	tests := []struct {
		name   string
		lang   Lang
		key    string
		params map[string]any
		want   string
	}{
		{"bokmål", Bokmal, "web_home_title", nil, "Oversikt"},
		{"nynorsk", Nynorsk, "web_home_title", nil, "Oversyn"},
		{"English", English, "web_home_title", nil, "Overview"},
		{"unknown language is bokmål", "fr", "web_home_title", nil, "Oversikt"},
		{"one", English, "reports.splits.bedrooms", map[string]any{"N": 1}, "1 bedroom"},
		{"one, as text", English, "reports.splits.bedrooms", map[string]any{"N": "1"}, "1 bedroom"},
		{"one, pointed to", English, "units.bedrooms", map[string]any{"N": &one}, "1 bedroom"},
		{"none", English, "reports.splits.bedrooms", map[string]any{"N": 0}, "0 bedrooms"},
		{"two nouns", Bokmal, "copy.done", map[string]any{"Municipality": "1833", "Changes": 1, "Records": 21}, "Kommune 1833: 1 endring kopiert; 21 poster er like i begge lagrene."},
		{"parameter", English, "web_municipality", map[string]any{"Name": "1833 Rana"}, "Municipality 1833 Rana"},
		{"unknown key is itself", English, "no_such_key", nil, "no_such_key"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.lang.T(test.key, test.params); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestHas(t *testing.T) {
	for _, lang := range Langs {
		if !lang.Has("web_home_title") {
			t.Errorf("%s: got false for a key that is there", lang)
		}
		if lang.Has("no_such_key") {
			t.Errorf("%s: got true for a key that is not there", lang)
		}
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		in   string
		want Lang
		ok   bool
	}{
		{"", Bokmal, true}, {"no", Bokmal, true}, {"nb", Bokmal, true},
		{"nn", Nynorsk, true}, {"en", English, true},
		{"se", "", false}, {"NB", "", false},
	}
	for _, test := range tests {
		got, err := Parse(test.in)
		if got != test.want || (err == nil) != test.ok {
			t.Errorf("Parse(%q): got %q, %v, want %q, ok %v", test.in, got, err, test.want, test.ok)
		}
	}
}
