package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

// Book is an open spreadsheet that has been checked from end to end. It may be
// read any number of times, by one goroutine at a time.
type Book struct {
	name   string
	advice string // how to mend a file of this kind
	info   []Info
	source source
	file   io.Closer
	is1904 bool
}

// source is a file of one kind.
type source interface {
	infos() []Info
	// rows calls emit with the rows of a sheet. Where emit returns false it ends
	// without an error.
	rows(ctx context.Context, sheet int, emit func(Row) bool) error
}

// Open opens the workbook or delimited text at path and checks all of it: what
// it returns without error can be read to its end. The content decides what
// kind of file it is, then the name.
//
// Errors: NotFound, Unreadable (damaged, encrypted, or of another kind) and
// TooLarge, each with a sentence that says what is wrong, where, and what to do.
// No message quotes the content of a cell. A cancelled ctx ends it with ctx's
// error.
func Open(ctx context.Context, path string, limits Limits) (*Book, error) {
	name := filepath.Base(path)
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, apperr.Wrap(err, apperr.NotFound, "There is no file %q. Check the name and the folder.", path).In("file.not_found", map[string]any{"File": path})
	case err != nil:
		return nil, apperr.Wrap(err, apperr.Unreadable, "The file %q cannot be opened. Check that you may read it and that no other program has locked it.", name)
	}
	stat, err := f.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = apperr.New(apperr.Unreadable, "%q is not a file. Choose a workbook (.xlsx) or a text file (.csv).", name)
	}
	var b *Book
	if err == nil {
		b, err = open(ctx, f, stat.Size(), name, limits)
	}
	if err != nil {
		_ = f.Close() // it was only read
		return nil, err
	}
	b.file = f
	return b, nil
}

// open is Open for bytes that the caller holds.
func open(ctx context.Context, r io.ReaderAt, size int64, name string, limits Limits) (*Book, error) {
	limits = limits.withDefaults()
	b := &Book{name: name, advice: resaveWorkbook}
	head := make([]byte, 512)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, report(name, b.advice, &fault{code: apperr.Unreadable, what: "it cannot be read", err: err})
	}
	if size > limits.FileBytes {
		return nil, report(name, "", tooLarge("", "it is larger than %d MB", limits.FileBytes>>20))
	}
	switch kindOf(head[:n], name) {
	case fileZip:
		var w *workbook
		if w, err = openWorkbook(ctx, r, size, limits); err == nil {
			b.source, b.is1904 = w, w.is1904
		}
	case fileText:
		b.advice = resaveText
		b.source, err = openText(ctx, r, size, name, limits)
	case fileEmpty:
		err = &fault{code: apperr.Unreadable, what: "it is empty", key: "file.empty", advice: "Check that the right file was chosen and that it was saved."}
	case fileOLE:
		err = &fault{
			code: apperr.Unreadable, what: "it has a password, or it is of the old kind (.xls)", key: "file.password",
			advice: `Open it in Excel, take the password away or save it anew as "Excel Workbook (.xlsx)", and import the new file.`,
		}
	case fileMarkup:
		err = &fault{code: apperr.Unreadable, what: "it is a web page or other document, not a spreadsheet, whatever its name says", key: "file.not_spreadsheet", advice: resaveWorkbook}
	default:
		err = &fault{
			code: apperr.Unreadable, what: "it is neither a workbook nor a text file with columns", key: "file.not_spreadsheet",
			advice: "Choose a workbook (.xlsx) or a text file (.csv). If it was one, it is damaged: fetch it again from where it came.",
		}
	}
	if err != nil {
		return nil, report(name, b.advice, err)
	}
	b.info = b.source.infos()
	return b, nil
}

// fileKind is what a file is by its first bytes.
type fileKind uint8

const (
	fileOther fileKind = iota
	fileEmpty
	fileZip
	fileOLE // a compound file: .xls, or any Office file with a password
	fileMarkup
	fileText
)

// kindOf tells a file's kind from how it begins, and where that says only that
// it is text, from its name.
func kindOf(head []byte, name string) fileKind {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case len(head) == 0:
		return fileEmpty
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return fileZip
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return fileOLE
	case bytes.HasPrefix(text, []byte("<")), bytes.HasPrefix(text, []byte(`{\rtf`)), bytes.HasPrefix(text, []byte("%PDF-")):
		return fileMarkup
	case strings.HasPrefix(ext, ".xl"), ext == ".ods", ext == ".zip":
		return fileOther
	}
	return fileText
}

// Close closes the file.
func (b *Book) Close() error {
	if b.file == nil {
		return nil
	}
	return b.file.Close()
}

// Sheets describes the worksheets in the order of their tabs. Charts, dialogs
// and macro sheets are left out.
func (b *Book) Sheets() []Info { return b.info }

// DateOf returns the day that a number stands for in this book's date system,
// for numbers in a column of dates that lack the style of a date; false where
// it is none.
func (b *Book) DateOf(serial float64) (civil.Date, bool) { return serialDate(serial, b.is1904) }

// Rows reads the rows of the sheet with index sheet in Sheets, from the top,
// without those that have no value. Row.Cells is reused from row to row. The
// sequence ends after the first error, which is ctx's or says that the file has
// changed since it was opened. The loop must not read another sheet of the same
// book meanwhile.
func (b *Book) Rows(ctx context.Context, sheet int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if sheet < 0 || sheet >= len(b.info) {
			yield(Row{}, apperr.New(apperr.NotFound, "The file %q has no sheet number %d.", b.name, sheet+1))
			return
		}
		err := b.source.rows(ctx, sheet, func(r Row) bool { return yield(r, nil) })
		if err != nil {
			yield(Row{}, report(b.name, b.advice, err))
		}
	}
}
