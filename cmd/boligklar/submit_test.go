package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
)

// landlordsOf sends the public form to a serving process as many landlords would,
// each from an address of their own.
type landlordsOf struct {
	process *webProcess
	client  *http.Client
	stamp   string
	from    string // their address; "" for one of their own each time
}

var stampIn = regexp.MustCompile(`name="stamp" value="([^"]+)"`)

// landlordsAt gets ready to send forms: a form has to be older than a machine's
// would be.
func landlordsAt(t testing.TB, p *webProcess) *landlordsOf {
	t.Helper()
	l := &landlordsOf{process: p, client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	l.stamp = stampOf(t, l.get(t, "/utleier"))
	for deadline := time.Now().Add(30 * time.Second); ; <-time.After(50 * time.Millisecond) {
		if _, status, err := l.submit(context.Background(), fmt.Sprintf("the-first-form-%08d", rand.Uint32()), 0); err == nil && status == http.StatusSeeOther {
			return l
		}
		if time.Now().After(deadline) {
			t.Fatal("no form was taken in 30 seconds")
		}
	}
}

func stampOf(t testing.TB, page string) string {
	t.Helper()
	found := stampIn.FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the form has no stamp")
	}
	return found[1]
}

func (l *landlordsOf) get(t testing.TB, path string) string {
	t.Helper()
	resp, err := l.client.Get(l.process.url.String() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %d, %v", path, resp.StatusCode, err)
	}
	return string(body)
}

