package matching

import (
	"math/big"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// The oracle is the rule book of matching written out a second time, row by row,
// slowly and without a line in common with the engine: it reads the records and
// the policy, calculates in fractions, and shares neither rules nor arithmetic.
// What the two say of a pair has to be equal (oracle_compare_test.go).

// oracleAnswer is what one row of the table of rules says.
type oracleAnswer struct {
	outcome, reason, strength string
}

type oracleResult struct {
	eligibility            string
	answers                map[string]oracleAnswer
	values                 map[string]*big.Rat // s of each criterion
	guessed                map[string]bool     // criteria with a fact missing
	score, priority, ranks *big.Rat
}

var oracleRules = strings.Fields("ready listing_open capacity occupants rent no_increase security employment references " +
	"move_in step_free pets area lease follow_up not_excluded")

var oracleCriteria = strings.Fields("affordability space area stability timing demand_fit security_slack")

func pass() oracleAnswer                 { return oracleAnswer{outcome: "pass"} }
func fail(reason string) oracleAnswer    { return oracleAnswer{outcome: "fail", reason: reason} }
func unknown(reason string) oracleAnswer { return oracleAnswer{outcome: "unknown", reason: reason} }

func oraclePlace(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '\t' || r == '\u00a0' }), " ")
}

func oracleNeed(h *households.Household) int {
	if h.BedroomsNeeded != nil {
		return *h.BedroomsNeeded
	}
	half := func(n int) int { return n/2 + n%2 }
	need := half(h.Adults)
	if need < 1 {
		need = 1
	}
	return need + half(h.Children)
}

// oracleBeds returns nil where the bedrooms are missing.
func oracleBeds(l *landlords.Listing) *int {
	one := 1
	if l.DwellingType == "studio" || l.DwellingType == "shared_room" {
		if l.Bedrooms == nil || *l.Bedrooms < 1 {
			return &one
		}
	}
	return l.Bedrooms
}

// oracleForms returns the forms of security that both sides have.
func oracleForms(h *households.Household, l *landlords.Listing) (both []string) {
	for _, form := range []string{"deposit_account", "nav_guarantee", "municipal_guarantee", "insurance_guarantee"} {
		f := map[string]landlords.SecurityForm{"deposit_account": landlords.DepositAccount, "nav_guarantee": landlords.NAVGuarantee,
			"municipal_guarantee": landlords.MunicipalGuarantee, "insurance_guarantee": landlords.InsuranceGuarantee}[form]
		if h.Security.Has(f) && l.AcceptedSecurity.Has(f) {
			both = append(both, form)
		}
	}
	return both
}

var oracleAsked = map[landlords.EmploymentRequirement]int{"none": 0, "documented_income": 1, "temporary_job": 2, "permanent_job": 3}

var oracleLevel = map[households.Employment]int{"none": 0, "intro_programme": 1, "benefits": 1, "temporary": 2, "permanent": 3}

// oracleDays returns days from the household's move to the home being free;
// false where a date is missing.
func oracleDays(h *households.Household, l *landlords.Listing, on civil.Date) (int, bool) {
	if l.AvailableFrom == 0 || h.MoveFrom == 0 {
		return 0, false
	}
	a, m := l.AvailableFrom, h.MoveFrom
	if a < on {
		a = on
	}
	if m < on {
		m = on
	}
	return int(a) - int(m), true
}

// oracleCost returns the range of what a home costs, power included.
func oracleCost(rent int, included *bool, power int) (low, high int) {
	switch {
	case included == nil:
		return rent, rent + power
	case *included:
		return rent, rent
	}
	return rent + power, rent + power
}

func yes(b *bool) bool { return b != nil && *b }
func no(b *bool) bool  { return b != nil && !*b }

