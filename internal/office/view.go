package office

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

// view is what matching knows of the store at one moment. It is never changed.
type view struct {
	snapshot *matching.Snapshot
	policies []PolicyVersion     // the newest first
	standing map[string]standing // by household_ref; those that were ever proposed
	position storage.Position    // in the feed: what the view includes
	next     chan struct{}       // closed when a newer view is there
}

// standing is what a household's placements come to.
type standing struct {
	progress matching.Progress // Proposed and Housed
	active   bool              // one of them is under way
	parked   civil.Date        // the first day free again; 0: not parked
}

// policyOn returns the version that holds on a day.
func (v *view) policyOn(on civil.Date) PolicyVersion {
	for _, p := range v.policies {
		if p.ValidFrom <= on {
			return p
		}
	}
	return defaultPolicyVersion()
}

// current returns the store as matching sees it now: from the follower where one
// runs, else read from the store. It holds all that was committed before the
// call, by whatever process. Errors: those of the store, and Unavailable where
// the follower does not come up with it.
func (o *Office) current(ctx context.Context) (*view, error) {
	f := o.follower.Load()
	if f == nil {
		return o.load(ctx, MatchRequest{})
	}
	var now storage.Position
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		now, err = tx.Position()
		return err
	})
	if err != nil {
		return nil, err
	}
	v, err := f.reach(ctx, now)
	if errors.Is(err, errStopped) {
		return o.load(ctx, MatchRequest{})
	}
	return v, err
}

// load reads a view from the store; of households and listings only those that
// the request names. Errors: NotFound for a reference that no record has, and
// those of the store.
func (o *Office) load(ctx context.Context, only MatchRequest) (*view, error) {
	var v *view
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		r, err := newReplica(tx, only)
		if err != nil {
			return err
		}
		v = r.view
		return nil
	})
	return v, err
}

// newReplica reads everything that matching follows.
func newReplica(tx *storage.Tx, only MatchRequest) (*replica, error) {
	position, err := tx.Position()
	if err != nil {
		return nil, err
	}
	r := emptyReplica()
	err = errors.Join(
		each(tx, Units, "", r.putUnit),
		each(tx, Policies, "", r.putPolicy),
		each(tx, Placements, "", r.putPlacement),
		notFound(each(tx, Households, only.Household, r.putHousehold), "household", only.Household),
		notFound(each(tx, Listings, only.Listing, r.putListing), "listing", only.Listing),
	)
	if err != nil {
		return nil, err
	}
	r.settle(position)
	return r, nil
}

// each hands over every record of a collection, or the one with a key.
func each[T any](tx *storage.Tx, c *storage.Collection[T], key string, put func(id string, value *T)) error {
	if key != "" {
		rec, err := c.GetBy(tx, "key", key)
		if err == nil {
			put(rec.ID, &rec.Value)
		}
		return err
	}
	for rec, err := range c.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		put(rec.ID, &rec.Value)
	}
	return nil
}

// replica makes one view after another from changes. It is for one goroutine;
// its views are for all.
type replica struct {
	view *view

	units      map[string]*vacancy.Unit // by key
	unitKeys   map[string]string        // by record id
	policies   map[string]PolicyVersion // by record id
	placements map[string]placementFacts
	proposals  map[string]map[string]bool // household_ref -> ids of its placements
	exclusions map[string]bool            // household_refs with a placement that excludes a listing

	// What has changed since the view.
	households map[string]*households.Household // by record id; nil: gone
	listings   map[string]*landlords.Listing
	unitsMoved map[string]bool // keys
	proposed   map[string]bool // household_refs whose placements changed
	ruled      bool            // policies changed

	changed int // records laid out since the snapshot was last compact
}

// placementFacts is what matching reads of a placement.
type placementFacts struct {
	household, listing       string // the reference and the key
	landlord                 string // key of the landlord that it excludes; "" where none
	excludes, active, housed bool
	parked                   civil.Date
}

func emptyReplica() *replica {
	r := &replica{
		view:  &view{snapshot: matching.NewSnapshot(nil, nil), next: make(chan struct{})},
		units: map[string]*vacancy.Unit{}, unitKeys: map[string]string{}, policies: map[string]PolicyVersion{},
		placements: map[string]placementFacts{}, proposals: map[string]map[string]bool{}, exclusions: map[string]bool{},
	}
	r.forget()
	return r
}

// forget starts a new round of changes.
func (r *replica) forget() {
	r.households, r.listings = map[string]*households.Household{}, map[string]*landlords.Listing{}
	r.unitsMoved, r.proposed, r.ruled = map[string]bool{}, map[string]bool{}, false
}

// apply takes in one change of the feed; of other collections than matching
// reads, nothing.
func (r *replica) apply(ch storage.Change) error {
	switch ch.Collection {
	case Households.Schema().Name:
		return applyTo(Households, ch, r.putHousehold)
	case Listings.Schema().Name:
		return applyTo(Listings, ch, r.putListing)
	case Units.Schema().Name:
		return applyTo(Units, ch, r.putUnit)
	case Placements.Schema().Name:
		return applyTo(Placements, ch, r.putPlacement)
	case Policies.Schema().Name:
		return applyTo(Policies, ch, r.putPolicy)
	}
	return nil
}

// applyTo hands a change over; nil is a deletion.
func applyTo[T any](c *storage.Collection[T], ch storage.Change, put func(id string, value *T)) error {
	rec, err := c.Value(ch)
	switch {
	case err != nil:
		return err
	case ch.Deleted:
		put(ch.ID, nil)
	default:
		put(ch.ID, &rec.Value)
	}
	return nil
}

