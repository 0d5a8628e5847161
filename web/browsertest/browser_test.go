package browsertest

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// missing skips the test with a reason, or fails it where the environment says
// that the machine is to have everything.
func missing(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("BOLIGKLAR_TEST_BROWSER") == "required" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err == nil && exec.Command(path, "--version").Run() == nil { // Ubuntu has a stub that is none
			return path
		}
	}
	missing(t, "no chromium on this machine: make test says how to install it")
	return ""
}

func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		missing(t, "no node on this machine: make test says how to install it")
	}
	if _, err := os.Stat("node_modules/playwright-core"); err != nil {
		missing(t, "web/browsertest/node_modules is missing: make test fetches it")
	}
	return path
}

// made is what all stories start from, made once: the program, and the data
// folder of a demo municipality.
var made = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "boligklar-browsertest-"); err != nil {
		return "", err
	}
	madeIn = dir
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "boligklar"), "../../cmd/boligklar")
	if out, err := build.CombinedOutput(); err != nil {
		return dir, errors.New(string(out))
	}
	demo := exec.Command(filepath.Join(dir, "boligklar"), "demo", "--data", filepath.Join(dir, "demo"))
	if out, err := demo.CombinedOutput(); err != nil {
		return dir, errors.New(string(out))
	}
	return dir, nil
})

// madeIn is the folder that made has made, "" where no test asked for it.
var madeIn string

func TestMain(m *testing.M) {
	if os.Getenv(doSheets) != "" {
		os.Exit(sheetsTool())
	}
	code := m.Run()
	if madeIn != "" {
		_ = os.RemoveAll(madeIn)
	}
	os.Exit(code)
}

// site is a running server with a store of its own.
type site struct {
	program, data, url string
}

// serve starts the program on a copy of the demo municipality and stops it when
// the test ends.
func serve(t *testing.T) site {
	t.Helper()
	dir, err := made()
	if err != nil {
		t.Fatal(err)
	}
	s := site{program: filepath.Join(dir, "boligklar"), data: filepath.Join(t.TempDir(), "data")}
	if err := os.CopyFS(s.data, os.DirFS(filepath.Join(dir, "demo"))); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(s.program, "serve", "--data", s.data, "--addr", "127.0.0.1:0", "--lang", "en")
	cmd.Env = append(os.Environ(), "BOLIGKLAR_TRUSTED_PROXIES=127.0.0.1") // so that a story's visitors have addresses
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		for range lines { // until the program closes its output
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("serve: %v", err)
		}
		if wrong := complaints(log.String()); wrong != "" {
			t.Errorf("the server complains:\n%s", wrong)
		}
	})
	address := regexp.MustCompile(`http://[0-9.:]+`)
	timeout := time.After(time.Minute)
	for s.url == "" {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("serve ended early:\n%s", log.String())
			}
			s.url = address.FindString(line)
		case <-timeout:
			t.Fatalf("serve told no address within a minute:\n%s", log.String())
		}
	}
	go func() {
		for range lines {
		}
	}()
	return s
}

// complaints returns the lines of a log that tell of more than requests.
func complaints(log string) string {
	var out []string
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "level=INFO") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// tail returns the last n lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// tell runs a story with node; what it prints is the test's log.
func tell(t *testing.T, story string, s site, env ...string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node(t), story)
	cmd.Env = append(os.Environ(), append(env,
		"BOLIGKLAR_TEST_URL="+s.url, "BOLIGKLAR_TEST_CHROMIUM="+chromium(t),
		"BOLIGKLAR_TEST_PROGRAM="+s.program, "BOLIGKLAR_TEST_DATA="+s.data, "BOLIGKLAR_TEST_DIR="+t.TempDir(), "BOLIGKLAR_TEST_SHEETS="+self)...)
	var out bytes.Buffer
	cmd.Stdout = &out
	cmd.Stderr = cmd.Stdout
	err = cmd.Run()
	t.Logf("%s", tail(out.String(), 80))
	if err != nil {
		t.Errorf("%s: %v", story, err)
	}
}

func TestStories(t *testing.T) {
	stories, err := filepath.Glob("stories/*.mjs")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	node(t)
	chromium(t)
	for _, story := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(story), ".mjs"), func(t *testing.T) {
			t.Parallel()
			tell(t, story, serve(t))
		})
	}
}

// TestScreens writes a picture of every page at both widths into the folder that
// BOLIGKLAR_SCREENS names: make screens.
func TestScreens(t *testing.T) {
	folder := os.Getenv("BOLIGKLAR_SCREENS")
	if folder == "" {
		t.Skip("make screens writes a picture of every page")
	}
	tell(t, "screens.mjs", serve(t), "BOLIGKLAR_SCREENS="+folder)
}

// TestReadme takes the README's pictures anew, small enough to be kept beside it,
// into the folder that BOLIGKLAR_README names: make pictures.
func TestReadme(t *testing.T) {
	folder := os.Getenv("BOLIGKLAR_README")
	if folder == "" {
		t.Skip("make pictures takes the README's pictures anew")
	}
	tell(t, "readme.mjs", serve(t), "BOLIGKLAR_README="+folder)
	files, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil || len(files) != 6 {
		t.Fatalf("got pictures %v, %v", files, err)
	}
	size := int64(0)
	for _, file := range files {
		n, err := shrink(file)
		if err != nil {
			t.Fatal(err)
		}
		size += n
	}
	if size > 800_000 {
		t.Errorf("the pictures have %d bytes, at most 800,000 are meant", size)
	}
}
