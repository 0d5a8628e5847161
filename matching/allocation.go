package matching

import (
	"cmp"
	"context"
	"slices"

	"github.com/boligklar/boligklar/matching/assign"
)

// millionths is the unit in which rank values are added up: integers, so that a
// sum is exact and comes out the same whatever the order.
const millionths = 1_000_000

// PairIDs names a pair by the ids of its records.
type PairIDs struct {
	Candidate string `json:"candidate"`
	Offer     string `json:"offer"`
}

// Constraints are what people have decided before an allocation. The zero value
// constrains nothing.
type Constraints struct {
	Locked   []PairIDs                   // stay together; the rest is allocated around them
	Excluded []PairIDs                   // are not proposed
	LeftOut  map[string]UnassignedReason // candidate ids that take no part, and why
}

// AllocatedPair is a household and the listing that is proposed for it.
type AllocatedPair struct {
	Candidate, Offer int // numbers in the snapshot
	RankValue        float64
	Locked           bool
}

// Unassigned is a household that the best allocation leaves without a listing.
type Unassigned struct {
	Candidate int
	Why       UnassignedReason
	Offer     int // with OthersGainMore the eligible listing that ranks highest for it; else -1
	Other     int // household that gets that listing; -1 where none
}

// UnassignedReason is the code of why a household gets no listing.
type UnassignedReason string

// The reasons.
const (
	NoEligibleListing UnassignedReason = "no_eligible_listing"
	PairsTaken        UnassignedReason = "pairs_taken"       // each of its listings is excluded for it, or locked to another
	OthersGainMore    UnassignedReason = "others_gain_more"  // each of its listings does more good elsewhere
	HouseholdParked   UnassignedReason = "household_parked"  // no proposals until a date
	UnderWay          UnassignedReason = "placement_started" // it has an active placement
)

// UnassignedReasons lists every reason.
var UnassignedReasons = []UnassignedReason{NoEligibleListing, PairsTaken, OthersGainMore, HouseholdParked, UnderWay}

// DifferenceReason is the code of why the best allocation proposes something
// else for a household than the greedy list.
type DifferenceReason string

// The reasons.
const (
	GivesWay    DifferenceReason = "gives_way"    // its greedy listing does more good for Other; it gets another one
	GoesWithout DifferenceReason = "goes_without" // the same, and no listing is left for it
	GainsHome   DifferenceReason = "gains_home"   // the greedy list has nothing for it
	MovesOn     DifferenceReason = "moves_on"     // it leaves its greedy listing to nobody: the sum gains elsewhere
)

// DifferenceReasons lists every reason.
var DifferenceReasons = []DifferenceReason{GivesWay, GoesWithout, GainsHome, MovesOn}

// AllocationDifference is a household for which the best allocation proposes
// something else than the greedy list, which takes the best pairs one by one.
//
// Differences come in chains: one household gives way so that another can have
// its listing, and so on. What a chain gains is what justifies each of its links.
type AllocationDifference struct {
	Candidate   int
	Greedy      int // listing by the greedy list; -1 where none
	Best        int // listing by the best allocation; -1 where none
	Other       int // household that gets the greedy listing instead; -1 where none
	Why         DifferenceReason
	GreedyValue float64 // rank value of the greedy pair; 0 where none
	BestValue   float64
	Chain       int     // number of its chain, from 0
	Gain        float64 // what the chain adds to the total, in rank value; 0 where it only breaks a tie
}

// ListingPrice is a listing's shadow price: what the total would gain from one
// more listing just like it, in rank value.
type ListingPrice struct {
	Offer int
	Price float64
}

// ReleasedLock is a locked pair that cannot stay together.
type ReleasedLock struct {
	PairIDs
	Why LockReason
}

// LockReason is the code of why a lock was released.
type LockReason string

// The reasons.
const (
	LockGone    LockReason = "gone"    // the household or the listing is no longer there, or takes no part
	LockBlocked LockReason = "blocked" // the pair is blocked by a rule now, or excluded
	LockTaken   LockReason = "taken"   // an earlier lock has the household or the listing
)

// LockReasons lists every reason.
var LockReasons = []LockReason{LockGone, LockBlocked, LockTaken}

// Allocation is the best overall allocation: at most one household for each
// listing and one listing for each household, all pairs eligible or locked, and
// the sum of rank values as large as it can be.
type Allocation struct {
	Pairs       []AllocatedPair // by household reference
	Total       float64         // sum of rank values, those of locked pairs included
	GreedyTotal float64         // what the greedy list adds up to, around the same locks
	Unassigned  []Unassigned    // by household reference
	Differences []AllocationDifference
	Prices      []ListingPrice // above 0, the highest first; locked listings have none
	Released    []ReleasedLock
}

// Allocate finds the best allocation of listings to households around what is
// locked and without what is excluded. The query's Options are not used: every
// eligible pair counts, and a locked pair may also have something to be
// clarified. Rank values are added up in millionths; equal allocations are told
// apart by the order of references. Time: one scan of all pairs, and that of
// assign.Solve. Errors: that of the context.
func (s *Snapshot) Allocate(ctx context.Context, q Query, c Constraints) (Allocation, error) {
	r, err := s.newRound(ctx, q, c)
	if err != nil {
		return Allocation{}, err
	}
	best, err := assign.Solve(ctx, r.problem)
	if err != nil {
		return Allocation{}, err
	}
	greedy, greedyTotal, err := assign.Greedy(r.problem, r.before)
	if err != nil {
		return Allocation{}, err
	}
	out := Allocation{Total: inRankValue(best.Total), GreedyTotal: inRankValue(greedyTotal), Pairs: r.locked, Released: r.released}
	for _, p := range r.locked {
		out.Total += p.RankValue
		out.GreedyTotal += p.RankValue
	}
	taker := r.takers(best.Column)
	for i, j := range best.Column {
		if j >= 0 {
			out.Pairs = append(out.Pairs, AllocatedPair{r.rows[i], r.columns[j], inRankValue(r.weight(i, j)), false})
		} else {
			out.Unassigned = append(out.Unassigned, r.unassigned(i, taker))
		}
	}
	slices.SortStableFunc(out.Pairs, func(a, b AllocatedPair) int { return cmp.Compare(a.Candidate, b.Candidate) })
	slices.SortStableFunc(out.Unassigned, func(a, b Unassigned) int { return cmp.Compare(a.Candidate, b.Candidate) })
	out.Differences = r.differences(best.Column, greedy, taker)
	for j, price := range best.ColPrice {
		if price > 0 {
			out.Prices = append(out.Prices, ListingPrice{r.columns[j], inRankValue(price)})
		}
	}
	slices.SortStableFunc(out.Prices, func(a, b ListingPrice) int { return cmp.Compare(b.Price, a.Price) })
	return out, nil
}

func inRankValue(millionth int64) float64 { return float64(millionth) / millionths }
