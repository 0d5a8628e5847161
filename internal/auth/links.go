package auth

import (
	"context"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/storage"
)

// LinkLife is how long a set-up link or a link to choose a password holds.
const LinkLife = 24 * time.Hour

var errLink = apperr.New(apperr.NotFound, "The link has been used or is too old. Ask for a new one.").In("auth.link", nil)

// SetUp returns the token of a one-time link that makes the first user, and ""
// where there are users already. Each call makes another one; they all end with
// the first user. Errors are those of the store.
func (s *Service) SetUp(ctx context.Context) (token string, err error) {
	err = s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		token = ""
		if n, err := users.Count(tx, storage.Query{}); err != nil || n > 0 {
			return err
		}
		token, err = s.makeLink(tx, "")
		return err
	})
	return token, err
}

// makeLink makes a link, which ends the earlier ones of the same user.
func (s *Service) makeLink(tx *storage.Tx, userID string) (token string, err error) {
	if userID != "" {
		if err := purge(tx, links, storage.Eq("user", userID)); err != nil {
			return "", err
		}
	}
	token = newToken()
	expires := s.cfg.Now().Add(LinkLife).UnixMilli()
	return token, links.Put(tx, &storage.Record[link]{ID: digest(token), Value: link{User: userID, Expires: expires}})
}

// Link tells whom a token lets choose a password; the account is zero for the
// set-up link. Errors: NotFound for a token that does not hold, and those of the
// store.
func (s *Service) Link(ctx context.Context, token string) (a Account, err error) {
	err = s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := s.linkOf(tx, token)
		if err != nil || rec.Value.User == "" {
			return err
		}
		who, err := users.Get(tx, rec.Value.User)
		a = accountOf(who)
		return err
	})
	return a, err
}

func (s *Service) linkOf(tx *storage.Tx, token string) (storage.Record[link], error) {
	rec, err := links.Get(tx, digest(token))
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		return rec, errLink
	case err != nil:
		return rec, err
	case rec.Value.Expires <= s.cfg.Now().UnixMilli():
		return rec, errLink
	}
	if rec.Value.User == "" { // the set-up link holds until somebody has used one
		if n, err := users.Count(tx, storage.Query{}); err != nil || n > 0 {
			return rec, errorsOr(err, errLink)
		}
	}
	return rec, nil
}

// First makes the first user, by the token of the set-up link. Errors: NotFound
// for a token that does not hold, Invalid with a *FieldsError, those of the store.
func (s *Service) First(ctx context.Context, token string, n NewUser, password string) error {
	problems := append(n.check(), s.checkPassword(password, n.Username)...)
	if err := invalid(problems); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := s.linkOf(tx, token)
		if err != nil || rec.Value.User != "" {
			return errorsOr(err, errLink)
		}
		first := storage.Record[user]{Value: user{Username: n.Username, Name: n.Name, Roles: n.Roles | Administrator, Password: hash, Created: s.cfg.Now().UTC()}}
		if err := s.put(tx, &first); err != nil {
			return err
		}
		if err := links.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
		return s.trail(tx, first.ID, audit.Created, n.Username)
	})
}

// Reset returns the token of a link by which a user chooses a new password. The
// old password holds until then. Errors: NotFound, and those of the store.
func (s *Service) Reset(ctx context.Context, userID, who string) (token string, err error) {
	err = s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := users.Get(tx, userID)
		if err != nil {
			return err
		}
		if token, err = s.makeLink(tx, userID); err != nil {
			return err
		}
		return s.trail(tx, who, "reset_link", rec.Value.Username)
	})
	return token, err
}

// SetPassword gives a user the password that they chose, by the token of their
// link, and ends all their sessions. Errors: NotFound for a token that does not
// hold, Invalid with a *FieldsError, those of the store.
func (s *Service) SetPassword(ctx context.Context, token, password string) error {
	who, err := s.Link(ctx, token)
	if err != nil || who.ID == "" {
		return errorsOr(err, errLink)
	}
	hash, err := s.newHash(ctx, password, who.Username)
	if err != nil {
		return err
	}
	err = s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := s.linkOf(tx, token)
		if err != nil {
			return err
		}
		if err := links.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
		return s.changePassword(tx, who.ID, hash, "")
	})
	s.forgetAll()
	return err
}

// ChangePassword gives a signed-in user another password and ends their other
// sessions. Errors: Invalid with a *FieldsError, TooMany with a *DelayError,
// those of the store.
func (s *Service) ChangePassword(ctx context.Context, by Session, old, password string) error {
	if err := s.countAttempt(ctx, by.Account.Username, "session "+by.ID); err != nil {
		return err
	}
	var stored string
	err := s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := users.Get(tx, by.Account.ID)
		stored = rec.Value.Password
		return err
	})
	if err != nil {
		return err
	}
	same, err := s.hasher.verify(ctx, stored, old)
	if err != nil {
		return err
	}
	if !same {
		return problemOf("old", "password_wrong")
	}
	hash, err := s.newHash(ctx, password, by.Account.Username)
	if err != nil {
		return err
	}
	err = s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		return s.changePassword(tx, by.Account.ID, hash, by.ID)
	})
	s.forgetAll()
	return err
}

func (s *Service) newHash(ctx context.Context, password, username string) (string, error) {
	if err := invalid(s.checkPassword(password, username)); err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// changePassword stores a user's new password and ends their sessions but one.
func (s *Service) changePassword(tx *storage.Tx, userID, hash, except string) error {
	rec, err := users.Get(tx, userID)
	if err != nil {
		return err
	}
	rec.Value.Password = hash
	if err := users.Put(tx, &rec); err != nil {
		return err
	}
	if err := endSessions(tx, userID, except); err != nil {
		return err
	}
	if err := forgive(tx, "account", rec.Value.Username); err != nil {
		return err
	}
	return s.trail(tx, userID, audit.Changed, rec.Value.Username, "password")
}
