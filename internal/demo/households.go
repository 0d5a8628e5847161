package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/households"
)

const (
	housedCount = 3 // moved to a home of their own through the office, and followed up
	elsewhere   = 3 // in no unit: with relatives, or moved here on their own

	modules      = 8   // of the housing school
	settledDays  = 120 // in a unit before the office makes a profile
	soonestReady = 60  // days after moving in
)

// householdSizes are the adults and children of those in the programme now.
var householdSizes = []struct{ count, adults, children int }{
	{13, 1, 0}, {3, 2, 0}, {3, 1, 1}, {2, 1, 2}, {2, 2, 1}, {4, 2, 2}, {2, 1, 3}, {3, 2, 3}, {2, 2, 4}, {1, 3, 2}, {1, 2, 5}, {1, 3, 5},
}

// profileDecks deals what is noted of a household's readiness.
type profileDecks struct {
	employment                  *deck[households.Employment]
	security                    *deck[landlords.SecuritySet]
	ready, moveIn               *deck[span]
	minLease, areas             *deck[int]
	place                       *deck[place]
	electricity, references     answers
	plan, must, pets, stepFree  answers
	assistance                  map[households.Employment]answers
	approved                    answers // yes: NAV has approved a higher rent
	budgetKnown, bedroomsStated *deck[bool]
}

// notInSight is the card of ready, days ago, for a household without a date.
var notInSight span

func (t *town) profileDecks() *profileDecks {
	const (
		deposit   = landlords.SecuritySet(landlords.DepositAccount)
		insurance = landlords.SecuritySet(landlords.InsuranceGuarantee)
		municipal = landlords.SecuritySet(landlords.MunicipalGuarantee)
		nav       = landlords.SecuritySet(landlords.NAVGuarantee)
	)
	r := t.r
	return &profileDecks{
		employment: deckOf(r, []int{11, 6, 10, 7, 2, 1}, households.IntroProgramme, households.Benefits, households.Temporary,
			households.Permanent, households.NoIncome, ""),
		security: deckOf(r, []int{2, 10, 5, 2, 10, 4, 2, 2}, nav, nav|municipal, municipal, deposit, deposit|municipal,
			deposit|insurance|municipal, insurance|municipal, 0),
		ready: deckOf(r, []int{7, 9, 7, 4, 2, 4, 4}, span{3, 25}, span{26, 80},
			span{81, 150}, span{151, 280}, span{281, 430}, notInSight, span{-120, -10}),
		moveIn:   deckOf(r, []int{10, 14, 11, 2}, span{-20, 0}, span{1, 20}, span{21, 45}, span{46, 75}),
		minLease: deckOf(r, []int{24, 8, 4, 1}, 0, 12, 24, 36), // 0: not said
		areas:    deckOf(r, []int{16, 8, 8, 4}, 0, 1, 2, 3),    // wished places
		place:    deckOf(r, []int{38, 16, 14, 11, 8, 4, 2, 2, 1}, places...),

		electricity: t.answers(16, 14, 6), references: t.answers(24, 9, 4), plan: t.answers(22, 10, 5),
		must: t.answers(4, 25, 7), pets: t.answers(2, 30, 4), stepFree: t.answers(3, 30, 3),
		assistance: map[households.Employment]answers{
			households.NoIncome: t.answers(1, 0, 0), households.IntroProgramme: t.answers(4, 9, 1), households.Benefits: t.answers(3, 3, 0),
			households.Temporary: t.answers(1, 8, 0), households.Permanent: t.answers(0, 1, 0), "": t.answers(0, 0, 1),
		},
		approved:    t.answers(7, 3, 0),
		budgetKnown: deckOf(r, []int{34, 2}, true, false), bedroomsStated: deckOf(r, []int{3, 33}, true, false),
	}
}

// makeHouseholds makes the households of the programme: in units, elsewhere,
// and those housed within the last year, whose stays have ended.
func (t *town) makeHouseholds() {
	decks := t.profileDecks()
	sizes := t.sizes()
	homes := t.homesOf(sizes[elsewhere:])
	for i, size := range sizes {
		h := households.Household{Adults: size[0], Children: size[1]}
		if i < elsewhere {
			h.Ref = fmt.Sprintf("H-%03d", len(t.data.Occupancies)+1+i)
			t.profile(&h, decks, t.on.AddDays(-t.between(200, 900)), nil)
		} else {
			stay := homes[i-elsewhere]
			h.Ref, h.CurrentUnit, stay.Persons = stay.HouseholdRef, stay.UnitRef, new(h.Persons())
			t.profile(&h, decks, stay.From, t.unit(stay.UnitRef))
		}
		t.data.Households = append(t.data.Households, h)
	}
	t.houseSome(decks)
	slices.SortFunc(t.data.Households, func(a, b households.Household) int { return cmp.Compare(a.Ref, b.Ref) })
}

// sizes returns adults and children of the households now in the programme;
// the first, who live in no unit, are small.
func (t *town) sizes() [][2]int {
	var out [][2]int
	for _, s := range householdSizes {
		for range s.count {
			out = append(out, [2]int{s.adults, s.children})
		}
	}
	return out
}

