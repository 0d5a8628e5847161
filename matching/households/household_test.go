package households_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/matching/households"
)

func number(n int) *int { return &n }

func TestValidate(t *testing.T) {
	tests := []struct {
		name string
		edit func(*households.Household)
		want string
	}{
		{"one adult", func(*households.Household) {}, ""},
		{"no reference", func(h *households.Household) { h.Ref = "" }, "ref:ref_missing:error"},
		{"nobody", func(h *households.Household) { h.Adults = 0 }, "adults:household_empty:error"},
		{"a child alone", func(h *households.Household) { h.Adults, h.Children = 0, 1 }, ""},
		{"income 0", func(h *households.Household) { h.MonthlyIncome = number(0) }, ""},
		{"below 0", func(h *households.Household) { h.Children, h.MaxRent, h.MinLeaseMonths = -1, number(-1), number(-1) },
			"children:negative_number:error max_rent:negative_number:error min_lease_months:negative_number:error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := households.Household{Ref: "H-1", Adults: 1}
			test.edit(&h)
			var got []string
			for _, p := range h.Validate() {
				got = append(got, fmt.Sprintf("%s:%s:%s", p.Field, p.Code, p.Severity))
			}
			if slices.Sort(got); strings.Join(got, " ") != test.want {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}

func TestNormalize(t *testing.T) {
	for _, test := range []struct{ in, want []string }{
		{nil, nil}, {[]string{}, nil}, {[]string{"Ytteren", "Mo i Rana"}, []string{"Mo i Rana", "Ytteren"}},
		{[]string{"Selfors", "Selfors", "Selfors"}, []string{"Selfors"}},
	} {
		h := households.Household{Areas: slices.Clone(test.in)}
		h.Normalize()
		if !slices.Equal(h.Areas, test.want) || h.Areas == nil != (test.want == nil) {
			t.Errorf("%v: got %v, want %v", test.in, h.Areas, test.want)
		}
	}
}

// Places that differ in case or spaces only are one, wherever they stand.
func TestNormalizeFoldsPlaces(t *testing.T) {
	for _, in := range [][]string{{"Mo i Rana", "mo i rana"}, {"MO I RANA", "Nes", "mo  i rana"}, {"a", "B", "A"}} {
		h := households.Household{Areas: slices.Clone(in)}
		h.Normalize()
		seen := map[string]bool{}
		for _, a := range h.Areas {
			if seen[households.FoldPlace(a)] {
				t.Errorf("%v: got %v, which has %q twice", in, h.Areas, a)
			}
			seen[households.FoldPlace(a)] = true
		}
	}
}

// An import compares a record with copies of it; none may change another's places.
func TestNormalizeLeavesCopiesAlone(t *testing.T) {
	h := households.Household{Areas: []string{"mo i rana", "Mo i Rana", "Gruben"}}
	held := h
	h.Normalize()
	if want := []string{"mo i rana", "Mo i Rana", "Gruben"}; !slices.Equal(held.Areas, want) {
		t.Errorf("a copy's places became %q, want %q", held.Areas, want)
	}
	if want := []string{"Gruben", "Mo i Rana"}; !slices.Equal(h.Areas, want) {
		t.Errorf("got %q, want %q", h.Areas, want)
	}
}

func TestKeyAndPersons(t *testing.T) {
	h := households.Household{Ref: "H-1", Adults: 2, Children: 3}
	if h.Key() != "H-1" || h.Persons() != 5 {
		t.Errorf("got %s of %d persons", h.Key(), h.Persons())
	}
}
