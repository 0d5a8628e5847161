package matching

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// near moves a date by what a limit of the policy is, and a day around it.
func (g *gen) near(on civil.Date, limits ...int) civil.Date {
	if g.chance(15) {
		return 0
	}
	return on.AddDays(pick(g, limits...) + g.IntN(3) - 1)
}

var oddPlaces = []string{"", " ", "Å", "å", " TROMSØ", "Tromsø", "tromsø ", "Østre  Æsøy", "østre æsøy", "Østre\u00a0Æsøy", "Mo i Rana", "MO I RANA", "Moirana", "A", "Aa"}

// oddities puts values at, beside and far beyond the limits of the policy into
// records that mostly fit: zero, missing, huge, dates on the last day that counts.
func (g *gen) oddities(s *sample, p *Policy, on civil.Date) {
	money := func() *int { return some(g, 10, 0, 1, 6999, 7000, 7001, 7910, 7699, 7700, 8000, 9000, 999_999_999) }
	for i := range s.offers {
		l := s.offers[i].Listing
		shift(on, &l.ConfirmedOn, &l.AvailableFrom)
		for range g.IntN(3) {
			g.oddListing(l, p, on, money)
		}
	}
	for i := range s.candidates {
		h := s.candidates[i].Household
		shift(on, &h.ReadyDate, &h.MoveFrom)
		for range g.IntN(3) {
			g.oddHousehold(h, p, on, money)
		}
		if u := s.candidates[i].CurrentUnit; u != nil {
			u.LeaseInEnds = g.near(on, p.UrgentDays, 0, -1, -4000, p.UrgentDays+1)
		}
	}
}

// shift moves dates that were drawn about day to about another one.
func shift(on civil.Date, dates ...*civil.Date) {
	for _, d := range dates {
		if *d != 0 {
			*d += on - day
		}
	}
}

func (g *gen) oddListing(l *landlords.Listing, p *Policy, on civil.Date, money func() *int) {
	switch g.IntN(10) {
	case 0:
		l.ConfirmedOn = g.near(on, -p.FreshDays, 0, 30, -1000)
	case 1:
		l.AvailableFrom = g.near(on, -p.MaxWaitDays, p.MoveWindowDays, 0, p.TimingDays, -3000)
	case 2:
		l.Bedrooms, l.DwellingType = some(g, 20, 0, 1, 2, 3, 50), pick(g, landlords.DwellingTypes...)
	case 3:
		l.Rent = money()
	case 4:
		l.Deposit, l.AcceptedSecurity = money(), pick(g, 0, landlords.Securities(landlords.DepositAccount), g.securities())
	case 5:
		l.LeaseKind, l.LeaseMonths = pick(g, "", landlords.Fixed, landlords.Indefinite), some(g, 20, 0, 11, 12, 13, 23, 24, 25, 35, 36, 37, 1200)
	case 6:
		l.PostalPlace = pick(g, oddPlaces...)
	case 7:
		l.MaxOccupants = some(g, 20, 0, 1, 2, 3, 1000)
	case 8:
		l.Preferred, l.FollowUpRequired, l.ElectricityIncluded = landlords.RuleSet(g.IntN(64)), some(g, 30, true, false), some(g, 30, true, false)
	case 9:
		l.ContractForm, l.Status = pick(g, landlords.ContractForms...), pick(g, append(landlords.Statuses, "")...)
	}
}

func (g *gen) oddHousehold(h *households.Household, p *Policy, on civil.Date, money func() *int) {
	switch g.IntN(9) {
	case 0:
		h.ReadyDate = g.near(on, 0, -p.PriorityDays, -30, 1)
	case 1:
		h.MoveFrom = g.near(on, p.MaxWaitDays, -p.MoveWindowDays, 0, -3000)
	case 2:
		h.Adults, h.Children = g.IntN(12), g.IntN(12)
	case 3:
		h.BedroomsNeeded = some(g, 20, 0, 1, 2, 50)
	case 4:
		h.MaxRent, h.ApprovedRent = money(), money()
	case 5:
		h.CurrentRent, h.SocialAssistance, h.CurrentElectricityIncluded = money(), some(g, 20, true, true, false), some(g, 30, true, false)
	case 6:
		h.DepositFunds, h.Security = money(), pick(g, 0, landlords.Securities(landlords.DepositAccount), g.securities())
	case 7:
		h.Areas, h.AreasMust = []string{pick(g, oddPlaces...), pick(g, oddPlaces...)}, some(g, 20, true, false)
	case 8:
		h.MinLeaseMonths = some(g, 20, 0, 1, 12, 13, 24, 36, 1200)
	}
}

