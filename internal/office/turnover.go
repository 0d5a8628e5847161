package office

import (
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
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

// YearEnd returns the municipal figures of a year, up to yesterday where it goes on.
// Errors: Invalid for a year that has not begun, and those of the store.
func (o *Office) YearEnd(ctx context.Context, year int) (vacancy.YearEnd, error) {
	first, ok := civil.Of(year, 1, 1)
	if !ok || first >= o.Today() {
		return vacancy.YearEnd{}, apperr.New(apperr.Invalid, "The year has not begun.").In("turnover.year", nil)
	}
	h, err := o.History(ctx)
	if err != nil {
		return vacancy.YearEnd{}, err
	}
	return h.Ledger().YearEnd(year, o.Today()), nil
}

// Evidence returns what stands behind a figure of a period, of one group of units where
// by is not "". Errors: NotFound for a
// figure that is none, and those of the store.
func (o *Office) Evidence(ctx context.Context, figure string, p vacancy.Period, by vacancy.Dimension, group string) (vacancy.Evidence, error) {
	h, err := o.History(ctx)
	if err != nil {
		return vacancy.Evidence{}, err
	}
	if by != "" {
		part := h.Parts(by)[group]
		if part == nil {
			return vacancy.Evidence{}, apperr.New(apperr.NotFound, "There is no group %q.", group)
		}
		h = part
	}
	e, ok := h.Ledger().Evidence(figure, p)
	if !ok {
		return e, apperr.New(apperr.NotFound, "There is no figure %q.", figure)
	}
	return e, nil
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
