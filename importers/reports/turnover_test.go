package reports_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

func date(s string) civil.Date { return civil.MustParse(s) }

var june = civil.Month{First: civil.MustParse("2024-06-01")}

// history is two and a half years of 25 units, with every reason and both kinds
// of ownership; faulty adds every fault that vacancy.Findings names.
func history(faulty bool) reports.TurnoverInput {
	r := rand.New(rand.NewPCG(7, 7))
	in := reports.TurnoverInput{Municipality: "Rana", Month: june, Made: date("2024-07-02")}
	for i := range 25 {
		u := vacancy.Unit{
			UnitRef: fmt.Sprintf("G-%03d", i+1), Address: fmt.Sprintf("Langnesgata %d", 2*i+1), PostalCode: "0152",
			Ownership: vacancy.Ownerships[i%2], InServiceFrom: date("2022-01-01"),
		}
		if i%4 != 0 {
			rent := 6000 + 250*i
			u.Rent = &rent
		}
		if i == 3 {
			u.InServiceTo = date("2024-06-20")
		}
		in.Units = append(in.Units, u)
		for at := u.InServiceFrom.AddDays(r.IntN(20)); i != 3; {
			o := vacancy.Occupancy{UnitRef: u.UnitRef, HouseholdRef: fmt.Sprintf("H-%03d", len(in.Stays)), From: at}
			if n := r.IntN(6); n > 0 {
				o.Persons = &n
			}
			if to := at.AddDays(20 + r.IntN(300)); to < date("2024-09-01") {
				o.To, o.Reason = to, vacancy.Reasons[r.IntN(len(vacancy.Reasons))]
			}
			in.Stays = append(in.Stays, o)
			if at = o.To.AddDays(r.IntN(60)); o.To.IsZero() {
				break
			}
		}
	}
	if faulty {
		in.Units = append(in.Units, in.Units[0], vacancy.Unit{UnitRef: "X-1"}, vacancy.Unit{UnitRef: "X-2", InServiceFrom: date("2024-01-01"), InServiceTo: date("2024-01-01")})
		in.Stays = append(
			in.Stays,
			vacancy.Occupancy{UnitRef: "nowhere", HouseholdRef: "F-1", From: date("2024-06-03")},
			vacancy.Occupancy{UnitRef: "G-001", HouseholdRef: "F-2"},
			vacancy.Occupancy{UnitRef: "G-001", HouseholdRef: "F-3", From: date("2024-06-03"), To: date("2024-06-01")},
			vacancy.Occupancy{UnitRef: "G-002", HouseholdRef: "F-4", From: date("2024-06-03"), To: date("2024-06-08")},
			vacancy.Occupancy{UnitRef: "G-004", HouseholdRef: "F-5", From: date("2021-06-03"), To: date("2022-02-01"), Reason: "gone"},
			vacancy.Occupancy{UnitRef: "G-004", HouseholdRef: "F-6", From: date("2024-06-18")},
			vacancy.Occupancy{UnitRef: "G-005", HouseholdRef: "F-7", From: date("2022-01-01")},
		)
	}
	if faulty {
		in.Outages = []vacancy.Outage{{UnitRef: "G-001", From: date("2023-01-01"), To: date("2024-06-02"), Reason: vacancy.Damage}, {UnitRef: "G-002", From: date("2024-06-05"), To: date("2024-06-01")}}
		in.Notices = []vacancy.Notice{{UnitRef: "G-005", HouseholdRef: "F-7", Given: date("2024-01-01"), Expected: date("2024-03-01")}, {UnitRef: "G-001", HouseholdRef: "nobody", Given: date("2024-01-01"), Expected: date("2024-03-01")}}
		in.Preparations = []vacancy.Preparation{{UnitRef: "G-005", From: date("2024-01-01")}}
		for _, h := range []string{"R-1", "R-2"} {
			in.Reservations = append(in.Reservations, vacancy.Reservation{UnitRef: "G-006", HouseholdRef: h, From: date("2024-01-01"), Arrival: date("2024-02-01")})
		}
		in.Units = append(in.Units, vacancy.Unit{UnitRef: "X-3", InServiceFrom: date("2023-01-01"), LeaseInEnds: date("2024-05-31")})
	}
	in.Placements = []reports.Placement{
		{Household: "H-001", Persons: 3, Listing: "=1+1", Step: placements.KindDecline, State: placements.Declined, Came: true, Date: date("2024-06-12"), Decline: &placements.Decline{By: placements.ByHousehold, Reason: placements.OtherReason}},
		{Household: "+47", Listing: "-5", Step: placements.KindMoveIn, State: placements.FollowUp, Came: true},
		{Household: "+47", Listing: "-5", Step: placements.KindFollowUp, State: placements.FollowUp}, // a talk: nobody moved in by it
		{Household: "H-002", Persons: 2, Listing: "L-8", Step: placements.KindDecline, State: placements.Declined, Came: true, Decline: &placements.Decline{By: placements.ByLandlord, Reason: placements.OtherReason}},
	}
	in.Waiting = []reports.Waiting{{Bedrooms: 1, Persons: 1, Days: 10}, {Bedrooms: 2, Persons: 3, Days: 40, InUnit: true}, {Bedrooms: 2, Persons: 4, Days: 90, InUnit: true}}
	in.Supply = landlords.SupplyOf([]landlords.Life{
		{Listing: "Storgata 1", Landlord: "a", First: landlords.StatusOpen, Steps: []landlords.LifeStep{{On: date("2024-06-05"), To: landlords.StatusLet, Placed: true}}},
		{Listing: "=2+2", Landlord: "b", Since: date("2024-06-09"), First: landlords.StatusOpen},
	}, june.First, june.End())
	may := vacancy.Occupancy{UnitRef: "G-002", HouseholdRef: "H-9", From: date("2024-05-02"), To: date("2024-05-20"), Reason: vacancy.Purchase, Persons: new(3)}
	later := may
	later.To = date("2024-05-28")
	in.Restated = []reports.Restated{{Month: june.Add(-1), Figures: []vacancy.Restated{{Figure: "occupied_unit_days", Reported: 600, Now: 608}, {Figure: "vacancy_rate", Reported: new(0.2), Now: new(0.18)}},
		Causes: []reports.Cause{
			{Correction: vacancy.Correction{UnitRef: "G-002", HouseholdRef: "H-9", WasStay: &may, IsStay: &later}, By: []reports.Made{{Who: "Kari Nordmann", At: date("2024-06-03").Time()}}},
			{Correction: vacancy.Correction{UnitRef: "G-003", WasUnit: &in.Units[2]}},
			{Correction: vacancy.Correction{UnitRef: "G-003", IsOutage: &vacancy.Outage{UnitRef: "G-003", From: date("2024-05-02"), Reason: vacancy.Pests}}},
		}}, {Month: june.Add(-2), Figures: []vacancy.Restated{{Figure: "move_ins", Reported: 2, Now: 1}}}}
	return in
}

