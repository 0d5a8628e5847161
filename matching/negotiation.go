package matching

import (
	"cmp"
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
)

// Concession is the code of something that a landlord can be asked for.
type Concession string

// The concessions: each relaxes one requirement by one step.
const (
	AcceptSecurity  Concession = "accept_security"  // Form, beside those accepted
	LowerDeposit    Concession = "lower_deposit"    // Amount: the deposit less one month's rent
	LowerEmployment Concession = "lower_employment" // Level: the next lower one
	WaiveReferences Concession = "waive_references"
	AllowPets       Concession = "allow_pets"
	MoreOccupants   Concession = "more_occupants" // Amount: one person more
	WaiveFollowUp   Concession = "waive_follow_up"
)

// Concessions lists every concession.
var Concessions = []Concession{AcceptSecurity, LowerDeposit, LowerEmployment, WaiveReferences, AllowPets, MoreOccupants, WaiveFollowUp}

// NegotiationStep is what one concession opens. Level and Amount are what the
// listing would say; over several listings they differ and are not set.
type NegotiationStep struct {
	Concession Concession                      `json:"concession"`
	Form       string                          `json:"form,omitzero"`
	Level      landlords.EmploymentRequirement `json:"level,omitzero"`
	Amount     *int                            `json:"amount,omitzero"`
	Gained     int                             `json:"gained"` // ready households that qualify then and do not qualify now
}

// Negotiation is the value of what a listing's landlord could be asked for.
type Negotiation struct {
	Listing   string            `json:"listing"`   // its reference
	Qualified int               `json:"qualified"` // ready households that are eligible now
	Steps     []NegotiationStep `json:"steps"`     // the one that gains most first, else as Concessions lists them
}

// LandlordNegotiation is the value of what a landlord could be asked for on all
// listings that are on offer. A household counts once, and only where it
// qualifies for none of the landlord's listings now.
type LandlordNegotiation struct {
	Landlord  string            `json:"landlord"` // name as first stated
	Qualified int               `json:"qualified"`
	Steps     []NegotiationStep `json:"steps"`
	Listings  []Negotiation     `json:"listings"` // by reference
}

// NegotiationValue tells for each requirement of a listing how many more ready
// households would qualify (be eligible) were it relaxed by one step. Wishes,
// and what a sublet lifts, block nobody and are no steps; for a listing that is
// not on offer there are none. Time: one scan of the
// households for each step. Errors: NotFound for an id that no listing has, and
// that of the context.
func (s *Snapshot) NegotiationValue(ctx context.Context, listingID string, q Query) (Negotiation, error) {
	i, ok := s.FindOffer(listingID)
	if !ok {
		return Negotiation{}, apperr.New(apperr.NotFound, "There is no listing %q.", listingID)
	}
	n, err := s.negotiate(ctx, []int{i}, q)
	if err != nil {
		return Negotiation{}, err
	}
	return n.Listings[0], nil
}

// LandlordNegotiationValue is NegotiationValue for all listings of the landlord
// with that key (landlords.Landlord.Key). Errors: NotFound for a key that no
// listing has, and that of the context.
func (s *Snapshot) LandlordNegotiationValue(ctx context.Context, key string, q Query) (LandlordNegotiation, error) {
	none := LandlordNegotiation{Steps: []NegotiationStep{}, Listings: []Negotiation{}}
	known, offers := false, []int(nil)
	for i := range s.Offers() {
		l := s.Offer(i).Listing
		if l.Landlord().Key() != key {
			continue
		}
		if !known {
			known, none.Landlord = true, l.LandlordName
		}
		if !isClosed(l) {
			offers = append(offers, i)
		}
	}
	switch {
	case !known:
		return none, apperr.New(apperr.NotFound, "No listing is of that landlord.")
	case len(offers) == 0:
		return none, nil
	}
	return s.negotiate(ctx, offers, q)
}

// NegotiationValues is LandlordNegotiationValue for every landlord with something
// on offer, the one whose best step gains most first, equal ones in the order of their first listings.
// Listings that state no landlord stand by themselves. It uses all cores.
// Errors: that of the context.
func (s *Snapshot) NegotiationValues(ctx context.Context, q Query) ([]LandlordNegotiation, error) {
	var groups [][]int
	byKey := map[string]int{}
	for i := range s.Offers() {
		if isClosed(s.Offer(i).Listing) {
			continue
		}
		key := s.Offer(i).Listing.Landlord().Key()
		at, ok := byKey[key]
		if !ok || key == "" {
			at = len(groups)
			byKey[key] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], i)
	}
	out := make([]LandlordNegotiation, len(groups))
	err := inParallel(ctx, len(groups), func() func(int) error {
		return func(i int) (err error) {
			out[i], err = s.negotiate(ctx, groups[i], q)
			return err
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b LandlordNegotiation) int { return cmp.Compare(b.most(), a.most()) })
	return out, nil
}