// homesOf returns the open stay of each household: in a unit of the right
// size, and first of all where the municipality's own lease ends soon, for who
// lives there has to move.
func (t *town) homesOf(sizes [][2]int) []*vacancy.Occupancy {
	var free []*vacancy.Occupancy
	for i := range t.data.Occupancies {
		if o := &t.data.Occupancies[i]; o.To.IsZero() && o.From <= t.on.AddDays(-settledDays) {
			free = append(free, o)
		}
	}
	t.r.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	out := make([]*vacancy.Occupancy, len(sizes))
	for i := range slices.Backward(sizes) { // the largest have the least choice
		need := matching.Need(&households.Household{Adults: sizes[i][0], Children: sizes[i][1]})
		best := slices.MinFunc(free, func(a, b *vacancy.Occupancy) int {
			return cmp.Compare(t.misfit(a, need), t.misfit(b, need))
		})
		out[i] = best
		free = slices.DeleteFunc(free, func(o *vacancy.Occupancy) bool { return o == best })
	}
	return out
}

func (t *town) misfit(o *vacancy.Occupancy, need int) int {
	u := t.unit(o.UnitRef)
	misfit := 2
	if u.Bedrooms != nil {
		misfit = 2 * max(*u.Bedrooms-need, need-*u.Bedrooms)
	}
	if !u.LeaseInEnds.IsZero() && u.LeaseInEnds <= t.on.AddDays(t.policy.UrgentDays) {
		misfit--
	}
	return misfit
}

func (t *town) unit(ref string) *vacancy.Unit {
	i, _ := slices.BinarySearchFunc(t.data.Units, ref, func(u vacancy.Unit, ref string) int { return cmp.Compare(u.UnitRef, ref) })
	return &t.data.Units[i]
}

// profile fills in the readiness of a household that came on a day and lives in
// a unit (nil: elsewhere). What goes together in life goes together here: time
// and Norwegian, work and budget, modules and being ready.
func (t *town) profile(h *households.Household, d *profileDecks, came civil.Date, home *vacancy.Unit) {
	h.Employment, h.Security = d.employment.deal(), d.security.deal()
	h.SocialAssistance = d.assistance[h.Employment].deal()
	h.References, h.FollowUpPlan = d.references.deal(), d.plan.deal()
	h.Pets, h.StepFreeNeeded = d.pets.deal(), d.stepFree.deal()
	h.CurrentElectricityIncluded = d.electricity.deal()
	if home != nil {
		h.CurrentRent = clone(home.Rent)
	} else {
		h.CurrentRent = new(250 * t.between(20, 34))
	}
	need := matching.Need(h)
	if d.bedroomsStated.deal() {
		h.BedroomsNeeded = new(need + t.between(0, 1))
	}
	t.economy(h, d, need)
	t.readiness(h, d, came)
	if months := d.minLease.deal(); months > 0 {
		h.MinLeaseMonths = new(months)
	}
	if n := d.areas.deal(); n > 0 {
		for range n {
			h.Areas = append(h.Areas, d.place.deal().name)
		}
		h.AreasMust = d.must.deal()
	}
	h.Normalize()
}

// incomes are the months' net incomes of an adult, NOK.
var incomes = map[households.Employment][2]int{
	households.NoIncome: {0, 0}, households.IntroProgramme: {16000, 20000}, households.Benefits: {17000, 22000},
	households.Temporary: {19000, 26000}, households.Permanent: {24000, 32000}, "": {15000, 20000},
}

// economy gives income, budget, what NAV has approved and what there is for a
// deposit.
func (t *town) economy(h *households.Household, d *profileDecks, need int) {
	earned := incomes[h.Employment]
	income := scale(earned[0], earned[1], t.r.Float64(), 500)
	if h.Adults > 1 {
		income += t.between(0, 3) * 4000
	}
	h.MonthlyIncome = unless(t.oneIn(10), income)
	budget := scale(6250, 9000, t.r.Float64(), 250) + 2500*need
	switch h.Employment {
	case households.Permanent:
		budget += 1500
	case households.Temporary:
		budget += 500
	}
	h.MaxRent = unless(!d.budgetKnown.deal(), budget)
	if h.SocialAssistance != nil && *h.SocialAssistance && *d.approved.deal() {
		h.ApprovedRent = new(budget - 250*t.between(0, 4))
	}
	if h.Security.Has(landlords.DepositAccount) {
		h.DepositFunds = unless(t.oneIn(8), 1000*t.between(18, 50))
	}
}

// readiness gives what the housing school has come to.
func (t *town) readiness(h *households.Household, d *profileDecks, came civil.Date) {
	days := int(t.on - came)
	done := 0
	switch ready := d.ready.deal(); {
	case ready == notInSight:
		done = min(days/60, t.between(0, 5))
	case ready.low < 0:
		h.ReadyDate, done = workday(t.on.AddDays(-t.in(ready))), t.between(3, 6)
	default:
		h.ReadyDate = max(workday(t.on.AddDays(-t.in(ready))), came.AddDays(soonestReady))
		done = t.between(modules-2, modules)
	}
	if !t.oneIn(25) {
		h.ModulesCompleted = new(done)
	}
	if !t.oneIn(18) {
		h.MoveFrom = max(t.on, h.ReadyDate).AddDays(t.in(d.moveIn.deal()))
	}
	levels := []string{"A1", "A2", "B1", "B2"}
	level := 1.25*math.Sqrt(float64(days)/365) + 1.5*t.r.Float64() - 0.75
	h.NorwegianLevel = levels[min(max(int(level), 0), len(levels)-1)]
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}
