package matching

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// The second half of the oracle (oracle_test.go): the score, in fractions.

// fraction reads a number of the policy as the decimal that was written.
func fraction(x float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(x, 'f', -1, 64))
	if !ok {
		panic(x)
	}
	return r
}

func ratio(a, b int) *big.Rat { return big.NewRat(int64(a), int64(b)) }

func add(a, b *big.Rat) *big.Rat   { return new(big.Rat).Add(a, b) }
func less(a, b *big.Rat) *big.Rat  { return new(big.Rat).Sub(a, b) }
func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func over(a, b *big.Rat) *big.Rat  { return new(big.Rat).Quo(a, b) }

// oracleStep returns the i-th value of a list whose last value holds for more.
func oracleStep(list []float64, i int) *big.Rat {
	if i < 0 {
		return ratio(0, 1)
	}
	if i >= len(list) {
		i = len(list) - 1
	}
	return fraction(list[i])
}

// oracleCriterion returns the s of one criterion; nil where a fact is missing.
func oracleCriterion(name string, h *households.Household, l *landlords.Listing, p *Policy, on civil.Date) *big.Rat {
	zero, one := ratio(0, 1), ratio(1, 1)
	switch name {
	case "affordability":
		switch {
		case l.Rent == nil || h.MaxRent == nil:
			return nil
		case *l.Rent > *h.MaxRent:
			return zero
		case *h.MaxRent == 0: // free for one who can pay nothing: nothing is left over
			return fraction(p.AffordabilityBase)
		}
		share := over(ratio(*h.MaxRent-*l.Rent, *h.MaxRent), fraction(p.AffordabilityMargin))
		if share.Cmp(zero) < 0 {
			share = zero
		}
		if share.Cmp(one) > 0 {
			share = one
		}
		return add(fraction(p.AffordabilityBase), times(fraction(p.AffordabilityGain), share))
	case "space":
		beds := oracleBeds(l)
		if beds == nil {
			return nil
		}
		return oracleStep(p.SpaceSteps, *beds-oracleNeed(h))
	case "area":
		named, known, inside := oracleWished(h, l)
		switch {
		case !named || inside:
			return one
		case !known:
			return nil
		}
		return fraction(p.AreaOther)
	case "stability":
		if l.LeaseKind == "indefinite" {
			return fraction(p.StabilityIndefinite)
		}
		if l.LeaseMonths == nil {
			return nil
		}
		for _, step := range p.StabilitySteps {
			if *l.LeaseMonths >= step.Months {
				return fraction(step.Value)
			}
		}
		return fraction(p.StabilityShort)
	case "timing":
		days, known := oracleDays(h, l, on)
		if !known {
			return nil
		}
		if days < 0 {
			days = -days
		}
		if days >= p.TimingDays {
			return zero
		}
		return less(one, ratio(days, p.TimingDays))
	case "demand_fit":
		if l.EmploymentRequirement == "" || h.Employment == "" {
			return nil
		}
		return oracleStep(p.DemandSteps, oracleLevel[h.Employment]-oracleAsked[l.EmploymentRequirement])
	case "security_slack":
		if h.Security == 0 || l.AcceptedSecurity == 0 {
			return nil
		}
		return oracleStep(p.SecuritySteps, len(oracleForms(h, l))-1)
	}
	panic(name)
}

func oraclePriority(h *households.Household, unit *vacancy.Unit, p *Policy, on civil.Date) *big.Rat {
	if unit != nil && unit.Ownership == "leased_in" && unit.LeaseInEnds != 0 && int(unit.LeaseInEnds)-int(on) <= p.UrgentDays {
		return ratio(1, 1)
	}
	if h.ReadyDate == 0 || h.ReadyDate > on {
		return ratio(0, 1)
	}
	if waited := int(on) - int(h.ReadyDate); waited < p.PriorityDays {
		return ratio(waited, p.PriorityDays)
	}
	return ratio(1, 1)
}

// oracle says what the rule book says of a pair.
func oracle(c *Candidate, o *Offer, p *Policy, on civil.Date) oracleResult {
	answers, wishes := oracleAnswers(c, o, p, on)
	r := oracleResult{eligibility: "eligible", answers: answers, values: map[string]*big.Rat{}, guessed: map[string]bool{}}
	has := func(outcome string) bool {
		return slices.ContainsFunc(oracleRules, func(rule string) bool {
			return answers[rule].outcome == outcome && answers[rule].strength == "must"
		})
	}
	if has("unknown") {
		r.eligibility = "clarify"
	}
	if has("fail") {
		r.eligibility = "blocked"
	}
	weights := map[string]float64{
		"affordability": p.Weights.Affordability, "space": p.Weights.Space, "area": p.Weights.Area, "stability": p.Weights.Stability,
		"timing": p.Weights.Timing, "demand_fit": p.Weights.DemandFit, "security_slack": p.Weights.SecuritySlack,
	}
	sum, total := new(big.Rat), new(big.Rat)
	for _, name := range oracleCriteria {
		s := oracleCriterion(name, c.Household, o.Listing, p, on)
		if s == nil {
			s, r.guessed[name] = fraction(p.UnknownValue), true
		}
		if name == "demand_fit" {
			s = less(s, times(fraction(p.WishPenalty), ratio(wishes, 1)))
			if s.Sign() < 0 {
				s = new(big.Rat)
			}
		}
		r.values[name] = s
		sum, total = add(sum, times(fraction(weights[name]), s)), add(total, fraction(weights[name]))
	}
	r.score = over(times(ratio(100, 1), sum), total)
	r.priority = oraclePriority(c.Household, c.CurrentUnit, p, on)
	r.ranks = add(times(fraction(p.RankScore), r.score), times(fraction(p.RankPriority), r.priority))
	return r
}
