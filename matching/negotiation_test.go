package matching

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/landlords"
)

// qualified evaluates every household and returns the ids of the eligible ones.
func qualified(cs []Candidate, o *Offer, p *Policy) map[string]bool {
	out := map[string]bool{}
	for i := range cs {
		if Evaluate(&cs[i], o, p, day).Eligibility == Eligible {
			out[cs[i].ID] = true
		}
	}
	return out
}

func newcomers(then, now map[string]bool) (n int) {
	for id := range then {
		if !now[id] {
			n++
		}
	}
	return n
}

func merge(into, from map[string]bool) {
	for id := range from {
		into[id] = true
	}
}

// concede relaxes the listing as a step says.
func concede(t *testing.T, l *landlords.Listing, s NegotiationStep) {
	t.Helper()
	yes, no := true, false
	switch s.Concession {
	case AcceptSecurity:
		l.AcceptedSecurity.Add(s.Form)
	case LowerDeposit:
		if want := max(0, *l.Deposit-*l.Rent); *s.Amount != want {
			t.Fatalf("deposit lowered to %d, want %d", *s.Amount, want)
		}
		l.Deposit = s.Amount
	case LowerEmployment:
		if got, want := requirementLevel(s.Level), requirementLevel(l.EmploymentRequirement)-1; got != want {
			t.Fatalf("employment lowered to %s from %s", s.Level, l.EmploymentRequirement)
		}
		l.EmploymentRequirement = s.Level
	case WaiveReferences:
		l.ReferencesRequired = &no
	case AllowPets:
		l.Pets = &yes
	case MoreOccupants:
		if *s.Amount != *l.MaxOccupants+1 {
			t.Fatalf("%d occupants after %d", *s.Amount, *l.MaxOccupants)
		}
		l.MaxOccupants = s.Amount
	case WaiveFollowUp:
		l.FollowUpRequired = &no
	default:
		t.Fatalf("concession %q", s.Concession)
	}
}

// applies says whether a listing's requirement stands in somebody's way.
func applies(l *landlords.Listing, c Concession, form landlords.SecurityForm) bool {
	if l.Status != "" && l.Status != landlords.StatusOpen {
		return false
	}
	direct := l.ContractForm != landlords.Sublet
	must := func(r landlords.Rule) bool { return !l.Preferred.Has(r) }
	switch c {
	case AcceptSecurity:
		return direct && must(landlords.RuleSecurity) && l.AcceptedSecurity != 0 && !l.AcceptedSecurity.Has(form)
	case LowerDeposit:
		return direct && must(landlords.RuleSecurity) && l.AcceptedSecurity.Has(landlords.DepositAccount) && l.Rent != nil && *l.Rent > 0 && l.Deposit != nil && *l.Deposit > 0
	case LowerEmployment:
		return direct && must(landlords.RuleEmployment) && l.EmploymentRequirement != "" && l.EmploymentRequirement != landlords.NoEmployment
	case WaiveReferences:
		return direct && must(landlords.RuleReferences) && is(l.ReferencesRequired)
	case AllowPets:
		return must(landlords.RulePets) && isNot(l.Pets)
	case MoreOccupants:
		return must(landlords.RuleOccupants) && l.MaxOccupants != nil
	}
	return must(landlords.RuleFollowUp) && is(l.FollowUpRequired)
}

