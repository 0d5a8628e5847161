package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/photos"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/landlords"
)

// Limits of a listing's photos.
const (
	MaxPhotos   = 8
	MaxPhotoAlt = 150 // characters of what a photo shows

	// MaxPhotoBytes is how large the file of a photo may be that is sent.
	MaxPhotoBytes = photos.MaxBytes
)

// photosKept is how long the photos of a home stay that has left the list: it is
// somebody's home by then.
const photosKept = 180 * 24 * time.Hour

// Photo is a photo of a listing. Its files are two documents of their own.
type Photo struct {
	ID     string    `json:"id"`            // of what it shows: the same photo twice is one
	Alt    string    `json:"alt,omitempty"` // what it shows, for those who do not see it
	Width  int       `json:"width"`
	Height int       `json:"height"`
	Who    string    `json:"who"`
	At     time.Time `json:"at"`
}

// Album is the photos of a listing in the order in which they are shown, stored
// under the listing's id.
type Album struct {
	Photos []Photo `json:"photos"`
}

// photoFile is a JPEG file, stored under LISTING.PHOTO.SIZE.
type photoFile struct {
	Listing string `json:"listing"`
	JPEG    []byte `json:"jpeg"`
}

var (
	albums     = storage.NewCollection[Album](storage.Schema{Name: "albums"})
	photoFiles = storage.NewCollection[photoFile](storage.Schema{Name: "photo_files", Indexes: []storage.Index{{Name: "listing", Paths: []string{"listing"}}}})
)

// PhotoSize is one of the sizes in which a photo is kept.
type PhotoSize string

// The sizes.
const (
	PhotoLarge PhotoSize = "large"
	PhotoSmall PhotoSize = "small"
)

func photoFileID(listing, photo string, size PhotoSize) string {
	return listing + "." + photo + "." + string(size)
}

// Photos returns the photos of a listing, in their order; none for a listing that
// is not there. Errors are those of the store.
func (o *Office) Photos(ctx context.Context, listing string) (out []Photo, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := albumOf(tx, listing)
		out = rec.Value.Photos
		return err
	})
	return out, err
}

// albumOf returns a listing's album, an empty one where it has none.
func albumOf(tx *storage.Tx, listing string) (storage.Record[Album], error) {
	rec, err := albums.Get(tx, listing)
	if apperr.CodeOf(err) == apperr.NotFound {
		return storage.Record[Album]{ID: listing}, nil
	}
	return rec, err
}

// PhotoFile returns the JPEG file of a listing's photo. Errors: NotFound.
func (o *Office) PhotoFile(ctx context.Context, listing, photo string, size PhotoSize) (jpeg []byte, err error) {
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := photoFiles.Get(tx, photoFileID(listing, photo, size))
		jpeg = rec.Value.JPEG
		return err
	})
	return jpeg, err
}

