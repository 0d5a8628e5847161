// Package sqlite is the embedded storage engine: one SQLite file, through a
// driver that is pure Go.
//
// All documents are rows of one table, so that the feed is one ordered scan of
// an index on (municipality, seq, collection, id) and a transaction spans
// collections by itself. A collection's indexes are partial indexes on
// expressions over the JSON body. Writes go through one connection, reads
// through a pool of read-only ones that never wait for them (WAL).
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"

	_ "modernc.org/sqlite" // registers the driver
)

const (
	busyTimeout = 15 * time.Second // how long to wait for another process that writes
	maxReaders  = 32               // connections that read at once; more wait
	idleReaders = 8                // connections kept open
)

// Backend is a store in one SQLite file.
type Backend struct {
	path    string
	write   *sql.DB
	read    *sql.DB
	writer  chan *conn // holds the one writer while nobody uses it
	readers chan *conn // idle readers
	slots   chan struct{}
	closed  chan struct{}
	paths   atomic.Pointer[map[string][][]string] // of each index, by collection
}

var _ storage.Backend = (*Backend)(nil)

// Open opens the store at path, making the file and its folder where they are
// missing, readable by their owner alone. Several processes may have it open on
// one machine; a network drive will not do. Errors: apperr.Unreadable for a file
// that is damaged or not a store, apperr.Unavailable where the file cannot be
// opened.
func Open(ctx context.Context, path string) (*Backend, error) {
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	b := &Backend{
		path:    abs,
		writer:  make(chan *conn, 1),
		readers: make(chan *conn, idleReaders),
		slots:   make(chan struct{}, maxReaders),
		closed:  make(chan struct{}),
	}
	if b.write, err = sql.Open("sqlite", dsn(abs, "rw",
		"synchronous(FULL)", "cache_size(-32000)",
		"temp_store(MEMORY)", // statement journals of batches
		"journal_size_limit(67108864)")); err != nil {
		return nil, err
	}
	if b.read, err = sql.Open("sqlite", dsn(abs, "ro", "query_only(1)", "cache_size(-8000)")); err != nil {
		return nil, err
	}
	b.write.SetMaxOpenConns(1)
	c, err := open(ctx, b.write)
	if err == nil {
		err = useWAL(ctx, c)
	}
	if err != nil {
		err = b.explain(ctx, err)
		if c != nil {
			c.close()
		}
		return nil, errors.Join(err, b.write.Close(), b.read.Close())
	}
	b.writer <- c
	return b, nil
}

// useWAL turns to the write-ahead log, which the file remembers. It stands apart
// from the other settings because it writes, and must not write to a file that
// belongs to another program.
func useWAL(ctx context.Context, c *conn) error {
	if _, err := layoutVersion(ctx, c); err != nil {
		return err
	}
	var mode string
	for deadline := time.Now().Add(busyTimeout); ; {
		err := c.row(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode)
		if err == nil {
			break
		}
		if !busy(err) || time.Now().After(deadline) {
			return err
		}
		select { // SQLite itself does not wait here for another process that makes the same file
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if mode != "wal" {
		return apperr.New(apperr.Unavailable, "The data folder cannot hold a store: its drive does not share memory between programs. Use a folder on a local disk.")
	}
	return nil
}

// dsn returns the driver's name for a file. Settings stand in it so that every
// connection has them; the time to wait for locks comes first, since the other
// settings may have to wait for one.
func dsn(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds())}}
	q["_pragma"] = append(q["_pragma"], pragmas...)
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// prepareFile makes the file and its folder, and refuses what is no SQLite file.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return apperr.Wrap(err, apperr.Unavailable, "The data folder cannot be made. Check the path and who may write there.")
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // SQLite gives its other files the same mode
	if err != nil {
		return apperr.Wrap(err, apperr.Unavailable, "The store cannot be opened. Check that %s is a file that this user may read and write.", filepath.Base(path))
	}
	defer func() { _ = f.Close() }() // at most made, never written
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	switch n, err := io.ReadFull(f, head); {
	case n == 0 && err == io.EOF: // new
		return nil
	case err != nil && err != io.ErrUnexpectedEOF:
		return apperr.Wrap(err, apperr.Unavailable, "The store cannot be read. Check the disk.")
	case string(head[:n]) != magic:
		return apperr.New(apperr.Unreadable, "%s is not a Boligklar store. Name another data folder, or put the store back from a backup.", filepath.Base(path))
	}
	return nil
}

// Close waits for running transactions and closes the file. A second call does
// nothing.
func (b *Backend) Close() error {
	w, ok := <-b.writer
	if !ok {
		return nil
	}
	close(b.closed)
	for range maxReaders {
		b.slots <- struct{}{}
	}
	close(b.readers)
	for c := range b.readers {
		c.close()
	}
	err := b.read.Close()
	w.close()
	close(b.writer)
	return errors.Join(err, b.write.Close())
}

// Municipalities lists every municipality that has a feed, in ascending order.
func (b *Backend) Municipalities(ctx context.Context) (out []string, err error) {
	err = b.reading(ctx, func(c *conn) error {
		rows, err := c.query(ctx, `SELECT municipality FROM sequences ORDER BY municipality`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var m string
			if err := rows.Scan(&m); err != nil {
				return err
			}
			out = append(out, m)
		}
		return rows.Err()
	})
	return out, err
}

// Hints looks every quarter of a second whether anyone has committed, which
// SQLite tells without touching the disk.
func (b *Backend) Hints(_ func() []string, notify func(municipality string)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := open(ctx, b.read)
		if err != nil {
			return // no hints, then; readers look now and then anyway
		}
		defer c.close()
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		var last int64
		for {
			var v int64
			if err := c.row(ctx, `PRAGMA data_version`).Scan(&v); err == nil && v != last {
				if last != 0 {
					notify("")
				}
				last = v
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}
