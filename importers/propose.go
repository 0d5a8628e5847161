package importers

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
)

// candidate is one reading of a sheet: this kind, with this header row.
type candidate struct {
	layout *Layout
	score  float64
}

// pairing is one column taken for one field.
type pairing struct {
	column int
	field  *Field
	form   *Choice
	header float64 // how well the header names the field
	score  float64 // and how well the cells below agree
	forced bool
}

// propose maps the columns of a table of the kind whose header is rows[at].
// Every pair of column and field is weighed by its header and by what the
// column's cells read as, and the best pairs are taken first: so "Sikkerhet" is
// a deposit over amounts and the accepted forms over names of guarantees.
func propose(kind Kind, rows []sheet.Row, at int, opt Options) (*candidate, error) {
	header, body := rows[at].Cells, rows[at+1:]
	layout := &Layout{Kind: kind, HeaderRow: rows[at].Number}
	columns := len(header)
	for _, row := range body {
		columns = max(columns, len(row.Cells))
	}
	cells := make([][]sheet.Cell, columns)
	for i := range cells {
		cells[i] = columnCells(body, i)
	}
	var pairings []pairing
	for i := range columns {
		title := headerText(header, i)
		if kind, refused := identityColumn(title, cells[i]); refused {
			layout.Refused = append(layout.Refused, SkippedColumn{i, Scrub(title), string(kind)})
			continue
		}
		for _, f := range Fields(kind) {
			m := f.match(title)
			if m.score < scoreNone {
				continue
			}
			p := pairing{column: i, field: f, form: m.form, header: m.score}
			if p.form != nil && !yesNoCells(cells[i]) {
				p.form = nil // "NAV-garanti" above names of forms
			}
			fit, n := p.fit(cells[i])
			if n > 0 && fit < 0.5 && m.score < scoreNoise-0.03 {
				continue // neither the name nor the cells are sure
			}
			p.score = m.score * (0.4 + 0.6*fit)
			pairings = append(pairings, p)
		}
	}
	forced, err := forcedPairings(kind, header, columns, opt.Map)
	if err != nil {
		return nil, err
	}
	taken := choose(layout, append(forced, pairings...))
	score := 0.0
	for _, p := range taken {
		score += p.header
		layout.Columns = append(layout.Columns, MappedColumn{p.column, Scrub(headerText(header, p.column)), p.field, p.form})
	}
	slices.SortFunc(layout.Columns, func(a, b MappedColumn) int { return a.Index - b.Index })
	ignoreRest(layout, header, cells, pairings)
	if missing := len(missingFields(layout)); missing == 0 {
		score += 0.5
	}
	return &candidate{layout, score}, nil
}

// choose takes the best pairings: each column once, each field once, but a set
// may be spread over a yes/no column for each of its choices.
func choose(layout *Layout, pairings []pairing) []pairing {
	slices.SortStableFunc(pairings, func(a, b pairing) int {
		switch {
		case a.forced != b.forced:
			if a.forced {
				return -1
			}
			return 1
		case a.score != b.score:
			return cmp.Compare(b.score, a.score)
		}
		return a.column - b.column
	})
	var taken []pairing
	for _, p := range pairings {
		if !slices.ContainsFunc(taken, func(t pairing) bool {
			return t.column == p.column || t.field == p.field && (t.form == p.form || t.forced)
		}) && !slices.ContainsFunc(layout.Refused, func(s SkippedColumn) bool { return s.Index == p.column }) {
			taken = append(taken, p)
		}
	}
	return taken
}

// ignoreRest lists the columns that hold something and are not read.
func ignoreRest(layout *Layout, header []sheet.Cell, cells [][]sheet.Cell, pairings []pairing) {
	for i := range cells {
		isColumn := func(c MappedColumn) bool { return c.Index == i }
		isSkipped := func(c SkippedColumn) bool { return c.Index == i }
		title := headerText(header, i)
		if slices.ContainsFunc(layout.Columns, isColumn) || slices.ContainsFunc(layout.Refused, isSkipped) || title == "" && len(cells[i]) == 0 {
			continue
		}
		reason := "unknown_header"
		switch {
		case title == "":
			reason = "no_header"
		case slices.ContainsFunc(pairings, func(p pairing) bool { return p.column == i }):
			reason = "duplicate_field"
		}
		layout.Ignored = append(layout.Ignored, SkippedColumn{i, Scrub(title), reason})
	}
}

