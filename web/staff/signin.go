package staff

import (
	"errors"
	"net/http"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/web/page"
)

// signIn is how users come in and out, and choose their passwords.
func (s *Staff) signIn() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: "/sign-in", Public: true, Handle: s.showSignIn},
		{Method: http.MethodPost, Path: "/sign-in", Public: true, Handle: s.doSignIn},
		{Method: http.MethodPost, Path: "/sign-out", Public: true, Handle: s.doSignOut},
		{Method: http.MethodGet, Path: "/set-up/:token", Public: true, Handle: s.showSetUp},
		{Method: http.MethodPost, Path: "/set-up/:token", Public: true, Handle: s.doSetUp},
		{Method: http.MethodGet, Path: "/password/:token", Public: true, Handle: s.showPassword},
		{Method: http.MethodPost, Path: "/password/:token", Public: true, Handle: s.doPassword},
	}}
}

type signInPage struct {
	page.Frame
	Form *page.Form
	Next string
	Demo []DemoUser
	Ask  settings.Settings // whom users can ask
}

func (s *Staff) showSignIn(c *page.Context) error {
	next := page.LocalPath(c.Query("next"), "/")
	if c.Who() != "" {
		http.Redirect(c.Writer, c.Request, next, http.StatusSeeOther)
		return nil
	}
	return s.renderSignIn(c, http.StatusOK, c.NewForm(nil, 0), next)
}

func (s *Staff) renderSignIn(c *page.Context, status int, form *page.Form, next string) error {
	return c.RenderStatus(status, "account/sign-in", &signInPage{Frame: page.Frame{Title: "sign_in.title"}, Form: form, Next: next, Demo: s.Demo, Ask: s.Settings.Current(c.Ctx())})
}

func (s *Staff) doSignIn(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	next := page.LocalPath(form.Text("next"), "/")
	token, err := s.Auth.SignIn(c.Ctx(), form.Text("username"), form.Values.Get("password"), c.Address, c.Cookie("session"))
	switch apperr.CodeOf(err) {
	case "":
		c.SetCookie("session", token, 0)
		return c.Redirect(next, "", nil)
	case apperr.Invalid, apperr.TooMany:
		form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
		status := http.StatusUnprocessableEntity
		if delay, ok := errors.AsType[*auth.DelayError](err); ok {
			status = http.StatusTooManyRequests
			c.Writer.Header().Set("Retry-After", seconds(delay.Wait))
		}
		return s.renderSignIn(c, status, form, next)
	}
	return err
}

func (s *Staff) doSignOut(c *page.Context) error {
	if err := s.Auth.SignOut(c.Ctx(), c.Cookie("session")); err != nil {
		return err
	}
	c.SetCookie("session", "", -1)
	return c.Redirect("/sign-in", "", nil)
}

type setUpPage struct {
	page.Frame
	Form  *page.Form
	Roles []page.Choice
}

func (s *Staff) showSetUp(c *page.Context) error {
	who, err := s.Auth.Link(c.Ctx(), c.Param("token"))
	if err != nil || who.ID != "" {
		return errors.Join(err, wrongLink(who))
	}
	return s.renderSetUp(c, http.StatusOK, c.NewForm(nil, 0))
}

func wrongLink(who auth.Account) error {
	if who.ID == "" {
		return nil
	}
	return apperr.New(apperr.NotFound, "There is no such page.")
}

func (s *Staff) renderSetUp(c *page.Context, status int, form *page.Form) error {
	var roles []page.Choice
	for _, choice := range roleChoices(c) {
		if choice.Value != "administrator" { // which the first user is in any case
			roles = append(roles, choice)
		}
	}
	return c.RenderStatus(status, "account/set-up", &setUpPage{Frame: page.Frame{Title: "set_up.title"}, Form: form, Roles: roles})
}

func roleChoices(c *page.Context) []page.Choice {
	var out []page.Choice
	for _, name := range auth.RoleNames() {
		out = append(out, page.Choice{Value: name, Label: c.T("auth.role."+name, nil), Hint: c.T("auth.role."+name+".hint", nil)})
	}
	return out
}

func (s *Staff) doSetUp(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	roles, err := auth.ParseRoles(form.Set("roles")...)
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "There is no such role.")
	}
	checkRepeat(form)
	if form.Valid() {
		n := auth.NewUser{Username: form.Text("username"), Name: form.Text("name"), Roles: roles | auth.Administrator}
		if err = failures(form, s.Auth.First(c.Ctx(), c.Param("token"), n, form.Values.Get("password"))); err != nil {
			return err
		}
	}
	if !form.Valid() {
		return s.renderSetUp(c, http.StatusUnprocessableEntity, form)
	}
	return c.Redirect("/sign-in", "set_up.done", nil)
}

// checkRepeat compares a password with its repetition.
func checkRepeat(form *page.Form) {
	if form.Values.Get("password") != form.Values.Get("repeat") {
		form.Fail("repeat", "auth.problem.password_differs", nil)
	}
}

// failures puts what is wrong with fields into the form and returns any other
// error.
func failures(form *page.Form, err error) error {
	if fields, ok := errors.AsType[*auth.FieldsError](err); ok {
		form.FailAll(fields.Problems, "auth.problem.")
		return nil
	}
	return err
}

type passwordPage struct {
	page.Frame
	Form     *page.Form
	Username string
}

func (s *Staff) showPassword(c *page.Context) error {
	return s.renderPassword(c, http.StatusOK, c.NewForm(nil, 0))
}

func (s *Staff) renderPassword(c *page.Context, status int, form *page.Form) error {
	who, err := s.Auth.Link(c.Ctx(), c.Param("token"))
	if err != nil {
		return err
	}
	if who.ID == "" {
		return apperr.New(apperr.NotFound, "There is no such page.")
	}
	return c.RenderStatus(status, "account/password", &passwordPage{Frame: page.Frame{Title: "set_up.password_title"}, Form: form, Username: who.Username})
}

func (s *Staff) doPassword(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	checkRepeat(form)
	if form.Valid() {
		if err := failures(form, s.Auth.SetPassword(c.Ctx(), c.Param("token"), form.Values.Get("password"))); err != nil {
			return err
		}
	}
	if !form.Valid() {
		return s.renderPassword(c, http.StatusUnprocessableEntity, form)
	}
	return c.Redirect("/sign-in", "set_up.password_done", nil)
}
