package landlords_test

import (
	"slices"
	"testing"

	"github.com/boligklar/boligklar/landlords"
)

func TestMinimumLeaseMonths(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name  string
		lives *bool
		house landlords.HouseKind
		kind  landlords.DwellingType
		want  int
	}{
		{"basement of the landlord's own house", &yes, landlords.OneFamily, landlords.Basement, 12},
		{"loft of the landlord's own house", &yes, landlords.OneFamily, landlords.Loft, 12},
		{"basement where the landlord does not live", &no, landlords.OneFamily, landlords.Basement, 36},
		{"flat in a two-family house with the landlord", &yes, landlords.TwoFamily, landlords.Apartment, 12},
		{"half of a two-family house with the landlord", &yes, landlords.TwoFamily, landlords.SemiDetached, 12},
		{"flat in a two-family house without the landlord", &no, landlords.TwoFamily, landlords.Apartment, 36},
		{"flat in a block where the landlord lives too", &yes, landlords.OtherHouse, landlords.Apartment, 36},
		{"loft in a block where the landlord lives too", &yes, landlords.OtherHouse, landlords.Loft, 36},
		{"ground floor of the landlord's own house", &yes, landlords.OneFamily, landlords.Apartment, 36},
		{"basement, nothing more known", nil, "", landlords.Basement, 12},
		{"flat, nothing more known", nil, "", landlords.Apartment, 36},
		{"flat in a two-family house, not known who lives there", nil, landlords.TwoFamily, landlords.Apartment, 12},
		{"nothing known", nil, "", "", 36},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := landlords.Particulars{LivesThere: test.lives, House: test.house}
			if got := p.MinimumLeaseMonths(test.kind); got != test.want {
				t.Errorf("got %d months, want %d", got, test.want)
			}
		})
	}
	// Without a word on the house it is what the listing alone says.
	for _, kind := range append(slices.Clone(landlords.DwellingTypes), "") {
		l, p := landlords.Listing{DwellingType: kind}, landlords.Particulars{}
		if got, want := p.MinimumLeaseMonths(kind), l.MinimumLeaseMonths(); got != want {
			t.Errorf("%s: got %d months, the listing says %d", kind, got, want)
		}
	}
}

func TestParticularsClean(t *testing.T) {
	p := landlords.Particulars{House: "castle", Includes: []landlords.Inclusion{"internet", "pool", "heating", "internet"}}
	p.Clean()
	if p.House != "" || !slices.Equal(p.Includes, []landlords.Inclusion{"heating", "internet"}) {
		t.Errorf("got %+v", p)
	}
}
