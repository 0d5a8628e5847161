package matching

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
)

// Query is what a snapshot is asked by. The policy must be valid and must not be
// changed while the query runs.
type Query struct {
	Policy *Policy
	On     civil.Date
	Options
}

// refuse returns the verdicts that the query does not want.
func (o Options) refuse() uint8 {
	switch {
	case o.EligibleOnly:
		return blocks | asks
	case o.Every:
		return 0
	}
	return blocks
}

// Match is one pair of a snapshot's answer, by the numbers of its records
// (Snapshot.Candidate, Snapshot.Offer). The values are those of Evaluate, to
// the last bit.
type Match struct {
	Candidate   int
	Offer       int
	Eligibility Eligibility
	Score       float64 // 0 to 100
	Priority    float64 // 0 to 1
	RankValue   float64
}

// Match ranks the listings for one household, in the order of Compare. Time:
// proportional to the listings, about a nanosecond or two for each; where Top is
// 0, n log n in those returned. Errors: NotFound for an id that no household
// has, and that of the context.
func (s *Snapshot) Match(ctx context.Context, householdID string, q Query) ([]Match, error) {
	i, ok := s.FindCandidate(householdID)
	if !ok {
		return nil, apperr.New(apperr.NotFound, "There is no household %q.", householdID)
	}
	sc := s.listingScan()
	defer s.scans.listings.Put(sc)
	return sc.match(ctx, s, i, &q, nil)
}

// MatchListing ranks the households for one listing, in the order of Compare.
// Time and errors: as Match.
func (s *Snapshot) MatchListing(ctx context.Context, listingID string, q Query) ([]Match, error) {
	i, ok := s.FindOffer(listingID)
	if !ok {
		return nil, apperr.New(apperr.NotFound, "There is no listing %q.", listingID)
	}
	sc := s.householdScan()
	defer s.scans.households.Put(sc)
	return sc.match(ctx, s, i, &q, nil)
}

// MatchAll ranks the listings for every household, with a worker for each core,
// and hands each household's matches to visit. The workers call visit at the
// same time, in no certain order; matches is theirs again when it returns.
// Households without a match are visited too. It stops at the first error of
// visit or of the context, and returns it. Time: households times listings.
func (s *Snapshot) MatchAll(ctx context.Context, q Query, visit func(household int, matches []Match) error) error {
	return inParallel(ctx, s.Candidates(), func() func(int) error {
		sc := &listingScan{}
		var buffer []Match
		return func(i int) (err error) {
			if buffer, err = sc.match(ctx, s, i, &q, buffer[:0]); err != nil {
				return err
			}
			return visit(i, buffer)
		}
	})
}

// Explain evaluates a match by the explaining path.
func (s *Snapshot) Explain(m Match, q Query) Result {
	return Evaluate(s.Candidate(m.Candidate), s.Offer(m.Offer), q.Policy, q.On)
}

// ExplainAll evaluates matches by the explaining path, in their order. Time: some
// microseconds for each.
func (s *Snapshot) ExplainAll(matches []Match, q Query) []Result {
	hash := q.Policy.Hash()
	out := make([]Result, len(matches))
	for i, m := range matches {
		out[i] = s.Explain(m, q)
		out[i].hash = hash
	}
	return out
}

// inParallel runs work on 0 to n-1 by a worker for each core, which take them in
// small lots, ascending. It returns the first error, after all have stopped.
func inParallel(ctx context.Context, n int, start func() func(i int) error) error {
	const lot = 8
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+lot-1)/lot) {
		workers.Go(func() {
			work := start()
			for {
				from := int(next.Add(lot)) - lot
				for i := from; i < min(from+lot, n); i++ {
					if err := work(i); err != nil {
						cancel(err)
						return
					}
				}
				if from >= n || ctx.Err() != nil {
					return
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}
