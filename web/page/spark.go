package page

import "strings"

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
	at := func(i int) (x, y string) {
		across, up := 0.0, 0.0
		if len(values) > 1 {
			across = float64(i) * (width - 2*edge) / float64(len(values)-1)
		}
		if highest > 0 {
			up = *values[i] / highest * (height - 2*edge)
		}
		return decimal(edge + across), decimal(height - edge - up)
	}
	for _, stretch := range known(values) {
		var points []string
		for i := stretch[0]; i < stretch[1]; i++ {
			s.LastX, s.LastY = at(i)
			points = append(points, s.LastX+","+s.LastY)
		}
		s.Lines, s.Some = append(s.Lines, strings.Join(points, " ")), true
	}
	return s
}
