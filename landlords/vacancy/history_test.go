package vacancy_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// fullHistory adds every other kind of fact to a random history.
func fullHistory(r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) *vacancy.History {
	h := &vacancy.History{Units: units, Stays: stays}
	day := func() civil.Date { return base.AddDays(r.IntN(span)) }
	end := func(from civil.Date) civil.Date {
		if r.IntN(3) == 0 {
			return 0
		}
		return from.AddDays(r.IntN(40))
	}
	for i := range units {
		u := &units[i]
		u.Ownership = []vacancy.Ownership{"", vacancy.Owned, vacancy.LeasedIn}[r.IntN(3)]
		if n := r.IntN(5); n > 0 {
			u.Bedrooms = &n
		}
		u.PostalCode = []string{"", "8610", "8622"}[r.IntN(3)]
		h.Details = append(h.Details, vacancy.Details{UnitRef: u.UnitRef, District: []string{"", "Selfors"}[r.IntN(2)], Purpose: append(vacancy.Purposes, "")[r.IntN(6)]})
		for range r.IntN(3) {
			from := day()
			h.Outages = append(h.Outages, vacancy.Outage{UnitRef: u.UnitRef, From: from, To: end(from), Reason: vacancy.Damage})
		}
		if r.IntN(2) == 0 {
			from := day()
			h.Preparations = append(h.Preparations, vacancy.Preparation{UnitRef: u.UnitRef, From: from, Ready: end(from)})
		}
		if r.IntN(2) == 0 {
			from := day()
			h.Reservations = append(h.Reservations, vacancy.Reservation{UnitRef: u.UnitRef, HouseholdRef: "A", From: from, Arrival: from.AddDays(20), Ended: end(from)})
		}
	}
	for i := range stays {
		if r.IntN(2) == 0 && stays[i].From != 0 {
			given := stays[i].From.AddDays(r.IntN(30))
			h.Notices = append(h.Notices, vacancy.Notice{UnitRef: stays[i].UnitRef, HouseholdRef: stays[i].HouseholdRef, Given: given, Expected: given.AddDays(30), Withdrawn: end(given)})
		}
	}
	return h
}

// down reports whether an outage holds the unit on a day.
func down(h *vacancy.History, unit string, d civil.Date) bool {
	for _, o := range h.Outages {
		if o.UnitRef == unit && o.From <= d && (o.To == 0 || d < o.To) {
			return true
		}
	}
	return false
}

// TestOutagesEqualADayByDayCount holds the unit-days, the timeline and the state
// against a walk over every day of every unit.
func TestOutagesEqualADayByDayCount(t *testing.T) {
	histories(t, 400, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		h := fullHistory(r, units, stays)
		p := randomPeriod(r)
		l := h.Ledger()
		a := l.Account(p)
		lines := h.Timelines(p)
		available, occupied, out := 0, 0, 0
		for _, line := range lines {
			next := p.From
			for _, s := range line.Segments {
				if s.From != next || s.To <= s.From {
					t.Errorf("%s: segment %+v after %v", line.Unit.UnitRef, s, next)
				}
				next = s.To
			}
			if p.Days() > 0 && next != p.To {
				t.Errorf("%s: the timeline ends on %v, not %v", line.Unit.UnitRef, next, p.To)
			}
			for d := p.From; d < p.To; d++ {
				ref := line.Unit.UnitRef
				inService, broken, held := serving(units, ref, d), down(h, ref, d), holding(sounds(units, stays), ref, d) > 0
				if inService && broken {
					out++
				}
				if inService && !broken {
					available++
					if held {
						occupied++
					}
				}
				s, ok := line.At(d)
				want := map[bool][]vacancy.Phase{
					true:  {vacancy.PhaseOccupied, vacancy.PhaseNotice},
					false: {vacancy.PhaseVacant, vacancy.PhaseMaking, vacancy.PhaseReserved},
				}[held]
				switch {
				case held:
				case inService && broken:
					want = []vacancy.Phase{vacancy.PhaseOutOfOrder}
				case !inService:
					want = []vacancy.Phase{vacancy.PhaseClosed}
				}
				if !ok || !contains(want, s.Phase) {
					t.Errorf("%s on %v is %s, want one of %v", ref, d, s.Phase, want)
				}
			}
		}
		if a.AvailableUnitDays != available || a.OccupiedUnitDays != occupied || a.OutOfOrderDays != out {
			t.Errorf("available %d, occupied %d, out of order %d; by the day %d, %d, %d", a.AvailableUnitDays, a.OccupiedUnitDays, a.OutOfOrderDays, available, occupied, out)
		}
	})
}

