package landlords

import "strconv"

// Strength says whether a requirement blocks a match or is a wish.
type Strength string

// The strengths.
const (
	Must   Strength = "must"
	Prefer Strength = "prefer"
)

// Requirement is one thing that a landlord asks of a tenant.
type Requirement struct {
	Rule     Rule
	Strength Strength
	Value    string // the canonical value: permanent_job, "deposit_account, nav_guarantee", 4, true
}

// Strength returns the strength that the landlord gave a rule: prefer where it
// stands in the listing's Preferred, else must.
func (l *Listing) Strength(rule Rule) Strength {
	if l.Preferred.Has(rule) {
		return Prefer
	}
	return Must
}

// Requirements lists what the listing asks of a tenant, by the name of the rule.
// What is not known, or asks for nothing (no job, pets allowed), is not listed.
func (l *Listing) Requirements() []Requirement {
	var out []Requirement
	add := func(asks bool, rule Rule, value string) {
		if asks {
			out = append(out, Requirement{rule, l.Strength(rule), value})
		}
	}
	is := func(b *bool, want bool) bool { return b != nil && *b == want }
	add(l.EmploymentRequirement != "" && l.EmploymentRequirement != NoEmployment, RuleEmployment, string(l.EmploymentRequirement))
	add(is(l.FollowUpRequired, true), RuleFollowUp, "true")
	if l.MaxOccupants != nil {
		add(true, RuleOccupants, strconv.Itoa(*l.MaxOccupants))
	}
	add(is(l.Pets, false), RulePets, "false")
	add(is(l.ReferencesRequired, true), RuleReferences, "true")
	add(l.AcceptedSecurity != 0, RuleSecurity, l.AcceptedSecurity.String())
	return out
}
