package office

import (
	"context"
	"sync"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
)

// PlannedMonth is the settlement planned for a month, as it is stored.
type PlannedMonth struct {
	Month string `json:"month"` // 2026-12
	forecast.Planned
	Who string `json:"who"`
}

// SettlementPlan is the settlements planned, month by month.
var SettlementPlan = storage.NewCollection[PlannedMonth](storage.Schema{
	Name: "settlement_plan", Unique: []storage.Unique{{Name: "month", Paths: []string{"month"}}},
})

// Plan stores what is planned for a month. Errors: Invalid for counts below 0 or a
// missing month, and those of the store.
func (o *Office) Plan(ctx context.Context, p forecast.Planned, who string) error {
	return o.PlanAll(ctx, []forecast.Planned{p}, who)
}

// PlanAll stores what is planned for several months, in one transaction. Errors: as Plan.
func (o *Office) PlanAll(ctx context.Context, plan []forecast.Planned, who string) error {
	for _, p := range plan {
		if err := checkPlan(p); err != nil {
			return err
		}
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		for _, p := range plan {
			if err := planIn(tx, p, who); err != nil {
				return err
			}
		}
		return nil
	})
}

func checkPlan(p forecast.Planned) error {
	if p.Month.First.IsZero() || min(p.Households, p.Persons, p.Minors) < 0 || p.Persons > 0 && p.Persons < p.Households {
		return apperr.New(apperr.Invalid, "A plan has a month, and counts that are not below 0; persons are at least as many as households.").In("forecast.plan_invalid", nil)
	}
	return nil
}

// planIn writes a month of the plan where it changes; a month without anything planned
// that was never planned is not written.
func planIn(tx *storage.Tx, p forecast.Planned, who string) error {
	rec, err := SettlementPlan.GetBy(tx, "month", p.Month.String())
	if err = dropNotFound(err); err != nil {
		return err
	}
	before := rec.Value.Planned
	before.Month = p.Month
	if before == p {
		return nil
	}
	rec.Value = PlannedMonth{Month: p.Month.String(), Planned: p, Who: who}
	return SettlementPlan.Put(tx, &rec)
}

// Plans returns the settlements planned from a month on, in order. Errors are those of
// the store.
func (o *Office) Plans(ctx context.Context, from civil.Month) (plans []forecast.Planned, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		plans, err = plansOf(tx, from)
		return err
	})
	return plans, err
}

func plansOf(tx *storage.Tx, from civil.Month) ([]forecast.Planned, error) {
	var out []forecast.Planned
	for rec, err := range SettlementPlan.Find(tx, storage.Query{Where: []storage.Cond{storage.Ge("month", from.String())}, Sort: "month"}) {
		if err != nil {
			return nil, err
		}
		p := rec.Value.Planned
		if p.Month, err = civil.ParseMonth(rec.Value.Month); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Forecast looks some months ahead from today, with a back-test of the last two
// years. Errors: Invalid for a number of months out of range, and those of the store.
func (o *Office) Forecast(ctx context.Context, months int) (*forecast.Forecast, forecast.Backtest, error) {
	today := o.Today()
	in := forecast.Input{On: today, Months: months, Seed: 1}
	var err error
	if in.History, err = o.History(ctx); err != nil {
		return nil, forecast.Backtest{}, err
	}
	if in.Plan, err = o.Plans(ctx, civil.MonthOf(today)); err != nil {
		return nil, forecast.Backtest{}, err
	}
	f, err := forecast.Make(in)
	if err != nil {
		return nil, forecast.Backtest{}, err
	}
	b, err := o.backtested.of(in.History, civil.MonthOf(today).Add(-1))
	return f, b, err
}

// backtested is the last back-test: of one history and one month it says the same.
type backtested struct {
	mu      sync.Mutex
	history *vacancy.History
	last    civil.Month
	result  forecast.Backtest
}

// of returns the back-test of the two years up to a month.
func (b *backtested) of(h *vacancy.History, last civil.Month) (forecast.Backtest, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.history == h && b.last == last {
		return b.result, nil
	}
	result, err := forecast.Check(h, last.Add(-24), last.Add(1), 6, 1)
	if err == nil {
		b.history, b.last, b.result = h, last, result
	}
	return result, err
}
