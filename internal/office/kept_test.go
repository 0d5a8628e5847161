package office_test

import (
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// What is kept of Today is given again for as long as only the trail grows, and
// read anew after anything that it shows, in this process or another, and as time
// goes by.
func TestTodayFollowsTheStore(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	db := todayStore(t)
	open := func() *office.Office {
		return office.New(db, office.Config{Municipality: "1833", Now: func() time.Time { return now }})
	}
	o, other := open(), open()
	if err := o.Fill(t.Context(), demo.Municipality(o.Today(), 1), "test"); err != nil {
		t.Fatal(err)
	}
	waits := func() *office.Today {
		t.Helper()
		w, err := o.Waits(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	first := waits()
	err := db.Update(t.Context(), "1833", func(tx *storage.Tx) error {
		return audit.Write(tx, now, audit.Entry{Who: "somebody", What: audit.Read, Register: "households", Key: "H-1"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if waits() != first {
		t.Error("Today was read anew after a look at a household")
	}
	if _, err := other.CreateListing(t.Context(), landlords.Listing{Address: "Nygata 1", Status: landlords.StatusSubmitted}, "test"); err != nil {
		t.Fatal(err)
	}
	if got, want := len(waits().Waiting[office.WaitingSubmission]), len(first.Waiting[office.WaitingSubmission])+1; got != want {
		t.Errorf("got %d submissions after another process took one, want %d", got, want)
	}
	saved, err := o.CreateHousehold(t.Context(), households.Household{Ref: "H-new", Adults: 1, ReadyDate: civil.MustParse("2026-01-01")}, "test")
	if err != nil {
		t.Fatal(err)
	}
	stale := func() (found bool) {
		for _, w := range waits().Waiting[office.WaitingStale] {
			found = found || w.ID == saved.ID && w.Due == civil.MustParse("2026-12-01")
		}
		return found
	}
	if stale() {
		t.Error("a household made today is stale")
	}
	now = now.AddDate(0, 0, 90)
	if !stale() {
		t.Error("a household that nobody has touched for 90 days is not stale")
	}
	units := waits().Units.InService
	if _, err := other.CreateUnit(t.Context(), vacancy.Unit{UnitRef: "G-new", InServiceFrom: civil.MustParse("2026-01-01")}, "test"); err != nil {
		t.Fatal(err)
	}
	if got := waits().Units.InService; got != units+1 {
		t.Errorf("got %d units in service, want %d", got, units+1)
	}
}
