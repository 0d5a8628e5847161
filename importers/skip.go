package importers

import (
	"strings"
	"unicode"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/spelling"
)

// sumWords begin the label of a sum: "Totalt", "Sum husleie", "Antall: 25".
var sumWords = wordSet("sum|summer|total|totalt|totals|totalsum|ialt|delsum|subtotal|gjennomsnitt|snitt|gj.snitt|average|avg|mean|median|antall|antal|count|samlet|samla|tilsammen|tilsaman|sammenlagt|samanlagt|i alt|alt i alt|til sammen|til saman|in total|grand total|in all|overall")

// skip says why a row is no record: a repeated header, a row of units under the
// header, a sum, or a note. "" is a record. Almost every row is told by its first
// word, so the rest of it is only counted.
func (r *rowReader[R]) skip(row sheet.Row) string {
	filled, figures, only := 0, 0, -1
	sum, words := false, false
	for i := range row.Cells {
		c := &row.Cells[i]
		if c.Kind == sheet.Blank || c.Kind == sheet.Text && strings.TrimSpace(c.Text) == "" {
			continue
		}
		filled++
		only = i
		switch {
		case words:
		case c.Kind == sheet.Text && isSumLabel(c.Text):
			sum = true
		case isFigure(c):
			if r.sums[i] {
				figures++
			}
		default:
			words = true
		}
	}
	switch {
	case filled == 0:
		return "row_blank"
	case sum && !words, figures == filled && !r.couldBeRecord(row):
		return "row_sum" // the second: figures under the columns, without a word
	case r.repeatsHeader(row, filled):
		return "row_header_repeated"
	case row.Number <= r.layout.HeaderRow+2 && r.onlyUnits(row):
		return "row_units"
	case filled == 1 && (len(r.columns) > 2 && !r.loneAddress(row, only) || isHeading(row.Cells[only])), filled <= 2 && isNote(row, filled):
		return "row_note"
	}
	return ""
}

// isSumLabel reports whether a text names a sum: it begins with a word for one
// and is short.
func isSumLabel(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 40 || !strings.ContainsRune("acdgimost", rune(text[0]|0x20)) && text[0] < 0x80 {
		return false // no word for a sum begins like it
	}
	ws := words(text)
	if len(ws) == 0 || len(ws) > 4 {
		return false
	}
	return sumWords[ws[0]] || len(ws) > 1 && sumWords[ws[0]+ws[1]] || len(ws) > 2 && sumWords[ws[0]+ws[1]+ws[2]]
}

// isFigure reports whether a cell is what a sum, count or average would be.
func isFigure(c *sheet.Cell) bool {
	switch c.Kind {
	case sheet.Number, sheet.Uncalculated, sheet.Error:
		return true
	case sheet.Text:
		if !strings.ContainsAny(c.Text, "0123456789") {
			return false
		}
		text := strings.TrimSuffix(cellText(*c), "%")
		_, _, amount := ParseMoney(text)
		return amount || readArea(*c, text).value.Known
	}
	return false
}

// sumColumns returns the columns under which a figure may be a sum: amounts and
// counts, and columns that are not read.
func sumColumns(layout *Layout) map[int]bool {
	out := map[int]bool{}
	for _, c := range layout.Columns {
		switch c.Field.Type {
		case TypeMoney, TypeDeposit, TypeWhole, TypeArea, TypeModules, TypeLeaseMonths:
			out[c.Index] = true
		}
	}
	for _, c := range layout.Ignored {
		out[c.Index] = true
	}
	return out
}

// couldBeRecord reports whether every required column holds something.
func (r *rowReader[R]) couldBeRecord(row sheet.Row) bool {
	for i := range r.columns {
		c := &r.columns[i]
		if c.Field.Required && (c.Index >= len(row.Cells) || row.Cells[c.Index].Kind == sheet.Blank) {
			return false
		}
	}
	return true
}

// repeatsHeader finds the header that a page break repeats.
func (r *rowReader[R]) repeatsHeader(row sheet.Row, filled int) bool {
	same := 0
	for i := range min(len(row.Cells), len(r.titles)) {
		c, title := &row.Cells[i], r.titles[i]
		if c.Kind == sheet.Text && title != "" && mayFoldTo(c.Text, title) && spelling.Fold(c.Text) == title {
			same++
		}
		if i == 7 && same == 0 && filled > 8 {
			return false // most of a header would be there by now
		}
	}
	return same >= 2 && 2*same > filled
}

