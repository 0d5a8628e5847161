package office

import (
	"fmt"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// eraseFromFigures takes a household's reference out of everything that the figures
// rest on, so that they stand and nobody is named: its stays, notices and
// reservations, the facts of months that were sent, and the events that told of them
// get the random name alias in its place, the same one everywhere, so that a household
// still counts once. The office's own workbooks of months that it is in are removed;
// they are made anew, with the random name, when somebody asks for them. The
// publishable ones hold no household and stay. Errors: Invalid while the household
// lives in a unit, and those of the store.
func (o *Office) eraseFromFigures(tx *storage.Tx, household, alias string) error {
	stays, err := o.eraseStays(tx, household, alias)
	if err != nil {
		return err
	}
	if err := eraseFacts(tx, Notices, household, func(n *vacancy.Notice) *string { return &n.HouseholdRef }, alias); err != nil {
		return err
	}
	if err := eraseFacts(tx, Reservations, household, func(r *vacancy.Reservation) *string { return &r.HouseholdRef }, alias); err != nil {
		return err
	}
	if err := eraseSent(tx, household, alias); err != nil {
		return err
	}
	return eraseStayEvents(tx, household, stays)
}

// eraseStays renames the household's stays and returns their ids.
func (o *Office) eraseStays(tx *storage.Tx, household, alias string) (map[string]bool, error) {
	var recs []storage.Record[Entry[vacancy.Occupancy]]
	for rec, err := range Occupancies.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.household_ref", household)}}) {
		if err != nil {
			return nil, err
		}
		if rec.Value.Record.To.IsZero() {
			return nil, apperr.New(apperr.Invalid, "The household lives in the unit %s. Record the move-out first.", rec.Value.Record.UnitRef).
				In("units.erase_living", map[string]any{"Unit": rec.Value.Record.UnitRef})
		}
		recs = append(recs, rec)
	}
	ids := map[string]bool{}
	for i := range recs {
		rec := &recs[i]
		ids[rec.ID] = true
		rec.Value.Record.HouseholdRef = alias
		rec.Value.Key = importers.OccupancySchema.Key(&rec.Value.Record)
		if err := Occupancies.Put(tx, rec); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func eraseFacts[F any](tx *storage.Tx, coll *storage.Collection[Fact[F]], household string, ref func(*F) *string, alias string) error {
	var recs []storage.Record[Fact[F]]
	for rec, err := range coll.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		if *ref(&rec.Value.Fact) == household {
			recs = append(recs, rec)
		}
	}
	for i := range recs {
		*ref(&recs[i].Value.Fact) = alias
		if err := coll.Put(tx, &recs[i]); err != nil {
			return err
		}
	}
	return nil
}

// eraseSent renames the household in the facts of months that were sent, and removes
// the office's workbooks of those months and of the later ones: they tell of restated
// months.
func eraseSent(tx *storage.Tx, household, alias string) error {
	var sent []storage.Record[SentMonth]
	for rec, err := range SentMonths.Find(tx, storage.Query{Sort: "month"}) {
		if err != nil {
			return err
		}
		sent = append(sent, rec)
	}
	first := ""
	for i := range sent {
		facts, found := sent[i].Value.Report.Facts, false
		if facts == nil {
			continue
		}
		for k := range facts.Stays {
			if facts.Stays[k].HouseholdRef == household {
				facts.Stays[k].HouseholdRef, found = alias, true
			}
		}
		if !found {
			continue
		}
		if first == "" {
			first = sent[i].Value.Month
		}
		if err := SentMonths.Put(tx, &sent[i]); err != nil {
			return err
		}
	}
	if first == "" {
		return nil
	}
	return deleteWhere(tx, KeptReports, func(r *KeptReport) bool { return r.Variant == Full }, storage.Ge("month", first))
}

// eraseStayEvents empties the personal part of the events of the household's stays, and
// its name in those of units.
func eraseStayEvents(tx *storage.Tx, household string, stays map[string]bool) error {
	var recs []storage.Record[Event]
	for _, register := range []string{"occupancies", "units"} {
		for rec, err := range Events.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("register", register)}}) {
			if err != nil {
				return err
			}
			e := &rec.Value
			switch {
			case register == "occupancies" && (stays[e.Record] || holdsHousehold(e, household)):
				e.Personal = EventPersonal{}
			case register == "units" && e.Personal.Other == household:
				e.Personal.Other = ""
			default:
				continue
			}
			recs = append(recs, rec)
		}
	}
	for i := range recs {
		if err := Events.Put(tx, &recs[i]); err != nil {
			return fmt.Errorf("event %s: %w", recs[i].ID, err)
		}
	}
	return nil
}

// holdsHousehold reports whether an event of a stay that was removed or moved to another
// household names this one.
func holdsHousehold(e *Event, household string) bool {
	for _, d := range e.Personal.Changes {
		if d.Field == "household_ref" && (d.Stored == household || d.File == household) {
			return true
		}
	}
	return false
}
