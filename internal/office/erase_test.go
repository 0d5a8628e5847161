package office_test

import (
	"archive/zip"
	"bytes"
	"io"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
	"github.com/boligklar/boligklar/matching/placements"
)

// TestErasureLeavesTheFigures erases a household from a store with sent months, and
// looks for it in every document and workbook; the figures, frozen and now, stay.
func TestErasureLeavesTheFigures(t *testing.T) {
	c, ctx := newClocked(t, "2026-04-02"), t.Context()
	const secret = "HUSSTAND-77"
	id := c.addSecretHousehold(t, secret)
	c.addUnit(t, "G-1", "2026-01-01")
	c.addUnit(t, "G-2", "2026-01-01")
	must(t, c.Reserve(ctx, vacancy.Reservation{UnitRef: "G-1", HouseholdRef: secret, From: date("2026-01-02"), Arrival: date("2026-01-10")}, "kari"))
	_, err := c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: secret, From: date("2026-01-10")}, "kari")
	must(t, err)
	if err := c.EraseHousehold(ctx, id, 0, "kari"); apperr.CodeOf(err) != apperr.Invalid {
		t.Fatalf("a household that lives there: %v", err)
	}
	must(t, c.GiveNotice(ctx, vacancy.Notice{UnitRef: "G-1", Given: date("2026-01-20"), Expected: date("2026-02-10")}, "kari"))
	must(t, errOf(c.MoveOut(ctx, "G-1", date("2026-02-10"), vacancy.OtherMunicipal, "kari")))
	_, err = c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-2", HouseholdRef: secret, From: date("2026-02-10")}, "kari")
	must(t, err)
	must(t, errOf(c.MoveOut(ctx, "G-2", date("2026-03-10"), vacancy.Purchase, "kari")))
	mail := office.Mailing{Lang: i18n.Bokmal}
	for m := civil.MonthOf(date("2026-01-01")); m.First < date("2026-04-01"); m = m.Add(1) {
		_, err := c.MonthlyReport(ctx, m, mail, "system")
		must(t, err)
	}
	before, err := c.AccountOf(ctx, vacancy.Period{From: date("2026-01-01"), To: date("2026-04-01")}, "")
	must(t, err)
	yearBefore, err := c.YearEnd(ctx, 2026)
	must(t, err)

	cohort, err := c.Programme(ctx, civil.MonthOf(date("2026-01-01")), civil.MonthOf(date("2026-12-01")))
	must(t, err)
	if cohort.Total.Households != 1 {
		t.Fatalf("the cohort counts %d households, want the one", cohort.Total.Households)
	}

	must(t, c.EraseHousehold(ctx, id, 0, "kari"))
	if kept, err := c.Programme(ctx, civil.MonthOf(date("2026-01-01")), civil.MonthOf(date("2026-12-01"))); err != nil || !reflect.DeepEqual(kept, cohort) {
		t.Errorf("the programme's figures are %+v, %v, and were %+v", kept, err, cohort)
	}
	c.namedNowhere(t, secret, "Fatima Prøve", "90807060")
	after, err := c.AccountOf(ctx, vacancy.Period{From: date("2026-01-01"), To: date("2026-04-01")}, "")
	must(t, err)
	yearAfter, err := c.YearEnd(ctx, 2026)
	must(t, err)
	if !reflect.DeepEqual(before, after) || !reflect.DeepEqual(yearBefore, yearAfter) {
		t.Errorf("the figures are\n%+v\n%+v\nand were\n%+v\n%+v", after, yearAfter, before, yearBefore)
	}
	for m := civil.MonthOf(date("2026-01-01")); m.First < date("2026-04-01"); m = m.Add(1) {
		if r, err := c.Restated(ctx, m); err != nil || len(r.Figures) != 0 || len(r.Why) != 0 {
			t.Errorf("%v is restated by the erasure: %+v, %v", m, r, err)
		}
		if _, err := c.KeptReport(ctx, m, office.Full, i18n.Bokmal); apperr.CodeOf(err) != apperr.NotFound {
			t.Errorf("%v: the office's workbook is kept: %v", m, err)
		}
		kept, err := c.KeptReport(ctx, m, office.Publishable, i18n.Bokmal)
		must(t, err)
		holdsNot(t, kept.Workbook, secret)
	}
	in, err := c.TurnoverReport(ctx, civil.MonthOf(date("2026-03-01")))
	must(t, err)
	for _, s := range in.Stays {
		if s.HouseholdRef == secret {
			t.Errorf("a stay names the household: %+v", s)
		}
	}
}

// addSecretHousehold makes a household with contact details, a checklist, a placement
// that was declined and a place in an allocation round, and returns its id.
func (c *clocked) addSecretHousehold(t *testing.T, ref string) string {
	t.Helper()
	ctx := t.Context()
	saved, err := c.CreateHousehold(ctx, households.Household{Ref: ref, Adults: 2}, "kari")
	must(t, err)
	must(t, c.SetContacts(ctx, office.Beside[office.Contacts]{Household: saved.ID, Value: office.Contacts{Name: "Fatima Prøve", Phone: "90807060"}}, "kari"))
	items := households.Checklist{households.ModuleFollowing: {Progress: households.Started, Began: date("2026-01-15")}}
	must(t, c.SetReadiness(ctx, office.Beside[office.Readiness]{Household: saved.ID, Value: office.Readiness{Items: items}}, "kari"))
	_, err = c.CreateListing(ctx, landlords.Listing{ExternalRef: "U-1", Address: "Prøvegata 1", Rent: new(9000), Status: landlords.StatusOpen}, "kari")
	must(t, err)
	placement, err := c.Propose(ctx, office.ProposeRequest{Household: ref, Listing: "U-1", Why: "prøve", Who: "kari"})
	must(t, err)
	if err := c.EraseHousehold(ctx, saved.ID, 0, "kari"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("a household with a proposal that is going on: %v", err)
	}
	must(t, c.Advance(ctx, office.PlacementStep{ID: placement, Kind: placements.KindDecline, Note: ref + " vil ikke", Who: "kari",
		Decline: &placements.Decline{By: placements.ByHousehold, Reason: placements.SituationChanged, Consequence: placements.NoConsequence}}))
	round, err := c.StartRound(ctx, 0, "kari")
	must(t, err)
	must(t, c.ChangeRound(ctx, round, 1, office.ExcludePair, office.Pair{Household: ref, Listing: "U-1"}, "kari"))
	return saved.ID
}

// namedNowhere looks for texts in every record of the store but the trail, which
// answers for who saw what.
func (c *clocked) namedNowhere(t *testing.T, secrets ...string) {
	t.Helper()
	for after := (storage.Position{}); ; {
		changes, next, err := c.db.Changes(t.Context(), "1833", after, 500)
		must(t, err)
		if len(changes) == 0 {
			return
		}
		after = next
		for _, ch := range changes {
			for _, secret := range secrets {
				if ch.Collection != "audit" && bytes.Contains(ch.Body, []byte(secret)) {
					t.Errorf("%s %s holds %s: %s", ch.Collection, ch.ID, secret, ch.Body)
				}
			}
		}
	}
}

// holdsNot looks for a text in every part of a workbook.
func holdsNot(t *testing.T, data []byte, secret string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%s holds %s", f.Name, secret)
		}
	}
}
