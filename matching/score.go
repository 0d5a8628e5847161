package matching

import (
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// CriterionName names one part of the score.
type CriterionName string

// The criteria.
const (
	Affordability CriterionName = "affordability"
	Space         CriterionName = "space"
	Area          CriterionName = "area"
	Stability     CriterionName = "stability"
	Timing        CriterionName = "timing"
	DemandFit     CriterionName = "demand_fit"
	SecuritySlack CriterionName = "security_slack"
)

// CriterionNames lists every criterion in the order of Result.Criteria.
var CriterionNames = []CriterionName{Affordability, Space, Area, Stability, Timing, DemandFit, SecuritySlack}

// The values below are computed with an explicit float64 around each product:
// a compiler may then not fuse it with the sum that follows, and every machine
// gets the same last bit.

// score returns the criteria and their weighted mean, 0 to 100.
func (pr *pair) score(wishesFailed int) ([]Criterion, float64) {
	p := pr.p
	cs := make([]Criterion, 0, len(CriterionNames))
	sum, total := 0.0, p.Weights.sum()
	add := func(name CriterionName, weight, value float64, known bool) {
		if !known {
			value = p.UnknownValue
		}
		if name == DemandFit {
			value = max(0, value-float64(p.WishPenalty*float64(wishesFailed)))
		}
		product := float64(weight * value)
		sum += product
		cs = append(cs, Criterion{name, weight, value, float64(100*product) / total, !known})
	}
	value, known := pr.affordability()
	add(Affordability, p.Weights.Affordability, value, known)
	value, known = pr.space()
	add(Space, p.Weights.Space, value, known)
	value, known = pr.areaFit()
	add(Area, p.Weights.Area, value, known)
	value, known = pr.stability()
	add(Stability, p.Weights.Stability, value, known)
	value, known = pr.timing()
	add(Timing, p.Weights.Timing, value, known)
	value, known = pr.demandFit()
	add(DemandFit, p.Weights.DemandFit, value, known)
	value, known = pr.securitySlack()
	add(SecuritySlack, p.Weights.SecuritySlack, value, known)
	return cs, float64(100*sum) / total
}

func (pr *pair) affordability() (value float64, known bool) {
	if pr.l.Rent == nil || pr.h.MaxRent == nil {
		return 0, false
	}
	return pr.p.affordability(*pr.l.Rent, *pr.h.MaxRent), true
}

// affordability is 0 over budget, else grows with the share of the budget that
// the rent leaves over. A budget of 0 leaves nothing over.
func (p *Policy) affordability(rent, budget int) float64 {
	if rent > budget {
		return 0
	}
	margin := 0.0
	if budget > 0 {
		margin = float64(budget-rent) / float64(budget)
	}
	return p.AffordabilityBase + float64(p.AffordabilityGain*min(max(margin/p.AffordabilityMargin, 0), 1))
}

func (pr *pair) space() (value float64, known bool) {
	if !pr.bedsKnown {
		return 0, false
	}
	return step(pr.p.SpaceSteps, pr.beds-pr.need), true
}

func (pr *pair) areaFit() (value float64, known bool) {
	switch {
	case pr.wish == wishNone || pr.wish == wishMet:
		return 1, true
	case pr.wish == wishUnknown:
		return 0, false
	}
	return pr.p.AreaOther, true
}

func (pr *pair) stability() (value float64, known bool) {
	if pr.l.LeaseKind == landlords.Indefinite {
		return pr.p.StabilityIndefinite, true
	}
	if pr.l.LeaseMonths == nil {
		return 0, false
	}
	return pr.p.stability(*pr.l.LeaseMonths), true
}

// stability values a lease of that many months.
func (p *Policy) stability(months int) float64 {
	for _, s := range p.StabilitySteps {
		if months >= s.Months {
			return s.Value
		}
	}
	return p.StabilityShort
}

func (pr *pair) timing() (value float64, known bool) {
	if !pr.datesKnown {
		return 0, false
	}
	days := pr.homeFree - pr.moves
	if days < 0 {
		days = -days
	}
	return max(0, 1-float64(days)/float64(pr.p.TimingDays)), true
}

func (pr *pair) demandFit() (value float64, known bool) {
	if !pr.levelsKnown {
		return 0, false
	}
	return step(pr.p.DemandSteps, pr.level-pr.asked), true
}

func (pr *pair) securitySlack() (value float64, known bool) {
	if pr.l.AcceptedSecurity == 0 || pr.h.Security == 0 {
		return 0, false
	}
	return step(pr.p.SecuritySteps, (pr.l.AcceptedSecurity&pr.h.Security).Len()-1), true
}

// step returns the i-th value, the last one beyond the end and 0 below 0.
func step(values []float64, i int) float64 {
	if i < 0 {
		return 0
	}
	return values[min(i, len(values)-1)]
}

// priority is how long the household has been ready, as a share of the days
// that give full priority; it is full when the municipality's own lease of the
// unit that the household lives in runs out.
func (pr *pair) priority() float64 {
	u := pr.c.CurrentUnit
	if u != nil && u.Ownership == vacancy.LeasedIn && !u.LeaseInEnds.IsZero() && int(u.LeaseInEnds-pr.on) <= pr.p.UrgentDays {
		return 1
	}
	if pr.h.ReadyDate.IsZero() || pr.h.ReadyDate > pr.on {
		return 0
	}
	return min(1, float64(pr.on-pr.h.ReadyDate)/float64(pr.p.PriorityDays))
}

func (p *Policy) rankValue(score, priority float64) float64 {
	return float64(p.RankScore*score) + float64(p.RankPriority*priority)
}

// requirementLevel returns where a requirement stands among landlords.EmploymentRequirements,
// 0 for none, and -1 for not known.
func requirementLevel(r landlords.EmploymentRequirement) int {
	switch r {
	case landlords.NoEmployment:
		return 0
	case landlords.DocumentedIncome:
		return 1
	case landlords.TemporaryJob:
		return 2
	case landlords.PermanentJob:
		return 3
	}
	return -1
}

// employmentLevel returns the highest requirement that an employment meets, as
// requirementLevel does, and -1 for not known.
func employmentLevel(e households.Employment) int {
	switch e {
	case households.NoIncome:
		return 0
	case households.IntroProgramme, households.Benefits:
		return 1
	case households.Temporary:
		return 2
	case households.Permanent:
		return 3
	}
	return -1
}
