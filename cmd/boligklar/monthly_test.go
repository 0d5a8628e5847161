package main

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/config"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// TestTheMonthIsMadeOnceAmongProcesses runs three processes on one store over the turn
// of months, lets them stand still for a quarter of a year and runs them again: each month is made once,
// each reader told once, and by mail goes nothing but a link that asks for signing in.
func TestTheMonthIsMadeOnceAmongProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		oslo, err := time.LoadLocation("Europe/Oslo")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "store.db")
		a := &app{lang: i18n.English, now: time.Now, config: config.Config{Municipality: "1833", PublicURL: "https://bolig.example.org", ReportTo: []string{"a@example.org", "b@example.org"}}}
		db := sqlitetest.Open(t, path, collections...)
		o := a.office(db)
		if _, err := o.CreateUnit(t.Context(), vacancy.Unit{UnitRef: "G-1", InServiceFrom: civil.MustParse("1999-06-01")}, "kari"); err != nil {
			t.Fatal(err)
		}
		if _, err := o.MoveIn(t.Context(), vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "HUSSTAND-1", From: civil.MustParse("1999-12-10")}, "kari"); err != nil {
			t.Fatal(err)
		}
		until := func(day string) {
			at, err := time.ParseInLocation("2006-01-02 15:04", day, oslo)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Until(at)) // the bubble's clock
		}
		processes := func() (stop func()) {
			var stops []func()
			for range 3 {
				own := sqlitetest.Open(t, path, collections...)
				_, stop := jobs.Start(t.Context(), jobs.Config{DB: own, Municipality: "1833", Zone: oslo}, a.monthlyReports(a.office(own)))
				stops = append(stops, stop)
			}
			return func() {
				for _, stop := range stops {
					stop()
				}
			}
		}
		sent := func() (months []string) {
			all, err := o.SentMonths(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range all {
				months = append(months, s.Month)
			}
			return months
		}
		stop := processes() // on 1 January 2000, and the clocks change on 26 March
		until("2000-02-01 05:59")
		if got := sent(); strings.Join(got, " ") != "1999-12" {
			t.Errorf("before six on the first: %v", got)
		}
		until("2000-02-01 06:30")
		if got := sent(); strings.Join(got, " ") != "1999-12 2000-01" {
			t.Errorf("after six on the first: %v", got)
		}
		stop()
		until("2000-05-15 12:00") // nobody runs
		stop = processes()
		time.Sleep(time.Hour)
		stop()
		if got := sent(); strings.Join(got, " ") != "1999-12 2000-01 2000-02 2000-03 2000-04" {
			t.Errorf("after standing still: %v", got)
		}
		march, err := o.KeptReport(t.Context(), civil.MonthOf(civil.MustParse("2000-03-01")), office.Full, i18n.Nynorsk)
		if err != nil || len(march.Workbook) == 0 {
			t.Errorf("March in nynorsk: %v", err)
		}
		letters := map[string]int{}
		err = db.View(t.Context(), "1833", func(tx *storage.Tx) error {
			for rec, err := range outbox.Letters.Find(tx, storage.Query{}) {
				if err != nil {
					return err
				}
				m := rec.Value.Message
				letters[m.To]++
				if m.Channel != outbox.Email || !strings.Contains(m.Text, "https://bolig.example.org/reports/turnover?month=") || strings.Contains(m.Title+m.Text, "HUSSTAND") || strings.Contains(m.Text, "G-1") {
					t.Errorf("a letter says %+v", m)
				}
			}
			return nil
		})
		if err != nil || letters["a@example.org"] != 5 || letters["b@example.org"] != 5 {
			t.Errorf("letters %v, %v; want 5 to each", letters, err)
		}
		// The day is Norway's: half past midnight there is still yesterday in UTC.
		late := office.New(db, office.Config{Municipality: "1833", Now: func() time.Time { return time.Date(2026, 6, 30, 22, 30, 0, 0, time.UTC) }})
		if got := late.Today(); got != civil.MustParse("2026-07-01") {
			t.Errorf("today is %v, want 2026-07-01", got)
		}
	})
}
