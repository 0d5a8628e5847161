package storage

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
)

// draft is a Writer whose writes stay in memory, over a store that others go on
// writing to. It notes what was read, so that a later transaction can tell
// whether all of that still holds; until then nothing is certain. Each of its
// reads is a short View of its own.
type draft struct {
	db           *DB
	municipality string
	from         Position // in the feed, when the draft began
	log          []Write  // in their order; a document may come several times
	docs         map[string]map[string]*draftDoc
	holders      map[string]string // unique key and values -> ID of the drafted document that holds them
	replaced     map[string]int    // collection -> how many stored documents the draft replaces

	read    map[docKey]int64  // versions of the stored documents that were read; 0: it was not there
	scanned map[string][]Scan // by collection
	counted map[string]bool   // collections of which documents were counted without being read
}

// draftDoc is the newest state of a document in a draft.
type draftDoc struct {
	Doc
	content content
	keys    []string // what it holds in holders
}

func newDraft(ctx context.Context, db *DB, municipality string) (*draft, error) {
	d := &draft{db: db, municipality: municipality, docs: map[string]map[string]*draftDoc{}, holders: map[string]string{}, replaced: map[string]int{},
		read: map[docKey]int64{}, scanned: map[string][]Scan{}, counted: map[string]bool{}}
	err := d.view(ctx, func(r Reader) error {
		state, err := r.State(ctx)
		d.from = Position{Seq: state.Seq + 1, Purged: state.Purged}
		return err
	})
	return d, err
}

func (d *draft) view(ctx context.Context, fn func(Reader) error) error {
	return d.db.backend.View(ctx, d.municipality, fn)
}

// Get returns a live document, as drafted where it was.
func (d *draft) Get(ctx context.Context, collection, id string) (out Doc, err error) {
	if own := d.docs[collection][id]; own != nil {
		if own.DeletedAt != 0 {
			return Doc{}, Missing(collection, id)
		}
		return own.Doc, nil
	}
	err = d.view(ctx, func(r Reader) (err error) {
		out, err = r.Get(ctx, collection, id)
		return err
	})
	d.read[docKey{collection, id}] = out.Version
	return out, err
}

// draftPage is how many stored documents one View of a draft's scan reads.
const draftPage = 1000

// Scan streams stored and drafted documents. One in the order of IDs goes page by
// page; a sorted one is gathered first.
func (d *draft) Scan(ctx context.Context, s Scan) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		own, err := d.matching(s)
		if err != nil {
			yield(Doc{}, err)
			return
		}
		d.scanned[s.Collection] = append(d.scanned[s.Collection], s)
		if s.Sort != "" {
			d.sorted(ctx, s, own, yield)
			return
		}
		had := map[string]bool{} // drafted when the scan began: of these own has the state
		for id := range d.docs[s.Collection] {
			had[id] = true
		}
		n, size := 0, draftPage
		if s.Limit > 0 {
			size = min(size, s.Limit+len(had))
		}
		give := func(id string, stored *Doc) bool {
			doc, ok, err := d.now(s, id, stored)
			if err != nil {
				yield(Doc{}, err)
				return false
			}
			if !ok {
				return true
			}
			n++
			return yield(doc, nil) && (s.Limit == 0 || n < s.Limit)
		}
		before := func(a, b string) bool { return a < b != s.Desc }
		for after := s.AfterID; ; {
			page, err := d.page(ctx, s, after, size)
			if err != nil {
				yield(Doc{}, err)
				return
			}
			for i := range page {
				for len(own) > 0 && before(own[0].ID, page[i].ID) {
					if !give(own[0].ID, nil) {
						return
					}
					own = own[1:]
				}
				if !had[page[i].ID] && !give(page[i].ID, &page[i]) {
					return
				}
				after = page[i].ID
			}
			if len(page) < size {
				break
			}
		}
		for _, doc := range own {
			if !give(doc.ID, nil) {
				return
			}
		}
	}
}

// now returns a document as it is in the draft, else as it is stored; ok is false
// where the loop around a scan has made it another than the scan asks for.
func (d *draft) now(s Scan, id string, stored *Doc) (doc Doc, ok bool, err error) {
	own := d.docs[s.Collection][id]
	if own == nil {
		return *stored, true, nil
	}
	if own.DeletedAt != 0 {
		return Doc{}, false, nil
	}
	ok, err = own.content.holds(s.Where)
	return own.Doc, ok, err
}

// page reads the next stored documents of a scan in the order of IDs.
func (d *draft) page(ctx context.Context, s Scan, after string, size int) (page []Doc, err error) {
	s.AfterID, s.Limit = after, size
	err = d.stored(ctx, s, &page)
	return page, err
}

