package placements

import (
	"encoding/json"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// Inputs are what the engine knew of a pair when it was proposed. They leave out
// what is no input to it: how to reach the landlord, free text, the level of
// Norwegian.
type Inputs struct {
	Household   households.Household `json:"household"`
	CurrentUnit *vacancy.Unit        `json:"current_unit,omitzero"`
	Listing     landlords.Listing    `json:"listing"`
	Declined    bool                 `json:"declined,omitzero"`    // the pair was declined before
	Explanation json.RawMessage      `json:"explanation,omitzero"` // the result, as matching.Result marshals
}

func inputsOf(r *matching.Result) *Inputs {
	in := &Inputs{Household: *r.Candidate.Household, Listing: *r.Offer.Listing, Declined: r.Candidate.Declined[r.Offer.ID]}
	in.Household.NorwegianLevel = ""
	in.Listing.LandlordPhone, in.Listing.LandlordEmail, in.Listing.Notes = "", "", ""
	if u := r.Candidate.CurrentUnit; u != nil {
		unit := *u
		in.CurrentUnit = &unit
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic("placements: a result that is no JSON: " + err.Error()) // it is texts and finite numbers
	}
	in.Explanation = data
	return in
}

// Recompute computes the result anew from what the placement recorded. Errors:
// NotFound where nothing was recorded or it has been erased; Conflict where the
// engine's rules have changed since, so that the recorded explanation is all
// there is.
func (p *Placement) Recompute() (*matching.Result, error) {
	in := p.Personal.Inputs
	if in == nil || p.Basis.Policy == nil {
		return nil, apperr.New(apperr.NotFound, "The placement has no recorded basis, or it has been erased.").In("placements.no_basis", nil)
	}
	if p.Basis.EngineVersion != matching.EngineVersion {
		return nil, apperr.New(apperr.Conflict, "The rules have changed since (engine %s, now %s).", p.Basis.EngineVersion, matching.EngineVersion).In("placements.other_engine", nil)
	}
	c := matching.Candidate{ID: p.Personal.HouseholdRef, Household: &in.Household, CurrentUnit: in.CurrentUnit}
	o := matching.Offer{ID: p.Personal.ListingKey, Listing: &in.Listing}
	if in.Declined {
		c.Declined = map[string]bool{o.ID: true}
	}
	r := matching.Evaluate(&c, &o, p.Basis.Policy, p.Basis.On)
	return &r, nil
}
