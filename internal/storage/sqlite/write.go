package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/boligklar/boligklar/internal/storage"
)

// NextSeq takes the municipality's next sequence number. The transaction holds
// the file's one write lock, so numbers become visible in their order.
func (s *session) NextSeq(ctx context.Context) (seq int64, err error) {
	err = s.c.row(context.WithoutCancel(ctx), `INSERT INTO sequences (municipality, seq, purged) VALUES (?, 1, 0)
		ON CONFLICT (municipality) DO UPDATE SET seq = seq + 1 RETURNING seq`, s.municipality).Scan(&seq)
	return seq, err
}

// Apply writes documents in the order given.
func (s *session) Apply(ctx context.Context, writes []storage.Write) error {
	ctx = context.WithoutCancel(ctx)
	for len(writes) > 0 {
		n := 0
		for n < len(writes) && writes[n].Expect == 0 {
			n++
		}
		if n > 0 {
			if err := s.create(ctx, writes[:n]); err != nil {
				return err
			}
			writes = writes[n:]
			continue
		}
		if err := s.replace(ctx, &writes[0]); err != nil {
			return err
		}
		writes = writes[1:]
	}
	return nil
}

// inserts are the sizes of INSERT statements, the largest first: one statement
// for many rows costs a good deal less than one for each.
var inserts = []int{64, 8, 1}

// insertText is the statement for n new documents. OR FAIL keeps the rows before
// one that breaks a key, so that SQLite need not keep what it would take to undo
// the statement; the transaction is undone as a whole anyway.
func insertText(n int) string {
	const row = "(?, ?, ?, ?, ?, ?, ?)"
	return "INSERT OR FAIL INTO documents (municipality, collection, id, version, seq, deleted, body) VALUES " +
		strings.Repeat(row+", ", n-1) + row
}

var insertTexts = func() map[int]string {
	m := map[int]string{}
	for _, n := range inserts {
		m[n] = insertText(n)
	}
	return m
}()

// create inserts new documents.
func (s *session) create(ctx context.Context, writes []storage.Write) error {
	args := make([]any, 0, 7*inserts[0])
	for len(writes) > 0 {
		n := inserts[0]
		for _, n = range inserts {
			if n <= len(writes) {
				break
			}
		}
		args = args[:0]
		for i := range writes[:n] {
			w := &writes[i]
			args = append(args, s.municipality, w.Collection, w.ID, w.Version, w.Seq, w.DeletedAt, text(w.Body))
		}
		_, err := s.c.exec(ctx, insertTexts[n], args...)
		if err != nil {
			if n, err = s.resume(ctx, writes[:n], err); err != nil {
				return err
			}
		}
		writes = writes[n:]
	}
	return nil
}

// resume goes on after an INSERT that failed: it finds the document that could
// not be inserted and puts it in the place of a tombstone with its ID, if that
// is what stood in the way. It returns how many documents are now written.
func (s *session) resume(ctx context.Context, writes []storage.Write, failed error) (int, error) {
	key, ok := broken(failed)
	if !ok {
		return 0, failed
	}
	var n int
	if err := s.c.row(ctx, `SELECT changes()`).Scan(&n); err != nil {
		return 0, err
	}
	if n >= len(writes) {
		return 0, failed
	}
	w := &writes[n]
	err := s.c.row(ctx, `UPDATE documents SET version = version + 1, seq = ?, deleted = 0, body = ?
		WHERE municipality = ? AND collection = ? AND id = ? AND deleted > 0 RETURNING version`,
		w.Seq, text(w.Body), s.municipality, w.Collection, w.ID).Scan(&w.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, storage.Taken(w.Collection, key, w.ID)
	}
	if key, ok := broken(err); ok {
		return 0, storage.Taken(w.Collection, key, w.ID)
	}
	return n + 1, err
}

// replace writes a new version of a document, or its tombstone.
func (s *session) replace(ctx context.Context, w *storage.Write) error {
	n, err := s.c.exec(ctx, `UPDATE documents SET version = ?, seq = ?, deleted = ?, body = ?
		WHERE municipality = ? AND collection = ? AND id = ? AND version = ? AND deleted = 0`,
		w.Version, w.Seq, w.DeletedAt, text(w.Body), s.municipality, w.Collection, w.ID, w.Expect)
	if key, ok := broken(err); ok {
		return storage.Taken(w.Collection, key, w.ID)
	}
	if err == nil && n == 0 {
		err = storage.Stale(w.Collection, w.ID)
	}
	return err
}

// text returns a body as the text that SQLite's JSON functions read.
func text(body []byte) any {
	if body == nil {
		return nil
	}
	return string(body)
}

// Purge removes the oldest tombstones made before a time in Unix milliseconds.
// Those of one transaction go together, so it may be some more than limit.
func (s *session) Purge(ctx context.Context, before int64, limit int) (int, error) {
	const which = ` FROM documents WHERE municipality = ? AND deleted > 0 AND deleted < ?`
	var highest sql.NullInt64
	err := s.c.row(ctx, "SELECT max(seq) FROM (SELECT seq"+which+" ORDER BY seq LIMIT ?)", s.municipality, before, limit).Scan(&highest)
	if err != nil || !highest.Valid {
		return 0, err
	}
	if _, err := s.c.exec(ctx, `UPDATE sequences SET purged = max(purged, ?) WHERE municipality = ?`, highest.Int64, s.municipality); err != nil {
		return 0, err
	}
	n, err := s.c.exec(ctx, "DELETE"+which+" AND seq <= ?", s.municipality, before, highest.Int64)
	return int(n), err
}
