package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// PlacementStep is the next thing that happens to a placement.
type PlacementStep struct {
	ID      string
	Version int64           // of the placement that was read; 0 takes any
	Kind    placements.Kind // any of placements.Kinds
	Date    civil.Date      // the day it holds for; 0 is today
	Decline *placements.Decline
	Check   *placements.Check
	Reason  vacancy.Reason    // of the end of a tenancy under a sublet: where the household went; "" is not known
	Correct map[string]string // of a decline that corrects a requirement: the listing's fields, as typed
	Note    string
	Who     string
}

// Advance records the next step of a placement and all that follows from it, in
// one transaction: an offer reserves the listing and releases the other
// candidates; a lease lets the listing; moving in ends the stay in the
// transitional unit; the end of a sublet ends the stay in the leased-in unit; a
// decline opens the listing again. Errors: NotFound;
// Conflict where the placement has changed since it was read, or the listing or
// the household is held by another placement; Invalid where the step is not legal
// or lacks something.
func (o *Office) Advance(ctx context.Context, s PlacementStep) error {
	err := o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Placements.Get(tx, s.ID)
		if err != nil {
			return err
		}
		if s.Version != 0 && s.Version != rec.Version {
			return storage.Stale("placements", s.ID)
		}
		return o.advanceIn(tx, &rec, s)
	})
	return taken(err)
}

func (o *Office) advanceIn(tx *storage.Tx, rec *storage.Record[Placement], s PlacementStep) error {
	if s.Date == 0 {
		s.Date = o.Today()
	}
	if err := checkText(s.Note); err != nil {
		return err
	}
	p := &rec.Value.Placement
	from := p.State
	if err := p.Apply(placements.Event{Kind: s.Kind, By: s.Who, At: o.now().UTC(), Date: s.Date, Decline: s.Decline, Check: s.Check}); err != nil {
		return err
	}
	if s.Kind == placements.KindDecline && s.Decline.Consequence == placements.ExcludeLandlord {
		l, err := Listings.GetBy(tx, "key", p.Personal.ListingKey)
		if err != nil {
			return notFound(err, "listing", p.Personal.ListingKey)
		}
		if p.Personal.Landlord = l.Value.Record.Landlord().Key(); p.Personal.Landlord == "" {
			return apperr.New(apperr.Invalid, "The listing states no landlord who could be excluded.").In("placements.no_landlord", nil)
		}
	}
	if note := strings.TrimSpace(s.Note); note != "" {
		if err := p.AddNote(placements.Note{By: s.Who, At: o.now().UTC(), Text: note}); err != nil {
			return err
		}
	}
	rec.Value.holdKeys()
	if err := Placements.Put(tx, rec); err != nil {
		return err
	}
	if err := tx.Flush(); err != nil { // a key that another placement holds shows before anything else is touched
		return err
	}
	if err := o.tell(tx, rec, s.Kind, from, s.Who); err != nil {
		return err
	}
	switch s.Kind {
	case placements.KindOffer:
		return o.offered(tx, rec, s)
	case placements.KindLease:
		return o.setListing(tx, rec, landlords.StatusLet, s.Who)
	case placements.KindMoveIn:
		return o.movedIn(tx, rec, s)
	case placements.KindDecline:
		return o.declined(tx, rec, from, s)
	}
	if p.State == placements.Ended && rec.Value.Unit != "" {
		return o.leftUnit(tx, rec, s)
	}
	return nil
}

// offered reserves the listing and releases who else was on the way to it, and
// what else the household was on the way to. Nobody's no follows from it.
func (o *Office) offered(tx *storage.Tx, rec *storage.Record[Placement], s PlacementStep) error {
	if err := o.setListing(tx, rec, landlords.StatusReserved, s.Who); err != nil {
		return err
	}
	personal := rec.Value.Placement.Personal
	no := placements.Decline{By: placements.ByOffice, Reason: placements.OfferedToOther, Consequence: placements.NoConsequence}
	if err := o.release(tx, "placement.personal.listing_key", personal.ListingKey, rec.ID, no, s.Who); err != nil {
		return err
	}
	no.Reason = placements.OfferedOtherHome
	return o.release(tx, "placement.personal.household_ref", personal.HouseholdRef, rec.ID, no, s.Who)
}

