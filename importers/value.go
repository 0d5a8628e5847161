package importers

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Value is what a cell says of one field. The zero Value is "not known"; which
// member holds a known value is given by the field's Type.
type Value struct {
	Known bool
	Text  string     // text, phone, postal code, choice (canonical value)
	Int   int        // money, whole number
	Yes   bool       // yes or no
	Date  civil.Date // date
	Bits  uint8      // set of security forms or rules
	List  []string   // set of places, ascending, without repeats
}

func known(v Value) Value { v.Known = true; return v }

// equal reports whether two values say the same.
func (v Value) equal(w Value) bool {
	return v.Known == w.Known && v.Text == w.Text && v.Int == w.Int && v.Yes == w.Yes &&
		v.Date == w.Date && v.Bits == w.Bits && slices.Equal(v.List, w.List)
}

// load reads the field that ref points to. Ref is a pointer into a record: to a
// text, a number or nil, a yes/no or nil, a date or a set.
func load(ref any) Value {
	switch p := ref.(type) {
	case *string:
		return Value{Known: *p != "", Text: *p}
	case *int:
		return Value{Known: true, Int: *p}
	case **int:
		if *p != nil {
			return Value{Known: true, Int: **p}
		}
	case **bool:
		if *p != nil {
			return Value{Known: true, Yes: **p}
		}
	case *civil.Date:
		return Value{Known: *p != 0, Date: *p}
	case *landlords.SecuritySet:
		return Value{Known: *p != 0, Bits: uint8(*p)}
	case *landlords.RuleSet:
		return Value{Known: *p != 0, Bits: uint8(*p)}
	case *[]string:
		return Value{Known: len(*p) > 0, List: *p}
	default:
		panic("importers: a column points to a type that load does not know")
	}
	return Value{}
}

// store puts a value in the field that ref points to.
func store(ref any, v Value) {
	switch p := ref.(type) {
	case *string:
		*p = v.Text
	case *int:
		*p = v.Int
	case **int:
		*p = nil
		if v.Known {
			n := v.Int
			*p = &n
		}
	case **bool:
		*p = nil
		if v.Known {
			yes := v.Yes
			*p = &yes
		}
	case *civil.Date:
		*p = v.Date
	case *landlords.SecuritySet:
		*p = landlords.SecuritySet(v.Bits)
	case *landlords.RuleSet:
		*p = landlords.RuleSet(v.Bits)
	case *[]string:
		*p = v.List
	default:
		panic("importers: a column points to a type that store does not know")
	}
}

// canonical returns the value as the JSON of a record has it: null where it is
// not known, an array for a set.
func canonical(ref any) any {
	switch p := ref.(type) {
	case *landlords.SecuritySet:
		if *p == 0 {
			return nil
		}
		return *p
	case *landlords.RuleSet:
		if *p == 0 {
			return nil
		}
		return *p
	}
	switch v := load(ref); {
	case !v.Known:
		return nil
	case v.List != nil:
		return v.List
	case v.Date != 0:
		return v.Date
	case v.Text != "":
		return v.Text
	default:
		if _, ok := ref.(**bool); ok {
			return v.Yes
		}
		return v.Int
	}
}

// String returns the value in plain words for a message or a diff.
func (v Value) display(f *Field) string {
	switch {
	case !v.Known:
		return "–"
	case f.Type == TypeSecuritySet:
		return landlords.SecuritySet(v.Bits).String()
	case f.Type == TypeRuleSet:
		return landlords.RuleSet(v.Bits).String()
	case f.Type == TypeYesNo:
		data, _ := json.Marshal(v.Yes)
		return string(data)
	case v.List != nil:
		return strings.Join(v.List, ", ")
	case v.Date != 0:
		return v.Date.String()
	case v.Text != "":
		return v.Text
	}
	data, _ := json.Marshal(v.Int)
	return string(data)
}
