package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
)

const (
	flushEvery = time.Second
	flushTime  = 10 * time.Second // that the store may take for a batch
	batchSize  = 500              // looks that are written without waiting for the next second
	maxWaiting = 50_000           // looks that are kept while the store does not answer
)

// Config says whose trail it is.
type Config struct {
	Municipality string
	Now          func() time.Time // nil: time.Now
	Logger       *slog.Logger     // nil: slog.Default()
}

// Log is the trail of one municipality. It is safe for use by several
// goroutines at once.
type Log struct {
	db  *storage.DB
	cfg Config

	mu      sync.Mutex
	waiting []line
	known   map[look]bool // what waits, so that a page that loads itself anew is one line

	full  chan struct{} // there is a batch to write
	end   chan struct{}
	ended chan struct{}
	once  sync.Once
}

// look is what makes two looks the same.
type look struct{ who, what, register, key string }

// Start returns the trail on a store that was opened with Collections, and what
// stops it: stop writes what waits and returns when that is done or the context
// has ended. Call it before the store is closed.
func Start(db *storage.DB, cfg Config) (l *Log, stop func(context.Context) error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	l = &Log{db: db, cfg: cfg, known: map[look]bool{},
		full: make(chan struct{}, 1), end: make(chan struct{}), ended: make(chan struct{})}
	go l.run()
	return l, l.stop
}

// Looked notes that somebody saw records, without waiting for the store. It is
// written within a second, and at the latest when the log is stopped. The same
// look again within that second is one line.
func (l *Log) Looked(entries ...Entry) {
	at := l.cfg.Now().UnixMilli()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range entries {
		id := look{e.Who, e.What, e.Register, e.Key}
		if l.known[id] {
			continue
		}
		l.known[id] = true
		l.waiting = append(l.waiting, line{e, at})
	}
	if len(l.waiting) >= batchSize {
		select {
		case l.full <- struct{}{}:
		default:
		}
	}
}

// Flush writes what waits. Errors are those of the store; what could not be
// written goes on waiting.
func (l *Log) Flush(ctx context.Context) error {
	l.mu.Lock()
	batch := l.waiting
	l.waiting = nil
	clear(l.known)
	l.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	err := l.db.Update(ctx, l.cfg.Municipality, func(tx *storage.Tx) error {
		for _, entry := range batch {
			if err := lines.Put(tx, &storage.Record[line]{Value: entry}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.mu.Lock()
		l.waiting = append(batch, l.waiting...)
		if over := len(l.waiting) - maxWaiting; over > 0 { // memory is finite
			l.waiting = l.waiting[over:]
			l.cfg.Logger.Error("the audit trail has lost looks: the store does not take them", "lost", over)
		}
		l.mu.Unlock()
	}
	return err
}

func (l *Log) run() {
	defer close(l.ended)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.end:
			return
		case <-tick.C:
		case <-l.full:
		}
		ctx, cancel := context.WithTimeout(context.Background(), flushTime)
		if err := l.Flush(ctx); err != nil {
			l.cfg.Logger.Error("the audit trail could not be written; it is tried again", "error", err.Error())
		}
		cancel()
	}
}

func (l *Log) stop(ctx context.Context) error {
	l.once.Do(func() { close(l.end) })
	<-l.ended
	return l.Flush(ctx)
}
