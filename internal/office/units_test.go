package office_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
)

// clocked is an office whose day the test sets.
type clocked struct {
	*office.Office
	db    *storage.DB
	today civil.Date
}

func newClocked(t *testing.T, today string) *clocked {
	t.Helper()
	all := slices.Concat(office.Collections, outbox.Collections, jobs.Collections, links.Collections)
	db := sqlitetest.New(t, all...)
	c := &clocked{db: db, today: civil.MustParse(today)}
	c.Office = office.New(db, office.Config{Municipality: "1833", Name: "Rana", Now: func() time.Time { return c.today.Time().Add(9 * time.Hour) }})
	return c
}

func date(s string) civil.Date { return civil.MustParse(s) }

// errOf drops what was saved.
func errOf[T any](_ T, err error) error { return err }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (c *clocked) addUnit(t *testing.T, ref, from string) {
	t.Helper()
	_, err := c.CreateUnit(t.Context(), vacancy.Unit{UnitRef: ref, InServiceFrom: date(from), Ownership: vacancy.Owned}, "kari")
	must(t, err)
}

// TestLifeOfAUnit walks a unit through every phase and looks at its timeline.
func TestLifeOfAUnit(t *testing.T) {
	c, ctx := newClocked(t, "2026-01-01"), t.Context()
	c.addUnit(t, "G-1", "2026-01-01")
	must(t, c.Reserve(ctx, vacancy.Reservation{UnitRef: "G-1", HouseholdRef: "H-1", From: date("2026-01-05"), Arrival: date("2026-01-20")}, "kari"))
	_, err := c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-1", From: date("2026-01-20")}, "kari")
	must(t, err)
	must(t, c.GiveNotice(ctx, vacancy.Notice{UnitRef: "G-1", Given: date("2026-02-01"), Expected: date("2026-03-01")}, "kari"))
	must(t, c.WithdrawNotice(ctx, "G-1", date("2026-02-10"), "kari"))
	must(t, c.GiveNotice(ctx, vacancy.Notice{UnitRef: "G-1", Given: date("2026-03-01"), Expected: date("2026-04-01")}, "kari"))
	must(t, errOf(c.MoveOut(ctx, "G-1", date("2026-04-02"), vacancy.Purchase, "kari")))
	must(t, c.ReadyAgain(ctx, "G-1", date("2026-04-10"), "kari"))
	must(t, c.TakeOutOfOrder(ctx, vacancy.Outage{UnitRef: "G-1", From: date("2026-04-15"), Reason: vacancy.Damage}, "kari"))
	must(t, c.PutInOrder(ctx, "G-1", date("2026-05-01"), "kari"))
	_, err = c.CloseUnit(ctx, "G-1", date("2026-06-01"), "kari")
	must(t, err)
	h, err := c.History(ctx)
	must(t, err)
	var got []string
	for _, s := range h.Timelines(vacancy.Period{From: date("2026-01-01"), To: date("2026-07-01")})[0].Segments {
		got = append(got, fmt.Sprint(s.Phase, " ", s.From))
	}
	want := []string{
		"vacant 2026-01-01", "reserved 2026-01-05", "occupied 2026-01-20", "notice_given 2026-02-01", "occupied 2026-02-10", "notice_given 2026-03-01",
		"making_ready 2026-04-02", "vacant 2026-04-10", "out_of_order 2026-04-15", "vacant 2026-05-01", "closed 2026-06-01",
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("timeline\n got %v\nwant %v", got, want)
	}
}