func contains(ps []vacancy.Phase, p vacancy.Phase) bool {
	for _, q := range ps {
		if p == q {
			return true
		}
	}
	return false
}

func sounds(units []vacancy.Unit, stays []vacancy.Occupancy) (out []vacancy.Occupancy) {
	for _, o := range stays {
		if sound(units, o) {
			out = append(out, o)
		}
	}
	return out
}

// TestEveryFigureHasItsEvidence holds that what stands behind a figure adds up to it.
func TestEveryFigureHasItsEvidence(t *testing.T) {
	histories(t, 300, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		h := fullHistory(r, units, stays)
		p := randomPeriod(r)
		if p.Days() == 0 {
			return
		}
		l := h.Ledger()
		a := l.Account(p)
		want := map[string]int{
			"opening_occupied": a.OpeningOccupied, "move_ins": a.MoveIns, "move_outs": a.MoveOuts, "closing_occupied": a.ClosingOccupied,
			"moved_to_own_home": a.MovedToOwnHome, "available_unit_days": a.AvailableUnitDays, "occupied_unit_days": a.OccupiedUnitDays,
			"void_unit_days": a.VoidDays, "out_of_order_days": a.OutOfOrderDays, "units_in_service": a.Close.InService,
			"units_occupied": a.Close.OccupiedInService, "units_vacant": a.Close.Vacant, "units_out_of_order": a.Close.OutOfOrder,
			"void_paid": a.Cost.PaidLeasedIn, "void_lost": a.Cost.LostOwned + a.Cost.LostOther, "down_paid": a.Cost.PaidOutOfOrder,
		}
		year, _, _ := p.From.YMD()
		y := l.YearEnd(year, p.To)
		want["newly_moved_in"], want["exchanges"], want["renewals"], want["returns"] = y.NewlyMovedIn.Households, y.Exchanges.Households, y.Renewals.Households, y.Returns.Households
		for _, reason := range vacancy.Reasons {
			want["out_"+string(reason)] = a.OutsByReason[reason]
		}
		for _, figure := range vacancy.EvidenceFigures {
			if _, ok := want[figure]; !ok {
				t.Errorf("%s is not checked", figure)
			}
		}
		for figure, n := range want {
			if e, ok := l.Evidence(figure, p); !ok || e.N() != n {
				t.Errorf("%s is %d, its evidence adds up to %d (%v)", figure, n, e.N(), ok)
			}
		}
		if _, ok := l.Evidence("nothing", p); ok {
			t.Error("there is evidence for a figure that is none")
		}
	})
}

// additive are the parts of an account that a split must add up to.
type additive struct {
	opening, in, out, closing, home vacancy.Heads
	available, occupied, down, void int
	cost                            vacancy.VoidCost
	service, vacant, broken, closed int
	reasons                         string
}

func sumOf(accounts []vacancy.Account) additive {
	var s additive
	add := func(to *vacancy.Heads, h vacancy.Heads) {
		to.Households += h.Households
		to.Persons += h.Persons
		to.PersonsUnknown += h.PersonsUnknown
	}
	reasons := map[vacancy.Reason]vacancy.Heads{}
	for _, a := range accounts {
		add(&s.opening, a.Opening)
		add(&s.in, a.In)
		add(&s.out, a.Out)
		add(&s.closing, a.Closing)
		add(&s.home, a.OwnHome)
		s.available += a.AvailableUnitDays
		s.occupied += a.OccupiedUnitDays
		s.down += a.OutOfOrderDays
		s.void += a.VoidDays
		s.cost.PaidLeasedIn += a.Cost.PaidLeasedIn
		s.cost.LostOwned += a.Cost.LostOwned
		s.cost.LostOther += a.Cost.LostOther
		s.cost.PaidOutOfOrder += a.Cost.PaidOutOfOrder
		s.cost.UnknownDays += a.Cost.UnknownDays
		s.service += a.Close.InService
		s.vacant += a.Close.Vacant
		s.broken += a.Close.OutOfOrder
		s.closed += a.Close.NotInService
		for reason, h := range a.ByReason {
			sum := reasons[reason]
			add(&sum, h)
			reasons[reason] = sum
		}
	}
	for _, reason := range vacancy.Reasons {
		s.reasons += fmt.Sprint(reasons[reason])
	}
	return s
}

func TestAnySplitAddsUp(t *testing.T) {
	histories(t, 300, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		h := fullHistory(r, units, stays)
		p := randomPeriod(r)
		want := sumOf([]vacancy.Account{h.Ledger().Account(p)})
		for _, by := range vacancy.Dimensions {
			var parts []vacancy.Account
			for _, g := range h.Split(by, p) {
				parts = append(parts, g.Account)
			}
			if got := sumOf(parts); got != want {
				t.Errorf("by %s the groups add up to\n%+v, the whole is\n%+v", by, got, want)
			}
		}
	})
}

