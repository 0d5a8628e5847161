package matching

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// eligible evaluates every listing and returns the scores of the eligible ones.
func eligible(c *Candidate, offers []Offer, p *Policy, on civil.Date) map[string]float64 {
	out := map[string]float64{}
	for i := range offers {
		if r := Evaluate(c, &offers[i], p, on); r.Eligibility == Eligible {
			out[offers[i].Ref()] = r.Score
		}
	}
	return out
}

func TestReadinessValueEqualsEvaluatingEveryStep(t *testing.T) {
	gained, kinds := 0, map[Step]int{}
	for seed := range uint64(rounds(2, 20)) {
		records := newGen(700+seed).sample(20, 80)
		for i := range records.offers { // references of their own, to name listings by
			records.offers[i].Listing.ExternalRef = fmt.Sprintf("L-%03d", i)
		}
		s := records.snapshot(pick(newGen(seed), standardLayout, layouts["small chunks"], layouts["few codes"]))
		for _, p := range policies() {
			for i := range records.candidates {
				c := &records.candidates[i]
				got, err := s.ReadinessValue(context.Background(), c.ID, Query{Policy: p, On: day, Options: Options{Top: 1, Every: true}})
				if err != nil {
					t.Fatal(err)
				}
				now := eligible(c, records.offers, p, day)
				if got.Eligible != len(now) || got.Household != c.Ref() {
					t.Fatalf("got %+v, want %d eligible", got, len(now))
				}
				var names []string
				for _, step := range got.Steps {
					names = append(names, fmt.Sprint(step.Step, step.Form, step.Level, step.Amount, foldedPlace(step.Place)))
					checkStep(t, &step, c, records.offers, p, now)
					if kinds[step.Step] += step.Gained; step.Gained > 0 {
						gained++
					}
				}
				slices.Sort(names)
				if want := stepsOf(c.Household, records.offers); !slices.Equal(names, want) {
					t.Fatalf("steps %q, want %q", names, want)
				}
				ready, changed := c.ReadyOn(day)
				if then := got.WhenReady; (then != nil) != changed {
					t.Fatalf("%s: told what opens when it is ready: %v, want %v", c.ID, then != nil, changed)
				} else if changed {
					now := eligible(&ready, records.offers, p, day)
					if then.Eligible != len(now) || len(then.Steps) != len(got.Steps) {
						t.Fatalf("%s: got %+v when it is ready, want %d eligible and %d steps", c.ID, then, len(now), len(got.Steps))
					}
					for _, step := range then.Steps {
						checkStep(t, &step, &ready, records.offers, p, now)
					}
				}
				if !slices.IsSortedFunc(got.Steps, func(a, b ReadinessStep) int { return b.Gained - a.Gained }) {
					t.Fatalf("not the best first: %+v", got.Steps)
				}
			}
		}
	}
	for _, step := range Steps {
		if kinds[step] == 0 {
			t.Errorf("no step %s gains anything: the test shows nothing", step)
		}
	}
	t.Logf("%d steps gain, %v", gained, kinds)
}

func foldedPlace(s string) string { return households.FoldPlace(s) }

// checkStep takes the step and evaluates.
func checkStep(t *testing.T, got *ReadinessStep, c *Candidate, offers []Offer, p *Policy, now map[string]float64) {
	t.Helper()
	h, after, policy, on := *c.Household, *c, *p, day
	after.Household = &h
	switch got.Step {
	case StepSecurity:
		h.Security.Add(got.Form)
	case StepEmployment:
		h.Employment = map[landlords.EmploymentRequirement]households.Employment{
			landlords.DocumentedIncome: households.Benefits, landlords.TemporaryJob: households.Temporary, landlords.PermanentJob: households.Permanent,
		}[got.Level]
	case StepRent:
		raised := *h.MaxRent + got.Amount
		h.MaxRent = &raised
	case StepArea:
		h.Areas = append([]string{got.Place}, h.Areas...)
	case StepWait:
		on = got.Until
		policy.FreshDays += int(on - day)
		if on != civil.MustParse("2027-01-01") {
			t.Fatalf("waits until %s", on)
		}
	}
	then := eligible(&after, offers, &policy, on)
	gained, lost, best, bestScore := 0, 0, "", math.Inf(-1)
	for ref, score := range then {
		if _, ok := now[ref]; ok {
			continue
		}
		if gained++; score > bestScore || score == bestScore && ref < best {
			best, bestScore = ref, score
		}
	}
	for ref := range now {
		if _, ok := then[ref]; !ok {
			lost++
		}
	}
	if gained == 0 {
		bestScore = 0
	}
	if got.Gained != gained || got.BestRef != best || got.BestScore != bestScore || (got.Best < 0) != (gained == 0) {
		t.Fatalf("%s: got %+v\nwant %d gained, best %q %v", c.ID, *got, gained, best, bestScore)
	}
	if lost > 0 {
		t.Fatalf("%s loses %d listings", got.Step, lost)
	}
}

