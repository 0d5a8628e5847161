package office_test

import (
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// TestDaysWhereTheClocksChange makes months around the nights in which Norway's clocks
// change, and around a leap day, by a server in UTC: a month ends at midnight in
// Norway, and each of its days counts once.
func TestDaysWhereTheClocksChange(t *testing.T) {
	c, ctx := newClocked(t, "2024-01-01"), t.Context()
	c.addUnit(t, "G-1", "2024-01-01")
	_, err := c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: "H-1", From: date("2024-02-29")}, "kari")
	must(t, err)
	for _, tc := range []struct {
		month               string
		before, at          string // the last moment of the month, and the first after it, in UTC
		available, occupied int
	}{
		{"2024-02", "2024-02-29T22:59:59Z", "2024-02-29T23:00:00Z", 29, 1},
		{"2024-03", "2024-03-31T21:59:59Z", "2024-03-31T22:00:00Z", 31, 31}, // the clocks went forward on the last day
		{"2024-10", "2024-10-31T22:59:59Z", "2024-10-31T23:00:00Z", 31, 31}, // and back on the 27th
	} {
		moment := func(s string) *office.Office {
			now, err := time.Parse(time.RFC3339, s)
			must(t, err)
			return office.New(c.db, office.Config{Municipality: "1833", Now: func() time.Time { return now }})
		}
		m, err := civil.ParseMonth(tc.month)
		must(t, err)
		if _, err := moment(tc.before).MonthlyReport(ctx, m, office.Mailing{Lang: i18n.Bokmal}, "system"); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%s at %s: %v, want it to be too early", tc.month, tc.before, err)
		}
		if made, err := moment(tc.at).MonthlyReport(ctx, m, office.Mailing{Lang: i18n.Bokmal}, "system"); !made || err != nil {
			t.Errorf("%s at %s: %v, %v", tc.month, tc.at, made, err)
		}
		f, err := c.Turnover(ctx, m)
		must(t, err)
		if f.AvailableUnitDays != tc.available || f.OccupiedUnitDays != tc.occupied {
			t.Errorf("%s has %d days, %d occupied", tc.month, f.AvailableUnitDays, f.OccupiedUnitDays)
		}
	}
}