// AddPhoto makes a photo of a file and puts it last among a listing's. The same
// photo sent twice is there once. Errors: NotFound; those of photos.Read; Invalid
// where there are MaxPhotos already.
func (o *Office) AddPhoto(ctx context.Context, listing string, file []byte, who string) error {
	p, err := photos.Read(file) // before the transaction: it takes its time
	if err != nil {
		return err
	}
	sum := sha256.Sum256(p.Large)
	photo := Photo{ID: hex.EncodeToString(sum[:12]), Width: p.Width, Height: p.Height, Who: who}
	return o.changeAlbum(ctx, listing, who, func(tx *storage.Tx, a *Album) error {
		if slices.ContainsFunc(a.Photos, func(other Photo) bool { return other.ID == photo.ID }) {
			return nil
		}
		if len(a.Photos) >= MaxPhotos {
			return apperr.New(apperr.Invalid, "There are %d photos already. Remove one first.", MaxPhotos).In("photo.many", map[string]any{"N": MaxPhotos})
		}
		photo.At = o.now().UTC()
		a.Photos = append(a.Photos, photo)
		for size, data := range map[PhotoSize][]byte{PhotoLarge: p.Large, PhotoSmall: p.Small} {
			if err := photoFiles.Put(tx, &storage.Record[photoFile]{ID: photoFileID(listing, photo.ID, size), Value: photoFile{listing, data}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemovePhoto removes a photo and its files; one that is gone already is no
// error. Errors: NotFound of the listing.
func (o *Office) RemovePhoto(ctx context.Context, listing, photo, who string) error {
	return o.changeAlbum(ctx, listing, who, func(tx *storage.Tx, a *Album) error {
		a.Photos = slices.DeleteFunc(a.Photos, func(p Photo) bool { return p.ID == photo })
		for _, size := range []PhotoSize{PhotoLarge, PhotoSmall} {
			if err := deletePhotoFile(tx, photoFileID(listing, photo, size)); err != nil {
				return err
			}
		}
		return nil
	})
}

func deletePhotoFile(tx *storage.Tx, id string) error {
	rec, err := photoFiles.Get(tx, id)
	if apperr.CodeOf(err) == apperr.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return photoFiles.Delete(tx, id, rec.Version)
}

// MovePhoto puts a photo one place earlier. Errors: NotFound of the listing.
func (o *Office) MovePhoto(ctx context.Context, listing, photo, who string) error {
	return o.changeAlbum(ctx, listing, who, func(_ *storage.Tx, a *Album) error {
		if i := slices.IndexFunc(a.Photos, func(p Photo) bool { return p.ID == photo }); i > 0 {
			a.Photos[i-1], a.Photos[i] = a.Photos[i], a.Photos[i-1]
		}
		return nil
	})
}

// DescribePhotos writes what photos show, by their ids. Errors: NotFound of the
// listing; Invalid with a *ProblemsError whose fields are ids.
func (o *Office) DescribePhotos(ctx context.Context, listing string, alts map[string]string, who string) error {
	var problems []apperr.Problem
	for id, alt := range alts {
		alts[id] = strings.Join(strings.Fields(alt), " ")
		add := func(code string, params map[string]any) {
			problems = append(problems, apperr.Problem{Field: id, Code: code, Severity: apperr.SeverityError, Params: params})
		}
		if _, found := importers.FindIdentity(alt); found {
			add(importers.CodeIdentity, nil)
		} else if ground := landlords.UnlawfulDemand(alt); ground != "" {
			add("unlawful_demand", map[string]any{"Ground": string(ground)})
		} else if utf8.RuneCountInString(alts[id]) > MaxPhotoAlt {
			add("alt_long", map[string]any{"N": MaxPhotoAlt})
		}
	}
	if len(problems) > 0 {
		return refuse(problems)
	}
	return o.changeAlbum(ctx, listing, who, func(_ *storage.Tx, a *Album) error {
		for i, p := range a.Photos {
			if alt, ok := alts[p.ID]; ok {
				a.Photos[i].Alt = alt
			}
		}
		return nil
	})
}

// changeAlbum changes a listing's album in a transaction, with an event where
// something came of it.
func (o *Office) changeAlbum(ctx context.Context, listing, who string, change func(*storage.Tx, *Album) error) error {
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		l, err := Listings.Get(tx, listing)
		if err != nil {
			return err
		}
		rec, err := albumOf(tx, listing)
		if err != nil {
			return err
		}
		before := slices.Clone(rec.Value.Photos)
		if err := change(tx, &rec.Value); err != nil || slices.Equal(before, rec.Value.Photos) {
			return err
		}
		if err := albums.Put(tx, &rec); err != nil {
			return err
		}
		return o.Record(tx, Event{Who: who, What: WhatPhotos, Register: "listings", Record: listing, Personal: EventPersonal{Key: l.Value.Key}})
	})
}

// WhatPhotos is that the photos of a listing changed.
const WhatPhotos What = "photos"

// ErasePhotos removes every photo of a listing and what was said of them, as part
// of erasing the listing.
func ErasePhotos(tx *storage.Tx, listing string) error {
	for rec, err := range photoFiles.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("listing", listing)}}) {
		if err != nil {
			return err
		}
		if err := photoFiles.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
	}
	rec, err := albums.Get(tx, listing)
	if apperr.CodeOf(err) == apperr.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return albums.Delete(tx, listing, rec.Version)
}

// PurgePhotos removes the photos of listings that left the list, or were erased,
// half a year ago, by the last change of their photos or their status. It returns
// how many listings had some. Errors are those of the store.
func (o *Office) PurgePhotos(ctx context.Context) (n int, err error) {
	var with []string
	err = o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		with = nil
		for rec, err := range albums.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			with = append(with, rec.ID)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range with {
		purged := false
		err := o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
			var err error
			if purged, err = o.photosExpired(tx, id); err != nil || !purged {
				return err
			}
			return ErasePhotos(tx, id)
		})
		if err != nil {
			return n, err
		}
		if purged {
			n++
		}
	}
	return n, nil
}

// photosExpired reports whether nobody needs the photos of a listing any more.
func (o *Office) photosExpired(tx *storage.Tx, listing string) (bool, error) {
	rec, err := Listings.Get(tx, listing)
	if apperr.CodeOf(err) == apperr.NotFound {
		return true, nil
	}
	if err != nil || rec.Value.Record.Status.Offered() {
		return false, err
	}
	for e, err := range Events.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("register", "listings"), storage.Eq("record", listing)}}) {
		if err != nil {
			return false, err
		}
		if (e.Value.What == WhatStatus || e.Value.What == WhatPhotos) && o.now().Sub(e.Value.At) < photosKept {
			return false, nil
		}
	}
	return true, nil
}
