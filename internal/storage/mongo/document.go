package mongo

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/boligklar/boligklar/internal/storage"
)

// document is a stored document. Its _id begins with the municipality, so that
// the index which every collection has scopes and orders it as well.
type document struct {
	ID           string          `bson:"_id"`
	Municipality string          `bson:"municipality"`
	Version      int64           `bson:"version"`
	Seq          int64           `bson:"seq"`
	Deleted      int64           `bson:"deleted"` // Unix milliseconds; 0: live
	Body         bson.Raw        `bson:"body,omitempty"`
	Keys         map[string]bool `bson:"keys,omitempty"` // the unique keys that it takes part in
	Text         []byte          `bson:"text,omitempty"` // the body, where the server's form of it is not exact
}

// fullID joins a municipality and an ID. No municipality contains a colon.
func fullID(municipality, id string) string { return municipality + ":" + id }

// newDocument returns the form in which a write is stored.
func newDocument(municipality string, s storage.Schema, w *storage.Write) (*document, error) {
	d := &document{ID: fullID(municipality, w.ID), Municipality: municipality, Version: w.Version, Seq: w.Seq, Deleted: w.DeletedAt}
	if w.DeletedAt != 0 {
		return d, nil
	}
	var err error
	if d.Body, d.Text, err = encodeBody(w.Body); err != nil {
		return nil, err
	}
	for _, u := range s.Unique {
		if hasAll(d.Body, u.Paths) {
			if d.Keys == nil {
				d.Keys = map[string]bool{}
			}
			d.Keys[u.Name] = true
		}
	}
	return d, nil
}

func hasAll(body bson.Raw, paths []string) bool {
	for _, p := range paths {
		if _, ok := scalarAt(body, p); !ok {
			return false
		}
	}
	return true
}

// doc returns a stored document as storage knows it.
func (d *document) doc(collection string) (storage.Doc, error) {
	out := storage.Doc{Collection: collection, ID: strings.TrimPrefix(d.ID, d.Municipality+":"), Version: d.Version, Seq: d.Seq, DeletedAt: d.Deleted}
	switch {
	case d.Deleted != 0:
	case d.Text != nil:
		out.Body = d.Text
	default:
		var err error
		if out.Body, err = toJSON(d.Body); err != nil {
			return storage.Doc{}, err
		}
	}
	return out, nil
}

// feed is where a municipality's feed stands, and what its writers take hold of.
type feed struct {
	ID           string           `bson:"_id"` // the municipality
	Municipality string           `bson:"municipality"`
	Seq          int64            `bson:"seq"`
	Purged       int64            `bson:"purged"`
	Touched      map[string]int64 `bson:"touched"` // collection -> the last seq that wrote to it
	Tokens       string           `bson:"tokens"`  // of the last transactions, tokenSize letters each
}

// A transaction leaves a token, so that one whose commit got no answer can tell
// afterwards whether it went through.
const (
	tokenSize = 10
	maxTokens = 64
)

// withToken returns f's tokens with a newer one.
func (f *feed) withToken(token string) string {
	all := f.Tokens + token
	return all[max(0, len(all)-tokenSize*maxTokens):]
}

// holds tells whether the transaction that took a seq left this token. known is
// false where later ones have pushed it out.
func (f *feed) holds(seq int64, token string) (held, known bool) {
	back := f.Seq - seq
	if back < 0 {
		return false, true
	}
	end := len(f.Tokens) - int(min(back, maxTokens))*tokenSize
	if back >= maxTokens || end < tokenSize {
		return false, false
	}
	return f.Tokens[end-tokenSize:end] == token, true
}
