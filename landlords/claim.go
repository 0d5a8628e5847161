package landlords

import (
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

// ClaimReason is what a landlord claims for.
type ClaimReason string

// What a guarantee may cover.
const (
	ClaimRent   ClaimReason = "rent"   // that was not paid
	ClaimDamage ClaimReason = "damage" // beyond fair wear
)

// ClaimReasons lists every reason.
var ClaimReasons = []ClaimReason{ClaimRent, ClaimDamage}

// ClaimState is what came of a claim.
type ClaimState string

// The states of a claim.
const (
	ClaimMade      ClaimState = "made"      // the guarantor has not answered
	ClaimPaid      ClaimState = "paid"      // wholly or in part
	ClaimRefused   ClaimState = "refused"   // by the guarantor
	ClaimWithdrawn ClaimState = "withdrawn" // by the landlord: the tenant has paid
)

// ClaimStates lists every state.
var ClaimStates = []ClaimState{ClaimMade, ClaimPaid, ClaimRefused, ClaimWithdrawn}

// Claim is what a landlord asks of a guarantor.
type Claim struct {
	On     civil.Date  `json:"on"`
	Amount int         `json:"amount"` // NOK
	For    ClaimReason `json:"for"`
	Note   string      `json:"note,omitzero"` // which months, what is damaged: free text of staff
	State  ClaimState  `json:"state"`
	Paid   *int        `json:"paid,omitzero"`  // NOK; nil while it is not settled
	Ended  civil.Date  `json:"ended,omitzero"` // the day of settling
	Why    string      `json:"why,omitzero"`   // what the guarantor answered
}

// Late reports whether a claim came after the guarantee's deadline for claims. It
// is kept all the same: whether to pay it is the guarantor's to say.
func (g *Guarantee) Late(c *Claim) bool { return g.ClaimBy != 0 && c.On > g.ClaimBy }

// Left returns how much of the amount is neither paid nor claimed; nil where the
// guarantee names no amount.
func (g *Guarantee) Left() *int {
	if g.Amount == nil {
		return nil
	}
	left := *g.Amount
	for i := range g.Claims {
		switch c := &g.Claims[i]; {
		case c.State == ClaimMade:
			left -= c.Amount
		case c.Paid != nil:
			left -= *c.Paid
		}
	}
	left = max(left, 0)
	return &left
}

// Pending reports whether a claim waits for the guarantor.
func (g *Guarantee) Pending() bool {
	for i := range g.Claims {
		if g.Claims[i].State == ClaimMade {
			return true
		}
	}
	return false
}

// claimProblem is one thing wrong with a field of a claim.
func claimProblem(severity apperr.Severity, field, code string) apperr.Problem {
	return apperr.Problem{Field: field, Code: code, Severity: severity}
}

// Claim adds a claim that the landlord made on a day, as it is known on today. It
// returns what is wrong with it, and adds nothing where that is an error:
// not_claimable for a guarantee that is released or settled, date_missing,
// date_in_future, claim_before_start, amount_missing, not_covered. Warnings are
// claim_too_late and claim_over_amount.
func (g *Guarantee) Claim(c Claim, today civil.Date) []apperr.Problem {
	var out []apperr.Problem
	add := func(wrong bool, severity apperr.Severity, field, code string) {
		if wrong {
			out = append(out, claimProblem(severity, field, code))
		}
	}
	add(g.State != GuaranteeActive && g.State != GuaranteeClaimed, apperr.SeverityError, "", "not_claimable")
	add(c.On == 0, apperr.SeverityError, "on", "date_missing")
	add(c.On > today, apperr.SeverityError, "on", "date_in_future")
	add(c.On != 0 && c.On < g.ValidFrom, apperr.SeverityError, "on", "claim_before_start")
	add(c.Amount <= 0, apperr.SeverityError, "amount", "amount_missing")
	add(c.For != ClaimRent && c.For != ClaimDamage || c.For == ClaimRent && !g.Rent || c.For == ClaimDamage && !g.Damage, apperr.SeverityError, "for", "not_covered")
	if len(apperr.Errors(out)) > 0 {
		return out
	}
	add(g.Late(&c), apperr.SeverityWarning, "on", "claim_too_late")
	left := g.Left()
	add(left != nil && c.Amount > *left, apperr.SeverityWarning, "amount", "claim_over_amount")
	c.State, c.Paid, c.Ended = ClaimMade, nil, 0
	g.Claims, g.State = append(g.Claims, c), GuaranteeClaimed
	return out
}

// Settlement is how a claim ended.
type Settlement struct {
	Claim int        // its place among the claims, from 0
	State ClaimState // paid, refused or withdrawn
	Paid  *int       // NOK, where it is paid
	On    civil.Date
	Why   string // what the guarantor answered
}

// Settle ends a claim, as it is known on today. The guarantee is in force again
// where something is left of it and its time is not over, else it is settled. It
// returns what is wrong, and changes nothing then: claim_settled, outcome_missing,
// paid_missing, paid_over_claim, paid_over_amount, date_missing, date_in_future,
// settled_before_claim.
func (g *Guarantee) Settle(s Settlement, today civil.Date) []apperr.Problem {
	var out []apperr.Problem
	add := func(wrong bool, field, code string) {
		if wrong {
			out = append(out, claimProblem(apperr.SeverityError, field, code))
		}
	}
	if s.Claim < 0 || s.Claim >= len(g.Claims) || g.Claims[s.Claim].State != ClaimMade {
		add(true, "", "claim_settled")
		return out
	}
	c := &g.Claims[s.Claim]
	add(s.State != ClaimPaid && s.State != ClaimRefused && s.State != ClaimWithdrawn, "state", "outcome_missing")
	add(s.On == 0, "on", "date_missing")
	add(s.On > today, "on", "date_in_future")
	add(s.On != 0 && s.On < c.On, "on", "settled_before_claim")
	if s.State == ClaimPaid {
		add(s.Paid == nil || *s.Paid <= 0, "paid", "paid_missing")
		add(s.Paid != nil && *s.Paid > c.Amount, "paid", "paid_over_claim")
		others := 0
		for i := range g.Claims {
			if g.Claims[i].Paid != nil {
				others += *g.Claims[i].Paid
			}
		}
		add(s.Paid != nil && g.Amount != nil && *s.Paid+others > *g.Amount, "paid", "paid_over_amount")
	} else {
		s.Paid = nil
	}
	if len(out) > 0 {
		return out
	}
	c.State, c.Paid, c.Ended, c.Why = s.State, s.Paid, s.On, s.Why
	if g.Pending() {
		return nil
	}
	g.State = GuaranteeActive
	left := g.Left()
	if left != nil && *left == 0 || !g.InForce(today) && !g.MayClaim(today) {
		g.State = GuaranteeSettled
	}
	return nil
}

// MayClaim reports whether the landlord may still claim on a day.
func (g *Guarantee) MayClaim(on civil.Date) bool {
	return (g.State == GuaranteeActive || g.State == GuaranteeClaimed) && g.ValidFrom <= on && (g.ClaimBy == 0 && g.InForce(on) || on <= g.ClaimBy)
}

// Release gives the guarantee back on a day. It returns what is wrong, and changes
// nothing then: not_claimable, claim_pending, date_missing, release_before_start.
func (g *Guarantee) Release(on civil.Date) []apperr.Problem {
	var out []apperr.Problem
	add := func(wrong bool, field, code string) {
		if wrong {
			out = append(out, claimProblem(apperr.SeverityError, field, code))
		}
	}
	add(g.State == GuaranteeReleased, "", "not_claimable")
	add(g.Pending(), "", "claim_pending")
	add(on == 0, "on", "date_missing")
	add(on != 0 && on < g.ValidFrom, "on", "release_before_start")
	if len(out) == 0 {
		g.State, g.Released = GuaranteeReleased, on
	}
	return out
}
