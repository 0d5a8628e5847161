package staff

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/web/page"
)

const synonymsPath = "/admin/synonyms"

// mayEditSynonyms are those who may say which words mean the same in a search.
const mayEditSynonyms = auth.Coordinator | auth.Administrator

// synonyms is the list of words that mean the same in a search.
func (s *Staff) synonyms() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: synonymsPath, May: mayEditSynonyms, Handle: s.showSynonyms},
		{Method: http.MethodPost, Path: synonymsPath, May: mayEditSynonyms, Raw: true, Handle: s.writeSynonyms},
	}}
}

type synonymsPage struct {
	page.Frame
	Tabs     []page.Tab // of an administrator
	Form     *page.Form
	Changes  *synonymChanges // that saving would make; nil where they were not asked for
	Versions []synonymVersion
	Most     int
}

type synonymChanges struct{ Added, Removed []string }

type synonymVersion struct {
	Number int
	At     time.Time
	Who    string // "" for the program's own list
	Now    bool
	synonymChanges
}

// changesOf compares two lists, a group a line.
func changesOf(before, after [][]string) synonymChanges {
	added, removed := finder.SynonymChanges(before, after)
	lines := func(groups [][]string) (out []string) {
		for _, g := range groups {
			out = append(out, strings.Join(g, ", "))
		}
		return out
	}
	return synonymChanges{lines(added), lines(removed)}
}

func synonymValues(groups [][]string) url.Values {
	return url.Values{"groups": {strings.TrimSpace(search.FormatSynonyms(groups))}}
}

func (s *Staff) showSynonyms(c *page.Context) error {
	versions, err := s.Finder.SynonymVersions(c.Ctx())
	if err != nil {
		return err
	}
	form := c.NewForm(synonymValues(versions[0].Groups), int64(versions[0].Number))
	for _, v := range versions { // an earlier one, to be looked at and saved again
		if c.Query("version") == strconv.Itoa(v.Number) {
			form.Values = synonymValues(v.Groups)
			changes := changesOf(versions[0].Groups, v.Groups)
			return s.renderSynonyms(c, http.StatusOK, form, versions, &changes)
		}
	}
	return s.renderSynonyms(c, http.StatusOK, form, versions, nil)
}

func (s *Staff) renderSynonyms(c *page.Context, status int, form *page.Form, versions []finder.SynonymList, changes *synonymChanges) error {
	p := &synonymsPage{Frame: page.Frame{Title: "admin.synonyms"}, Form: form, Changes: changes, Most: search.MaxSynonyms}
	if c.Can(auth.Administrator) {
		p.Tabs = adminTabs("admin.synonyms")
	}
	names := s.names(c)
	for i, v := range versions {
		line := synonymVersion{Number: v.Number, At: v.At.Local(), Who: names(v.Who), Now: i == 0}
		if i+1 < len(versions) {
			line.synonymChanges = changesOf(versions[i+1].Groups, v.Groups)
		}
		p.Versions = append(p.Versions, line)
	}
	return c.RenderStatus(status, "admin/synonyms", p)
}

// writeSynonyms shows what a list would change, or saves it. A preview is no change,
// so only the saving counts once for the form's key.
func (s *Staff) writeSynonyms(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	versions, err := s.Finder.SynonymVersions(c.Ctx())
	if err != nil {
		return err
	}
	newest := versions[0]
	groups, err := search.ParseSynonyms(form.Text("groups"))
	changes := changesOf(newest.Groups, groups)
	if err == nil && !form.Has("preview") {
		err = c.Once(c.Request.PostForm.Get("form_key"), func() error {
			if _, err := s.Finder.SetSynonyms(c.Ctx(), int(form.Version), groups, c.Who(), s.Now()); err != nil {
				return err
			}
			return c.Redirect(synonymsPath, "admin.synonyms.saved", nil)
		})
		if err == nil {
			return nil
		}
	}
	switch apperr.CodeOf(err) {
	case apperr.Conflict:
		form.Merge(synonymValues(newest.Groups), int64(newest.Number), func(string) string { return c.T("admin.synonyms.list", nil) })
		return s.renderSynonyms(c, http.StatusConflict, form, versions, &changes)
	case apperr.Invalid:
		form.FailWith("groups", c.Lang.Error(err))
		return s.renderSynonyms(c, http.StatusUnprocessableEntity, form, versions, nil)
	}
	if err != nil {
		return err
	}
	return s.renderSynonyms(c, http.StatusOK, form, versions, &changes)
}
