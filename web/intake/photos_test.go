package intake_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

func pngFile(t *testing.T, grey uint8) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Gray{grey}})); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// jpegWithPlace is a JPEG file whose Exif part has a name and a place.
func jpegWithPlace(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00GPS 66.3128 N 14.1428 E")
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), b.Bytes()[2:]...)
}

// homeOf returns a registered home's private page, and the path of its photos.
func homeOf(t *testing.T, s *webtest.Site, b *webtest.Browser, form url.Values) (mine, photos string) {
	t.Helper()
	answer := b.Post("/utleier", stamped(t, s, "/utleier", form))
	mine = answer.Header.Get("Location")
	link := b.Follow(answer).Attr(`a[href*="/photos"]`, "href")
	path, _, _ := strings.Cut(link, "?")
	return mine, path
}

func TestPhotosByPrivateLink(t *testing.T) {
	s := site(t, generous)
	b := s.Anonymous()
	mine, path := homeOf(t, s, b, stepOne())
	got := b.Upload(path, url.Values{"form_key": {"x"}}, "photo", webtest.File{Name: "IMG_1.png", Data: pngFile(t, 10)}, webtest.File{Name: "IMG_2.JPG", Data: jpegWithPlace(t)})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("got %d\n%s", got.Status, got.Main())
	}
	page := b.Get(path)
	images := page.All("ol img")
	if len(images) != 2 || webtest.AttrOf(images[0], "alt") == "" {
		t.Fatalf("got %d photos\n%s", len(images), page.Main())
	}
	// What is served is a JPEG that does nothing else.
	src := webtest.AttrOf(images[1], "src")
	file := b.Get(src)
	for name, want := range map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=3600"} {
		if got := file.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if _, err := jpeg.Decode(strings.NewReader(file.Body)); err != nil || strings.Contains(file.Body, "GPS") || strings.Contains(file.Body, "Exif") {
		t.Errorf("got %v for the photo, or its place", err)
	}
	// Words that are typed are kept with whatever button is pressed.
	ids := page.All("ol input")
	first, second := webtest.AttrOf(ids[0], "name"), webtest.AttrOf(ids[1], "name")
	if got := b.Post(path+"/arrange", url.Values{first: {"Stue"}, second: {"Bad <b>"}, "move": {strings.TrimPrefix(second, "alt-")}}); got.Status != http.StatusSeeOther {
		t.Fatalf("got %d\n%s", got.Status, got.Main())
	}
	if got := b.Get(mine).Texts("figcaption"); len(got) != 2 || got[0] != "Bad <b>" || got[1] != "Stue" {
		t.Errorf("got %q on the landlord's page", got)
	}
	// Staff see them with the submission and with the listing, and may add some.
	staff := s.As(auth.Coordinator)
	if got := staff.Get("/submissions").Texts("figcaption"); len(got) != 2 {
		t.Errorf("got %q among submissions", got)
	}
	listing := "/listings/" + strings.Split(path, "/")[5]
	if got := staff.Get(listing).Texts("figcaption"); len(got) != 2 {
		t.Errorf("got %q with the listing", got)
	}
	staffSrc := webtest.AttrOf(staff.Get(listing).All(".bk-photos img")[0], "src")
	if got := staff.Get(staffSrc); got.Status != http.StatusOK || got.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %d for staff", got.Status)
	}
	if got := staff.Upload(listing+"/photos", nil, "photo", webtest.File{Name: "a.png", Data: pngFile(t, 99)}); got.Status != http.StatusSeeOther {
		t.Errorf("got %d for a photo of staff", got.Status)
	}
	// Others see nothing: strangers, another landlord, a manager.
	if got := s.Anonymous().Get(staffSrc); got.Status != http.StatusSeeOther {
		t.Errorf("got %d for a stranger", got.Status)
	}
	if got := s.As(auth.Manager).Get(staffSrc); got.Status != http.StatusForbidden {
		t.Errorf("got %d for a manager", got.Status)
	}
	other := stepOne()
	other.Set("form_key", "ANOTHERKEYANOTHERKEY")
	other.Set("landlord_phone", "446 67 700")
	other.Set("landlord_email", "ola@example.no")
	theirs, _ := homeOf(t, s, s.Anonymous(), other)
	for _, forged := range []string{strings.Replace(src, strings.Split(mine, "/")[3], strings.Split(theirs, "/")[3], 1), strings.Replace(src, strings.Split(mine, "/")[3], "AAAAAAAAAAAAAAAAAAAAAAAAAA", 1), src + "x", strings.Replace(src, "small", "huge", 1)} {
		if got := b.Get(forged); got.Status != http.StatusNotFound {
			t.Errorf("%s: got %d", forged, got.Status)
		}
	}
	// Removing one removes its file.
	if got := b.Post(path+"/arrange", url.Values{"remove": {strings.TrimPrefix(second, "alt-")}}); got.Status != http.StatusSeeOther {
		t.Fatalf("got %d", got.Status)
	}
	if got := b.Get(src); got.Status != http.StatusNotFound {
		t.Errorf("got %d for a removed photo", got.Status)
	}
}

func TestPhotosThatAreNone(t *testing.T) {
	s := site(t, generous)
	b := s.Anonymous()
	_, path := homeOf(t, s, b, stepOne())
	heic := append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 100)...)
	for _, test := range []struct {
		name  string
		files []webtest.File
		says  string
		shown int
	}{
		{"nothing", nil, "Choose a photo first.", 0},
		{"an empty choice", []webtest.File{{Name: "", Data: nil}}, "Choose a photo first.", 0},
		{"HEIC", []webtest.File{{Name: "IMG_0001.HEIC", Data: heic}}, "Most Compatible", 0},
		{"HEIC that says it is JPEG", []webtest.File{{Name: "IMG_0001.jpg", Data: heic}}, "Most Compatible", 0},
		{"a page", []webtest.File{{Name: "x.jpg", Data: []byte("<script>alert(1)</script>")}}, "not a photo", 0},
		{"one of two", []webtest.File{{Name: "a.gif", Data: pngFile(t, 1)}, {Name: `..\b<i>.png`, Data: []byte("nothing")}}, "b<i>.png: This is not a photo", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := b.Upload(path+"?lang=en", url.Values{"form_key": {"x"}}, "photo", test.files...)
			if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text("#f-photo-error"), test.says) {
				t.Errorf("got %d\n%s", got.Status, got.Main())
			}
			if n := len(got.All("ol img")); n != test.shown {
				t.Errorf("got %d photos, want %d", n, test.shown)
			}
		})
	}
	for grey := range uint8(9) {
		b.Upload(path, nil, "photo", webtest.File{Name: "a.png", Data: pngFile(t, 20*grey)})
	}
	page := b.Get(path)
	if n := len(page.All("ol img")); n != 8 || len(page.All("input[type=file]")) != 0 {
		t.Errorf("got %d photos, want 8 and no room for more", n)
	}
}
