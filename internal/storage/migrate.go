package storage

import (
	"bytes"
	"context"
	"fmt"

	"github.com/boligklar/boligklar/internal/apperr"
)

// house is where the store keeps notes on itself, beside the municipalities.
const house = "_"

// versionNote says which version a collection's documents have. In the house it
// stands for the whole store; in a municipality for that one alone, while a
// migration is under way, written in the same transaction as the documents.
type versionNote struct {
	Version int `json:"version"`
}

var versions = NewCollection[versionNote](Schema{Name: "_versions"})

// migrate brings every collection's documents to its schema's version. A crash
// between two municipalities is made good at the next start, by their notes. No
// collection is touched if any is of a newer program.
func (db *DB) migrate(ctx context.Context) error {
	municipalities, err := db.Municipalities(ctx)
	if err != nil {
		return err
	}
	stored := map[string]int{} // of the collections to be brought up
	for _, s := range db.schemas {
		if s.Name == versions.schema.Name {
			continue
		}
		note, err := db.versionNote(ctx, house, s.Name)
		switch v := note.Value.Version; {
		case err != nil:
			return err
		case v > s.Version():
			return apperr.New(apperr.Unreadable, "The store was written by a newer version of Boligklar (%s has version %d, this program knows %d). Start that version or a newer one; nothing was changed.", s.Name, v, s.Version())
		case v < s.Version(): // no note: documents from before the first migration
			stored[s.Name] = v
		}
	}
	for _, s := range db.schemas {
		from, due := stored[s.Name]
		if !due {
			continue
		}
		for _, m := range municipalities {
			if err := db.migrateOne(ctx, m, s, from); err != nil {
				return fmt.Errorf("storage: migrate %s of %s: %w", s.Name, m, err)
			}
		}
	}
	if len(stored) == 0 {
		return nil
	}
	return db.update(ctx, house, func(tx *Tx) error {
		for _, s := range db.schemas {
			if _, due := stored[s.Name]; due {
				if err := setVersion(tx, s); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// migrateOne brings one municipality's documents of a collection to s's version.
func (db *DB) migrateOne(ctx context.Context, municipality string, s Schema, stored int) error {
	if stored == s.Version() {
		return nil
	}
	return db.update(ctx, municipality, func(tx *Tx) error {
		from := stored
		if note, err := versions.Get(tx, s.Name); err == nil {
			from = max(from, note.Value.Version)
		} else if apperr.CodeOf(err) != apperr.NotFound {
			return err
		}
		for d, err := range tx.r.Scan(ctx, Scan{Collection: s.Name}) {
			if err != nil {
				return err
			}
			body := d.Body
			for i := from; i < s.Version(); i++ {
				next, err := s.Migrations[i](body)
				if err != nil {
					return fmt.Errorf("%s to version %d: %w", d.ID, i+1, err)
				}
				if next != nil {
					body = next
				}
			}
			if bytes.Equal(body, d.Body) {
				continue
			}
			w := Write{Expect: d.Version, Doc: Doc{Collection: s.Name, ID: d.ID, Version: d.Version + 1, Body: body}}
			if err := tx.write(w, recordRef{}); err != nil {
				return err
			}
		}
		return setVersion(tx, s)
	})
}

func (db *DB) versionNote(ctx context.Context, municipality, collection string) (rec Record[versionNote], err error) {
	err = db.view(ctx, municipality, func(tx *Tx) error {
		rec, err = versions.Get(tx, collection)
		if apperr.CodeOf(err) == apperr.NotFound {
			return nil
		}
		return err
	})
	return rec, err
}

func setVersion(tx *Tx, s Schema) error {
	rec, err := versions.Get(tx, s.Name)
	if err != nil && apperr.CodeOf(err) != apperr.NotFound {
		return err
	}
	rec.ID, rec.Value.Version = s.Name, s.Version()
	return versions.Put(tx, &rec)
}
