package reports

import "github.com/xuri/excelize/v2"

// column is a column of a table. Its header is reports.column.KEY.
type column struct {
	key   string
	width float64
	kind  kind
	total bool // summed under the table
	wrap  bool
}

// table is a sheet with a title and one table, its header frozen, filtered and
// repeated in print.
type table struct {
	sheet, title, under string // key of the sheet; the title and the line under it
	columns             []column
	n                   int
	row                 func(i int) []any  // the values of row i, as cell has them
	tint                func(i int) string // the ground of row i; nil is plain
	none                string             // key of what an empty table says
	tab                 string
	frozenCol           int
}

func (b *book) table(t table) {
	widths := make([]float64, len(t.columns))
	heads := make([]cell, len(t.columns))
	for i, c := range t.columns {
		widths[i] = c.width
		head := headLook
		head.side = sideOf(c.kind)
		heads[i] = cell{value: b.say("column." + c.key), look: head}
	}
	p := b.page(sheetPlan{name: b.sheet(t.sheet), widths: widths, frozen: tableHeader, frozenCol: t.frozenCol, tab: t.tab})
	p.title(t.title, t.under)
	p.add(32, heads...)
	sums := make([]int, len(t.columns))
	if t.n == 0 {
		p.add(18, cell{value: b.say(t.none), look: look{italic: true, color: faint, middle: true}})
	}
	for i := range t.n {
		values := t.row(i)
		p.add(t.height(values), t.cells(i, values, sums)...)
		if b.err != nil {
			return
		}
	}
	if t.n > 0 {
		t.totals(p, sums)
	}
	last := tableHeader + max(t.n, 1)
	if b.err == nil {
		area := cellName(1, tableHeader) + ":" + cellName(len(t.columns), last)
		b.check(b.file.AutoFilter(p.name, area, nil))
		// References and postal codes are text on purpose.
		b.check(b.file.AddIgnoredErrors(p.name, area, excelize.IgnoredErrorsNumberStoredAsText))
	}
	p.end()
}

// cells returns row i, of the values, and adds its whole numbers to sums.
func (t *table) cells(i int, values []any, sums []int) []cell {
	cells := make([]cell, len(t.columns))
	for k, c := range t.columns {
		l := bodyLook.as(c.kind)
		l.wrap = c.wrap
		if t.tint != nil {
			l.fill = t.tint(i)
		}
		cells[k] = cell{value: values[k], look: l}
		switch v := values[k].(type) {
		case int:
			sums[k] += v
		case *int:
			if v != nil {
				sums[k] += *v
			} else {
				cells[k].value = nil // in a long table a blank reads better than a dash
			}
		}
	}
	return cells
}

// totals writes the sums under the table as live formulas.
func (t *table) totals(p *page, sums []int) {
	cells := make([]cell, len(t.columns))
	summed := false
	for k, c := range t.columns {
		cells[k].look = totalLook.as(c.kind)
		if c.total {
			summed = true
			area := cellName(k+1, tableHeader+1) + ":" + cellName(k+1, tableHeader+t.n)
			cells[k].formula, cells[k].value = "SUM("+area+")", sums[k]
		}
	}
	if summed {
		cells[0] = cell{value: p.b.say("total"), look: totalLook}
		p.add(18, cells...)
	}
}

// rowHeight is the height of a table's rows in points.
const rowHeight = 16

// height returns the height of a row: what its longest wrapped text takes. It is
// set for every row, because a program need not fit rows that it did not write.
func (t *table) height(values []any) float64 {
	tall := 1
	for k, v := range values {
		if s, ok := v.(string); ok && t.columns[k].wrap {
			tall = max(tall, lines(s, int(1.15*t.columns[k].width)))
		}
	}
	return rowHeight + 13*float64(tall-1)
}
