package office

import (
	"context"
	"fmt"
	"slices"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// Edit is a record as somebody changed it who had read a version of it.
type Edit[R any] struct {
	ID      string
	Version int64 // that was read
	Base    *R    // the record as it was read; nil where it was not kept
	Record  R     // as it shall be
}

// Saved is a record that was written.
type Saved struct {
	ID       string
	Key      string
	Version  int64
	Changed  []string         // canonical names of the fields that changed, in the order of the schema
	Warnings []apperr.Problem // what someone should look at; the record went in
}

// FieldConflict is a field that the editor, somebody else or both changed since
// the editor read the record; in canonical words.
type FieldConflict struct {
	Field              string
	Base, Mine, Theirs string // as it was read, as the editor has it, as it is stored now
}

// Both reports whether both changed the field, and differently.
func (c FieldConflict) Both() bool {
	return c.Mine != c.Theirs && c.Mine != c.Base && c.Theirs != c.Base
}

// EditConflict says what else changed in a record while somebody edited it. It is
// the cause of an apperr.Conflict; nothing was written.
type EditConflict struct {
	ID      string
	Version int64           // that is stored now
	Fields  []FieldConflict // in the order of the schema
}

// Error names the record.
func (e *EditConflict) Error() string { return fmt.Sprintf("%s has version %d now", e.ID, e.Version) }

// ProblemsError says what is wrong with a record, field by field. It is the
// cause of an apperr.Invalid; nothing was written.
type ProblemsError struct{ Problems []apperr.Problem }

// Error names the first problem.
func (e *ProblemsError) Error() string {
	if len(e.Problems) == 0 {
		return "problems"
	}
	return e.Problems[0].Field + ": " + e.Problems[0].Code
}

// refuse returns the error for problems of which at least one is an error.
func refuse(problems []apperr.Problem) error {
	return apperr.Wrap(&ProblemsError{problems}, apperr.Invalid, "Something in the form has to be corrected first.").In("edit.invalid", nil)
}

// desk is what editing needs to know of one register.
type desk[R any] struct {
	schema   *importers.Schema[R]
	register *storage.Collection[Entry[R]]
	keyField string // the field that a taken key is told beside

	// settle lets the office have its say: keep takes what an edit must not
	// change from the stored record (nil for a new one). May be nil.
	keep func(record, stored *R)
	// check returns what is wrong with the record beside others. May be nil.
	check func(tx *storage.Tx, record *R) ([]apperr.Problem, error)
	// renamed carries a new key to where others mention the old one, or refuses
	// it with a problem. May be nil.
	renamed func(tx *storage.Tx, from, to string) (*apperr.Problem, error)
}

var listingDesk = desk[landlords.Listing]{
	schema: importers.ListingSchema, register: Listings, keyField: "external_ref",
	keep: func(l, stored *landlords.Listing) { // its life has use-cases of its own
		if stored != nil {
			l.Status, l.ConfirmedOn = stored.Status, stored.ConfirmedOn
		}
	},
	renamed: renameListing,
}

var householdDesk = desk[households.Household]{
	schema: importers.HouseholdSchema, register: Households, keyField: "ref",
	check:   checkCurrentUnit,
	renamed: renameHousehold,
}

var unitDesk = desk[vacancy.Unit]{
	schema: importers.UnitSchema, register: Units, keyField: "unit_ref",
	renamed: renameUnit,
}

// CreateListing stores a new listing; one without status is open, and confirmed
// today. Errors: Invalid with a *ProblemsError, also for a key that is taken.
func (o *Office) CreateListing(ctx context.Context, l landlords.Listing, who string) (Saved, error) {
	l.FirstSeen(o.Today())
	return create(ctx, o, &listingDesk, l, who)
}

// EditListing changes a listing, but not its status and confirmation (see
// ChangeStatus). Errors: NotFound; Conflict with an *EditConflict where the
// record has changed since it was read; Invalid with a *ProblemsError.
func (o *Office) EditListing(ctx context.Context, e Edit[landlords.Listing], who string) (Saved, error) {
	return edit(ctx, o, &listingDesk, e, who)
}

// CreateHousehold stores a new household. Errors: as CreateListing.
func (o *Office) CreateHousehold(ctx context.Context, h households.Household, who string) (Saved, error) {
	return create(ctx, o, &householdDesk, h, who)
}

// EditHousehold changes a household. Errors: as EditListing.
func (o *Office) EditHousehold(ctx context.Context, e Edit[households.Household], who string) (Saved, error) {
	return edit(ctx, o, &householdDesk, e, who)
}

// CreateUnit stores a new transitional unit. Errors: as CreateListing.
func (o *Office) CreateUnit(ctx context.Context, u vacancy.Unit, who string) (Saved, error) {
	return create(ctx, o, &unitDesk, u, who)
}

// EditUnit changes a transitional unit. Errors: as EditListing.
func (o *Office) EditUnit(ctx context.Context, e Edit[vacancy.Unit], who string) (Saved, error) {
	return edit(ctx, o, &unitDesk, e, who)
}

func create[R any](ctx context.Context, o *Office, d *desk[R], record R, who string) (out Saved, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		out, err = createIn(tx, o, d, record, who)
		return err
	})
	return out, err
}

