package office

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/internal/storage/storagetest"
	"github.com/boligklar/boligklar/landlords"
)

const municipality = "1833"

// fixture is an office on an empty store in a folder of its own.
type fixture struct {
	*Office
	t   *testing.T
	dir string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	narrow := func(b storage.Backend) storage.Backend {
		if inParts > 0 {
			return storagetest.Narrow(b, inParts)
		}
		return b
	}
	db := sqlitetest.Behind(t, narrow, filepath.Join(dir, "store", "boligklar.db"), slices.Concat(Collections, links.Collections, outbox.Collections)...)
	now := func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }
	o := New(db, Config{Municipality: municipality, Now: now})
	o.patience = time.Minute // a busy machine is no fault of the follower
	return &fixture{o, t, dir}
}

// write puts a text file in the folder.
func (f *fixture) write(name, content string) string {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		f.t.Fatal(err)
	}
	return path
}

// load imports a text file and wants it to go through.
func (f *fixture) load(name, content string, change ...func(*ImportRequest)) *importers.Report {
	f.t.Helper()
	r, err := f.try(name, content, change...)
	if err != nil {
		f.t.Fatalf("import %s: %v", name, err)
	}
	return r
}

func (f *fixture) try(name, content string, change ...func(*ImportRequest)) (*importers.Report, error) {
	f.t.Helper()
	req := ImportRequest{Path: f.write(name, content), Who: "test", KeepRows: true, Lang: i18n.English}
	for _, c := range change {
		c(&req)
	}
	return f.Import(context.Background(), req)
}

// listing returns the stored listing of a key.
func (f *fixture) listing(key string) storage.Record[Entry[landlords.Listing]] {
	f.t.Helper()
	var out storage.Record[Entry[landlords.Listing]]
	err := f.db.View(context.Background(), municipality, func(tx *storage.Tx) (err error) {
		out, err = Listings.GetBy(tx, "key", key)
		return err
	})
	if err != nil {
		f.t.Fatalf("listing %s: %v", key, err)
	}
	return out
}

