package storagetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

func (s suite) reopening(t *testing.T) {
	db := s.db(t)
	want := put(t, db, rana, Item{Name: "a"}, Item{Name: "b"})
	if err := remove(t, db, rana, want[1].ID, 1); err != nil {
		t.Fatal(err)
	}
	closeDB(t, db)
	if err := db.View(t.Context(), rana, func(*storage.Tx) error { return nil }); err == nil {
		t.Error("View of a closed store: got no error")
	}
	if err := db.Update(t.Context(), rana, func(*storage.Tx) error { return nil }); err == nil {
		t.Error("Update of a closed store: got no error")
	}
	db = s.db(t)
	if got, err := get(t, db, rana, want[0].ID); err != nil || !reflect.DeepEqual(got, want[0]) {
		t.Errorf("Get: got %+v, %v, want %+v", got, err, want[0])
	}
	_, err := tryPut(t, db, rana, storage.Record[Item]{Value: Item{Name: "a"}})
	wantTaken(t, "the key after reopening", err, "name")
	if rec := put(t, db, rana, Item{})[0]; rec.Seq != 3 {
		t.Errorf("got seq %d, want 3: the numbers go on", rec.Seq)
	}
}

// indexesFollow adds, changes and drops indexes and keys between two starts.
func (s suite) indexesFollow(t *testing.T) {
	with := func(edit func(*storage.Schema)) *storage.Collection[Item] {
		schema := itemSchema()
		edit(&schema)
		return storage.NewCollection[Item](schema)
	}
	db := s.db(t)
	put(t, db, rana, Item{Name: "a", Text: "same"}, Item{Name: "b", Text: "same"})
	put(t, db, bodo, Item{Name: "c", Text: "same"})
	closeDB(t, db)

	text := with(func(s *storage.Schema) {
		s.Unique = append(s.Unique, storage.Unique{Name: "text", Paths: []string{"text"}})
	})
	_, err := s.tryDB(t, text)
	wantTaken(t, "a new key that documents break", err, "text")

	// the same key over more, no name any more, another index under an old name
	changed := with(func(s *storage.Schema) {
		s.Unique = []storage.Unique{{Name: "group_slot", Paths: []string{"text", "name"}}}
		s.Indexes = []storage.Index{{Name: "by_n", Paths: []string{"text"}}}
	})
	db = s.db(t, changed)
	write := func(v Item) error {
		return db.Update(t.Context(), rana, func(tx *storage.Tx) error {
			return changed.Put(tx, &storage.Record[Item]{Value: v})
		})
	}
	wantCode(t, "a key that is no more", write(Item{Name: "a"}), "")
	wantCode(t, "the changed key, free", write(Item{Name: "a", Text: "other"}), "")
	wantTaken(t, "the changed key, taken", write(Item{Name: "a", Text: "same"}), "group_slot")
	if findings, err := db.Check(t.Context()); err != nil || len(findings) != 0 {
		t.Errorf("Check: got %+v, %v, want nothing", findings, err)
	}
	if got := len(all(t, s.reopen(t, db), rana, storage.Query{Sort: "n"})); got != 4 {
		t.Errorf("got %d documents, want 4", got)
	}
}

// reopen closes a store and opens it with collections whose keys all hold.
func (s suite) reopen(t *testing.T, db *storage.DB) *storage.DB {
	t.Helper()
	closeDB(t, db)
	return s.db(t, storage.NewCollection[Item](storage.Schema{Name: "items"}))
}

// withText returns the items with migrations that append to the text.
func withText(marks ...string) *storage.Collection[Item] {
	schema := itemSchema()
	for _, mark := range marks {
		schema.Migrations = append(schema.Migrations, func(body json.RawMessage) (json.RawMessage, error) {
			if bytes.Contains(body, []byte(`"skip"`)) {
				return nil, nil
			}
			if bytes.Contains(body, []byte(`"fail"`)) {
				return nil, errStop
			}
			var v Item
			if err := json.Unmarshal(body, &v); err != nil {
				return nil, err
			}
			v.Text += mark
			return json.Marshal(v)
		})
	}
	return storage.NewCollection[Item](schema)
}