func TestNegotiationValueEqualsEvaluatingEveryStep(t *testing.T) {
	gains := map[Concession]int{}
	for seed := range uint64(rounds(3, 20)) {
		g := newGen(720 + seed)
		records := g.sample(60, 60)
		if seed > 0 {
			records = g.town(120, 60)
		}
		for i := range records.offers {
			l := records.offers[i].Listing
			l.ExternalRef, l.LandlordName = fmt.Sprintf("L-%03d", i), pick(g, "Åse Dahl", "åse  dahl", "Geir Østbø", fmt.Sprint("Utleier ", i), "")
		}
		s := records.snapshot(pick(g, standardLayout, layouts["small chunks"], layouts["few codes"]))
		q := Query{Policy: policies()[seed%2], On: day}
		all, err := s.NegotiationValues(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		listings, onOffer := 0, 0
		for _, o := range records.offers {
			if o.Listing.Status == "" || o.Listing.Status == landlords.StatusOpen {
				onOffer++
			}
		}
		for i, got := range all {
			listings += len(got.Listings)
			if got.Landlord == "" && len(got.Listings) > 1 {
				t.Fatalf("listings of nobody in particular stand together: %s", jsonOf(t, got))
			}
			if i > 0 && got.most() > all[i-1].most() {
				t.Fatal("not the landlord first whose best step gains most")
			}
			checkLandlord(t, records, q.Policy, &got, gains)
			checkOneByOne(t, s, q, &got)
		}
		if listings != onOffer || onOffer == len(records.offers) {
			t.Fatalf("%d listings, want the %d of %d that are on offer", listings, onOffer, len(records.offers))
		}
	}
	for _, c := range Concessions {
		if gains[c] == 0 {
			t.Errorf("no concession %s gains anything: the test shows nothing", c)
		}
	}
}

// checkOneByOne asks again for the landlord, and for each listing.
func checkOneByOne(t *testing.T, s *Snapshot, q Query, want *LandlordNegotiation) {
	t.Helper()
	for _, l := range want.Listings {
		for i := range s.Offers() {
			if o := s.Offer(i); o.Ref() == l.Listing {
				got, err := s.NegotiationValue(context.Background(), o.ID, q)
				if err != nil || jsonOf(t, got) != jsonOf(t, l) {
					t.Fatalf("%v: got %s\nwant %s", err, jsonOf(t, got), jsonOf(t, l))
				}
			}
		}
	}
	if key := (landlords.Landlord{Name: want.Landlord}).Key(); key != "" {
		got, err := s.LandlordNegotiationValue(context.Background(), key, q)
		if err != nil || jsonOf(t, got) != jsonOf(t, want) {
			t.Fatalf("%v: got %s\nwant %s", err, jsonOf(t, got), jsonOf(t, want))
		}
	}
}

func checkLandlord(t *testing.T, records *sample, p *Policy, got *LandlordNegotiation, gains map[Concession]int) {
	t.Helper()
	type general struct {
		Concession
		form string
	}
	now, then := map[string]bool{}, map[general]map[string]bool{}
	for _, n := range got.Listings {
		at := slices.IndexFunc(records.offers, func(o Offer) bool { return o.Ref() == n.Listing })
		o := &records.offers[at]
		base := qualified(records.candidates, o, p)
		merge(now, base)
		if n.Qualified != len(base) {
			t.Fatalf("%s: %d qualified, want %d", n.Listing, n.Qualified, len(base))
		}
		for _, step := range n.Steps {
			l := *o.Listing
			concede(t, &l, step)
			after := qualified(records.candidates, &Offer{o.ID, &l}, p)
			if want := newcomers(after, base); step.Gained != want {
				t.Fatalf("%s: %+v, want %d gained", n.Listing, step, want)
			}
			gains[step.Concession] += step.Gained
			if g := (general{step.Concession, step.Form}); then[g] == nil {
				then[g] = map[string]bool{}
			}
			merge(then[general{step.Concession, step.Form}], after)
		}
		for _, c := range Concessions {
			for _, form := range landlords.SecurityForms {
				has := slices.ContainsFunc(n.Steps, func(s NegotiationStep) bool {
					return s.Concession == c && (s.Form == "" || s.Form == form.String())
				})
				if want := applies(o.Listing, c, form); has != want {
					t.Fatalf("%s: %s %s is a step: %v, want %v of %s", n.Listing, c, form, has, want, jsonOf(t, o.Listing))
				}
			}
		}
	}
	if got.Qualified != len(now) || len(got.Steps) != len(then) {
		t.Fatalf("%s: %d qualified, %d steps, want %d, %d", got.Landlord, got.Qualified, len(got.Steps), len(now), len(then))
	}
	for _, step := range got.Steps {
		if want := newcomers(then[general{step.Concession, step.Form}], now); step.Gained != want {
			t.Fatalf("%s: %+v, want %d gained", got.Landlord, step, want)
		}
	}
}

// TestNothingIsNegotiatedForHomesThatAreNotOnOffer holds for each status, also
// where a closed home is all that the landlord has.
func TestNothingIsNegotiatedForHomesThatAreNotOnOffer(t *testing.T) {
	for _, status := range landlords.Statuses {
		f := fitting()
		f.offer.Listing.Status, f.offer.Listing.LandlordName = status, "Geir Østbø"
		f.candidate.Household.FollowUpPlan = ptr(false)
		s := NewSnapshot([]Candidate{f.candidate}, []Offer{f.offer})
		q := Query{Policy: DefaultPolicy(), On: day}
		steps, named := 1, 1
		if status != landlords.StatusOpen {
			steps, named = 0, 0
		}
		one, err := s.NegotiationValue(context.Background(), f.offer.ID, q)
		if err != nil || len(one.Steps) > 0 != (steps > 0) {
			t.Errorf("%s: %v, steps %v", status, err, one.Steps)
		}
		landlord, err := s.LandlordNegotiationValue(context.Background(), f.offer.Listing.Landlord().Key(), q)
		if err != nil || landlord.Landlord != "Geir Østbø" || len(landlord.Listings) != named || len(landlord.Steps) > 0 != (steps > 0) {
			t.Errorf("%s: %v, landlord %+v", status, err, landlord)
		}
		all, err := s.NegotiationValues(context.Background(), q)
		if err != nil || len(all) != named {
			t.Errorf("%s: %v, all %+v", status, err, all)
		}
	}
}

func TestNegotiationErrors(t *testing.T) {
	s := newGen(730).sample(5, 5).snapshot(standardLayout)
	q := Query{Policy: DefaultPolicy(), On: day}
	if _, err := s.NegotiationValue(context.Background(), "nothing", q); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("unknown listing: %v", err)
	}
	if _, err := s.LandlordNegotiationValue(context.Background(), "name:nobody", q); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("unknown landlord: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.NegotiationValues(ctx, q); err == nil {
		t.Error("cancelled, and no error")
	}
}
