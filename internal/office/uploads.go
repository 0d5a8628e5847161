package office

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/storage"
)

// UploadState is how far an uploaded file has come.
type UploadState string

// The states.
const (
	UploadReading  UploadState = "reading"  // it is being read: what would an import do?
	UploadReady    UploadState = "ready"    // there is a preview; someone decides
	UploadApplying UploadState = "applying" // the import runs
	UploadApplied  UploadState = "applied"
	UploadFailed   UploadState = "failed" // nothing was changed; Failure says why
)

// Upload is a file that someone wants to import. It is in the store, so that any
// process can tell how it stands and give it orders; the file itself is in a
// folder of the machine that took it, never in the store, since nobody has looked
// yet for identity numbers in it, and gone once it was applied, or after an hour.
type Upload struct {
	State  UploadState `json:"state"`
	Who    string      `json:"who"`
	At     time.Time   `json:"at"`
	Alive  time.Time   `json:"alive"`           // when the work began, or last showed that it goes on
	Done   int         `json:"done,omitzero"`   // rows, as last written down
	Total  int         `json:"total,omitzero"`  // rows in all
	Import string      `json:"import,omitzero"` // id of the import's record
	File   string      `json:"file"`            // name, without identity numbers
	Dir    string      `json:"dir"`             // random name of its folder
	Bytes  int64       `json:"bytes"`

	Choice  UploadChoice       `json:"choice"`
	Preview *Preview           `json:"preview,omitempty"` // nil once applied or expired: it has personal data
	Summary *importers.Summary `json:"summary,omitempty"` // of the preview, then of the import
	Failure *UploadFailure     `json:"failure,omitempty"`
	Errors  bool               `json:"errors,omitzero"` // there is an error workbook
}

// UploadChoice is what the user knows better than the program does.
type UploadChoice struct {
	Kind  importers.Kind    `json:"kind,omitzero"`
	Sheet string            `json:"sheet,omitzero"`
	Map   map[string]string `json:"map,omitempty"` // canonical field -> column letter
	On    civil.Date        `json:"on,omitzero"`
	Lang  i18n.Lang         `json:"lang"`
}

// UploadFailure is why an import did not go through, for people.
type UploadFailure struct {
	Code    apperr.Code    `json:"code"`
	Message string         `json:"message"`
	Key     string         `json:"key,omitzero"`
	Params  map[string]any `json:"params,omitempty"`
}

// Error returns the message.
func (f *UploadFailure) Error() string { return f.Message }

// uploads holds one document for each uploaded file.
var uploads = storage.NewCollection[Upload](storage.Schema{Name: "uploads", Indexes: []storage.Index{{Name: "at", Paths: []string{"at"}}}})

const (
	uploadKept   = time.Hour        // the file and its preview
	uploadLost   = 5 * time.Minute  // work that began so long ago has ended with its process
	uploadSweep  = 10 * time.Minute // between two looks for what has expired
	maxPerPerson = 20               // files at once
	errorsFile   = "errors.xlsx"
)

// MaxUploadBytes is how large an uploaded file may be.
const MaxUploadBytes = 64 << 20

// Uploads takes files for import. Work on them goes on when the browser leaves.
type Uploads struct {
	office *Office
	dir    string
	log    *slog.Logger
	ctx    context.Context // of the work, until stop
	work   sync.WaitGroup
	one    chan struct{} // one import at a time in a process: it holds the writer
	mu     sync.Mutex
	at     map[string]*[2]int // rows done and in all, by the ids of the uploads that this process works on
}

