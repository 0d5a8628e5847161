package matching

import (
	"strings"
	"testing"

	"github.com/boligklar/boligklar/landlords"
)

func TestFourDecimalsRoundHalfToEvenOnTheExactValue(t *testing.T) {
	for _, tc := range []struct {
		x    float64
		want string
	}{{0, "0.0000"}, {1, "1.0000"}, {93.44444, "93.4444"}, {0.00005, "0.0001"}, {0.03125, "0.0312"}, {0.09375, "0.0938"}, {2.0 / 3, "0.6667"}} {
		if got := jsonOf(t, decimals4(tc.x)); got != tc.want {
			t.Errorf("%v is shown as %s, want %s", tc.x, got, tc.want)
		}
		if got := jsonOf(t, decimals4(FourDecimals(tc.x))); got != tc.want {
			t.Errorf("%v is rounded to %s, want %s", tc.x, got, tc.want)
		}
	}
}

func TestResultJSON(t *testing.T) {
	f := fitting()
	f.candidate.Household.Employment = ""
	f.offer.Listing.Preferred = landlords.Rules(landlords.RulePets)
	f.offer.Listing.ExternalRef, f.offer.Listing.UnitNumber = "", "H0101"
	r := Evaluate(&f.candidate, &f.offer, f.policy, day)
	got := jsonOf(t, r)
	for _, want := range []string{
		`{"household":"H-1","listing":"Prøvegata 1|H0101|","eligibility":"clarify","score":82.5000,"priority":0.0000,"rank_value":66.0000,"outcomes":[{"rule":"ready","outcome":"pass","reason":null,"strength":"must","remedy":null},`,
		`{"rule":"pets","outcome":"pass","reason":null,"strength":"prefer","remedy":null}`,
		`{"rule":"employment","outcome":"unknown","reason":"employment_unknown","strength":"must","remedy":{"action":"ask","who":"household","questions":[{"field":"employment","whom":"household"}]}}`,
		`"criteria":[{"criterion":"affordability","weight":25,"value":0.6400,"contribution":16.0000},`,
		`{"criterion":"demand_fit","weight":10,"value":0.5000,"contribution":5.0000,"unknown":true}`,
		`],"engine_version":"1","policy_hash":"` + f.policy.Hash() + `"}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s\nin %s", want, got)
		}
	}
}

func TestNearMissJSON(t *testing.T) {
	f := fitting()
	f.offer.Listing.EmploymentRequirement = landlords.PermanentJob
	got := jsonOf(t, NearMisses([]Result{Evaluate(&f.candidate, &f.offer, f.policy, day)}))
	want := `[{"household":"H-1","listing":"L-1","score":77.5000,"rule":"employment","reason":"employment_below",` +
		`"remedy":{"action":"reach_employment","who":"household","level":"permanent_job"},"opens":"eligible","opened_score":87.5000}]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
