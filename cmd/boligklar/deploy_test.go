package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/boligklar/boligklar/internal/config"
	"github.com/boligklar/boligklar/internal/metrics"
	"github.com/boligklar/boligklar/internal/storage"
)

// root is the folder of the repository.
const root = "../.."

func readDeploy(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// exported are the names of all that a serving process tells Prometheus.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	a := &app{now: time.Now, config: config.Config{Data: t.TempDir(), Municipality: "1833"}}
	if err := a.withStore(t.Context(), func(db *storage.DB) error {
		o := a.office(db)
		f, closeFinder, err := a.openFinder(t.Context(), db, o, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		m := metrics.New()
		searchMetrics(f)(m)
		a.storeMetrics(db, o)(m)
		m.Observe(http.MethodGet, "/", 200, time.Second)
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for line := range strings.Lines(w.Body.String()) {
			if name := regexp.MustCompile(`^\w+`).FindString(line); name != "" {
				names[name] = true
			}
		}
		return closeFinder()
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestDashboardAndAlertsNameWhatIsExported compares the names in both directions.
func TestDashboardAndAlertsNameWhatIsExported(t *testing.T) {
	names := exported(t)
	var board struct {
		Panels []struct {
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(readDeploy(t, "deploy/grafana/boligklar.json")), &board); err != nil {
		t.Fatal(err)
	}
	var alerts struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(readDeploy(t, "deploy/prometheus/alerts.yml")), &alerts); err != nil {
		t.Fatal(err)
	}
	shown, watched := map[string]bool{}, map[string]bool{}
	metric := regexp.MustCompile(`\b(boligklar|process|go)_\w+`)
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			for _, name := range metric.FindAllString(target.Expr, -1) {
				shown[name] = true
			}
		}
	}
	for _, g := range alerts.Groups {
		for _, r := range g.Rules {
			if r.Annotations["summary"] == "" || r.Annotations["action"] == "" {
				t.Errorf("the alert %s does not say what is wrong or what to do", r.Alert)
			}
			for _, name := range metric.FindAllString(r.Expr, -1) {
				watched[name] = true
			}
		}
	}
	for where, used := range map[string]map[string]bool{"the dashboard": shown, "an alert": watched} {
		if len(used) < 5 {
			t.Errorf("%s names only %v", where, used)
		}
		for name := range used {
			if !names[name] {
				t.Errorf("%s names %s, which nobody exports", where, name)
			}
		}
	}
	for name := range names {
		base := strings.TrimSuffix(strings.TrimSuffix(name, "_sum"), "_count")
		if strings.HasPrefix(name, "boligklar_") && !shown[name] && !shown[base+"_bucket"] {
			t.Errorf("%s is exported and nowhere on the dashboard", name)
		}
	}
}

// TestFilesToRunItKnowTheSettings holds compose.yaml, Dockerfile and the unit to
// settings that the program has.
func TestFilesToRunItKnowTheSettings(t *testing.T) {
	known := map[string]bool{}
	fields := reflect.TypeFor[config.Config]()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Field(i).Tag.Get("env"), ",")
		known[name] = true
	}
	for _, file := range []string{"compose.yaml", "Dockerfile", "deploy/systemd/boligklar.service", "docs/operations.md"} {
		found := regexp.MustCompile(`\bBOLIGKLAR_[A-Z_]*[A-Z]\b`).FindAllString(readDeploy(t, file), -1)
		if len(found) == 0 {
			t.Errorf("%s names no settings", file)
		}
		for _, name := range found {
			if !known[name] && !strings.HasPrefix(name, "BOLIGKLAR_TEST_") {
				t.Errorf("%s: there is no setting %s", file, name)
			}
		}
	}
}

type composeService struct {
	Image       string
	Build       string
	Command     []string
	Environment map[string]string
	Secrets     []any
	Networks    []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Ports       []string
	Volumes     []string
	NetworkMode string `yaml:"network_mode"`
}