// stored reads what a scan finds in the store.
func (d *draft) stored(ctx context.Context, s Scan, out *[]Doc) error {
	return d.view(ctx, func(r Reader) error {
		*out = (*out)[:0]
		for doc, err := range r.Scan(ctx, s) {
			if err != nil {
				return err
			}
			d.read[docKey{s.Collection, doc.ID}] = doc.Version
			*out = append(*out, doc)
		}
		return nil
	})
}

// sorted gives a sorted scan.
func (d *draft) sorted(ctx context.Context, s Scan, own []*draftDoc, yield func(Doc, error) bool) {
	type placed struct {
		Doc
		value any
	}
	limit := s.Limit
	if s.Limit > 0 {
		s.Limit += len(d.docs[s.Collection]) // so many of them may be others in the draft
	}
	var found []Doc
	err := d.stored(ctx, s, &found)
	var all []placed
	for _, doc := range found {
		if d.docs[s.Collection][doc.ID] == nil && err == nil {
			var v any
			v, err = valueAt(doc.Body, s.Sort)
			all = append(all, placed{doc, v})
		}
	}
	for _, doc := range own {
		v, verr := doc.content.at(s.Sort)
		err = errors.Join(err, verr)
		if v != nil {
			all = append(all, placed{doc.Doc, v})
		}
	}
	if err != nil {
		yield(Doc{}, err)
		return
	}
	slices.SortFunc(all, func(a, b placed) int {
		n, _ := compareScalars(a.value, b.value)
		if n = cmp.Or(n, strings.Compare(a.ID, b.ID)); s.Desc {
			return -n
		}
		return n
	})
	for i, p := range all {
		if !yield(p.Doc, nil) || i+1 == limit {
			return
		}
	}
}

// matching returns the drafted documents that a scan asks for, in the order of
// its IDs.
func (d *draft) matching(s Scan) (out []*draftDoc, err error) {
	consider := func(doc *draftDoc) error {
		if doc == nil || doc.DeletedAt != 0 || s.AfterID != "" && (doc.ID == s.AfterID || doc.ID < s.AfterID != s.Desc) {
			return nil
		}
		ok, err := doc.content.holds(s.Where)
		if ok {
			out = append(out, doc)
		}
		return err
	}
	if ids, ok := d.byKey(s); ok {
		for _, id := range ids {
			if err := consider(d.docs[s.Collection][id]); err != nil {
				return nil, err
			}
		}
	} else {
		for _, doc := range d.docs[s.Collection] {
			if err := consider(doc); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(out, func(a, b *draftDoc) int {
		if s.Desc {
			a, b = b, a
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// byKey returns the drafted documents that hold one of the values of a unique
// key that a scan names, where it does.
func (d *draft) byKey(s Scan) (ids []string, ok bool) {
	for _, u := range d.schema(s.Collection).Unique {
		if len(u.Paths) != 1 {
			continue
		}
		for _, c := range s.Where {
			var values []any
			switch {
			case c.Path != u.Paths[0]:
				continue
			case c.Op == OpEq:
				values = []any{c.Value}
			case c.Op == OpIn:
				values = c.Value.([]any)
			default:
				continue
			}
			seen := map[string]bool{}
			for _, v := range values {
				if id, held := d.holders[holderKey(s.Collection, u.Name, []any{v})]; held && !seen[id] {
					seen[id] = true
					ids = append(ids, id)
				}
			}
			return ids, true
		}
	}
	return nil, false
}

func (d *draft) schema(collection string) Schema { return d.db.schemaOf(collection) }

// Count counts stored and drafted documents.
func (d *draft) Count(ctx context.Context, s Scan) (n int, err error) {
	s.AfterID, s.Limit, s.Sort = "", 0, ""
	if d.replaced[s.Collection] > 0 { // some that are stored are others by now
		for _, err := range d.Scan(ctx, s) {
			if err != nil {
				return 0, err
			}
			n++
		}
		return n, nil
	}
	own, err := d.matching(s)
	if err != nil {
		return 0, err
	}
	d.scanned[s.Collection] = append(d.scanned[s.Collection], s)
	d.counted[s.Collection] = true
	err = d.view(ctx, func(r Reader) (err error) {
		n, err = r.Count(ctx, s)
		return err
	})
	return n + len(own), err
}

// Feed is not asked of a draft.
func (d *draft) Feed(context.Context, Position, int) ([]Doc, error) {
	return nil, errors.New("storage: a draft has no feed")
}

// State returns where the feed stood when the draft began.
func (d *draft) State(context.Context) (State, error) {
	return State{Seq: d.from.Seq - 1, Purged: d.from.Purged}, nil
}

// NextSeq returns a number that stands for the one that is taken in the end.
func (d *draft) NextSeq(context.Context) (int64, error) { return d.from.Seq, nil }

// Purge is not asked of a draft.
func (d *draft) Purge(context.Context, int64, int) (int, error) {
	return 0, errors.New("storage: a draft purges nothing")
}
