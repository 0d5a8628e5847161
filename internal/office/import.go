package office

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/storage"
)

// ImportRequest is a file to import.
type ImportRequest struct {
	ID       string // of the import's record; "" makes one
	Path     string
	Who      string            // for the trail
	Kind     importers.Kind    // "" finds out
	Sheet    string            // only this sheet; "" takes every sheet with a table
	Map      map[string]string // canonical field -> column letter or header
	On       civil.Date        // the day that the file's facts hold; 0 is today
	DryRun   bool              // report what would be done, change nothing
	Strict   bool              // a rejected row stops the whole import
	KeepRows bool              // report accepted rows, not only their number
	Lang     i18n.Lang         // of the problems' sentences
	ErrorsTo string            // write the error workbook to this path; "" does not
	Progress func(done, total int)
}

// ErrStrict is what a strict import with rejected rows ends with; nothing was
// changed.
var ErrStrict = apperr.New(apperr.Invalid, "Nothing was imported: with --strict every row must be good. Correct the rows above and import again.").In("import.strict", nil)

// errDryRun rolls a dry run's transaction back.
var errDryRun = errors.New("dry run")

// Import reads a workbook or text file and applies its tables in one change of the
// store, however large: either all of its good rows are there in the end, or
// nothing is. The
// whole file is checked before the first row is applied. The report is returned
// with ErrStrict too. Other errors: those of sheet.Open, Invalid for options
// that do not fit the file, and those of the store.
func (o *Office) Import(ctx context.Context, req ImportRequest) (*importers.Report, error) {
	book, err := sheet.Open(ctx, req.Path, sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer func() { _ = book.Close() }() // it was only read
	if sameFile(req.Path, req.ErrorsTo) {
		return nil, apperr.New(apperr.Invalid, "The error workbook would replace the file that is imported. Give it another name.").In("import.errors_to_self", nil)
	}
	if req.On == 0 {
		req.On = o.Today()
	}
	layouts, err := recognise(ctx, book, req)
	if err != nil {
		return nil, err
	}
	var report *importers.Report
	err = o.db.UpdateInParts(ctx, o.municipality, func(tx *storage.Tx) error {
		run := newImportRun(o, tx, book, req, layouts)
		report = run.report
		if err := run.apply(ctx); err != nil {
			return err
		}
		// Before the commit: where the workbook cannot be written nothing is changed.
		if req.ErrorsTo != "" {
			if err := writeErrors(ctx, book, report, req.ErrorsTo); err != nil {
				return err
			}
		}
		switch {
		case req.Strict && report.Summary.Rejected > 0:
			return ErrStrict
		case req.DryRun:
			return errDryRun
		}
		return run.record()
	})
	switch {
	case errors.Is(err, errDryRun):
		return report, nil
	case err != nil && !errors.Is(err, ErrStrict):
		return nil, err
	}
	return report, err
}

// sameFile reports whether two paths lead to one file that exists.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// recognise finds the table of each sheet that the request asks for. A sheet
// that it does not ask for has no layout.
func recognise(ctx context.Context, book *sheet.Book, req ImportRequest) ([]*importers.Layout, error) {
	layouts := make([]*importers.Layout, len(book.Sheets()))
	found, chosen := false, req.Sheet == ""
	name := filepath.Base(req.Path)
	for i, info := range book.Sheets() {
		opt := importers.Options{Kind: req.Kind, Map: req.Map, Name: name, Chosen: req.Sheet != ""}
		if req.Sheet != "" && !strings.EqualFold(strings.TrimSpace(info.Name), strings.TrimSpace(req.Sheet)) {
			continue
		}
		chosen = true
		layout, err := importers.Recognise(ctx, book, i, opt)
		if err != nil {
			return nil, err
		}
		layouts[i] = layout
		found = found || layout.Kind != importers.Ignored
	}
	switch {
	case !chosen:
		return nil, apperr.New(apperr.Invalid, "The file has no sheet %q. Its sheets are: %s.", importers.Scrub(req.Sheet), sheetNames(book)).
			In("import.no_sheet", map[string]any{"Sheet": importers.Scrub(req.Sheet), "Sheets": sheetNames(book)})
	case !found:
		return nil, nothingFound(book, layouts, req.Lang)
	}
	return layouts, nil
}

// nothingFound says why no sheet holds a table, sheet by sheet.
func nothingFound(book *sheet.Book, layouts []*importers.Layout, lang i18n.Lang) error {
	var reasons []string
	for i, info := range book.Sheets() {
		if layouts[i] != nil {
			reasons = append(reasons, importers.Scrub(info.Name)+": "+importers.Message(lang, importers.Ignored, layouts[i].Problem(lang)))
		}
	}
	return apperr.New(apperr.Invalid, "No table of listings, households, units or occupancies was found. %s", strings.Join(reasons, " ")).
		In("import.no_table", map[string]any{"Reasons": strings.Join(reasons, " ")})
}

func sheetNames(book *sheet.Book) string {
	var names []string
	for _, info := range book.Sheets() {
		names = append(names, importers.Scrub(info.Name))
	}
	return strings.Join(names, ", ")
}

// sourceOf names the file that a record came from.
func sourceOf(path string) string { return importers.Scrub(strings.ToLower(filepath.Base(path))) }

// SeriesOf names a file and its later editions: the base name without extension,
// digits and case, so that "Utleieliste uke 42.xlsx" and "utleieliste uke
// 43.xlsx" are one series.
func SeriesOf(path string) string {
	base := filepath.Base(path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	name := strings.Join(strings.FieldsFunc(strings.ToLower(base), func(r rune) bool { return !unicode.IsLetter(r) }), " ")
	if name == "" {
		return "file"
	}
	return name
}
