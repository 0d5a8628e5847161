// Package sheet reads and writes the spreadsheets that offices work in: Excel
// workbooks (.xlsx, .xlsm) and delimited text (.csv, .tsv, .txt). It is the
// only package that knows how such a file is made.
//
// Reading is strict and streaming. [Open] goes through the whole file once and
// refuses what is damaged, encrypted, of another kind or too large, so that a
// short file is never taken for a whole one; [Book.Rows] then reads the rows
// again, one at a time, in memory that does not grow with the file.
//
// Writing is streaming too, and [Create] puts a file in place only when all of
// it has been written.
package sheet

import (
	"github.com/boligklar/boligklar/internal/civil"
)

// Limits bounds what a file may ask of the machine. A field that is zero takes
// the value of [DefaultLimits].
type Limits struct {
	FileBytes     int64 // size of the file itself
	UnzippedBytes int64 // all parts of a workbook together, unpacked
	StringBytes   int64 // all shared strings of a workbook together; these are held in memory
	Sheets        int   // worksheets in a workbook
	Rows          int   // rows with a value, in one sheet; empty rows are free
	Columns       int   // the last column with a value
	Cells         int   // cells with a value, in one sheet
	CellRunes     int   // characters in one cell
}

// DefaultLimits takes 250,000 rows of 24 columns, and keeps any file whatever
// well under 512 MB of memory.
var DefaultLimits = Limits{
	FileBytes:     128 << 20,
	UnzippedBytes: 640 << 20,
	StringBytes:   96 << 20,
	Sheets:        200,
	Rows:          250_000,
	Columns:       500,
	Cells:         6_000_000,
	CellRunes:     maxCellRunes,
}

// The bounds of the format itself (ECMA-376 leaves them to Excel, whose
// "specifications and limits" gives them).
const (
	maxRows      = 1 << 20
	maxColumns   = 1 << 14
	maxCellRunes = 32_767
)

// withDefaults fills the zero fields of l.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	set64 := func(v *int64, def int64) {
		if *v == 0 {
			*v = def
		}
	}
	set := func(v *int, def int) {
		if *v == 0 {
			*v = def
		}
	}
	set64(&l.FileBytes, d.FileBytes)
	set64(&l.UnzippedBytes, d.UnzippedBytes)
	set64(&l.StringBytes, d.StringBytes)
	set(&l.Sheets, d.Sheets)
	set(&l.Rows, d.Rows)
	set(&l.Columns, d.Columns)
	set(&l.Cells, d.Cells)
	set(&l.CellRunes, d.CellRunes)
	l.CellRunes = min(l.CellRunes, maxCellRunes)
	return l
}

// Info describes one sheet of a book.
type Info struct {
	Name    string  // as on its tab; for delimited text the file's base name
	Hidden  bool    // hidden or very hidden
	Rows    int     // number of the last row with a value; 0 for an empty sheet
	Columns int     // count of columns up to the last one with a value
	Merges  []Merge // merged cells, in the order of the file
	Widths  []Width // column widths that the file sets
}

// Merge is a rectangle of merged cells, both corners included. Its value is in
// the first row and column; the others are blank.
type Merge struct {
	FirstRow, LastRow       int // 1-based
	FirstColumn, LastColumn int // 0-based
}

// Width is the width of the columns First to Last (0-based, both included) in
// characters of the default font.
type Width struct {
	First, Last int
	Width       float64
}

// Kind says what a cell holds.
type Kind uint8

// The kinds of cells.
const (
	Blank        Kind = iota // nothing, or an empty text
	Text                     // Cell.Text
	Number                   // Cell.Number
	Date                     // Cell.Date, and the serial number in Cell.Number
	Bool                     // Cell.Number is 1 for true, 0 for false
	Error                    // Cell.Text is the error: #N/A, #REF!
	Uncalculated             // a formula whose result the file does not have
)

// String returns the kind's name in lower case.
func (k Kind) String() string {
	names := [...]string{"blank", "text", "number", "date", "bool", "error", "uncalculated"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Cell is one cell's stored value. A formula's cell has the result that was
// stored with it.
type Cell struct {
	Kind   Kind
	Date   civil.Date // of a Date; the time of day is left out
	Number float64    // of a Number, Date or Bool
	Text   string     // of a Text or Error; as it stands, spaces included
}

// Row is one row with at least one value.
type Row struct {
	Number int    // the sheet's own 1-based number; in delimited text the line that the record starts on
	Cells  []Cell // by column, up to the last value; valid until the next row, but its Texts may be kept
}

// ColumnName returns the letters of column i, 0 being A; "" for a negative i.
func ColumnName(i int) string {
	var b [8]byte
	n := len(b)
	for ; i >= 0 && n > 0; i = i/26 - 1 {
		n--
		b[n] = byte('A' + i%26)
	}
	return string(b[n:])
}

// ColumnIndex returns the column of letters, A being 0, and whether it is a
// column that a sheet can have (A to XFD, in either case).
func ColumnIndex(letters string) (int, bool) {
	i := 0
	for _, r := range letters {
		if r |= 0x20; r < 'a' || r > 'z' {
			return 0, false
		}
		if i = i*26 + int(r-'a') + 1; i > maxColumns {
			return 0, false
		}
	}
	return i - 1, i > 0
}
