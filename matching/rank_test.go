package matching

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/matching/households"
)

func TestCompareKeysInTurn(t *testing.T) {
	result := func(rank, score float64, ready, household, listing string) *Result {
		return &Result{
			RankValue: rank, Score: score,
			Candidate: &Candidate{ID: "h", Household: &households.Household{Ref: household, ReadyDate: civil.MustParse(ready)}},
			Offer:     &Offer{ID: "l", Listing: &landlords.Listing{ExternalRef: listing}},
		}
	}
	base := result(50, 60, "2026-01-01", "H-2", "L-2")
	for _, tc := range []struct {
		name  string
		later *Result
	}{
		{"lower rank value", result(49.99999, 99, "2025-01-01", "H-1", "L-1")},
		{"lower score", result(50, 59.99999, "2025-01-01", "H-1", "L-1")},
		{"ready later", result(50, 60, "2026-01-02", "H-1", "L-1")},
		{"never ready", result(50, 60, "", "H-1", "L-1")},
		{"household reference", result(50, 60, "2026-01-01", "H-3", "L-1")},
		{"household reference bytewise", result(50, 60, "2026-01-01", "h-1", "L-1")},
		{"household reference in full", result(50, 60, "2026-01-01", "H-20", "L-1")},
		{"listing reference", result(50, 60, "2026-01-01", "H-2", "L-3")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Compare(base, tc.later); got >= 0 {
				t.Errorf("Compare(base, later) = %d, want negative", got)
			}
			if got := Compare(tc.later, base); got <= 0 {
				t.Errorf("Compare(later, base) = %d, want positive", got)
			}
		})
	}
	if got := Compare(base, base); got != 0 {
		t.Errorf("Compare(base, base) = %d, want 0", got)
	}
	keyed := result(50, 60, "2026-01-01", "H-2", "")
	keyed.Offer.Listing.Address = "L-1 gata" // its key is its reference
	if got := Compare(keyed, base); got >= 0 {
		t.Errorf("a listing without reference is not ordered by its key: %d", got)
	}
}

func TestCompareIsATotalOrder(t *testing.T) {
	g := newGen(8)
	s := g.sample(12, 12)
	// Twins make equal numbers common, so that the later keys decide.
	for i := range s.candidates {
		h := *s.candidates[i%3].Household
		h.Ref = pick(g, "H-1", "H-2", s.candidates[i].Household.Ref)
		s.candidates[i].Household, s.candidates[i].CurrentUnit = &h, nil
	}
	rs := Rank(s.candidates, s.offers, DefaultPolicy(), day, Options{Every: true})
	for range 200_000 {
		a, b, c := &rs[g.IntN(len(rs))], &rs[g.IntN(len(rs))], &rs[g.IntN(len(rs))]
		if Compare(a, b) != -Compare(b, a) {
			t.Fatalf("not antisymmetric: %s %s", jsonOf(t, a), jsonOf(t, b))
		}
		if Compare(a, b) == 0 && a != b {
			t.Fatalf("two pairs are equal: %s %s", jsonOf(t, a), jsonOf(t, b))
		}
		if Compare(a, b) < 0 && Compare(b, c) < 0 && Compare(a, c) >= 0 {
			t.Fatalf("not transitive: %s %s %s", jsonOf(t, a), jsonOf(t, b), jsonOf(t, c))
		}
	}
}

func TestRankFiltersAndCuts(t *testing.T) {
	s := newGen(9).sample(10, 30)
	every := Rank(s.candidates, s.offers, DefaultPolicy(), day, Options{Every: true})
	if got, want := len(every), 300; got != want {
		t.Fatalf("%d pairs, want %d", got, want)
	}
	if !slices.IsSortedFunc(every, func(a, b Result) int { return Compare(&a, &b) }) {
		t.Error("not in order")
	}
	open := slices.DeleteFunc(slices.Clone(every), func(r Result) bool { return r.Eligibility == Blocked })
	if len(open) < 5 || len(open) == len(every) {
		t.Fatalf("%d of %d pairs are not blocked: the test shows nothing", len(open), len(every))
	}
	for _, tc := range []struct {
		name string
		opt  Options
		want []Result
	}{
		{"all that are not blocked", Options{}, open},
		{"the best three", Options{Top: 3}, open[:3]},
		{"the best three of every", Options{Every: true, Top: 3}, every[:3]},
		{"more than there are", Options{Top: 1000}, open},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Rank(s.candidates, s.offers, DefaultPolicy(), day, tc.opt)
			if jsonOf(t, got) != jsonOf(t, tc.want) {
				t.Errorf("got %s\nwant %s", jsonOf(t, got), jsonOf(t, tc.want))
			}
		})
	}
}

