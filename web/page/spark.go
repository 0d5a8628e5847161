package page

import (
	"fmt"
	"strings"
)

// Spark is a small line of one figure over time, for the partial "spark". Nil
// values are gaps.
type Spark struct {
	Label  string // what it shows, in words: the text alternative
	Width  int
	Height int
	Lines  []string // points of the stretches between gaps, as SVG has them
	LastX  string
	LastY  string
	Some   bool // there is anything to draw
}

// NewSpark returns the line of values, the lowest at the bottom and at least
// zero high.
func NewSpark(label string, values []*float64) Spark {
	const width, height, edge = 240, 48, 4
	s := Spark{Label: label, Width: width, Height: height}
	highest := 0.0
	for _, v := range values {
		if v != nil {
			highest = max(highest, *v)
		}
	}
	var points []string
	end := func() {
		if len(points) > 0 {
			s.Lines = append(s.Lines, strings.Join(points, " "))
		}
		points = nil
	}
	for i, v := range values {
		if v == nil {
			end()
			continue
		}
		x, y := float64(edge), float64(height-edge)
		if len(values) > 1 {
			x += float64(i) * (width - 2*edge) / float64(len(values)-1)
		}
		if highest > 0 {
			y -= *v / highest * (height - 2*edge)
		}
		s.LastX, s.LastY, s.Some = fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", y), true
		points = append(points, s.LastX+","+s.LastY)
	}
	end()
	return s
}
