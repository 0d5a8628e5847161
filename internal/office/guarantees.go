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

// GuaranteeRecord is a stored guarantee.
type GuaranteeRecord = storage.Record[GuaranteeEntry]

// What can happen to a guarantee, as its listing remembers it.
const (
	WhatGuarantee         What = "guarantee"          // it was registered or changed
	WhatGuaranteeClaimed  What = "guarantee_claimed"  // the landlord claimed
	WhatGuaranteeSettled  What = "guarantee_settled"  // a claim was paid, refused or withdrawn: To
	WhatGuaranteeReleased What = "guarantee_released" // it was given back
)

// GuaranteeEdit is a guarantee as somebody registers or changes it. Its state and
// its claims are not edited: see ClaimGuarantee, SettleClaim and ReleaseGuarantee.
type GuaranteeEdit struct {
	ID        string // "" for a new one
	Version   int64  // that was read; 0 for a new one
	Listing   string // id, of a new one
	Placement string // id of the tenancy, of a new one; may be ""
	Guarantee landlords.Guarantee
	Who       string
}

// Guarantee returns a guarantee. Errors: NotFound, and those of the store.
func (o *Office) Guarantee(ctx context.Context, id string) (GuaranteeRecord, error) {
	return get(ctx, o, Guarantees, id)
}

// GuaranteesOf returns the guarantees that a listing's landlord has been given,
// the newest first. Errors are those of the store.
func (o *Office) GuaranteesOf(ctx context.Context, listing string) (out []GuaranteeRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out, err = guaranteesOf(tx, listing)
		return err
	})
	return out, err
}

func guaranteesOf(tx *storage.Tx, listing string) (out []GuaranteeRecord, err error) {
	for rec, err := range Guarantees.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("listing", listing)}, Desc: true}) {
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	return out, nil
}

// SaveGuarantee registers a guarantee for a listing, or changes one. It returns
// its id. Errors: NotFound; Conflict where it has changed since it was read;
// Invalid with a *ProblemsError.
func (o *Office) SaveGuarantee(ctx context.Context, e GuaranteeEdit) (id string, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec := GuaranteeRecord{Version: e.Version, Value: GuaranteeEntry{Listing: e.Listing, Placement: e.Placement}}
		state := landlords.GuaranteeActive
		var released civil.Date
		var claims []landlords.Claim
		if e.ID != "" {
			stored, err := Guarantees.Get(tx, e.ID)
			if err != nil {
				return err
			}
			if stored.Version != e.Version {
				return storage.Stale("guarantees", e.ID)
			}
			rec = stored
			state, released, claims = stored.Value.Guarantee.State, stored.Value.Guarantee.Released, stored.Value.Guarantee.Claims
		}
		rec.Value.Guarantee = e.Guarantee
		rec.Value.Guarantee.State, rec.Value.Guarantee.Released, rec.Value.Guarantee.Claims = state, released, claims
		l, err := Listings.Get(tx, rec.Value.Listing)
		if err != nil {
			return err
		}
		if problems := rec.Value.Guarantee.Validate(l.Value.Record.Rent); len(apperr.Errors(problems)) > 0 {
			return refuse(problems)
		}
		if err := checkText(e.Guarantee.Issuer); err != nil {
			return err
		}
		rec.Value.Landlord, rec.Value.Address = LandlordID(l.Value.Record.Landlord()), l.Value.Record.Address
		if err := o.putGuarantee(tx, &rec, WhatGuarantee, "", e.Who); err != nil {
			return err
		}
		id = rec.ID
		return nil
	})
	return id, err
}

// putGuarantee writes a guarantee with the event on its listing.
func (o *Office) putGuarantee(tx *storage.Tx, rec *GuaranteeRecord, what What, outcome, who string) error {
	rec.Value.Who = who
	if err := Guarantees.Put(tx, rec); err != nil {
		return err
	}
	if err := tx.Flush(); err != nil { // a version that is not the last shows before anything else is written
		return err
	}
	if outcome == "" {
		outcome = string(rec.Value.Guarantee.State)
	}
	return o.Record(tx, Event{Who: who, What: what, Register: "listings", Record: rec.Value.Listing, To: outcome})
}

// onGuarantee changes a guarantee that was read in a version. What change returns
// refuses it where it is an error, and is returned as warnings else.
func (o *Office) onGuarantee(ctx context.Context, id string, version int64, who string, what What, change func(g *landlords.Guarantee) ([]apperr.Problem, string)) (warnings []apperr.Problem, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Guarantees.Get(tx, id)
		if err != nil {
			return err
		}
		if rec.Version != version {
			return storage.Stale("guarantees", id)
		}
		problems, outcome := change(&rec.Value.Guarantee)
		if len(apperr.Errors(problems)) > 0 {
			return refuse(problems)
		}
		warnings = problems
		return o.putGuarantee(tx, &rec, what, outcome, who)
	})
	return warnings, err
}

