package office

import (
	"context"
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// DetailFields are the fields of a unit's details by name, in the order of a form.
var DetailFields = []string{"purpose", "district", "area_m2", "shared_flat", "lessor", "lease_rent", "notice_months"}

// DetailTexts returns the details in plain words, by field; "" is not known.
func DetailTexts(d *vacancy.Details) map[string]string {
	number := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	return map[string]string{
		"purpose": string(d.Purpose), "district": d.District, "area_m2": number(d.AreaM2), "shared_flat": d.SharedFlat, "lessor": d.Lessor,
		"lease_rent": number(d.LeaseRent), "notice_months": number(d.NoticeMonths),
	}
}

// UnitAndDetails is a unit with what is known of it beside its fields, and the
// versions of both.
type UnitAndDetails struct {
	ID             string
	Version        int64
	Unit           vacancy.Unit
	DetailsVersion int64 // 0: nothing is known yet
	Details        vacancy.Details
}

// UnitAndDetails returns a unit by its record's id. Errors: NotFound.
func (o *Office) UnitAndDetails(ctx context.Context, id string) (out UnitAndDetails, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Units.Get(tx, id)
		if err != nil {
			return err
		}
		out = UnitAndDetails{ID: id, Version: rec.Version, Unit: rec.Value.Record}
		details, err := UnitDetails.GetBy(tx, "unit", out.Unit.UnitRef)
		if err == nil {
			out.DetailsVersion, out.Details = details.Version, details.Value.Fact
		}
		return dropNotFound(err)
	})
	return out, err
}

// CreateUnitAndDetails stores a new unit with its details. Errors: as CreateListing.
func (o *Office) CreateUnitAndDetails(ctx context.Context, u vacancy.Unit, d vacancy.Details, who string) (out Saved, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		if out, err = createIn(tx, o, &unitDesk, u, who); err != nil {
			return err
		}
		unit, err := Units.Get(tx, out.ID)
		if err != nil {
			return err
		}
		return (&unitCase{o, tx, unit, who}).putDetails(d, 0)
	})
	return out, err
}

// EditUnitAndDetails changes a unit and its details together; the values before stay
// in the trail. Errors: NotFound; Conflict where either has another version than was
// read; Invalid with a *ProblemsError.
func (o *Office) EditUnitAndDetails(ctx context.Context, e UnitAndDetails, who string) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Units.Get(tx, e.ID)
		if err != nil {
			return err
		}
		if rec.Version != e.Version {
			return storage.Stale("units", e.ID)
		}
		unitDesk.schema.Normalize(&e.Unit)
		before := rec.Value.Record.UnitRef
		if _, err := editIn(tx, o, &unitDesk, &rec, e.Unit, who, ""); err != nil {
			return err
		}
		c := &unitCase{o, tx, rec, who}
		if before != c.ref() {
			if err := c.renameFacts(before); err != nil {
				return err
			}
		}
		return c.putDetails(e.Details, e.DetailsVersion)
	})
}

// SetUnitDetails stores what is known of a unit beside its fields, whatever was known
// before. Errors: NotFound; Invalid with a *ProblemsError.
func (o *Office) SetUnitDetails(ctx context.Context, d vacancy.Details, who string) error {
	return o.onUnit(ctx, d.UnitRef, who, func(c *unitCase) error { return c.putDetails(d, -1) })
}

// putDetails stores the details and tells of each field that changed. A version below
// 0 takes any.
func (c *unitCase) putDetails(d vacancy.Details, version int64) error {
	d.UnitRef = c.ref()
	if problems := d.Validate(); len(apperr.Errors(problems)) > 0 {
		return refuse(problems)
	}
	for _, text := range []*string{&d.Lessor, &d.SharedFlat, &d.District} {
		if err := checkText(*text); err != nil {
			return err
		}
		*text, _ = importers.CleanText(*text)
	}
	rec, err := UnitDetails.GetBy(c.tx, "unit", d.UnitRef)
	if err = dropNotFound(err); err != nil {
		return err
	}
	if version >= 0 && rec.Version != version {
		return storage.Stale("unit_details", d.UnitRef)
	}
	var changes []importers.Difference
	was, is := DetailTexts(&rec.Value.Fact), DetailTexts(&d)
	for _, name := range DetailFields {
		if was[name] != is[name] {
			changes = append(changes, importers.Difference{Field: name, Stored: was[name], File: is[name]})
		}
	}
	if len(changes) == 0 {
		return nil
	}
	rec.Value = Fact[vacancy.Details]{Unit: d.UnitRef, Fact: d, At: c.now().UTC(), Who: c.who}
	if err := UnitDetails.Put(c.tx, &rec); err != nil {
		return err
	}
	return c.Record(c.tx, Event{Who: c.who, What: WhatUnitDetails, Register: "units", Record: c.unit.ID, Personal: EventPersonal{Key: c.ref(), Changes: changes}})
}

