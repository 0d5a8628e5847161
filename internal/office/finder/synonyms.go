package finder

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/storage"
)

// Synonyms returns the list in use. Errors are those of the store.
func (f *Finder) Synonyms(ctx context.Context) (SynonymList, error) {
	s, err := f.settings(ctx)
	if err != nil {
		return SynonymList{}, err
	}
	return s.list, nil
}

// SynonymVersions returns the lists that there have been, the newest first and the
// program's own last. Errors are those of the store.
func (f *Finder) SynonymVersions(ctx context.Context) (out []SynonymList, err error) {
	err = f.db.View(ctx, f.municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range SynonymLists.Find(tx, storage.Query{Sort: "number", Desc: true}) {
			if err != nil {
				return err
			}
			out = append(out, rec.Value)
		}
		return nil
	})
	return append(out, SynonymList{Groups: search.DefaultSynonyms}), err
}

// SetSynonyms saves a list that was made from the one of a number; from the next
// second on every search goes by it. Errors: Conflict where somebody else has saved
// one meanwhile; Invalid for a list with an identity number.
func (f *Finder) SetSynonyms(ctx context.Context, from int, groups [][]string, who string, at time.Time) (list SynonymList, err error) {
	if _, found := importers.FindIdentity(search.FormatSynonyms(groups)); found {
		return list, apperr.New(apperr.Invalid, "The list has an identity number.").In("search.synonyms_identity", nil)
	}
	defer f.forgetSettings()
	err = f.db.Update(ctx, f.municipality, func(tx *storage.Tx) error {
		newest, err := newestSynonyms(tx)
		if err != nil {
			return err
		}
		if newest.Number != from {
			return storage.Stale(SynonymLists.Schema().Name, strconv.Itoa(from))
		}
		list = SynonymList{Number: from + 1, Groups: groups, Who: who, At: at.UTC()}
		if err := SynonymLists.Put(tx, &storage.Record[SynonymList]{Value: list}); err != nil {
			return err
		}
		return audit.Write(tx, at, audit.Entry{Who: who, What: audit.Changed, Register: SynonymLists.Schema().Name, Key: strconv.Itoa(list.Number)})
	})
	if apperr.CodeOf(err) == apperr.Duplicate { // somebody saved one of that number in the same moment
		err = storage.Stale(SynonymLists.Schema().Name, strconv.Itoa(from))
	}
	return list, err
}

// newestSynonyms returns the list in use, the program's own where none was saved.
func newestSynonyms(tx *storage.Tx) (SynonymList, error) {
	list := SynonymList{Groups: search.DefaultSynonyms}
	for rec, err := range SynonymLists.Find(tx, storage.Query{Sort: "number", Desc: true, Limit: 1}) {
		if err != nil {
			return list, err
		}
		list = rec.Value
	}
	return list, nil
}

// SynonymChanges returns the groups that one list has and the other has not, in
// both directions, whatever their order.
func SynonymChanges(before, after [][]string) (added, removed [][]string) {
	return missing(after, before), missing(before, after)
}

// missing returns the groups that the other list has not.
func missing(groups, from [][]string) (out [][]string) {
	for _, g := range groups {
		if !slices.ContainsFunc(from, func(h []string) bool {
			return slices.Equal(slices.Sorted(slices.Values(g)), slices.Sorted(slices.Values(h)))
		}) {
			out = append(out, g)
		}
	}
	return out
}
