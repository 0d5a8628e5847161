package forecast_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
)

func date(s string) civil.Date { return civil.MustParse(s) }

func month(s string) civil.Month { return civil.MonthOf(date(s + "-01")) }

// TestCurveOfAKnownExample is the remission times of the 6-MP group of Freireich and others,
// 1963, whose product-limit estimate stands in many textbooks.
func TestCurveOfAKnownExample(t *testing.T) {
	on := date("2024-01-01")
	var stays []vacancy.Occupancy
	add := func(weeks int, ended bool) {
		o := vacancy.Occupancy{UnitRef: "U", HouseholdRef: fmt.Sprint(len(stays)), From: on.AddDays(-weeks)}
		if ended {
			o.From = on.AddDays(-400)
			o.To = o.From.AddDays(weeks)
		}
		stays = append(stays, o)
	}
	for _, w := range []int{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		add(w, true)
	}
	for _, w := range []int{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		add(w, false)
	}
	c := forecast.CurveOf(stays, on)
	for days, want := range map[int]float64{5: 1, 6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482, 400: 0.4482} {
		if got := c.Staying(days); math.Abs(got-want) > 5e-5 {
			t.Errorf("staying longer than %d: %.4f, want %.4f", days, got, want)
		}
	}
	if median, ok := c.Median(); !ok || median != 23 || c.Open != 12 || c.Stays != 21 {
		t.Errorf("median %d %v, %d open of %d", median, ok, c.Open, c.Stays)
	}
}

func TestCurveLooksAtNothingLater(t *testing.T) {
	stays := []vacancy.Occupancy{{UnitRef: "U", HouseholdRef: "A", From: date("2024-01-01"), To: date("2024-06-01")}, {UnitRef: "U", HouseholdRef: "B", From: date("2024-07-01")}}
	if c := forecast.CurveOf(stays, date("2024-03-01")); len(c.Steps) != 0 || c.Stays != 1 || c.Open != 1 {
		t.Errorf("got %+v", c)
	}
}

func one(n int) *int { return &n }

// TestWhatIsCertain has no stays that could surprise: what is known shows in full.
func TestWhatIsCertain(t *testing.T) {
	h := &vacancy.History{
		Units: []vacancy.Unit{
			{UnitRef: "A", InServiceFrom: date("2020-01-01"), Bedrooms: one(1)},                                                               // free
			{UnitRef: "B", InServiceFrom: date("2020-01-01"), Bedrooms: one(2)},                                                               // notice for February
			{UnitRef: "C", InServiceFrom: date("2020-01-01"), Bedrooms: one(2), LeaseInEnds: date("2024-03-31"), Ownership: vacancy.LeasedIn}, // free, lost in March
			{UnitRef: "D", InServiceFrom: date("2020-01-01"), Bedrooms: one(3)},                                                               // out of order until April
			{UnitRef: "E", InServiceFrom: date("2020-01-01"), InServiceTo: date("2021-01-01")},
			{UnitRef: "F", InServiceFrom: date("2020-01-01")}, // for minors
		},
		Details: []vacancy.Details{{UnitRef: "F", Purpose: vacancy.UnaccompaniedMinors}},
		Stays:   []vacancy.Occupancy{{UnitRef: "B", HouseholdRef: "H", From: date("2024-01-30")}},
		Outages: []vacancy.Outage{{UnitRef: "D", From: date("2024-01-01"), To: date("2024-04-10"), Reason: vacancy.Damage}},
		Notices: []vacancy.Notice{{UnitRef: "B", HouseholdRef: "H", Given: date("2024-01-31"), Expected: date("2024-02-20")}},
	}
	plan := []forecast.Planned{{Month: month("2024-03"), Households: 3, Persons: 9, Minors: 2}}
	f, err := forecast.Make(forecast.Input{History: h, On: date("2024-01-31"), Months: 4, Plan: plan, Draws: 50})
	if err != nil {
		t.Fatal(err)
	}
	if f.FreeNow != 2 || f.Living != 1 || f.Broken != 1 || f.InUse != 3 || f.Minors != 1 {
		t.Errorf("now %+v", f)
	}
	exactly := func(n int) forecast.Band { return forecast.Band{Low: n, Mid: n, High: n} }
	var free, freed []forecast.Band
	var ends, notices, gap []int
	for _, m := range f.Months {
		free, freed = append(free, m.Free), append(freed, m.Freed)
		ends, notices, gap = append(ends, m.LeasesEnd), append(notices, m.Notices), append(gap, m.PlacementsSafe)
	}
	if want := []forecast.Band{exactly(3), exactly(-1), exactly(0), exactly(0)}; !reflect.DeepEqual(free, want) {
		t.Errorf("free %v, want %v", free, want)
	}
	if want := []forecast.Band{exactly(1), exactly(0), exactly(0), exactly(0)}; !reflect.DeepEqual(freed, want) {
		t.Errorf("freed %v, want %v", freed, want)
	}
	if fmt.Sprint(ends, notices, gap) != "[0 1 0 0] [1 0 0 0] [0 1 1 1]" {
		t.Errorf("ends, notices, gap %v %v %v", ends, notices, gap)
	}
	if m := f.Months[1]; m.PlannedPersons != 9 || m.PlannedMinors != 2 {
		t.Errorf("plan %+v", m)
	}
}

