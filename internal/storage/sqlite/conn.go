package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// maxStatements bounds the prepared statements of a connection. Programs use far
// fewer; the bound is against ever new shapes of query.
const maxStatements = 200

// conn is one connection with its prepared statements.
type conn struct {
	sql   *sql.Conn
	stmts map[string]*sql.Stmt
	rows  map[string]*sql.Rows // being read, by statement: the driver cannot run one twice at once
}

// open takes a connection from a pool for good.
func open(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c, map[string]*sql.Stmt{}, map[string]*sql.Rows{}}, nil
}

func (c *conn) close() {
	c.forget()
	_ = c.sql.Close() // gives it back to a pool that is closed with its own error
}

// forget closes the prepared statements that nobody reads from.
func (c *conn) forget() {
	for text, s := range c.stmts {
		if c.rows[text] == nil {
			_ = s.Close()
			delete(c.stmts, text)
		}
	}
}

func (c *conn) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if s, ok := c.stmts[text]; ok {
		return s, nil
	}
	s, err := c.sql.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= maxStatements {
		c.forget()
	}
	c.stmts[text] = s
	return s, nil
}

func (c *conn) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// stream is query for rows that are read while other statements run, perhaps the
// same one. done ends it.
func (c *conn) stream(ctx context.Context, text string, args ...any) (rows *sql.Rows, done func(), err error) {
	if c.rows[text] != nil {
		rows, err = c.sql.QueryContext(ctx, text, args...)
		return rows, func() { _ = rows.Close() }, err
	}
	if rows, err = c.query(ctx, text, args...); err != nil {
		return nil, nil, err
	}
	c.rows[text] = rows
	return rows, func() {
		_ = rows.Close() // an error of reading comes from rows.Err
		if c.rows[text] == rows {
			delete(c.rows, text)
		}
	}, nil
}

// row is one row that is still to be scanned.
type row struct {
	*sql.Row
	err error
}

// Scan copies the row's columns. It returns sql.ErrNoRows where there is none.
func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.Row.Scan(dest...)
}

func (c *conn) row(ctx context.Context, text string, args ...any) row {
	s, err := c.prepare(ctx, text)
	if err != nil {
		return row{nil, err}
	}
	return row{s.QueryRowContext(ctx, args...), nil}
}

func (c *conn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	s, err := c.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// transaction runs fn between begin and COMMIT, and ROLLBACK where fn fails or
// panics or the context has ended.
func (c *conn) transaction(ctx context.Context, begin string, fn func() error) error {
	if _, err := c.exec(ctx, begin); err != nil {
		return err
	}
	still := context.WithoutCancel(ctx) // the end of a transaction is not to be cut short
	committed := false
	defer func() {
		for _, rows := range c.rows { // of an iterator that somebody left half read
			_ = rows.Close()
		}
		clear(c.rows)
		if !committed { // it may have been rolled back already, by SQLite itself
			_, _ = c.sql.ExecContext(still, "ROLLBACK")
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := c.exec(still, "COMMIT"); err != nil {
		return err
	}
	committed = true
	return nil
}

var errClosed = errors.New("sqlite: the store is closed")

// writing runs fn with the writer, alone in this process.
func (b *Backend) writing(ctx context.Context, fn func(*conn) error) error {
	select {
	case c, ok := <-b.writer:
		if !ok {
			return errClosed
		}
		defer func() { b.writer <- c }()
		return b.explain(ctx, c.transaction(ctx, "BEGIN IMMEDIATE", func() error { return fn(c) }))
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reading runs fn with a reader, in one snapshot.
func (b *Backend) reading(ctx context.Context, fn func(*conn) error) error {
	select {
	case b.slots <- struct{}{}:
	case <-b.closed:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-b.slots }()
	var c *conn
	select {
	case <-b.closed:
		return errClosed
	default:
	}
	select {
	case c = <-b.readers:
	default:
		var err error
		if c, err = open(ctx, b.read); err != nil {
			return b.explain(ctx, err)
		}
	}
	defer func() {
		select {
		case b.readers <- c:
		default:
			c.close()
		}
	}()
	return b.explain(ctx, c.transaction(ctx, "BEGIN", func() error {
		var n int // a first read, which fixes the snapshot
		if err := c.row(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = ''`).Scan(&n); err != nil {
			return err
		}
		return fn(c)
	}))
}

func (b *Backend) session(c *conn, municipality string) *session {
	s := &session{c: c, municipality: municipality}
	if m := b.paths.Load(); m != nil {
		s.paths = *m
	}
	return s
}

// View runs fn with a consistent snapshot of one municipality.
func (b *Backend) View(ctx context.Context, municipality string, fn func(storage.Reader) error) error {
	return b.reading(ctx, func(c *conn) error { return fn(b.session(c, municipality)) })
}

// Update runs fn in one transaction, once.
func (b *Backend) Update(ctx context.Context, municipality string, fn func(storage.Writer) error) error {
	return b.writing(ctx, func(c *conn) error { return fn(b.session(c, municipality)) })
}

// explain gives an engine's error the code and the sentence for people. Errors
// that have a code, and those that are not the engine's, stay as they are.
func (b *Backend) explain(ctx context.Context, err error) error {
	e, ok := errors.AsType[*driver.Error](err)
	if _, coded := errors.AsType[*apperr.Error](err); !ok || coded {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_ABORT:
		if ctx.Err() != nil {
			return ctx.Err()
		}
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return apperr.Wrap(err, apperr.Unreadable, "The store is damaged. Stop the program, keep a copy of the data folder, and put the store back from the latest backup.")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return apperr.Wrap(err, apperr.Unavailable, "Another program is using the store. Try again in a moment.")
	case sqlite3.SQLITE_FULL:
		return apperr.Wrap(err, apperr.Unavailable, "The disk is full. Make room and try again; nothing was changed.")
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return apperr.Wrap(err, apperr.Unavailable, "The store cannot be read or written. Check the disk, and who may write in the data folder.")
	}
	return err
}

// busy tells whether another process stood in the way.
func busy(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// broken returns the unique key that err says is taken.
func broken(err error) (key string, ok bool) {
	e, is := errors.AsType[*driver.Error](err)
	if !is || e.Code()&0xff != sqlite3.SQLITE_CONSTRAINT {
		return "", false
	}
	if _, name, found := strings.Cut(e.Error(), "index 'u:"); found { // of a key: it stands on an expression
		name, _, _ = strings.Cut(name, "'")
		_, key, _ = strings.Cut(name, ":")
		return key, true
	}
	return storage.IDKey, strings.Contains(e.Error(), "documents.id")
}
