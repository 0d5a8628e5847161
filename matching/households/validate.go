package households

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
)

// Validate returns what is wrong with the household: ref_missing,
// household_empty (no persons) and negative_number, all errors.
func (h *Household) Validate() []apperr.Problem {
	var out []apperr.Problem
	if h.Ref == "" {
		out = append(out, apperr.Problem{Field: "ref", Code: "ref_missing", Severity: apperr.SeverityError})
	}
	if h.Adults == 0 && h.Children == 0 {
		out = append(out, apperr.Problem{Field: "adults", Code: "household_empty", Severity: apperr.SeverityError})
	}
	return append(out, landlords.Negative(map[string]*int{
		"adults": &h.Adults, "children": &h.Children, "monthly_income": h.MonthlyIncome, "max_rent": h.MaxRent,
		"current_rent": h.CurrentRent, "approved_rent": h.ApprovedRent, "deposit_funds": h.DepositFunds,
		"bedrooms_needed": h.BedroomsNeeded, "min_lease_months": h.MinLeaseMonths, "modules_completed": h.ModulesCompleted,
	})...)
}

// Normalize sorts the wished places and drops repeats, which differ in case or
// spaces only: the areas are a set. It makes a list of its own, for copies of a
// household share theirs.
func (h *Household) Normalize() {
	h.Areas = slices.Sorted(slices.Values(h.Areas))
	seen := map[string]bool{} // in byte order "A", "B", "a" the repeats are no neighbours
	h.Areas = slices.DeleteFunc(h.Areas, func(area string) bool {
		folded := FoldPlace(area)
		repeated := seen[folded]
		seen[folded] = true
		return repeated
	})
	if len(h.Areas) == 0 {
		h.Areas = nil
	}
}

// FoldPlace returns a place name as places are compared: without regard to case
// and to the number of spaces.
func FoldPlace(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
