package search

import (
	"cmp"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Entry is what ranking knows of a document.
type Entry struct {
	Row       int // the engine's own number
	ID        string
	Points    int // of all clauses together
	Matched   int // clauses
	Closed    bool
	Confirmed civil.Date
	Key       float64 // what it is sorted by; meaningless where !HasKey
	HasKey    bool    // without one it comes last in both directions
}

// NewEntry takes from a document what ranking needs, whatever the plan.
func NewEntry(row int, d *Document) Entry {
	return Entry{Row: row, ID: d.ID, Confirmed: d.Listing.ConfirmedOn, Closed: d.Listing.Status != landlords.StatusOpen && d.Listing.Status != ""}
}

// SortBy gives an entry what the plan sorts by.
func (e *Entry) SortBy(d *Document, p *Plan) {
	switch p.Sort {
	case "rent":
		if d.Listing.Rent != nil {
			e.Key, e.HasKey = float64(*d.Listing.Rent), true
		}
	case "available_from":
		e.Key, e.HasKey = float64(d.Listing.AvailableFrom), d.Listing.AvailableFrom != 0
	case "confirmed_on":
		e.Key, e.HasKey = float64(d.Listing.ConfirmedOn), d.Listing.ConfirmedOn != 0
	case "distance":
		if d.Place.HasPoint {
			e.Key, e.HasKey = Distance(p.Near, d.Place), true
		}
	}
}

// Compare orders two entries: totally, so that pages neither lose nor double one.
func (p *Plan) Compare(a, b *Entry) int {
	if p.Sort != "relevance" {
		if a.HasKey != b.HasKey {
			if a.HasKey {
				return -1
			}
			return 1
		}
		if c := cmp.Compare(a.Key, b.Key); c != 0 && a.HasKey {
			if p.Desc {
				return -c
			}
			return c
		}
	}
	return cmp.Or(cmp.Compare(b.Points, a.Points), compareBool(a.Closed, b.Closed), cmp.Compare(b.Confirmed, a.Confirmed), strings.Compare(a.ID, b.ID))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Top keeps the entries of a plan's page and of the pages before it: a heap with
// the last of them at its root, so that most of many entries cost one comparison.
type Top struct {
	plan *Plan
	size int
	heap []Entry
}

// Top returns an empty Top.
func (p *Plan) Top() *Top { return &Top{plan: p, size: p.Offset + p.Limit} }

// Add takes an entry in, if it belongs there so far.
func (t *Top) Add(e *Entry) {
	switch {
	case len(t.heap) < t.size:
		t.heap = append(t.heap, *e)
		for i := len(t.heap) - 1; i > 0 && t.after(i, (i-1)/2); i = (i - 1) / 2 {
			t.heap[i], t.heap[(i-1)/2] = t.heap[(i-1)/2], t.heap[i]
		}
	case t.size > 0 && t.plan.Compare(e, &t.heap[0]) < 0:
		t.heap[0] = *e
		t.sink()
	}
}

func (t *Top) after(i, j int) bool { return t.plan.Compare(&t.heap[i], &t.heap[j]) > 0 }

func (t *Top) sink() {
	for i := 0; ; {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.heap); child++ {
			if t.after(child, last) {
				last = child
			}
		}
		if last == i {
			return
		}
		t.heap[i], t.heap[last] = t.heap[last], t.heap[i]
		i = last
	}
}

// Page returns the entries of the plan's page in order.
func (t *Top) Page() []Entry {
	slices.SortFunc(t.heap, func(a, b Entry) int { return t.plan.Compare(&a, &b) })
	return t.heap[min(t.plan.Offset, len(t.heap)):]
}

// Score turns points into a share of the most there can be.
func (p *Plan) Score(points int) float64 {
	if len(p.Clauses) == 0 {
		return 1
	}
	return float64(points) / float64(len(p.Clauses)*MaxPoints)
}

// Hit completes a hit of a document.
func (p *Plan) Hit(d Document, points int) Hit {
	h := Hit{Document: d, Score: p.Score(points), Highlights: p.Highlight(&d)}
	if p.Near.HasPoint && d.Place.HasPoint {
		km := Distance(p.Near, d.Place)
		h.Distance = &km
	}
	return h
}
