package programme_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching/programme"
)

var d = civil.MustParse

func month(s string) civil.Month { return civil.Month{First: d(s + "-01")} }

// A household that began on 10 January 2024, seen from 1 July 2027 where nothing
// else is said.
func TestAnswers(t *testing.T) {
	rented := func(from, to, seen string) programme.Home {
		h := programme.Home{Way: programme.Rented, From: d(from)}
		if to != "" {
			h.To = d(to)
		}
		if seen != "" {
			h.Seen = d(seen)
		}
		return h
	}
	const yes, no, unknown, early = programme.Yes, programme.No, programme.Unknown, programme.Early
	for _, tt := range []struct {
		name            string
		on              string
		homes           []programme.Home
		municipal       []programme.Stay
		in12, in24, yet programme.Answer
	}{
		{name: "no home", in12: no, in24: no, yet: early},
		{name: "home before the programme does not count", homes: []programme.Home{rented("2023-05-01", "", "2026-01-01")}, in12: no, in24: no, yet: early},
		{name: "on the last day of twelve months", homes: []programme.Home{rented("2025-01-10", "", "2026-01-10")}, in12: yes, in24: yes, yet: yes},
		{name: "a day later", homes: []programme.Home{rented("2025-01-11", "", "2026-01-11")}, in12: no, in24: yes, yet: yes},
		{name: "after two years", homes: []programme.Home{rented("2026-01-11", "", "2027-02-01")}, in12: no, in24: no, yet: early},
		{name: "a cohort is judged when its time is over", on: "2024-12-01", homes: []programme.Home{rented("2024-06-01", "", "")}, in12: early, in24: early, yet: early},
		{name: "nobody has asked", homes: []programme.Home{rented("2024-06-01", "", "2024-12-01")}, in12: yes, in24: yes, yet: unknown},
		{name: "asked a month ahead", homes: []programme.Home{rented("2024-06-01", "", "2025-05-01")}, in12: yes, in24: yes, yet: yes},
		{name: "asked more than a month ahead", homes: []programme.Home{rented("2024-06-01", "", "2025-04-30")}, in12: yes, in24: yes, yet: unknown},
		{name: "ended before", homes: []programme.Home{rented("2024-06-01", "2025-05-31", "2025-05-20")}, in12: yes, in24: yes, yet: no},
		{name: "ended on the day", homes: []programme.Home{rented("2024-06-01", "2025-06-01", "")}, in12: yes, in24: yes, yet: no},
		{name: "ended a day after", homes: []programme.Home{rented("2024-06-01", "2025-06-02", "")}, in12: yes, in24: yes, yet: yes},
		{name: "moved on to another", homes: []programme.Home{rented("2025-03-01", "", "2025-09-01"), rented("2024-06-01", "2025-03-01", "")}, in12: yes, in24: yes, yet: yes},
		{name: "moved on, and nobody has asked", homes: []programme.Home{rented("2024-06-01", "2025-03-01", ""), rented("2025-03-01", "", "")}, in12: yes, in24: yes, yet: unknown},
		{name: "back in a home of the municipality", homes: []programme.Home{rented("2024-06-01", "", "")}, municipal: []programme.Stay{{From: d("2025-05-01")}}, in12: yes, in24: yes, yet: no},
		{name: "back, and out again before", homes: []programme.Home{rented("2024-06-01", "2024-08-01", ""), rented("2025-02-01", "", "2025-08-01")},
			municipal: []programme.Stay{{From: d("2024-08-01"), To: d("2025-02-01")}}, in12: yes, in24: yes, yet: yes},
		{name: "the stay that it left", homes: []programme.Home{rented("2024-06-01", "", "2025-06-01")}, municipal: []programme.Stay{{From: d("2022-06-01"), To: d("2024-06-01")}}, in12: yes, in24: yes, yet: yes},
		{name: "bought", homes: []programme.Home{{Way: programme.Bought, From: d("2024-02-01"), Seen: d("2025-02-01")}}, in12: yes, in24: yes, yet: yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := programme.Course{Ref: "H-1", Began: d("2024-01-10"), Homes: tt.homes, Municipal: tt.municipal}
			on := d("2027-07-01")
			if tt.on != "" {
				on = d(tt.on)
			}
			if got := c.Within(programme.Soon, on); got != tt.in12 {
				t.Errorf("within 12 months: got %s, want %s", got, tt.in12)
			}
			if got := c.Within(programme.Later, on); got != tt.in24 {
				t.Errorf("within 24 months: got %s, want %s", got, tt.in24)
			}
			if got := c.StillHoused(on); got != tt.yet {
				t.Errorf("still housed: got %s, want %s", got, tt.yet)
			}
		})
	}
}

