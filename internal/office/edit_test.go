package office

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

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

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestTwoEditOneListing(t *testing.T) {
	f := newFixture(t)
	saved := must[Saved](t)(f.CreateListing(t.Context(), landlords.Listing{ExternalRef: "L-1", Address: "Prøvegata 1", Rent: new(9000)}, "ada"))
	read := must[ListingRecord](t)(f.Listing(t.Context(), saved.ID))
	if l := read.Value.Record; l.Status != landlords.StatusOpen || l.ConfirmedOn != f.Today() {
		t.Errorf("a new listing is %s, confirmed %s", l.Status, l.ConfirmedOn)
	}
	mine, theirs := read.Value.Record, read.Value.Record
	theirs.Rent, theirs.Bedrooms = new(9500), new(2)
	must[Saved](t)(f.EditListing(t.Context(), Edit[landlords.Listing]{ID: saved.ID, Version: read.Version, Base: &read.Value.Record, Record: theirs}, "bo"))
	mine.Rent, mine.PostalPlace = new(8800), "Mo i Rana"
	_, err := f.EditListing(t.Context(), Edit[landlords.Listing]{ID: saved.ID, Version: read.Version, Base: &read.Value.Record, Record: mine}, "ada")
	conflict, ok := errors.AsType[*EditConflict](err)
	if !ok || apperr.CodeOf(err) != apperr.Conflict {
		t.Fatalf("got %v, want a conflict", err)
	}
	got := map[string]FieldConflict{}
	for _, c := range conflict.Fields {
		got[c.Field] = c
	}
	want := map[string]FieldConflict{
		"postal_place": {"postal_place", "", "Mo i Rana", ""}, "rent": {"rent", "9000", "8800", "9500"}, "bedrooms": {"bedrooms", "", "", "2"},
	}
	if len(got) != len(want) {
		t.Errorf("got %+v", got)
	}
	for name, w := range want {
		if got[name] != w || got[name].Both() != (name == "rent") {
			t.Errorf("%s: got %+v, want %+v", name, got[name], w)
		}
	}
	mine.Bedrooms = theirs.Bedrooms // having looked at both
	must[Saved](t)(f.EditListing(t.Context(), Edit[landlords.Listing]{ID: saved.ID, Version: conflict.Version, Base: &theirs, Record: mine}, "ada"))
	end := f.listing("L-1")
	if *end.Value.Record.Rent != 8800 || *end.Value.Record.Bedrooms != 2 || end.Value.Record.PostalPlace != "Mo i Rana" {
		t.Errorf("got %+v", end.Value.Record)
	}
	events, _, err := f.Timeline(t.Context(), "listings", saved.ID, "", 10)
	if err != nil || len(events) != 3 || events[0].Who != "ada" || events[1].Who != "bo" || events[2].What != WhatCreated {
		t.Fatalf("timeline %+v, %v", events, err)
	}
	if got, want := events[1].Personal.Changes, []importers.Difference{{Field: "bedrooms", Stored: "–", File: "2"}, {Field: "rent", Stored: "9000", File: "9500"}}; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("changes %+v, want %+v", got, want)
	}
	// An old file with the old rent does not undo it.
	r := f.load("liste.csv", "ref;address;rent\nL-1;Prøvegata 1;9000\n", func(r *ImportRequest) { r.Kind = importers.Listings })
	if r.Summary.Conflicts != 1 || *f.listing("L-1").Value.Record.Rent != 8800 {
		t.Errorf("an old file: %+v", r.Summary)
	}
}

