package office

import (
	"context"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/matching/households"
)

// Contacts is how to reach a household. It stands apart from the household's
// record: matching, search, exports and logs never see it.
type Contacts struct {
	Name        string `json:"name,omitzero"`
	Phone       string `json:"phone,omitzero"`
	Interpreter string `json:"interpreter,omitzero"` // the language, and whom to book
	Caseworker  string `json:"caseworker,omitzero"`  // user id of who is responsible
}

// Readiness is a household's checklist. It stands apart from the household's
// record, which holds what matching reads of it.
type Readiness struct {
	Items households.Checklist `json:"items"`
}

// What is kept beside a household's record, under the record's own id.
var (
	HouseholdContacts  = storage.NewCollection[Contacts](storage.Schema{Name: "household_contacts", Indexes: []storage.Index{{Name: "caseworker", Paths: []string{"caseworker"}}}})
	HouseholdReadiness = storage.NewCollection[Readiness](storage.Schema{Name: "household_readiness"})
)

// Beside is a document beside a household's record, with its own version.
type Beside[T any] struct {
	Household string // id of the household's record
	Version   int64  // that was read; 0 where there was none
	Value     T
}

// Contacts returns how to reach a household; the zero value where nothing is
// noted. Errors: those of the store.
func (o *Office) Contacts(ctx context.Context, household string) (Beside[Contacts], error) {
	return beside(ctx, o, HouseholdContacts, household)
}

// Readiness returns a household's checklist; empty where nothing is noted.
// Errors: those of the store.
func (o *Office) Readiness(ctx context.Context, household string) (Beside[Readiness], error) {
	return beside(ctx, o, HouseholdReadiness, household)
}

func beside[T any](ctx context.Context, o *Office, c *storage.Collection[T], household string) (out Beside[T], err error) {
	out.Household = household
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := c.Get(tx, household)
		if apperr.CodeOf(err) == apperr.NotFound {
			return nil
		}
		out.Version, out.Value = rec.Version, rec.Value
		return err
	})
	return out, err
}

// putBeside writes a document beside a household's record. Errors: Conflict where
// another version is stored than was read, also where none was.
func putBeside[T any](tx *storage.Tx, c *storage.Collection[T], b Beside[T]) error {
	err := c.Put(tx, &storage.Record[T]{ID: b.Household, Version: b.Version, Value: b.Value})
	if err == nil {
		err = tx.Flush()
	}
	if apperr.CodeOf(err) == apperr.Duplicate {
		return storage.Stale(c.Schema().Name, b.Household)
	}
	return err
}

// SetContacts changes how to reach a household. The event says that it changed,
// not to what. Errors: NotFound; Conflict where it changed since it was read;
// Invalid for identity numbers.
func (o *Office) SetContacts(ctx context.Context, b Beside[Contacts], who string) error {
	for _, text := range []*string{&b.Value.Name, &b.Value.Phone, &b.Value.Interpreter, &b.Value.Caseworker} {
		if err := checkText(*text); err != nil {
			return err
		}
		*text, _ = importers.CleanText(*text)
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		h, err := Households.Get(tx, b.Household)
		if err != nil {
			return err
		}
		if err := putBeside(tx, HouseholdContacts, b); err != nil {
			return err
		}
		return o.Record(tx, Event{Who: who, What: WhatContacts, Register: "households", Record: h.ID, Personal: EventPersonal{Key: h.Value.Key}})
	})
}

// WhatReadiness is the event of a changed checklist.
const WhatReadiness What = "readiness"

// SetReadiness changes a household's checklist, and lets the profile that
// matching reads follow it. Errors: NotFound; Conflict where it changed since it
// was read; Invalid with a *ProblemsError.
func (o *Office) SetReadiness(ctx context.Context, b Beside[Readiness], who string) error {
	problems := b.Value.Items.Validate()
	for item, m := range b.Value.Items {
		if _, found := importers.FindIdentity(m.Evidence); found {
			problems = append(problems, apperr.Problem{Field: string(item), Code: importers.CodeIdentity, Severity: apperr.SeverityError})
		}
		m.Evidence, _ = importers.CleanText(m.Evidence)
		b.Value.Items[item] = m
	}
	if len(problems) > 0 {
		return refuse(problems)
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		h, err := Households.Get(tx, b.Household)
		if err != nil {
			return err
		}
		before, err := HouseholdReadiness.Get(tx, b.Household)
		if err != nil && apperr.CodeOf(err) != apperr.NotFound {
			return err
		}
		b.Value.Items.KeepBegan(before.Value.Items, o.Today())
		if err := putBeside(tx, HouseholdReadiness, b); err != nil {
			return err
		}
		e := Event{Who: who, What: WhatReadiness, Register: "households", Record: h.ID, Personal: EventPersonal{Key: h.Value.Key}}
		for _, item := range households.Items {
			if was, is := before.Value.Items[item], b.Value.Items[item]; was != is {
				e.Personal.Changes = append(e.Personal.Changes, importers.Difference{Field: string(item), Stored: string(was.Progress), File: string(is.Progress)})
			}
		}
		if len(e.Personal.Changes) == 0 {
			return nil
		}
		if err := o.Record(tx, e); err != nil {
			return err
		}
		after := h.Value.Record
		after.Follow(before.Value.Items, b.Value.Items, o.Today())
		_, err = editIn(tx, o, &householdDesk, &h, after, who, "")
		return err
	})
}
