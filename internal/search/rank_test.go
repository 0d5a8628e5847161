package search

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
)

// A page is what sorting everything and cutting it out gives.
func TestTop(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		entries := make([]Entry, r.IntN(60))
		for i := range entries {
			entries[i] = Entry{Row: i, ID: fmt.Sprint(i), Points: r.IntN(3), Closed: r.IntN(3) == 0, Confirmed: civil.Date(r.IntN(3)), Key: float64(r.IntN(3)), HasKey: r.IntN(3) > 0}
		}
		p := &Plan{Sort: []string{"relevance", "rent"}[r.IntN(2)], Desc: r.IntN(2) == 0, Limit: r.IntN(20), Offset: r.IntN(20)}
		top := p.Top()
		for i := range entries {
			top.Add(&entries[i])
		}
		slices.SortFunc(entries, func(a, b Entry) int { return p.Compare(&a, &b) })
		from := min(p.Offset, len(entries))
		want := entries[from:min(from+p.Limit, len(entries))]
		if got := top.Page(); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v of %d\n got %+v\nwant %+v", p, len(entries), got, want)
		}
	}
}