func TestEditsAreRefusedFieldByField(t *testing.T) {
	f := newFixture(t)
	problems := func(err error) string {
		t.Helper()
		p, ok := errors.AsType[*ProblemsError](err)
		if !ok {
			t.Fatalf("got %v, want problems", err)
		}
		var out []string
		for _, q := range apperr.Errors(p.Problems) {
			out = append(out, q.Field+":"+q.Code)
		}
		return strings.Join(out, " ")
	}
	_, err := f.CreateListing(t.Context(), landlords.Listing{Rent: new(1000), Deposit: new(7000)}, "ada")
	if got := problems(err); got != "address:address_missing deposit:deposit_over_legal_cap" {
		t.Errorf("listing: %s", got)
	}
	_, err = f.CreateHousehold(t.Context(), households.Household{Ref: "201212345601"}, "ada")
	if got := problems(err); !strings.Contains(got, "ref:"+importers.CodeIdentity) || strings.Contains(err.Error(), "201212") {
		t.Errorf("household: %s", got)
	}
	saved := must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "ada"))
	_, err = f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 2}, "ada")
	if got := problems(err); got != "ref:key_taken" {
		t.Errorf("a taken reference: %s", got)
	}
	must[Saved](t)(f.CreateUnit(t.Context(), vacancy.Unit{UnitRef: "G-1", InServiceFrom: f.Today() - 100}, "ada"))
	f.load("opphold.csv", "unit_ref;household_ref;from\nG-1;H-1;01.10.2026\n", func(r *ImportRequest) { r.Kind = importers.Occupancies })
	_, err = f.EditHousehold(t.Context(), Edit[households.Household]{ID: saved.ID, Version: saved.Version, Record: households.Household{Ref: "H-2", Adults: 1}}, "ada")
	if got := problems(err); got != "ref:ref_in_use" {
		t.Errorf("a reference that a stay has: %s", got)
	}
	if _, err := f.EditListing(t.Context(), Edit[landlords.Listing]{ID: "none"}, "ada"); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("no such listing: %v", err)
	}
}

// A listing without a reference is called by its address; placements follow it.
func TestPlacementsFollowARenamedListing(t *testing.T) {
	f := newFixture(t)
	l := landlords.Listing{Address: "Prøvegata 1", LandlordName: "Kari"}
	saved := must[Saved](t)(f.CreateListing(t.Context(), l, "ada"))
	must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "ada"))
	id := must[string](t)(f.Propose(t.Context(), ProposeRequest{Household: "H-1", Listing: saved.Key, Who: "ada", Why: "prøve"}))
	l.Address = "Prøvegata 2"
	after := must[Saved](t)(f.EditListing(t.Context(), Edit[landlords.Listing]{ID: saved.ID, Version: saved.Version, Record: l}, "ada"))
	p := must[PlacementRecord](t)(f.Placement(t.Context(), id))
	if p.Value.Placement.Personal.ListingKey != after.Key || p.Value.OpenPair != "H-1|"+after.Key {
		t.Errorf("the placement is of %q and holds %q, the listing is %q", p.Value.Placement.Personal.ListingKey, p.Value.OpenPair, after.Key)
	}
}

