package importers

import (
	"strings"
	"unicode"

	"github.com/boligklar/boligklar/importers/sheet"
)

var sumWords = wordSet("sum|total|totalt|i alt|til sammen|tilsammen|totalsum|delsum|subtotal|gjennomsnitt|snitt|average|antall|antal|count|totals|summer|sum total|sum totalt|totalt antall|grand total|median|tal|samlet|samla|sum leie|sum husleie|sum husleige|total rent|antall boliger|antall enheter|antall husstander|antall rader|mean|max|min|maks")

// skip says why a row is no record: a repeated header, a row of units under the
// header, a sum, or a note. "" is a record.
func (r *rowReader[R]) skip(row sheet.Row) string {
	filled, numeric, texts := 0, 0, 0
	sum, onlyIndex := false, -1
	for i, c := range row.Cells {
		switch c.Kind {
		case sheet.Blank:
			continue
		case sheet.Text:
			if strings.TrimSpace(c.Text) == "" {
				continue
			}
			switch folded := Fold(c.Text); {
			case sumWords[folded]:
				sum = true
			case looksNumeric(c.Text):
				numeric++
			default:
				texts++
			}
		default:
			numeric++
		}
		filled++
		onlyIndex = i
	}
	switch {
	case filled == 0:
		return "row_blank"
	case sum && texts == 0:
		return "row_sum"
	case texts == 0 && numeric > 0 && !r.couldBeRecord(row):
		return "row_sum" // figures under the columns, without a word
	case r.repeatsHeader(row, filled):
		return "row_header_repeated"
	case row.Number <= r.layout.HeaderRow+2 && r.onlyUnits(row):
		return "row_units"
	case filled == 1 && len(r.columns) > 2 && !r.loneAddress(row, onlyIndex):
		return "row_note"
	case filled <= 2 && len(r.columns) > 4 && r.labelled(row) && !r.couldBeRecord(row):
		return "row_note"
	}
	return ""
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
	for i := range r.columns {
		c := &r.columns[i]
		if c.Index < len(row.Cells) && row.Cells[c.Index].Kind == sheet.Text && Fold(row.Cells[c.Index].Text) == Fold(c.Header) {
			same++
		}
	}
	return same >= 2 && 2*same > filled
}

// onlyUnits finds the row "kr | m2 | ja/nei | dd.mm.åååå" that explains a header.
func (r *rowReader[R]) onlyUnits(row sheet.Row) bool {
	n := 0
	for _, c := range row.Cells {
		if c.Kind == sheet.Blank {
			continue
		}
		if c.Kind != sheet.Text {
			return false
		}
		for _, w := range words(c.Text) {
			if !noise[w] && !unitWords[w] {
				return false
			}
		}
		n++
	}
	return n > 1
}

var unitWords = wordSet("m2|kvm|kroner|nok|antall|antal|tekst|text|tall|number|ukjent|dager|days|åå|dd.mm.åååå|dd.mm.yyyy|ddmmåååå|ddmmyyyy|fritekst|krav|valgfritt|obligatorisk|required|optional")

// loneAddress reports whether a row's only cell is an address: a listing may
// have nothing else. A note, a heading or a date is none.
func (r *rowReader[R]) loneAddress(row sheet.Row, index int) bool {
	if r.schema.Kind != Listings || index != r.layout.ColumnOf("address") {
		return false
	}
	text := strings.TrimSpace(row.Cells[index].Text)
	street, number, ok := cutLast(text)
	return ok && number != "" && unicode.IsDigit(rune(number[0])) && len(number) <= 5 && len(street) >= 3 &&
		!strings.ContainsAny(text, ":.*=") && !strings.ContainsFunc(street, unicode.IsDigit)
}

// labelled reports whether the row begins with a label: "Sist oppdatert:".
func (r *rowReader[R]) labelled(row sheet.Row) bool {
	for _, c := range row.Cells {
		if c.Kind != sheet.Blank {
			text := strings.TrimSpace(c.Text)
			return c.Kind == sheet.Text && (strings.HasSuffix(text, ":") || strings.HasPrefix(text, "*"))
		}
	}
	return false
}

// cutLast splits "Storgata 12 B" into "Storgata" and "12B".
func cutLast(s string) (street, number string, ok bool) {
	i := strings.IndexFunc(s, unicode.IsDigit)
	if i <= 0 {
		return "", "", false
	}
	return strings.TrimSpace(s[:i]), strings.ReplaceAll(s[i:], " ", ""), true
}

func looksNumeric(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r) && !strings.ContainsRune("krKRnokNOKm", r):
			return false
		}
	}
	return digits > 0
}
