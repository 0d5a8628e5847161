package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

var followDay = civil.MustParse("2026-12-01")

// editor makes random changes to a store, of every kind that matching follows.
type editor struct {
	*rand.Rand
	t  *testing.T
	db *storage.DB
}

// edit makes one transaction of a few changes.
func (e *editor) edit(ctx context.Context) error {
	seed := e.Uint64()
	return e.db.Update(ctx, municipality, func(tx *storage.Tx) error {
		r := rand.New(rand.NewPCG(seed, 7)) // the function may run again
		for range 1 + r.IntN(4) {
			var err error
			switch n := r.IntN(30); r.IntN(10) {
			case 0, 1, 2:
				key := fmt.Sprint("U-", n)
				err = change(tx, r, Listings, "key", key, Entry[landlords.Listing]{Key: key, Record: someListing(r, key)})
			case 3, 4, 5:
				key := fmt.Sprint("H-", n%12)
				err = change(tx, r, Households, "key", key, Entry[households.Household]{Key: key, Record: someHousehold(r, key)})
			case 6:
				key := fmt.Sprint("G-", n%4)
				err = change(tx, r, Units, "key", key, Entry[vacancy.Unit]{Key: key, Record: vacancy.Unit{
					UnitRef: key, Ownership: []vacancy.Ownership{vacancy.Owned, vacancy.LeasedIn}[r.IntN(2)], LeaseInEnds: followDay.AddDays(r.IntN(400))}})
			case 7, 8:
				err = changePlacement(tx, r, n)
			case 9:
				p := matching.DefaultPolicy()
				p.FreshDays, p.Weights.Space = r.IntN(40), float64(r.IntN(30))
				err = change(tx, r, Policies, "number", n, PolicyVersion{Number: n, ValidFrom: followDay.AddDays(r.IntN(20) - 10), Policy: *p, Hash: p.Hash()})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// change creates, replaces or removes the record with a key.
func change[T any](tx *storage.Tx, r *rand.Rand, c *storage.Collection[T], unique string, key any, value T) error {
	rec, err := c.GetBy(tx, unique, key)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		return c.Put(tx, &storage.Record[T]{Value: value})
	case err != nil:
		return err
	case r.IntN(4) == 0:
		return c.Delete(tx, rec.ID, rec.Version)
	}
	rec.Value = value
	return c.Put(tx, &rec)
}

func changePlacement(tx *storage.Tx, r *rand.Rand, n int) error {
	id := fmt.Sprint("p", n)
	rec, err := Placements.Get(tx, id)
	if err != nil && apperr.CodeOf(err) != apperr.NotFound {
		return err
	}
	if err == nil && r.IntN(3) == 0 {
		return Placements.Delete(tx, id, rec.Version)
	}
	rec.ID = id
	state := placements.Declined
	if r.IntN(2) == 0 {
		state = placements.States[r.IntN(len(placements.States))]
	}
	p := placements.Placement{
		State:    state,
		Personal: placements.Personal{HouseholdRef: fmt.Sprint("H-", r.IntN(12)), ListingKey: fmt.Sprint("U-", r.IntN(30))},
	}
	p.Steps = []placements.Step{{Event: placements.KindPropose, State: p.State}}
	switch p.State {
	case placements.Declined:
		p.Decline = &placements.Decline{Consequence: placements.Consequences[r.IntN(4)]}
		if p.Decline.Consequence == placements.ExcludeLandlord {
			p.Personal.Landlord = fmt.Sprint("name:utleier ", r.IntN(4))
		}
		if p.Decline.Consequence == placements.ParkHousehold {
			p.Decline.Until = followDay.AddDays(r.IntN(30) - 5)
		}
	case placements.FollowUp:
		if r.IntN(2) == 0 {
			p.Personal = placements.Personal{} // erased
		}
	}
	rec.Value = Placement{Placement: p}
	return Placements.Put(tx, &rec)
}

func someListing(r *rand.Rand, key string) landlords.Listing {
	rent, beds, no := 5000+500*r.IntN(12), 1+r.IntN(4), false
	l := landlords.Listing{ExternalRef: key, Address: "Storgata 1", PostalPlace: []string{"Mo i Rana", "Selfors", ""}[r.IntN(3)], Rent: &rent, Bedrooms: &beds,
		AcceptedSecurity: landlords.SecuritySet(1 + r.IntN(15)), EmploymentRequirement: landlords.EmploymentRequirements[r.IntN(2)], ReferencesRequired: &no,
		AvailableFrom: followDay.AddDays(r.IntN(40)), LeaseKind: landlords.Indefinite, Status: landlords.StatusOpen, ConfirmedOn: followDay.AddDays(-r.IntN(40))}
	l.LandlordName = []string{"", "Utleier 0", "Utleier 1", "utleier  2"}[r.IntN(4)]
	if r.IntN(5) == 0 {
		l.Status = landlords.StatusLet
	}
	return l
}

func someHousehold(r *rand.Rand, ref string) households.Household {
	budget, no := 7000+500*r.IntN(12), false
	return households.Household{Ref: ref, Adults: 1 + r.IntN(2), Children: r.IntN(4), Employment: households.Employments[r.IntN(5)], MaxRent: &budget,
		SocialAssistance: &no, Security: landlords.SecuritySet(1 + r.IntN(15)), Areas: []string{"Selfors"}, MoveFrom: followDay, References: &no,
		ReadyDate: followDay.AddDays(-r.IntN(500)), CurrentUnit: fmt.Sprint("G-", r.IntN(5))}
}

// answers is all that a view says on a few days, as text.
func answers(t *testing.T, v *view) string {
	t.Helper()
	var out []byte
	add := func(value any) {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(append(out, data...), '\n')
	}
	for _, on := range []civil.Date{followDay, followDay.AddDays(5)} {
		policy := v.policyOn(on)
		q := matching.Query{Policy: &policy.Policy, On: on, Options: matching.Options{Every: true}}
		matches, err := v.matchAll(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		add(policy.Hash)
		for i, r := range v.snapshot.ExplainAll(matches, q) {
			add(r)
			add([]any{r.Candidate.ID, r.Offer.ID, matches[i].RankValue, r.Candidate.CurrentUnit, r.Candidate.Declined})
		}
	}
	for ref, s := range v.standing {
		add([]any{ref, fmt.Sprintf("%+v", s)})
	}
	lines := slices.Sorted(slices.Values(splitLines(string(out))))
	return fmt.Sprint(len(lines), lines)
}

func splitLines(s string) (out []string) {
	for from, i := 0, 0; i < len(s); i++ {
		if s[i] == '\n' {
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return out
}

// TestTheFollowerKnowsWhatTheStoreHolds makes random edits and compares, after
// each reading of the feed, what the follower's view answers with what a view
// answers that was loaded anew.
func TestTheFollowerKnowsWhatTheStoreHolds(t *testing.T) {
	f := newFixture(t)
	e := &editor{rand.New(rand.NewPCG(1, 1)), t, f.db}
	follower := newFollower(f.Office, slog.New(slog.DiscardHandler))
	excluded, urgent := 0, 0
	for round := range 25 {
		for range 1 + e.IntN(5) {
			if err := e.edit(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := follower.catchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		fresh, err := f.Office.load(t.Context(), MatchRequest{})
		if err != nil {
			t.Fatal(err)
		}
		got, want := answers(t, follower.view.Load()), answers(t, fresh)
		if got != want {
			t.Fatalf("round %d: got\n%s\nwant\n%s", round, got, want)
		}
		for i := range fresh.snapshot.Candidates() {
			excluded += len(fresh.snapshot.Candidate(i).Declined)
			if fresh.snapshot.Candidate(i).CurrentUnit != nil {
				urgent++
			}
		}
	}
	if excluded == 0 || urgent == 0 {
		t.Errorf("%d exclusions and %d units: the edits no longer reach them", excluded, urgent)
	}
}

func TestTheOneShotAndTheFollowedOfficeMatchAlike(t *testing.T) {
	f := newFixture(t)
	e := &editor{rand.New(rand.NewPCG(2, 1)), t, f.db}
	for range 60 {
		if err := e.edit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	reqs := []MatchRequest{{}, {Every: true}, {Top: 2}, {Household: "H-1"}, {Household: "H-2", Every: true, Top: 3}, {Listing: "U-1"},
		{Listing: "U-2", Top: 2}, {Household: "H-1", Listing: "U-1"}, {Household: "H-3", Listing: "U-2", Every: true}, {Household: "nobody"}, {Listing: "nothing"}}
	ask := func() (out []string) {
		for _, req := range reqs {
			req.On = followDay
			m, err := f.Match(t.Context(), req)
			data, _ := json.Marshal(m) // of nil null
			out = append(out, fmt.Sprint(string(data), apperr.MessageOf(err)))
		}
		return out
	}
	want := ask()
	stop := f.Follow(t.Context(), slog.New(slog.DiscardHandler))
	for i, got := range ask() {
		if got != want[i] {
			t.Errorf("%+v: got  %s\nwant %s", reqs[i], got, want[i])
		}
	}
	stop()
	stop() // again
	if got := ask(); !reflect.DeepEqual(got, want) {
		t.Errorf("stopped, got  %s\nwant %s", got, want)
	}
}

func TestARequestSeesWhatWasWrittenBeforeIt(t *testing.T) {
	f := newFixture(t)
	stop := f.Follow(t.Context(), slog.New(slog.DiscardHandler))
	defer stop()
	other := f.reopen() // as another process has it
	for i := range 30 {
		db := []*storage.DB{f.db, other}[i%2]
		key := fmt.Sprint("U-", i)
		err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error {
			return Listings.Put(tx, &storage.Record[Entry[landlords.Listing]]{Value: Entry[landlords.Listing]{Key: key, Record: someListing(rand.New(rand.NewPCG(1, 1)), key)}})
		})
		if err != nil {
			t.Fatal(err)
		}
		a, err := f.Analysis(t.Context(), followDay)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := a.FindOfferRef(key); !ok || a.Offers() != i+1 {
			t.Fatalf("%s was written and is not seen among %d", key, a.Offers())
		}
	}
}

// reopen opens the fixture's store once more.
func (f *fixture) reopen() *storage.DB {
	f.t.Helper()
	return sqlitetest.Open(f.t, filepath.Join(f.dir, "store", "boligklar.db"), Collections...)
}

// TestAnotherProcessIsFollowedWithoutBeingAsked waits for the hint or the tick.
func TestAnotherProcessIsFollowedWithoutBeingAsked(t *testing.T) {
	f := newFixture(t)
	stop := f.Follow(t.Context(), slog.New(slog.DiscardHandler))
	defer stop()
	if _, err := f.Analysis(t.Context(), followDay); err != nil {
		t.Fatal(err)
	}
	v := f.follower.Load().view.Load()
	e := &editor{rand.New(rand.NewPCG(3, 1)), t, f.reopen()}
	if err := e.edit(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-v.next:
	case <-time.After(time.Minute):
		t.Fatal("no newer view came")
	}
	if now := f.follower.Load().view.Load(); !now.position.Includes(1) {
		t.Errorf("the newer view stands at %+v", now.position)
	}
}

func TestALostPositionIsReadAnew(t *testing.T) {
	f := newFixture(t)
	e := &editor{rand.New(rand.NewPCG(4, 1)), t, f.db}
	follower := newFollower(f.Office, slog.New(slog.DiscardHandler))
	for range 40 {
		if err := e.edit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := follower.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	behind := follower.view.Load().position
	for range 40 {
		if err := e.edit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := f.db.PurgeTombstones(t.Context(), municipality, time.Now().Add(time.Hour)); err != nil || n == 0 {
		t.Fatalf("purged %d, %v: the test shows nothing", n, err)
	}
	if _, _, err := f.db.Changes(t.Context(), municipality, behind, 10); !errors.Is(err, storage.ErrPositionLost) {
		t.Fatalf("got %v, want the position to be lost", err)
	}
	if err := follower.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh, err := f.Office.load(t.Context(), MatchRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := answers(t, follower.view.Load()), answers(t, fresh); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestAViewHoldsWholeTransactions has pages that end within a transaction.
func TestAViewHoldsWholeTransactions(t *testing.T) {
	f := newFixture(t)
	follower := newFollower(f.Office, slog.New(slog.DiscardHandler))
	follower.page = 30
	stop := f.follow(t.Context(), follower)
	defer stop()
	const n = 100 // listings, all of the same rent
	for rent := 1; rent <= 5; rent++ {
		written := make(chan error, 1)
		go func() {
			written <- f.db.Update(context.Background(), municipality, func(tx *storage.Tx) error {
				for i := range n {
					key := fmt.Sprint("U-", i)
					rec, err := Listings.GetBy(tx, "key", key)
					if err != nil && rent > 1 {
						return err
					}
					rec.Value = Entry[landlords.Listing]{Key: key, Record: landlords.Listing{ExternalRef: key, Rent: &rent}}
					if err := Listings.Put(tx, &rec); err != nil {
						return err
					}
				}
				return nil
			})
		}()
		for done := false; !done; {
			select {
			case err := <-written:
				if err != nil {
					t.Fatal(err)
				}
				done = true
			default:
			}
			a, err := f.Analysis(t.Context(), followDay)
			if err != nil {
				t.Fatal(err)
			}
			rents := map[int]int{}
			for i := range a.Offers() {
				rents[*a.Offer(i).Listing.Rent]++
			}
			if len(rents) > 1 || done && rents[rent] != n {
				t.Fatalf("got rents %v, want one rent for all", rents)
			}
		}
	}
}

func TestARequestWaitsNoLongerThanItMay(t *testing.T) {
	f := newFixture(t)
	follower := newFollower(f.Office, slog.New(slog.DiscardHandler)) // which nobody runs
	f.follower.Store(follower)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := follower.reach(ctx, storage.Position{Seq: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the request was cancelled", err)
	}
	follower.patience = time.Millisecond
	if _, err := follower.reach(t.Context(), storage.Position{Seq: 1}); apperr.CodeOf(err) != apperr.Unavailable {
		t.Errorf("got %v, want that matching is behind", err)
	}
	close(follower.done)
	if _, err := f.Analysis(t.Context(), followDay); err != nil {
		t.Errorf("stopped: got %v, want an answer from the store", err)
	}
}

// TestWorkInNoHurryWaitsUntilTheStoreIsRead: it begins when matching is ready, and
// where nobody follows at once.
func TestWorkInNoHurryWaitsUntilTheStoreIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := New(nil, Config{Municipality: municipality})
		if err := o.AwaitFollow(t.Context()); err != nil {
			t.Errorf("nobody follows: %v", err)
		}
		f := newFollower(o, slog.New(slog.DiscardHandler))
		o.follower.Store(f)
		began := make(chan struct{})
		go func() {
			defer close(began)
			if err := o.AwaitFollow(t.Context()); err != nil {
				t.Errorf("loaded: %v", err)
			}
		}()
		time.Sleep(time.Minute) // the bubble's clock
		select {
		case <-began:
			t.Error("it began before the store was read")
		default:
		}
		f.levelAt.Store(time.Now().UnixNano())
		<-began
	})
}