// createIn stores a new record in a transaction.
func createIn[R any](tx *storage.Tx, o *Office, d *desk[R], record R, who string) (Saved, error) {
	var blank R
	d.schema.Normalize(&record)
	out := Saved{Key: d.schema.Key(&record), Changed: importers.ChangedFields(d.schema, blank, record)}
	if err := d.examine(tx, &record, out.Key, "", &out); err != nil {
		return out, err
	}
	rec := storage.Record[Entry[R]]{Value: Entry[R]{Key: out.Key, Record: record, Edited: out.Changed}}
	rec.Value.hold()
	if err := d.register.Put(tx, &rec); err != nil {
		return out, err
	}
	out.ID, out.Version = rec.ID, rec.Version
	return out, o.Record(tx, Event{Who: who, What: WhatCreated, Register: d.register.Schema().Name, Record: rec.ID,
		Personal: EventPersonal{Key: out.Key, Changes: importers.FieldDifferences(d.schema, blank, record)}})
}

func edit[R any](ctx context.Context, o *Office, d *desk[R], e Edit[R], who string) (out Saved, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) (err error) {
		rec, err := d.register.Get(tx, e.ID)
		if err != nil {
			return err
		}
		d.schema.Normalize(&e.Record)
		if d.keep != nil {
			d.keep(&e.Record, &rec.Value.Record)
		}
		if rec.Version != e.Version {
			if conflict := compare(d.schema, &rec, &e); conflict != nil {
				return conflict
			}
		}
		out, err = editIn(tx, o, d, &rec, e.Record, who, "")
		return err
	})
	return out, err
}

// compare returns the conflict between an edit and a record that has got another
// version meanwhile; nil where nothing that the editor sees has changed.
func compare[R any](s *importers.Schema[R], rec *storage.Record[Entry[R]], e *Edit[R]) error {
	stored, base := rec.Value.Record, rec.Value.Record
	if e.Base != nil {
		base = *e.Base
		s.Normalize(&base)
		if len(importers.FieldDifferences(s, base, stored)) == 0 {
			return nil
		}
	}
	was, mine, theirs := importers.Texts(s, &base), importers.Texts(s, &e.Record), importers.Texts(s, &stored)
	conflict := &EditConflict{ID: rec.ID, Version: rec.Version}
	for i := range s.Columns {
		name := s.Columns[i].Name
		if f := (FieldConflict{name, was[name], mine[name], theirs[name]}); f.Mine != f.Base || f.Theirs != f.Base {
			conflict.Fields = append(conflict.Fields, f)
		}
	}
	return apperr.Wrap(conflict, apperr.Conflict, "Somebody else has changed the record meanwhile. Nothing was saved; compare and save again.").In("edit.conflict", nil)
}

