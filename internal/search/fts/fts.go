// Package fts is the embedded search engine: SQLite FTS5 in files of its own,
// so that indexing never waits for the store and a rebuild is a rename.
//
// Free text (reference, address, landlord, notes) lies in an FTS5 table, whose
// postings are read through fts5vocab. What has few values (type, place, every
// filter) lies in bit sets in memory, which also count the facets. Words are
// folded in Go before they go in, for FTS5 takes no tokenizer of ours.
package fts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/search"
	_ "modernc.org/sqlite" // registers the driver
)

// Engine is the index of one municipality. Each edition of it is a file
// MUNICIPALITY-NUMBER.db in the folder; the highest number is in use.
type Engine struct {
	dir, municipality string

	mu      sync.RWMutex
	db      *sql.DB // nil before the first index
	edition int
	looked  time.Time // when the folder was last read
	mem     *memory
	mem2    sync.Mutex // one reader of changes at a time
	cache   postings
}

var _ search.Engine = (*Engine)(nil)

const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE docs (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, step INTEGER NOT NULL, body TEXT);
CREATE INDEX docs_step ON docs (step);
CREATE VIRTUAL TABLE words USING fts5 (ref, address, landlord, notes, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, 'row');
CREATE VIRTUAL TABLE instances USING fts5vocab (words, 'instance');
`

// textColumns are the columns that FTS5 holds, under their names there.
var textColumns = map[string]search.Column{"ref": search.ColRef, "address": search.ColAddress, "landlord": search.ColLandlord, "notes": search.ColNotes}

// Open opens the newest index in the folder, if there is one; the index needs
// no store, and a damaged one is thrown away. Errors: apperr.Unavailable where
// the folder cannot be used.
func Open(ctx context.Context, dir, municipality string) (*Engine, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, apperr.Wrap(err, apperr.Unavailable, "The folder of the search index cannot be made.")
	}
	e := &Engine{dir: dir, municipality: municipality}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e, e.adopt(ctx)
}

// Name says which engine it is.
func (e *Engine) Name() string { return "fts" }

// Close releases the files.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.drop()
}

func (e *Engine) drop() error {
	if e.db == nil {
		return nil
	}
	err := e.db.Close()
	e.db, e.mem, e.edition = nil, nil, 0
	e.cache.clear()
	return err
}

func (e *Engine) path(edition int) string {
	return filepath.Join(e.dir, fmt.Sprintf("%s-%06d.db", e.municipality, edition))
}

// editions lists the numbers of the finished indexes, ascending.
func (e *Engine) editions() ([]int, error) {
	files, err := os.ReadDir(e.dir)
	if err != nil {
		return nil, apperr.Wrap(err, apperr.Unavailable, "The folder of the search index cannot be read.")
	}
	var out []int
	for _, f := range files {
		name, ok := strings.CutPrefix(f.Name(), e.municipality+"-")
		if number, isDB := strings.CutSuffix(name, ".db"); ok && isDB {
			if n, err := strconv.Atoi(number); err == nil {
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// adopt turns to the newest edition, where it is not in use yet. The caller
// holds the lock.
func (e *Engine) adopt(ctx context.Context) error {
	all, err := e.editions()
	if err != nil || len(all) == 0 {
		return errors.Join(err, e.drop())
	}
	e.looked = time.Now()
	newest := all[len(all)-1]
	if newest == e.edition {
		return nil
	}
	db, err := e.open(e.path(newest))
	if err != nil {
		return err
	}
	mem, err := load(ctx, db)
	if err != nil {
		_ = db.Close() // nothing was written
		if ctx.Err() != nil {
			return ctx.Err()
		}
		e.remove(newest)
		return e.adopt(ctx)
	}
	if err := e.drop(); err != nil {
		return err
	}
	e.db, e.mem, e.edition = db, mem, newest
	for _, old := range all[:len(all)-1] {
		e.remove(old)
	}
	return nil
}

// remove deletes an edition. Another process may still read it, or hold it on
// systems that do not let go: the next one tries again.
func (e *Engine) remove(edition int) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(e.path(edition) + suffix)
	}
}

func (e *Engine) open(path string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append([]string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "cache_size(-16000)", "temp_store(MEMORY)"}, pragmas...), "_txlock": {"immediate"}}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") {
		abs = "/" + abs
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: abs}).EscapedPath()+"?"+q.Encode())
	if err == nil {
		db.SetMaxIdleConns(4)
	}
	return db, err
}

// State returns where the index stands. It also turns to a newer edition that
// another process has built.
func (e *Engine) State(ctx context.Context) (search.State, error) {
	e.mu.Lock()
	err := e.adopt(ctx)
	e.mu.Unlock()
	if err != nil {
		return search.State{}, unavailable(err)
	}
	if err := e.refresh(ctx); err != nil {
		return search.State{}, unavailable(err)
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.db == nil {
		return search.State{}, nil
	}
	s := search.State{Count: e.mem.alive.count()}
	if s.Position, err = meta(ctx, e.db, "position"); err == nil {
		s.Settings, err = meta(ctx, e.db, "settings")
	}
	return s, unavailable(err)
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func meta(ctx context.Context, db querier, key string) (value string, err error) {
	err = db.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = ?`, key).Scan(&value)
	return value, err
}

func setMeta(ctx context.Context, tx *sql.Tx, key, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2`, key, value)
	return err
}

// unavailable gives an engine's fault the code that lets callers do without.
func unavailable(err error) error {
	if err == nil || apperr.CodeOf(err) != apperr.Internal || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return apperr.Wrap(err, apperr.Unavailable, "The search index does not answer.").In("search.down", nil)
}
