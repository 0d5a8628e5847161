package matching

import (
	"math"
	"testing"

	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

func TestCriteria(t *testing.T) {
	n, no := func(v int) *int { return &v }, false
	type (
		H = households.Household
		L = landlords.Listing
	)
	for _, tc := range []struct {
		name      string
		criterion CriterionName
		change    func(h *H, l *L)
		want      float64
		unknown   bool
	}{
		{"rent equal to the budget", Affordability, func(h *H, l *L) { l.Rent = n(10000) }, 0.4, false},
		{"over", Affordability, func(h *H, l *L) { l.Rent = n(10001) }, 0, false},
		{"an eighth left", Affordability, func(h *H, l *L) { l.Rent = n(8750) }, 0.7, false},
		{"a quarter left", Affordability, func(h *H, l *L) { l.Rent = n(7500) }, 1, false},
		{"more than a quarter left", Affordability, func(h *H, l *L) { l.Rent = n(0) }, 1, false},
		{"nothing of nothing", Affordability, func(h *H, l *L) { l.Rent, h.MaxRent = n(0), n(0) }, 0.4, false},
		{"over a budget of 0", Affordability, func(h *H, l *L) { h.MaxRent = n(0) }, 0, false},
		{"rent missing", Affordability, func(h *H, l *L) { l.Rent = nil }, 0.5, true},

		{"too few", Space, func(h *H, l *L) { l.Bedrooms = n(1) }, 0, false},
		{"one spare", Space, func(h *H, l *L) { l.Bedrooms = n(3) }, 0.7, false},
		{"two spare", Space, func(h *H, l *L) { l.Bedrooms = n(4) }, 0.4, false},
		{"three spare", Space, func(h *H, l *L) { l.Bedrooms = n(5) }, 0.1, false},
		{"nine spare", Space, func(h *H, l *L) { l.Bedrooms = n(11) }, 0.1, false},
		{"bedrooms missing", Space, func(h *H, l *L) { l.Bedrooms = nil }, 0.5, true},

		{"no wish", Area, func(h *H, l *L) { h.Areas, l.PostalPlace = nil, "" }, 1, false},
		{"elsewhere", Area, func(h *H, l *L) { l.PostalPlace = "Selfors" }, 0.3, false},
		{"place missing", Area, func(h *H, l *L) { l.PostalPlace, h.AreasMust = "", &no }, 0.5, true},

		{"indefinite", Stability, func(h *H, l *L) { l.LeaseKind, l.LeaseMonths = landlords.Indefinite, nil }, 1, false},
		{"35 months", Stability, func(h *H, l *L) { l.LeaseMonths = n(35) }, 0.6, false},
		{"24 months, kind missing", Stability, func(h *H, l *L) { l.LeaseKind, l.LeaseMonths = "", n(24) }, 0.6, false},
		{"12 months", Stability, func(h *H, l *L) { l.LeaseMonths = n(12) }, 0.4, false},
		{"11 months", Stability, func(h *H, l *L) { l.LeaseMonths = n(11) }, 0.1, false},
		{"months missing", Stability, func(h *H, l *L) { l.LeaseMonths = nil }, 0.5, true},

		{"45 days after", Timing, func(h *H, l *L) { l.AvailableFrom = day + 45 }, 0.5, false},
		{"45 days before", Timing, func(h *H, l *L) { h.MoveFrom = day + 45 }, 0.5, false},
		{"both past", Timing, func(h *H, l *L) { h.MoveFrom, l.AvailableFrom = day-45, day-9 }, 1, false},
		{"far apart", Timing, func(h *H, l *L) { l.AvailableFrom = day + 91 }, 0, false},
		{"date missing", Timing, func(h *H, l *L) { l.AvailableFrom = 0 }, 0.5, true},

		{"one above", DemandFit, func(h *H, l *L) { h.Employment = households.Permanent }, 0.8, false},
		{"three above", DemandFit, func(h *H, l *L) {
			h.Employment, l.EmploymentRequirement = households.Permanent, landlords.NoEmployment
		}, 0.4, false},
		{"below", DemandFit, func(h *H, l *L) { h.Employment = households.NoIncome }, 0, false},
		{"scored in a sublet too", DemandFit, func(h *H, l *L) { h.Employment, l.ContractForm = households.NoIncome, landlords.Sublet }, 0, false},
		{"missing", DemandFit, func(h *H, l *L) { h.Employment = "" }, 0.5, true},
		{"none asked, employment missing", DemandFit, func(h *H, l *L) { h.Employment, l.EmploymentRequirement = "", landlords.NoEmployment }, 0.5, true},
		{"one wish fails", DemandFit, func(h *H, l *L) {
			h.FollowUpPlan, l.Preferred = &no, landlords.Rules(landlords.RuleFollowUp)
		}, 0.75, false},
		{"a wish that is unknown costs nothing", DemandFit, func(h *H, l *L) {
			h.References, l.Preferred = nil, landlords.Rules(landlords.RuleReferences)
		}, 1, false},
		{"a requirement that fails costs nothing here", DemandFit, func(h *H, l *L) { h.FollowUpPlan = &no }, 1, false},
		{"two wishes fail, level missing", DemandFit, func(h *H, l *L) {
			h.Employment, h.FollowUpPlan, h.Children = "", &no, 2
			l.Preferred = landlords.Rules(landlords.RuleFollowUp, landlords.RuleOccupants, landlords.RuleEmployment)
		}, 0, true},
		{"not below 0", DemandFit, func(h *H, l *L) {
			h.Employment, h.FollowUpPlan, h.Children = households.NoIncome, &no, 2
			l.Preferred = landlords.Rules(landlords.RuleFollowUp, landlords.RuleOccupants, landlords.RuleEmployment)
		}, 0, false},

		{"none in common", SecuritySlack, func(h *H, l *L) { l.AcceptedSecurity = landlords.Securities(landlords.MunicipalGuarantee) }, 0, false},
		{"two in common", SecuritySlack, func(h *H, l *L) { h.Security.Add("deposit_account") }, 0.8, false},
		{"four in common", SecuritySlack, func(h *H, l *L) { h.Security = landlords.SecuritySet(15) }, 1, false},
		{"missing", SecuritySlack, func(h *H, l *L) { h.Security = 0 }, 0.5, true},
	} {
		t.Run(string(tc.criterion)+"/"+tc.name, func(t *testing.T) {
			f := fitting()
			tc.change(f.candidate.Household, f.offer.Listing)
			r := Evaluate(&f.candidate, &f.offer, f.policy, day)
			for _, c := range r.Criteria {
				if c.Criterion == tc.criterion && (!(math.Abs(c.Value-tc.want) <= 1e-12) || c.Unknown != tc.unknown) {
					t.Errorf("got %v (unknown %v), want %v (%v)", c.Value, c.Unknown, tc.want, tc.unknown)
				}
			}
		})
	}
}

func TestPriority(t *testing.T) {
	leased := func(ends int) *vacancy.Unit {
		return &vacancy.Unit{Ownership: vacancy.LeasedIn, LeaseInEnds: day.AddDays(ends)}
	}
	for _, tc := range []struct {
		name  string
		ready int // days before the date
		unit  *vacancy.Unit
		want  float64
	}{
		{"ready today", 0, nil, 0},
		{"half a period", 73, nil, 0.2},
		{"a year", 365, nil, 1},
		{"longer", 3650, nil, 1},
		{"not ready yet", -1, nil, 0},
		{"not ready, unit ends", -1, leased(180), 1},
		{"unit ends a day later", 0, leased(181), 0},
		{"unit ended", 0, leased(-400), 1},
		{"owned unit", 0, &vacancy.Unit{Ownership: vacancy.Owned, LeaseInEnds: day}, 0},
		{"no end", 0, &vacancy.Unit{Ownership: vacancy.LeasedIn}, 0},
		{"whose it is not known", 0, &vacancy.Unit{LeaseInEnds: day}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := fitting()
			f.candidate.Household.ReadyDate, f.candidate.CurrentUnit = day.AddDays(-tc.ready), tc.unit
			r := Evaluate(&f.candidate, &f.offer, f.policy, day)
			if r.Priority != tc.want {
				t.Errorf("priority %v, want %v", r.Priority, tc.want)
			}
			if want := 0.8*r.Score + 20*tc.want; math.Abs(r.RankValue-want) > 1e-12 {
				t.Errorf("rank value %v, want %v", r.RankValue, want)
			}
		})
	}
}

func TestScoreIsRelativeToTheSumOfWeights(t *testing.T) {
	f := fitting()
	want := Evaluate(&f.candidate, &f.offer, f.policy, day).Score
	w := &f.policy.Weights
	for _, x := range []*float64{&w.Affordability, &w.Space, &w.Area, &w.Stability, &w.Timing, &w.DemandFit, &w.SecuritySlack} {
		*x *= 3
	}
	if got := Evaluate(&f.candidate, &f.offer, f.policy, day).Score; math.Abs(got-want) > 1e-9 {
		t.Errorf("all weights three times as large give %v, want %v", got, want)
	}
}