func (s suite) migrations(t *testing.T) {
	db := s.db(t)
	kept := put(t, db, rana, Item{Name: "a"}, Item{Name: "skip"}, Item{Name: "c"})
	put(t, db, bodo, Item{Name: "a"})
	if err := remove(t, db, rana, kept[2].ID, 1); err != nil {
		t.Fatal(err)
	}
	_, pos, err := db.Changes(t.Context(), rana, storage.Position{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	closeDB(t, db)
	for _, step := range []struct {
		marks   []string
		text    string
		version int64
	}{
		{[]string{"1"}, "1", 2},
		{[]string{"1"}, "1", 2}, // nothing to do
		{[]string{"1", "2", "3"}, "123", 3},
	} {
		db = s.db(t, withText(step.marks...), others)
		for _, m := range []string{rana, bodo} {
			got := all(t, db, m, storage.Query{Where: []storage.Cond{storage.Eq("name", "a")}})
			if len(got) != 1 || got[0].Value.Text != step.text || got[0].Version != step.version {
				t.Errorf("%q in %s: got %+v, want text %q, version %d", step.marks, m, got, step.text, step.version)
			}
		}
		if got, err := get(t, db, rana, kept[1].ID); err != nil || !reflect.DeepEqual(got, kept[1]) {
			t.Errorf("a document that a migration leaves: got %+v, %v, want %+v", got, err, kept[1])
		}
		if got, err := db.Municipalities(t.Context()); err != nil || len(got) != 2 {
			t.Errorf("Municipalities: got %q, %v, want two", got, err)
		}
		put(t, db, rana, Item{Text: "new"}) // written in the new form, so not to be migrated from the old
		closeDB(t, db)
	}
	db = s.db(t, withText("1", "2", "3"), others)
	changes, _, err := db.Changes(t.Context(), rana, pos, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string // what a reader of the feed learns
	for _, c := range changes {
		rec, err := items.Value(c)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, rec.Value.Text)
	}
	slices.Sort(got)
	if want := []string{"123", "new", "new23", "new23"}; !slices.Equal(got, want) {
		t.Errorf("the feed: got texts %q, want %q", got, want)
	}
}

// migrationInterrupted fails in the second municipality; the next start goes on
// there and leaves the first one alone.
func (s suite) migrationInterrupted(t *testing.T) {
	db := s.db(t)
	put(t, db, bodo, Item{Name: "a"}) // 1804 comes before 1833
	bad := put(t, db, rana, Item{Name: "a"}, Item{Name: "fail"})[1]
	closeDB(t, db)
	if _, err := s.tryDB(t, withText("1"), others); !errors.Is(err, errStop) {
		t.Fatalf("a migration that fails: got %v, want its error", err)
	}
	db = s.db(t) // the old program still reads it
	if got := all(t, db, rana, storage.Query{Where: []storage.Cond{storage.NotNull("text")}}); len(got) != 0 {
		t.Errorf("got %+v, want nothing of the failed municipality changed", got)
	}
	if err := remove(t, db, rana, bad.ID, 1); err != nil {
		t.Fatal(err)
	}
	closeDB(t, db)
	db = s.db(t, withText("1"), others)
	for _, m := range []string{rana, bodo} {
		if got := all(t, db, m, storage.Query{}); len(got) != 1 || got[0].Value.Text != "1" {
			t.Errorf("%s: got %+v, want text 1", m, got)
		}
	}
}

func (s suite) newerSchema(t *testing.T) {
	db := s.db(t, withText("1", "2"), others)
	rec := put(t, db, rana, Item{Name: "a"})[0]
	closeDB(t, db)
	_, err := s.tryDB(t, withText("1"), others)
	wantCode(t, "a store of a newer schema", err, apperr.Unreadable)
	if !strings.Contains(apperr.MessageOf(err), "newer version") {
		t.Errorf("got %q, want a sentence that says to start the newer version", apperr.MessageOf(err))
	}
	db = s.db(t, withText("1", "2"), others)
	if got, err := get(t, db, rana, rec.ID); err != nil || !reflect.DeepEqual(got, rec) {
		t.Errorf("afterwards: got %+v, %v, want %+v", got, err, rec)
	}
}

func (s suite) check(t *testing.T) {
	db := s.db(t)
	recs := put(t, db, rana, Item{Name: "a", Text: "x"}, Item{Name: "b"}, Item{})
	if err := remove(t, db, rana, recs[1].ID, 1); err != nil {
		t.Fatal(err)
	}
	if got, err := db.Check(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("a sound store: got %+v, %v, want nothing", got, err)
	}
	closeDB(t, db)
	type other struct {
		Text int `json:"text"`
	}
	db = s.db(t, storage.NewCollection[other](itemSchema()), others)
	got, err := db.Check(t.Context())
	if err != nil || len(got) != 1 || got[0].Code != "document_unreadable" || got[0].ID != recs[0].ID || got[0].Collection != "items" {
		t.Errorf("a document of another type: got %+v, %v, want it named", got, err)
	}
}