// otherPolicy changes every weight and threshold.
func (g *gen) otherPolicy() *Policy {
	share := func() float64 { return float64(g.IntN(1001)) / 1000 }
	falling := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = share()
		}
		slices.SortFunc(out, func(a, b float64) int { return cmp.Compare(b, a) })
		return out
	}
	p := &Policy{
		FreshDays: pick(g, 0, 1, 7, 40), MoveWindowDays: pick(g, 0, 1, 30, 120), MaxWaitDays: pick(g, 0, 1, 30, 90),
		MinLeaseMonths: pick(g, 0, 6, 13, 36), PowerEstimate: pick(g, 0, 1, 700, 2500), NoIncreaseTolerance: pick(g, 0, 0.1, 0.13, 0.5),
		Weights: Weights{Affordability: share(), Space: share() * 20, Area: float64(g.IntN(3)), Stability: 1.25, Timing: share(), DemandFit: share(),
			SecuritySlack: float64(g.IntN(2))},
		UnknownValue: share(), AffordabilityBase: share() / 2, AffordabilityGain: 0.5, AffordabilityMargin: pick(g, 0.1, 0.25, 1),
		SpaceSteps: falling(1 + g.IntN(5)), AreaOther: share(), StabilityIndefinite: share(), StabilityShort: share(), TimingDays: pick(g, 1, 30, 200),
		DemandSteps: falling(1 + g.IntN(4)), WishPenalty: share(), SecuritySteps: falling(1 + g.IntN(4)),
		UrgentDays: pick(g, 0, 30, 365), PriorityDays: pick(g, 1, 30, 1000), RankScore: pick(g, 0, 0.5, 1), RankPriority: pick(g, 0.0, 12.5, 100),
	}
	for i, value := range falling(1 + g.IntN(4)) {
		p.StabilitySteps = append(p.StabilitySteps, StabilityStep{Months: 48 - 11*i, Value: value})
	}
	return p
}

// checkOracle compares the engine's result of one pair with the oracle's.
func checkOracle(r *Result, want *oracleResult) error {
	if string(r.Eligibility) != want.eligibility {
		return fmt.Errorf("eligibility %s, want %s", r.Eligibility, want.eligibility)
	}
	if len(r.Outcomes) != len(oracleRules) || len(r.Criteria) != len(oracleCriteria) {
		return fmt.Errorf("%d rules and %d criteria", len(r.Outcomes), len(r.Criteria))
	}
	for i, rule := range oracleRules {
		o := r.Outcomes[i]
		got := oracleAnswer{string(o.Outcome), string(o.Reason), string(o.Strength)}
		if string(o.Rule) != rule || got != want.answers[rule] {
			return fmt.Errorf("rule %s %v, want %s %v", o.Rule, got, rule, want.answers[rule])
		}
	}
	for i, name := range oracleCriteria {
		c := r.Criteria[i]
		if string(c.Criterion) != name || !close(c.Value, want.values[name]) || c.Unknown != want.guessed[name] {
			return fmt.Errorf("criterion %+v, want %s %s, guessed: %v", c, name, want.values[name].FloatString(9), want.guessed[name])
		}
	}
	for name, v := range map[string]struct {
		got  float64
		want *big.Rat
	}{"score": {r.Score, want.score}, "priority": {r.Priority, want.priority}, "rank_value": {r.RankValue, want.ranks}} {
		if !close(v.got, v.want) {
			return fmt.Errorf("%s %v, want %s", name, v.got, v.want.FloatString(12))
		}
	}
	return nil
}

// close allows for the ninth decimal, to which the engine rounds.
func close(got float64, want *big.Rat) bool {
	exact, _ := want.Float64()
	return math.Abs(got-exact) < 1e-9
}

