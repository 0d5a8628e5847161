package office

import (
	"context"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/demo"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// BenchmarkFirstLook asks for what pages show of the whole register, at 10,000
// listings and 10,000 households, each time after a change to it.
func BenchmarkFirstLook(b *testing.B) {
	o := New(sqlitetest.New(b, Collections...), Config{Municipality: municipality})
	if err := o.Fill(b.Context(), demo.Large(o.Today(), 10_000, 10_000), "test"); err != nil {
		b.Fatal(err)
	}
	ids, err := o.UnitIDs(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var unit UnitRecord
	for _, id := range ids {
		if unit, err = o.Unit(b.Context(), id); err != nil {
			b.Fatal(err)
		}
		break
	}
	last, rent := civil.MonthOf(o.Today()), 0
	for name, look := range map[string]func(ctx context.Context) error{ // the forecast is measured in its own package
		"history":   func(ctx context.Context) error { _, err := o.History(ctx); return err },
		"today":     func(ctx context.Context) error { _, err := o.Waits(ctx); return err },
		"programme": func(ctx context.Context) error { _, err := o.Programme(ctx, last.Add(-24), last); return err },
		"landlords": func(ctx context.Context) error { _, err := o.LandlordList(ctx, ""); return err },
		"ids":       func(ctx context.Context) error { _, err := o.UnitIDs(ctx); return err },
		"timelines": func(ctx context.Context) error {
			h, err := o.History(ctx)
			h.Timelines(vacancy.Period{From: o.Today() - 10*365, To: o.Today()})
			return err
		},
		"findings": func(ctx context.Context) error { h, err := o.History(ctx); h.Findings(o.Today()); return err },
	} {
		b.Run(name, func(b *testing.B) {
			if err := look(b.Context()); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				b.StopTimer()
				rent++
				unit.Value.Record.Rent = new(rent)
				if _, err := o.EditUnit(b.Context(), Edit[vacancy.Unit]{ID: unit.ID, Version: unit.Version, Record: unit.Value.Record}, "test"); err != nil {
					b.Fatal(err)
				}
				if unit, err = o.Unit(b.Context(), unit.ID); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if err := look(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
