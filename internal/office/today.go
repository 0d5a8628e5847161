package office

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

// How far Today looks ahead and back, in days.
const (
	leaseAhead    = 90  // households need three months to find another home
	leaseInAhead  = 180 // and so does the office, with a notice before
	declinedBack  = 60  // a declined household waits for the next proposal
	deadlineAhead = 30  // guarantees that end, and the last days to claim
	staleAfter    = 90  // a ready household's profile that nobody has touched
	trendMonths   = 13  // of the turnover's line: a year and the same month before
)

// WaitingKind is why something waits.
type WaitingKind string

// What may wait, in the order of the page.
const (
	WaitingSubmission WaitingKind = "submission" // a listing that a landlord has submitted; Due: the day it came
	WaitingCall       WaitingKind = "call"       // a landlord who asked to be called, or was promised it; Due: that day
	WaitingReconfirm  WaitingKind = "reconfirm"  // an open listing whose confirmation no longer holds; Due: since when
	WaitingFollowUp   WaitingKind = "follow_up"  // a follow-up talk that is due
	WaitingLease      WaitingKind = "lease"      // a household's fixed lease that ends
	WaitingLeaseIn    WaitingKind = "lease_in"   // the municipality's own lease of a unit that ends
	WaitingGuarantee  WaitingKind = "guarantee"  // a guarantee that ends
	WaitingClaim      WaitingKind = "claim"      // a claim without an answer, or the last day to claim
	WaitingDeclined   WaitingKind = "declined"   // a household whose proposal was declined and that has no other; Due: the day of it
	WaitingStale      WaitingKind = "stale"      // a ready household's profile that nobody has touched for long; Due: since when
)

// WaitingKinds lists every kind.
var WaitingKinds = []WaitingKind{WaitingSubmission, WaitingCall, WaitingReconfirm, WaitingFollowUp, WaitingLease, WaitingLeaseIn, WaitingGuarantee, WaitingClaim, WaitingDeclined, WaitingStale}

// Waiting is something that waits for somebody.
type Waiting struct {
	Kind     WaitingKind
	Register string // of the record where it is done: listings, households, units, placements, guarantees; ring for the ring list
	ID       string // of that record; "" for the ring list
	Label    string // address or reference
	Due      civil.Date
	Months   int // of a follow-up: which one
}

// Today is what waits on a day, and how the transitional units stand.
type Today struct {
	On      civil.Date
	Waiting map[WaitingKind][]Waiting // the earliest first
	Units   vacancy.Counts
	Months  []vacancy.MonthFigures // whole months up to the last, the oldest first
}

// todayCollections are what Today is read from.
var todayCollections = slices.Concat([]storage.AnyCollection{Listings, Households, Placements, Events, Policies}, historyCollections, LandlordCollections)

// waitsFor is how long Today is kept where nothing changes: some of it depends on
// the time of day.
const waitsFor = time.Minute

// Waits returns everything that waits and how the units stand today, to be read
// only. After a change it reads the whole register. Errors are those of the
// store.
func (o *Office) Waits(ctx context.Context) (*Today, error) {
	history, err := o.History(ctx)
	if err != nil {
		return nil, err
	}
	return o.waits.get(ctx, o, waitsFor, func(tx *storage.Tx) (*Today, error) {
		t := &Today{On: o.Today(), Waiting: map[WaitingKind][]Waiting{}}
		placed, err := t.placements(tx)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(t.listings(tx), t.households(tx, placed), t.landlords(tx, o), t.units(tx, history)); err != nil {
			return nil, err
		}
		for _, list := range t.Waiting {
			slices.SortStableFunc(list, func(a, b Waiting) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Label, b.Label)) })
		}
		return t, nil
	})
}

func (t *Today) add(w Waiting) { t.Waiting[w.Kind] = append(t.Waiting[w.Kind], w) }

// placements finds follow-ups, leases that end and declines, and returns the
// households that are housed or on their way.
func (t *Today) placements(tx *storage.Tx) (placed map[string]bool, err error) {
	placed = map[string]bool{}
	declined := map[string]Waiting{} // the last of each household
	for rec, err := range briefPlacements.Find(tx, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		whole := rec.Value.whole()
		p := &whole.Placement
		household := p.Personal.HouseholdRef
		if household == "" { // erased
			continue
		}
		placed[household] = placed[household] || p.Open() || p.Housed()
		for _, due := range p.Due(t.On) {
			t.add(Waiting{WaitingFollowUp, "placements", rec.ID, household, due.Date, due.Months})
		}
		if p.State == placements.Lease || p.Housed() {
			if err := t.lease(tx, rec.ID, p); err != nil {
				return nil, err
			}
		}
		if p.State == placements.Declined && len(p.Steps) > 0 {
			on := p.Steps[len(p.Steps)-1].Date
			if t.On-on <= declinedBack && on >= declined[household].Due {
				declined[household] = Waiting{WaitingDeclined, "placements", rec.ID, household, on, 0}
			}
		}
	}
	for household, w := range declined {
		if !placed[household] {
			t.add(w)
		}
	}
	return placed, nil
}

// lease adds a household's lease that ends soon.
func (t *Today) lease(tx *storage.Tx, id string, p *placements.Placement) error {
	if p.Personal.ListingKey == "" || p.LeaseStart.IsZero() {
		return nil
	}
	rec, err := Listings.GetBy(tx, "key", p.Personal.ListingKey)
	if apperr.CodeOf(err) == apperr.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	l := &rec.Value.Record
	if l.LeaseKind != landlords.Fixed || l.LeaseMonths == nil {
		return nil
	}
	if ends := p.LeaseStart.AddMonths(*l.LeaseMonths); ends-t.On <= leaseAhead {
		t.add(Waiting{WaitingLease, "placements", id, p.Personal.HouseholdRef, ends, 0})
	}
	return nil
}

