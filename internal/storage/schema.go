package storage

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// Schema describes a collection: its name, what it is searched by, what must be
// unique in it, and how its older documents become newer ones.
type Schema struct {
	Name       string // snake_case, at most 40 characters
	Indexes    []Index
	Unique     []Unique
	Migrations []Migration // in order, only ever appended to; the schema's version is their number
}

// Index makes finding and sorting by its paths fast. A municipality comes first
// in it and the ID last, both by themselves. An index on (a, b) serves equality
// on a, equality on a and b, and equality on a with a range or sort on b.
type Index struct {
	Name  string   // snake_case
	Paths []string // into the JSON body, parts joined by dots: "record.status"
}

// Unique is a key that one live document at most holds in a municipality. A
// document in which any of the paths is missing or null stands outside it; an
// empty string is a value, so leave it out of the JSON (omitempty) where it means
// not known. It also serves as an index. Values are compared exactly: fold case
// beforehand where "A" and "a" are the same.
//
// A key holds after every single write. To swap two documents' values, give one
// of them null (or a third value) first.
type Unique struct {
	Name  string
	Paths []string
}

// Migration turns a document's body of one schema version into the next one's.
// It must be a pure function. Returning nil leaves the document as it is.
type Migration func(body json.RawMessage) (json.RawMessage, error)

// A path leads to a string, a number, a boolean or null, and holds the same kind
// in every document of a collection: engines differ in how they compare kinds.
var (
	namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	pathPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$`)
)

// Version returns the schema's version, the number of its migrations.
func (s Schema) Version() int { return len(s.Migrations) }

// validate says what is wrong with a schema. A fault here is one of the program.
func (s Schema) validate() error {
	if !namePattern.MatchString(s.Name) {
		return fmt.Errorf("storage: collection name %q is not snake_case of at most 40 characters", s.Name)
	}
	seen := map[string]bool{IDKey: true}
	check := func(name string, paths []string) error {
		if !namePattern.MatchString(name) || seen[name] {
			return fmt.Errorf("storage: %s: index name %q is not snake_case, or taken", s.Name, name)
		}
		seen[name] = true
		if len(paths) == 0 {
			return fmt.Errorf("storage: %s: index %q has no paths", s.Name, name)
		}
		for _, p := range paths {
			if !pathPattern.MatchString(p) {
				return fmt.Errorf("storage: %s: index %q: %q is not a path", s.Name, name, p)
			}
		}
		return nil
	}
	for _, x := range s.Indexes {
		if err := check(x.Name, x.Paths); err != nil {
			return err
		}
	}
	for _, x := range s.Unique {
		if err := check(x.Name, x.Paths); err != nil {
			return err
		}
	}
	return nil
}

// unique returns the paths of a unique key.
func (s Schema) unique(name string) ([]string, bool) {
	for _, u := range s.Unique {
		if u.Name == name {
			return u.Paths, true
		}
	}
	return nil, false
}