func TestUnitRefusals(t *testing.T) {
	c, ctx := newClocked(t, "2026-01-01"), t.Context()
	c.addUnit(t, "G-1", "2026-01-01")
	_, err := c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-1", From: date("2026-01-20")}, "kari")
	must(t, err)
	second := vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-2", From: date("2026-01-21")}
	_, doubled := c.MoveIn(ctx, second, "kari")
	must(t, c.TakeOutOfOrder(ctx, vacancy.Outage{UnitRef: "G-1", From: date("2026-01-05"), Reason: vacancy.Pests}, "kari"))
	for name, tc := range map[string]struct {
		err  error
		want apperr.Code
	}{
		"second open stay":       {doubled, apperr.Duplicate},
		"unknown unit":           {errOf(c.MoveOut(ctx, "G-9", date("2026-02-01"), vacancy.Purchase, "kari")), apperr.NotFound},
		"out before in":          {errOf(c.MoveOut(ctx, "G-1", date("2026-01-02"), vacancy.Purchase, "kari")), apperr.Invalid},
		"no reason":              {errOf(c.MoveOut(ctx, "G-1", date("2026-02-01"), "", "kari")), apperr.Invalid},
		"out of order twice":     {c.TakeOutOfOrder(ctx, vacancy.Outage{UnitRef: "G-1", From: date("2026-01-06"), Reason: vacancy.Pests}, "kari"), apperr.Conflict},
		"in order before it was": {c.PutInOrder(ctx, "G-1", date("2026-01-04"), "kari"), apperr.Invalid},
		"no notice to withdraw":  {c.WithdrawNotice(ctx, "G-1", date("2026-02-01"), "kari"), apperr.Conflict},
		"not being made ready":   {c.ReadyAgain(ctx, "G-1", date("2026-02-01"), "kari"), apperr.Conflict},
		"reservation of nobody":  {c.Reserve(ctx, vacancy.Reservation{UnitRef: "G-1", From: 1, Arrival: 2}, "kari"), apperr.Invalid},
	} {
		if apperr.CodeOf(tc.err) != tc.want {
			t.Errorf("%s: %v, want %s", name, tc.err, tc.want)
		}
	}
}

// TestAYearOfDailyUse lets an office work every day of a leap year and counts along in
// the plainest way; each month's report must say the same, also when it is made after
// the process was down for months.
func TestAYearOfDailyUse(t *testing.T) {
	c, ctx := newClocked(t, "2024-01-01"), t.Context()
	r := rand.New(rand.NewPCG(24, 1))
	const units = 12
	lives := map[string]string{} // unit -> household
	for i := range units {
		c.addUnit(t, fmt.Sprint("G-", i), "2024-01-01")
	}
	type count struct{ ins, outs, available, occupied int }
	months := map[string]*count{}
	downSince := map[string]bool{} // units out of order
	household := 0
	for ; c.today < date("2025-01-01"); c.today++ {
		month := civil.MonthOf(c.today).String()
		if months[month] == nil {
			months[month] = &count{}
		}
		now := months[month]
		for i := range units {
			ref := fmt.Sprint("G-", i)
			switch x := r.IntN(100); {
			case lives[ref] != "" && x < 2:
				must(t, errOf(c.MoveOut(ctx, ref, c.today, vacancy.Reasons[r.IntN(len(vacancy.Reasons))], "kari")))
				lives[ref] = ""
				now.outs++
			case lives[ref] == "" && !downSince[ref] && x < 10:
				household++
				lives[ref] = fmt.Sprint("H-", household)
				_, err := c.MoveIn(ctx, vacancy.Occupancy{UnitRef: ref, HouseholdRef: lives[ref], From: c.today}, "kari")
				must(t, err)
				now.ins++
			case lives[ref] == "" && !downSince[ref] && x == 10:
				must(t, c.TakeOutOfOrder(ctx, vacancy.Outage{UnitRef: ref, From: c.today, Reason: vacancy.Renovation}, "kari"))
				downSince[ref] = true
			case downSince[ref] && x < 10:
				must(t, c.PutInOrder(ctx, ref, c.today, "kari"))
				downSince[ref] = false
			}
			if !downSince[ref] {
				now.available++
				if lives[ref] != "" {
					now.occupied++
				}
			}
		}
		// The report's job ran on the first of each month until it stood still from May to September.
		if _, _, day := c.today.YMD(); day == 1 && c.today > date("2024-01-01") && (c.today < date("2024-05-01") || c.today > date("2024-09-30")) {
			_, err := c.MonthlyReports(ctx, office.Mailing{Lang: i18n.Bokmal, To: []string{"leder@example.org"}, Link: "https://bolig.example.org"}, "system")
			must(t, err)
		}
	}
	c.today = date("2025-01-01")
	_, err := c.MonthlyReports(ctx, office.Mailing{Lang: i18n.Bokmal}, "system")
	must(t, err)
	sent, err := c.SentMonths(ctx)
	must(t, err)
	if len(sent) != 12 {
		t.Fatalf("%d months were sent, want 12", len(sent))
	}
	for _, s := range sent {
		f, want := s.Report.Month.Figures, months[s.Month]
		if got := (count{f.MoveIns, f.MoveOuts, f.AvailableUnitDays, f.OccupiedUnitDays}); got != *want {
			t.Errorf("%s: %+v, counted day by day %+v", s.Month, got, *want)
		}
	}
}

