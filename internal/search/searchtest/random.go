package searchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
)

// Day is the day of every search in the suite.
var Day = search.Day{On: civil.MustParse("2026-11-25"), FreshDays: 21}

var (
	streetHeads = strings.Fields("Langnes Saltfjell Revel Svortdals Sørlands Talvik Vika Søderlund Tromsø Bjørke Myr Tind Fjøs Åker Hammer Skog Elve Kirke Nyland Sjøberg Rødlia Blåbær Gråstein Øvre Stor")
	streetTails = strings.Fields("veien gata bakken lia parken myra leira vegen haugen svingen")
	longStreets = []string{"Ole Tobias Olsens gate", "Thora Meyers gate", "Nordahl Griegs gate", "Fridtjof Nansens gate", "Jernbanegata", "Nils Langhelles gate", "Professor Heyerdahls vei"}
	firsts      = strings.Fields("Sølvi Randi Geir Leif Ola Øyvind Kari Torbjørn Bjørn Åse Ingrid Astrid Marit Håkon Jørgen Aslaug")
	lasts       = strings.Fields("Nilsen Østbø Bjørnsen Lillebø Hansen Sørensen Strøm Aasen Dahl Johansen Kvamme Fjeldstad Ås Næss Solvang Haugen")
	towns       = []struct{ place, code string }{{"Mo i Rana", "8610"}, {"Selfors", "8613"}, {"Skonseng", "8615"}, {"Ytteren", "8616"}, {"Båsmoen", "8616"},
		{"Hauknes", "8618"}, {"Gruben", "8619"}, {"Storforshei", "8630"}, {"Mo i Rana", "8622"}, {"Utskarpen", ""}}
	remarks = []string{"", "", "", "", "Parkering rett utenfor.", "Nær skole og barnehage.", "Felles vaskekjeller.", "Fiber og snømåking inngår.", "Stor veranda mot sør.", "Nyoppusset bad, gulvvarme."}
)

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// maybe returns a value, or none one time in n.
func maybe[T any](r *rand.Rand, n int, v T) *T {
	if r.IntN(n) == 0 {
		return nil
	}
	return &v
}

// Documents makes random listings of the demo municipality's kind.
func Documents(r *rand.Rand, n int, places *search.Places) []search.Document {
	out := make([]search.Document, n)
	for i := range out {
		l := listing(r)
		l.ExternalRef = fmt.Sprintf("U-%03d", i+1)
		out[i] = search.NewDocument(fmt.Sprintf("id%05d-%d", i, r.IntN(1000)), l.ExternalRef, l, places)
	}
	return out
}

func listing(r *rand.Rand) landlords.Listing {
	street := one(r, streetHeads) + one(r, streetTails)
	if r.IntN(3) == 0 {
		street = one(r, longStreets)
	}
	town := one(r, towns)
	beds := r.IntN(5)
	rent := 4000 + 250*r.IntN(60)
	l := landlords.Listing{
		Address: fmt.Sprintf("%s %d%s", street, 1+r.IntN(90), one(r, []string{"", "", "", "A", "B"})), PostalPlace: town.place, PostalCode: town.code,
		UnitNumber: fmt.Sprintf("H%02d%02d", 1+r.IntN(3), 1+r.IntN(4)), DwellingType: one(r, landlords.DwellingTypes), Bedrooms: maybe(r, 12, beds),
		AreaM2: maybe(r, 8, 18+r.IntN(120)), Rent: maybe(r, 20, rent), ElectricityIncluded: maybe(r, 3, r.IntN(2) == 0), Deposit: maybe(r, 4, rent*3),
		AcceptedSecurity: landlords.SecuritySet(r.IntN(16)), EmploymentRequirement: one(r, append(landlords.EmploymentRequirements, "")),
		ReferencesRequired: maybe(r, 3, r.IntN(2) == 0), LeaseKind: one(r, []landlords.LeaseKind{landlords.Indefinite, landlords.Fixed, ""}),
		Furnished: one(r, append(landlords.Furnishings, "")), Pets: maybe(r, 4, r.IntN(2) == 0), Smoking: maybe(r, 3, false), StepFree: maybe(r, 4, r.IntN(2) == 0),
		MaxOccupants: maybe(r, 2, 1+r.IntN(6)), LandlordName: one(r, firsts) + " " + one(r, lasts), LandlordPhone: "+4799999999", LandlordEmail: "x@example.no",
		Status: landlords.StatusOpen, ConfirmedOn: Day.On.AddDays(-r.IntN(40)), Notes: one(r, remarks),
	}
	if r.IntN(6) == 0 {
		l.Status = one(r, landlords.Statuses)
	}
	if r.IntN(8) > 0 {
		l.AvailableFrom = Day.On.AddDays(r.IntN(100) - 50)
	}
	if l.LeaseKind == landlords.Fixed {
		l.LeaseMonths = maybe(r, 8, 12*(1+r.IntN(5)))
	}
	return l
}

// Request makes a random search for a listing.
func Request(r *rand.Rand, d *search.Document) search.Request {
	req := search.Request{Query: Query(r, d), Day: Day, Limit: 5 + r.IntN(20), Offset: r.IntN(3)}
	for _, text := range [][2]string{{"dwelling_type", "studio,apartment,basement"}, {"rent", "5000-9000"}, {"availability", "open"}, {"pets", "true,unknown"}, {"postal_place", "selfors,Mo i Rana"}} {
		if r.IntN(6) == 0 {
			f, err := search.ParseFilter(text[0], text[1])
			if err != nil {
				panic(err) // one of those above
			}
			req.Filters = append(req.Filters, f)
		}
	}
	if r.IntN(3) == 0 {
		req.Near = "8610"
	}
	if r.IntN(2) == 0 {
		req.Sort = one(r, []string{"rent", "-rent", "available_from", "-confirmed_on"})
	}
	return req
}
