package importers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
)

// variantSheet is a generated sheet and what is true of it.
type variantSheet struct {
	name    string
	hidden  bool
	kind    Kind
	rows    [][]variantCell // rows[0] is row 1
	merges  []string
	header  int               // row number
	columns map[string]string // header text -> field, for messages
	fields  []string
	truth   []fieldMap     // with "row"
	bad     map[int]string // code by row
	refused []string       // headers of refused columns
	skipped map[int]bool   // rows that are no records and no errors
}

// variantColumn is a column of a generated sheet.
type variantColumn struct {
	field  *variantField // nil for a column that no field has
	header string
	form   string // yes/no for this one form of security
	extra  func(g *gen) variantCell
	months bool // the header says that its numbers are months
}

var variantSheetNames = map[Kind]inLangs{
	Listings:    langWords("Ark1|Utleieliste|Liste|Boliger|2026", "Ark1|Utleigeliste|Liste|2026", "Sheet1|Listings|List|2026"),
	Households:  langWords("Ark1|Husstander|Liste|Boligklare", "Ark1|Hushald|Liste", "Sheet1|Households|List"),
	Units:       langWords("Ark1|Boenheter|Liste|Gjennomgangsboliger", "Ark1|Einingar|Liste", "Sheet1|Units|List"),
	Occupancies: langWords("Ark1|Opphold|Liste|Beboere", "Ark1|Opphald|Liste", "Sheet1|Occupancies|List"),
}

// sheetOf generates a sheet of a kind.
func (g *gen) sheetOf(kind Kind) *variantSheet {
	s := &variantSheet{name: g.word(variantSheetNames[kind]), kind: kind, columns: map[string]string{}, bad: map[int]string{}, skipped: map[int]bool{}}
	columns := g.columnsOf(kind)
	for _, c := range columns {
		if c.field != nil {
			s.columns[c.header] = c.field.name
			s.fields = append(s.fields, c.field.name)
		}
	}
	left := 0
	if g.chance(15) {
		left = 1 + g.IntN(2)
	}
	if left == 0 || g.chance(60) {
		g.titles(s, len(columns))
	}
	header := make([]variantCell, left)
	for i := range columns {
		text := columns[i].header
		if columns[i].field != nil && !strings.Contains(text, "_") {
			text = g.decorate(text)
		}
		if text == "" {
			header = append(header, variantCell{})
			continue
		}
		header = append(header, textCell(text))
		if strings.HasPrefix(columns[i].form, "refused:") {
			s.refused = append(s.refused, text)
		}
	}
	if !g.csv && g.chance(6) {
		header = g.twoRows(s, header)
	} else {
		g.groupRow(s, columns, left)
	}
	s.header = s.add(header)
	if g.chance(5) {
		g.unitsRow(s, columns, left)
	}
	n := pick(g, []int{1, 2, 3, 8, 15, 25, 40})
	for i := range n {
		g.between(s, header, left)
		g.record(s, columns, left, i)
	}
	g.mergeDown(s, columns, left)
	if g.chance(40) {
		g.badRows(s, columns, left, n)
	}
	g.after(s, columns, left)
	return s
}

// add appends a row and returns its number.
func (s *variantSheet) add(row []variantCell) int {
	s.rows = append(s.rows, row)
	return len(s.rows)
}

func (s *variantSheet) skip(row []variantCell) { s.skipped[s.add(row)] = true }