// NewUploads takes files into a folder of this machine, which is made for their
// owner alone, and removes what is an hour old, until stop is called: it ends
// the work under way, which changes nothing then, and waits for it.
func NewUploads(ctx context.Context, o *Office, dir string, log *slog.Logger) (u *Uploads, stop func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, apperr.Wrap(err, apperr.Unavailable, "The folder for uploads cannot be made.")
	}
	ctx, cancel := context.WithCancel(ctx)
	u = &Uploads{office: o, dir: dir, log: log, ctx: ctx, one: make(chan struct{}, 1), at: map[string]*[2]int{}}
	u.work.Go(func() {
		tick := time.NewTicker(uploadSweep)
		defer tick.Stop()
		for {
			if err := u.Sweep(ctx); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "removing old uploads", "err", err)
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
	if o.db.Clustered() {
		u.work.Go(u.takeOrders)
	}
	return u, func() { cancel(); u.work.Wait() }, nil
}

// Take stores a file and begins to read it. It returns the upload's id. Errors:
// TooLarge, Invalid for a file without a name or too many at once, and those of
// the store.
func (u *Uploads) Take(ctx context.Context, who, name string, body io.Reader, lang i18n.Lang) (id string, err error) {
	name = uploadName(name)
	if name == "" {
		return "", apperr.New(apperr.Invalid, "Choose a file.").In("uploads.no_file", nil)
	}
	up := Upload{State: UploadReading, Who: who, File: name, Dir: rand.Text(), Choice: UploadChoice{Lang: lang}}
	folder := filepath.Join(u.dir, up.Dir)
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	if up.Bytes, err = keep(folder, name, body); err != nil {
		return "", err
	}
	id = rand.Text()
	err = u.office.db.Update(ctx, u.office.municipality, func(tx *storage.Tx) error {
		mine := 0
		for rec, err := range uploads.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if rec.Value.Who == who && rec.Value.Preview != nil {
				mine++
			}
		}
		if mine >= maxPerPerson {
			return apperr.New(apperr.Invalid, "You have %d files waiting. Apply or discard some first.", mine).In("uploads.too_many", map[string]any{"N": mine})
		}
		up.At, up.Alive = u.now(), u.now()
		return uploads.Put(tx, &storage.Record[Upload]{ID: id, Value: up})
	})
	if err != nil {
		return "", err
	}
	u.start(id, UploadReading)
	return id, nil
}

// keep writes an upload to its folder.
func keep(folder, name string, body io.Reader) (n int64, err error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return 0, err
	}
	f, err := os.OpenFile(filepath.Join(folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(f, io.LimitReader(body, MaxUploadBytes+1))
	if err = errors.Join(err, f.Close()); err == nil && n > MaxUploadBytes {
		err = apperr.New(apperr.TooLarge, "The file is larger than %d MB.", MaxUploadBytes>>20).In("uploads.too_large", map[string]any{"MB": MaxUploadBytes >> 20})
	}
	return n, err
}

// uploadName is the last part of a file's name as browsers send it, without what
// a file system or a reader could trip over, and without identity numbers.
func uploadName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"|?*`, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, importers.Scrub(name))
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	for len(name) > 150 { // keeps the extension
		_, size := utf8.DecodeRuneInString(name)
		name = name[size:]
	}
	if strings.EqualFold(name, errorsFile) {
		name = "_" + name
	}
	return name
}

// Upload returns how an upload stands. Work that ended with its process has
// failed. Errors: NotFound.
func (u *Uploads) Upload(ctx context.Context, id string) (up Upload, err error) {
	err = u.office.db.View(ctx, u.office.municipality, func(tx *storage.Tx) error {
		rec, err := uploads.Get(tx, id)
		if up = rec.Value; err != nil || !up.working() || u.now().Sub(up.Alive) <= uploadLost {
			return err
		}
		return up.interrupted(tx)
	})
	if err != nil || !up.working() || u.now().Sub(up.Alive) <= uploadLost {
		return up, err
	}
	if _, parts, err := u.office.db.Completing(ctx, u.office.municipality); err != nil || parts > 0 {
		return up, err // it may be this one: it is going in
	}
	up.State, up.Failure = UploadFailed, &UploadFailure{Code: apperr.Unavailable, Key: "uploads.interrupted",
		Message: "The work was interrupted. Nothing was changed. Upload the file again."}
	return up, nil
}

// interrupted finds out whether an import that ended with its process went
// through all the same.
func (up *Upload) interrupted(tx *storage.Tx) error {
	if up.Import == "" {
		return nil
	}
	rec, err := Imports.Get(tx, up.Import)
	if apperr.CodeOf(err) == apperr.NotFound {
		return nil
	}
	if err == nil {
		up.State, up.Summary, up.Preview, up.Failure = UploadApplied, &rec.Value.Summary, nil, nil
	}
	return err
}

