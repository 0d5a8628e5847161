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

// Fill takes from a document what ranking needs.
func (e *Entry) Fill(d *Document, p *Plan) {
	e.ID, e.Confirmed = d.ID, d.Listing.ConfirmedOn
	e.Closed = d.Listing.Status != landlords.StatusOpen && d.Listing.Status != ""
	e.Key, e.HasKey = sortKey(d, p)
}

func sortKey(d *Document, p *Plan) (float64, bool) {
	switch p.Sort {
	case "rent":
		if d.Listing.Rent != nil {
			return float64(*d.Listing.Rent), true
		}
	case "available_from":
		return float64(d.Listing.AvailableFrom), d.Listing.AvailableFrom != 0
	case "confirmed_on":
		return float64(d.Listing.ConfirmedOn), d.Listing.ConfirmedOn != 0
	case "distance":
		if d.Place.HasPoint {
			return Distance(p.Near, d.Place), true
		}
	}
	return 0, false
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

// Page returns the entries of the plan's page in order. It changes the order of
// entries.
func (p *Plan) Page(entries []Entry) []Entry {
	slices.SortFunc(entries, func(a, b Entry) int { return p.Compare(&a, &b) })
	from := min(p.Offset, len(entries))
	return entries[from:min(from+p.Limit, len(entries))]
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
