package demo

import (
	"math/rand/v2"
	"slices"

	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/matching/programme"
)

// makeFormer tells how it went with those who have left: their records are erased,
// what the figures rest on is not. It draws from a source of its own.
func (t *town) makeFormer(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2<<32))
	known := map[string]bool{}
	for i := range t.data.Households {
		known[t.data.Households[i].Ref] = true
	}
	for _, o := range t.ended() {
		began := workday(max(o.To.AddDays(-90-r.IntN(600)), o.From.AddDays(20)))
		if known[o.HouseholdRef] || began >= o.To {
			continue
		}
		c := programme.Course{Ref: o.HouseholdRef, Began: began, Municipal: []programme.Stay{{From: o.From, To: o.To}}}
		home := programme.Home{Way: programme.Rented, From: o.To}
		switch o.Reason {
		case vacancy.Purchase:
			home.Way = programme.Bought
			fallthrough
		case vacancy.PrivateRental:
			year := workday(o.To.AddMonths(12))
			switch after := r.IntN(10); {
			case after == 0 && o.To.AddDays(240) < t.on: // moved on again
				home.To = workday(o.To.AddDays(120 + r.IntN(120)))
			case after < 8 && year <= t.on: // seen at the talk after a year
				home.Seen = year
			}
			c.Homes = append(c.Homes, home)
		}
		t.data.Former = append(t.data.Former, c)
	}
}

// Guarantee is a promise to the landlord of a placement.
type Guarantee struct {
	Placement int // its place among the placements
	landlords.Guarantee
}

const guaranteedMonths = 3 // of rent

// makeGuarantees lets the municipality or NAV vouch for those who have moved in,
// where both sides take that. The first guarantee ends soon, and on the last the
// landlord has claimed a month's rent.
func (t *town) makeGuarantees() {
	for i := range t.data.Placements {
		p := &t.data.Placements[i]
		if p.State != placements.FollowUp {
			continue
		}
		h, l := t.placed(p.Personal.HouseholdRef), t.let(p.Personal.ListingKey)
		both := h.Security & l.AcceptedSecurity
		g := landlords.Guarantee{
			Issuer: "Kommunen", Form: landlords.SecuritySet(landlords.MunicipalGuarantee), OwnDebt: new(true), Months: new(guaranteedMonths), Amount: new(guaranteedMonths * *l.Rent),
			Rent: true, Damage: true, ValidFrom: p.MovedIn, ValidTo: p.MovedIn.AddMonths(36) - 1, State: landlords.GuaranteeActive,
		}
		switch {
		case both.Has(landlords.MunicipalGuarantee):
		case both.Has(landlords.NAVGuarantee):
			g.Issuer, g.Form, g.OwnDebt = "NAV", landlords.SecuritySet(landlords.NAVGuarantee), new(false)
		default:
			continue
		}
		g.ClaimBy = g.ValidTo.AddMonths(2)
		t.data.Guarantees = append(t.data.Guarantees, Guarantee{i, g})
	}
	if n := len(t.data.Guarantees); n > 0 {
		last, first := &t.data.Guarantees[n-1], &t.data.Guarantees[0]
		last.State = landlords.GuaranteeClaimed
		last.Claims = []landlords.Claim{{On: max(last.ValidFrom, workday(t.on.AddDays(-6))), Amount: *last.Amount / guaranteedMonths, For: landlords.ClaimRent, State: landlords.ClaimMade}}
		first.ValidTo = t.on.AddDays(25)
		first.ClaimBy = first.ValidTo.AddMonths(2)
	}
}

func (t *town) placed(ref string) *households.Household {
	return &t.data.Households[slices.IndexFunc(t.data.Households, func(h households.Household) bool { return h.Ref == ref })]
}

func (t *town) let(key string) *landlords.Listing {
	return &t.data.Listings[slices.IndexFunc(t.data.Listings, func(l landlords.Listing) bool { return l.Key() == key })]
}
