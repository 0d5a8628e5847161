package photos

import (
	"bytes"
	"encoding/binary"
	"image"
	"math"
	"slices"
)

// p3Primaries are the colours of Display P3's lights as its profile tells them: XYZ
// adapted to D50, in sixteen-bit fractions (ICC.1:2022, 9.2.4 and so on). Phones write
// their photos in them, and without the profile they look pale.
var p3Primaries = map[string][3]float64{"rXYZ": {0.51512, 0.24120, -0.00105}, "gXYZ": {0.29198, 0.69225, 0.04189}, "bXYZ": {0.15710, 0.06657, 0.78407}}

// isP3 reports whether a JPEG file's colours are those of Display P3. A profile in
// several parts is none of a phone's: it has tables.
func isP3(file []byte) (p3 bool) {
	segments(file, func(marker byte, data []byte) bool {
		profile, ok := bytes.CutPrefix(data, []byte("ICC_PROFILE\x00\x01\x01"))
		if !ok || marker != 0xe2 {
			return true
		}
		p3 = hasPrimaries(profile)
		return false
	})
	return p3
}

func hasPrimaries(profile []byte) bool {
	const header, entry, near = 128, 12, 0.002
	if len(profile) < header+4 {
		return false
	}
	found := 0
	for at, n := header+4, binary.BigEndian.Uint32(profile[header:]); n > 0 && at+entry <= len(profile); at, n = at+entry, n-1 {
		want, known := p3Primaries[string(profile[at:at+4])]
		from := int64(binary.BigEndian.Uint32(profile[at+4:])) + 8 // behind the type
		if !known || from+12 > int64(len(profile)) {
			continue
		}
		for i, v := range want {
			if got := float64(int32(binary.BigEndian.Uint32(profile[int(from)+4*i:]))) / 65536; math.Abs(got-v) > near {
				return false
			}
		}
		found++
	}
	return found == len(p3Primaries)
}

// The curve that sRGB and Display P3 share, from bytes to light and back.
var (
	toLight   [256]float32
	fromLight [4096]uint8
)

func init() {
	curve := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	for i := range toLight {
		toLight[i] = float32(curve(float64(i) / 255))
	}
	for i := range fromLight {
		light := float32(i) / float32(len(fromLight)-1)
		at, exact := slices.BinarySearch(toLight[:], light)
		if !exact && (at == len(toLight) || at > 0 && light-toLight[at-1] < toLight[at]-light) {
			at--
		}
		fromLight[i] = uint8(at)
	}
}

// toSRGB turns the colours of Display P3 into those of sRGB, which have the same white;
// what sRGB cannot show becomes the nearest that it can, by each of its lights.
func toSRGB(img *image.RGBA) {
	back := func(light float32) uint8 {
		return fromLight[int(min(max(light, 0), 1)*float32(len(fromLight)-1)+0.5)]
	}
	for i := 0; i+3 < len(img.Pix); i += 4 {
		r, g, b := toLight[img.Pix[i]], toLight[img.Pix[i+1]], toLight[img.Pix[i+2]]
		img.Pix[i] = back(1.224940*r - 0.224940*g)
		img.Pix[i+1] = back(-0.042057*r + 1.042057*g)
		img.Pix[i+2] = back(-0.019638*r - 0.078636*g + 1.098274*b)
	}
}
