package office

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
)

// inParts makes the fixtures' stores ones whose transactions carry so few
// documents; 0: any number.
var inParts int

// narrowStores has the rest of a test work on such stores.
func narrowStores(t *testing.T, carries int) {
	inParts = carries
	t.Cleanup(func() { inParts = 0 })
}

// TestImportsInParts wants the same of imports on an engine whose transactions
// carry two documents as on one without bounds.
func TestImportsInParts(t *testing.T) {
	narrowStores(t, 2)
	for name, test := range map[string]func(*testing.T){
		"again": TestImportAgain, "blank": TestBlankNeverClears, "changed in program": TestChangedInProgram, "rows gone": TestRowsGone,
		"editions": TestFilesOfOneNameButForDigits, "error workbook": TestErrorWorkbookIsWrittenBeforeTheCommit, "stays": TestStaysThatCannotBeAreNamed,
		"strict and dry run": TestStrictAndDryRunChangeNothing, "duplicate key": TestDuplicateKey, "in another sheet": TestDuplicateKeyInAnotherSheet,
		"given a reference": TestListingIsGivenAReference, "after merge": TestDepositOverTheCapAfterMerge, "occupancies": TestOccupancies,
		"current unit": TestUnknownCurrentUnitIsAWarning, "identity numbers": TestIdentityNumbersLeaveNoTrace, "refusals": TestImportRefusesWhatItCannotRead,
		"columns": TestUserNamesColumns, "municipality": TestOtherMunicipalityIsNotSeen, "upload": TestAnUploadIsPreviewedAndApplied, "nothing": TestUploadsThatComeToNothing,
	} {
		t.Run(name, test)
	}
}

// elsewhere is a second place for uploads, on the same store, as another machine
// has it.
func (f *uploadFixture) elsewhere(name string) (*Uploads, func()) {
	f.t.Helper()
	other, stop, err := NewUploads(f.t.Context(), f.Office, filepath.Join(f.fixture.dir, name), slog.New(slog.DiscardHandler))
	if err != nil {
		f.t.Fatal(err)
	}
	return other, stop
}

// TestOrdersToAnotherProcess gives every order at a process that does not have the
// file: the one that has it carries it out.
func TestOrdersToAnotherProcess(t *testing.T) {
	narrowStores(t, 2)
	f := newUploadFixture(t)
	other, stop := f.elsewhere("other")
	defer stop()
	id, _ := f.take("liste.csv", listWithProblems)
	path, err := other.ErrorWorkbook(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	own, err := f.ErrorWorkbook(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	a, aerr := os.ReadFile(path)
	b, berr := os.ReadFile(own)
	if aerr != nil || berr != nil || string(a) != string(b) || len(a) == 0 {
		t.Errorf("the error workbook of %d bytes came over as %d, %v, %v", len(b), len(a), aerr, berr)
	}
	if err := other.Apply(t.Context(), id, "u2"); err != nil {
		t.Fatal(err)
	}
	up := f.settled(id)
	if up.State != UploadApplied || up.Summary.Created != 2 || up.Import == "" {
		t.Fatalf("got %+v, %+v", up, up.Failure)
	}
	if _, err := other.Upload(t.Context(), id); err != nil {
		t.Error(err)
	}
	f.later.Store(int64(2 * time.Hour))
	for _, u := range []*Uploads{f.Uploads, other} {
		if err := u.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var left []string
	err = filepath.WalkDir(other.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			left = append(left, path)
		}
		return err
	})
	if err != nil || len(left)+len(f.files()) > 0 {
		t.Errorf("left after an hour: %q and %q, %v", left, f.files(), err)
	}
	if _, err := other.ErrorWorkbook(t.Context(), id); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("the error workbook after an hour: %v, want not found", err)
	}
}

// TestWorkGoesOnAfterARestart begins an import, lets its process end before it is
// done, and starts it anew on the same folder.
func TestWorkGoesOnAfterARestart(t *testing.T) {
	narrowStores(t, 2)
	f := newUploadFixture(t)
	first, stop := f.elsewhere("first")
	id, err := first.Take(t.Context(), "u1", "liste.csv", strings.NewReader(listWithProblems), "en")
	if err != nil {
		t.Fatal(err)
	}
	f.settled(id)
	stop()
	if err := f.change(t.Context(), id, func(up *Upload) error {
		up.State, up.Import = UploadApplying, "the import"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, stop = f.elsewhere("first")
	defer stop()
	if up := f.settled(id); up.State != UploadApplied || up.Summary.Created != 2 {
		t.Errorf("got %+v, %+v", up, up.Failure)
	}
	if err := f.change(t.Context(), id, func(up *Upload) error { up.State = UploadApplying; return nil }); err != nil {
		t.Fatal(err)
	}
	f.later.Store(int64(uploadLost + time.Second))
	if up, err := f.Upload(t.Context(), id); err != nil || up.State != UploadApplied || up.Summary.Created != 2 {
		t.Errorf("an import that went through before its process ended: %+v, %v", up, err)
	}
}
