package landlords

import "slices"

// Ground is what the law forbids a landlord to choose a tenant by: Husleieloven
// § 1-8, likestillings- og diskrimineringsloven § 6.
type Ground string

// The grounds.
const (
	GroundSex         Ground = "sex" // pregnancy with it
	GroundEthnicity   Ground = "ethnicity"
	GroundReligion    Ground = "religion"
	GroundDisability  Ground = "disability"
	GroundOrientation Ground = "orientation"
	GroundAge         Ground = "age"
	GroundCitizenship Ground = "citizenship"
)

// Grounds lists every ground.
var Grounds = []Ground{GroundSex, GroundEthnicity, GroundReligion, GroundDisability, GroundOrientation, GroundAge, GroundCitizenship}

// Review is a demand that may be lawful or not, by its reason: staff looks at it
// and talks with the landlord.
type Review string

// The demands for review.
const (
	ReviewNoNAV        Review = "no_nav"
	ReviewPermanentJob Review = "permanent_job_only"
	ReviewNorwegian    Review = "norwegian_language"
	ReviewNoChildren   Review = "no_children"
	ReviewGroup        Review = "group" // the home is said to be best for one sex, one age …
)

// Reviews lists every demand for review.
var Reviews = []Review{ReviewNoNAV, ReviewPermanentJob, ReviewNorwegian, ReviewNoChildren, ReviewGroup}

// UnlawfulDemand returns the ground of a demand that the law forbids in the
// text, "" where there is none.
//
// It reads bokmål, nynorsk and English, and asks three things: is there a group
// of people that a ground is about; is there a word near it that lets in, keeps
// out or wishes for; and is it tenants that this is said of. What merely mentions
// a group, a mosque or smoking is no demand, nor is a welcome, a landlord's word
// on himself, or a demand that is said not to be made.
func UnlawfulDemand(text string) Ground {
	if !mayDemand(text) { // almost every text ends here
		return ""
	}
	for _, clause := range clauses(text) {
		if ground := clause.unlawful(); ground != "" {
			return ground
		}
	}
	return ""
}

// ForReview returns what in the text staff should look at before the listing is
// matched, in the order of Reviews.
func ForReview(text string) []Review {
	if !mayReview(text) {
		return nil
	}
	var out []Review
	for _, clause := range clauses(text) {
		for _, r := range clause.forReview() {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Review) int { return slices.Index(Reviews, a) - slices.Index(Reviews, b) })
	return out
}
