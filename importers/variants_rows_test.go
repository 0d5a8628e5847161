package importers

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
)

// values makes a true record. Its fields follow the sheet's columns.
func (g *gen) values(columns []variantColumn, i int) fieldMap {
	rec := fieldMap{}
	order := slices.Clone(columns)
	slices.SortStableFunc(order, func(a, b variantColumn) int { return late(a) - late(b) })
	for _, c := range order {
		if c.field == nil {
			continue
		}
		v := c.field.value(g, i, rec)
		lower := strings.ToLower(c.header)
		switch {
		case c.form != "":
			v = pick(g, []any{[]string{c.form}, nil, nil})
		case c.months && rec["rent"] == nil:
			v = nil
		case c.field.name == "employment_requirement" && strings.HasPrefix(lower, "fast jobb"):
			v = pick(g, []any{"permanent_job", "permanent_job", "none", nil})
		case c.field.name == "employment_requirement" && strings.HasPrefix(lower, "fast inntekt"):
			v = pick(g, []any{"documented_income", "none", nil})
		}
		rec[c.field.name] = v
	}
	return rec
}

// late orders the fields that are made from others behind these.
func late(c variantColumn) int {
	if c.field != nil && slices.Contains([]string{"deposit", "to", "in_service_to"}, c.field.name) {
		return 1
	}
	if c.field != nil && c.field.name == "reason" {
		return 2
	}
	return 0
}

// cells writes a record as a row.
func (g *gen) cells(columns []variantColumn, left int, rec fieldMap) []variantCell {
	row := make([]variantCell, left+len(columns))
	for i, c := range columns {
		switch {
		case c.field == nil && c.extra == nil:
		case c.field == nil:
			if g.chance(85) {
				row[left+i] = c.extra(g)
			}
		default:
			row[left+i] = g.fieldCell(c, rec)
		}
	}
	return row
}

func (g *gen) fieldCell(c variantColumn, rec fieldMap) variantCell {
	v := rec[c.field.name]
	rent, hasRent := rec["rent"].(int)
	switch lower := strings.ToLower(c.header); {
	case c.form != "" && v != nil:
		return g.yesNo(true)
	case c.form != "":
		return g.yesNo(pick(g, []any{false, nil}))
	case c.field.name == "deposit" && c.months && v != nil:
		return numberCell(v.(int) / rent)
	case c.field.name == "deposit" && v != nil && hasRent && g.chance(40):
		n := v.(int) / rent
		unit := g.of("mnd|mnd.|måneder|mnd leie|måneders husleie|mndr", "mnd|månader|mnd leige|månaders husleige", "months|months rent|months' rent")
		if n == 1 {
			unit = g.of("mnd|måned", "mnd|månad", "month")
		}
		return textCell(numberText(n) + " " + unit)
	case strings.HasPrefix(lower, "fast ") && c.field.name == "employment_requirement" && v != nil && g.chance(70):
		return g.yesNo(v != "none")
	case c.field.Type() == TypeText && v == nil && g.chance(30):
		return textCell(pick(g, []string{"", " ", "\u00a0"}))
	}
	return c.field.cell(g, v)
}

// Type returns TypeText for the fields that are kept as they stand.
func (f *variantField) Type() Type {
	if slices.Contains([]string{"notes", "postal_place", "landlord_name"}, f.name) {
		return TypeText
	}
	return TypeChoice
}

func numberText(n int) string { return string(rune('0' + n)) }

