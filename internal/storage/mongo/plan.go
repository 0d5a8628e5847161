package mongo

import (
	"context"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/storage"
)

// plan is the writes to one collection, with what is stored in their way.
type plan struct {
	s          *session
	schema     storage.Schema
	collection *mongo.Collection
	writes     []*storage.Write
	docs       []*document                  // as they will be stored
	stored     map[string]document          // as they are, by full ID: version, deleted and the keys' values
	holders    map[string]map[string]string // unique key -> its values -> the full ID that holds them
}

func (p *plan) run(ctx context.Context) error {
	for _, w := range p.writes {
		d, err := newDocument(p.s.municipality, p.schema, w)
		if err != nil {
			return err
		}
		p.docs = append(p.docs, d)
	}
	if err := p.readStored(ctx); err != nil {
		return err
	}
	for _, u := range p.schema.Unique {
		if err := p.readHolders(ctx, u); err != nil {
			return err
		}
	}
	models, replaced, err := p.models()
	if err != nil {
		return err
	}
	res, err := p.collection.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(true))
	if err == nil && int(res.MatchedCount) != replaced { // cannot be while the feed document is held
		return storage.Stale(p.schema.Name, p.writes[0].ID)
	}
	return err
}

// keyOf returns a document's values of a unique key as one string, "" where it
// stands outside the key.
func keyOf(d *document, u storage.Unique) string {
	if !d.Keys[u.Name] {
		return ""
	}
	var b strings.Builder
	for _, path := range u.Paths {
		v, _ := scalarAt(d.Body, path)
		b.WriteByte(byte(v.Type))
		b.Write(v.Value) // strings carry their length
	}
	return b.String()
}

// readStored reads what is stored under the writes' IDs.
func (p *plan) readStored(ctx context.Context) error {
	ids := make(bson.A, len(p.docs))
	for i, d := range p.docs {
		ids[i] = d.ID
	}
	show := bson.D{{Key: "version", Value: 1}, {Key: "deleted", Value: 1}, {Key: "keys", Value: 1}}
	shown := map[string]bool{}
	for _, u := range p.schema.Unique {
		for _, path := range u.Paths {
			if !shown[path] {
				shown[path] = true
				show = append(show, bson.E{Key: "body." + path, Value: 1})
			}
		}
	}
	cur, err := p.collection.Find(ctx, bson.D{{Key: "municipality", Value: p.s.municipality}, {Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(show))
	if err != nil {
		return err
	}
	var all []document
	if err := cur.All(ctx, &all); err != nil {
		return err
	}
	p.stored = make(map[string]document, len(all))
	for _, d := range all {
		p.stored[d.ID] = d
	}
	return nil
}

// readHolders reads who holds the values of a unique key that the writes bring.
func (p *plan) readHolders(ctx context.Context, u storage.Unique) error {
	holders := map[string]string{}
	if p.holders == nil {
		p.holders = map[string]map[string]string{}
	}
	p.holders[u.Name] = holders
	single, each := bson.A{}, bson.A{}
	for _, d := range p.docs {
		was := p.stored[d.ID]
		key := keyOf(d, u)
		if old := keyOf(&was, u); old != "" {
			holders[old] = d.ID
		}
		if key == "" || holders[key] == d.ID {
			continue
		}
		cond := bson.D{}
		for _, path := range u.Paths {
			v, _ := scalarAt(d.Body, path)
			single = append(single, v)
			cond = append(cond, bson.E{Key: "body." + path, Value: v})
		}
		each = append(each, cond)
	}
	if len(each) == 0 {
		return nil
	}
	show := bson.D{{Key: "keys", Value: 1}}
	for _, path := range u.Paths {
		show = append(show, bson.E{Key: "body." + path, Value: 1})
	}
	f := bson.D{{Key: "municipality", Value: p.s.municipality}, {Key: "keys." + u.Name, Value: true}}
	if len(u.Paths) == 1 {
		f = append(f, bson.E{Key: "body." + u.Paths[0], Value: bson.D{{Key: "$in", Value: single}}})
	} else {
		f = append(f, bson.E{Key: "$or", Value: each})
	}
	cur, err := p.collection.Find(ctx, f, options.Find().SetProjection(show))
	if err != nil {
		return err
	}
	var found []document
	if err := cur.All(ctx, &found); err != nil {
		return err
	}
	for i := range found {
		holders[keyOf(&found[i], u)] = found[i].ID
	}
	return nil
}

// models goes through the writes in their order and turns them into those of the
// server, or says what the first one breaks. replaced is how many of them replace
// a document.
func (p *plan) models() (models []mongo.WriteModel, replaced int, err error) {
	for i, w := range p.writes {
		d := p.docs[i]
		was, exists := p.stored[d.ID]
		live := exists && was.Deleted == 0
		switch {
		case w.Expect == 0 && live:
			return nil, 0, storage.Taken(p.schema.Name, storage.IDKey, w.ID)
		case w.Expect != 0 && (!live || was.Version != w.Expect):
			return nil, 0, storage.Stale(p.schema.Name, w.ID)
		case w.Expect == 0 && exists: // a tombstone: its version goes on
			w.Version = was.Version + 1
			d.Version = w.Version
		}
		for _, u := range p.schema.Unique {
			holders := p.holders[u.Name]
			if old := keyOf(&was, u); old != "" && holders[old] == d.ID {
				delete(holders, old)
			}
			key := keyOf(d, u)
			if key == "" {
				continue
			}
			if _, taken := holders[key]; taken {
				return nil, 0, storage.Taken(p.schema.Name, u.Name, w.ID)
			}
			holders[key] = d.ID
		}
		if !exists {
			models = append(models, mongo.NewInsertOneModel().SetDocument(d))
			continue
		}
		replaced++
		models = append(models, mongo.NewReplaceOneModel().SetReplacement(d).
			SetFilter(append(p.s.scoped(d.ID), bson.E{Key: "version", Value: was.Version})))
	}
	return models, replaced, nil
}
