package matching

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// The tests of this file change a pair in a way whose effect is known without
// knowing the result: nothing may change, or nothing may be lost.

// notes are what people write although nobody may ask for it.
var notes = []string{"Bare norske", "Ingen fra Somalia", "Kun kristne", "Passer best for kvinne", "Helst ikke muslimer", "Må snakke norsk", "NAV nei takk", "Kvinne, 34, gravid"}

// fieldsThatCount are the fields that rules, criteria, the order and the names of
// results are made of. Every other field of a record must be one that changes
// nothing; a new field has to be put on one side.
var fieldsThatCount = map[reflect.Type][]string{
	reflect.TypeFor[households.Household](): {"Ref", "Adults", "Children", "Employment", "MaxRent", "CurrentRent", "CurrentElectricityIncluded",
		"SocialAssistance", "ApprovedRent", "Security", "DepositFunds", "BedroomsNeeded", "Areas", "AreasMust", "MoveFrom", "MinLeaseMonths",
		"StepFreeNeeded", "Pets", "ReadyDate", "References", "FollowUpPlan"},
	reflect.TypeFor[landlords.Listing](): {"ExternalRef", "Address", "UnitNumber", "LandlordName", "PostalPlace", "DwellingType", "Bedrooms", "Rent",
		"ElectricityIncluded", "Deposit", "AcceptedSecurity", "EmploymentRequirement", "ReferencesRequired", "AvailableFrom", "LeaseKind",
		"LeaseMonths", "Pets", "StepFree", "MaxOccupants", "FollowUpRequired", "ContractForm", "Preferred", "Status", "ConfirmedOn"},
}

// uncounted puts other values into every field that does not count.
func (g *gen) uncounted(t *testing.T, record any) {
	t.Helper()
	v := reflect.ValueOf(record).Elem()
	for i := range v.NumField() {
		if slices.Contains(fieldsThatCount[v.Type()], v.Type().Field(i).Name) {
			continue
		}
		switch f := v.Field(i); f.Interface().(type) {
		case string:
			f.SetString(pick(g, append(slices.Clone(notes), "")...))
		case *int:
			f.Set(reflect.ValueOf(some(g, 30, 0, 1, 90000)))
		case *bool:
			f.Set(reflect.ValueOf(some(g, 30, true, false)))
		case landlords.Furnishing:
			f.Set(reflect.ValueOf(pick(g, append(landlords.Furnishings, "")...)))
		default:
			t.Fatalf("field %s of %s: does it count or not?", v.Type().Field(i).Name, v.Type())
		}
	}
}

// TestNotesOnOriginReligionOrSexChangeNothing holds that nothing but the fields
// of the rules reaches a result, through either path.
func TestNotesOnOriginReligionOrSexChangeNothing(t *testing.T) {
	g := newGen(3)
	for range 6 {
		s := g.sample(12, 15)
		noted := &sample{}
		for _, c := range s.candidates {
			h := *c.Household
			g.uncounted(t, &h)
			c.Household = &h
			noted.candidates = append(noted.candidates, c)
		}
		for _, o := range s.offers {
			l := *o.Listing
			g.uncounted(t, &l)
			o.Listing = &l
			noted.offers = append(noted.offers, o)
		}
		for _, p := range policies() {
			q := Query{p, day, Options{Every: true}}
			want, got := jsonOf(t, Rank(s.candidates, s.offers, p, day, q.Options)), jsonOf(t, Rank(noted.candidates, noted.offers, p, day, q.Options))
			if got != want {
				t.Fatalf("got %s\nwant %s", got, want)
			}
			before, after := s.snapshot(standardLayout), noted.snapshot(standardLayout)
			for _, c := range s.candidates {
				a, err := before.Match(context.Background(), c.ID, q)
				b, err2 := after.Match(context.Background(), c.ID, q)
				if err != nil || err2 != nil || !slices.Equal(a, b) {
					t.Fatalf("household %s: %v, %v\ngot  %v\nwant %v", c.ID, err, err2, b, a)
				}
			}
		}
	}
}

