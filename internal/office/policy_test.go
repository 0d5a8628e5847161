package office

import (
	"context"
	"sync"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching"
)

func TestPolicyHoldsFromItsDay(t *testing.T) {
	f := newFixture(t)
	ctx := context.Background()
	set := func(freshDays int, from string) {
		t.Helper()
		p := matching.DefaultPolicy()
		p.FreshDays = freshDays
		if _, err := f.SetPolicy(ctx, p, civil.MustParse(from), "test"); err != nil {
			t.Fatal(err)
		}
	}
	set(30, "2026-12-01")
	set(40, "2027-01-01")
	set(50, "2026-12-15") // saved last: it holds also where an older version began later
	for _, c := range []struct {
		on            string
		number, fresh int
	}{{"2026-11-30", 0, 21}, {"2026-12-01", 1, 30}, {"2026-12-14", 1, 30}, {"2026-12-15", 3, 50}, {"2027-06-01", 3, 50}} {
		v, err := f.Policy(ctx, civil.MustParse(c.on))
		if err != nil || v.Number != c.number || v.Policy.FreshDays != c.fresh || v.Hash != v.Policy.Hash() {
			t.Errorf("%s: got version %d with %d fresh days, %v, want %d with %d", c.on, v.Number, v.Policy.FreshDays, err, c.number, c.fresh)
		}
	}
	bad := matching.DefaultPolicy()
	bad.FreshDays = -1
	if _, err := f.SetPolicy(ctx, bad, civil.MustParse("2026-12-01"), "test"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want invalid", err)
	}
}

func TestMatchUsesThePolicyOfTheDay(t *testing.T) {
	f := newFixture(t)
	ctx := context.Background()
	f.load("liste.csv", "Nr;Adresse\nU-1;Storgata 1\n")
	f.load("husstander.csv", "Husstand;Voksne;Barn\nH-1;1;0\n")
	p := matching.DefaultPolicy()
	p.FreshDays = 365
	v, err := f.SetPolicy(ctx, p, civil.MustParse("2027-01-01"), "test")
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]matching.Answer{"2026-12-31": matching.Unknown, "2027-01-01": matching.Pass} {
		m, err := f.Match(ctx, MatchRequest{On: civil.MustParse(on), Every: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Pairs[0].Outcome(matching.RuleListingOpen).Outcome; got != want {
			t.Errorf("%s: got %s, want %s by the policy of the day", on, got, want)
		}
		if (m.Pairs[0].PolicyHash() == v.Hash) != (want == matching.Pass) {
			t.Errorf("%s: the result names policy %s", on, m.Pairs[0].PolicyHash())
		}
	}
}

func TestPolicyVersionsAreNotLost(t *testing.T) {
	f := newFixture(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := f.SetPolicy(context.Background(), matching.DefaultPolicy(), civil.MustParse("2026-12-01"), "test"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if v, err := f.Policy(context.Background(), civil.MustParse("2026-12-01")); err != nil || v.Number != 20 {
		t.Errorf("got version %d, %v, want 20", v.Number, err)
	}
}
