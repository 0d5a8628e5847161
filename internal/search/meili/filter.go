package meili

import (
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/search"
)

// Filters are made here and nowhere else: attribute names are ours, values are
// quoted, numbers are numbers.

// quote makes a value one literal of the filter language, whatever is in it.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func equal(attribute, value string) string { return attribute + " = " + quote(value) }

// in holds where the attribute has one of the values; never where there is none.
func in(attribute string, values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return attribute + " IN [" + strings.Join(quoted, ", ") + "]"
}

func not(f string) string { return "NOT (" + f + ")" }

func all(parts ...string) string { return join(parts, " AND ") }

func anyOf(parts ...string) string { return join(parts, " OR ") }

func join(parts []string, op string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, "("+p+")")
		}
	}
	return strings.Join(out, op)
}

// foldValue is the form in which names of places and people are compared.
func foldValue(v string) string {
	if f := search.FoldText(v); f != "" {
		return f
	}
	return v
}

// filter returns a filter in the server's language.
func filter(f *search.Filter, day search.Day) string {
	field := search.FieldOf(f.Field)
	if field.Name == "availability" {
		var parts []string
		for _, v := range f.Values {
			parts = append(parts, availability(v, day))
		}
		return anyOf(parts...)
	}
	if field.Kind == search.KindChoice {
		values := make([]string, len(f.Values))
		for i, v := range f.Values {
			values[i] = foldValue(v)
		}
		return in("k_"+field.Name, values)
	}
	var parts []string
	for _, r := range f.Ranges {
		name := "n_" + field.Name
		parts = append(parts, name+" >= "+strconv.Itoa(r.Min)+" AND "+name+" <= "+strconv.Itoa(r.Max))
	}
	if f.Has(field, search.Unknown) {
		parts = append(parts, "n_"+field.Name+" NOT EXISTS")
	}
	if len(parts) == 0 {
		return nothing
	}
	return anyOf(parts...)
}

// availability says in the server's language what landlords.Availability and
// landlords.FreeFrom say of one listing. The suite holds them together.
func availability(value string, day search.Day) string {
	const open = "closed = 0"
	on, fresh := strconv.Itoa(int(day.On)), strconv.Itoa(int(day.On)-day.FreshDays)
	switch value {
	case "open":
		return all(open, "confirmed > 0", "confirmed >= "+fresh)
	case "unconfirmed":
		return all(open, anyOf("confirmed = 0", "confirmed < "+fresh))
	case "closed":
		return "closed = 1"
	case "now":
		return all(open, "n_available_from <= "+on)
	case "later":
		return all(open, "n_available_from > "+on)
	case "undated":
		return all(open, "n_available_from NOT EXISTS")
	}
	return nothing
}

// filtersExcept joins the plan's filters, those on one field apart.
func filtersExcept(p *search.Plan, field string) string {
	var parts []string
	for i := range p.Filters {
		if p.Filters[i].Field != field {
			parts = append(parts, filter(&p.Filters[i], p.Day))
		}
	}
	return all(parts...)
}