func (t *Today) listings(tx *storage.Tx) error {
	policy, err := policyOn(tx, t.On)
	if err != nil {
		return err
	}
	for _, status := range []landlords.Status{landlords.StatusSubmitted, landlords.StatusOpen} {
		for rec, err := range Listings.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.status", string(status))}}) {
			if err != nil {
				return err
			}
			l := &rec.Value.Record
			w := Waiting{Register: "listings", ID: rec.ID, Label: l.Address}
			if status == landlords.StatusSubmitted {
				w.Kind, w.Due = WaitingSubmission, l.ConfirmedOn
				t.add(w)
				continue
			}
			held := l.ConfirmedOn.AddDays(policy.Policy.FreshDays)
			if l.ConfirmedOn.IsZero() {
				held = 0
			}
			if held < t.On {
				w.Kind, w.Due = WaitingReconfirm, held
				t.add(w)
			}
		}
	}
	return nil
}

// landlords adds promised calls, and what has a deadline in their guarantees.
func (t *Today) landlords(tx *storage.Tx, o *Office) error {
	calls, err := o.ringList(tx)
	if err != nil {
		return err
	}
	for _, c := range calls {
		if c.Reason == CallWish || c.Reason == CallBackDue {
			t.add(Waiting{Kind: WaitingCall, Register: "ring", Label: cmp.Or(c.Address, c.Name, c.Phone), Due: c.Since})
		}
	}
	deadlines, err := guaranteeDeadlines(tx, t.On.AddDays(deadlineAhead))
	if err != nil {
		return err
	}
	for _, d := range deadlines {
		kind := WaitingClaim
		if d.What == GuaranteeExpires {
			kind = WaitingGuarantee
		}
		t.add(Waiting{Kind: kind, Register: "guarantees", ID: d.Guarantee, Label: cmp.Or(d.Address, d.Issuer), Due: d.On})
	}
	return nil
}

// households adds those that are ready, without a home on the way, and whose
// profile nobody has touched for long.
func (t *Today) households(tx *storage.Tx, placed map[string]bool) error {
	before := t.On.AddDays(-staleAfter)
	touched := map[string]bool{} // ids of those with an event since then
	recent := storage.Query{Where: []storage.Cond{storage.Eq("register", "households"), storage.Gt("at", before.String())}}
	for event, err := range briefEvents.Find(tx, recent) {
		if err != nil {
			return err
		}
		if civil.FromTime(event.Value.At) > before {
			touched[event.Value.Record] = true
		}
	}
	ready := storage.Query{Where: []storage.Cond{storage.Le("record.ready_date", before)}}
	for rec, err := range briefHouseholds.Find(tx, ready) {
		if err != nil {
			return err
		}
		h := &rec.Value.Record
		if h.ReadyDate.IsZero() || placed[h.Ref] || touched[rec.ID] {
			continue
		}
		since := h.ReadyDate
		last := storage.Query{Where: []storage.Cond{storage.Eq("register", "households"), storage.Eq("record", rec.ID)}, Desc: true, Limit: 1}
		for event, err := range briefEvents.Find(tx, last) {
			if err != nil {
				return err
			}
			since = max(since, civil.FromTime(event.Value.At))
		}
		t.add(Waiting{WaitingStale, "households", rec.ID, h.Ref, since, 0})
	}
	return nil
}

// What Today reads of records that hold much more: the rest is not decoded.
var (
	briefEvents = storage.NewCollection[struct {
		At     time.Time `json:"at"`
		Record string    `json:"record"`
	}](Events.Schema())
	briefHouseholds = storage.NewCollection[struct {
		Record struct {
			Ref       string     `json:"ref"`
			ReadyDate civil.Date `json:"ready_date"`
		} `json:"record"`
	}](Households.Schema())
	briefPlacements = storage.NewCollection[briefPlacement](Placements.Schema())
)

// briefPlacement is a placement without what the engine knew and said.
type briefPlacement struct {
	Placement struct {
		placements.Placement
		Personal struct {
			HouseholdRef string `json:"household_ref"`
			ListingKey   string `json:"listing_key"`
			CaseRef      string `json:"case_ref"`
		} `json:"personal"`
		Basis struct {
			Score float64 `json:"score"`
		} `json:"basis"`
	} `json:"placement"`
	Household string `json:"household"`
	Listing   string `json:"listing"`
}

// whole returns the placement with what was read of it.
func (b *briefPlacement) whole() Placement {
	p := Placement{Placement: b.Placement.Placement, Household: b.Household, Listing: b.Listing}
	read := &b.Placement.Personal
	p.Placement.Personal = placements.Personal{HouseholdRef: read.HouseholdRef, ListingKey: read.ListingKey, CaseRef: read.CaseRef}
	p.Placement.Basis.Score = b.Placement.Basis.Score
	return p
}

// units counts the transitional units, adds leases of the municipality's own
// that end, and makes the figures of the last whole months.
func (t *Today) units(tx *storage.Tx, history *vacancy.History) error {
	for rec, err := range Units.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		u := &rec.Value.Record
		gone := !u.InServiceTo.IsZero() && u.InServiceTo <= t.On
		if !gone && !u.LeaseInEnds.IsZero() && u.LeaseInEnds-t.On <= leaseInAhead {
			t.add(Waiting{WaitingLeaseIn, "units", rec.ID, cmp.Or(u.Address, u.UnitRef), u.LeaseInEnds, 0})
		}
	}
	ledger := history.Ledger()
	t.Units = ledger.CountAt(t.On)
	t.Months = ledger.Series(civil.MonthOf(t.On).Add(-trendMonths), trendMonths)
	return nil
}
