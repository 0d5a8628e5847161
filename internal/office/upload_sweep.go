package office

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Sweep removes the files and previews that are an hour old, and documents of a
// day.
func (u *Uploads) Sweep(ctx context.Context) error {
	var gone []string
	known := map[string]bool{}
	err := u.office.db.Update(ctx, u.office.municipality, func(tx *storage.Tx) error {
		gone = nil
		for rec, err := range uploads.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			up := &rec.Value
			age := u.now().Sub(up.At)
			busy := up.working() && u.now().Sub(up.Alive) <= uploadLost
			if busy || age < uploadKept {
				known[up.Dir] = true
				continue
			}
			err := dropWorkbook(tx, up.Dir)
			switch {
			case err != nil:
			case age > 24*time.Hour:
				err = uploads.Delete(tx, rec.ID, rec.Version)
			case up.Preview != nil || up.working() || up.Errors:
				if up.working() {
					if err := up.interrupted(tx); err != nil {
						return err
					}
				}
				up.Preview, up.Errors = nil, false
				if up.State != UploadApplied {
					up.State, up.Failure = UploadFailed, &UploadFailure{Code: apperr.NotFound, Key: "uploads.expired", Message: "The file was removed after an hour. Upload it again."}
				}
				err = uploads.Put(tx, &rec)
			}
			if err != nil {
				return err
			}
			gone = append(gone, up.Dir)
		}
		return nil
	})
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(u.dir)
	if err != nil {
		return err
	}
	for _, e := range entries { // of an upload that another process swept, or whose process ended before its document was written
		if info, err := e.Info(); err == nil && !known[e.Name()] && u.now().Sub(info.ModTime()) > uploadKept {
			gone = append(gone, e.Name())
		}
	}
	for _, dir := range gone {
		err = errors.Join(err, os.RemoveAll(filepath.Join(u.dir, dir)))
	}
	return err
}
