package storage

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Op is how a condition compares.
type Op int

// The operators. Only OpNull holds for a value that is missing or null.
const (
	OpEq Op = iota + 1
	OpIn
	OpLt
	OpLe
	OpGt
	OpGe
	OpNull
	OpNotNull
)

// Cond is a condition on the value at a path into the body. Strings compare by
// their bytes, false before true.
type Cond struct {
	Path  string
	Op    Op
	Value any
}

// Eq holds where the value at path equals v; a nil v, or one that is stored as
// null, asks for null or missing.
func Eq(path string, v any) Cond { return Cond{path, OpEq, v} }

// In holds where the value at path is one of vs. A null is never in the set.
func In[V any](path string, vs ...V) Cond {
	set := make([]any, len(vs))
	for i, v := range vs {
		set[i] = v
	}
	return Cond{path, OpIn, set}
}

// Lt holds where the value at path is less than v.
func Lt(path string, v any) Cond { return Cond{path, OpLt, v} }

// Le holds where the value at path is at most v.
func Le(path string, v any) Cond { return Cond{path, OpLe, v} }

// Gt holds where the value at path is greater than v.
func Gt(path string, v any) Cond { return Cond{path, OpGt, v} }

// Ge holds where the value at path is at least v.
func Ge(path string, v any) Cond { return Cond{path, OpGe, v} }

// IsNull holds where the value at path is missing or null.
func IsNull(path string) Cond { return Cond{path, OpNull, nil} }

// NotNull holds where there is a value at path.
func NotNull(path string) Cond { return Cond{path, OpNotNull, nil} }

// Query says which documents to find and in what order. Values are compared as
// they are stored, that is in their JSON form: pass a domain type as it is.
//
// The order is by the value at Sort, nulls last in both directions, then by ID,
// so that it is total and pages neither lose nor double a document. Without Sort
// it is by ID. To sort by several values, store a key that joins them.
type Query struct {
	Where []Cond // joined by and
	Sort  string // path; "" sorts by ID
	Desc  bool
	After Cursor // where the page before ended; "" starts at the beginning
	Limit int    // 0: no limit
}

// Cursor is an opaque place in a query's order. It is safe to hand to a browser
// and to take back: a forged one at worst starts the page elsewhere in the same
// municipality.
type Cursor string

type cursor struct {
	Sort  string `json:"s,omitempty"`
	Desc  bool   `json:"d,omitempty"`
	Value any    `json:"v,omitempty"`
	ID    string `json:"i"`
}

// place is where a document stands in a query's order.
type place struct {
	value any // at Query.Sort; nil for null, and without Sort
	id    string
}

// encode packs a place in q's order.
func (q Query) encode(p place) Cursor {
	b, err := json.Marshal(cursor{q.Sort, q.Desc, p.value, p.id})
	if err != nil {
		panic("storage: " + err.Error()) // a scalar always marshals
	}
	return Cursor(base64.RawURLEncoding.EncodeToString(b))
}

// decode unpacks q.After and checks that it belongs to q's order.
func (q Query) decode() (p place, err error) {
	invalid := apperr.New(apperr.Invalid, "The place in the list is not known. Start from the first page.")
	b, err := base64.RawURLEncoding.DecodeString(string(q.After))
	if err != nil {
		return p, invalid
	}
	var c cursor
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if d.Decode(&c) != nil || c.ID == "" || c.Sort != q.Sort || c.Desc != q.Desc || (q.Sort == "" && c.Value != nil) {
		return p, invalid
	}
	v, err := scalar(c.Value)
	if err != nil {
		return p, invalid
	}
	return place{v, c.ID}, nil
}

// scans turns a query into the scans that answer it one after the other. With a
// sort, the documents that have a value there come before those that are null;
// after a cursor, those that share its value come before the rest. Each scan is
// one stretch of an index, however many documents share a value.
func (q Query) scans(collection string) ([]Scan, error) {
	where, err := normalise(q.Where)
	if err != nil {
		return nil, err
	}
	if q.Sort != "" && !pathPattern.MatchString(q.Sort) {
		return nil, fmt.Errorf("storage: %q is not a path to sort by", q.Sort)
	}
	scan := func(sort, afterID string, more ...Cond) Scan {
		return Scan{Collection: collection, Where: slices.Concat(where, more), Sort: sort, Desc: q.Desc, AfterID: afterID, Limit: q.Limit}
	}
	var after place
	if q.After != "" {
		if after, err = q.decode(); err != nil {
			return nil, err
		}
	}
	switch {
	case q.Sort == "":
		return []Scan{scan("", after.id)}, nil
	case after.id != "" && after.value == nil:
		return []Scan{scan("", after.id, IsNull(q.Sort))}, nil
	}
	var out []Scan
	if after.id == "" {
		out = append(out, scan(q.Sort, ""))
	} else {
		beyond := Gt(q.Sort, after.value)
		if q.Desc {
			beyond = Lt(q.Sort, after.value)
		}
		out = append(out, scan("", after.id, Eq(q.Sort, after.value)), scan(q.Sort, "", beyond))
	}
	for _, c := range where {
		if c.Path == q.Sort && c.Op != OpNull { // it leaves the nulls out
			return out, nil
		}
	}
	return append(out, scan("", "", IsNull(q.Sort))), nil
}

// normalise checks conditions and brings their values to the form of Scan.
func normalise(conds []Cond) ([]Cond, error) {
	out := make([]Cond, len(conds))
	for i, c := range conds {
		if !pathPattern.MatchString(c.Path) {
			return nil, fmt.Errorf("storage: %q is not a path", c.Path)
		}
		switch c.Op {
		case OpNull, OpNotNull:
			c.Value = nil
		case OpIn:
			set, ok := c.Value.([]any)
			if !ok {
				return nil, fmt.Errorf("storage: %s: OpIn needs a []any, not %T", c.Path, c.Value)
			}
			values := make([]any, 0, len(set))
			for _, v := range set {
				v, err := scalar(v)
				if err != nil {
					return nil, fmt.Errorf("storage: %s: %w", c.Path, err)
				}
				if v != nil {
					values = append(values, v)
				}
			}
			c.Value = values
		default:
			v, err := scalar(c.Value)
			if err != nil {
				return nil, fmt.Errorf("storage: %s: %w", c.Path, err)
			}
			c.Value = v
			if v == nil {
				if c.Op != OpEq {
					return nil, fmt.Errorf("storage: %s: nothing is less or greater than null", c.Path)
				}
				c.Op = OpNull
			}
		}
		out[i] = c
	}
	return out, nil
}

// scalar returns v as it is stored: nil, bool, int64, float64 or string.
func scalar(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int64, string:
		return v, nil
	case int:
		return int64(v), nil
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		return nil, err
	}
	switch out := out.(type) {
	case nil, bool, string:
		return out, nil
	case json.Number:
		return scalar(out)
	}
	return nil, fmt.Errorf("%T is stored as a JSON object or array, which cannot be compared", v)
}

// valueAt returns the scalar at a path into a body, nil where there is none.
func valueAt(body []byte, path string) (any, error) {
	c, err := contentOf(body)
	if err != nil {
		return nil, err
	}
	return c.at(path)
}
