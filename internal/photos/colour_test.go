package photos

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"
)

// profileOf makes a colour profile of lights in XYZ, as phones write them.
func profileOf(lights map[string][3]float64) []byte {
	out := binary.BigEndian.AppendUint32(make([]byte, 128), uint32(len(lights)))
	data := []byte{}
	for _, tag := range []string{"rXYZ", "gXYZ", "bXYZ"} {
		out = binary.BigEndian.AppendUint32(append(out, tag...), uint32(128+4+3*12+len(data)))
		out = binary.BigEndian.AppendUint32(out, 20)
		data = append(data, "XYZ \x00\x00\x00\x00"...)
		for _, v := range lights[tag] {
			data = binary.BigEndian.AppendUint32(data, uint32(int32(v*65536)))
		}
	}
	return append(out, data...)
}

// A photo in the colours of Display P3 becomes one in those of sRGB; one without a
// profile, with sRGB's, or with one that is cut off is left as it is. The wanted colours
// were computed from the chromaticities of the two standards.
func TestPhonesColours(t *testing.T) {
	srgb := profileOf(map[string][3]float64{"rXYZ": {0.43607, 0.22249, 0.01392}, "gXYZ": {0.38515, 0.71687, 0.09708}, "bXYZ": {0.14307, 0.06061, 0.71410}})
	p3 := profileOf(p3Primaries)
	from := color.RGBA{200, 100, 50, 255}
	for name, test := range map[string]struct {
		profile []byte
		from    color.RGBA
		want    color.RGBA
	}{
		"p3":      {p3, from, color.RGBA{215, 93, 31, 255}},
		"p3 blue": {p3, color.RGBA{30, 60, 200, 255}, color.RGBA{17, 61, 208, 255}},
		"p3 grey": {p3, color.RGBA{128, 128, 128, 255}, color.RGBA{128, 128, 128, 255}},
		"srgb":    {srgb, from, from},
		"none":    {nil, from, from},
		"cut off": {p3[:150], from, from},
		"a lie":   {append(bytes.Clone(p3[:128]), 0xff, 0xff, 0xff, 0xff, 'r', 'X', 'Y', 'Z', 0xff, 0xff, 0xff, 0xff), from, from},
	} {
		t.Run(name, func(t *testing.T) {
			img := image.NewRGBA(image.Rect(0, 0, 64, 48))
			draw.Draw(img, img.Rect, image.NewUniform(test.from), image.Point{}, draw.Src)
			var b bytes.Buffer
			if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
				t.Fatal(err)
			}
			file := b.Bytes()
			if test.profile != nil {
				part := append([]byte("ICC_PROFILE\x00\x01\x01"), test.profile...)
				head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe2}, uint16(len(part)+2))
				file = append(append(head, part...), file[2:]...)
			}
			photo, err := Read(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, kept := range [][]byte{photo.Large, photo.Small} {
				shown, err := jpeg.Decode(bytes.NewReader(kept))
				if err != nil {
					t.Fatal(err)
				}
				got := color.RGBAModel.Convert(shown.At(20, 20)).(color.RGBA)
				if abs(int(got.R)-int(test.want.R)) > 3 || abs(int(got.G)-int(test.want.G)) > 3 || abs(int(got.B)-int(test.want.B)) > 3 {
					t.Errorf("got %v, want about %v", got, test.want)
				}
			}
			clean(t, photo.Large)
		})
	}
}
