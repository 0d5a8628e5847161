package storagetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// sample returns items with few values and many nulls, so that conditions and
// orders have ties, and strings whose bytes order otherwise than a dictionary.
func sample(r *rand.Rand, n int) []Item {
	words := []string{"", "a", "A", "aa", "z", "å", "Ø", "10", "9", "open", "let"}
	some := func(max int) *int {
		if r.IntN(4) == 0 {
			return nil
		}
		return ptr(r.IntN(max) - max/2)
	}
	out := make([]Item, n)
	for i := range out {
		out[i] = Item{Name: fmt.Sprint("name", i), N: some(9), Inner: Inner{Status: words[r.IntN(len(words))]}, Text: words[r.IntN(len(words))]}
		if n := some(7); n != nil {
			out[i].Weight = ptr(float64(*n) / 2)
			out[i].Open = ptr(*n > 0)
		}
	}
	return out
}

// loose is an item as the model sees it: what encoding/json makes of it.
type loose struct {
	rec  storage.Record[Item]
	body any
}

func loosen(recs []storage.Record[Item]) []loose {
	out := make([]loose, len(recs))
	for i, rec := range recs {
		b, err := json.Marshal(rec.Value)
		if err != nil {
			panic(err)
		}
		out[i].rec = rec
		if err := json.Unmarshal(b, &out[i].body); err != nil {
			panic(err)
		}
	}
	return out
}

// value is the model's reading of a path.
func value(l loose, path string) any {
	m := l.body
	for part := range strings.SplitSeq(path, ".") {
		object, ok := m.(map[string]any)
		if !ok {
			return nil
		}
		m = object[part]
	}
	return m
}

// compare orders two values of one kind.
func compare(a, b any) int {
	switch a := a.(type) {
	case string:
		return cmp.Compare(a, b.(string))
	case float64:
		return cmp.Compare(a, b.(float64))
	case bool:
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) // false, true
	}
	panic(fmt.Sprintf("%T", a))
}

func plain(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case *int:
		if v == nil {
			return nil
		}
		return float64(*v)
	}
	return v
}

func holds(c storage.Cond, v loose) bool {
	got := value(v, c.Path)
	if set, ok := c.Value.([]any); ok {
		return got != nil && slices.ContainsFunc(set, func(w any) bool { return plain(w) != nil && compare(got, plain(w)) == 0 })
	}
	want := plain(c.Value)
	if c.Op == storage.OpNull || (c.Op == storage.OpEq && want == nil) {
		return got == nil
	}
	if got == nil || c.Op == storage.OpNotNull {
		return got != nil
	}
	n := compare(got, want)
	return map[storage.Op]bool{storage.OpEq: n == 0, storage.OpLt: n < 0, storage.OpLe: n <= 0, storage.OpGt: n > 0, storage.OpGe: n >= 0}[c.Op]
}

// model answers a query the plain way.
func model(recs []loose, q storage.Query) []storage.Record[Item] {
	var out []loose
	for _, r := range recs {
		if !slices.ContainsFunc(q.Where, func(c storage.Cond) bool { return !holds(c, r) }) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b loose) int {
		sign := 1
		if q.Desc {
			sign = -1
		}
		if q.Sort != "" {
			va, vb := value(a, q.Sort), value(b, q.Sort)
			switch {
			case va == nil && vb == nil:
			case va == nil: // nulls last in both directions
				return 1
			case vb == nil:
				return -1
			default:
				if n := compare(va, vb); n != 0 {
					return sign * n
				}
			}
		}
		return sign * strings.Compare(a.rec.ID, b.rec.ID)
	})
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	found := make([]storage.Record[Item], len(out))
	for i, l := range out {
		found[i] = l.rec
	}
	return found
}

