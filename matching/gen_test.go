package matching

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

var day = civil.MustParse("2026-12-01")

// rounds is how often a property is tried: few times, and under BOLIGKLAR_TORTURE many.
func rounds(few, many int) int {
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		return many
	}
	return few
}

// gen makes valid records with every field known, unknown and at its edges. A
// kind one mostly fits, so that enough pairs get far enough to differ.
type gen struct{ *rand.Rand }

func newGen(seed uint64) *gen { return &gen{rand.New(rand.NewPCG(seed, 1))} }

func (g *gen) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *gen, from ...T) T { return from[g.IntN(len(from))] }

func some[T any](g *gen, unknown int, from ...T) *T {
	if g.chance(unknown) {
		return nil
	}
	v := pick(g, from...)
	return &v
}

func (g *gen) date(unknown, from, to int) civil.Date {
	if g.chance(unknown) {
		return 0
	}
	return day.AddDays(from + g.IntN(to-from+1))
}

var places = []string{"Mo i Rana", "mo  i RANA", "Selfors", "Gruben", "Båsmoen", "Baasmoen"}

func (g *gen) areas() (out []string) {
	for range g.IntN(4) {
		out = append(out, pick(g, places...))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (g *gen) securities() (s landlords.SecuritySet) {
	for range g.IntN(4) {
		s |= landlords.Securities(pick(g, landlords.SecurityForms...))
	}
	return s
}

func (g *gen) listing(i int) *landlords.Listing {
	unknown, bad := 3, 5
	if g.chance(40) {
		unknown, bad = 25, 60
	}
	l := &landlords.Listing{
		ExternalRef: pick(g, fmt.Sprint("L-", i), ""), Address: fmt.Sprint("Prøvegata ", i),
		PostalPlace: pick(g, places...), DwellingType: landlords.Apartment,
		Bedrooms: some(g, unknown, 2, 3, 4), Rent: some(g, unknown, 6000, 7000, 8000, 9000),
		ElectricityIncluded: some(g, unknown, true, false), Deposit: some(g, unknown, 0, 21000, 24000),
		AcceptedSecurity: g.securities(), EmploymentRequirement: pick(g, landlords.NoEmployment, landlords.NoEmployment, landlords.TemporaryJob),
		ReferencesRequired: some(g, unknown, false, false, true), AvailableFrom: g.date(unknown, -20, 40),
		LeaseKind: landlords.Indefinite, Pets: some(g, unknown, true), StepFree: some(g, unknown, true),
		ContractForm: pick(g, "", landlords.Direct, landlords.Sublet), Status: pick(g, landlords.StatusOpen, ""),
		ConfirmedOn: g.date(unknown, -22, 1), LandlordName: "Utleier", Notes: "Ring etter kl. 16",
	}
	if g.chance(50) {
		l.AcceptedSecurity = landlords.SecuritySet(15)
	}
	if g.chance(bad) {
		l.PostalPlace = pick(g, "", " ", "Storforshei")
		l.DwellingType = pick(g, append(landlords.DwellingTypes, "")...)
		l.Bedrooms = some(g, unknown, 0, 1)
		l.EmploymentRequirement = pick(g, append(landlords.EmploymentRequirements, "")...)
		l.ReferencesRequired = some(g, unknown, true, false)
		l.AvailableFrom = g.date(unknown, -200, 200)
		l.LeaseKind = pick(g, append(landlords.LeaseKinds, "")...)
		l.LeaseMonths = some(g, 30, 0, 6, 11, 12, 24, 36, 60)
		l.Pets, l.StepFree = some(g, unknown, false), some(g, unknown, false)
		l.MaxOccupants = some(g, 50, 1, 2, 3, 6)
		l.FollowUpRequired = some(g, 30, true, false)
		l.Status = pick(g, landlords.Statuses...)
	}
	for range g.IntN(3) {
		l.Preferred |= landlords.Rules(pick(g, landlords.RuleEmployment, landlords.RuleFollowUp, landlords.RuleOccupants,
			landlords.RulePets, landlords.RuleReferences, landlords.RuleSecurity))
	}
	return l
}

func (g *gen) household(i int) *households.Household {
	unknown := 3
	if g.chance(40) {
		unknown = 30
	}
	h := &households.Household{
		Ref: fmt.Sprint("H-", i), Adults: g.IntN(3), Children: g.IntN(4),
		Employment: pick(g, append(households.Employments, "")...),
		MaxRent:    some(g, unknown, 0, 7000, 8000, 9000, 12000), CurrentRent: some(g, unknown, 5000, 6000, 7000, 8000),
		CurrentElectricityIncluded: some(g, unknown, true, false), SocialAssistance: some(g, unknown, false, false, true),
		ApprovedRent: some(g, 70, 7000, 9000), Security: g.securities(), DepositFunds: some(g, unknown, 0, 21000, 30000),
		BedroomsNeeded: some(g, 85, 0, 1, 3), Areas: g.areas(), AreasMust: some(g, unknown, false, false, true),
		MoveFrom: g.date(unknown, -60, 60), MinLeaseMonths: some(g, 60, 12, 24), StepFreeNeeded: some(g, unknown, false, false, true),
		Pets: some(g, unknown, false, false, true), ReadyDate: g.date(unknown, -400, 10), NorwegianLevel: "B1",
		References: some(g, unknown, true, false), FollowUpPlan: some(g, unknown, true, false), CurrentUnit: "G-1",
	}
	if g.chance(20) {
		h.MoveFrom = g.date(unknown, -300, 300)
	}
	return h
}

func (g *gen) unit() *vacancy.Unit {
	if g.chance(60) {
		return nil
	}
	return &vacancy.Unit{UnitRef: "G-1", Ownership: pick(g, vacancy.Owned, vacancy.LeasedIn, ""), LeaseInEnds: g.date(30, -30, 400)}
}

func (g *gen) sample(households, listings int) *sample {
	s := &sample{}
	for i := range listings {
		s.offers = append(s.offers, Offer{ID: fmt.Sprint("l", i), Listing: g.listing(i)})
	}
	for i := range households {
		c := Candidate{ID: fmt.Sprint("h", i), Household: g.household(i), CurrentUnit: g.unit(), Declined: map[string]bool{}}
		for range g.IntN(4) {
			c.Declined[fmt.Sprint("l", g.IntN(listings))] = g.chance(80)
		}
		s.candidates = append(s.candidates, c)
	}
	return s
}

// eachPair evaluates many random pairs under several policies.
func eachPair(seed uint64, f func(g *gen, r *Result, p *Policy)) {
	tolerant := DefaultPolicy()
	tolerant.NoIncreaseTolerance, tolerant.FreshDays, tolerant.Weights.Space = 0.1, 10, 3.7
	for i, p := range []*Policy{DefaultPolicy(), tolerant} {
		g := newGen(seed + uint64(i))
		for range rounds(10, 40) {
			s := g.sample(15, 20)
			for i := range s.candidates {
				for j := range s.offers {
					r := Evaluate(&s.candidates[i], &s.offers[j], p, day)
					f(g, &r, p)
				}
			}
		}
	}
}
