package importers

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
)

// Row is one row of a table as a record, with all its problems. A row with an
// error among them is rejected; one with a Skipped code is no record at all: a
// sum, a note, a repeated header.
type Row[R any] struct {
	Number   int // the sheet's own
	Record   R
	Problems []Finding
	Skipped  string // problem code
}

// Finding is a problem where it stands in the sheet.
type Finding struct {
	apperr.Problem
	Column int // 0-based; -1 for the row as a whole
}

// Rejected reports whether an error refuses the row.
func (r *Row[R]) Rejected() bool {
	for i := range r.Problems {
		if r.Problems[i].Severity == apperr.SeverityError {
			return true
		}
	}
	return false
}

// Read yields the rows below the header as records of the schema. The error is
// of reading the book and ends the sequence.
func Read[R any](ctx context.Context, book *sheet.Book, index int, layout *Layout, schema *Schema[R]) iter.Seq2[Row[R], error] {
	return func(yield func(Row[R], error) bool) {
		r := newReader(book, index, layout, schema)
		for row, err := range book.Rows(ctx, index) {
			if err != nil {
				yield(Row[R]{}, err)
				return
			}
			if row.Number <= layout.HeaderRow {
				if found := r.identities(row, false); len(found) > 0 && !yield(Row[R]{Number: row.Number, Skipped: "row_note", Problems: found}, nil) {
					return
				}
				continue
			}
			r.fillMerged(&row)
			if !yield(r.row(row), nil) {
				return
			}
		}
	}
}

// rowReader turns rows of one sheet into records of one kind.
type rowReader[R any] struct {
	schema  *Schema[R]
	layout  *Layout
	book    *sheet.Book
	columns []readColumn[R]
	merges  []sheet.Merge
	merged  map[int]fill // by column
	uses    []columnUse  // by column
	titles  []string     // headers of all columns, folded
	sums    map[int]bool // columns under which a figure may be a sum
	cells   []sheet.Cell // a row with its merged cells filled in
	known   []bool       // by column, of the row in hand
}

type readColumn[R any] struct {
	MappedColumn
	ref   func(*R) any
	cache map[string]reading // texts repeat: a yes is read once
}

// fill is the value of a cell merged over several rows.
type fill struct {
	last int
	cell sheet.Cell
}

const maxCache = 4096 // texts remembered per column

func newReader[R any](book *sheet.Book, index int, layout *Layout, schema *Schema[R]) *rowReader[R] {
	r := &rowReader[R]{schema: schema, layout: layout, book: book, merged: map[int]fill{},
		uses: columnUses(layout), titles: foldedTitles(layout), sums: sumColumns(layout)}
	for _, c := range layout.Columns {
		r.columns = append(r.columns, readColumn[R]{MappedColumn: c, ref: schema.Field(c.Field.Name).Ref, cache: map[string]reading{}})
	}
	r.known = make([]bool, len(r.columns))
	for _, m := range book.Sheets()[index].Merges {
		if m.FirstColumn == m.LastColumn && m.FirstRow > layout.HeaderRow && m.LastRow > m.FirstRow {
			r.merges = append(r.merges, m)
		}
	}
	return r
}

// fillMerged gives a cell merged over several rows its value in each of them,
// as a person sees it: one landlord's name beside three flats.
func (r *rowReader[R]) fillMerged(row *sheet.Row) {
	if len(r.merges) == 0 {
		return
	}
	r.cells = append(r.cells[:0], row.Cells...)
	for _, m := range r.merges {
		if m.FirstRow == row.Number && m.FirstColumn < len(row.Cells) {
			r.merged[m.FirstColumn] = fill{m.LastRow, row.Cells[m.FirstColumn]}
		}
	}
	for column, f := range r.merged {
		if f.last < row.Number {
			delete(r.merged, column)
			continue
		}
		for len(r.cells) <= column {
			r.cells = append(r.cells, sheet.Cell{})
		}
		if r.cells[column].Kind == sheet.Blank {
			r.cells[column] = f.cell
		}
	}
	row.Cells = r.cells
}

