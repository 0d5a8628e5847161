package importers

import (
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Style says in which words an export speaks.
type Style struct {
	Lang      i18n.Lang
	Canonical bool // field names and values as programs have them, whatever the language
}

// ExportColumns returns the columns of an export or template of the kind.
func ExportColumns(kind Kind, style Style) []sheet.Column {
	var out []sheet.Column
	for _, f := range Fields(kind) {
		c := sheet.Column{Header: f.Header(style.Lang), Width: f.width(), Type: f.sheetType()}
		if style.Canonical {
			c.Header = f.Name
		}
		switch f.Type {
		case TypeYesNo:
			c.Options = []string{yesNo(style, true), yesNo(style, false)}
		case TypeChoice:
			for i := range f.Choices {
				c.Options = append(c.Options, f.Choices[i].write(style))
			}
		}
		out = append(out, c)
	}
	return out
}

// ExportRow returns a record's values in the order of ExportColumns. What is not
// known is nil.
func ExportRow[R any](s *Schema[R], style Style, record *R, row []any) []any {
	row = row[:0]
	for i := range s.Columns {
		row = append(row, s.Columns[i].export(style, record))
	}
	return row
}

func (c *Column[R]) export(style Style, record *R) any {
	v := load(c.Ref(record))
	switch {
	case !v.Known:
		return nil
	case c.Type == TypeYesNo:
		return yesNo(style, v.Yes)
	case c.Type == TypeChoice:
		for i := range c.Choices {
			if c.Choices[i].Value == v.Text {
				return c.Choices[i].write(style)
			}
		}
		return v.Text
	case c.Type == TypeSecuritySet || c.Type == TypeRuleSet:
		var parts []string
		for i := range c.Choices {
			if v.Bits&c.Choices[i].bit != 0 {
				parts = append(parts, c.Choices[i].write(style))
			}
		}
		return strings.Join(parts, ", ")
	case c.Type == TypePlaces:
		return strings.Join(v.List, ", ")
	case c.Type == TypeDate:
		return v.Date
	case v.Text != "":
		return v.Text
	}
	return v.Int
}

func (c *Choice) write(style Style) string {
	if style.Canonical {
		return c.Value
	}
	return c.Word(style.Lang)
}

func yesNo(style Style, yes bool) string {
	switch {
	case style.Canonical && yes:
		return "true"
	case style.Canonical:
		return "false"
	case style.Lang == i18n.English && yes:
		return "yes"
	case style.Lang == i18n.English:
		return "no"
	case yes:
		return "ja"
	}
	return "nei"
}

func (f *Field) sheetType() sheet.ColumnType {
	switch f.Type {
	case TypeMoney, TypeDeposit:
		return sheet.MoneyColumn
	case TypeWhole, TypeArea, TypeModules, TypeLeaseMonths:
		return sheet.WholeColumn
	case TypeDate:
		return sheet.DateColumn
	}
	return sheet.TextColumn
}

func (f *Field) width() float64 {
	if f.Width > 0 {
		return f.Width
	}
	return max(10, float64(len([]rune(f.Nb[:strings.IndexByte(f.Nb+"|", '|')])))+3)
}