// submit sends a form and returns the token of the receipt's link.
func (l *landlordsOf) submit(ctx context.Context, key string, n int) (token string, status int, err error) {
	form := url.Values{"stamp": {l.stamp}, "form_key": {key}, "address": {fmt.Sprintf("Prøvegata %d", n)}, "postal_code": {"8610"}, "postal_place": {"Mo i Rana"}, "dwelling_type": {"apartment"}, "rent": {"9 500"},
		"landlord_name": {"Kari Prøve"}, "landlord_phone": {fmt.Sprint(40000000 + n)}, "landlord_email": {fmt.Sprintf("utleier%d@example.no", n)}, "via": {"email"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.process.url.String()+"/utleier", strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Forwarded-For", cmp.Or(l.from, fmt.Sprintf("10.%d.%d.%d", rand.IntN(256), rand.IntN(256), rand.IntN(256))))
	resp, err := l.client.Do(req)
	if err != nil {
		return "", 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return strings.TrimPrefix(resp.Header.Get("Location"), "/utleier/mine/"), resp.StatusCode, err
}

// behindProxy lets the forms come from many addresses.
const behindProxy = "BOLIGKLAR_TRUSTED_PROXIES"

// TestKilledAfterTheReceipt kills the serving process while landlords send forms,
// again and again. Whatever form had its receipt is there when the next process
// has started: once, with its message, opened by the link of the receipt.
func TestKilledAfterTheReceipt(t *testing.T) {
	rounds := 3
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		rounds = 50
	}
	t.Setenv(behindProxy, "127.0.0.1")
	data := filepath.Join(t.TempDir(), "store")
	r := rand.New(rand.NewPCG(7, uint64(rounds)))
	receipts := map[string]string{} // token by key
	lost := 0
	for round := range rounds {
		p := startWeb(t, data)
		l := landlordsAt(t, p)
		var mu sync.Mutex
		var sending sync.WaitGroup
		begun := make(chan struct{})
		var once sync.Once
		for worker := range 4 {
			sending.Go(func() {
				for n := 0; ; n++ {
					key := fmt.Sprintf("form-%04d-%d-%06d", round, worker, n)
					token, status, err := l.submit(t.Context(), key, round*100_000+worker*10_000+n)
					if err != nil {
						return // the process is gone
					}
					if status == http.StatusSeeOther {
						mu.Lock()
						receipts[key] = token
						mu.Unlock()
						once.Do(func() { close(begun) })
					}
				}
			})
		}
		<-begun
		timer := time.AfterFunc(time.Duration(r.IntN(700))*time.Millisecond, func() { _ = p.cmd.Process.Kill() })
		sending.Wait()
		timer.Stop()
		if err := p.cmd.Wait(); err == nil {
			t.Fatal("the process ended by itself: the test shows nothing")
		}
	}
	if len(receipts) < rounds {
		t.Fatalf("got %d receipts in %d rounds: the test shows nothing", len(receipts), rounds)
	}
	// The pages of a process that starts again, then the store itself.
	p := startWeb(t, data)
	l := &landlordsOf{process: p, client: http.DefaultClient}
	for _, token := range receipts {
		l.get(t, "/utleier/mine/"+token)
		break
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait() // it was killed
	db, err := openStore(t.Context(), storeOf(t, data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	o := office.New(db, office.Config{Municipality: "1833"})
	messages := map[string]int{}
	err = db.View(t.Context(), "1833", func(tx *storage.Tx) error {
		for rec, err := range outbox.Letters.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			messages[rec.Value.Message.Key]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, token := range receipts {
		mine, err := o.Mine(t.Context(), token)
		if err != nil || len(mine.Listings) != 1 {
			lost++
			t.Errorf("%s: got %d listings, %v", key, len(mine.Listings), err)
			continue
		}
		if n := messages[mine.Listings[0].ID]; n != 1 {
			lost++
			t.Errorf("%s: got %d messages, want one", key, n)
		}
	}
	t.Logf("%d forms had their receipt over %d kills, %d were lost", len(receipts), rounds, lost)
}

// storeOf returns what names the store of a data folder.
func storeOf(t testing.TB, data string) string {
	if os.Getenv("BOLIGKLAR_TEST_CLUSTER") != "" {
		return clusterStore(t, data)
	}
	return data
}

// BenchmarkSubmit sends the public form 50 times a second for half a minute, as
// landlords would, at moments of their own, to a serving process of its own with
// the demo's municipality, and reports how long the receipt took and what memory
// the process came to. The outbox sends, the search index and matching follow.
// BOLIGKLAR_LOAD_SECONDS and BOLIGKLAR_LOAD_RATE choose otherwise.
func BenchmarkSubmit(b *testing.B) {
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return otherwise
	}
	seconds, perSecond := number("BOLIGKLAR_LOAD_SECONDS", 30), number("BOLIGKLAR_LOAD_RATE", 50)
	b.Setenv(behindProxy, "127.0.0.1")
	data := filepath.Join(b.TempDir(), "store")
	fillDemo(b, data)
	p := startWeb(b, data)
	l := landlordsAt(b, p)
	for range b.N {
		took := make(chan time.Duration, seconds*perSecond*2)
		var sending sync.WaitGroup
		var refused int
		var mu sync.Mutex
		end := time.Now().Add(time.Duration(seconds) * time.Second)
		for n := 0; time.Now().Before(end); n++ {
			key := fmt.Sprintf("load-%020d", rand.Uint64())
			begin := time.Now() // when the landlord pressed the button
			sending.Go(func() {
				_, status, err := l.submit(b.Context(), key, n)
				if err != nil || status != http.StatusSeeOther {
					mu.Lock()
					refused++
					mu.Unlock()
					return
				}
				took <- time.Since(begin)
			})
			<-time.After(time.Until(begin.Add(time.Duration(rand.ExpFloat64() * float64(time.Second) / float64(perSecond)))))
		}
		sending.Wait()
		close(took)
		var all []time.Duration
		for d := range took {
			all = append(all, d)
		}
		slices.Sort(all)
		at := func(share float64) float64 {
			return float64(all[min(int(share*float64(len(all))), len(all)-1)].Microseconds()) / 1000
		}
		b.ReportMetric(float64(len(all))/float64(seconds), "forms/s")
		b.ReportMetric(float64(refused), "refused")
		b.ReportMetric(at(0.50), "p50-ms")
		b.ReportMetric(at(0.95), "p95-ms")
		b.ReportMetric(at(0.99), "p99-ms")
		b.ReportMetric(at(1), "max-ms")
		b.ReportMetric(peakMemory(b, p.cmd.Process.Pid), "peak-MB")
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait() // it was killed
}

// peakMemory returns the most memory that a process held, in megabytes.
func peakMemory(b *testing.B, pid int) float64 {
	b.Helper()
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0 // not on Linux
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var kb float64
		if _, err := fmt.Sscanf(lines.Text(), "VmHWM: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}
