package office

import (
	"context"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// MatchRequest says which pairs to evaluate. Household and Listing are
// references; "" is every one.
type MatchRequest struct {
	Household string
	Listing   string
	On        civil.Date // 0 is today
	Top       int        // at most so many pairs for each household, or for the listing; 0 is all
	Every     bool       // blocked pairs as well
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
	var candidates []matching.Candidate
	var offers []matching.Offer
	var policy PolicyVersion
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		if candidates, err = loadCandidates(tx, req.Household); err != nil {
			return err
		}
		if offers, err = loadOffers(tx, req.Listing); err != nil {
			return err
		}
		policy, err = policyOn(tx, req.On)
		return err
	})
	if err != nil {
		return nil, err
	}
	m := &Matches{On: req.On, Policy: &policy.Policy}
	one := req.Household != "" || req.Listing != ""
	results := matching.Rank(candidates, offers, m.Policy, req.On, matching.Options{Every: req.Every || one})
	if one {
		m.NearMisses = matching.NearMisses(results)
	}
	taken := map[string]int{} // pairs of each household, or of the one listing
	for _, r := range results {
		if r.Eligibility == matching.Blocked && !req.Every {
			continue
		}
		group := r.Candidate.ID
		if req.Listing != "" {
			group = ""
		}
		if taken[group]++; req.Top == 0 || taken[group] <= req.Top {
			m.Pairs = append(m.Pairs, r)
		}
	}
	return m, nil
}

// loadCandidates returns the households with what else matching knows of them.
func loadCandidates(tx *storage.Tx, ref string) ([]matching.Candidate, error) {
	units, err := loadUnits(tx)
	if err != nil {
		return nil, err
	}
	declined, err := loadDeclined(tx)
	if err != nil {
		return nil, err
	}
	add := func(out []matching.Candidate, rec storage.Record[Entry[households.Household]]) []matching.Candidate {
		h := &rec.Value.Record
		return append(out, matching.Candidate{ID: rec.ID, Household: h, CurrentUnit: units[h.CurrentUnit], Declined: declined[h.Ref]})
	}
	if ref != "" {
		rec, err := Households.GetBy(tx, "key", ref)
		if err != nil {
			return nil, notFound(err, "household", ref)
		}
		return add(nil, rec), nil
	}
	var out []matching.Candidate
	for rec, err := range Households.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		out = add(out, rec)
	}
	return out, nil
}

func loadOffers(tx *storage.Tx, ref string) ([]matching.Offer, error) {
	if ref != "" {
		rec, err := Listings.GetBy(tx, "key", ref)
		if err != nil {
			return nil, notFound(err, "listing", ref)
		}
		return []matching.Offer{{ID: rec.Value.Key, Listing: &rec.Value.Record}}, nil
	}
	var out []matching.Offer
	for rec, err := range Listings.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		out = append(out, matching.Offer{ID: rec.Value.Key, Listing: &rec.Value.Record})
	}
	return out, nil
}

func loadUnits(tx *storage.Tx) (map[string]*vacancy.Unit, error) {
	units := map[string]*vacancy.Unit{}
	for rec, err := range Units.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		units[rec.Value.Key] = &rec.Value.Record
	}
	return units, nil
}

// loadDeclined returns for each household the keys of the listings that a
// decline excludes for it.
func loadDeclined(tx *storage.Tx) (map[string]map[string]bool, error) {
	out := map[string]map[string]bool{}
	for rec, err := range Placements.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		p := &rec.Value.Placement
		if !p.ExcludesPair() {
			continue
		}
		if out[p.Personal.HouseholdRef] == nil {
			out[p.Personal.HouseholdRef] = map[string]bool{}
		}
		out[p.Personal.HouseholdRef][p.Personal.ListingKey] = true
	}
	return out, nil
}

// notFound names what was looked for.
func notFound(err error, what, ref string) error {
	if apperr.CodeOf(err) != apperr.NotFound {
		return err
	}
	return apperr.Wrap(err, apperr.NotFound, "There is no %s %q. Check the reference; `boligklar export %ss -o FILE` lists them.", what, strings.TrimSpace(ref), what).
		In("match.no_"+what, map[string]any{"Ref": strings.TrimSpace(ref)})
}