func TestSameSeedSameForecast(t *testing.T) {
	h := generated(1, 40, 0.002)
	in := forecast.Input{History: h, On: date("2024-01-31"), Months: 12, Seed: 7, Draws: 200}
	a, errA := forecast.Make(in)
	b, errB := forecast.Make(in)
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Error("two forecasts of the same input differ")
	}
	for i, m := range a.Months {
		total := 0
		for _, s := range a.Sizes {
			total += s.FreeNow
			if s.Free[i].Low > s.Free[i].Mid || s.Free[i].Mid > s.Free[i].High {
				t.Errorf("%v: %+v", m.Month, s.Free[i])
			}
		}
		if total != a.FreeNow {
			t.Errorf("the sizes have %d free, all %d", total, a.FreeNow)
		}
		if i > 0 && (m.FreedSum.Mid < a.Months[i-1].FreedSum.Mid || m.PlacementsSafe < a.Months[i-1].PlacementsSafe) {
			t.Errorf("%v: a sum falls", m.Month)
		}
	}
}

func TestMakeRefuses(t *testing.T) {
	for _, in := range []forecast.Input{{On: 1, Months: 0}, {On: 1, Months: 37}, {Months: 3}} {
		in.History = &vacancy.History{}
		if _, err := forecast.Make(in); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%+v: %v", in, err)
		}
	}
	if f, err := forecast.Make(forecast.Input{History: &vacancy.History{}, On: 1000, Months: 2}); err != nil || len(f.Months) != 2 {
		t.Errorf("an empty history: %v", err)
	}
}

// generated returns ten years of n units, whose households each day move with the
// given chance, doubled after two years.
func generated(seed uint64, n int, chance float64) *vacancy.History {
	r := rand.New(rand.NewPCG(seed, 9))
	h := &vacancy.History{}
	start, end := date("2016-01-01"), date("2026-01-01")
	for i := range n {
		u := vacancy.Unit{UnitRef: fmt.Sprintf("G-%03d", i), InServiceFrom: start, Bedrooms: one(1 + i%3)}
		h.Units = append(h.Units, u)
		for at := start.AddDays(r.IntN(90)); at < end; {
			o := vacancy.Occupancy{UnitRef: u.UnitRef, HouseholdRef: fmt.Sprint("H", len(h.Stays)), From: at, Reason: vacancy.PrivateRental}
			days := 1 + int(r.ExpFloat64()/chance)
			if days > 730 {
				days = 730 + (days-730)/2
			}
			o.To = at.AddDays(days)
			h.Stays = append(h.Stays, o)
			at = o.To.AddDays(10 + r.IntN(40))
		}
	}
	return h
}

// TestBandsHoldOnGeneratedHistories checks the bands where the truth is known to
// be as the model has it, over municipalities large and small.
func TestBandsHoldOnGeneratedHistories(t *testing.T) {
	bands, held := 0, 0
	for seed := range uint64(4) {
		h := generated(seed, []int{30, 100}[seed%2], []float64{0.001, 0.0018, 0.003}[seed%3])
		b, err := forecast.Check(h, month("2021-01"), month("2023-01"), 6, seed)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d units: %.3f of %d bands held", len(h.Units), b.Share(), b.Bands)
		bands, held = bands+b.Bands, held+b.Held
		if b.Share() < 0.65 || b.Share() > 0.93 {
			t.Errorf("seed %d: bands held %.3f of the time", seed, b.Share())
		}
	}
	if s := float64(held) / float64(bands); s < 0.7 || s > 0.9 {
		t.Errorf("bands held %.3f of the time, want 0.7 to 0.9", s)
	}
}

// TestBandsHoldOnTheSampleData makes the forecasts that could have been made from the
// second year on.
func TestBandsHoldOnTheSampleData(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/data/dev/units.truth.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the sample data is not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Units       []vacancy.Unit
		Occupancies []vacancy.Occupancy
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	h := &vacancy.History{Units: truth.Units, Stays: truth.Occupancies}
	for _, first := range []string{"2014-12", "2015-06"} {
		b, err := forecast.Check(h, month(first), month("2017-01"), 6, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("from %s: %.3f of %d bands held", first, b.Share(), b.Bands)
		if b.Bands < 100 || b.Share() < 0.7 || b.Share() > 0.9 {
			t.Errorf("from %s: bands held %.3f of the time over %d, want 0.7 to 0.9", first, b.Share(), b.Bands)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	h := generated(1, 1000, 0.0018)
	for b.Loop() {
		if _, err := forecast.Make(forecast.Input{History: h, On: date("2024-01-31"), Months: 12}); err != nil {
			b.Fatal(err)
		}
	}
}