func (up *Upload) working() bool { return up.State == UploadReading || up.State == UploadApplying }

// Progress returns how many rows the work on an upload has done: to the last one
// where this process does it, else as was last written down; 0 of 0 where that is
// not known.
func (u *Uploads) Progress(id string, up *Upload) (done, total int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if at := u.at[id]; at != nil {
		return at[0], at[1]
	}
	return up.Done, up.Total
}

// Choose reads an upload anew with what the user knows better. Errors: NotFound,
// Conflict where it is being worked on or done with.
func (u *Uploads) Choose(ctx context.Context, id string, choice UploadChoice) error {
	err := u.change(ctx, id, func(up *Upload) error {
		if up.State != UploadReady && up.State != UploadFailed || !u.reachable(up) {
			return errUploadBusy()
		}
		up.State, up.Choice, up.Failure, up.Done, up.Total = UploadReading, choice, nil, 0, 0
		return nil
	})
	if err == nil {
		u.startHere(ctx, id, UploadReading)
	}
	return err
}

// Apply begins the import of an upload whose preview was seen. Errors: NotFound,
// Conflict where it is being worked on or done with.
func (u *Uploads) Apply(ctx context.Context, id, who string) error {
	err := u.change(ctx, id, func(up *Upload) error {
		if up.State != UploadReady || !u.reachable(up) {
			return errUploadBusy()
		}
		up.State, up.Who, up.Import, up.Done, up.Total = UploadApplying, who, rand.Text(), 0, 0
		return nil
	})
	if err == nil {
		u.startHere(ctx, id, UploadApplying)
	}
	return err
}

// Discard forgets an upload and its file. Errors: Conflict while it is applied.
func (u *Uploads) Discard(ctx context.Context, id string) error {
	var dir string
	err := u.office.db.Update(ctx, u.office.municipality, func(tx *storage.Tx) error {
		rec, err := uploads.Get(tx, id)
		switch {
		case err != nil:
			return err
		case rec.Value.State == UploadApplying && u.now().Sub(rec.Value.Alive) <= uploadLost:
			return errUploadBusy()
		}
		dir = rec.Value.Dir
		if err := dropWorkbook(tx, dir); err != nil {
			return err
		}
		return uploads.Delete(tx, id, rec.Version)
	})
	if err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(u.dir, dir))
}

func errUploadBusy() error {
	return apperr.New(apperr.Conflict, "The file is being worked on, or is done with. Look at it again.").In("uploads.busy", nil)
}

// has reports whether the file is on this machine.
func (u *Uploads) has(up *Upload) bool {
	_, err := os.Stat(u.path(up))
	return err == nil
}

func (u *Uploads) path(up *Upload) string { return filepath.Join(u.dir, up.Dir, up.File) }

// ErrorWorkbook returns the path of the user's own sheets with the problems
// marked. Errors: NotFound where there is none on this machine any more.
func (u *Uploads) ErrorWorkbook(ctx context.Context, id string) (path string, err error) {
	up, err := u.Upload(ctx, id)
	if err != nil {
		return "", err
	}
	path = filepath.Join(u.dir, up.Dir, errorsFile)
	if _, err := os.Stat(path); err != nil && up.Errors {
		if err := u.fetchWorkbook(ctx, up.Dir, path); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat(path); err != nil || !up.Errors {
		return "", apperr.New(apperr.NotFound, "The error workbook is no longer kept. Upload the file again.").In("uploads.no_errors", nil)
	}
	return path, nil
}

// change changes an upload's document.
func (u *Uploads) change(ctx context.Context, id string, fn func(*Upload) error) error {
	return u.office.db.Update(ctx, u.office.municipality, func(tx *storage.Tx) error {
		rec, err := uploads.Get(tx, id)
		if err != nil {
			return err
		}
		if err := fn(&rec.Value); err != nil {
			return err
		}
		rec.Value.Alive = u.now()
		return uploads.Put(tx, &rec)
	})
}

func (u *Uploads) now() time.Time { return u.office.now().UTC() }
