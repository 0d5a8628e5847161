package sheet

import (
	"context"
	"fmt"
	"io"

	"github.com/boligklar/boligklar/internal/apperr"
)

// textFile is delimited text: records of fields (RFC 4180), as spreadsheet
// programs write and read it.
type textFile struct {
	r      io.ReaderAt
	size   int64
	limits Limits
	enc    encoding
	comma  byte
	first  int // lines before the first record: 1 where there is a line sep=
	info   Info
	intern interner
}

// openText finds out how a text is written and reads all of it once.
func openText(ctx context.Context, r io.ReaderAt, size int64, name string, limits Limits) (*textFile, error) {
	t := &textFile{r: r, size: size, limits: limits, info: Info{Name: name}}
	var err error
	if t.enc, err = detectEncoding(ctx, io.NewSectionReader(r, 0, size)); err != nil {
		return nil, err
	}
	sample := make([]byte, sniffBytes)
	n, err := io.ReadFull(t.enc.reader(io.NewSectionReader(r, 0, size)), sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, placed("", err)
	}
	var ok bool
	if t.comma, ok = separatorLine(sample[:n]); ok {
		t.first = 1
	} else {
		t.comma = sniff(sample[:n], name)
	}
	err = t.rows(ctx, 0, func(row Row) bool {
		t.info.Rows = row.Number
		t.info.Columns = max(t.info.Columns, len(row.Cells))
		return true
	})
	return t, err
}

func (t *textFile) infos() []Info { return []Info{t.info} }

func (t *textFile) rows(ctx context.Context, _ int, emit func(Row) bool) error {
	p := newRecordParser(t.enc.reader(io.NewSectionReader(t.r, 0, t.size)), t.comma, t.limits)
	var cells []Cell
	rows, count := 0, 0
	for {
		if p.line&0xFF == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := p.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return placed("", err)
		}
		if line <= t.first {
			continue
		}
		cells = cells[:0]
		for i := range p.ends {
			if field := disarmed(p.field(i)); len(field) > 0 {
				for len(cells) < i {
					cells = append(cells, Cell{})
				}
				cells = append(cells, Cell{Kind: Text, Text: t.intern.text(field)})
				count++
			}
		}
		if len(cells) == 0 {
			continue
		}
		if rows++; rows > t.limits.Rows {
			return tooLarge(fmt.Sprintf("line %d", line), "there are more than %d rows", t.limits.Rows)
		}
		if count > t.limits.Cells {
			return tooLarge(fmt.Sprintf("line %d", line), "there are more than %d values", t.limits.Cells)
		}
		if !emit(Row{Number: line, Cells: cells}) {
			return nil
		}
	}
}

// recordParser splits text into records. It is as lenient as Excel about
// quotation marks within a field, but a quoted field must end.
type recordParser struct {
	r      io.Reader
	buf    []byte
	pos    int
	end    int
	err    error // what ended the input
	comma  byte
	limits Limits
	line   int // the line that comes next, 1-based

	rec  []byte // the fields of the record, one after another
	ends []int  // where each field ends in rec
}

func newRecordParser(r io.Reader, comma byte, limits Limits) *recordParser {
	return &recordParser{r: r, buf: make([]byte, bufferSize), comma: comma, limits: limits, line: 1}
}

func (p *recordParser) field(i int) []byte {
	from := 0
	if i > 0 {
		from = p.ends[i-1]
	}
	return p.rec[from:p.ends[i]]
}

// peek returns the next byte without taking it, and whether there is one.
func (p *recordParser) peek() (byte, bool) {
	for p.pos == p.end {
		if p.err != nil {
			return 0, false
		}
		p.pos = 0
		p.end, p.err = p.r.Read(p.buf)
	}
	return p.buf[p.pos], true
}

