package matching

import (
	"cmp"
	"slices"

	"github.com/boligklar/boligklar/internal/civil"
)

// Compare orders results, the best first: rank_value and score descending, the
// household that has been ready longest (no date last), then household and
// listing reference bytewise, and where even these are equal the ids. It is
// negative where a stands before b. The order is total over different pairs of
// one date and policy.
func Compare(a, b *Result) int {
	return cmp.Or(
		cmp.Compare(b.RankValue, a.RankValue),
		cmp.Compare(b.Score, a.Score),
		compareReady(a.Candidate.Household.ReadyDate, b.Candidate.Household.ReadyDate),
		cmp.Compare(a.Candidate.Ref(), b.Candidate.Ref()),
		cmp.Compare(a.Offer.Ref(), b.Offer.Ref()),
		cmp.Compare(a.Candidate.ID, b.Candidate.ID),
		cmp.Compare(a.Offer.ID, b.Offer.ID),
	)
}

func compareReady(a, b civil.Date) int {
	switch {
	case a == b:
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return cmp.Compare(a, b)
}

// Options say which results Rank returns.
type Options struct {
	Every        bool // blocked pairs as well
	EligibleOnly bool // neither blocked pairs nor those where something has to be asked
	Top          int  // at most so many; 0 for all
}

// takes reports whether pairs with that verdict are wanted.
func (o Options) takes(e Eligibility) bool {
	return e == Eligible || !o.EligibleOnly && (e == Clarify || o.Every)
}

// Rank evaluates every household against every listing and returns the results
// in the order of Compare. Time and memory are proportional to the number of
// pairs. The candidates and offers are pointed to by the results.
func Rank(candidates []Candidate, offers []Offer, p *Policy, on civil.Date, opt Options) []Result {
	hash := p.Hash()
	var out []Result
	for i := range candidates {
		for j := range offers {
			r := Evaluate(&candidates[i], &offers[j], p, on)
			if opt.takes(r.Eligibility) {
				r.hash = hash
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Result) int { return Compare(&a, &b) })
	if opt.Top > 0 && opt.Top < len(out) {
		out = out[:opt.Top:opt.Top]
	}
	return out
}

// NearMiss is a pair that one remedy would open.
type NearMiss struct {
	Result  *Result     // as it is: blocked
	Outcome Outcome     // the one rule that blocks, with its remedy: what to do, and who does it
	Opens   Eligibility // the verdict once that is done: eligible, or clarify where a question is left
	Score   float64     // the score once that is done
}

// NearMisses returns the results that exactly one rule blocks which has a
// remedy, the best score (as it is) first, equal scores in the order of
// Compare. Give it results that include the blocked ones (Options.Every). What
// is merely unknown does not make a pair less of a near miss; it shows in Opens.
// Homes that are let, promised or taken off are none: no call brings them back.
func NearMisses(results []Result) []NearMiss {
	var out []NearMiss
	for i := range results {
		if m, ok := nearMiss(&results[i]); ok {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b NearMiss) int {
		return cmp.Or(cmp.Compare(b.Result.Score, a.Result.Score), Compare(a.Result, b.Result))
	})
	return out
}

func nearMiss(r *Result) (NearMiss, bool) {
	if r.Eligibility != Blocked {
		return NearMiss{}, false
	}
	m := NearMiss{Result: r}
	for _, o := range r.Outcomes {
		if !o.Blocks() {
			continue
		}
		if m.Outcome.Rule != "" || o.Remedy == nil {
			return NearMiss{}, false
		}
		m.Outcome = o
	}
	if m.Outcome.Reason == ListingClosed && isGone(r.Offer.Listing) {
		return NearMiss{}, false
	}
	c, o, ok := m.Outcome.Remedy.Apply(r.Candidate, r.Offer, r.on)
	if !ok {
		return NearMiss{}, false
	}
	after := Evaluate(&c, &o, r.policy, r.on)
	m.Opens, m.Score = after.Eligibility, after.Score
	return m, true
}