// TestComposeFile holds what the file promises: a replica set of three, a search
// server, three closed-in web processes on all of it, and a proxy in front.
func TestComposeFile(t *testing.T) {
	var file struct {
		Services map[string]composeService
		Networks map[string]struct{ Internal bool }
		Volumes  map[string]any
		Secrets  map[string]struct{ File string }
	}
	if err := yaml.Unmarshal([]byte(readDeploy(t, "compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	proxy := readDeploy(t, "deploy/proxy/haproxy.cfg")
	scraped := readDeploy(t, "deploy/prometheus/prometheus.yml")
	for _, name := range []string{"web1", "web2", "web3"} {
		s := file.Services[name]
		if s.Build == "" || !s.ReadOnly || len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" || len(s.SecurityOpt) == 0 || len(s.Ports) > 0 {
			t.Errorf("%s is not closed in: %+v", name, s)
		}
		env := s.Environment
		if env["BOLIGKLAR_STORE_FILE"] != "/run/secrets/store-url" || env["BOLIGKLAR_MEILI_URL"] != "http://meilisearch:7700" || env["BOLIGKLAR_MEILI_KEY_FILE"] != "/run/secrets/meili-key" {
			t.Errorf("%s is not on the cluster and the search server: %v", name, env)
		}
		if got, want := len(s.Secrets), 2; got != want {
			t.Errorf("%s has %d secrets, want %d", name, got, want)
		}
		if !strings.Contains(proxy, name+":8080 check") || !strings.Contains(scraped, name+":9090") {
			t.Errorf("the proxy or Prometheus does not know %s", name)
		}
	}
	for _, name := range []string{"mongo1", "mongo2", "mongo3"} {
		s := file.Services[name]
		if !strings.Contains(strings.Join(s.Command, " "), "--replSet rs0") || len(s.Ports) > 0 || len(s.Networks) != 1 || s.Networks[0] != "store" {
			t.Errorf("%s: got %+v, want a member of the set on the inner network", name, s)
		}
		if !strings.Contains(readDeploy(t, "deploy/mongodb/replica-set.sh"), name) {
			t.Errorf("replica-set.sh does not know %s", name)
		}
	}
	if !file.Networks["store"].Internal || !strings.Contains(proxy, "GET /readyz") {
		t.Error("the store's network is open, or the proxy does not ask /readyz")
	}
	for name, s := range file.Services {
		for _, secret := range s.Secrets {
			source, ok := secret.(string)
			if m, long := secret.(map[string]any); long {
				source, ok = m["source"].(string)
			}
			if _, known := file.Secrets[source]; !ok || !known {
				t.Errorf("%s: the secret %v is nowhere", name, secret)
			}
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if strings.HasPrefix(from, "./") {
				if _, err := os.Stat(filepath.Join(root, from)); err != nil {
					t.Errorf("%s mounts %s, which is not there", name, from)
				}
			} else if _, known := file.Volumes[from]; !known {
				t.Errorf("%s: the volume %s is nowhere", name, from)
			}
		}
	}
	makes := readDeploy(t, "deploy/make-secrets.sh")
	for name, s := range file.Secrets {
		if s.File != "deploy/secrets/"+name || !strings.Contains(makes, name) {
			t.Errorf("make-secrets.sh does not make the secret %s (%s)", name, s.File)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "docker", "compose", "version").CombinedOutput(); err != nil {
		t.Logf("docker compose is not here, so it does not read the file itself: %v %s", err, out)
		return
	}
	if out, err := exec.CommandContext(t.Context(), "docker", "compose", "-f", filepath.Join(root, "compose.yaml"), "config", "-q").CombinedOutput(); err != nil {
		t.Errorf("docker compose config: %v\n%s", err, out)
	}
}

// TestSecretsAreMade runs the script in a copy of its folder, twice.
func TestSecretsAreMade(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "make-secrets.sh")
	if err := os.WriteFile(script, []byte(readDeploy(t, "deploy/make-secrets.sh")), 0o700); err != nil {
		t.Fatal(err)
	}
	var before map[string]string
	for range 2 {
		if out, err := exec.CommandContext(t.Context(), "sh", script).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		made := map[string]string{}
		entries, err := os.ReadDir(filepath.Join(dir, "secrets"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			b, err := os.ReadFile(filepath.Join(dir, "secrets", e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			made[e.Name()] = string(b)
		}
		if before != nil && !reflect.DeepEqual(made, before) {
			t.Error("the second run changed secrets")
		}
		before = made
	}
	if !config.IsMongo(strings.TrimSpace(before["store-url"])) || !strings.Contains(before["store-url"], before["mongo-app-password"]) || len(before["meili-key"]) < 16 {
		t.Errorf("got %d secrets, and a store of %q", len(before), strings.ReplaceAll(before["store-url"], before["mongo-app-password"], "***"))
	}
}

// TestSystemdUnit has systemd read the unit.
func TestSystemdUnit(t *testing.T) {
	unit := readDeploy(t, "deploy/systemd/boligklar.service")
	for _, line := range []string{"NoNewPrivileges=yes", "ProtectSystem=strict", "DynamicUser=yes", "MemoryDenyWriteExecute=yes"} {
		if !strings.Contains(unit, "\n"+line+"\n") {
			t.Errorf("the unit lacks %s", line)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not here, so systemd does not read the unit itself")
	}
	path := filepath.Join(t.TempDir(), "boligklar.service")
	here := strings.Replace(unit, "/usr/local/bin/boligklar", os.Args[0], 1)
	if err := os.WriteFile(path, []byte(here), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", path).CombinedOutput()
	for line := range bytes.Lines(out) {
		if bytes.Contains(line, []byte("boligklar.service")) {
			t.Errorf("systemd: %s", line)
		}
	}
	if err != nil {
		t.Logf("systemd-analyze: %v\n%s", err, out)
	}
}
