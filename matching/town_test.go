package matching

import (
	"fmt"

	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// town makes any number of records that are distributed as staff's own lists
// are: what is asked, offered and left open, rents in steps of 250, three
// deposits to a rent, and a share of listings with wishes and rarer demands.
func (g *gen) town(households, listings int) *sample {
	s := &sample{candidates: make([]Candidate, households), offers: make([]Offer, listings)}
	for i := range s.offers {
		s.offers[i] = Offer{ID: fmt.Sprintf("l%07d", i), Listing: g.townListing(i)}
	}
	for i := range s.candidates {
		c := Candidate{ID: fmt.Sprintf("h%07d", i), Household: g.townHousehold(i)}
		if g.chance(90) {
			c.CurrentUnit = &vacancy.Unit{UnitRef: fmt.Sprint("G-", i), Ownership: vacancy.LeasedIn, LeaseInEnds: g.date(50, -30, 1500)}
		}
		if g.chance(10) && listings > 0 {
			c.Declined = map[string]bool{fmt.Sprintf("l%07d", g.IntN(listings)): true}
		}
		s.candidates[i] = c
	}
	return s
}

var townPlaces = []string{"Mo i Rana", "Mo i Rana", "Mo i Rana", "Selfors", "Selfors", "Skonseng", "Storforshei", "Ytteren", "Gruben", "Båsmoen"}

// weighted picks i with chance shares[i] percent.
func weighted[T any](g *gen, values []T, shares ...int) T {
	n := g.IntN(100)
	for i, share := range shares {
		if n -= share; n < 0 {
			return values[i]
		}
	}
	return values[len(shares)]
}

func (g *gen) yesNo(yes, no int) *bool {
	t, f := true, false
	return weighted(g, []*bool{&t, &f, nil}, yes, no)
}

func (g *gen) money(from, to int) *int {
	n := from + 250*g.IntN((to-from)/250+1)
	return &n
}

func (g *gen) forms(most int) (s landlords.SecuritySet) {
	for range 1 + g.IntN(most) {
		s |= landlords.Securities(pick(g, landlords.SecurityForms...))
	}
	return s
}

func (g *gen) townListing(i int) *landlords.Listing {
	beds := 1 + weighted(g, []int{0, 1, 2, 3}, 45, 20, 17)
	l := &landlords.Listing{
		ExternalRef: fmt.Sprintf("U-%07d", i), Address: fmt.Sprint("Storgata ", i), PostalPlace: pick(g, townPlaces...),
		DwellingType: landlords.Apartment, Bedrooms: &beds, Rent: g.money(3500+1500*beds, 6500+2500*beds),
		ElectricityIncluded: g.yesNo(35, 33), AcceptedSecurity: g.forms(4),
		EmploymentRequirement: weighted(g, landlords.EmploymentRequirements, 35, 25, 20), ReferencesRequired: g.yesNo(28, 42),
		AvailableFrom: g.date(2, -60, 90), LeaseKind: landlords.Indefinite, Pets: g.yesNo(28, 44), StepFree: g.yesNo(30, 42),
		Status: landlords.StatusOpen, ConfirmedOn: g.date(2, -24, 0), LandlordName: fmt.Sprint("Utleier ", i/2),
	}
	if beds == 1 {
		l.DwellingType = weighted(g, []landlords.DwellingType{landlords.SharedRoom, landlords.Studio, landlords.Basement}, 40, 20)
	}
	if deposit := weighted(g, []int{3, 2, 6, 0}, 55, 27, 13) * *l.Rent; deposit > 0 {
		l.Deposit = &deposit
	}
	if g.chance(55) {
		months := weighted(g, []int{36, 12, 24}, 85, 10)
		l.LeaseKind, l.LeaseMonths = landlords.Fixed, &months
	}
	if g.chance(35) { // easily let
		no, yes := false, true
		l.AcceptedSecurity, l.EmploymentRequirement = landlords.SecuritySet(13), landlords.NoEmployment
		l.ReferencesRequired, l.Pets, l.DwellingType = &no, &yes, landlords.Apartment
		l.LeaseKind, l.LeaseMonths = landlords.Indefinite, nil
	}
	if g.chance(15) {
		l.Status = pick(g, landlords.Statuses...)
	}
	if g.chance(20) {
		l.MaxOccupants, l.FollowUpRequired = some(g, 30, 1, 2, 3, 4, 6), g.yesNo(30, 50)
		l.ContractForm = pick(g, landlords.Direct, landlords.Sublet)
		l.Preferred = landlords.RuleSet(g.IntN(64) & g.IntN(64))
	}
	return l
}

func (g *gen) townHousehold(i int) *households.Household {
	ready := g.date(25, -400, -1)
	return &households.Household{
		Ref: fmt.Sprintf("H-%07d", i), Adults: 1 + g.IntN(2), Children: weighted(g, []int{0, 1, 2, 3, 4}, 35, 28, 7, 15),
		Employment: weighted(g, []households.Employment{households.Temporary, households.Permanent, households.NoIncome, households.IntroProgramme}, 32, 25, 23),
		MaxRent:    g.money(5000, 12500), CurrentRent: g.money(5000, 9500), CurrentElectricityIncluded: g.yesNo(35, 33),
		SocialAssistance: g.yesNo(35, 60), Security: g.forms(2), DepositFunds: some(g, 40, 15000, 21000, 28000, 36000),
		Areas: []string{pick(g, townPlaces...), pick(g, townPlaces...)}, AreasMust: g.yesNo(10, 90), MoveFrom: g.date(2, -40, 40),
		StepFreeNeeded: g.yesNo(12, 88), Pets: g.yesNo(8, 90), ReadyDate: ready, References: g.yesNo(40, 20), FollowUpPlan: g.yesNo(60, 30),
	}
}