func (r *rowReader[R]) row(in sheet.Row) Row[R] {
	out := Row[R]{Number: in.Number}
	if out.Skipped = r.skip(in); out.Skipped != "" {
		out.Problems = r.identities(in, false)
		return out
	}
	known := r.known
	clear(known)
	depositMonths, depositColumn, leaseKind := 0, -1, ""
	for i := range r.columns {
		c := &r.columns[i]
		if c.Index >= len(in.Cells) || in.Cells[c.Index].Kind == sheet.Blank {
			continue
		}
		got := r.cell(c, in.Cells[c.Index])
		if got.code != "" {
			out.Problems = append(out.Problems, r.finding(c, got.code, in.Cells[c.Index]))
		}
		if got.months > 0 {
			depositMonths, depositColumn = got.months, c.Index
		}
		if got.kind != "" && c.Field.Name == "lease_months" {
			leaseKind = got.kind
		}
		if got.value.Known {
			known[i] = true
			r.set(c, &out.Record, got.value)
		}
	}
	out.Problems = append(out.Problems, r.identities(in, true)...)
	out.Problems = append(out.Problems, r.unlawfulElsewhere(in)...)
	out.Problems = append(out.Problems, r.missing(known, out.Problems)...)
	if l, ok := any(&out.Record).(*landlords.Listing); ok {
		out.Problems = append(out.Problems, finishListing(l, depositMonths, depositColumn, leaseKind)...)
		out.Problems = append(out.Problems, r.reviewNotes(l)...)
	}
	r.schema.Normalize(&out.Record)
	r.validate(&out)
	return out
}

// cell reads one cell of a column.
func (r *rowReader[R]) cell(c *readColumn[R], cell sheet.Cell) reading {
	if _, ok := cellIdentity(cell); ok {
		return reading{code: CodeIdentity}
	}
	if c.Field.Type == TypeDate && cell.Kind == sheet.Number {
		if date, ok := r.book.DateOf(cell.Number); ok {
			cell.Kind, cell.Date = sheet.Date, date
		}
	}
	if cell.Kind != sheet.Text || c.Field.Type == TypeText || c.Field.Type == TypeEmail || c.Field.Type == TypePhone {
		return r.read(c, cell)
	}
	got, seen := c.cache[cell.Text]
	if !seen {
		got = r.read(c, cell)
		if len(c.cache) < maxCache {
			c.cache[cell.Text] = got
		}
	}
	return got
}

// read reads one cell whose text has not been seen before. A demand that the law
// forbids is dropped; what else the cell says stands.
func (r *rowReader[R]) read(c *readColumn[R], cell sheet.Cell) reading {
	if r.schema.Kind != Listings || cell.Kind != sheet.Text || !c.Field.asksOfTenants() || landlords.UnlawfulDemand(cell.Text) == "" {
		return c.MappedColumn.read(cell)
	}
	var lawful []string
	for _, part := range splitSet(cell.Text) {
		if landlords.UnlawfulDemand(part) == "" {
			lawful = append(lawful, strings.TrimSpace(part))
		}
	}
	var got reading
	if rest := strings.Join(lawful, ", "); rest != "" {
		cell.Text = rest
		got = c.MappedColumn.read(cell)
	}
	got.code = codeUnlawful
	return got
}

// identities finds identity numbers outside the columns that are refused as a
// whole: in columns that are not read, and in those that are read where this row
// is not.
func (r *rowReader[R]) identities(in sheet.Row, rowIsRead bool) []Finding {
	var out []Finding
	for i, c := range in.Cells {
		if use := r.use(i); use == refusedColumn || use == mappedColumn && rowIsRead {
			continue
		}
		if _, found := cellIdentity(c); found {
			out = append(out, r.elsewhere(i, CodeIdentity))
		}
	}
	return out
}

// unlawfulElsewhere finds demands in columns that are not read.
func (r *rowReader[R]) unlawfulElsewhere(in sheet.Row) []Finding {
	if r.schema.Kind != Listings {
		return nil
	}
	var out []Finding
	for i, c := range in.Cells {
		if c.Kind == sheet.Text && r.use(i) == otherColumn && landlords.UnlawfulDemand(c.Text) != "" {
			out = append(out, r.elsewhere(i, codeUnlawful))
		}
	}
	return out
}

// elsewhere is a warning for a cell of a column that no field is read from. The
// sentence calls it by its header, else by its letter.
func (r *rowReader[R]) elsewhere(column int, code string) Finding {
	name := sheet.ColumnName(column)
	for _, list := range [][]SkippedColumn{r.layout.Ignored, r.layout.Refused} {
		for _, c := range list {
			if c.Index == column && c.Header != "" {
				name = c.Header
			}
		}
	}
	for _, c := range r.layout.Columns {
		if c.Index == column {
			name = c.Header
		}
	}
	return Finding{apperr.Problem{Code: code, Severity: apperr.SeverityWarning, Params: map[string]any{"Field": name}}, column}
}

