package reports

import (
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/internal/civil"
)

// typeface is on every machine that opens a workbook, or has a twin of the
// same widths there.
const typeface = "Arial"

// The colours. Each text colour stands at least 4.5 to 1 against the grounds it
// is used on, and the three of the charts differ in lightness as well as hue,
// so they hold on a grey printer and for most colour-blind readers.
const (
	ink     = "1E2B3C" // text
	faint   = "5B6878" // text that steps back
	deep    = "0B3B5C" // headers, the vacancy line
	sea     = "1B7F79" // move-ins
	amber   = "D98324" // move-outs
	warning = "9A3412" // what someone should look at
	paper   = "FFFFFF"
	mist    = "F1F5F9" // section rows
	shallow = "E3EDF5" // tiles
	sand    = "FDF3E1" // vacant units
	rule    = "CBD5E1" // hairlines
)

// kind is what a cell's value is, and with it the number format and the side
// it stands to.
type kind uint8

const (
	text kind = iota
	whole
	money
	decimal   // one decimal
	score     // two decimals
	percent   // one decimal
	date      // dd.mm.yyyy
	signed    // a change of a whole number
	signedOne // a change with one decimal
	points    // a change of a rate, in percentage points
	check     // a difference that should be 0
)

// look is how a cell looks. It is a key: every look becomes one style.
type look struct {
	kind    kind
	size    float64 // points; 0 is 10
	bold    bool
	italic  bool
	color   string // "" is ink
	fill    string
	wrap    bool
	indent  int
	side    string // left, center, right; "" by kind
	top     string // colour of the line above
	bottom  string // colour of the line below
	middle  bool   // stands in the middle of its height, not at the bottom
	english bool   // percent without a space before the sign
	gap     bool   // white to the left and right, so that tiles stand apart
}

var (
	titleLook   = look{size: 18, bold: true, color: deep, middle: true}
	underLook   = look{size: 11, color: faint, middle: true}
	headLook    = look{bold: true, color: paper, fill: deep, wrap: true, middle: true, indent: 1}
	sectionLook = look{bold: true, color: deep, fill: mist, middle: true, indent: 1}
	noteLook    = look{size: 9, color: faint, middle: true}
	totalLook   = look{bold: true, top: deep, middle: true, indent: 1}
	bodyLook    = look{bottom: rule, middle: true, indent: 1}
)

// as returns the look for another kind of value.
func (l look) as(k kind) look {
	l.kind = k
	return l
}

// cell is a value with its look. A cell with a formula has the formula's
// computed value beside it. Text is always stored as text, whatever it begins with.
type cell struct {
	value   any // nil, string, int, float64, a pointer to a number (nil: missing) or civil.Date
	formula string
	look    look
}

// stored returns the value as a cell has it: dates as days since 1899-12-30, no
// text as a blank, and an en dash where a figure is missing.
func (c cell) stored() any {
	switch v := c.value.(type) {
	case string:
		if v == "" {
			return nil
		}
	case civil.Date:
		if v.IsZero() {
			return nil
		}
		return int(v - firstSerial)
	case *int:
		if v == nil {
			return missing
		}
		return *v
	case *float64:
		if v == nil {
			return missing
		}
		return *v
	}
	return c.value
}

const missing = "–"

// firstSerial is day 0 of a workbook's dates: they begin at 1900-01-01 = 1 and
// count a 29 February 1900 that never was, so from March 1900 on it is this.
var firstSerial = civil.FromTime(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC))

var numberFormats = map[kind]string{
	whole:     "#,##0",
	money:     "#,##0",
	decimal:   "#,##0.0",
	score:     "0.00",
	percent:   `0.0\ %`,
	date:      "dd.mm.yyyy",
	signed:    `+#,##0;\-#,##0;0`,
	signedOne: `+#,##0.0;\-#,##0.0;0.0`,
	points:    `+0.0" pp";\-0.0" pp";0.0" pp"`,
	check:     "0",
}

// style returns the workbook's style for the look.
func (b *book) style(l look) int {
	l.english = l.kind == percent && b.lang == "en"
	if id, ok := b.looks[l]; ok {
		return id
	}
	s := &excelize.Style{
		Font:      &excelize.Font{Family: typeface, Size: or(l.size, 10), Bold: l.bold, Italic: l.italic, Color: or(l.color, ink)},
		Alignment: &excelize.Alignment{Horizontal: or(l.side, sideOf(l.kind)), WrapText: l.wrap, Indent: l.indent},
	}
	if l.middle {
		s.Alignment.Vertical = "center"
	}
	if format, ok := numberFormats[l.kind]; ok {
		if l.english {
			format = "0.0%"
		}
		s.CustomNumFmt = &format
	}
	if l.fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.top != "" {
		s.Border = append(s.Border, excelize.Border{Type: "top", Color: l.top, Style: 1})
	}
	if l.bottom != "" {
		s.Border = append(s.Border, excelize.Border{Type: "bottom", Color: l.bottom, Style: 1})
	}
	if l.gap {
		s.Border = append(s.Border, excelize.Border{Type: "left", Color: paper, Style: 5}, excelize.Border{Type: "right", Color: paper, Style: 5})
	}
	id, err := b.file.NewStyle(s)
	b.check(err)
	b.looks[l] = id
	return id
}

func sideOf(k kind) string {
	switch k {
	case text, date:
		return "left"
	}
	return "right"
}

// or returns v, and otherwise where v is zero.
func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func itoa(n int) string { return strconv.Itoa(n) }
