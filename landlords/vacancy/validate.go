package vacancy

import (
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
)

// Validate returns what is wrong with the unit: unit_ref_missing,
// in_service_from_missing, dates_reversed and negative_number, all errors.
func (u *Unit) Validate() []apperr.Problem {
	var out []apperr.Problem
	if u.UnitRef == "" {
		out = append(out, apperr.Problem{Field: "unit_ref", Code: "unit_ref_missing", Severity: apperr.SeverityError})
	}
	if u.InServiceFrom == 0 {
		out = append(out, apperr.Problem{Field: "in_service_from", Code: "in_service_from_missing", Severity: apperr.SeverityError})
	}
	if u.InServiceTo != 0 && u.InServiceTo < u.InServiceFrom {
		out = append(out, reversed("in_service_to"))
	}
	return append(out, landlords.Negative(map[string]*int{"bedrooms": u.Bedrooms, "rent": u.Rent})...)
}

// Validate returns what is wrong with the occupancy: unit_ref_missing,
// household_ref_missing, from_missing, dates_reversed and negative_number, all
// errors.
func (o *Occupancy) Validate() []apperr.Problem {
	var out []apperr.Problem
	for _, required := range []struct {
		field   string
		missing bool
	}{{"unit_ref", o.UnitRef == ""}, {"household_ref", o.HouseholdRef == ""}, {"from", o.From == 0}} {
		if required.missing {
			out = append(out, apperr.Problem{Field: required.field, Code: required.field + "_missing", Severity: apperr.SeverityError})
		}
	}
	if o.To != 0 && o.To < o.From {
		out = append(out, reversed("to"))
	}
	return append(out, landlords.Negative(map[string]*int{"persons": o.Persons})...)
}

func reversed(field string) apperr.Problem {
	return apperr.Problem{Field: field, Code: "dates_reversed", Severity: apperr.SeverityError}
}