// release declines the placements that are open, but hold nothing yet, towards a
// listing or of a household.
func (o *Office) release(tx *storage.Tx, path, key, except string, no placements.Decline, who string) error {
	var open []storage.Record[Placement]
	for rec, err := range Placements.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq(path, key)}}) {
		if err != nil {
			return err
		}
		if p := &rec.Value.Placement; rec.ID != except && p.Open() && !p.Active() {
			open = append(open, rec)
		}
	}
	for i := range open {
		rec := &open[i]
		from, decline := rec.Value.Placement.State, no
		if err := rec.Value.Placement.Apply(placements.Event{Kind: placements.KindDecline, By: who, At: o.now().UTC(), Date: o.Today(), Decline: &decline}); err != nil {
			return err
		}
		rec.Value.holdKeys()
		if err := Placements.Put(tx, rec); err != nil {
			return err
		}
		if err := o.tell(tx, rec, placements.KindDecline, from, who); err != nil {
			return err
		}
	}
	return nil
}

// setListing takes the placement's listing to a status.
func (o *Office) setListing(tx *storage.Tx, rec *storage.Record[Placement], to landlords.Status, who string) error {
	l, err := Listings.GetBy(tx, "key", rec.Value.Placement.Personal.ListingKey)
	if err != nil {
		return notFound(err, "listing", rec.Value.Placement.Personal.ListingKey)
	}
	if !l.Value.Record.Status.CanBecome(to) {
		return apperr.New(apperr.Invalid, "A listing that is %q cannot become %q.", string(l.Value.Record.Status), string(to)).
			In("listing.cannot_become", map[string]any{"From": string(l.Value.Record.Status), "To": string(to)})
	}
	return o.putStatus(tx, &l, StatusChange{To: to, Why: "placement", Who: who}, false)
}

// declined opens the listing again where the placement held it, and corrects the
// listing where that is what the decline brought to light.
func (o *Office) declined(tx *storage.Tx, rec *storage.Record[Placement], from placements.State, s PlacementStep) error {
	l, err := Listings.GetBy(tx, "key", rec.Value.Placement.Personal.ListingKey)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound && len(s.Correct) == 0:
		return nil
	case err != nil:
		return err
	}
	status := l.Value.Record.Status
	if from.Active() && (status == landlords.StatusReserved || status == landlords.StatusLet) {
		if err := o.putStatus(tx, &l, StatusChange{To: landlords.StatusOpen, Why: "placement", Who: s.Who}, false); err != nil {
			return err
		}
	}
	if s.Decline.Consequence != placements.RequirementCorrected || len(s.Correct) == 0 {
		return nil
	}
	fields := corrections[s.Decline.Rule]
	for name := range s.Correct {
		if !slices.Contains(fields, name) {
			return apperr.New(apperr.Invalid, "%q is not a field of the requirement that was corrected.", name)
		}
	}
	record, problems := importers.FromTexts(importers.ListingSchema, l.Value.Record, s.Correct)
	if len(apperr.Errors(problems)) > 0 {
		return refuse(problems)
	}
	_, err = editIn(tx, o, &listingDesk, &l, record, s.Who, "")
	return err
}

// corrections are the listing's fields that each rule looks at.
var corrections = map[matching.Rule][]string{
	matching.RuleCapacity: {"bedrooms", "dwelling_type"}, matching.RuleOccupants: {"max_occupants"}, matching.RuleRent: {"rent"},
	matching.RuleNoIncrease: {"rent", "electricity_included"}, matching.RuleSecurity: {"accepted_security", "deposit"},
	matching.RuleEmployment: {"employment_requirement"}, matching.RuleReferences: {"references_required"}, matching.RuleMoveIn: {"available_from"},
	matching.RuleStepFree: {"step_free"}, matching.RulePets: {"pets"}, matching.RuleArea: {"postal_place"},
	matching.RuleLease: {"lease_kind", "lease_months"}, matching.RuleFollowUp: {"follow_up_required"},
}

// CorrectableFields returns the fields of a listing that a decline with a
// corrected requirement may change, by the rule that looks at them.
func CorrectableFields(rule matching.Rule) []string { return slices.Clone(corrections[rule]) }

