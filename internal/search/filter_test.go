package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

// TestFilters holds what filters mean as they are written, several of one field
// together.
func TestFilters(t *testing.T) {
	for _, c := range []struct {
		texts string // separated by spaces
		want  string // "" for a refusal
	}{
		{"rent=7000", "rent=7000"},
		{"rent<=7000", "rent=..7000"},
		{"rent<7000", "rent=..6999"},
		{"rent>6000", "rent=6001.."},
		{"rent>=6000 rent<=7000", "rent=6000..7000"},
		{"rent>=6000 rent>=7000", "rent=6000..,7000.."},
		{"rent=4000-5000 rent=8000-9000", "rent=4000..5000,8000..9000"},
		{"rent=unknown rent<=7000", "rent=unknown,..7000"},
		{"bedrooms=3+", "bedrooms=3.."},
		{"bedrooms=0+", "bedrooms=0.."},
		{"dwelling_type=studio dwelling_type=Loft", "dwelling_type=studio,loft"},
		{"dwelling_type=studio,loft pets=ja", "dwelling_type=studio,loft pets=true"},
		{"sted=Mo", "postal_place=Mo"},
		{"available_from>2026-11-30 available_from<=2026-12-31", "available_from=2026-12-01..2026-12-31"},
		{"rent=billig", ""},
		{"rent<0", ""},
		{"rent=7000-5000", ""},
		{"rent=", ""},
		{"pets=kanskje", ""},
		{"available_from=2026-02-30", ""},
		{"landlord_name=", ""},
		{"farge=rød", ""},
	} {
		var filters []Filter
		var err error
		for text := range strings.FieldsSeq(c.texts) {
			name, value, ok := CutFilter(text)
			f, bad := ParseFilter(name, value)
			if !ok || bad != nil {
				err = bad
			}
			filters = append(filters, f)
		}
		if c.want == "" {
			if apperr.CodeOf(err) != apperr.Invalid {
				t.Errorf("%s: got %v, want a refusal", c.texts, err)
			}
			continue
		}
		var got []string
		for _, f := range Join(filters) {
			got = append(got, fmt.Sprintf("%s=%s", f.Field, f.String()))
		}
		if s := strings.Join(got, " "); s != c.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", c.texts, s, err, c.want)
		}
	}
	if _, _, ok := CutFilter("rent"); ok {
		t.Error("a field alone is no filter")
	}
}