func (r *replica) putHousehold(id string, e *Entry[households.Household]) {
	if e == nil {
		r.households[id] = nil
		return
	}
	r.households[id] = &e.Record
}

func (r *replica) putListing(id string, e *Entry[landlords.Listing]) {
	if e == nil {
		r.listings[id] = nil
		return
	}
	r.listings[id] = &e.Record
}

func (r *replica) putUnit(id string, e *Entry[vacancy.Unit]) {
	if old, ok := r.unitKeys[id]; ok {
		delete(r.units, old)
		delete(r.unitKeys, id)
		r.unitsMoved[old] = true
	}
	if e != nil {
		r.units[e.Key], r.unitKeys[id] = &e.Record, e.Key
		r.unitsMoved[e.Key] = true
	}
}

func (r *replica) putPolicy(id string, v *PolicyVersion) {
	r.ruled = true
	if v == nil {
		delete(r.policies, id)
		return
	}
	r.policies[id] = *v
}

func (r *replica) putPlacement(id string, p *Placement) {
	if old, ok := r.placements[id]; ok {
		delete(r.placements, id)
		delete(r.proposals[old.household], id)
		r.proposed[old.household] = true
	}
	if p == nil {
		return
	}
	facts := factsOf(p)
	r.placements[id] = facts
	if r.proposals[facts.household] == nil {
		r.proposals[facts.household] = map[string]bool{}
	}
	r.proposals[facts.household][id] = true
	r.proposed[facts.household] = true
}

// settle makes the view of a moment from the changes that led to it. Time: that
// of Snapshot.With; where units or placements changed, also a look at every
// household that has some.
func (r *replica) settle(position storage.Position) {
	old := r.view
	next := &view{snapshot: old.snapshot, policies: old.policies, standing: old.standing, position: position, next: make(chan struct{})}
	var offers matching.Changes
	moved := false // a listing has come, gone or changed its reference or its landlord
	for id, l := range r.listings {
		at, known := old.snapshot.FindOffer(id)
		if l == nil {
			moved = moved || known
			offers.RemovedOffers = append(offers.RemovedOffers, id)
			continue
		}
		offer := matching.Offer{ID: id, Listing: l}
		moved = moved || !known || old.snapshot.Offer(at).Ref() != offer.Ref() || old.snapshot.Offer(at).Listing.Landlord() != l.Landlord()
		offers.Offers = append(offers.Offers, offer)
	}
	next.snapshot = next.snapshot.With(offers) // first: exclusions name listings
	r.placed(next)
	next.snapshot = next.snapshot.With(r.candidates(next.snapshot, moved))
	if r.ruled {
		next.policies = nil
		for _, p := range r.policies {
			next.policies = append(next.policies, p)
		}
		slices.SortFunc(next.policies, func(a, b PolicyVersion) int { return b.Number - a.Number })
	}
	r.changed += len(r.listings) + len(r.households)
	if n := next.snapshot.Candidates() + next.snapshot.Offers(); r.changed > 2*n+compactAfter {
		next.snapshot, r.changed = next.snapshot.Compact(), 0
	}
	r.forget()
	r.view = next
}

// compactAfter is how many changes a small snapshot takes before it is laid out
// anew.
const compactAfter = 20_000

// placed brings the standing of the households up to date whose placements
// changed.
func (r *replica) placed(next *view) {
	if len(r.proposed) == 0 {
		return
	}
	all := make(map[string]standing, len(next.standing)+len(r.proposed))
	for ref, s := range next.standing {
		all[ref] = s
	}
	for ref := range r.proposed {
		delete(all, ref)
		delete(r.exclusions, ref)
		var s standing
		for id := range r.proposals[ref] {
			p := r.placements[id]
			s.progress.Proposed = true
			s.progress.Housed = s.progress.Housed || p.housed
			s.active = s.active || p.active
			s.parked = max(s.parked, p.parked)
			if p.excludes {
				r.exclusions[ref] = true
			}
		}
		if s.progress.Proposed {
			all[ref] = s
		}
	}
	next.standing = all
}

// candidates returns the households that have changed themselves, or whose unit
// or exclusions have.
func (r *replica) candidates(s *matching.Snapshot, listingsMoved bool) (out matching.Changes) {
	for id, h := range r.households {
		if h == nil {
			out.RemovedCandidates = append(out.RemovedCandidates, id)
			continue
		}
		out.Candidates = append(out.Candidates, r.candidate(s, id, h))
	}
	again := func(at int) {
		c := s.Candidate(at)
		if _, changed := r.households[c.ID]; !changed {
			r.households[c.ID] = c.Household // once
			out.Candidates = append(out.Candidates, r.candidate(s, c.ID, c.Household))
		}
	}
	refs := r.proposed
	if listingsMoved {
		for ref := range r.exclusions {
			refs[ref] = true
		}
	}
	for ref := range refs {
		if at, ok := s.FindCandidateRef(ref); ok {
			again(at)
		}
	}
	if len(r.unitsMoved) > 0 {
		for at := range s.Candidates() {
			if r.unitsMoved[s.Candidate(at).Household.CurrentUnit] {
				again(at)
			}
		}
	}
	return out
}

// notFound names what was looked for.
func notFound(err error, what, ref string) error {
	if apperr.CodeOf(err) != apperr.NotFound {
		return err
	}
	ref = strings.TrimSpace(ref)
	return apperr.Wrap(err, apperr.NotFound, "There is no %s %q. Check the reference; `boligklar export %ss -o FILE` lists them.", what, ref, what).
		In("match.no_"+what, map[string]any{"Ref": ref})
}
