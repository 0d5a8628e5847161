package mongo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/storage"
)

// session reads and writes one municipality inside a transaction. The callers'
// contexts do not carry the driver's session, so each method puts it in.
type session struct {
	b            *Backend
	municipality string
	schemas      map[string]storage.Schema
	ctx          context.Context // with the driver's session
	feed         feed            // as it stood when the transaction began

	token   string // of this transaction
	taken   bool   // NextSeq was called
	touched map[string]bool
	purged  int64
}

func (b *Backend) session(municipality string) *session {
	s := &session{b: b, municipality: municipality, touched: map[string]bool{}}
	if m := b.schemas.Load(); m != nil {
		s.schemas = *m
	}
	return s
}

// in puts the driver's session into a caller's context.
func (s *session) in(ctx context.Context) context.Context {
	return mongo.NewSessionContext(ctx, mongo.SessionFromContext(s.ctx))
}

// load reads the feed document, which also fixes the snapshot.
func (s *session) load(ctx context.Context) error {
	err := s.b.db.Collection(feedsName).FindOne(ctx, s.scoped(s.municipality)).Decode(&s.feed)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil
	}
	return err
}

// scoped returns the filter for one document by its full ID.
func (s *session) scoped(id string) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "municipality", Value: s.municipality}}
}

// Get returns a live document.
func (s *session) Get(ctx context.Context, collection, id string) (storage.Doc, error) {
	var d document
	err := s.b.db.Collection(collection).FindOne(s.in(ctx), append(s.scoped(fullID(s.municipality, id)), bson.E{Key: "deleted", Value: int64(0)})).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return storage.Doc{}, storage.Missing(collection, id)
	}
	if err != nil {
		return storage.Doc{}, err
	}
	return d.doc(collection)
}

var operators = map[storage.Op]string{
	storage.OpEq: "$eq", storage.OpIn: "$in", storage.OpLt: "$lt", storage.OpLe: "$lte", storage.OpGt: "$gt", storage.OpGe: "$gte",
}

// filter turns a scan's conditions into the server's.
func (s *session) filter(q storage.Scan) (bson.D, error) {
	f := bson.D{{Key: "municipality", Value: s.municipality}, {Key: "deleted", Value: int64(0)}}
	present := map[string]bool{}
	var all bson.A
	add := func(path, op string, v any) {
		all = append(all, bson.D{{Key: "body." + path, Value: bson.D{{Key: op, Value: v}}}})
	}
	for _, c := range q.Where {
		present[c.Path] = present[c.Path] || c.Op != storage.OpNull
		switch op, ok := operators[c.Op]; {
		case c.Op == storage.OpNull:
			add(c.Path, "$eq", nil)
		case c.Op == storage.OpNotNull:
			add(c.Path, "$ne", nil)
		case ok:
			add(c.Path, op, c.Value)
		default:
			return nil, fmt.Errorf("mongo: no operator %d", c.Op)
		}
	}
	if q.Sort != "" && !present[q.Sort] {
		add(q.Sort, "$ne", nil)
		present[q.Sort] = true
	}
	for _, u := range s.schemas[q.Collection].Unique { // so that the key's index, which holds only these, may serve
		if !slices.ContainsFunc(u.Paths, func(p string) bool { return !present[p] }) {
			f = append(f, bson.E{Key: "keys." + u.Name, Value: true})
		}
	}
	if len(all) > 0 {
		f = append(f, bson.E{Key: "$and", Value: all})
	}
	return f, nil
}

// pageDocs is how many documents one call fetches of a scan in the order of IDs.
// Such a scan goes page by page instead of by a cursor: nothing is left open in the
// server while the caller works, and a query may run inside itself.
const pageDocs = 1000