func TestListingLifeCycle(t *testing.T) {
	f := newFixture(t)
	saved := must[Saved](t)(f.CreateListing(t.Context(), landlords.Listing{ExternalRef: "L-1", Address: "Prøvegata 1"}, "ada"))
	must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "ada"))
	id := must[string](t)(f.Propose(t.Context(), ProposeRequest{Household: "H-1", Listing: "L-1", Who: "ada", Why: "prøve"}))
	change := func(to landlords.Status) error {
		return f.ChangeStatus(t.Context(), saved.ID, StatusChange{To: to, Who: "ada", Why: "phone"})
	}
	for _, s := range []struct {
		to landlords.Status
		ok bool
	}{{landlords.StatusPaused, true}, {landlords.StatusReserved, false}, {landlords.StatusOpen, true}, {"", true}, {landlords.StatusWithdrawn, true}, {"", false}, {landlords.StatusOpen, true}} {
		if err := change(s.to); (err == nil) != s.ok || err != nil && apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("to %q: %v", s.to, err)
		}
	}
	p := must[PlacementRecord](t)(f.Placement(t.Context(), id)).Value.Placement
	if p.State != placements.Declined || p.Decline.Reason != placements.ListingWithdrawn || p.Decline.By != placements.ByLandlord {
		t.Errorf("after the withdrawal the placement is %s: %+v", p.State, p.Decline)
	}
	// While an offer stands the status is the placement's to change.
	id = must[string](t)(f.Propose(t.Context(), ProposeRequest{Household: "H-1", Listing: "L-1", Who: "ada", Why: "prøve"}))
	for _, kind := range []placements.Kind{placements.KindAccept, placements.KindOffer} {
		if err := f.Advance(t.Context(), PlacementStep{ID: id, Kind: kind, Who: "ada"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, to := range []landlords.Status{landlords.StatusOpen, landlords.StatusLet, landlords.StatusWithdrawn} {
		if err := change(to); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("to %s under an offer: %v", to, err)
		}
	}
}

func TestDeclineCorrectsTheListing(t *testing.T) {
	f := newFixture(t)
	must[Saved](t)(f.CreateListing(t.Context(), landlords.Listing{ExternalRef: "L-1", Address: "Prøvegata 1", EmploymentRequirement: landlords.NoEmployment}, "ada"))
	must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "ada"))
	id := must[string](t)(f.Propose(t.Context(), ProposeRequest{Household: "H-1", Listing: "L-1", Who: "ada", Why: "prøve"}))
	decline := &placements.Decline{By: placements.ByLandlord, Reason: placements.EmploymentTooLittle, Consequence: placements.RequirementCorrected, Rule: matching.RuleEmployment}
	for _, wrong := range []map[string]string{{"rent": "1"}, {"employment_requirement": "noe helt annet"}} {
		if err := f.Advance(t.Context(), PlacementStep{ID: id, Kind: placements.KindDecline, Decline: decline, Correct: wrong, Who: "ada"}); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	if p := must[PlacementRecord](t)(f.Placement(t.Context(), id)); p.Value.Placement.State != placements.Proposal {
		t.Errorf("a refused correction left the placement %s", p.Value.Placement.State)
	}
	err := f.Advance(t.Context(), PlacementStep{ID: id, Kind: placements.KindDecline, Decline: decline, Correct: map[string]string{"employment_requirement": "fast jobb"}, Who: "ada"})
	if got := f.listing("L-1").Value; err != nil || got.Record.EmploymentRequirement != landlords.PermanentJob || !strings.Contains(strings.Join(got.Edited, " "), "employment_requirement") {
		t.Errorf("%v, the listing asks for %s", err, got.Record.EmploymentRequirement)
	}
	if err := f.Advance(t.Context(), PlacementStep{ID: id, Kind: placements.KindDecline, Decline: decline, Who: "ada"}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("declined twice: %v", err)
	}
}

func TestParkedAndExcluded(t *testing.T) {
	f := newFixture(t)
	for _, ref := range []string{"L-1", "L-2"} {
		must[Saved](t)(f.CreateListing(t.Context(), landlords.Listing{ExternalRef: ref, Address: ref}, "ada"))
	}
	must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "ada"))
	propose := func(listing string, on civil.Date) (string, error) {
		return f.Propose(t.Context(), ProposeRequest{Household: "H-1", Listing: listing, Who: "ada", Why: "prøve", On: on})
	}
	decline := func(id string, d placements.Decline) {
		t.Helper()
		if err := f.Advance(t.Context(), PlacementStep{ID: id, Kind: placements.KindDecline, Decline: &d, Who: "ada"}); err != nil {
			t.Fatal(err)
		}
	}
	id := must[string](t)(propose("L-1", 0))
	decline(id, placements.Decline{By: placements.ByHousehold, Reason: placements.TooSmall, Consequence: placements.NoConsequence})
	id = must[string](t)(propose("L-1", 0)) // a no by itself bars nothing
	decline(id, placements.Decline{By: placements.ByHousehold, Reason: placements.TooSmall, Consequence: placements.ExcludePair})
	if _, err := propose("L-1", 0); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("an excluded pair: %v", err)
	}
	id = must[string](t)(propose("L-2", 0))
	if _, err := propose("L-2", 0); apperr.CodeOf(err) != apperr.Duplicate {
		t.Errorf("a pair that is proposed already: %v", err)
	}
	until := f.Today() + 30
	decline(id, placements.Decline{By: placements.ByHousehold, Reason: placements.SituationChanged, Consequence: placements.ParkHousehold, Until: until})
	if _, err := propose("L-2", until-1); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("the day before: %v", err)
	}
	if a, err := f.AvailabilityOf(t.Context(), "H-1", until-1); err != nil || a != (Availability{Parked, until}) {
		t.Errorf("availability %+v, %v", a, err)
	}
	must[string](t)(propose("L-2", until))
}

