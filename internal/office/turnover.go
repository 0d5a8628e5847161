package office

import (
	"context"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

// Turnover returns the figures of a month. Errors are those of the store.
func (o *Office) Turnover(ctx context.Context, month civil.Month) (vacancy.MonthFigures, error) {
	var figures vacancy.MonthFigures
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		units, stays, err := loadHistory(tx)
		if err == nil {
			figures = vacancy.NewLedger(units, stays).Month(month)
		}
		return err
	})
	return figures, err
}

// TurnoverReport gathers what the month's workbook is made of.
func (o *Office) TurnoverReport(ctx context.Context, month civil.Month, lang i18n.Lang) (reports.TurnoverInput, error) {
	in := reports.TurnoverInput{Municipality: o.Name(), Month: month, Made: o.Today()}
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		if in.Units, in.Stays, err = loadHistory(tx); err != nil {
			return err
		}
		for rec, err := range Placements.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			in.Placements = append(in.Placements, placementRows(&rec.Value.Placement, vacancy.MonthPeriod(month), lang)...)
		}
		return nil
	})
	return in, err
}

// placementRows are the steps of a placement that fall in a period.
func placementRows(p *placements.Placement, period vacancy.Period, lang i18n.Lang) []reports.Placement {
	var out []reports.Placement
	for _, step := range p.Steps {
		if !period.Has(step.Date) {
			continue
		}
		row := reports.Placement{Household: p.Personal.HouseholdRef, Listing: p.Personal.ListingKey, Date: step.Date,
			Stage: lang.T("placements.state."+string(step.State), nil)}
		if d := p.Decline; d != nil && step.State == placements.Declined {
			row.Outcome = lang.T("placements.decliner."+string(d.By), nil) + ": " + lang.T("placements.reason."+string(d.Reason), nil)
		}
		out = append(out, row)
	}
	return out
}

func loadHistory(tx *storage.Tx) ([]vacancy.Unit, []vacancy.Occupancy, error) {
	var units []vacancy.Unit
	for rec, err := range Units.Find(tx, storage.Query{Sort: "key"}) {
		if err != nil {
			return nil, nil, err
		}
		units = append(units, rec.Value.Record)
	}
	var stays []vacancy.Occupancy
	for rec, err := range Occupancies.Find(tx, storage.Query{Sort: "key"}) {
		if err != nil {
			return nil, nil, err
		}
		stays = append(stays, rec.Value.Record)
	}
	return units, stays, nil
}
