package matching

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Weights are the weights of the score's criteria, at least 0, relative to
// their sum.
type Weights struct {
	Affordability float64 `json:"affordability"`
	Space         float64 `json:"space"`
	Area          float64 `json:"area"`
	Stability     float64 `json:"stability"`
	Timing        float64 `json:"timing"`
	DemandFit     float64 `json:"demand_fit"`
	SecuritySlack float64 `json:"security_slack"`
}

func (w *Weights) sum() float64 {
	return w.Affordability + w.Space + w.Area + w.Stability + w.Timing + w.DemandFit + w.SecuritySlack
}

// StabilityStep gives a lease of at least Months months the value Value.
type StabilityStep struct {
	Months int     `json:"months"`
	Value  float64 `json:"value"` // 0 to 1
}

// Policy is every weight and threshold of the engine: what a municipality can
// decide for itself. A policy is a value; give each change a policy of its own.
type Policy struct {
	FreshDays           int     `json:"fresh_days"`            // days that a landlord's confirmation holds
	MoveWindowDays      int     `json:"move_window_days"`      // most days from the household's move to the home being free
	MaxWaitDays         int     `json:"max_wait_days"`         // most days that a free home waits for the household
	MinLeaseMonths      int     `json:"min_lease_months"`      // months; for a household that states none
	PowerEstimate       int     `json:"power_estimate"`        // NOK a month, electricity of one home
	NoIncreaseTolerance float64 `json:"no_increase_tolerance"` // share of the present cost that counts as no increase

	Weights Weights `json:"weights"`

	UnknownValue        float64         `json:"unknown_value"`        // 0 to 1, of a criterion with a fact missing
	AffordabilityBase   float64         `json:"affordability_base"`   // 0 to 1, rent equal to the budget
	AffordabilityGain   float64         `json:"affordability_gain"`   // 0 to 1, added in full at AffordabilityMargin
	AffordabilityMargin float64         `json:"affordability_margin"` // share of the budget left over that earns the whole gain
	SpaceSteps          []float64       `json:"space_steps"`          // 0 to 1, by bedrooms beyond the need; the last holds for more
	AreaOther           float64         `json:"area_other"`           // 0 to 1, a place that was not wished
	StabilityIndefinite float64         `json:"stability_indefinite"` // 0 to 1
	StabilitySteps      []StabilityStep `json:"stability_steps"`      // longest first
	StabilityShort      float64         `json:"stability_short"`      // 0 to 1, shorter than every step
	TimingDays          int             `json:"timing_days"`          // days apart at which timing is worth nothing
	DemandSteps         []float64       `json:"demand_steps"`         // 0 to 1, by employment levels above the requirement; the last holds for more
	WishPenalty         float64         `json:"wish_penalty"`         // 0 to 1, off demand_fit for each wish that fails
	SecuritySteps       []float64       `json:"security_steps"`       // 0 to 1, by forms in common from 1; the last holds for more

	UrgentDays   int     `json:"urgent_days"`   // days before the end of the unit's own lease in which the household comes first
	PriorityDays int     `json:"priority_days"` // days of waiting that give full priority
	RankScore    float64 `json:"rank_score"`    // factor of score (0 to 100) in rank_value
	RankPriority float64 `json:"rank_priority"` // factor of priority (0 to 1) in rank_value
}

// DefaultPolicy returns the policy that a municipality starts with.
func DefaultPolicy() *Policy {
	return &Policy{
		FreshDays:      21,
		MoveWindowDays: 90,
		MaxWaitDays:    60,
		MinLeaseMonths: 12,
		PowerEstimate:  1000,

		Weights: Weights{Affordability: 25, Space: 20, Area: 15, Stability: 15, Timing: 10, DemandFit: 10, SecuritySlack: 5},

		UnknownValue:        0.5,
		AffordabilityBase:   0.4,
		AffordabilityGain:   0.6,
		AffordabilityMargin: 0.25,
		SpaceSteps:          []float64{1, 0.7, 0.4, 0.1},
		AreaOther:           0.3,
		StabilityIndefinite: 1,
		StabilitySteps:      []StabilityStep{{36, 0.9}, {24, 0.6}, {12, 0.4}},
		StabilityShort:      0.1,
		TimingDays:          90,
		DemandSteps:         []float64{1, 0.8, 0.6, 0.4},
		WishPenalty:         0.25,
		SecuritySteps:       []float64{0.6, 0.8, 1},

		UrgentDays:   180,
		PriorityDays: 365,
		RankScore:    0.8,
		RankPriority: 20,
	}
}

