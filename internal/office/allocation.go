package office

import (
	"context"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching"
)

// Pair is a household and a listing, by their references.
type Pair struct {
	Household string `json:"household"`
	Listing   string `json:"listing"`
}

// Round is an allocation round that coordinators work on: what they have locked
// and excluded. The pairs themselves are computed when they are looked at, so
// that a round never shows a home that is gone.
type Round struct {
	On       civil.Date `json:"on"`
	Locked   []Pair     `json:"locked,omitzero"`   // to be proposed, whatever the best total
	Excluded []Pair     `json:"excluded,omitzero"` // not to be proposed in this round
	By       string     `json:"by"`                // who changed it last
	At       time.Time  `json:"at"`
	Proposed []string   `json:"proposed,omitzero"` // ids of the placements that it became; then it is closed
}

// Rounds are the allocation rounds.
var Rounds = storage.NewCollection[Round](storage.Schema{Name: "rounds", Indexes: []storage.Index{{Name: "on", Paths: []string{"on"}}}})

// RoundRecord is a stored round.
type RoundRecord = storage.Record[Round]

// StartRound begins a round for a day (0 is today). Errors: those of the store.
func (o *Office) StartRound(ctx context.Context, on civil.Date, who string) (id string, err error) {
	if on == 0 {
		on = o.Today()
	}
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec := RoundRecord{Value: Round{On: on, By: who, At: o.now().UTC()}}
		if err := Rounds.Put(tx, &rec); err != nil {
			return err
		}
		id = rec.ID
		return nil
	})
	return id, err
}

// Round returns the round of an id. Errors: NotFound.
func (o *Office) Round(ctx context.Context, id string) (RoundRecord, error) {
	return get(ctx, o, Rounds, id)
}

// LatestRounds returns the newest rounds. Errors: those of the store.
func (o *Office) LatestRounds(ctx context.Context, limit int) (out []RoundRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range Rounds.Find(tx, storage.Query{Desc: true, Limit: limit}) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	})
	return out, err
}

// RoundChange is what a coordinator decides about one pair of a round.
type RoundChange string

// The changes.
const (
	LockPair    RoundChange = "lock"
	ExcludePair RoundChange = "exclude"
	FreePair    RoundChange = "free" // neither locked nor excluded any more
)

// ChangeRound locks, excludes or frees a pair. Errors: NotFound; Conflict where
// somebody else has changed the round since it was read; Invalid where the round
// has been proposed, or the lock would give a household or listing twice.
func (o *Office) ChangeRound(ctx context.Context, id string, version int64, change RoundChange, p Pair, who string) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := openRound(tx, id, version)
		if err != nil {
			return err
		}
		r := &rec.Value
		same := func(q Pair) bool { return q == p }
		r.Locked, r.Excluded = slices.DeleteFunc(r.Locked, same), slices.DeleteFunc(r.Excluded, same)
		switch change {
		case LockPair:
			if slices.ContainsFunc(r.Locked, func(q Pair) bool { return q.Household == p.Household || q.Listing == p.Listing }) {
				return apperr.New(apperr.Invalid, "The household or the home is locked to another already. Free that pair first.").In("round.locked_already", nil)
			}
			r.Locked = append(r.Locked, p)
		case ExcludePair:
			r.Excluded = append(r.Excluded, p)
		}
		r.By, r.At = who, o.now().UTC()
		return Rounds.Put(tx, &rec)
	})
}

func openRound(tx *storage.Tx, id string, version int64) (RoundRecord, error) {
	rec, err := Rounds.Get(tx, id)
	switch {
	case err != nil:
		return rec, err
	case rec.Version != version:
		return rec, apperr.Wrap(storage.Stale("rounds", id), apperr.Conflict, "Somebody else has changed the round meanwhile. Look at it again and repeat what you meant to do.").In("round.changed", nil)
	case len(rec.Value.Proposed) > 0:
		return rec, apperr.New(apperr.Invalid, "The round has been turned into proposals already.").In("round.proposed", nil)
	}
	return rec, nil
}

// RoundResult is what a round comes to now.
type RoundResult struct {
	*Analysis
	matching.Allocation
}

// AllocateRound computes what a round comes to now. Households that are parked,
// have an offer or are housed stand outside. Errors: those of the store and the
// context.
func (o *Office) AllocateRound(ctx context.Context, r *Round) (*RoundResult, error) {
	a, err := o.Analysis(ctx, r.On)
	if err != nil {
		return nil, err
	}
	ids := func(pairs []Pair) (out []matching.PairIDs) {
		for _, p := range pairs {
			i, hasHousehold := a.FindCandidateRef(p.Household)
			j, hasListing := a.FindOfferRef(p.Listing)
			if hasHousehold && hasListing { // else gone since
				out = append(out, matching.PairIDs{Candidate: a.Candidate(i).ID, Offer: a.Offer(j).ID})
			}
		}
		return out
	}
	best, err := a.Allocate(ctx, ids(r.Locked), ids(r.Excluded))
	if err != nil {
		return nil, err
	}
	return &RoundResult{a, best}, nil
}

// ProposeRound turns pairs of a round into proposals, all of them or none, and
// closes the round. Asked again it does nothing. Errors: NotFound; Conflict where
// the round changed since it was read; Invalid where it was proposed, or a pair
// cannot be proposed any more.
func (o *Office) ProposeRound(ctx context.Context, id string, version int64, pairs []Pair, who string) (ids []string, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := openRound(tx, id, version)
		if err != nil {
			return err
		}
		if len(pairs) == 0 {
			return apperr.New(apperr.Invalid, "Choose at least one pair to propose.").In("round.nothing_chosen", nil)
		}
		ids = nil
		for _, p := range pairs {
			open, err := Placements.GetBy(tx, "open_pair", p.Household+"|"+p.Listing)
			if err == nil { // proposed apart from the round: it is on its way already
				ids = append(ids, open.ID)
				continue
			}
			if apperr.CodeOf(err) != apperr.NotFound {
				return err
			}
			placed, err := o.proposeIn(tx, ProposeRequest{Household: p.Household, Listing: p.Listing, On: rec.Value.On, Who: who})
			if err != nil {
				return err
			}
			ids = append(ids, placed)
		}
		rec.Value.Proposed, rec.Value.By, rec.Value.At = ids, who, o.now().UTC()
		return Rounds.Put(tx, &rec)
	})
	return ids, taken(err)
}
