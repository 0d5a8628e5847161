package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// webProcess is a serving process of its own.
type webProcess struct {
	cmd   *exec.Cmd
	url   *url.URL
	ready atomic.Bool
}

// startWeb starts `boligklar serve` on a data folder and reads where it listens.
func startWeb(t testing.TB, data string, args ...string) *webProcess {
	t.Helper()
	args = append([]string{"serve", "--addr", "127.0.0.1:0", "--data", data, "--lang", "en"}, args...)
	p := &webProcess{cmd: exec.Command(os.Args[0], args...)}
	p.cmd.Env = append(append(os.Environ(), childVariable+"=1"), testEnviron(t, data)...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // it has ended already where all went well
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "http://"); ok {
			addr, _, _ := strings.Cut(rest, "/")
			p.url = &url.URL{Scheme: "http", Host: addr}
			go func() { _, _ = io.Copy(io.Discard, out) }() // whatever else it says
			return p
		}
	}
	t.Fatal("serve did not say where it listens")
	return nil
}

// look asks the process whether it is ready.
func (p *webProcess) look(client *http.Client) bool {
	resp, err := client.Get(p.url.String() + "/readyz")
	ok := err == nil && resp.StatusCode == http.StatusOK
	if err == nil {
		_ = resp.Body.Close()
	}
	p.ready.Store(ok)
	return ok
}

// balancer sends requests to processes that say that they are ready.
type balancer struct {
	mu   sync.Mutex
	all  []*webProcess
	turn int
}

func (b *balancer) replace(old, by *webProcess) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*webProcess
	for _, p := range b.all {
		if p != old {
			all = append(all, p)
		}
	}
	if by != nil {
		all = append(all, by)
	}
	b.all = all
}

func (b *balancer) watch(ctx context.Context) {
	client := &http.Client{Timeout: 2 * time.Second}
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		b.mu.Lock()
		all := b.all
		b.mu.Unlock()
		for _, p := range all {
			p.look(client)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (b *balancer) pick() *url.URL {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range b.all {
		b.turn++
		if p := b.all[b.turn%len(b.all)]; p.ready.Load() {
			return p.url
		}
	}
	return &url.URL{Scheme: "http", Host: "127.0.0.1:1"} // nobody: the request fails, and so does the test
}

// TestRollingRestart restarts two processes on one store, one after the other,
// while requests come in through a proxy: none is lost.
func TestRollingRestart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "store")
	fillServed(t, data)
	const drain = "1s"
	b := &balancer{}
	for range 2 {
		b.replace(nil, startWeb(t, data, "--drain", drain))
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { b.watch(ctx) })
	eventually(t, "both processes are ready", func() bool { return b.all[0].ready.Load() && b.all[1].ready.Load() })
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(b.pick()) }})
	defer proxy.Close()
	var answered, lost atomic.Int64
	for range 4 {
		running.Go(func() {
			client := &http.Client{Timeout: 20 * time.Second}
			for ctx.Err() == nil {
				resp, err := client.Get(proxy.URL + "/sign-in")
				if err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					err = errors.Join(err, resp.Body.Close())
				}
				if err != nil || resp.StatusCode != http.StatusOK {
					lost.Add(1)
					continue
				}
				answered.Add(1)
				<-time.After(2 * time.Millisecond) // the processes have to start beside it
			}
		})
	}
	for _, old := range []*webProcess{b.all[0], b.all[1]} {
		before := answered.Load()
		if err := old.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the process that stops says so", func() bool { return !old.ready.Load() })
		if err := old.cmd.Wait(); err != nil {
			t.Errorf("a process that was told to stop: %v", err)
		}
		next := startWeb(t, data, "--drain", drain)
		b.replace(old, next)
		eventually(t, "the new process is ready", next.ready.Load)
		eventually(t, "requests went on", func() bool { return answered.Load() > before })
	}
	stop()
	running.Wait()
	if lost.Load() > 0 || answered.Load() == 0 {
		t.Errorf("got %d requests lost of %d, want none", lost.Load(), lost.Load()+answered.Load())
	}
	t.Logf("%d requests answered over two restarts", answered.Load())
	for _, p := range b.all {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// eventually waits for a condition; two minutes are for a machine that is
// busy, and for a cluster that keeps the transaction of a killed process.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after two minutes", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}