// Scan streams the live documents that q asks for.
func (s *session) Scan(ctx context.Context, q storage.Scan) iter.Seq2[storage.Doc, error] {
	return func(yield func(storage.Doc, error) bool) {
		f, err := s.filter(q)
		if err != nil {
			yield(storage.Doc{}, err)
			return
		}
		if q.Sort == "" {
			s.pages(ctx, q, f, yield)
			return
		}
		direction := 1
		if q.Desc {
			direction = -1
		}
		o := options.Find().SetSort(bson.D{{Key: "body." + q.Sort, Value: direction}, {Key: "_id", Value: direction}})
		if q.Limit > 0 {
			o.SetLimit(int64(q.Limit))
		}
		for d, err := range s.find(ctx, q.Collection, f, o) {
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// pages streams a scan in the order of IDs.
func (s *session) pages(ctx context.Context, q storage.Scan, f bson.D, yield func(storage.Doc, error) bool) {
	direction := 1
	low, high := fullID(s.municipality, ""), s.municipality+";" // the letter after the colon
	if q.Desc {
		direction = -1
	}
	if q.AfterID != "" {
		if q.Desc {
			high = fullID(s.municipality, q.AfterID)
		} else {
			low = fullID(s.municipality, q.AfterID)
		}
	}
	between := func() bson.D {
		return append(slices.Clone(f), bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: low}, {Key: "$lt", Value: high}}})
	}
	for n := 0; ; {
		size := pageDocs
		if q.Limit > 0 {
			size = min(size, q.Limit-n)
		}
		o := options.Find().SetSort(bson.D{{Key: "_id", Value: direction}}).SetLimit(int64(size)).SetBatchSize(int32(size) + 1) // and no cursor stays
		var page []storage.Doc
		for d, err := range s.find(ctx, q.Collection, between(), o) {
			if err != nil {
				yield(storage.Doc{}, err)
				return
			}
			page = append(page, d)
		}
		if len(page) == size && n == 0 && !q.Desc && s.token != "" { // the loop may write: what it adds at the end is not part of the scan
			last, err := s.lastID(ctx, q.Collection, between())
			if err != nil {
				yield(storage.Doc{}, err)
				return
			}
			high = last + "\x00"
		}
		for _, d := range page {
			n++
			if !yield(d, nil) {
				return
			}
		}
		if len(page) < size || n == q.Limit {
			return
		}
		if err := ctx.Err(); err != nil {
			yield(storage.Doc{}, err)
			return
		}
		if q.Desc {
			high = fullID(s.municipality, page[len(page)-1].ID)
		} else {
			low = fullID(s.municipality, page[len(page)-1].ID)
		}
	}
}

// lastID returns the greatest full ID that a filter finds.
func (s *session) lastID(ctx context.Context, collection string, filter bson.D) (string, error) {
	var d document
	err := s.b.db.Collection(collection).FindOne(s.in(ctx), filter,
		options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}}).SetProjection(bson.D{{Key: "_id", Value: 1}})).Decode(&d)
	return d.ID, err
}

// find streams what a filter finds.
func (s *session) find(ctx context.Context, collection string, filter bson.D, o *options.FindOptionsBuilder) iter.Seq2[storage.Doc, error] {
	return func(yield func(storage.Doc, error) bool) {
		ctx := s.in(ctx)
		cur, err := s.b.db.Collection(collection).Find(ctx, filter, o)
		if err != nil {
			yield(storage.Doc{}, err)
			return
		}
		defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
		for cur.Next(ctx) {
			var d document
			err := cur.Decode(&d)
			var out storage.Doc
			if err == nil {
				out, err = d.doc(collection)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
		if err := cur.Err(); err != nil {
			yield(storage.Doc{}, err)
		}
	}
}

// Count counts the live documents that q asks for.
func (s *session) Count(ctx context.Context, q storage.Scan) (int, error) {
	f, err := s.filter(q)
	if err != nil {
		return 0, err
	}
	n, err := s.b.db.Collection(q.Collection).CountDocuments(s.in(ctx), f)
	return int(n), err
}

// State returns where the feed stands.
func (s *session) State(ctx context.Context) (storage.State, error) {
	st := storage.State{Seq: s.feed.Seq, Purged: max(s.feed.Purged, s.purged)}
	if s.taken {
		st.Seq++
	}
	return st, ctx.Err()
}

// stretch is a part of one collection's feed.
type stretch struct {
	collection string
	filter     bson.D
}

// stretches returns what lies after a position: of each collection that was
// written to since, one stretch of its index on (municipality, seq, _id), and of
// the position's own collection two.
func (s *session) stretches(after storage.Position) []stretch {
	var out []stretch
	seq := func(c string, op string, n int64, more ...bson.E) {
		f := bson.D{{Key: "municipality", Value: s.municipality}, {Key: "seq", Value: bson.D{{Key: op, Value: n}}}}
		out = append(out, stretch{c, append(f, more...)})
	}
	last := s.feed.Touched
	for c := range s.touched {
		if last == nil {
			last = map[string]int64{}
		}
		last[c] = s.feed.Seq + 1
	}
	for c, touched := range last {
		if touched < after.Seq {
			continue
		}
		switch n := strings.Compare(c, after.Collection); {
		case n > 0:
			seq(c, "$gte", after.Seq)
		case n < 0:
			seq(c, "$gt", after.Seq)
		default:
			seq(c, "$eq", after.Seq, bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: fullID(s.municipality, after.ID)}}})
			seq(c, "$gt", after.Seq)
		}
	}
	return out
}

