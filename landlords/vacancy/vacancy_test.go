package vacancy_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

func date(s string) civil.Date { return civil.MustParse(s) }

func unit(ref, from, to string) vacancy.Unit {
	return vacancy.Unit{UnitRef: ref, InServiceFrom: date(from), InServiceTo: date(to)}
}

func stay(unit, household, from, to string, reason vacancy.Reason) vacancy.Occupancy {
	return vacancy.Occupancy{UnitRef: unit, HouseholdRef: household, From: date(from), To: date(to), Reason: reason}
}

func ptr[T any](v T) *T { return &v }

func TestTurnoverOfEdges(t *testing.T) {
	period := func(from, to string) vacancy.Period { return vacancy.Period{From: date(from), To: date(to)} }
	february := period("2024-02-01", "2024-03-01") // 29 days
	g1 := []vacancy.Unit{unit("G-1", "2024-01-01", "")}
	type want struct{ opening, ins, outs, closing, available, occupied int }
	for _, tc := range []struct {
		name  string
		units []vacancy.Unit
		stays []vacancy.Occupancy
		p     vacancy.Period
		want  want
	}{
		{"no units", nil, nil, february, want{}},
		{"empty unit over a leap day", g1, nil, february, want{available: 29}},
		{"month with the change to summer time", g1, nil, period("2024-03-01", "2024-04-01"), want{available: 31}},
		{"open stay through the period", g1, []vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "", "")}, february,
			want{opening: 1, closing: 1, available: 29, occupied: 29}},
		{"stay that ends on the first day is an out of this period and holds no day of it", g1,
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "2024-02-01", "purchase")}, february,
			want{opening: 1, outs: 1, available: 29}},
		{"stay that ends on the first day after is in at the close", g1,
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "2024-03-01", "purchase")}, february,
			want{opening: 1, closing: 1, available: 29, occupied: 29}},
		{"stay of no days", g1, []vacancy.Occupancy{stay("G-1", "A", "2024-02-10", "2024-02-10", "other")}, february,
			want{ins: 1, outs: 1, available: 29}},
		{"stay of no days on the first day", g1, []vacancy.Occupancy{stay("G-1", "A", "2024-02-01", "2024-02-01", "other")}, february,
			want{ins: 1, outs: 1, available: 29}},
		{"out and in on the same day", g1,
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "2024-02-15", "other"), stay("G-1", "B", "2024-02-15", "", "")}, february,
			want{opening: 1, ins: 1, outs: 1, closing: 1, available: 29, occupied: 29}},
		{"unit that leaves service on the leap day", []vacancy.Unit{unit("G-1", "2024-01-01", "2024-02-29")}, nil, february,
			want{available: 28}},
		{"stay across the end of service holds no unit-day after it", []vacancy.Unit{unit("G-1", "2024-01-01", "2024-02-11")},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-02-06", "2024-02-21", "other")}, february,
			want{ins: 1, outs: 1, available: 10, occupied: 5}},
		{"open stay after the end of service is still a stay", []vacancy.Unit{unit("G-1", "2024-01-01", "2024-02-01")},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-06", "", "")}, february,
			want{opening: 1, closing: 1}},
		{"stay before service", []vacancy.Unit{unit("G-1", "2024-02-20", "")},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-02-10", "", "")}, february,
			want{ins: 1, closing: 1, available: 10, occupied: 10}},
		{"two stays on the same days are two stays and one unit", g1,
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "", ""), stay("G-1", "B", "2024-02-28", "", "")}, february,
			want{opening: 1, ins: 1, closing: 2, available: 29, occupied: 29}},
		{"reversed, undated and misplaced stays count nowhere", g1,
			[]vacancy.Occupancy{stay("G-1", "A", "2024-02-10", "2024-02-09", "other"), stay("G-1", "B", "", "2024-02-09", ""), stay("G-2", "C", "2024-02-10", "", "")},
			february, want{available: 29}},
		{"second unit of the same name counts nowhere", []vacancy.Unit{unit("G-1", "2024-02-29", ""), unit("G-1", "2024-01-01", "")}, nil, february,
			want{available: 1}},
		{"unit without a first day has no unit-days", []vacancy.Unit{{UnitRef: "G-1"}},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "", "")}, february, want{opening: 1, closing: 1}},
		{"period of no days", g1, []vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "", "")}, period("2024-02-01", "2024-02-01"),
			want{opening: 1, closing: 1}},
		{"reversed period", g1, []vacancy.Occupancy{stay("G-1", "A", "2024-01-10", "", "")}, period("2024-02-01", "2024-01-01"),
			want{opening: 1, closing: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := vacancy.Turnover(tc.units, tc.stays, tc.p)
			got := want{f.OpeningOccupied, f.MoveIns, f.MoveOuts, f.ClosingOccupied, f.AvailableUnitDays, f.OccupiedUnitDays}
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if f.AvailableUnitDays == 0 && (f.VacancyRate != nil || f.TurnoverRate != nil) {
				t.Errorf("rates without unit-days: %v and %v", f.VacancyRate, f.TurnoverRate)
			}
		})
	}
}