func TestRenamingAndReorderingChangeNothing(t *testing.T) {
	g := newGen(4)
	for range 20 {
		s := g.sample(8, 10)
		want := jsonOf(t, Rank(s.candidates, s.offers, DefaultPolicy(), day, Options{Every: true}))
		cs, os := slices.Clone(s.candidates), slices.Clone(s.offers)
		g.Shuffle(len(cs), func(i, j int) { cs[i], cs[j] = cs[j], cs[i] })
		g.Shuffle(len(os), func(i, j int) { os[i], os[j] = os[j], os[i] })
		if got := jsonOf(t, Rank(cs, os, DefaultPolicy(), day, Options{Every: true})); got != want {
			t.Fatalf("another order of the records gives\n%s\nwant\n%s", got, want)
		}
		for i := range s.candidates {
			for j := range s.offers {
				before := Evaluate(&s.candidates[i], &s.offers[j], DefaultPolicy(), day)
				h, l, c, o := *s.candidates[i].Household, *s.offers[j].Listing, s.candidates[i], s.offers[j]
				h.Ref, l.ExternalRef, l.Address, l.LandlordName = "Æ", "Ø", "Å", "Zz"
				c.Household, o.Listing = &h, &l
				after := Evaluate(&c, &o, DefaultPolicy(), day)
				if !reflect.DeepEqual(after.Outcomes, before.Outcomes) || !reflect.DeepEqual(after.Criteria, before.Criteria) || after.RankValue != before.RankValue {
					t.Fatalf("renamed, got %s\nwant %s", jsonOf(t, after), jsonOf(t, before))
				}
			}
		}
	}
}

// relaxation is a change that may only open: kept says which scores it may not
// lower either. The rule book lowers some on purpose: demand_fit keeps homes that
// ask little for those who need them, and counts wishes that fail.
type relaxation struct {
	name   string
	change func(g *gen, h *households.Household, l *landlords.Listing) bool // false: there is nothing to relax
	kept   bool
}

func ptr[T any](v T) *T { return &v }

// raise makes a number that is stated larger, by at least one.
func raise(g *gen, n **int, by int) bool {
	if *n == nil {
		return false
	}
	*n = ptr(**n + 1 + g.IntN(by))
	return true
}

// lower makes a number that is stated smaller, not below 0.
func lower(g *gen, n **int, by int) bool {
	if *n == nil || **n == 0 {
		return false
	}
	*n = ptr(max(0, **n-1-g.IntN(by)))
	return true
}

// say answers yes or no where something else was said, or nothing.
func say(answer **bool, v bool) bool {
	changes := *answer == nil || **answer != v
	*answer = &v
	return changes
}

// landlordRelaxes has every requirement that a landlord can make, and what else
// of an offer can stand in the way.
var landlordRelaxes = []relaxation{
	{"accept one more form of security", func(g *gen, _ *households.Household, l *landlords.Listing) bool {
		before := l.AcceptedSecurity
		l.AcceptedSecurity |= landlords.Securities(pick(g, landlords.SecurityForms...))
		return before != 0 && before != l.AcceptedSecurity // an empty set is not a requirement but unknown
	}, true},
	{"lower the deposit", func(g *gen, _ *households.Household, l *landlords.Listing) bool { return lower(g, &l.Deposit, 25000) }, true},
	{"lower the employment level", func(g *gen, _ *households.Household, l *landlords.Listing) bool {
		asked := requirementLevel(l.EmploymentRequirement)
		if asked < 1 {
			return false
		}
		l.EmploymentRequirement = landlords.EmploymentRequirements[g.IntN(asked)]
		return true
	}, false},
	{"waive references", func(_ *gen, _ *households.Household, l *landlords.Listing) bool {
		return say(&l.ReferencesRequired, false)
	}, true},
	{"allow pets", func(_ *gen, _ *households.Household, l *landlords.Listing) bool { return say(&l.Pets, true) }, true},
	{"take more occupants", func(g *gen, _ *households.Household, l *landlords.Listing) bool { return raise(g, &l.MaxOccupants, 5) }, true},
	{"take any number of occupants", func(_ *gen, _ *households.Household, l *landlords.Listing) bool {
		stated := l.MaxOccupants != nil
		l.MaxOccupants = nil
		return stated
	}, true},
	{"ask for no follow-up", func(_ *gen, _ *households.Household, l *landlords.Listing) bool {
		return say(&l.FollowUpRequired, false)
	}, true},
	{"let to the municipality", func(_ *gen, _ *households.Household, l *landlords.Listing) bool {
		direct := l.ContractForm != landlords.Sublet
		l.ContractForm = landlords.Sublet
		return direct
	}, true},
	{"lower the rent", func(g *gen, _ *households.Household, l *landlords.Listing) bool { return lower(g, &l.Rent, 4000) }, true},
	{"let without end", func(_ *gen, _ *households.Household, l *landlords.Listing) bool {
		limited := l.LeaseKind != landlords.Indefinite
		l.LeaseKind, l.LeaseMonths = landlords.Indefinite, nil
		return limited
	}, true},
	{"let for longer", func(g *gen, _ *households.Household, l *landlords.Listing) bool { return raise(g, &l.LeaseMonths, 30) }, true},
	{"make it step-free", func(_ *gen, _ *households.Household, l *landlords.Listing) bool { return say(&l.StepFree, true) }, true},
	{"put it on offer today", func(_ *gen, _ *households.Household, l *landlords.Listing) bool {
		changes := isClosed(l) || l.ConfirmedOn != day
		l.Status, l.ConfirmedOn = landlords.StatusOpen, day
		return changes
	}, true},
}

