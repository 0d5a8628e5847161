package placements

import (
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// Disclosure is the answer to one requirement that the landlord stated, and all
// that may be told about it: whether the household meets it. How it does, the
// kind of income, a benefit, an amount, is not the landlord's to know.
type Disclosure struct {
	Rule     landlords.Rule     `json:"rule"`
	Strength landlords.Strength `json:"strength"`
	Value    string             `json:"value"`  // the requirement, as the landlord stated it
	Answer   matching.Answer    `json:"answer"` // pass: met; unknown: not settled yet
}

var disclosed = map[landlords.Rule]matching.Rule{
	landlords.RuleEmployment: matching.RuleEmployment, landlords.RuleFollowUp: matching.RuleFollowUp, landlords.RuleOccupants: matching.RuleOccupants,
	landlords.RulePets: matching.RulePets, landlords.RuleReferences: matching.RuleReferences, landlords.RuleSecurity: matching.RuleSecurity,
}

// Disclose returns what a landlord may be told of a household: nothing before
// the household's recorded yes (accepted), and after it the answers to the lawful
// requirements that the listing states. Under a sublet the municipality is the
// tenant, and what it answers for itself is not asked of the household.
func Disclose(accepted civil.Date, h *households.Household, l *landlords.Listing, on civil.Date) []Disclosure {
	if accepted.IsZero() || accepted > on {
		return nil
	}
	r := matching.Evaluate(&matching.Candidate{Household: h}, &matching.Offer{Listing: l}, matching.DefaultPolicy(), on)
	var out []Disclosure
	for _, q := range l.Requirements() {
		lifted := q.Rule == landlords.RuleSecurity || q.Rule == landlords.RuleEmployment || q.Rule == landlords.RuleReferences
		if lifted && l.ContractForm == landlords.Sublet {
			continue
		}
		out = append(out, Disclosure{q.Rule, q.Strength, q.Value, r.Outcome(disclosed[q.Rule]).Outcome})
	}
	return out
}