// next reads a record into rec and ends and returns the line it begins on. The
// error after the last one is io.EOF.
func (p *recordParser) next() (line int, err error) {
	p.rec, p.ends = p.rec[:0], p.ends[:0]
	line = p.line
	if _, ok := p.peek(); !ok {
		return 0, p.err
	}
	for {
		more, err := p.readField(line)
		if err != nil {
			return 0, err
		}
		if err := p.endField(line); err != nil {
			return 0, err
		}
		if !more {
			break
		}
	}
	if p.err != nil && p.err != io.EOF {
		return 0, p.err
	}
	return line, nil
}

// readField appends a field to rec and reports whether another one follows in
// the record.
func (p *recordParser) readField(line int) (more bool, err error) {
	from := len(p.rec)
	limit := 4 * p.limits.CellRunes
	if c, _ := p.peek(); c == '"' {
		p.pos++
		if err := p.readQuoted(line, limit); err != nil {
			return false, err
		}
	}
	for {
		c, ok := p.peek()
		switch {
		case !ok:
			return false, nil
		case c == p.comma:
			p.pos++
			return true, nil
		case c == '\n' || c == '\r':
			p.newline(c)
			return false, nil
		}
		i := p.pos + 1 // what stands for itself goes over in one piece
		for i < p.end && p.buf[i] != p.comma && p.buf[i] != '\n' && p.buf[i] != '\r' {
			i++
		}
		p.rec = append(p.rec, p.buf[p.pos:i]...)
		p.pos = i
		if len(p.rec)-from > limit {
			return false, p.tooLong(line)
		}
	}
}

// readQuoted appends what stands between quotation marks, the first of which
// has been read.
func (p *recordParser) readQuoted(line, limit int) error {
	from, start := len(p.rec), p.line
	for {
		c, ok := p.peek()
		if !ok {
			if p.err != io.EOF {
				return p.err
			}
			return damaged(fmt.Sprintf("line %d", start), "a cell begins with a quotation mark, and the mark that ends it is missing")
		}
		p.pos++
		switch c {
		case '"':
			if c, _ := p.peek(); c != '"' {
				return nil
			}
			p.pos++
		case '\n':
			p.line++
		case '\r':
			if c, ok := p.peek(); !ok || c != '\n' {
				p.line++
			}
		}
		p.rec = append(p.rec, c)
		if len(p.rec)-from > limit {
			return p.tooLong(line)
		}
	}
}

func (p *recordParser) tooLong(line int) error {
	return tooLarge(fmt.Sprintf("line %d", line), "a cell has more text than a cell can hold (%d characters); perhaps a quotation mark is missing", p.limits.CellRunes)
}

// newline takes a line end: LF, CRLF or CR.
func (p *recordParser) newline(c byte) {
	p.pos++
	if next, ok := p.peek(); c == '\r' && ok && next == '\n' {
		p.pos++
	}
	p.line++
}

// endField closes the field that was read.
func (p *recordParser) endField(line int) error {
	from := 0
	if n := len(p.ends); n > 0 {
		from = p.ends[n-1]
	}
	if err := checkRunes(p.rec[from:], p.limits.CellRunes); err != nil {
		return p.tooLong(line)
	}
	if len(p.ends) == p.limits.Columns { // blank ones may follow for ever
		if len(p.rec) > from {
			return tooLarge(fmt.Sprintf("line %d", line), "there are values beyond column %s", ColumnName(p.limits.Columns-1))
		}
		return nil
	}
	p.ends = append(p.ends, len(p.rec))
	return nil
}

// disarmed takes away the ' that keeps a field from being taken for a formula.
func disarmed(field []byte) []byte {
	if len(field) >= 2 && field[0] == '\'' && isArmed(field[1]) {
		return field[1:]
	}
	return field
}

// isArmed reports whether a spreadsheet program would take text that begins
// with c for something other than text.
func isArmed(c byte) bool {
	switch c {
	case '=', '+', '-', '@', '\'', '\t', '\r':
		return true
	}
	return false
}

// notText is the fault of bytes that are no text.
func notText(what string) error {
	return &fault{
		code: apperr.Unreadable, what: what, key: "file.not_spreadsheet",
		advice: "Choose a workbook (.xlsx) or a text file (.csv). If it was one, it is damaged: fetch it again from where it came.",
	}
}