func TestNearMissesOpenWhenTheRemedyIsCarriedOut(t *testing.T) {
	seen, opens := map[Action]bool{}, map[Eligibility]int{}
	g := newGen(10)
	for range 60 {
		s := g.sample(10, 20)
		rs := Rank(s.candidates, s.offers, DefaultPolicy(), day, Options{Every: true})
		misses := NearMisses(rs)
		want := 0
		for i := range rs {
			blocking, remedied := 0, 0
			for _, o := range rs[i].Outcomes {
				if o.Outcome == Fail && o.Strength == landlords.Must {
					blocking++
					if o.Remedy != nil {
						remedied++
					}
				}
			}
			gone := slices.Contains([]landlords.Status{"let", "withdrawn", "paused", "reserved"}, rs[i].Offer.Listing.Status)
			if blocking == 1 && remedied == 1 && !gone {
				want++
			}
		}
		if len(misses) != want {
			t.Fatalf("%d near misses, want %d", len(misses), want)
		}
		for i, m := range misses {
			if i > 0 && misses[i-1].Result.Score < m.Result.Score {
				t.Fatal("not the best score first")
			}
			c, o, ok := m.Outcome.Remedy.Apply(m.Result.Candidate, m.Result.Offer, day)
			after := Evaluate(&c, &o, DefaultPolicy(), day)
			if !ok || after.Eligibility == Blocked || after.Eligibility != m.Opens || after.Score != m.Score {
				t.Fatalf("carried out: %s\nnear miss: %s", jsonOf(t, after), jsonOf(t, m))
			}
			seen[m.Outcome.Remedy.Action] = true
			opens[m.Opens]++
		}
	}
	for _, action := range []Action{CallLandlord, AcceptRent, ApproveRent, ObtainSecurity, ReachEmployment, ObtainReference, AcceptArea, MakeFollowUpPlan} {
		if !seen[action] {
			t.Errorf("no near miss by %s: the generator no longer reaches it", action)
		}
	}
	if opens[Eligible] == 0 || opens[Clarify] == 0 {
		t.Errorf("near misses open to %v, want both verdicts", opens)
	}
}

// TestNearMissesNameOnlyHomesThatCanBeHad holds for each status, through the
// explaining path and the fast one.
func TestNearMissesNameOnlyHomesThatCanBeHad(t *testing.T) {
	for status, want := range map[landlords.Status]int{"submitted": 1, "open": 0, "reserved": 0, "let": 0, "paused": 0, "withdrawn": 0, "expired": 1} {
		f := fitting()
		f.offer.Listing.Status = status
		q := Query{Policy: DefaultPolicy(), On: day}
		if got := NearMisses(Rank([]Candidate{f.candidate}, []Offer{f.offer}, q.Policy, q.On, Options{Every: true})); len(got) != want {
			t.Errorf("%s: %s, want %d", status, jsonOf(t, got), want)
		}
		s := NewSnapshot([]Candidate{f.candidate}, []Offer{f.offer})
		of, err := s.NearMisses(context.Background(), f.candidate.ID, q)
		if err != nil || len(of) != want {
			t.Errorf("%s, snapshot: %v, %s, want %d", status, err, jsonOf(t, of), want)
		}
		of, err = s.NearMissesOf(context.Background(), f.offer.ID, q)
		if err != nil || len(of) != want {
			t.Errorf("%s, snapshot, listing: %v, %s, want %d", status, err, jsonOf(t, of), want)
		}
	}
}

// TestNearMissesTellClosedHomesApart has all of them in one snapshot, each once
// the first to be laid out.
func TestNearMissesTellClosedHomesApart(t *testing.T) {
	for first := range landlords.Statuses {
		var offers []Offer
		for i := range landlords.Statuses {
			l := *fitting().offer.Listing
			l.Status = landlords.Statuses[(first+i)%len(landlords.Statuses)]
			l.ExternalRef = fmt.Sprint("L-", i)
			offers = append(offers, Offer{ID: fmt.Sprint("l", i), Listing: &l})
		}
		c := fitting().candidate
		got, err := NewSnapshot([]Candidate{c}, offers).NearMisses(context.Background(), c.ID, Query{Policy: DefaultPolicy(), On: day})
		if err != nil {
			t.Fatal(err)
		}
		var named []string
		for _, m := range got {
			named = append(named, string(m.Result.Offer.Listing.Status))
		}
		if slices.Sort(named); !slices.Equal(named, []string{"expired", "submitted"}) {
			t.Errorf("first %s: near misses are %q, want expired and submitted", landlords.Statuses[first], named)
		}
	}
}

func TestNearMissesOfASnapshotAreTheSame(t *testing.T) {
	misses, turn := 0, 0
	for name, lay := range layouts {
		records := newGen(12).sample(20, 60)
		s := records.snapshot(lay)
		turn++
		for _, p := range policies()[turn%2 : turn%2+1] {
			for i := range records.candidates {
				c := records.candidates[i : i+1]
				want := NearMisses(Rank(c, records.offers, p, day, Options{Every: true}))
				for _, top := range []int{0, 1, 4} {
					got, err := s.NearMisses(context.Background(), c[0].ID, Query{p, day, Options{Top: top}})
					want := want[:min(len(want), cmp.Or(top, len(want)))]
					if err != nil || jsonOf(t, got) != jsonOf(t, want) {
						t.Fatalf("%s, top %d: %v\ngot  %s\nwant %s", name, top, err, jsonOf(t, got), jsonOf(t, want))
					}
					misses += len(got)
				}
			}
			for i := range records.offers {
				want := NearMisses(Rank(records.candidates, records.offers[i:i+1], p, day, Options{Every: true}))
				for _, top := range []int{0, 2} {
					got, err := s.NearMissesOf(context.Background(), records.offers[i].ID, Query{p, day, Options{Top: top}})
					want := want[:min(len(want), cmp.Or(top, len(want)))]
					if err != nil || jsonOf(t, got) != jsonOf(t, want) {
						t.Fatalf("%s, listing, top %d: %v\ngot  %s\nwant %s", name, top, err, jsonOf(t, got), jsonOf(t, want))
					}
				}
			}
		}
	}
	if misses == 0 {
		t.Error("no near misses: the test shows nothing")
	}
}

func BenchmarkEvaluate(b *testing.B) {
	s := newGen(11).sample(40, 60)
	p := DefaultPolicy()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Evaluate(&s.candidates[i%40], &s.offers[i/40%60], p, day)
	}
}
