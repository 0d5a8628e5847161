package photos

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// corners returns the colours in the middle of a photo's four quarters, each as
// r, g, b, w or ?.
func corners(t *testing.T, data []byte) string {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	for _, p := range []image.Point{{w / 4, h / 4}, {3 * w / 4, h / 4}, {w / 4, 3 * h / 4}, {3 * w / 4, 3 * h / 4}} {
		r, g, b, _ := img.At(p.X, p.Y).RGBA()
		switch hi := func(v uint32) bool { return v>>8 > 120 }; [3]bool{hi(r), hi(g), hi(b)} {
		case [3]bool{true, false, false}:
			out.WriteByte('r')
		case [3]bool{false, true, false}:
			out.WriteByte('g')
		case [3]bool{false, false, true}:
			out.WriteByte('b')
		case [3]bool{true, true, true}:
			out.WriteByte('w')
		default:
			out.WriteByte('?')
		}
	}
	return out.String()
}

func TestRead(t *testing.T) {
	tests := []struct {
		name          string
		corners       string // red green / blue white as drawn
		width, height int
	}{
		{"lossy.webp", "rgbw", 64, 32},
		{"lossless.webp", "rgbw", 64, 32},
		{"progressive.jpg", "rgbw", 64, 32},
		{"cmyk.jpg", "rgbw", 64, 32},
		{"gray.jpg", "???w", 64, 32},
		{"palette.png", "rgbw", 64, 32},
		{"clear.png", "wwww", 64, 32}, // what is transparent is white
		{"clear.webp", "wwww", 64, 32},
		{"gps.jpg", "brwg", 32, 64}, // on its side, as its Exif part says
		{"gps.png", "brwg", 32, 64},
		{"gps.webp", "brwg", 32, 64},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := sample(t, test.name)
			got, err := Read(file)
			if err != nil {
				t.Fatal(err)
			}
			for size, data := range map[string][]byte{"large": got.Large, "small": got.Small} {
				if c := corners(t, data); c != test.corners {
					t.Errorf("%s: got corners %s, want %s", size, c, test.corners)
				}
				tellsNothing(t, data)
			}
			if got.Width != test.width || got.Height != test.height {
				t.Errorf("got %d x %d, want %d x %d", got.Width, got.Height, test.width, test.height)
			}
			again, err := Read(file)
			if err != nil || !bytes.Equal(got.Large, again.Large) {
				t.Errorf("the same file gave another photo, %v", err)
			}
		})
	}
}

// clean fails where a kept photo has anything but what its pixels need.
func clean(t *testing.T, data []byte) {
	t.Helper()
	if !bytes.HasPrefix(data, []byte("\xff\xd8")) || !bytes.HasSuffix(data, []byte("\xff\xd9")) {
		t.Error("got no JPEG from its first to its last byte")
	}
	segments(data, func(marker byte, _ []byte) bool {
		if marker >= 0xe0 && marker <= 0xef || marker == 0xfe {
			t.Errorf("got an application or comment segment %x", marker)
		}
		return true
	})
}

// tellsNothing fails where a kept photo has any of what its file held beside the
// pixels.
func tellsNothing(t *testing.T, data []byte) {
	t.Helper()
	clean(t, data)
	for _, secret := range []string{"Exif", "SECRETCAMERA", "GPS", "<script", "PK\x03\x04"} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("the photo has %q", secret)
		}
	}
}

// TestGPSIsThereBefore shows that TestRead's sample has what must be gone.
func TestGPSIsThereBefore(t *testing.T) {
	for _, name := range []string{"gps.jpg", "gps.png", "gps.webp"} {
		if !bytes.Contains(sample(t, name), []byte("SECRETCAMERA")) {
			t.Errorf("%s has no camera", name)
		}
	}
	if tiff := exifOfJPEG(sample(t, "gps.jpg")); orientationOf(tiff) != 6 || !bytes.Contains(tiff, []byte{0x88, 0x25}) && !bytes.Contains(tiff, []byte{0x25, 0x88}) {
		t.Error("gps.jpg has no place")
	}
}

func TestOrientations(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			img.Set(x, y, [][]color.Color{{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}}, {color.RGBA{0, 0, 255, 255}, color.White}}[y/16][x/32])
		}
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, img, nil); err != nil {
		t.Fatal(err)
	}
	for orientation, want := range []string{1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 9: "rgbw"} {
		if want == "" {
			continue
		}
		for name, order := range map[string]binary.ByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
			tiff := append([]byte(name), make([]byte, 24)...)
			order.PutUint16(tiff[2:], 42)
			order.PutUint32(tiff[4:], 8)
			order.PutUint16(tiff[8:], 1)
			order.PutUint16(tiff[10:], 0x0112)
			order.PutUint16(tiff[12:], 3)
			order.PutUint32(tiff[14:], 1)
			order.PutUint16(tiff[18:], uint16(orientation))
			segment := append([]byte("Exif\x00\x00"), tiff...)
			file := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(segment)+2))...)
			file = append(append(file, segment...), plain.Bytes()[2:]...)
			got, err := Read(file)
			if err != nil {
				t.Fatal(err)
			}
			if c := corners(t, got.Large); c != want {
				t.Errorf("%s %d: got corners %s, want %s", name, orientation, c, want)
			}
		}
	}
}

