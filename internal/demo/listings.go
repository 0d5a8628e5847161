package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/boligklar/boligklar/landlords"
)

// severalFlats are the landlords with more than one listing, firms first; each
// of the others has one.
var severalFlats = []int{5, 4, 3, 3, 2, 2, 2}

const (
	listingCount    = 60
	firms           = 3
	withoutOwnRef   = 5 // sent in by the landlord, not numbered yet
	notConfirmed    = 2
	unlawfullyShort = 2 // leases, as there are in every register
)

// dwelling is a kind of home on the market: from its smallest, cheapest form
// to its largest, dearest one.
type dwelling struct {
	kind                                        landlords.DwellingType
	count                                       int
	bedsLow, bedsHigh, m2Low, m2High, low, high int
	unitNumbers                                 string // first letter, "" for a home of its own
}

var dwellings = []dwelling{
	{landlords.SharedRoom, 3, 1, 1, 10, 16, 4000, 5500, "H"},
	{landlords.Studio, 7, 0, 0, 18, 34, 5000, 8000, "H"},
	{landlords.Basement, 8, 1, 2, 35, 70, 6500, 10500, "U"},
	{landlords.Loft, 4, 1, 2, 32, 60, 6500, 10000, "L"},
	{landlords.Apartment, 24, 1, 3, 40, 90, 7500, 13500, "H"},
	{landlords.SemiDetached, 4, 2, 3, 70, 105, 11000, 15000, ""},
	{landlords.Terraced, 5, 3, 4, 80, 115, 12000, 16000, ""},
	{landlords.House, 5, 3, 5, 105, 170, 15000, 20000, ""},
}

var listingNotes = []string{
	"", "", "", "", "", "", "", "Parkering rett utenfor.", "Nær skole og barnehage.", "Buss hvert kvarter.",
	"Felles vaskekjeller.", "Ring etter kl. 16.", "Fiber og snømåking inngår.", "Kan sees på kveldstid.",
}

// marketDecks deals what landlords offer and ask.
type marketDecks struct {
	dwelling                                         *deck[dwelling]
	place                                            *deck[place]
	security                                         *deck[landlords.SecuritySet]
	employment                                       *deck[landlords.EmploymentRequirement]
	wishes                                           *deck[landlords.RuleSet]
	depositMonths, leaseMonths, room                 *deck[int]
	freeIn, confirmed                                *deck[span]
	status                                           *deck[landlords.Status]
	furnished                                        *deck[landlords.Furnishing]
	contract                                         *deck[landlords.ContractForm]
	notes                                            *deck[string]
	electricity, references, pets, smoking, stepFree answers
	followUp                                         answers
}

const indefinite, leaseUnknown = 0, -1 // in leaseMonths

func (t *town) marketDecks() *marketDecks {
	const (
		deposit   = landlords.SecuritySet(landlords.DepositAccount)
		insurance = landlords.SecuritySet(landlords.InsuranceGuarantee)
		municipal = landlords.SecuritySet(landlords.MunicipalGuarantee)
		nav       = landlords.SecuritySet(landlords.NAVGuarantee)
	)
	counts := make([]int, len(dwellings))
	for i, d := range dwellings {
		counts[i] = d.count
	}
	r := t.r
	return &marketDecks{
		dwelling: deckOf(r, counts, dwellings...),
		place:    deckOf(r, placeShares, places...),
		security: deckOf(r, []int{11, 19, 4, 12, 4, 5, 2, 3}, deposit, deposit|municipal, deposit|insurance,
			deposit|municipal|insurance, municipal, deposit|municipal|nav, deposit|nav, 0),
		employment: deckOf(r, []int{15, 7, 21, 13, 4}, landlords.PermanentJob, landlords.TemporaryJob,
			landlords.DocumentedIncome, landlords.NoEmployment, ""),
		wishes: deckOf(r, []int{43, 7, 3, 3, 2, 2}, 0, landlords.Rules(landlords.RuleEmployment), landlords.Rules(landlords.RulePets),
			landlords.Rules(landlords.RuleReferences), landlords.Rules(landlords.RuleSecurity),
			landlords.Rules(landlords.RuleEmployment, landlords.RuleReferences)),
		depositMonths: deckOf(r, []int{6, 20, 28, 2, 4}, 1, 2, 3, 4, -1), // -1: not known
		leaseMonths:   deckOf(r, []int{24, 25, 6, 3, 2}, indefinite, 36, 60, 48, leaseUnknown),
		freeIn:        deckOf(r, []int{12, 20, 15, 10, 3}, span{-45, -21}, span{-20, 0}, span{1, 20}, span{21, 50}, span{51, 85}),
		confirmed:     deckOf(r, []int{28, 16, 5, 2}, span{0, 8}, span{9, 18}, span{23, 45}, span{50, 110}), // days ago; older than three weeks is stale
		room:          deckOf(r, []int{14, 18, 28}, 1, 2, 0),                                                // most occupants beyond one a bedroom; 0: not said
		status: deckOf(r, []int{49, 2, 1, 2, 1}, landlords.StatusOpen, landlords.StatusPaused, landlords.StatusLet,
			landlords.StatusExpired, landlords.StatusWithdrawn),
		furnished: deckOf(r, []int{30, 15, 10, 5}, landlords.Unfurnished, landlords.PartlyFurnished, landlords.FullyFurnished, ""),
		contract:  deckOf(r, []int{52, 4, 4}, landlords.Direct, landlords.Sublet, ""),
		notes:     oneOfEach(r, listingNotes...),

		electricity: t.answers(20, 33, 7), references: t.answers(17, 39, 4), pets: t.answers(15, 35, 10),
		smoking: t.answers(3, 50, 7), stepFree: t.answers(15, 32, 13), followUp: t.answers(8, 46, 6),
	}
}

