package web

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
)

const requestIDKey = "request_id"

// requestID names the request. The name is always ours: a name from outside
// would let anyone write into the log.
func (s *server) requestID(c *gin.Context) {
	id := rand.Text()[:16]
	c.Set(requestIDKey, id)
	c.Header("X-Request-Id", id)
	c.Next()
}

func requestIDOf(c *gin.Context) string { return c.GetString(requestIDKey) }

// routeOf returns the route's pattern. What people type, path and query alike,
// may hold names and references and stays out of the log.
func routeOf(c *gin.Context) string {
	if route := c.FullPath(); route != "" {
		return route
	}
	return "(none)"
}

// logRequest writes one line a request.
func (s *server) logRequest(c *gin.Context) {
	start := time.Now()
	defer func() {
		if s.cfg.Observe != nil {
			s.cfg.Observe(c.Request.Method, routeOf(c), c.Writer.Status(), time.Since(start))
		}
		s.log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request",
			slog.String("request_id", requestIDOf(c)),
			slog.String("method", c.Request.Method),
			slog.String("route", routeOf(c)),
			slog.Int("status", c.Writer.Status()),
			slog.Int("bytes", max(c.Writer.Size(), 0)),
			slog.Duration("took", time.Since(start)))
	}()
	c.Next()
}

// contentSecurityPolicy lets a page use this site's own styles, scripts, fonts,
// forms and answers, and the small pictures inside Designsystemet's styles;
// nothing inline, nothing from elsewhere.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *server) securityHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
}

// recover turns a panic into the page for an internal error. Unlike gin's own
// it writes neither headers nor cookies to the log.
func (s *server) recover(c *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v) // net/http closes the connection
		}
		c.Abort()
		s.fail(c, s.context(c), fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
	}()
	c.Next()
}