// edit changes a listing as staff do in the program.
func (f *fixture) edit(key string, change func(*landlords.Listing)) {
	f.t.Helper()
	err := f.db.Update(context.Background(), municipality, func(tx *storage.Tx) error {
		rec, err := Listings.GetBy(tx, "key", key)
		if err != nil {
			return err
		}
		before := rec.Value.Record
		change(&rec.Value.Record)
		rec.Value.Edited = append(rec.Value.Edited, importers.ChangedFields(importers.ListingSchema, before, rec.Value.Record)...)
		return Listings.Put(tx, &rec)
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// count returns how many records a register has.
func (f *fixture) count(kind importers.Kind) int {
	f.t.Helper()
	c, err := f.Contents(context.Background())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, n := range c.Counts {
		if n.Kind == kind {
			return n.N
		}
	}
	return -1
}

// codes returns the problem codes of a report, in order.
func codes(r *importers.Report) []string {
	var out []string
	for _, s := range r.Sheets {
		for _, p := range s.Problems {
			out = append(out, p.Code)
		}
	}
	return out
}

func actions(r *importers.Report) []importers.Action {
	var out []importers.Action
	for _, s := range r.Sheets {
		for _, row := range s.Rows {
			out = append(out, row.Action)
		}
	}
	return out
}

func wantSummary(t *testing.T, r *importers.Report, created, updated, unchanged, rejected int) {
	t.Helper()
	s := r.Summary
	if s.Created != created || s.Updated != updated || s.Unchanged != unchanged || s.Rejected != rejected {
		t.Errorf("got %+v, want %d created, %d updated, %d unchanged, %d rejected", s, created, updated, unchanged, rejected)
	}
}

const listingsFile = "Nr;Adresse;Husleie;Ledig fra;Utleier\nU-1;Storgata 1;8 500,-;01.12.2026;Kari\nU-2;Storgata 2;9000;01.01.2027;Ola\n"

func TestImportAgain(t *testing.T) {
	f := newFixture(t)
	wantSummary(t, f.load("liste.csv", listingsFile), 2, 0, 0, 0)
	before := f.listing("U-1")
	if before.Value.Record.ConfirmedOn != civil.MustParse("2026-11-25") || before.Value.Record.Status != landlords.StatusOpen {
		t.Errorf("got %+v, want an open listing confirmed on the day of the import", before.Value.Record)
	}
	wantSummary(t, f.load("liste.csv", listingsFile, func(r *ImportRequest) { r.On = civil.MustParse("2026-12-24") }), 0, 0, 2, 0)
	if after := f.listing("U-1"); after.Version != before.Version {
		t.Errorf("got version %d, want %d: importing the same file again wrote the record", after.Version, before.Version)
	}
	corrected := strings.Replace(listingsFile, "8 500,-", "8 700,-", 1)
	r := f.load("liste.csv", corrected)
	wantSummary(t, r, 0, 1, 1, 0)
	if got := f.listing("U-1").Value.Record; *got.Rent != 8700 || got.ConfirmedOn != civil.MustParse("2026-11-25") {
		t.Errorf("got rent %d confirmed %s, want 8700 and the first day", *got.Rent, got.ConfirmedOn)
	}
}

func TestBlankNeverClears(t *testing.T) {
	f := newFixture(t)
	f.load("liste.csv", listingsFile)
	wantSummary(t, f.load("liste.csv", "Nr;Adresse;Husleie;Ledig fra;Utleier\nU-1;Storgata 1;;?;\n"), 0, 0, 1, 0)
	if got := f.listing("U-1").Value.Record; got.Rent == nil || *got.Rent != 8500 || got.LandlordName != "Kari" || got.AvailableFrom == 0 {
		t.Errorf("got %+v, want nothing cleared", got)
	}
}

func TestChangedInProgram(t *testing.T) {
	f := newFixture(t)
	f.load("liste.csv", listingsFile)
	f.edit("U-1", func(l *landlords.Listing) { rent := 8000; l.Rent, l.Status = &rent, landlords.StatusReserved })

	corrected := strings.Replace(listingsFile, "Kari", "Kari Nordmann", 1)
	r := f.load("liste.csv", corrected)
	if got := actions(r); !slices.Equal(got, []importers.Action{importers.Conflict, importers.Unchanged}) {
		t.Errorf("got actions %v, want conflict, unchanged", got)
	}
	if got := codes(r); !slices.Equal(got, []string{"changed_in_program"}) {
		t.Errorf("got %v", got)
	}
	got := f.listing("U-1").Value.Record
	if *got.Rent != 8000 || got.Status != landlords.StatusReserved {
		t.Errorf("got rent %d and %s: the import overwrote what staff changed", *got.Rent, got.Status)
	}
	if got.LandlordName != "Kari Nordmann" {
		t.Errorf("got %q: a field without conflict did not follow the file", got.LandlordName)
	}
	r = f.load("liste.csv", corrected) // shown until the two agree
	if r.Summary.Conflicts != 1 || r.Summary.Updated != 0 {
		t.Errorf("got %+v, want the conflict again and nothing written", r.Summary)
	}
	agreed := strings.Replace(corrected, "8 500,-", "8000", 1)
	wantSummary(t, f.load("liste.csv", agreed), 0, 0, 2, 0)
	later := strings.Replace(corrected, "8 500,-", "7500", 1)
	wantSummary(t, f.load("liste.csv", later), 0, 1, 1, 0)
	if got := *f.listing("U-1").Value.Record.Rent; got != 7500 {
		t.Errorf("got rent %d: once file and program agreed, the file leads again", got)
	}
}

func TestRowsGone(t *testing.T) {
	f := newFixture(t)
	f.load("Liste uke 42.csv", listingsFile)
	f.load("annen.csv", "Nr;Adresse\nA-1;Havnegata 1\n")
	r := f.load("liste UKE 43.csv", "Nr;Adresse\nU-2;Storgata 2\n")
	if got := r.Sheets[0].Gone; !slices.Equal(got, []string{"U-1"}) {
		t.Errorf("got gone %v, want U-1 alone", got)
	}
	if got := f.listing("U-1").Value.Record.Status; got != landlords.StatusOpen {
		t.Errorf("got %s: a row that is gone closes nothing", got)
	}
	f.edit("U-1", func(l *landlords.Listing) { l.Status = landlords.StatusLet })
	if got := f.load("liste uke 44.csv", "Nr;Adresse\nU-2;Storgata 2\n").Sheets[0].Gone; len(got) > 0 {
		t.Errorf("got gone %v: a home that is let is not missed", got)
	}
}

func TestFilesOfOneNameButForDigits(t *testing.T) {
	f := newFixture(t)
	f.load("bydel 1.csv", "Nr;Adresse\nA-1;Vest 1\nA-2;Vest 2\n")
	if got := f.load("bydel 2.csv", "Nr;Adresse\nB-1;Aust 1\nB-2;Aust 2\n").Sheets[0].Gone; len(got) > 0 {
		t.Errorf("got gone %v: the files have nothing in common", got)
	}
	if got := f.load("bydel 1.csv", "Nr;Adresse\nA-3;Vest 3\n").Sheets[0].Gone; !slices.Equal(got, []string{"A-1", "A-2"}) {
		t.Errorf("got gone %v, want the rows of this very file", got)
	}
}

func TestErrorWorkbookIsWrittenBeforeTheCommit(t *testing.T) {
	f := newFixture(t)
	if _, err := f.try("liste.csv", listingsFile, func(r *ImportRequest) { r.ErrorsTo = filepath.Join(f.dir, "nowhere", "errors.xlsx") }); err == nil {
		t.Error("want an error for a folder that is not there")
	}
	if n := f.count(importers.Listings); n != 0 {
		t.Errorf("got %d listings: the import failed and must have changed nothing", n)
	}
	if _, err := f.try("liste.csv", listingsFile, func(r *ImportRequest) { r.ErrorsTo = r.Path }); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want the file itself refused", err)
	}
}

func TestStaysThatCannotBeAreNamed(t *testing.T) {
	f := newFixture(t)
	f.load("enheter.csv", unitsFile)
	r := f.load("opphold.csv", "Enhet;Husstand;Antall personer;Innflyttet;Utflyttet;Årsak\n"+
		"G-1;T-1;2;01.01.2024;31.12.2024;kjøp\nG-1;T-2;2;01.03.2024;01.06.2024;kjøp\nG-2;T-3;2;01.01.2019;01.06.2019;kjøp\n")
	wantSummary(t, r, 3, 0, 0, 0)
	if got := codes(r); !slices.Equal(got, []string{"stay_overlaps", "stay_before_service"}) {
		t.Errorf("got %v, want what is wrong with the history named", got)
	}
	if len(r.Sheets[0].Problems) == 2 && r.Sheets[0].Problems[0].Row != 3 {
		t.Errorf("got row %d, want that of the later stay", r.Sheets[0].Problems[0].Row)
	}
}

func TestStrictAndDryRunChangeNothing(t *testing.T) {
	f := newFixture(t)
	bad := listingsFile + "U-3;;9000;;\n"
	r, err := f.try("liste.csv", bad, func(r *ImportRequest) { r.Strict = true })
	if !errors.Is(err, ErrStrict) || r == nil || r.Summary.Rejected != 1 {
		t.Errorf("got %v and %+v, want ErrStrict with the report", err, r)
	}
	r = f.load("liste.csv", bad, func(r *ImportRequest) { r.DryRun = true })
	wantSummary(t, r, 2, 0, 0, 1)
	if n := f.count(importers.Listings); n != 0 {
		t.Errorf("got %d listings, want none", n)
	}
	wantSummary(t, f.load("liste.csv", listingsFile, func(r *ImportRequest) { r.Strict = true }), 2, 0, 0, 0)
}

func TestDuplicateKey(t *testing.T) {
	f := newFixture(t)
	r := f.load("liste.csv", "Nr;Adresse;Husleie\nU-1;Storgata 1;8000\nU-1;Storgata 1;9000\n;Storgata 2;1\n;Storgata 2;2\n")
	wantSummary(t, r, 2, 0, 0, 2)
	if got := codes(r); !slices.Equal(got, []string{"duplicate_key", "duplicate_key"}) {
		t.Errorf("got %v", got)
	}
	if got := *f.listing("U-1").Value.Record.Rent; got != 8000 {
		t.Errorf("got rent %d, want that of the first row", got)
	}
}

func TestDuplicateKeyInAnotherSheet(t *testing.T) {
	f := newFixture(t)
	var rows [2][][]any
	rows[0] = [][]any{{"U-1", "Storgata 1"}, {"U-2", "Storgata 2"}}
	rows[1] = [][]any{{"U-3", "Storgata 3"}, {"U-1", "Storgata 1"}}
	r := f.loadBook(rows[:])
	wantSummary(t, r, 3, 0, 0, 1)
	if got := r.Sheets[1].Problems; len(got) != 1 || got[0].Code != "duplicate_key" || !strings.Contains(got[0].Message, "Sheet1") {
		t.Errorf("got %+v, want the key's first sheet named", got)
	}
	rows[1] = rows[1][:1]
	rows[0] = rows[0][:1]
	if r := f.loadBook(rows[:]); len(r.Sheets[0].Gone) != 0 || !slices.Equal(r.Sheets[1].Gone, []string{"U-2"}) {
		t.Errorf("got gone %v and %v, want U-2 once, after both sheets", r.Sheets[0].Gone, r.Sheets[1].Gone)
	}
}

func TestListingIsGivenAReference(t *testing.T) {
	f := newFixture(t)
	f.load("liste.csv", "Nr;Adresse;Utleier\n;Storgata 1;Kari\n")
	wantSummary(t, f.load("liste.csv", "Nr;Adresse;Utleier\nU-1;Storgata 1;Kari\n"), 0, 1, 0, 0)
	if n := f.count(importers.Listings); n != 1 || f.listing("U-1").Value.Record.ExternalRef != "U-1" {
		t.Errorf("got %d listings, want the one with its new reference", n)
	}
}

func TestDepositOverTheCapAfterMerge(t *testing.T) {
	f := newFixture(t)
	f.load("liste.csv", "Nr;Adresse;Husleie;Depositum\nU-1;Storgata 1;9000;54000\n")
	r := f.load("liste.csv", "Nr;Adresse;Husleie\nU-1;Storgata 1;8000\n")
	if got := codes(r); r.Summary.Rejected != 1 || !slices.Equal(got, []string{"deposit_over_legal_cap"}) {
		t.Errorf("got %v and %+v: the lower rent makes the stored deposit unlawful", got, r.Summary)
	}
}

const unitsFile = "Enhet;Adresse;I bruk fra\nG-1;Gata 1;01.01.2020\nG-2;Gata 2;01.01.2020\n"

func TestOccupancies(t *testing.T) {
	const header = "Enhet;Husstand;Antall personer;Innflyttet;Utflyttet;Årsak\n"
	f := newFixture(t)
	r := f.load("opphold.csv", header+"G-1;T-1;2;01.01.2025;;\n")
	if got := codes(r); !slices.Equal(got, []string{"unit_unknown"}) || r.Summary.Rejected != 1 {
		t.Errorf("got %v, want unit_unknown", got)
	}
	f.load("enheter.csv", unitsFile)
	wantSummary(t, f.load("opphold.csv", header+"G-1;T-1;2;01.01.2025;;\n"), 1, 0, 0, 0)

	t.Run("the next stay stands before the end of the one before", func(t *testing.T) {
		r := f.load("opphold.csv", header+"G-1;T-2;3;01.06.2026;;\nG-1;T-1;2;01.01.2025;20.05.2026;kjøp\n")
		wantSummary(t, r, 1, 1, 0, 0)
	})
	t.Run("two open stays", func(t *testing.T) {
		r := f.load("opphold.csv", header+"G-1;T-3;3;01.07.2026;;\nG-2;T-4;1;01.07.2026;;\nG-2;T-5;1;01.08.2026;;\n")
		wantSummary(t, r, 1, 0, 0, 2)
		if got := codes(r); !slices.Equal(got, []string{"unit_already_occupied", "unit_already_occupied"}) {
			t.Errorf("got %v", got)
		}
	})
	if n := f.count(importers.Occupancies); n != 3 {
		t.Errorf("got %d occupancies, want 3", n)
	}
}

func TestUnknownCurrentUnitIsAWarning(t *testing.T) {
	f := newFixture(t)
	f.load("enheter.csv", unitsFile)
	r := f.load("husstander.csv", "Husstand;Voksne;Barn;Bor i\nH-1;2;1;G-1\nH-2;1;0;G-99\n")
	wantSummary(t, r, 2, 0, 0, 0)
	if got := codes(r); !slices.Equal(got, []string{"current_unit_unknown"}) {
		t.Errorf("got %v", got)
	}
}

// Numbers that pass the control digits: a fødselsnummer of the test series and
// a DUF number.
const (
	testIdentity = "02828690100"
	testDUF      = "201512345609"
)

func TestIdentityNumbersLeaveNoTrace(t *testing.T) {
	f := newFixture(t)
	content := "Husstander " + testIdentity + ";;;;\nHusstand;Fødselsnr;Voksne;Barn;Bor i;Norsknivå\n" +
		"H-1;" + testIdentity + ";2;0;G-1;A2\n" + testIdentity + ";;1;0;;\nH-3;;1;0;DUF " + testDUF + ";B1 (" + testIdentity[:6] + " " + testIdentity[6:] + ")\n"
	errorsTo := filepath.Join(f.dir, "errors.xlsx")
	name := "husstander.csv"
	r := f.load(name, content, func(r *ImportRequest) { r.ErrorsTo = errorsTo })
	wantSummary(t, r, 2, 0, 0, 1)
	if len(r.Sheets[0].RefusedColumns) != 1 {
		t.Errorf("got refused columns %v", r.Sheets[0].RefusedColumns)
	}
	if got := codes(r); !slices.Contains(got, importers.CodeIdentity) || !slices.Contains(got, "ref_missing") {
		t.Errorf("got %v", got)
	}
	if err := os.Remove(filepath.Join(f.dir, name)); err != nil {
		t.Fatal(err)
	}
	for _, trace := range []string{testIdentity, testDUF, testIdentity[:6] + " " + testIdentity[6:]} {
		for _, s := range r.Sheets {
			for _, p := range s.Problems {
				if strings.Contains(p.Message, trace) {
					t.Errorf("a message echoes an identity number: %s", p.Code)
				}
			}
		}
		for file, data := range unpacked(t, f.dir) {
			if strings.Contains(data, trace) {
				t.Errorf("%s holds an identity number", file)
			}
		}
	}
}

func TestImportRefusesWhatItCannotRead(t *testing.T) {
	f := newFixture(t)
	for name, content := range map[string]string{
		"empty.csv": "", "binary.xlsx": "\x00\x01\x02", "old.xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest",
		"cut.xlsx": "PK\x03\x04rest", "letter.csv": "Kjære kommune\nVi har en hybel\n",
	} {
		if _, err := f.try(name, content); err == nil || apperr.CodeOf(err) == apperr.Internal {
			t.Errorf("%s: got %v, want an error for people", name, err)
		}
	}
	if _, err := f.try("liste.csv", listingsFile, func(r *ImportRequest) { r.Sheet = "Ukjent" }); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want invalid for a sheet that is not there", err)
	}
	if n := f.count(importers.Listings); n != 0 {
		t.Errorf("got %d listings, want none", n)
	}
}

func TestUserNamesColumns(t *testing.T) {
	f := newFixture(t)
	content := "Nr;Hvor;Totalt\nU-1;Storgata 1;8500\n"
	r := f.load("liste.csv", content, func(r *ImportRequest) {
		r.Kind, r.Map = importers.Listings, map[string]string{"address": "B", "rent": "Totalt"}
	})
	wantSummary(t, r, 1, 0, 0, 0)
	if got := f.listing("U-1").Value.Record; got.Address != "Storgata 1" || got.Rent == nil || *got.Rent != 8500 {
		t.Errorf("got %+v", got)
	}
	if _, err := f.try("liste.csv", content, func(r *ImportRequest) {
		r.Kind, r.Map = importers.Listings, map[string]string{"address": "ZZ"}
	}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want invalid for a column that is not there", err)
	}
}

func TestOtherMunicipalityIsNotSeen(t *testing.T) {
	f := newFixture(t)
	f.load("liste.csv", listingsFile)
	other := New(f.db, Config{Municipality: "1804", Now: f.now})
	c, err := other.Contents(context.Background())
	if err != nil || c.Counts[0].N != 0 || c.LastImport != nil {
		t.Errorf("got %+v, %v, want an empty office", c, err)
	}
	if _, err := other.Match(context.Background(), MatchRequest{Listing: "U-1"}); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}
