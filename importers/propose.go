package importers

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/spelling"
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
	unit   Unit
	header float64 // how well the header names the field; half of it where the cells below deny it
	score  float64 // and how well the cells agree
	fits   bool    // some cells read as the field
	denied bool    // no cell does: the column is not read as it
	forced bool
}

// propose maps the columns of a table of the kind. Every pair of column and
// field is weighed by its header and by what the column's cells read as, and the
// best pairs are taken first: so "Sikkerhet" is a deposit over amounts and the
// accepted forms over names of guarantees.
func propose(kind Kind, t *table, names map[Kind]naming, opt Options) (*candidate, error) {
	layout := &Layout{Kind: kind, HeaderRow: t.header}
	for i, kind := range t.refuse {
		if kind != "" {
			layout.Refused = append(layout.Refused, SkippedColumn{i, Scrub(t.titles[i]), string(kind)})
		}
	}
	pairings, err := forcedPairings(kind, t, opt.Map)
	if err != nil {
		return nil, err
	}
	for i := range t.titles {
		pairings = append(pairings, t.pair(i, kind, names[kind].match[i])...)
	}
	score := 0.0
	for _, p := range choose(layout, pairings) {
		score += p.header * p.weight(kind, names)
		layout.Columns = append(layout.Columns, MappedColumn{p.column, Scrub(t.titles[p.column]), p.field, p.form, p.unit})
	}
	slices.SortFunc(layout.Columns, func(a, b MappedColumn) int { return a.Index - b.Index })
	ignoreRest(layout, t, pairings)
	layout.Missing = missingFields(layout)
	return &candidate{layout, score - missingScore*float64(len(layout.Missing))}, nil
}

// pair weighs a column as each field that its header may name. Left out are
// fields of which neither the header nor the cells are sure, and those that the
// cells deny where they agree with another.
func (t *table) pair(column int, kind Kind, matches []headerMatch) []pairing {
	var out []pairing
	agrees := false
	for k, f := range Fields(kind) {
		m := matches[k]
		if m.score < scoreNone {
			continue
		}
		p := pairing{column: column, field: f, unit: f.headerUnit(t.titles[column]), header: m.score}
		switch {
		case m.yesNo < scoreNone:
		case f.Type == TypeSecuritySet && yesNoCells(t.cells[column]), f.Type == TypeChoice && m.yesNo == m.score:
			p.form, p.header = m.form, m.yesNo // but not "NAV-garanti" above names of forms
		}
		fit, n := p.fit(t.cells[column])
		if n > 0 && fit < 0.5 && p.header < scoreNoise-0.03 {
			continue
		}
		if n >= 3 && fit == 0 && p.header < scoreExact && f.refusesRows() {
			p.denied = true // "Ledig" over yes and no is no date, and must not refuse every row
		}
		agrees = agrees || n > 0 && fit >= 0.5
		p.fits = n == 0 || fit >= 0.25
		p.score = p.header * (0.4 + 0.6*fit)
		if fit < 0.5 {
			p.header /= 2
		}
		out = append(out, p)
	}
	if agrees {
		out = slices.DeleteFunc(out, func(p pairing) bool { return !p.fits })
	}
	return out
}

// weight is what a column says of the sheet's kind: less where its header names
// a field of another kind just as well, more where the kind cannot do without it.
func (p *pairing) weight(kind Kind, names map[Kind]naming) float64 {
	own := names[kind].best[p.column]
	w := 1.0
	for other, n := range names {
		if other != kind && n.best[p.column] > own-0.1 {
			w = sharedWeight
		}
	}
	if p.field.Required {
		if w == 1 {
			w = ownWeight
		}
		w *= requiredWeight
	}
	return w
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
		if !p.denied && !slices.ContainsFunc(taken, func(t pairing) bool {
			return t.column == p.column || t.field == p.field && (t.form == p.form || t.forced)
		}) && !slices.ContainsFunc(layout.Refused, func(s SkippedColumn) bool { return s.Index == p.column }) {
			taken = append(taken, p)
		}
	}
	return taken
}

