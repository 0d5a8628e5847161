package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/office"
)

const (
	pagesRecords = 10_000           // listings, and households
	pagesRate    = 200              // requests a second, half of them searches
	pagesWarm    = 10 * time.Second // before anything is counted
	pagesTime    = 40 * time.Second
)

// BenchmarkPages loads a serving process with searches among 10,000 listings and
// with pages of 10,000 households, from this process, 200 requests a second in
// all; and then asks for each of the other heavy pages alone. A request's time
// runs from when it was due, so that waiting behind a slow one counts.
func BenchmarkPages(b *testing.B) {
	data := filepath.Join(b.TempDir(), "data")
	ids := fillPages(b, data)
	p := startWeb(b, data)
	defer func() {
		if err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait()); err != nil {
			b.Error(err)
		}
	}()
	client := signIn(b, p)
	search := func() string { return "/listings?" + pagesQueries[rand.IntN(len(pagesQueries))] }
	household := func() string { return "/households/" + ids[rand.IntN(len(ids))] }
	b.Run("mixed", func(b *testing.B) {
		for range b.N {
			drive(b, p, client, pagesWarm, search, household)
			before := resident(b, p)
			times := drive(b, p, client, pagesTime, search, household)
			b.ReportMetric(before, "MB-before")
			b.ReportMetric(resident(b, p), "MB-after")
			report(b, times)
		}
	})
	for _, path := range []string{"/", "/placements", "/households", "/listings", "/units", "/landlords", "/ring", "/reports/turnover", "/reports/programme", "/reports/fairness",
		"/households/" + ids[1] + "?max_rent=15000", "/today/stale"} {
		b.Run(strings.ReplaceAll(strings.Trim(path, "/"), "/", "-"), func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := ask(client, p.url.String()+path); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(start))
			}
			report(b, times)
		})
	}
}

// pagesQueries are searches as staff write them.
var pagesQueries = []string{
	"q=selfors", "q=hybel+under+7000", "q=Mo+i+Rana+3+rom", "q=nav+garanti", "q=leilighet+ytteren", "q=gruben", "q=m%C3%B8blert", "q=nilsen", "q=storgata",
	"status=open&sort=rent", "bedrooms=2&status=open", "status=open", "q=kjellerleilighet", "q=lelighet", "sort=-confirmed_on", "q=2+soverom+under+9000&sort=rent", "",
}

// fillPages makes the register and returns the ids of its households.
func fillPages(tb testing.TB, data string) (ids []string) {
	tb.Helper()
	db, err := openStore(tb.Context(), data)
	if err != nil {
		tb.Fatal(err)
	}
	o := office.New(db, office.Config{Municipality: "1833"})
	if err := o.Fill(tb.Context(), demo.Large(o.Today(), pagesRecords, pagesRecords), "test"); err != nil {
		tb.Fatal(err)
	}
	a := &app{now: time.Now}
	a.config.Municipality = "1833"
	if err := addDemoUsers(tb.Context(), a.users(db), "test"); err != nil {
		tb.Fatal(err)
	}
	for after := office.Cursor(""); ; {
		page, err := o.FindHouseholds(tb.Context(), office.HouseholdsQuery{After: after, Limit: 500})
		if err != nil {
			tb.Fatal(err)
		}
		for i := range page.Households {
			ids = append(ids, page.Households[i].ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	return ids
}

func signIn(tb testing.TB, p *webProcess) *http.Client {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	resp, err := client.PostForm(p.url.String()+"/sign-in", url.Values{"username": {"demo.caseworker"}, "password": {demoPassword}})
	if err != nil {
		tb.Fatal(err)
	}
	_ = resp.Body.Close() // the page after it says nothing
	if resp.StatusCode != http.StatusOK {
		tb.Fatalf("sign-in: %s", resp.Status)
	}
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(100 * time.Millisecond) { // the index is filled in the background
		err := ask(client, p.url.String()+"/listings?q=selfors")
		if err == nil && ask(client, p.url.String()+"/reports/fairness") == nil {
			quiet(tb, p)
			return client
		}
		if time.Now().After(deadline) {
			tb.Fatal(err)
		}
	}
}

// ask gets a page whole. A page that is not there, or tells of a mistake, is an error.
func ask(client *http.Client, address string) error {
	resp, err := client.Get(address)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	err = cmp.Or(err, resp.Body.Close())
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, resp.Status)
	}
	return err
}

// drive asks at the rate for a while, in turns for one of each kind, and returns
// the times sorted.
func drive(b *testing.B, p *webProcess, client *http.Client, long time.Duration, kinds ...func() string) []time.Duration {
	b.Helper()
	n := int(long.Seconds() * pagesRate)
	times, failures := make([]time.Duration, n), make([]error, n)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range n {
		due := start.Add(time.Duration(i) * time.Second / pagesRate)
		time.Sleep(time.Until(due))
		path := kinds[i%len(kinds)]()
		wg.Go(func() {
			failures[i] = ask(client, p.url.String()+path)
			times[i] = time.Since(due)
		})
	}
	wg.Wait()
	failed := 0
	for _, err := range failures {
		if err != nil {
			if failed++; failed == 1 {
				b.Log(err)
			}
		}
	}
	b.ReportMetric(float64(failed), "errors")
	return times
}

func report(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	ms := func(share float64) float64 {
		return float64(times[min(len(times)-1, int(share*float64(len(times))))].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(ms(1), "max-ms")
}

// resident returns the memory of the serving process, in MB.
func resident(b *testing.B, p *webProcess) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0 // no such thing on this system
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1024
}

// quiet waits until the process has done what it begins with: the index, and the
// report of the month that is over.
func quiet(tb testing.TB, p *webProcess) {
	used := func() int {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
		if err != nil {
			return 0 // no such thing on this system
		}
		fields, sum := strings.Fields(string(stat)), 0
		for _, field := range fields[13:15] { // ticks in the program and in the system
			n, err := strconv.Atoi(field)
			if err != nil {
				tb.Fatal(err)
			}
			sum += n
		}
		return sum
	}
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); {
		before := used()
		if time.Sleep(2 * time.Second); used()-before < 10 { // hundredths of a second
			return
		}
	}
}
