package web

import (
	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"github.com/boligklar/boligklar/internal/i18n"
)

var languages = language.NewMatcher([]language.Tag{
	language.MustParse(string(i18n.Bokmal)), // the first is what all others get
	language.MustParse(string(i18n.Nynorsk)),
	language.MustParse(string(i18n.English)),
})

// languageOf returns the language to answer in: ?lang= where it names one of
// ours, else the best of Accept-Language (RFC 9110, 12.5.4), else bokmål.
func languageOf(c *gin.Context) i18n.Lang {
	if asked := c.Query("lang"); asked != "" {
		if lang, err := i18n.Parse(asked); err == nil {
			return lang
		}
	}
	// A header that cannot be read has no tags, and no tags match the default.
	tags, _, _ := language.ParseAcceptLanguage(c.GetHeader("Accept-Language"))
	_, i, confidence := languages.Match(tags...)
	if confidence == language.No {
		return i18n.Bokmal
	}
	return i18n.Langs[i]
}