func TestAMonthIsFrozenOnce(t *testing.T) {
	c, ctx := newClocked(t, "2026-03-02"), t.Context()
	c.addUnit(t, "G-1", "2026-01-01")
	_, err := c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-1", From: date("2026-01-20")}, "kari")
	must(t, err)
	must(t, errOf(c.MoveOut(ctx, "G-1", date("2026-02-10"), vacancy.Purchase, "kari")))
	february := civil.MonthOf(date("2026-02-01"))
	mail := office.Mailing{Lang: i18n.English, To: []string{"leder@example.org"}, Link: "https://bolig.example.org"}
	if _, err := c.MonthlyReport(ctx, february.Add(1), mail, "system"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("a month that goes on: %v", err)
	}
	for i, want := range []bool{true, false} {
		made, err := c.MonthlyReport(ctx, february, mail, "system")
		if err != nil || made != want {
			t.Errorf("time %d: made %v, %v", i+1, made, err)
		}
	}
	for _, v := range []office.Variant{office.Full, office.Publishable} {
		if kept, err := c.KeptReport(ctx, february, v, i18n.English); err != nil || len(kept.Workbook) < 4000 {
			t.Errorf("%s: %d bytes, %v", v, len(kept.Workbook), err)
		}
	}
	var letters []outbox.Message
	must(t, c.db.View(ctx, "1833", func(tx *storage.Tx) error {
		for rec, err := range outbox.Letters.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			letters = append(letters, rec.Value.Message)
		}
		return nil
	}))
	if len(letters) != 1 || !strings.Contains(letters[0].Text, "https://bolig.example.org/reports/turnover?month=2026-02") || strings.Contains(letters[0].Text, "H-1") {
		t.Errorf("letters %+v", letters)
	}

	restated, err := c.Restated(ctx, february)
	if err != nil || len(restated.Figures) != 0 {
		t.Errorf("before any correction: %+v, %v", restated.Figures, err)
	}
	stays, err := c.Stays(ctx, "G-1")
	must(t, err)
	corrected := stays[0].Value.Record
	corrected.To = date("2026-03-01")
	c.today++
	_, err = c.EditOccupancy(ctx, office.Edit[vacancy.Occupancy]{ID: stays[0].ID, Version: stays[0].Version, Record: corrected}, "ola")
	must(t, err)
	restated, err = c.Restated(ctx, february)
	must(t, err)
	if len(restated.Figures) == 0 || restated.Figures[0].Figure != "move_outs" || len(restated.Why) != 1 || restated.Why[0].WasStay.To != date("2026-02-10") {
		t.Errorf("restated %+v because of %+v", restated.Figures, restated.Why)
	}
	trail := restated.Why[0].Events
	if len(trail) != 1 || trail[0].Who != "ola" || len(trail[0].Personal.Changes) != 1 || trail[0].Personal.Changes[0].Stored != "2026-02-10" {
		t.Errorf("trail %+v", trail)
	}
}

func TestForecastKnowsItsPlan(t *testing.T) {
	c, ctx := newClocked(t, "2026-03-02"), t.Context()
	c.addUnit(t, "G-1", "2026-01-01")
	april := civil.MonthOf(date("2026-04-01"))
	plan := func(n int) error { return c.Plan(ctx, forecast.Planned{Month: april, Households: n}, "kari") }
	must(t, plan(1))
	must(t, plan(3))
	if err := plan(-1); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("a plan below 0: %v", err)
	}
	f, _, err := c.Forecast(ctx, 2)
	must(t, err)
	if m := f.Months[0]; m.Planned != 3 || m.Free.High != -2 || m.Placements != 2 {
		t.Errorf("got %+v", m)
	}
}
