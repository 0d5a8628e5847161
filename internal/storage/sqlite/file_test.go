package sqlite_test

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
)

// tryOpen opens a store, reads all of it and closes it.
func tryOpen(t *testing.T, path string) ([]storage.Finding, error) {
	t.Helper()
	b, err := sqlite.Open(t.Context(), path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = b.Close() }() // a damaged file may fail here again
	db, err := storage.Open(t.Context(), b, homes, notes)
	if err != nil {
		return nil, err
	}
	return db.Check(t.Context())
}

// closedStore makes a store with some documents and returns the file's bytes.
func closedStore(t *testing.T, path string, n int) []byte {
	t.Helper()
	b, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), b, homes, notes)
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(t.Context(), db, n); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestPaths opens stores under names that mean something in a URI.
func TestPaths(t *testing.T) {
	for _, name := range []string{"plain.db", "med mellomrom.db", "æøå.db", "a?mode=memory.db", "a#b.db", "50%25.db", "a&b=c;d.db", "'quoted\".db"} {
		path := filepath.Join(t.TempDir(), "a folder?", "deeper", name)
		data := closedStore(t, path, 10)
		if len(data) == 0 {
			t.Errorf("%s: the file is empty", name)
		}
		if f, err := tryOpen(t, path); err != nil || len(f) != 0 {
			t.Errorf("%s: got %v, %v", name, f, err)
		}
	}
}

// TestModes: nobody but the owner reads personal data.
func TestModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "store.db")
	db := openDB(t, path, homes, notes)
	if err := fill(t.Context(), db, 10); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(filepath.Dir(path), func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: got mode %o, want %o", d.Name(), got, want)
		}
		return nil
	})
	if err != nil || files != 3 {
		t.Errorf("got %d files, %v, want the store, its log and its shared memory", files, err)
	}
}

// TestRefused: a file that is no sound store gets a sentence, and stays as it is.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	good := closedStore(t, filepath.Join(dir, "good.db"), 500)
	exec := func(path, text string) []byte {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if err := os.WriteFile(filepath.Join(dir, "newer.db"), good, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data []byte
		want string // in the message
	}{
		"text":                   {[]byte("not a database, but longer than a header is\n"), "not a Boligklar store"},
		"a few bytes":            {[]byte("SQL"), "not a Boligklar store"},
		"a zip":                  {append([]byte("PK\x03\x04"), good...), "not a Boligklar store"},
		"a database of another":  {exec(filepath.Join(dir, "other.db"), `CREATE TABLE t (x)`), "another program"},
		"a newer layout":         {exec(filepath.Join(dir, "newer.db"), `PRAGMA user_version = 99`), "newer version"},
		"the header alone":       {good[:100], "damaged"},
		"one page":               {good[:4096], "damaged"},
		"half":                   {good[:len(good)/2], "damaged"},
		"all but a page":         {good[:len(good)-4096], "damaged"},
		"a header of other size": {append(append([]byte{}, good[:16]...), append([]byte{0x12, 0x34}, good[18:]...)...), "damaged"},
		"a schema overwritten":   {append(append([]byte{}, good[:100]...), append(make([]byte, 3000), good[3100:]...)...), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			if err := os.WriteFile(path, test.data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := tryOpen(t, path)
			if got := apperr.CodeOf(err); got != apperr.Unreadable {
				t.Errorf("got code %q (%v), want %q", got, err, apperr.Unreadable)
			}
			if got := apperr.MessageOf(err); !strings.Contains(got, test.want) {
				t.Errorf("got message %q, want it to say %q", got, test.want)
			}
			if data, err := os.ReadFile(path); err != nil || string(data) != string(test.data) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

// TestDamageInside overwrites pages in the middle: whatever is read, it is never
// a panic, and Check names it.
func TestDamageInside(t *testing.T) {
	good := closedStore(t, filepath.Join(t.TempDir(), "good.db"), 500)
	for page := 5; page < len(good)/4096; page += 17 {
		path := filepath.Join(t.TempDir(), "store.db")
		bad := append([]byte{}, good...)
		for i := page * 4096; i < (page+1)*4096; i++ {
			bad[i] ^= 0x5a
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		findings, err := tryOpen(t, path)
		if len(findings) == 0 && apperr.CodeOf(err) != apperr.Unreadable {
			t.Errorf("page %d: got no finding and %v, want the damage named", page, err)
		}
	}
}

// TestCheckFinds makes what a sound store never has, past the program.
func TestCheckFinds(t *testing.T) {
	for name, test := range map[string]struct{ text, code string }{
		"a seq that was never given": {`UPDATE documents SET seq = 99 WHERE rowid = 5`, "seq_beyond_counter"},
		"a live document as deleted": {`UPDATE documents SET deleted = 5 WHERE rowid = 5`, "seq_beyond_counter"},
		"a body that does not fit":   {`UPDATE documents SET body = '{"rent":"x"}' WHERE rowid = 5`, "document_unreadable"},
		"a key held twice": {`DROP INDEX "u:homes:ref"; UPDATE documents SET body = json_set(body, '$.ref', 'same') WHERE collection = 'homes'`,
			"unique_key_broken"},
		"an index that is missing": {`DROP INDEX "i:homes:by_rent"`, "index_differs"},
		"an index that differs": {`DROP INDEX "i:homes:by_rent"; CREATE INDEX "i:homes:by_rent" ON documents (municipality, id) WHERE collection = 'homes' AND deleted = 0`,
			"index_differs"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			db := openDB(t, path, homes, notes)
			if err := fill(t.Context(), db, 20); err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := raw.Exec(test.text); err != nil {
				t.Fatal(err)
			}
			if err := raw.Close(); err != nil {
				t.Fatal(err)
			}
			findings, err := db.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			codes := ""
			for _, f := range findings {
				codes += f.Code + " "
				if f.Message == "" || f.Remedy == "" {
					t.Errorf("got %+v, want what is wrong and what to do", f)
				}
			}
			if !strings.Contains(codes, test.code) {
				t.Errorf("got findings %q, want %s among them", codes, test.code)
			}
		})
	}
}
