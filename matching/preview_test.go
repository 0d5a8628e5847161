package matching

import (
	"context"
	"slices"
	"testing"
)

func TestPreviewEqualsRankingTwice(t *testing.T) {
	gained, lost, firsts, lasts := 0, 0, 0, 0
	g := newGen(740)
	for range rounds(3, 20) {
		records := g.sample(25, 60)
		s := records.snapshot(pick(g, standardLayout, layouts["small chunks"], layouts["few codes"]))
		two := policies()
		before, after := two[0], two[1]
		if g.chance(50) {
			before, after = after, before
		}
		for _, opt := range optionSets {
			want := previewOf(s, before, after, opt)
			pairs := want.Pairs
			for _, limit := range []int{pick(g, 0, 1, 7), 100000} {
				want.Pairs = pairs[:min(limit, len(pairs))]
				got, err := s.PreviewPolicy(context.Background(), Query{before, day, opt}, after, limit)
				if err != nil || jsonOf(t, got) != jsonOf(t, want) {
					t.Fatalf("%+v, limit %d: %v\ngot  %s\nwant %s", opt, limit, err, jsonOf(t, got), jsonOf(t, want))
				}
				gained, lost, firsts, lasts = gained+got.Gained, lost+got.Lost, firsts+got.FirstPairs, lasts+got.LastPairs
			}
		}
	}
	if gained == 0 || lost == 0 || firsts == 0 || lasts == 0 {
		t.Errorf("%d gained, %d lost, %d first, %d last: the test shows nothing", gained, lost, firsts, lasts)
	}
}

// previewOf compares the explaining path's lists.
func previewOf(s *Snapshot, before, after *Policy, opt Options) Preview {
	out := Preview{BeforeHash: before.Hash(), AfterHash: after.Hash(), Pairs: []PreviewPair{}}
	var offers []Offer
	for i := range s.Offers() {
		offers = append(offers, *s.Offer(i))
	}
	for i := range s.Candidates() {
		c := s.Candidate(i)
		shown := func(p *Policy) (ids []string) {
			for _, r := range Rank([]Candidate{*c}, offers, p, day, opt) {
				ids = append(ids, r.Offer.ID)
			}
			return ids
		}
		was, is := shown(before), shown(after)
		gained, lost := 0, 0
		for j := range offers {
			pair := PreviewPair{Household: c.Ref(), Listing: offers[j].Ref()}
			switch inWas, inIs := slices.Contains(was, offers[j].ID), slices.Contains(is, offers[j].ID); {
			case inWas && inIs:
				out.Kept++
				continue
			case inWas:
				lost++
				pair.Change = "lost"
			case inIs:
				gained++
				pair.Change = "gained"
			default:
				continue
			}
			pair.Before, pair.After = Evaluate(c, &offers[j], before, day).Eligibility, Evaluate(c, &offers[j], after, day).Eligibility
			out.Pairs = append(out.Pairs, pair)
		}
		out.Gained += gained
		out.Lost += lost
		if len(was) == 0 && gained > 0 {
			out.FirstPairs++
		}
		if len(is) == 0 && lost > 0 {
			out.LastPairs++
		}
	}
	return out
}

func TestPreviewOfTheSamePolicyIsEmpty(t *testing.T) {
	s := newGen(741).sample(20, 40).snapshot(standardLayout)
	got, err := s.PreviewPolicy(context.Background(), Query{Policy: DefaultPolicy(), On: day}, DefaultPolicy(), 10)
	if err != nil || got.Kept == 0 || got.Gained+got.Lost+got.FirstPairs+got.LastPairs+len(got.Pairs) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.PreviewPolicy(ctx, Query{Policy: DefaultPolicy(), On: day}, DefaultPolicy(), 10); err == nil {
		t.Error("cancelled, and no error")
	}
}
