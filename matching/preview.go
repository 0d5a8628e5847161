package matching

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// PreviewPair is a pair that a policy gains or loses.
type PreviewPair struct {
	Candidate int         `json:"-"` // numbers in the snapshot
	Offer     int         `json:"-"`
	Household string      `json:"household"` // references
	Listing   string      `json:"listing"`
	Change    string      `json:"change"` // gained or lost
	Before    Eligibility `json:"before"`
	After     Eligibility `json:"after"`
}

// Preview is what a change of policy does to the pairs that a query shows.
type Preview struct {
	BeforeHash string        `json:"before_policy"`
	AfterHash  string        `json:"after_policy"`
	Kept       int           `json:"kept"`        // pairs shown under both
	Gained     int           `json:"gained"`      // pairs shown only after
	Lost       int           `json:"lost"`        // pairs shown only before
	FirstPairs int           `json:"first_pairs"` // households that had no pair and get one
	LastPairs  int           `json:"last_pairs"`  // households that lose all theirs
	Pairs      []PreviewPair `json:"pairs"`       // the first of those gained and lost, by household and listing
}

// PreviewPolicy compares what a query shows under its own policy and under
// another: all pairs that its Options ask for, or where Top is set each
// household's first ones, which weights change too. At most limit pairs are
// listed; all are counted. It uses all cores. Time: two scans of all pairs.
// Errors: that of the context.
func (s *Snapshot) PreviewPolicy(ctx context.Context, q Query, after *Policy, limit int) (Preview, error) {
	out := Preview{BeforeHash: q.Policy.Hash(), AfterHash: after.Hash(), Pairs: []PreviewPair{}}
	then := q
	then.Policy = after
	var mu sync.Mutex
	var parts []*Preview
	err := inParallel(ctx, s.Candidates(), func() func(int) error {
		w := &previewer{
			s: s, limit: limit, queries: [2]Query{q, then},
			shown: [2]positions{newPositions(s.Offers()), newPositions(s.Offers())},
		}
		mu.Lock()
		parts = append(parts, &w.Preview)
		mu.Unlock()
		return func(i int) error { return w.household(ctx, i) }
	})
	if err != nil {
		return Preview{}, err
	}
	for _, p := range parts {
		out.Kept += p.Kept
		out.Gained += p.Gained
		out.Lost += p.Lost
		out.FirstPairs += p.FirstPairs
		out.LastPairs += p.LastPairs
		out.Pairs = append(out.Pairs, p.Pairs...)
	}
	slices.SortFunc(out.Pairs, func(a, b PreviewPair) int {
		return cmp.Or(cmp.Compare(a.Candidate, b.Candidate), cmp.Compare(a.Offer, b.Offer))
	})
	out.Pairs = out.Pairs[:min(limit, len(out.Pairs))]
	for i := range out.Pairs {
		p := &out.Pairs[i]
		c, o := s.Candidate(p.Candidate), s.Offer(p.Offer)
		p.Household, p.Listing = c.Ref(), o.Ref()
		p.Before = Evaluate(c, o, q.Policy, q.On).Eligibility
		p.After = Evaluate(c, o, after, q.On).Eligibility
	}
	return out, nil
}

// previewer is one worker's part of a preview. Its households come in ascending
// order, so that the first pairs of all are among the first of each worker.
type previewer struct {
	Preview
	s       *Snapshot
	limit   int
	queries [2]Query // before and after
	scan    listingScan
	shown   [2]positions
	matches []Match
}

func (w *previewer) household(ctx context.Context, i int) error {
	for side := range w.queries {
		if err := w.show(ctx, i, side); err != nil {
			return err
		}
	}
	before, after := w.shown[0], w.shown[1]
	lost, gained := before.lacks(after), after.lacks(before)
	kept := before.len() - lost
	w.Kept += kept
	w.Lost += lost
	w.Gained += gained
	if kept+lost == 0 && gained > 0 {
		w.FirstPairs++
	}
	if kept+gained == 0 && lost > 0 {
		w.LastPairs++
	}
	if len(w.Pairs) < w.limit { // else the first ones are there
		w.list(i, "lost", before, after)
		w.list(i, "gained", after, before)
	}
	return nil
}

// show puts what a household is shown under one of the policies in its set.
func (w *previewer) show(ctx context.Context, i, side int) (err error) {
	q, set := &w.queries[side], w.shown[side]
	clear(set)
	if q.Top == 0 {
		if !w.scan.start(w.s, w.s.Candidate(i), q) {
			return nil
		}
		return w.scan.collectAll(ctx, set)
	}
	if w.matches, err = w.scan.match(ctx, w.s, i, q, w.matches[:0]); err != nil {
		return err
	}
	for _, m := range w.matches {
		set.add(m.Offer)
	}
	return nil
}

// list adds the first pairs that one set has and the other lacks.
func (w *previewer) list(i int, change string, has, lacks positions) {
	left := w.limit
	has.each(func(offer int) bool {
		if !lacks.has(offer) {
			w.Pairs = append(w.Pairs, PreviewPair{Candidate: i, Offer: offer, Change: change})
			left--
		}
		return left > 0
	})
}
