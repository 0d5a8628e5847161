package sheet

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

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
	Options []string // what a drop-down list offers; other values get a warning; nil for none
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

// invalid names the cell whose value cannot be written.
func invalid(row, col int, what string) error {
	return apperr.New(apperr.Invalid, "The value for %s%d cannot be written: %s.", ColumnName(col), row, what)
}

// checkText refuses text that a cell cannot hold.
func checkText(s string, row, col int) error {
	if len(s) > maxCellRunes {
		units := 0
		for _, r := range s {
			units += max(1, utf16.RuneLen(r))
		}
		if units > maxCellRunes {
			return invalid(row, col, fmt.Sprintf("it has more than %d characters", maxCellRunes))
		}
	}
	plain := 0
	for plain < len(s) && class[s[plain]]&classPlain != 0 {
		plain++
	}
	for i, r := range s[plain:] {
		if !isChar(r) {
			return invalid(row, col, "it has a control character")
		}
		if r == utf8.RuneError && !strings.HasPrefix(s[plain+i:], "\uFFFD") {
			return invalid(row, col, "it is not valid UTF-8")
		}
	}
	return nil
}

// NewCSV returns a Writer of delimited text as Excel in Norway reads and writes
// it: UTF-8 with a byte order mark, semicolons, CRLF, decimal commas, dates as
// 2026-12-01, booleans as true and false. Text that a spreadsheet would take
// for a formula (it begins with = + - @ ' tab or CR) gets one leading ', which
// [Open] takes away again. Close flushes, but does not close w.
func NewCSV(w io.Writer, columns []Column) Writer {
	c := &csvWriter{w: bufio.NewWriterSize(w, bufferSize), columns: len(columns)}
	_, _ = c.w.WriteString("\ufeff") // bufio keeps its first error for Flush
	header := make([]any, len(columns))
	for i := range columns {
		header[i] = columns[i].Header
	}
	c.err = c.Row(header)
	return c
}

type csvWriter struct {
	w       *bufio.Writer
	columns int
	row     int
	buf     []byte
	err     error // of the header
}

// Row implements Writer.
func (c *csvWriter) Row(values []any) error {
	if c.err != nil {
		return c.err
	}
	c.row++
	if len(values) > c.columns {
		return invalid(c.row, c.columns, "there is no such column")
	}
	c.buf = c.buf[:0]
	for i := range c.columns {
		if i > 0 {
			c.buf = append(c.buf, ';')
		}
		if i >= len(values) {
			continue
		}
		switch v := values[i].(type) {
		case nil:
		case string:
			if err := checkText(v, c.row, i); err != nil {
				return err
			}
			c.buf = appendField(c.buf, v)
		case int:
			c.buf = strconv.AppendInt(c.buf, int64(v), 10)
		case float64:
			from := len(c.buf)
			c.buf = strconv.AppendFloat(c.buf, v, 'f', -1, 64)
			for k := from; k < len(c.buf); k++ {
				if c.buf[k] == '.' {
					c.buf[k] = ','
				}
			}
		case bool:
			c.buf = strconv.AppendBool(c.buf, v)
		case civil.Date:
			c.buf = append(c.buf, v.String()...)
		default:
			return invalid(c.row, i, fmt.Sprintf("it is a %T", v))
		}
	}
	c.buf = append(c.buf, '\r', '\n')
	_, err := c.w.Write(c.buf)
	return err
}

// appendField appends text as a field, disarmed and quoted where it must be.
func appendField(dst []byte, s string) []byte {
	armed := s != "" && isArmed(s[0])
	if !strings.ContainsAny(s, ";\"\r\n") {
		if armed {
			dst = append(dst, '\'')
		}
		return append(dst, s...)
	}
	dst = append(dst, '"')
	if armed {
		dst = append(dst, '\'')
	}
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

// Close implements Writer.
func (c *csvWriter) Close() error {
	if c.err != nil {
		return c.err
	}
	return c.w.Flush()
}
