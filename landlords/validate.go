package landlords

import (
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

// What Husleieloven sets as limits, as the tenants' dispute board (HTU) tells it.
const (
	// MaxDepositMonths is the most that a deposit may be, in months' rent (§ 3-5).
	MaxDepositMonths = 6
	// MinFixedMonths is the shortest fixed term (§ 9-3).
	MinFixedMonths = 36
	// MinOwnHouseMonths is the shortest fixed term for a loft or basement flat in
	// a one-family house where the landlord lives (§ 9-3).
	MinOwnHouseMonths = 12
)

// MinimumLeaseMonths returns the shortest fixed term that the law allows for the
// dwelling, taking the landlord's word that an own-house exception may apply.
func (l *Listing) MinimumLeaseMonths() int {
	return new(Particulars).MinimumLeaseMonths(l.DwellingType)
}

// Validate returns what is wrong with the listing: address_missing,
// negative_number and deposit_over_legal_cap refuse it;
// lease_below_legal_minimum is a warning, for an unlawfully short term counts as
// indefinite in law, but the program keeps and matches on what was stated.
func (l *Listing) Validate() []apperr.Problem { return l.ValidateWith(Particulars{}) }

// ValidateWith is Validate with what the landlord said of the house.
func (l *Listing) ValidateWith(p Particulars) []apperr.Problem {
	var out []apperr.Problem
	if l.Address == "" {
		out = append(out, apperr.Problem{Field: "address", Code: "address_missing", Severity: apperr.SeverityError})
	}
	out = append(out, Negative(map[string]*int{
		"bedrooms": l.Bedrooms, "area_m2": l.AreaM2, "rent": l.Rent, "deposit": l.Deposit,
		"lease_months": l.LeaseMonths, "max_occupants": l.MaxOccupants,
	})...)
	if l.Deposit != nil && l.Rent != nil && *l.Deposit > MaxDepositMonths**l.Rent {
		out = append(out, apperr.Problem{Field: "deposit", Code: "deposit_over_legal_cap", Severity: apperr.SeverityError,
			Params: map[string]any{"Cap": MaxDepositMonths * *l.Rent, "Months": MaxDepositMonths}})
	}
	if minimum := p.MinimumLeaseMonths(l.DwellingType); l.LeaseKind == Fixed && l.LeaseMonths != nil && *l.LeaseMonths < minimum {
		out = append(out, apperr.Problem{Field: "lease_months", Code: "lease_below_legal_minimum", Severity: apperr.SeverityWarning,
			Params: map[string]any{"Months": *l.LeaseMonths, "Minimum": minimum}})
	}
	return out
}

// Negative returns a negative_number error for each number below 0, by field name.
func Negative(numbers map[string]*int) []apperr.Problem {
	var out []apperr.Problem
	for field, n := range numbers {
		if n != nil && *n < 0 {
			out = append(out, apperr.Problem{Field: field, Code: "negative_number", Severity: apperr.SeverityError,
				Params: map[string]any{"Value": *n}})
		}
	}
	return out
}

// Confirmed reports whether the landlord said within the last freshDays that
// the home is free. No confirmation at all is not fresh.
func (l *Listing) Confirmed(on civil.Date, freshDays int) bool {
	return l.ConfirmedOn != 0 && int(on-l.ConfirmedOn) <= freshDays
}
