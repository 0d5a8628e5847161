package spelling

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for _, test := range []struct{ a, b string }{
		{"Ønsket område*", "oensket omraade"}, {"Å", "aa"}, {"ÅR", "aar"}, {"Ærlig", "aerlig"}, {"BRA-i", "bra i"}, {"Mnd.leie", "mndleie"},
		{"  Post_nr:", "postnr"}, {"A\u030a", "Å"}, {"m²", "M2"}, {"E-post", "epost"}, {"Leil. (nr)", "leilnr"}, {"Oe", "ø"}, {"ﬁn", "fin"},
	} {
		if Fold(test.a) != Fold(test.b) {
			t.Errorf("%q folds to %q, %q to %q", test.a, Fold(test.a), test.b, Fold(test.b))
		}
	}
	for _, test := range []struct{ a, b string }{{"barn", "bern"}, {"rom", "rum"}, {"inn", "ut"}, {"2", "3"}} {
		if Fold(test.a) == Fold(test.b) {
			t.Errorf("%q and %q both fold to %q", test.a, test.b, Fold(test.a))
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b        string
		limit, want int
	}{
		{"adresse", "adresse", 2, 0}, {"adrese", "adresse", 2, 1}, {"adreses", "adresse", 2, 1}, {"adrese", "adresses", 2, 2}, {"depositum", "depostium", 3, 1},
		{"leie", "eie", 3, 1}, {"", "abc", 3, 3}, {"abc", "", 3, 3}, {"", "", 1, 0}, {"husleie", "depositum", 3, 4}, {"ab", "ba", 1, 1}, {"abcd", "xxxx", 2, 3},
	} {
		if got := Distance(test.a, test.b, test.limit); got != test.want {
			t.Errorf("%q, %q: got %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// The distance is that of the plain recursion, up to the limit.
func TestDistanceEqualsTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	word := func() string {
		b := make([]byte, r.IntN(9))
		for i := range b {
			b[i] = "abc"[r.IntN(3)]
		}
		return string(b)
	}
	for range 3000 {
		a, b, limit := word(), word(), r.IntN(5)
		want := min(slowDistance(a, b), limit+1)
		got, back := min(Distance(a, b, limit), limit+1), min(Distance(b, a, limit), limit+1)
		if got != want || back != want {
			t.Fatalf("%q, %q within %d: got %d and %d, want %d", a, b, limit, got, back, want)
		}
	}
}

func slowDistance(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	cost := 1
	if a[0] == b[0] {
		cost = 0
	}
	d := min(slowDistance(a[1:], b)+1, slowDistance(a, b[1:])+1, slowDistance(a[1:], b[1:])+cost)
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		d = min(d, slowDistance(a[2:], b[2:])+1)
	}
	return d
}

// A long header has no fixed room in distance.
func TestDistanceOfLongWords(t *testing.T) {
	long := strings.Repeat("ab", 60)
	if got := Distance(long, long[:118]+"x", 3); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}
