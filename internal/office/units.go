package office

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// Fact is something dated about a unit that no file carries.
type Fact[F any] struct {
	Unit string    `json:"unit"` // unit_ref
	Fact F         `json:"fact"`
	Open string    `json:"open,omitzero"` // unit_ref while it lasts: one at a time of each kind
	At   time.Time `json:"at"`
	Who  string    `json:"who"`
}

// The facts about units, each kind in a collection of its own.
var (
	UnitDetails = storage.NewCollection[Fact[vacancy.Details]](storage.Schema{
		Name: "unit_details", Unique: []storage.Unique{{Name: "unit", Paths: []string{"unit"}}},
	})
	Outages      = facts[vacancy.Outage]("outages")
	Notices      = facts[vacancy.Notice]("notices")
	Preparations = facts[vacancy.Preparation]("preparations")
	Reservations = facts[vacancy.Reservation]("reservations")
)

// UnitCollections are what the use-cases of units keep.
var UnitCollections = []storage.AnyCollection{UnitDetails, Outages, Notices, Preparations, Reservations}

func facts[F any](name string) *storage.Collection[Fact[F]] {
	return storage.NewCollection[Fact[F]](storage.Schema{
		Name:    name,
		Indexes: []storage.Index{{Name: "unit", Paths: []string{"unit"}}},
		Unique:  []storage.Unique{{Name: "open", Paths: []string{"open"}}},
	})
}

// What can happen to a unit.
const (
	WhatUnitDetails    What = "unit.details"
	WhatOutOfOrder     What = "unit.out_of_order"
	WhatInOrder        What = "unit.in_order"
	WhatNotice         What = "unit.notice"
	WhatNoticeBack     What = "unit.notice_withdrawn"
	WhatMovedIn        What = "unit.moved_in"
	WhatMovedOut       What = "unit.moved_out"
	WhatReady          What = "unit.ready"
	WhatReserved       What = "unit.reserved"
	WhatRemoved        What = "removed" // of a stay that never was
	WhatReservationEnd What = "unit.reservation_ended"
	WhatOutageChanged  What = "unit.outage_changed"
	WhatOutageRemoved  What = "unit.outage_removed"
)

// History returns everything dated about the units, to be read only. Errors are
// those of the store.
func (o *Office) History(ctx context.Context) (*vacancy.History, error) {
	known, err := o.history.get(ctx, o, 0)
	return known.history, err
}

// UnitIDs returns the id of every unit's record by its unit_ref, to be read only.
// Errors are those of the store.
func (o *Office) UnitIDs(ctx context.Context) (map[string]string, error) {
	known, err := o.history.get(ctx, o, 0)
	return known.ids, err
}

// unitsKnown is what is known of the units.
type unitsKnown struct {
	history *vacancy.History
	ids     map[string]string // of the records, by unit_ref
}

func historyOf(tx *storage.Tx) (*vacancy.History, error) {
	known, err := makeIn(tx, newHistoryModel())
	return known.history, err
}

type historyModel struct {
	units        rows[Entry[vacancy.Unit]]
	stays        rows[Entry[vacancy.Occupancy]]
	details      rows[Fact[vacancy.Details]]
	outages      rows[Fact[vacancy.Outage]]
	notices      rows[Fact[vacancy.Notice]]
	preparations rows[Fact[vacancy.Preparation]]
	reservations rows[Fact[vacancy.Reservation]]
}

func newHistoryModel() model[unitsKnown] {
	return &historyModel{rows[Entry[vacancy.Unit]]{}, rows[Entry[vacancy.Occupancy]]{}, rows[Fact[vacancy.Details]]{}, rows[Fact[vacancy.Outage]]{},
		rows[Fact[vacancy.Notice]]{}, rows[Fact[vacancy.Preparation]]{}, rows[Fact[vacancy.Reservation]]{}}
}

func (m *historyModel) sources() []source {
	return []source{from(Units, m.units.put), from(Occupancies, m.stays.put), from(UnitDetails, m.details.put), from(Outages, m.outages.put),
		from(Notices, m.notices.put), from(Preparations, m.preparations.put), from(Reservations, m.reservations.put)}
}

