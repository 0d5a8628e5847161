package importers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/spelling"
)

// Layout is where the table stands in a sheet and what its columns mean.
type Layout struct {
	Kind      Kind
	HeaderRow int // the sheet's own row number
	Columns   []MappedColumn
	Ignored   []SkippedColumn // no field has such a header, or another column had it first
	Refused   []SkippedColumn // identity numbers
	Reason    string          // why the sheet is ignored: a problem code
	Missing   []*Field        // required columns that were not found, where that is the reason
}

// ColumnOf returns the index of the column that is read as a field, -1 where
// there is none.
func (l *Layout) ColumnOf(field string) int {
	for _, c := range l.Columns {
		if c.Field.Name == field {
			return c.Index
		}
	}
	return -1
}

// Problem says, as a warning, why the sheet is ignored.
func (l *Layout) Problem(lang i18n.Lang) apperr.Problem {
	var missing []string
	for _, f := range l.Missing {
		missing = append(missing, f.Header(lang))
	}
	return apperr.Problem{Code: l.Reason, Severity: apperr.SeverityWarning, Params: map[string]any{"Columns": strings.Join(missing, ", ")}}
}

// SkippedColumn is a column that is not read.
type SkippedColumn struct {
	Index  int
	Header string
	Reason string // unknown_header, no_header, duplicate_field, cells_do_not_fit, national_identity_number, duf_number
}

// Options say what the user knows better than the sheet.
type Options struct {
	Kind Kind              // "" finds out
	Map  map[string]string // canonical field name -> column letter or header text
	Name string            // the file's name, for a hint of the kind

	Chosen bool // the user asked for this very sheet, hidden or old though it be
}

// How much of a sheet is looked at to understand it.
const (
	headerSearchRows = 40  // rows with a value in which the header must stand
	sampleRows       = 150 // rows below it that show what the columns hold
	maxHeaderRows    = 5   // rows that are tried as the header
)

// Recognise finds the table of a sheet: its header row below any titles, the
// kind of its rows, and the field of each column. A sheet without a table has
// the kind Ignored and a Reason. The error is of reading the book, or Invalid
// where an option names what is not there.
func Recognise(ctx context.Context, book *sheet.Book, index int, opt Options) (*Layout, error) {
	info := book.Sheets()[index]
	rows, err := sample(ctx, book, index)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &Layout{Kind: Ignored, Reason: "sheet_empty"}, nil
	}
	if reason := outOfUse(info, rows); reason != "" && !opt.Chosen {
		return &Layout{Kind: Ignored, Reason: reason}, nil
	}
	best, err := bestCandidate(info, rows, opt)
	if err != nil {
		return nil, err
	}
	if best == nil || len(best.layout.Columns) < 2 && opt.Kind == "" {
		return &Layout{Kind: Ignored, Reason: "no_table"}, nil
	}
	layout := best.layout
	if len(layout.Missing) > 0 {
		layout.Kind, layout.Reason = Ignored, "columns_missing"
	}
	return layout, nil
}

// What speaks for a kind, in columns that it knows.
const (
	hintScore      = 0.75 // the name of the sheet or file, or a title, says so
	missingScore   = 1.5  // less for each required column that is not there
	sharedWeight   = 0.6  // of a column whose header another kind knows as well
	requiredWeight = 2.5  // of a column that no row of the kind is without
	ownWeight      = 1.5  // more where no other kind knows that one
)

// kinds returns the kinds that the sheet may be of: the one that the user named,
// or those that have every field which the user mapped.
func (opt Options) kinds() []Kind {
	if opt.Kind != "" {
		return []Kind{opt.Kind}
	}
	return slices.DeleteFunc(slices.Clone(Kinds), func(kind Kind) bool {
		for name := range opt.Map {
			if !slices.ContainsFunc(Fields(kind), func(f *Field) bool { return f.Name == name }) {
				return true
			}
		}
		return false
	})
}

// bestCandidate reads the sheet as each kind with each likely header row and
// returns the reading that explains most of it, nil where there is none.
func bestCandidate(info sheet.Info, rows []sheet.Row, opt Options) (*candidate, error) {
	kinds := opt.kinds()
	var best *candidate
	var failed error // the user names a header that this row does not have: another row may
	tried := map[int]bool{}
	for _, at := range headerRows(rows, kinds) {
		if at = lastHeaderRow(info, rows, at); tried[at] {
			continue
		}
		tried[at] = true
		t := newTable(info, rows, at)
		names := map[Kind]naming{}
		for _, kind := range kinds {
			names[kind] = t.name(kind)
		}
		for _, kind := range kinds {
			c, err := propose(kind, t, names, opt)
			if err != nil {
				failed = err
				continue
			}
			if kindHint(kind, info.Name, opt.Name, rows[:at]) {
				c.score += hintScore
			}
			if best == nil || c.score > best.score+1e-9 {
				best = c
			}
		}
	}
	if best == nil {
		return nil, failed
	}
	return best, nil
}

// sample returns copies of the sheet's first rows.
func sample(ctx context.Context, book *sheet.Book, index int) ([]sheet.Row, error) {
	var rows []sheet.Row
	for row, err := range book.Rows(ctx, index) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, sheet.Row{Number: row.Number, Cells: slices.Clone(row.Cells)})
		if len(rows) == headerSearchRows+sampleRows {
			break
		}
	}
	return rows, nil
}

