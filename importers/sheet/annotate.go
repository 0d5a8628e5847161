package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

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
	Scrub        func(string) string // the last guard: every text, number, sheet name and comment goes through it; nil for none
}

// maxComments is how many cells get a comment: more make a workbook that Excel
// opens slowly, and nobody reads them. The others are coloured all the same.
const maxComments = 5000

// Annotate writes to w a workbook with the rows of book, at their own numbers
// and columns, and a's marks on it. It is made anew from the values alone:
// nothing that is left out survives anywhere else in the file.
func Annotate(ctx context.Context, book *Book, a Annotation, w io.Writer) (err error) {
	n := &annotator{ctx: ctx, book: book, Annotation: a, file: excelize.NewFile(), left: maxComments, styles: map[look]int{}}
	defer func() { err = errors.Join(err, n.file.Close()) }()
	if n.Scrub == nil {
		n.Scrub = func(s string) string { return s }
	}
	sheets := a.Sheets
	if sheets == nil {
		for i := range book.Sheets() {
			sheets = append(sheets, i)
		}
	}
	taken := map[string]bool{}
	for k, i := range sheets {
		if i < 0 || i >= len(book.Sheets()) {
			return apperr.New(apperr.NotFound, "The file %q has no sheet number %d.", book.name, i+1)
		}
		name := tabName(n.Scrub(book.Sheets()[i].Name), taken)
		if k == 0 {
			err = n.file.SetSheetName("Sheet1", name)
		} else {
			_, err = n.file.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := n.sheet(i, name); err != nil {
			return err
		}
	}
	return n.file.Write(w)
}

type annotator struct {
	Annotation
	ctx    context.Context
	book   *Book
	file   *excelize.File
	left   int // comments that may still be made
	styles map[look]int

	// Of the sheet being written.
	name   string
	stream *excelize.StreamWriter
	marks  []Mark // by row
	blanks []BlankColumn
	values []any
	notes  []string // by column, of the row being written
	looks  []look
}

// look is how a cell looks.
type look struct {
	severity apperr.Severity
	format   string
}

// sheet writes one sheet.
func (n *annotator) sheet(i int, name string) (err error) {
	n.name = name
	if n.stream, err = n.file.NewStreamWriter(name); err != nil {
		return err
	}
	for _, w := range n.book.Sheets()[i].Widths {
		last := min(w.Last, n.book.Sheets()[i].Columns+1)
		if w.First <= last {
			if err := n.stream.SetColWidth(w.First+1, last+1, min(w.Width, excelize.MaxColumnWidth)); err != nil {
				return err
			}
		}
	}
	n.marks, n.blanks = n.marks[:0], n.blanks[:0]
	for _, m := range n.Marks {
		if m.Sheet == i && m.Row >= 1 && m.Row <= maxRows && m.Column >= -1 && m.Column < maxColumns {
			n.marks = append(n.marks, m)
		}
	}
	slices.SortStableFunc(n.marks, func(a, b Mark) int { return a.Row - b.Row })
	for _, b := range n.BlankColumns {
		if b.Sheet == i {
			n.blanks = append(n.blanks, b)
		}
	}
	for row, err := range n.book.Rows(n.ctx, i) {
		if err == nil {
			err = n.marksBefore(row.Number)
		}
		if err == nil {
			err = n.row(row)
		}
		if err != nil {
			return err
		}
	}
	if err := n.marksBefore(maxRows + 1); err != nil {
		return err
	}
	return n.stream.Flush()
}

// marksBefore writes the marks on rows above number that have no values.
func (n *annotator) marksBefore(number int) error {
	for len(n.marks) > 0 && n.marks[0].Row < number {
		if err := n.row(Row{Number: n.marks[0].Row}); err != nil {
			return err
		}
	}
	return nil
}

// row writes one row and uses up its marks.
func (n *annotator) row(row Row) error {
	n.values, n.looks, n.notes = n.values[:0], n.looks[:0], n.notes[:0]
	for _, c := range row.Cells {
		v, format := n.value(c)
		n.values, n.looks, n.notes = append(n.values, v), append(n.looks, look{format: format}), append(n.notes, "")
	}
	for _, b := range n.blanks {
		if b.Column < len(n.values) && b.KeepRow != row.Number {
			n.values[b.Column] = nil
		}
	}
	k := 0
	for ; k < len(n.marks) && n.marks[k].Row == row.Number; k++ {
		n.mark(n.marks[k])
	}
	n.marks = n.marks[k:]
	for i := range n.values {
		style, err := n.style(n.looks[i])
		if err != nil {
			return err
		}
		if n.values[i] != nil || n.looks[i].severity != "" {
			n.values[i] = excelize.Cell{StyleID: style, Value: n.values[i]}
		}
		if err := n.comment(row.Number, i); err != nil {
			return err
		}
	}
	return n.stream.SetRow(fmt.Sprintf("A%d", row.Number), n.values)
}

// mark puts a mark on the row being written.
func (n *annotator) mark(m Mark) {
	first, last := m.Column, m.Column
	if m.Column < 0 {
		first, last = 0, max(len(n.values)-1, 0)
	}
	for len(n.values) <= last {
		n.values, n.looks, n.notes = append(n.values, nil), append(n.looks, look{}), append(n.notes, "")
	}
	for i := first; i <= last; i++ {
		if m.Blank {
			n.values[i] = nil
		}
		if n.looks[i].severity != apperr.SeverityError && m.Severity != "" {
			n.looks[i].severity = m.Severity
		}
	}
	if m.Comment != "" {
		n.notes[first] = strings.TrimPrefix(n.notes[first]+"\n"+m.Comment, "\n")
	}
}

// value turns a cell into a value of excelize's, and the format it needs.
func (n *annotator) value(c Cell) (v any, format string) {
	switch c.Kind {
	case Bool:
		return c.Number != 0, ""
	case Date:
		if serial, ok := dateSerial(c.Date); ok {
			return serial, "dd.mm.yyyy"
		}
		return c.Date.String(), ""
	case Number:
		plain := strconv.FormatFloat(c.Number, 'f', -1, 64)
		if clean := n.Scrub(plain); clean != plain {
			return clean, ""
		}
		return c.Number, ""
	case Text, Error:
		text := cut(clean(n.Scrub(c.Text)), maxCellRunes)
		if text == "" {
			return nil, ""
		}
		const longest = 255 // Excel shows longer texts of the format @ as ####
		if c := text[0]; (c >= '0' && c <= '9' || c == '+') && len(text) <= longest {
			return textValue(text), "@" // 0152 keeps its zero when someone edits it
		}
		return textValue(text), ""
	}
	return nil, ""
}

// clean replaces the characters that XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if !isChar(r) {
			return ' '
		}
		return r
	}, s)
}

// comment writes the notes of a cell.
func (n *annotator) comment(row, col int) error {
	if n.notes[col] == "" || n.left == 0 {
		return nil
	}
	n.left--
	text := cut(clean(n.Scrub(n.notes[col])), maxCellRunes)
	lines := strings.Count(text, "\n") + 1 + len(text)/40
	return n.file.AddComment(n.name, excelize.Comment{
		Author: "Boligklar", Cell: fmt.Sprintf("%s%d", ColumnName(col), row), Width: 320, Height: uint(min(30+18*lines, 400)),
		Paragraph: []excelize.RichTextRun{{Text: text}},
	})
}

// style returns the cell style of a look.
func (n *annotator) style(l look) (int, error) {
	if l == (look{}) {
		return 0, nil
	}
	if id, ok := n.styles[l]; ok {
		return id, nil
	}
	s := &excelize.Style{}
	if l.format != "" {
		s.CustomNumFmt = &l.format
	}
	switch l.severity {
	case apperr.SeverityError:
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F8C9C4"}}
	case apperr.SeverityWarning:
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFEFB0"}}
	}
	id, err := n.file.NewStyle(s)
	n.styles[l] = id
	return id, err
}
