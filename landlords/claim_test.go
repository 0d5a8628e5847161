package landlords_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

func guarantee() landlords.Guarantee {
	amount := 30000
	return landlords.Guarantee{Issuer: "Rana kommune", Form: landlords.Securities(landlords.MunicipalGuarantee), Amount: &amount, Rent: true,
		ValidFrom: civil.MustParse("2026-01-01"), ValidTo: civil.MustParse("2026-12-31"), ClaimBy: civil.MustParse("2027-02-28"), State: landlords.GuaranteeActive}
}

func codes(problems []apperr.Problem) (out []string) {
	for _, p := range problems {
		out = append(out, fmt.Sprintf("%s %s:%s", p.Severity, p.Field, p.Code))
	}
	return out
}

func TestClaim(t *testing.T) {
	day := civil.MustParse
	ok := landlords.Claim{On: day("2026-11-01"), Amount: 9000, For: landlords.ClaimRent}
	for _, test := range []struct {
		name  string
		edit  func(*landlords.Guarantee, *landlords.Claim)
		today string
		want  []string
	}{
		{"a good one", func(*landlords.Guarantee, *landlords.Claim) {}, "2026-11-20", nil},
		{"on the last day", func(_ *landlords.Guarantee, c *landlords.Claim) { c.On = day("2027-02-28") }, "2027-02-28", nil},
		{"a day later", func(_ *landlords.Guarantee, c *landlords.Claim) { c.On = day("2027-03-01") }, "2027-03-01", []string{"warning on:claim_too_late"}},
		{"no deadline", func(g *landlords.Guarantee, c *landlords.Claim) { g.ClaimBy, c.On = 0, day("2027-03-01") }, "2027-03-01", nil},
		{"tomorrow", func(_ *landlords.Guarantee, c *landlords.Claim) { c.On = day("2026-11-21") }, "2026-11-20", []string{"error on:date_in_future"}},
		{"before it began", func(_ *landlords.Guarantee, c *landlords.Claim) { c.On = day("2025-12-31") }, "2026-11-20", []string{"error on:claim_before_start"}},
		{"nothing", func(_ *landlords.Guarantee, c *landlords.Claim) { *c = landlords.Claim{} }, "2026-11-20", []string{"error on:date_missing", "error amount:amount_missing", "error for:not_covered"}},
		{"what is not covered", func(_ *landlords.Guarantee, c *landlords.Claim) { c.For = landlords.ClaimDamage }, "2026-11-20", []string{"error for:not_covered"}},
		{"more than there is", func(_ *landlords.Guarantee, c *landlords.Claim) { c.Amount = 30001 }, "2026-11-20", []string{"warning amount:claim_over_amount"}},
		{"more than is left", func(g *landlords.Guarantee, c *landlords.Claim) {
			paid := 25000
			g.Claims = []landlords.Claim{{Amount: 28000, State: landlords.ClaimPaid, Paid: &paid}, {Amount: 9000, State: landlords.ClaimRefused}}
		}, "2026-11-20", []string{"warning amount:claim_over_amount"}},
		{"a released one", func(g *landlords.Guarantee, _ *landlords.Claim) { g.State = landlords.GuaranteeReleased }, "2026-11-20", []string{"error :not_claimable"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, c := guarantee(), ok
			test.edit(&g, &c)
			before := len(g.Claims)
			problems := g.Claim(c, day(test.today))
			if got := codes(problems); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			added := len(g.Claims) > before
			if want := len(apperr.Errors(problems)) == 0; added != want || added && (g.State != landlords.GuaranteeClaimed || g.Claims[before].State != landlords.ClaimMade) {
				t.Errorf("got added %v, state %s", added, g.State)
			}
		})
	}
}

