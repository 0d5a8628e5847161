// Package auth knows the users of one municipality: their accounts, passwords,
// roles and sessions. Everything is in the store, so that any number of
// processes share it; passwords and tokens are there only as hashes.
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"sync"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
)

// Config says whose users they are.
type Config struct {
	Municipality string
	Now          func() time.Time // nil: time.Now
	Times        func() Times     // how long sessions last; nil: DefaultTimes
	Breached     string           // a file of passwords that are known to thieves; "" is none beside our own list
	Cost         Cost             // of a password's hash; zero: DefaultCost
}

// Times is how long a session lasts.
type Times struct {
	Idle  time.Duration // without a request
	Whole time.Duration // in all
}

// DefaultTimes is half an hour idle and a long working day in all.
var DefaultTimes = Times{Idle: 30 * time.Minute, Whole: 12 * time.Hour}

// Service knows the users. It is safe for use by several goroutines at once.
type Service struct {
	db     *storage.DB
	cfg    Config
	hasher *hasher

	mu       sync.Mutex
	sessions map[string]*seen // by ID of the session
}

// New returns the users of a municipality on a store that was opened with
// Collections.
func New(db *storage.DB, cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Times == nil {
		cfg.Times = func() Times { return DefaultTimes }
	}
	if cfg.Cost == (Cost{}) {
		cfg.Cost = DefaultCost
	}
	return &Service{db: db, cfg: cfg, hasher: newHasher(cfg.Cost), sessions: map[string]*seen{}}
}

// user is an account as it is stored.
type user struct {
	Username string    `json:"username"` // lower case
	Name     string    `json:"name"`
	Roles    Roles     `json:"roles"`
	Password string    `json:"password,omitzero"` // its hash, see hasher; "" until one is chosen
	Disabled bool      `json:"disabled,omitzero"`
	Demo     bool      `json:"demo,omitzero"` // of a made-up municipality
	Created  time.Time `json:"created"`
	SignedIn time.Time `json:"signed_in,omitzero"` // last
}

// session is a session as it is stored. Its ID is the hash of its token.
type session struct {
	User    string `json:"user"`
	Started int64  `json:"started"` // Unix milliseconds
	Seen    int64  `json:"seen"`    // Unix milliseconds, exact to seenEvery
}

// link lets whoever has its token choose a password. Its ID is the token's hash.
type link struct {
	User    string `json:"user,omitzero"` // "" is the set-up link, which makes the first user
	Expires int64  `json:"expires"`       // Unix milliseconds
}

// failures counts the failed sign-ins of an account or an address. Its ID is a
// hash of the name: what people mistype is not kept.
type failures struct {
	Count int   `json:"count"`
	Last  int64 `json:"last"`  // Unix milliseconds
	Until int64 `json:"until"` // Unix milliseconds; no attempt before it
}

var (
	users = storage.NewCollection[user](storage.Schema{
		Name:   "users",
		Unique: []storage.Unique{{Name: "username", Paths: []string{"username"}}},
	})
	sessions = storage.NewCollection[session](storage.Schema{
		Name:    "sessions",
		Indexes: []storage.Index{{Name: "user", Paths: []string{"user"}}, {Name: "seen", Paths: []string{"seen"}}},
	})
	links = storage.NewCollection[link](storage.Schema{
		Name:    "sign_in_links",
		Indexes: []storage.Index{{Name: "user", Paths: []string{"user"}}, {Name: "expires", Paths: []string{"expires"}}},
	})
	attempts = storage.NewCollection[failures](storage.Schema{
		Name:    "sign_in_failures",
		Indexes: []storage.Index{{Name: "last", Paths: []string{"last"}}},
	})
)

// Collections are what a store with users holds.
var Collections = []storage.AnyCollection{users, sessions, links, attempts}

// newToken returns 256 random bits as text.
func newToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is what is stored of a token. It needs no salt and no delay: nobody
// guesses 256 bits.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
