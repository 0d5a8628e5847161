package page

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Handler answers a request. An error becomes the page for it.
type Handler func(*Context) error

// Route is an address of the site and who may come there.
type Route struct {
	Method  string     // GET, which answers HEAD too, POST, PUT, PATCH or DELETE
	Path    string     // as gin has it: /households/:id
	May     auth.Roles // one of these roles; none is a fault unless Public
	Public  bool       // anyone, without signing in
	Handle  Handler
	MaxBody int64  // bytes of a request's body; 0 is DefaultBody
	Long    bool   // a stream or a large file: no deadline of ten seconds
	Raw     bool   // the handler reads the body itself, and calls Context.Once where that matters
	Home    string // filled with that of the area
}

// DefaultBody is how large a form may be.
const DefaultBody = 256 << 10

// Area is a part of the site: its routes, and its place in the menu.
type Area struct {
	Open   bool   // for landlords: served at the public address where there is one of its own
	Home   string // where the program's name leads those who are not signed in; "" is "/"
	Menu   []MenuItem
	Routes []Route
}

// Context is a request with its user and language, and the ways to answer it.
type Context struct {
	Request   *http.Request
	Writer    http.ResponseWriter
	Lang      i18n.Lang
	Session   auth.Session // zero: nobody is signed in
	RequestID string
	Address   string // of the client, as far as proxies can be trusted
	Secure    bool   // the site is behind TLS

	Home  string // of the route's area
	Kit   *Kit
	Param func(name string) string // of the route's pattern

	// RunOnce makes work count once for a key; see Once.
	RunOnce func(ctx context.Context, key string, work func() (string, error)) (string, error)

	location string // where a change leads to
	flash    *Flash
}

// Ctx returns the context of the request, which ends with its deadline.
func (c *Context) Ctx() context.Context { return c.Request.Context() }

// User returns who makes the request; zero where nobody is signed in.
func (c *Context) User() auth.Account { return c.Session.Account }

// Who returns the user's ID, for the trail of changes.
func (c *Context) Who() string { return c.Session.Account.ID }

// Can reports whether the user has one of the roles.
func (c *Context) Can(roles auth.Roles) bool { return c.Session.Account.Roles.Any(roles) }

// Query returns the first value of a parameter in the address.
func (c *Context) Query(name string) string { return c.Request.URL.Query().Get(name) }

// T returns a sentence in the request's language.
func (c *Context) T(key string, params map[string]any) string { return c.Lang.T(key, params) }

// Words writes dates and numbers in the request's language.
func (c *Context) Words() Words { return Words{c.Lang} }

// Render answers with a page: 200, or 422 where a form of it has errors. A
// request of htmx whose target's ID is the name of a template in the page's file
// gets that part alone.
func (c *Context) Render(name string, data Page) error {
	return c.RenderStatus(http.StatusOK, name, data)
}

// RenderStatus is Render with a status.
func (c *Context) RenderStatus(status int, name string, data Page) error {
	f := data.frame()
	c.fill(f)
	part := ""
	if c.Request.Header.Get("HX-Request") == "true" && c.Request.Header.Get("HX-Boosted") == "" {
		part = c.Request.Header.Get("HX-Target")
	}
	body, err := c.Kit.render(name, part, c.Lang, data)
	if err == nil && status == http.StatusUnprocessableEntity { // see Form.LabelOf
		body, err = c.Kit.render(name, part, c.Lang, data)
	}
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", string(c.Lang))
	h.Add("Vary", "Accept-Language, Cookie, HX-Request, HX-Target")
	c.Writer.WriteHeader(status)
	_, err = c.Writer.Write(body)
	if err != nil { // the reader went away
		return nil
	}
	return nil
}

// fill completes the frame of a page.
func (c *Context) fill(f *Frame) {
	f.Lang, f.User, f.Key = c.Lang, c.Session.Account, rand.Text()
	f.Flash = c.takeFlash()
	f.Home = "/"
	if c.Home != "" && !f.SignedIn() {
		f.Home = c.Home
	}
	if f.SignedIn() {
		f.Menu = c.Kit.menuOf(f.User.Roles, c.Request.URL.Path)
	}
	query := c.Request.URL.Query()
	for _, lang := range i18n.Langs {
		query.Set("lang", string(lang))
		f.Langs = append(f.Langs, LangLink{lang, "?" + query.Encode(), lang == c.Lang})
	}
}