func TestSettle(t *testing.T) {
	day := civil.MustParse
	n := func(i int) *int { return &i }
	for _, test := range []struct {
		name  string
		s     landlords.Settlement
		today string
		want  []string
		state landlords.GuaranteeState
	}{
		{"paid in part", landlords.Settlement{State: landlords.ClaimPaid, Paid: n(8000), On: day("2026-11-10")}, "2026-11-20", nil, landlords.GuaranteeActive},
		{"refused", landlords.Settlement{State: landlords.ClaimRefused, On: day("2026-11-10"), Why: "Leien var betalt"}, "2026-11-20", nil, landlords.GuaranteeActive},
		{"refused when no more can come", landlords.Settlement{State: landlords.ClaimRefused, On: day("2027-03-01")}, "2027-03-01", nil, landlords.GuaranteeSettled},
		{"run out, but claims may come", landlords.Settlement{State: landlords.ClaimWithdrawn, On: day("2027-01-05")}, "2027-01-05", nil, landlords.GuaranteeActive},
		{"all of it", landlords.Settlement{State: landlords.ClaimPaid, Paid: n(30000), On: day("2026-11-10")}, "2026-11-20", nil, landlords.GuaranteeSettled},
		{"more than was claimed", landlords.Settlement{State: landlords.ClaimPaid, Paid: n(30002), On: day("2026-11-10")}, "2026-11-20", []string{"error paid:paid_over_claim", "error paid:paid_over_amount"}, landlords.GuaranteeClaimed},
		{"more than is promised", landlords.Settlement{State: landlords.ClaimPaid, Paid: n(30001), On: day("2026-11-10")}, "2026-11-20", []string{"error paid:paid_over_amount"}, landlords.GuaranteeClaimed},
		{"paid, but not how much", landlords.Settlement{State: landlords.ClaimPaid, On: day("2026-11-10")}, "2026-11-20", []string{"error paid:paid_missing"}, landlords.GuaranteeClaimed},
		{"no outcome", landlords.Settlement{On: day("2026-11-10")}, "2026-11-20", []string{"error state:outcome_missing"}, landlords.GuaranteeClaimed},
		{"before the claim", landlords.Settlement{State: landlords.ClaimRefused, On: day("2026-10-10")}, "2026-11-20", []string{"error on:settled_before_claim"}, landlords.GuaranteeClaimed},
		{"no such claim", landlords.Settlement{Claim: 1, State: landlords.ClaimRefused, On: day("2026-11-10")}, "2026-11-20", []string{"error :claim_settled"}, landlords.GuaranteeClaimed},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := guarantee()
			if problems := g.Claim(landlords.Claim{On: day("2026-11-01"), Amount: 30001, For: landlords.ClaimRent}, day("2026-11-20")); len(apperr.Errors(problems)) > 0 {
				t.Fatal(problems)
			}
			if got := codes(g.Settle(test.s, day(test.today))); !slices.Equal(got, test.want) || g.State != test.state {
				t.Errorf("got %v and %s, want %v and %s", got, g.State, test.want, test.state)
			}
			if again := g.Settle(landlords.Settlement{State: landlords.ClaimRefused, On: day("2026-11-10")}, day(test.today)); test.want == nil && !slices.Equal(codes(again), []string{"error :claim_settled"}) {
				t.Errorf("got %v for a claim that is settled", again)
			}
		})
	}
}

func TestRelease(t *testing.T) {
	day := civil.MustParse
	g := guarantee()
	g.Claim(landlords.Claim{On: day("2026-11-01"), Amount: 9000, For: landlords.ClaimRent}, day("2026-11-01"))
	if got := codes(g.Release(day("2026-11-02"))); !slices.Equal(got, []string{"error :claim_pending"}) {
		t.Errorf("got %v while a claim waits", got)
	}
	g.Settle(landlords.Settlement{State: landlords.ClaimWithdrawn, On: day("2026-11-02")}, day("2026-11-02"))
	if got := codes(g.Release(day("2025-11-02"))); !slices.Equal(got, []string{"error on:release_before_start"}) {
		t.Errorf("got %v before it began", got)
	}
	if got := g.Release(day("2026-11-03")); len(got) > 0 || g.State != landlords.GuaranteeReleased || g.InForce(day("2026-11-03")) || g.MayClaim(day("2026-11-03")) {
		t.Errorf("got %v, %s", got, g.State)
	}
}

// A deposit and a guarantee may together be six months' rent (§ 3-6).
func TestDepositAndGuaranteeTogether(t *testing.T) {
	for _, c := range []struct {
		name                          string
		rent, deposit, amount, months *int
		above                         bool
	}{
		{"three and three", new(10_000), new(30_000), new(30_000), nil, false},
		{"a krone more", new(10_000), new(30_000), new(30_001), nil, true},
		{"months of rent", new(10_000), new(30_000), nil, new(4), true},
		{"no deposit", new(10_000), new(0), new(60_000), nil, false},
		{"deposit not known", new(10_000), nil, new(60_000), nil, false},
		{"rent not known", nil, new(30_000), new(60_000), nil, false},
		{"amount not known", new(10_000), new(60_000), nil, nil, false},
	} {
		g, l := landlords.Guarantee{Amount: c.amount, Months: c.months}, landlords.Listing{Rent: c.rent, Deposit: c.deposit}
		most, above := g.Together(&l)
		if above != c.above || c.rent != nil && most != 60_000 {
			t.Errorf("%s: got %d, %v, want %v", c.name, most, above, c.above)
		}
	}
}
