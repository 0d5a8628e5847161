package search

import (
	"strconv"
)

// FacetValues returns the values that a document counts for in a field's facet.
func (f *Field) FacetValues(d *Document, day Day) []string {
	switch {
	case f.Kind == KindChoice:
		return f.choice(d, day)
	case f.number == nil:
		return nil
	}
	n, known := f.number(d)
	if !known {
		return []string{Unknown}
	}
	if f.Name != "rent" {
		return []string{strconv.Itoa(n)}
	}
	for _, band := range RentBands {
		if band.Min <= n && n <= band.Max {
			return []string{band.Name()}
		}
	}
	return nil
}

// Number returns the number of a document in a field of numbers or dates.
func (f *Field) Number(d *Document) (n int, known bool) { return f.number(d) }

// Has reports whether the filter asks for a value of a field of choices.
func (f *Filter) Has(field *Field, value string) bool { return f.hasValue(field, value) }

// Name is how a band stands in a facet; ParseFilter reads it.
func (r Range) Name() string {
	if r.Max == maxNumber {
		return strconv.Itoa(r.Min) + "+"
	}
	return strconv.Itoa(r.Min) + "-" + strconv.Itoa(r.Max)
}

// Facets lists the fields whose values are counted.
func Facets() []*Field {
	var out []*Field
	for _, f := range Fields {
		if f.Facet {
			out = append(out, f)
		}
	}
	return out
}

// Passes reports whether a document passes every filter, those on one field
// apart.
func (p *Plan) Passes(d *Document, except string) bool {
	for i := range p.Filters {
		if f := &p.Filters[i]; f.Field != except && !f.Match(d, p.Day) {
			return false
		}
	}
	return true
}
