package matching

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// layouts are chosen so that few records reach every way through the fast path:
// many chunks, aspects with and without bit sets, and records without a code.
var layouts = map[string]layout{
	"standard":         standardLayout,
	"small chunks":     {chunkRows: 7, bitCodes: 64, codes: 1 << 16},
	"few bit sets":     {chunkRows: 70, bitCodes: 2, codes: 1 << 16},
	"no bit sets":      {chunkRows: 100, bitCodes: 0, codes: 1 << 16},
	"few codes":        {chunkRows: 9, bitCodes: 4, codes: 6},
	"hardly any codes": {chunkRows: 64, bitCodes: 64, codes: 1},
}

// policies are some with which other pairs fit, and other roundings occur.
func policies() []*Policy {
	odd := DefaultPolicy()
	odd.NoIncreaseTolerance, odd.FreshDays, odd.MinLeaseMonths, odd.PowerEstimate = 0.1, 10, 24, 1234
	odd.Weights = Weights{0.1, 0.7, 3.3, 0, 1.1, 10.7, 2.9}
	odd.WishPenalty, odd.UnknownValue, odd.RankScore, odd.RankPriority = 0.3, 0.37, 0.7, 33.3
	odd.SpaceSteps, odd.DemandSteps, odd.SecuritySteps = []float64{0.9}, []float64{1, 0.3}, []float64{0.2, 0.9, 0.4}
	odd.MoveWindowDays, odd.MaxWaitDays, odd.UrgentDays, odd.PriorityDays = 20, 10, 30, 91
	return []*Policy{DefaultPolicy(), odd}
}

var dates = []civil.Date{day, day - 40, day + 100}

func (s *sample) snapshot(lay layout) *Snapshot {
	return newSnapshot(lay).With(Changes{Candidates: s.candidates, Offers: s.offers})
}

// match is a Match with the records' ids in place of their numbers, and its
// numbers as bits.
type match struct {
	candidate, offer      string
	eligibility           Eligibility
	score, priority, rank uint64
}

func ofResult(r *Result) match {
	return match{r.Candidate.ID, r.Offer.ID, r.Eligibility, math.Float64bits(r.Score), math.Float64bits(r.Priority), math.Float64bits(r.RankValue)}
}

func ofMatch(s *Snapshot, m Match) match {
	return match{s.Candidate(m.Candidate).ID, s.Offer(m.Offer).ID, m.Eligibility, math.Float64bits(m.Score), math.Float64bits(m.Priority), math.Float64bits(m.RankValue)}
}

func found(s *Snapshot, ms []Match) []match {
	var out []match
	for _, m := range ms {
		out = append(out, ofMatch(s, m))
	}
	return out
}

// ranking is what the explaining path says about every pair, in order.
type ranking struct {
	households, listings map[string][]match
}

func rankEvery(records *sample, p *Policy, on civil.Date) ranking {
	r := ranking{map[string][]match{}, map[string][]match{}}
	for _, result := range Rank(records.candidates, records.offers, p, on, Options{Every: true}) {
		m := ofResult(&result)
		r.households[m.candidate] = append(r.households[m.candidate], m)
		r.listings[m.offer] = append(r.listings[m.offer], m)
	}
	return r
}

// take cuts a ranking to what the options ask for.
func take(ms []match, opt Options) (out []match) {
	for _, m := range ms {
		if opt.takes(m.eligibility) && (opt.Top == 0 || len(out) < opt.Top) {
			out = append(out, m)
		}
	}
	return out
}

var optionSets = []Options{{Every: true}, {}, {Top: 3}, {EligibleOnly: true}, {Every: true, Top: 5}, {EligibleOnly: true, Top: 2}}

// optionsFor returns n of the option sets, others for every turn; in the long
// rounds all of them.
func optionsFor(turn, n int) []Options {
	from := turn * n % len(optionSets)
	return slices.Concat(optionSets, optionSets)[from : from+rounds(n, len(optionSets))]
}