var (
	oldTabWords   = wordSet("gammel|gammelt|gamle|gamal|gamalt|gml|arkiv|arkivert|old|archive|archived|backup|utgått|utgåtte|utdatert|utdaterte|kopi|copy|deprecated|outdated|sikkerhetskopi|slettet|slettede|sletta|obsolete|kladd")
	oldTabPhrases = []string{spelling.Fold("ikke bruk"), spelling.Fold("ikkje bruk"), spelling.Fold("ikke i bruk"), spelling.Fold("ikkje i bruk"), spelling.Fold("skal ikke brukes"), spelling.Fold("skal ikkje brukast"), spelling.Fold("do not use"), spelling.Fold("don't use"), spelling.Fold("not in use"), spelling.Fold("utdatert"), spelling.Fold("outdated")}
	tabWords      = wordSet("fane|fanen|fana|ark|arket|lista|listen|liste|tab|sheet|list|tabellen|table")
)

// outOfUse says why a sheet is not read though it may hold a table: it is
// hidden, or its name or title says that it is an old one.
func outOfUse(info sheet.Info, rows []sheet.Row) string {
	if info.Hidden {
		return "sheet_hidden"
	}
	for _, w := range words(info.Name) {
		if oldTabWords[w] || oldTabWords[strings.TrimRight(w, "0123456789")] {
			return "sheet_old"
		}
	}
	for _, row := range rows[:min(5, len(rows))] {
		if text, ok := onlyText(row); ok && saysOld(text) {
			return "sheet_old"
		}
	}
	return ""
}

// saysOld reports whether a title says that the sheet must not be used, which
// "Ikke bruk komma i beløp" does not.
func saysOld(title string) bool {
	folded, ws := spelling.Fold(title), words(title)
	return slices.ContainsFunc(oldTabPhrases, func(phrase string) bool { return strings.Contains(folded, phrase) }) &&
		(len(ws) <= 4 || slices.ContainsFunc(ws, func(w string) bool { return tabWords[w] }))
}

// onlyText returns the text of a row in which one cell stands alone.
func onlyText(row sheet.Row) (string, bool) {
	text, n := "", 0
	for _, c := range row.Cells {
		if c.Kind != sheet.Blank {
			n++
			text = c.Text
		}
	}
	return text, n == 1 && text != ""
}

// headerRows returns the indices of rows that could be the header: those with
// most exact names of fields. Of a header that is repeated, as
// where a page breaks, it is the first.
func headerRows(rows []sheet.Row, kinds []Kind) []int {
	known := map[string]bool{}
	for _, kind := range kinds {
		for _, f := range Fields(kind) {
			for _, h := range f.headers {
				known[h.folded] = true
			}
		}
	}
	type scored struct {
		at    int
		score float64
	}
	var list []scored
	seen := map[string]bool{}
	for at, row := range rows[:min(headerSearchRows, len(rows))] {
		s := 0.0
		for _, c := range row.Cells {
			switch {
			case c.Kind == sheet.Text && known[spelling.Fold(c.Text)]:
				s++
			case c.Kind == sheet.Text && len(c.Text) < 40:
				s += 0.2
			case c.Kind != sheet.Blank:
				s -= 0.3
			}
		}
		if key := rowKey(row); s >= 0.4 && !seen[key] {
			seen[key] = true
			list = append(list, scored{at, s - 0.01*float64(at)})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var out []int
	for i, s := range list[:min(maxHeaderRows, len(list))] {
		out = append(out, s.at)
		if next := s.at + 1; i == 0 && next < len(rows) && rows[next].Number == rows[s.at].Number+1 && countUnitCells(rows[next]) == 0 {
			out = append(out, next) // the second of two header rows has few names of its own
		}
	}
	return out
}

// rowKey is the same for rows with the same texts.
func rowKey(row sheet.Row) string {
	var b strings.Builder
	for _, c := range row.Cells {
		b.WriteString(spelling.Fold(c.Text))
		b.WriteByte('|')
	}
	return strings.TrimRight(b.String(), "|")
}

var kindWords = map[Kind]map[string]bool{
	Listings:    wordSet("utleieliste|utleieboliger|utleiebolig|annonser|leieboliger|utleigeliste|utleigebustader|listings|listing|rentals|privat utleie|utleiere|utleigarar|landlords|leiemarked|boligtilbud|ledige|annonse"),
	Households:  wordSet("husstander|husstand|hushald|households|household|familier|boligklare|bustadklare|families|boligskole|deltakere"),
	Units:       wordSet("boenheter|enheter|boliger|gjennomgangsboliger|gjennomgangsbustader|bueiningar|einingar|units|bustader|kommunale|transitional|boligmasse"),
	Occupancies: wordSet("opphold|opphald|beboere|bebuarar|belegg|flyttinger|flyttingar|innflytting|occupancies|occupancy|stays|moves|leieforhold|beboerhistorikk|bohistorikk|tenancies|butid|botid|historikk|inn og ut|utflytting"),
}

func kindHint(kind Kind, sheetName, fileName string, titles []sheet.Row) bool {
	hint := func(text string) bool {
		for _, w := range words(text) {
			if kindWords[kind][w] {
				return true
			}
		}
		return false
	}
	if hint(sheetName) || hint(fileName) {
		return true
	}
	for _, row := range titles {
		if text, ok := onlyText(row); ok && hint(text) {
			return true
		}
	}
	return false
}

func missingFields(layout *Layout) []*Field {
	var out []*Field
	for _, f := range Fields(layout.Kind) {
		if f.Required && !slices.ContainsFunc(layout.Columns, func(c MappedColumn) bool { return c.Field == f }) {
			out = append(out, f)
		}
	}
	return out
}
