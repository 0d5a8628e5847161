package intake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/web/page"
)

// Limits say how often forms may be sent.
type Limits struct {
	PerAddress rate.Limit // a second, from one address
	Burst      int        // at once, from one address
	All        rate.Limit // a second, from all together
	AllBurst   int
}

// DefaultLimits let one address send a form every twenty seconds, ten at once for
// an office behind one address, and all together fifty a second.
var DefaultLimits = Limits{PerAddress: 0.05, Burst: 10, All: 50, AllBurst: 100}

// maxAddresses is how many addresses are remembered; the map starts anew beyond.
const maxAddresses = 10_000

// limiter holds the rates. Each process has its own: with several, a sender gets
// as many times the rate as there are processes, which still is little.
type limiter struct {
	limits Limits
	now    func() time.Time
	all    *rate.Limiter

	mu     sync.Mutex
	byAddr map[string]*rate.Limiter
}

func newLimiter(l Limits, now func() time.Time) *limiter {
	return &limiter{limits: l, now: now, all: rate.NewLimiter(l.All, l.AllBurst), byAddr: map[string]*rate.Limiter{}}
}

// allow takes one from the rates of an address and of all.
func (l *limiter) allow(address string) bool {
	now := l.now()
	l.mu.Lock()
	one := l.byAddr[address]
	if one == nil {
		if len(l.byAddr) >= maxAddresses {
			clear(l.byAddr)
		}
		one = rate.NewLimiter(l.limits.PerAddress, l.limits.Burst)
		l.byAddr[address] = one
	}
	l.mu.Unlock()
	return one.AllowN(now, 1) && l.all.AllowN(now, 1)
}

var errTooOften = apperr.New(apperr.TooMany, "Too many forms came from here. Wait a little and send again.").In("intake.too_often", nil)

// A form is filled in by a person in more than minAge and sent within maxAge.
const (
	minAge = 2 * time.Second
	maxAge = 24 * time.Hour
)

// stamps sign the time at which a form was shown.
type stamps struct {
	secret []byte
	now    func() time.Time
}

// make returns the stamp of now.
func (s stamps) make() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(s.now().UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(append(b[:], s.sign(b[:])...))
}

// good reports whether a stamp is ours, and neither too young nor too old.
func (s stamps) good(stamp string) bool {
	b, err := base64.RawURLEncoding.DecodeString(stamp)
	if err != nil || len(b) != 8+sha256.Size || !hmac.Equal(b[8:], s.sign(b[:8])) {
		return false
	}
	age := s.now().Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(b[:8]))))
	return age >= minAge && age <= maxAge
}

func (s stamps) sign(b []byte) []byte {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(b)
	return mac.Sum(nil)
}

// guarded reads a form that a stranger sent. What looks sent by a machine is
// shown again with all that was typed, so that a person who was mistaken for one
// only presses once more. Errors: TooMany, TooLarge, Invalid.
func (in *Intake) guarded(c *page.Context) (*page.Form, error) {
	if !in.limiter.allow(c.Address) {
		return nil, errTooOften
	}
	form, err := c.Form()
	if err != nil {
		return nil, err
	}
	if form.Text("website") != "" {
		form.Fail("website", "intake.error.honeypot", nil)
	} else if !in.stamps.good(form.Text("stamp")) {
		form.Fail("", "intake.error.again", nil)
	}
	return form, nil
}
