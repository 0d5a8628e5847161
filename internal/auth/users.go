package auth

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/storage"
)

// Register is what the audit trail calls the users.
const Register = "users"

// Account is a user, without secrets.
type Account struct {
	ID          string
	Version     int64
	Username    string
	Name        string
	Roles       Roles
	Disabled    bool
	Demo        bool // a user of a made-up municipality, whose password is no secret
	HasPassword bool // false: the user has not followed the link yet
	Created     time.Time
	SignedIn    time.Time // last; zero: never
}

func accountOf(rec storage.Record[user]) Account {
	u := rec.Value
	return Account{ID: rec.ID, Version: rec.Version, Username: u.Username, Name: u.Name, Roles: u.Roles, Disabled: u.Disabled, Demo: u.Demo,
		HasPassword: u.Password != "", Created: u.Created, SignedIn: u.SignedIn}
}

// NewUser is what a user is made from.
type NewUser struct {
	Username string // letters, digits and . _ - @ +, folded to lower case
	Name     string
	Roles    Roles
}

var usernamePattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,59}$`)

// foldUsername is the form in which user names are compared.
func foldUsername(s string) string { return strings.ToLower(norm.NFKC.String(strings.TrimSpace(s))) }

// check returns what is wrong with a new user's fields.
func (n *NewUser) check() []apperr.Problem {
	n.Username, n.Name = foldUsername(n.Username), strings.Join(strings.Fields(norm.NFC.String(n.Name)), " ")
	var problems []apperr.Problem
	problem := func(field, code string) {
		problems = append(problems, apperr.Problem{Field: field, Code: code, Severity: apperr.SeverityError})
	}
	if !usernamePattern.MatchString(n.Username) {
		problem("username", "username_form")
	}
	if n.Name == "" || len(n.Name) > 200 {
		problem("name", "name_missing")
	}
	if n.Roles == 0 {
		problem("roles", "roles_missing")
	}
	return problems
}

// FieldsError is an Invalid error about single fields.
type FieldsError struct{ Problems []apperr.Problem }

// Error names the problems' codes.
func (e *FieldsError) Error() string {
	codes := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		codes[i] = p.Field + ": " + p.Code
	}
	return strings.Join(codes, ", ")
}

func invalid(problems []apperr.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return apperr.Wrap(&FieldsError{problems}, apperr.Invalid, "Some of the fields must be corrected.").In("auth.fields", nil)
}

func problemOf(field, code string) error {
	return invalid([]apperr.Problem{{Field: field, Code: code, Severity: apperr.SeverityError}})
}

// Add makes a user and returns the token of the link by which they choose a
// password. Errors: Invalid with a *FieldsError, and those of the store.
func (s *Service) Add(ctx context.Context, n NewUser, who string) (a Account, token string, err error) {
	if err := invalid(n.check()); err != nil {
		return a, "", err
	}
	err = s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) (err error) {
		rec := storage.Record[user]{Value: user{Username: n.Username, Name: n.Name, Roles: n.Roles, Created: s.cfg.Now().UTC()}}
		if err := s.put(tx, &rec); err != nil {
			return err
		}
		if token, err = s.makeLink(tx, rec.ID); err != nil {
			return err
		}
		a = accountOf(rec)
		return s.trail(tx, who, audit.Created, n.Username)
	})
	return a, token, err
}

// AddDemo makes a user of a made-up municipality with a password that everyone
// may know. Errors: as Add, and Invalid where the store has other users.
func (s *Service) AddDemo(ctx context.Context, n NewUser, password, who string) error {
	if err := invalid(n.check()); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		for rec, err := range users.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if !rec.Value.Demo {
				return apperr.New(apperr.Invalid, "The store has real users; demo users would let anyone in.").In("auth.no_demo", nil)
			}
		}
		id := strings.ReplaceAll(n.Username, ".", "-") // that the made-up placements name
		rec := storage.Record[user]{ID: id, Value: user{Username: n.Username, Name: n.Name, Roles: n.Roles, Password: hash, Demo: true, Created: s.cfg.Now().UTC()}}
		if err := s.put(tx, &rec); err != nil {
			return err
		}
		return s.trail(tx, who, audit.Created, n.Username)
	})
}

// put stores a user; a user name that is taken is a problem of that field.
func (s *Service) put(tx *storage.Tx, rec *storage.Record[user]) error {
	err := users.Put(tx, rec)
	if err == nil {
		err = tx.Flush()
	}
	if apperr.CodeOf(err) == apperr.Duplicate {
		return problemOf("username", "username_taken")
	}
	return err
}

func (s *Service) trail(tx *storage.Tx, who, what, username string, fields ...string) error {
	return audit.Write(tx, s.cfg.Now(), audit.Entry{Who: who, What: what, Register: Register, Key: username, Fields: fields})
}

// Users lists all users by name. Errors are those of the store.
func (s *Service) Users(ctx context.Context) ([]Account, error) {
	var out []Account
	err := s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		out = nil
		for rec, err := range users.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			out = append(out, accountOf(rec))
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Account) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, err
}

// User returns a user by ID. Errors: NotFound, and those of the store.
func (s *Service) User(ctx context.Context, id string) (a Account, err error) {
	err = s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := users.Get(tx, id)
		a = accountOf(rec)
		return err
	})
	return a, err
}

// UserNamed returns a user by user name. Errors: NotFound, and those of the store.
func (s *Service) UserNamed(ctx context.Context, username string) (a Account, err error) {
	err = s.db.View(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := users.GetBy(tx, "username", foldUsername(username))
		a = accountOf(rec)
		return err
	})
	if apperr.CodeOf(err) == apperr.NotFound {
		err = apperr.Wrap(err, apperr.NotFound, "No user is called %q.", username).In("auth.no_user", map[string]any{"Name": username})
	}
	return a, err
}

// Change is a user's new name, roles and state.
type Change struct {
	Name     string
	Roles    Roles
	Disabled bool
}

// Change changes a user of a known version; one who is disabled is signed out at
// once. Errors: Invalid with a *FieldsError, also where no administrator would be
// left; Conflict where the user has changed since; those of the store.
func (s *Service) Change(ctx context.Context, id string, version int64, c Change, who string) error {
	err := s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := users.Get(tx, id)
		if err != nil {
			return err
		}
		n := NewUser{Username: rec.Value.Username, Name: c.Name, Roles: c.Roles}
		if err := invalid(n.check()); err != nil {
			return err
		}
		fields := changedFields(rec.Value, n.Name, c)
		rec.Version = version
		rec.Value.Name, rec.Value.Roles, rec.Value.Disabled = n.Name, c.Roles, c.Disabled
		if err := users.Put(tx, &rec); err != nil {
			return err
		}
		if err := s.needAdministrator(tx); err != nil {
			return err
		}
		if c.Disabled {
			if err := endSessions(tx, id, ""); err != nil {
				return err
			}
		}
		return s.trail(tx, who, audit.Changed, rec.Value.Username, fields...)
	})
	s.forgetAll()
	return err
}

func changedFields(old user, name string, c Change) []string {
	var fields []string
	for field, changed := range map[string]bool{"name": old.Name != name, "roles": old.Roles != c.Roles, "disabled": old.Disabled != c.Disabled} {
		if changed {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// needAdministrator refuses a change after which nobody could undo it.
func (s *Service) needAdministrator(tx *storage.Tx) error {
	for rec, err := range users.Find(tx, storage.Query{}) {
		if err != nil {
			return err
		}
		if rec.Value.Roles.Any(Administrator) && !rec.Value.Disabled {
			return nil
		}
	}
	return problemOf("roles", "last_administrator")
}

// Revoke ends one session of a user, or all of them where sessionID is "".
// Errors: NotFound, and those of the store.
func (s *Service) Revoke(ctx context.Context, userID, sessionID, who string) error {
	err := s.db.Update(ctx, s.cfg.Municipality, func(tx *storage.Tx) error {
		rec, err := users.Get(tx, userID)
		if err != nil {
			return err
		}
		if sessionID == "" {
			err = endSessions(tx, userID, "")
		} else {
			one, err := sessions.Get(tx, sessionID)
			if err != nil || one.Value.User != userID {
				return errorsOr(err, storage.Missing("sessions", sessionID))
			}
			err = sessions.Delete(tx, sessionID, one.Version)
			if err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		return s.trail(tx, who, "signed_out", rec.Value.Username)
	})
	s.forgetAll()
	return err
}
