package main

import (
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/audit"
)

// TestLooksAtTheCommandLineAreInTheTrail runs what tells of single households, and
// finds each look with who it was.
func TestLooksAtTheCommandLineAreInTheTrail(t *testing.T) {
	data := placementStore(t)
	proposed := step(t, data, "propose", "--household", "H-2", "--listing", "U-1", "--why", "prøve")
	seen := map[string]int{}
	count := func() map[string]int {
		t.Helper()
		db, err := openStore(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		trail, stop := audit.Start(db, audit.Config{Municipality: "1833", Logger: slog.New(slog.DiscardHandler)})
		found, err := trail.Find(t.Context(), audit.Filter{Limit: 1000})
		if err := errors.Join(err, stop(t.Context()), db.Close()); err != nil {
			t.Fatal(err)
		}
		out := map[string]int{}
		for _, l := range found.Lines {
			if l.What == audit.Read && l.Register == "households" && l.Who == "test" {
				out[l.Key]++
			}
		}
		return out
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"match", "--household", "H-1", "--on", "2026-12-01"}, []string{"H-1"}},
		{[]string{"match", "--listing", "U-1", "--every", "--on", "2026-12-01"}, []string{"H-1", "H-2"}},
		{[]string{"match", "--all", "--every", "--on", "2026-12-01", "--format", "jsonl"}, []string{"H-1", "H-2"}},
		{[]string{"whatif", "--household", "H-2", "--on", "2026-12-01"}, []string{"H-2"}},
		{[]string{"assign", "--on", "2026-12-01"}, []string{"H-1", "H-2"}},
		{[]string{"placement", "list"}, []string{proposed.Household}},
		{[]string{"unit", "list"}, []string{"H-1"}},
		{[]string{"occupancy", "list"}, []string{"H-1"}},
		{[]string{"fairness", "--on", "2026-12-01"}, nil},
		{[]string{"negotiate", "--all", "--on", "2026-12-01"}, nil},
	} {
		boligklar(t, data, exitOK, c.args...)
		now := count()
		var got []string
		for ref, n := range now {
			if n > seen[ref] {
				got = append(got, ref)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: the trail has looks at %v, want %v", c.args, got, c.want)
		}
		seen = now
	}
}
