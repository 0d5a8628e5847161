package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/web/page"
)

// statuses is the one map from the kinds of failure to HTTP (RFC 9110).
var statuses = map[apperr.Code]int{
	apperr.Internal:    http.StatusInternalServerError,
	apperr.Invalid:     http.StatusUnprocessableEntity,
	apperr.NotFound:    http.StatusNotFound,
	apperr.Conflict:    http.StatusConflict,
	apperr.Duplicate:   http.StatusConflict,
	apperr.Unreadable:  http.StatusUnprocessableEntity,
	apperr.TooLarge:    http.StatusRequestEntityTooLarge,
	apperr.Unavailable: http.StatusServiceUnavailable,
	apperr.Forbidden:   http.StatusForbidden,
	apperr.TooMany:     http.StatusTooManyRequests,
}

var (
	errNoPage   = apperr.New(apperr.NotFound, "There is no such page.")
	errRole     = apperr.New(apperr.Forbidden, "Your role has no access here.")
	errNoMethod = errors.New("the address does not take this method")
	errNobody   = apperr.New(apperr.Forbidden, "Nobody is signed in.").In("api.nobody", nil)
)

// statusOf returns the HTTP status that an error is answered with.
func statusOf(err error) int {
	switch {
	case errors.Is(err, errNoMethod):
		return http.StatusMethodNotAllowed
	case errors.Is(err, errNobody):
		return http.StatusUnauthorized
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	if status, ok := statuses[apperr.CodeOf(err)]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// sentences holds the kinds of failure that the pages have words for; any
// other status speaks with 500's.
var sentences = map[int]string{
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "not_found",
	http.StatusConflict:              "conflict",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnprocessableEntity:   "invalid",
	http.StatusServiceUnavailable:    "unavailable",
	http.StatusInternalServerError:   "internal",
	http.StatusForbidden:             "forbidden",
	http.StatusTooManyRequests:       "too_many",
}

// fail answers a request with the page for err. The page has the request's id
// and, of err, only the sentence that is meant for people: details are in the
// log under the same id.
func (s *server) fail(g *gin.Context, c *page.Context, err error) {
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		s.logError(g, err)
	}
	if g.Writer.Written() {
		// Half a page is out; closing the connection is all that tells.
		panic(http.ErrAbortHandler)
	}
	g.Header("ETag", "")
	g.Header("Content-Disposition", "")
	if forPrograms(g.Request) {
		s.problem(g, c, status, err)
		return
	}
	data := &errorPage{
		Frame:     page.Frame{Status: status, Title: "web_error_" + sentences[status] + "_title"},
		Text:      "web_error_" + sentences[status] + "_text",
		RequestID: c.RequestID,
		Home:      "/", HomeText: "web_error_home",
	}
	if path := g.Request.URL.Path; path == landlordsHome || strings.HasPrefix(path, landlordsHome+"/") {
		data.Home, data.HomeText = landlordsHome, "web_error_home_landlords"
	}
	if e, ok := errors.AsType[*apperr.Error](err); ok && e.Key != "" && c.Lang.Has(e.Key) {
		data.Said = c.Lang.Error(err)
	}
	if err := c.RenderStatus(status, "error", data); err != nil {
		s.logError(g, err)
		plain(g, http.StatusInternalServerError, "Internal error "+c.RequestID+"\n")
	}
}

// forPrograms reports whether a program asks, which wants no page.
func forPrograms(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// problem answers a program with what is wrong (RFC 9457), as much of it as is
// meant for people.
func (s *server) problem(g *gin.Context, c *page.Context, status int, err error) {
	detail := c.T("web_error_"+sentences[status]+"_text", nil)
	if e, ok := errors.AsType[*apperr.Error](err); ok && e.Key != "" && c.Lang.Has(e.Key) {
		detail = c.Lang.Error(err)
	}
	if status == http.StatusUnauthorized {
		g.Header("WWW-Authenticate", "Session")
	}
	body, err := json.Marshal(map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail,
		"code": apperr.CodeOf(err), "request_id": c.RequestID})
	if err != nil {
		s.logError(g, err)
	}
	g.Header("Cache-Control", "no-store")
	g.Data(status, "application/problem+json", body)
}

type errorPage struct {
	page.Frame
	Text      string // an i18n key
	Said      string // what the error itself has to say, where it has words for it
	RequestID string
	Home      string // where to begin anew
	HomeText  string // an i18n key
}

// landlordsHome is where landlords begin; they have no business at the office's "/".
const landlordsHome = "/utleier"

func (s *server) logError(c *gin.Context, err error) {
	level := slog.LevelError
	if c.Request.Context().Err() != nil {
		level = slog.LevelInfo // the reader went away
	}
	s.log.Log(c.Request.Context(), level, "request failed",
		"request_id", requestIDOf(c), "route", routeOf(c), "error", err.Error())
}
