package mongo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// feedsName is the collection of the municipalities' feed documents. It also
// holds the store's own note, in a municipality that cannot be one.
const (
	feedsName     = "_feeds"
	layoutID      = "_layout"
	layoutVersion = 1
)

type layoutNote struct {
	ID           string `bson:"_id"`
	Municipality string `bson:"municipality"`
	Layout       int    `bson:"layout"`
}

// index is an index as it should stand in the server.
type index struct {
	name    string
	keys    bson.D
	unique  bool
	partial bson.D
	key     string // the unique key's name; "" for other indexes
}

// indexes returns the indexes of a collection. Each begins with the municipality.
func indexes(s storage.Schema) []index {
	keys := func(paths []string, last ...string) bson.D {
		d := bson.D{{Key: "municipality", Value: int32(1)}}
		for _, p := range paths {
			d = append(d, bson.E{Key: "body." + p, Value: int32(1)})
		}
		for _, f := range last {
			d = append(d, bson.E{Key: f, Value: int32(1)})
		}
		return d
	}
	out := []index{
		{name: "feed", keys: keys(nil, "seq", "_id")},
		{name: "tombstones", keys: keys(nil, "deleted"), partial: bson.D{{Key: "deleted", Value: bson.D{{Key: "$gt", Value: int64(0)}}}}},
	}
	for _, x := range s.Indexes {
		out = append(out, index{name: "i_" + x.Name, keys: keys(x.Paths, "_id")})
	}
	for _, u := range s.Unique {
		out = append(out, index{name: "u_" + u.Name, keys: keys(u.Paths), unique: true, key: u.Name, partial: bson.D{{Key: "keys." + u.Name, Value: true}}})
	}
	return out
}

// Prepare makes the collections and brings their indexes to the schemas.
func (b *Backend) Prepare(ctx context.Context, schemas []storage.Schema) (err error) {
	ctx, cancel := context.WithTimeout(ctx, adminTimeout)
	defer cancel()
	defer func() { err = explain(ctx, err) }()
	names, err := b.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return err
	}
	if err := b.checkLayout(ctx, names); err != nil {
		return err
	}
	known := map[string]storage.Schema{}
	if len(schemas) == 0 { // older documents are about to be brought up: the keys hold that are there
		if known, err = b.storedKeys(ctx, names); err != nil {
			return err
		}
	}
	for _, s := range schemas {
		known[s.Name] = s
	}
	if err := b.prepareAll(ctx, schemas, names); err != nil {
		return err
	}
	b.schemas.Store(&known)
	return nil
}

// prepareAll makes the collections and their indexes, several at a time: a server
// may take seconds for each.
func (b *Backend) prepareAll(ctx context.Context, schemas []storage.Schema, names []string) error {
	failed := make([]error, len(schemas))
	var all sync.WaitGroup
	slots := make(chan struct{}, 8)
	for i, s := range schemas {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if failed[i] = b.create(ctx, s.Name, names); failed[i] == nil {
				failed[i] = b.reindex(ctx, s)
			}
		})
	}
	all.Wait()
	for _, err := range failed { // the first in the schemas' order, so that it is the same each time
		if err != nil {
			return err
		}
	}
	return nil
}

// checkLayout refuses a database of another program, or of a newer one.
func (b *Backend) checkLayout(ctx context.Context, names []string) error {
	var note layoutNote
	id := bson.D{{Key: "_id", Value: layoutID}, {Key: "municipality", Value: layoutID}}
	feeds := b.db.Collection(feedsName)
	if slices.Contains(names, feedsName) {
		err := feeds.FindOne(ctx, id).Decode(&note)
		if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
			return err
		}
	} else if slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, "system.") }) {
		return apperr.New(apperr.Unreadable, "The database %s belongs to another program. Name another database in the connection string.", b.db.Name())
	}
	switch {
	case note.Layout > layoutVersion:
		return apperr.New(apperr.Unreadable, "The store was written by a newer version of Boligklar (layout %d, this program knows %d). Start that version or a newer one; nothing was changed.", note.Layout, layoutVersion)
	case note.Layout == layoutVersion:
		return nil
	}
	if err := b.create(ctx, feedsName, names); err != nil {
		return err
	}
	_, err := feeds.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: "municipality", Value: int32(1)}, {Key: "seq", Value: int32(1)}}, Options: options.Index().SetName("by_seq")})
	if err != nil {
		return err
	}
	_, err = feeds.UpdateOne(ctx, id, bson.D{{Key: "$set", Value: bson.D{{Key: "layout", Value: layoutVersion}}}}, options.UpdateOne().SetUpsert(true))
	return err
}

// create makes a collection, which a transaction must not have to do.
func (b *Backend) create(ctx context.Context, name string, names []string) error {
	if slices.Contains(names, name) {
		return nil
	}
	err := b.db.CreateCollection(ctx, name)
	var server mongo.ServerError
	if errors.As(err, &server) && server.HasErrorCode(48) { // another process was quicker
		return nil
	}
	return err
}

