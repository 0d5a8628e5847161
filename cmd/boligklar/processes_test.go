package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/web/webtest"
)

// importDone is on the page of a file that was imported.
const importDone = `[data-color="success"]`

// handler answers with what the process answers.
func (p *webProcess) handler() http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(p.url) },
		ModifyResponse: whole,
		ErrorHandler:   func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }}
}

// whole reads an answer to its end, so that one that was cut off by the end of its
// process is an error and not half a page.
func whole(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	r.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(body), r.Body}
	return err
}

func enter(t *testing.T, b *webtest.Browser, user string) {
	t.Helper()
	if p := b.Post("/sign-in", url.Values{"username": {user}, "password": {demoPassword}}); p.Status != http.StatusSeeOther {
		t.Fatalf("sign-in: got status %d", p.Status)
	}
}

// TestProcessesShareEverything has one person's requests answered by two processes
// in turn: the session, a form sent twice, an import, its records in search and
// matching, and the count of wrong passwords are the same at both.
func TestProcessesShareEverything(t *testing.T) {
	data := filepath.Join(t.TempDir(), "store")
	fillServed(t, data)
	a, b := startWeb(t, data), startWeb(t, data)
	client := &http.Client{Timeout: 20 * time.Second}
	eventually(t, "both are ready", func() bool { return a.look(client) && b.look(client) })
	person := webtest.NewBrowser(t, a.handler())
	at := func(p *webProcess) *webtest.Browser { person.Handler = p.handler(); return person }
	enter(t, at(a), "demo.coordinator")
	if p := at(b).Get("/households"); p.Status != http.StatusOK {
		t.Fatalf("the session of one process: got status %d at the other", p.Status)
	}

	file := webtest.File{Name: "delt.csv", Data: []byte("Nr;Adresse;Husleie;Soverom;Ledig fra;Sikkerhet godtas;Krav om jobb;Referanser;Leietid\nDELT-1;Felleseiegata 7;8000;2;01.12.2026;NAV-garanti;ingen;nei;36\n")}
	form := url.Values{"form_key": {"one-upload"}}
	first := at(a).Upload("/imports", form, "file", file)
	if first.Status != http.StatusSeeOther {
		t.Fatalf("upload: got status %d", first.Status)
	}
	path := first.Header.Get("Location")
	if again := at(b).Upload("/imports", form, "file", file); again.Header.Get("Location") != path {
		t.Errorf("the same form at the other process led to %q, want %q", again.Header.Get("Location"), path)
	}
	path, _, _ = strings.Cut(path, "?")
	applied := false
	eventually(t, "the import that the other process ordered", func() bool {
		if !applied {
			applied = at(b).Post(path+"/apply", url.Values{"form_key": {"apply"}}).Status == http.StatusSeeOther
			return false
		}
		return strings.Contains(at(b).Get("/imports").Main(), "delt.csv") && len(at(a).Get(path).All(importDone)) > 0
	})
	for name, p := range map[string]*webProcess{"a": a, "b": b} {
		eventually(t, "the record is found at "+name, func() bool {
			return strings.Contains(at(p).Get("/listings?q=felleseiegata").Main(), "Felleseiegata")
		})
	}

	stranger := webtest.NewBrowser(t, a.handler())
	wrong := func(p *webProcess) int {
		stranger.Handler = p.handler()
		return stranger.Post("/sign-in", url.Values{"username": {"demo.manager"}, "password": {"not that"}}).Status
	}
	statuses := map[int]int{}
	for i := range 8 {
		statuses[wrong([]*webProcess{a, b}[i%2])]++
	}
	if statuses[http.StatusTooManyRequests] < 2 {
		t.Errorf("wrong passwords at two processes in turn: got statuses %v, want the later ones refused", statuses)
	}
}

// TestKilledWebProcess kills a serving process while people propose pairs and
// import files through it, and starts it anew. What was acknowledged is there,
// once.
func TestKilledWebProcess(t *testing.T) {
	data := filepath.Join(t.TempDir(), "store")
	fillServed(t, data)
	rounds := 3
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		rounds = 50
	}
	told := &told{proposals: map[string]string{}, imports: map[string]bool{}}
	households, listings := pairsIn(t, storeOf(t, data))
	client := &http.Client{Timeout: 20 * time.Second}
	var recovery []time.Duration
	for round := range rounds {
		started := time.Now()
		p := startWeb(t, data)
		eventually(t, "ready", func() bool { return p.look(client) })
		recovery = append(recovery, time.Since(started))
		var people sync.WaitGroup
		for n := range 3 {
			people.Go(func() { told.propose(t, p, round*100+n, households, listings) })
		}
		people.Go(func() { told.upload(t, p, round) })
		eventually(t, "proposals and an import were acknowledged", told.due)
		<-time.After(time.Duration(37*round%200) * time.Millisecond) // somewhere in the next ones
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if _, exited := errors.AsType[*exec.ExitError](p.cmd.Wait()); !exited {
			t.Error("the process had ended by itself")
		}
		people.Wait()
	}
	told.check(t, data)
	boligklar(t, data, exitOK, "doctor")
	slices.Sort(recovery)
	t.Logf("%d kills; ready again after %v (median), %v (longest)", rounds, recovery[len(recovery)/2], recovery[len(recovery)-1])
}

