package matching

import "testing"

// With a third of the weight on timing, which falls by a 73rd a day, three days
// apart cost as much rank_value as 20 days of waiting bring: 80/73. All these pairs
// are equal by the rules, though no decimals hold their values; so the score decides.
func TestEqualRankValuesAreEqual(t *testing.T) {
	p := DefaultPolicy()
	p.Weights, p.TimingDays = Weights{Timing: 10, Area: 20}, 73
	no := false
	var candidates []Candidate
	for i := range 19 {
		h := fitting().candidate.Household
		h.Areas, h.AreasMust = []string{"Selfors"}, &no
		h.MoveFrom, h.ReadyDate = day.AddDays(3*i), day.AddDays(-20*i)
		candidates = append(candidates, Candidate{Household: h})
	}
	results := Rank(candidates, []Offer{fitting().offer}, p, day, Options{})
	if len(results) != len(candidates) {
		t.Fatalf("%d pairs, want %d", len(results), len(candidates))
	}
	for i, r := range results {
		if r.RankValue != results[0].RankValue || r.Candidate.Household.MoveFrom != day.AddDays(3*i) {
			t.Errorf("place %d: got rank_value %.17g and score %.17g, moving %s; want %.17g and %s",
				i, r.RankValue, r.Score, r.Candidate.Household.MoveFrom, results[0].RankValue, day.AddDays(3*i))
		}
	}
}
