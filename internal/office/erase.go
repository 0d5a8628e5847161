package office

import (
	"context"
	"crypto/rand"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching/programme"
)

// WhatErased tells that a household, or a landlord's home, was erased; not which.
const WhatErased What = "erased"

// ErasedCourses are the ways of erased households under random names: dates alone,
// for the success figures of the programme.
var ErasedCourses = storage.NewCollection[programme.Course](storage.Schema{Name: "erased_courses"})

// EraseHousehold removes a household and all that leads to it, in one transaction:
// its profile, checklist and contact details, the personal part of its placements
// and of every event that names it. The figures stand, on a random name
// (decision 32). The trail keeps who saw and changed it under its reference until it
// is purged: they answer for what they did. Errors: NotFound; Conflict where the
// record has changed since it was read (version 0 takes any); Invalid while the
// household lives in a unit or a placement of it is going on.
func (o *Office) EraseHousehold(ctx context.Context, id string, version int64, who string) error {
	alias := "erased-" + rand.Text()[:10]
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Households.Get(tx, id)
		switch {
		case err != nil:
			return err
		case version != 0 && version != rec.Version:
			return storage.Stale("households", id)
		}
		ref := rec.Value.Record.Ref
		if err := keepCourse(tx, id, alias); err != nil {
			return err
		}
		if err := o.eraseFromFigures(tx, ref, alias); err != nil {
			return err
		}
		if err := o.erasePlacements(tx, ref); err != nil {
			return err
		}
		if err := renamePairs(tx, func(p *Pair) *string { return &p.Household }, ref, alias); err != nil {
			return err
		}
		if err := eraseEvents(tx, storage.Eq("register", "households"), storage.Eq("record", id)); err != nil {
			return err
		}
		if err := deleteBeside(tx, HouseholdContacts, id); err != nil {
			return err
		}
		if err := deleteBeside(tx, HouseholdReadiness, id); err != nil {
			return err
		}
		if err := Households.Delete(tx, id, rec.Version); err != nil {
			return err
		}
		return o.Record(tx, Event{Who: who, What: WhatErased, Register: "households", Record: id})
	})
}

// keepCourse keeps the dates of a household that began individual follow-up.
func keepCourse(tx *storage.Tx, id, alias string) error {
	all, err := makeIn(tx, newProgrammeModel())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c programme.Course) bool { return c.ID == id })
	if i < 0 || all[i].Began.IsZero() {
		return nil
	}
	all[i].Ref, all[i].ID = alias, ""
	return ErasedCourses.Put(tx, &storage.Record[programme.Course]{Value: all[i]})
}

// erasePlacements empties the personal part of a household's placements, and its name
// in the events of their listings.
func (o *Office) erasePlacements(tx *storage.Tx, ref string) error {
	recs, err := find(tx, Placements, storage.Eq("placement.personal.household_ref", ref))
	if err != nil {
		return err
	}
	for i := range recs {
		rec := &recs[i]
		if rec.Value.Placement.Open() {
			return apperr.New(apperr.Invalid, "A placement of the household is still going on. Decline it or end it first.").In("erase.placed", nil)
		}
		if err := rec.Value.Placement.Erase(o.now().UTC()); err != nil {
			return err
		}
		rec.Value.holdKeys()
		if err := Placements.Put(tx, rec); err != nil {
			return err
		}
		if err := eraseEvents(tx, storage.Eq("register", "placements"), storage.Eq("record", rec.ID)); err != nil {
			return err
		}
		if err := renameOther(tx, ref, "", storage.Eq("register", "listings"), storage.Eq("record", rec.Value.Listing)); err != nil {
			return err
		}
	}
	return nil
}

// renameOther puts a name in place of another record's in the events that tell of it.
func renameOther(tx *storage.Tx, from, to string, where ...storage.Cond) error {
	recs, err := find(tx, Events, where...)
	if err != nil {
		return err
	}
	for i := range recs {
		if recs[i].Value.Personal.Other != from {
			continue
		}
		recs[i].Value.Personal.Other = to
		if err := Events.Put(tx, &recs[i]); err != nil {
			return err
		}
	}
	return nil
}

// renamePairs gives a household or a listing, as which chooses, its random name in the
// allocation rounds.
func renamePairs(tx *storage.Tx, which func(*Pair) *string, from, to string) error {
	recs, err := find(tx, Rounds)
	if err != nil {
		return err
	}
	for i := range recs {
		found := false
		for _, pairs := range [][]Pair{recs[i].Value.Locked, recs[i].Value.Excluded} {
			for k := range pairs {
				if name := which(&pairs[k]); *name == from {
					*name, found = to, true
				}
			}
		}
		if found {
			if err := Rounds.Put(tx, &recs[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// eraseEvents empties the personal part of events.
func eraseEvents(tx *storage.Tx, where ...storage.Cond) error {
	recs, err := find(tx, Events, where...)
	if err != nil {
		return err
	}
	for i := range recs {
		recs[i].Value.Personal = EventPersonal{}
		if err := Events.Put(tx, &recs[i]); err != nil {
			return err
		}
	}
	return nil
}

// deleteBeside removes what is kept beside a household's record, if anything is.
func deleteBeside[T any](tx *storage.Tx, c *storage.Collection[T], id string) error {
	rec, err := c.Get(tx, id)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		return nil
	case err != nil:
		return err
	}
	return c.Delete(tx, id, rec.Version)
}

// deleteWhere removes the records of a query that which chooses; nil chooses all.
func deleteWhere[T any](tx *storage.Tx, c *storage.Collection[T], which func(*T) bool, where ...storage.Cond) error {
	recs, err := find(tx, c, where...)
	if err != nil {
		return err
	}
	for i := range recs {
		if which == nil || which(&recs[i].Value) {
			if err := c.Delete(tx, recs[i].ID, recs[i].Version); err != nil {
				return err
			}
		}
	}
	return nil
}

// find returns the records of a query: a stream must have ended before what it read
// is written.
func find[T any](tx *storage.Tx, c *storage.Collection[T], where ...storage.Cond) (out []storage.Record[T], err error) {
	for rec, err := range c.Find(tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	return out, nil
}
