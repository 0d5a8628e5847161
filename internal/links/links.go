// Package links makes and checks the private links by which a landlord without an
// account reaches what is theirs.
//
// A link bears 130 random bits; the store has their SHA-256 alone, so a copy of
// the store opens nothing. A link ends by itself, can be revoked, and tells a
// forged, an ended and a revoked one apart for nobody.
package links

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// Life is how long a link opens.
const Life = 90 * 24 * time.Hour

// Link says what a link opens, as it is stored under its hash.
type Link struct {
	// Listing is the id of the one listing that the link opens; "" where it
	// opens all of a contact's.
	Listing string `json:"listing,omitzero"`
	// Contact is the e-mail address or the telephone number that the link was
	// sent to, which proves that its bearer is who states it. "" for a link that
	// was shown on a page: it opens the listing that was just made, no more.
	Contact string `json:"contact,omitzero"`
	Created int64  `json:"created"` // Unix milliseconds
	Expires int64  `json:"expires"`
	Revoked bool   `json:"revoked,omitzero"`
}

// Links are the links, by hash.
var Links = storage.NewCollection[Link](storage.Schema{
	Name: "links",
	Indexes: []storage.Index{
		{Name: "listing", Paths: []string{"listing"}},
		{Name: "contact", Paths: []string{"contact"}},
		{Name: "expires", Paths: []string{"expires"}},
	},
})

// Collections are what a store needs for links.
var Collections = []storage.AnyCollection{Links}

// ErrNone is the one answer to a link that opens nothing, whatever the reason.
var ErrNone = apperr.New(apperr.NotFound, "The link does not open anything any more. Ask for a new one.").In("links.none", nil)

// Create makes a link in a transaction and returns its token, which is nowhere
// else.
func Create(tx *storage.Tx, l Link, now time.Time) (token string, err error) {
	token = rand.Text()
	l.Created, l.Expires, l.Revoked = now.UnixMilli(), now.Add(Life).UnixMilli(), false
	return token, Links.Put(tx, &storage.Record[Link]{ID: hash(token), Value: l})
}

// Resolve returns what a token opens. Errors: ErrNone, and those of the store.
func Resolve(tx *storage.Tx, token string, now time.Time) (Link, error) {
	if len(token) != len(rand.Text()) {
		token = "" // looked up all the same
	}
	rec, err := Links.Get(tx, hash(token))
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		return Link{}, ErrNone
	case err != nil:
		return Link{}, err
	case rec.Value.Revoked || now.UnixMilli() >= rec.Value.Expires:
		return Link{}, ErrNone
	}
	return rec.Value, nil
}

// Revoke ends a token's link. Errors: ErrNone, and those of the store.
func Revoke(tx *storage.Tx, token string) error {
	rec, err := Links.Get(tx, hash(token))
	if apperr.CodeOf(err) == apperr.NotFound {
		return ErrNone
	}
	if err != nil {
		return err
	}
	rec.Value.Revoked = true
	return Links.Put(tx, &rec)
}

// RevokeListing ends every link of a listing.
func RevokeListing(tx *storage.Tx, listing string) error {
	return revokeAll(tx, storage.Eq("listing", listing))
}

// RevokeContact ends every link that was sent to a contact, as before a new one
// is sent.
func RevokeContact(tx *storage.Tx, contact string) error {
	return revokeAll(tx, storage.Eq("contact", contact))
}

// RevokeUnproven ends the links of a listing that were shown on a page: nothing
// proves who bears them.
func RevokeUnproven(tx *storage.Tx, listing string) error {
	return revokeAll(tx, storage.Eq("listing", listing), func(l *Link) bool { return l.Contact == "" })
}

// Opening returns the links that open a listing now, whose landlord is reached at
// the contacts ("" is nobody), the newest first.
func Opening(tx *storage.Tx, listing string, contacts []string, now time.Time) (out []Link, err error) {
	seen := map[string]bool{}
	which := []storage.Cond{storage.Eq("listing", listing)}
	for _, contact := range contacts {
		if contact != "" {
			which = append(which, storage.Eq("contact", contact))
		}
	}
	for _, cond := range which {
		for rec, err := range Links.Find(tx, storage.Query{Where: []storage.Cond{cond}}) {
			if err != nil {
				return nil, err
			}
			l := rec.Value
			if seen[rec.ID] || l.Revoked || now.UnixMilli() >= l.Expires || l.Contact != "" && !slices.Contains(contacts, l.Contact) {
				continue
			}
			seen[rec.ID] = true
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Link) int { return cmp.Compare(b.Created, a.Created) })
	return out, nil
}

func revokeAll(tx *storage.Tx, which storage.Cond, chosen ...func(*Link) bool) error {
	for rec, err := range Links.Find(tx, storage.Query{Where: []storage.Cond{which}}) {
		if err != nil {
			return err
		}
		if rec.Value.Revoked || slices.ContainsFunc(chosen, func(is func(*Link) bool) bool { return !is(&rec.Value) }) {
			continue
		}
		rec.Value.Revoked = true
		if err := Links.Put(tx, &rec); err != nil {
			return err
		}
	}
	return nil
}

// SentSince returns how many links were sent to a contact since a time.
func SentSince(tx *storage.Tx, contact string, since time.Time) (int, error) {
	n := 0
	for rec, err := range Links.Find(tx, storage.Query{Where: []storage.Cond{storage.Eq("contact", contact)}}) {
		if err != nil {
			return 0, err
		}
		if contact != "" && rec.Value.Created >= since.UnixMilli() {
			n++
		}
	}
	return n, nil
}

// Erase removes every link of the listings, and every one that was sent to a contact.
func Erase(tx *storage.Tx, listings, contacts []string) error {
	var ids []string
	for _, which := range []storage.Cond{storage.In("listing", listings...), storage.In("contact", contacts...)} {
		for rec, err := range Links.Find(tx, storage.Query{Where: []storage.Cond{which}}) {
			if err != nil {
				return err
			}
			ids = append(ids, rec.ID)
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		rec, err := Links.Get(tx, id)
		if err != nil {
			return err
		}
		if err := Links.Delete(tx, id, rec.Version); err != nil {
			return err
		}
	}
	return nil
}

// Purge removes links that ended before a time.
func Purge(tx *storage.Tx, before time.Time) error {
	for rec, err := range Links.Find(tx, storage.Query{Where: []storage.Cond{storage.Lt("expires", before.UnixMilli())}, Limit: 1000}) {
		if err != nil {
			return err
		}
		if err := Links.Delete(tx, rec.ID, rec.Version); err != nil {
			return err
		}
	}
	return nil
}

// hash is what the store has of a token. A token has too many bits to be guessed
// from its hash, so no salt and no slow function are needed.
func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
