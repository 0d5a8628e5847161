// Package i18n has every sentence that Boligklar shows to people, in bokmål,
// nynorsk and English. The sentences stand in locales/AREA.LANG.json, one file
// an area and language; a test finds a key that one language lacks.
package i18n

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
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
	text, err := localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: params})
	if err != nil || text == "" {
		return key
	}
	return text
}

// Has reports whether the key has a sentence in this very language.
func (l Lang) Has(key string) bool {
	_, tag, err := localizers[l].LocalizeWithTag(&goi18n.LocalizeConfig{MessageID: key})
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
