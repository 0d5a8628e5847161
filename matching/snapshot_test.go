package matching

import (
	"context"
	"fmt"
	"math"
	"runtime"
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
	if s.Offers() < 13000 {
		t.Errorf("%d listings", s.Offers())
	}
}

// TestASnapshotTakesAtMost120BytesARecord counts the heap, for the documents
// belong to the owner, and holds the snapshot's own account to it.
func TestASnapshotTakesAtMost120BytesARecord(t *testing.T) {
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what a finalizer or a pool held goes with the second
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	n := rounds(50_000, 100_000) // a half has the same dictionaries, so it is dearer a record
	records := newGen(5).town(n, n)
	empty := heap()
	listings := NewSnapshot(nil, records.offers)
	half := heap()
	households := NewSnapshot(records.candidates, nil)
	full := heap()
	for _, s := range []struct {
		name        string
		bytes, most float64
		size        SnapshotSize
	}{
		{"listings", (half - empty) / float64(n), 120, listings.Bytes()},
		{"households", (full - half) / float64(n), 120, households.Bytes()},
		{"both", (full - empty) / float64(2*n), 120, SnapshotSize{}},
	} {
		t.Logf("%s: %.1f bytes a record", s.name, s.bytes)
		if s.bytes > s.most {
			t.Errorf("%s take %.1f bytes a record, want at most %v", s.name, s.bytes, s.most)
		}
		if got := s.size.PerRecord(); s.size.Records > 0 && math.Abs(got-s.bytes) > s.bytes/10 {
			t.Errorf("%s: the account says %.1f bytes a record, the heap %.1f", s.name, got, s.bytes)
		}
	}
	runtime.KeepAlive(records)
	runtime.KeepAlive(listings)
	runtime.KeepAlive(households)
}

// TestIDsWithOneHashAreToldApart looks ids up that share a hash: by chance one
// pair in some 80,000 ids does.
func TestIDsWithOneHashAreToldApart(t *testing.T) {
	first := map[uint32]string{}
	var twins []string
	for i := 0; len(twins) < 4; i++ {
		id := fmt.Sprint("l", i)
		if twin, ok := first[hashOf(id)]; ok {
			twins = append(twins, twin, id)
		}
		first[hashOf(id)] = id
	}
	g := newGen(215)
	var offers []Offer
	for i, id := range twins {
		l := g.townListing(i)
		l.ExternalRef = fmt.Sprint("L-", i/2) // twins of one reference, too
		if i == 3 {
			l.ExternalRef = ""
		}
		offers = append(offers, Offer{ID: id, Listing: l})
	}
	s := NewSnapshot(nil, offers)
	for round := range 3 {
		for i, o := range offers {
			at, ok := s.FindOffer(o.ID)
			if gone := round == 1 && (i == 0 || i == 2); ok == gone || ok && s.Offer(at).Listing != o.Listing {
				t.Fatalf("round %d: %s found at %d: %v", round, o.ID, at, ok)
			}
		}
		switch round {
		case 0:
			s = s.With(Changes{RemovedOffers: []string{twins[0], twins[0], twins[2]}})
		case 1:
			offers[1].Listing = g.townListing(77)
			s = s.With(Changes{Offers: offers[:3]})
		}
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