// ignoreRest lists the columns that hold something and are not read.
func ignoreRest(layout *Layout, t *table, pairings []pairing) {
	for i, title := range t.titles {
		isColumn := func(c MappedColumn) bool { return c.Index == i }
		if slices.ContainsFunc(layout.Columns, isColumn) || t.refuse[i] != "" || title == "" && len(t.cells[i]) == 0 {
			continue
		}
		reason := "unknown_header"
		switch {
		case title == "":
			reason = "no_header"
		case slices.ContainsFunc(pairings, func(p pairing) bool { return p.column == i && !p.denied }):
			reason = "duplicate_field"
		case slices.ContainsFunc(pairings, func(p pairing) bool { return p.column == i }):
			reason = "cells_do_not_fit"
		}
		layout.Ignored = append(layout.Ignored, SkippedColumn{i, Scrub(title), reason})
	}
}

// forcedPairings are the columns that the user named, by header or letter.
func forcedPairings(kind Kind, t *table, byField map[string]string) ([]pairing, error) {
	var out []pairing
	for name, where := range byField {
		fields := Fields(kind)
		k := slices.IndexFunc(fields, func(f *Field) bool { return f.Name == name })
		if k < 0 {
			continue // of another kind; whoever parsed the option knows that it is a field
		}
		index := slices.IndexFunc(t.titles, func(title string) bool { return title != "" && spelling.Fold(title) == spelling.Fold(where) })
		if letters, ok := sheet.ColumnIndex(where); ok && index < 0 && letters < len(t.titles) {
			index = letters
		}
		if index < 0 {
			return nil, apperr.New(apperr.Invalid, "--map %s=%s: the sheet has no column %q; give its letter or its header", name, where, where)
		}
		out = append(out, pairing{column: index, field: fields[k], unit: fields[k].headerUnit(t.titles[index]), header: scoreExact, score: 2, forced: true})
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

// identityColumn returns the kind of identity numbers that a column holds, ""
// for none: its header says so, or more than half of its cells do.
func identityColumn(header string, cells []sheet.Cell) IdentityKind {
	if kind, ok := identityHeader(header); ok {
		return kind
	}
	n := 0
	var found IdentityKind
	for _, c := range cells {
		if kind, ok := cellIdentity(c); ok {
			n++
			found = kind
		}
	}
	if 2*n > len(cells) && (n > 1 || !knownHeader(header)) {
		return found
	}
	return ""
}

// knownHeader reports whether a header is the very name of a field of any kind.
func knownHeader(header string) bool {
	for _, kind := range Kinds {
		for _, f := range Fields(kind) {
			if f.match(header).score >= scoreNoise-0.03 {
				return true
			}
		}
	}
	return false
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

// fit returns the share of cells that read as the field, and how many said
// anything.
func (p *pairing) fit(cells []sheet.Cell) (share float64, n int) {
	f := p.field
	column := MappedColumn{Field: f, Form: p.form, Unit: p.unit}
	good := 0.0
	for _, c := range cells {
		r := column.read(c)
		if !r.value.Known && r.code == "" && r.kind == "" && r.months == 0 {
			continue
		}
		n++
		switch {
		case r.code != "" && r.code != codeRounded && r.code != codeSetPart && r.code != codeTooLong:
		case f.Type == TypeText && (!f.isRef() && !hasLetter(c) || read(yesNoField, c).value.Known && c.Kind != sheet.Number):
		case f.Type == TypeDeposit && r.value.Known && r.value.Int > 0 && r.value.Int < 13:
			// a small number under a deposit may be months, a rank, or anything
			good += 0.5
		default:
			good++
		}
	}
	switch {
	case n == 0:
		return 0.8, 0 // nothing speaks against it
	case f.Type == TypeText || f.Type == TypePlaces:
		return 0.85 * good / float64(n), n // any text would do
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
