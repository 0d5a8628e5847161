package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/storage"
)

// NextSeq takes the municipality's next sequence number, which the hold on the
// feed document makes ours; finish writes it.
func (s *session) NextSeq(context.Context) (int64, error) {
	s.taken = true
	return s.feed.Seq + 1, nil
}

// Apply writes documents in the order given, those of one collection in one call
// of the server. Any error of the server ends a transaction, and its words do not
// tell on every server which key was taken. So Apply looks first what stands in the
// way, which nobody else can change while this transaction holds the feed
// document; the server's unique indexes stand behind it.
func (s *session) Apply(ctx context.Context, writes []storage.Write) error {
	ctx = s.in(ctx)
	var order []string // of collections; unique keys never span two of them
	groups := map[string][]*storage.Write{}
	for i := range writes {
		w := &writes[i]
		if groups[w.Collection] == nil {
			order = append(order, w.Collection)
		}
		groups[w.Collection] = append(groups[w.Collection], w)
	}
	for _, c := range order {
		s.touched[c] = true
		p := &plan{s: s, schema: s.schemas[c], collection: s.b.db.Collection(c), writes: groups[c]}
		if err := p.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Purge removes some of the tombstones made before a time in Unix milliseconds.
func (s *session) Purge(ctx context.Context, before int64, limit int) (n int, err error) {
	ctx = s.in(ctx)
	for collection := range s.feed.Touched {
		c := s.b.db.Collection(collection)
		cur, err := c.Find(ctx, bson.D{{Key: "municipality", Value: s.municipality}, {Key: "deleted", Value: bson.D{{Key: "$gt", Value: int64(0)}, {Key: "$lt", Value: before}}}},
			options.Find().SetSort(bson.D{{Key: "deleted", Value: 1}}).SetLimit(int64(limit-n)).SetProjection(bson.D{{Key: "seq", Value: 1}}))
		if err != nil {
			return 0, err
		}
		var old []document
		if err := cur.All(ctx, &old); err != nil {
			return 0, err
		}
		if len(old) == 0 {
			continue
		}
		ids := make(bson.A, len(old))
		for i, d := range old {
			ids[i] = d.ID
			s.purged = max(s.purged, d.Seq)
		}
		res, err := c.DeleteMany(ctx, bson.D{{Key: "municipality", Value: s.municipality}, {Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
		if err != nil {
			return 0, err
		}
		if n += int(res.DeletedCount); n >= limit {
			break
		}
	}
	return n, nil
}
