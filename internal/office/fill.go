package office

import (
	"context"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
	"github.com/boligklar/boligklar/matching/programme"
)

// demoPlan is for how many months a made-up municipality has planned settlements.
const demoPlan = 12

// Fill puts a made-up municipality into an empty store, in one transaction.
// Errors: Invalid where the store has records already, and those of the store.
func (o *Office) Fill(ctx context.Context, data demo.Data, who string) error {
	contents, err := o.Contents(ctx)
	if err != nil {
		return err
	}
	for _, c := range contents.Counts {
		if c.N > 0 {
			return apperr.New(apperr.Invalid, "The store already has records. Give the demo a folder of its own with --data DIR.").In("demo.not_empty", nil)
		}
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		if err := fillRegister(tx, importers.UnitSchema, Units, data.Units); err != nil {
			return err
		}
		if err := fillRegister(tx, importers.ListingSchema, Listings, data.Listings); err != nil {
			return err
		}
		if err := fillRegister(tx, importers.HouseholdSchema, Households, data.Households); err != nil {
			return err
		}
		if err := fillRegister(tx, importers.OccupancySchema, Occupancies, data.Occupancies); err != nil {
			return err
		}
		for ref, list := range data.Checklists {
			h, err := Households.GetBy(tx, "key", ref)
			if err != nil {
				return err
			}
			if err := HouseholdReadiness.Put(tx, &storage.Record[Readiness]{ID: h.ID, Value: Readiness{Items: list}}); err != nil {
				return err
			}
		}
		first := civil.MonthOf(o.Today()).Add(1)
		for i := range demoPlan {
			p := forecast.Planned{Month: first.Add(i), Households: 3 + i%4, Persons: 8 + 2*(i%4), Minors: i % 2}
			if err := planIn(tx, p, who); err != nil {
				return err
			}
		}
		if err := o.fillFacts(tx, &data.Facts, who); err != nil {
			return err
		}
		if err := o.fillPlacements(tx, data, who); err != nil {
			return err
		}
		for _, c := range data.Former {
			if err := ErasedCourses.Put(tx, &storage.Record[programme.Course]{Value: c}); err != nil {
				return err
			}
		}
		return nil
	})
}

// fillFacts stores what is noted of the units.
func (o *Office) fillFacts(tx *storage.Tx, f *demo.Facts, who string) error {
	for i := range f.Details {
		d := f.Details[i]
		if err := UnitDetails.Put(tx, &storage.Record[Fact[vacancy.Details]]{Value: Fact[vacancy.Details]{Unit: d.UnitRef, Fact: d, At: o.now().UTC(), Who: who}}); err != nil {
			return err
		}
	}
	on := func(unitRef string) *unitCase {
		return &unitCase{o, tx, storage.Record[Entry[vacancy.Unit]]{Value: Entry[vacancy.Unit]{Record: vacancy.Unit{UnitRef: unitRef}}}, who}
	}
	for _, x := range f.Outages {
		if err := put(on(x.UnitRef), Outages, x, x.Validate(), x.To.IsZero()); err != nil {
			return err
		}
	}
	for _, x := range f.Notices {
		if err := put(on(x.UnitRef), Notices, x, x.Validate(), true); err != nil {
			return err
		}
	}
	for _, x := range f.Preparations {
		if err := put(on(x.UnitRef), Preparations, x, x.Validate(), x.Ready.IsZero()); err != nil {
			return err
		}
	}
	for _, x := range f.Reservations {
		if err := put(on(x.UnitRef), Reservations, x, x.Validate(), true); err != nil {
			return err
		}
	}
	return nil
}

// fillPlacements stores the placements, and the guarantees that came of them.
func (o *Office) fillPlacements(tx *storage.Tx, data demo.Data, who string) error {
	var placed []storage.Record[Placement]
	for _, p := range data.Placements {
		rec := storage.Record[Placement]{Value: Placement{Placement: p}}
		h, err := Households.GetBy(tx, "key", p.Personal.HouseholdRef)
		if err != nil {
			return err
		}
		l, err := Listings.GetBy(tx, "key", p.Personal.ListingKey)
		if err != nil {
			return err
		}
		rec.Value.Household, rec.Value.Listing = h.ID, l.ID
		rec.Value.holdKeys()
		if err := Placements.Put(tx, &rec); err != nil {
			return err
		}
		placed = append(placed, rec)
	}
	for _, g := range data.Guarantees {
		p := &placed[g.Placement]
		l, err := Listings.Get(tx, p.Value.Listing)
		if err != nil {
			return err
		}
		rec := GuaranteeRecord{Value: GuaranteeEntry{Guarantee: g.Guarantee, Listing: l.ID, Landlord: LandlordID(l.Value.Record.Landlord()), Address: l.Value.Record.Address, Placement: p.ID}}
		if err := o.putGuarantee(tx, &rec, WhatGuarantee, "", who); err != nil {
			return err
		}
	}
	return nil
}

// fillRegister stores records as the program makes them: every field that they
// state was set here, not by a file.
func fillRegister[R any](tx *storage.Tx, schema *importers.Schema[R], register *storage.Collection[Entry[R]], records []R) error {
	var blank R
	for i := range records {
		entry := Entry[R]{Key: schema.Key(&records[i]), Record: records[i], Edited: importers.ChangedFields(schema, blank, records[i])}
		entry.hold()
		if err := register.Put(tx, &storage.Record[Entry[R]]{Value: entry}); err != nil {
			return err
		}
	}
	return nil
}
