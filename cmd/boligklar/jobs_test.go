package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/config"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/jobs"
)

// Whatever a serving process does by itself has a name that an administrator
// understands, in every language.
func TestScheduledWorkHasWords(t *testing.T) {
	data := filepath.Join(t.TempDir(), "store")
	a := &app{config: config.Config{Data: data, Municipality: "1833"}, stdout: io.Discard, stderr: io.Discard, now: time.Now}
	db, err := openStore(t.Context(), storeOf(t, data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	o := a.office(db)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is to run
	scheduler, stop, err := a.startBackground(ctx, db, slog.New(slog.DiscardHandler), slices.Concat(o.Upkeep(), []jobs.Job{a.monthlyReports(o)}, a.tidying(db))...)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	lines, err := scheduler.Board(t.Context())
	if err != nil || len(lines) < 7 {
		t.Fatalf("got %d jobs, %v", len(lines), err)
	}
	for _, line := range lines {
		for _, lang := range i18n.Langs {
			if !lang.Has("jobs.name." + line.Name) {
				t.Errorf("%s has no name in %s", line.Name, lang)
			}
		}
	}
}
