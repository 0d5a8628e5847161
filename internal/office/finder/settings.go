package finder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/storage"
)

// SynonymList is a version of the words that mean the same. Versions are never
// changed: a new one takes over.
type SynonymList struct {
	Number int        `json:"number"` // 1, 2, 3 ...; 0 is the default list
	Groups [][]string `json:"groups"`
	Who    string     `json:"who,omitzero"`
	At     time.Time  `json:"at,omitzero"`
}

// PlaceTable is an imported list of postal codes.
type PlaceTable struct {
	Part   int            `json:"part"` // of the list, so that no document is large
	Places []search.Place `json:"places"`
}

// SavedFilter is a search that a user has given a name.
type SavedFilter struct {
	User  string `json:"user"`
	Name  string `json:"name"`
	Query string `json:"query"` // of the page's address
}

// The collections.
var (
	SynonymLists = storage.NewCollection[SynonymList](storage.Schema{Name: "synonyms", Unique: []storage.Unique{{Name: "number", Paths: []string{"number"}}}})
	PlaceTables  = storage.NewCollection[PlaceTable](storage.Schema{Name: "places", Unique: []storage.Unique{{Name: "part", Paths: []string{"part"}}}})
	SavedFilters = storage.NewCollection[SavedFilter](storage.Schema{Name: "saved_filters", Indexes: []storage.Index{{Name: "user", Paths: []string{"user"}}},
		Unique: []storage.Unique{{Name: "user_name", Paths: []string{"user", "name"}}}})

	// Collections are what a store holds for the finder.
	Collections = []storage.AnyCollection{SynonymLists, PlaceTables, SavedFilters}
)

// settings are the places and synonyms of the moment.
type settings struct {
	places   *search.Places
	synonyms *search.Synonyms
	list     SynonymList
	at       storage.Position // of the store when they were read
	version  string           // of what an index is built with: synonyms are not, they are the query's
}

// settingsAge is how old settings may be: another process may have changed them.
const settingsAge = time.Second

func (f *Finder) settings(ctx context.Context) (*settings, error) {
	f.mu.Lock()
	cached, readAt := f.cached, f.readAt
	f.mu.Unlock()
	if cached != nil && time.Since(readAt) < settingsAge {
		return cached, nil
	}
	s, err := f.readSettings(ctx, cached)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cached, f.readAt = s, time.Now()
	return s, nil
}

// forgetSettings makes the next search read them anew.
func (f *Finder) forgetSettings() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cached = nil
}

// readSettings reads the settings, unless the store is where it was when those that
// are known were read. A list of the country's places is large.
func (f *Finder) readSettings(ctx context.Context, known *settings) (*settings, error) {
	s := &settings{places: f.places}
	var imported []search.Place
	var seqs []int64
	err := f.db.View(ctx, f.municipality, func(tx *storage.Tx) (err error) {
		imported, seqs = nil, nil
		if s.at, err = tx.Position(); err != nil || known != nil && s.at == known.at {
			return err
		}
		if s.list, err = newestSynonyms(tx); err != nil {
			return err
		}
		for rec, err := range PlaceTables.Find(tx, storage.Query{Sort: "part"}) {
			if err != nil {
				return err
			}
			imported = append(imported, rec.Value.Places...)
			seqs = append(seqs, rec.Seq)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case known != nil && s.at == known.at:
		return known, nil
	}
	s.synonyms = search.NewSynonyms(s.list.Groups)
	if len(imported) > 0 {
		s.places = search.NewPlaces(f.base, search.Demo, imported)
	}
	b, err := json.Marshal([]any{len(f.base), seqs})
	sum := sha256.Sum256(b)
	s.version = hex.EncodeToString(sum[:6])
	return s, err
}

// placesPerPart keeps a part well below the largest document.
const placesPerPart = 2000

// SetPlaces replaces the imported postal codes.
func (f *Finder) SetPlaces(ctx context.Context, places []search.Place) error {
	defer f.forgetSettings()
	return f.db.Update(ctx, f.municipality, func(tx *storage.Tx) error {
		old := map[int]storage.Record[PlaceTable]{}
		for rec, err := range PlaceTables.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			old[rec.Value.Part] = rec
		}
		for part := 0; len(places) > 0; part++ {
			n := min(placesPerPart, len(places))
			rec := old[part]
			delete(old, part)
			rec.Value = PlaceTable{Part: part, Places: places[:n]}
			places = places[n:]
			if err := PlaceTables.Put(tx, &rec); err != nil {
				return err
			}
		}
		for _, rec := range old {
			if err := PlaceTables.Delete(tx, rec.ID, rec.Version); err != nil {
				return err
			}
		}
		return nil
	})
}
