package office

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// picture is a PNG file in one of 256 greys.
func picture(t *testing.T, grey uint8) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Gray{grey}})); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// shown returns the ids of a listing's photos, in order.
func (f *fixture) shown(listing string) (ids []string) {
	f.t.Helper()
	list, err := f.Photos(f.t.Context(), listing)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

// files counts the documents with files of photos.
func (f *fixture) files() (n int) {
	f.t.Helper()
	err := f.db.View(f.t.Context(), municipality, func(tx *storage.Tx) (err error) {
		n, err = photoFiles.Count(tx, storage.Query{})
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func TestPhotos(t *testing.T) {
	f := newFixture(t)
	home := f.submit(offer()).Listing
	for grey := range uint8(3) {
		if err := f.AddPhoto(t.Context(), home, picture(t, grey*80), WhoLandlord); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.AddPhoto(t.Context(), home, picture(t, 80), WhoLandlord); err != nil {
		t.Fatal(err)
	}
	ids := f.shown(home)
	if len(ids) != 3 || f.files() != 6 {
		t.Fatalf("got %d photos and %d files, want 3 and 6: the same one twice is one", len(ids), f.files())
	}
	if err := f.MovePhoto(t.Context(), home, ids[2], "kari"); err != nil {
		t.Fatal(err)
	}
	if got, want := f.shown(home), []string{ids[0], ids[2], ids[1]}; !slices.Equal(got, want) {
		t.Errorf("got order %v, want %v", got, want)
	}
	if err := f.DescribePhotos(t.Context(), home, map[string]string{ids[0]: "  Stue \n mot sør ", "other": "x"}, "kari"); err != nil {
		t.Fatal(err)
	}
	if list, _ := f.Photos(t.Context(), home); list[0].Alt != "Stue mot sør" {
		t.Errorf("got %q", list[0].Alt)
	}
	if err := f.RemovePhoto(t.Context(), home, ids[0], "kari"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.PhotoFile(t.Context(), home, ids[0], PhotoLarge); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("got %v for the file of a removed photo", err)
	}
	if err := f.AddPhoto(t.Context(), home, picture(t, 0), "kari"); err != nil {
		t.Errorf("got %v for a removed photo sent again", err)
	}
	if f.files() != 6 {
		t.Errorf("got %d files, want 6", f.files())
	}
}

func TestPhotosRefused(t *testing.T) {
	f := newFixture(t)
	home := f.submit(offer()).Listing
	if err := f.AddPhoto(t.Context(), home, []byte("<script>"), WhoLandlord); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v for no photo", err)
	}
	if err := f.AddPhoto(t.Context(), "nowhere", picture(t, 1), WhoLandlord); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("got %v for no listing", err)
	}
	for alt, code := range map[string]string{"Fødselsnummer 41010110007": importers.CodeIdentity, "Kun kvinner": "unlawful_demand", strings.Repeat("x", MaxPhotoAlt+1): "alt_long"} {
		err := f.DescribePhotos(t.Context(), home, map[string]string{"p": alt}, WhoLandlord)
		refused, ok := errors.AsType[*ProblemsError](err)
		if !ok || refused.Problems[0].Field != "p" || refused.Problems[0].Code != code {
			t.Errorf("%q: got %v", alt, err)
		}
	}
}

// Many at once never become more than may be.
func TestPhotosAtOnce(t *testing.T) {
	f := newFixture(t)
	home := f.submit(offer()).Listing
	var wg sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for grey := range uint8(12) {
		wg.Go(func() {
			err := f.AddPhoto(t.Context(), home, picture(t, grey*20), WhoLandlord)
			if code := apperr.CodeOf(err); code == apperr.Invalid {
				mu.Lock()
				refused++
				mu.Unlock()
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(f.shown(home)); got != MaxPhotos || refused != 12-MaxPhotos || f.files() != 2*MaxPhotos {
		t.Errorf("got %d photos, %d refused, %d files", got, refused, f.files())
	}
}

func TestPhotosPurged(t *testing.T) {
	f := newFixture(t)
	f.at("2026-12-01")
	home := f.submit(offer()).Listing
	if err := f.AddPhoto(t.Context(), home, picture(t, 9), WhoLandlord); err != nil {
		t.Fatal(err)
	}
	purge := func(day string, want int) {
		t.Helper()
		f.at(day)
		if n, err := f.PurgePhotos(t.Context()); n != want || err != nil {
			t.Errorf("%s: got %d, %v, want %d", day, n, err, want)
		}
	}
	purge("2027-12-01", 0) // on offer, however old
	if err := f.ChangeStatus(t.Context(), home, StatusChange{To: landlords.StatusWithdrawn, Who: "kari"}); err != nil {
		t.Fatal(err)
	}
	purge("2028-03-01", 0)
	purge("2028-07-01", 1)
	if f.files() != 0 || len(f.shown(home)) != 0 {
		t.Errorf("got %d files and %v", f.files(), f.shown(home))
	}
	purge("2028-07-02", 0)
}