func TestAccountControlLinesInHouseholdsAndPersons(t *testing.T) {
	histories(t, 300, func(t *testing.T, r *rand.Rand, units []vacancy.Unit, stays []vacancy.Occupancy) {
		h := fullHistory(r, units, stays)
		l := h.Ledger()
		first := civil.MonthOf(base)
		whole := l.Account(vacancy.Period{From: first.First, To: first.Add(6).First})
		var months []vacancy.Account
		for i := range 6 {
			a := l.Account(vacancy.MonthPeriod(first.Add(i)))
			if got := a.Opening.Households + a.In.Households - a.Out.Households; got != a.Closing.Households {
				t.Errorf("households: %d, closing %d", got, a.Closing.Households)
			}
			if got := a.Opening.Persons + a.In.Persons - a.Out.Persons; got != a.Closing.Persons {
				t.Errorf("persons: %d, closing %d", got, a.Closing.Persons)
			}
			months = append(months, a)
		}
		sum, want := sumOf(months), sumOf([]vacancy.Account{whole})
		if sum.in != want.in || sum.out != want.out || sum.available != want.available || sum.occupied != want.occupied || sum.down != want.down || sum.reasons != want.reasons {
			t.Errorf("the months add up to %+v, the range is %+v", sum, want)
		}
	})
}

func TestVoidCost(t *testing.T) {
	leased, owned := unit("G-1", "2024-01-01", ""), unit("G-2", "2024-01-01", "")
	leased.Ownership, leased.Rent = vacancy.LeasedIn, ptr(6200)
	owned.Ownership, owned.Rent = vacancy.Owned, ptr(3100)
	h := vacancy.History{
		Units:   []vacancy.Unit{leased, owned, unit("G-3", "2024-01-01", "")},
		Details: []vacancy.Details{{UnitRef: "G-1", LeaseRent: ptr(9300)}},
		Stays:   []vacancy.Occupancy{stay("G-1", "A", "2024-01-11", "", "")},
		Outages: []vacancy.Outage{{UnitRef: "G-1", From: date("2024-01-06"), To: date("2024-01-11"), Reason: vacancy.Damage}, {UnitRef: "G-2", From: date("2024-01-11"), To: date("2024-01-21"), Reason: vacancy.Damage}},
	}
	a := h.Ledger().Account(vacancy.MonthPeriod(civil.Month{First: date("2024-01-01")}))
	want := vacancy.VoidCost{PaidLeasedIn: 1500, PaidOutOfOrder: 1500, LostOwned: 2100, UnknownDays: 31}
	if a.Cost != want || a.OutOfOrderDays != 15 {
		t.Errorf("cost %+v, %d days out of order; want %+v, 15", a.Cost, a.OutOfOrderDays, want)
	}
}

func TestYearEnd(t *testing.T) {
	units := []vacancy.Unit{unit("G-1", "2023-01-01", ""), unit("G-2", "2023-01-01", ""), unit("G-3", "2023-01-01", "")}
	units[0].Ownership = vacancy.Owned
	stays := []vacancy.Occupancy{
		stay("G-1", "A", "2023-11-01", "2024-02-01", "other_municipal"),
		stay("G-2", "A", "2024-02-01", "2024-03-01", "left_municipality"), // an exchange
		stay("G-1", "B", "2024-02-10", "2024-06-01", "left_municipality"), // newly
		stay("G-3", "B", "2024-09-01", "", ""),                            // back within the year: counts once
		stay("G-2", "C", "2025-01-01", "", ""),                            // next year
	}
	stays[2].Persons = ptr(4)
	stays = append(stays, stay("G-1", "D", "2024-06-10", "2024-07-10", "other"), stay("G-1", "D", "2024-07-10", "", "")) // newly, and a renewal
	l := vacancy.NewLedger(units, stays)
	y := l.YearEnd(2024, 0)
	one := vacancy.Heads{Households: 1, PersonsUnknown: 1}
	if y.NewlyMovedIn != (vacancy.Heads{Households: 2, Persons: 4, PersonsUnknown: 1}) || y.Exchanges != one || y.Renewals != one || y.Returns != one || y.OwnedShare == nil || *y.OwnedShare != 0.333333 {
		t.Errorf("got %+v", y)
	}
	if y := l.YearEnd(2024, date("2024-07-01")); y.To != date("2024-07-01") || y.Renewals.Households != 0 || y.Returns.Households != 0 || y.Units.OccupiedInService != 1 {
		t.Errorf("half a year: %+v", y)
	}
	if n := y.NewlyMovedIn.Households + y.Exchanges.Households + y.Renewals.Households + y.Returns.Households; n != l.Turnover(vacancy.Period{From: date("2024-01-01"), To: date("2025-01-01")}).MoveIns {
		t.Errorf("%d move-ins are told", n)
	}
}

