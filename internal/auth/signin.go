package auth

import (
	"context"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// A person mistypes now and then; a machine goes on. Behind one address there
// may be a whole office.
const (
	freeOfAccount = 4 // failures without a delay
	freeOfAddress = 20
	longestDelay  = 5 * time.Minute
	rememberFor   = 24 * time.Hour // failures
)

// errWrong is one sentence for a wrong name and for a wrong password.
var errWrong = apperr.New(apperr.Invalid, "The user name or the password is wrong.").In("auth.wrong", nil)

// DelayError says how long to wait before the next attempt. It comes inside an
// *apperr.Error with apperr.TooMany.
type DelayError struct{ Wait time.Duration }

// Error tells the time.
func (e *DelayError) Error() string { return "auth: the next attempt is allowed in " + e.Wait.String() }

// SignIn checks a user's password and begins a session, ending the one of the
// old token where the browser had one. The failures of an account and of an
// address make the next attempt wait, ever longer. Errors: Invalid for a wrong
// name or password; TooMany with a *DelayError; Unavailable; those of the store.
func (s *Service) SignIn(ctx context.Context, username, password, address, old string) (token string, err error) {
	username = foldUsername(username)
	if err := s.countAttempt(ctx, username, address); err != nil {
		return "", err
	}
	var rec storage.Record[user]
	err = s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) (err error) {
		rec, err = users.GetBy(tx, "username", username)
		return err
	})
	if err != nil && apperr.CodeOf(err) != apperr.NotFound {
		return "", err
	}
	same, err := s.hasher.verify(ctx, rec.Value.Password, password) // for nobody too, in the same time
	if err != nil {
		return "", err
	}
	if !same || rec.Value.Disabled {
		return "", errWrong
	}
	renewed := ""
	if s.hasher.outdated(rec.Value.Password) {
		if renewed, err = s.hasher.hash(ctx, password); err != nil {
			return "", err
		}
	}
	return s.admit(ctx, rec, renewed, username, address, old)
}

// admit begins the session of a user whose password was right. It looks at the
// user once more, who may have been disabled or given another password meanwhile.
func (s *Service) admit(ctx context.Context, rec storage.Record[user], renewed, username, address, old string) (token string, err error) {
	err = s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		now, err := users.Get(tx, rec.ID)
		if err != nil {
			return err
		}
		if now.Value.Disabled || now.Value.Password != rec.Value.Password {
			return errWrong
		}
		now.Value.SignedIn = s.cfg.Now().UTC()
		if renewed != "" {
			now.Value.Password = renewed
		}
		if err := users.Put(tx, &now); err != nil {
			return err
		}
		if old != "" {
			if err := endSession(tx, digest(old)); err != nil && apperr.CodeOf(err) != apperr.NotFound {
				return err
			}
		}
		if err := forgive(tx, "account", username); err != nil {
			return err
		}
		if err := s.takeBack(tx, "address", address); err != nil {
			return err
		}
		if token, err = s.start(tx, now.ID); err != nil {
			return err
		}
		return s.trail(tx, now.ID, "signed_in", username)
	})
	if old != "" {
		s.forget(digest(old))
	}
	return token, err
}

// delay is how long the next attempt waits after so many failures.
func delay(count, free int) time.Duration {
	if count <= free {
		return 0
	}
	if n := count - free - 1; n < 20 {
		return min(time.Second<<n, longestDelay)
	}
	return longestDelay
}

// countAttempt counts an attempt as failed before it is made, so that many at
// once do not slip through. A right password takes it back.
func (s *Service) countAttempt(ctx context.Context, username, address string) error {
	return s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		now := s.cfg.Now()
		for _, of := range []struct {
			kind, name string
			free       int
		}{{"account", username, freeOfAccount}, {"address", address, freeOfAddress}} {
			rec, err := s.failuresOf(tx, of.kind, of.name)
			if err != nil {
				return err
			}
			if wait := time.UnixMilli(rec.Value.Until).Sub(now); wait > 0 && rec.Value.Until != 0 {
				seconds := int((wait + time.Second - 1) / time.Second)
				return apperr.Wrap(&DelayError{wait}, apperr.TooMany, "Too many attempts. Try again in %d seconds.", seconds).
					In("auth.delay", map[string]any{"Seconds": seconds})
			}
			rec.Value.Count++
			rec.Value.Last = now.UnixMilli()
			rec.Value.Until = now.Add(delay(rec.Value.Count, of.free)).UnixMilli()
			if err := attempts.Put(tx, &rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// failuresOf returns the failures of an account or an address; those of another
// day are forgotten.
func (s *Service) failuresOf(tx *storage.Tx, kind, name string) (storage.Record[failures], error) {
	id := digest(kind + "|" + name)
	rec, err := attempts.Get(tx, id)
	if apperr.CodeOf(err) == apperr.NotFound {
		return storage.Record[failures]{ID: id}, nil
	}
	if s.cfg.Now().Sub(time.UnixMilli(rec.Value.Last)) > rememberFor {
		rec.Value = failures{}
	}
	return rec, err
}

// forgive forgets the failures of an account.
func forgive(tx *storage.Tx, kind, name string) error {
	rec, err := attempts.Get(tx, digest(kind+"|"+name))
	if apperr.CodeOf(err) == apperr.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return attempts.Delete(tx, rec.ID, rec.Version)
}

// takeBack takes back one attempt of an address. The others stay: a thief with
// one account of their own must not clear the way to the rest.
func (s *Service) takeBack(tx *storage.Tx, kind, name string) error {
	rec, err := s.failuresOf(tx, kind, name)
	if err != nil || rec.Value.Count == 0 {
		return err
	}
	rec.Value.Count--
	rec.Value.Until = 0
	return attempts.Put(tx, &rec)
}

// Purge removes what is over: ended sessions, expired links, failures of another
// day. Errors are those of the store.
func (s *Service) Purge(ctx context.Context) error {
	now := s.cfg.Now()
	idle := now.Add(-s.cfg.Times().Idle).UnixMilli()
	return s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		if err := purge(tx, sessions, storage.Lt("seen", idle)); err != nil {
			return err
		}
		if err := purge(tx, links, storage.Lt("expires", now.UnixMilli())); err != nil {
			return err
		}
		return purge(tx, attempts, storage.Lt("last", now.Add(-rememberFor).UnixMilli()))
	})
}

func purge[T any](tx *storage.Tx, from *storage.Collection[T], where storage.Cond) error {
	var old []storage.Record[T]
	for rec, err := range from.Find(tx, storage.Query{Where: []storage.Cond{where}}) {
		if err != nil {
			return err
		}
		rec.Value = *new(T)
		old = append(old, rec)
	}
	for _, rec := range old {
		if err := from.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
	}
	return nil
}
