package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An import that is killed at any moment leaves all of its rows or none, and a
// store that opens. Version after version of one file is imported over the same
// store, each killed after a random part of the time that an import takes.
func TestKilledImportIsWholeOrAbsent(t *testing.T) {
	const rows = 2000
	rounds := 20
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		rounds = 200
	}
	if os.Getenv("BOLIGKLAR_TEST_CLUSTER") != "" {
		rounds = 6 // a killed transaction may stand in the way for a minute
	}
	dir := t.TempDir()
	data := filepath.Join(dir, "store")
	file := func(version int) string {
		path := filepath.Join(dir, "liste.csv")
		var b strings.Builder
		b.WriteString("Nr;Adresse;Husleie;Merknad\n")
		for i := range rows {
			fmt.Fprintf(&b, "U-%04d;Storgata %d;%d;utgave %d\n", i, i, 5000+i, version)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	begin := time.Now()
	importFile(t, data, file(0), exitOK)
	whole := time.Since(begin) * 3 // a process has to start as well, and the machine may be busy

	r := rand.New(rand.NewPCG(1, uint64(rounds)))
	present, killed, finished := 0, 0, 0
	for version := 1; version <= rounds; version++ {
		cmd := exec.Command(os.Args[0], "import", file(version), "--data", data)
		cmd.Env = append(append(os.Environ(), childVariable+"=1"), testEnviron(t, data)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(r.Int64N(int64(whole))), func() { _ = cmd.Process.Kill() }) // it may have ended by itself
		acknowledged := cmd.Wait() == nil
		timer.Stop()
		after := storedVersion(t, data, rows)
		switch {
		case acknowledged && after != version:
			t.Fatalf("round %d: the import was acknowledged, the store has version %d", version, after)
		case after != version && after != present:
			t.Fatalf("round %d: the store has version %d, want %d or %d", version, after, present, version)
		}
		present = after
		if acknowledged {
			finished++
		} else {
			killed++
		}
	}
	t.Logf("%d imports were killed, %d had finished", killed, finished)
	if killed == 0 {
		t.Error("no import was killed: the test shows nothing")
	}
	boligklar(t, data, exitOK, "doctor")
}

// storedVersion returns the version that every listing in the store has.
func storedVersion(t *testing.T, data string, rows int) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.csv")
	boligklar(t, data, exitOK, "export", "listings", "-o", path, "--canonical")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]int{}
	for line := range strings.Lines(string(content)) {
		if _, version, ok := strings.Cut(strings.TrimSpace(line), ";utgave "); ok {
			versions[version]++
		}
	}
	if len(versions) != 1 {
		t.Fatalf("the store has rows of several versions, or none: %v", versions)
	}
	for version, n := range versions {
		var number int
		if _, err := fmt.Sscan(version, &number); err != nil || n != rows {
			t.Fatalf("got %d rows of version %q, want %d", n, version, rows)
		}
		return number
	}
	return 0
}