// movedIn ends the household's stay in its transitional unit, so that the unit
// stands vacant from that day. Under a sublet the home becomes a leased-in unit
// of the municipality, and the household one that moved between its units.
func (o *Office) movedIn(tx *storage.Tx, rec *storage.Record[Placement], s PlacementStep) error {
	p := &rec.Value.Placement
	l, err := Listings.GetBy(tx, "key", p.Personal.ListingKey)
	if err != nil {
		return notFound(err, "listing", p.Personal.ListingKey)
	}
	h, err := Households.GetBy(tx, "key", p.Personal.HouseholdRef)
	if err != nil {
		return notFound(err, "household", p.Personal.HouseholdRef)
	}
	sublet := l.Value.Record.ContractForm == landlords.Sublet
	reason, unitRef := vacancy.PrivateRental, ""
	if sublet {
		reason = vacancy.OtherMunicipal
	}
	if err := o.closeStays(tx, h.Value.Record.Ref, s.Date, reason, s.Who); err != nil {
		return err
	}
	if sublet {
		if unitRef, err = o.leaseIn(tx, p, &l.Value.Record, s.Who); err != nil {
			return err
		}
		stay := vacancy.Occupancy{UnitRef: unitRef, HouseholdRef: h.Value.Record.Ref, Persons: new(h.Value.Record.Persons()), From: s.Date}
		if _, err := createIn(tx, o, &occupancyDesk, stay, s.Who); err != nil {
			return err
		}
		rec.Value.Unit = unitRef
		if err := Placements.Put(tx, rec); err != nil {
			return err
		}
	}
	return o.livesIn(tx, &h, unitRef, s.Who)
}

// leftUnit ends the stay in the leased-in unit that a sublet made, on the first day
// after the tenancy. The municipality's own lease goes on: the unit is made ready for
// the next household until it is closed. A stay that was ended, or whose household
// was changed, since is left alone.
func (o *Office) leftUnit(tx *storage.Tx, rec *storage.Record[Placement], s PlacementStep) error {
	if s.Reason != "" && !slices.Contains(vacancy.Reasons, s.Reason) {
		return refuse([]apperr.Problem{{Field: "reason", Code: "reason_missing", Severity: apperr.SeverityError}})
	}
	household := rec.Value.Placement.Personal.HouseholdRef
	stay, err := Occupancies.GetBy(tx, "open_unit", rec.Value.Unit)
	if err != nil || stay.Value.Record.HouseholdRef != household {
		return dropNotFound(err)
	}
	if err := o.closeStay(tx, &stay, rec.Value.Placement.EndedOn, s.Reason, s.Who); err != nil {
		return err
	}
	h, err := Households.GetBy(tx, "key", household)
	if err != nil || h.Value.Record.CurrentUnit != rec.Value.Unit {
		return dropNotFound(err)
	}
	return o.livesIn(tx, &h, "", s.Who)
}

// livesIn notes the unit that a household lives in, "" for none.
func (o *Office) livesIn(tx *storage.Tx, h *storage.Record[Entry[households.Household]], unitRef, who string) error {
	after := h.Value.Record
	after.CurrentUnit = unitRef
	_, err := editIn(tx, o, &householdDesk, h, after, who, "")
	return err
}

var occupancyDesk = desk[vacancy.Occupancy]{schema: importers.OccupancySchema, register: Occupancies, keyField: "from", check: checkStayUnit}

// checkStayUnit refuses a stay in a unit that is not there.
func checkStayUnit(tx *storage.Tx, s *vacancy.Occupancy) ([]apperr.Problem, error) {
	_, err := Units.GetBy(tx, "key", s.UnitRef)
	if apperr.CodeOf(err) != apperr.NotFound {
		return nil, err
	}
	return []apperr.Problem{{Field: "unit_ref", Code: "unit_unknown", Severity: apperr.SeverityError, Params: map[string]any{"Unit": s.UnitRef}}}, nil
}

// closeStays ends the open stays of a household on a day.
func (o *Office) closeStays(tx *storage.Tx, household string, on civil.Date, reason vacancy.Reason, who string) error {
	var open []storage.Record[Entry[vacancy.Occupancy]]
	for rec, err := range Occupancies.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.household_ref", household), storage.NotNull("open")}}) {
		if err != nil {
			return err
		}
		open = append(open, rec)
	}
	for i := range open {
		if err := o.closeStay(tx, &open[i], on, reason, who); err != nil {
			return err
		}
	}
	return nil
}

// closeStay ends an open stay on a day: a notice given ends with it, and the unit is
// made ready from then on. One that begins later is a mistake to be put right first.
func (o *Office) closeStay(tx *storage.Tx, rec *storage.Record[Entry[vacancy.Occupancy]], on civil.Date, reason vacancy.Reason, who string) error {
	stay := rec.Value.Record
	if stay.From > on {
		return apperr.New(apperr.Invalid, "The household's stay in %s begins on %s, after it moved out of it. Correct the date.", stay.UnitRef, stay.From).
			In("placements.stay_begins_later", map[string]any{"Unit": stay.UnitRef, "From": stay.From.String()})
	}
	stay.To, stay.Reason = on, reason
	if _, err := editIn(tx, o, &occupancyDesk, rec, stay, who, ""); err != nil {
		return err
	}
	return o.vacatedBy(tx, &stay, who)
}

