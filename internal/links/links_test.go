package links

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

const municipality = "1833"

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *storage.DB {
	t.Helper()
	return sqlitetest.New(t, Collections...)
}

func update(t *testing.T, db *storage.DB, fn func(*storage.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), municipality, fn); err != nil {
		t.Fatal(err)
	}
}

func resolve(t *testing.T, db *storage.DB, token string, at time.Time) (l Link, err error) {
	t.Helper()
	verr := db.View(t.Context(), municipality, func(tx *storage.Tx) error {
		l, err = Resolve(tx, token, at)
		return nil
	})
	if verr != nil {
		t.Fatal(verr)
	}
	return l, err
}

func TestLinks(t *testing.T) {
	db := open(t)
	var a, b, c string
	update(t, db, func(tx *storage.Tx) (err error) {
		if a, err = Create(tx, Link{Listing: "L1"}, now); err != nil {
			return err
		}
		if b, err = Create(tx, Link{Listing: "L1", Contact: "kari@example.no"}, now); err != nil {
			return err
		}
		c, err = Create(tx, Link{Contact: "ola@example.no"}, now)
		return err
	})
	if a == b || len(a)*5 < 128 {
		t.Fatalf("got tokens %q and %q, want 128 bits at least, never the same", a, b)
	}
	if l, err := resolve(t, db, b, now); err != nil || l.Listing != "L1" || l.Contact != "kari@example.no" {
		t.Errorf("got %+v, %v", l, err)
	}
	for name, token := range map[string]string{"forged": rand.Text(), "empty": "", "cut": a[:20], "longer": a + "A", "lower case": strings.ToLower(a), "the hash itself": hash(a), "another's letter": "A" + a[1:]} {
		if token == a {
			continue
		}
		if _, err := resolve(t, db, token, now); !errors.Is(err, ErrNone) {
			t.Errorf("%s: got %v, want none", name, err)
		}
	}
	if _, err := resolve(t, db, a, now.Add(Life-time.Millisecond)); err != nil {
		t.Errorf("got %v on the last moment", err)
	}
	if _, err := resolve(t, db, a, now.Add(Life)); !errors.Is(err, ErrNone) {
		t.Errorf("got %v, want it ended", err)
	}
	update(t, db, func(tx *storage.Tx) error { return Revoke(tx, a) })
	if _, err := resolve(t, db, a, now); !errors.Is(err, ErrNone) {
		t.Errorf("got %v, want it revoked", err)
	}
	update(t, db, func(tx *storage.Tx) error { return RevokeListing(tx, "L1") })
	if _, err := resolve(t, db, b, now); !errors.Is(err, ErrNone) {
		t.Errorf("got %v, want all of the listing's revoked", err)
	}
	update(t, db, func(tx *storage.Tx) error { return RevokeContact(tx, "ola@example.no") })
	if _, err := resolve(t, db, c, now); !errors.Is(err, ErrNone) {
		t.Errorf("got %v, want all of the contact's revoked", err)
	}
	if err := db.Update(t.Context(), municipality, func(tx *storage.Tx) error { return Revoke(tx, "x") }); !errors.Is(err, ErrNone) {
		t.Errorf("got %v", err)
	}
	update(t, db, func(tx *storage.Tx) error { return Purge(tx, now.Add(Life+time.Hour)) })
	err := db.View(t.Context(), municipality, func(tx *storage.Tx) error {
		if n, err := Links.Count(tx, storage.Query{}); err != nil || n != 0 {
			t.Errorf("got %d links after the purge, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The store has no token, only what cannot be turned back.
func TestTheStoreKeepsNoToken(t *testing.T) {
	db := open(t)
	var token string
	update(t, db, func(tx *storage.Tx) (err error) { token, err = Create(tx, Link{Listing: "L1"}, now); return err })
	changes, _, err := db.Changes(t.Context(), municipality, storage.Position{}, 100)
	if err != nil || len(changes) != 1 {
		t.Fatalf("got %v, %v", changes, err)
	}
	if strings.Contains(changes[0].ID+string(changes[0].Body), token) {
		t.Error("the token is in the store")
	}
}