// renameFacts lets the facts of a unit follow its new reference. Stays keep a unit from
// being renamed at all.
func (c *unitCase) renameFacts(before string) error {
	if err := renameIn(c, UnitDetails, before, func(f *vacancy.Details) { f.UnitRef = c.ref() }); err != nil {
		return err
	}
	if err := renameIn(c, Outages, before, func(f *vacancy.Outage) { f.UnitRef = c.ref() }); err != nil {
		return err
	}
	if err := renameIn(c, Notices, before, func(f *vacancy.Notice) { f.UnitRef = c.ref() }); err != nil {
		return err
	}
	if err := renameIn(c, Preparations, before, func(f *vacancy.Preparation) { f.UnitRef = c.ref() }); err != nil {
		return err
	}
	return renameIn(c, Reservations, before, func(f *vacancy.Reservation) { f.UnitRef = c.ref() })
}

func renameIn[F any](c *unitCase, coll *storage.Collection[Fact[F]], before string, rename func(*F)) error {
	recs, err := unitFactRecords(c.tx, coll, before)
	for i := range recs {
		rec := &recs[i]
		rename(&rec.Value.Fact)
		rec.Value.Unit = c.ref()
		if rec.Value.Open != "" {
			rec.Value.Open = c.ref()
		}
		if err := coll.Put(c.tx, rec); err != nil {
			return err
		}
	}
	return err
}

// unitFactRecords returns the records of one kind about one unit.
func unitFactRecords[F any](tx *storage.Tx, coll *storage.Collection[Fact[F]], unit string) ([]storage.Record[Fact[F]], error) {
	var out []storage.Record[Fact[F]]
	for rec, err := range coll.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("unit", unit)}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	return out, nil
}

// OutageRecord is a period out of order as it is stored.
type OutageRecord = storage.Record[Fact[vacancy.Outage]]

// UnitOutages returns the periods that a unit was out of order, the newest first.
// Errors are those of the store.
func (o *Office) UnitOutages(ctx context.Context, unitRef string) (out []OutageRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		out, err = unitFactRecords(tx, Outages, unitRef)
		return err
	})
	slices.SortFunc(out, func(a, b OutageRecord) int { return int(b.Value.Fact.From - a.Value.Fact.From) })
	return out, err
}

// EditOutage corrects a period out of order; the dates before stay in the trail.
// Errors: NotFound; Conflict where it has changed since it was read, or where it would
// be the second one that lasts; Invalid with a *ProblemsError.
func (o *Office) EditOutage(ctx context.Context, id string, version int64, out vacancy.Outage, who string) error {
	return o.onUnit(ctx, out.UnitRef, who, func(c *unitCase) error {
		rec, err := c.outage(id, version)
		if err != nil {
			return err
		}
		if problems := out.Validate(); len(apperr.Errors(problems)) > 0 {
			return refuse(problems)
		}
		was := rec.Value.Fact
		if was == out {
			return nil
		}
		if open, err := Outages.GetBy(c.tx, "open", c.ref()); out.To.IsZero() && err == nil && open.ID != id {
			return c.goingOn()
		} else if err = dropNotFound(err); err != nil {
			return err
		}
		rec.Value.Fact, rec.Value.Open = out, ""
		if out.To.IsZero() {
			rec.Value.Open = c.ref()
		}
		if err := Outages.Put(c.tx, &rec); err != nil {
			return err
		}
		return c.tellOutage(WhatOutageChanged, &was, &out)
	})
}