// editIn writes a stored record's new state in a transaction, with its event. It
// writes nothing where nothing changed.
func editIn[R any](tx *storage.Tx, o *Office, d *desk[R], rec *storage.Record[Entry[R]], record R, who, note string) (Saved, error) {
	before := rec.Value.Record
	changes := importers.FieldDifferences(d.schema, before, record)
	out := Saved{ID: rec.ID, Key: d.schema.Key(&record), Version: rec.Version}
	if len(changes) == 0 {
		return out, nil
	}
	for _, c := range changes {
		out.Changed = append(out.Changed, c.Field)
	}
	if err := d.examine(tx, &record, out.Key, rec.Value.Key, &out); err != nil {
		return out, err
	}
	rec.Value.Key, rec.Value.Record = out.Key, record
	rec.Value.hold()
	rec.Value.Edited = union(rec.Value.Edited, out.Changed)
	if err := d.register.Put(tx, rec); err != nil {
		return out, err
	}
	out.Version = rec.Version
	return out, o.Record(tx, Event{Who: who, What: WhatUpdated, Register: d.register.Schema().Name, Record: rec.ID,
		Personal: EventPersonal{Key: out.Key, Note: note, Changes: changes}})
}

// examine refuses a record with errors, and collects its warnings. oldKey is ""
// for a new record.
func (d *desk[R]) examine(tx *storage.Tx, record *R, key, oldKey string, out *Saved) error {
	problems := importers.Check(d.schema, record)
	if d.check != nil {
		more, err := d.check(tx, record)
		if err != nil {
			return err
		}
		problems = append(problems, more...)
	}
	if key != oldKey && len(apperr.Errors(problems)) == 0 {
		taken := apperr.Problem{Field: d.keyField, Code: "key_taken", Severity: apperr.SeverityError, Params: map[string]any{"Key": key}}
		switch _, err := d.register.GetBy(tx, "key", key); {
		case err == nil:
			problems = append(problems, taken)
		case apperr.CodeOf(err) != apperr.NotFound:
			return err
		case d.renamed != nil && oldKey != "":
			p, err := d.renamed(tx, oldKey, key)
			if err != nil {
				return err
			}
			if p != nil {
				p.Field, p.Severity = d.keyField, apperr.SeverityError
				problems = append(problems, *p)
			}
		}
	}
	if len(apperr.Errors(problems)) > 0 {
		return refuse(problems)
	}
	out.Warnings = problems
	return nil
}

// union returns both lists' names, ascending and once each.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// checkCurrentUnit warns of a current unit that is not among the units.
func checkCurrentUnit(tx *storage.Tx, h *households.Household) ([]apperr.Problem, error) {
	if h.CurrentUnit == "" {
		return nil, nil
	}
	_, err := Units.GetBy(tx, "key", h.CurrentUnit)
	if apperr.CodeOf(err) != apperr.NotFound {
		return nil, err
	}
	return []apperr.Problem{{Field: "current_unit", Code: "current_unit_unknown", Severity: apperr.SeverityWarning,
		Params: map[string]any{"Unit": h.CurrentUnit}}}, nil
}

// renameListing lets placements follow a listing whose key changes: a listing
// without a reference is called by its address.
func renameListing(tx *storage.Tx, from, to string) (*apperr.Problem, error) {
	for rec, err := range Placements.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("placement.personal.listing_key", from)}}) {
		if err != nil {
			return nil, err
		}
		rec.Value.Placement.Personal.ListingKey = to
		rec.Value.holdKeys()
		if err := Placements.Put(tx, &rec); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// renameHousehold refuses a new reference for a household that stays or
// placements know by the old one: figures hang on it.
func renameHousehold(tx *storage.Tx, from, _ string) (*apperr.Problem, error) {
	stays, err := Occupancies.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.household_ref", from)}})
	if err != nil {
		return nil, err
	}
	placed, err := Placements.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("placement.personal.household_ref", from)}})
	if err != nil || stays+placed == 0 {
		return nil, err
	}
	return &apperr.Problem{Code: "ref_in_use", Params: map[string]any{"Key": from}}, nil
}

// renameUnit refuses a new reference for a unit that stays or households know by
// the old one.
func renameUnit(tx *storage.Tx, from, _ string) (*apperr.Problem, error) {
	stays, err := Occupancies.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.unit_ref", from)}})
	if err != nil {
		return nil, err
	}
	living, err := Households.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("record.current_unit", from)}})
	if err != nil || stays+living == 0 {
		return nil, err
	}
	return &apperr.Problem{Code: "ref_in_use", Params: map[string]any{"Key": from}}, nil
}