// told is what people were told had been stored.
type told struct {
	mu         sync.Mutex
	proposals  map[string]string // placement id -> household id
	imports    map[string]bool   // references of listings in files that were applied
	all, files int               // of both, and of imports, when the last kill was due
}

// due tells whether more than three of both were acknowledged since it last said
// so, an import among them.
func (l *told) due() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	all, files := len(l.proposals)+len(l.imports), len(l.imports)
	if all <= l.all+3 || files == l.files {
		return false
	}
	l.all, l.files = all, files
	return true
}

// pairsIn returns the ids of a store's households and listings.
func pairsIn(t testing.TB, store string) (households, listings []string) {
	t.Helper()
	withTestStore(t, store, func(db *storage.DB) error {
		return db.View(t.Context(), "1833", func(tx *storage.Tx) error {
			households, listings = nil, nil
			for rec, err := range office.Households.Find(tx, storage.Query{}) {
				if err != nil {
					return err
				}
				households = append(households, rec.ID)
			}
			for rec, err := range office.Listings.Find(tx, storage.Query{}) {
				if err != nil {
					return err
				}
				listings = append(listings, rec.ID)
			}
			return nil
		})
	})
	return households, listings
}

// withTestStore opens a store.
func withTestStore(t testing.TB, store string, fn func(*storage.DB) error) {
	t.Helper()
	db, err := openStore(t.Context(), store)
	if err == nil {
		err = errors.Join(fn(db), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// propose proposes pair after pair, and notes the ids it is led to.
func (l *told) propose(t *testing.T, p *webProcess, salt int, households, listings []string) {
	b := webtest.NewBrowser(t, p.handler())
	if b.Post("/sign-in", url.Values{"username": {"demo.caseworker"}, "password": {demoPassword}}).Status != http.StatusSeeOther {
		return
	}
	for i := 0; ; i++ {
		h := households[(salt*7+i)%len(households)]
		answer := b.Post("/placements", url.Values{"form_key": {fmt.Sprint(salt, "-", i)}, "household": {h}, "listing": {listings[(salt*13+i*5)%len(listings)]}, "why": {"A try of the pair."}})
		if answer.Status == http.StatusBadGateway {
			return
		}
		path, _, _ := strings.Cut(answer.Header.Get("Location"), "?")
		if id, ok := strings.CutPrefix(path, "/placements/"); ok && answer.Status == http.StatusSeeOther {
			l.mu.Lock()
			l.proposals[id] = h
			l.mu.Unlock()
		}
	}
}

// upload imports file after file, and notes those that were said to be in.
func (l *told) upload(t *testing.T, p *webProcess, round int) {
	b := webtest.NewBrowser(t, p.handler())
	if b.Post("/sign-in", url.Values{"username": {"demo.coordinator"}, "password": {demoPassword}}).Status != http.StatusSeeOther {
		return
	}
	for i := 0; ; i++ {
		ref := fmt.Sprintf("K-%d-%d", round, i)
		rows := "Nr;Adresse;Husleie\n"
		for k := range 20 {
			rows += fmt.Sprintf("%s-%d;Storgata %s %d;8000\n", ref, k, ref, k)
		}
		answer := b.Upload("/imports", url.Values{"form_key": {"up" + ref}}, "file", webtest.File{Name: ref + ".csv", Data: []byte(rows)})
		path, _, _ := strings.Cut(answer.Header.Get("Location"), "?")
		for applied := false; ; {
			if answer.Status == http.StatusBadGateway {
				return
			}
			if !applied {
				answer = b.Post(path+"/apply", url.Values{"form_key": {"ap" + ref}})
				applied = answer.Status == http.StatusSeeOther
				continue
			}
			answer = b.Get(path)
			if answer.Status == http.StatusOK && len(answer.All(importDone)) > 0 {
				break
			}
			<-time.After(5 * time.Millisecond)
		}
		l.mu.Lock()
		l.imports[ref] = true
		l.mu.Unlock()
	}
}

func (l *told) check(t *testing.T, data string) {
	t.Helper()
	placed, rows := map[string]bool{}, map[string]int{}
	withTestStore(t, storeOf(t, data), func(db *storage.DB) error {
		return db.View(t.Context(), "1833", func(tx *storage.Tx) error {
			for rec, err := range office.Placements.Find(tx, storage.Query{}) {
				if err != nil {
					return err
				}
				placed[rec.ID] = true
			}
			for rec, err := range office.Listings.Find(tx, storage.Query{}) {
				if err != nil {
					return err
				}
				if ref := rec.Value.Key; strings.HasPrefix(ref, "K-") {
					rows[ref[:strings.LastIndex(ref, "-")]]++
				}
			}
			return nil
		})
	})
	for id := range l.proposals {
		if !placed[id] {
			t.Errorf("the proposal %s was acknowledged and is lost", id)
		}
	}
	for ref := range l.imports {
		if rows[ref] == 0 {
			t.Errorf("the import %s was acknowledged and is lost", ref)
		}
	}
	for ref, n := range rows {
		if n != 20 {
			t.Errorf("the import %s has %d rows, want all 20 or none", ref, n)
		}
	}
	if len(l.proposals) == 0 || len(l.imports) == 0 {
		t.Errorf("%d proposals and %d imports were acknowledged: the test shows nothing", len(l.proposals), len(l.imports))
	}
	t.Logf("%d proposals and %d imports acknowledged, none lost", len(l.proposals), len(l.imports))
}