// How to reach a household stands in no other collection, and changes of it are
// told without the values.
func TestContactsStandApart(t *testing.T) {
	f := newFixture(t)
	saved := must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1}, "ada"))
	c := Beside[Contacts]{Household: saved.ID, Value: Contacts{Name: "Hemmelig Navn", Phone: "+4790000001", Interpreter: "Tolkespråk", Caseworker: "ada"}}
	if err := f.SetContacts(t.Context(), c, "ada"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetContacts(t.Context(), c, "bo"); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("a second first version: %v", err)
	}
	if got := must[Beside[Contacts]](t)(f.Contacts(t.Context(), saved.ID)); got.Value != c.Value || got.Version != 1 {
		t.Errorf("got %+v", got)
	}
	c.Value.Name = "201212345601"
	if err := f.SetContacts(t.Context(), c, "ada"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("an identity number: %v", err)
	}
	changes, _, err := f.db.Changes(context.Background(), municipality, storage.Position{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, ch := range changes {
		for _, value := range []string{"Hemmelig", "90000001", "Tolkespråk"} {
			if strings.Contains(string(ch.Body), value) {
				if seen++; ch.Collection != "household_contacts" {
					t.Errorf("%s is in %s: %s", value, ch.Collection, ch.Body)
				}
			}
		}
	}
	if seen != 3 {
		t.Errorf("found %d values, want the 3 in their own collection", seen)
	}
}

func TestReadinessLeadsTheProfile(t *testing.T) {
	f := newFixture(t)
	saved := must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-1", Adults: 1, ModulesCompleted: new(6), Security: landlords.Securities(landlords.DepositAccount)}, "ada"))
	set := func(version int64, items households.Checklist) {
		t.Helper()
		if err := f.SetReadiness(t.Context(), Beside[Readiness]{saved.ID, version, Readiness{items}}, "ada"); err != nil {
			t.Fatal(err)
		}
	}
	set(0, households.Checklist{households.MunicipalGuarantee: {Progress: households.Done, On: f.Today(), ValidUntil: f.Today() + 90, Evidence: "vedtak"}, households.ReferenceObtained: {Progress: households.Done}})
	h := must[HouseholdRecord](t)(f.Household(t.Context(), saved.ID)).Value
	if h.Record.Security != landlords.Securities(landlords.DepositAccount, landlords.MunicipalGuarantee) || h.Record.References == nil || !*h.Record.References || *h.Record.ModulesCompleted != 6 {
		data, _ := json.Marshal(h.Record)
		t.Errorf("got %s", data)
	}
	set(1, households.Checklist{households.ModuleLoans: {Progress: households.Done}, households.ReferenceObtained: {Progress: households.Done}})
	h = must[HouseholdRecord](t)(f.Household(t.Context(), saved.ID)).Value
	if h.Record.Security != landlords.Securities(landlords.DepositAccount) || *h.Record.ModulesCompleted != 1 || strings.Join(h.Edited, " ") == "" {
		t.Errorf("got %+v", h.Record)
	}
	err := f.SetReadiness(t.Context(), Beside[Readiness]{saved.ID, 2, Readiness{households.Checklist{"x": {}}}}, "ada")
	if _, ok := errors.AsType[*ProblemsError](err); !ok {
		t.Errorf("an item that there is not: %v", err)
	}
}

func TestARoundBecomesProposalsOnce(t *testing.T) {
	f := newFixture(t)
	for _, n := range []string{"1", "2"} {
		must[Saved](t)(f.CreateListing(t.Context(), landlords.Listing{ExternalRef: "L-" + n, Address: "Prøvegata " + n, Rent: new(9000), Bedrooms: new(1), AvailableFrom: f.Today(), LeaseKind: landlords.Indefinite,
			EmploymentRequirement: landlords.NoEmployment, AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee)}, "ada"))
		must[Saved](t)(f.CreateHousehold(t.Context(), households.Household{Ref: "H-" + n, Adults: 1, MaxRent: new(12000), Employment: households.Permanent, ReadyDate: f.Today() - 9, MoveFrom: f.Today(),
			SocialAssistance: new(false), Security: landlords.Securities(landlords.NAVGuarantee), References: new(true)}, "ada"))
	}
	id := must[string](t)(f.StartRound(t.Context(), 0, "ada"))
	round := must[RoundRecord](t)(f.Round(t.Context(), id))
	pairs := func() map[string]string {
		t.Helper()
		round = must[RoundRecord](t)(f.Round(t.Context(), id))
		r := must[*RoundResult](t)(f.AllocateRound(t.Context(), &round.Value))
		out := map[string]string{}
		for _, p := range r.Pairs {
			out[r.Candidate(p.Candidate).Ref()] = r.Offer(p.Offer).Ref()
		}
		return out
	}
	if got := pairs(); len(got) != 2 {
		t.Fatalf("got %v, want both housed", got)
	}
	if err := f.ChangeRound(t.Context(), id, round.Version, LockPair, Pair{"H-1", "L-2"}, "ada"); err != nil {
		t.Fatal(err)
	}
	if err := f.ChangeRound(t.Context(), id, round.Version, ExcludePair, Pair{"H-2", "L-1"}, "bo"); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("a coordinator who had not seen the lock: %v", err)
	}
	if got := pairs(); got["H-1"] != "L-2" || got["H-2"] != "L-1" {
		t.Errorf("with a lock %v", got)
	}
	if err := f.ChangeRound(t.Context(), id, round.Version, ExcludePair, Pair{"H-2", "L-1"}, "bo"); err != nil {
		t.Fatal(err)
	}
	if got := pairs(); len(got) != 1 || got["H-1"] != "L-2" {
		t.Errorf("with a lock and an exclusion %v", got)
	}
	if _, err := f.ProposeRound(t.Context(), id, round.Version, []Pair{{"H-1", "L-2"}, {"H-2", "L-9"}}, "ada"); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("with a listing that there is not: %v", err)
	}
	before := must[string](t)(f.Propose(t.Context(), ProposeRequest{Household: "H-1", Listing: "L-2", Who: "bo"})) // meanwhile, by someone else
	ids := must[[]string](t)(f.ProposeRound(t.Context(), id, round.Version, []Pair{{"H-1", "L-2"}, {"H-2", "L-2"}}, "ada"))
	if _, err := f.ProposeRound(t.Context(), id, round.Version+1, []Pair{{"H-1", "L-2"}}, "ada"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("proposed twice: %v", err)
	}
	all := must[[]PlacementRecord](t)(f.PlacementsIn(t.Context(), placements.Proposal))
	if len(ids) != 2 || len(all) != 2 || ids[0] != before {
		t.Errorf("%d proposals of %d", len(all), len(ids))
	}
}

