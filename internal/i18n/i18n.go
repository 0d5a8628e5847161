// Package i18n has every sentence that Boligklar shows to people, in bokmål,
// nynorsk and English. The sentences stand in locales/AREA.LANG.json, one file
// an area and language; a test finds a key that one language lacks.
package i18n

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"text/template"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	goi18ntemplate "github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"

	"github.com/boligklar/boligklar/internal/apperr"
)

//go:embed locales/*.json
var locales embed.FS

// Lang is a language that the screens come in.
type Lang string

// The languages. Bokmål is the default.
const (
	Bokmal  Lang = "nb"
	Nynorsk Lang = "nn"
	English Lang = "en"
)

// Langs lists every language, the default first.
var Langs = []Lang{Bokmal, Nynorsk, English}

// Parse reads nb, nn or en, and "" as the default.
func Parse(s string) (Lang, error) {
	switch lang := Lang(s); lang {
	case "", "no":
		return Bokmal, nil
	case Bokmal, Nynorsk, English:
		return lang, nil
	}
	return "", fmt.Errorf("%q is not a language of Boligklar: use nb, nn or en", s)
}

var localizers = load()

func load() map[Lang]*goi18n.Localizer {
	b := goi18n.NewBundle(language.MustParse(string(Bokmal)))
	files, err := fs.Glob(locales, "locales/*.json")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		if _, err := b.LoadMessageFileFS(locales, file); err != nil {
			panic(err) // embedded at build time: a test loads them all
		}
	}
	ls := map[Lang]*goi18n.Localizer{}
	for _, lang := range Langs {
		ls[lang] = goi18n.NewLocalizer(b, string(lang))
	}
	return ls
}

// plain keeps sentences that were asked for without params, by sentenceID: pages
// ask for the same ones all the time.
var plain sync.Map

type sentenceID struct {
	lang Lang
	key  string
}

// sentences parses sentences: {{.Name}} is a parameter, and
// {{.N}} {{plural .N "home" "homes"}} a number with its noun, of which a sentence may
// have several. The three languages have one form for 1 and one for every other number.
type sentences struct{}

var functions = template.FuncMap{
	"plural": func(n any, one, other string) string {
		v := reflect.ValueOf(n)
		if v.Kind() == reflect.Pointer && !v.IsNil() { // as {{.N}} prints it
			n = v.Elem().Interface()
		}
		if fmt.Sprint(n) == "1" {
			return one
		}
		return other
	},
}

// Cacheable is true, for the functions never change: each sentence is parsed once.
func (sentences) Cacheable() bool { return true }

// Parse reads a sentence.
func (sentences) Parse(text, _, _ string) (goi18ntemplate.ParsedTemplate, error) {
	if !strings.Contains(text, "{{") {
		return parsed{text: text}, nil
	}
	t, err := template.New("").Funcs(functions).Parse(text)
	return parsed{template: t}, err
}

// parsed is a parsed sentence: plain text, or a template.
type parsed struct {
	text     string
	template *template.Template
}

// Execute fills in the parameters.
func (s parsed) Execute(params any) (string, error) {
	if s.template == nil {
		return s.text, nil
	}
	var out strings.Builder
	err := s.template.Execute(&out, params)
	return out.String(), err
}

// T returns the sentence of key in the language, with {{.Name}} filled from
// params. A missing key comes back as the key itself, so that a page still
// says something.
func (l Lang) T(key string, params map[string]any) string {
	if len(params) > 0 {
		return l.localize(key, params)
	}
	if text, ok := plain.Load(sentenceID{l, key}); ok {
		return text.(string)
	}
	text := l.localize(key, params)
	if text != key { // else anything that is typed would fill the memory
		plain.Store(sentenceID{l, key}, text)
	}
	return text
}

func (l Lang) localize(key string, params map[string]any) string {
	localizer, ok := localizers[l]
	if !ok {
		localizer = localizers[Bokmal]
	}
	text, err := localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: params, TemplateParser: sentences{}})
	if err != nil || text == "" {
		return key
	}
	return text
}

// Has reports whether the key has a sentence in this very language.
func (l Lang) Has(key string) bool {
	_, tag, err := localizers[l].LocalizeWithTag(&goi18n.LocalizeConfig{MessageID: key, TemplateParser: sentences{}})
	return err == nil && tag == language.MustParse(string(l))
}

// Error returns what people may see of err, in the language where it has a
// sentence there, else as apperr.MessageOf has it.
func (l Lang) Error(err error) string {
	if e, ok := errors.AsType[*apperr.Error](err); ok && e.Key != "" && l.Has(e.Key) {
		return l.T(e.Key, e.Params)
	}
	return apperr.MessageOf(err)
}
