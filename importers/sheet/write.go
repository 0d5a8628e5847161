package sheet

import "io"

// ColumnType says what a column's values are, and with it how they look.
type ColumnType uint8

// The types of columns.
const (
	TextColumn    ColumnType = iota // text as text: 0152 keeps its zero
	WholeColumn                     // whole numbers without grouping
	MoneyColumn                     // whole kroner, thousands grouped
	DecimalColumn                   // numbers with decimals
	DateColumn                      // dates, shown as dd.mm.yyyy
	YesNoColumn                     // true and false, or texts
)

// Column describes one column of a table to write.
type Column struct {
	Header  string
	Width   float64 // in characters; 0 is a width that fits the header
	Type    ColumnType
	Options []string // what a drop-down list offers; nil for none
	Hint    string   // what Excel shows beside a chosen cell; "" for none
}

// Writer writes a table row by row. Close ends it; a Writer that is not closed
// leaves an unfinished file.
type Writer interface {
	// Row writes one row. A value is nil (blank), a string, an int, a float64, a
	// bool or a civil.Date (blank where it is zero), by column; missing ones are
	// blank. Errors: Invalid for a value that a cell cannot hold.
	Row(values []any) error
	Close() error
}

// NewXLSX returns a Writer of a workbook with one sheet: a bold, frozen header
// with filters, typed cells, and drop-down lists that go on below the last row.
// The workbook reaches w at Close, which does not close w.
func NewXLSX(w io.Writer, sheet string, columns []Column) (Writer, error) { panic("not yet") }

// NewCSV returns a Writer of delimited text as Excel in Norway reads and writes
// it: UTF-8 with a byte order mark, semicolons, CRLF, decimal commas, dates as
// 2026-12-01, booleans as true and false. Text that a spreadsheet would take
// for a formula (it begins with = + - @ ' tab or CR) gets one leading ', which
// [Open] takes away again. Close flushes, but does not close w.
func NewCSV(w io.Writer, columns []Column) Writer { panic("not yet") }

// Create writes a table to path, whose extension (.xlsx or .csv) decides the
// form. The table stands at path, replacing what was there, only when write
// returns nil; otherwise path is as it was. Errors: Invalid for another
// extension, and what write returns.
func Create(path, sheet string, columns []Column, write func(Writer) error) error {
	panic("not yet")
}

// WriteFile lets write fill a new file and moves it to path, replacing what was
// there, only when write returns nil.
func WriteFile(path string, write func(io.Writer) error) error { panic("not yet") }
