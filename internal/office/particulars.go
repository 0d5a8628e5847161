package office

import (
	"context"
	"reflect"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// particulars are what landlords said of homes beside their listings, under the
// listing's id.
var particulars = storage.NewCollection[landlords.Particulars](storage.Schema{Name: "particulars"})

// Particulars returns what is known of a listing's home beside the listing; none
// of it where nobody said any. Errors are those of the store.
func (o *Office) Particulars(ctx context.Context, listing string) (p landlords.Particulars, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := particularsOf(tx, listing)
		p = rec.Value
		return err
	})
	return p, err
}

func particularsOf(tx *storage.Tx, listing string) (storage.Record[landlords.Particulars], error) {
	rec, err := particulars.Get(tx, listing)
	if apperr.CodeOf(err) == apperr.NotFound {
		return storage.Record[landlords.Particulars]{ID: listing}, nil
	}
	return rec, err
}

// SetParticulars writes what is known of a listing's home. Errors: NotFound.
func (o *Office) SetParticulars(ctx context.Context, listing string, p landlords.Particulars, who string) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Listings.Get(tx, listing)
		if err != nil {
			return err
		}
		return o.putParticulars(tx, &rec, p, who)
	})
}

// putParticulars writes them in a transaction, with an event where they changed.
func (o *Office) putParticulars(tx *storage.Tx, l *ListingRecord, p landlords.Particulars, who string) error {
	rec, err := particularsOf(tx, l.ID)
	if err != nil {
		return err
	}
	p.Clean()
	if reflect.DeepEqual(rec.Value, p) {
		return nil
	}
	rec.Value = p
	if err := particulars.Put(tx, &rec); err != nil {
		return err
	}
	return o.Record(tx, Event{Who: who, What: WhatParticulars, Register: "listings", Record: l.ID, Personal: EventPersonal{Key: l.Value.Key}})
}

// WhatParticulars is that the landlord, or staff, said more of the house.
const WhatParticulars What = "particulars"
