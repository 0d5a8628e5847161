package landlords

import (
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

// GuaranteeState is where a guarantee is in its life.
type GuaranteeState string

// The states of a guarantee.
const (
	GuaranteeActive   GuaranteeState = "active"
	GuaranteeClaimed  GuaranteeState = "claimed"  // the landlord has claimed; it is not settled
	GuaranteeSettled  GuaranteeState = "settled"  // what was claimed is paid or refused, and nothing is left to claim
	GuaranteeReleased GuaranteeState = "released" // no longer needed, or run out
)

// GuaranteeStates lists every state, in the order of a guarantee's life.
var GuaranteeStates = []GuaranteeState{GuaranteeActive, GuaranteeClaimed, GuaranteeSettled, GuaranteeReleased}

// Guarantee is a third party's promise to a landlord (Husleieloven § 3-6).
type Guarantee struct {
	Issuer       string         `json:"issuer"`              // Rana kommune, NAV Rana, an insurer
	Form         SecuritySet    `json:"form"`                // one of nav_guarantee, municipal_guarantee or insurance_guarantee
	OwnDebt      *bool          `json:"own_debt,omitzero"`   // the guarantor pays as for own debt, without the tenant being sued first; nil: not known
	Months       *int           `json:"months,omitzero"`     // of rent that the amount comes from
	Amount       *int           `json:"amount,omitzero"`     // NOK at most
	Rent         bool           `json:"rent"`                // it covers unpaid rent
	Damage       bool           `json:"damage"`              // it covers damage
	ValidFrom    civil.Date     `json:"valid_from,omitzero"` //
	ValidTo      civil.Date     `json:"valid_to,omitzero"`   // the last day
	WholeTenancy bool           `json:"whole_tenancy"`       // instead of ValidTo
	ClaimBy      civil.Date     `json:"claim_by,omitzero"`   // the last day to claim
	State        GuaranteeState `json:"state"`               //
	Released     civil.Date     `json:"released,omitzero"`   // the day that it was given back
	Claims       []Claim        `json:"claims,omitzero"`     // in the order of their making
}

// InForce reports whether the guarantee covers a day.
func (g *Guarantee) InForce(on civil.Date) bool {
	return (g.State == GuaranteeActive || g.State == GuaranteeClaimed) && g.ValidFrom <= on && (g.WholeTenancy || g.ValidTo == 0 || on <= g.ValidTo)
}

// Over reports whether nothing can come of the guarantee any more after a day: it is
// settled or given back, or it has run out and nobody may claim any more.
func (g *Guarantee) Over(on civil.Date) bool {
	switch g.State {
	case GuaranteeSettled, GuaranteeReleased:
		return true
	case GuaranteeActive:
		return !g.WholeTenancy && g.ValidTo != 0 && max(g.ValidTo, g.ClaimBy) < on
	}
	return false
}

// Together returns what a deposit and the guarantee may come to together by law
// (§ 3-6), in NOK, and whether they come to more should the landlord take both: the
// deposit that the listing asks for, and all of the guarantee. It is false where
// the rent, the deposit or the guarantee's amount is not known.
func (g *Guarantee) Together(l *Listing) (most int, above bool) {
	if l.Rent == nil {
		return 0, false
	}
	most = MaxDepositMonths * *l.Rent
	amount := g.Amount
	if amount == nil && g.Months != nil {
		amount = new(*g.Months * *l.Rent)
	}
	return most, l.Deposit != nil && *l.Deposit > 0 && amount != nil && *l.Deposit+*amount > most
}

// AsOwnDebt reports whether the guarantor is known to pay as for own debt.
func (g *Guarantee) AsOwnDebt() bool { return g.OwnDebt != nil && *g.OwnDebt }

// Validate returns what is wrong with the guarantee for a rent (nil: not known):
// issuer_missing, form_missing, start_missing, end_missing, ends_before_start,
// cover_missing, claims_end_before_start and guarantee_over_legal_cap refuse it.
func (g *Guarantee) Validate(rent *int) []apperr.Problem {
	var out []apperr.Problem
	add := func(wrong bool, field, code string, params map[string]any) {
		if wrong {
			out = append(out, apperr.Problem{Field: field, Code: code, Severity: apperr.SeverityError, Params: params})
		}
	}
	add(g.Issuer == "", "issuer", "issuer_missing", nil)
	add(g.Form.Len() != 1 || g.Form.Has(DepositAccount), "form", "form_missing", nil)
	add(g.ValidFrom == 0, "valid_from", "start_missing", nil)
	add(!g.WholeTenancy && g.ValidTo == 0, "valid_to", "end_missing", nil)
	add(!g.WholeTenancy && g.ValidTo != 0 && g.ValidTo < g.ValidFrom, "valid_to", "ends_before_start", nil)
	add(g.ClaimBy != 0 && g.ClaimBy < g.ValidFrom, "claim_by", "claims_end_before_start", nil)
	add(!g.Rent && !g.Damage, "cover", "cover_missing", nil)
	add(g.Months != nil && *g.Months > MaxDepositMonths, "months", "guarantee_over_legal_cap", map[string]any{"Months": MaxDepositMonths})
	add(rent != nil && g.Amount != nil && *g.Amount > MaxDepositMonths**rent, "amount", "guarantee_over_legal_cap", map[string]any{"Months": MaxDepositMonths})
	return append(out, Negative(map[string]*int{"months": g.Months, "amount": g.Amount})...)
}
