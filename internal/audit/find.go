package audit

import (
	"context"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
)

// Filter says which lines of the trail to read. What is zero does not limit.
type Filter struct {
	Register string // with or without Key
	Key      string // only with Register
	Who      string
	From, To time.Time // [From, To)
	After    string    // Page.Next of the page before
	Limit    int       // of a page; 0 is 50
}

// Line is an entry with its time.
type Line struct {
	Entry
	At time.Time
}

// Page is a part of the trail, the newest line first.
type Page struct {
	Lines []Line
	Next  string // for Filter.After; "" on the last page
}

// Find reads a page of the trail; what waits to be written is written first.
// Errors: Invalid for an After that is no place in this list, and those of the
// store.
func (l *Log) Find(ctx context.Context, f Filter) (Page, error) {
	if err := l.Flush(ctx); err != nil {
		return Page{}, err
	}
	q := storage.Query{Sort: "at", Desc: true, After: storage.Cursor(f.After), Limit: f.Limit}
	if q.Limit == 0 {
		q.Limit = 50
	}
	for _, c := range []struct{ path, value string }{{"register", f.Register}, {"key", f.Key}, {"who", f.Who}} {
		if c.value != "" {
			q.Where = append(q.Where, storage.Eq(c.path, c.value))
		}
	}
	if !f.From.IsZero() {
		q.Where = append(q.Where, storage.Ge("at", f.From.UnixMilli()))
	}
	if !f.To.IsZero() {
		q.Where = append(q.Where, storage.Lt("at", f.To.UnixMilli()))
	}
	var page Page
	err := l.db.View(ctx, l.cfg.Municipality, func(tx *storage.Tx) error {
		recs, next, err := lines.Page(tx, q)
		if err != nil {
			return err
		}
		page = Page{Next: string(next)}
		for _, rec := range recs {
			page.Lines = append(page.Lines, Line{rec.Value.Entry, time.UnixMilli(rec.Value.At)})
		}
		return nil
	})
	return page, err
}

// Purge removes a municipality's lines from before a time, whose retention has
// run out, and returns their number. It is done in pieces, so that it holds
// nobody up. Errors are those of the store.
func Purge(ctx context.Context, db *storage.DB, municipality string, before time.Time) (int, error) {
	const piece = 1000
	for total := 0; ; {
		n := 0
		err := db.Update(ctx, municipality, func(tx *storage.Tx) error {
			n = 0
			old := storage.Query{Where: []storage.Cond{storage.Lt("at", before.UnixMilli())}, Sort: "at", Limit: piece}
			var recs []storage.Record[line]
			for rec, err := range lines.Find(tx, old) {
				if err != nil {
					return err
				}
				recs = append(recs, rec)
			}
			for _, rec := range recs {
				if err := lines.Delete(tx, rec.ID, rec.Version); err != nil {
					return err
				}
			}
			n = len(recs)
			return nil
		})
		total += n
		if err != nil || n < piece {
			return total, err
		}
	}
}
