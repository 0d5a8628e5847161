package landlords

// Strength says whether a requirement blocks a match or is a wish.
type Strength string

// The strengths.
const (
	Must   Strength = "must"
	Prefer Strength = "prefer"
)

// Requirement is one thing a landlord asks of a tenant.
type Requirement struct {
	Rule     Rule
	Strength Strength
	Value    string // the canonical value: permanent_job, nav_guarantee, 4, false
}

// Strength returns the strength that the landlord gave a rule: prefer where it
// stands in the listing's Preferred, else must.
func (l *Listing) Strength(rule Rule) Strength {
	if l.Preferred.Has(rule) {
		return Prefer
	}
	return Must
}
