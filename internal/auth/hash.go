package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Cost is what one hash of argon2id costs (RFC 9106).
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// DefaultCost is what OWASP recommends where memory is to be had.
var DefaultCost = Cost{Memory: 46 << 10, Passes: 1, Lanes: 1}

const (
	hashesAtOnce = 2                // more would only take one another's memory and time
	hashWait     = 10 * time.Second // that somebody waits for a turn
	saltBytes    = 16
	hashBytes    = 32
)

// hasher hashes passwords, a few at a time.
type hasher struct {
	cost  Cost
	turns chan struct{}
	none  string // a hash that no password has, for users who do not exist
}

func newHasher(cost Cost) *hasher {
	h := &hasher{cost: cost, turns: make(chan struct{}, hashesAtOnce)}
	h.none = h.encode(cost, make([]byte, saltBytes), make([]byte, hashBytes))
	return h
}

// take waits for a turn. Errors: Unavailable where too many wait.
func (h *hasher) take(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return apperr.Wrap(ctx.Err(), apperr.Unavailable, "Too many people are signing in just now. Try again in a minute.").In("auth.busy", nil)
	}
}

func (h *hasher) give() { <-h.turns }

// hash returns the PHC string of a password. Errors: Unavailable.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.take(ctx); err != nil {
		return "", err
	}
	defer h.give()
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return h.encode(h.cost, salt, derive(h.cost, password, salt)), nil
}

// verify reports whether the password has the hash, in the same time whether or
// not there is one. Errors: Unavailable.
func (h *hasher) verify(ctx context.Context, hash, password string) (bool, error) {
	absent := hash == ""
	if absent {
		hash = h.none
	}
	cost, salt, want, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	if err := h.take(ctx); err != nil {
		return false, err
	}
	defer h.give()
	same := subtle.ConstantTimeCompare(derive(cost, password, salt), want) == 1
	return same && !absent, nil
}

// outdated reports whether the hash was made at another cost than today's.
func (h *hasher) outdated(hash string) bool {
	cost, _, _, err := decodeHash(hash)
	return err != nil || cost != h.cost
}

func derive(cost Cost, password string, salt []byte) []byte {
	// The same letters have the same bytes, however a keyboard composes them.
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, cost.Passes, cost.Memory, cost.Lanes, hashBytes)
}

func (h *hasher) encode(cost Cost, salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, cost.Memory, cost.Passes, cost.Lanes,
		b64.EncodeToString(salt), b64.EncodeToString(hash))
}

func decodeHash(s string) (cost Cost, salt, hash []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return cost, nil, nil, fmt.Errorf("auth: a stored password has an unknown form")
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.Memory, &cost.Passes, &cost.Lanes); err != nil {
		return cost, nil, nil, fmt.Errorf("auth: a stored password has an unknown cost: %w", err)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
		hash, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	return cost, salt, hash, err
}