// makeListings makes the listings as they are before any household is placed.
func (t *town) makeListings() {
	d, owners := t.marketDecks(), t.owners()
	for i := range listingCount {
		l := t.listing(d, owners[i])
		if i < listingCount-withoutOwnRef {
			l.ExternalRef, l.Status = fmt.Sprintf("U-%03d", i+1), d.status.deal()
		} else {
			l.Status = landlords.StatusSubmitted
		}
		t.data.Listings = append(t.data.Listings, l)
	}
	unconfirmed, short := notConfirmed, unlawfullyShort
	for i := range t.data.Listings {
		l := &t.data.Listings[i]
		if unconfirmed > 0 && l.Status == landlords.StatusOpen {
			l.ConfirmedOn, unconfirmed = 0, unconfirmed-1
		}
		if short > 0 && l.DwellingType == landlords.Apartment && l.LeaseKind == landlords.Fixed {
			l.LeaseMonths, short = new(12*short), short-1
		}
	}
}

// owners returns the landlord of each listing. Those who send in their first
// flat come last.
func (t *town) owners() []landlord {
	extra := 0
	for _, flats := range severalFlats {
		extra += flats - 1
	}
	all := t.landlords(listingCount-extra, firms)
	var out []landlord
	for i, who := range all[:len(all)-withoutOwnRef] {
		for range flatsOf(i) {
			out = append(out, who)
		}
	}
	t.r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return append(out, all[len(all)-withoutOwnRef:]...)
}

func flatsOf(landlord int) int {
	if landlord < len(severalFlats) {
		return severalFlats[landlord]
	}
	return 1
}

// listing returns one home of a landlord. Rent and size follow from where
// between its kind's smallest and largest form it stands.
func (t *town) listing(d *marketDecks, who landlord) landlords.Listing {
	kind, at := d.dwelling.deal(), d.place.deal()
	beds := t.between(kind.bedsLow, kind.bedsHigh)
	size := (float64(beds-kind.bedsLow) + t.r.Float64()) / float64(kind.bedsHigh-kind.bedsLow+1)
	standard := (3*size + t.r.Float64()) / 4
	if at.remote {
		standard *= 0.6
	}
	rent := scale(kind.low, kind.high, standard, 250)
	l := landlords.Listing{
		Address: t.address(), PostalCode: at.code(t.r), PostalPlace: at.name, UnitNumber: unitNumber(t.r, kind.unitNumbers),
		DwellingType: kind.kind, Bedrooms: unless(t.oneIn(25), beds), AreaM2: unless(t.oneIn(15), scale(kind.m2Low, kind.m2High, size, 1)),
		Rent: unless(t.oneIn(40), rent), ElectricityIncluded: d.electricity.deal(),
		AcceptedSecurity: d.security.deal(), EmploymentRequirement: d.employment.deal(), ReferencesRequired: d.references.deal(),
		Furnished: d.furnished.deal(), Pets: d.pets.deal(), Smoking: d.smoking.deal(), StepFree: d.stepFree.deal(),
		FollowUpRequired: d.followUp.deal(), ContractForm: d.contract.deal(), Preferred: d.wishes.deal(),
		LandlordName: who.name, LandlordPhone: who.phone, LandlordEmail: who.email,
		ConfirmedOn: workday(t.on.AddDays(-t.in(d.confirmed.deal()))), Notes: d.notes.deal(),
	}
	if months := d.depositMonths.deal(); months > 0 && l.Rent != nil {
		l.Deposit = new(months * rent)
	}
	if free := d.freeIn.deal(); !t.oneIn(30) {
		l.AvailableFrom = t.on.AddDays(t.in(free))
	}
	switch room := d.room.deal(); {
	case kind.kind == landlords.SharedRoom:
		l.MaxOccupants = new(1)
	case room > 0:
		l.MaxOccupants = new(beds + room)
	}
	switch months := d.leaseMonths.deal(); {
	case months == indefinite:
		l.LeaseKind = landlords.Indefinite
	case months > 0:
		if kind.kind == landlords.Basement || kind.kind == landlords.Loft {
			months = 12 * t.between(1, 3) // the landlord lives in the house
		}
		l.LeaseKind, l.LeaseMonths = landlords.Fixed, new(months)
	}
	return l
}

// unitNumber returns the number of a home within its building: the floor's
// letter, the floor and the door.
func unitNumber(r *rand.Rand, letter string) string {
	switch letter {
	case "":
		return ""
	case "H":
		return fmt.Sprintf("H%02d%02d", 1+r.IntN(4), 1+r.IntN(6))
	}
	return fmt.Sprintf("%s01%02d", letter, 1+r.IntN(2))
}
