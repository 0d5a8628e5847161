package page

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// some returns the values as a chart takes them; NaN-free, so that nil is said.
func some(values ...float64) []*float64 {
	var out []*float64
	for _, v := range values {
		out = append(out, &v)
	}
	return out
}

func texts(of []ChartText) (out []string) {
	for _, t := range of {
		out = append(out, t.Text)
	}
	return out
}

func short(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }

func TestChartTicks(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []*float64
		want   string
	}{
		{"none", nil, "0 1"},
		{"all zero", some(0, 0), "0 1"},
		{"one move is not cut into parts", some(1), "0 1"},
		{"counts", some(0, 7, 3), "0 2 4 6 8"},
		{"a share", some(0.034, 0.121), "0 0.05 0.1 0.15"},
		{"shortage", some(-18, 7), "-20 -15 -10 -5 0 5 10"},
		{"only below zero", some(-18), "-20 -15 -10 -5 0"},
		{"large", some(1312), "0 500 1000 1500"},
		{"the whole", some(1), "0 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := NewChart("", []string{"a", "b", "c"}[:len(c.values)], []Series{{Values: c.values}}, short)
			if joined := strings.Join(texts(got.Ticks), " "); joined != c.want {
				t.Errorf("got %s, want %s", joined, c.want)
			}
		})
	}
}

// Every bar lies within the drawing and rises from zero, and ticks stay few.
func TestChartKeepsWithin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var values []*float64
		var places []string
		for i := range 1 + r.IntN(40) {
			places = append(places, strconv.Itoa(i))
			if r.IntN(5) == 0 {
				values = append(values, nil)
				continue
			}
			v := (r.Float64() - 0.3) * []float64{1, 10, 1e4}[r.IntN(3)]
			values = append(values, &v)
		}
		c := NewChart("", places, []Series{{Mark: "1", Values: values}, {Mark: "2", Values: values}}, short)
		if len(c.Ticks) < 2 || len(c.Ticks) > 8 || !slices.ContainsFunc(c.Ticks, func(t ChartText) bool { return t.Zero }) {
			t.Fatalf("got the ticks %v for %v", texts(c.Ticks), values)
		}
		for _, b := range c.Bars {
			x, y, w, h := parsed(t, b.X), parsed(t, b.Y), parsed(t, b.Width), parsed(t, b.Height)
			if x < chartLeft-0.1 || x+w > chartWidth || y < chartTop-0.1 || y+h > chartHeight-chartBottom+0.2 || h < 0 {
				t.Fatalf("got the bar %+v, outside of the drawing", b)
			}
		}
	}
}

func parsed(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestChartGaps(t *testing.T) {
	values := some(1, 2, 0, 3)
	values[2] = nil
	c := NewChart("", []string{"a", "b", "c", "d"}, []Series{{Line: true, Values: values}, {Values: values, High: some(2, 3, 4, 5)}}, short)
	if len(c.Lines) != 2 || len(c.Areas) != 2 {
		t.Errorf("got %d lines and %d bands, want two of each around the gap", len(c.Lines), len(c.Areas))
	}
	if got := len(strings.Fields(c.Areas[0].Points)); got != 4 {
		t.Errorf("got %d points of the band over two places, want 4", got)
	}
	if len(c.Bars) != 0 {
		t.Errorf("got %d bars, want none: lines and bands are no bars", len(c.Bars))
	}
}