// ClaimGuarantee notes a claim that a landlord has made, and returns what staff
// should know of it: that it is late, or for more than is left. Errors: NotFound;
// Conflict where the guarantee has changed since it was read; Invalid with a
// *ProblemsError.
func (o *Office) ClaimGuarantee(ctx context.Context, id string, version int64, claim landlords.Claim, who string) ([]apperr.Problem, error) {
	if err := checkText(claim.Note); err != nil {
		return nil, err
	}
	return o.onGuarantee(ctx, id, version, who, WhatGuaranteeClaimed, func(g *landlords.Guarantee) ([]apperr.Problem, string) {
		return g.Claim(claim, o.Today()), ""
	})
}

// SettleClaim notes how a claim ended. Errors: as ClaimGuarantee.
func (o *Office) SettleClaim(ctx context.Context, id string, version int64, s landlords.Settlement, who string) error {
	if err := checkText(s.Why); err != nil {
		return err
	}
	_, err := o.onGuarantee(ctx, id, version, who, WhatGuaranteeSettled, func(g *landlords.Guarantee) ([]apperr.Problem, string) {
		return g.Settle(s, o.Today()), string(s.State)
	})
	return err
}

// ReleaseGuarantee notes that a guarantee was given back. Errors: as ClaimGuarantee.
func (o *Office) ReleaseGuarantee(ctx context.Context, id string, version int64, on civil.Date, who string) error {
	_, err := o.onGuarantee(ctx, id, version, who, WhatGuaranteeReleased, func(g *landlords.Guarantee) ([]apperr.Problem, string) { return g.Release(on), "" })
	return err
}

// DeadlineKind is what has to be done about a guarantee by a day.
type DeadlineKind string

// The kinds.
const (
	GuaranteeExpires   DeadlineKind = "expires"        // prolong it, or tell the landlord
	ClaimsEnd          DeadlineKind = "claim_deadline" // the last day to claim
	ClaimWaitsForReply DeadlineKind = "claim_waits"    // a claim that the guarantor has not answered; On: when an answer is due
)

// ClaimAnswerDays is how long a guarantor may take to answer a claim before staff
// ask.
const ClaimAnswerDays = 14

// Deadline is a day by which something has to be done about a guarantee.
type Deadline struct {
	On        civil.Date
	What      DeadlineKind
	Guarantee string // id
	Landlord  string // LandlordID
	Address   string
	Issuer    string
}

// GuaranteeDeadlines returns the deadlines of guarantees up to a day, the nearest
// first; those that have passed come first of all. A guarantee that ran out is
// told of until it is released, as long as claims may still come: its deadline
// for claims is what matters then. Errors are those of the store.
func (o *Office) GuaranteeDeadlines(ctx context.Context, until civil.Date) (out []Deadline, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out, err = guaranteeDeadlines(tx, until)
		return err
	})
	return out, err
}

func guaranteeDeadlines(tx *storage.Tx, until civil.Date) (out []Deadline, err error) {
	q := storage.Query{Where: []storage.Cond{storage.In("guarantee.state", landlords.GuaranteeActive, landlords.GuaranteeClaimed)}}
	for rec, err := range Guarantees.Find(tx, q) {
		if err != nil {
			return nil, err
		}
		out = append(out, rec.Value.deadlines(rec.ID, until)...)
	}
	slices.SortStableFunc(out, func(a, b Deadline) int { return cmp.Compare(a.On, b.On) })
	return out, nil
}

// deadlines returns those of one guarantee up to a day.
func (e *GuaranteeEntry) deadlines(id string, until civil.Date) (out []Deadline) {
	g := &e.Guarantee
	if g.State != landlords.GuaranteeActive && g.State != landlords.GuaranteeClaimed {
		return nil
	}
	add := func(on civil.Date, what DeadlineKind) {
		if on != 0 && on <= until {
			out = append(out, Deadline{on, what, id, e.Landlord, e.Address, g.Issuer})
		}
	}
	if g.State == landlords.GuaranteeActive && !g.WholeTenancy {
		add(g.ValidTo, GuaranteeExpires)
	}
	add(g.ClaimBy, ClaimsEnd)
	for i := range g.Claims {
		if c := &g.Claims[i]; c.State == landlords.ClaimMade {
			add(c.On.AddDays(ClaimAnswerDays), ClaimWaitsForReply)
		}
	}
	return out
}
