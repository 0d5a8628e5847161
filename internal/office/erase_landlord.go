package office

import (
	"context"
	"crypto/rand"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

// ErasedLives are the times on offer of erased landlords' homes under random names:
// for the counts of listings and landlords won and lost.
var ErasedLives = storage.NewCollection[landlords.Life](storage.Schema{Name: "erased_lives"})

// EraseLandlord removes a landlord and all that leads to them, in one transaction:
// their listings with photos, links, messages, contact log and guarantees, and what
// placements, rounds and events say of them. The figures stand, on random names
// (decision 43). A home that is still on offer is withdrawn first. The trail keeps who
// saw and did what until it is purged. Errors: NotFound; Invalid while a tenancy, an
// offer, a guarantee or a lease of the municipality's is in force.
func (o *Office) EraseLandlord(ctx context.Context, id, who string) error {
	alias := "erased-" + rand.Text()[:10]
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		recs, err := find(tx, Listings, storage.Eq("landlord", id))
		if err != nil {
			return err
		}
		if len(recs) == 0 {
			return apperr.New(apperr.NotFound, "There is no such landlord.").In("landlord.none", nil)
		}
		for i := range recs { // before anything is written
			if err := o.mayErase(tx, &recs[i]); err != nil {
				return err
			}
		}
		e := landlordErasure{Office: o, tx: tx, who: who, alias: alias, landlord: id, first: o.Today()}
		for i := range recs {
			if err := e.listing(&recs[i]); err != nil {
				return err
			}
		}
		return e.beside()
	})
}

// mayErase refuses to erase a home whose landlord and the municipality, or a
// household of it, have to do with each other still.
func (o *Office) mayErase(tx *storage.Tx, rec *ListingRecord) error {
	l, today := &rec.Value.Record, o.Today()
	home := map[string]any{"Address": l.Address}
	placed, err := find(tx, Placements, storage.Eq("placement.personal.listing_key", rec.Value.Key))
	if err != nil {
		return err
	}
	for i := range placed {
		if p := &placed[i].Value.Placement; p.Active() || p.Housed() {
			return apperr.New(apperr.Invalid, "A household of the municipality's rents %s, or has been offered it.", l.Address).In("erase.landlord.placed", home)
		}
	}
	promised, err := find(tx, Guarantees, storage.Eq("listing", rec.ID))
	if err != nil {
		return err
	}
	for i := range promised {
		if !promised[i].Value.Guarantee.Over(today) {
			return apperr.New(apperr.Invalid, "A guarantee for %s is in force, or may still be claimed.", l.Address).In("erase.landlord.guaranteed", home)
		}
	}
	units, err := find(tx, Units)
	if err != nil {
		return err
	}
	for i := range units {
		if u := &units[i].Value.Record; u.Ownership == vacancy.LeasedIn && leasedFrom(u, l) && (u.InServiceTo == 0 || u.InServiceTo > today) {
			return apperr.New(apperr.Invalid, "The municipality rents %s as the unit %s.", l.Address, u.UnitRef).
				In("erase.landlord.leased_in", map[string]any{"Address": l.Address, "Unit": u.UnitRef})
		}
	}
	return nil
}

// landlordErasure is one erasure, inside its transaction.
type landlordErasure struct {
	*Office
	tx       *storage.Tx
	who      string
	alias    string // of the landlord
	landlord string // LandlordID

	listings []string   // ids, of those erased
	contacts []string   // where the landlord was reached
	first    civil.Date // when the office knew of the first of the homes
}

