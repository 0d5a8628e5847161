package matching

import (
	"math"

	"github.com/boligklar/boligklar/landlords"
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

// criteria is every part of the score in the order of CriterionNames, which is
// also the order of summing.
var criteria = []struct {
	name   CriterionName
	weight func(*Weights) float64
	value  func(*pair) (s float64, known bool)
}{
	{Affordability, func(w *Weights) float64 { return w.Affordability }, (*pair).affordability},
	{Space, func(w *Weights) float64 { return w.Space }, (*pair).space},
	{Area, func(w *Weights) float64 { return w.Area }, (*pair).areaFit},
	{Stability, func(w *Weights) float64 { return w.Stability }, (*pair).stability},
	{Timing, func(w *Weights) float64 { return w.Timing }, (*pair).timing},
	{DemandFit, func(w *Weights) float64 { return w.DemandFit }, (*pair).demandFit},
	{SecuritySlack, func(w *Weights) float64 { return w.SecuritySlack }, (*pair).securitySlack},
}

// The values below are computed with an explicit float64 around each product:
// a compiler may then not fuse it with the sum that follows, and every machine
// gets the same last bit.

// score returns the criteria and their weighted mean, 0 to 100, not yet exact.
func (pr *pair) score(wishesFailed int) ([]Criterion, float64) {
	cs := make([]Criterion, len(criteria))
	sum, total := 0.0, pr.p.Weights.sum()
	for i := range criteria {
		value, known := pr.value(i, wishesFailed)
		weight := criteria[i].weight(&pr.p.Weights)
		product := float64(weight * value)
		sum += product
		cs[i] = Criterion{criteria[i].name, weight, value, outOf100(product, total), !known}
	}
	return cs, outOf100(sum, total)
}

// value returns the s of criterion i and whether the facts are known that it
// rests on.
func (pr *pair) value(i, wishesFailed int) (value float64, known bool) {
	if value, known = criteria[i].value(pr); !known {
		value = pr.p.UnknownValue
	}
	if criteria[i].name == DemandFit {
		value = pr.p.lessWishes(value, wishesFailed)
	}
	return value, known
}

// lessWishes takes off demand_fit what wishes that fail cost.
func (p *Policy) lessWishes(value float64, failed int) float64 {
	return max(0, value-float64(p.WishPenalty*float64(failed)))
}

// outOf100 returns weighted points as a share of the sum of weights.
func outOf100(points, total float64) float64 { return float64(100*points) / total }

// exact takes the noise of binary fractions off a value, beyond nine decimals:
// pairs whose values are equal by the rules compare equal, and the next column of
// the order decides. It is the last step on the way to a value: rank_value is
// worked out from the score as it was before.
func exact(x float64) float64 { return math.RoundToEven(x*1e9) / 1e9 }

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
	switch pr.wishedArea() {
	case wishUnknown:
		return 0, false
	case wishMissed:
		return pr.p.AreaOther, true
	}
	return 1, true
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
	if !pr.datesKnown() {
		return 0, false
	}
	days := pr.homeFree() - pr.moves()
	if days < 0 {
		days = -days
	}
	return max(0, 1-float64(days)/float64(pr.p.TimingDays)), true
}

func (pr *pair) demandFit() (value float64, known bool) {
	if !pr.levelsKnown() {
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
func (pr *pair) priority() float64 { return max(pr.waited(), pr.urgency()) }

// urgency is 1 when the lease of the unit that the household lives in runs out.
func (pr *pair) urgency() float64 {
	if !pr.leaseInEnds.IsZero() && int(pr.leaseInEnds-pr.on) <= pr.p.UrgentDays {
		return 1
	}
	return 0
}

// waited returns how long the household has been ready, 0 to 1.
func (pr *pair) waited() float64 {
	if !pr.isReady() {
		return 0
	}
	return min(1, float64(pr.on-pr.readyDate)/float64(pr.p.PriorityDays))
}

// rankValue takes a score that is not yet exact.
func (p *Policy) rankValue(score, priority float64) float64 {
	return exact(float64(p.RankScore*score) + float64(p.RankPriority*priority))
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
