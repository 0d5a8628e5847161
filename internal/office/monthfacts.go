package office

import (
	"cmp"
	"context"
	"slices"

	"github.com/boligklar/boligklar/importers/reports"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/placements"
)

// monthFacts is what a month's workbooks are made of, while it is gathered.
type monthFacts struct {
	in         reports.TurnoverInput
	history    *vacancy.History
	placements []placements.Placement
	persons    map[string]int // by household reference
}

// TurnoverReport gathers what the month's workbooks are made of. Errors are those of
// the store.
func (o *Office) TurnoverReport(ctx context.Context, month civil.Month) (reports.TurnoverInput, error) {
	facts, err := o.monthFacts(ctx, month, false)
	if err != nil {
		return reports.TurnoverInput{}, err
	}
	return facts.in, nil
}

// monthFacts reads what a month's report rests on. What is to last waits for an
// import that is half way in.
func (o *Office) monthFacts(ctx context.Context, month civil.Month, lasting bool) (*monthFacts, error) {
	m := &monthFacts{in: reports.TurnoverInput{Municipality: o.Name(), Month: month, Made: o.Today()}}
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		if lasting {
			if err := tx.Whole(); err != nil {
				return err
			}
		}
		if m.history, err = historyOf(tx); err != nil {
			return err
		}
		m.in.History = *m.history
		if m.in.Restated, err = restatedBefore(tx, m.history, month); err != nil {
			return err
		}
		m.placements = nil
		for rec, err := range Placements.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			m.placements = append(m.placements, rec.Value.Placement)
		}
		if m.in.Supply, err = supplyOf(tx, vacancy.MonthPeriod(month)); err != nil {
			return err
		}
		return m.addHouseholds(tx, month.End()-1)
	})
	if err != nil {
		return nil, err
	}
	for i := range m.in.Restated {
		for k := range m.in.Restated[i].Causes {
			for n := range m.in.Restated[i].Causes[k].By {
				made := &m.in.Restated[i].Causes[k].By[n]
				made.Who, made.At = o.nameOf(ctx, made.Who), made.At.In(zone)
			}
		}
	}
	m.addSteps()
	return m, nil
}

// addHouseholds notes how many persons each household has, and which were ready on a
// day and had not moved in through a placement by then.
func (m *monthFacts) addHouseholds(tx *storage.Tx, on civil.Date) error {
	housed := map[string]bool{}
	for i := range m.placements {
		p := &m.placements[i]
		if p.MovedIn != 0 && p.MovedIn <= on && (p.EndedOn == 0 || p.EndedOn > on) {
			housed[p.Personal.HouseholdRef] = true
		}
	}
	lives := map[string]bool{}
	for i := range m.history.Stays {
		if s := &m.history.Stays[i]; s.From <= on && (s.To == 0 || s.To > on) {
			lives[s.HouseholdRef] = true
		}
	}
	m.persons, m.in.Waiting = map[string]int{}, nil
	for rec, err := range Households.Find(tx, storage.Query{Sort: "key"}) {
		if err != nil {
			return err
		}
		h := &rec.Value.Record
		m.persons[h.Ref] = h.Persons()
		if h.ReadyDate != 0 && h.ReadyDate <= on && !housed[h.Ref] {
			m.in.Waiting = append(m.in.Waiting, reports.Waiting{Bedrooms: matching.Need(h), Persons: h.Persons(), Days: int(on - h.ReadyDate), InUnit: lives[h.Ref]})
		}
	}
	return nil
}

// addSteps notes what happened to placements in the month, in order.
func (m *monthFacts) addSteps() {
	period := vacancy.MonthPeriod(m.in.Month)
	for i := range m.placements {
		p := &m.placements[i]
		var before placements.State
		for _, step := range p.Steps {
			came := step.State != before
			before = step.State
			if !period.Has(step.Date) {
				continue
			}
			row := reports.Placement{Household: p.Personal.HouseholdRef, Persons: m.persons[p.Personal.HouseholdRef], Listing: p.Personal.ListingKey, Date: step.Date, Step: step.Event, State: step.State, Came: came}
			if step.State == placements.Declined {
				row.Decline = p.Decline
			}
			m.in.Placements = append(m.in.Placements, row)
		}
	}
	slices.SortStableFunc(m.in.Placements, func(a, b reports.Placement) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Household, b.Household))
	})
}

// supplyOf returns which listings and landlords came and went in a period, by the
// trail: when each listing became known, and each change of its status.
func supplyOf(tx *storage.Tx, p vacancy.Period) (landlords.Supply, error) {
	imported := map[string]civil.Date{}
	for rec, err := range Imports.Find(tx, storage.Query{}) {
		if err != nil {
			return landlords.Supply{}, err
		}
		imported[rec.ID] = rec.Value.On
	}
	events := map[string][]Event{} // by listing's id
	for rec, err := range Events.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("register", "listings")}}) {
		if err != nil {
			return landlords.Supply{}, err
		}
		switch rec.Value.What {
		case WhatCreated, WhatStatus, WhatUpdated:
			events[rec.Value.Record] = append(events[rec.Value.Record], rec.Value)
		}
	}
	var lives []landlords.Life
	for rec, err := range Listings.Find(tx, storage.Query{}) {
		if err != nil {
			return landlords.Supply{}, err
		}
		lives = append(lives, lifeOf(&rec, events[rec.ID], imported[rec.Value.Import]))
	}
	erased, err := find(tx, ErasedLives)
	if err != nil {
		return landlords.Supply{}, err
	}
	for i := range erased {
		lives = append(lives, erased[i].Value)
	}
	return landlords.SupplyOf(lives, p.From, p.To), nil
}

// lifeOf reads a listing's time on offer from its events.
func lifeOf(rec *storage.Record[Entry[landlords.Listing]], events []Event, imported civil.Date) landlords.Life {
	l := &rec.Value.Record
	life := landlords.Life{Listing: rec.Value.Key, Landlord: LandlordID(l.Landlord()), Since: imported, First: l.Status}
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	step := func(e *Event, from, to landlords.Status) {
		if len(life.Steps) == 0 {
			life.First = from
		}
		life.Steps = append(life.Steps, landlords.LifeStep{On: civil.FromTime(e.At.In(zone)), To: to, Placed: e.Why == "placement"})
	}
	for i := range events {
		e := &events[i]
		switch e.What {
		case WhatCreated:
			life.Since = civil.FromTime(e.At.In(zone))
		case WhatStatus:
			if e.From != e.To {
				step(e, landlords.Status(e.From), landlords.Status(e.To))
			}
		case WhatUpdated: // an import may say that a home is let
			for _, d := range e.Personal.Changes {
				if d.Field == "status" {
					step(e, landlords.Status(d.Stored), landlords.Status(d.File))
				}
			}
		}
	}
	return life
}
