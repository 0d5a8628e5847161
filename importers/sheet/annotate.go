package sheet

import (
	"context"
	"io"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Mark points out one cell, or one row, of a book.
type Mark struct {
	Sheet    int             // index in Book.Sheets
	Row      int             // 1-based; it need not have a value
	Column   int             // 0-based; -1 for the whole row
	Severity apperr.Severity // error is coloured red, warning yellow, "" not at all
	Comment  string          // shown beside the cell; "" for none
	Blank    bool            // leave out what stands there
}

// BlankColumn leaves out what stands in a column.
type BlankColumn struct {
	Sheet, Column int
	KeepRow       int // the row whose cell stays, its header; 0 for none
}

// Annotation is what [Annotate] does to a book.
type Annotation struct {
	Marks        []Mark
	Sheets       []int // indices of the sheets to write, in this order; nil for all
	BlankColumns []BlankColumn
	Scrub        func(string) string // the last guard: every text and long number, sheet name and comment goes through it; nil for none
}

// Annotate writes to w a workbook with the rows of book, at their own numbers
// and columns, and a's marks on it. It is made anew from the values alone:
// nothing that is left out survives anywhere else in the file.
func Annotate(ctx context.Context, book *Book, a Annotation, w io.Writer) error { panic("not yet") }
