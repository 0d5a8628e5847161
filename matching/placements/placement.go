// Package placements has the way of one household towards one listing: from
// proposal over viewing and offer to lease and follow-up, or to a decline that
// says who declined, why, and what follows from it.
//
// A placement is a pure state machine: who may do what in which order. What
// else changes with it (the listing's status, the household's unit, exclusions)
// is the office's to do in the same transaction.
package placements

import (
	"fmt"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching"
)

// State is how far a placement has come.
type State string

// The states.
const (
	Proposal State = "proposal"  // the office suggests the pair
	Viewing  State = "viewing"   // a viewing is arranged or was held
	Offer    State = "offer"     // the landlord offers the home
	Lease    State = "lease"     // the lease is signed, the household not moved in yet
	FollowUp State = "follow_up" // moved in
	Ended    State = "ended"     // the tenancy is over: the household may be placed anew
	Declined State = "declined"
)

// States lists every state in the order of a placement's life.
var States = []State{Proposal, Viewing, Offer, Lease, FollowUp, Ended, Declined}

// Kind is what happens to a placement.
type Kind string

// The kinds of event.
const (
	KindPropose  Kind = "propose"   // only Propose makes it: the first step of every placement
	KindAccept   Kind = "accept"    // the household says yes to being named to the landlord; Date: the day of its yes
	KindView     Kind = "view"      // a viewing, or another one; Date: its day
	KindOffer    Kind = "offer"     // Date: the day of the offer
	KindLease    Kind = "lease"     // Date: the day the lease starts
	KindMoveIn   Kind = "move_in"   // Date: the day of moving in
	KindFollowUp Kind = "follow_up" // Date: the day of the talk; Check
	KindEnd      Kind = "end"       // Date: the first day after the tenancy
	KindDecline  Kind = "decline"   // Date: the day of the decline; Decline
)

// Kinds lists every kind of event that Apply takes.
var Kinds = []Kind{KindAccept, KindView, KindOffer, KindLease, KindMoveIn, KindFollowUp, KindEnd, KindDecline}

// next is every legal transition. A home may be offered without a viewing and
// viewed more than once; a signed lease can still fall through until the
// household has moved in.
var next = map[State]map[Kind]State{
	Proposal: {KindAccept: Proposal, KindView: Viewing, KindOffer: Offer, KindDecline: Declined},
	Viewing:  {KindView: Viewing, KindOffer: Offer, KindDecline: Declined},
	Offer:    {KindLease: Lease, KindDecline: Declined},
	Lease:    {KindMoveIn: FollowUp, KindDecline: Declined},
	FollowUp: {KindFollowUp: FollowUp, KindEnd: Ended},
}

// Events returns what can happen in a state, in the order of Kinds.
func (s State) Events() []Kind {
	var out []Kind
	for _, k := range Kinds {
		if _, ok := next[s][k]; ok {
			out = append(out, k)
		}
	}
	return out
}

// Open reports whether a placement in this state is still on its way. A landlord
// looks at several households and a household at several homes, so any number
// may be open for each.
func (s State) Open() bool { return s == Proposal || s == Viewing || s.Active() }

// Active reports whether a placement in this state holds its household and its
// listing: from the landlord's offer until the household has moved in there is at
// most one for each.
func (s State) Active() bool { return s == Offer || s == Lease }

// Basis is what the engine said when the pair was proposed, and by which rules.
type Basis struct {
	On            civil.Date           `json:"on"` // the date of the evaluation
	EngineVersion string               `json:"engine_version"`
	PolicyNumber  int                  `json:"policy_number,omitzero"` // the office's own number of the policy
	PolicyHash    string               `json:"policy_hash"`
	Policy        *matching.Policy     `json:"policy,omitzero"` // itself, so that the result can be computed again
	Eligibility   matching.Eligibility `json:"eligibility"`
	Score         float64              `json:"score"`      // 0 to 100
	RankValue     float64              `json:"rank_value"` // what lists are ordered by
}