// queries holds every operator to the model, one by one and in random company.
func (s suite) queries(t *testing.T) {
	db := s.db(t)
	r := rand.New(rand.NewPCG(1, 2))
	put(t, db, rana, sample(r, 250)...)
	put(t, db, bodo, Item{N: ptr(1), Text: "a"})
	gone := put(t, db, rana, Item{Name: "gone", N: ptr(1), Text: "a"})[0]
	if err := remove(t, db, rana, gone.ID, 1); err != nil {
		t.Fatal(err)
	}
	conds := []storage.Cond{
		storage.Eq("n", 1), storage.Eq("n", ptr(1)), storage.Eq("n", nil), storage.Eq("n", (*int)(nil)),
		storage.Lt("n", 0), storage.Le("n", 0), storage.Gt("n", 0), storage.Ge("n", 0),
		storage.In("n", 1, -2, 3), storage.In[int]("n"), storage.In("n", ptr(2), nil), storage.IsNull("n"), storage.NotNull("n"),
		storage.Eq("weight", 0.5), storage.Gt("weight", -0.5), storage.Eq("weight", 1), storage.In("weight", 1.5, 1.0),
		storage.Eq("inner.status", "open"), storage.In("inner.status", "å", "A"), storage.Gt("inner.status", "a"), storage.IsNull("inner.status"),
		storage.Le("text", "a"), storage.Lt("text", "z"), storage.Gt("text", "z"), storage.Eq("text", "10"), storage.Eq("text", "a' OR 1=1 --"),
		storage.Eq("open", true), storage.Eq("open", false), storage.IsNull("open"), storage.In("open", true, false), storage.Ge("open", true),
		storage.IsNull("no.such.path"), storage.NotNull("no.such.path"), storage.Eq("name", "name7"),
	}
	sorts := []string{"", "", "n", "weight", "inner.status", "text", "open", "name", "no.such.path"}
	recs := loosen(all(t, db, rana, storage.Query{}))
	if len(recs) != 250 {
		t.Fatalf("got %d documents, want 250", len(recs))
	}
	for i := range 300 {
		q := storage.Query{Sort: sorts[r.IntN(len(sorts))], Desc: r.IntN(2) == 0, Limit: max(0, r.IntN(60)-20)}
		if i < len(conds) {
			q.Where = conds[i : i+1]
		} else {
			for range r.IntN(3) {
				q.Where = append(q.Where, conds[r.IntN(len(conds))])
			}
		}
		want := model(recs, q)
		if got := all(t, db, rana, q); !slices.Equal(ids(got), ids(want)) {
			t.Fatalf("Find(%+v):\n got %d: %q\nwant %d: %q", q, len(got), ids(got), len(want), ids(want))
		}
		q.Limit = 0
		err := db.View(t.Context(), rana, func(tx *storage.Tx) error {
			want := len(model(recs, q))
			if got, err := items.Count(tx, q); err != nil || got != want {
				t.Fatalf("Count(%+v): got %d, %v, want %d", q, got, err, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := db.View(t.Context(), rana, func(tx *storage.Tx) error {
		for name, q := range map[string]storage.Query{
			"less than null": {Where: []storage.Cond{storage.Lt("n", nil)}},
			"not a path":     {Where: []storage.Cond{storage.Eq("n') OR 1=1 --", 1)}},
			"not a sort":     {Sort: "n DESC"},
			"an object":      {Where: []storage.Cond{storage.Eq("inner", Inner{})}},
		} {
			_, _, err := items.Page(tx, storage.Query{Where: q.Where, Sort: q.Sort, Limit: 1})
			if apperr.CodeOf(err) != apperr.Internal {
				t.Errorf("%s: got %v, want an internal error", name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// sorts spells the order out: bytes, nulls last in both directions, ties by ID
// in the direction of the sort.
func (s suite) sorts(t *testing.T) {
	db := s.db(t)
	update(t, db, rana, func(tx *storage.Tx) error {
		for id, n := range map[string]*int{"a": ptr(2), "b": nil, "c": ptr(-1), "d": ptr(2), "e": nil, "f": ptr(10)} {
			if err := items.Put(tx, &storage.Record[Item]{ID: id, Value: Item{N: n}}); err != nil {
				return err
			}
		}
		return nil
	})
	wantIDs(t, "ascending", all(t, db, rana, storage.Query{Sort: "n"}), "c", "a", "d", "f", "b", "e")
	wantIDs(t, "descending", all(t, db, rana, storage.Query{Sort: "n", Desc: true}), "f", "d", "a", "c", "e", "b")
	wantIDs(t, "by ID", all(t, db, rana, storage.Query{}), "a", "b", "c", "d", "e", "f")
	wantIDs(t, "by ID descending", all(t, db, rana, storage.Query{Desc: true}), "f", "e", "d", "c", "b", "a")
	wantIDs(t, "over the nulls' edge", all(t, db, rana, storage.Query{Sort: "n", Limit: 5}), "c", "a", "d", "f", "b")
}

// pages puts the pages of queries together and wants what one read gives.
func (s suite) pages(t *testing.T) {
	db := s.db(t)
	r := rand.New(rand.NewPCG(3, 4))
	put(t, db, rana, sample(r, 50)...)
	wheres := [][]storage.Cond{nil, {storage.Gt("n", -3)}, {storage.IsNull("n")}, {storage.Eq("open", true)}, {storage.Eq("inner.status", "open")}}
	for _, path := range []string{"", "n", "weight", "inner.status", "text", "open", "no.such.path"} {
		for _, where := range wheres {
			for _, size := range []int{1, 7, 100} {
				for _, desc := range []bool{false, true} {
					q := storage.Query{Where: where, Sort: path, Desc: desc}
					want := all(t, db, rana, q)
					q.Limit = size
					var got []storage.Record[Item]
					err := db.View(t.Context(), rana, func(tx *storage.Tx) error {
						for {
							page, next, err := items.Page(tx, q)
							if err != nil {
								return err
							}
							if len(page) > size || (next != "" && len(page) != size) {
								t.Fatalf("%+v: got a page of %d", q, len(page))
							}
							got = append(got, page...)
							if next != "" {
								if c, err := items.Cursor(q, page[len(page)-1]); err != nil || c != next {
									t.Fatalf("%+v: Cursor: got %q, %v, want %q", q, c, err, next)
								}
							}
							if q.After = next; next == "" {
								return nil
							}
						}
					})
					if err != nil {
						t.Fatal(err)
					}
					if !slices.Equal(ids(got), ids(want)) {
						t.Fatalf("%+v in pages of %d:\n got %q\nwant %q", q, size, ids(got), ids(want))
					}
				}
			}
		}
	}
}

// pagesWhileWriting reads page after page, each in its own transaction, while
// others insert and delete: what stays is seen once.
func (s suite) pagesWhileWriting(t *testing.T) {
	db := s.db(t)
	r := rand.New(rand.NewPCG(5, 6))
	stable := map[string]int{}
	for _, rec := range put(t, db, rana, sample(r, 150)...) {
		stable[rec.ID] = 0
	}
	stop, done := make(chan struct{}), make(chan error)
	go func() {
		defer close(done)
		r := rand.New(rand.NewPCG(7, 8))
		for {
			select {
			case <-stop:
				return
			default:
			}
			rec := storage.Record[Item]{Value: Item{N: ptr(r.IntN(9) - 4)}}
			rec, err := tryPut(t, db, rana, rec)
			if err == nil && r.IntN(2) == 0 {
				err = remove(t, db, rana, rec.ID, rec.Version)
			}
			if err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for round, q := range []storage.Query{{Sort: "n"}, {Sort: "n", Desc: true}, {}, {Desc: true}} {
		q.Limit = 7
		for {
			var page []storage.Record[Item]
			err := db.View(t.Context(), rana, func(tx *storage.Tx) (err error) {
				page, q.After, err = items.Page(tx, q)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range page {
				if _, ok := stable[rec.ID]; ok {
					stable[rec.ID]++
				}
			}
			if q.After == "" {
				break
			}
		}
		for id, n := range stable {
			if n != round+1 {
				t.Errorf("%+v: %s was seen %d times, want once", q, id, n-round)
			}
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// cursors come back from browsers, so anything may stand in them.
func (s suite) cursors(t *testing.T) {
	db := s.db(t)
	rec := put(t, db, rana, Item{N: ptr(1)}, Item{N: ptr(2)})[0]
	q := storage.Query{Sort: "n", Limit: 1}
	good, err := items.Cursor(q, rec)
	if err != nil {
		t.Fatal(err)
	}
	desc, text := q, q
	desc.Desc, text.Sort = true, "text"
	for name, q := range map[string]storage.Query{
		"good":               q,
		"of another order":   desc,
		"of another path":    text,
		"of no sort":         {Limit: 1},
		"not base64":         {Sort: "n", Limit: 1, After: "%%%"},
		"not JSON":           {Sort: "n", Limit: 1, After: "AAAA"},
		"an object":          {Sort: "n", Limit: 1, After: "eyJzIjoibiIsInYiOnsiYSI6MX0sImkiOiJ4In0"}, // {"s":"n","v":{"a":1},"i":"x"}
		"without a document": {Sort: "n", Limit: 1, After: "eyJzIjoibiJ9"},                            // {"s":"n"}
	} {
		if q.After == "" {
			q.After = good
		}
		want := apperr.Invalid
		if name == "good" {
			want = ""
		}
		err := db.View(t.Context(), rana, func(tx *storage.Tx) error { _, _, err := items.Page(tx, q); return err })
		wantCode(t, "a cursor: "+name, err, want)
	}
}

// writingInLoop changes documents while it finds them, and runs the same query
// inside itself.
func (s suite) writingInLoop(t *testing.T) {
	db := s.db(t)
	const n = 300
	put(t, db, rana, make([]Item, n)...)
	seen := 0
	update(t, db, rana, func(tx *storage.Tx) error {
		for rec, err := range items.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			seen++
			rec.Value.N = ptr(seen)
			if err := items.Put(tx, &rec); err != nil {
				return err
			}
			if seen%50 == 0 {
				inner := 0
				for _, err := range items.Find(tx, storage.Query{}) {
					if err != nil {
						return err
					}
					if inner++; inner == 7 {
						break
					}
				}
				if _, err := items.Get(tx, rec.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if seen != n {
		t.Errorf("the loop saw %d documents, want %d", seen, n)
	}
	for _, rec := range all(t, db, rana, storage.Query{}) {
		if rec.Version != 2 || rec.Value.N == nil {
			t.Fatalf("got %+v, want version 2 and a number", rec)
		}
	}
}