// oracleOrder orders pairs as the rule book does, by fractions, unrounded.
func oracleOrder(s *sample, results map[[2]int]oracleResult) [][2]int {
	pairs := make([][2]int, 0, len(results))
	for pair := range results {
		pairs = append(pairs, pair)
	}
	ready := func(pair [2]int) int {
		if d := s.candidates[pair[0]].Household.ReadyDate; d != 0 {
			return int(d)
		}
		return math.MaxInt // null last
	}
	slices.SortFunc(pairs, func(a, b [2]int) int {
		x, y := results[a], results[b]
		return cmp.Or(y.ranks.Cmp(x.ranks), y.score.Cmp(x.score), cmp.Compare(ready(a), ready(b)),
			cmp.Compare(s.candidates[a[0]].Ref(), s.candidates[b[0]].Ref()), cmp.Compare(s.offers[a[1]].Ref(), s.offers[b[1]].Ref()))
	})
	return pairs
}

// TestEveryPairEqualsTheOracle compares every answer, reason, part, score and
// place in the order, through the explaining path and through the fast one.
func TestEveryPairEqualsTheOracle(t *testing.T) {
	pairs, verdicts, reasons, guessed := 0, map[string]int{}, map[string]bool{}, map[string]bool{}
	for seed := range uint64(rounds(16, 2000)) {
		g := newGen(7000 + seed)
		on := pick(g, day, civil.MustParse("2028-02-29"), civil.MustParse("2027-03-01"), civil.MustParse("2026-12-31"), civil.MustParse("2000-02-29"))
		p := DefaultPolicy()
		if seed%2 == 1 {
			p = g.otherPolicy()
		}
		if problems := p.Validate(); len(problems) > 0 {
			t.Fatalf("seed %d: the policy is not valid: %+v", seed, problems)
		}
		s := g.sample(25, 25)
		g.oddities(s, p, on)
		want := map[[2]int]oracleResult{}
		for i := range s.candidates {
			for j := range s.offers {
				w, got := oracle(&s.candidates[i], &s.offers[j], p, on), Evaluate(&s.candidates[i], &s.offers[j], p, on)
				if err := checkOracle(&got, &w); err != nil {
					t.Fatalf("seed %d: %v\nhousehold %s\nlisting %s\non %s, policy %s", seed, err, jsonOf(t, s.candidates[i].Household), jsonOf(t, s.offers[j].Listing), on, jsonOf(t, p))
				}
				want[[2]int{i, j}] = w
				verdicts[w.eligibility]++
				for _, a := range w.answers {
					reasons[a.reason] = true
				}
				for name := range w.guessed {
					guessed[name] = true
				}
				pairs++
			}
		}
		checkOracleOrder(t, s, want, Query{p, on, Options{Every: true}})
	}
	if len(reasons)-1 != len(Reasons) || len(guessed) != len(oracleCriteria) || verdicts["eligible"] < pairs/100 || verdicts["clarify"] < pairs/50 {
		t.Errorf("%d pairs, %v, %d reasons of %d, %v guessed: the records no longer reach everything", pairs, verdicts, len(reasons)-1, len(Reasons), guessed)
	}
	t.Logf("%d pairs, %v", pairs, verdicts)
}

// checkOracleOrder compares what Rank and a snapshot answer with the oracle's order.
func checkOracleOrder(t *testing.T, s *sample, want map[[2]int]oracleResult, q Query) {
	t.Helper()
	order := oracleOrder(s, want)
	for i, r := range Rank(s.candidates, s.offers, q.Policy, q.On, q.Options) {
		c, o := &s.candidates[order[i][0]], &s.offers[order[i][1]]
		if r.Candidate.ID != c.ID || r.Offer.ID != o.ID {
			t.Fatalf("place %d: %s %s, want %s %s", i, r.Candidate.Ref(), r.Offer.Ref(), c.Ref(), o.Ref())
		}
	}
	snapshot := NewSnapshot(s.candidates, s.offers)
	for i := range s.candidates {
		got, err := snapshot.Match(context.Background(), s.candidates[i].ID, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range order {
			if pair[0] != i {
				continue
			}
			w := want[pair]
			if len(got) == 0 || snapshot.Offer(got[0].Offer).ID != s.offers[pair[1]].ID || string(got[0].Eligibility) != w.eligibility ||
				!close(got[0].Score, w.score) || !close(got[0].Priority, w.priority) || !close(got[0].RankValue, w.ranks) {
				t.Fatalf("household %s: the snapshot has %+v, want listing %s, %s, %s", s.candidates[i].Ref(), got[:min(1, len(got))], s.offers[pair[1]].Ref(), w.eligibility, w.score.FloatString(9))
			}
			got = got[1:]
		}
		if len(got) > 0 {
			t.Fatalf("household %s: %d pairs too many", s.candidates[i].Ref(), len(got))
		}
	}
}
