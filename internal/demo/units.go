package demo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

const (
	ownedUnits = 9
	unitsNow   = 100 // in service
	unitsGone  = 4   // that went back to their owners within the history
	vacantNow  = 6   // of those in service

	historyMonths = 24
	settleDays    = 45 // from a unit's first day in service to its first stay, at most
	shortestStay  = 30
)

func (t *town) historyFrom() civil.Date { return t.on.AddMonths(-historyMonths) }

// unitKind is what a unit of so many bedrooms costs, and who lives there.
type unitKind struct {
	bedrooms, rentLow, rentHigh int
	persons                     []int
}

var unitKinds = []unitKind{
	{1, 6000, 8500, []int{1, 1, 1, 2}},
	{2, 8500, 11000, []int{2, 3, 3, 4}},
	{3, 10500, 13000, []int{4, 5, 5, 6}},
	{4, 12500, 15500, []int{5, 6, 7, 8}},
}

// makeUnits makes the owned units first, then those leased in; the last four of
// these are out of service.
func (t *town) makeUnits() {
	kinds := deckOf(t.r, []int{40, 32, 22, 10}, unitKinds...)
	where := deckOf(t.r, placeShares, places...)
	begins := deckOf(t.r, []int{3, 10, 10, 5}, span{6, 20}, span{26, 50}, span{51, 84}, span{85, 130}) // months ago
	ends := deckOf(t.r, []int{5, 1, 3, 82}, "soon", "past", "unknown", "later")
	for i := range unitsNow + unitsGone {
		kind, at := kinds.deal(), where.deal()
		u := vacancy.Unit{
			UnitRef: fmt.Sprintf("G-%03d", i+1), Address: t.address(), PostalCode: at.code(t.r), Ownership: vacancy.LeasedIn,
			Bedrooms: unless(t.oneIn(40), kind.bedrooms),
			Rent:     unless(t.oneIn(40), scale(kind.rentLow, kind.rentHigh, t.r.Float64(), 250)),
		}
		if !t.oneIn(12) {
			u.KoboID = fmt.Sprintf("K%05d", 20_000+17*i+t.between(0, 16))
		}
		switch begin := begins.deal(); {
		case i < ownedUnits:
			u.Ownership, u.InServiceFrom = vacancy.Owned, t.firstOfMonth(-t.between(70, 170))
		case i < unitsNow:
			u.InServiceFrom = t.firstOfMonth(-t.in(begin))
			u.LeaseInEnds = t.leaseInEnds(ends.deal())
		default:
			u.InServiceFrom = t.firstOfMonth(-t.between(40, 70))
			u.InServiceTo = t.firstOfMonth(-t.between(2, historyMonths-3))
			u.LeaseInEnds = u.InServiceTo - 1
		}
		t.data.Units = append(t.data.Units, u)
	}
}

func (t *town) firstOfMonth(monthsFromNow int) civil.Date {
	return civil.MonthOf(t.on).Add(monthsFromNow).First
}

// leaseInEnds returns the last day of a month: soon is within the 180 days in
// which a household comes first, past a lease that runs on while it is renewed.
func (t *town) leaseInEnds(when string) civil.Date {
	switch when {
	case "soon":
		return civil.MonthOf(t.on.AddDays(t.between(20, 145))).End() - 1
	case "past":
		return civil.MonthOf(t.on).First - 1
	case "later":
		return civil.MonthOf(t.on.AddDays(t.between(200, 1500))).End() - 1
	}
	return 0
}