func (m *historyModel) make(context.Context) (unitsKnown, error) {
	ids := make(map[string]string, len(m.units))
	for id, e := range m.units {
		ids[e.Record.UnitRef] = id
	}
	return unitsKnown{&vacancy.History{Units: byKey(m.units), Stays: byKey(m.stays), Details: factsIn(m.details), Outages: factsIn(m.outages),
		Notices: factsIn(m.notices), Preparations: factsIn(m.preparations), Reservations: factsIn(m.reservations)}, ids}, nil
}

// byKey returns the records of a register by their keys.
func byKey[R any](all rows[Entry[R]]) []R {
	sorted := slices.SortedFunc(maps.Values(all), func(a, b *Entry[R]) int { return cmp.Compare(a.Key, b.Key) })
	out := make([]R, len(sorted))
	for i, e := range sorted {
		out[i] = e.Record
	}
	return out
}

func factsIn[F any](all rows[Fact[F]]) (out []F) {
	for _, f := range all.inOrder() {
		out = append(out, f.Fact)
	}
	return out
}

// Unit returns a unit's record by its id. Errors: NotFound.
func (o *Office) Unit(ctx context.Context, id string) (rec storage.Record[Entry[vacancy.Unit]], err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		rec, err = Units.Get(tx, id)
		return err
	})
	return rec, err
}

// UnitByRef returns the unit of a unit_ref. Errors: NotFound.
func (o *Office) UnitByRef(ctx context.Context, ref string) (rec UnitRecord, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		rec, err = Units.GetBy(tx, "key", ref)
		return err
	})
	return rec, err
}

// unitCase is one use-case on one unit, in its transaction.
type unitCase struct {
	*Office
	tx   *storage.Tx
	unit storage.Record[Entry[vacancy.Unit]]
	who  string
}

// onUnit runs a use-case on the unit with a unit_ref. Errors: NotFound for a unit
// that is not there.
func (o *Office) onUnit(ctx context.Context, unitRef, who string, do func(c *unitCase) error) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		unit, err := Units.GetBy(tx, "key", unitRef)
		if apperr.CodeOf(err) == apperr.NotFound {
			return apperr.Wrap(err, apperr.NotFound, "There is no unit %q.", unitRef).In("units.unknown", map[string]any{"Unit": unitRef})
		}
		if err != nil {
			return err
		}
		return do(&unitCase{o, tx, unit, who})
	})
}

func (c *unitCase) ref() string { return c.unit.Value.Record.UnitRef }

// tell records what happened, with the dates as the note.
func (c *unitCase) tell(what What, why, other, note string) error {
	return c.Record(c.tx, Event{Who: c.who, What: what, Register: "units", Record: c.unit.ID, Why: why, Personal: EventPersonal{Key: c.ref(), Other: other, Note: note}})
}

// put stores a new fact; lasting says that it holds the unit until it is ended.
// Errors: Conflict where another of its kind still lasts.
func put[F any](c *unitCase, coll *storage.Collection[Fact[F]], fact F, problems []apperr.Problem, lasting bool) error {
	if len(apperr.Errors(problems)) > 0 {
		return refuse(problems)
	}
	f := Fact[F]{Unit: c.ref(), Fact: fact, At: c.now().UTC(), Who: c.who}
	if lasting {
		f.Open = c.ref()
		switch _, err := coll.GetBy(c.tx, "open", c.ref()); {
		case err == nil:
			return c.goingOn()
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		}
	}
	return coll.Put(c.tx, &storage.Record[Fact[F]]{Value: f})
}

// end ends the fact that lasts; false where none does.
func end[F any](c *unitCase, coll *storage.Collection[Fact[F]], change func(*F) []apperr.Problem) (bool, error) {
	rec, err := coll.GetBy(c.tx, "open", c.ref())
	if apperr.CodeOf(err) == apperr.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if problems := change(&rec.Value.Fact); len(apperr.Errors(problems)) > 0 {
		return false, refuse(problems)
	}
	rec.Value.Open = ""
	return true, coll.Put(c.tx, &rec)
}

// nothing is the error of ending what does not last.
func (c *unitCase) nothing() error {
	return apperr.New(apperr.Conflict, "There is nothing of the kind to end for the unit %s.", c.ref()).In("units.nothing", map[string]any{"Unit": c.ref()})
}