// columnsOf picks the columns of a sheet, in any order.
func (g *gen) columnsOf(kind Kind) []variantColumn {
	var out []variantColumn
	scale := pick(g, []int{100, 100, 100, 130, 50, 25}) // sheets with few columns too
	taken := map[string]bool{}
	for i := range variantRecords[kind] {
		f := &variantRecords[kind][i]
		if f.share > 0 && !g.chance(min(95, f.share*scale/100)) {
			continue
		}
		c := variantColumn{field: f, header: g.word(variantHeaders[kind][f.name])}
		if g.chance(6) {
			c.header = f.name
		}
		if taken[strings.ToLower(c.header)] { // Sikkerhet twice: one of them would be called otherwise
			c.header = f.name
		}
		taken[strings.ToLower(c.header)] = true
		if f.name == "accepted_security" && g.chance(10) {
			c.form = "nav_guarantee"
			c.header = g.word(variantForms[c.form])
		}
		if f.name == "deposit" && g.chance(5) {
			c.months = true
			c.header = g.of("Depositum (mnd)|Depositum ant. mnd", "Depositum (mnd)", "Deposit (months)|Deposit in months")
		}
		if c.form == "" && !c.months && c.header != f.name && !strings.HasPrefix(c.header, "Fast ") && g.chance(4) {
			c.header = g.misspell(c.header)
		}
		out = append(out, c)
	}
	if len(out) < 2 {
		return g.columnsOf(kind)
	}
	for range g.IntN(4) {
		header := g.word(variantExtras[kind])
		if !taken[strings.ToLower(header)] {
			taken[strings.ToLower(header)] = true
			out = append(out, variantColumn{header: header, extra: extraCells(header)})
		}
	}
	if kind == Households && g.chance(50) || g.chance(5) {
		header := g.of("Fødselsnr|Fødselsnummer|F.nr|Personnummer|D-nummer|DUF-nr|DUF-nummer|Personnr|Fnr", "Fødselsnr|Fødselsnummer|Personnummer|DUF-nr", "National ID|National identity number|DUF number|Personal number")
		if g.chance(15) {
			header = g.of("Id2|Annet", "Id2|Anna", "Id2|Other") // only the cells tell
		}
		out = append(out, variantColumn{header: header, form: "refused:", extra: (*gen).identityCell})
	}
	if g.chance(70) {
		keep := 0
		if g.chance(50) {
			keep = 1 // the reference first, as usual
		}
		rest := out[keep:]
		g.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	}
	if g.chance(12) {
		out = slices.Insert(out, g.IntN(len(out)), variantColumn{})
	}
	return out
}

// extraCells makes values for a column that no field has.
func extraCells(header string) func(g *gen) variantCell {
	lower := strings.ToLower(header)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) })
	}
	switch {
	case has("dato", "endr", "changed", "pusset", "pussa", "renovated", "settled", "decision", "levert", "returned"):
		return func(g *gen) variantCell { return g.date(civil.MustParse("2025-01-01").AddDays(g.IntN(600))) }
	case has("byggeår", "byggjeår", "built", "fødselsår", "birth"):
		return func(g *gen) variantCell { return numberCell(1950 + g.IntN(60)) }
	case has("kontonr", "account"):
		return func(g *gen) variantCell {
			return textCell(pick(g, []string{"8601 11 17947", "15064142857", "1234.56.78903"}))
		}
	case has("orgnr", "org no"):
		return func(g *gen) variantCell { return textCell(pick(g, []string{"974 760 673", "889640782"})) }
	case has("kommunenr", "municipality"):
		return func(*gen) variantCell { return numberCell(1833) }
	case has("etasje", "floor", "bad", "bath", "nøkkel", "key"):
		return func(g *gen) variantCell { return numberCell(1 + g.IntN(4)) }
	case has("kvm", "sqm"):
		return func(g *gen) variantCell { return g.area(20 + g.IntN(90)) }
	case has("husleie", "husleige", "rent"):
		return func(g *gen) variantCell { return g.money(5000 + 250*g.IntN(20)) }
	case has("mobil"):
		return func(g *gen) variantCell { return g.phone("+4791234567") }
	case has("parker"):
		return func(g *gen) variantCell { return g.yesNo(g.chance(50)) }
	case has("lenk", "link", "bil", "photo"):
		return func(*gen) variantCell { return textCell("https://www.finn.no/realestate/lettings/ad.html?finnkode=1") }
	case has("adresse", "address"):
		return func(g *gen) variantCell { return textCell(pick(g, variantStreets) + " 3") }
	case has("land", "country", "fylke", "stad", "sted", "city"):
		return func(g *gen) variantCell { return textCell(pick(g, []string{"Nordland", "Oslo", "Viken"})) }
	case has("gnr"):
		return func(*gen) variantCell { return textCell("14/255") }
	}
	return func(g *gen) variantCell { return textCell(pick(g, variantPeople)) }
}