// mayFoldTo is the cheap way out of folding a text that begins with another letter.
func mayFoldTo(text, folded string) bool {
	if len(text) > len(folded)+40 {
		return false
	}
	if c := text[0] | 0x20; c >= 'a' && c <= 'z' {
		return c == folded[0]
	}
	return true // a space, a sign or a letter beyond ASCII
}

// foldedTitles returns the headers of all columns of a layout, folded, by column.
func foldedTitles(layout *Layout) []string {
	var out []string
	set := func(column int, header string) {
		for len(out) <= column {
			out = append(out, "")
		}
		out[column] = spelling.Fold(header)
	}
	for _, c := range layout.Columns {
		set(c.Index, c.Header)
	}
	for _, list := range [][]SkippedColumn{layout.Ignored, layout.Refused} {
		for _, c := range list {
			set(c.Index, c.Header)
		}
	}
	return out
}

// onlyUnits finds the row "kr | m2 | ja/nei | dd.mm.åååå" that explains a header.
func (r *rowReader[R]) onlyUnits(row sheet.Row) bool {
	n := countUnitCells(row)
	return n > 1 || n == 1 && !r.couldBeRecord(row)
}

// countUnitCells returns how many cells name a unit or a form, 0 where any cell
// holds something else.
func countUnitCells(row sheet.Row) int {
	n := 0
	for _, c := range row.Cells {
		if c.Kind == sheet.Blank {
			continue
		}
		if c.Kind != sheet.Text {
			return 0
		}
		for _, w := range words(c.Text) {
			if !noise[w] && !unitWords[w] {
				return 0
			}
		}
		n++
	}
	return n
}

var unitWords = wordSet("m2|kvm|kroner|nok|antall|antal|tekst|text|tall|number|ukjent|dager|days|åå|dd.mm.åååå|dd.mm.yyyy|ddmmåååå|ddmmyyyy|fritekst|krav|valgfritt|obligatorisk|required|optional")

// sectionWords begin a heading between rows that looks like an address: "Sone 1".
var sectionWords = wordSet("sone|zone|side|page|del|part|uke|veke|week|gruppe|group|avdeling|bydel|område|area|distrikt|district|kvartal|quarter|kategori|category|fase|phase|runde|round|pr|per|status|nye|new|ledige|ledig|reservert|januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember|january|february|march|may|june|july|october|december")

// loneAddress reports whether a row's only cell is an address: a listing may
// have nothing else. A note, a heading or a date is none.
func (r *rowReader[R]) loneAddress(row sheet.Row, index int) bool {
	if r.schema.Kind != Listings || index != r.layout.ColumnOf("address") {
		return false
	}
	text := strings.TrimSpace(row.Cells[index].Text)
	i := strings.IndexFunc(text, unicode.IsDigit)
	if i <= 0 || strings.ContainsAny(text, ":*=") || strings.HasSuffix(text, ".") || len(words(text)) > 5 {
		return false
	}
	street, number := strings.TrimSpace(text[:i]), strings.ReplaceAll(text[i:], " ", "")
	first, _, _ := strings.Cut(street, " ")
	return len(street) >= 3 && len(number) <= 5 && !sectionWords[spelling.Fold(first)]
}

// isNote reports whether a row of one or two cells begins with what opens a note
// or ends a label: "* må fylles ut", "Sist oppdatert:", "Merk: ...".
func isNote(row sheet.Row, filled int) bool {
	for _, c := range row.Cells {
		if c.Kind == sheet.Blank {
			continue
		}
		text := strings.TrimSpace(c.Text)
		if c.Kind != sheet.Text || text == "" {
			return false
		}
		head, _, colon := strings.Cut(text, ":")
		ws := words(head)
		opens := len(ws) > 0 && noteWords[ws[0]] && (len(ws) == 1 || ws[1][0] > '9') // but "NB-12" is a reference
		return strings.HasPrefix(text, "*") || strings.HasSuffix(text, ":") || opens ||
			filled == 1 && (len(ws) > 6 || colon && !strings.ContainsFunc(head, unicode.IsDigit))
	}
	return false
}

// isHeading reports whether a cell that stands alone heads the rows below it:
// words without a number, where a reference or an address would have one.
func isHeading(c sheet.Cell) bool {
	return c.Kind == sheet.Text && !strings.ContainsFunc(c.Text, unicode.IsDigit) && len(words(c.Text)) > 1
}

var noteWords = wordSet("nb|obs|ps|merk|note|kilde|kjelde|source|sist|last|updated|oppdatert|utskrift|printed")