func TestReasonsAndMedians(t *testing.T) {
	units := []vacancy.Unit{unit("G-1", "2024-01-01", ""), unit("G-2", "2024-01-01", ""), unit("G-3", "2024-01-01", "")}
	stays := []vacancy.Occupancy{
		stay("G-1", "A", "2024-01-01", "2024-02-02", vacancy.PrivateRental), // 32 days
		stay("G-1", "B", "2024-02-09", "", ""),                              // after 7
		stay("G-2", "C", "2024-01-01", "2024-02-03", ""),                    // 33 days, no reason
		stay("G-2", "D", "2024-02-17", "2024-02-18", vacancy.Eviction),      // after 14; 1 day
		stay("G-2", "E", "2024-02-28", "2024-02-29", "emigrated"),           // after 10; 1 day, unknown reason
		stay("G-3", "F", "2024-02-20", "", ""),                              // the unit's first
	}
	f := vacancy.Turnover(units, stays, vacancy.Period{From: date("2024-02-01"), To: date("2024-03-01")})
	wantOuts := map[vacancy.Reason]int{"private_rental": 1, "purchase": 0, "other_municipal": 0, "left_municipality": 0, "other": 2, "eviction": 1}
	if !reflect.DeepEqual(f.OutsByReason, wantOuts) {
		t.Errorf("outs by reason %v, want %v", f.OutsByReason, wantOuts)
	}
	if f.MovedToOwnHome != 1 {
		t.Errorf("moved to own home %d, want 1", f.MovedToOwnHome)
	}
	if f.MedianVoidDays == nil || *f.MedianVoidDays != 10 {
		t.Errorf("median void days %v, want 10", f.MedianVoidDays)
	}
	if f.MedianStayDays == nil || *f.MedianStayDays != 16.5 {
		t.Errorf("median stay days %v, want 16.5", f.MedianStayDays)
	}
}

func TestRatesHaveSixDecimalsTiesToEven(t *testing.T) {
	// 127 of 128 unit-days occupied: 1/128 = 0.0078125 exactly.
	units := []vacancy.Unit{unit("G-1", "2024-01-01", "2024-05-08")}
	stays := []vacancy.Occupancy{stay("G-1", "A", "2024-01-02", "", "")}
	f := vacancy.Turnover(units, stays, vacancy.Period{From: date("2024-01-01"), To: date("2024-05-08")})
	if f.AvailableUnitDays != 128 || f.VacancyRate == nil || *f.VacancyRate != 0.007812 {
		t.Errorf("vacancy rate %v of %d unit-days, want 0.007812 of 128", f.VacancyRate, f.AvailableUnitDays)
	}
}