// listing erases one home of the landlord's.
func (e *landlordErasure) listing(rec *ListingRecord) error {
	e.listings, e.contacts = append(e.listings, rec.ID), append(e.contacts, contactsOf(&rec.Value.Record)...)
	no := placements.Decline{By: placements.ByLandlord, Reason: placements.ListingWithdrawn, Consequence: placements.NoConsequence}
	if err := e.release(e.tx, "placement.personal.listing_key", rec.Value.Key, "", no, e.who); err != nil {
		return err
	}
	if rec.Value.Record.Status.Offered() {
		if err := e.ChangeStatusIn(e.tx, rec, StatusChange{To: landlords.StatusWithdrawn, Why: "erased", Who: e.who}); err != nil {
			return err
		}
	}
	if err := e.tx.Flush(); err != nil { // what follows reads it
		return err
	}
	alias := "erased-" + rand.Text()[:10]
	if err := e.keepLife(rec, alias); err != nil {
		return err
	}
	if err := e.placements(rec.Value.Key, alias); err != nil {
		return err
	}
	if err := renamePairs(e.tx, func(p *Pair) *string { return &p.Listing }, rec.Value.Key, alias); err != nil {
		return err
	}
	if err := eraseEvents(e.tx, storage.Eq("register", "listings"), storage.Eq("record", rec.ID)); err != nil {
		return err
	}
	if err := deleteWhere(e.tx, Guarantees, nil, storage.Eq("listing", rec.ID)); err != nil {
		return err
	}
	if err := deleteBeside(e.tx, particulars, rec.ID); err != nil {
		return err
	}
	if err := ErasePhotos(e.tx, rec.ID); err != nil {
		return err
	}
	if err := Listings.Delete(e.tx, rec.ID, rec.Version); err != nil {
		return err
	}
	return e.Record(e.tx, Event{Who: e.who, What: WhatErased, Register: "listings", Record: rec.ID})
}

// keepLife keeps when the home was on offer.
func (e *landlordErasure) keepLife(rec *ListingRecord, alias string) error {
	told, err := find(e.tx, Events, storage.Eq("register", "listings"), storage.Eq("record", rec.ID))
	if err != nil {
		return err
	}
	events := make([]Event, len(told))
	for i := range told {
		events[i] = told[i].Value
	}
	var imported civil.Date
	if by := rec.Value.Import; by != "" {
		brought, err := Imports.Get(e.tx, by)
		if err := dropNotFound(err); err != nil {
			return err
		}
		imported = brought.Value.On
	}
	life := lifeOf(rec, events, imported)
	e.first = min(e.first, life.Since)
	life.Listing, life.Landlord = alias, e.alias
	return ErasedLives.Put(e.tx, &storage.Record[landlords.Life]{Value: life})
}

// placements takes the home and its landlord out of the placements towards it, and
// out of what their households remember.
func (e *landlordErasure) placements(key, alias string) error {
	recs, err := find(e.tx, Placements, storage.Eq("placement.personal.listing_key", key))
	if err != nil {
		return err
	}
	for i := range recs {
		rec := &recs[i]
		rec.Value.Placement.EraseListing(alias)
		rec.Value.Listing = ""
		if err := Placements.Put(e.tx, rec); err != nil {
			return err
		}
		if err := renameOther(e.tx, key, alias, storage.Eq("register", "households"), storage.Eq("record", rec.Value.Household)); err != nil {
			return err
		}
	}
	return nil
}

// beside erases what is about the landlord rather than one home: what was sent in,
// the log, links, messages, and the office's workbooks, which tell of the homes. They
// are made anew, with the random names, when somebody asks for them.
func (e *landlordErasure) beside() error {
	var wishes []string
	subs, err := find(e.tx, Submissions)
	if err != nil {
		return err
	}
	for i := range subs {
		sub := &subs[i].Value
		theirs := slices.Contains(e.listings, sub.Listing) || sub.CallMe != nil && slices.Contains(e.contacts, sub.CallMe.Phone)
		switch {
		case theirs:
			wishes = append(wishes, subs[i].ID)
			err = Submissions.Delete(e.tx, subs[i].ID, subs[i].Version)
		case slices.Contains(e.listings, sub.Twin):
			sub.Twin = ""
			err = Submissions.Put(e.tx, &subs[i])
		}
		if err != nil {
			return err
		}
	}
	if err := deleteWhere(e.tx, LandlordContacts, func(c *Contact) bool {
		return c.Landlord == e.landlord || slices.Contains(e.listings, c.Listing) || slices.Contains(wishes, c.Submission)
	}); err != nil {
		return err
	}
	if err := links.Erase(e.tx, e.listings, e.contacts); err != nil {
		return err
	}
	if err := outbox.Erase(e.tx, "listings", e.listings, e.contacts); err != nil {
		return err
	}
	first := "" // where nobody knows since when, every workbook may tell of them
	if e.first != 0 {
		first = civil.MonthOf(e.first).String()
	}
	if err := deleteWhere(e.tx, KeptReports, func(r *KeptReport) bool { return r.Variant == Full }, storage.Ge("month", first)); err != nil {
		return err
	}
	return audit.Write(e.tx, e.now(), audit.Entry{Who: e.who, What: audit.Deleted, Register: "landlords", Key: e.landlord})
}
