package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
)

// loadTime is how long each measurement of the mixed load takes.
const loadTime = 6 * time.Second

// loadWorkers is how many requests a process has under way.
const loadWorkers = 4

// BenchmarkMixedLoad runs one mixed load, six reads to one write, from 1, 2 and 4
// processes on one store: on the embedded one, and on the server of
// BOLIGKLAR_TEST_MONGODB_URL where it names one.
func BenchmarkMixedLoad(b *testing.B) {
	dir := b.TempDir()
	stores := map[string]string{"sqlite": filepath.Join(dir, "store")}
	if os.Getenv("BOLIGKLAR_TEST_MONGODB_URL") != "" {
		stores["cluster"] = clusterStore(b, dir)
	}
	for engine, store := range stores {
		fillForLoad(b, store)
		for _, processes := range []int{1, 2, 4} {
			b.Run(fmt.Sprintf("%s/%d", engine, processes), func(b *testing.B) {
				for range b.N {
					var done [2]float64
					cmds := make([]*exec.Cmd, processes)
					outs := make([]strings.Builder, processes)
					for i := range cmds {
						cmds[i] = exec.Command(os.Args[0], "mixed-load", store)
						cmds[i].Env = append(os.Environ(), childVariable+"=1")
						cmds[i].Stdout, cmds[i].Stderr = &outs[i], os.Stderr
						if err := cmds[i].Start(); err != nil {
							b.Fatal(err)
						}
					}
					for i := range cmds {
						if err := cmds[i].Wait(); err != nil {
							b.Fatal(err)
						}
						for j, field := range strings.Fields(outs[i].String()) {
							n, err := strconv.ParseFloat(field, 64)
							if err != nil {
								b.Fatal(err)
							}
							done[j] += n
						}
					}
					b.ReportMetric(done[0]/loadTime.Seconds(), "reads/s")
					b.ReportMetric(done[1]/loadTime.Seconds(), "writes/s")
				}
			})
		}
	}
}

const loadRecords = 1000

func fillForLoad(tb testing.TB, store string) {
	tb.Helper()
	db, err := openStore(tb.Context(), store)
	if err != nil {
		tb.Fatal(err)
	}
	err = db.Update(tb.Context(), "1833", func(tx *storage.Tx) error {
		for i := range loadRecords {
			rec := storage.Record[office.ImportRecord]{ID: fmt.Sprint("load", i), Value: office.ImportRecord{File: fmt.Sprint("file", i)}}
			if err := office.Imports.Put(tx, &rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// mixedLoad is the load of one process; it prints its reads and writes.
func mixedLoad(store string) error {
	ctx := context.Background()
	db, err := openStore(ctx, store)
	if err != nil {
		return err
	}
	type count struct {
		reads, writes int
		err           error
	}
	results := make(chan count)
	end := time.Now().Add(loadTime)
	for range loadWorkers {
		go func() {
			var c count
			for c.err == nil && time.Now().Before(end) {
				id := fmt.Sprint("load", rand.IntN(loadRecords))
				if rand.IntN(7) > 0 {
					c.err = db.View(ctx, "1833", func(tx *storage.Tx) error { _, err := office.Imports.Get(tx, id); return err })
					c.reads++
					continue
				}
				c.err = db.Update(ctx, "1833", func(tx *storage.Tx) error {
					rec, err := office.Imports.Get(tx, id)
					if err != nil {
						return err
					}
					rec.Value.Summary.Updated++
					return office.Imports.Put(tx, &rec)
				})
				if c.writes++; apperr.CodeOf(c.err) == apperr.Unavailable { // the others are writing all the time
					c.writes--
					c.err = nil
				}
			}
			results <- c
		}()
	}
	var total count
	for range loadWorkers {
		c := <-results
		total.reads += c.reads
		total.writes += c.writes
		if c.err != nil {
			return c.err
		}
	}
	fmt.Println(total.reads, total.writes)
	return db.Close()
}
