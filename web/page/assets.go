package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Assets holds the static files in memory, each with a checksum that goes into
// its address: a browser may keep an address for ever.
type Assets struct {
	files    map[string]asset // by path below static/
	vendored bool             // the npm assets are there
}

type asset struct {
	data    []byte
	version string // twelve hex digits of the SHA-256
}

var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

// LoadAssets reads the static files.
func LoadAssets(static fs.FS) (*Assets, error) {
	a := &Assets{files: map[string]asset{}}
	err := fs.WalkDir(static, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || contentTypes[path.Ext(name)] == "" {
			return err
		}
		data, err := fs.ReadFile(static, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		a.files[name] = asset{data, hex.EncodeToString(sum[:6])}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	_, a.vendored = a.files["vendor/designsystemet.css"]
	return a, nil
}

// url returns the address of a static file. A template that names one that
// does not exist fails when it is rendered, which every test does.
func (a *Assets) url(name string) (string, error) {
	file, ok := a.files[name]
	if !ok {
		return "", fmt.Errorf("no static file %s", name)
	}
	return "/static/" + name + "?v=" + file.version, nil
}

// scripts returns the names of the scripts that every page loads, all of which
// it does without: htmx where it has been fetched, and our own.
func (a *Assets) scripts() []string {
	if _, ok := a.files["vendor/htmx.min.js"]; ok {
		return []string{"vendor/htmx.min.js", "app.js"}
	}
	return []string{"app.js"}
}

// stylesheets returns the names of the files that every page links, in order:
// Designsystemet and its font where they have been fetched, else our plain
// stand-in; then our own.
func (a *Assets) stylesheets() []string {
	if !a.vendored {
		return []string{"plain.css", "app.css"}
	}
	return []string{
		"vendor/inter/400.css", "vendor/inter/500.css", "vendor/inter/600.css",
		"vendor/designsystemet.css", "vendor/theme.css", "app.css",
	}
}

// Serve answers a request for a static file. Errors: NotFound.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request, name string) error {
	file, ok := a.files[name]
	if !ok {
		return apperr.New(apperr.NotFound, "There is no such file.")
	}
	h := w.Header()
	h.Set("Content-Type", contentTypes[path.Ext(name)])
	h.Set("ETag", `"`+file.version+`"`)
	if r.URL.Query().Get("v") == file.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.data))
	return nil
}
