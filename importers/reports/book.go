package reports

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

// book is a workbook being written. The first failure stays in err, and what
// comes after it does nothing, so that the sheets read as what they show.
type book struct {
	file   *excelize.File
	lang   i18n.Lang
	looks  map[look]int
	said   map[string]string // sentences without parameters, which tables repeat on every row
	footer string
	pages  int
	err    error
}

func newBook(lang i18n.Lang) *book {
	b := &book{file: excelize.NewFile(), lang: lang, looks: map[look]int{}, said: map[string]string{}}
	b.check(b.file.SetDefaultFont(typeface))
	return b
}

// named gives the workbook its title, which search and screen readers use and
// every printed page has at its foot, and the day it was made where that is known.
func (b *book) named(title string, made civil.Date) {
	b.footer = title
	props := excelize.DocProperties{Title: title, Creator: "Boligklar", LastModifiedBy: "Boligklar", Language: string(b.lang)}
	if !made.IsZero() {
		props.Created = made.Time().Format(time.RFC3339)
		props.Modified = props.Created
	}
	b.check(b.file.SetDocProps(&props))
}

// write ends the workbook and writes it.
func (b *book) write(w io.Writer) (err error) {
	defer func() {
		if e := b.file.Close(); err == nil {
			err = e
		}
	}()
	if b.err != nil {
		return b.err
	}
	return b.file.Write(w)
}

func (b *book) check(err error) {
	if b.err == nil {
		b.err = err
	}
}

// say returns the sentence of reports.KEY in the workbook's language.
func (b *book) say(key string) string { return b.sayAny("reports." + key) }

// sayAny returns the sentence of a whole key.
func (b *book) sayAny(key string) string {
	s, ok := b.said[key]
	if !ok {
		s = b.lang.T(key, nil)
		b.said[key] = s
	}
	return s
}

// tell is say for a sentence with parameters.
func (b *book) tell(key string, params map[string]any) string {
	return b.lang.T("reports."+key, params)
}

// monthName returns "november 2026", and monthShort "nov. 2026".
func (b *book) monthName(m civil.Month) string {
	y, month, _ := m.First.YMD()
	return b.say("month."+two(month)) + " " + four(y)
}

func (b *book) monthShort(m civil.Month) string {
	y, month, _ := m.First.YMD()
	return b.say("month_short."+two(month)) + " " + four(y)
}

// dayText returns a date within a sentence, as the date cells show it.
func dayText(d civil.Date) string {
	if d.IsZero() {
		return "–"
	}
	y, m, day := d.YMD()
	return two(day) + "." + two(m) + "." + four(y)
}

func two(n int) string  { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }
func four(n int) string { return two(n/100) + two(n%100) }

// maxRows is what one sheet of a workbook holds.
const maxRows = excelize.TotalRows

// page is one sheet being written, from the top. Rows are streamed, since a
// formula that is streamed keeps its computed value as a number: the sheet then
// reads the same in a program that does not calculate.
type page struct {
	b     *book
	name  string
	out   *excelize.StreamWriter
	row   int // the last row written
	width int // columns
}

// sheetPlan says what must be known of a sheet before its first row.
type sheetPlan struct {
	name      string
	widths    []float64 // of the columns, in characters
	frozen    int       // rows that stay and are repeated in print: title and header
	frozenCol int       // columns that stay
	onePage   bool      // printed on one page; else as many as it takes, one page wide
	portrait  bool
	tab       string // the tab's colour
}