func TestFormTextsReadAsRows(t *testing.T) {
	l := landlords.Listing{ExternalRef: "L-1", Address: "Prøvegata 1", Rent: new(8500), Pets: new(false), AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee, landlords.DepositAccount),
		LeaseKind: landlords.Fixed, LeaseMonths: new(36), AvailableFrom: civil.MustParse("2026-12-01"), Preferred: landlords.Rules(landlords.RulePets)}
	again, problems := importers.FromTexts(importers.ListingSchema, landlords.Listing{}, importers.Texts(importers.ListingSchema, &l))
	if diff := importers.FieldDifferences(importers.ListingSchema, l, again); len(diff) > 0 || len(problems) > 0 {
		t.Errorf("got %v, %v", diff, problems)
	}
	got, problems := importers.FromTexts(importers.ListingSchema, l, map[string]string{"rent": "kr 9.000,-", "deposit": "3 mnd", "pets": "", "available_from": "31.02.2026", "lease_months": "ubestemt"})
	if *got.Rent != 9000 || got.Deposit == nil || *got.Deposit != 27000 || got.Pets != nil || got.LeaseKind != landlords.Indefinite || got.LeaseMonths != nil {
		t.Errorf("got %+v", got)
	}
	if len(problems) != 1 || problems[0].Field != "available_from" || problems[0].Severity != apperr.SeverityError {
		t.Errorf("problems %+v", problems)
	}
}
