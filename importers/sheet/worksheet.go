package sheet

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/boligklar/boligklar/internal/civil"
)

const (
	maxMerges = 100_000
	maxWidths = maxColumns
)

// sheetReader reads one worksheet part (ECMA-376 part 1, 18.3).
type sheetReader struct {
	*scanner
	book  *workbook
	sheet int
	info  *Info // filled while the book is being opened, else nil
	emit  func(Row) bool

	cells     []Cell
	row, col  int // of the last row (1-based) and cell (0-based) seen
	rows      int // with a value
	count     int // cells with a value
	lastRow   int // with a value
	lastCol   int // count of columns up to the last value
	seenData  bool
	value     []byte
	cellLimit int
	stopped   bool // by emit
}

// errStop ends a pass that emit does not want to go on with; readSheet keeps it
// to itself.
var errStop = errors.New("sheet: the caller stopped")

// readSheet reads a sheet from end to end, filling info and calling emit, where
// they are not nil, until emit returns false.
func (w *workbook) readSheet(ctx context.Context, i int, info *Info, emit func(Row) bool) error {
	ws := w.sheets[i]
	where := "the sheet " + quoted(ws.info.Name)
	r := &sheetReader{scanner: &w.scan, book: w, sheet: i, info: info, emit: emit, cellLimit: w.limits.CellRunes}
	err := w.document(ctx, ws.part, where, spaceMain, "worksheet", func(*scanner) error {
		err := r.worksheet()
		if err != nil && r.row > 0 {
			err = placed(fmt.Sprintf("%s, row %d", where, r.row), err)
		}
		return err
	})
	if r.stopped {
		return nil
	}
	if info != nil {
		info.Rows, info.Columns = r.lastRow, r.lastCol
	}
	return err
}

// worksheet reads the children of the root.
func (r *sheetReader) worksheet() error {
	err := r.children(spaceMain, func() error {
		switch string(r.local) {
		case "sheetData":
			if r.seenData {
				return damaged("", "its rows are there twice")
			}
			r.seenData = true
			return r.children(spaceMain, r.readRow)
		case "mergeCells":
			return r.children(spaceMain, r.readMerge)
		case "cols":
			return r.children(spaceMain, r.readWidth)
		case "row", "c":
			return damaged("", "a row is out of its place")
		}
		return r.skip()
	})
	if err == nil && !r.seenData {
		err = damaged("", "its rows are missing")
	}
	return err
}

// readRow reads a row element.
func (r *sheetReader) readRow() error {
	if string(r.local) != "row" {
		return damaged("", "there is something else among its rows")
	}
	number := r.row + 1
	if v, ok := r.attr("r"); ok {
		n, ok := digits(v)
		if !ok || n <= r.row || n > maxRows {
			return damaged("", "the row after it has a wrong number")
		}
		number = n
	}
	if number > maxRows {
		return damaged("", "there are too many rows")
	}
	r.row, r.col = number, -1
	r.cells = r.cells[:0]
	for {
		tok, err := r.next()
		if err != nil {
			return err
		}
		if tok == tokenEnd {
			break
		}
		if tok == tokenStart {
			switch {
			case r.space != spaceMain:
				err = r.skip()
			case string(r.local) == "c":
				err = r.readCell()
			case string(r.local) == "extLst":
				err = r.skip()
			default:
				err = damaged("", "there is something else among its cells")
			}
		} else if !blank(r.text) {
			err = damaged("", "there is text between its cells")
		}
		if err != nil {
			return err
		}
	}
	if len(r.cells) == 0 {
		return nil
	}
	if r.rows++; r.rows > r.book.limits.Rows {
		return tooLarge("", "there are more than %d rows", r.book.limits.Rows)
	}
	r.lastRow, r.lastCol = r.row, max(r.lastCol, len(r.cells))
	if r.emit != nil && !r.emit(Row{Number: r.row, Cells: r.cells}) {
		r.stopped = true
		return errStop
	}
	return nil
}

// cellType is the t attribute of a cell.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeInline
	typeString
	typeBool
	typeError
	typeDate
)

// readCell reads a c element.
func (r *sheetReader) readCell() error {
	col, style, typ := r.col+1, 0, typeNumber
	for i := range r.attrs {
		a := &r.attrs[i]
		if a.space != spaceNone || len(a.local) != 1 {
			continue
		}
		var ok bool
		switch a.local[0] {
		case 'r':
			var row int
			if col, row, ok = reference1(a.value); !ok || row != r.row || col <= r.col {
				return damaged("", "a cell is not in its place")
			}
		case 's':
			if style, ok = digits(a.value); !ok || r.book.styled && style >= max(1, len(r.book.styles)) {
				return damaged("", "a cell has a style that does not exist")
			}
		case 't':
			if typ, ok = parseCellType(a.value); !ok {
				return damaged("", "a cell has a type that does not exist")
			}
		}
	}
	if col >= maxColumns {
		return damaged("", "there are too many cells")
	}
	r.col = col
	if r.selfEnd { // a cell that has only a style
		_, err := r.next()
		return err
	}
	cell, err := r.cellContent(typ, style)
	if err != nil || cell.Kind == Blank {
		return err
	}
	return r.put(col, cell)
}

// put stores a cell that has a value.
func (r *sheetReader) put(col int, cell Cell) error {
	if col >= r.book.limits.Columns {
		return tooLarge("", "there are values beyond column %s", ColumnName(r.book.limits.Columns-1))
	}
	if r.count++; r.count > r.book.limits.Cells {
		return tooLarge("", "there are more than %d values", r.book.limits.Cells)
	}
	for len(r.cells) < col {
		r.cells = append(r.cells, Cell{})
	}
	r.cells = append(r.cells, cell)
	return nil
}

