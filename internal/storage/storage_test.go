package storage

import (
	"strings"
	"sync"
	"testing"
)

func TestSchemaValidate(t *testing.T) {
	index := func(name string, paths ...string) Schema {
		return Schema{Name: "units", Indexes: []Index{{name, paths}}}
	}
	for _, test := range []struct {
		name   string
		schema Schema
		ok     bool
	}{
		{"plain", index("by_rent", "record.rent", "n"), true},
		{"no name", Schema{}, false},
		{"the store's own name", Schema{Name: "_versions"}, false},
		{"a name that ends a string", Schema{Name: "x' OR 1"}, false},
		{"a long name", Schema{Name: strings.Repeat("x", 41)}, false},
		{"an index without paths", index("by_rent"), false},
		{"a path that ends a string", index("by_rent", "rent') --"), false},
		{"a path of empty parts", index("by_rent", "record..rent"), false},
		{"a name with a colon", index("by:rent", "rent"), false},
		{"the ID's name", index(IDKey, "rent"), false},
		{"one name for two", Schema{Name: "units", Indexes: []Index{{"a", []string{"x"}}}, Unique: []Unique{{"a", []string{"y"}}}}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.schema.validate(); (err == nil) != test.ok {
				t.Errorf("got %v, want ok %t", err, test.ok)
			}
		})
	}
}

// TestNewID wants IDs that differ, and ascend where they are made one after the
// other, whoever else makes some.
func TestNewID(t *testing.T) {
	const makers, each = 8, 2000
	made := make([][]string, makers)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			for range each {
				made[i] = append(made[i], newID())
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, list := range made {
		for i, id := range list {
			if len(id) != 26 || seen[id] || checkID(id) != nil {
				t.Fatalf("got ID %q, want a new one of 26 letters", id)
			}
			if i > 0 && id <= list[i-1] {
				t.Fatalf("got ID %s after %s, want a greater one", id, list[i-1])
			}
			seen[id] = true
		}
	}
}

func TestScalar(t *testing.T) {
	type status string
	n := 7
	for _, test := range []struct{ in, want any }{
		{nil, nil}, {(*int)(nil), nil}, {true, true}, {7, int64(7)}, {&n, int64(7)}, {int32(7), int64(7)}, {uint8(7), int64(7)},
		{0.5, 0.5}, {2.0, int64(2)}, {"x", "x"}, {status("open"), "open"}, {int64(1)<<53 + 1, int64(1)<<53 + 1},
	} {
		if got, err := scalar(test.in); err != nil || got != test.want {
			t.Errorf("scalar(%T %v): got %T %v, %v, want %T %v", test.in, test.in, got, got, err, test.want, test.want)
		}
	}
	for _, in := range []any{[]int{1}, map[string]int{}, struct{ A int }{}, func() {}} {
		if got, err := scalar(in); err == nil {
			t.Errorf("scalar(%T): got %v, want an error", in, got)
		}
	}
}
