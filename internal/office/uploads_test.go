package office

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

// uploadFixture is a place for uploads with a clock that the test sets.
type uploadFixture struct {
	*fixture
	*Uploads
	later atomic.Int64 // nanoseconds that the clock is ahead
}

func newUploadFixture(t *testing.T) *uploadFixture {
	t.Helper()
	f := &uploadFixture{fixture: newFixture(t)}
	start := f.Office.now()
	f.Office.now = func() time.Time { return start.Add(time.Duration(f.later.Load())) }
	u, stop, err := NewUploads(t.Context(), f.Office, filepath.Join(f.fixture.dir, "uploads"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	f.Uploads = u
	return f
}

// settled waits until an upload is no longer worked on.
func (f *uploadFixture) settled(id string) Upload {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		up, err := f.Upload(f.t.Context(), id)
		if err != nil {
			f.t.Fatal(err)
		}
		if !up.working() {
			return up
		}
	}
	f.t.Fatal("the upload is still being worked on")
	return Upload{}
}

func (f *uploadFixture) take(name, content string) (id string, up Upload) {
	f.t.Helper()
	id, err := f.Take(f.t.Context(), "u1", name, strings.NewReader(content), i18n.English)
	if err != nil {
		f.t.Fatal(err)
	}
	return id, f.settled(id)
}

// files lists what lies in the folder for uploads.
func (f *uploadFixture) files() (out []string) {
	f.t.Helper()
	err := filepath.WalkDir(f.Uploads.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

const listWithProblems = "Nr;Adresse;Husleie;Soverom;Fnr;Merknad\nU-1;Storgata 1;8 500;2;13097248022;ring 13097248022\nU-2;Storgata 2;mye;3;13097248022;\n;;;;;\nU-3;Storgata 3;9000;to;;\n"

func TestAnUploadIsPreviewedAndApplied(t *testing.T) {
	f := newUploadFixture(t)
	f.fixture.load("before.csv", "Nr;Adresse;Husleie\nU-1;Storgata 1;8000\n")
	f.later.Store(int64(time.Minute))
	id, up := f.take(`C:\Skjema\..\utleie.csv`, listWithProblems)
	if up.State != UploadReady || up.File != "utleie.csv" || up.Summary.Rejected != 1 || up.Summary.Updated != 1 || up.Summary.Created != 1 {
		t.Fatalf("got %+v, %+v", up, up.Summary)
	}
	data, err := json.Marshal(up)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "13097248022") {
		t.Errorf("an identity number is kept: %s", data)
	}
	s := up.Preview.Sheets[0]
	var mye bool
	for _, p := range s.Problems {
		mye = mye || p.Row == 3 && p.Column != nil && *p.Column == "C" && p.Cell == "mye" && p.Message != ""
	}
	if !mye || len(s.Columns) != 6 || s.Columns[2].Field != "rent" || s.Columns[2].Samples[0] != "8 500" || s.Columns[4].Field != "" || len(s.Columns[4].Samples) != 0 {
		t.Errorf("got preview %s", data)
	}
	if len(s.Rows) != 2 || s.Rows[0].Key != "U-1" || len(s.Rows[0].Changes) == 0 || string(s.Rows[0].Record) != "null" {
		t.Errorf("got rows %+v, want the change first and no record", s.Rows)
	}
	if got := f.listing("U-1").Value.Record.Rent; *got != 8000 {
		t.Errorf("the preview has changed the rent to %d", *got)
	}
	if path, err := f.ErrorWorkbook(t.Context(), id); err != nil || !strings.HasSuffix(path, ".xlsx") {
		t.Errorf("error workbook: %q, %v", path, err)
	}
	if err := f.Choose(t.Context(), id, UploadChoice{Map: map[string]string{"bedrooms": "C", "rent": "D"}, Lang: i18n.English}); err != nil {
		t.Fatal(err)
	}
	if up = f.settled(id); up.State != UploadReady || up.Preview.Sheets[0].Columns[2].Field != "bedrooms" {
		t.Fatalf("mapped otherwise: got %+v", up)
	}
	if err := f.Choose(t.Context(), id, UploadChoice{Lang: i18n.English}); err != nil {
		t.Fatal(err)
	}
	f.settled(id)
	if err := f.Apply(t.Context(), id, "u2"); err != nil {
		t.Fatal(err)
	}
	if err := f.Apply(t.Context(), id, "u2"); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("applied twice: %v", err)
	}
	if up = f.settled(id); up.State != UploadApplied || up.Preview != nil || up.Summary.Created != 1 {
		t.Fatalf("got %+v", up)
	}
	if got := f.listing("U-1").Value; *got.Record.Rent != 8500 || f.listing("U-3").Value.Source != "utleie.csv" {
		t.Errorf("got %+v", got)
	}
	if left := f.files(); len(left) != 1 || left[0] != errorsFile {
		t.Errorf("left behind: %q, want the error workbook alone", left)
	}
	history, _, err := f.ImportHistory(t.Context(), "", 10)
	if err != nil || len(history) != 2 || history[0].File != "utleie.csv" || history[0].Who != "u2" {
		t.Errorf("got history %+v, %v", history, err)
	}
	f.later.Store(int64(2 * time.Hour))
	if err := f.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := f.files(); len(left) != 0 {
		t.Errorf("left after an hour: %q", left)
	}
	if _, err := f.ErrorWorkbook(t.Context(), id); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}

func TestUploadsThatComeToNothing(t *testing.T) {
	f := newUploadFixture(t)
	for name, content := range map[string]string{"damaged.xlsx": "PK\x03\x04 and no more", "empty.csv": "", "nothing.csv": "Hei;på deg\n1;2\n"} {
		id, up := f.take(name, content)
		if up.State != UploadFailed || up.Failure == nil || up.Failure.Message == "" || up.Failure.Code == apperr.Internal {
			t.Errorf("%s: got %+v, %+v", name, up, up.Failure)
		}
		if err := f.Apply(t.Context(), id, "u1"); apperr.CodeOf(err) != apperr.Conflict {
			t.Errorf("%s was applied: %v", name, err)
		}
		if err := f.Discard(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Take(t.Context(), "u1", "../..", strings.NewReader("x"), i18n.English); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("without a name: %v", err)
	}
	if left := f.files(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	waiting, _ := f.take("waits.csv", listWithProblems)
	f.later.Store(int64(61 * time.Minute))
	if err := f.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	up, err := f.Upload(t.Context(), waiting)
	if err != nil || up.State != UploadFailed || up.Preview != nil || up.Failure.Key != "uploads.expired" || len(f.files()) != 0 {
		t.Errorf("after an hour: %+v, %v, %q", up, err, f.files())
	}
}

// TestWorkOfAnotherProcessIsTold has a second place for uploads, on the same
// store, that does not have the file.
func TestWorkOfAnotherProcessIsTold(t *testing.T) {
	f := newUploadFixture(t)
	other, stop, err := NewUploads(t.Context(), f.Office, filepath.Join(f.fixture.dir, "elsewhere"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	id, _ := f.take("liste.csv", listWithProblems)
	up, err := other.Upload(t.Context(), id)
	if err != nil || up.State != UploadReady || up.Preview == nil {
		t.Errorf("got %+v, %v", up, err)
	}
	if err := other.Apply(t.Context(), id, "u1"); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("applied where the file is not: %v", err)
	}
	if err := f.change(t.Context(), id, func(up *Upload) error { up.State = UploadApplying; return nil }); err != nil {
		t.Fatal(err)
	}
	f.later.Store(int64(uploadLost + time.Second))
	if up, err := f.Upload(t.Context(), id); err != nil || up.State != UploadFailed || up.Failure.Key != "uploads.interrupted" {
		t.Errorf("work that ended with its process: %+v, %v", up, err)
	}
}

func TestUploadNames(t *testing.T) {
	for in, want := range map[string]string{
		"liste.xlsx": "liste.xlsx", `C:\a\liste uke 42.xlsx`: "liste uke 42.xlsx", "../../etc/passwd": "passwd", "..": "", "a/": "", ".hidden.csv": "hidden.csv",
		"a\x00b\n.csv": "ab.csv", "errors.xlsx": "_errors.xlsx", strings.Repeat("å", 200) + ".csv": strings.Repeat("å", 73) + ".csv", "13097248022.xlsx": "[…].xlsx",
	} {
		if got := uploadName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if _, err := os.Stat("errors.xlsx"); err == nil {
		t.Error("a file was made here")
	}
}