// householdRelaxes has what a household can give up or obtain.
var householdRelaxes = []relaxation{
	{"raise the budget", func(g *gen, h *households.Household, _ *landlords.Listing) bool { return raise(g, &h.MaxRent, 5000) }, true},
	{"have a rent approved", func(g *gen, h *households.Household, _ *landlords.Listing) bool {
		if h.ApprovedRent == nil {
			h.ApprovedRent = ptr(g.IntN(10000))
			return true
		}
		return raise(g, &h.ApprovedRent, 5000)
	}, true},
	{"do without social assistance", func(_ *gen, h *households.Household, _ *landlords.Listing) bool {
		return say(&h.SocialAssistance, false)
	}, true},
	{"pay more now", func(g *gen, h *households.Household, _ *landlords.Listing) bool {
		return raise(g, &h.CurrentRent, 5000)
	}, true},
	{"obtain one more form of security", func(g *gen, h *households.Household, _ *landlords.Listing) bool {
		before := h.Security
		h.Security |= landlords.Securities(pick(g, landlords.SecurityForms...))
		return before != 0 && before != h.Security
	}, true},
	{"save for the deposit", func(g *gen, h *households.Household, _ *landlords.Listing) bool {
		return raise(g, &h.DepositFunds, 30000)
	}, true},
	{"find better work", func(g *gen, h *households.Household, _ *landlords.Listing) bool {
		level := employmentLevel(h.Employment)
		if level < 0 || level == 3 {
			return false
		}
		h.Employment = employmentAt(landlords.EmploymentRequirements[level+1+g.IntN(3-level)])
		return true
	}, false},
	{"have a reference", func(_ *gen, h *households.Household, _ *landlords.Listing) bool { return say(&h.References, true) }, true},
	{"make a follow-up plan", func(_ *gen, h *households.Household, _ *landlords.Listing) bool { return say(&h.FollowUpPlan, true) }, true},
	{"do without a step-free home", func(_ *gen, h *households.Household, _ *landlords.Listing) bool { return say(&h.StepFreeNeeded, false) }, true},
	{"do without a pet", func(_ *gen, h *households.Household, _ *landlords.Listing) bool { return say(&h.Pets, false) }, true},
	{"make the places a wish", func(_ *gen, h *households.Household, _ *landlords.Listing) bool { return say(&h.AreasMust, false) }, true},
	{"accept one more place", func(g *gen, h *households.Household, _ *landlords.Listing) bool {
		if len(h.Areas) == 0 {
			return false
		}
		h.Areas = append(slices.Clone(h.Areas), pick(g, places...))
		return true
	}, true},
	{"accept any place", func(_ *gen, h *households.Household, _ *landlords.Listing) bool {
		named := h.Areas != nil
		h.Areas = nil
		return named
	}, true},
	{"accept a shorter lease", func(g *gen, h *households.Household, _ *landlords.Listing) bool {
		return lower(g, &h.MinLeaseMonths, 12)
	}, true},
	{"be ready today", func(_ *gen, h *households.Household, _ *landlords.Listing) bool {
		late := h.ReadyDate == 0 || h.ReadyDate > day
		h.ReadyDate = min(h.ReadyDate, day)
		if h.ReadyDate == 0 {
			h.ReadyDate = day
		}
		return late
	}, true},
}