// page begins a sheet. Everything before its rows has to be set here: a stream
// writes the sheet's properties when it begins.
func (b *book) page(plan sheetPlan) *page {
	p := &page{b: b, name: plan.name, width: len(plan.widths)}
	if b.err != nil {
		return p
	}
	f := b.file
	if b.pages == 0 {
		b.check(f.SetSheetName("Sheet1", plan.name))
	} else {
		_, err := f.NewSheet(plan.name)
		b.check(err)
	}
	b.pages++
	b.setUp(plan)
	out, err := f.NewStreamWriter(plan.name)
	b.check(err)
	if b.err != nil {
		return p
	}
	p.out = out
	for i, w := range plan.widths {
		b.check(out.SetColWidth(i+1, i+1, w))
	}
	if plan.frozen > 0 {
		corner := cellName(plan.frozenCol+1, plan.frozen+1)
		pane := "bottomLeft"
		if plan.frozenCol > 0 {
			pane = "bottomRight"
		}
		b.check(out.SetPanes(&excelize.Panes{
			Freeze: true, XSplit: plan.frozenCol, YSplit: plan.frozen, TopLeftCell: corner, ActivePane: pane,
			Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: pane}},
		}))
	}
	return p
}

// setUp sets how the sheet is shown and printed: A4, one page wide.
func (b *book) setUp(plan sheetPlan) {
	f, yes, no := b.file, true, false
	paper, wide, tall := 9, 1, 0 // 9 is A4; 0 pages tall is as many as it takes
	orientation := "landscape"
	if plan.portrait {
		orientation = "portrait"
	}
	if plan.onePage {
		tall = 1
	}
	side, top, edge := 0.5, 0.6, 0.3 // inches
	b.check(f.SetSheetProps(plan.name, &excelize.SheetPropsOptions{FitToPage: &yes, TabColorRGB: &plan.tab}))
	b.check(f.SetSheetView(plan.name, 0, &excelize.ViewOptions{ShowGridLines: &no}))
	b.check(f.SetPageLayout(plan.name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall}))
	b.check(f.SetPageMargins(plan.name, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &edge, Footer: &edge, Horizontally: &yes,
	}))
	// & begins a code in a footer, and && is one &.
	footer := strings.ReplaceAll(b.footer, "&", "&&")
	b.check(f.SetHeaderFooter(plan.name, &excelize.HeaderFooterOptions{
		OddFooter: clip("&L&8"+footer, 200) + "&C&8&A&R&8" + b.say("page") + " &P/&N",
	}))
	if plan.frozen > 0 {
		b.check(f.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: plan.name, RefersTo: quote(plan.name) + "!$1:$" + itoa(plan.frozen),
		}))
	}
}

// clip returns at most n bytes of s, whole characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// add writes the next row: cells from column A on, nil leaving one untouched.
// Height is in points; 0 is the usual. It returns the row's number.
func (p *page) add(height float64, cells ...cell) int {
	p.row++
	if p.b.err != nil {
		return p.row
	}
	if p.row > maxRows {
		p.b.check(apperr.New(apperr.TooLarge, "The sheet %s would have more than %d rows.", p.name, maxRows))
		return p.row
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		if c != (cell{}) {
			values[i] = excelize.Cell{StyleID: p.b.style(c.look), Formula: c.formula, Value: c.stored()}
		}
	}
	p.b.check(p.out.SetRow(cellName(1, p.row), values, excelize.RowOpts{Height: height}))
	return p.row
}

// skip leaves an empty row.
func (p *page) skip(height float64) { p.add(height) }

// merge joins cells of the row last written, columns counted from 1.
func (p *page) merge(fromCol, toCol int) {
	if p.b.err == nil {
		p.b.check(p.out.MergeCell(cellName(fromCol, p.row), cellName(toCol, p.row)))
	}
}

// title writes the sheet's title and a line under it: rows 1 and 2, and an
// empty row 3.
func (p *page) title(title, under string) {
	p.add(27, cell{value: title, look: titleLook})
	p.add(17, cell{value: under, look: underLook})
	p.skip(8)
}

// end finishes the sheet. Charts must be on it by now: what is added to a
// streamed sheet afterwards is lost without an error.
func (p *page) end() {
	if p.b.err == nil {
		p.b.check(p.out.Flush())
	}
}

func cellName(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(err) // columns and rows are our own and in range
	}
	return name
}

func absolute(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row, true)
	if err != nil {
		panic(err)
	}
	return name
}
