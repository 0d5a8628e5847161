package sheet

import (
	"context"
	"errors"
	"iter"
)

// Book is an open spreadsheet that has been checked from end to end. It may be
// read any number of times, by one goroutine at a time.
type Book struct {
	info []Info
}

// Open opens the workbook or delimited text at path and checks all of it: what
// it returns without error can be read to its end. The content decides what
// kind of file it is, then the name.
//
// Errors: NotFound, Unreadable (damaged, encrypted, or of another kind) and
// TooLarge, each with a sentence that says what is wrong, where, and what to do.
// No message quotes the content of a cell.
func Open(ctx context.Context, path string, limits Limits) (*Book, error) {
	return nil, errors.New("not yet")
}

// Close closes the file.
func (b *Book) Close() error { return nil }

// Sheets describes the worksheets in the order of their tabs. Charts, dialogs
// and macro sheets are left out.
func (b *Book) Sheets() []Info { return b.info }

// Rows reads the rows of the sheet with index sheet in Sheets, from the top,
// without those that have no value. Row.Cells is reused. The sequence ends
// after the first error, which is ctx's or says that the file has changed since
// it was opened.
func (b *Book) Rows(ctx context.Context, sheet int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {}
}