func parseCellType(v []byte) (cellType, bool) {
	switch string(v) {
	case "n":
		return typeNumber, true
	case "s":
		return typeShared, true
	case "inlineStr":
		return typeInline, true
	case "str":
		return typeString, true
	case "b":
		return typeBool, true
	case "e":
		return typeError, true
	case "d":
		return typeDate, true
	}
	return 0, false
}

// cellContent reads the children of a c element to its end tag.
func (r *sheetReader) cellContent(typ cellType, style int) (Cell, error) {
	formula, value := false, false
	r.value = r.value[:0]
	for {
		tok, err := r.next()
		if err != nil {
			return Cell{}, err
		}
		switch tok {
		case tokenEnd:
			return r.cell(typ, style, formula, value)
		case tokenText:
			if !blank(r.text) {
				return Cell{}, damaged("", "a cell has text outside its value")
			}
			continue
		}
		switch {
		case r.space != spaceMain || string(r.local) == "extLst":
			err = r.skip()
		case string(r.local) == "v" && !value && typ != typeInline:
			value = true
			r.value, err = r.content(r.value, r.cellLimit)
		case string(r.local) == "is" && !value && typ == typeInline:
			value = true
			r.value, err = r.richText(r.value, r.cellLimit)
		case string(r.local) == "f" && !formula:
			formula = true
			err = r.skip()
		case typ == typeInline && string(r.local) == "v": // some programs leave an empty one
			err = r.skip()
		default:
			err = damaged("", "a cell has more than one value")
		}
		if err != nil {
			return Cell{}, err
		}
	}
}

// cell makes a cell of what its element had.
func (r *sheetReader) cell(typ cellType, style int, formula, value bool) (Cell, error) {
	v := r.value
	if !value || len(v) == 0 && typ == typeNumber {
		if formula {
			return Cell{Kind: Uncalculated}, nil
		}
		return Cell{}, nil
	}
	switch typ {
	case typeInline, typeString:
		if typ == typeString {
			v = unescape(v)
			if err := checkRunes(v, r.cellLimit); err != nil {
				return Cell{}, err
			}
		}
		if len(v) == 0 {
			return Cell{}, nil
		}
		return Cell{Kind: Text, Text: r.book.intern.text(v)}, nil
	case typeError:
		if err := checkRunes(v, 100); err != nil {
			return Cell{}, damaged("", "a cell's error is wrong")
		}
		return Cell{Kind: Error, Text: r.book.intern.text(v)}, nil
	}
	v = trim(v)
	switch typ {
	case typeShared:
		i, ok := digits(v)
		if !ok || i >= r.book.strings.count {
			return Cell{}, damaged("", "a cell refers to a text that does not exist")
		}
		if text := r.book.strings.at(i); text != "" {
			return Cell{Kind: Text, Text: text}, nil
		}
		return Cell{}, nil
	case typeBool:
		switch string(v) {
		case "1", "true":
			return Cell{Kind: Bool, Number: 1}, nil
		case "0", "false":
			return Cell{Kind: Bool}, nil
		}
		return Cell{}, damaged("", "a cell is neither true nor false")
	case typeDate:
		return isoDate(v)
	}
	n, ok := number(v)
	if !ok {
		return Cell{}, damaged("", "a cell's number is wrong")
	}
	if style < len(r.book.styles) && r.book.styles[style] {
		if d, ok := serialDate(n, r.book.is1904); ok {
			return Cell{Kind: Date, Date: d, Number: n}, nil
		}
	}
	return Cell{Kind: Number, Number: n}, nil
}

// isoDate reads the value of a cell of type d: a date, with or without a time.
func isoDate(v []byte) (Cell, error) {
	if len(v) >= 10 && (len(v) == 10 || v[10] == 'T') {
		if d, err := civil.Parse(string(v[:10])); err == nil {
			serial, _ := dateSerial(d)
			return Cell{Kind: Date, Date: d, Number: float64(serial)}, nil
		}
	}
	return Cell{}, damaged("", "a cell's date is wrong")
}

// readMerge reads a mergeCell element.
func (r *sheetReader) readMerge() error {
	v, ok := r.attr("ref")
	if string(r.local) != "mergeCell" || !ok {
		return r.skip()
	}
	m, ok := area(v)
	if !ok {
		return damaged("", "its merged cells are wrong")
	}
	if r.info != nil {
		if len(r.info.Merges) == maxMerges {
			return tooLarge("", "it has more than %d merged cells", maxMerges)
		}
		r.info.Merges = append(r.info.Merges, m)
	}
	return r.skip()
}

// readWidth reads a col element.
func (r *sheetReader) readWidth() error {
	if r.info == nil || string(r.local) != "col" {
		return r.skip()
	}
	minimum, _ := r.attr("min")
	maximum, _ := r.attr("max")
	width, _ := r.attr("width")
	first, ok1 := digits(minimum)
	last, ok2 := digits(maximum)
	w, err := strconv.ParseFloat(string(width), 64)
	if !ok1 || !ok2 || err != nil || first < 1 || last < first || !(w >= 0 && w <= 1000) || len(r.info.Widths) == maxWidths {
		return r.skip() // a width is not worth an error
	}
	r.info.Widths = append(r.info.Widths, Width{first - 1, last - 1, w})
	return r.skip()
}
