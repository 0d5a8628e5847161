// Package importers reads staff's spreadsheets into records and writes records
// back as spreadsheets. One column schema per kind serves import, export and
// template alike: see Schema. Recognise finds the table in a sheet and what its
// columns mean, Read yields its rows as records with their problems, and Merge
// brings a record from a file together with the one in the store.
package importers

import (
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Kind is what the rows of a sheet are.
type Kind string

// The kinds. Ignored is a sheet that holds none of them.
const (
	Listings    Kind = "listings"
	Households  Kind = "households"
	Units       Kind = "units"
	Occupancies Kind = "occupancies"
	Ignored     Kind = "ignored"
)

// Kinds lists the kinds in the order in which a workbook is applied: what
// others refer to comes first.
var Kinds = []Kind{Units, Listings, Households, Occupancies}

// Type says how the cells of a field are read and written.
type Type uint8

// The types of fields.
const (
	TypeText        Type = iota
	TypeEmail            // kept as stated
	TypePhone            // E.164
	TypePostalCode       // four digits, leading zeros kept
	TypeUnitNumber       // H0101
	TypeMoney            // whole NOK
	TypeDeposit          // NOK, or a number of months' rent
	TypeWhole            // a count
	TypeArea             // whole m2
	TypeModules          // "5/8" is 5
	TypeLeaseMonths      // a number of months or years, or indefinite
	TypeDate             // a day
	TypeYesNo            // yes, no, not known
	TypeChoice           // one of Choices
	TypeSecuritySet      // several of Choices, or a yes/no column for one of them
	TypeRuleSet          // several of Choices
	TypePlaces           // free words, separated
)

// Choice is one value that a field can have, with the words that people write
// for it. The first word in each language is the one that an export writes.
type Choice struct {
	Value      string // canonical
	Nb, Nn, En string // separated by |, the one to write first
	bit        uint8  // in a set
	general    bool   // a word of another choice beside it says more: "basement flat"
}

// Field is one canonical field: its name, type, and what people call it.
type Field struct {
	Name       string
	Type       Type
	Nb, Nn, En string // headers, separated by |; the one that an export writes first
	Required   bool   // a row without it is refused
	Choices    []Choice
	Yes, No    string  // the choices that a plain yes and no stand for; "" for none
	Width      float64 // of the exported column, in characters; 0 is by type

	vocabulary *vocabulary
	headers    []headerWord
}

// Column is a field of records of type R.
type Column[R any] struct {
	*Field
	Ref func(*R) any // a pointer to the field in the record
}

// Schema is how one kind of record stands in a sheet.
type Schema[R any] struct {
	Kind      Kind
	Columns   []Column[R]
	Key       func(*R) string
	Normalize func(*R)
	Validate  func(*R) []apperr.Problem
}

// Field returns the column of a canonical name, or nil.
func (s *Schema[R]) Field(name string) *Column[R] {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return &s.Columns[i]
		}
	}
	return nil
}

// Fields returns the fields of the kind in the order of an export.
func Fields(kind Kind) []*Field {
	switch kind {
	case Listings:
		return fieldsOf(ListingSchema)
	case Households:
		return fieldsOf(HouseholdSchema)
	case Units:
		return fieldsOf(UnitSchema)
	case Occupancies:
		return fieldsOf(OccupancySchema)
	}
	return nil
}

func fieldsOf[R any](s *Schema[R]) []*Field {
	out := make([]*Field, len(s.Columns))
	for i, c := range s.Columns {
		out[i] = c.Field
	}
	return out
}

// Header returns what an export calls the field.
func (f *Field) Header(lang i18n.Lang) string { return firstWord(lang, f.Nb, f.Nn, f.En) }

// Word returns what an export writes for the choice.
func (c *Choice) Word(lang i18n.Lang) string { return firstWord(lang, c.Nb, c.Nn, c.En) }

func column[R any](f Field, ref func(*R) any) Column[R] {
	f.headers = headerWords(&f)
	if f.Choices != nil {
		f.vocabulary = newVocabulary(f.Choices)
	}
	return Column[R]{Field: &f, Ref: ref}
}