// checkRelaxation applies a change to many pairs: no verdict and no answer of a
// rule may get worse, nor the score where it is to be kept, and some must get better.
func checkRelaxation(t *testing.T, seed uint64, relax relaxation) {
	t.Helper()
	gained := 0
	eachPair(seed, func(g *gen, r *Result, p *Policy) {
		h, l, c, o := *r.Candidate.Household, *r.Offer.Listing, *r.Candidate, *r.Offer
		if c.Household, o.Listing = &h, &l; !relax.change(g, &h, &l) {
			return
		}
		after := Evaluate(&c, &o, p, day)
		lost, won := compareAnswers(&after, r)
		if lost || relax.kept && after.Score < r.Score {
			t.Fatalf("after: %s\nbefore: %s\nhousehold %s\nlisting %s", jsonOf(t, after), jsonOf(t, r), jsonOf(t, r.Candidate.Household), jsonOf(t, r.Offer.Listing))
		}
		if won {
			gained++
		}
	})
	if gained == 0 {
		t.Error("nothing was gained: the test shows nothing")
	}
}

// compareAnswers reports whether the verdict or a rule's answer is worse than
// before, and whether one is better.
func compareAnswers(after, before *Result) (lost, won bool) {
	was, is := standing(before.Eligibility), standing(after.Eligibility)
	lost, won = is < was, is > was
	order := []Answer{Fail, Unknown, Pass}
	for i := range rules {
		was, is := slices.Index(order, before.Outcomes[i].Outcome), slices.Index(order, after.Outcomes[i].Outcome)
		lost, won = lost || is < was, won || is > was
	}
	return lost, won
}

func TestRelaxingARequirementNeverLosesAHousehold(t *testing.T) {
	for i, relax := range landlordRelaxes {
		t.Run(relax.name, func(t *testing.T) { checkRelaxation(t, uint64(500+2*i), relax) })
	}
	for i, rule := range []landlords.Rule{landlords.RuleSecurity, landlords.RuleEmployment, landlords.RuleReferences, landlords.RulePets,
		landlords.RuleOccupants, landlords.RuleFollowUp} {
		t.Run("wish for "+landlords.Rules(rule).String(), func(t *testing.T) {
			checkRelaxation(t, uint64(600+2*i), relaxation{"", func(_ *gen, _ *households.Household, l *landlords.Listing) bool {
				must := !l.Preferred.Has(rule)
				l.Preferred |= landlords.Rules(rule)
				return must
			}, false})
		})
	}
}

func TestARaisedBudgetOrAWishGivenUpNeverLosesAListing(t *testing.T) {
	for i, relax := range householdRelaxes {
		t.Run(relax.name, func(t *testing.T) { checkRelaxation(t, uint64(700+2*i), relax) })
	}
}

func TestARelaxedPolicyNeverLosesAPair(t *testing.T) {
	for name, relax := range map[string]func(*Policy){
		"fresh_days":            func(p *Policy) { p.FreshDays += 5 },
		"move_window_days":      func(p *Policy) { p.MoveWindowDays += 30 },
		"max_wait_days":         func(p *Policy) { p.MaxWaitDays += 30 },
		"min_lease_months":      func(p *Policy) { p.MinLeaseMonths -= 6 },
		"no_increase_tolerance": func(p *Policy) { p.NoIncreaseTolerance += 0.1 },
	} {
		t.Run(name, func(t *testing.T) {
			gained := 0
			eachPair(800, func(_ *gen, r *Result, p *Policy) {
				relaxed := *p
				relax(&relaxed)
				after := Evaluate(r.Candidate, r.Offer, &relaxed, day)
				lost, won := compareAnswers(&after, r)
				if lost || after.Score != r.Score {
					t.Fatalf("after: %s\nbefore: %s", jsonOf(t, after), jsonOf(t, r))
				}
				if won {
					gained++
				}
			})
			if gained == 0 {
				t.Error("nothing was gained: the test shows nothing")
			}
		})
	}
}
