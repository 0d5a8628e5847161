package demo

import (
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

func TestHistoryHoldsTogether(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		for _, f := range vacancy.Findings(d.Units, d.Occupancies) {
			t.Errorf("%+v", f)
		}
		for _, u := range d.Units {
			switch {
			case u.InServiceFrom >= on || u.InServiceTo > on:
				t.Errorf("%s is not known yet: %+v", u.UnitRef, u)
			case u.Ownership == vacancy.Owned && (u.LeaseInEnds != 0 || u.InServiceTo != 0):
				t.Errorf("%s is owned and leased: %+v", u.UnitRef, u)
			case u.InServiceTo != 0 && u.LeaseInEnds != u.InServiceTo-1:
				t.Errorf("%s: out of service on %s, the lease ended on %s", u.UnitRef, u.InServiceTo, u.LeaseInEnds)
			}
		}
		for _, o := range d.Occupancies {
			switch {
			case o.From >= on || o.To > on:
				t.Errorf("%s lies ahead of %s", o.Key(), on)
			case o.To != 0 && o.To < on.AddMonths(-24):
				t.Errorf("%s ended on %s, before the history", o.Key(), o.To)
			case o.To != 0 && o.To-o.From < 20:
				t.Errorf("%s lasted %d days", o.Key(), o.To-o.From)
			}
		}
	})
}

func TestTurnoverIsPlausible(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		ledger := vacancy.NewLedger(d.Units, d.Occupancies)
		both := ledger.Turnover(vacancy.Period{From: on.AddMonths(-24), To: on})
		year := ledger.Turnover(vacancy.Period{From: on.AddMonths(-12), To: on})
		for _, b := range []struct {
			what           string
			got, low, high float64
		}{
			{"vacancy in two years", *both.VacancyRate, 0.04, 0.10},
			{"vacancy in one year", *year.VacancyRate, 0.04, 0.10},
			{"vacancy today", *ledger.CountAt(on).VacancyRate(), 0.04, 0.10},
			{"turnover in one year", *year.TurnoverRate, 0.3, 0.7},
			{"share to own homes", float64(year.MovedToOwnHome) / float64(year.MoveOuts), 0.34, 0.46},
			{"median void, days", *both.MedianVoidDays, 20, 60},
			{"median stay, days", *both.MedianStayDays, 400, 900},
			{"voids now", float64(len(ledger.Voids(vacancy.Period{From: on - 30, To: on}))), 6, 20},
		} {
			if b.got < b.low || b.got > b.high {
				t.Errorf("%s: got %.3f, want %g to %g", b.what, b.got, b.low, b.high)
			}
		}

		// The control line of every month, and from one month to the next.
		months := ledger.Series(civil.MonthOf(on).Add(-24), 24)
		for i, m := range months {
			if m.OpeningOccupied+m.MoveIns-m.MoveOuts != m.ClosingOccupied {
				t.Errorf("%s: %d + %d - %d is not %d", m.Month, m.OpeningOccupied, m.MoveIns, m.MoveOuts, m.ClosingOccupied)
			}
			if i > 0 && m.OpeningOccupied != months[i-1].ClosingOccupied {
				t.Errorf("%s opens with %d, the month before closed with %d", m.Month, m.OpeningOccupied, months[i-1].ClosingOccupied)
			}
			if *m.VacancyRate > 0.18 {
				t.Errorf("%s: %.3f vacant", m.Month, *m.VacancyRate)
			}
		}
		open := count(d.Occupancies, func(o vacancy.Occupancy) bool { return o.To.IsZero() })
		if both.ClosingOccupied != open {
			t.Errorf("closes with %d, but %d stays last", both.ClosingOccupied, open)
		}
	})
}
