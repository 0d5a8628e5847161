package office

import (
	"context"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/placements"
)

// StatusChange is a step in a listing's life.
type StatusChange struct {
	To   landlords.Status // "" leaves the status: the landlord confirms that the home is free
	Why  string           // reason code; may be ""
	Note string           // free text of staff
	Who  string
}

// ChangeStatus takes a listing one step through its life, with an event. A
// listing that opens is confirmed today. One that is let or withdrawn ends the
// placements that are open towards it. Errors: NotFound; Invalid where the step
// is not one of landlords.Status.CanBecome, or where a placement holds the
// listing and has to be declined first.
func (o *Office) ChangeStatus(ctx context.Context, id string, c StatusChange) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Listings.Get(tx, id)
		if err != nil {
			return err
		}
		return o.ChangeStatusIn(tx, &rec, c)
	})
}

// ChangeStatusIn is ChangeStatus in a transaction. Errors: as ChangeStatus, but
// for NotFound.
func (o *Office) ChangeStatusIn(tx *storage.Tx, rec *storage.Record[Entry[landlords.Listing]], c StatusChange) error {
	l := &rec.Value.Record
	confirms := c.To == "" || c.To == landlords.StatusOpen
	if c.To == "" && !l.Status.Offered() {
		return apperr.New(apperr.Invalid, "The listing is no longer on offer. Open it again first.").In("listing.not_offered", nil)
	}
	if c.To != "" && !l.Status.CanBecome(c.To) {
		return apperr.New(apperr.Invalid, "A listing that is %q cannot become %q.", string(l.Status), string(c.To)).
			In("listing.cannot_become", map[string]any{"From": string(l.Status), "To": string(c.To)})
	}
	switch _, err := Placements.GetBy(tx, "active_listing", rec.Value.Key); {
	case err == nil && c.To != "":
		return apperr.New(apperr.Invalid, "The listing is offered to a household. Decline that placement first, or record its lease.").In("listing.held", nil)
	case err != nil && apperr.CodeOf(err) != apperr.NotFound:
		return err
	}
	if c.To == landlords.StatusWithdrawn || c.To == landlords.StatusLet {
		reason := placements.ListingWithdrawn
		if c.To == landlords.StatusLet {
			reason = placements.ChoseOtherTenant
		}
		if err := o.release(tx, "placement.personal.listing_key", rec.Value.Key, "",
			placements.Decline{By: placements.ByLandlord, Reason: reason, Consequence: placements.NoConsequence}, c.Who); err != nil {
			return err
		}
	}
	return o.putStatus(tx, rec, c, confirms)
}

// putStatus writes a listing's status, and its confirmation where it confirms.
func (o *Office) putStatus(tx *storage.Tx, rec *storage.Record[Entry[landlords.Listing]], c StatusChange, confirms bool) error {
	l := &rec.Value.Record
	e := Event{Who: c.Who, What: WhatStatus, Register: "listings", Record: rec.ID, From: string(l.Status), To: string(c.To), Why: c.Why,
		Personal: EventPersonal{Key: rec.Value.Key, Note: c.Note}}
	var changed []string
	if c.To == "" {
		e.What, e.From, e.To = WhatConfirm, "", ""
	} else if l.Status != c.To {
		l.Status = c.To
		changed = append(changed, "status")
	}
	if confirms && l.ConfirmedOn != o.Today() {
		l.ConfirmedOn = o.Today()
		changed = append(changed, "confirmed_on")
	}
	rec.Value.Edited = union(rec.Value.Edited, changed)
	if err := Listings.Put(tx, rec); err != nil {
		return err
	}
	return o.Record(tx, e)
}
