package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/web/page"
)

// serve turns a route into a handler of gin: it finds out who asks, lets in who
// may, and makes a page of an error.
func (s *server) serve(route page.Route) gin.HandlerFunc {
	return func(g *gin.Context) {
		c := s.context(g)
		c.Home = route.Home
		if !route.Long {
			ctx, cancel := context.WithTimeout(g.Request.Context(), pageTimeout)
			defer cancel()
			c.Request = g.Request.WithContext(ctx)
		}
		limit := route.MaxBody
		if limit == 0 {
			limit = page.DefaultBody
		}
		c.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, limit)
		if err := s.answer(c, route); err != nil {
			s.fail(g, c, err)
			return
		}
		c.Finish()
	}
}

func (s *server) context(g *gin.Context) *page.Context {
	c := &page.Context{Request: g.Request, Writer: g.Writer, RequestID: requestIDOf(g), Address: g.ClientIP(),
		Secure: s.secure, Kit: s.kit, Param: g.Param}
	c.Lang = language(c)
	return c
}

func (s *server) answer(c *page.Context, route page.Route) error {
	if err := s.origin.Check(c.Request); err != nil {
		return apperr.Wrap(err, apperr.Forbidden, "The form came from another site.")
	}
	token := c.Cookie("session")
	if token != "" {
		session, err := s.auth.Identify(c.Ctx(), token)
		switch apperr.CodeOf(err) {
		case "":
			c.Session = session
		case apperr.Forbidden:
			c.SetCookie("session", "", -1)
		default:
			return err
		}
	}
	if !route.Public {
		switch {
		case c.Who() == "" && forPrograms(c.Request):
			return errNobody
		case c.Who() == "":
			return s.askToSignIn(c, token != "")
		case !c.Can(route.May):
			return errRole
		}
	}
	if route.Method == http.MethodGet || route.Method == "" {
		return route.Handle(c)
	}
	owner := token
	if owner == "" {
		owner = c.Address
	}
	c.RunOnce = func(ctx context.Context, key string, work func() (string, error)) (string, error) {
		return s.cfg.Keys.Do(ctx, owner+"|"+c.Request.URL.Path, key, work)
	}
	if route.Raw {
		return route.Handle(c)
	}
	if err := c.ParseForm(); err != nil {
		return err
	}
	key := c.Request.PostForm.Get("form_key")
	if key == "" {
		key = c.Request.Header.Get("Idempotency-Key")
	}
	return c.Once(sending(key, c.Request), func() error { return route.Handle(c) })
}

// sending names one sending of a form: by its key, and by what it holds. The key
// alone would swallow what is changed by someone who went back to the form.
func sending(key string, r *http.Request) string {
	if key == "" {
		return ""
	}
	key += "|" + r.PostForm.Encode()
	if r.MultipartForm == nil {
		return key
	}
	for _, field := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
		for _, file := range r.MultipartForm.File[field] {
			key += fmt.Sprintf("|%s %q %d", field, file.Filename, file.Size)
		}
	}
	return key
}

// askToSignIn leads to the sign-in page and back.
func (s *server) askToSignIn(c *page.Context, had bool) error {
	to := "/sign-in"
	if c.Request.Method == http.MethodGet && c.Request.URL.Path != "/" && c.Request.Header.Get("HX-Request") == "" {
		to += "?next=" + url.QueryEscape(c.Request.URL.RequestURI())
	}
	if had {
		return c.Warn(to, "auth.signed_out", nil)
	}
	return c.Redirect(to, "", nil)
}
