package matching

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// growthSizes are numbers of households; there is a listing for every ten.
var growthSizes = []int{100, 1000, 10_000, 100_000, 1_000_000}

// measured is what one size of town costs; NaN where it was not measured.
type measured struct {
	households                             int
	build, change, one, all, assign, bytes float64 // seconds; bytes of columns a record
}

// mostListings is how many homes a town has on offer at most.
const mostListings = 10_000

// mostAllocated is the largest number of households whose best allocation is
// looked for: beyond it the eligible pairs take too much memory.
const mostAllocated = 100_000

// BenchmarkGrowth measures how cost grows with the number of households, one
// listing for every ten of them up to mostListings: laying the snapshot out, one
// change, one household's top 20, everyone's top 20, and up to mostAllocated the
// best allocation.
// With BOLIGKLAR_GROWTH=FILE.svg it draws what it measured. Run it with
// -benchtime=1x; the largest town takes minutes and some gigabytes.
func BenchmarkGrowth(b *testing.B) {
	var all []measured
	for _, n := range growthSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := grow(b, n)
			b.ReportMetric(m.build*1e3, "build-ms")
			b.ReportMetric(m.change*1e3, "change-ms")
			b.ReportMetric(m.one*1e6, "one-µs")
			b.ReportMetric(m.all, "all-s")
			if !math.IsNaN(m.assign) {
				b.ReportMetric(m.assign, "allocate-s")
			}
			b.ReportMetric(m.bytes, "bytes/record")
			b.ReportMetric(0, "ns/op")
			all = append(all, m)
		})
	}
	if file := os.Getenv("BOLIGKLAR_GROWTH"); file != "" && len(all) > 1 {
		if err := os.WriteFile(file, []byte(drawGrowth(all)), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

func grow(b *testing.B, n int) measured {
	ctx, q := context.Background(), townQuery(20)
	m := measured{households: n, assign: math.NaN()}
	seconds := func(work func() error) float64 {
		start := time.Now()
		if err := work(); err != nil {
			b.Fatal(err)
		}
		return time.Since(start).Seconds()
	}
	records := newGen(uint64(n)).town(n, min(n/10, mostListings))
	var s *Snapshot
	for range b.N {
		m.build = seconds(func() error { s = NewSnapshot(records.candidates, records.offers); return nil })
	}
	m.bytes = s.Bytes().PerRecord()
	g := newGen(77)
	const changes = 20
	m.change = seconds(func() error {
		for range changes {
			i := g.IntN(n)
			s.With(Changes{Candidates: []Candidate{{ID: records.candidates[i].ID, Household: g.townHousehold(i)}}})
		}
		return nil
	}) / changes
	ready := townSnapshot{s}.ready()
	ready = ready[:min(len(ready), 500)]
	m.one = seconds(func() error {
		for _, id := range ready {
			if _, err := s.Match(ctx, id, q); err != nil {
				return err
			}
		}
		return nil
	}) / float64(len(ready))
	m.all = seconds(func() error { return s.MatchAll(ctx, q, func(int, []Match) error { return nil }) })
	if n <= mostAllocated {
		m.assign = seconds(func() error { _, err := s.Allocate(ctx, q, Constraints{}); return err })
	}
	return m
}

// drawGrowth draws seconds against households, both logarithmic.
func drawGrowth(all []measured) string {
	const left, top, width, height = 70.0, 20.0, 560.0, 340.0
	const lowest, highest = -6, 3 // powers of ten, seconds
	x := func(n int) float64 { return left + width*(math.Log10(float64(n))-2)/4 }
	y := func(s float64) float64 { return top + height*(highest-math.Log10(s))/(highest-lowest) }
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 410" font-family="sans-serif" font-size="12" role="img">
<title>Seconds against the number of households, one listing for every ten, at most 10,000</title>
<rect width="820" height="410" fill="#fff"/>
`)
	names := map[int]string{-6: "1 µs", -3: "1 ms", 0: "1 s", 3: "1000 s"}
	for p := lowest; p <= highest; p++ {
		at := y(math.Pow(10, float64(p)))
		fmt.Fprintf(&out, `<path d="M%.0f %.1fH%.0f" stroke="#ddd"/><text x="%.0f" y="%.1f" text-anchor="end" fill="#444">%s</text>`+"\n", left, at, left+width, left-8, at+4, names[p])
	}
	for _, m := range all {
		fmt.Fprintf(&out, `<text x="%.1f" y="%.0f" text-anchor="middle" fill="#444">%d</text>`+"\n", x(m.households), top+height+20, m.households)
	}
	fmt.Fprintf(&out, `<text x="%.0f" y="%.0f" text-anchor="middle" fill="#444">households</text>`+"\n", left+width/2, top+height+40)
	for i, line := range []struct {
		name, color string
		of          func(measured) float64
	}{
		{"everyone's top 20", "#b3261e", func(m measured) float64 { return m.all }},
		{"lay out the snapshot", "#0062ba", func(m measured) float64 { return m.build }},
		{"best allocation", "#7a5900", func(m measured) float64 { return m.assign }},
		{"one change", "#5b5b5b", func(m measured) float64 { return m.change }},
		{"one household's top 20", "#068718", func(m measured) float64 { return m.one }},
	} {
		var path []string
		for _, m := range all {
			if s := line.of(m); s > 0 { // not NaN
				path = append(path, fmt.Sprintf("%.1f %.1f", x(m.households), y(s)))
				fmt.Fprintf(&out, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`+"\n", x(m.households), y(s), line.color)
			}
		}
		fmt.Fprintf(&out, `<path d="M%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(path, "L"), line.color)
		fmt.Fprintf(&out, `<text x="%.0f" y="%.0f" fill="%s" font-weight="bold">%s</text>`+"\n", left+width+16, top+20+float64(22*i), line.color, line.name)
	}
	out.WriteString("</svg>\n")
	return out.String()
}
