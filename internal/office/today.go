package office

import (
	"cmp"
	"context"
	"slices"
	"time"

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

// waitsFor is how long Today is kept where nothing changes: some of it depends on
// the time of day.
const waitsFor = time.Minute

// Waits returns everything that waits and how the units stand today, to be read
// only. Errors are those of the store.
func (o *Office) Waits(ctx context.Context) (*Today, error) { return o.waits.get(ctx, o, waitsFor) }

// todayModel is what Today is made from, beside the units' history and the ring list.
type todayModel struct {
	o          *Office
	listings   rows[briefListing]
	households rows[briefHousehold]
	placements rows[briefPlacement]
	touched    map[string]time.Time // the last event of each household, by record id
	units      rows[Entry[vacancy.Unit]]
	guarantees rows[GuaranteeEntry]
	policies   rows[PolicyVersion]
}

func (o *Office) newTodayModel() model[*Today] {
	return &todayModel{o, rows[briefListing]{}, rows[briefHousehold]{}, rows[briefPlacement]{}, map[string]time.Time{}, rows[Entry[vacancy.Unit]]{}, rows[GuaranteeEntry]{}, rows[PolicyVersion]{}}
}

func (m *todayModel) sources() []source {
	events := from(briefEvents, m.touch)
	events.load = func(tx *storage.Tx) error {
		for rec, err := range briefEvents.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("register", "households")}}) {
			if err != nil {
				return err
			}
			m.touch(rec.ID, &rec.Value)
		}
		return nil
	}
	out := []source{events, from(briefListings, m.listings.put), from(briefHouseholds, m.households.put), from(briefPlacements, m.placements.put),
		from(Units, m.units.put), from(Guarantees, m.guarantees.put), from(Policies, m.policies.put)}
	for _, c := range slices.Concat([]storage.AnyCollection{Occupancies, LandlordContacts, Submissions}, UnitCollections) {
		out = append(out, watched(c))
	}
	return out
}

func (m *todayModel) touch(_ string, e *briefEvent) {
	if e != nil && e.Register == "households" && e.At.After(m.touched[e.Record]) {
		m.touched[e.Record] = e.At
	}
}

func (m *todayModel) make(ctx context.Context) (*Today, error) {
	history, err := m.o.History(ctx)
	if err != nil {
		return nil, err
	}
	calls, err := m.o.RingList(ctx)
	if err != nil {
		return nil, err
	}
	t := &Today{On: m.o.Today(), Waiting: map[WaitingKind][]Waiting{}}
	t.addListings(m)
	t.addHouseholds(m, t.addPlacements(m))
	t.addLandlords(m, calls)
	t.addUnits(m, history)
	for _, list := range t.Waiting {
		slices.SortStableFunc(list, func(a, b Waiting) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Label, b.Label)) })
	}
	return t, nil
}

func (t *Today) add(w Waiting) { t.Waiting[w.Kind] = append(t.Waiting[w.Kind], w) }

// addPlacements adds follow-ups, leases that end and declines, and returns the
// households that are housed or on their way.
func (t *Today) addPlacements(m *todayModel) (placed map[string]bool) {
	placed = map[string]bool{}
	declined := map[string]Waiting{} // the last of each household
	terms := map[string]*briefListing{}
	for _, l := range m.listings {
		terms[l.Key] = l
	}
	for id, b := range m.placements.inOrder() {
		whole := b.whole()
		p := &whole.Placement
		household := p.Personal.HouseholdRef
		if household == "" { // erased
			continue
		}
		placed[household] = placed[household] || p.Open() || p.Housed()
		for _, due := range p.Due(t.On) {
			t.add(Waiting{WaitingFollowUp, "placements", id, household, due.Date, due.Months})
		}
		if p.State == placements.Lease || p.Housed() {
			t.addLease(id, p, terms[p.Personal.ListingKey])
		}
		if p.State == placements.Declined && len(p.Steps) > 0 {
			on := p.Steps[len(p.Steps)-1].Date
			if t.On-on <= declinedBack && on >= declined[household].Due {
				declined[household] = Waiting{WaitingDeclined, "placements", id, household, on, 0}
			}
		}
	}
	for household, w := range declined {
		if !placed[household] {
			t.add(w)
		}
	}
	return placed
}

// addLease adds a household's lease that ends soon.
func (t *Today) addLease(id string, p *placements.Placement, listing *briefListing) {
	if listing == nil || p.LeaseStart.IsZero() {
		return
	}
	l := &listing.Record
	if l.LeaseKind != landlords.Fixed || l.LeaseMonths == nil {
		return
	}
	if ends := p.LeaseStart.AddMonths(*l.LeaseMonths); ends-t.On <= leaseAhead {
		t.add(Waiting{WaitingLease, "placements", id, p.Personal.HouseholdRef, ends, 0})
	}
}

func (t *Today) addListings(m *todayModel) {
	fresh := newestPolicy(m.policies, t.On).Policy.FreshDays
	for id, e := range m.listings.inOrder() {
		l := &e.Record
		w := Waiting{Register: "listings", ID: id, Label: l.Address}
		switch l.Status {
		case landlords.StatusSubmitted:
			w.Kind, w.Due = WaitingSubmission, l.ConfirmedOn
			t.add(w)
		case landlords.StatusOpen:
			held := l.ConfirmedOn.AddDays(fresh)
			if l.ConfirmedOn.IsZero() {
				held = 0
			}
			if held < t.On {
				w.Kind, w.Due = WaitingReconfirm, held
				t.add(w)
			}
		}
	}
}

