// Package photos makes a picture that somebody sent into one that may be kept
// and shown: decoded, turned upright, made small, and written anew as JPEG. What
// a file held beside its pixels (place, camera, a second file behind the first)
// is gone with that, for nothing of the file itself is kept.
package photos

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/webp"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Limits of what is taken and kept.
const (
	MaxBytes  = 15 << 20 // of a file that is sent
	LargeEdge = 1600     // of the photo, pixels of its longer edge at most
	SmallEdge = 480      // of the photo in lists

	minEdge    = 16        // a smaller picture shows nothing
	maxMemory  = 256 << 20 // bytes that decoding may take, by the picture's header
	maxEncoded = 1 << 20   // of a photo as it is kept; noise is made coarser to fit
)

// Photo is a picture as it is kept: two JPEG files without any metadata.
type Photo struct {
	Large, Small  []byte
	Width, Height int // of Large
}

// The answers to files that are no photos, in words for whoever sent them.
var (
	errNone     = apperr.New(apperr.Invalid, "Choose a photo.").In("photo.none", nil)
	errHEIC     = apperr.New(apperr.Invalid, "The photo is in Apple's own format. Send it as JPEG.").In("photo.heic", nil)
	errFormat   = apperr.New(apperr.Invalid, "The file is no photo. JPEG, PNG and WebP can be shown.").In("photo.format", nil)
	errAnimated = apperr.New(apperr.Invalid, "The picture moves. Send one that stands still.").In("photo.animated", nil)
	errDamaged  = apperr.New(apperr.Unreadable, "The photo is damaged. Send it once more.").In("photo.damaged", nil)
	errHuge     = apperr.New(apperr.TooLarge, "The photo has too many pixels. Send a smaller one.").In("photo.huge", nil)
	errTiny     = apperr.New(apperr.Invalid, "The picture is too small to show anything.").In("photo.tiny", nil)

	// ErrLarge is the answer to a file beyond MaxBytes.
	ErrLarge = apperr.New(apperr.TooLarge, "The photo is larger than %d MB.", MaxBytes>>20).In("photo.large", map[string]any{"MB": MaxBytes >> 20})
)

// one is held while a picture is decoded: pictures wait for one another, so
// that many at once take no more memory than one.
var one = make(chan struct{}, 1)

// Read makes a photo of a file. What the file is called does not matter: its
// first bytes say what it is, and its header how large it is before anything is
// decoded. Errors, each with a sentence for people: Invalid for what is no
// photo, Unreadable for a damaged one, TooLarge for too many bytes or pixels.
func Read(file []byte) (Photo, error) {
	if len(file) == 0 {
		return Photo{}, errNone
	}
	if len(file) > MaxBytes {
		return Photo{}, ErrLarge
	}
	kind, err := kindOf(file)
	if err != nil {
		return Photo{}, err
	}
	if err := kind.check(file); err != nil {
		return Photo{}, err
	}
	one <- struct{}{}
	defer func() { <-one }()
	img, err := kind.decode(bytes.NewReader(file))
	if err != nil {
		return Photo{}, errDamaged
	}
	turned := orientationOf(kind.exif(file))
	large := turn(shrink(img, LargeEdge), turned)
	if isP3(file) {
		toSRGB(large)
	}
	out := Photo{Width: large.Bounds().Dx(), Height: large.Bounds().Dy()}
	if out.Large, err = encode(large); err != nil {
		return Photo{}, err
	}
	out.Small, err = encode(shrink(large, SmallEdge))
	return out, err
}

// encode writes a picture as JPEG, coarser where it would become too large.
func encode(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	for _, quality := range []int{82, 65, 45, 25} {
		b.Reset()
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if b.Len() <= maxEncoded {
			break
		}
	}
	return b.Bytes(), nil
}

// kind is a format that photos come in.
type kind struct {
	config   func(*bytes.Reader) (image.Config, error)
	decode   func(*bytes.Reader) (image.Image, error)
	exif     func(file []byte) []byte // the TIFF structure of its Exif part; nil where it has none
	animated func(file []byte) bool
	memory   func(file []byte, c image.Config) int64 // that a pixel takes while it is decoded
}

var (
	kindJPEG = kind{
		func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) },
		exifOfJPEG, nil,
		func(file []byte, _ image.Config) int64 {
			if progressive(file) { // keeps the coefficients of all scans, four bytes each
				return 16
			}
			return 4
		},
	}
	kindPNG = kind{
		func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) },
		exifOfPNG, animatedPNG,
		func(_ []byte, c image.Config) int64 {
			switch c.ColorModel {
			case color.RGBA64Model, color.NRGBA64Model:
				return 8
			}
			return 4
		},
	}
	kindWebP = kind{
		func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) },
		exifOfWebP, animatedWebP,
		func([]byte, image.Config) int64 { return 8 }, // the lossless form decodes in two steps
	}
)

// heifBrands are the brands of ISO base media files that hold HEIC or AVIF
// pictures.
var heifBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}

// kindOf tells a file's format by its first bytes.
func kindOf(file []byte) (kind, error) {
	head := string(file[:min(len(file), 64)])
	switch {
	case strings.HasPrefix(head, "\xff\xd8\xff"):
		return kindJPEG, nil
	case strings.HasPrefix(head, "\x89PNG\r\n\x1a\n"):
		return kindPNG, nil
	case len(head) >= 12 && head[:4] == "RIFF" && head[8:12] == "WEBP":
		return kindWebP, nil
	case strings.HasPrefix(head, "GIF8"):
		return kind{}, errAnimated
	case len(head) >= 12 && head[4:8] == "ftyp":
		for _, brand := range heifBrands {
			if strings.Contains(head[8:], brand) {
				return kind{}, errHEIC
			}
		}
	}
	return kind{}, errFormat
}

// check refuses by the header what must not be decoded.
func (k *kind) check(file []byte) error {
	if k.animated != nil && k.animated(file) {
		return errAnimated
	}
	c, err := k.config(bytes.NewReader(file))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return errDamaged
	}
	if int64(c.Width)*int64(c.Height) > maxMemory/k.memory(file, c) {
		return errHuge
	}
	if max(c.Width, c.Height) < minEdge {
		return errTiny
	}
	return nil
}
