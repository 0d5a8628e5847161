package mongo_test

import (
	"sync"
	"testing"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo"
	"github.com/boligklar/boligklar/internal/storage/mongo/mongotest"
	"github.com/boligklar/boligklar/internal/storage/storagetest"
)

func TestContract(t *testing.T) {
	mongotest.Server(t)
	var stores sync.Map // one database for each test
	storagetest.Run(t, func(t *testing.T) storage.Backend {
		uri, ok := stores.Load(t.Name())
		if !ok {
			uri = mongotest.Database(t)
			stores.Store(t.Name(), uri)
		}
		b, err := mongo.Open(t.Context(), uri.(string), mongo.WithMonitor(scopes.monitor(t)))
		if err != nil {
			t.Fatal(err)
		}
		return shardedWhereItCan(t, b, uri.(string))
	})
}
