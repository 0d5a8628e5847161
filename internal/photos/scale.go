package photos

import (
	"image"
	"image/color"
	"image/draw"
)

// shrink returns a picture on white whose longer edge is at most edge pixels,
// each of which is the mean of those that it covers. It goes through the source
// once, a row at a time, and needs no memory but the result's: a photo of fifty
// million pixels would take hundreds of megabytes in a general scaler.
func shrink(src image.Image, edge int) *image.RGBA {
	from := src.Bounds()
	w, h := from.Dx(), from.Dy()
	to := fit(w, h, edge)
	dst := image.NewRGBA(image.Rect(0, 0, to.X, to.Y))
	row := image.NewRGBA(image.Rect(0, 0, w, 1))
	white := image.NewUniform(color.White)
	sums := make([]float32, 3*to.X) // of the row of the result that is under way
	across := float32(to.X) / float32(w)
	for y, out := 0, 0; y < h; y++ {
		draw.Draw(row, row.Rect, white, image.Point{}, draw.Src)
		draw.Draw(row, row.Rect, src, image.Pt(from.Min.X, from.Min.Y+y), draw.Over)
		// The row covers [top, bottom) of the result's rows, at most one edge of
		// them inside, for the result is no higher than the source.
		top, bottom := float32(float64(y)*float64(to.Y)/float64(h)), float32(float64(y+1)*float64(to.Y)/float64(h))
		edgeAt := float32(out + 1)
		if bottom < edgeAt && y < h-1 {
			addRow(sums, row.Pix, to.X, across, bottom-top)
			continue
		}
		addRow(sums, row.Pix, to.X, across, edgeAt-top)
		for x := range to.X {
			p := dst.Pix[dst.PixOffset(x, out):]
			for i := range 3 {
				p[i] = uint8(min(255, max(0, sums[3*x+i]+0.5)))
			}
			p[3] = 255
		}
		clear(sums)
		if out++; out == to.Y {
			break
		}
		addRow(sums, row.Pix, to.X, across, bottom-edgeAt)
	}
	return dst
}

// addRow adds a row of pixels to the sums, with a weight of its height.
func addRow(sums []float32, pix []byte, width int, across, weight float32) {
	if weight <= 0 {
		return
	}
	for x := range len(pix) / 4 {
		left, right := float32(x)*across, float32(x+1)*across
		at := min(int(left), width-1)
		r, g, b := float32(pix[4*x]), float32(pix[4*x+1]), float32(pix[4*x+2])
		in := min(right, float32(at+1)) - left
		sum := sums[3*at : 3*at+3]
		sum[0], sum[1], sum[2] = sum[0]+r*in*weight, sum[1]+g*in*weight, sum[2]+b*in*weight
		if over := right - float32(at+1); over > 0 && at+1 < width {
			sum = sums[3*at+3 : 3*at+6]
			sum[0], sum[1], sum[2] = sum[0]+r*over*weight, sum[1]+g*over*weight, sum[2]+b*over*weight
		}
	}
}

// fit returns the size of a picture whose longer edge is at most edge, never
// larger than it was and never empty.
func fit(w, h, edge int) image.Point {
	longer := max(w, h)
	if longer <= edge {
		return image.Pt(w, h)
	}
	scaled := func(n int) int { return max(1, (n*edge+longer/2)/longer) }
	return image.Pt(scaled(w), scaled(h))
}

// turn returns a picture as an Exif orientation wants it: 2 mirrored, 3 upside
// down, 4 both, 5 to 8 on its side.
func turn(src *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var to image.Point
			switch orientation {
			case 2:
				to = image.Pt(w-1-x, y)
			case 3:
				to = image.Pt(w-1-x, h-1-y)
			case 4:
				to = image.Pt(x, h-1-y)
			case 5:
				to = image.Pt(y, x)
			case 6:
				to = image.Pt(h-1-y, x)
			case 7:
				to = image.Pt(h-1-y, w-1-x)
			case 8:
				to = image.Pt(y, w-1-x)
			}
			copy(dst.Pix[dst.PixOffset(to.X, to.Y):], src.Pix[src.PixOffset(x, y):src.PixOffset(x, y)+4])
		}
	}
	return dst
}
