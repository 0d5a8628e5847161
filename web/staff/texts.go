package staff

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

const textsPath = "/admin/texts"

// texts are the texts of the page for landlords, which staff may write.
func (s *Staff) texts() page.Area {
	const may = auth.Coordinator | auth.Administrator
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: textsPath, May: may, Handle: s.showTexts},
		{Method: http.MethodGet, Path: textsPath + "/:section", May: may, Handle: s.showText},
		{Method: http.MethodPost, Path: textsPath + "/:section", May: may, Raw: true, Handle: s.writeText},
	}}
}

type textsPage struct {
	page.Frame
	Tabs []page.Tab // of an administrator
	List []textLine
}

type textLine struct {
	Path, Title string
	Own         []i18n.Lang // the languages in which staff wrote it
	At          time.Time
	Who         string
}

// textTabs are the tabs of those who administer more than the texts.
func textTabs(c *page.Context) []page.Tab {
	if c.Can(auth.Administrator) {
		return adminTabs("admin.texts")
	}
	return nil
}

func (s *Staff) showTexts(c *page.Context) error {
	own, err := s.Office.IntakeTexts(c.Ctx())
	if err != nil {
		return err
	}
	p := &textsPage{Frame: page.Frame{Title: "admin.texts"}, Tabs: textTabs(c)}
	names := s.names(c)
	for _, section := range office.IntakeSections {
		line := textLine{Path: textsPath + "/" + section, Title: "intake.title." + section}
		if rec, ok := own[section]; ok {
			for _, lang := range i18n.Langs {
				if rec.Value.Texts[lang] != "" {
					line.Own = append(line.Own, lang)
				}
			}
			line.At, line.Who = rec.Value.At.Local(), names(rec.Value.Who)
		}
		p.List = append(p.List, line)
	}
	return c.Render("admin/texts", p)
}

type textPage struct {
	page.Frame
	Form    *page.Form
	Columns []textLang
	Preview bool
	Most    int
}

// textLang is a text in one language, beside the others.
type textLang struct {
	Lang    i18n.Lang
	Default string
	Shown   template.HTML // as landlords will see it
}

// shownText returns a text as landlords see it: staff's own, else the program's.
func (s *Staff) shownText(section string, lang i18n.Lang, own string) string {
	if own != "" {
		return own
	}
	return lang.T("intake.text."+section, map[string]any{"Municipality": s.Office.Name()})
}

func (s *Staff) renderText(c *page.Context, status int, form *page.Form, preview bool) error {
	section := c.Param("section")
	p := &textPage{Frame: page.Frame{Title: "intake.title." + section, Crumbs: []page.Crumb{{Label: "admin.texts", Path: textsPath}}}, Form: form, Preview: preview, Most: office.MaxIntakeText}
	for _, lang := range i18n.Langs {
		p.Columns = append(p.Columns, textLang{lang, s.shownText(section, lang, ""), page.Prose(s.shownText(section, lang, form.Text(string(lang))))})
	}
	return c.RenderStatus(status, "admin/text", p)
}

// textValues returns what staff wrote of the section in the address, for a form.
func (s *Staff) textValues(c *page.Context) (url.Values, int64, error) {
	section := c.Param("section")
	if !slices.Contains(office.IntakeSections, section) {
		return nil, 0, errNoPage
	}
	own, err := s.Office.IntakeTexts(c.Ctx())
	values := url.Values{}
	for _, lang := range i18n.Langs {
		values.Set(string(lang), own[section].Value.Texts[lang])
	}
	return values, own[section].Version, err
}

func (s *Staff) showText(c *page.Context) error {
	values, version, err := s.textValues(c)
	if err != nil {
		return err
	}
	return s.renderText(c, http.StatusOK, c.NewForm(values, version), false)
}

// writeText shows how the texts will look, or saves them. A preview is no change,
// so only the saving counts once for the form's key.
func (s *Staff) writeText(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	theirs, version, err := s.textValues(c)
	if err != nil {
		return err
	}
	texts := map[i18n.Lang]string{}
	for _, lang := range i18n.Langs {
		if form.Has("restore") {
			form.Values.Set(string(lang), "")
		}
		texts[lang] = form.Text(string(lang))
		if len(texts[lang]) > office.MaxIntakeText {
			form.Fail(string(lang), "intake.text.invalid", nil)
		}
	}
	if form.Valid() && form.Has("preview") {
		return s.renderText(c, http.StatusOK, form, true)
	}
	if form.Valid() {
		err := c.Once(c.Request.PostForm.Get("form_key"), func() error {
			if err := s.Office.SetIntakeText(c.Ctx(), c.Param("section"), form.Version, texts, c.Who()); err != nil {
				return err
			}
			return c.Redirect(textsPath, "admin.texts.saved", nil)
		})
		switch apperr.CodeOf(err) {
		case apperr.Conflict:
			form.Merge(theirs, version, func(field string) string { return c.T("language."+field, nil) })
			return s.renderText(c, http.StatusConflict, form, true)
		case apperr.Invalid:
			form.Fail("", "intake.text.invalid", nil)
		default:
			return err
		}
	}
	return s.renderText(c, http.StatusUnprocessableEntity, form, false)
}
