package matching

import (
	"cmp"
	"context"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
)

// NearMisses returns what NearMisses returns for one household and every
// listing, at most q.Top of them where that is not 0. Time: one scan of the
// listings, and an evaluation for each one returned. Errors: NotFound for an id
// that no household has, and that of the context.
func (s *Snapshot) NearMisses(ctx context.Context, householdID string, q Query) ([]NearMiss, error) {
	i, ok := s.FindCandidate(householdID)
	if !ok {
		return nil, apperr.New(apperr.NotFound, "There is no household %q.", householdID)
	}
	c, top, hash := s.Candidate(i), q.Top, q.Policy.Hash()
	q.Options = Options{Every: true}
	sc := &listingScan{}
	sc.remedies = true
	if !sc.start(s, c, &q) {
		return nil, nil
	}
	var near []ranked
	for ci := range s.listings.chunks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		selection := sc.onlyOneBlocks(ci, sc.filter(ci))
		for j, score := range sc.score(ci, selection) {
			near = append(near, ranked{score: score, position: s.listings.starts[ci] + int(selection[j])})
		}
	}
	slices.SortFunc(near, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.position, b.position))
	})
	var out []NearMiss // some still drop out: those declined, and slow ones
	for _, n := range near {
		if top > 0 && len(out) == top {
			break
		}
		r := Evaluate(c, s.Offer(n.position), q.Policy, q.On)
		r.hash = hash
		if m, ok := nearMiss(&r); ok {
			out = append(out, m)
		}
	}
	return out, nil
}

// NearMissesOf is NearMisses for one listing and every household. Time: one scan
// of the households, and an evaluation for each that one rule blocks. Errors:
// NotFound for an id that no listing has, and that of the context.
func (s *Snapshot) NearMissesOf(ctx context.Context, listingID string, q Query) ([]NearMiss, error) {
	i, ok := s.FindOffer(listingID)
	if !ok {
		return nil, apperr.New(apperr.NotFound, "There is no listing %q.", listingID)
	}
	o, top, hash := s.Offer(i), q.Top, q.Policy.Hash()
	q.Options = Options{Every: true}
	sc := &householdScan{}
	sc.remedies = true
	if !sc.start(s, o, &q) {
		return nil, nil
	}
	var results []Result
	for ci, c := range s.households.chunks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, i := range sc.onlyOneBlocks(ci, sc.filter(ci)) {
			r := Evaluate(&c.records[i], o, q.Policy, q.On)
			r.hash = hash
			results = append(results, r)
		}
	}
	out := NearMisses(results)
	if top > 0 && top < len(out) {
		out = out[:top:top]
	}
	return out, nil
}

// opens reports whether the remedy for that reason of rule i can open the pair.
func (pr *pair) opens(i int, reason Reason) bool {
	remedy := rules[i].remedy
	return remedy != nil && remedy(pr, reason) != nil && !(reason == ListingClosed && isGone(pr.l))
}

// onlyOneBlocks returns those of a selection that one aspect blocks for a reason
// with a remedy, and no other; slow records, of which that is not known, too.
func (s *scan[R, F]) onlyOneBlocks(ci int, selection []uint16) []uint16 {
	c := s.t.chunks[ci]
	blocking := resize(s.failed, len(selection))
	clear(blocking)
	s.failed = blocking
	for a := range s.columns {
		for j, i := range selection {
			if gate := aspectPlan[a].gate; gate >= 0 && s.at(c, gate, i)&deferred == 0 {
				continue
			}
			switch v := s.at(c, a, i); {
			case v&hopeless != 0:
				blocking[j] += 2
			case v&blocks != 0:
				blocking[j]++
			}
		}
	}
	n := 0
	for j, i := range selection {
		if blocking[j] == 1 || has(c.slow, int(i)) {
			selection[n] = i
			n++
		}
	}
	return selection[:n]
}
