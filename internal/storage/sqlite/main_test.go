package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
)

// Tests that need a second process run the test binary again with this set to
// what it is to do; the store's path is its argument.
const childEnv = "BOLIGKLAR_TEST_CHILD"

func TestMain(m *testing.M) {
	do := map[string]func(context.Context, *storage.DB, io.Reader, io.Writer) error{"": nil, "write": writeOn, "count": countUp, "add": addOne}[os.Getenv(childEnv)]
	if do == nil {
		os.Exit(m.Run())
	}
	if err := child(os.Args[1], do); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(path string, do func(context.Context, *storage.DB, io.Reader, io.Writer) error) error {
	ctx := context.Background()
	b, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, b, homes, notes)
	if err != nil {
		return errors.Join(err, b.Close())
	}
	return errors.Join(do(ctx, db, os.Stdin, os.Stdout), db.Close())
}

// start runs a child on a store.
func start(t *testing.T, do, path string) (cmd *exec.Cmd, in io.WriteCloser, out *bufio.Scanner) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0], path)
	cmd.Env = append(os.Environ(), childEnv+"="+do)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, in, bufio.NewScanner(pipe)
}

type note struct {
	N int `json:"n"`
}

var notes = storage.NewCollection[note](storage.Schema{Name: "notes", Indexes: []storage.Index{{Name: "by_n", Paths: []string{"n"}}}})

// perTransaction documents of each collection make a transaction of writeOn:
// some fit in a batch and some do not.
const perTransaction = 70

// writeOn writes transaction after transaction and says which are committed.
func writeOn(ctx context.Context, db *storage.DB, _ io.Reader, out io.Writer) error {
	for {
		var seq int64
		err := db.Update(ctx, rana, func(tx *storage.Tx) error {
			for i := range perTransaction {
				if err := homes.Put(tx, &storage.Record[home]{Value: home{Rent: i, Notes: strings.Repeat("x", 500)}}); err != nil {
					return err
				}
				rec := storage.Record[note]{Value: note{N: i}}
				if err := notes.Put(tx, &rec); err != nil {
					return err
				}
				seq = rec.Seq
			}
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, seq); err != nil {
			return err
		}
	}
}

// TestKilled kills a process while it commits, again and again on one store:
// every transaction that it called committed is there as a whole, and so is
// every other one or none of it.
func TestKilled(t *testing.T) {
	rounds := 6
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		rounds = 40
	}
	r := rand.New(rand.NewPCG(1, uint64(os.Getpid())))
	path := filepath.Join(t.TempDir(), "store.db")
	for round := range rounds {
		cmd, _, out := start(t, "write", path)
		acknowledged := int64(0)
		for range 1 + r.IntN(12) { // the child goes on while these are read
			if !out.Scan() {
				t.Fatal("the child ended by itself")
			}
			seq, err := strconv.ParseInt(out.Text(), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			acknowledged = seq
		}
		for range r.IntN(1 << 22) { // a moment that is not just behind a line
			continue
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for out.Scan() { // what it had said already
			seq, err := strconv.ParseInt(out.Text(), 10, 64)
			if err == nil {
				acknowledged = seq
			}
		}
		_ = cmd.Wait() // killed
		checkKilled(t, round, path, acknowledged)
	}
}

func checkKilled(t *testing.T, round int, path string, acknowledged int64) {
	t.Helper()
	b, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	db, err := storage.Open(t.Context(), b, homes, notes)
	if err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	counts := map[int64]int{}
	var pos storage.Position
	for {
		changes, next, err := db.Changes(t.Context(), rana, pos, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) == 0 {
			break
		}
		for _, c := range changes {
			counts[c.Seq]++
		}
		pos = next
	}
	for seq := int64(1); seq <= acknowledged; seq++ {
		if counts[seq] == 0 {
			t.Errorf("round %d: transaction %d of %d was committed and is gone", round, seq, acknowledged)
		}
	}
	for seq, n := range counts {
		if n != 2*perTransaction {
			t.Errorf("round %d: transaction %d has %d documents, want %d", round, seq, n, 2*perTransaction)
		}
	}
	findings, err := db.Check(t.Context())
	if err != nil || len(findings) != 0 {
		t.Errorf("round %d: Check: %+v, %v", round, findings, err)
	}
}

const ups = 40

// countUp counts a shared document up.
func countUp(ctx context.Context, db *storage.DB, _ io.Reader, _ io.Writer) error {
	for range ups {
		err := db.Update(ctx, rana, func(tx *storage.Tx) error {
			rec, err := notes.Get(tx, "counter")
			if err != nil {
				return err
			}
			rec.Value.N++
			return notes.Put(tx, &rec)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// TestTwoProcesses has three processes count up one document.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openDB(t, path, homes, notes)
	err := db.Update(t.Context(), rana, func(tx *storage.Tx) error {
		return notes.Put(tx, &storage.Record[note]{ID: "counter"})
	})
	if err != nil {
		t.Fatal(err)
	}
	a, _, _ := start(t, "count", path)
	b, _, _ := start(t, "count", path)
	if err := countUp(t.Context(), db, nil, nil); err != nil {
		t.Error(err)
	}
	if err := errors.Join(a.Wait(), b.Wait()); err != nil {
		t.Error(err)
	}
	err = db.View(t.Context(), rana, func(tx *storage.Tx) error {
		rec, err := notes.Get(tx, "counter")
		if err == nil && (rec.Value.N != 3*ups || rec.Seq != 3*ups+1) {
			t.Errorf("got %d at seq %d, want %d at seq %d", rec.Value.N, rec.Seq, 3*ups, 3*ups+1)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// addOne adds a document when it is told to.
func addOne(ctx context.Context, db *storage.DB, in io.Reader, _ io.Writer) error {
	if _, err := io.ReadAll(in); err != nil {
		return err
	}
	return db.Update(ctx, rana, func(tx *storage.Tx) error {
		return notes.Put(tx, &storage.Record[note]{})
	})
}

// TestHintFromAnotherProcess waits for the hint of what another process wrote.
func TestHintFromAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openDB(t, path, homes, notes)
	hints, stop := db.Watch(t.Context(), rana)
	defer stop()
	<-hints // the first, which always comes
	cmd, in, _ := start(t, "add", path)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	<-hints // hangs where there is none
	if changes, _, err := db.Changes(t.Context(), rana, storage.Position{}, 10); err != nil || len(changes) != 1 {
		t.Errorf("after the hint: got %d changes, %v, want 1", len(changes), err)
	}
}

// TestMadeTogether has several processes make one store at the same moment.
func TestMadeTogether(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "data", "store.db")
		var cmds []*exec.Cmd
		for range 4 {
			cmd, in, _ := start(t, "add", path)
			if err := in.Close(); err != nil {
				t.Fatal(err)
			}
			cmds = append(cmds, cmd)
		}
		for _, cmd := range cmds {
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		}
		db := openDB(t, path, homes, notes)
		changes, _, err := db.Changes(t.Context(), rana, storage.Position{}, 10)
		if err != nil || len(changes) != 4 {
			t.Errorf("got %d documents, %v, want 4", len(changes), err)
		}
	}
}
