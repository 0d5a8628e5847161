package office

import (
	"context"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/storage"
)

// What can happen to a listing's private links.
const (
	WhatLinkSent     What = "link_sent"
	WhatLinksRevoked What = "links_revoked"
)

// LinkState says which private links open a listing.
type LinkState struct {
	N       int       // links that open it now
	Last    time.Time // when the newest was made; zero for none
	Until   time.Time // when the last of them ends
	Reaches bool      // the landlord can be sent a link
}

// ListingLinks says which private links open a listing. Errors: NotFound.
func (o *Office) ListingLinks(ctx context.Context, id string) (out LinkState, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Listings.Get(tx, id)
		if err != nil {
			return err
		}
		open, err := links.Opening(tx, id, contactsOf(&rec.Value.Record), o.now())
		if err != nil {
			return err
		}
		_, to := addressOf(&rec.Value.Record, "")
		out = LinkState{N: len(open), Reaches: to != ""}
		for i := range open {
			if i == 0 {
				out.Last = time.UnixMilli(open[i].Created)
			}
			if until := time.UnixMilli(open[i].Expires); until.After(out.Until) {
				out.Until = until
			}
		}
		return nil
	})
	return out, err
}

// RevokeLinks ends every private link that opens a listing: those shown on a page
// and those sent to its landlord, which may open others of the same landlord as
// well. Errors: NotFound.
func (o *Office) RevokeLinks(ctx context.Context, id, who string) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Listings.Get(tx, id)
		if err != nil {
			return err
		}
		return o.revokeLinks(tx, &rec, who)
	})
}

func (o *Office) revokeLinks(tx *storage.Tx, rec *ListingRecord, who string) error {
	if err := links.RevokeListing(tx, rec.ID); err != nil {
		return err
	}
	for _, contact := range contactsOf(&rec.Value.Record) {
		if err := links.RevokeContact(tx, contact); err != nil {
			return err
		}
	}
	return o.Record(tx, Event{Who: who, What: WhatLinksRevoked, Register: "listings", Record: rec.ID, Personal: EventPersonal{Key: rec.Value.Key}})
}

// RenewLinks ends every private link that opens a listing and sends its landlord a
// new one. Errors: NotFound; Invalid where the landlord cannot be reached.
func (o *Office) RenewLinks(ctx context.Context, id, who string) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Listings.Get(tx, id)
		if err != nil {
			return err
		}
		if _, to := addressOf(&rec.Value.Record, ""); to == "" {
			return apperr.New(apperr.Invalid, "The landlord has neither an e-mail address nor a telephone number.").In("links.no_address", nil)
		}
		if err := o.revokeLinks(tx, &rec, who); err != nil {
			return err
		}
		if err := o.sendLink(tx, &rec, "renewal"); err != nil {
			return err
		}
		return o.Record(tx, Event{Who: who, What: WhatLinkSent, Register: "listings", Record: rec.ID, Personal: EventPersonal{Key: rec.Value.Key}})
	})
}

// RevokeLandlord ends every private link of a landlord. Errors: NotFound.
func (o *Office) RevokeLandlord(ctx context.Context, landlord, who string) error {
	h, err := o.LandlordHistory(ctx, landlord)
	if err != nil {
		return err
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		for i := range h.Listings {
			if err := o.revokeLinks(tx, &h.Listings[i], who); err != nil {
				return err
			}
		}
		return nil
	})
}
