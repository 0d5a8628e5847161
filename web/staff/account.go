package staff

import (
	"net/http"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/page"
)

// account is a user's own page.
func (s *Staff) account() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: "/account", May: auth.Everyone, Handle: s.showAccount},
		{Method: http.MethodPost, Path: "/account/password", May: auth.Everyone, Handle: s.changePassword},
		{Method: http.MethodPost, Path: "/account/sign-out", May: auth.Everyone, Handle: s.endOwnSession},
	}}
}

type accountPage struct {
	page.Frame
	Form     *page.Form
	Sessions []auth.Session
	Own      string // ID of the session that shows the page
}

func (s *Staff) showAccount(c *page.Context) error {
	return s.renderAccount(c, http.StatusOK, c.NewForm(nil, 0))
}

func (s *Staff) renderAccount(c *page.Context, status int, form *page.Form) error {
	sessions, err := s.Auth.Sessions(c.Ctx(), c.Who())
	if err != nil {
		return err
	}
	return c.RenderStatus(status, "account/account", &accountPage{Frame: page.Frame{Title: "account.title"}, Form: form, Sessions: sessions, Own: c.Session.ID})
}

func (s *Staff) changePassword(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	checkRepeat(form)
	if form.Valid() {
		err := s.Auth.ChangePassword(c.Ctx(), c.Session, form.Values.Get("old"), form.Values.Get("password"))
		if apperr.CodeOf(err) == apperr.TooMany {
			form.Errors = append(form.Errors, page.FieldError{Text: c.Lang.Error(err)})
			err = nil
		}
		if err := failures(form, err); err != nil {
			return err
		}
	}
	if !form.Valid() {
		return s.renderAccount(c, http.StatusUnprocessableEntity, form)
	}
	return c.Redirect("/account", "account.password_saved", nil)
}

func (s *Staff) endOwnSession(c *page.Context) error {
	if err := s.Auth.Revoke(c.Ctx(), c.Who(), c.Request.PostForm.Get("session"), c.Who()); err != nil {
		return err
	}
	return c.Redirect("/account", "admin.signed_out", nil)
}
