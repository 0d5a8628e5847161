package office

import (
	"context"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching"
)

// Analysis is the matching of a whole office on a day: what can be asked of it
// beyond a ranked list. It does not change while others write.
type Analysis struct {
	*matching.Snapshot
	matching.Query
	standing map[string]standing // by household_ref
}

// Analysis returns the households and listings as they are now, and the policy
// of the day (0 is today). Errors are those of the store.
func (o *Office) Analysis(ctx context.Context, on civil.Date) (*Analysis, error) {
	if on == 0 {
		on = o.Today()
	}
	v, err := o.current(ctx)
	if err != nil {
		return nil, err
	}
	policy := v.policyOn(on)
	return &Analysis{v.snapshot, matching.Query{Policy: &policy.Policy, On: on}, v.standing}, nil
}

// Parked returns the first day on which a household may be proposed again; 0
// where nothing keeps it back on the day of the analysis.
func (a *Analysis) Parked(household string) civil.Date {
	if until := a.standing[household].parked; a.On < until {
		return until
	}
	return 0
}

// UnderWay reports whether a household has an active placement, or lives where
// one led it.
func (a *Analysis) UnderWay(household string) bool { return a.standing[household].active }

// Allocate finds the best allocation on the day of the analysis. Households that
// are parked, or have a placement under way, take no part.
func (a *Analysis) Allocate(ctx context.Context, locked, excluded []matching.PairIDs) (matching.Allocation, error) {
	c := matching.Constraints{Locked: locked, Excluded: excluded, LeftOut: map[string]matching.UnassignedReason{}}
	for ref := range a.standing {
		i, ok := a.FindCandidateRef(ref)
		switch {
		case !ok:
		case a.UnderWay(ref):
			c.LeftOut[a.Candidate(i).ID] = matching.UnderWay
		case a.Parked(ref) != 0:
			c.LeftOut[a.Candidate(i).ID] = matching.HouseholdParked
		}
	}
	return a.Snapshot.Allocate(ctx, a.Query, c)
}

// WhatIf tells what each step that a household could take would open. Errors:
// NotFound for a reference that no household has.
func (a *Analysis) WhatIf(ctx context.Context, household string) (matching.Readiness, error) {
	if i, ok := a.FindCandidateRef(household); ok {
		return a.ReadinessOf(ctx, a.Candidate(i), a.Query)
	}
	return matching.Readiness{}, notFound(apperr.New(apperr.NotFound, ""), "household", household)
}

// NegotiateListing tells what a listing's landlord could be asked for. Errors:
// NotFound for a reference that no listing has.
func (a *Analysis) NegotiateListing(ctx context.Context, listing string) (matching.Negotiation, error) {
	i, ok := a.FindOfferRef(listing)
	if !ok {
		return matching.Negotiation{}, notFound(apperr.New(apperr.NotFound, ""), "listing", listing)
	}
	return a.NegotiationValue(ctx, a.Offer(i).ID, a.Query)
}

// NegotiateLandlord tells what the landlords of that name could be asked for:
// more than one where several have the name. Errors: NotFound for a name that no
// listing states.
func (a *Analysis) NegotiateLandlord(ctx context.Context, name string) ([]matching.LandlordNegotiation, error) {
	var keys []string
	for i := range a.Offers() {
		landlord := a.Offer(i).Listing.Landlord()
		if strings.EqualFold(strings.Join(strings.Fields(landlord.Name), " "), strings.Join(strings.Fields(name), " ")) && !slices.Contains(keys, landlord.Key()) {
			keys = append(keys, landlord.Key())
		}
	}
	if len(keys) == 0 {
		return nil, apperr.New(apperr.NotFound, "No listing is of a landlord called %q.", name).In("match.no_landlord", map[string]any{"Name": name})
	}
	var out []matching.LandlordNegotiation
	for _, key := range keys {
		n, err := a.LandlordNegotiationValue(ctx, key, a.Query)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// Fairness counts how far households have come, by size, security and
// employment, with small counts hidden.
func (a *Analysis) Fairness(ctx context.Context) (matching.Fairness, error) {
	eligible, err := a.EligibleListings(ctx, a.Query)
	if err != nil {
		return matching.Fairness{}, err
	}
	all := make([]matching.Progress, a.Candidates())
	for i := range all {
		h := a.Candidate(i).Household
		all[i] = a.standing[h.Ref].progress
		all[i].Household, all[i].Eligible = h, eligible[i] > 0
	}
	return matching.FairnessOf(all), nil
}
