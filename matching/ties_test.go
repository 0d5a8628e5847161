package matching_test

import (
	"testing"

	"github.com/boligklar/boligklar/matching"
)

// A score that is higher by 25 and a priority that is lower by 1 make the same
// rank value by the rules; whatever binary fractions make of it, the pairs are
// equal, and the score decides.
func TestEqualRankValuesAreEqual(t *testing.T) {
	p := matching.DefaultPolicy()
	for n := range 6750 {
		score := float64(n) / 90
		if a, b := matching.RankValue(p, score, 1), matching.RankValue(p, score+25, 0); a != b {
			t.Fatalf("score %v: got %.17g and %.17g for one number", score, a, b)
		}
	}
}