func turnover(w io.Writer, lang i18n.Lang, in reports.TurnoverInput) error {
	m, err := reports.NewMonth(in)
	if err != nil {
		return err
	}
	return m.Turnover(w, lang)
}

func publish(w io.Writer, lang i18n.Lang, in reports.TurnoverInput) error {
	m, err := reports.NewMonth(in)
	if err != nil {
		return err
	}
	return m.Publishable(w, lang)
}

// write returns the workbook and opens it again.
func write(t *testing.T, lang i18n.Lang, in reports.TurnoverInput) ([]byte, *excelize.File) {
	t.Helper()
	var buf bytes.Buffer
	if err := turnover(&buf, lang, in); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes(), open(t, buf.Bytes())
}

func open(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // nothing on disk depends on it
	return f
}

func rows(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	got, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// rowOf returns the cells of the first row that begins with the label.
func rowOf(t *testing.T, rows [][]string, label string) []string {
	t.Helper()
	for _, row := range rows {
		if len(row) > 0 && row[0] == label {
			return row
		}
	}
	t.Fatalf("no row %q", label)
	return nil
}

func TestSummaryHasTheFigures(t *testing.T) {
	in := history(false)
	ledger := in.Ledger()
	months := []civil.Month{june, june.Add(-1), june.Add(-12)}
	columns := []int{1, 2, 4}
	num := func(v any) string {
		switch v := v.(type) {
		case int:
			return strconv.Itoa(v)
		case *float64:
			if v == nil {
				return "–"
			}
			return strconv.FormatFloat(*v, 'f', -1, 64)
		}
		return fmt.Sprint(v)
	}
	for _, lang := range i18n.Langs {
		t.Run(string(lang), func(t *testing.T) {
			_, f := write(t, lang, in)
			got := rows(t, f, lang.T("reports.sheet.summary", nil))[8:] // under the tiles
			for i, m := range months {
				fig, units := ledger.Month(m), ledger.CountAt(m.End()-1)
				want := map[string]any{
					"units_in_service": units.InService, "units_occupied": units.OccupiedInService, "units_vacant": units.Vacant,
					"units_vacancy_rate": units.VacancyRate(), "units_owned_share": units.OwnedShare(),
					"available_unit_days": fig.AvailableUnitDays, "occupied_unit_days": fig.OccupiedUnitDays,
					"void_unit_days": fig.AvailableUnitDays - fig.OccupiedUnitDays, "vacancy_rate": fig.VacancyRate,
					"opening_occupied": fig.OpeningOccupied, "move_ins": fig.MoveIns, "move_outs": fig.MoveOuts,
					"closing_occupied": fig.ClosingOccupied, "control_line": 0, "turnover_rate": fig.TurnoverRate,
					"moved_to_own_home": fig.MovedToOwnHome, "median_void_days": fig.MedianVoidDays, "median_stay_days": fig.MedianStayDays,
					"households": units.Households, "persons": units.Persons,
				}
				for reason, n := range fig.OutsByReason {
					want["out_"+string(reason)] = n
				}
				for key, v := range want {
					label := lang.T("reports.figure."+key, nil)
					if cell := rowOf(t, got, label)[columns[i]]; cell != num(v) {
						t.Errorf("%v %s = %s, want %s", m, label, cell, num(v))
					}
				}
			}
			if cell := rowOf(t, got, lang.T("reports.figure.move_ins", nil)); cell[3] != num(atoi(t, cell[1])-atoi(t, cell[2])) {
				t.Errorf("change of move-ins %s from %s to %s", cell[3], cell[2], cell[1])
			}
			rowOf(t, got, lang.T("reports.verdict.good", nil))
		})
	}
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSheetsListWhatIsBehindTheFigures(t *testing.T) {
	in := history(false)
	ledger := in.Ledger()
	p := vacancy.MonthPeriod(june)
	_, f := write(t, i18n.English, in)
	serial := func(d civil.Date) string { return strconv.Itoa(int(d - date("1899-12-30"))) }

	moves := rows(t, f, "Movements")[4:]
	if want := ledger.Movements(p); len(moves) != len(want) {
		t.Errorf("%d movements, want %d", len(moves), len(want))
	} else {
		for i, m := range want {
			direction := map[vacancy.Direction]string{vacancy.In: "In", vacancy.Out: "Out"}[m.Direction]
			if got := moves[i][:3]; got[0] != serial(m.Date) || got[1] != direction || got[2] != m.UnitRef || moves[i][4] != m.HouseholdRef {
				t.Errorf("movement %d is %v, want %+v", i, moves[i], m)
			}
		}
	}

	voids := rows(t, f, "Voids")[4:]
	want := ledger.Voids(p)
	if len(voids) != len(want)+1 {
		t.Fatalf("%d rows of voids, want %d and the sum", len(voids), len(want))
	}
	days, last := 0, math.MaxInt
	for _, row := range voids[:len(want)] {
		days += atoi(t, row[5])
		if so := atoi(t, row[6]); so > last {
			t.Errorf("a void of %d days stands under one of %d", so, last)
		} else {
			last = so
		}
	}
	if total := atoi(t, voids[len(want)][5]); total != days {
		t.Errorf("void days sum to %d, the total says %d", days, total)
	}

	units := rows(t, f, "Units")[4:]
	for i, s := range ledger.StateAt(p.To - 1) {
		status := map[vacancy.Status]string{vacancy.Occupied: "Occupied", vacancy.Vacant: "Vacant", vacancy.NotInService: "Not in service"}[s.Status]
		if row := units[i]; row[0] != s.UnitRef || row[2] != "0152" || row[6] != status {
			t.Errorf("unit %d is %v, want %s %s", i, row, s.UnitRef, status)
		}
	}
}
