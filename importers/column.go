package importers

import (
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
)

// MappedColumn is a column that is read.
type MappedColumn struct {
	Index  int    // 0-based
	Header string // as it stands
	Field  *Field
	Form   *Choice // the column asks yes or no to this one choice; or nil
	Unit   Unit    // of bare numbers, where the header names it
}

// Unit is what the header says that bare numbers are.
type Unit uint8

// The units.
const (
	NoUnit Unit = iota
	Months
	Years
)

// headerUnit finds the unit in a header such as "Leietid (år)", for fields that
// may be given in several.
func (f *Field) headerUnit(header string) Unit {
	if f.Type != TypeDeposit && f.Type != TypeLeaseMonths {
		return NoUnit
	}
	unit := NoUnit
	for _, w := range words(header) {
		switch {
		case yearUnits[w] && unit == NoUnit:
			unit = Years
		case monthUnits[w]:
			return Months
		}
	}
	return unit
}

// Small numbers in a column whose header names a unit are so many of it: beyond
// these they must be something else.
const (
	maxUnitMonths = 24
	maxUnitYears  = 20
)

// read reads a cell of the column.
func (c *MappedColumn) read(cell sheet.Cell) reading {
	if c.Form != nil {
		if got, ok := c.readForm(cell); ok {
			return got
		}
	}
	if c.Unit != NoUnit {
		n, ok := smallNumber(cell)
		switch {
		case !ok || n == 0:
		case c.Unit == Months && c.Field.Type == TypeDeposit && n <= maxUnitMonths:
			return reading{months: n}
		case c.Unit == Years && c.Field.Type == TypeLeaseMonths && n <= maxUnitYears:
			return lease(12 * n)
		}
	}
	return read(c.Field, cell)
}

// asksOfTenants reports whether a cell of the field may hold a demand.
func (f *Field) asksOfTenants() bool {
	switch f.Type {
	case TypeChoice, TypeSecuritySet, TypeRuleSet, TypeYesNo, TypeWhole:
		return true
	}
	return false
}

// readForm reads yes or no to the column's one choice; false where the cell is
// no such answer. No to one form of security says nothing of the others.
func (c *MappedColumn) readForm(cell sheet.Cell) (reading, bool) {
	got := read(yesNoField, cell)
	switch {
	case got.code != "":
		return reading{}, false
	case !got.value.Known:
		return reading{}, true
	case got.value.Yes && c.Field.Type == TypeSecuritySet:
		return reading{value: known(Value{Bits: c.Form.bit})}, true
	case got.value.Yes:
		return reading{value: known(Value{Text: c.Form.Value})}, true
	case c.Field.No != "":
		return reading{value: known(Value{Text: c.Field.No})}, true
	}
	return reading{}, true
}

var yesNoField = &Field{Type: TypeYesNo}

// smallNumber returns a bare number below 1000.
func smallNumber(c sheet.Cell) (int, bool) {
	switch {
	case c.Kind == sheet.Number && c.Number >= 0 && c.Number < 1000 && c.Number == float64(int(c.Number)):
		return int(c.Number), true
	case c.Kind == sheet.Text && len(c.Text) < 6:
		n, err := strconv.ParseUint(strings.TrimSpace(c.Text), 10, 10)
		return int(n), err == nil && n < 1000
	}
	return 0, false
}
