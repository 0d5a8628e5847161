// Package officetest is what must hold of placements on any storage engine: one
// active offer for each listing and household, however many people act at once,
// and records that agree with one another after any course of events.
package officetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

const municipality = "1833"

var today = civil.MustParse("2026-12-01")

// town is an office with some records, on a store of its own.
type town struct {
	*office.Office
	t                    *testing.T
	db                   *storage.DB
	households, listings []string
}

func newTown(t *testing.T, db *storage.DB, n int) *town {
	t.Helper()
	w := &town{Office: office.New(db, office.Config{Municipality: municipality, Now: func() time.Time { return today.Time().Add(12 * time.Hour) }}), t: t, db: db}
	yes := true
	err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
		for i := range n {
			unit := vacancy.Unit{UnitRef: fmt.Sprintf("G-%d", i), InServiceFrom: today - 900}
			stay := vacancy.Occupancy{UnitRef: unit.UnitRef, HouseholdRef: fmt.Sprintf("H-%d", i), From: today - 300}
			if err := office.Units.Put(tx, &storage.Record[office.Entry[vacancy.Unit]]{Value: office.Entry[vacancy.Unit]{Key: unit.UnitRef, Record: unit}}); err != nil {
				return err
			}
			if err := office.Occupancies.Put(tx, &storage.Record[office.Entry[vacancy.Occupancy]]{Value: office.Entry[vacancy.Occupancy]{Key: stay.Key(), Record: stay, Open: unit.UnitRef}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		h := households.Household{Ref: fmt.Sprintf("H-%d", i), Adults: 1, MaxRent: new(12000), Employment: households.Permanent, ReadyDate: today - 30, MoveFrom: today,
			CurrentUnit: fmt.Sprintf("G-%d", i), References: &yes, Security: landlords.Securities(landlords.MunicipalGuarantee)}
		l := landlords.Listing{ExternalRef: fmt.Sprintf("L-%d", i), Address: fmt.Sprintf("Prøvegata %d", i), Rent: new(9000), Bedrooms: new(1), AvailableFrom: today,
			EmploymentRequirement: landlords.NoEmployment, LeaseKind: landlords.Indefinite, AcceptedSecurity: landlords.Securities(landlords.MunicipalGuarantee)}
		if i%4 == 3 {
			l.ContractForm = landlords.Sublet
		}
		_, err := w.CreateHousehold(t.Context(), h, "u1")
		w.must(err)
		_, err = w.CreateListing(t.Context(), l, "u1")
		w.must(err)
		w.households, w.listings = append(w.households, h.Ref), append(w.listings, l.ExternalRef)
	}
	return w
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// propose proposes a pair and records the household's yes.
func (w *town) propose(household, listing string) string {
	w.t.Helper()
	id, err := w.Propose(w.t.Context(), office.ProposeRequest{Household: household, Listing: listing, Who: "u1", Why: "prøve"})
	w.must(err)
	w.must(w.Advance(w.t.Context(), office.PlacementStep{ID: id, Kind: placements.KindAccept, Who: "u1"}))
	return id
}

// Placements runs all of it. open returns a fresh, empty store with
// office.Collections that is closed when the test ends.
func Placements(t *testing.T, open func(*testing.T) *storage.DB) {
	t.Run("100 offers of one listing at once", func(t *testing.T) { offersAtOnce(t, open(t), false) })
	t.Run("100 offers to one household at once", func(t *testing.T) { offersAtOnce(t, open(t), true) })
	t.Run("one pair proposed by 100 at once", func(t *testing.T) { proposedAtOnce(t, open(t)) })
	t.Run("random courses", func(t *testing.T) { randomCourses(t, open(t)) })
	t.Run("every step is in the trail, or did not happen", func(t *testing.T) { trail(t, open(t)) })
}

const attempts = 100

// atOnce runs the attempts together and returns how many went through. Errors
// other than Conflict, Duplicate and Invalid fail the test.
func atOnce(t *testing.T, do func(ctx context.Context, i int) error) int {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, attempts)
	start := make(chan struct{})
	for i := range attempts {
		wg.Go(func() {
			<-start
			errs[i] = do(t.Context(), i)
		})
	}
	close(start)
	wg.Wait()
	n := 0
	for _, err := range errs {
		switch apperr.CodeOf(err) {
		case "":
			n++
		case apperr.Conflict, apperr.Duplicate, apperr.Invalid:
		default:
			t.Errorf("an attempt ended with %v", err)
		}
	}
	return n
}

func offersAtOnce(t *testing.T, db *storage.DB, oneHousehold bool) {
	w := newTown(t, db, 10)
	// All pairs of one row or column, each offered by ten people.
	ids := make([]string, len(w.listings))
	for i := range ids {
		if oneHousehold {
			ids[i] = w.propose(w.households[0], w.listings[i])
		} else {
			ids[i] = w.propose(w.households[i], w.listings[0])
		}
	}
	if n := atOnce(t, func(ctx context.Context, i int) error {
		return w.Advance(ctx, office.PlacementStep{ID: ids[i%len(ids)], Kind: placements.KindOffer, Who: fmt.Sprintf("u%d", i)})
	}); n != 1 {
		t.Errorf("%d offers went through, want 1", n)
	}
	states := w.check()
	if states[placements.Offer] != 1 || states[placements.Declined] != len(ids)-1 {
		t.Errorf("states %v, want one offer and the others released", states)
	}
}

func proposedAtOnce(t *testing.T, db *storage.DB) {
	w := newTown(t, db, 1)
	if n := atOnce(t, func(ctx context.Context, _ int) error {
		_, err := w.Propose(ctx, office.ProposeRequest{Household: "H-0", Listing: "L-0", Who: "u1", Why: "prøve"})
		return err
	}); n != 1 {
		t.Errorf("%d proposals went through, want 1", n)
	}
	w.check()
}

// randomCourses lets anything happen in any order, refused or not, and holds
// after every step that the records agree.
func randomCourses(t *testing.T, db *storage.DB) {
	w := newTown(t, db, 6)
	r := rand.New(rand.NewPCG(20, 26))
	var ids []string
	done := map[placements.Kind]int{}
	for range 350 {
		if r.IntN(3) == 0 || len(ids) == 0 {
			id, err := w.Propose(t.Context(), office.ProposeRequest{Household: w.households[r.IntN(len(w.households))], Listing: w.listings[r.IntN(len(w.listings))], Who: "u1", Why: "prøve"})
			if w.refused(err) {
				continue
			}
			ids = append(ids, id)
			done[placements.KindPropose]++
			continue
		}
		s := office.PlacementStep{ID: ids[len(ids)-1-r.IntN(min(len(ids), 8))], Kind: placements.Kinds[r.IntN(len(placements.Kinds))], Who: "u1"}
		if rec, err := w.Placement(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		} else if legal := rec.Value.Placement.State.Events(); len(legal) > 0 && r.IntN(4) != 0 { // else most would be refused
			s.Kind = legal[r.IntN(len(legal))]
		}
		switch s.Kind {
		case placements.KindEnd:
			if r.IntN(4) != 0 { // or nothing comes to a follow-up
				continue
			}
		case placements.KindDecline:
			if r.IntN(6) != 0 {
				continue
			}
			s.Decline = &placements.Decline{By: placements.ByOffice, Reason: placements.OtherReason, Consequence: placements.NoConsequence}
		case placements.KindFollowUp:
			s.Check = &placements.Check{Months: placements.FollowUpMonths[r.IntN(4)], Result: placements.CheckResults[r.IntN(3)]}
		}
		if w.refused(w.Advance(t.Context(), s)) {
			continue
		}
		done[s.Kind]++
		w.check()
		if t.Failed() {
			t.Fatalf("after %s of %s", s.Kind, s.ID)
		}
		if s.Kind == placements.KindEnd || s.Check != nil && s.Check.Result == placements.MovedOut { // the home comes back on the market
			w.reopen(s.ID)
		}
	}
	for _, kind := range append([]placements.Kind{placements.KindPropose}, placements.Kinds...) {
		if done[kind] == 0 {
			t.Errorf("%s never happened: %v", kind, done)
		}
	}
}

func (w *town) refused(err error) bool {
	w.t.Helper()
	switch apperr.CodeOf(err) {
	case "":
		return false
	case apperr.Conflict, apperr.Duplicate, apperr.Invalid:
		return true
	}
	w.t.Fatal(err)
	return true
}

func (w *town) reopen(placement string) {
	w.t.Helper()
	var listing string
	w.must(w.db.View(w.t.Context(), municipality, func(tx *storage.Tx) error {
		rec, err := office.Placements.Get(tx, placement)
		listing = rec.Value.Listing
		return err
	}))
	w.must(w.ChangeStatus(w.t.Context(), listing, office.StatusChange{To: landlords.StatusOpen, Who: "u1"}))
}

// check holds what must hold of the stored records, and returns how many
// placements stand in each state.
func (w *town) check() map[placements.State]int {
	w.t.Helper()
	states := map[placements.State]int{}
	active, housed := map[string]bool{}, map[string]int{}
	listed := map[string]placements.State{} // state of the active or housed placement of a listing
	w.must(w.db.View(w.t.Context(), municipality, func(tx *storage.Tx) error {
		for rec, err := range office.Placements.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			p := &rec.Value.Placement
			states[p.State]++
			h, l := p.Personal.HouseholdRef, p.Personal.ListingKey
			if p.Active() {
				if active[h] || active[l] {
					w.t.Errorf("%s and %s: a second active placement", h, l)
				}
				active[h], active[l] = true, true
			}
			if p.Housed() {
				housed[h]++
			}
			if p.Active() || p.Housed() {
				listed[l] = p.State
			}
			if want := p.Active(); (rec.Value.ActiveHousehold != "") != want || (rec.Value.ActiveListing != "") != want || (rec.Value.OpenPair != "") != p.Open() {
				w.t.Errorf("%s to %s is %s and holds %q, %q, %q", h, l, p.State, rec.Value.ActiveHousehold, rec.Value.ActiveListing, rec.Value.OpenPair)
			}
		}
		for rec, err := range office.Listings.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			want := map[placements.State]landlords.Status{placements.Offer: landlords.StatusReserved, placements.Lease: landlords.StatusLet, placements.FollowUp: landlords.StatusLet}[listed[rec.Value.Key]]
			if got := rec.Value.Record.Status; want != "" && got != want || want == "" && got == landlords.StatusReserved {
				w.t.Errorf("%s is %s with a placement at %q", rec.Value.Key, got, listed[rec.Value.Key])
			}
		}
		return w.checkStays(tx, housed)
	}))
	return states
}

