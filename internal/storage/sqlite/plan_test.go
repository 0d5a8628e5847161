package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/storage"
)

// TestPlans wants each shape of query to be one stretch of the index that was
// made for it, without sorting.
func TestPlans(t *testing.T) {
	b, err := Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	schema := storage.Schema{
		Name:    "units",
		Indexes: []storage.Index{{Name: "rent", Paths: []string{"rent"}}, {Name: "status_rent", Paths: []string{"record.status", "rent"}}},
		Unique:  []storage.Unique{{Name: "ref", Paths: []string{"ref"}}},
	}
	if err := b.Prepare(t.Context(), []storage.Schema{schema, {Name: "others", Indexes: schema.Indexes, Unique: schema.Unique}}); err != nil {
		t.Fatal(err)
	}
	open := storage.Eq("record.status", "open")
	for _, test := range []struct {
		name string
		scan storage.Scan
		want string
		sort bool // a sort is accepted
	}{
		{"all", storage.Scan{}, "USING INDEX documents_id (municipality=? AND collection=?)", false},
		{"all descending", storage.Scan{Desc: true}, "USING INDEX documents_id (municipality=? AND collection=?)", false},
		{"after an ID", storage.Scan{AfterID: "x"}, "USING INDEX documents_id (municipality=? AND collection=? AND id>?)", false},
		{"by key", storage.Scan{Where: []storage.Cond{storage.Eq("ref", "x")}, Limit: 1}, "USING INDEX u:units:ref (municipality=? AND <expr>=?)", false},
		{"sorted", storage.Scan{Sort: "rent"}, "USING INDEX i:units:rent (municipality=? AND <expr>>?)", false},
		{"sorted descending", storage.Scan{Sort: "rent", Desc: true}, "USING INDEX i:units:rent (municipality=? AND <expr>>?)", false},
		{"a page of them", storage.Scan{Sort: "rent", Where: []storage.Cond{storage.Gt("rent", int64(1))}, Limit: 9}, "USING INDEX i:units:rent (municipality=? AND <expr>>?)", false},
		{"the ties before it", storage.Scan{Where: []storage.Cond{storage.Eq("rent", int64(1))}, AfterID: "x"}, "USING INDEX i:units:rent (municipality=? AND <expr>=? AND id>?)", false},
		{"the nulls", storage.Scan{Where: []storage.Cond{storage.IsNull("rent")}}, "USING INDEX i:units:rent (municipality=? AND <expr>=?)", false},
		{"equality, then sorted", storage.Scan{Where: []storage.Cond{open}, Sort: "rent"}, "USING INDEX i:units:status_rent (municipality=? AND <expr>=? AND <expr>>?)", false},
		{"equality and range", storage.Scan{Where: []storage.Cond{open, storage.Le("rent", int64(9))}, Sort: "rent", Desc: true}, "USING INDEX i:units:status_rent (municipality=? AND <expr>=? AND <expr><?)", false},
		{"equality in order of ID", storage.Scan{Where: []storage.Cond{open}}, "USING INDEX i:units:status_rent (municipality=? AND <expr>=?)", true},
		{"a set", storage.Scan{Where: []storage.Cond{storage.In("ref", "a", "b")}}, "USING INDEX u:units:ref (municipality=? AND <expr>=?)", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.scan.Collection = "units"
			got := plan(t, b, test.scan)
			if !strings.Contains(got, test.want) || (!test.sort && strings.Contains(got, "TEMP B-TREE")) {
				t.Errorf("got plan\n%s\nwant %s, without a sort", got, test.want)
			}
		})
	}
	t.Run("feed", func(t *testing.T) {
		got := explain(t, b, feedText, "1833", 1, "units", "x", 10)
		if !strings.Contains(got, "USING INDEX documents_feed (municipality=? AND (seq,collection,id)>(?,?,?))") || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("got plan\n%s\nwant one scan of documents_feed", got)
		}
	})
}

func plan(t *testing.T, b *Backend, q storage.Scan) string {
	t.Helper()
	text, args, err := b.session(nil, "1833").statement(q)
	if err != nil {
		t.Fatal(err)
	}
	return explain(t, b, text, args...)
}

func explain(t *testing.T, b *Backend, text string, args ...any) string {
	t.Helper()
	var lines []string
	err := b.reading(t.Context(), func(c *conn) error {
		rows, err := c.query(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var line string
			if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
