package sheet

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/civil"
)

// listSheet is the hidden sheet with the options that are too long for a
// drop-down list to hold itself.
const listSheet = "_lists"

const (
	spareRows   = 2000 // rows below the last one that have drop-down lists too
	maxListText = 255  // UTF-16 units of options that a list can hold itself
	maxHint     = 255
)

// xlsxWriter writes a workbook through excelize's stream writer, which keeps
// rows in a temporary file.
type xlsxWriter struct {
	w       io.Writer
	file    *excelize.File
	stream  *excelize.StreamWriter
	sheet   string
	columns []Column
	cells   []excelize.Cell
	values  []any // pointers to cells, nil for blank ones
	styles  []int // by column
	row     int
	lists   int // columns of listSheet in use
}

// NewXLSX returns a Writer of a workbook with one sheet: a bold, frozen header
// with filters, typed cells, and drop-down lists that go on below the last row.
// The workbook reaches w at Close, which does not close w.
func NewXLSX(w io.Writer, sheet string, columns []Column) (Writer, error) {
	x, err := newXLSX(w, sheet, columns)
	if err != nil {
		return nil, err
	}
	return x, nil
}

func newXLSX(w io.Writer, sheet string, columns []Column) (_ *xlsxWriter, err error) {
	x := &xlsxWriter{
		w: w, file: excelize.NewFile(), columns: columns, sheet: tabName(sheet, nil),
		cells: make([]excelize.Cell, len(columns)), values: make([]any, len(columns)), styles: make([]int, len(columns)),
	}
	defer func() {
		if err != nil {
			x.discard()
		}
	}()
	if err := x.file.SetSheetName("Sheet1", x.sheet); err != nil {
		return nil, err
	}
	if x.stream, err = x.file.NewStreamWriter(x.sheet); err != nil {
		return nil, err
	}
	bold, err := x.file.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE6EE"}},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
	})
	if err != nil {
		return nil, err
	}
	byType, err := columnStyles(x.file)
	if err != nil {
		return nil, err
	}
	for i, c := range columns {
		x.styles[i] = byType[c.Type]
		if err := x.stream.SetColWidth(i+1, i+1, columnWidth(c)); err != nil {
			return nil, err
		}
		if err := x.stream.SetColStyle(i+1, i+1, x.styles[i]); err != nil {
			return nil, err
		}
	}
	freeze := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := x.stream.SetPanes(freeze); err != nil {
		return nil, err
	}
	header := make([]any, len(columns))
	for i, c := range columns {
		if err := checkText(c.Header, 1, i); err != nil {
			return nil, err
		}
		header[i] = excelize.Cell{StyleID: bold, Value: textValue(c.Header)}
	}
	x.row = 1
	return x, x.stream.SetRow("A1", header)
}

// columnStyles makes the cell style of each type of column.
func columnStyles(f *excelize.File) (map[ColumnType]int, error) {
	formats := map[ColumnType]string{
		TextColumn: "@", WholeColumn: "0", MoneyColumn: "#,##0", DecimalColumn: "0.##########", DateColumn: "dd.mm.yyyy", YesNoColumn: "General",
	}
	styles := map[ColumnType]int{}
	for typ, format := range formats {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return nil, err
		}
		styles[typ] = id
	}
	return styles, nil
}

// columnWidth is the width of a column in characters.
func columnWidth(c Column) float64 {
	if c.Width > 0 {
		return min(c.Width, excelize.MaxColumnWidth)
	}
	least := 10
	if c.Type == DateColumn {
		least = 12
	}
	return float64(min(max(least, utf8.RuneCountInString(c.Header)+4), 60)) // 4 for the filter's button
}

// Row implements Writer.
func (x *xlsxWriter) Row(values []any) error {
	if len(values) > len(x.columns) {
		return invalid(x.row+1, len(x.columns), "there is no such column")
	}
	if x.row == maxRows {
		return invalid(x.row+1, 0, "a sheet has no more rows")
	}
	x.row++
	n := 0
	for i, v := range values {
		x.values[i] = nil
		cell, err := x.value(v, i)
		if err != nil {
			return err
		}
		if cell == nil {
			continue
		}
		x.cells[i] = excelize.Cell{StyleID: x.styles[i], Value: cell}
		x.values[i] = &x.cells[i]
		n = i + 1
	}
	return x.stream.SetRow("A"+strconv.Itoa(x.row), x.values[:n])
}