// addLandlords adds promised calls, and what has a deadline in their guarantees.
func (t *Today) addLandlords(m *todayModel, calls []Call) {
	for _, c := range calls {
		if c.Reason == CallWish || c.Reason == CallBackDue {
			t.add(Waiting{Kind: WaitingCall, Register: "ring", Label: cmp.Or(c.Address, c.Name, c.Phone), Due: c.Since})
		}
	}
	for id, g := range m.guarantees.inOrder() {
		for _, d := range g.deadlines(id, t.On.AddDays(deadlineAhead)) {
			kind := WaitingClaim
			if d.What == GuaranteeExpires {
				kind = WaitingGuarantee
			}
			t.add(Waiting{Kind: kind, Register: "guarantees", ID: d.Guarantee, Label: cmp.Or(d.Address, d.Issuer), Due: d.On})
		}
	}
}

// addHouseholds adds those that are ready, without a home on the way, and whose
// profile nobody has touched for long.
func (t *Today) addHouseholds(m *todayModel, placed map[string]bool) {
	before := t.On.AddDays(-staleAfter)
	for id, e := range m.households.inOrder() {
		h, last := &e.Record, civil.Date(0)
		if at := m.touched[id]; !at.IsZero() {
			last = civil.FromTime(at)
		}
		if h.ReadyDate.IsZero() || h.ReadyDate > before || placed[h.Ref] || last > before {
			continue
		}
		t.add(Waiting{WaitingStale, "households", id, h.Ref, max(h.ReadyDate, last), 0})
	}
}

// What is read of records that hold much more: the rest is not decoded.
var (
	briefEvents     = storage.NewCollection[briefEvent](Events.Schema())
	briefHouseholds = storage.NewCollection[briefHousehold](Households.Schema())
	briefListings   = storage.NewCollection[briefListing](Listings.Schema())
	briefPlacements = storage.NewCollection[briefPlacement](Placements.Schema())
)

type briefEvent struct {
	At       time.Time `json:"at"`
	Register string    `json:"register"`
	Record   string    `json:"record"`
}

type briefHousehold struct {
	Record struct {
		Ref       string     `json:"ref"`
		ReadyDate civil.Date `json:"ready_date"`
	} `json:"record"`
}

type briefListing struct {
	Key      string `json:"key"`
	Landlord string `json:"landlord"` // LandlordID
	Record   struct {
		Address     string              `json:"address"`
		Name        string              `json:"landlord_name"`
		Phone       string              `json:"landlord_phone"`
		Email       string              `json:"landlord_email"`
		Status      landlords.Status    `json:"status"`
		ConfirmedOn civil.Date          `json:"confirmed_on"`
		LeaseKind   landlords.LeaseKind `json:"lease_kind"`
		LeaseMonths *int                `json:"lease_months"`
	} `json:"record"`
}

// briefPlacement is a placement without what the engine knew and said.
type briefPlacement struct {
	Placement struct {
		placements.Placement
		Personal struct {
			HouseholdRef string `json:"household_ref"`
			ListingKey   string `json:"listing_key"`
			CaseRef      string `json:"case_ref"`
			Inputs       struct {
				Listing struct {
					ContractForm landlords.ContractForm `json:"contract_form"`
				} `json:"listing"`
			} `json:"inputs"`
		} `json:"personal"`
		Basis struct {
			Score float64 `json:"score"`
		} `json:"basis"`
	} `json:"placement"`
	Household string `json:"household"`
	Listing   string `json:"listing"`
}

// sublet reports whether the municipality was to rent the home and sublet it, so
// that it is none of the household's own.
func (b *briefPlacement) sublet() bool {
	return b.Placement.Personal.Inputs.Listing.ContractForm == landlords.Sublet
}

// whole returns the placement with what was read of it.
func (b *briefPlacement) whole() Placement {
	p := Placement{Placement: b.Placement.Placement, Household: b.Household, Listing: b.Listing}
	read := &b.Placement.Personal
	p.Placement.Personal = placements.Personal{HouseholdRef: read.HouseholdRef, ListingKey: read.ListingKey, CaseRef: read.CaseRef}
	p.Placement.Basis.Score = b.Placement.Basis.Score
	return p
}

// addUnits counts the transitional units, adds leases of the municipality's own
// that end, and makes the figures of the last whole months.
func (t *Today) addUnits(m *todayModel, history *vacancy.History) {
	for id, e := range m.units.inOrder() {
		u := &e.Record
		gone := !u.InServiceTo.IsZero() && u.InServiceTo <= t.On
		if !gone && !u.LeaseInEnds.IsZero() && u.LeaseInEnds-t.On <= leaseInAhead {
			t.add(Waiting{WaitingLeaseIn, "units", id, cmp.Or(u.Address, u.UnitRef), u.LeaseInEnds, 0})
		}
	}
	ledger := history.Ledger()
	t.Units = ledger.CountAt(t.On)
	t.Months = ledger.Series(civil.MonthOf(t.On).Add(-trendMonths), trendMonths)
}