// makeOccupancies writes each unit's history backwards from today, so that who
// lives where now is decided and not left over. The three decks of days agree:
// stays of about 26 months, the ages that stays of that kind have on any given
// day, and voids that make one unit in seventeen empty.
func (t *town) makeOccupancies() {
	h := history{
		town:  t,
		stays: t.spans(60, 170, 275, 385, 495, 605, 720, 840, 975, 1140, 1355, 1700, 2200),
		ages:  t.spans(3, 45, 100, 165, 240, 330, 430, 540, 670, 830, 1035, 1350, 1750),
		voids: t.spans(5, 11, 16, 21, 26, 31, 37, 44, 54, 70, 95, 135, 185),
	}
	empty := map[int]int{} // unit to days that it has stood empty
	emptyFor := t.spans(3, 8, 16, 28, 47, 85, 135)
	for _, i := range t.r.Perm(unitsNow)[:vacantNow] {
		empty[i] = t.in(emptyFor.deal())
	}
	for i := range t.data.Units {
		u := &t.data.Units[i]
		switch days, vacant := empty[i]; {
		case !u.InServiceTo.IsZero():
			h.back(u, workday(u.InServiceTo.AddDays(-t.between(0, 25))))
		case vacant:
			h.back(u, workday(t.on.AddDays(-days)))
		default:
			from := h.begin(u, t.on, t.in(h.ages.deal()))
			h.add(u, from, 0)
			h.back(u, h.before(from))
		}
	}
	all := t.data.Occupancies
	slices.SortFunc(all, func(a, b vacancy.Occupancy) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.UnitRef, b.UnitRef))
	})
	for i := range all { // a household gets its number when it arrives
		all[i].HouseholdRef = fmt.Sprintf("H-%03d", i+1)
	}
	t.giveReasons()
}

// history writes stays.
type history struct {
	*town
	stays, ages, voids *deck[span]
}

// back adds the stays of a unit that ended on a day or earlier, as long as they
// reach into the history.
func (h *history) back(u *vacancy.Unit, to civil.Date) {
	for to >= h.historyFrom() && to > u.InServiceFrom+settleDays+shortestStay {
		from := h.begin(u, to, h.in(h.stays.deal()))
		h.add(u, from, to)
		to = h.before(from)
	}
}

// begin returns the first day of a stay that has lasted so many days, or less
// where the unit has not been in service as long.
func (h *history) begin(u *vacancy.Unit, to civil.Date, days int) civil.Date {
	from := workday(to.AddDays(-days))
	if first := u.InServiceFrom.AddDays(settleDays); from <= first {
		from = max(u.InServiceFrom, workday(first.AddDays(-h.between(0, settleDays))))
	}
	return from
}

// before returns the day on which the stay before one that begins then ended.
func (h *history) before(from civil.Date) civil.Date {
	return workday(from.AddDays(-h.in(h.voids.deal())))
}

func (h *history) add(u *vacancy.Unit, from, to civil.Date) {
	kind := unitKinds[h.r.IntN(len(unitKinds))]
	if u.Bedrooms != nil {
		kind = unitKinds[*u.Bedrooms-1]
	}
	persons := kind.persons[h.r.IntN(len(kind.persons))]
	h.data.Occupancies = append(h.data.Occupancies, vacancy.Occupancy{
		UnitRef: u.UnitRef, From: from, To: to, Persons: unless(!to.IsZero() && h.oneIn(30), persons),
	})
}

// giveReasons says of each stay that has ended where the household went, in
// the order of the move-outs, so that every stretch of time has its two fifths
// of homes of their own.
func (t *town) giveReasons() {
	const rare = vacancy.Reason("")
	reasons := deckOf(t.r, []int{3, 1, 2, 2, 2}, vacancy.PrivateRental, vacancy.Purchase, vacancy.OtherMunicipal, vacancy.LeftMunicipality, rare)
	rarer := deckOf(t.r, []int{1, 1, 1, 1, 2}, vacancy.Eviction, vacancy.Care, vacancy.HouseholdMerged, vacancy.Death, vacancy.OtherReason)
	for _, o := range t.ended() {
		if o.Reason = reasons.deal(); o.Reason == rare {
			o.Reason = rarer.deal()
		}
	}
}

// ended returns the stays that have ended, by their end.
func (t *town) ended() []*vacancy.Occupancy {
	var out []*vacancy.Occupancy
	for i := range t.data.Occupancies {
		if o := &t.data.Occupancies[i]; !o.To.IsZero() {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *vacancy.Occupancy) int {
		return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.UnitRef, b.UnitRef))
	})
	return out
}