// pngOf makes a PNG file that says it has a size, with little behind it.
func pngOf(width, height int, depth, colour byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(width))
	head = append(binary.BigEndian.AppendUint32(head, uint32(height)), depth, colour, 0, 0, 0)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head)...)
}

func chunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// resized returns a JPEG file whose header says another size.
func resized(file []byte, width, height int) []byte {
	out := bytes.Clone(file)
	for at := 2; at < len(out)-9; at++ {
		if out[at] == 0xff && (out[at+1] == 0xc0 || out[at+1] == 0xc2) {
			binary.BigEndian.PutUint16(out[at+5:], uint16(height))
			binary.BigEndian.PutUint16(out[at+7:], uint16(width))
			return out
		}
	}
	return nil
}

// webpOf makes a WebP file with one chunk.
func webpOf(name string, data []byte) []byte {
	body := append([]byte("WEBP"+name), binary.LittleEndian.AppendUint32(nil, uint32(len(data)))...)
	body = append(body, data...)
	return append(append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...), body...)
}

func TestRefused(t *testing.T) {
	jpg, webp := sample(t, "progressive.jpg"), sample(t, "lossy.webp")
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, errNone},
		{"text", []byte("Hei, her er bildet"), errFormat},
		{"HTML", []byte("<!doctype html><script>alert(1)</script>"), errFormat},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), errFormat},
		{"PDF", []byte("%PDF-1.7\n"), errFormat},
		{"zip", []byte("PK\x03\x04..."), errFormat},
		{"TIFF", []byte("II*\x00\x08\x00\x00\x00"), errFormat},
		{"HEIC of a telephone", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), errHEIC},
		{"HEIC by its second brand", []byte("\x00\x00\x00\x18ftypXXXX\x00\x00\x00\x00heic"), errHEIC},
		{"AVIF", []byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00"), errHEIC},
		{"a film", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"), errFormat},
		{"GIF", sample(t, "moving.gif"), errAnimated},
		{"moving WebP", sample(t, "moving.webp"), errAnimated},
		{"moving PNG", sample(t, "moving.png"), errAnimated},
		{"truncated JPEG", jpg[:len(jpg)/2], errDamaged},
		{"truncated WebP", webp[:len(webp)/2], errDamaged},
		{"truncated PNG", sample(t, "palette.png")[:60], errDamaged},
		{"JPEG header alone", jpg[:3], errDamaged},
		{"HTML behind a JPEG's first bytes", []byte("\xff\xd8\xff<script>alert(1)</script>"), errDamaged},
		{"too many bytes", make([]byte, MaxBytes+1), ErrLarge},
		{"PNG of giant dimensions", pngOf(60_000, 60_000, 8, 6), errHuge},
		{"PNG of overflowing dimensions", pngOf(1<<31-1, 1<<31-1, 8, 6), errDamaged},
		{"16-bit PNG beyond the memory", pngOf(8_000, 6_000, 16, 6), errHuge},
		{"JPEG of giant dimensions", resized(jpg, 65_000, 65_000), errHuge},
		{"progressive JPEG beyond the memory", resized(jpg, 8_000, 6_000), errHuge},
		{"WebP of giant dimensions", webpOf("VP8L", []byte{0x2f, 0xff, 0xff, 0xff, 0x0f}), errHuge},
		{"a dot", pngOf(1, 1, 8, 6), errTiny},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Read(test.file); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// A picture that is something else as well is only the picture once it is kept.
func TestPolyglots(t *testing.T) {
	html := []byte("<script>alert(document.domain)</script>")
	archive := []byte("PK\x03\x04" + strings.Repeat("\x00", 26) + "PK\x05\x06" + strings.Repeat("\x00", 18))
	jpg := sample(t, "progressive.jpg")
	comment := append([]byte{0xff, 0xd8, 0xff, 0xfe}, binary.BigEndian.AppendUint16(nil, uint16(len(html)+2))...)
	for name, file := range map[string][]byte{
		"JPEG and HTML":      append(bytes.Clone(jpg), html...),
		"JPEG and zip":       append(bytes.Clone(jpg), archive...),
		"JPEG with comment":  append(append(comment, html...), jpg[2:]...),
		"PNG and HTML":       append(sample(t, "palette.png"), html...),
		"WebP and zip":       append(sample(t, "lossy.webp"), archive...),
		"PNG with text":      withText(sample(t, "palette.png"), html),
		"WebP with metadata": append(sample(t, "gps.webp"), html...),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(file)
			if err != nil {
				t.Fatal(err)
			}
			tellsNothing(t, got.Large)
			tellsNothing(t, got.Small)
		})
	}
}

