package mongo_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo"
)

// sharded is a backend whose collections are sharded as soon as they are made, as
// deploy/mongodb/shard.js does.
type sharded struct {
	*mongo.Backend
	admin    *driver.Database
	database string
	shards   []string
}

// shardedWhereItCan returns the backend as one of a sharded cluster where the
// server is one, else as it is.
func shardedWhereItCan(t *testing.T, b *mongo.Backend, uri string) storage.Cluster {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	client, err := driver.Connect(options.Client().ApplyURI(uri).SetTimeout(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	var list struct {
		Shards []struct {
			ID string `bson:"_id"`
		} `bson:"shards"`
	}
	s := &sharded{Backend: b, admin: client.Database("admin"), database: strings.TrimPrefix(u.Path, "/")}
	if err := s.admin.RunCommand(t.Context(), bson.D{{Key: "listShards", Value: 1}}).Decode(&list); err != nil || len(list.Shards) == 0 {
		return b
	}
	for _, one := range list.Shards {
		s.shards = append(s.shards, one.ID)
	}
	return s
}

// Prepare shards what the engine has made, and gives each shard a zone: the
// municipalities before 18, those of Nordland, and the rest.
func (s *sharded) Prepare(ctx context.Context, schemas []storage.Schema) error {
	if err := s.Backend.Prepare(ctx, schemas); err != nil {
		return err
	}
	run := func(command bson.D) error { return s.admin.RunCommand(ctx, command).Err() }
	if err := run(bson.D{{Key: "enableSharding", Value: s.database}}); err != nil {
		return err
	}
	names := []string{"_feeds"}
	for _, schema := range schemas {
		names = append(names, schema.Name)
	}
	bounds := []any{bson.MinKey{}, "1804", "1833", bson.MaxKey{}}
	for i := range len(bounds) - 1 {
		if err := run(bson.D{{Key: "addShardToZone", Value: s.shards[i%len(s.shards)]}, {Key: "zone", Value: s.database + string(rune('a'+i))}}); err != nil {
			return err
		}
	}
	for _, name := range names {
		ns := s.database + "." + name
		for i := range len(bounds) - 1 {
			err := run(bson.D{{Key: "updateZoneKeyRange", Value: ns}, {Key: "min", Value: bson.D{{Key: "municipality", Value: bounds[i]}}},
				{Key: "max", Value: bson.D{{Key: "municipality", Value: bounds[i+1]}}}, {Key: "zone", Value: s.database + string(rune('a'+i))}})
			if err != nil {
				return err
			}
		}
		if err := run(bson.D{{Key: "shardCollection", Value: ns}, {Key: "key", Value: bson.D{{Key: "municipality", Value: 1}}}}); err != nil {
			return err
		}
	}
	return nil
}
