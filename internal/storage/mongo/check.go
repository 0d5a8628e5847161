package mongo

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/storage"
)

const (
	remedyBackup  = "Stop the program, keep a copy of the database, and put the store back from the latest backup."
	remedyRestart = "Start the program again: it makes the indexes anew at start."
)

// Check looks for indexes that differ from the schemas, sequence numbers beyond
// the counter, and unique keys held twice. Damage to files is the server's own
// matter, which it finds by itself.
func (b *Backend) Check(ctx context.Context, schemas []storage.Schema) (found []storage.Finding, err error) {
	ctx, cancel := context.WithTimeout(ctx, adminTimeout)
	defer cancel()
	defer func() { err = explain(ctx, err) }()
	all, err := b.feeds(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range schemas {
		drop, create, err := b.drift(ctx, s)
		if err != nil {
			return found, err
		}
		for _, name := range drop {
			found = append(found, storage.Finding{Code: "index_differs", Collection: s.Name, Message: fmt.Sprintf("The index %s differs from what the program uses.", name), Remedy: remedyRestart})
		}
		for _, x := range create {
			found = append(found, storage.Finding{Code: "index_differs", Collection: s.Name, Message: fmt.Sprintf("The index %s is missing or differs.", x.name), Remedy: remedyRestart})
		}
		for _, f := range all {
			more, err := b.checkSequences(ctx, s, f)
			found = append(found, more...)
			if err != nil {
				return found, err
			}
		}
		for _, x := range indexes(s) {
			if x.key == "" {
				continue
			}
			n, err := b.heldTwice(ctx, s, x)
			if err != nil {
				return found, err
			}
			if n > 0 {
				found = append(found, storage.Finding{Code: "unique_key_broken", Collection: s.Name,
					Message: fmt.Sprintf("%d values of the unique key %s are held by more than one record of %s.", n, x.key, s.Name), Remedy: remedyBackup})
			}
		}
	}
	return found, nil
}

func (b *Backend) checkSequences(ctx context.Context, s storage.Schema, f feed) (found []storage.Finding, err error) {
	cur, err := b.db.Collection(s.Name).Find(ctx, bson.D{{Key: "municipality", Value: f.ID}, {Key: "$or", Value: bson.A{
		bson.D{{Key: "seq", Value: bson.D{{Key: "$gt", Value: f.Seq}}}},
		bson.D{{Key: "seq", Value: bson.D{{Key: "$lt", Value: int64(1)}}}},
		bson.D{{Key: "version", Value: bson.D{{Key: "$lt", Value: int64(1)}}}},
	}}}, options.Find().SetLimit(20))
	if err != nil {
		return nil, err
	}
	var docs []document
	if err := cur.All(ctx, &docs); err != nil {
		return nil, err
	}
	for _, d := range docs {
		out, err := d.doc(s.Name)
		if err != nil {
			return found, err
		}
		found = append(found, storage.Finding{Code: "seq_beyond_counter", Collection: s.Name, ID: out.ID, Remedy: remedyBackup,
			Message: fmt.Sprintf("A record of municipality %s has a version or sequence number that the program never gave: the store was changed by other means.", f.ID)})
	}
	return found, nil
}

// heldTwice counts the values of a unique key that more than one document holds,
// looking at the documents and not at the marks or the index.
func (b *Backend) heldTwice(ctx context.Context, s storage.Schema, x index) (int, error) {
	all, err := b.feeds(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, u := range s.Unique {
		if u.Name != x.key {
			continue
		}
		for _, f := range all {
			match := bson.D{{Key: "municipality", Value: f.ID}, {Key: "deleted", Value: int64(0)}}
			has, group := bson.A{}, bson.D{}
			for i, p := range u.Paths {
				has = append(has, bson.D{{Key: "body." + p, Value: bson.D{{Key: "$ne", Value: nil}}}})
				group = append(group, bson.E{Key: fmt.Sprint("k", i), Value: "$body." + p})
			}
			cur, err := b.db.Collection(s.Name).Aggregate(ctx, bson.A{
				bson.D{{Key: "$match", Value: append(match, bson.E{Key: "$and", Value: has})}},
				bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: group}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
				bson.D{{Key: "$match", Value: bson.D{{Key: "n", Value: bson.D{{Key: "$gt", Value: 1}}}}}},
				bson.D{{Key: "$limit", Value: 1000}},
			})
			if err != nil {
				return n, err
			}
			var rows []bson.Raw
			if err := cur.All(ctx, &rows); err != nil {
				return n, err
			}
			n += len(rows)
		}
	}
	return n, nil
}
