package matching

import (
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

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
// one that the landlord can soften to a preference.
var rules = []struct {
	name  Rule
	wish  landlords.Rule
	judge func(*pair) (Answer, Reason, *Remedy)
}{
	{RuleReady, 0, (*pair).ready},
	{RuleListingOpen, 0, (*pair).listingOpen},
	{RuleCapacity, 0, (*pair).capacity},
	{RuleOccupants, landlords.RuleOccupants, (*pair).occupants},
	{RuleRent, 0, (*pair).rent},
	{RuleNoIncrease, 0, (*pair).noIncrease},
	{RuleSecurity, landlords.RuleSecurity, (*pair).security},
	{RuleEmployment, landlords.RuleEmployment, (*pair).employment},
	{RuleReferences, landlords.RuleReferences, (*pair).references},
	{RuleMoveIn, 0, (*pair).moveIn},
	{RuleStepFree, 0, (*pair).stepFree},
	{RulePets, landlords.RulePets, (*pair).pets},
	{RuleArea, 0, (*pair).area},
	{RuleLease, 0, (*pair).lease},
	{RuleFollowUp, landlords.RuleFollowUp, (*pair).followUp},
	{RuleNotExcluded, 0, (*pair).notExcluded},
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

// areaWish is how the listing's place stands to the places that the household wishes.
type areaWish uint8

const (
	wishNone    areaWish = iota // no place named
	wishMet                     // the listing is in one of them
	wishMissed                  // it is elsewhere
	wishUnknown                 // where it is, nobody has said
)

// pair is one household and one listing, with what several rules and criteria
// need computed once.
type pair struct {
	c  *Candidate
	h  *households.Household
	l  *landlords.Listing
	o  *Offer
	p  *Policy
	on civil.Date

	sublet      bool // the municipality is the landlord's tenant
	need, beds  int
	bedsKnown   bool
	asked       int // employment levels, -1 for not known
	level       int
	levelsKnown bool
	homeFree    civil.Date // not before on
	moves       civil.Date // not before on
	datesKnown  bool
	wish        areaWish
}

func newPair(c *Candidate, o *Offer, p *Policy, on civil.Date) *pair {
	h, l := c.Household, o.Listing
	pr := &pair{c: c, h: h, l: l, o: o, p: p, on: on}
	pr.sublet = l.ContractForm == landlords.Sublet
	pr.need = Need(h)
	pr.beds, pr.bedsKnown = Beds(l)
	pr.asked, pr.level = requirementLevel(l.EmploymentRequirement), employmentLevel(h.Employment)
	pr.levelsKnown = pr.asked >= 0 && pr.level >= 0
	pr.homeFree, pr.moves = max(l.AvailableFrom, on), max(h.MoveFrom, on)
	pr.datesKnown = !l.AvailableFrom.IsZero() && !h.MoveFrom.IsZero()
	pr.wish = wishedArea(h.Areas, l.PostalPlace)
	return pr
}

// Need returns the bedrooms that a household needs: its own number where
// stated, else one for every two adults, at least one, and one for every two
// children.
func Need(h *households.Household) int {
	if h.BedroomsNeeded != nil {
		return *h.BedroomsNeeded
	}
	return max(1, (h.Adults+1)/2) + (h.Children+1)/2
}

// Beds returns the bedrooms of a listing and whether they are known. One sleeps
// in a studio or shared room, so it has at least one.
func Beds(l *landlords.Listing) (beds int, known bool) {
	if l.DwellingType == landlords.Studio || l.DwellingType == landlords.SharedRoom {
		if l.Bedrooms == nil {
			return 1, true
		}
		return max(1, *l.Bedrooms), true
	}
	if l.Bedrooms == nil {
		return 0, false
	}
	return *l.Bedrooms, true
}

func wishedArea(areas []string, place string) areaWish {
	named := false
	folded := ""
	for _, area := range areas {
		a := foldPlace(area)
		if a == "" {
			continue
		}
		if !named {
			named = true
			if folded = foldPlace(place); folded == "" {
				return wishUnknown
			}
		}
		if a == folded {
			return wishMet
		}
	}
	if !named {
		return wishNone
	}
	return wishMissed
}

// foldPlace folds a place's name for case and spaces, and for nothing else: å
// and aa are different places until someone says otherwise.
func foldPlace(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

func is(b *bool) bool    { return b != nil && *b }
func isNot(b *bool) bool { return b != nil && !*b }
