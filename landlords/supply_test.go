package landlords_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

func TestSupplyNamesWhatCameAndLeft(t *testing.T) {
	on := civil.MustParse
	lives := []landlords.Life{
		{Listing: "stays", Landlord: "a", First: landlords.StatusOpen},
		{Listing: "placed", Landlord: "b", First: landlords.StatusOpen, Steps: []landlords.LifeStep{{on("2026-10-20"), landlords.StatusReserved, true}, {on("2026-11-03"), landlords.StatusLet, true}}},
		{Listing: "new", Landlord: "c", Since: on("2026-11-05"), First: landlords.StatusSubmitted, Steps: []landlords.LifeStep{{on("2026-11-06"), landlords.StatusOpen, false}}},
		{Listing: "new and gone", Landlord: "d", Since: on("2026-11-05"), First: landlords.StatusOpen, Steps: []landlords.LifeStep{{on("2026-11-30"), landlords.StatusWithdrawn, false}}},
		{Listing: "back", Landlord: "a", First: landlords.StatusOpen, Steps: []landlords.LifeStep{{on("2026-02-01"), landlords.StatusExpired, false}, {on("2026-11-09"), landlords.StatusOpen, false}}},
		{Listing: "later", Landlord: "e", Since: on("2026-12-01"), First: landlords.StatusOpen},
		{Listing: "let before", Landlord: "f", First: landlords.StatusLet},
	}
	s := landlords.SupplyOf(lives, on("2026-11-01"), on("2026-12-01"))
	want := landlords.Supply{Opening: 2, Closing: 3, By: map[landlords.SupplyKind]int{"new": 2, "back": 1, "placed": 1, "let_elsewhere": 0, "withdrawn": 1, "expired": 0},
		LandlordsOpening: 2, LandlordsWon: 1, LandlordsLost: 1, LandlordsClosing: 2,
		Moves: []landlords.SupplyMove{{on("2026-11-03"), "placed", "placed"}, {on("2026-11-05"), "new", "new"}, {on("2026-11-05"), "new and gone", "new"}, {on("2026-11-09"), "back", "back"}, {on("2026-11-30"), "new and gone", "withdrawn"}}}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
}

func TestSupplyAddsUp(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 8))
		status := func() landlords.Status { return landlords.Statuses[r.IntN(len(landlords.Statuses))] }
		var lives []landlords.Life
		for i := range r.IntN(12) {
			l := landlords.Life{Listing: fmt.Sprint(i), Landlord: []string{"", "a", "b", "c"}[r.IntN(4)], Since: civil.Date(1000 + r.IntN(100)), First: status()}
			for at := l.Since; r.IntN(4) > 0; {
				at = at.AddDays(r.IntN(30))
				l.Steps = append(l.Steps, landlords.LifeStep{On: at, To: status()})
			}
			lives = append(lives, l)
		}
		from := civil.Date(1000 + r.IntN(120))
		first, second := landlords.SupplyOf(lives, from, from+30), landlords.SupplyOf(lives, from+30, from+60)
		for _, s := range []landlords.Supply{first, second} {
			n := s.Opening
			for _, k := range landlords.SupplyKinds {
				if k.Comes() {
					n += s.By[k]
				} else {
					n -= s.By[k]
				}
			}
			if n != s.Closing || s.LandlordsOpening+s.LandlordsWon-s.LandlordsLost != s.LandlordsClosing {
				t.Fatalf("seed %d does not add up: %+v", seed, s)
			}
		}
		if first.Closing != second.Opening || first.LandlordsClosing != second.LandlordsOpening {
			t.Fatalf("seed %d: one period closes with %d, the next opens with %d", seed, first.Closing, second.Opening)
		}
	}
}
