package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/storage/mongo/mongotest"
)

const (
	mixedWarm    = 3 * time.Second // before anything is counted
	mixedTime    = 15 * time.Second
	mixedWorkers = 8  // requests under way, over all processes
	mixedRows    = 20 // of an import
)

// BenchmarkMixedLoad has landlords send forms, caseworkers propose pairs and look
// at pages, and a coordinator import files, as fast as 1, 2 and 4 serving
// processes on one store answer: on the embedded store, and on the server of
// BOLIGKLAR_TEST_MONGODB_URL where it names one. Eight requests are under way at
// any time, however many processes there are.
func BenchmarkMixedLoad(b *testing.B) {
	b.Setenv(behindProxy, "127.0.0.1")
	b.Run("sqlite", func(b *testing.B) {
		data := filepath.Join(b.TempDir(), "store")
		child(b, "demo", "--data", data)
		mixedOn(b, data, func() string { return data }) // processes on one file share its folder
	})
	b.Run("cluster", func(b *testing.B) {
		store := mongotest.Database(b)
		b.Setenv("BOLIGKLAR_STORE", store)
		child(b, "demo", "--data", b.TempDir())
		mixedOn(b, store, func() string { return b.TempDir() })
	})
}

func mixedOn(b *testing.B, store string, folder func() string) {
	households, listings := pairsIn(b, store)
	for _, processes := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(processes), func(b *testing.B) {
			var clients []mixedClient
			var all []*webProcess
			for range processes {
				p := startWeb(b, folder())
				all = append(all, p)
				c := mixedClient{landlordsOf: landlordsAt(b, p), staff: coordinatorAt(b, p), households: households, listings: listings}
				clients = append(clients, slices.Repeat([]mixedClient{c}, mixedWorkers/processes)...)
			}
			quiet(b, all[processes-1])
			for range b.N {
				mixedFor(b, clients, mixedWarm)
				mixedFor(b, clients, mixedTime).report(b)
			}
			for _, p := range all {
				if err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait()); err != nil {
					b.Error(err)
				}
			}
		})
	}
}

// mixedClient is a landlord, a caseworker and a coordinator by turns.
type mixedClient struct {
	*landlordsOf
	staff                *http.Client
	households, listings []string
}

// coordinatorAt signs a coordinator in.
func coordinatorAt(b *testing.B, p *webProcess) *http.Client {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(p.url.String()+"/sign-in", url.Values{"username": {"demo.coordinator"}, "password": {demoPassword}})
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close() // the page after it says nothing
	if resp.StatusCode != http.StatusSeeOther {
		b.Fatalf("sign-in: %s", resp.Status)
	}
	return client
}

// mixedTimes is how long what was done took, by kind.
type mixedTimes map[string][]time.Duration

// mixedFor has the clients work for a while.
func mixedFor(b *testing.B, clients []mixedClient, long time.Duration) mixedTimes {
	b.Helper()
	out := mixedTimes{}
	var mu sync.Mutex
	var working sync.WaitGroup
	end := time.Now().Add(long)
	for _, c := range clients {
		working.Go(func() {
			for time.Now().Before(end) {
				begin := time.Now()
				kind, err := c.turn(b.Context())
				took := time.Since(begin)
				mu.Lock()
				if err != nil {
					b.Log(kind, err)
					kind = "failures"
				}
				out[kind] = append(out[kind], took)
				mu.Unlock()
			}
		})
	}
	working.Wait()
	return out
}

// turn does one thing: of twenty, twelve look at a page, five register a home, two
// propose a pair and one imports a file.
func (c mixedClient) turn(ctx context.Context) (kind string, err error) {
	switch n := rand.IntN(20); {
	case n < 12:
		pages := []string{"/households/" + c.households[rand.IntN(len(c.households))], "/listings?" + pagesQueries[rand.IntN(len(pagesQueries))], "/listings/" + c.listings[rand.IntN(len(c.listings))]}
		return "pages", ask(c.staff, c.process.url.String()+pages[n%3])
	case n < 17:
		_, status, err := c.submit(ctx, fmt.Sprintf("mixed-%020d", rand.Uint64()), rand.IntN(1_000_000))
		return "forms", wanted(status, http.StatusSeeOther, err)
	case n < 19:
		status, _, err := c.post(ctx, "/placements", url.Values{"household": {c.households[rand.IntN(len(c.households))]}, "listing": {c.listings[rand.IntN(len(c.listings))]}, "why": {"A try of the pair."}})
		if err == nil && (status == http.StatusConflict || status == http.StatusUnprocessableEntity) {
			return "refused", nil // the pair was proposed before, or one of them is taken
		}
		return "placements", wanted(status, http.StatusSeeOther, err)
	}
	return "imports", c.importFile(ctx)
}

func wanted(got, want int, err error) error {
	if err == nil && got != want {
		err = fmt.Errorf("got status %d, want %d", got, want)
	}
	return err
}

// post sends a form of the staff's pages.
func (c mixedClient) post(ctx context.Context, path string, form url.Values) (status int, location string, err error) {
	form.Set("form_key", fmt.Sprintf("mixed-%020d", rand.Uint64()))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.process.url.String()+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(req)
}

func (c mixedClient) send(req *http.Request) (status int, location string, err error) {
	resp, err := c.staff.Do(req)
	if err != nil {
		return 0, "", err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	location, _, _ = strings.Cut(resp.Header.Get("Location"), "?")
	return resp.StatusCode, location, errors.Join(err, resp.Body.Close())
}

// importFile uploads a file, orders its import when it has been read, and waits
// until the page says that it is in.
func (c mixedClient) importFile(ctx context.Context) error {
	ref := fmt.Sprintf("M-%d", rand.Uint64())
	rows := "Nr;Adresse;Husleie\n"
	for i := range mixedRows {
		rows += fmt.Sprintf("%s-%d;Storgata %d;8000\n", ref, i, rand.IntN(10_000))
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	err := w.WriteField("form_key", ref)
	part, perr := w.CreateFormFile("file", ref+".csv")
	if err := errors.Join(err, perr); err != nil {
		return err
	}
	_, err = io.WriteString(part, rows)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.process.url.String()+"/imports", &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	status, path, err := c.send(req)
	if err := wanted(status, http.StatusSeeOther, err); err != nil {
		return err
	}
	ordered := false
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
		if !ordered {
			status, _, err := c.post(ctx, path+"/apply", url.Values{})
			if err != nil {
				return err
			}
			ordered = status == http.StatusSeeOther
			continue
		}
		resp, err := c.staff.Get(c.process.url.String() + path)
		if err != nil {
			return err
		}
		page, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			return err
		}
		if strings.Contains(string(page), `data-color="success"`) {
			return nil
		}
	}
	return fmt.Errorf("the import of %d rows was not done in a minute", mixedRows)
}

// report tells how much was done a second, and how long landlords and caseworkers
// waited.
func (m mixedTimes) report(b *testing.B) {
	for _, kind := range []string{"pages", "forms", "placements", "imports", "refused", "failures"} {
		times := m[kind]
		b.ReportMetric(float64(len(times))/mixedTime.Seconds(), kind+"/s")
		if kind != "forms" && kind != "placements" && kind != "imports" || len(times) == 0 {
			continue
		}
		slices.Sort(times)
		at := func(share float64) float64 {
			return float64(times[min(int(share*float64(len(times))), len(times)-1)].Microseconds()) / 1000
		}
		b.ReportMetric(at(0.5), kind+"-p50-ms")
		b.ReportMetric(at(0.99), kind+"-p99-ms")
	}
}