// checkSnapshot holds every household and every listing of a snapshot against
// the explaining path.
func checkSnapshot(t *testing.T, s *Snapshot, records *sample, want ranking, q Query) {
	t.Helper()
	if s.Candidates() != len(records.candidates) || s.Offers() != len(records.offers) {
		t.Fatalf("%d households and %d listings, want %d and %d", s.Candidates(), s.Offers(), len(records.candidates), len(records.offers))
	}
	ctx := context.Background()
	for _, c := range records.candidates {
		got, err := s.Match(ctx, c.ID, q)
		if want := take(want.households[c.ID], q.Options); err != nil || !slices.Equal(found(s, got), want) {
			t.Fatalf("household %s, %+v: %v\ngot  %v\nwant %v", c.ID, q.Options, err, found(s, got), want)
		}
	}
	for _, o := range records.offers {
		got, err := s.MatchListing(ctx, o.ID, q)
		if want := take(want.listings[o.ID], q.Options); err != nil || !slices.Equal(found(s, got), want) {
			t.Fatalf("listing %s, %+v: %v\ngot  %v\nwant %v", o.ID, q.Options, err, found(s, got), want)
		}
	}
	visited := make([]int, s.Candidates()) // by one worker each
	err := s.MatchAll(ctx, q, func(i int, got []Match) error {
		visited[i]++
		id := s.Candidate(i).ID
		if want := take(want.households[id], q.Options); !slices.Equal(found(s, got), want) {
			return fmt.Errorf("household %s: got %v, want %v", id, found(s, got), want)
		}
		return nil
	})
	if err != nil || slices.ContainsFunc(visited, func(n int) bool { return n != 1 }) {
		t.Fatalf("all pairs: %v; visits %v", err, visited)
	}
}

func TestTheFastPathEqualsTheExplainingPath(t *testing.T) {
	pairs := 0
	for seed := range 3 {
		records := newGen(100+uint64(seed)).sample(20, 60)
		for i, p := range policies() {
			for j, on := range dates {
				want := rankEvery(records, p, on)
				pairs += len(records.candidates) * len(records.offers)
				for name, lay := range layouts {
					s, n := records.snapshot(lay), 2
					if lay.codes < 10 { // slow, and soon seen
						n = 1
					}
					for _, opt := range optionsFor(seed+i+j, n) {
						checkSnapshot(t, s, records, want, Query{p, on, opt})
					}
					if slow := s.Bytes().Slow; (slow > 0) != (lay.codes < 10) {
						t.Fatalf("%s: %d slow records", name, slow)
					}
				}
			}
		}
	}
	t.Logf("%d pairs, %d layouts, %d options", pairs, len(layouts), len(optionSets))
}

// TestTheFastPathOnRecordsBeyondReason holds that nothing that a record can hold
// is too much for the columns: numbers as large as they get, hundreds of places.
func TestTheFastPathOnRecordsBeyondReason(t *testing.T) {
	g := newGen(150)
	records := g.sample(20, 60)
	n := func() *int {
		return some(g, 10, 0, -1, 1, 255, 256, 65535, 65536, math.MaxInt32, math.MinInt32, 1<<53+1, math.MaxInt, math.MinInt)
	}
	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprint("Sted  ", i))
	}
	for i := range records.offers {
		l := records.offers[i].Listing
		if g.chance(50) {
			l.PostalPlace = pick(g, append(many, "a\x00b", "a", "\"", "STED 7", "İ", "ǅ")...)
		}
		if g.chance(60) {
			*pick(g, &l.Rent, &l.Deposit, &l.Bedrooms, &l.LeaseMonths, &l.MaxOccupants) = n()
			*pick(g, &l.AvailableFrom, &l.ConfirmedOn) = pick(g, 1, 2, day, civil.MustParse("9999-12-31"))
		}
		if g.chance(20) {
			l.DwellingType, l.Status, l.EmploymentRequirement, l.LeaseKind = "tent", "burnt", "saint", "eternal"
			l.AcceptedSecurity, l.Preferred, l.ContractForm = landlords.SecuritySet(255), landlords.RuleSet(255), "barter"
		}
	}
	for i := range records.candidates {
		h := records.candidates[i].Household
		if g.chance(50) {
			h.Areas = append(slices.Clone(many[g.IntN(100):]), "", "  ", "a", "b", "A")
		}
		if g.chance(60) {
			*pick(g, &h.MaxRent, &h.CurrentRent, &h.ApprovedRent, &h.DepositFunds, &h.BedroomsNeeded, &h.MinLeaseMonths) = n()
			*pick(g, &h.Adults, &h.Children) = g.IntN(1 << 20)
			*pick(g, &h.MoveFrom, &h.ReadyDate) = pick(g, 1, 2, day, civil.MustParse("9999-12-31"))
		}
		if g.chance(20) {
			h.Employment, h.Security = "astronaut", landlords.SecuritySet(255)
		}
	}
	for i, p := range policies() {
		want := rankEvery(records, p, day)
		for _, lay := range layouts {
			for _, opt := range optionsFor(i, 1) {
				checkSnapshot(t, records.snapshot(lay), records, want, Query{p, day, opt})
			}
		}
	}
}