// Feed returns documents and tombstones after a position. Where several
// collections have some, it merges their places first and then fetches only the
// documents that it returns.
func (s *session) Feed(ctx context.Context, after storage.Position, limit int) ([]storage.Doc, error) {
	parts := s.stretches(after)
	order := options.Find().SetSort(bson.D{{Key: "seq", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit))
	keys := order
	if len(parts) > 1 {
		keys = options.Find().SetSort(bson.D{{Key: "seq", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)).
			SetProjection(bson.D{{Key: "municipality", Value: 1}, {Key: "seq", Value: 1}})
	}
	var out []storage.Doc
	for _, p := range parts {
		for d, err := range s.places(ctx, p, keys, len(parts) > 1) {
			if err != nil {
				return nil, err
			}
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b storage.Doc) int {
		if a.Seq != b.Seq {
			return int(max(-1, min(1, a.Seq-b.Seq)))
		}
		return strings.Compare(a.Collection+"\x00"+a.ID, b.Collection+"\x00"+b.ID)
	})
	out = out[:min(limit, len(out))]
	if len(parts) > 1 {
		return out, s.fill(ctx, out)
	}
	return out, nil
}

// places streams a stretch, as bare places where keysOnly is set.
func (s *session) places(ctx context.Context, p stretch, o *options.FindOptionsBuilder, keysOnly bool) iter.Seq2[storage.Doc, error] {
	if !keysOnly {
		return s.find(ctx, p.collection, p.filter, o)
	}
	return func(yield func(storage.Doc, error) bool) {
		ctx := s.in(ctx)
		cur, err := s.b.db.Collection(p.collection).Find(ctx, p.filter, o)
		if err != nil {
			yield(storage.Doc{}, err)
			return
		}
		defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
		for cur.Next(ctx) {
			var d document
			if err := cur.Decode(&d); err != nil {
				yield(storage.Doc{}, err)
				return
			}
			if !yield(storage.Doc{Collection: p.collection, ID: strings.TrimPrefix(d.ID, s.municipality+":"), Seq: d.Seq}, nil) {
				return
			}
		}
		if err := cur.Err(); err != nil {
			yield(storage.Doc{}, err)
		}
	}
}

// fill fetches the documents that stand in docs by collection and ID alone.
func (s *session) fill(ctx context.Context, docs []storage.Doc) error {
	at := map[string]map[string]int{}
	for i, d := range docs {
		if at[d.Collection] == nil {
			at[d.Collection] = map[string]int{}
		}
		at[d.Collection][d.ID] = i
	}
	for c, places := range at {
		ids := make(bson.A, 0, len(places))
		for id := range places {
			ids = append(ids, fullID(s.municipality, id))
		}
		f := bson.D{{Key: "municipality", Value: s.municipality}, {Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
		for d, err := range s.find(ctx, c, f, options.Find()) {
			if err != nil {
				return err
			}
			docs[places[d.ID]] = d
		}
	}
	return nil
}