// Redirect answers a change: the browser goes to a path of this site with GET,
// and the page there shows the flash, an i18n key with its parameters. Without a
// key nothing is shown.
func (c *Context) Redirect(path, flash string, params map[string]any) error {
	c.location = path
	if flash != "" {
		c.flash = &Flash{Key: flash, Params: params}
	}
	return nil
}

// Warn is Redirect with a warning for a flash.
func (c *Context) Warn(path, flash string, params map[string]any) error {
	err := c.Redirect(path, flash, params)
	c.flash.Color = "warning"
	return err
}

// Once makes work count once for the key of a form that the handler has read
// itself (Route.Raw); work ends with Redirect.
func (c *Context) Once(key string, work func() error) error {
	if key == "" || c.RunOnce == nil {
		return work()
	}
	location, err := c.RunOnce(c.Ctx(), key, func() (string, error) {
		err := work()
		return c.location, err
	})
	if err == nil && location != "" {
		c.location = location
	}
	return err
}

// Finish sends the redirect that a handler asked for.
func (c *Context) Finish() {
	if c.location == "" {
		return
	}
	if c.flash != nil {
		if data, err := json.Marshal(c.flash); err == nil {
			http.SetCookie(c.Writer, c.cookie("flash", base64.RawURLEncoding.EncodeToString(data), 60))
		}
	}
	if c.Request.Header.Get("HX-Request") == "true" { // the whole page changes
		c.Writer.Header().Set("HX-Redirect", c.location)
		c.Writer.WriteHeader(http.StatusOK)
		return
	}
	http.Redirect(c.Writer, c.Request, c.location, http.StatusSeeOther)
}

// CookieName returns what a cookie of the site is called.
func CookieName(secure bool, name string) string {
	if secure {
		return "__Host-" + name
	}
	return "boligklar-" + name
}

// cookie returns a cookie of the site; a negative age removes it.
func (c *Context) cookie(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: CookieName(c.Secure, name), Value: value, Path: "/", MaxAge: maxAge, Secure: c.Secure,
		HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// SetCookie gives the browser a cookie of the site: HttpOnly, SameSite=Lax,
// Secure behind TLS. A negative age removes it; 0 lasts until the browser ends.
func (c *Context) SetCookie(name, value string, maxAge int) {
	http.SetCookie(c.Writer, c.cookie(name, value, maxAge))
}

// Cookie returns the value of a cookie of the site, "" where there is none.
func (c *Context) Cookie(name string) string {
	found, err := c.Request.Cookie(CookieName(c.Secure, name))
	if err != nil {
		return ""
	}
	return found.Value
}

func (c *Context) takeFlash() *Flash {
	value := c.Cookie("flash")
	if value == "" {
		return nil
	}
	c.SetCookie("flash", "", -1)
	data, err := base64.RawURLEncoding.DecodeString(value)
	var f Flash
	if err != nil || json.Unmarshal(data, &f) != nil || !c.Lang.Has(f.Key) {
		return nil
	}
	return &f
}

// Text returns the sentence of a flash.
func (f *Flash) Text(lang i18n.Lang) string { return lang.T(f.Key, f.Params) }

// ParseForm reads the form of a POST. Errors: TooLarge, Invalid.
func (c *Context) ParseForm() error {
	var err error
	if strings.HasPrefix(c.Request.Header.Get("Content-Type"), "multipart/form-data") {
		err = c.Request.ParseMultipartForm(1 << 20)
	} else {
		err = c.Request.ParseForm()
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return apperr.Wrap(err, apperr.TooLarge, "The form is too large.")
	}
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "The form cannot be read.")
	}
	return nil
}

// Patience lets a request take that long to come in and be answered, for files
// over a slow line; its Route is Long.
func (c *Context) Patience(d time.Duration) error {
	control, until := http.NewResponseController(c.Writer), time.Now().Add(d)
	for _, set := range []func(time.Time) error{control.SetReadDeadline, control.SetWriteDeadline} {
		if err := set(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	return nil
}

// LocalPath returns path where it leads to this site, else otherwise: what comes
// from outside must not send anyone elsewhere.
func LocalPath(path, otherwise string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return otherwise
	}
	return path
}
