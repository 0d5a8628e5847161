package office

import (
	"context"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// ListingRecord, HouseholdRecord, UnitRecord and PlacementRecord are records of
// the registers with their ids and versions.
type (
	ListingRecord   = storage.Record[Entry[landlords.Listing]]
	HouseholdRecord = storage.Record[Entry[households.Household]]
	UnitRecord      = storage.Record[Entry[vacancy.Unit]]
	PlacementRecord = storage.Record[Placement]
)

// Cursor is a place in a list, where its next page starts.
type Cursor = storage.Cursor

// Listing returns the listing of an id. Errors: NotFound.
func (o *Office) Listing(ctx context.Context, id string) (ListingRecord, error) {
	return get(ctx, o, Listings, id)
}

// Household returns the household of an id. Errors: NotFound.
func (o *Office) Household(ctx context.Context, id string) (HouseholdRecord, error) {
	return get(ctx, o, Households, id)
}

// Placement returns the placement of an id. Errors: NotFound.
func (o *Office) Placement(ctx context.Context, id string) (PlacementRecord, error) {
	return get(ctx, o, Placements, id)
}

func get[T any](ctx context.Context, o *Office, c *storage.Collection[T], id string) (rec storage.Record[T], err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		rec, err = c.Get(tx, id)
		return err
	})
	return rec, err
}

// ListingByKey returns the listing of a key. Errors: NotFound.
func (o *Office) ListingByKey(ctx context.Context, key string) (rec ListingRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		rec, err = Listings.GetBy(tx, "key", key)
		return notFound(err, "listing", key)
	})
	return rec, err
}

// HouseholdByRef returns the household of a reference. Errors: NotFound.
func (o *Office) HouseholdByRef(ctx context.Context, ref string) (rec HouseholdRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		rec, err = Households.GetBy(tx, "key", ref)
		return notFound(err, "household", ref)
	})
	return rec, err
}

// ReadinessFilter chooses households by how near they are to a home.
type ReadinessFilter string

// The filters. "" chooses all.
const (
	ReadyNow  ReadinessFilter = "ready"     // the day of being ready has come
	ReadySoon ReadinessFilter = "soon"      // it lies ahead
	NotReady  ReadinessFilter = "not_ready" // there is none
)

// HouseholdsQuery asks for a page of households, those ready longest first.
type HouseholdsQuery struct {
	Ready      ReadinessFilter
	Employment households.Employment // "" chooses all
	Ref        string                // one reference; "" chooses all
	After      storage.Cursor
	Limit      int
}

// HouseholdsPage is a page of households and how many there are in all.
type HouseholdsPage struct {
	Households []HouseholdRecord
	Next       storage.Cursor // "" on the last page
	Total      int            // that the query chooses
}

// FindHouseholds returns a page of households by readiness. Errors: Invalid for a
// cursor of another query, and those of the store.
func (o *Office) FindHouseholds(ctx context.Context, q HouseholdsQuery) (out HouseholdsPage, err error) {
	query := storage.Query{Sort: "record.ready_date", After: q.After, Limit: q.Limit}
	switch q.Ready {
	case ReadyNow:
		query.Where = append(query.Where, storage.Le("record.ready_date", o.Today()))
	case ReadySoon:
		query.Where = append(query.Where, storage.Gt("record.ready_date", o.Today()))
	case NotReady:
		query.Where, query.Sort = append(query.Where, storage.IsNull("record.ready_date")), ""
	}
	if q.Employment != "" {
		query.Where = append(query.Where, storage.Eq("record.employment", q.Employment))
	}
	if q.Ref != "" {
		query.Where = append(query.Where, storage.Eq("key", q.Ref))
	}
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		if out.Households, out.Next, err = Households.Page(tx, query); err != nil {
			return err
		}
		out.Total, err = Households.Count(tx, query)
		return err
	})
	return out, err
}

// PlacementsOf returns the placements of a household (or, with listing, of a
// listing), the newest first. Errors: those of the store.
func (o *Office) PlacementsOf(ctx context.Context, household, listing string) (out []PlacementRecord, err error) {
	path, key := "placement.personal.household_ref", household
	if listing != "" {
		path, key = "placement.personal.listing_key", listing
	}
	return o.placementsWhere(ctx, storage.Eq(path, key))
}

// PlacementsIn returns the placements that are in one of the states, the newest
// first. Errors: those of the store.
func (o *Office) PlacementsIn(ctx context.Context, states ...placements.State) ([]PlacementRecord, error) {
	return o.placementsWhere(ctx, storage.In("placement.state", states...))
}

