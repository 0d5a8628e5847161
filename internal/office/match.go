package office

import (
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/placements"
)

// MatchRequest says which pairs to evaluate. Household and Listing are
// references; "" is every one.
type MatchRequest struct {
	Household string
	Listing   string
	On        civil.Date // 0 is today
	Top       int        // at most so many pairs for each household, or for the listing; 0 is all
	Every     bool       // blocked pairs as well
	Near      int        // at most so many near misses; 0 is all
}

// Matches are ranked pairs.
type Matches struct {
	On         civil.Date
	Policy     *matching.Policy
	Pairs      []matching.Result
	NearMisses []matching.NearMiss // for one household or one listing
}

// Match evaluates pairs by the rules and the policy of the day, and ranks them. Errors: NotFound for a
// reference that no record has, and those of the store.
func (o *Office) Match(ctx context.Context, req MatchRequest) (*Matches, error) {
	if req.On == 0 {
		req.On = o.Today()
	}
	var v *view
	var err error
	if o.follower.Load() == nil {
		v, err = o.load(ctx, req)
	} else {
		v, err = o.current(ctx)
	}
	if err != nil {
		return nil, err
	}
	policy := v.policyOn(req.On)
	m := &Matches{On: req.On, Policy: &policy.Policy}
	q := matching.Query{Policy: m.Policy, On: req.On, Options: matching.Options{Every: req.Every, Top: req.Top}}
	if err := v.match(ctx, req, q, m); err != nil {
		return nil, err
	}
	return m, nil
}

// match fills in the pairs that are asked for.
func (v *view) match(ctx context.Context, req MatchRequest, q matching.Query, m *Matches) (err error) {
	s := v.snapshot
	household, known := s.FindCandidateRef(req.Household)
	if req.Household != "" && !known {
		return notFound(apperr.New(apperr.NotFound, ""), "household", req.Household)
	}
	listing, known := s.FindOfferRef(req.Listing)
	if req.Listing != "" && !known {
		return notFound(apperr.New(apperr.NotFound, ""), "listing", req.Listing)
	}
	near := q
	near.Top = req.Near
	var matches []matching.Match
	switch {
	case req.Household != "" && req.Listing != "":
		return v.matchPair(household, listing, q, m)
	case req.Household != "":
		if matches, err = s.Match(ctx, s.Candidate(household).ID, q); err == nil {
			m.NearMisses, err = s.NearMisses(ctx, s.Candidate(household).ID, near)
		}
	case req.Listing != "":
		if matches, err = s.MatchListing(ctx, s.Offer(listing).ID, q); err == nil {
			m.NearMisses, err = s.NearMissesOf(ctx, s.Offer(listing).ID, near)
		}
	default:
		matches, err = v.matchAll(ctx, q)
	}
	if err != nil {
		return err
	}
	m.Pairs = s.ExplainAll(matches, q)
	if req.Household == "" && req.Listing == "" {
		slices.SortFunc(m.Pairs, func(a, b matching.Result) int { return matching.Compare(&a, &b) })
	}
	return nil
}

// matchPair evaluates the one pair that is asked for.
func (v *view) matchPair(household, listing int, q matching.Query, m *Matches) error {
	one := matching.Rank([]matching.Candidate{*v.snapshot.Candidate(household)}, []matching.Offer{*v.snapshot.Offer(listing)},
		q.Policy, q.On, matching.Options{Every: true})
	m.NearMisses = matching.NearMisses(one)
	if q.Every || one[0].Eligibility != matching.Blocked {
		m.Pairs = one
	}
	return nil
}

// matchAll returns the matches of every household.
func (v *view) matchAll(ctx context.Context, q matching.Query) ([]matching.Match, error) {
	each := make([][]matching.Match, v.snapshot.Candidates())
	err := v.snapshot.MatchAll(ctx, q, func(i int, found []matching.Match) error {
		each[i] = slices.Clone(found)
		return nil
	})
	return slices.Concat(each...), err
}

// factsOf returns what matching reads of a placement.
func factsOf(p *Placement) placementFacts {
	f := placementFacts{
		household: p.Placement.Personal.HouseholdRef, listing: p.Placement.Personal.ListingKey,
		excludes: p.Placement.ExcludesPair(), landlord: p.Placement.ExcludesLandlord(), active: p.Placement.Active() || p.Placement.Housed(), housed: p.Placement.Reached(placements.FollowUp),
	}
	if d := p.Placement.Decline; d != nil && d.Consequence == placements.ParkHousehold {
		f.parked = d.Until
	}
	return f
}
