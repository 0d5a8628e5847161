package importers

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
)

// FromTexts returns base with the fields that texts names, read as people typed
// them into a form: by the same readers, and with the same problems, as the
// cells of a row. A blank text clears its field; a field without a text stays. A
// text that cannot be read leaves its field cleared and is an error, for in a
// form someone is there to correct it.
func FromTexts[R any](s *Schema[R], base R, texts map[string]string) (R, []apperr.Problem) {
	var layout Layout
	for i := range s.Columns {
		layout.Columns = append(layout.Columns, MappedColumn{Index: i, Header: s.Columns[i].Name, Field: s.Columns[i].Field})
	}
	r := &rowReader[R]{schema: s, layout: &layout}
	var found []Finding
	months, leaseKind := 0, ""
	for i := range s.Columns {
		text, named := texts[s.Columns[i].Name]
		if !named {
			continue
		}
		c := &readColumn[R]{MappedColumn: layout.Columns[i], ref: s.Columns[i].Ref, cache: map[string]reading{}}
		store(c.ref(&base), Value{})
		if strings.TrimSpace(text) == "" {
			if c.Field.Required {
				found = append(found, Finding{apperr.Problem{Field: c.Field.Name, Code: c.Field.Name + "_missing", Severity: apperr.SeverityError}, i})
			}
			continue
		}
		cell := sheet.Cell{Kind: sheet.Text, Text: text}
		got := r.cell(c, cell)
		if got.code != "" {
			f := r.finding(c, got.code, cell)
			if got.code != codeRounded {
				f.Severity = apperr.SeverityError
			}
			found = append(found, f)
		}
		if c.Field.Name == "deposit" {
			months = got.months
		}
		if c.Field.Name == "lease_months" {
			leaseKind = got.kind
		}
		if got.value.Known {
			store(c.ref(&base), got.value)
		}
	}
	if l, ok := any(&base).(*landlords.Listing); ok {
		if _, named := texts["lease_kind"]; !named && leaseKind != "" {
			l.LeaseKind = "" // the term that was typed says it
		}
		found = append(found, finishListing(l, months, -1, leaseKind)...)
	}
	s.Normalize(&base)
	out := make([]apperr.Problem, 0, len(found))
	for _, f := range found {
		out = append(out, f.Problem)
	}
	return base, mergeProblems(out, Check(s, &base))
}

// Texts returns the record's fields as a form shows them, in their canonical
// form: FromTexts reads them back as the same record. What is not known is "".
func Texts[R any](s *Schema[R], record *R) map[string]string {
	out := make(map[string]string, len(s.Columns))
	for i := range s.Columns {
		c := &s.Columns[i]
		switch v := load(c.Ref(record)); {
		case !v.Known:
			out[c.Name] = ""
		default:
			out[c.Name] = v.display(c.Field)
		}
	}
	return out
}

// Check returns what is wrong with a record that did not come out of a file: all
// that Validate says, identity numbers in its texts, and free texts to look at.
func Check[R any](s *Schema[R], record *R) []apperr.Problem {
	var out []apperr.Problem
	refuse := func(c *Column[R], text string) {
		if _, found := FindIdentity(text); found {
			out = append(out, apperr.Problem{Field: c.Name, Code: CodeIdentity, Severity: apperr.SeverityError})
		}
	}
	for i := range s.Columns {
		switch c := &s.Columns[i]; p := c.Ref(record).(type) {
		case *string:
			refuse(c, *p)
		case *[]string:
			refuse(c, strings.Join(*p, ", "))
		}
	}
	if l, ok := any(record).(*landlords.Listing); ok && landlords.UnlawfulDemand(l.Notes) != "" {
		out = append(out, apperr.Problem{Field: "notes", Code: "notes_need_review", Severity: apperr.SeverityWarning})
	}
	return mergeProblems(out, s.Validate(record))
}

// mergeProblems adds the problems that the others do not already say.
func mergeProblems(problems, more []apperr.Problem) []apperr.Problem {
	for _, p := range more {
		if !slices.ContainsFunc(problems, func(q apperr.Problem) bool {
			return q.Field == p.Field && (q.Code == p.Code || q.Severity == apperr.SeverityError)
		}) {
			problems = append(problems, p)
		}
	}
	return problems
}

// FieldDifferences returns the fields in which two records differ, in the order of
// the schema: Stored is of before, File of after, in canonical words.
func FieldDifferences[R any](s *Schema[R], before, after R) []Difference {
	var out []Difference
	for i := range s.Columns {
		c := &s.Columns[i]
		if a, b := load(c.Ref(&before)), load(c.Ref(&after)); !a.equal(b) {
			out = append(out, Difference{c.Name, a.display(c.Field), b.display(c.Field)})
		}
	}
	return out
}
