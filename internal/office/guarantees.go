package office

import (
	"cmp"
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// GuaranteeEntry is a guarantee as it is stored.
type GuaranteeEntry struct {
	Guarantee landlords.Guarantee `json:"guarantee"`
	Listing   string              `json:"listing"`            // id of the listing that was let
	Landlord  string              `json:"landlord"`           // LandlordID
	Address   string              `json:"address,omitzero"`   // as it was then
	Placement string              `json:"placement,omitzero"` // id
	Who       string              `json:"who"`
}

// Guarantees are promises to landlords, by the municipality, NAV or others.
var Guarantees = storage.NewCollection[GuaranteeEntry](storage.Schema{
	Name: "guarantees",
	Indexes: []storage.Index{
		{Name: "landlord", Paths: []string{"landlord"}},
		{Name: "listing", Paths: []string{"listing"}},
		{Name: "state", Paths: []string{"guarantee.state"}},
	},
})

// SaveGuarantee stores a guarantee for a listing: a new one, or a new version of
// the one that id and version name. Errors: NotFound; Conflict; Invalid with a
// *ProblemsError.
func (o *Office) SaveGuarantee(ctx context.Context, id string, version int64, listing string, g landlords.Guarantee, who string) (saved string, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		l, err := Listings.Get(tx, listing)
		if err != nil {
			return err
		}
		if problems := g.Validate(l.Value.Record.Rent); len(apperr.Errors(problems)) > 0 {
			return refuse(problems)
		}
		rec := storage.Record[GuaranteeEntry]{ID: id, Version: version}
		rec.Value = GuaranteeEntry{Guarantee: g, Listing: listing, Landlord: LandlordID(l.Value.Record.Landlord()), Address: l.Value.Record.Address, Who: who}
		if err := Guarantees.Put(tx, &rec); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		saved = rec.ID
		return o.Record(tx, Event{Who: who, What: "guarantee", Register: "listings", Record: listing, To: string(g.State), Personal: EventPersonal{Key: l.Value.Key}})
	})
	return saved, err
}

// Deadline is a day by which something has to be done about a guarantee.
type Deadline struct {
	On        civil.Date
	What      string // expires, or claim_deadline
	Guarantee string // id
	Landlord  string // LandlordID
	Address   string
	Issuer    string
}

// GuaranteeDeadlines returns the deadlines of guarantees in force up to a day,
// the nearest first; those that have passed come first of all. Errors are those
// of the store.
func (o *Office) GuaranteeDeadlines(ctx context.Context, until civil.Date) (out []Deadline, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		q := storage.Query{Where: []storage.Cond{storage.In("guarantee.state", landlords.GuaranteeActive, landlords.GuaranteeClaimed)}}
		for rec, err := range Guarantees.Find(tx, q) {
			if err != nil {
				return err
			}
			g := &rec.Value.Guarantee
			add := func(on civil.Date, what string) {
				if on != 0 && on <= until {
					out = append(out, Deadline{on, what, rec.ID, rec.Value.Landlord, rec.Value.Address, g.Issuer})
				}
			}
			if g.State == landlords.GuaranteeActive && !g.WholeTenancy {
				add(g.ValidTo, "expires")
			}
			add(g.ClaimBy, "claim_deadline")
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Deadline) int { return cmp.Compare(a.On, b.On) })
	return out, err
}
