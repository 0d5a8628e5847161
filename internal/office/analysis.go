package office

import (
	"context"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/placements"
)

// Analysis is the matching of a whole office on a day: what can be asked of it
// beyond a ranked list.
type Analysis struct {
	*matching.Snapshot
	matching.Query
	placed map[string]matching.Progress // by household_ref: how far its placements came
}

// Analysis loads the households and listings, and the policy of the day (0 is
// today). Errors are those of the store.
func (o *Office) Analysis(ctx context.Context, on civil.Date) (*Analysis, error) {
	if on == 0 {
		on = o.Today()
	}
	a := &Analysis{placed: map[string]matching.Progress{}}
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		candidates, err := loadCandidates(tx, "")
		if err != nil {
			return err
		}
		offers, err := loadOffers(tx, "")
		if err != nil {
			return err
		}
		policy, err := policyOn(tx, on)
		if err != nil {
			return err
		}
		a.Snapshot = matching.NewSnapshot(candidates, offers)
		a.Query = matching.Query{Policy: &policy.Policy, On: on}
		return a.loadPlaced(tx)
	})
	return a, err
}

func (a *Analysis) loadPlaced(tx *storage.Tx) error {
	for rec, err := range Placements.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		p := &rec.Value.Placement
		progress := a.placed[p.Personal.HouseholdRef]
		progress.Proposed = true
		progress.Housed = progress.Housed || p.Reached(placements.FollowUp)
		a.placed[p.Personal.HouseholdRef] = progress
	}
	return nil
}

// WhatIf tells what each step that a household could take would open. Errors:
// NotFound for a reference that no household has.
func (a *Analysis) WhatIf(ctx context.Context, household string) (matching.Readiness, error) {
	for i := range a.Candidates() {
		if a.Candidate(i).Ref() == household {
			return a.ReadinessOf(ctx, a.Candidate(i), a.Query)
		}
	}
	return matching.Readiness{}, notFound(apperr.New(apperr.NotFound, ""), "household", household)
}

// NegotiateListing tells what a listing's landlord could be asked for. Errors:
// NotFound for a reference that no listing has.
func (a *Analysis) NegotiateListing(ctx context.Context, listing string) (matching.Negotiation, error) {
	if _, ok := a.FindOffer(listing); !ok {
		return matching.Negotiation{}, notFound(apperr.New(apperr.NotFound, ""), "listing", listing)
	}
	return a.NegotiationValue(ctx, listing, a.Query)
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
		all[i] = a.placed[h.Ref]
		all[i].Household, all[i].Eligible = h, eligible[i] > 0
	}
	return matching.FairnessOf(all), nil
}
