package matching

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/landlords"
)

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// standing orders verdicts: the higher the better.
func standing(e Eligibility) int { return -slices.Index(Eligibilities, e) }

func TestVerdictAndScoreFollowFromTheParts(t *testing.T) {
	verdicts := map[Eligibility]int{}
	seen := map[Reason]bool{}
	eachPair(1, func(_ *gen, r *Result, p *Policy) {
		verdicts[r.Eligibility]++
		want, wishes := Eligible, 0
		for i, o := range r.Outcomes {
			if o.Rule != Rules[i] {
				t.Fatalf("outcome %d is of %s, want %s", i, o.Rule, Rules[i])
			}
			if (o.Outcome == Pass) != (o.Reason == "") || o.Outcome == Pass && o.Remedy != nil || o.Outcome == Unknown && o.Remedy == nil {
				t.Fatalf("inconsistent outcome %+v", o)
			}
			seen[o.Reason] = true
			switch {
			case o.Strength == landlords.Prefer:
				if o.Outcome == Fail {
					wishes++
				}
			case o.Outcome == Fail:
				want = Blocked
			case o.Outcome == Unknown && want == Eligible:
				want = Clarify
			}
		}
		if r.Eligibility != want {
			t.Fatalf("eligibility %s, want %s: %s", r.Eligibility, want, jsonOf(t, r))
		}
		sum := 0.0
		for i, c := range r.Criteria {
			if c.Criterion != CriterionNames[i] || c.Value < 0 || c.Value > 1 {
				t.Fatalf("criterion %d is %+v", i, c)
			}
			if c.Unknown && c.Criterion != DemandFit && c.Value != p.UnknownValue {
				t.Fatalf("an unknown part of value %v: %+v", c.Value, c)
			}
			if c.Criterion == DemandFit && c.Unknown && c.Value != max(0, 0.5-0.25*float64(wishes)) {
				t.Fatalf("demand_fit %+v with %d wishes failed", c, wishes)
			}
			sum += c.Contribution
		}
		if math.Abs(sum-r.Score) > 1e-9 || r.Score < 0 || r.Score > 100 || r.Priority < 0 || r.Priority > 1 {
			t.Fatalf("score %v, contributions %v, priority %v", r.Score, sum, r.Priority)
		}
	})
	for _, e := range Eligibilities {
		if verdicts[e] < 100 {
			t.Errorf("only %d pairs %s: the generator no longer reaches them", verdicts[e], e)
		}
	}
	for _, reason := range Reasons {
		if !seen[reason] {
			t.Errorf("no pair with reason %s: the generator no longer reaches it", reason)
		}
		delete(seen, reason)
	}
	if delete(seen, ""); len(seen) > 0 {
		t.Errorf("reasons that Reasons does not list: %v", seen)
	}
}

func TestTheSameInputGivesTheSameResultAndStaysAsItWas(t *testing.T) {
	eachPair(2, func(_ *gen, r *Result, p *Policy) {
		before := fmt.Sprint(jsonOf(t, r.Candidate.Household), jsonOf(t, r.Offer.Listing), jsonOf(t, p))
		again := Evaluate(r.Candidate, r.Offer, p, day)
		if !reflect.DeepEqual(again, *r) {
			t.Fatalf("got %s\nwant %s", jsonOf(t, again), jsonOf(t, r))
		}
		NearMisses([]Result{again})
		if after := fmt.Sprint(jsonOf(t, r.Candidate.Household), jsonOf(t, r.Offer.Listing), jsonOf(t, p)); after != before {
			t.Fatalf("changed from %s\nto %s", before, after)
		}
	})
}

// TestAnsweringTheQuestionsSettlesTheRule fills in exactly the fields that an
// unknown outcome asks for and expects another answer than the same unknown.
func TestAnsweringTheQuestionsSettlesTheRule(t *testing.T) {
	answered := map[Reason]bool{}
	eachPair(7, func(g *gen, r *Result, p *Policy) {
		for _, out := range r.Outcomes {
			if out.Outcome != Unknown {
				continue
			}
			h, l, c, o := *r.Candidate.Household, *r.Offer.Listing, *r.Candidate, *r.Offer
			c.Household, o.Listing = &h, &l
			if out.Remedy.Action == CallLandlord {
				l.ConfirmedOn = day
			} else if len(out.Remedy.Questions) == 0 {
				t.Fatalf("%s asks nothing: %s", out.Reason, jsonOf(t, out))
			}
			for _, q := range out.Remedy.Questions {
				if q.Whom == Landlord {
					fill(t, &l, q.Field, g)
				} else {
					fill(t, &h, q.Field, g)
				}
			}
			after := Evaluate(&c, &o, p, day)
			if now := after.Outcome(out.Rule); now.Reason == out.Reason {
				t.Fatalf("answered %s, and still %s", jsonOf(t, out.Remedy), jsonOf(t, now))
			}
			answered[out.Reason] = true
		}
	})
	if len(answered) < 14 {
		t.Errorf("only %d kinds of unknown were answered: %v", len(answered), answered)
	}
}

// fill sets the field with that canonical name to some known value.
func fill(t *testing.T, record any, field string, g *gen) {
	t.Helper()
	values := map[string][]any{
		"security": {[]string{"nav_guarantee"}, []string{"deposit_account", "insurance_guarantee"}}, "accepted_security": {[]string{"nav_guarantee"}, []string{"municipal_guarantee"}},
		"employment_requirement": {"none", "temporary_job"}, "employment": {"none", "permanent"},
		"available_from": {"2026-12-20", "2028-01-01"}, "move_from": {"2026-12-20", "2028-01-01"}, "postal_place": {"Gruben", "Ytteren"},
		"social_assistance": {true, false}, "electricity_included": {true, false}, "current_electricity_included": {true, false},
		"references_required": {true, false}, "references": {true, false}, "step_free": {true, false}, "pets": {true, false},
	}[field]
	if values == nil {
		values = []any{0, 3, 12, 8000}
	}
	if err := json.Unmarshal([]byte(jsonOf(t, map[string]any{field: pick(g, values...)})), record); err != nil {
		t.Fatal(err)
	}
}
