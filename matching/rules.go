package matching

import "github.com/boligklar/boligklar/landlords"

// Rule names one rule of eligibility.
type Rule string

// The rules.
const (
	RuleReady       Rule = "ready"
	RuleListingOpen Rule = "listing_open"
	RuleCapacity    Rule = "capacity"
	RuleOccupants   Rule = "occupants"
	RuleRent        Rule = "rent"
	RuleNoIncrease  Rule = "no_increase"
	RuleSecurity    Rule = "security"
	RuleEmployment  Rule = "employment"
	RuleReferences  Rule = "references"
	RuleMoveIn      Rule = "move_in"
	RuleStepFree    Rule = "step_free"
	RulePets        Rule = "pets"
	RuleArea        Rule = "area"
	RuleLease       Rule = "lease"
	RuleFollowUp    Rule = "follow_up"
	RuleNotExcluded Rule = "not_excluded"
)

// rules is every rule in the order of Result.Outcomes. A rule with a wish is
// one that the landlord can soften to a preference. What a rule means stands in
// judge alone, which allocates nothing: explanations and the fast path both ask
// it. What can be done about a reason stands in remedy; nil: nothing.
var rules = []struct {
	name   Rule
	wish   landlords.Rule
	judge  func(*pair) (Answer, Reason)
	remedy func(*pair, Reason) *Remedy
}{
	{RuleReady, 0, (*pair).ready, nil},
	{RuleListingOpen, 0, (*pair).listingOpen, (*pair).listingOpenRemedy},
	{RuleCapacity, 0, (*pair).capacity, (*pair).capacityRemedy},
	{RuleOccupants, landlords.RuleOccupants, (*pair).occupants, nil},
	{RuleRent, 0, (*pair).rent, (*pair).rentRemedy},
	{RuleNoIncrease, 0, (*pair).noIncrease, (*pair).noIncreaseRemedy},
	{RuleSecurity, landlords.RuleSecurity, (*pair).security, (*pair).securityRemedy},
	{RuleEmployment, landlords.RuleEmployment, (*pair).employment, (*pair).employmentRemedy},
	{RuleReferences, landlords.RuleReferences, (*pair).references, (*pair).referencesRemedy},
	{RuleMoveIn, 0, (*pair).moveIn, (*pair).moveInRemedy},
	{RuleStepFree, 0, (*pair).stepFree, (*pair).stepFreeRemedy},
	{RulePets, landlords.RulePets, (*pair).pets, (*pair).petsRemedy},
	{RuleArea, 0, (*pair).area, (*pair).areaRemedy},
	{RuleLease, 0, (*pair).lease, (*pair).leaseRemedy},
	{RuleFollowUp, landlords.RuleFollowUp, (*pair).followUp, (*pair).followUpRemedy},
	{RuleNotExcluded, 0, (*pair).notExcluded, nil},
}

// Rules lists every rule in the order of Result.Outcomes.
var Rules = ruleNames()

func ruleNames() []Rule {
	names := make([]Rule, len(rules))
	for i, r := range rules {
		names[i] = r.name
	}
	return names
}

// Reason is the code of why a rule does not pass.
type Reason string

// The reasons.
const (
	NotReady                Reason = "not_ready"
	ListingClosed           Reason = "listing_closed"
	StaleListing            Reason = "stale_listing"
	SharedRoomSingleOnly    Reason = "shared_room_single_only"
	TooSmall                Reason = "too_small"
	BedroomsUnknown         Reason = "bedrooms_unknown"
	OverMaxOccupants        Reason = "over_max_occupants"
	OverBudget              Reason = "over_budget"
	RentUnknown             Reason = "rent_unknown"
	BudgetUnknown           Reason = "budget_unknown"
	CostIncrease            Reason = "cost_increase"
	SocialAssistanceUnknown Reason = "social_assistance_unknown"
	CurrentRentUnknown      Reason = "current_rent_unknown"
	CostUnknown             Reason = "cost_unknown"
	NoCommonSecurity        Reason = "no_common_security"
	DepositTooHigh          Reason = "deposit_too_high"
	SecurityUnknown         Reason = "security_unknown"
	DepositUnknown          Reason = "deposit_unknown"
	EmploymentBelow         Reason = "employment_below"
	EmploymentUnknown       Reason = "employment_unknown"
	NoReferences            Reason = "no_references"
	ReferencesUnknown       Reason = "references_unknown"
	TooLate                 Reason = "too_late"
	TooEarly                Reason = "too_early"
	DateUnknown             Reason = "date_unknown"
	NotStepFree             Reason = "not_step_free"
	StepFreeUnknown         Reason = "step_free_unknown"
	NoPets                  Reason = "no_pets"
	PetsUnknown             Reason = "pets_unknown"
	OutsideArea             Reason = "outside_area"
	PlaceUnknown            Reason = "place_unknown"
	LeaseTooShort           Reason = "lease_too_short"
	LeaseUnknown            Reason = "lease_unknown"
	NoFollowUpPlan          Reason = "no_follow_up_plan"
	DeclinedBefore          Reason = "declined_before"
)

// Reasons lists every reason, in the order of the rules.
var Reasons = []Reason{
	NotReady, ListingClosed, StaleListing, SharedRoomSingleOnly, TooSmall, BedroomsUnknown, OverMaxOccupants,
	OverBudget, RentUnknown, BudgetUnknown, CostIncrease, SocialAssistanceUnknown, CurrentRentUnknown, CostUnknown,
	NoCommonSecurity, DepositTooHigh, SecurityUnknown, DepositUnknown, EmploymentBelow, EmploymentUnknown,
	NoReferences, ReferencesUnknown, TooLate, TooEarly, DateUnknown, NotStepFree, StepFreeUnknown, NoPets,
	PetsUnknown, OutsideArea, PlaceUnknown, LeaseTooShort, LeaseUnknown, NoFollowUpPlan, DeclinedBefore,
}