// Personal is every value of a placement that leads to a person. Erasure
// empties it whole; everything beside it counts in figures and stays.
type Personal struct {
	HouseholdRef string  `json:"household_ref,omitzero"`
	ListingKey   string  `json:"listing_key,omitzero"` // may hold an address and a landlord's name
	Landlord     string  `json:"landlord,omitzero"`    // key of the landlord that a decline excludes for the household
	CaseRef      string  `json:"case_ref,omitzero"`    // of the case in the municipality's archive
	Inputs       *Inputs `json:"inputs,omitzero"`      // what the engine knew when the pair was proposed
	Notes        []Note  `json:"notes,omitempty"`
}

// Note is free text of staff about a placement.
type Note struct {
	By   string    `json:"by"` // user id
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Step is one thing that happened.
type Step struct {
	Event Kind       `json:"event"`
	State State      `json:"state"` // after it
	By    string     `json:"by"`    // user id
	At    time.Time  `json:"at"`    // when it was recorded
	Date  civil.Date `json:"date"`  // the day it holds for
}

// Placement is one household's way towards one listing.
type Placement struct {
	State      State      `json:"state"`
	Personal   Personal   `json:"personal,omitzero"`
	UnitRef    string     `json:"unit_ref,omitzero"`   // the transitional unit that would become free
	Caseworker string     `json:"caseworker,omitzero"` // user id of who is responsible
	Accepted   civil.Date `json:"accepted,omitzero"`   // the day of the household's yes
	Basis      Basis      `json:"basis"`
	Steps      []Step     `json:"steps"` // in the order they were recorded, the proposal first
	LeaseStart civil.Date `json:"lease_start,omitzero"`
	MovedIn    civil.Date `json:"moved_in,omitzero"`
	EndedOn    civil.Date `json:"ended_on,omitzero"` // the first day after the tenancy
	Decline    *Decline   `json:"decline,omitzero"`
	Checks     []Check    `json:"checks,omitempty"`    // follow-up talks that were held
	ErasedAt   *time.Time `json:"erased_at,omitempty"` // when Personal was emptied
}

// Event is one thing to record on a placement.
type Event struct {
	Kind    Kind
	By      string     // user id
	At      time.Time  // the time of recording
	Date    civil.Date // the day it holds for; see Kind
	Decline *Decline   // for KindDecline
	Check   *Check     // for KindFollowUp; its Date, By are filled in from the event
}

// Propose returns a new placement of the result's pair. unitRef is the
// transitional unit that the household lives in, "" for none. Errors: Invalid
// where the user or the time is missing.
func Propose(r *matching.Result, unitRef, by string, at time.Time) (*Placement, error) {
	if err := checkWho(by, at); err != nil {
		return nil, err
	}
	policy := *r.Policy()
	return &Placement{
		State:      Proposal,
		Personal:   Personal{HouseholdRef: r.Candidate.Ref(), ListingKey: r.Offer.Listing.Key(), Inputs: inputsOf(r)},
		UnitRef:    unitRef,
		Caseworker: by,
		Basis: Basis{
			On: r.On(), EngineVersion: matching.EngineVersion, PolicyHash: r.PolicyHash(), Policy: &policy,
			Eligibility: r.Eligibility, Score: r.Score, RankValue: r.RankValue,
		},
		Steps: []Step{{Event: KindPropose, State: Proposal, By: by, At: at, Date: r.On()}},
	}, nil
}

// TransitionError says that an event cannot happen in a state. It is the cause
// of the Invalid error that Apply returns then.
type TransitionError struct {
	State State
	Event Kind
}

// Error names the event and the state.
func (e *TransitionError) Error() string { return fmt.Sprintf("%s in state %s", e.Event, e.State) }

// Open reports whether the placement is still on its way.
func (p *Placement) Open() bool { return p.State.Open() }

// Active reports whether the placement holds its household and listing.
func (p *Placement) Active() bool { return p.State.Active() }

// Housed reports whether the household lives where this placement led it.
func (p *Placement) Housed() bool { return p.State == FollowUp && p.EndedOn.IsZero() }

// Apply records an event. On an error the placement is as it was. Errors:
// Invalid where the event is not legal in the state (with a *TransitionError as
// cause), or where something that it needs is missing or wrong.
func (p *Placement) Apply(e Event) error {
	to, ok := next[p.State][e.Kind]
	if !ok {
		return apperr.Wrap(&TransitionError{p.State, e.Kind}, apperr.Invalid,
			"This cannot be recorded now: the placement is at %q.", string(p.State)).In("placements.not_now", nil)
	}
	if err := checkWho(e.By, e.At); err != nil {
		return err
	}
	if e.Date.IsZero() {
		return apperr.New(apperr.Invalid, "The date is missing.")
	}
	if (e.Decline != nil) != (e.Kind == KindDecline) || (e.Check != nil) != (e.Kind == KindFollowUp) {
		return apperr.New(apperr.Invalid, "What is recorded does not belong to %q.", string(e.Kind))
	}
	if p.Accepted.IsZero() && (e.Kind == KindView || e.Kind == KindOffer) && p.State == Proposal {
		return apperr.New(apperr.Invalid, "Record the household's yes first: before it the landlord is told nothing of the household.").In("placements.no_yes", nil)
	}
	switch e.Kind {
	case KindAccept:
		p.Accepted = e.Date
	case KindEnd:
		if e.Date < p.MovedIn {
			return apperr.New(apperr.Invalid, "A tenancy cannot end before the household moved in.").In("placements.ends_too_early", nil)
		}
		p.EndedOn = e.Date
	case KindLease:
		p.LeaseStart = e.Date
	case KindMoveIn:
		p.MovedIn = e.Date
	case KindDecline:
		if err := e.Decline.check(e.Date); err != nil {
			return err
		}
		d := *e.Decline
		p.Decline = &d
	case KindFollowUp:
		c := Check{Months: e.Check.Months, Result: e.Check.Result, Date: e.Date, By: e.By}
		if err := p.checkNew(c); err != nil {
			return err
		}
		p.Checks = append(p.Checks, c)
		if c.Result == MovedOut {
			p.EndedOn, to = e.Date, Ended
		}
	}
	p.State = to
	p.Steps = append(p.Steps, Step{Event: e.Kind, State: to, By: e.By, At: e.At, Date: e.Date})
	return nil
}

// AddNote records free text. Errors: Invalid where it is empty, where user or
// time is missing, or after erasure.
func (p *Placement) AddNote(n Note) error {
	if err := checkWho(n.By, n.At); err != nil {
		return err
	}
	switch {
	case n.Text == "":
		return apperr.New(apperr.Invalid, "The note is empty.")
	case p.ErasedAt != nil:
		return apperr.New(apperr.Invalid, "The placement's personal data has been erased; no note can be added.")
	}
	p.Personal.Notes = append(p.Personal.Notes, n)
	return nil
}

// Erase empties the personal part and leaves the figures. Doing it again
// changes nothing. Errors: Invalid while the placement is open.
func (p *Placement) Erase(at time.Time) error {
	switch {
	case p.Open():
		return apperr.New(apperr.Invalid, "The placement is still going on; decline it or finish it before erasing.")
	case at.IsZero():
		return apperr.New(apperr.Invalid, "The time is missing.")
	case p.ErasedAt != nil:
		return nil
	}
	p.Personal, p.ErasedAt = Personal{}, &at
	return nil
}

// EraseListing takes out of the placement what leads to the home and its landlord,
// with the notes, which may name them; alias stands for the home from now on. What the
// engine knew of the home beside stays: figures ask whether it was sublet. The placement
// must not be open: an open one holds keys by the home's name.
func (p *Placement) EraseListing(alias string) {
	p.Personal.ListingKey, p.Personal.Landlord, p.Personal.Notes = alias, "", nil
	if in := p.Personal.Inputs; in != nil {
		in.Listing.ExternalRef, in.Listing.Address, in.Listing.UnitNumber, in.Listing.LandlordName = "", "", "", ""
		in.Explanation = nil
	}
}

// Reached reports whether the placement was ever in the state.
func (p *Placement) Reached(s State) bool {
	return slices.ContainsFunc(p.Steps, func(step Step) bool { return step.State == s })
}

func checkWho(by string, at time.Time) error {
	switch {
	case by == "":
		return apperr.New(apperr.Invalid, "Who does this is missing.")
	case at.IsZero():
		return apperr.New(apperr.Invalid, "The time is missing.")
	}
	return nil
}
