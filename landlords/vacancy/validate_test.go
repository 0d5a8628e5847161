package vacancy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

func told(problems []apperr.Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, fmt.Sprintf("%s:%s:%s", p.Field, p.Code, p.Severity))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestValidateUnit(t *testing.T) {
	day, below := civil.MustParse("2026-12-01"), -1
	tests := []struct {
		name string
		unit vacancy.Unit
		want string
	}{
		{"in service", vacancy.Unit{UnitRef: "G-1", InServiceFrom: day}, ""},
		{"nothing", vacancy.Unit{}, "in_service_from:in_service_from_missing:error unit_ref:unit_ref_missing:error"},
		{"out of service the same day", vacancy.Unit{UnitRef: "G-1", InServiceFrom: day, InServiceTo: day}, ""},
		{"out before in", vacancy.Unit{UnitRef: "G-1", InServiceFrom: day, InServiceTo: day.AddDays(-1)}, "in_service_to:dates_reversed:error"},
		{"below 0", vacancy.Unit{UnitRef: "G-1", InServiceFrom: day, Rent: &below, Bedrooms: &below}, "bedrooms:negative_number:error rent:negative_number:error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := told(test.unit.Validate()); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestValidateOccupancy(t *testing.T) {
	day, below := civil.MustParse("2026-12-01"), -1
	tests := []struct {
		name string
		stay vacancy.Occupancy
		want string
	}{
		{"open", vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "T-1", From: day}, ""},
		{"ended the same day", vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "T-1", From: day, To: day}, ""},
		{"ended before", vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "T-1", From: day, To: day.AddDays(-1)}, "to:dates_reversed:error"},
		{"nothing", vacancy.Occupancy{}, "from:from_missing:error household_ref:household_ref_missing:error unit_ref:unit_ref_missing:error"},
		{"below 0", vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "T-1", From: day, Persons: &below}, "persons:negative_number:error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := told(test.stay.Validate()); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	u := vacancy.Unit{UnitRef: "G-1"}
	o := vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "T-1", From: civil.MustParse("2026-12-01")}
	if u.Key() != "G-1" || o.Key() != "G-1|T-1|2026-12-01" {
		t.Errorf("got %s and %s", u.Key(), o.Key())
	}
}