// TakeOutOfOrder takes a unit out of service from a day on. To is the day it is in
// order again where that is known, else zero. Errors: NotFound; Invalid; Conflict
// where it is out of order already.
func (o *Office) TakeOutOfOrder(ctx context.Context, out vacancy.Outage, who string) error {
	return o.onUnit(ctx, out.UnitRef, who, func(c *unitCase) error {
		if err := put(c, Outages, out, out.Validate(), out.To.IsZero()); err != nil {
			return err
		}
		return c.tell(WhatOutOfOrder, string(out.Reason), "", datesNote(out.From, out.To))
	})
}

// PutInOrder ends the outage of a unit: on is the first day in order. Errors:
// NotFound; Invalid for a day before it began; Conflict where it is in order.
func (o *Office) PutInOrder(ctx context.Context, unitRef string, on civil.Date, who string) error {
	return o.onUnit(ctx, unitRef, who, func(c *unitCase) error {
		ended, err := end(c, Outages, func(f *vacancy.Outage) []apperr.Problem { f.To = on; return f.Validate() })
		if err == nil && !ended {
			err = c.nothing()
		}
		if err != nil {
			return err
		}
		return c.tell(WhatInOrder, "", "", on.String())
	})
}

// openStay returns the stay that holds the unit. Errors: Conflict where nobody lives there.
func (c *unitCase) openStay() (storage.Record[Entry[vacancy.Occupancy]], error) {
	rec, err := Occupancies.GetBy(c.tx, "open_unit", c.ref())
	if apperr.CodeOf(err) == apperr.NotFound {
		return rec, apperr.Wrap(err, apperr.Conflict, "Nobody lives in the unit %s.", c.ref()).In("units.empty", map[string]any{"Unit": c.ref()})
	}
	return rec, err
}

// GiveNotice records that whoever lives in a unit is to move. Expected is the first
// day that the unit is expected free. Errors: NotFound; Invalid; Conflict where
// nobody lives there or notice was given already.
func (o *Office) GiveNotice(ctx context.Context, n vacancy.Notice, who string) error {
	return o.onUnit(ctx, n.UnitRef, who, func(c *unitCase) error {
		stay, err := c.openStay()
		if err != nil {
			return err
		}
		n.HouseholdRef = stay.Value.Record.HouseholdRef
		if err := put(c, Notices, n, n.Validate(), true); err != nil {
			return err
		}
		return c.tell(WhatNotice, string(n.Reason), n.HouseholdRef, datesNote(n.Given, n.Expected))
	})
}

// WithdrawNotice takes the notice back. Errors: NotFound; Conflict where there is none.
func (o *Office) WithdrawNotice(ctx context.Context, unitRef string, on civil.Date, who string) error {
	return o.onUnit(ctx, unitRef, who, func(c *unitCase) error {
		ended, err := end(c, Notices, func(f *vacancy.Notice) []apperr.Problem { f.Withdrawn = max(on, f.Given); return f.Validate() })
		if err == nil && !ended {
			err = c.nothing()
		}
		if err != nil {
			return err
		}
		return c.tell(WhatNoticeBack, "", "", on.String())
	})
}

// MoveIn lets a household move into a unit. A reservation and the making ready of
// the unit end with it. Errors: NotFound; Invalid with a *ProblemsError; Duplicate
// where the unit is occupied.
func (o *Office) MoveIn(ctx context.Context, stay vacancy.Occupancy, who string) (out Saved, err error) {
	err = o.onUnit(ctx, stay.UnitRef, who, func(c *unitCase) (err error) {
		if stay.To.IsZero() {
			switch _, err := c.openStay(); {
			case err == nil:
				return apperr.New(apperr.Duplicate, "Somebody lives in the unit %s already. Record the move-out first.", c.ref()).In("units.occupied", map[string]any{"Unit": c.ref()})
			case apperr.CodeOf(err) != apperr.Conflict:
				return err
			}
		}
		if out, err = createIn(c.tx, o, &occupancyDesk, stay, who); err != nil {
			return err
		}
		if err := c.takenUp(stay.From); err != nil {
			return err
		}
		return c.tell(WhatMovedIn, "", stay.HouseholdRef, stay.From.String())
	})
	return out, err
}

