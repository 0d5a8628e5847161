package importers

import (
	"slices"
	"strings"
	"testing"
)

func TestSplitIntoWords(t *testing.T) {
	for text, want := range map[string]string{
		"Husleie pr. mnd*": "husleie|pr|mnd", "Gate/vei": "gate|vei", "Leietid (år)": "leietid|ar", "  ": "", "m²": "m2", "E-post_utleier": "e|post|utleier",
	} {
		if got := strings.Join(words(text), "|"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// No two fields of a kind have the same name for a column, but for those that
// the cells tell apart.
func TestHeadersAreDistinct(t *testing.T) {
	shared := []string{
		"deposit accepted_security", "lease_kind lease_months", "external_ref unit_number", "available_from status", "step_free available_from", "references_required external_ref",
		"security deposit_funds", "in_service_from available_from", "deposit_funds security", "unit_number dwelling_type", "landlord_name landlord_phone", "external_ref dwelling_type", "references ref",
	}
	for _, kind := range Kinds {
		owner := map[string]*Field{}
		for _, f := range Fields(kind) {
			for _, h := range f.headers {
				other := owner[h.folded]
				if other == nil || other == f {
					owner[h.folded] = f
					continue
				}
				if f.Type == other.Type || !slices.Contains(shared, f.Name+" "+other.Name) && !slices.Contains(shared, other.Name+" "+f.Name) {
					t.Errorf("%s: %q names %s and %s", kind, h.folded, other.Name, f.Name)
				}
			}
		}
	}
}
