package matching

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

// TestSnapshotsAfterChanges makes random changes and compares each snapshot with
// its records, and with the one before, which must stay as it was.
func TestSnapshotsAfterChanges(t *testing.T) {
	for name, lay := range layouts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGen(200)
			var records sample
			s := newSnapshot(lay)
			q := Query{DefaultPolicy(), day, Options{Every: true}}
			check := func(s *Snapshot, records *sample) {
				t.Helper()
				checkSnapshot(t, s, records, rankEvery(records, q.Policy, q.On), q)
			}
			every := 6
			if lay.codes < 10 { // slow
				every = 20
			}
			for round := range 60 {
				before, beforeRecords := s, &sample{slices.Clone(records.candidates), slices.Clone(records.offers)}
				s = s.With(records.change(g, round))
				checkOrder(t, s)
				if round%every == every-1 {
					q.Policy, q.Options = pick(g, policies()...), pick(g, optionSets...)
					check(before, beforeRecords)
					check(s, &records)
				}
			}
			check(s.Compact(), &records)
			if got := s.Bytes(); got.Records != len(records.candidates)+len(records.offers) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// change makes a few random changes to the records and returns them.
func (s *sample) change(g *gen, round int) (ch Changes) {
	fresh := g.sample(1+g.IntN(8), 1+g.IntN(25))
	for i, c := range fresh.candidates {
		c.ID = fmt.Sprint("h", g.IntN(40))
		if c.Household.Ref = pick(g, "H-1", c.ID, fmt.Sprint("H-", round, i)); g.chance(30) {
			c.Declined = nil
		}
		ch.Candidates = append(ch.Candidates, c)
	}
	for _, o := range fresh.offers {
		o.ID = fmt.Sprint("l", g.IntN(80))
		if g.chance(50) {
			o.Listing.ExternalRef, o.Listing.Address = "", "Prøvegata 1" // equal references
		}
		ch.Offers = append(ch.Offers, o)
	}
	for range g.IntN(6) {
		ch.RemovedCandidates = append(ch.RemovedCandidates, fmt.Sprint("h", g.IntN(50)))
		ch.RemovedOffers = append(ch.RemovedOffers, fmt.Sprint("l", g.IntN(90)), fmt.Sprint("l", g.IntN(90)))
	}
	if g.chance(5) {
		ch = Changes{}
		for _, o := range s.offers {
			ch.RemovedOffers = append(ch.RemovedOffers, o.ID)
		}
	}
	for _, id := range ch.RemovedCandidates {
		s.candidates = slices.DeleteFunc(s.candidates, func(c Candidate) bool { return c.ID == id })
	}
	for _, id := range ch.RemovedOffers {
		s.offers = slices.DeleteFunc(s.offers, func(o Offer) bool { return o.ID == id })
	}
	for _, c := range ch.Candidates {
		s.candidates = append(slices.DeleteFunc(s.candidates, func(old Candidate) bool { return old.ID == c.ID }), c)
	}
	for _, o := range ch.Offers {
		s.offers = append(slices.DeleteFunc(s.offers, func(old Offer) bool { return old.ID == o.ID }), o)
	}
	return ch
}

// checkOrder holds that records stand in the order of reference and id, that
// each is found by its id, and that chunks stay within their size.
func checkOrder(t *testing.T, s *Snapshot) {
	t.Helper()
	for i := range s.Offers() {
		o := s.Offer(i)
		if at, ok := s.FindOffer(o.ID); !ok || at != i {
			t.Fatalf("listing %d is found at %d, %v", i, at, ok)
		}
		if at, ok := s.FindOfferRef(o.Ref()); !ok || at > i || s.Offer(at).Ref() != o.Ref() || at > 0 && s.Offer(at-1).Ref() == o.Ref() {
			t.Fatalf("reference %q of listing %d is found at %d, %v, want the first", o.Ref(), i, at, ok)
		}
		if i > 0 {
			if before := s.Offer(i - 1); before.Ref() > o.Ref() || before.Ref() == o.Ref() && before.ID >= o.ID {
				t.Fatalf("listing %q %q stands before %q %q", before.Ref(), before.ID, o.Ref(), o.ID)
			}
		}
	}
	for i := range s.Candidates() {
		if at, ok := s.FindCandidate(s.Candidate(i).ID); !ok || at != i {
			t.Fatalf("household %d is found at %d, %v", i, at, ok)
		}
	}
	for i, c := range s.listings.chunks {
		least := s.listings.layout.chunkRows / 4
		if i == len(s.listings.chunks)-1 {
			least = 1
		}
		if n := len(c.records); n < least || n > s.listings.layout.chunkRows {
			t.Fatalf("chunk %d of %d has %d records", i, len(s.listings.chunks), n)
		}
	}
	if n := len(s.listings.refs.buckets); n*bucketSize < s.Offers() {
		t.Fatalf("%d buckets for %d listings", n, s.Offers())
	}
	if _, ok := s.FindOffer("nobody"); ok {
		t.Error("found a listing that is not there")
	}
	for _, ref := range []string{"", "H-", "nobody", "\xff"} {
		if i, ok := s.FindCandidateRef(ref); ok {
			t.Errorf("found %q at %d", ref, i)
		}
	}
}

func TestASnapshotGrows(t *testing.T) {
	g := newGen(210)
	s := NewSnapshot(nil, nil)
	for range 20 {
		var ch Changes
		for range 700 {
			i := g.IntN(1 << 20)
			ch.Offers = append(ch.Offers, Offer{ID: fmt.Sprint("l", i), Listing: g.townListing(i)})
		}
		s = s.With(ch)
	}
	checkOrder(t, s)
	if s.Offers() < 13000 || s.Bytes().PerRecord() > 120 {
		t.Errorf("%d listings of %v bytes", s.Offers(), s.Bytes().PerRecord())
	}
}

func TestTheOrderOfInsertionChangesNothing(t *testing.T) {
	g := newGen(300)
	sample := g.sample(25, 60)
	q := Query{DefaultPolicy(), day, Options{Every: true}}
	all := func(s *Snapshot) (out []Match) {
		for i := range s.Candidates() {
			ms, err := s.Match(context.Background(), s.Candidate(i).ID, q)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, ms...)
		}
		return out
	}
	for name, lay := range layouts {
		want := all(sample.snapshot(lay))
		for range 5 {
			s := newSnapshot(lay)
			cs, os := slices.Clone(sample.candidates), slices.Clone(sample.offers)
			g.Shuffle(len(cs), func(i, j int) { cs[i], cs[j] = cs[j], cs[i] })
			g.Shuffle(len(os), func(i, j int) { os[i], os[j] = os[j], os[i] })
			for i := range os {
				ch := Changes{Offers: os[i : i+1]}
				if i < len(cs) {
					ch.Candidates = cs[i : i+1]
				}
				s = s.With(ch)
			}
			if got := all(s); !slices.Equal(got, want) {
				t.Fatalf("%s: another order of insertion gives another answer", name)
			}
		}
	}
}

func TestAnEmptySnapshot(t *testing.T) {
	ctx, q := context.Background(), Query{Policy: DefaultPolicy(), On: day}
	one := newGen(600).sample(1, 1)
	for name, s := range map[string]*Snapshot{
		"nothing":       NewSnapshot(nil, nil),
		"no listings":   NewSnapshot(one.candidates, nil),
		"no households": NewSnapshot(nil, one.offers),
		"all removed":   NewSnapshot(one.candidates, one.offers).With(Changes{RemovedCandidates: []string{"h0"}, RemovedOffers: []string{"l0"}}),
	} {
		for i := range s.Candidates() {
			if ms, err := s.Match(ctx, s.Candidate(i).ID, q); err != nil || len(ms) > 0 {
				t.Errorf("%s: %v, %v", name, ms, err)
			}
		}
		for i := range s.Offers() {
			if ms, err := s.MatchListing(ctx, s.Offer(i).ID, q); err != nil || len(ms) > 0 {
				t.Errorf("%s: %v, %v", name, ms, err)
			}
		}
		if err := s.MatchAll(ctx, q, func(int, []Match) error { return nil }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s = s.Compact(); s.Bytes().Slow != 0 {
			t.Errorf("%s: %+v", name, s.Bytes())
		}
	}
}
