package web_test

import (
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// browser returns the path of a Chromium, and skips the test where none is.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if exec.Command(path, "--version").Run() == nil { // Ubuntu has a stub that is none
			return path
		}
	}
	t.Skip("no chromium on this machine: make test says how to install it")
	return ""
}

// A real browser takes every page without a word about the content security
// policy, missing files or styles that it cannot read.
func TestBrowserHasNoComplaint(t *testing.T) {
	chromium := browser(t)
	server := httptest.NewServer(site(t).Staff) // the files of this checkout, as shipped
	defer server.Close()
	out, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu",
		"--disable-dev-shm-usage", "--user-data-dir="+t.TempDir(), "--enable-logging=stderr", "--dump-dom",
		server.URL+"/sign-in?lang=nn").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "Brukarnamn") {
		t.Errorf("got no page:\n%s", out)
	}
	for _, complaint := range regexp.MustCompile(`.*:CONSOLE.*`).FindAllString(string(out), -1) {
		t.Errorf("the browser says: %s", complaint)
	}
}
