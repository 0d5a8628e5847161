package matching

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
)

func TestPolicySurvivesJSONAndKeepsItsHash(t *testing.T) {
	p := DefaultPolicy()
	var again Policy
	if err := json.Unmarshal([]byte(jsonOf(t, p)), &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, *p) || again.Hash() != p.Hash() {
		t.Errorf("got %s, want %s", jsonOf(t, again), jsonOf(t, p))
	}
	if got := len(p.Hash()); got != 32 {
		t.Errorf("the hash has %d digits, want 32", got)
	}
}

// TestEveryFieldCountsInTheHash changes each number of the policy in turn.
func TestEveryFieldCountsInTheHash(t *testing.T) {
	seen := map[string]string{DefaultPolicy().Hash(): "the default"}
	var change func(v reflect.Value, name string, hash func() string)
	change = func(v reflect.Value, name string, hash func() string) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				change(v.Field(i), name+"."+v.Type().Field(i).Name, hash)
			}
			return
		case reflect.Slice:
			for i := range v.Len() {
				change(v.Index(i), name+"[]", hash)
			}
			return
		case reflect.Int:
			v.SetInt(v.Int() + 7)
			defer v.SetInt(v.Int() - 7)
		case reflect.Float64:
			before := v.Float()
			v.SetFloat(before + 0.0625)
			defer v.SetFloat(before)
		default:
			t.Fatalf("%s is of kind %s", name, v.Kind())
		}
		h := hash()
		if other, taken := seen[h]; taken {
			t.Errorf("%s has the hash of %s", name, other)
		}
		seen[h] = name
	}
	p := DefaultPolicy()
	change(reflect.ValueOf(p).Elem(), "Policy", p.Hash)
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*Policy)
		field  string // "" for a good policy
		code   string
	}{
		{"the default", func(p *Policy) {}, "", ""},
		{"zeros where they make sense", func(p *Policy) { p.FreshDays, p.PowerEstimate, p.Weights.Area, p.RankPriority = 0, 0, 0, 0 }, "", ""},
		{"no steps of stability", func(p *Policy) { p.StabilitySteps = nil }, "", ""},
		{"the whole budget as margin", func(p *Policy) { p.AffordabilityMargin = 1 }, "", ""},
		{"negative days", func(p *Policy) { p.MaxWaitDays = -1 }, "max_wait_days", "policy_negative"},
		{"too many days", func(p *Policy) { p.FreshDays = 1_000_001 }, "fresh_days", "policy_out_of_range"},
		{"no days to divide by", func(p *Policy) { p.PriorityDays = 0 }, "priority_days", "policy_not_positive"},
		{"timing over nothing", func(p *Policy) { p.TimingDays = 0 }, "timing_days", "policy_not_positive"},
		{"negative weight", func(p *Policy) { p.Weights.Space = -1 }, "weights.space", "policy_negative"},
		{"weight not a number", func(p *Policy) { p.Weights.Space = math.NaN() }, "weights.space", "policy_out_of_range"},
		{"endless weight", func(p *Policy) { p.Weights.Space = math.Inf(1) }, "weights.space", "policy_out_of_range"},
		{"no weight at all", func(p *Policy) { p.Weights = Weights{} }, "weights", "policy_no_weight"},
		{"value over 1", func(p *Policy) { p.AreaOther = 1.1 }, "area_other", "policy_out_of_range"},
		{"value not a number", func(p *Policy) { p.UnknownValue = math.NaN() }, "unknown_value", "policy_out_of_range"},
		{"margin of nothing", func(p *Policy) { p.AffordabilityMargin = 0 }, "affordability_margin", "policy_out_of_range"},
		{"base and gain over 1", func(p *Policy) { p.AffordabilityGain = 0.7 }, "affordability_gain", "policy_out_of_range"},
		{"no steps", func(p *Policy) { p.SpaceSteps = nil }, "space_steps", "policy_steps_missing"},
		{"step over 1", func(p *Policy) { p.DemandSteps = []float64{2} }, "demand_steps", "policy_out_of_range"},
		{"shortest lease first", func(p *Policy) { p.StabilitySteps = []StabilityStep{{12, 0.1}, {24, 0.2}} }, "stability_steps", "policy_steps_order"},
		{"the same lease twice", func(p *Policy) { p.StabilitySteps = []StabilityStep{{12, 0.1}, {12, 0.2}} }, "stability_steps", "policy_steps_order"},
		{"a step of one month, a million days", func(p *Policy) {
			p.StabilitySteps, p.FreshDays = []StabilityStep{{1, 0.1}}, 1_000_000
		}, "", ""},
		{"a step of no months", func(p *Policy) { p.StabilitySteps = []StabilityStep{{0, 0.1}} }, "stability_steps", "policy_steps_order"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := DefaultPolicy()
			tc.change(p)
			problems := p.Validate()
			if tc.field == "" {
				if len(problems) > 0 {
					t.Errorf("got %+v, want none", problems)
				}
				return
			}
			found := false
			for _, problem := range problems {
				found = found || problem.Field == tc.field && problem.Code == tc.code
			}
			if !found {
				t.Errorf("got %+v, want %s %s", problems, tc.field, tc.code)
			}
		})
	}
}

// TestTheDefaultsAreTheRuleBooks has the rule book's numbers once more.
func TestTheDefaultsAreTheRuleBooks(t *testing.T) {
	want := &Policy{
		FreshDays: 21, MoveWindowDays: 90, MaxWaitDays: 60, MinLeaseMonths: 12, PowerEstimate: 1000, NoIncreaseTolerance: 0,
		Weights:      Weights{Affordability: 25, Space: 20, Area: 15, Stability: 15, Timing: 10, DemandFit: 10, SecuritySlack: 5},
		UnknownValue: 0.5, AffordabilityBase: 0.4, AffordabilityGain: 0.6, AffordabilityMargin: 0.25,
		SpaceSteps: []float64{1, 0.7, 0.4, 0.1}, AreaOther: 0.3,
		StabilityIndefinite: 1, StabilitySteps: []StabilityStep{{36, 0.9}, {24, 0.6}, {12, 0.4}}, StabilityShort: 0.1,
		TimingDays: 90, DemandSteps: []float64{1, 0.8, 0.6, 0.4}, WishPenalty: 0.25, SecuritySteps: []float64{0.6, 0.8, 1},
		UrgentDays: 180, PriorityDays: 365, RankScore: 0.8, RankPriority: 20,
	}
	if got := DefaultPolicy(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}
