package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

const password = "fem grønne bananer"

// clock is a clock that a test moves.
type clock struct{ now time.Time }

func (c *clock) add(d time.Duration) { c.now = c.now.Add(d) }

func open(t *testing.T) (*storage.DB, *clock) {
	t.Helper()
	db := sqlitetest.New(t, append(audit.Collections, auth.Collections...)...)
	return db, &clock{time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
}

func service(db *storage.DB, c *clock) *auth.Service {
	return auth.New(db, auth.Config{Municipality: "1833", Now: func() time.Time { return c.now }, Cost: auth.Cost{Memory: 64, Passes: 1, Lanes: 1}})
}

// first makes the first user, kari.
func first(t *testing.T, s *auth.Service) {
	t.Helper()
	token, err := s.SetUp(t.Context())
	if err != nil || token == "" {
		t.Fatalf("SetUp: %q, %v", token, err)
	}
	if err := s.First(t.Context(), token, auth.NewUser{Username: " Kari ", Name: "Kari Nord", Roles: auth.Coordinator}, password); err != nil {
		t.Fatal(err)
	}
}

func signIn(t *testing.T, s *auth.Service) string {
	t.Helper()
	token, err := s.SignIn(t.Context(), "KARI", password, "192.0.2.1", "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSetUpOnce(t *testing.T) {
	db, c := open(t)
	s := service(db, c)
	token, err := s.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kari := auth.NewUser{Username: "kari", Name: "Kari", Roles: auth.Manager}
	if err := s.First(t.Context(), "x"+token, kari, password); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("a forged token: got %v, want not found", err)
	}
	if err := s.First(t.Context(), token, kari, password); err != nil {
		t.Fatal(err)
	}
	for _, again := range []string{token, other} {
		if err := s.First(t.Context(), again, auth.NewUser{Username: "ola", Name: "Ola", Roles: auth.Manager}, password); apperr.CodeOf(err) != apperr.NotFound {
			t.Errorf("a second first user: got %v, want not found", err)
		}
	}
	if token, err := s.SetUp(t.Context()); token != "" || err != nil {
		t.Errorf("got %q, %v with a user there, want no link", token, err)
	}
	a, err := s.UserNamed(t.Context(), "KARI")
	if err != nil || a.Roles != auth.Manager|auth.Administrator {
		t.Errorf("got %v, %v, want the first user to be an administrator", a.Roles.Names(), err)
	}
}

func TestSessionLife(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, s *auth.Service, c *clock, token string)
		in   bool
	}{
		{"fresh", func(*testing.T, *auth.Service, *clock, string) {}, true},
		{"used now and then", func(t *testing.T, s *auth.Service, c *clock, token string) {
			for range 20 {
				c.add(29 * time.Minute)
				if _, err := s.Identify(t.Context(), token); err != nil {
					t.Fatal(err)
				}
			}
		}, true},
		{"idle", func(_ *testing.T, _ *auth.Service, c *clock, _ string) { c.add(30 * time.Minute) }, false},
		{"almost idle since a look that was not written", func(t *testing.T, s *auth.Service, c *clock, token string) {
			c.add(59 * time.Second)
			if _, err := s.Identify(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			c.add(30*time.Minute - time.Second)
		}, true},
		{"a long day", func(t *testing.T, s *auth.Service, c *clock, token string) {
			for range 36 {
				c.add(20 * time.Minute)
				_, _ = s.Identify(t.Context(), token)
			}
		}, false},
		{"signed out", func(t *testing.T, s *auth.Service, _ *clock, token string) {
			if err := s.SignOut(t.Context(), token); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"signed in anew", func(t *testing.T, s *auth.Service, _ *clock, token string) {
			if _, err := s.SignIn(t.Context(), "kari", password, "", token); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"revoked", func(t *testing.T, s *auth.Service, _ *clock, token string) {
			who, err := s.Identify(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Revoke(t.Context(), who.Account.ID, who.ID, "test"); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"another password", func(t *testing.T, s *auth.Service, _ *clock, token string) {
			who, err := s.UserNamed(t.Context(), "kari")
			if err != nil {
				t.Fatal(err)
			}
			link, err := s.Reset(t.Context(), who.ID, "test")
			if err != nil {
				t.Fatal(err)
			}
			if err := s.SetPassword(t.Context(), link, "seks blå bananer"); err != nil {
				t.Fatal(err)
			}
		}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db, c := open(t)
			s := service(db, c)
			first(t, s)
			token := signIn(t, s)
			if _, err := s.Identify(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			test.do(t, s, c, token)
			_, err := s.Identify(t.Context(), token)
			if (err == nil) != test.in {
				t.Errorf("got %v, want signed in: %v", err, test.in)
			}
			if err != nil && !errors.Is(err, auth.ErrSignedOut) {
				t.Errorf("got %v, want ErrSignedOut", err)
			}
		})
	}
}

// Another process sees a revocation within a second.
func TestRevokedElsewhere(t *testing.T) {
	db, c := open(t)
	here, there := service(db, c), service(db, c)
	first(t, here)
	token := signIn(t, here)
	if _, err := there.Identify(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := here.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	c.add(time.Second)
	if _, err := there.Identify(t.Context(), token); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("got %v a second later, want ErrSignedOut", err)
	}
}

func TestDisabledUser(t *testing.T) {
	db, c := open(t)
	s := service(db, c)
	first(t, s)
	_, link, err := s.Add(t.Context(), auth.NewUser{Username: "ola", Name: "Ola", Roles: auth.Caseworker}, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetPassword(t.Context(), link, password); err != nil {
		t.Fatal(err)
	}
	if err := s.SetPassword(t.Context(), link, password); apperr.CodeOf(err) != apperr.NotFound {
		t.Errorf("the same link again: got %v, want not found", err)
	}
	token, err := s.SignIn(t.Context(), "ola", password, "", "")
	if err != nil {
		t.Fatal(err)
	}
	ola, err := s.UserNamed(t.Context(), "ola")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Change(t.Context(), ola.ID, ola.Version-1, auth.Change{Name: "X", Roles: auth.Manager}, "test"); apperr.CodeOf(err) != apperr.Conflict {
		t.Errorf("an older version: got %v, want conflict", err)
	}
	if err := s.Change(t.Context(), ola.ID, ola.Version, auth.Change{Name: "Ola", Roles: auth.Caseworker, Disabled: true}, "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Identify(t.Context(), token); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("got %v for a disabled user's session, want ErrSignedOut", err)
	}
	if _, err := s.SignIn(t.Context(), "ola", password, "", ""); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v for a disabled user, want the sentence for a wrong password", err)
	}
	kari, err := s.UserNamed(t.Context(), "kari")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Change(t.Context(), kari.ID, kari.Version, auth.Change{Name: "Kari", Roles: auth.Manager}, "test"); !strings.Contains(err.Error(), "last_administrator") {
		t.Errorf("got %v, want the last administrator to stay one", err)
	}
}

// The delay grows by account, also for a user who does not exist and with the
// right password, and ends with it.
func TestDelay(t *testing.T) {
	for _, name := range []string{"kari", "nobody"} {
		t.Run(name, func(t *testing.T) {
			db, c := open(t)
			s := service(db, c)
			first(t, s)
			try := func(password string) error {
				_, err := s.SignIn(t.Context(), name, password, "192.0.2.1", "")
				return err
			}
			for i := range 5 {
				if err := try("wrong"); apperr.CodeOf(err) != apperr.Invalid {
					t.Fatalf("attempt %d: got %v, want a wrong password", i, err)
				}
			}
			for wait := time.Second; wait < 10*time.Minute; wait *= 2 {
				want := min(wait, 5*time.Minute)
				delay, ok := errors.AsType[*auth.DelayError](try(password))
				if !ok || delay.Wait != want {
					t.Fatalf("got %v, want a delay of %v", delay, want)
				}
				c.add(want)
				if err := try("wrong"); apperr.CodeOf(err) != apperr.Invalid {
					t.Fatalf("after %v: got %v, want a wrong password", want, err)
				}
			}
			c.add(5 * time.Minute)
			err := try(password)
			if want := name == "kari"; (err == nil) != want {
				t.Errorf("got %v with the right password, want success: %v", err, want)
			}
			if name == "kari" {
				if err := try("wrong"); apperr.CodeOf(err) != apperr.Invalid {
					t.Errorf("got %v, want the delay to be gone", err)
				}
			}
		})
	}
}

func TestDelayByAddress(t *testing.T) {
	db, c := open(t)
	s := service(db, c)
	first(t, s)
	for i := range 21 {
		_, err := s.SignIn(t.Context(), strings.Repeat("x", i+2), "wrong", "192.0.2.1", "")
		if apperr.CodeOf(err) != apperr.Invalid {
			t.Fatalf("attempt %d: got %v", i, err)
		}
	}
	if _, err := s.SignIn(t.Context(), "kari", password, "192.0.2.1", ""); apperr.CodeOf(err) != apperr.TooMany {
		t.Errorf("got %v, want the address to wait", err)
	}
	if _, err := s.SignIn(t.Context(), "kari", password, "192.0.2.2", ""); err != nil {
		t.Errorf("got %v from another address", err)
	}
}

func TestPurge(t *testing.T) {
	db, c := open(t)
	s := service(db, c)
	first(t, s)
	token := signIn(t, s)
	c.add(25 * time.Hour)
	if err := s.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Identify(context.WithoutCancel(t.Context()), token); !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("got %v", err)
	}
}