// stepsOf lists the steps that a household has.
func stepsOf(h *households.Household, offers []Offer) (names []string) {
	for _, form := range []string{"insurance_guarantee", "municipal_guarantee", "nav_guarantee"} {
		if !slices.Contains(h.Security.Names(), form) {
			names = append(names, fmt.Sprint(StepSecurity, form, "", 0, ""))
		}
	}
	reached := map[households.Employment]int{households.IntroProgramme: 1, households.Benefits: 1, households.Temporary: 2, households.Permanent: 3}[h.Employment]
	for _, level := range []string{"documented_income", "temporary_job", "permanent_job"}[reached:] {
		names = append(names, fmt.Sprint(StepEmployment, "", level, 0, ""))
	}
	if h.MaxRent != nil {
		for _, more := range []int{500, 1000, 2000} {
			names = append(names, fmt.Sprint(StepRent, "", "", more, ""))
		}
	}
	places := map[string]bool{}
	for _, o := range offers {
		places[foldedPlace(o.Listing.PostalPlace)] = true
	}
	delete(places, "")
	for _, area := range h.Areas {
		delete(places, foldedPlace(area))
	}
	for place := range places {
		if len(h.Areas) > 0 && is(h.AreasMust) {
			names = append(names, fmt.Sprint(StepArea, "", "", 0, place))
		}
	}
	names = append(names, fmt.Sprint(StepWait, "", "", 0, ""))
	slices.Sort(names)
	return names
}

func TestReadinessShown(t *testing.T) {
	f := fitting()
	n := func(v int) *int { return &v }
	f.candidate.Household.MaxRent = n(8500)
	s := NewSnapshot(nil, []Offer{f.offer})
	got, err := s.ReadinessOf(context.Background(), &f.candidate, Query{Policy: f.policy, On: day})
	if err != nil {
		t.Fatal(err)
	}
	// Worked by hand: 71.5 for all but affordability, as the fitting pair has it,
	// and 25*(0.4+0.6*(1500/10500)/0.25), 25*(0.4+0.6*(500/9500)/0.25).
	want := `{"household":"H-1","eligible":0,"steps":[` +
		`{"step":"raise_rent","who":"household","amount":2000,"gained":1,"best_listing":"L-1","best_score":90.0714},` +
		`{"step":"raise_rent","who":"household","amount":1000,"gained":1,"best_listing":"L-1","best_score":84.6579},`
	if shown := jsonOf(t, got); !strings.HasPrefix(shown, want) {
		t.Errorf("got  %s\nwant %s...", shown, want)
	}
	want = `{"step":"wait","who":"household","until":"2027-01-01","gained":0,"best_listing":null,"best_score":null}]}`
	if shown := jsonOf(t, got); !strings.HasSuffix(shown, want) {
		t.Errorf("got  %s\nwant ...%s", shown, want)
	}
}

func TestReadinessErrors(t *testing.T) {
	s := newGen(710).sample(3, 10).snapshot(standardLayout)
	ctx, cancel := context.WithCancel(context.Background())
	q := Query{Policy: DefaultPolicy(), On: day}
	if _, err := s.ReadinessValue(ctx, "nobody", q); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("unknown household: %v", err)
	}
	fits := fitting()
	cancel()
	if _, err := NewSnapshot(nil, []Offer{fits.offer}).ReadinessOf(ctx, &fits.candidate, q); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