// Hash returns 32 hex digits that name the policy's contents: the first half
// of the SHA-256 of its JSON, whose fields stand in a fixed order. Policies
// with the same hash give the same results.
func (p *Policy) Hash() string {
	data, err := json.Marshal(p)
	if err != nil {
		return "invalid" // only a number that is not finite, which Validate refuses
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// Validate returns what makes the policy unusable, and nothing for a good one.
// Codes: policy_negative, policy_out_of_range, policy_not_positive,
// policy_no_weight, policy_steps_missing, policy_steps_order.
func (p *Policy) Validate() []apperr.Problem {
	v := &policyCheck{}
	v.days("fresh_days", p.FreshDays, 0)
	v.days("move_window_days", p.MoveWindowDays, 0)
	v.days("max_wait_days", p.MaxWaitDays, 0)
	v.days("min_lease_months", p.MinLeaseMonths, 0)
	v.days("power_estimate", p.PowerEstimate, 0)
	v.days("timing_days", p.TimingDays, 1)
	v.days("urgent_days", p.UrgentDays, 0)
	v.days("priority_days", p.PriorityDays, 1)
	v.factor("no_increase_tolerance", p.NoIncreaseTolerance)
	v.factor("rank_score", p.RankScore)
	v.factor("rank_priority", p.RankPriority)
	v.weights(&p.Weights)

	v.share("unknown_value", p.UnknownValue)
	v.share("affordability_base", p.AffordabilityBase)
	v.share("affordability_gain", p.AffordabilityGain)
	if p.AffordabilityBase+p.AffordabilityGain > 1+1e-9 { // 0.1 and 0.9 need not add up to 1 exactly
		v.add("affordability_gain", "policy_out_of_range", p.AffordabilityGain)
	}
	if !(p.AffordabilityMargin > 0 && p.AffordabilityMargin <= 1) {
		v.add("affordability_margin", "policy_out_of_range", p.AffordabilityMargin)
	}
	v.share("area_other", p.AreaOther)
	v.share("stability_indefinite", p.StabilityIndefinite)
	v.share("stability_short", p.StabilityShort)
	v.share("wish_penalty", p.WishPenalty)
	v.steps("space_steps", p.SpaceSteps)
	v.steps("demand_steps", p.DemandSteps)
	v.steps("security_steps", p.SecuritySteps)
	for i, s := range p.StabilitySteps {
		v.share("stability_steps", s.Value)
		if s.Months < 1 || i > 0 && s.Months >= p.StabilitySteps[i-1].Months {
			v.add("stability_steps", "policy_steps_order", s.Months)
		}
	}
	return v.problems
}

type policyCheck struct{ problems []apperr.Problem }

func (v *policyCheck) add(field, code string, value any) {
	v.problems = append(v.problems, apperr.Problem{
		Field: field, Code: code, Severity: apperr.SeverityError,
		Params: map[string]any{"Field": field, "Value": value},
	})
}

// maxWhole keeps whole numbers where sums of them stay exact and in range.
const maxWhole = 1_000_000

func (v *policyCheck) days(field string, n, least int) {
	switch {
	case n < 0:
		v.add(field, "policy_negative", n)
	case n < least:
		v.add(field, "policy_not_positive", n)
	case n > maxWhole:
		v.add(field, "policy_out_of_range", n)
	}
}

func (v *policyCheck) factor(field string, x float64) {
	switch {
	case x < 0:
		v.add(field, "policy_negative", x)
	case math.IsNaN(x) || x > maxWhole:
		v.add(field, "policy_out_of_range", x)
	}
}

func (v *policyCheck) share(field string, x float64) {
	if !(x >= 0 && x <= 1) {
		v.add(field, "policy_out_of_range", x)
	}
}

func (v *policyCheck) steps(field string, steps []float64) {
	if len(steps) == 0 {
		v.add(field, "policy_steps_missing", nil)
	}
	for _, x := range steps {
		v.share(field, x)
	}
}

func (v *policyCheck) weights(w *Weights) {
	v.factor("weights.affordability", w.Affordability)
	v.factor("weights.space", w.Space)
	v.factor("weights.area", w.Area)
	v.factor("weights.stability", w.Stability)
	v.factor("weights.timing", w.Timing)
	v.factor("weights.demand_fit", w.DemandFit)
	v.factor("weights.security_slack", w.SecuritySlack)
	if !(w.sum() > 0) {
		v.add("weights", "policy_no_weight", nil)
	}
}