// RemoveOutage takes away a period out of order that never was. Errors: as EditOutage.
func (o *Office) RemoveOutage(ctx context.Context, unitRef, id string, version int64, who string) error {
	return o.onUnit(ctx, unitRef, who, func(c *unitCase) error {
		rec, err := c.outage(id, version)
		if err != nil {
			return err
		}
		if err := Outages.Delete(c.tx, id, rec.Version); err != nil {
			return err
		}
		return c.tellOutage(WhatOutageRemoved, &rec.Value.Fact, &vacancy.Outage{})
	})
}

// outage returns an outage of this unit.
func (c *unitCase) outage(id string, version int64) (OutageRecord, error) {
	rec, err := Outages.Get(c.tx, id)
	switch {
	case err != nil:
		return rec, err
	case rec.Value.Unit != c.ref():
		return rec, apperr.New(apperr.NotFound, "The unit %s has no such period.", c.ref()).In("units.nothing", map[string]any{"Unit": c.ref()})
	case version != 0 && rec.Version != version:
		return rec, storage.Stale("outages", id)
	}
	return rec, nil
}

func (c *unitCase) tellOutage(what What, was, is *vacancy.Outage) error {
	var changes []importers.Difference
	for _, d := range []importers.Difference{
		{Field: "from", Stored: was.From.String(), File: is.From.String()}, {Field: "to", Stored: was.To.String(), File: is.To.String()},
		{Field: "outage", Stored: string(was.Reason), File: string(is.Reason)},
	} {
		if d.Stored != d.File {
			changes = append(changes, d)
		}
	}
	return c.Record(c.tx, Event{Who: c.who, What: what, Register: "units", Record: c.unit.ID, Personal: EventPersonal{Key: c.ref(), Changes: changes}})
}

func (c *unitCase) goingOn() error {
	return apperr.New(apperr.Conflict, "The unit %s has one of these going on already. End it first.", c.ref()).In("units.going_on", map[string]any{"Unit": c.ref()})
}

// CloseUnit takes a unit out of service for good: on is the first day out of it.
// Errors: NotFound; Invalid with a *ProblemsError.
func (o *Office) CloseUnit(ctx context.Context, unitRef string, on civil.Date, who string) (out Saved, err error) {
	err = o.onUnit(ctx, unitRef, who, func(c *unitCase) (err error) {
		closed := c.unit.Value.Record
		closed.InServiceTo = on
		out, err = editIn(c.tx, o, &unitDesk, &c.unit, closed, who, "")
		return err
	})
	return out, err
}

// EditOccupancy corrects a stay. The values before stay in the trail. Errors: as
// EditListing; Duplicate where it would be the second open stay of its unit.
func (o *Office) EditOccupancy(ctx context.Context, e Edit[vacancy.Occupancy], who string) (Saved, error) {
	return edit(ctx, o, &occupancyDesk, e, who)
}

// Occupancy returns a stay's record by its id. Errors: NotFound.
func (o *Office) Occupancy(ctx context.Context, id string) (rec storage.Record[Entry[vacancy.Occupancy]], err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		rec, err = Occupancies.Get(tx, id)
		return err
	})
	return rec, err
}

// RemoveOccupancy takes away a stay that never was. What it said stays in the trail.
// Errors: NotFound; Conflict where it has changed since it was read.
func (o *Office) RemoveOccupancy(ctx context.Context, id string, version int64, who string) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Occupancies.Get(tx, id)
		if err != nil {
			return err
		}
		if rec.Version != version {
			return storage.Stale("occupancies", id)
		}
		if err := Occupancies.Delete(tx, id, version); err != nil {
			return err
		}
		return o.Record(tx, Event{Who: who, What: WhatRemoved, Register: "occupancies", Record: id,
			Personal: EventPersonal{Key: rec.Value.Key, Changes: importers.FieldDifferences(importers.OccupancySchema, rec.Value.Record, vacancy.Occupancy{})}})
	})
}

// Stays returns the stays in a unit, the newest first. Errors are those of the store.
func (o *Office) Stays(ctx context.Context, unitRef string) ([]storage.Record[Entry[vacancy.Occupancy]], error) {
	var out []storage.Record[Entry[vacancy.Occupancy]]
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range Occupancies.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.unit_ref", unitRef)}}) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b storage.Record[Entry[vacancy.Occupancy]]) int {
		return int(b.Value.Record.From - a.Value.Record.From)
	})
	return out, err
}
