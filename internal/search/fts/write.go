package fts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/search"
)

// Apply takes a batch in one transaction with its position.
func (e *Engine) Apply(ctx context.Context, b search.Batch) error {
	e.mu.RLock()
	err := e.apply(ctx, b)
	e.mu.RUnlock()
	if err != nil {
		return unavailable(err)
	}
	return unavailable(e.refresh(ctx))
}

func (e *Engine) apply(ctx context.Context, b search.Batch) error {
	if e.db == nil {
		return search.ErrMoved
	}
	return transaction(ctx, e.db, func(tx *sql.Tx) error {
		at, err := meta(ctx, tx, "position")
		if err != nil {
			return err
		}
		if at != b.From {
			return search.ErrMoved
		}
		if err := write(ctx, tx, b.Put, b.Delete); err != nil {
			return err
		}
		return setMeta(ctx, tx, "position", b.To)
	})
}

func transaction(ctx context.Context, db *sql.DB, fn func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// write puts and deletes documents, each under the number of this step, so that
// every process finds what is new to it.
func write(ctx context.Context, tx *sql.Tx, put []search.Document, gone []string) error {
	at, err := meta(ctx, tx, "step")
	if err != nil {
		return err
	}
	step, err := strconv.Atoi(at)
	if err != nil {
		return err
	}
	step++
	rows := make([]int, len(put))
	doc, err := tx.PrepareContext(ctx, `INSERT INTO docs (id, step, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET step = ?2, body = ?3 RETURNING row`)
	if err != nil {
		return err
	}
	defer func() { _ = doc.Close() }()
	for i := range put {
		body, err := json.Marshal(&put[i])
		if err != nil {
			return err
		}
		if err := doc.QueryRowContext(ctx, put[i].ID, step, string(body)).Scan(&rows[i]); err != nil {
			return err
		}
	}
	// After all of the documents: RETURNING opens a savepoint, and at each one
	// FTS5 writes down what it has gathered.
	text, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO words (rowid, ref, address, landlord, notes) VALUES (?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { _ = text.Close() }()
	for i := range put {
		column := func(c search.Column) string { return strings.Join(put[i].Words(c), " ") }
		if _, err := text.ExecContext(ctx, rows[i], column(search.ColRef), column(search.ColAddress), column(search.ColLandlord), column(search.ColNotes)); err != nil {
			return err
		}
	}
	for _, id := range gone {
		var row int
		switch err := tx.QueryRowContext(ctx, `UPDATE docs SET step = ?2, body = NULL WHERE id = ?1 RETURNING row`, id, step).Scan(&row); {
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM words WHERE rowid = ?`, row); err != nil {
			return err
		}
	}
	return setMeta(ctx, tx, "step", strconv.Itoa(step))
}

// Rebuild fills a file beside the one in use and renames it when it is whole.
func (e *Engine) Rebuild(ctx context.Context, settings string, fill func(add func([]search.Document) error) (string, error)) error {
	all, err := e.editions()
	if err != nil {
		return err
	}
	next := 1
	if len(all) > 0 {
		next = all[len(all)-1] + 1
	}
	unfinished := e.path(next) + "." + strconv.Itoa(os.Getpid()) + ".new"
	_ = os.Remove(unfinished) // left by a process of the same number that was killed
	defer func() { _ = os.Remove(unfinished) }()
	if err := e.build(ctx, unfinished, settings, fill); err != nil {
		return unavailable(err)
	}
	if err := os.Rename(unfinished, e.path(next)); err != nil {
		return unavailable(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return unavailable(e.adopt(ctx))
}

func (e *Engine) build(ctx context.Context, path, settings string, fill func(add func([]search.Document) error) (string, error)) (err error) {
	db, err := e.open(path, "journal_mode(OFF)", "synchronous(OFF)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	return transaction(ctx, db, func(tx *sql.Tx) error {
		for _, kv := range [][2]string{{"step", "0"}, {"settings", settings}, {"position", ""}} {
			if err := setMeta(ctx, tx, kv[0], kv[1]); err != nil {
				return err
			}
		}
		position, err := fill(func(documents []search.Document) error { return write(ctx, tx, documents, nil) })
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO words (words) VALUES ('optimize')`); err != nil {
			return err
		}
		return setMeta(ctx, tx, "position", position)
	})
}
