// Package throttle limits how often something is done by one sender and by all
// together, among any number of processes.
//
// A process counts by itself first, and refuses without asking anybody. What
// passes there counts in the store as well, where all processes count together:
// each sender from the second time on, so that the many who come once cost
// nothing, and all together by handfuls. A sender thus gets as many more as there
// are processes, at most.
package throttle

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Limits say how often.
type Limits struct {
	PerSender rate.Limit // a second, by one sender
	Burst     int        // at once, by one sender
	All       rate.Limit // a second, by all together
	AllBurst  int
}

// bucket holds what is left of a limit, as it is stored. It fills with time.
type bucket struct {
	Left float64 `json:"left"`
	At   int64   `json:"at"` // Unix milliseconds
}

var buckets = storage.NewCollection[bucket](storage.Schema{Name: "throttle", Indexes: []storage.Index{{Name: "at", Paths: []string{"at"}}}})

// Collections are what a store needs for shared limits.
var Collections = []storage.AnyCollection{buckets}

// Config says what is limited, and where it is counted.
type Config struct {
	Limits Limits
	Now    func() time.Time // nil is time.Now

	DB           *storage.DB // opened with Collections; nil: this process counts for itself
	Municipality string
	Name         string       // of what is limited
	Secret       []byte       // the store knows senders by a hash with it
	Logger       *slog.Logger // nil is silent
}

// Limiter limits. It is safe for use by several goroutines.
type Limiter struct {
	Config
	mu      sync.Mutex
	all     *rate.Limiter
	senders map[string]*rate.Limiter
	handful int // of the limit of all: taken from the store, and not used yet
}

const (
	maxSenders = 10_000 // are remembered in a process; it starts anew beyond
	handfuls   = 20     // in AllBurst
	forget     = time.Hour
)

// New returns a limiter.
func New(cfg Config) *Limiter {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Limiter{Config: cfg, all: rate.NewLimiter(cfg.Limits.All, cfg.Limits.AllBurst), senders: map[string]*rate.Limiter{}}
}

// Allow counts one by a sender and reports whether it is within the limits. A
// store that does not answer limits nobody: this process does.
func (l *Limiter) Allow(ctx context.Context, sender string) bool {
	now := l.Now()
	first, ok := l.here(sender, now)
	if !ok || l.DB == nil {
		return ok
	}
	ask := l.handfulSpent()
	if first && !ask {
		return true
	}
	ok, err := l.together(ctx, sender, !first, ask, now)
	if err != nil {
		l.Logger.Warn("throttle", "error", err)
		return true
	}
	return ok
}

// here counts in this process. first tells that the sender has not been seen here
// for so long that nothing is left of it.
func (l *Limiter) here(sender string, now time.Time) (first, ok bool) {
	l.mu.Lock()
	one := l.senders[sender]
	if one == nil {
		if len(l.senders) >= maxSenders {
			clear(l.senders)
		}
		one = rate.NewLimiter(l.Limits.PerSender, l.Limits.Burst)
		l.senders[sender] = one
	}
	l.mu.Unlock()
	first = one.TokensAt(now) >= float64(l.Limits.Burst)
	return first, one.AllowN(now, 1) && l.all.AllowN(now, 1)
}

// handfulSpent takes one of the handful of the limit of all, and reports whether
// there was none.
func (l *Limiter) handfulSpent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.handful == 0 {
		return true
	}
	l.handful--
	return false
}

// together counts in the store: the sender, and a handful of all.
func (l *Limiter) together(ctx context.Context, sender string, one, all bool, now time.Time) (ok bool, err error) {
	got := 0
	err = l.DB.Update(ctx, l.Municipality, func(tx *storage.Tx) error {
		ok, got = true, 0
		if one {
			// The first time was not counted here.
			taken, err := take(tx, l.senderID(sender), float64(l.Limits.PerSender), float64(l.Limits.Burst), 1, 1, now)
			if ok = taken == 1; err != nil || !ok {
				return err
			}
		}
		if all {
			got, err = take(tx, l.Name+":all", float64(l.Limits.All), float64(l.Limits.AllBurst), 0, max(l.Limits.AllBurst/handfuls, 1), now)
			ok = got > 0
		}
		return err
	})
	if err == nil && got > 1 {
		l.mu.Lock()
		l.handful += got - 1
		l.mu.Unlock()
	}
	return ok, err
}

// senderID is what the store calls a sender.
func (l *Limiter) senderID(sender string) string {
	mac := hmac.New(sha256.New, l.Secret)
	mac.Write([]byte(sender))
	return l.Name + ":" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// take takes up to want from a bucket and returns how much there was. A new bucket
// is full, but for used.
func take(tx *storage.Tx, id string, perSecond, burst, used float64, want int, now time.Time) (int, error) {
	rec, err := buckets.Get(tx, id)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		rec = storage.Record[bucket]{ID: id, Value: bucket{Left: burst - used, At: now.UnixMilli()}}
	case err != nil:
		return 0, err
	}
	b := &rec.Value
	if passed := now.UnixMilli() - b.At; passed > 0 { // another process's clock may be ahead
		b.Left, b.At = min(burst, b.Left+perSecond*float64(passed)/1000), now.UnixMilli()
	}
	got := min(want, int(b.Left))
	if got <= 0 {
		return 0, nil
	}
	b.Left -= float64(got)
	return got, buckets.Put(tx, &rec)
}

// Purge forgets senders who have not been seen for an hour. Errors are those of
// the store.
func Purge(ctx context.Context, db *storage.DB, municipality string, now time.Time) error {
	const chunk = 500
	for n := chunk; n == chunk; {
		err := db.Update(ctx, municipality, func(tx *storage.Tx) error {
			n = 0
			for rec, err := range buckets.Find(tx, storage.Query{Where: []storage.Cond{storage.Lt("at", now.Add(-forget).UnixMilli())}, Limit: chunk}) {
				if err != nil {
					return err
				}
				if err := buckets.Delete(tx, rec.ID, rec.Version); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
