package matching_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

var allocationDay = civil.MustParse("2026-12-01")

// easyHousehold and easyListing make records that suit each other but for the
// rent, the budget and the days of waiting.
func easyHousehold(ref string, maxRent, waitedDays int) matching.Candidate {
	no, none := false, 0
	return matching.Candidate{ID: ref, Household: &households.Household{
		Ref: ref, Adults: 1, Employment: households.Permanent, MaxRent: &maxRent, SocialAssistance: &no, CurrentRent: &none,
		Security: landlords.Securities(landlords.NAVGuarantee), MoveFrom: allocationDay, ReadyDate: allocationDay.AddDays(-waitedDays), References: &no,
	}}
}

func easyListing(ref string, rent int) matching.Offer {
	one, no := 1, false
	return matching.Offer{ID: ref, Listing: &landlords.Listing{
		ExternalRef: ref, Address: "Storgata 1", Bedrooms: &one, Rent: &rent, AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee),
		EmploymentRequirement: landlords.NoEmployment, ReferencesRequired: &no, AvailableFrom: allocationDay, LeaseKind: landlords.Indefinite,
		Status: landlords.StatusOpen, ConfirmedOn: allocationDay,
	}}
}

func allocate(t *testing.T, cs []matching.Candidate, os []matching.Offer) (*matching.Snapshot, matching.Allocation) {
	t.Helper()
	s := matching.NewSnapshot(cs, os)
	a, err := s.Allocate(context.Background(), matching.Query{Policy: matching.DefaultPolicy(), On: allocationDay})
	if err != nil {
		t.Fatal(err)
	}
	return s, a
}

// The household that has waited longest can pay for both homes; the greedy list
// gives it the cheap one, which is all that the other can pay.
func TestAllocateLeavesTheOnlyHomeToWhoHasNoOther(t *testing.T) {
	s, a := allocate(t, []matching.Candidate{easyHousehold("rich", 10_000, 300), easyHousehold("poor", 6000, 10)},
		[]matching.Offer{easyListing("cheap", 5500), easyListing("dear", 9000)})
	if len(a.Pairs) != 2 || len(a.Unassigned) != 0 || !(a.Total > a.GreedyTotal) {
		t.Fatalf("got %+v, want both housed and more than the greedy list", a)
	}
	for _, p := range a.Pairs {
		if household, listing := s.Candidate(p.Candidate).Ref(), s.Offer(p.Offer).Ref(); (household == "poor") != (listing == "cheap") {
			t.Errorf("got %s in %s", household, listing)
		}
	}
	if len(a.Differences) != 2 {
		t.Fatalf("got differences %+v, want one for each household", a.Differences)
	}
	for _, d := range a.Differences {
		if s.Candidate(d.Candidate).Ref() == "rich" && (d.Greedy < 0 || s.Offer(d.Greedy).Ref() != "cheap" || d.Other < 0 || s.Candidate(d.Other).Ref() != "poor") {
			t.Errorf("got %+v, want rich to have given way to poor", d)
		}
	}
}

func TestAllocateSaysWhyNot(t *testing.T) {
	s, a := allocate(t, []matching.Candidate{easyHousehold("a", 9000, 300), easyHousehold("b", 9000, 10), easyHousehold("c", 100, 10)},
		[]matching.Offer{easyListing("x", 5000)})
	want := map[string]matching.UnassignedReason{"b": matching.OthersGainMore, "c": matching.NoEligibleListing}
	if len(a.Pairs) != 1 || len(a.Unassigned) != 2 {
		t.Fatalf("got %+v", a)
	}
	for _, u := range a.Unassigned {
		if ref := s.Candidate(u.Candidate).Ref(); u.Why != want[ref] {
			t.Errorf("%s: got %s, want %s", ref, u.Why, want[ref])
		}
	}
	if len(a.Prices) != 1 || !(a.Prices[0].Price > 0) {
		t.Errorf("got prices %+v: another household waits for such a home", a.Prices)
	}
}

func TestAllocateNobody(t *testing.T) {
	if _, a := allocate(t, nil, nil); len(a.Pairs)+len(a.Unassigned) > 0 || a.Total != 0 {
		t.Errorf("got %+v", a)
	}
}

// The best total of small towns is that of trying everything.
func TestAllocateIsBest(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for round := range 200 {
		var cs []matching.Candidate
		var os []matching.Offer
		for i := range 1 + r.IntN(5) {
			cs = append(cs, easyHousehold(fmt.Sprintf("h%d", i), 5000+500*r.IntN(12), r.IntN(400)))
		}
		for j := range 1 + r.IntN(5) {
			os = append(os, easyListing(fmt.Sprintf("l%d", j), 4500+500*r.IntN(12)))
		}
		_, a := allocate(t, cs, os)
		used := make([]bool, len(os))
		var try func(i int) float64
		try = func(i int) float64 {
			if i == len(cs) {
				return 0
			}
			best := try(i + 1)
			for j := range os {
				res := matching.Evaluate(&cs[i], &os[j], matching.DefaultPolicy(), allocationDay)
				if !used[j] && res.Eligibility == matching.Eligible {
					used[j] = true
					best = max(best, res.RankValue+try(i+1))
					used[j] = false
				}
			}
			return best
		}
		if want := try(0); math.Abs(a.Total-want) > 1e-5 {
			t.Fatalf("round %d: got %v, want %v", round, a.Total, want)
		}
		sum := 0.0
		for _, p := range a.Pairs {
			sum += p.RankValue
		}
		if math.Abs(sum-a.Total) > 1e-6 || a.GreedyTotal > a.Total+1e-9 {
			t.Fatalf("round %d: pairs add up to %v, total %v, greedy %v", round, sum, a.Total, a.GreedyTotal)
		}
	}
}