func TestMovements(t *testing.T) {
	units := []vacancy.Unit{unit("G-1", "2024-01-01", ""), unit("G-2", "2024-01-01", "")}
	stays := []vacancy.Occupancy{
		stay("G-1", "B", "2024-02-15", "", ""),
		stay("G-1", "A", "2024-01-10", "2024-02-15", ""),
		stay("G-2", "C", "2024-02-15", "2024-03-01", "death"),
	}
	stays[0].Persons = ptr(4)
	got := vacancy.Movements(units, stays, vacancy.MonthPeriod(civil.Month{First: date("2024-02-01")}))
	want := []vacancy.Movement{
		{Date: date("2024-02-15"), Direction: vacancy.Out, UnitRef: "G-1", HouseholdRef: "A", Reason: vacancy.OtherReason, StayDays: ptr(36)},
		{Date: date("2024-02-15"), Direction: vacancy.In, UnitRef: "G-1", HouseholdRef: "B", Persons: ptr(4), VoidDays: ptr(0)},
		{Date: date("2024-02-15"), Direction: vacancy.In, UnitRef: "G-2", HouseholdRef: "C"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("movements\n got %+v\nwant %+v", got, want)
	}
}

func TestVoids(t *testing.T) {
	rented := unit("G-1", "2024-01-01", "2024-04-01")
	rented.Rent = ptr(9300)
	units := []vacancy.Unit{rented, unit("G-2", "2024-01-16", "")}
	stays := []vacancy.Occupancy{
		stay("G-1", "A", "2024-01-01", "2024-01-22", "other"), // then empty 10 days of January, 9 of February
		stay("G-1", "B", "2024-02-10", "2024-03-21", "other"), // then empty 11 days of March, to the end of service
		stay("G-2", "C", "2024-04-02", "", ""),
	}
	for _, tc := range []struct {
		from, to string
		want     []vacancy.Void
	}{
		{"2024-01-01", "2024-02-01", []vacancy.Void{
			{UnitRef: "G-1", From: date("2024-01-22"), DaysInPeriod: 10, DaysSoFar: 10, Rent: ptr(9300), Cost: ptr(3000)},
			{UnitRef: "G-2", From: date("2024-01-16"), DaysInPeriod: 16, DaysSoFar: 16},
		}},
		{"2024-02-01", "2024-03-01", []vacancy.Void{
			{UnitRef: "G-1", From: date("2024-01-22"), To: date("2024-02-10"), DaysInPeriod: 9, DaysSoFar: 19, Rent: ptr(9300), Cost: ptr(2886)}, // 9300*9/29
			{UnitRef: "G-2", From: date("2024-01-16"), DaysInPeriod: 29, DaysSoFar: 45},
		}},
		{"2024-02-09", "2024-02-10", []vacancy.Void{ // the move-in is after the close: still empty then
			{UnitRef: "G-1", From: date("2024-01-22"), DaysInPeriod: 1, DaysSoFar: 19, Rent: ptr(9300), Cost: ptr(321)},
			{UnitRef: "G-2", From: date("2024-01-16"), DaysInPeriod: 1, DaysSoFar: 25},
		}},
		{"2024-03-01", "2024-04-30", []vacancy.Void{
			{UnitRef: "G-1", From: date("2024-03-21"), To: date("2024-04-01"), DaysInPeriod: 11, DaysSoFar: 11, Rent: ptr(9300), Cost: ptr(3300)},
			{UnitRef: "G-2", From: date("2024-01-16"), To: date("2024-04-02"), DaysInPeriod: 32, DaysSoFar: 77},
		}},
		{"2024-01-31", "2024-02-02", []vacancy.Void{ // across two months: a day of each
			{UnitRef: "G-1", From: date("2024-01-22"), DaysInPeriod: 2, DaysSoFar: 11, Rent: ptr(9300), Cost: ptr(621)}, // 300 + 320.69
			{UnitRef: "G-2", From: date("2024-01-16"), DaysInPeriod: 2, DaysSoFar: 17},
		}},
	} {
		t.Run(tc.from, func(t *testing.T) {
			got := vacancy.Voids(units, stays, vacancy.Period{From: date(tc.from), To: date(tc.to)})
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("voids\n got %s\nwant %s", show(got), show(tc.want))
			}
		})
	}
}

func show(voids []vacancy.Void) (s string) {
	for _, v := range voids {
		lost := "no rent"
		if v.Cost != nil {
			lost = fmt.Sprint(*v.Cost)
		}
		s += fmt.Sprintf("%s %v-%v %d/%d %s; ", v.UnitRef, v.From, v.To, v.DaysInPeriod, v.DaysSoFar, lost)
	}
	return s
}