// value turns a value of ours into one of excelize's; nil for a blank.
func (x *xlsxWriter) value(value any, col int) (any, error) {
	switch v := value.(type) {
	case nil, int, bool:
		return value, nil
	case string:
		if v == "" {
			return nil, nil
		}
		if strings.Contains(v, "_x") {
			value = textValue(v)
		}
		return value, checkText(v, x.row, col)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, invalid(x.row, col, "it is not a number")
		}
		return value, nil
	case civil.Date:
		if v.IsZero() {
			return nil, nil
		}
		if serial, ok := dateSerial(v); ok {
			return serial, nil
		}
		return v.String(), nil // Excel has no dates before 1900
	}
	return nil, invalid(x.row, col, fmt.Sprintf("it is a %T", value))
}

// textValue returns what makes excelize write a text as it is. Where the text
// itself looks like an escape, _x0041_, excelize loses some and doubles others,
// so such a text is split into runs none of which looks like one.
func textValue(s string) any {
	if !strings.Contains(s, "_x") {
		return s
	}
	var runs []excelize.RichTextRun
	from := 0
	for i := range len(s) {
		if _, ok := escaped([]byte(s[i:min(i+7, len(s))])); ok {
			runs = append(runs, excelize.RichTextRun{Text: s[from : i+1]})
			from = i + 1
		}
	}
	if runs == nil {
		return s
	}
	return append(runs, excelize.RichTextRun{Text: s[from:]})
}

// Close implements Writer.
func (x *xlsxWriter) Close() error {
	err := x.finish()
	if err == nil {
		err = x.file.Write(x.w)
	}
	return errors.Join(err, x.file.Close())
}

// discard gives up the workbook and its temporary files.
func (x *xlsxWriter) discard() { _ = x.file.Close() } // the error that led here is the one to tell

// finish adds what needs to know how many rows there are. The stream writer
// takes it only before Flush.
func (x *xlsxWriter) finish() error {
	if len(x.columns) > 0 {
		if err := x.file.AutoFilter(x.sheet, fmt.Sprintf("A1:%s%d", ColumnName(len(x.columns)-1), x.row), nil); err != nil {
			return err
		}
	}
	for i, c := range x.columns {
		if len(c.Options) == 0 && c.Hint == "" {
			continue
		}
		v := excelize.NewDataValidation(true)
		col := ColumnName(i)
		v.Sqref = fmt.Sprintf("%s2:%s%d", col, col, min(x.row+spareRows, maxRows))
		if c.Hint != "" {
			v.SetInput(cut(c.Header, 32), cut(c.Hint, maxHint))
		}
		if err := x.options(v, c.Options); err != nil {
			return err
		}
		if err := x.file.AddDataValidation(x.sheet, v); err != nil {
			return err
		}
	}
	return x.stream.Flush()
}

// options makes a drop-down list.
func (x *xlsxWriter) options(v *excelize.DataValidation, options []string) error {
	if len(options) == 0 {
		return nil
	}
	v.ShowErrorMessage = true
	warning := "warning"
	v.ErrorStyle = &warning
	joined := strings.Join(options, ",")
	if len(utf16.Encode([]rune(joined))) <= maxListText && !strings.ContainsAny(strings.Join(options, ""), `,"`) {
		return v.SetDropList(options)
	}
	if x.lists == 0 {
		if _, err := x.file.NewSheet(listSheet); err != nil {
			return err
		}
		if err := x.file.SetSheetVisible(listSheet, false); err != nil {
			return err
		}
	}
	col := ColumnName(x.lists)
	x.lists++
	for i, o := range options {
		if err := x.file.SetCellStr(listSheet, fmt.Sprintf("%s%d", col, i+1), o); err != nil {
			return err
		}
	}
	v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", listSheet, col, col, len(options)))
	return nil
}

// cut shortens text to n UTF-16 units.
func cut(s string, n int) string {
	for i, r := range s {
		if n -= max(1, utf16.RuneLen(r)); n < 0 {
			return s[:i]
		}
	}
	return s
}

// tabName makes a name that Excel takes for a sheet (at most 31 UTF-16 units,
// without []:*?/\ and without an apostrophe at either end) and that is not
// taken; names are compared without regard to case.
func tabName(name string, taken map[string]bool) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || !isChar(r) {
			return '-'
		}
		return r
	}, strings.ToValidUTF8(name, "-"))
	const most = 31
	name = strings.Trim(cut(name, most), "' ")
	if name == "" {
		name = "Ark"
	}
	unique := name
	for i := 2; taken[strings.ToLower(unique)]; i++ {
		suffix := fmt.Sprintf(" (%d)", i)
		unique = cut(name, most-len(suffix)) + suffix
	}
	if taken != nil {
		taken[strings.ToLower(unique)] = true
	}
	return unique
}