func TestCorrectionsAreToldWithTheirReason(t *testing.T) {
	h := vacancy.History{
		Units: []vacancy.Unit{unit("G-1", "2024-01-01", "")},
		Stays: []vacancy.Occupancy{stay("G-1", "A", "2024-01-01", "2024-02-10", "purchase")},
	}
	month := civil.Month{First: date("2024-02-01")}
	sent := h.Report(month)
	now := h.Report(month)
	if r, c := sent.Compare(&now); r != nil || c != nil {
		t.Errorf("without a correction: %+v %+v", r, c)
	}
	h.Stays = []vacancy.Occupancy{stay("G-1", "A", "2024-01-01", "2024-02-20", "private_rental"), stay("G-1", "B", "2024-02-25", "", "")}
	now = h.Report(month)
	restated, why := sent.Compare(&now)
	var figures []string
	for _, r := range restated {
		figures = append(figures, r.Figure)
	}
	want := []string{"move_ins", "closing_occupied", "occupied_unit_days", "vacancy_rate", "out_private_rental", "out_purchase", "median_void_days", "median_stay_days"}
	if !reflect.DeepEqual(figures, want) {
		t.Errorf("restated %v, want %v", figures, want)
	}
	if len(why) != 2 || why[0].WasStay.To != date("2024-02-10") || why[0].IsStay.To != date("2024-02-20") || why[1].WasStay != nil || why[1].IsStay.HouseholdRef != "B" {
		t.Errorf("why %+v", why)
	}
	sent.Facts = nil // erased
	if restated, why = sent.Compare(&now); len(restated) != len(want) || why != nil {
		t.Errorf("after erasure: %d restated, %v", len(restated), why)
	}
}

func TestHistoryFindings(t *testing.T) {
	leased := func(ref, to string) vacancy.Unit { // its lease ends on the last day of April
		u := unit(ref, "2024-01-01", to)
		u.LeaseInEnds = date("2024-04-30")
		return u
	}
	h := vacancy.History{
		Units: []vacancy.Unit{unit("G-1", "2024-01-01", ""), leased("G-2", ""), leased("G-3", "2024-05-01"), leased("G-4", "2024-05-02")},
		Stays: []vacancy.Occupancy{stay("G-1", "A", "2024-01-01", "", "")},
		Outages: []vacancy.Outage{
			{UnitRef: "G-1", From: date("2024-02-01"), To: date("2024-02-04"), Reason: vacancy.Pests},
			{UnitRef: "G-2", From: date("2024-02-04"), To: date("2024-02-01"), Reason: vacancy.Pests},
		},
		Notices: []vacancy.Notice{
			{UnitRef: "G-1", HouseholdRef: "A", Given: date("2024-02-01"), Expected: date("2024-03-01")},
			{UnitRef: "G-1", HouseholdRef: "B", Given: date("2024-02-01"), Expected: date("2024-12-01")},
		},
		Reservations: []vacancy.Reservation{{UnitRef: "G-1", HouseholdRef: "C", From: date("2024-02-01"), Arrival: date("2024-04-01")}, {UnitRef: "G-1", HouseholdRef: "D", From: date("2024-02-02"), Arrival: date("2024-12-01")}},
		Preparations: []vacancy.Preparation{{UnitRef: "G-1", From: date("2024-02-01"), Ready: date("2024-02-03")}},
	}
	var over []string
	got := map[vacancy.FindingCode]int{}
	for _, f := range h.Findings(date("2024-06-01")) {
		got[f.Code] = max(f.Days, 1)
		if f.Code == vacancy.LeaseOver {
			over = append(over, f.UnitRef)
		}
	}
	want := map[vacancy.FindingCode]int{
		vacancy.StayInOutage: 3, vacancy.OutageReversed: 1, vacancy.NoticeOverdue: 92, vacancy.NoticeWithoutStay: 1,
		vacancy.ReservationOverdue: 61, vacancy.ReservationTwice: 1, vacancy.PreparationOccupied: 1, vacancy.GapUnexplained: 152, vacancy.LeaseOver: 1,
	}
	if !slices.Equal(over, []string{"G-2", "G-4"}) {
		t.Errorf("the lease is over of %v", over)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("findings %v, want %v", got, want)
	}
}
