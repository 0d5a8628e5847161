package web

import (
	xlanguage "golang.org/x/text/language"

	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/web/page"
)

var languages = xlanguage.NewMatcher([]xlanguage.Tag{
	xlanguage.MustParse(string(i18n.Bokmal)), // the first is what all others get
	xlanguage.MustParse(string(i18n.Nynorsk)),
	xlanguage.MustParse(string(i18n.English)),
})

const languageLife = 365 * 24 * 60 * 60 // seconds

// language returns the language to answer in: ?lang= where it names one of ours,
// which the browser then remembers; else what it remembers; else the best of
// Accept-Language (RFC 9110, 12.5.4); else bokmål.
func language(c *page.Context) i18n.Lang {
	if asked := c.Query("lang"); asked != "" {
		if lang, err := i18n.Parse(asked); err == nil {
			c.SetCookie("lang", string(lang), languageLife)
			return lang
		}
	}
	if kept := c.Cookie("lang"); kept != "" {
		if lang, err := i18n.Parse(kept); err == nil {
			return lang
		}
	}
	// A header that cannot be read has no tags, and no tags match the default.
	tags, _, _ := xlanguage.ParseAcceptLanguage(c.Request.Header.Get("Accept-Language"))
	_, i, confidence := languages.Match(tags...)
	if confidence == xlanguage.No {
		return i18n.Bokmal
	}
	return i18n.Langs[i]
}
