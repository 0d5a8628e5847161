package placements

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

var (
	day = civil.MustParse("2026-12-01")
	at  = time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
)

func result() *matching.Result {
	r := matching.Evaluate(
		&matching.Candidate{Household: &households.Household{Ref: "H-1", Adults: 1, ReadyDate: day - 73}},
		&matching.Offer{ID: "l1", Listing: &landlords.Listing{Address: "Prøvegata 1", LandlordName: "Kari Utleier"}},
		matching.DefaultPolicy(), day)
	return &r
}

func proposed(t *testing.T) *Placement {
	t.Helper()
	p, err := Propose(result(), "G-001", "u1", at)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// event returns a valid event of a kind.
func event(kind Kind) Event {
	e := Event{Kind: kind, By: "u2", At: at.Add(time.Hour), Date: day}
	switch kind {
	case KindDecline:
		e.Decline = &Decline{By: ByLandlord, Reason: ChoseOtherTenant, Consequence: NoConsequence}
	case KindFollowUp:
		e.Check = &Check{Months: 1, Result: GoingWell}
	}
	return e
}

// inState returns a placement that has come to a state by the shortest way.
func inState(t *testing.T, s State) *Placement {
	t.Helper()
	p := proposed(t)
	way := map[State][]Kind{
		Viewing: {KindAccept, KindView}, Offer: {KindAccept, KindOffer}, Lease: {KindAccept, KindOffer, KindLease},
		FollowUp: {KindAccept, KindOffer, KindLease, KindMoveIn}, Ended: {KindAccept, KindOffer, KindLease, KindMoveIn, KindEnd}, Declined: {KindDecline},
	}[s]
	for _, kind := range way {
		if err := p.Apply(event(kind)); err != nil {
			t.Fatal(err)
		}
	}
	if p.State != s {
		t.Fatalf("came to %s, want %s", p.State, s)
	}
	return p
}

func clone(t *testing.T, p *Placement) (out *Placement) {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestProposalRecordsWhatTheEngineSaid(t *testing.T) {
	p, r := proposed(t), result()
	want := &Placement{
		State:      Proposal,
		Personal:   Personal{HouseholdRef: "H-1", ListingKey: "Prøvegata 1||Kari Utleier", Inputs: p.Personal.Inputs},
		UnitRef:    "G-001",
		Caseworker: "u1",
		Basis: Basis{On: day, EngineVersion: matching.EngineVersion, PolicyHash: matching.DefaultPolicy().Hash(), Policy: matching.DefaultPolicy(),
			Eligibility: matching.Clarify, Score: r.Score, RankValue: r.RankValue},
		Steps: []Step{{Event: KindPropose, State: Proposal, By: "u1", At: at, Date: day}},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v\nwant %+v", p, want)
	}
	if got := clone(t, p); !reflect.DeepEqual(got, p) {
		t.Errorf("by way of JSON %+v\nwant %+v", got, p)
	}
	for _, tc := range []struct {
		name, by string
		at       time.Time
	}{{"no user", "", at}, {"no time", "u1", time.Time{}}} {
		if _, err := Propose(result(), "", tc.by, tc.at); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%s: %v, want an invalid error", tc.name, err)
		}
	}
}

// TestEveryStateAndEvent is the whole transition table; what it does not list is
// not legal.
func TestEveryStateAndEvent(t *testing.T) {
	table := map[State]map[Kind]State{
		Proposal: {KindAccept: Proposal, KindView: Viewing, KindOffer: Offer, KindDecline: Declined},
		Viewing:  {KindView: Viewing, KindOffer: Offer, KindDecline: Declined},
		Offer:    {KindLease: Lease, KindDecline: Declined},
		Lease:    {KindMoveIn: FollowUp, KindDecline: Declined},
		FollowUp: {KindFollowUp: FollowUp, KindEnd: Ended},
		Ended:    {},
		Declined: {},
	}
	for _, state := range States {
		for _, kind := range append([]Kind{KindPropose}, Kinds...) {
			t.Run(string(state)+"/"+string(kind), func(t *testing.T) {
				want := table[state][kind]
				p := inState(t, state)
				if state == Proposal && (kind == KindView || kind == KindOffer) {
					if err := p.Apply(event(KindAccept)); err != nil {
						t.Fatal(err)
					}
				}
				before := clone(t, p)
				err := p.Apply(event(kind))
				if got := slices.Contains(state.Events(), kind); got != (want != "") {
					t.Errorf("Events lists it: %v", got)
				}
				if want == "" {
					var transition *TransitionError
					if apperr.CodeOf(err) != apperr.Invalid || !errors.As(err, &transition) || *transition != (TransitionError{state, kind}) {
						t.Errorf("got %v, want a transition error", err)
					}
					if !reflect.DeepEqual(clone(t, p), before) {
						t.Errorf("changed to %+v", p)
					}
					return
				}
				if err != nil || p.State != want {
					t.Fatalf("state %s, error %v, want %s", p.State, err, want)
				}
				if got, want := p.Steps[len(p.Steps)-1], (Step{kind, want, "u2", at.Add(time.Hour), day}); got != want {
					t.Errorf("step %+v, want %+v", got, want)
				}
				if len(p.Steps) != len(before.Steps)+1 || !p.Reached(want) {
					t.Errorf("steps %+v", p.Steps)
				}
			})
		}
	}
}

func TestActive(t *testing.T) {
	open, active := []State{Proposal, Viewing, Offer, Lease}, []State{Offer, Lease}
	for _, s := range States {
		p := inState(t, s)
		if p.Open() != slices.Contains(open, s) || p.Active() != slices.Contains(active, s) || p.Housed() != (s == FollowUp) {
			t.Errorf("%s: open %v, active %v, housed %v", s, p.Open(), p.Active(), p.Housed())
		}
	}
}

func TestWhatAnEventNeeds(t *testing.T) {
	decline := func(d Decline) func(*Event) { return func(e *Event) { e.Decline = &d } }
	for _, tc := range []struct {
		name   string
		state  State
		kind   Kind
		change func(*Event)
		ok     bool
	}{
		{"no user", Viewing, KindView, func(e *Event) { e.By = "" }, false},
		{"no time", Viewing, KindView, func(e *Event) { e.At = time.Time{} }, false},
		{"no date", Viewing, KindView, func(e *Event) { e.Date = 0 }, false},
		{"a viewing before the household's yes", Proposal, KindView, func(*Event) {}, false},
		{"an offer before the household's yes", Proposal, KindOffer, func(*Event) {}, false},
		{"an end before moving in", FollowUp, KindEnd, func(e *Event) { e.Date-- }, false},
		{"decline without reasons", Proposal, KindDecline, func(e *Event) { e.Decline = nil }, false},
		{"a viewing with a decline", Viewing, KindView, decline(Decline{By: ByOffice, Reason: Mistake, Consequence: NoConsequence}), false},
		{"a viewing with a talk", Viewing, KindView, func(e *Event) { e.Check = &Check{Months: 1, Result: GoingWell} }, false},
		{"nobody declines", Proposal, KindDecline, decline(Decline{Reason: OtherReason, Consequence: NoConsequence}), false},
		{"a landlord's reason of the household", Proposal, KindDecline, decline(Decline{By: ByHousehold, Reason: ChoseOtherTenant, Consequence: NoConsequence}), false},
		{"no consequence stated", Proposal, KindDecline, decline(Decline{By: ByHousehold, Reason: TooSmall}), false},
		{"exclude the pair", Proposal, KindDecline, decline(Decline{By: ByHousehold, Reason: TooSmall, Consequence: ExcludePair}), true},
		{"park until tomorrow", Viewing, KindDecline, decline(Decline{By: ByHousehold, Reason: NoShow, Consequence: ParkHousehold, Until: day + 1}), true},
		{"park until today", Viewing, KindDecline, decline(Decline{By: ByHousehold, Reason: NoShow, Consequence: ParkHousehold, Until: day}), false},
		{"park without date", Viewing, KindDecline, decline(Decline{By: ByHousehold, Reason: NoShow, Consequence: ParkHousehold}), false},
		{"a date without parking", Viewing, KindDecline, decline(Decline{By: ByHousehold, Reason: NoShow, Consequence: ExcludePair, Until: day + 1}), false},
		{"a corrected requirement", Offer, KindDecline, decline(Decline{By: ByLandlord, Reason: PetsNotAccepted, Consequence: RequirementCorrected, Rule: matching.RulePets}), true},
		{"a corrected requirement without rule", Offer, KindDecline, decline(Decline{By: ByLandlord, Reason: PetsNotAccepted, Consequence: RequirementCorrected}), false},
		{"a rule without correction", Offer, KindDecline, decline(Decline{By: ByLandlord, Reason: PetsNotAccepted, Consequence: NoConsequence, Rule: matching.RulePets}), false},
		{"a follow-up that there is not", FollowUp, KindFollowUp, func(e *Event) { e.Check.Months = 2 }, false},
		{"a follow-up without result", FollowUp, KindFollowUp, func(e *Event) { e.Check.Result = "" }, false},
		{"a follow-up out of turn", FollowUp, KindFollowUp, func(e *Event) { e.Check.Months = 12 }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := inState(t, tc.state)
			before := clone(t, p)
			e := event(tc.kind)
			tc.change(&e)
			err := p.Apply(e)
			if tc.ok {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			var transition *TransitionError
			if apperr.CodeOf(err) != apperr.Invalid || errors.As(err, &transition) {
				t.Errorf("got %v, want an invalid error about the input", err)
			}
			if !reflect.DeepEqual(clone(t, p), before) {
				t.Errorf("changed to %+v", p)
			}
		})
	}
}

func TestDeclineConsequences(t *testing.T) {
	for _, tc := range []struct {
		consequence Consequence
		excludes    bool
		parks       []civil.Date // of day, day+6, day+7
	}{
		{NoConsequence, false, nil},
		{ExcludePair, true, nil},
		{ParkHousehold, false, []civil.Date{day, day + 6}},
		{RequirementCorrected, false, nil},
	} {
		t.Run(string(tc.consequence), func(t *testing.T) {
			p, e := proposed(t), event(KindDecline)
			e.Decline.Consequence = tc.consequence
			switch tc.consequence {
			case ParkHousehold:
				e.Decline.Until = day + 7
			case RequirementCorrected:
				e.Decline.Rule = matching.RuleRent
			}
			if p.ExcludesPair() || p.Parks(day) {
				t.Error("has a consequence before it is declined")
			}
			if err := p.Apply(e); err != nil {
				t.Fatal(err)
			}
			var parks []civil.Date
			for _, on := range []civil.Date{day, day + 6, day + 7} {
				if p.Parks(on) {
					parks = append(parks, on)
				}
			}
			if p.ExcludesPair() != tc.excludes || !slices.Equal(parks, tc.parks) {
				t.Errorf("excludes %v, parks on %v, want %v and %v", p.ExcludesPair(), parks, tc.excludes, tc.parks)
			}
		})
	}
}

func TestDue(t *testing.T) {
	d := civil.MustParse
	check := func(months int, result CheckResult) Event {
		e := event(KindFollowUp)
		e.Check = &Check{Months: months, Result: result}
		return e
	}
	for _, tc := range []struct {
		name   string
		start  string
		moved  bool
		events []Event
		on     string
		want   []DueFollowUp
	}{
		{"the day before", "2026-01-31", true, nil, "2026-02-27", nil},
		{"the last day of a short month", "2026-01-31", true, nil, "2026-02-28", []DueFollowUp{{1, d("2026-02-28")}}},
		{"two at once", "2026-01-15", true, nil, "2026-04-15", []DueFollowUp{{1, d("2026-02-15")}, {3, d("2026-04-15")}}},
		{"one held", "2026-01-15", true, []Event{check(1, NeedsSupport)}, "2026-04-15", []DueFollowUp{{3, d("2026-04-15")}}},
		{"all but the first held", "2026-01-15", true, []Event{check(3, GoingWell), check(6, GoingWell), check(12, GoingWell)}, "2030-01-01", []DueFollowUp{{1, d("2026-02-15")}}},
		{"the last after a year", "2026-01-15", true, []Event{check(1, GoingWell), check(3, GoingWell), check(6, GoingWell)}, "2027-01-15", []DueFollowUp{{12, d("2027-01-15")}}},
		{"moved out", "2026-01-15", true, []Event{check(3, MovedOut)}, "2030-01-01", nil},
		{"moving in not recorded", "2026-01-15", false, nil, "2026-02-15", []DueFollowUp{{1, d("2026-02-15")}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := inState(t, Offer)
			lease := event(KindLease)
			lease.Date = d(tc.start)
			events := []Event{lease}
			if tc.moved {
				events = append(events, event(KindMoveIn))
			}
			for _, e := range append(events, tc.events...) {
				if err := p.Apply(e); err != nil {
					t.Fatal(err)
				}
			}
			if got := p.Due(d(tc.on)); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
	t.Run("not held twice, nor after moving out", func(t *testing.T) {
		p := inState(t, FollowUp)
		for _, step := range []struct {
			e  Event
			ok bool
		}{
			{check(1, GoingWell), true},
			{check(1, NeedsSupport), false},
			{check(3, MovedOut), true},
			{check(6, GoingWell), false},
		} {
			if err := p.Apply(step.e); (err == nil) != step.ok {
				t.Errorf("%+v: %v", *step.e.Check, err)
			}
		}
		if want := []Check{{1, GoingWell, day, "u2"}, {3, MovedOut, day, "u2"}}; !slices.Equal(p.Checks, want) {
			t.Errorf("recorded %+v, want %+v", p.Checks, want)
		}
	})
	t.Run("a lease that fell through", func(t *testing.T) {
		p := inState(t, Lease)
		if err := p.Apply(event(KindDecline)); err != nil {
			t.Fatal(err)
		}
		if got := p.Due(day + 1000); got != nil {
			t.Errorf("got %v, want none", got)
		}
	})
}

func TestErasureEmptiesThePersonalPartOnly(t *testing.T) {
	for _, s := range States {
		t.Run(string(s), func(t *testing.T) {
			p := inState(t, s)
			if err := p.AddNote(Note{By: "u1", At: at, Text: "Ringte Ola"}); err != nil {
				t.Fatal(err)
			}
			before := clone(t, p)
			err := p.Erase(at)
			if p.Open() {
				if apperr.CodeOf(err) != apperr.Invalid || !reflect.DeepEqual(clone(t, p), before) {
					t.Errorf("a placement on its way: %v, %+v", err, p)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			data, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, personal := range []string{"H-1", "Kari", "Prøvegata", "Ola", "personal"} {
				if strings.Contains(string(data), personal) {
					t.Errorf("%q is still in %s", personal, data)
				}
			}
			before.Personal, before.ErasedAt = Personal{}, &at
			if !reflect.DeepEqual(clone(t, p), before) {
				t.Errorf("got %+v\nwant %+v", p, before)
			}
			if err := p.Erase(at.Add(time.Hour)); err != nil || !p.ErasedAt.Equal(at) {
				t.Errorf("erased again: %v, %v", err, p.ErasedAt)
			}
			if err := p.AddNote(Note{By: "u1", At: at, Text: "x"}); apperr.CodeOf(err) != apperr.Invalid {
				t.Errorf("a note after erasure: %v", err)
			}
		})
	}
	p := inState(t, Declined)
	if err := p.Erase(time.Time{}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("without time: %v", err)
	}
	for _, n := range []Note{{By: "u1", At: at}, {At: at, Text: "x"}, {By: "u1", Text: "x"}} {
		if err := p.AddNote(n); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("note %+v: %v", n, err)
		}
	}
}

func TestEveryCodeHasASentence(t *testing.T) {
	keys := []string{"event." + string(KindPropose)}
	add := func(area string, codes ...string) {
		for _, c := range codes {
			keys = append(keys, area+"."+c)
		}
	}
	for _, s := range States {
		add("state", string(s))
	}
	for _, k := range Kinds {
		add("event", string(k))
	}
	for _, d := range Decliners {
		add("decliner", string(d))
		if len(DeclineReasons[d]) == 0 {
			t.Errorf("%s has no reasons", d)
		}
		for _, r := range DeclineReasons[d] {
			add("reason", string(r))
		}
	}
	for _, c := range Consequences {
		add("consequence", string(c))
	}
	for _, c := range CheckResults {
		add("check", string(c))
	}
	for _, lang := range i18n.Langs {
		for _, key := range keys {
			if !lang.Has("placements." + key) {
				t.Errorf("%s has no sentence placements.%s", lang, key)
			}
		}
		if got := lang.T("placements.follow_up_due", map[string]any{"Months": 3}); !strings.Contains(got, " 3 ") {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
