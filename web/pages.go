package web

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

// pageNames lists the templates beside layout.html.
var pageNames = []string{"home", "error"}

// pages holds every page's template, parsed once for each language.
type pages struct {
	templates map[i18n.Lang]map[string]*template.Template
}

// layout is what the frame of every page needs. The page's own data embeds it.
type layout struct {
	Status       int
	Title        string // an i18n key
	Municipality string // "" where it is not known, as on an error page
}

type errorPage struct {
	layout
	Text      string // an i18n key
	RequestID string
}

func parsePages(files fs.FS, a *assets) (*pages, error) {
	p := &pages{templates: map[i18n.Lang]map[string]*template.Template{}}
	for _, lang := range i18n.Langs {
		p.templates[lang] = map[string]*template.Template{}
		for _, name := range pageNames {
			t, err := template.New(name).Option("missingkey=error").Funcs(funcs(lang, a)).
				ParseFS(files, "templates/layout.html", "templates/"+name+".html")
			if err != nil {
				return nil, fmt.Errorf("page %s: %w", name, err)
			}
			p.templates[lang][name] = t
		}
	}
	return p, nil
}

// funcs returns what templates may call, in one language.
func funcs(lang i18n.Lang, a *assets) template.FuncMap {
	printer := message.NewPrinter(language.MustParse(string(lang)))
	return template.FuncMap{
		"lang":        func() i18n.Lang { return lang },
		"langs":       func() []i18n.Lang { return i18n.Langs },
		"stylesheets": a.stylesheets,
		"asset":       a.url,
		"number":      func(n int) string { return printer.Sprintf("%d", n) },
		"words":       strings.Fields,
		"time":        func(t time.Time) string { return formatTime(lang, t) },
		"t": func(key string, pairs ...any) (string, error) {
			params := map[string]any{}
			for i := 0; i+1 < len(pairs); i += 2 {
				name, ok := pairs[i].(string)
				if !ok {
					return "", fmt.Errorf("t %s: %v is no name", key, pairs[i])
				}
				params[name] = pairs[i+1]
			}
			return lang.T(key, params), nil
		},
	}
}

func formatTime(lang i18n.Lang, t time.Time) string {
	if lang == i18n.English {
		return t.Format("2 January 2006, 15:04")
	}
	return t.Format("02.01.2006 kl. 15.04")
}

// render makes the whole page before a byte of it is sent, so that a failure
// half-way is an error page and not half a page.
func (p *pages) render(name string, lang i18n.Lang, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := p.templates[lang][name].ExecuteTemplate(&b, "layout.html", data); err != nil {
		return nil, fmt.Errorf("page %s (%s): %w", name, lang, err)
	}
	return b.Bytes(), nil
}

func sendPage(c *gin.Context, status int, lang i18n.Lang, body []byte) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", string(lang))
	h.Add("Vary", "Accept-Language")
	c.Data(status, "text/html; charset=utf-8", body)
}

type homePage struct {
	layout
	Contents Contents
	Empty    bool
	Steps    []step
}

// step is one thing to do next: a sentence and the command that does it.
type step struct {
	Text    string // an i18n key
	Command string
}

// home says what is in the store and what comes next.
func (s *server) home(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), pageTimeout)
	defer cancel()
	contents, err := s.office.Contents(ctx)
	if err != nil {
		return fmt.Errorf("home: %w", err)
	}
	lang := languageOf(c)
	body, err := s.pages.render("home", lang, homePage{
		layout:   layout{Status: http.StatusOK, Title: "web_home_title", Municipality: contents.Municipality},
		Contents: contents,
		Empty:    isEmpty(contents),
		Steps:    nextSteps(contents, civil.FromTime(s.now())),
	})
	if err != nil {
		return err
	}
	sendPage(c, http.StatusOK, lang, body)
	return nil
}

func isEmpty(c Contents) bool {
	for _, count := range c.Counts {
		if count.N > 0 {
			return false
		}
	}
	return true
}

// nextSteps returns what the store lacks for the program's main job; then, as
// far as it can be done, the job itself: matches as of today and the turnover
// of the last whole month.
func nextSteps(c Contents, today civil.Date) []step {
	if isEmpty(c) {
		return []step{
			{"web_step_template", "boligklar template listings -o utleieboliger.xlsx"},
			{"web_step_try", "boligklar import utleieboliger.xlsx --dry-run"},
			{"web_step_import", "boligklar import utleieboliger.xlsx"},
		}
	}
	missing := []struct{ kind, text, file string }{
		{"units", "web_step_units", "gjennomgangsboliger.xlsx"},
		{"occupancies", "web_step_occupancies", "opphold.csv"},
		{"listings", "web_step_listings", "utleieboliger.xlsx"},
		{"households", "web_step_households", "husstander.xlsx"},
	}
	var steps []step
	for _, m := range missing {
		if c.N(m.kind) == 0 {
			steps = append(steps, step{m.text, "boligklar import " + m.file})
		}
	}
	if c.N("listings") > 0 && c.N("households") > 0 {
		steps = append(steps, step{"web_step_match", "boligklar match --all --on " + today.String()})
	}
	if c.N("units") > 0 && c.N("occupancies") > 0 {
		month := civil.MonthOf(today).Add(-1).String()
		steps = append(steps, step{"web_step_turnover", "boligklar turnover --month " + month + " -o omlop.xlsx"})
	}
	return steps
}