// checkStays holds that moving in closed the stay in the transitional unit, once,
// and that a household says it lives where its open stay is.
func (w *town) checkStays(tx *storage.Tx, housed map[string]int) error {
	open, closed := map[string]string{}, map[string]int{}
	for rec, err := range office.Occupancies.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		stay := rec.Value.Record
		if stay.To != 0 {
			closed[stay.UnitRef]++
		} else if open[stay.HouseholdRef] != "" {
			w.t.Errorf("%s has two open stays", stay.HouseholdRef)
		} else {
			open[stay.HouseholdRef] = stay.UnitRef
		}
		if (stay.To == 0) != (rec.Value.Open != "") || stay.To != 0 && stay.Reason == "" {
			w.t.Errorf("the stay %+v has the key %q", stay, rec.Value.Open)
		}
	}
	for unit, n := range closed {
		if n > 1 {
			w.t.Errorf("%s was closed %d times", unit, n)
		}
	}
	for rec, err := range office.Households.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		if h := &rec.Value.Record; h.CurrentUnit != open[h.Ref] || housed[h.Ref] > 1 {
			w.t.Errorf("%s says it lives in %q, its stay is in %q; housed %d times", h.Ref, h.CurrentUnit, open[h.Ref], housed[h.Ref])
		}
	}
	return nil
}
