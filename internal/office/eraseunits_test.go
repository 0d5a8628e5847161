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
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// TestErasureLeavesTheFigures erases a household from a store with sent months, and
// looks for it in every document and workbook; the figures, frozen and now, stay.
func TestErasureLeavesTheFigures(t *testing.T) {
	c, ctx := newClocked(t, "2026-04-02"), t.Context()
	const secret = "HUSSTAND-77"
	c.addUnit(t, "G-1", "2026-01-01")
	c.addUnit(t, "G-2", "2026-01-01")
	must(t, c.Reserve(ctx, vacancy.Reservation{UnitRef: "G-1", HouseholdRef: secret, From: date("2026-01-02"), Arrival: date("2026-01-10")}, "kari"))
	_, err := c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-1", HouseholdRef: secret, From: date("2026-01-10")}, "kari")
	must(t, err)
	if err := c.EraseFromFigures(ctx, secret, "kari"); apperr.CodeOf(err) != apperr.Invalid {
		t.Fatalf("a household that lives there: %v", err)
	}
	must(t, c.GiveNotice(ctx, vacancy.Notice{UnitRef: "G-1", Given: date("2026-01-20"), Expected: date("2026-02-10")}, "kari"))
	must(t, c.MoveOut(ctx, "G-1", date("2026-02-10"), vacancy.OtherMunicipal, "kari"))
	_, err = c.MoveIn(ctx, vacancy.Occupancy{UnitRef: "G-2", HouseholdRef: secret, From: date("2026-02-10")}, "kari")
	must(t, err)
	must(t, c.MoveOut(ctx, "G-2", date("2026-03-10"), vacancy.Purchase, "kari"))
	mail := office.Mailing{Lang: i18n.Bokmal}
	for m := civil.MonthOf(date("2026-01-01")); m.First < date("2026-04-01"); m = m.Add(1) {
		_, err := c.MonthlyReport(ctx, m, mail, "system")
		must(t, err)
	}
	before, err := c.AccountOf(ctx, vacancy.Period{From: date("2026-01-01"), To: date("2026-04-01")}, "")
	must(t, err)
	yearBefore, err := c.YearEnd(ctx, 2026)
	must(t, err)

	must(t, c.EraseFromFigures(ctx, secret, "kari"))
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
	must(t, c.db.View(ctx, "1833", func(tx *storage.Tx) error {
		for rec, err := range office.SentMonths.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			for _, s := range rec.Value.Report.Facts.Stays {
				if s.HouseholdRef == secret {
					t.Errorf("the facts of %s name the household", rec.Value.Month)
				}
			}
		}
		for rec, err := range office.Events.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if p := rec.Value.Personal; p.Other == secret || bytes.Contains([]byte(p.Key+p.Note), []byte(secret)) {
				t.Errorf("the event %+v names the household", rec.Value)
			}
		}
		return nil
	}))
	in, err := c.TurnoverReport(ctx, civil.MonthOf(date("2026-03-01")), i18n.Bokmal)
	must(t, err)
	for _, s := range in.Stays {
		if s.HouseholdRef == secret {
			t.Errorf("a stay names the household: %+v", s)
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