// storedKeys returns the unique keys that the server's indexes hold.
func (b *Backend) storedKeys(ctx context.Context, names []string) (map[string]storage.Schema, error) {
	known := map[string]storage.Schema{}
	for _, name := range names {
		if strings.HasPrefix(name, "system.") {
			continue
		}
		stored, err := b.storedIndexes(ctx, name)
		if err != nil {
			return nil, err
		}
		s := storage.Schema{Name: name}
		for _, x := range stored {
			u := storage.Unique{}
			var key bool
			if u.Name, key = strings.CutPrefix(x.Name, "u_"); !key {
				continue
			}
			for _, e := range x.Key {
				if path, ok := strings.CutPrefix(e.Key, "body."); ok {
					u.Paths = append(u.Paths, path)
				}
			}
			s.Unique = append(s.Unique, u)
		}
		known[name] = s
	}
	return known, nil
}

// storedIndex is an index as the server describes it.
type storedIndex struct {
	Name    string `bson:"name"`
	Key     bson.D `bson:"key"`
	Unique  bool   `bson:"unique"`
	Partial bson.D `bson:"partialFilterExpression"`
}

func (b *Backend) storedIndexes(ctx context.Context, collection string) (out []storedIndex, err error) {
	cur, err := b.db.Collection(collection).Indexes().List(ctx)
	if err != nil {
		return nil, err
	}
	return out, cur.All(ctx, &out)
}

// drift compares a collection's indexes with its schema.
func (b *Backend) drift(ctx context.Context, s storage.Schema) (drop []string, create []index, err error) {
	stored, err := b.storedIndexes(ctx, s.Name)
	if err != nil {
		return nil, nil, err
	}
	want := map[string]index{}
	for _, x := range indexes(s) {
		want[x.name] = x
	}
	for _, x := range stored {
		if x.Name == "_id_" {
			continue
		}
		w, ok := want[x.Name]
		if ok && w.unique == x.Unique && same(w.keys, x.Key) && same(w.partial, x.Partial) {
			delete(want, x.Name)
			continue
		}
		drop = append(drop, x.Name)
	}
	for _, x := range indexes(s) {
		if _, missing := want[x.name]; missing {
			create = append(create, x)
		}
	}
	return drop, create, nil
}

// same compares two definitions, whatever width a server gives their numbers.
func same(a, b bson.D) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(plain(a), plain(b))
}

func plain(v any) any {
	switch v := v.(type) {
	case bson.D:
		out := make([]any, 0, 2*len(v))
		for _, e := range v {
			value := plain(e.Value)
			if d, ok := value.([]any); ok && len(d) == 2 && d[0] == "$eq" {
				value = d[1]
			}
			out = append(out, e.Key, value)
		}
		return out
	case int32:
		return float64(v)
	case int64:
		return float64(v)
	}
	return v
}

func (b *Backend) reindex(ctx context.Context, s storage.Schema) error {
	drop, create, err := b.drift(ctx, s)
	if err != nil {
		return err
	}
	c := b.db.Collection(s.Name)
	for _, name := range drop {
		err := c.Indexes().DropOne(ctx, name)
		if server, ok := errors.AsType[mongo.ServerError](err); ok && server.HasErrorCode(27) { // another process was quicker
			continue
		}
		if err != nil {
			return err
		}
	}
	if err := b.remark(ctx, s, create); err != nil {
		return err
	}
	var models []mongo.IndexModel
	for _, x := range create {
		o := options.Index().SetName(x.name)
		if x.unique {
			o.SetUnique(true)
		}
		if x.partial != nil {
			o.SetPartialFilterExpression(x.partial)
		}
		models = append(models, mongo.IndexModel{Keys: x.keys, Options: o})
	}
	if len(models) == 0 {
		return nil
	}
	// By itself the server waits for every member, also for one that is down.
	if _, err = c.Indexes().CreateMany(ctx, models, options.CreateIndexes().SetCommitQuorumMajority()); err == nil {
		return nil
	}
	for _, x := range create { // which of them it was
		if x.key != "" && duplicate(err) {
			if n, err := b.heldTwice(ctx, s, x); err != nil || n > 0 {
				return errors.Join(err, storage.Taken(s.Name, x.key, ""))
			}
		}
	}
	return fmt.Errorf("mongo: indexes of %s: %w", s.Name, err)
}

// remark marks the documents that take part in a new or changed unique key, and
// only those, municipality by municipality.
func (b *Backend) remark(ctx context.Context, s storage.Schema, create []index) error {
	if !slices.ContainsFunc(create, func(x index) bool { return x.unique }) {
		return nil
	}
	all, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	for _, f := range all {
		for _, u := range s.Unique {
			if !slices.ContainsFunc(create, func(x index) bool { return x.key == u.Name }) {
				continue
			}
			has := bson.A{}
			for _, p := range u.Paths {
				has = append(has, bson.D{{Key: "body." + p, Value: bson.D{{Key: "$ne", Value: nil}}}})
			}
			scope := bson.D{{Key: "municipality", Value: f.ID}, {Key: "deleted", Value: int64(0)}}
			name := "keys." + u.Name
			if _, err := b.db.Collection(s.Name).UpdateMany(ctx, append(slices.Clone(scope), bson.E{Key: name, Value: true}), bson.D{{Key: "$unset", Value: bson.D{{Key: name, Value: ""}}}}); err != nil {
				return err
			}
			if _, err := b.db.Collection(s.Name).UpdateMany(ctx, append(scope, bson.E{Key: "$and", Value: has}), bson.D{{Key: "$set", Value: bson.D{{Key: name, Value: true}}}}); err != nil {
				return err
			}
		}
	}
	return nil
}