// record writes a record, now and then with a cell that cannot be read or an
// identity number, which leave the field empty and the row in.
func (g *gen) record(s *variantSheet, columns []variantColumn, left, i int) {
	rec := g.values(columns, i)
	row := g.cells(columns, left, rec)
	if g.chance(6) {
		if at, ok := g.columnWith(columns, "bedrooms", "area_m2", "dwelling_type", "employment", "pets", "step_free", "social_assistance", "children_", "persons", "reason", "ownership", "unit_number", "furnished"); ok {
			row[left+at] = textCell(pick(g, []string{"se vedlegg", "%%", "abc def", "mangler!"}))
			rec[columns[at].field.name] = nil
		}
	}
	if g.chance(4) {
		if at, ok := g.columnWith(columns, "notes", "landlord_phone", "landlord_name", "current_unit", "norwegian_level", "kobo_id", "postal_place"); ok {
			cell := g.identityCell()
			if columns[at].field.name == "notes" {
				cell = textCell("Fnr " + g.identity() + ", ringt")
			}
			row[left+at] = cell
			rec[columns[at].field.name] = nil
		}
	}
	if _, ok := rec["lease_months"]; ok {
		kind := rec["lease_kind"]
		switch m := rec["lease_months"].(type) {
		case int:
			if kind == nil {
				rec["lease_kind"] = "fixed"
			}
			if kind == "indefinite" { // the two columns would gainsay each other
				rec["lease_kind"] = "fixed"
				setCell(row, columns, left, "lease_kind", textCell("fixed"))
			}
		case string:
			_ = m
			rec["lease_months"] = nil
			rec["lease_kind"] = "indefinite"
			setCell(row, columns, left, "lease_kind", variantCell{})
		}
	}
	rec["row"] = s.add(row)
	s.truth = append(s.truth, rec)
}

func setCell(row []variantCell, columns []variantColumn, left int, field string, cell variantCell) {
	for i, c := range columns {
		if c.field != nil && c.field.name == field {
			row[left+i] = cell
		}
	}
}

func (g *gen) columnWith(columns []variantColumn, fields ...string) (int, bool) {
	var found []int
	for i, c := range columns {
		if c.field != nil && c.form == "" && slices.Contains(fields, c.field.name) {
			found = append(found, i)
		}
	}
	if found == nil {
		return 0, false
	}
	return pick(g, found), true
}

// badRows writes rows that must be refused, each with its code.
func (g *gen) badRows(s *variantSheet, columns []variantColumn, left, n int) {
	bad := func(field, code string, cell variantCell) {
		at := slices.IndexFunc(columns, func(c variantColumn) bool { return c.field != nil && c.field.name == field })
		if at < 0 || columns[at].months {
			return
		}
		n++
		rec := g.values(columns, n)
		if field == "deposit" && code == "deposit_over_legal_cap" && rec["rent"] == nil {
			return
		}
		row := g.cells(columns, left, rec)
		row[left+at] = cell
		if filled := slices.DeleteFunc(slices.Clone(row), func(c variantCell) bool {
			return c.Kind == sheet.Blank || strings.TrimSpace(strings.ReplaceAll(c.Text, "\u00a0", " ")) == "" && c.Kind == sheet.Text
		}); len(filled) < 3 {
			return // could be a note or a heading
		}
		s.bad[s.add(row)] = code
	}
	for _, f := range []string{"rent", "deposit", "max_rent", "current_rent", "monthly_income"} {
		if g.chance(40) {
			bad(f, f+"_not_a_number", g.badMoney())
		}
	}
	for _, f := range []string{"available_from", "confirmed_on", "move_from", "ready_date", "in_service_from", "in_service_to", "from", "to"} {
		if g.chance(40) {
			bad(f, "date_invalid", g.badDate())
		}
	}
	if g.chance(50) {
		bad("postal_code", "postal_code_invalid", pick(g, []variantCell{textCell("86222"), numberCell(86222), textCell("86A2"), textCell("abc")}))
	}
	if g.chance(50) {
		bad("deposit", "deposit_over_legal_cap", pick(g, []variantCell{textCell("8 " + g.of("mnd", "mnd", "months")), numberCell(150_000), textCell("kr 150 000")}))
	}
	for _, f := range []string{"address", "ref", "adults", "children", "unit_ref", "in_service_from", "household_ref", "from"} {
		if s.kind == Units && f == "address" {
			continue
		}
		if g.chance(30) {
			bad(f, f+"_missing", variantCell{})
		}
	}
}
