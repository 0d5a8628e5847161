package finder

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// ErrNoName refuses a saved search without a name of at most 60 letters.
var ErrNoName = apperr.New(apperr.Invalid, "Give the search a name of at most 60 letters.").In("listings.no_name", nil)

// maxSaved bounds the saved searches of one user.
const maxSaved = 50

// Saved returns a user's saved searches by name.
func (f *Finder) Saved(ctx context.Context, user string) (out []storage.Record[SavedFilter], err error) {
	err = f.db.View(ctx, f.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range SavedFilters.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("user", user)}}) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b storage.Record[SavedFilter]) int { return strings.Compare(a.Value.Name, b.Value.Name) })
	return out, err
}

// Save keeps a search under its name; one of that name is replaced. Errors:
// ErrNoName, and Invalid for one too many.
func (f *Finder) Save(ctx context.Context, filter SavedFilter) error {
	filter.Name = strings.TrimSpace(filter.Name)
	if filter.Name == "" || utf8.RuneCountInString(filter.Name) > 60 || len(filter.Query) > 2000 {
		return ErrNoName
	}
	return f.db.Update(ctx, f.municipality, func(tx *storage.Tx) error {
		rec, err := SavedFilters.GetBy(tx, "user_name", filter.User, filter.Name)
		if err != nil && apperr.CodeOf(err) != apperr.NotFound {
			return err
		}
		n, err := SavedFilters.Count(tx, storage.Query{Where: []storage.Cond{storage.Eq("user", filter.User)}})
		if err != nil {
			return err
		}
		if rec.Version == 0 && n >= maxSaved {
			return apperr.New(apperr.Invalid, "There is room for %d saved searches. Delete one first.", maxSaved).In("listings.too_many", map[string]any{"N": maxSaved})
		}
		rec.Value = filter
		return SavedFilters.Put(tx, &rec)
	})
}

// Forget deletes a user's saved search. Errors: NotFound, also for one of
// somebody else.
func (f *Finder) Forget(ctx context.Context, user, id string) error {
	return f.db.Update(ctx, f.municipality, func(tx *storage.Tx) error {
		rec, err := SavedFilters.Get(tx, id)
		if err != nil {
			return err
		}
		if rec.Value.User != user {
			return storage.Missing("saved_filters", id)
		}
		return SavedFilters.Delete(tx, rec.ID, rec.Version)
	})
}