// takenUp ends what waited for a household to move in.
func (c *unitCase) takenUp(on civil.Date) error {
	if _, err := end(c, Reservations, func(f *vacancy.Reservation) []apperr.Problem { f.Ended = max(on, f.From); return nil }); err != nil {
		return err
	}
	_, err := end(c, Preparations, func(f *vacancy.Preparation) []apperr.Problem { f.Ready = max(on, f.From); return nil })
	return err
}

// MoveOut ends the stay in a unit: on is the first day that it is free again. From
// then on it is made ready, until ReadyAgain. Errors: NotFound; Invalid for a day before the
// stay began or a missing reason; Conflict where nobody lives there.
func (o *Office) MoveOut(ctx context.Context, unitRef string, on civil.Date, reason vacancy.Reason, who string) (out Saved, err error) {
	err = o.onUnit(ctx, unitRef, who, func(c *unitCase) error {
		stay, err := c.openStay()
		if err != nil {
			return err
		}
		if !slices.Contains(vacancy.Reasons, reason) {
			return refuse([]apperr.Problem{{Field: "reason", Code: "reason_missing", Severity: apperr.SeverityError}})
		}
		if on.IsZero() {
			return refuse([]apperr.Problem{{Field: "to", Code: "to_missing", Severity: apperr.SeverityError}})
		}
		ended := stay.Value.Record
		ended.To, ended.Reason = on, reason
		if out, err = editIn(c.tx, o, &occupancyDesk, &stay, ended, who, ""); err != nil {
			return err
		}
		if err := c.vacated(on); err != nil {
			return err
		}
		return c.tell(WhatMovedOut, string(reason), ended.HouseholdRef, on.String())
	})
	return out, err
}

// vacated ends the notice that was given and begins the making ready.
func (c *unitCase) vacated(on civil.Date) error {
	if _, err := end(c, Notices, func(*vacancy.Notice) []apperr.Problem { return nil }); err != nil {
		return err
	}
	if end := c.unit.Value.Record.InServiceTo; !end.IsZero() && end <= on {
		return nil // it leaves service: nothing to make ready
	}
	if _, err := end(c, Preparations, func(f *vacancy.Preparation) []apperr.Problem { f.Ready = max(on, f.From); return nil }); err != nil {
		return err
	}
	p := vacancy.Preparation{UnitRef: c.ref(), From: on}
	return put(c, Preparations, p, p.Validate(), true)
}

// ReadyAgain says that a household can move in from a day on. Errors: NotFound; Invalid
// for a day before the making ready began; Conflict where the unit is not being made ready.
func (o *Office) ReadyAgain(ctx context.Context, unitRef string, on civil.Date, who string) error {
	return o.onUnit(ctx, unitRef, who, func(c *unitCase) error {
		ended, err := end(c, Preparations, func(f *vacancy.Preparation) []apperr.Problem { f.Ready = on; return f.Validate() })
		if err == nil && !ended {
			err = c.nothing()
		}
		if err != nil {
			return err
		}
		return c.tell(WhatReady, "", "", on.String())
	})
}

// Reserve keeps a unit for an arrival. Errors: NotFound; Invalid; Conflict where it
// is kept for another.
func (o *Office) Reserve(ctx context.Context, r vacancy.Reservation, who string) error {
	return o.onUnit(ctx, r.UnitRef, who, func(c *unitCase) error {
		if err := checkText(r.HouseholdRef); err != nil {
			return err
		}
		if err := put(c, Reservations, r, r.Validate(), true); err != nil {
			return err
		}
		return c.tell(WhatReserved, "", r.HouseholdRef, datesNote(r.From, r.Arrival))
	})
}

// Unreserve gives the reservation of a unit up. Errors: NotFound; Conflict where there is none.
func (o *Office) Unreserve(ctx context.Context, unitRef string, on civil.Date, who string) error {
	return o.onUnit(ctx, unitRef, who, func(c *unitCase) error {
		ended, err := end(c, Reservations, func(f *vacancy.Reservation) []apperr.Problem { f.Ended = max(on, f.From); return nil })
		if err == nil && !ended {
			err = c.nothing()
		}
		if err != nil {
			return err
		}
		return c.tell(WhatReservationEnd, "", "", on.String())
	})
}

func datesNote(from, to civil.Date) string { return from.String() + "–" + to.String() }
