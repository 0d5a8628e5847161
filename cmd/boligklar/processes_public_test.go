package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/web/webtest"
)

// TestProcessesShareThePublicPages has a landlord register a home at one process
// and put its photo in at another, and a machine send forms to both in turn: the
// photo is served by either, and the forms of one address are counted together.
func TestProcessesShareThePublicPages(t *testing.T) {
	t.Setenv(behindProxy, "127.0.0.1")
	data := filepath.Join(t.TempDir(), "store")
	boligklar(t, data, exitOK, "demo")
	all := []*webProcess{startWeb(t, data), startWeb(t, data)}
	client := &http.Client{Timeout: 20 * time.Second}
	eventually(t, "both are ready", func() bool { return all[0].look(client) && all[1].look(client) })
	landlords := []*landlordsOf{landlordsAt(t, all[0]), landlordsAt(t, all[1])}

	token, status, err := landlords[0].submit(t.Context(), "a-home-with-a-photo-0001", 1)
	if err != nil || status != http.StatusSeeOther {
		t.Fatalf("a form: got %d, %v", status, err)
	}
	browser := webtest.NewBrowser(t, all[1].handler())
	album, _, _ := strings.Cut(browser.Get("/utleier/mine/"+token).Attr(`a[href*="/photos"]`, "href"), "?")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 60, 40))); err != nil {
		t.Fatal(err)
	}
	if got := browser.Upload(album, url.Values{"form_key": {"photo"}}, "photo", webtest.File{Name: "a.png", Data: picture.Bytes()}); got.Status != http.StatusSeeOther {
		t.Fatalf("a photo at the other process: got %d\n%s", got.Status, got.Main())
	}
	for i, p := range all {
		browser.Handler = p.handler()
		images := browser.Get(album).All("ol img")
		if len(images) != 1 {
			t.Fatalf("process %d shows %d photos, want one", i, len(images))
		}
		photo := browser.Get(webtest.AttrOf(images[0], "src"))
		if config, err := jpeg.DecodeConfig(strings.NewReader(photo.Body)); err != nil || config.Width != 60 {
			t.Errorf("process %d serves a photo %d wide, %v, want 60", i, config.Width, err)
		}
	}

	refused := 0
	for i := range 30 { // of twenty that one address may send at once
		l := *landlords[i%2]
		l.from = "203.0.113.9"
		_, status, err := l.submit(t.Context(), fmt.Sprintf("many-forms-of-one-%08d", i), 100+i)
		switch {
		case err != nil:
			t.Fatal(err)
		case status == http.StatusTooManyRequests:
			refused++
		case status != http.StatusSeeOther:
			t.Errorf("form %d: got status %d", i, status)
		}
	}
	if refused < 5 {
		t.Errorf("30 forms of one address, at two processes in turn: %d were refused, want most of the last ten", refused)
	}
}