// Six of fifteen households that took part rented or bought on their own: five
// rented, one bought.
func TestSixOfFifteen(t *testing.T) {
	var all []programme.Course
	for i := range 15 {
		c := programme.Course{Ref: string(rune('A' + i)), Began: d("2023-02-01").AddDays(40 * i)}
		if i < 6 {
			h := programme.Home{Way: programme.Rented, From: c.Began.AddMonths(6 + 3*i), Seen: d("2027-01-01")}
			if i == 5 {
				h.Way = programme.Bought
			}
			c.Homes = []programme.Home{h}
		}
		all = append(all, c)
	}
	all = append(all, programme.Course{Ref: "unknown", Homes: []programme.Home{{Way: programme.Rented, From: d("2024-01-01")}}}, programme.Course{Ref: "later", Began: d("2025-01-01")})
	r := programme.ReportOf(all, month("2023-01"), month("2024-12"), d("2027-06-01"))
	want := programme.Figures{Households: 15, Rented: 5, Bought: 1, Within12: programme.Share{N: 3, Of: 15}, Within24: programme.Share{N: 6, Of: 15}, StillHoused: programme.Share{N: 6, Of: 6}}
	if r.Total.Figures != want {
		t.Errorf("got %+v, want %+v", r.Total.Figures, want)
	}
	if r.NoStart != 1 {
		t.Errorf("got %d households without a start, want 1", r.NoStart)
	}
	if len(r.Cohorts) != 8 || r.Cohorts[0].To != d("2023-04-01") {
		t.Errorf("got %d cohorts, the first to %s; want 8 quarters", len(r.Cohorts), r.Cohorts[0].To)
	}
}

func randomCourses(r *rand.Rand) (all []programme.Course) {
	start := d("2020-01-01")
	for range r.IntN(40) {
		c := programme.Course{Ref: string(rune('A' + len(all)))}
		if r.IntN(6) > 0 {
			c.Began = start.AddDays(r.IntN(2000))
		}
		for range r.IntN(3) {
			h := programme.Home{Way: []programme.Way{programme.Rented, programme.Bought}[r.IntN(2)], From: start.AddDays(r.IntN(2500))}
			if r.IntN(2) == 0 {
				h.To = h.From.AddDays(r.IntN(700))
			}
			if r.IntN(2) == 0 {
				h.Seen = h.From.AddDays(r.IntN(500))
			}
			c.Homes = append(c.Homes, h)
		}
		if r.IntN(3) == 0 {
			from := start.AddDays(r.IntN(2500))
			c.Municipal = append(c.Municipal, programme.Stay{From: from, To: from.AddDays(r.IntN(400))})
		}
		all = append(all, c)
	}
	return all
}

