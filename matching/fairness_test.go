package matching

import (
	"context"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

// progress makes n households of a kind, of which the first few came far.
func progress(n, eligible, proposed, housed int, h households.Household) (out []Progress) {
	for i := range n {
		out = append(out, Progress{&h, i < eligible, i < proposed, i < housed})
	}
	return out
}

func TestFairness(t *testing.T) {
	nav := landlords.Securities(landlords.NAVGuarantee)
	both := nav | landlords.Securities(landlords.DepositAccount)
	var all []Progress
	all = append(all, progress(10, 8, 5, 4, households.Household{Adults: 1, Employment: households.Permanent, Security: both})...)
	all = append(all, progress(20, 10, 3, 0, households.Household{Adults: 2, Employment: households.NoIncome, Security: nav})...)
	all = append(all, progress(6, 4, 4, 4, households.Household{Adults: 2, Children: 9, Employment: households.Temporary})...)
	all = append(all, progress(3, 3, 0, 0, households.Household{Adults: 1, Children: 2})...)
	got := FairnessOf(all)
	shown := jsonOf(t, got)
	for _, tc := range []struct{ name, want string }{
		{"the total", `"total":{"value":"all","households":{"count":39,"share":1.0000},"eligible":{"count":25,"share":0.6410},"proposed":{"count":12,"share":0.3077},"housed":{"count":8,"share":0.2051}}`},
		// 3 households of 3 persons are hidden; so that 39-10-20-6 does not tell, the
		// next smallest count, 6, is hidden too, and the shares of either.
		{"a small group", `{"value":"3","households":{"count":null,"share":null},"eligible":{"count":null,"share":null},"proposed":{"count":null,"share":null},"housed":{"count":null,"share":null}}`},
		{"the next smallest", `{"value":"6+","households":{"count":null,"share":null},"eligible":{"count":null,"share":null},"proposed":{"count":null,"share":null},"housed":{"count":4,"share":null}}`},
		// Housed are 4, 0, 4 and 0: the zeros and one of the others are hidden.
		{"a large group", `{"value":"1","households":{"count":10,"share":1.0000},"eligible":{"count":8,"share":0.8000},"proposed":{"count":5,"share":0.5000},"housed":{"count":null,"share":null}}`},
		{"a small count in a large group", `{"value":"2","households":{"count":20,"share":1.0000},"eligible":{"count":10,"share":0.5000},"proposed":{"count":null,"share":null},"housed":{"count":null,"share":null}}`},
		{"forms overlap", `{"by":"security","groups":[{"value":"nav_guarantee","households":{"count":30,`},
		{"and hide by themselves", `{"value":"unknown","households":{"count":9,"share":1.0000},"eligible":{"count":7,"share":0.7778}`},
		{"the note", `"note":"Counts below 4`},
	} {
		if !strings.Contains(shown, tc.want) {
			t.Errorf("%s: got %s\nwant %s", tc.name, shown, tc.want)
		}
	}
	if empty := jsonOf(t, FairnessOf(nil)); !strings.Contains(empty, `"total":{"value":"all","households":{"count":null,`) || !strings.Contains(empty, `{"by":"household_size","groups":[]}`) {
		t.Errorf("of nobody: %s", empty)
	}
}

// TestFairnessGivesNothingAway subtracts what is shown from the total.
func TestFairnessGivesNothingAway(t *testing.T) {
	g := newGen(750)
	hidden, further := 0, 0
	for range 300 {
		var all []Progress
		for i := range g.IntN(60) {
			all = append(all, Progress{g.household(i), g.chance(60), g.chance(30), g.chance(15)})
		}
		got := FairnessOf(all)
		columns := func(f FairnessGroup) [4]Count { return [4]Count{f.Households, f.Eligible, f.Proposed, f.Housed} }
		for _, d := range got.Dimensions {
			truth := map[string][4]int{}
			for _, p := range all {
				for _, value := range groupsOf(d.By, p.Household) {
					n := truth[value]
					for column, counts := range [4]bool{true, p.Eligible, p.Proposed, p.Housed} {
						if counts {
							n[column]++
						}
					}
					truth[value] = n
				}
			}
			if len(truth) != len(d.Groups) {
				t.Fatalf("%s: %d groups, want %d", d.By, len(d.Groups), len(truth))
			}
			for column := range 4 {
				groups, sum := 0, 0
				for _, f := range d.Groups {
					c, n := columns(f)[column], truth[f.Value][column]
					switch {
					case !c.Hidden && (c.N != n || n < 4):
						t.Fatalf("%s %s shows %d of %d", d.By, f.Value, c.N, n)
					case c.Hidden && n >= 4 && d.By == "security":
						t.Fatalf("%s %s hides %d", d.By, f.Value, n)
					case c.Hidden:
						hidden++
						groups, sum = groups+1, sum+n
						if n >= 4 {
							further++
						}
					}
					if c.Hidden && (c.N != 0 || c.Share != -1) {
						t.Fatalf("hidden, and says %+v", c)
					}
				}
				if d.By != "security" && groups > 0 && groups < len(d.Groups) && (groups < 2 || sum < 4) {
					t.Fatalf("%s, column %d: %d counts hidden that add up to %d of %s", d.By, column, groups, sum, jsonOf(t, got))
				}
			}
		}
	}
	if hidden == 0 || further == 0 {
		t.Errorf("%d hidden, of which %d for the others' sake: the test shows nothing", hidden, further)
	}
}

func groupsOf(by string, h *households.Household) []string {
	switch {
	case by == "household_size":
		return []string{[]string{"0", "1", "2", "3", "4", "5", "6+"}[min(h.Persons(), 6)]}
	case by == "employment" && h.Employment != "":
		return []string{string(h.Employment)}
	case by == "security" && h.Security != 0:
		return h.Security.Names()
	}
	return []string{"unknown"}
}

func TestEligibleListings(t *testing.T) {
	some := 0
	for name, lay := range layouts {
		records := newGen(760).sample(30, 60)
		s := records.snapshot(lay)
		got, err := s.EligibleListings(context.Background(), Query{Policy: DefaultPolicy(), On: day})
		if err != nil || len(got) != 30 {
			t.Fatal(got, err)
		}
		for i, n := range got {
			if want := len(Rank([]Candidate{*s.Candidate(i)}, records.offers, DefaultPolicy(), day, Options{EligibleOnly: true})); n != want {
				t.Errorf("%s, household %d: %d listings, want %d", name, i, n, want)
			}
			some += n
		}
	}
	if some == 0 {
		t.Error("no listing is eligible: the test shows nothing")
	}
}
