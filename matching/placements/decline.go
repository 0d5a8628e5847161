package placements

import (
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching"
)

// Decliner is who said no.
type Decliner string

// The decliners.
const (
	ByHousehold Decliner = "household"
	ByLandlord  Decliner = "landlord"
	ByOffice    Decliner = "office"
)

// Decliners lists every decliner.
var Decliners = []Decliner{ByHousehold, ByLandlord, ByOffice}

// Reason is the code of why.
type Reason string

// The reasons. Each belongs to one or more decliners; see DeclineReasons.
const (
	TooSmall            Reason = "too_small"
	TooExpensive        Reason = "too_expensive"
	WrongArea           Reason = "wrong_area"
	Condition           Reason = "condition" // of the home
	FoundOther          Reason = "found_other"
	SituationChanged    Reason = "situation_changed"
	NoShow              Reason = "no_show"
	ChoseOtherTenant    Reason = "chose_other_tenant"
	SecurityNotAccepted Reason = "security_not_accepted"
	EmploymentTooLittle Reason = "employment_too_little"
	ReferencesMissing   Reason = "references_missing"
	TooManyPersons      Reason = "too_many_persons"
	PetsNotAccepted     Reason = "pets_not_accepted"
	ListingWithdrawn    Reason = "listing_withdrawn"
	NoAnswer            Reason = "no_answer"
	UnlawfulDemand      Reason = "unlawful_demand" // the landlord asked for what the law forbids: for staff review
	CostNotApproved     Reason = "cost_not_approved"
	NotReady            Reason = "not_ready"
	BetterMatch         Reason = "better_match"
	Mistake             Reason = "mistake"          // proposed by mistake
	OfferedToOther      Reason = "offered_to_other" // the landlord offered the home to another household
	OfferedOtherHome    Reason = "offered_other_home"
	OtherReason         Reason = "other"
)

// DeclineReasons lists the reasons that each decliner can have.
var DeclineReasons = map[Decliner][]Reason{
	ByHousehold: {TooSmall, TooExpensive, WrongArea, Condition, FoundOther, SituationChanged, NoShow, NoAnswer, OtherReason},
	ByLandlord: {ChoseOtherTenant, SecurityNotAccepted, EmploymentTooLittle, ReferencesMissing, TooManyPersons, PetsNotAccepted,
		ListingWithdrawn, NoShow, NoAnswer, UnlawfulDemand, OtherReason},
	ByOffice: {CostNotApproved, NotReady, BetterMatch, ListingWithdrawn, UnlawfulDemand, Mistake, OfferedToOther, OfferedOtherHome, OtherReason},
}

// Consequence is what follows from a decline.
type Consequence string

// The consequences.
const (
	NoConsequence        Consequence = "none"                  // the pair may be proposed again
	ExcludePair          Consequence = "exclude_pair"          // the pair is not proposed again
	ExcludeLandlord      Consequence = "exclude_landlord"      // nor is any other home of that landlord
	ParkHousehold        Consequence = "park_household"        // no proposals for the household until a date
	RequirementCorrected Consequence = "requirement_corrected" // the listing or profile said something else than was meant
)

// Consequences lists every consequence.
var Consequences = []Consequence{NoConsequence, ExcludePair, ExcludeLandlord, ParkHousehold, RequirementCorrected}

// Decline is a structured no.
type Decline struct {
	By          Decliner      `json:"by"`
	Reason      Reason        `json:"reason"`
	Consequence Consequence   `json:"consequence"`
	Until       civil.Date    `json:"until,omitzero"` // for ParkHousehold: the first day free again
	Rule        matching.Rule `json:"rule,omitzero"`  // for RequirementCorrected: the rule whose facts were corrected
}

// check returns an Invalid error where the decline does not hold together.
func (d *Decline) check(on civil.Date) error {
	switch {
	case !slices.Contains(DeclineReasons[d.By], d.Reason):
		return apperr.New(apperr.Invalid, "%q is not a reason that %q can have.", string(d.Reason), string(d.By))
	case !slices.Contains(Consequences, d.Consequence):
		return apperr.New(apperr.Invalid, "%q is not a consequence of a decline.", string(d.Consequence))
	case d.Consequence == ParkHousehold && d.Until <= on:
		return apperr.New(apperr.Invalid, "A household is parked until a date after the decline.")
	case d.Consequence != ParkHousehold && !d.Until.IsZero():
		return apperr.New(apperr.Invalid, "Only a parked household has a date to wait for.")
	case d.Consequence == RequirementCorrected && !slices.Contains(matching.Rules, d.Rule):
		return apperr.New(apperr.Invalid, "The requirement that was corrected is missing.")
	case d.Consequence != RequirementCorrected && d.Rule != "":
		return apperr.New(apperr.Invalid, "Only a corrected requirement is named.")
	}
	return nil
}

// ExcludesPair reports whether this placement bars its pair from being matched
// again: what the engine is told in Candidate.Declined.
func (p *Placement) ExcludesPair() bool {
	return p.Decline != nil && (p.Decline.Consequence == ExcludePair || p.Decline.Consequence == ExcludeLandlord)
}

// ExcludesLandlord returns the key of the landlord (landlords.Landlord.Key) whose
// homes are not to be proposed to the household again; "" where none is excluded.
func (p *Placement) ExcludesLandlord() string {
	if p.Decline == nil || p.Decline.Consequence != ExcludeLandlord {
		return ""
	}
	return p.Personal.Landlord
}

// Parks reports whether this placement keeps its household from proposals on a
// date.
func (p *Placement) Parks(on civil.Date) bool {
	return p.Decline != nil && p.Decline.Consequence == ParkHousehold && on < p.Decline.Until
}
