package intake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/throttle"
	"github.com/boligklar/boligklar/web/page"
)

// Limits are how often forms may be sent, by one address and by all together.
type Limits = throttle.Limits

// DefaultLimits let one address send a form every ten seconds, twenty at once for
// an office behind one address or a landlord with photos, and all together a hundred
// a second.
var DefaultLimits = Limits{PerSender: 0.1, Burst: 20, All: 100, AllBurst: 200}

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
	if !in.Limiter.Allow(c.Ctx(), c.Address) {
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