// columnUse is what becomes of a column.
type columnUse uint8

const (
	otherColumn columnUse = iota
	mappedColumn
	refusedColumn
)

func (r *rowReader[R]) use(column int) columnUse {
	if column < len(r.uses) {
		return r.uses[column]
	}
	return otherColumn
}

// columnUses returns the use of each column of a layout, by index.
func columnUses(layout *Layout) []columnUse {
	var out []columnUse
	set := func(column int, use columnUse) {
		for len(out) <= column {
			out = append(out, otherColumn)
		}
		out[column] = use
	}
	for _, c := range layout.Columns {
		set(c.Index, mappedColumn)
	}
	for _, c := range layout.Refused {
		set(c.Index, refusedColumn)
	}
	return out
}

// set puts a value in the record; a set that is spread over columns adds up.
func (r *rowReader[R]) set(c *readColumn[R], record *R, v Value) {
	ref := c.ref(record)
	if c.Field.Type == TypeSecuritySet {
		v.Bits |= load(ref).Bits
	}
	store(ref, v)
}

func (r *rowReader[R]) finding(c *readColumn[R], code string, cell sheet.Cell) Finding {
	severity := apperr.SeverityWarning
	if refuses(code) {
		severity = apperr.SeverityError
	}
	var params map[string]any
	if code != CodeIdentity {
		params = map[string]any{"Value": quoteCell(cell)}
	}
	return Finding{apperr.Problem{Field: c.Field.Name, Code: code, Severity: severity, Params: params}, c.Index}
}

// quoteCell returns what a message may quote of a cell.
func quoteCell(cell sheet.Cell) string {
	if cell.Kind == sheet.Uncalculated {
		return "=…" // the formula itself is not read
	}
	text, _ := CleanText(cell.Text)
	if text == "" {
		text = cellText(cell)
	}
	text = Scrub(text)
	if short := []rune(text); len(short) > 60 {
		text = string(short[:60]) + "…"
	}
	return text
}

// missing names the required fields that the row does not have, but for those
// whose cell has been refused already.
func (r *rowReader[R]) missing(known []bool, found []Finding) []Finding {
	var out []Finding
	for i := range r.columns {
		f := r.columns[i].Field
		refused := slices.ContainsFunc(found, func(p Finding) bool { return p.Field == f.Name && p.Severity == apperr.SeverityError })
		if f.Required && !known[i] && !refused {
			out = append(out, Finding{apperr.Problem{Field: f.Name, Code: f.Name + "_missing", Severity: apperr.SeverityError}, r.columns[i].Index})
		}
	}
	return out
}

// finishListing fills what one cell says by way of another: a deposit in
// months' rent, and a lease term that is indefinite.
func finishListing(l *landlords.Listing, months, column int, leaseKind string) []Finding {
	if leaseKind != "" && l.LeaseKind == "" {
		l.LeaseKind = landlords.LeaseKind(leaseKind)
	}
	switch {
	case months > landlords.MaxDepositMonths && l.Rent == nil:
		return []Finding{{apperr.Problem{Field: "deposit", Code: "deposit_over_legal_cap", Severity: apperr.SeverityError,
			Params: map[string]any{"Months": landlords.MaxDepositMonths}}, column}}
	case months > 0 && l.Rent == nil:
		return []Finding{{apperr.Problem{Field: "deposit", Code: "deposit_needs_rent", Severity: apperr.SeverityWarning}, column}}
	case months > 0:
		deposit := months * *l.Rent
		l.Deposit = &deposit
	}
	return nil
}

// reviewNotes flags what staff should look at in a free text; it changes nothing.
func (r *rowReader[R]) reviewNotes(l *landlords.Listing) []Finding {
	if landlords.UnlawfulDemand(l.Notes) == "" {
		return nil
	}
	return []Finding{{apperr.Problem{Field: "notes", Code: "notes_need_review", Severity: apperr.SeverityWarning}, r.layout.ColumnOf("notes")}}
}

// validate adds what the domain finds wrong and the cells did not already say.
func (r *rowReader[R]) validate(out *Row[R]) {
	for _, p := range r.schema.Validate(&out.Record) {
		repeated := false
		for i := range out.Problems {
			repeated = repeated || out.Problems[i].Field == p.Field && (out.Problems[i].Code == p.Code || out.Problems[i].Severity == apperr.SeverityError)
		}
		if !repeated {
			out.Problems = append(out.Problems, Finding{p, r.layout.ColumnOf(p.Field)})
		}
	}
}
