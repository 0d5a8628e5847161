package importers

import (
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Action is what an import does with a row.
type Action string

// The actions.
const (
	Create    Action = "create"
	Update    Action = "update"
	Unchanged Action = "unchanged"
	Conflict  Action = "conflict" // the program has a newer value for a field than the file; it stands
)

// Difference is a field that the file and the store do not agree on.
type Difference struct {
	Field  string // canonical name
	Stored string // in plain words
	File   string
}

// Merged is a stored record brought together with a row of a file.
type Merged[R any] struct {
	Record    R
	Action    Action
	Changes   []Difference // taken from the file
	Conflicts []Difference // left as the program has them
	Edited    []string     // fields that the program changed since the file last agreed, ascending
}

// Merge brings a row together with the stored record of the same key. Excel and
// the program live side by side, so: a blank cell never clears a value; a value
// that the program changed since an import last agreed with it (edited) is a
// conflict, shown and not overwritten; every other value follows the file.
func Merge[R any](s *Schema[R], stored R, edited []string, file R) Merged[R] {
	m := Merged[R]{Record: stored, Action: Unchanged, Edited: edited}
	for i := range s.Columns {
		c := &s.Columns[i]
		theirs := load(c.Ref(&file))
		if !theirs.Known {
			continue
		}
		ours := load(c.Ref(&stored))
		changedHere := slices.Contains(edited, c.Name)
		switch {
		case theirs.equal(ours):
			if changedHere {
				m.Edited = slices.DeleteFunc(slices.Clone(m.Edited), func(name string) bool { return name == c.Name })
			}
		case changedHere: // also to nothing
			m.Conflicts = append(m.Conflicts, Difference{c.Name, ours.display(c.Field), theirs.display(c.Field)})
		default:
			store(c.Ref(&m.Record), theirs)
			m.Changes = append(m.Changes, Difference{c.Name, ours.display(c.Field), theirs.display(c.Field)})
		}
	}
	s.Normalize(&m.Record)
	switch {
	case len(m.Conflicts) > 0:
		m.Action = Conflict
	case len(m.Changes) > 0:
		m.Action = Update
	}
	return m
}

// ChangedFields returns the canonical names of the fields in which two records
// differ, ascending. An edit in the program adds them to the record's edited
// fields.
func ChangedFields[R any](s *Schema[R], before, after R) []string {
	var out []string
	for i := range s.Columns {
		c := &s.Columns[i]
		if !load(c.Ref(&before)).equal(load(c.Ref(&after))) {
			out = append(out, c.Name)
		}
	}
	slices.Sort(out)
	return out
}

// FirstSeen gives a record that an import creates what the file does not state.
func FirstSeen[R any](record *R, on civil.Date) {
	if l, ok := any(record).(interface{ FirstSeen(civil.Date) }); ok {
		l.FirstSeen(on)
	}
}
