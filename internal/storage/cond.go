package storage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
)

// content is a body that values are looked up in.
type content map[string]any

// contentOf decodes a body.
func contentOf(body []byte) (content, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var c content
	err := d.Decode(&c)
	return c, err
}

// at returns the scalar at a path, nil where there is none.
func (c content) at(path string) (any, error) {
	var v any = map[string]any(c)
	for part := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, nil
		}
		v = m[part]
	}
	return scalar(v)
}

// all returns the scalars at several paths; ok is false where one is null.
func (c content) all(paths []string) (values []any, ok bool, err error) {
	values = make([]any, len(paths))
	for i, p := range paths {
		if values[i], err = c.at(p); err != nil || values[i] == nil {
			return nil, false, err
		}
	}
	return values, true, nil
}

// holds tells whether every condition holds, as an engine decides it.
func (c content) holds(where []Cond) (bool, error) {
	for _, w := range where {
		v, err := c.at(w.Path)
		if err != nil || !w.holdsFor(v) {
			return false, err
		}
	}
	return true, nil
}

// holdsFor tells whether a condition in the form of Scan holds for a value.
func (w Cond) holdsFor(v any) bool {
	switch {
	case w.Op == OpNull:
		return v == nil
	case v == nil:
		return false
	case w.Op == OpNotNull:
		return true
	case w.Op == OpIn:
		for _, one := range w.Value.([]any) {
			if n, ok := compareScalars(v, one); ok && n == 0 {
				return true
			}
		}
		return false
	}
	n, ok := compareScalars(v, w.Value)
	if !ok {
		return false
	}
	switch w.Op {
	case OpEq:
		return n == 0
	case OpLt:
		return n < 0
	case OpLe:
		return n <= 0
	case OpGt:
		return n > 0
	case OpGe:
		return n >= 0
	}
	return false
}

// compareScalars compares two values of one kind; ok is false for two kinds.
func compareScalars(a, b any) (n int, ok bool) {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return cmp.Compare(a, b), ok
	case bool:
		b, ok := b.(bool)
		return cmp.Compare(truth(a), truth(b)), ok
	case int64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, b), true
		case float64:
			return cmp.Compare(float64(a), b), true
		}
	case float64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, float64(b)), true
		case float64:
			return cmp.Compare(a, b), true
		}
	}
	return 0, false
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
