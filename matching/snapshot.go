package matching

import (
	"math/bits"
	"sync"
	"unsafe"
)

// Snapshot is the households and listings of one municipality at one moment, as
// columns and bit sets that the fast path scans. It is never changed, so any
// number of readers share one without locks; With makes the next one, which
// shares with it what is equal. Where the owner keeps it behind an
// atomic.Pointer, a reader goes on with the one that it loaded.
//
// Policy and date are no part of it. Records are held by pointer and must not be
// changed once they were handed over. A record is known by its id, and has a
// number, from 0 in the order of reference and id, which holds within one
// snapshot.
//
// The parts are well known: columns of dictionary codes, worked on a chunk at a
// time by way of selections (Boncz, Zukowski and Nes, MonetDB/X100, CIDR 2005),
// and for aspects with few codes a bit set for each (O'Neil and Quass, Improved
// Query Performance with Variant Indexes, SIGMOD 1997). What the codes stand for,
// and how a rule is asked once for many records, is told in facts.go.
type Snapshot struct {
	households *table[Candidate, applicant]
	listings   *table[Offer, home]
	scans      *scanPools
}

// scanPools lends out what a query writes to, so that it is not made anew.
type scanPools struct{ listings, households sync.Pool }

// NewSnapshot lays out the records. Of several with one id the last one counts.
// Time: n log n in the number of records; the records are not copied.
func NewSnapshot(candidates []Candidate, offers []Offer) *Snapshot {
	return newSnapshot(standardLayout).With(Changes{Candidates: candidates, Offers: offers})
}

func newSnapshot(lay layout) *Snapshot {
	return &Snapshot{
		households: newTable(householdSide, lay),
		listings:   newTable(listingSide, lay),
		scans:      &scanPools{},
	}
}

// Changes is what the next snapshot has otherwise. A candidate changes also with
// its current unit and its declines.
type Changes struct {
	Candidates        []Candidate // new, or in place of those with their ids
	Offers            []Offer
	RemovedCandidates []string // ids; one that is not there is no error
	RemovedOffers     []string
}

// With returns the snapshot after some changes: first what is removed, then what
// comes. Time: each change lays out one chunk of some thousand records anew, and
// changes in the same chunk share that.
func (s *Snapshot) With(ch Changes) *Snapshot {
	return &Snapshot{
		households: s.households.with(ch.RemovedCandidates, ch.Candidates),
		listings:   s.listings.with(ch.RemovedOffers, ch.Offers),
		scans:      s.scans,
	}
}

// Compact returns the same records laid out anew. With leaves behind what only
// removed records stated, and chunks that are partly full; an owner that runs
// for long compacts now and then (SnapshotSize shows when).
func (s *Snapshot) Compact() *Snapshot {
	ch := Changes{Candidates: make([]Candidate, 0, s.Candidates()), Offers: make([]Offer, 0, s.Offers())}
	for _, c := range s.households.chunks {
		ch.Candidates = append(ch.Candidates, c.records...)
	}
	for _, c := range s.listings.chunks {
		ch.Offers = append(ch.Offers, c.records...)
	}
	next := newSnapshot(s.households.layout)
	next.scans = s.scans
	return next.With(ch)
}

// Candidates returns the number of households.
func (s *Snapshot) Candidates() int { return s.households.len() }

// Offers returns the number of listings.
func (s *Snapshot) Offers() int { return s.listings.len() }

// Candidate returns household i, from 0.
func (s *Snapshot) Candidate(i int) *Candidate { return s.households.record(i) }

// Offer returns listing i, from 0.
func (s *Snapshot) Offer(i int) *Offer { return s.listings.record(i) }

// FindCandidate returns the number of the household with that id.
func (s *Snapshot) FindCandidate(id string) (i int, ok bool) { return s.households.find(id) }

// FindOffer returns the number of the listing with that id.
func (s *Snapshot) FindOffer(id string) (i int, ok bool) { return s.listings.find(id) }

// FindCandidateRef returns the number of the household with that reference, of
// several the first by id.
func (s *Snapshot) FindCandidateRef(ref string) (i int, ok bool) { return s.households.findRef(ref) }

// FindOfferRef returns the number of the listing with that reference (Offer.Ref),
// of several the first by id.
func (s *Snapshot) FindOfferRef(ref string) (i int, ok bool) { return s.listings.findRef(ref) }

// SnapshotSize says what a snapshot takes, in bytes. The documents that the
// records point to, and the text of ids, are not counted: they are the owner's.
type SnapshotSize struct {
	Records      int   `json:"records"`
	Columns      int64 `json:"columns"`      // codes and bit sets: what a query scans
	Dictionaries int64 `json:"dictionaries"` // the facts that the codes stand for; about
	Identity     int64 `json:"identity"`     // pointers, ids and references, and finding by id
	Codes        int   `json:"codes"`        // of the aspect with most
	Slow         int   `json:"slow"`         // records that had no code left and are evaluated one by one
}

// PerRecord returns the bytes for each record, everything counted.
func (s SnapshotSize) PerRecord() float64 {
	return float64(s.Columns+s.Dictionaries+s.Identity) / float64(max(1, s.Records))
}

// Bytes measures the snapshot. Time: proportional to the chunks.
func (s *Snapshot) Bytes() SnapshotSize {
	h, l := s.households.size(), s.listings.size()
	return SnapshotSize{
		Records: h.Records + l.Records, Columns: h.Columns + l.Columns, Dictionaries: h.Dictionaries + l.Dictionaries,
		Identity: h.Identity + l.Identity, Codes: max(h.Codes, l.Codes), Slow: h.Slow + l.Slow,
	}
}

func (t *table[R, F]) size() SnapshotSize {
	const stringHeader, mapOverhead = 16, 1.5 // a map is about two thirds full
	var record R
	size := SnapshotSize{Records: t.len(), Columns: int64(len(t.starts)) * 8, Identity: int64(t.len())*int64(unsafe.Sizeof(record)) + t.refs.bytes()}
	for _, c := range t.chunks {
		size.Columns += c.columnBytes()
		size.Identity += int64(len(c.refs)) * stringHeader
		for _, w := range c.slow {
			size.Slow += bits.OnesCount64(w)
		}
	}
	for a, d := range t.dicts {
		if d == nil {
			continue
		}
		var half F
		size.Codes = max(size.Codes, len(d.halves))
		perCode := float64(unsafe.Sizeof(facts{})+2)*mapOverhead + float64(unsafe.Sizeof(half)+t.side.documentBytes(&aspects[a]))
		size.Dictionaries += int64(perCode * float64(len(d.halves)))
	}
	return size
}