func (n *LandlordNegotiation) most() int {
	if len(n.Steps) == 0 {
		return 0
	}
	return n.Steps[0].Gained
}

// negotiate values the concessions on one landlord's listings, at least one.
func (s *Snapshot) negotiate(ctx context.Context, offers []int, q Query) (LandlordNegotiation, error) {
	q.Options = Options{EligibleOnly: true}
	sc := s.householdScan()
	defer s.scans.households.Put(sc)
	qualify := func(o *Offer) (positions, error) {
		set := newPositions(s.Candidates())
		if !sc.start(s, o, &q) {
			return set, nil
		}
		return set, sc.collectAll(ctx, set)
	}
	type general struct { // a step over all listings
		concession Concession
		form       string
	}
	out := LandlordNegotiation{Landlord: s.Offer(offers[0]).Listing.LandlordName}
	now, then := newPositions(s.Candidates()), map[general]positions{}
	var order []general
	for _, i := range offers {
		o := s.Offer(i)
		base, err := qualify(o)
		if err != nil {
			return out, err
		}
		now.union(base)
		n := Negotiation{Listing: o.Ref(), Qualified: base.len()}
		for _, c := range concessions(o.Listing) {
			after, err := qualify(&Offer{o.ID, &c.listing})
			if err != nil {
				return out, err
			}
			c.step.Gained = after.lacks(base)
			n.Steps = append(n.Steps, c.step)
			g := general{c.step.Concession, c.step.Form}
			if then[g] == nil {
				then[g] = newPositions(s.Candidates())
				order = append(order, g)
			}
			then[g].union(after)
		}
		n.Steps = byGain(n.Steps)
		out.Listings = append(out.Listings, n)
	}
	out.Qualified = now.len()
	for _, g := range order {
		out.Steps = append(out.Steps, NegotiationStep{Concession: g.concession, Form: g.form, Gained: then[g].lacks(now)})
	}
	out.Steps = byGain(out.Steps)
	return out, nil
}

// byGain puts the step that gains most first; never nil.
func byGain(steps []NegotiationStep) []NegotiationStep {
	slices.SortStableFunc(steps, func(a, b NegotiationStep) int {
		return cmp.Or(
			cmp.Compare(b.Gained, a.Gained),
			cmp.Compare(slices.Index(Concessions, a.Concession), slices.Index(Concessions, b.Concession)),
		)
	})
	return orEmpty(steps)
}

// relaxed is a listing with one requirement relaxed.
type relaxed struct {
	step    NegotiationStep
	listing landlords.Listing
}

// concessions returns what the landlord of a listing can be asked for.
func concessions(l *landlords.Listing) (out []relaxed) {
	if isClosed(l) {
		return nil
	}
	ask := func(asked bool, rule landlords.Rule, step NegotiationStep, change func(l *landlords.Listing)) {
		if !asked || l.Strength(rule) == landlords.Prefer {
			return
		}
		after := *l
		change(&after)
		out = append(out, relaxed{step, after})
	}
	direct, no, yes := l.ContractForm != landlords.Sublet, false, true
	for _, f := range formsAtHand {
		ask(direct && l.AcceptedSecurity != 0 && !l.AcceptedSecurity.Has(f.form), landlords.RuleSecurity,
			NegotiationStep{Concession: AcceptSecurity, Form: f.form.String()},
			func(l *landlords.Listing) { l.AcceptedSecurity |= landlords.Securities(f.form) })
	}
	if l.Deposit != nil && l.Rent != nil {
		less := max(0, *l.Deposit-*l.Rent)
		ask(direct && l.AcceptedSecurity.Has(landlords.DepositAccount) && less < *l.Deposit, landlords.RuleSecurity,
			NegotiationStep{Concession: LowerDeposit, Amount: &less}, func(l *landlords.Listing) { l.Deposit = &less })
	}
	if level := requirementLevel(l.EmploymentRequirement); level > 0 {
		lower := landlords.EmploymentRequirements[level-1]
		ask(direct, landlords.RuleEmployment,
			NegotiationStep{Concession: LowerEmployment, Level: lower}, func(l *landlords.Listing) { l.EmploymentRequirement = lower })
	}
	ask(direct && is(l.ReferencesRequired), landlords.RuleReferences,
		NegotiationStep{Concession: WaiveReferences}, func(l *landlords.Listing) { l.ReferencesRequired = &no })
	ask(isNot(l.Pets), landlords.RulePets,
		NegotiationStep{Concession: AllowPets}, func(l *landlords.Listing) { l.Pets = &yes })
	if l.MaxOccupants != nil {
		more := *l.MaxOccupants + 1
		ask(true, landlords.RuleOccupants,
			NegotiationStep{Concession: MoreOccupants, Amount: &more}, func(l *landlords.Listing) { l.MaxOccupants = &more })
	}
	ask(is(l.FollowUpRequired), landlords.RuleFollowUp,
		NegotiationStep{Concession: WaiveFollowUp}, func(l *landlords.Listing) { l.FollowUpRequired = &no })
	return out
}
