package demo

import (
	"fmt"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching/households"
)

// Large returns a municipality that is as many made-up ones side by side as it
// takes for so many listings and households, with the units that these live in:
// for measuring. References, keys and landlords are told apart by the number of
// the one that they come from.
func Large(on civil.Date, listings, size int) Data {
	all := Data{Checklists: map[string]households.Checklist{}}
	known := map[string]bool{} // keys of listings
	for seed := uint64(1); len(all.Listings) < listings || len(all.Households) < size; seed++ {
		d := Municipality(on, seed)
		mark := func(ref *string) {
			if *ref != "" {
				*ref = fmt.Sprintf("%d-%s", seed, *ref)
			}
		}
		keys := map[string]string{} // of listings, old to new
		for i := range d.Listings {
			l := &d.Listings[i]
			old := l.Key()
			mark(&l.ExternalRef)
			if l.LandlordName != "" {
				l.LandlordName += fmt.Sprintf(" %d", seed)
			}
			if known[l.Key()] || len(all.Listings) == listings {
				continue
			}
			keys[old], known[l.Key()] = l.Key(), true
			all.Listings = append(all.Listings, *l)
		}
		kept, lived := map[string]bool{}, map[string]bool{}
		for i := range d.Households {
			if len(all.Households) == size {
				break
			}
			h := &d.Households[i]
			list, ok := d.Checklists[h.Ref]
			mark(&h.Ref)
			mark(&h.CurrentUnit)
			lived[h.CurrentUnit] = true
			if kept[h.Ref] = true; ok {
				all.Checklists[h.Ref] = list
			}
			all.Households = append(all.Households, *h)
		}
		for i := range d.Units {
			if mark(&d.Units[i].UnitRef); lived[d.Units[i].UnitRef] {
				all.Units = append(all.Units, d.Units[i])
			}
		}
		for i := range d.Occupancies {
			o := &d.Occupancies[i]
			mark(&o.HouseholdRef)
			if mark(&o.UnitRef); lived[o.UnitRef] {
				all.Occupancies = append(all.Occupancies, *o)
			}
		}
		for i := range d.Placements {
			p := &d.Placements[i]
			mark(&p.Personal.HouseholdRef)
			mark(&p.UnitRef)
			key, ok := keys[p.Personal.ListingKey]
			if p.Personal.ListingKey = key; ok && kept[p.Personal.HouseholdRef] {
				all.Placements = append(all.Placements, *p)
			}
		}
	}
	return all
}
