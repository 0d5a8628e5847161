package importers

import (
	"github.com/boligklar/boligklar/importers/sheet"
)

// table is a part of a sheet below a row that may be its header.
type table struct {
	header int // the sheet's own row number
	titles []string
	cells  [][]sheet.Cell // by column, those that hold something
	refuse []IdentityKind // "" for a column without identity numbers
}

func newTable(info sheet.Info, rows []sheet.Row, at int) *table {
	t := &table{header: rows[at].Number}
	columns, key := 0, rowKey(rows[at])
	for _, row := range rows[at:] {
		columns = max(columns, len(row.Cells))
	}
	var body []sheet.Row
	for i, row := range rows[at+1:] {
		if rowKey(row) != key && !(columns > 2 && besideTable(row)) && !(i < 2 && countUnitCells(row) > 0) {
			body = append(body, row)
		}
	}
	for i := range columns {
		t.cells = append(t.cells, columnCells(body, i))
		t.titles = append(t.titles, title(info, rows, at, i, len(t.cells[i]) > 0))
		t.refuse = append(t.refuse, identityColumn(t.titles[i], t.cells[i]))
	}
	return t
}

// besideTable reports whether a row is a note, a heading or a sum, which says
// nothing of what the columns hold.
func besideTable(row sheet.Row) bool {
	filled := 0
	for _, c := range row.Cells {
		if c.Kind == sheet.Text && isSumLabel(c.Text) {
			return true
		}
		if c.Kind != sheet.Blank {
			filled++
		}
	}
	return filled < 2
}

// lastHeaderRow returns the last row of a header of several rows: a name in the
// first of them is merged down over the others.
func lastHeaderRow(info sheet.Info, rows []sheet.Row, at int) int {
	last := rows[at].Number
	for _, m := range info.Merges {
		if m.FirstRow == rows[at].Number && m.FirstColumn == m.LastColumn && m.LastRow-m.FirstRow < 4 && headerText(rows[at].Cells, m.FirstColumn) != "" {
			last = max(last, m.LastRow)
		}
	}
	for at+1 < len(rows) && rows[at+1].Number <= last {
		at++
	}
	return at
}

// title returns the header of a column. Where it is blank, a header merged down
// from the rows above counts, and so does the first of two header rows above
// cells that hold something.
func title(info sheet.Info, rows []sheet.Row, at, column int, holds bool) string {
	if text := headerText(rows[at].Cells, column); text != "" {
		return text
	}
	number := rows[at].Number
	for _, m := range info.Merges {
		if m.FirstColumn == column && m.LastColumn == column && m.FirstRow < number && number <= m.LastRow {
			for _, row := range rows[:at] {
				if row.Number == m.FirstRow {
					return headerText(row.Cells, column)
				}
			}
		}
	}
	if holds && at > 0 && rows[at-1].Number == number-1 {
		if _, alone := onlyText(rows[at-1]); !alone {
			return headerText(rows[at-1].Cells, column)
		}
	}
	return ""
}

// naming is how well the headers of a table name the fields of a kind.
type naming struct {
	match [][]headerMatch // by column and field
	best  []float64       // by column
}

func (t *table) name(kind Kind) naming {
	var n naming
	fields := Fields(kind)
	for i, title := range t.titles {
		matches, best := make([]headerMatch, len(fields)), 0.0
		if t.refuse[i] == "" {
			for k, f := range fields {
				matches[k] = f.match(title)
				best = max(best, matches[k].score)
			}
		}
		n.match, n.best = append(n.match, matches), append(n.best, best)
	}
	return n
}
