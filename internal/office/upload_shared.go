package office

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// What follows is for processes on several machines. An order may come to any of
// them; the one that has the file carries it out, and writes down how far it is.

const (
	orderEvery = time.Second
	beatEvery  = 2 * time.Second
)

// reachable reports whether some process can work on an upload: this one has the
// file, or another may have it.
func (u *Uploads) reachable(up *Upload) bool {
	return u.has(up) || u.office.db.Clustered() && u.now().Sub(up.At) < uploadKept
}

// startHere begins the work where the file is here; otherwise its process finds
// the order in the store.
func (u *Uploads) startHere(ctx context.Context, id string, state UploadState) {
	up, err := u.Upload(ctx, id)
	if err != nil || u.has(&up) || !u.office.db.Clustered() {
		u.start(id, state)
	}
}

// takeOrders carries out what was ordered at another process, or before this one
// was started anew.
func (u *Uploads) takeOrders() {
	tick := time.NewTicker(orderEvery)
	defer tick.Stop()
	for {
		if err := u.takeOrdersOnce(u.ctx); err != nil && u.ctx.Err() == nil {
			u.log.Warn("looking for uploads to work on", "err", err)
		}
		select {
		case <-tick.C:
		case <-u.ctx.Done():
			return
		}
	}
}

func (u *Uploads) takeOrdersOnce(ctx context.Context) error {
	var due []RecentUpload
	err := u.office.db.View(ctx, u.office.municipality, func(tx *storage.Tx) error {
		due = nil
		for rec, err := range uploads.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if up := rec.Value; up.working() && u.now().Sub(up.Alive) <= uploadLost && u.has(&up) {
				due = append(due, RecentUpload{rec.ID, up})
			}
		}
		return nil
	})
	for _, up := range due {
		if err := u.resume(ctx, up); err != nil {
			return err
		}
	}
	return err
}

// resume begins the work on an upload, unless this process is at it, or the
// import went through before the process that did it ended.
func (u *Uploads) resume(ctx context.Context, up RecentUpload) error {
	u.mu.Lock()
	here := u.at[up.ID] != nil
	u.mu.Unlock()
	if here {
		return nil
	}
	applied := false
	err := u.office.db.Update(ctx, u.office.municipality, func(tx *storage.Tx) error {
		rec, err := uploads.Get(tx, up.ID)
		if err != nil || rec.Value.Import == "" {
			return err
		}
		if err := rec.Value.interrupted(tx); err != nil {
			return err
		}
		if applied = rec.Value.State == UploadApplied; !applied {
			return nil
		}
		return uploads.Put(tx, &rec)
	})
	if err == nil && !applied {
		u.start(up.ID, up.State)
	}
	return err
}

// beat writes down every now and then how far the work on an upload is, until
// stop is called. On an embedded store nobody else could write meanwhile.
func (u *Uploads) beat(ctx context.Context, id string) (stop func()) {
	if !u.office.db.Clustered() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(beatEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			err := u.change(ctx, id, func(up *Upload) error {
				up.Done, up.Total = u.Progress(id, up)
				return nil
			})
			if err != nil && ctx.Err() == nil {
				u.log.WarnContext(ctx, "writing down how far an import is", "id", id, "err", err)
			}
		}
	}()
	return func() { cancel(); <-done }
}

// workbook is a piece of an error workbook, in which refused cells are blank, for
// the processes of other machines.
type workbook struct {
	Dir  string `json:"dir"` // of its upload
	Data []byte `json:"data"`
}

var workbooks = storage.NewCollection[workbook](storage.Schema{Name: "upload_workbooks", Indexes: []storage.Index{{Name: "dir", Paths: []string{"dir"}}}})

const workbookPiece = 2 << 20

// shareWorkbook puts an error workbook into the store, for an hour.
func (u *Uploads) shareWorkbook(ctx context.Context, dir, path string) (err error) {
	if !u.office.db.Clustered() {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	err = u.office.db.Update(ctx, u.office.municipality, func(tx *storage.Tx) error { return dropWorkbook(tx, dir) })
	for n := 0; err == nil; n++ {
		data, rerr := io.ReadAll(io.LimitReader(f, workbookPiece))
		if rerr != nil || len(data) == 0 {
			return rerr
		}
		err = u.office.db.Update(ctx, u.office.municipality, func(tx *storage.Tx) error {
			return workbooks.Put(tx, &storage.Record[workbook]{ID: fmt.Sprintf("%s/%06d", dir, n), Value: workbook{Dir: dir, Data: data}})
		})
	}
	return err
}

// dropWorkbook removes an error workbook from the store.
func dropWorkbook(tx *storage.Tx, dir string) error {
	for rec, err := range workbooks.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("dir", dir)}}) {
		if err != nil {
			return err
		}
		if err := workbooks.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
	}
	return nil
}

// fetchWorkbook brings an error workbook that another process made. Where there
// is none it makes no file.
func (u *Uploads) fetchWorkbook(ctx context.Context, dir, path string) (err error) {
	if !u.office.db.Clustered() {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "errors-*")
	if err != nil {
		return err
	}
	size := 0
	err = u.office.db.View(ctx, u.office.municipality, func(tx *storage.Tx) error {
		size = 0
		_, err := f.Seek(0, io.SeekStart)
		if err = errors.Join(err, f.Truncate(0)); err != nil {
			return err
		}
		for rec, err := range workbooks.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("dir", dir)}}) {
			if err != nil {
				return err
			}
			n, err := f.Write(rec.Value.Data)
			if size += n; err != nil {
				return err
			}
		}
		return nil
	})
	err = errors.Join(err, f.Close())
	if err == nil && size > 0 {
		return os.Rename(f.Name(), path)
	}
	if apperr.CodeOf(err) == apperr.NotFound {
		err = nil
	}
	return errors.Join(err, os.Remove(f.Name()))
}
