package staff

import (
	"net/http"
	"net/url"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/page"
)

// adminTabs are the parts of the administration.
func adminTabs(at string) []page.Tab {
	tabs := []page.Tab{{Label: "admin.users", Path: "/admin/users"}, {Label: "admin.policy", Path: "/admin/policy"},
		{Label: "admin.audit", Path: "/admin/audit"}, {Label: "admin.settings", Path: "/admin/settings"}, {Label: "admin.texts", Path: textsPath},
		{Label: "admin.synonyms", Path: synonymsPath},
		{Label: "admin.outbox", Path: outboxPath}, {Label: "admin.jobs", Path: jobsPath}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Label == at
	}
	return tabs
}

// users is who may sign in, and as what.
func (s *Staff) users() page.Area {
	admin := func(method, path string, h page.Handler) page.Route {
		return page.Route{Method: method, Path: path, May: auth.Administrator, Handle: h}
	}
	return page.Area{
		Menu: []page.MenuItem{{Label: "menu.admin", Path: "/admin", May: auth.Administrator, Place: 100}},
		Routes: []page.Route{
			admin(http.MethodGet, "/admin", func(c *page.Context) error { return c.Redirect("/admin/users", "", nil) }),
			admin(http.MethodGet, "/admin/users", s.listUsers),
			admin(http.MethodGet, "/admin/users/new", s.newUser),
			admin(http.MethodPost, "/admin/users/new", s.addUser),
			admin(http.MethodGet, "/admin/users/:id", s.showUser),
			admin(http.MethodPost, "/admin/users/:id", s.changeUser),
			admin(http.MethodPost, "/admin/users/:id/link", s.resetUser),
			admin(http.MethodPost, "/admin/users/:id/sign-out", s.revokeUser),
		},
	}
}

type usersPage struct {
	page.Frame
	Tabs  []page.Tab
	Users []auth.Account
}

func (s *Staff) listUsers(c *page.Context) error {
	all, err := s.Auth.Users(c.Ctx())
	if err != nil {
		return err
	}
	return c.Render("admin/users", &usersPage{Frame: page.Frame{Title: "admin.users"}, Tabs: adminTabs("admin.users"), Users: all})
}

type userPage struct {
	page.Frame
	Form     *page.Form
	Roles    []page.Choice
	Account  auth.Account
	Sessions []auth.Session
	Link     string // to hand on; shown once
}

var userCrumbs = []page.Crumb{{Label: "menu.admin", Path: "/admin"}, {Label: "admin.users", Path: "/admin/users"}}

func (s *Staff) newUser(c *page.Context) error {
	return c.Render("admin/user-new", &userPage{Frame: page.Frame{Title: "admin.user_new", Crumbs: userCrumbs}, Form: c.NewForm(nil, 0), Roles: roleChoices(c)})
}

func (s *Staff) addUser(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	roles, err := auth.ParseRoles(form.Set("roles")...)
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "There is no such role.")
	}
	who, token, err := s.Auth.Add(c.Ctx(), auth.NewUser{Username: form.Text("username"), Name: form.Text("name"), Roles: roles}, c.Who())
	if err = failures(form, err); err != nil {
		return err
	}
	if !form.Valid() {
		return c.RenderStatus(http.StatusUnprocessableEntity, "admin/user-new",
			&userPage{Frame: page.Frame{Title: "admin.user_new", Crumbs: userCrumbs}, Form: form, Roles: roleChoices(c)})
	}
	return s.showLink(c, who, token)
}

// showLink shows a link to choose a password, this once: it is a secret, so it
// goes into no address and no cookie.
func (s *Staff) showLink(c *page.Context, who auth.Account, token string) error {
	base := s.URL
	if base == "" {
		base = "http://" + c.Request.Host
	}
	return c.Render("admin/user-link", &userPage{Frame: page.Frame{Title: "admin.link", Crumbs: append(userCrumbs, page.Crumb{Label: who.Name, Path: "/admin/users/" + who.ID})},
		Account: who, Link: base + "/password/" + token})
}

func valuesOf(a auth.Account) url.Values {
	v := url.Values{"name": {a.Name}, "roles": a.Roles.Names()}
	if a.Disabled {
		v.Set("disabled", "yes")
	}
	return v
}

func (s *Staff) showUser(c *page.Context) error {
	who, err := s.Auth.User(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderUser(c, http.StatusOK, who, c.NewForm(valuesOf(who), who.Version))
}

func (s *Staff) renderUser(c *page.Context, status int, who auth.Account, form *page.Form) error {
	sessions, err := s.Auth.Sessions(c.Ctx(), who.ID)
	if err != nil {
		return err
	}
	return c.RenderStatus(status, "admin/user", &userPage{Frame: page.Frame{Title: who.Name, Crumbs: userCrumbs}, Form: form, Roles: roleChoices(c), Account: who, Sessions: sessions})
}

func (s *Staff) changeUser(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	who, err := s.Auth.User(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	roles, err := auth.ParseRoles(form.Set("roles")...)
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "There is no such role.")
	}
	err = s.Auth.Change(c.Ctx(), who.ID, form.Version, auth.Change{Name: form.Text("name"), Roles: roles, Disabled: form.Has("disabled")}, c.Who())
	if apperr.CodeOf(err) == apperr.Conflict {
		form.Merge(valuesOf(who), who.Version, func(field string) string { return c.T("admin.user."+field, nil) })
		return s.renderUser(c, http.StatusConflict, who, form)
	}
	if err = failures(form, err); err != nil {
		return err
	}
	if !form.Valid() {
		return s.renderUser(c, http.StatusUnprocessableEntity, who, form)
	}
	return c.Redirect("/admin/users", "admin.user_saved", map[string]any{"Name": form.Text("name")})
}

func (s *Staff) resetUser(c *page.Context) error {
	who, err := s.Auth.User(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	token, err := s.Auth.Reset(c.Ctx(), who.ID, c.Who())
	if err != nil {
		return err
	}
	return s.showLink(c, who, token)
}

func (s *Staff) revokeUser(c *page.Context) error {
	id := c.Param("id")
	if err := s.Auth.Revoke(c.Ctx(), id, c.Request.PostForm.Get("session"), c.Who()); err != nil {
		return err
	}
	return c.Redirect("/admin/users/"+url.PathEscape(id), "admin.signed_out", nil)
}