// BoardOf is PlacementsIn one state, without what the engine knew and said when
// the pairs were proposed. Errors: those of the store.
func (o *Office) BoardOf(ctx context.Context, state placements.State) (out []PlacementRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range briefPlacements.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("placement.state", state)}, Desc: true}) {
			if err != nil {
				return err
			}
			out = append(out, PlacementRecord{ID: rec.ID, Version: rec.Version, Seq: rec.Seq, Value: rec.Value.whole()})
		}
		return nil
	})
	return out, err
}

func (o *Office) placementsWhere(ctx context.Context, where storage.Cond) (out []PlacementRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range Placements.Find(tx, storage.Query{Where: []storage.Cond{where}, Desc: true}) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	})
	return out, err
}

// AvailabilityOf says whether a household may be proposed on a day. Errors: those
// of the store.
func (o *Office) AvailabilityOf(ctx context.Context, household string, on civil.Date) (Availability, error) {
	recs, err := o.PlacementsOf(ctx, household, "")
	return AvailabilityIn(recs, on), err
}

// AvailabilityIn is AvailabilityOf the household whose placements these all are.
func AvailabilityIn(recs []PlacementRecord, on civil.Date) Availability {
	all := make([]placements.Placement, len(recs))
	for i := range recs {
		all[i] = recs[i].Value.Placement
	}
	return availability(all, on)
}

// Timeline returns what happened to a record, the newest first. On the last page
// the import that brought it comes last. Errors: Invalid for a cursor of another
// list, and those of the store.
func (o *Office) Timeline(ctx context.Context, register, id string, after storage.Cursor, limit int) (page []Event, next storage.Cursor, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		q := storage.Query{Where: []storage.Cond{storage.Eq("register", register), storage.Eq("record", id)}, Desc: true, After: after, Limit: limit}
		recs, cursor, err := Events.Page(tx, q)
		if err != nil {
			return err
		}
		page, next = nil, cursor
		for _, rec := range recs {
			page = append(page, rec.Value)
		}
		if next != "" {
			return nil
		}
		brought, err := broughtBy(tx, register, id)
		page = append(page, brought...)
		return err
	})
	return page, next, err
}

// broughtBy returns the event of the import that made a record, where one did.
func broughtBy(tx *storage.Tx, register, id string) ([]Event, error) {
	var by, key, file string
	var err error
	switch register {
	case "listings":
		var rec ListingRecord
		rec, err = Listings.Get(tx, id)
		by, key, file = rec.Value.Import, rec.Value.Key, rec.Value.Source
	case "households":
		var rec HouseholdRecord
		rec, err = Households.Get(tx, id)
		by, key, file = rec.Value.Import, rec.Value.Key, rec.Value.Source
	case "occupancies":
		var rec storage.Record[Entry[vacancy.Occupancy]]
		rec, err = Occupancies.Get(tx, id)
		by, key, file = rec.Value.Import, rec.Value.Key, rec.Value.Source
	case "units":
		var rec UnitRecord
		rec, err = Units.Get(tx, id)
		by, key, file = rec.Value.Import, rec.Value.Key, rec.Value.Source
	}
	if apperr.CodeOf(err) == apperr.NotFound { // removed: the trail goes on
		return nil, nil
	}
	if err != nil || by == "" {
		return nil, err
	}
	e := Event{What: WhatCreated, Register: register, Record: id, Import: by, Personal: EventPersonal{Key: key, Note: file}}
	switch rec, err := Imports.Get(tx, by); {
	case err == nil:
		e.At, e.Who = rec.Value.At, rec.Value.Who
	case apperr.CodeOf(err) != apperr.NotFound:
		return nil, err
	}
	return []Event{e}, nil
}

// TimelinePage is how many events a page shows where nobody says otherwise.
const TimelinePage = 30

// IDsOf returns the record ids of listings by their keys, and of households by
// their references. Those that are not there are left out. Errors: those of the
// store.
func (o *Office) IDsOf(ctx context.Context, listings, households []string) (ofListings, ofHouseholds map[string]string, err error) {
	ofListings, ofHouseholds = map[string]string{}, map[string]string{}
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		for rec, err := range Listings.Find(tx, storage.Query{Where: []storage.Cond{storage.In("key", listings...)}}) {
			if err != nil {
				return err
			}
			ofListings[rec.Value.Key] = rec.ID
		}
		for rec, err := range Households.Find(tx, storage.Query{Where: []storage.Cond{storage.In("key", households...)}}) {
			if err != nil {
				return err
			}
			ofHouseholds[rec.Value.Key] = rec.ID
		}
		return nil
	})
	return ofListings, ofHouseholds, err
}