func oracleListingOpen(l *landlords.Listing, p *Policy, on civil.Date) oracleAnswer {
	switch {
	case l.Status != "" && l.Status != "open":
		return fail("listing_closed")
	case l.ConfirmedOn == 0 || int(on)-int(l.ConfirmedOn) > p.FreshDays:
		return unknown("stale_listing")
	}
	return pass()
}

func oracleCapacity(h *households.Household, l *landlords.Listing) oracleAnswer {
	beds := oracleBeds(l)
	switch {
	case l.DwellingType == "shared_room" && h.Adults+h.Children > 1:
		return fail("shared_room_single_only")
	case beds == nil:
		return unknown("bedrooms_unknown")
	case *beds < oracleNeed(h):
		return fail("too_small")
	}
	return pass()
}

func oracleRent(h *households.Household, l *landlords.Listing) oracleAnswer {
	switch {
	case l.Rent == nil:
		return unknown("rent_unknown")
	case h.MaxRent == nil:
		return unknown("budget_unknown")
	case *l.Rent > *h.MaxRent:
		return fail("over_budget")
	}
	return pass()
}

func oracleNoIncrease(h *households.Household, l *landlords.Listing, p *Policy) oracleAnswer {
	if no(h.SocialAssistance) {
		return pass()
	}
	if l.Rent == nil {
		return unknown("rent_unknown")
	}
	if h.ApprovedRent != nil && *l.Rent <= *h.ApprovedRent {
		return pass()
	}
	if h.CurrentRent != nil {
		low, high := oracleCost(*l.Rent, l.ElectricityIncluded, p.PowerEstimate)
		hasLow, hasHigh := oracleCost(*h.CurrentRent, h.CurrentElectricityIncluded, p.PowerEstimate)
		factor := add(ratio(1, 1), fraction(p.NoIncreaseTolerance))
		if ratio(high, 1).Cmp(times(ratio(hasLow, 1), factor)) <= 0 {
			return pass()
		}
		if yes(h.SocialAssistance) && ratio(low, 1).Cmp(times(ratio(hasHigh, 1), factor)) > 0 {
			return fail("cost_increase")
		}
	}
	switch {
	case h.SocialAssistance == nil:
		return unknown("social_assistance_unknown")
	case h.CurrentRent == nil:
		return unknown("current_rent_unknown")
	}
	return unknown("cost_unknown")
}

func oracleSecurity(h *households.Household, l *landlords.Listing) oracleAnswer {
	if l.ContractForm == "sublet" {
		return pass()
	}
	if h.Security == 0 || l.AcceptedSecurity == 0 {
		return unknown("security_unknown")
	}
	both := oracleForms(h, l)
	if len(both) == 0 {
		return fail("no_common_security")
	}
	if len(both) == 1 && both[0] == "deposit_account" {
		if l.Deposit == nil || h.DepositFunds == nil {
			return unknown("deposit_unknown")
		}
		if *l.Deposit > *h.DepositFunds {
			return fail("deposit_too_high")
		}
	}
	return pass()
}

func oracleEmployment(h *households.Household, l *landlords.Listing) oracleAnswer {
	if l.ContractForm == "sublet" || l.EmploymentRequirement == "none" {
		return pass()
	}
	if l.EmploymentRequirement == "" || h.Employment == "" {
		return unknown("employment_unknown")
	}
	if oracleLevel[h.Employment] < oracleAsked[l.EmploymentRequirement] {
		return fail("employment_below")
	}
	return pass()
}

func oracleReferences(h *households.Household, l *landlords.Listing) oracleAnswer {
	switch {
	case l.ContractForm == "sublet", no(l.ReferencesRequired), yes(h.References):
		return pass()
	case yes(l.ReferencesRequired) && no(h.References):
		return fail("no_references")
	}
	return unknown("references_unknown")
}

func oracleMoveIn(h *households.Household, l *landlords.Listing, p *Policy, on civil.Date) oracleAnswer {
	days, known := oracleDays(h, l, on)
	switch {
	case !known:
		return unknown("date_unknown")
	case days > p.MoveWindowDays:
		return fail("too_late")
	case -days > p.MaxWaitDays:
		return fail("too_early")
	}
	return pass()
}