func TestTheFastPathEqualsTheExplainingPathOnTheSamples(t *testing.T) {
	for _, name := range []string{"dev", "random"} {
		t.Run(name, func(t *testing.T) {
			records, turn := loadSample(t, name), 0
			for _, p := range policies() {
				for _, on := range append(dates, civil.MustParse("2026-12-25")) {
					want := rankEvery(records, p, on)
					turn++
					for _, lay := range []layout{standardLayout, layouts["few bit sets"]} {
						for _, opt := range optionsFor(turn, 2) {
							checkSnapshot(t, records.snapshot(lay), records, want, Query{p, on, opt})
						}
					}
				}
			}
		})
	}
}

// TestMatchAllocatesNothingPerPair compares a hundred times the listings.
func TestMatchAllocatesNothingPerPair(t *testing.T) {
	allocations := func(listings int) float64 {
		s := newTown(20, listings)
		ready := s.ready()
		i := 0
		return testing.AllocsPerRun(20, func() {
			i++
			if _, err := s.Match(context.Background(), ready[i%len(ready)], townQuery(20)); err != nil {
				t.Fatal(err)
			}
		})
	}
	// What is lent out may have been thrown away in between; then it is made anew.
	if few, many := allocations(100), allocations(10000); many > few+100 {
		t.Errorf("%v allocations for 10,000 listings, %v for 100", many, few)
	}
}

func TestMatchErrors(t *testing.T) {
	s := newGen(400).sample(20, 20).snapshot(standardLayout)
	q := Query{Policy: DefaultPolicy(), On: day}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := s.Match(ctx, "nobody", q); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("unknown household: %v", err)
	}
	if _, err := s.MatchListing(ctx, "nothing", q); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("unknown listing: %v", err)
	}
	boom := errors.New("boom")
	if err := s.MatchAll(ctx, q, func(int, []Match) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("got %v, want the visitor's error", err)
	}
	visits := make(chan int, 100)
	err := s.MatchAll(ctx, q, func(i int, _ []Match) error {
		cancel()
		visits <- i
		return nil
	})
	if !errors.Is(err, context.Canceled) || len(visits) == 20 {
		t.Errorf("cancelled: %v after %d visits", err, len(visits))
	}
	if _, err := s.Match(ctx, "h1", q); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := s.MatchListing(ctx, "l1", q); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestExplainAgrees(t *testing.T) {
	s := newGen(500).sample(10, 30).snapshot(standardLayout)
	q := Query{DefaultPolicy(), day, Options{Every: true, Top: 10}}
	for i := range s.Candidates() {
		ms, err := s.Match(context.Background(), s.Candidate(i).ID, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ms {
			r := s.Explain(m, q)
			if got, want := ofMatch(s, m), ofResult(&r); got != want {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	}
}
