package office

import (
	"context"
	"slices"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

// Turnover returns the figures of a month. Errors are those of the store.
func (o *Office) Turnover(ctx context.Context, month civil.Month) (vacancy.MonthFigures, error) {
	h, err := o.History(ctx)
	if err != nil {
		return vacancy.MonthFigures{}, err
	}
	return h.Ledger().Month(month), nil
}

// Account is a period's account with those of the groups that its units fall into.
type Account struct {
	vacancy.Account
	By     vacancy.Dimension `json:"by,omitzero"`
	Groups []vacancy.Group   `json:"groups,omitzero"`
}

// AccountOf returns the account of any period, split where by is not "". Errors:
// Invalid for a period without days or an unknown dimension, and those of the store.
func (o *Office) AccountOf(ctx context.Context, p vacancy.Period, by vacancy.Dimension) (Account, error) {
	switch {
	case p.From.IsZero() || p.Days() == 0:
		return Account{}, apperr.New(apperr.Invalid, "The period has no days.").In("turnover.no_days", nil)
	case by != "" && !slices.Contains(vacancy.Dimensions, by):
		return Account{}, apperr.New(apperr.Invalid, "Turnover is split by ownership, size, area or purpose.").In("turnover.by", nil)
	}
	h, err := o.History(ctx)
	if err != nil {
		return Account{}, err
	}
	a := Account{Account: h.Ledger().Account(p), By: by}
	if by != "" {
		a.Groups = h.Split(by, p)
	}
	return a, nil
}

// Evidence returns what stands behind a figure of a period. Errors: NotFound for a
// figure that is none, and those of the store.
func (o *Office) Evidence(ctx context.Context, figure string, p vacancy.Period) (vacancy.Evidence, error) {
	h, err := o.History(ctx)
	if err != nil {
		return vacancy.Evidence{}, err
	}
	e, ok := h.Ledger().Evidence(figure, p)
	if !ok {
		return e, apperr.New(apperr.NotFound, "There is no figure %q.", figure)
	}
	return e, nil
}

// TurnoverReport gathers what the month's workbook is made of.
func (o *Office) TurnoverReport(ctx context.Context, month civil.Month, lang i18n.Lang) (reports.TurnoverInput, error) {
	var in reports.TurnoverInput
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		in, err = o.turnoverInput(tx, month, lang)
		return err
	})
	return in, err
}

func (o *Office) turnoverInput(tx *storage.Tx, month civil.Month, lang i18n.Lang) (reports.TurnoverInput, error) {
	in := reports.TurnoverInput{Municipality: o.Name(), Month: month, Made: o.Today()}
	h, err := historyOf(tx)
	if err != nil {
		return in, err
	}
	in.History = *h
	for rec, err := range Placements.Find(tx, storage.Query{}) {
		if err != nil {
			return in, err
		}
		in.Placements = append(in.Placements, placementRows(&rec.Value.Placement, vacancy.MonthPeriod(month), lang)...)
	}
	return in, nil
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
