package importers

import (
	"testing"

	"github.com/boligklar/boligklar/internal/i18n"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		lang                   i18n.Lang
		field, canonical, want string
	}{
		{i18n.Bokmal, "dwelling_type", "semi_detached", "tomannsbolig"},
		{i18n.Nynorsk, "dwelling_type", "house", "einebustad"},
		{i18n.English, "accepted_security", "deposit_account, nav_guarantee", "deposit account, NAV guarantee"},
		{i18n.Bokmal, "pets", "true", "ja"},
		{i18n.English, "pets", "false", "no"},
		{i18n.Bokmal, "available_from", "2026-12-01", "01.12.2026"},
		{i18n.Bokmal, "rent", "8500", "8500"},
		{i18n.Bokmal, "pets", "–", "–"},
		{i18n.Bokmal, "nothing", "x", "x"},
	} {
		if got := Words(c.lang, Listings, c.field, c.canonical); got != c.want {
			t.Errorf("%s %s %q: got %q, want %q", c.lang, c.field, c.canonical, got, c.want)
		}
	}
}