// titles writes rows above the table.
func (g *gen) titles(s *variantSheet, width int) {
	for range pick(g, []int{0, 0, 0, 1, 1, 2, 3, 4, 6}) {
		switch g.IntN(7) {
		case 0, 1:
			s.add([]variantCell{textCell(g.of("Oversikt – flyktningtjenesten|Oversikt boligkontoret 2026|Rana kommune", "Oversyn – flyktningtenesta|Rana kommune", "Overview – refugee service|Rana municipality"))})
			if width > 3 && g.chance(40) {
				s.merges = append(s.merges, fmt.Sprintf("A%d:%s%d", len(s.rows), sheet.ColumnName(width-1), len(s.rows)))
			}
		case 2:
			s.add([]variantCell{textCell(g.of("Oppdatert 12.10.2026 av KH", "Oppdatert 12.10.2026 av KH", "Updated 12.10.2026 by KH"))})
		case 3:
			s.add([]variantCell{textCell(g.of("Oppdatert:", "Oppdatert:", "Updated:")), g.date(civil.MustParse("2026-10-12"))})
		case 4:
			s.add([]variantCell{textCell(g.of("Ansvarlig", "Ansvarleg", "Responsible")), textCell("Kari Holm"), {}, textCell("Tlf"), textCell("75 14 50 00")})
		case 5:
			s.add([]variantCell{textCell(g.of("NB! Husk å fylle ut alle kolonner merket *", "NB! Hugs å fylle ut alle kolonnar merka *", "NB! Remember to fill in every column marked *"))})
		case 6:
			s.add(nil)
		}
	}
}

// twoRows writes a header of two rows: some columns have their name in the first,
// merged with the second; above the others a group is named. It returns the second.
func (g *gen) twoRows(s *variantSheet, header []variantCell) []variantCell {
	first, second := make([]variantCell, len(header)), slices.Clone(header)
	number, merges := len(s.rows)+1, len(s.merges)
	for i := range header {
		if header[i].Kind != sheet.Blank && g.chance(35) {
			first[i], second[i] = header[i], variantCell{}
			name := sheet.ColumnName(i)
			s.merges = append(s.merges, fmt.Sprintf("%s%d:%s%d", name, number, name, number+1))
		} else if g.chance(20) {
			first[i] = textCell(g.of("Om boligen|Økonomi|Kontakt", "Om bustaden|Økonomi|Kontakt", "About|Money|Contact"))
		}
	}
	if !slices.ContainsFunc(second, func(c variantCell) bool { return c.Kind != sheet.Blank }) {
		s.merges = s.merges[:merges]
		return header
	}
	s.add(first)
	return second
}

// mergeDown merges a cell over the rows below it, which have the same value.
func (g *gen) mergeDown(s *variantSheet, columns []variantColumn, left int) {
	if g.csv || len(s.truth) < 3 || !g.chance(10) {
		return
	}
	at := slices.IndexFunc(columns, func(c variantColumn) bool {
		return c.field != nil && slices.Contains([]string{"landlord_name", "postal_place", "ownership"}, c.field.name)
	})
	if at < 0 {
		return
	}
	top, below := s.truth[0], s.truth[1]
	row := top["row"].(int)
	name := columns[at].field.name
	if below["row"] != row+1 || s.rows[row-1][left+at].Kind != sheet.Text || top[name] == nil {
		return
	}
	s.rows[row][left+at] = variantCell{}
	below[name] = top[name]
	column := sheet.ColumnName(left + at)
	s.merges = append(s.merges, fmt.Sprintf("%s%d:%s%d", column, row, column, row+1))
}

