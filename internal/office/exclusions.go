package office

import (
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// candidate returns a household with what its placements exclude: listings, and
// all that landlords have on offer.
func (r *replica) candidate(s *matching.Snapshot, id string, h *households.Household) matching.Candidate {
	c := matching.Candidate{ID: id, Household: h, CurrentUnit: r.units[h.CurrentUnit]}
	var excluded []int // positions
	landlords := map[string]bool{}
	for placement := range r.proposals[h.Ref] {
		p := r.placements[placement]
		if !p.excludes {
			continue
		}
		at, known := s.FindOfferRef(p.listing)
		if known {
			excluded = append(excluded, at)
		}
		if p.landlord == "" {
			continue
		}
		landlords[p.landlord] = true
		if known { // by what the landlord is known now, too
			landlords[s.Offer(at).Listing.Landlord().Key()] = true
		}
	}
	delete(landlords, "")
	if len(landlords) > 0 {
		for at := range s.Offers() {
			if landlords[s.Offer(at).Listing.Landlord().Key()] {
				excluded = append(excluded, at)
			}
		}
	}
	for _, at := range excluded {
		if c.Declined == nil {
			c.Declined = map[string]bool{}
		}
		c.Declined[s.Offer(at).ID] = true
	}
	return c
}

// excludeLandlords gathers by what the landlords are known that are excluded: as
// they were when the decline was recorded, and as they are now.
func (c *candidate) excludeLandlords(tx *storage.Tx) error {
	for i := range c.placements {
		key := c.placements[i].ExcludesLandlord()
		if key == "" {
			continue
		}
		c.landlords[key] = true
		l, err := Listings.GetBy(tx, "key", c.placements[i].Personal.ListingKey)
		switch {
		case err == nil:
			c.landlords[l.Value.Record.Landlord().Key()] = true
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		}
	}
	delete(c.landlords, "")
	return nil
}
