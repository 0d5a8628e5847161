package storage

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Apply adds writes to the draft, with the errors that the engine would give.
func (d *draft) Apply(ctx context.Context, writes []Write) error {
	taken, err := d.storedHolders(ctx, writes)
	if err != nil {
		return err
	}
	for i := range writes {
		if err := d.apply(ctx, &writes[i], taken); err != nil {
			return err
		}
	}
	return nil
}

func (d *draft) apply(ctx context.Context, w *Write, taken map[string]string) error {
	if d.docs[w.Collection] == nil {
		d.docs[w.Collection] = map[string]*draftDoc{}
	}
	old := d.docs[w.Collection][w.ID]
	was := int64(0) // the live version
	switch {
	case old != nil && old.DeletedAt == 0:
		was = old.Version
	case old == nil && !w.fresh:
		version, known := d.read[docKey{w.Collection, w.ID}]
		if !known {
			doc, err := d.Get(ctx, w.Collection, w.ID)
			if err != nil && apperr.CodeOf(err) != apperr.NotFound {
				return err
			}
			version = doc.Version
		}
		was = version
	}
	if w.Expect != was {
		if w.Expect == 0 {
			return Taken(w.Collection, IDKey, w.ID)
		}
		return Stale(w.Collection, w.ID)
	}
	if old != nil && old.DeletedAt != 0 { // a tombstone: its version goes on
		w.Version = old.Version + 1
	}
	next := &draftDoc{Doc: w.Doc}
	if w.DeletedAt == 0 {
		var err error
		if next.content, err = contentOf(w.Body); err != nil {
			return err
		}
	}
	if old != nil {
		for _, k := range old.keys {
			delete(d.holders, k)
		}
	} else if w.Expect != 0 {
		d.replaced[w.Collection]++
	}
	d.docs[w.Collection][w.ID] = next
	for _, u := range d.schema(w.Collection).Unique {
		values, ok, err := next.content.all(u.Paths)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		k := holderKey(w.Collection, u.Name, values)
		if _, held := d.holders[k]; held {
			return Taken(w.Collection, u.Name, w.ID)
		}
		if id, held := taken[k]; held && id != w.ID && d.docs[w.Collection][id] == nil {
			return Taken(w.Collection, u.Name, w.ID)
		}
		d.holders[k] = w.ID
		next.keys = append(next.keys, k)
	}
	d.log = append(d.log, *w)
	return nil
}

// storedHolders returns which stored documents hold the unique keys that writes
// bring.
func (d *draft) storedHolders(ctx context.Context, writes []Write) (map[string]string, error) {
	holders := map[string]string{}
	for collection, brought := range byCollection(writes) {
		for _, u := range d.schema(collection).Unique {
			scans, err := u.holderScans(collection, brought)
			if err != nil {
				return nil, err
			}
			for _, s := range scans {
				d.scanned[collection] = append(d.scanned[collection], s)
				var found []Doc
				if err := d.stored(ctx, s, &found); err != nil {
					return nil, err
				}
				for _, doc := range found {
					c, err := contentOf(doc.Body)
					if err != nil {
						return nil, err
					}
					values, _, err := c.all(u.Paths)
					if err != nil {
						return nil, err
					}
					holders[holderKey(collection, u.Name, values)] = doc.ID
				}
			}
		}
	}
	return holders, nil
}

func byCollection(writes []Write) map[string][]Write {
	out := map[string][]Write{}
	for _, w := range writes {
		out[w.Collection] = append(out[w.Collection], w)
	}
	return out
}

// holderScans asks who holds the values of a key that writes bring: a key of one
// path in one scan.
func (u Unique) holderScans(collection string, writes []Write) (scans []Scan, err error) {
	var single []any
	for _, w := range writes {
		if w.DeletedAt != 0 {
			continue
		}
		c, err := contentOf(w.Body)
		if err != nil {
			return nil, err
		}
		values, ok, err := c.all(u.Paths)
		switch {
		case err != nil:
			return nil, err
		case !ok:
		case len(values) == 1:
			single = append(single, values[0])
		default:
			s := Scan{Collection: collection}
			for i, p := range u.Paths {
				s.Where = append(s.Where, Cond{p, OpEq, values[i]})
			}
			scans = append(scans, s)
		}
	}
	if len(single) > 0 {
		scans = append(scans, Scan{Collection: collection, Where: []Cond{{u.Paths[0], OpIn, single}}})
	}
	return scans, nil
}

// holderKey names a unique key and the values that a document has in it.
func holderKey(collection, key string, values []any) string {
	b, err := json.Marshal(values)
	if err != nil {
		panic("storage: " + err.Error()) // scalars always marshal
	}
	return collection + "\x00" + key + "\x00" + string(b)
}

// outdated tells whether what the draft rests on has changed since it began. It is
// asked inside the transaction that takes the draft over.
func (d *draft) outdated(ctx context.Context, r Reader) (bool, error) {
	state, err := r.State(ctx)
	if err != nil || state.Purged != d.from.Purged {
		return true, err
	}
	for pos := d.from; ; {
		docs, err := r.Feed(ctx, pos, draftPage)
		if err != nil {
			return true, err
		}
		for _, doc := range docs {
			pos.Seq, pos.Collection, pos.ID = doc.Seq, doc.Collection, doc.ID
			if changed, err := d.restsOn(doc); changed || err != nil {
				return true, err
			}
		}
		if len(docs) < draftPage {
			return false, nil
		}
	}
}

// restsOn tells whether another state of a document could have made another draft.
func (d *draft) restsOn(doc Doc) (bool, error) {
	if _, read := d.read[docKey{doc.Collection, doc.ID}]; read || d.docs[doc.Collection][doc.ID] != nil {
		return true, nil
	}
	if d.counted[doc.Collection] && (doc.DeletedAt != 0 || doc.Version > 1) { // it may have been among them
		return true, nil
	}
	if doc.DeletedAt != 0 {
		return false, nil
	}
	var c content
	for _, s := range d.scanned[doc.Collection] {
		var err error
		if c == nil {
			if c, err = contentOf(doc.Body); err != nil {
				return true, err
			}
		}
		if hit, err := c.holds(s.Where); hit || err != nil {
			return true, err
		}
	}
	return false, nil
}

// guarded returns the collections in which others might come in the draft's way
// while it goes in: those where it replaces a stored document, chooses an ID or
// takes a unique key.
func (d *draft) guarded() []string {
	set := map[string]bool{}
	for _, w := range d.log {
		if !w.fresh || len(d.schema(w.Collection).Unique) > 0 {
			set[w.Collection] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// restingOn returns the collections that the draft has read from or writes to.
func (d *draft) restingOn() []string {
	set := map[string]bool{}
	for c := range d.scanned {
		set[c] = true
	}
	for k := range d.read {
		set[k.collection] = true
	}
	for _, c := range d.guarded() {
		set[c] = true
	}
	return slices.Sorted(maps.Keys(set))
}
