package forecast_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
)

// shapes are ways of staying that the model does not assume: each returns a length in
// days.
var shapes = map[string]func(r *rand.Rand) int{
	"most leave early, some never": func(r *rand.Rand) int { // a falling pace: Weibull of shape 0.7
		return 1 + int(500*math.Pow(r.ExpFloat64(), 1/0.7))
	},
	"nearly all stay two years": func(r *rand.Rand) int { // a rising pace: shape 3
		return 1 + int(730*math.Pow(r.ExpFloat64(), 1.0/3))
	},
	"two kinds of households": func(r *rand.Rand) int { // a third stays months, the others years
		if r.IntN(3) == 0 {
			return 30 + r.IntN(90)
		}
		return 500 + r.IntN(700)
	},
	"log-normal": func(r *rand.Rand) int { return 1 + int(450*math.Exp(0.8*r.NormFloat64())) },
	"leases of a year": func(r *rand.Rand) int { // lumps at whole years
		return 365*(1+r.IntN(3)) + r.IntN(20)
	},
}

// shaped returns twelve years of units whose households stay by a shape; half of
// the units come into service one by one.
func shaped(seed uint64, n int, length func(r *rand.Rand) int) *vacancy.History {
	r := rand.New(rand.NewPCG(seed, 10))
	h := &vacancy.History{}
	start, end := date("2014-01-01"), date("2026-01-01")
	for i := range n {
		u := vacancy.Unit{UnitRef: fmt.Sprintf("G-%03d", i), InServiceFrom: start, Bedrooms: one(1 + i%3)}
		if i%2 == 1 {
			u.InServiceFrom = start.AddDays(r.IntN(2000))
		}
		h.Units = append(h.Units, u)
		for at := u.InServiceFrom.AddDays(r.IntN(120)); at < end; {
			o := vacancy.Occupancy{UnitRef: u.UnitRef, HouseholdRef: fmt.Sprint("H", len(h.Stays)), From: at, Reason: vacancy.PrivateRental}
			o.To = at.AddDays(length(r))
			h.Stays = append(h.Stays, o)
			at = o.To.AddDays(5 + r.IntN(40))
		}
	}
	return h
}

// TestBandsHoldForOtherShapes holds the bands to histories of shapes that neither the
// sample data nor the other generated ones have.
func TestBandsHoldForOtherShapes(t *testing.T) {
	bands, held := 0, 0
	for name, length := range shapes {
		h := shaped(3, 60, length)
		b, err := forecast.Check(h, month("2021-01"), month("2023-01"), 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %.3f of %d bands held", name, b.Share(), b.Bands)
		bands, held = bands+b.Bands, held+b.Held
		if b.Share() < 0.6 || b.Share() > 0.95 {
			t.Errorf("%s: bands held %.3f of the time", name, b.Share())
		}
	}
	if s := float64(held) / float64(bands); s < 0.7 || s > 0.9 {
		t.Errorf("bands held %.3f of the time, want 0.7 to 0.9", s)
	}
}

// TestPlacementsCloseTheGap moves as many households to private homes as the forecast
// asks for, and looks whether the shortage is gone at the median.
func TestPlacementsCloseTheGap(t *testing.T) {
	h := generated(5, 40, 0.0012)
	on := date("2024-01-31")
	in := forecast.Input{History: forecast.AsOf(h, on), On: on, Months: 6, Seed: 2, Draws: 400}
	for i := range 6 {
		in.Plan = append(in.Plan, forecast.Planned{Month: month("2024-02").Add(i), Households: 4})
	}
	f, err := forecast.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	need := f.Months[5].Placements
	if need == 0 || f.Months[5].PlacementsSafe < need {
		t.Fatalf("the plan lacks nothing: %+v", f.Months[5])
	}
	// The newest stays end: they are the likeliest to hold their unit all the while.
	moved := *in.History
	moved.Stays = append([]vacancy.Occupancy(nil), in.History.Stays...)
	left := need
	for i := len(moved.Stays) - 1; i >= 0 && left > 0; i-- {
		if s := &moved.Stays[i]; s.To.IsZero() && s.From > on.AddDays(-200) {
			s.To = on
			left--
		}
	}
	if left > 0 {
		t.Fatalf("%d placements find no household", left)
	}
	in.History = &moved
	after, err := forecast.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	if gain := after.Months[5].Free.Mid - f.Months[5].Free.Mid; gain < need-2 || gain > need {
		t.Errorf("%d placements free %d units by the end; each frees one, less those that would have moved", need, gain)
	}
	if after.Months[5].Free.Mid < -2 {
		t.Errorf("after %d placements %d are lacking", need, -after.Months[5].Free.Mid)
	}
}