// groupRow writes headings over groups of columns, as a first of two header rows.
func (g *gen) groupRow(s *variantSheet, columns []variantColumn, left int) {
	if len(columns) < 6 || !g.chance(8) {
		return
	}
	row := make([]variantCell, left+len(columns))
	for _, at := range []int{0, len(columns) / 3, 2 * len(columns) / 3} {
		row[left+at] = textCell(g.of("Om boligen|Økonomi|Kontakt|Generelt", "Om bustaden|Økonomi|Kontakt", "About|Money|Contact"))
	}
	s.add(row)
}

// unitsRow writes what the columns are measured in, below the header.
func (g *gen) unitsRow(s *variantSheet, columns []variantColumn, left int) {
	row := make([]variantCell, left+len(columns))
	n := 0
	for i, c := range columns {
		if c.field == nil {
			continue
		}
		switch c.field.name {
		case "rent", "deposit", "max_rent", "current_rent", "monthly_income":
			row[left+i], n = textCell("kr"), n+1
		case "area_m2":
			row[left+i], n = textCell("m2"), n+1
		case "available_from", "from", "to", "in_service_from":
			row[left+i], n = textCell(g.of("dato", "dato", "date")), n+1
		}
	}
	if n > 0 {
		s.skip(row)
	}
}

// between writes now and then a row that is no record.
func (g *gen) between(s *variantSheet, header []variantCell, left int) {
	if g.chance(3) {
		s.add(nil)
	}
	if texts := slices.DeleteFunc(slices.Clone(header), func(c variantCell) bool { return c.Kind == sheet.Blank }); g.chance(1) && len(texts) > 2 {
		s.skip(slices.Clone(header))
	}
	if g.chance(1) {
		row := make([]variantCell, left+1)
		row[left] = textCell(g.of("Ledige nå|Nye i november|Reservert:|Sone 1", "Ledige no|Nye i november|Reservert:", "Available now|New in November|Reserved:"))
		s.skip(row)
	}
}

// after writes sums and notes below the table.
func (g *gen) after(s *variantSheet, columns []variantColumn, left int) {
	if g.chance(40) {
		for range g.IntN(2) {
			s.add(nil)
		}
		row := make([]variantCell, left+len(columns))
		label := -1
		for i, c := range columns {
			if c.field == nil {
				continue
			}
			switch c.field.name {
			case "rent", "deposit", "max_rent", "current_rent", "monthly_income", "adults", "children", "persons", "bedrooms", "area_m2":
				if g.chance(60) {
					row[left+i] = pick(g, []variantCell{numberCell(123_500), {Kind: sheet.Uncalculated}, textCell("123 500"), numberCell(99)})
				}
			default:
				if label < 0 {
					label = left + i
				}
			}
		}
		if label < 0 {
			return
		}
		row[label] = textCell(g.of("Sum|Totalt|I alt|Sum:|SUM|Gjennomsnitt|Samlet|Snitt|Sum husleie|Antall: 25", "Sum|Totalt|I alt|Til saman|Samla|Gjennomsnitt|Snitt", "Sum|Total|Total:|Average|In total|Grand total"))
		s.skip(row)
	}
	for range g.IntN(3) {
		if g.chance(50) {
			s.add(nil)
		}
		row := make([]variantCell, left+1)
		row[left] = textCell(g.of("* feltet må fylles ut|Merk: oppdateres hver fredag|Kilde: boligkontoret|Sist oppdatert 12.10.2026|NB! Ring utleier før visning",
			"* feltet må fyllast ut|Merk: vert oppdatert kvar fredag|Kjelde: bustadkontoret|Sist oppdatert 12.10.2026",
			"* required|Note: updated every Friday|Source: housing office|Last updated 12.10.2026"))
		s.skip(row)
	}
}