// The parts add up to the whole however the period is cut; what was successful
// within a year was so within two; and as time passes answers are only ever added.
func TestProperties(t *testing.T) {
	add := func(a, b programme.Share) programme.Share {
		return programme.Share{N: a.N + b.N, Of: a.Of + b.Of, Unknown: a.Unknown + b.Unknown}
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		all := randomCourses(r)
		from := month("2020-01").Add(r.IntN(30))
		to, on := from.Add(r.IntN(60)), d("2020-01-01").AddDays(r.IntN(3000))
		got := programme.ReportOf(all, from, to, on)
		var sum programme.Figures
		for i, k := range got.Cohorts {
			if i > 0 && k.From != got.Cohorts[i-1].To {
				t.Fatalf("seed %d: cohort %d begins on %s, the one before ends on %s", seed, i, k.From, got.Cohorts[i-1].To)
			}
			sum.Households, sum.Rented, sum.Bought = sum.Households+k.Households, sum.Rented+k.Rented, sum.Bought+k.Bought
			sum.Within12, sum.Within24, sum.StillHoused = add(sum.Within12, k.Within12), add(sum.Within24, k.Within24), add(sum.StillHoused, k.StillHoused)
		}
		if sum != got.Total.Figures {
			t.Fatalf("seed %d: the cohorts come to %+v, the total is %+v", seed, sum, got.Total.Figures)
		}
		if f := got.Total; f.Within12.N > f.Within12.Of || f.Within24.Of > f.Within12.Of || f.StillHoused.Of > f.Rented+f.Bought || f.StillHoused.N+f.StillHoused.Unknown > f.StillHoused.Of {
			t.Fatalf("seed %d: %+v does not nest", seed, f)
		}
		for i := range all {
			c := &all[i]
			if c.Began.IsZero() {
				continue
			}
			for _, months := range []int{programme.Soon, programme.Later} {
				before, after := c.Within(months, on), c.Within(months, on.AddDays(r.IntN(800)))
				if before != programme.Early && before != after {
					t.Fatalf("seed %d: the answer of %s after %d months went from %s to %s", seed, c.Ref, months, before, after)
				}
			}
		}
	}
}

// No published figure is, or gives away, a count of one, two or three.
func TestPublishHidesSmallCounts(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 2))
		all := randomCourses(r)
		on := d("2022-01-01").AddDays(r.IntN(2000))
		p := programme.Publish(all, on)
		year, _, _ := on.YMD()
		first, last := d(fmt.Sprintf("%d-01-01", year)), d(fmt.Sprintf("%d-12-31", year))
		if p.On != first || p.To != first || p.From != first.AddMonths(-60) {
			t.Fatalf("seed %d: on %s is published of %s to %s, as known on %s", seed, on, p.From, p.To, p.On)
		}
		if again := programme.Publish(all, last); !reflect.DeepEqual(p, again) {
			t.Fatalf("seed %d: within one year both %+v and %+v are published", seed, p, again)
		}
		counts := []int{}
		if p.Households != nil {
			counts = append(counts, *p.Households)
		}
		if p.Households != nil && *p.Households < programme.HiddenBelow {
			t.Fatalf("seed %d: %d households published", seed, *p.Households)
		}
		var known []int
		for _, s := range []programme.Shown{p.Within12, p.Within24, p.StillHoused} {
			if s.Hidden != (s.Share == nil) {
				t.Fatalf("seed %d: %+v is neither hidden nor shown", seed, s)
			}
			if s.Share != nil {
				known = append(known, s.Share.Of-s.Share.N-s.Share.Unknown, s.Share.Unknown)
				counts = append(counts, s.Share.N, s.Share.Of, s.Share.Unknown)
				if s.Share.N < programme.HiddenBelow || s.Share.Of < programme.HiddenBelow {
					t.Fatalf("seed %d: %+v is published", seed, *s.Share)
				}
			}
		}
		if p.Within12.Share != nil && p.Within24.Share != nil {
			known = append(known, p.Within12.Share.Of-p.Within24.Share.Of)
		}
		if p.Households != nil && p.Within12.Share != nil {
			known = append(known, *p.Households-p.Within12.Share.Of)
		}
		if p.Households != nil && p.Within24.Share != nil {
			known = append(known, *p.Households-p.Within24.Share.Of)
		}
		for _, n := range counts {
			if n%programme.RoundedTo != 0 {
				t.Fatalf("seed %d: %d is told exactly in %+v", seed, n, p)
			}
		}
		for _, n := range known {
			if n > 0 && n < programme.HiddenBelow {
				t.Fatalf("seed %d: %d can be worked out of %+v", seed, n, p)
			}
		}
	}
}