// oracleNeeded is a need of the household that the home meets or not.
func oracleNeeded(needed, has *bool, failed, missing string) oracleAnswer {
	switch {
	case !yes(needed), yes(has):
		return pass()
	case has == nil:
		return unknown(missing)
	}
	return fail(failed)
}

// oracleWished reports whether places are named, whether the listing's is known,
// and whether it is one of them.
func oracleWished(h *households.Household, l *landlords.Listing) (named, known, inside bool) {
	place := oraclePlace(l.PostalPlace)
	for _, area := range h.Areas {
		if area = oraclePlace(area); area != "" {
			named = true
			inside = inside || area == place
		}
	}
	return named, place != "", inside
}

func oracleArea(h *households.Household, l *landlords.Listing) oracleAnswer {
	named, known, inside := oracleWished(h, l)
	switch {
	case !yes(h.AreasMust), !named, inside:
		return pass()
	case !known:
		return unknown("place_unknown")
	}
	return fail("outside_area")
}

func oracleLease(h *households.Household, l *landlords.Listing, p *Policy) oracleAnswer {
	least := p.MinLeaseMonths
	if h.MinLeaseMonths != nil {
		least = *h.MinLeaseMonths
	}
	switch {
	case l.LeaseKind == "indefinite":
		return pass()
	case l.LeaseMonths == nil:
		return unknown("lease_unknown")
	case *l.LeaseMonths < least:
		return fail("lease_too_short")
	}
	return pass()
}

// oracleAnswers gives every rule's answer, and the number of wishes that fail.
func oracleAnswers(c *Candidate, o *Offer, p *Policy, on civil.Date) (answers map[string]oracleAnswer, wishes int) {
	h, l := c.Household, o.Listing
	answers = map[string]oracleAnswer{
		"ready": fail("not_ready"), "listing_open": oracleListingOpen(l, p, on), "capacity": oracleCapacity(h, l),
		"occupants": pass(), "rent": oracleRent(h, l), "no_increase": oracleNoIncrease(h, l, p),
		"security": oracleSecurity(h, l), "employment": oracleEmployment(h, l), "references": oracleReferences(h, l),
		"move_in": oracleMoveIn(h, l, p, on), "area": oracleArea(h, l), "lease": oracleLease(h, l, p),
		"step_free": oracleNeeded(h.StepFreeNeeded, l.StepFree, "not_step_free", "step_free_unknown"),
		"pets":      oracleNeeded(h.Pets, l.Pets, "no_pets", "pets_unknown"),
		"follow_up": pass(), "not_excluded": pass(),
	}
	if h.ReadyDate != 0 && h.ReadyDate <= on {
		answers["ready"] = pass()
	}
	if l.MaxOccupants != nil && h.Adults+h.Children > *l.MaxOccupants {
		answers["occupants"] = fail("over_max_occupants")
	}
	if yes(l.FollowUpRequired) && !yes(h.FollowUpPlan) {
		answers["follow_up"] = fail("no_follow_up_plan")
	}
	if c.Declined[o.ID] {
		answers["not_excluded"] = fail("declined_before")
	}
	wish := map[string]landlords.Rule{
		"security": landlords.RuleSecurity, "employment": landlords.RuleEmployment, "references": landlords.RuleReferences,
		"pets": landlords.RulePets, "occupants": landlords.RuleOccupants, "follow_up": landlords.RuleFollowUp,
	}
	for rule, a := range answers {
		a.strength = "must"
		if w, soft := wish[rule]; soft && l.Preferred.Has(w) {
			a.strength = "prefer"
			if a.outcome == "fail" {
				wishes++
			}
		}
		answers[rule] = a
	}
	return answers, wishes
}