func TestCountAt(t *testing.T) {
	units := []vacancy.Unit{unit("G-1", "2024-01-01", ""), unit("G-2", "2024-01-01", ""), unit("G-3", "2024-01-01", "2024-02-01"), unit("G-4", "2024-01-01", "2024-02-01"), unit("G-5", "2024-01-01", "")}
	units[0].Ownership, units[1].Ownership, units[2].Ownership = vacancy.Owned, vacancy.LeasedIn, vacancy.Owned
	stays := []vacancy.Occupancy{
		stay("G-1", "A", "2024-01-10", "", ""), stay("G-5", "A", "2024-01-10", "", ""), // one household in two units
		stay("G-3", "B", "2024-01-10", "", ""), // out of service with someone in it
	}
	stays[0].Persons, stays[2].Persons = ptr(3), ptr(2)
	got := vacancy.NewLedger(units, stays).CountAt(date("2024-02-10"))
	want := vacancy.Counts{
		InService: 3, OccupiedInService: 2, Vacant: 1, NotInService: 2, Owned: 1, LeasedIn: 1,
		Stays: 3, Households: 2, Persons: 5, PersonsUnknown: 1,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if r := got.VacancyRate(); r == nil || *r != 0.333333 {
		t.Errorf("vacancy rate %v, want 0.333333", r)
	}
	if r := got.OwnedShare(); r == nil || *r != 0.333333 {
		t.Errorf("owned share %v, want 0.333333", r)
	}
	if r := (vacancy.Counts{}).VacancyRate(); r != nil {
		t.Errorf("vacancy rate without units %v, want none", *r)
	}
}

func TestFindings(t *testing.T) {
	type key struct {
		code            vacancy.FindingCode
		unit, household string
		other           string
		days            int
	}
	g1 := unit("G-1", "2024-01-01", "2024-03-01")
	for _, tc := range []struct {
		name  string
		units []vacancy.Unit
		stays []vacancy.Occupancy
		want  []key
	}{
		{"sound, end to end", []vacancy.Unit{g1},
			[]vacancy.Occupancy{stay("G-1", "B", "2024-02-01", "2024-03-01", "other"), stay("G-1", "A", "2024-01-01", "2024-02-01", "other")}, nil},
		{"stay of no days inside another is no overlap", []vacancy.Unit{g1},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-01", "2024-02-01", "other"), stay("G-1", "B", "2024-01-05", "2024-01-05", "other")}, nil},
		{"overlap with the one that ends last", []vacancy.Unit{g1},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-01", "2024-02-20", "other"), stay("G-1", "B", "2024-01-05", "2024-01-10", "other"), stay("G-1", "C", "2024-02-01", "2024-02-25", "other")},
			[]key{{vacancy.StayOverlaps, "G-1", "B", "A", 5}, {vacancy.StayOverlaps, "G-1", "C", "A", 19}}},
		{"two open stays overlap without end, and outlast the unit", []vacancy.Unit{g1},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-01", "", ""), stay("G-1", "B", "2024-01-05", "", "")},
			[]key{{vacancy.StayAfterService, "G-1", "A", "", 0}, {vacancy.StayAfterService, "G-1", "B", "", 0}, {vacancy.StayOverlaps, "G-1", "B", "A", 0}}},
		{"before and after service", []vacancy.Unit{g1},
			[]vacancy.Occupancy{stay("G-1", "A", "2023-12-31", "2024-03-04", "other")},
			[]key{{vacancy.StayAfterService, "G-1", "A", "", 3}, {vacancy.StayBeforeService, "G-1", "A", "", 1}}},
		{"reversed, undated, unknown unit, reasons", []vacancy.Unit{g1},
			[]vacancy.Occupancy{stay("G-1", "A", "2024-01-05", "2024-01-04", ""), stay("G-1", "B", "", "2024-01-09", "gone"), stay("G-9", "C", "2024-01-05", "", ""), stay("G-1", "D", "2024-01-05", "2024-01-06", ""), stay("G-1", "E", "2024-01-06", "2024-01-07", "gone")},
			[]key{{vacancy.FromMissing, "G-1", "B", "", 0}, {vacancy.DatesReversed, "G-1", "A", "", 0}, {vacancy.ReasonMissing, "G-1", "D", "", 0}, {vacancy.ReasonUnrecognised, "G-1", "E", "", 0}, {vacancy.UnitUnknown, "G-9", "C", "", 0}}},
		{"units", []vacancy.Unit{g1, g1, unit("G-2", "2024-01-01", "2024-01-01"), {UnitRef: "G-3"}},
			[]vacancy.Occupancy{stay("G-3", "A", "2024-01-05", "", "")},
			[]key{{vacancy.UnitRepeated, "G-1", "", "", 0}, {vacancy.ServiceReversed, "G-2", "", "", 0}, {vacancy.ServiceUnknown, "G-3", "", "", 0}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []key
			for _, f := range vacancy.Findings(tc.units, tc.stays) {
				got = append(got, key{f.Code, f.UnitRef, f.HouseholdRef, f.OtherHouseholdRef, f.Days})
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("findings\n got %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

// FuzzControlLine makes stays of one unit from bytes, three a stay, and holds
// that no dates whatever break the control line or the bounds of the rate.
func FuzzControlLine(f *testing.F) {
	f.Add([]byte{0, 10, 5, 10, 10, 3}, uint8(5), uint8(20))
	f.Add([]byte{9, 0, 1, 9, 4, 2, 9, 9, 8}, uint8(9), uint8(9))
	f.Fuzz(func(t *testing.T, raw []byte, from, to uint8) {
		units := []vacancy.Unit{{UnitRef: "G", InServiceFrom: 20, InServiceTo: 200}}
		var stays []vacancy.Occupancy
		for ; len(raw) >= 3; raw = raw[3:] {
			stays = append(stays, vacancy.Occupancy{UnitRef: "G", HouseholdRef: string(raw[2:3]), From: civil.Date(raw[0]), To: civil.Date(raw[1])})
		}
		g := vacancy.Turnover(units, stays, vacancy.Period{From: civil.Date(from), To: civil.Date(to)})
		if got := g.OpeningOccupied + g.MoveIns - g.MoveOuts; got != g.ClosingOccupied {
			t.Errorf("opening %d + ins %d - outs %d = %d, closing %d", g.OpeningOccupied, g.MoveIns, g.MoveOuts, got, g.ClosingOccupied)
		}
		if g.OccupiedUnitDays < 0 || g.OccupiedUnitDays > g.AvailableUnitDays {
			t.Errorf("occupied unit-days %d of %d", g.OccupiedUnitDays, g.AvailableUnitDays)
		}
	})
}

// twentyYears returns 1,000 units in service for 20 years, each with a new
// household every seven months or so: about 30,000 stays.
func twentyYears() (units []vacancy.Unit, stays []vacancy.Occupancy, months int) {
	r := rand.New(rand.NewPCG(1, 2))
	start := date("2006-01-01")
	end := start.AddMonths(240)
	for i := range 1000 {
		ref := fmt.Sprintf("G-%04d", i)
		units = append(units, vacancy.Unit{UnitRef: ref, InServiceFrom: start, Rent: ptr(9000)})
		for at := start; at < end; {
			o := vacancy.Occupancy{UnitRef: ref, HouseholdRef: fmt.Sprint("H", len(stays)), From: at.AddDays(r.IntN(40)), Reason: vacancy.Reasons[r.IntN(len(vacancy.Reasons))]}
			o.To = o.From.AddDays(30 + r.IntN(400))
			at = o.To
			stays = append(stays, o)
		}
	}
	r.Shuffle(len(stays), func(i, j int) { stays[i], stays[j] = stays[j], stays[i] })
	return units, stays, 240
}

// BenchmarkMonthReport is everything that one month's workbook asks for, from
// unordered facts: the accounts of the month, last month, the month a year ago and
// the year so far, twelve months, movements, voids and the state at close.
func BenchmarkMonthReport(b *testing.B) {
	units, stays, _ := twentyYears()
	month := civil.Month{First: date("2025-06-01")}
	b.ReportAllocs()
	for b.Loop() {
		l := vacancy.NewLedger(units, stays)
		for _, p := range []vacancy.Period{vacancy.MonthPeriod(month), vacancy.MonthPeriod(month.Add(-1)), vacancy.MonthPeriod(month.Add(-12)), {From: date("2025-01-01"), To: month.End()}} {
			l.Account(p)
		}
		l.Series(month.Add(-12), 13)
		l.Movements(vacancy.MonthPeriod(month))
		l.Voids(vacancy.MonthPeriod(month))
		l.CountAt(month.End() - 1)
	}
	b.ReportMetric(float64(len(stays)), "stays")
}

func BenchmarkTurnoverOneMonth(b *testing.B) {
	units, stays, _ := twentyYears()
	p := vacancy.MonthPeriod(civil.Month{First: date("2025-06-01")})
	b.ReportAllocs()
	for b.Loop() {
		vacancy.Turnover(units, stays, p)
	}
}

// BenchmarkSeries240Months is every month of 20 years from unordered facts.
func BenchmarkSeries240Months(b *testing.B) {
	units, stays, months := twentyYears()
	b.ReportAllocs()
	for b.Loop() {
		vacancy.NewLedger(units, stays).Series(civil.Month{First: date("2006-01-01")}, months)
	}
}
