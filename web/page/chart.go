package page

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Chart is a drawing of series over the same places along an axis, as months, for
// the partial "chart". A table beside it says the same in words.
type Chart struct {
	Label  string // what it shows, in words: the text alternative
	Width  int
	Height int
	Left   int // where the axis begins
	Ticks  []ChartText
	Places []ChartText
	Bars   []ChartBar
	Areas  []ChartPath // bands, under the lines
	Lines  []ChartPath
	Legend []ChartMark
}

// ChartText is a text and where along its axis it stands.
type ChartText struct {
	At   string
	Text string
	Zero bool // the line of zero, from which bars rise
}

// ChartBar is a bar, with the words that a pointer over it shows.
type ChartBar struct{ X, Y, Width, Height, Mark, Title string }

// ChartPath is a line, or the outline of a band: points as SVG has them.
type ChartPath struct{ Points, Mark string }

// ChartMark tells what has the colour of a mark.
type ChartMark struct{ Mark, Text string }

// Series is a figure over the places of a chart; nil is not known. Bars stand
// side by side. With High the series is a band from Values to High.
type Series struct {
	Mark   string // the end of the style class that colours it
	Text   string // what it is, for the legend; none where it is empty
	Values []*float64
	High   []*float64
	Line   bool // a line and not bars
}

// Measures of a chart, in its own units: about a pixel on a wide screen.
const (
	chartWidth, chartHeight  = 960, 240
	chartTop, chartBottom    = 12, 28
	chartLeft, chartRight    = 64, 8
	chartPlace, chartBarMost = 72, 36 // the least room for a text; the widest bar
)

// NewChart draws series over places, values written by format. The axis holds
// zero and every value.
func NewChart(label string, places []string, series []Series, format func(float64) string) Chart {
	c := Chart{Label: label, Width: chartWidth, Height: chartHeight, Left: chartLeft}
	ticks := chartTicks(series)
	low, high := ticks[0], ticks[len(ticks)-1]
	y := func(v float64) float64 {
		return chartTop + (high-v)/(high-low)*(chartHeight-chartTop-chartBottom)
	}
	for _, v := range ticks {
		c.Ticks = append(c.Ticks, ChartText{At: decimal(y(v)), Text: format(v), Zero: v == 0})
	}
	room := float64(chartWidth-chartLeft-chartRight) / float64(max(1, len(places)))
	middle := func(i int) float64 { return chartLeft + (float64(i)+0.5)*room }
	step := int(math.Ceil(chartPlace / room)) // texts that would touch are left out
	for i := 0; i < len(places); i += step {
		c.Places = append(c.Places, ChartText{At: decimal(middle(i)), Text: places[i]})
	}
	bars := 0
	for _, s := range series {
		if s.bars() {
			bars++
		}
	}
	width := min(chartBarMost, 0.8*room/float64(max(1, bars)))
	nth := 0
	for _, s := range series {
		if s.Text != "" {
			c.Legend = append(c.Legend, ChartMark{Mark: s.Mark, Text: s.Text})
		}
		switch {
		case s.High != nil:
			c.Areas = append(c.Areas, s.band(middle, y)...)
		case s.Line:
			c.Lines = append(c.Lines, s.lines(middle, y)...)
		default:
			offset := (float64(nth) - float64(bars)/2) * width
			c.Bars = append(c.Bars, s.columns(places, middle, y, offset, width, format)...)
			nth++
		}
	}
	return c
}

func (s *Series) bars() bool { return !s.Line && s.High == nil }

// columns draws the values from zero, a pixel between neighbours.
func (s *Series) columns(places []string, middle func(int) float64, y func(float64) float64, offset, width float64, format func(float64) string) []ChartBar {
	var out []ChartBar
	for i, v := range s.Values {
		if v == nil {
			continue
		}
		top, foot := min(y(*v), y(0)), max(y(*v), y(0))
		title := places[i] + ": " + format(*v)
		if s.Text != "" {
			title = places[i] + ", " + s.Text + ": " + format(*v)
		}
		out = append(out, ChartBar{X: decimal(middle(i) + offset), Y: decimal(top), Width: decimal(max(1, width-1)), Height: decimal(foot - top), Mark: s.Mark, Title: title})
	}
	return out
}

// lines draws the stretches between the values that are not known.
func (s *Series) lines(middle func(int) float64, y func(float64) float64) []ChartPath {
	var out []ChartPath
	for _, stretch := range known(s.Values) {
		var points []string
		for i := stretch[0]; i < stretch[1]; i++ {
			points = append(points, point(middle(i), y(*s.Values[i])))
		}
		out = append(out, ChartPath{Points: strings.Join(points, " "), Mark: s.Mark})
	}
	return out
}

// band draws the outline of the stretches of which both ends are known.
func (s *Series) band(middle func(int) float64, y func(float64) float64) []ChartPath {
	both := make([]*float64, len(s.Values))
	for i, v := range s.Values {
		if s.High[i] != nil {
			both[i] = v
		}
	}
	var out []ChartPath
	for _, stretch := range known(both) {
		var there, back []string
		for i := stretch[0]; i < stretch[1]; i++ {
			there = append(there, point(middle(i), y(*s.Values[i])))
			back = append(back, point(middle(i), y(*s.High[i])))
		}
		slices.Reverse(back)
		out = append(out, ChartPath{Points: strings.Join(append(there, back...), " "), Mark: s.Mark})
	}
	return out
}

// known returns the stretches of values that are not nil: from, and to before.
func known(values []*float64) [][2]int {
	var out [][2]int
	from := -1
	for i, v := range values {
		switch {
		case v != nil && from < 0:
			from = i
		case v == nil && from >= 0:
			out, from = append(out, [2]int{from, i}), -1
		}
	}
	if from >= 0 {
		out = append(out, [2]int{from, len(values)})
	}
	return out
}

// chartTicks returns round numbers, zero among them, from at or below the lowest
// value to at or above the highest: whole ones where every value is whole.
func chartTicks(series []Series) []float64 {
	low, high, least := 0.0, 0.0, 1.0
	for _, s := range series {
		for _, v := range slices.Concat(s.Values, s.High) {
			if v == nil {
				continue
			}
			low, high = min(low, *v), max(high, *v)
			if *v != math.Trunc(*v) {
				least = 0
			}
		}
	}
	if low == high {
		high = 1
	}
	power := math.Pow(10, math.Floor(math.Log10(high-low)))
	step := 2 * power
	for _, part := range []float64{1, 0.5, 0.2} {
		if (high-low)/(part*power) <= 5 {
			step = part * power
		}
	}
	step = max(step, least)
	var out []float64
	for n := math.Floor(low / step); n <= math.Ceil(high/step); n++ {
		out = append(out, n*step)
	}
	return out
}

func point(x, y float64) string { return decimal(x) + "," + decimal(y) }

func decimal(v float64) string { return fmt.Sprintf("%.1f", v) }