// vacatedBy lets the unit of a stay that ended be made ready, as MoveOut does.
func (o *Office) vacatedBy(tx *storage.Tx, stay *vacancy.Occupancy, who string) error {
	unit, err := Units.GetBy(tx, "key", stay.UnitRef)
	if err != nil {
		return dropNotFound(err) // a stay of an imported history, in a unit that was removed
	}
	c := &unitCase{o, tx, unit, who}
	if err := c.vacated(stay.To); err != nil {
		return err
	}
	return c.tell(WhatMovedOut, string(stay.Reason), stay.HouseholdRef, stay.To.String())
}

// leasedName is the reference of the unit that a home becomes which the municipality
// rents: "I-" and the listing's, or its address.
func leasedName(l *landlords.Listing) string {
	return "I-" + cmp.Or(l.ExternalRef, strings.Join(strings.Fields(l.Address+" "+l.UnitNumber), " "))
}

// leasedFrom reports whether a unit became one as the municipality rented the home.
func leasedFrom(u *vacancy.Unit, l *landlords.Listing) bool {
	return u.UnitRef == leasedName(l) || strings.HasPrefix(u.UnitRef, leasedName(l)+"-")
}

// leaseIn makes a transitional unit of a home that the municipality rents, and
// returns its reference.
func (o *Office) leaseIn(tx *storage.Tx, p *placements.Placement, l *landlords.Listing, who string) (string, error) {
	name := leasedName(l)
	u := vacancy.Unit{UnitRef: name, Address: l.Address, PostalCode: l.PostalCode, Ownership: vacancy.LeasedIn,
		Bedrooms: l.Bedrooms, Rent: l.Rent, InServiceFrom: min(p.LeaseStart, p.MovedIn)}
	if l.LeaseMonths != nil {
		u.LeaseInEnds = p.LeaseStart.AddMonths(*l.LeaseMonths) - 1
	}
	for n := 2; ; n++ { // let through the municipality before
		_, err := Units.GetBy(tx, "key", u.UnitRef)
		if apperr.CodeOf(err) == apperr.NotFound {
			break
		}
		if err != nil {
			return "", err
		}
		u.UnitRef = fmt.Sprintf("%s-%d", name, n)
	}
	_, err := createIn(tx, o, &unitDesk, u, who)
	return u.UnitRef, err
}

// PlacementNote is what staff write beside a placement. A nil pointer leaves a
// value as it is.
type PlacementNote struct {
	ID         string
	Version    int64   // of the placement that was read; 0 takes any
	Note       string  // a further note; "" is none
	CaseRef    *string // of the case in the municipality's archive
	Caseworker *string // user id of who is responsible
	Who        string
}

// Annotate adds to a placement what changes nothing in its course. Errors:
// NotFound; Conflict where it has changed since it was read; Invalid for identity
// numbers, and after erasure.
func (o *Office) Annotate(ctx context.Context, n PlacementNote) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := Placements.Get(tx, n.ID)
		switch {
		case err != nil:
			return err
		case n.Version != 0 && n.Version != rec.Version:
			return storage.Stale("placements", n.ID)
		}
		p := &rec.Value.Placement
		if p.ErasedAt != nil {
			return apperr.New(apperr.Invalid, "The placement's personal data has been erased.").In("placements.erased", nil)
		}
		for _, text := range []*string{&n.Note, n.CaseRef, n.Caseworker} {
			if text == nil {
				continue
			}
			if err := checkText(*text); err != nil {
				return err
			}
			*text, _ = importers.CleanText(*text)
		}
		if n.Note != "" {
			if err := p.AddNote(placements.Note{By: n.Who, At: o.now().UTC(), Text: n.Note}); err != nil {
				return err
			}
		}
		if n.CaseRef != nil {
			p.Personal.CaseRef = *n.CaseRef
		}
		if n.Caseworker != nil {
			p.Caseworker = *n.Caseworker
		}
		if err := Placements.Put(tx, &rec); err != nil {
			return err
		}
		return o.Record(tx, Event{Who: n.Who, What: "placement.note", Register: "placements", Record: rec.ID})
	})
}
