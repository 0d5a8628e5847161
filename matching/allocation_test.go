package matching_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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
	a, err := s.Allocate(context.Background(), matching.Query{Policy: matching.DefaultPolicy(), On: allocationDay}, matching.Constraints{})
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

// Two households rank equal for a home: one has waited a fifth of a year longer,
// the other fits it by 5 points more. The list gives it to the better fit, as
// rankings do, and so has nothing left for the first.
func TestTheGreedyListBreaksTiesAsRankingsDo(t *testing.T) {
	_, a := allocate(t, []matching.Candidate{easyHousehold("a", 11_000, 173), easyHousehold("b", 12_000, 100)},
		[]matching.Offer{easyListing("x", 11_000), easyListing("y", 12_000)})
	if len(a.Pairs) != 2 || math.Abs(a.GreedyTotal-a.Pairs[0].RankValue) > 1e-6 {
		t.Errorf("got %+v and a greedy total of %v, want that of x alone", a.Pairs, a.GreedyTotal)
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

// constrained makes a random town with random constraints.
func constrained(r *rand.Rand) (cs []matching.Candidate, os []matching.Offer, c matching.Constraints) {
	for i := range 1 + r.IntN(6) {
		cs = append(cs, easyHousehold(fmt.Sprintf("h%d", i), 5000+500*r.IntN(12), r.IntN(400)))
	}
	for j := range 1 + r.IntN(6) {
		os = append(os, easyListing(fmt.Sprintf("l%d", j), 4500+500*r.IntN(12)))
	}
	pair := func() matching.PairIDs {
		return matching.PairIDs{Candidate: fmt.Sprint("h", r.IntN(7)), Offer: fmt.Sprint("l", r.IntN(7))}
	}
	for range r.IntN(3) {
		c.Locked = append(c.Locked, pair())
	}
	for range r.IntN(4) {
		c.Excluded = append(c.Excluded, pair())
	}
	if r.IntN(3) == 0 {
		c.LeftOut = map[string]matching.UnassignedReason{fmt.Sprint("h", r.IntN(7)): matching.HouseholdParked}
	}
	return cs, os, c
}

// Around locks and exclusions the total is that of trying everything; every
// household is accounted for once, and every chain of differences for its gain.
func TestAllocateAroundWhatPeopleDecided(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	released, whys, reasons := map[matching.LockReason]int{}, map[matching.UnassignedReason]int{}, map[matching.DifferenceReason]int{}
	for round := range 300 {
		cs, os, c := constrained(r)
		s := matching.NewSnapshot(cs, os)
		a, err := s.Allocate(context.Background(), matching.Query{Policy: matching.DefaultPolicy(), On: allocationDay}, c)
		if err != nil {
			t.Fatal(err)
		}
		locks, used := map[string]string{}, map[string]bool{}
		for _, p := range a.Pairs {
			household, listing := s.Candidate(p.Candidate).ID, s.Offer(p.Offer).ID
			pair := matching.PairIDs{Candidate: household, Offer: listing}
			if used[household] || used[listing] || slices.Contains(c.Excluded, pair) || p.Locked && !slices.Contains(c.Locked, pair) || c.LeftOut[household] != "" {
				t.Fatalf("round %d: %v is not allowed in %+v", round, pair, a.Pairs)
			}
			used[household], used[listing] = true, true
			if p.Locked {
				locks[household] = listing
			}
		}
		for _, u := range a.Unassigned {
			id := s.Candidate(u.Candidate).ID
			if used[id] || (u.Why == matching.OthersGainMore) != (u.Offer >= 0) || c.LeftOut[id] != "" && u.Why != c.LeftOut[id] {
				t.Fatalf("round %d: %s stays without: %+v", round, id, u)
			}
			if u.Offer >= 0 && u.Other < 0 {
				t.Fatalf("round %d: %s stays without %s, which nobody gets", round, id, s.Offer(u.Offer).ID)
			}
			used[id] = true
			whys[u.Why]++
		}
		if len(locks)+len(a.Released) != len(c.Locked) || len(a.Pairs)+len(a.Unassigned) != len(cs) {
			t.Fatalf("round %d: %d locks stayed and %d did not, of %d", round, len(locks), len(a.Released), len(c.Locked))
		}
		for _, l := range a.Released {
			released[l.Why]++
		}
		want := bestTotal(cs, os, c, locks)
		if math.Abs(a.Total-want) > 1e-5 {
			t.Fatalf("round %d: got %v, want %v", round, a.Total, want)
		}
		gains := map[int]float64{}
		sums := map[int]float64{}
		for _, d := range a.Differences {
			gains[d.Chain] = d.Gain
			sums[d.Chain] += d.BestValue - d.GreedyValue
			reasons[d.Why]++
		}
		total := 0.0
		for chain, gain := range gains {
			if total += gain; gain < 0 || math.Abs(gain-sums[chain]) > 1e-6 {
				t.Fatalf("round %d: chain %d gains %v, its links %v", round, chain, gain, sums[chain])
			}
		}
		if math.Abs(a.Total-a.GreedyTotal-total) > 1e-6 {
			t.Fatalf("round %d: %v instead of %v, and chains that gain %v", round, a.Total, a.GreedyTotal, total)
		}
	}
	if len(released) != 3 || len(whys) < 4 || len(reasons) < 3 {
		t.Errorf("reached only %v, %v and %v", released, whys, reasons)
	}
}

// bestTotal tries everything around the locks.
func bestTotal(cs []matching.Candidate, os []matching.Offer, c matching.Constraints, locks map[string]string) float64 {
	used := map[string]bool{}
	for _, listing := range locks {
		used[listing] = true
	}
	var try func(i int) float64
	try = func(i int) float64 {
		if i == len(cs) {
			return 0
		}
		value := func(j int) (float64, matching.Eligibility) {
			r := matching.Evaluate(&cs[i], &os[j], matching.DefaultPolicy(), allocationDay)
			return r.RankValue, r.Eligibility
		}
		if listing, ok := locks[cs[i].ID]; ok {
			j := slices.IndexFunc(os, func(o matching.Offer) bool { return o.ID == listing })
			v, _ := value(j)
			return v + try(i+1)
		}
		best := try(i + 1)
		for j := range os {
			v, verdict := value(j)
			out := c.LeftOut[cs[i].ID] != "" || slices.Contains(c.Excluded, matching.PairIDs{Candidate: cs[i].ID, Offer: os[j].ID})
			if !out && !used[os[j].ID] && verdict == matching.Eligible {
				used[os[j].ID] = true
				best = max(best, v+try(i+1))
				used[os[j].ID] = false
			}
		}
		return best
	}
	return try(0)
}