// forcedPairings are the columns that the user named.
func forcedPairings(kind Kind, header []sheet.Cell, columns int, byField map[string]string) ([]pairing, error) {
	var out []pairing
	for name, where := range byField {
		var field *Field
		for _, f := range Fields(kind) {
			if f.Name == name {
				field = f
			}
		}
		if field == nil {
			continue // of another kind; whoever parsed the option knows that it is a field
		}
		index := -1
		for i := range header {
			if title := headerText(header, i); title != "" && Fold(title) == Fold(where) {
				index = i
				break
			}
		}
		if letters, ok := sheet.ColumnIndex(where); ok && index < 0 && letters < columns {
			index = letters
		}
		if index < 0 {
			return nil, apperr.New(apperr.Invalid, "--map %s=%s: the sheet has no column %q; give its letter or its header", name, where, where)
		}
		out = append(out, pairing{column: index, field: field, header: scoreExact, score: 2, forced: true})
	}
	return out, nil
}

func headerText(header []sheet.Cell, i int) string {
	if i >= len(header) || header[i].Kind == sheet.Blank {
		return ""
	}
	text, _ := CleanText(cellText(header[i]))
	return text
}

// columnCells returns the cells of a column that hold something.
func columnCells(body []sheet.Row, i int) []sheet.Cell {
	var out []sheet.Cell
	for _, row := range body {
		if i < len(row.Cells) && row.Cells[i].Kind != sheet.Blank {
			out = append(out, row.Cells[i])
		}
	}
	return out
}

// identityColumn reports whether a column holds identity numbers: its header
// says so, or most of its cells do.
func identityColumn(header string, cells []sheet.Cell) (IdentityKind, bool) {
	if kind, ok := identityHeader(header); ok {
		return kind, true
	}
	n := 0
	var found IdentityKind
	for _, c := range cells {
		if kind, ok := cellIdentity(c); ok {
			n++
			found = kind
		}
	}
	return found, n > 1 && 2*n > len(cells)
}

// cellIdentity reports whether a cell holds an identity number.
func cellIdentity(c sheet.Cell) (IdentityKind, bool) {
	switch c.Kind {
	case sheet.Text:
		return FindIdentity(c.Text)
	case sheet.Number:
		return FindIdentityNumber(c.Number)
	}
	return "", false
}

// yesNoCells reports whether the cells answer yes or no.
func yesNoCells(cells []sheet.Cell) bool {
	yesNo := 0
	for _, c := range cells {
		if r := read(yesNoField, c); r.code == "" {
			yesNo++
		}
	}
	return len(cells) > 0 && 10*yesNo >= 8*len(cells)
}

var yesNoField = &Field{Type: TypeYesNo}

// fit returns the share of cells that read as the field, and how many said
// anything.
func (p *pairing) fit(cells []sheet.Cell) (share float64, n int) {
	f := p.field
	if p.form != nil {
		f = yesNoField
	}
	good := 0.0
	for _, c := range cells {
		r := read(f, c)
		if !r.value.Known && r.code == "" && r.kind == "" && r.months == 0 {
			continue
		}
		n++
		switch {
		case r.code != "" && r.code != codeRounded && r.code != codeSetPart && r.code != codeTooLong:
		case f.Type == TypeText && !f.isRef() && !hasLetter(c):
		case f.Type == TypeDeposit && r.value.Known && r.value.Int > 0 && r.value.Int < 13:
			// a small number under a deposit may be months, a rank, or anything
			good += 0.5
		default:
			good++
		}
	}
	if n == 0 {
		return 0.8, 0 // nothing speaks against it
	}
	return good / float64(n), n
}

// isRef reports whether the field holds references, which may be bare numbers.
func (f *Field) isRef() bool {
	return strings.HasSuffix(f.Name, "ref") || f.Name == "current_unit" || f.Name == "kobo_id"
}

func hasLetter(c sheet.Cell) bool {
	return c.Kind == sheet.Text && strings.ContainsFunc(c.Text, unicode.IsLetter)
}
