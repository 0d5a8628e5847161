package auth

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

const (
	// seenEvery is how often at most it is written that a session is in use.
	seenEvery = time.Minute
	// trustFor is how long a process takes a session and its user for what they
	// were, without asking the store: that long a revocation elsewhere may take.
	trustFor = time.Second
	// maxSeen bounds the sessions that a process remembers.
	maxSeen = 10_000
)

// ErrSignedOut says that a token belongs to no session, or to one that has
// ended. It has the code Forbidden.
var ErrSignedOut = apperr.New(apperr.Forbidden, "You are signed out. Sign in again.").In("auth.signed_out", nil)

// Session is who makes a request.
type Session struct {
	ID      string // of the session; no secret
	Account Account
	Started time.Time
	Seen    time.Time
}

// seen is a session as a process last saw it.
type seen struct {
	Session
	asked   time.Time // when the store last confirmed it
	written time.Time // Seen as it is stored
}

// Identify returns the session of a token and notes that it is in use. Errors:
// ErrSignedOut, and those of the store.
func (s *Service) Identify(ctx context.Context, token string) (Session, error) {
	if token == "" {
		return Session{}, ErrSignedOut
	}
	id, now, times := digest(token), s.cfg.Now(), s.cfg.Times()
	s.mu.Lock()
	known := s.sessions[id]
	if known != nil && now.Sub(known.asked) < trustFor && !times.over(known.Session, now) {
		known.Seen = now
		found := known.Session
		s.mu.Unlock()
		return found, nil
	}
	s.mu.Unlock()
	return s.ask(ctx, id, now, times)
}

// ask looks a session up in the store.
func (s *Service) ask(ctx context.Context, id string, now time.Time, times Times) (Session, error) {
	var rec storage.Record[session]
	var who storage.Record[user]
	err := s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) (err error) {
		if rec, err = sessions.Get(tx, id); err != nil {
			return err
		}
		who, err = users.Get(tx, rec.Value.User)
		return err
	})
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		s.forget(id)
		return Session{}, ErrSignedOut
	case err != nil:
		return Session{}, err
	}
	found := sessionOf(rec, who)
	s.mu.Lock()
	if known := s.sessions[id]; known != nil && known.Seen.After(found.Seen) {
		found.Seen = known.Seen
	}
	s.mu.Unlock()
	if times.over(found, now) || who.Value.Disabled {
		s.forget(id)
		return Session{}, errorsOr(s.endSession(ctx, id), ErrSignedOut)
	}
	written := time.UnixMilli(rec.Value.Seen)
	found.Seen = now
	if now.Sub(written) >= seenEvery {
		rec.Value.Seen = now.UnixMilli()
		err := s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
			rec := rec // as it was read, also where this runs again
			return sessions.Put(tx, &rec)
		})
		switch apperr.CodeOf(err) {
		case "", apperr.Conflict, apperr.NotFound: // another process wrote it, or ended it: the next request sees
		default:
			return Session{}, err
		}
		written = now
	}
	s.remember(id, &seen{Session: found, asked: now, written: written})
	return found, nil
}

func sessionOf(rec storage.Record[session], who storage.Record[user]) Session {
	return Session{ID: rec.ID, Account: accountOf(who), Started: time.UnixMilli(rec.Value.Started), Seen: time.UnixMilli(rec.Value.Seen)}
}

func errorsOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// over reports whether a session has ended by itself.
func (t Times) over(found Session, now time.Time) bool {
	return now.Sub(found.Seen) >= t.Idle || now.Sub(found.Started) >= t.Whole
}

func (s *Service) remember(id string, found *seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sessions) >= maxSeen {
		clear(s.sessions) // they are asked for anew
	}
	s.sessions[id] = found
}

func (s *Service) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

func (s *Service) forgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sessions)
}

// start begins a session of a user in a transaction and returns its token.
func (s *Service) start(tx *storage.Tx, userID string) (token string, err error) {
	now := s.cfg.Now().UnixMilli()
	token = newToken()
	return token, sessions.Put(tx, &storage.Record[session]{ID: digest(token), Value: session{User: userID, Started: now, Seen: now}})
}

// SignOut ends the session of a token. One that has ended already is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	id := digest(token)
	s.forget(id)
	return s.endSession(ctx, id)
}

func (s *Service) endSession(ctx context.Context, id string) error {
	err := s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error { return endSession(tx, id) })
	if code := apperr.CodeOf(err); code == apperr.Conflict || code == apperr.NotFound {
		return nil // somebody else has ended it
	}
	return err
}

func endSession(tx *storage.Tx, id string) error {
	rec, err := sessions.Get(tx, id)
	if err != nil {
		return err
	}
	return sessions.Delete(tx, id, rec.Version)
}

// endSessions ends every session of a user, but one.
func endSessions(tx *storage.Tx, userID, except string) error {
	var all []storage.Record[session]
	for rec, err := range sessions.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("user", userID)}}) {
		if err != nil {
			return err
		}
		if rec.ID != except {
			all = append(all, rec)
		}
	}
	for _, rec := range all {
		if err := sessions.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
	}
	return nil
}

// Sessions lists a user's sessions that have not ended, the last used first.
func (s *Service) Sessions(ctx context.Context, userID string) ([]Session, error) {
	var out []Session
	times := s.cfg.Times()
	err := s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		out = nil
		who, err := users.Get(tx, userID)
		if err != nil {
			return err
		}
		for rec, err := range sessions.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("user", userID)}}) {
			if err != nil {
				return err
			}
			if found := sessionOf(rec, who); !times.over(found, s.cfg.Now()) {
				out = append(out, found)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Session) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.ID, b.ID)) })
	return out, err
}