func withText(file, text []byte) []byte {
	head := 8 + 25 // the signature and IHDR
	return append(append(bytes.Clone(file[:head]), chunk("tEXt", append([]byte("Comment\x00"), text...))...), file[head:]...)
}

func TestSizes(t *testing.T) {
	for _, test := range []struct{ w, h, largeW, largeH, smallW, smallH int }{
		{2000, 1500, 1600, 1200, 480, 360}, {1500, 2000, 1200, 1600, 360, 480}, {1600, 900, 1600, 900, 480, 270},
		{1601, 900, 1600, 899, 480, 270}, {5000, 20, 1600, 6, 480, 2}, {3999, 1, 1600, 1, 480, 1}, {480, 480, 480, 480, 480, 480},
	} {
		t.Run(fmt.Sprintf("%dx%d", test.w, test.h), func(t *testing.T) {
			var b bytes.Buffer
			if err := png.Encode(&b, image.NewPaletted(image.Rect(0, 0, test.w, test.h), color.Palette{color.RGBA{200, 100, 50, 255}})); err != nil {
				t.Fatal(err)
			}
			got, err := Read(b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []struct {
				data []byte
				w, h int
			}{{got.Large, test.largeW, test.largeH}, {got.Small, test.smallW, test.smallH}} {
				img, err := jpeg.Decode(bytes.NewReader(part.data))
				if err != nil {
					t.Fatal(err)
				}
				if size := img.Bounds().Size(); size != image.Pt(part.w, part.h) {
					t.Errorf("got %v, want %d x %d", size, part.w, part.h)
				}
				// One colour stays that colour to its last row and column.
				for _, p := range []image.Point{{0, 0}, {part.w - 1, part.h - 1}} {
					if r, g, b, _ := img.At(p.X, p.Y).RGBA(); abs(int(r>>8)-200) > 4 || abs(int(g>>8)-100) > 4 || abs(int(b>>8)-50) > 4 {
						t.Errorf("got colour %d %d %d at %v", r>>8, g>>8, b>>8, p)
					}
				}
			}
		})
	}
}

func abs(n int) int { return max(n, -n) }

// The mean of a picture stays what it was, whatever the sizes.
func TestShrinkKeepsTheMean(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		w, h := 1+random.IntN(200), 1+random.IntN(200)
		edge := 1 + random.IntN(max(w, h))
		src := image.NewGray(image.Rect(7, 3, 7+w, 3+h))
		for i := range src.Pix {
			src.Pix[i] = uint8(random.UintN(256))
		}
		dst := shrink(src, edge)
		if got, want := dst.Bounds().Size(), fit(w, h, edge); got != want || max(got.X, got.Y) > edge {
			t.Fatalf("%d x %d to %d: got %v, want %v", w, h, edge, got, want)
		}
		before, after := mean(src), mean(dst)
		if before-after > 0.6 || after-before > 0.6 {
			t.Errorf("%d x %d to %d: got mean %.2f, want %.2f", w, h, edge, after, before)
		}
	}
}

func mean(img image.Image) float64 {
	sum, n := 0.0, 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			r, _, _, _ := img.At(x, y).RGBA()
			sum, n = sum+float64(r>>8), n+1
		}
	}
	return sum / float64(n)
}

// Noise does not compress; it is made coarser until it fits in the store.
func TestNoiseIsMadeCoarser(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 1100, 1100))
	random := rand.New(rand.NewPCG(3, 4))
	for i := range img.Pix {
		img.Pix[i] = uint8(random.UintN(256))
	}
	data, err := encode(img)
	if err != nil || len(data) > maxEncoded {
		t.Errorf("got %d bytes, %v, want at most %d", len(data), err, maxEncoded)
	}
}

// A photo takes little more memory than its pixels, whatever the scaling.
func TestMemoryIsBounded(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewYCbCr(image.Rect(0, 0, 2000, 3000), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if _, err := Read(b.Bytes()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / 2; each > 32<<20 {
		t.Errorf("a photo of 6 million pixels took %d MB, want at most 32", each>>20)
	}
}

func FuzzRead(f *testing.F) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join("testdata", e.Name()))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := Read(file)
		if err != nil {
			return
		}
		if got.Width < 1 || got.Height < 1 || max(got.Width, got.Height) > LargeEdge || len(got.Large) > maxEncoded {
			t.Errorf("got %d x %d, %d bytes", got.Width, got.Height, len(got.Large))
		}
		clean(t, got.Large)
	})
}

// BenchmarkRead makes a photo of twelve million pixels, as telephones take them.
func BenchmarkRead(b *testing.B) {
	img := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	random := rand.New(rand.NewPCG(5, 6))
	for i := range img.Y { // rough enough to take some time
		img.Y[i] = uint8(i/4000/12) + uint8(random.UintN(16))
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(file.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
