// Package api answers programs: JSON below /api/v1, described by an OpenAPI
// document that is made from the same fields as the search itself. Who asks is a
// user who is signed in, with the roles of the pages; errors are problem+json
// (RFC 9457), which the web room writes.
package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/web/page"
)

const (
	listingsPath = "/api/v1/listings"
	documentPath = "/api/v1/openapi.json"
)

// API is the addresses for programs.
type API struct {
	finder *finder.Finder
}

// New returns the API of a finder's listings.
func New(f *finder.Finder) *API { return &API{f} }

// Area lists the addresses.
func (a *API) Area() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: listingsPath, May: auth.Staff, Handle: a.searchListings},
		{Method: http.MethodGet, Path: documentPath, Public: true, Handle: func(c *page.Context) error { return send(c, Document()) }},
	}}
}

// send answers with JSON under its own ETag, and with 304 where the reader has it.
func send(c *page.Context, v any) error {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false) // highlights are HTML
	if err := e.Encode(v); err != nil {
		return err
	}
	sum := sha256.Sum256(body.Bytes())
	h := c.Writer.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	h.Add("Vary", "Accept-Language, Cookie")
	if c.Request.Header.Get("If-None-Match") == h.Get("ETag") {
		c.Writer.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, _ = c.Writer.Write(body.Bytes()) // else the reader went away
	return nil
}
