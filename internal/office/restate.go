package office

import (
	"context"
	"slices"
	"time"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// Restatement is a month that was sent beside what its figures are now.
type Restatement struct {
	Month    civil.Month
	Sent     time.Time
	Who      string
	Reported vacancy.MonthFigures
	Figures  []vacancy.Restated
	Why      []Correction
}

// Correction is what can have changed a month's figures, with the events that tell
// who did it, since the month was sent.
type Correction struct {
	vacancy.Correction
	Events []Event
}

// Restated returns what later corrections changed in a month that was sent. Errors:
// NotFound for a month that was not, and those of the store.
func (o *Office) Restated(ctx context.Context, month civil.Month) (Restatement, error) {
	var out Restatement
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		sent, err := SentMonths.GetBy(tx, "month", month.String())
		if err != nil {
			return err
		}
		h, err := historyOf(tx)
		if err != nil {
			return err
		}
		out, err = restate(tx, h, &sent.Value)
		return err
	})
	return out, err
}

func restate(tx *storage.Tx, h *vacancy.History, sent *SentMonth) (Restatement, error) {
	month, err := civil.ParseMonth(sent.Month)
	if err != nil {
		return Restatement{}, err
	}
	now := h.Report(month)
	out := Restatement{Month: month, Sent: sent.At, Who: sent.Who, Reported: sent.Report.Month}
	var why []vacancy.Correction
	out.Figures, why = sent.Report.Compare(&now)
	if len(out.Figures) == 0 {
		return out, nil
	}
	for _, c := range why {
		events, err := eventsBehind(tx, &c, out.Sent)
		if err != nil {
			return out, err
		}
		out.Why = append(out.Why, Correction{c, events})
	}
	return out, nil
}

// eventsBehind returns what the trail has of a correction since a time, in order.
func eventsBehind(tx *storage.Tx, c *vacancy.Correction, since time.Time) ([]Event, error) {
	var out []Event
	var err error
	switch {
	case c.WasStay != nil || c.IsStay != nil:
		keys := map[string]bool{}
		for _, s := range []*vacancy.Occupancy{c.WasStay, c.IsStay} {
			if s == nil || keys[s.Key()] {
				continue
			}
			keys[s.Key()] = true
			if out, err = appendEvents(tx, out, "occupancies", s.Key(), since, nil); err != nil {
				return nil, err
			}
		}
		if len(out) == 0 && c.IsStay != nil {
			out, err = importThatBrought(tx, c.IsStay.Key(), since)
		}
	case c.WasUnit != nil || c.IsUnit != nil:
		out, err = appendEvents(tx, out, "units", c.UnitRef, since, []What{WhatCreated, WhatUpdated})
	default:
		out, err = appendEvents(tx, out, "units", c.UnitRef, since, []What{WhatOutOfOrder, WhatInOrder, WhatOutageChanged, WhatOutageRemoved})
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.At.Compare(b.At) })
	return out, err
}

// appendEvents adds the events on a record since a time; only those of some kinds
// where kinds are named.
func appendEvents(tx *storage.Tx, to []Event, register, key string, since time.Time, kinds []What) ([]Event, error) {
	for rec, err := range Events.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("register", register), storage.Eq("personal.key", key)}}) {
		if err != nil {
			return nil, err
		}
		if e := rec.Value; e.At.After(since) && (kinds == nil || slices.Contains(kinds, e.What)) {
			to = append(to, e)
		}
	}
	return to, nil
}

// importThatBrought tells of the import that brought a stay: an import tells of what it
// created by itself.
func importThatBrought(tx *storage.Tx, key string, since time.Time) ([]Event, error) {
	stay, err := Occupancies.GetBy(tx, "key", key)
	if err != nil || stay.Value.Import == "" {
		return nil, dropNotFound(err)
	}
	imp, err := Imports.Get(tx, stay.Value.Import)
	if err != nil || !imp.Value.At.After(since) {
		return nil, dropNotFound(err)
	}
	return []Event{{At: imp.Value.At, Who: imp.Value.Who, What: WhatCreated, Register: "occupancies", Record: stay.ID, Import: imp.ID, Personal: EventPersonal{Key: key, Note: imp.Value.File}}}, nil
}

func dropNotFound(err error) error {
	if apperr.CodeOf(err) == apperr.NotFound {
		return nil
	}
	return err
}

// restatedBefore returns the months sent before one that have changed since, as the
// workbook shows them, without names yet: who is still an id.
func restatedBefore(tx *storage.Tx, h *vacancy.History, month civil.Month) ([]reports.Restated, error) {
	var out []reports.Restated
	for rec, err := range SentMonths.Find(tx, storage.Query{Where: []storage.Cond{storage.Lt("month", month.String())}, Sort: "month"}) {
		if err != nil {
			return nil, err
		}
		r, err := restate(tx, h, &rec.Value)
		if err != nil {
			return nil, err
		}
		if len(r.Figures) == 0 {
			continue
		}
		row := reports.Restated{Month: r.Month, Sent: r.Sent, Figures: r.Figures}
		for _, c := range r.Why {
			cause := reports.Cause{Correction: c.Correction}
			for _, e := range c.Events {
				cause.By = append(cause.By, reports.Made{Who: e.Who, At: e.At})
			}
			row.Causes = append(row.Causes, cause)
		}
		out = append(out, row)
	}
	return out, nil
}
