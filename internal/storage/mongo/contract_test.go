package mongo_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"crypto/rand"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo"
	"github.com/boligklar/boligklar/internal/storage/storagetest"
)

// serverURL returns the server that tests run against.
func serverURL(t testing.TB) string {
	t.Helper()
	uri := os.Getenv("BOLIGKLAR_TEST_MONGODB_URL")
	if uri == "" {
		t.Skip("BOLIGKLAR_TEST_MONGODB_URL names no server: nothing of the MongoDB engine is tested against one")
	}
	return uri
}

// newDatabase returns a connection string for a database of the test's own, which
// is dropped afterwards.
func newDatabase(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(serverURL(t))
	if err != nil {
		t.Fatal("BOLIGKLAR_TEST_MONGODB_URL is no URL")
	}
	base := u.String()
	name := "boligklar_test_" + strings.ToLower(rand.Text()[:12])
	q := u.Query()
	if u.User != nil && q.Get("authSource") == "" {
		q.Set("authSource", "admin")
		u.RawQuery = q.Encode()
	}
	u.Path = "/" + name
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		c, err := driver.Connect(options.Client().ApplyURI(base))
		if err == nil {
			err = c.Database(name).Drop(ctx)
			_ = c.Disconnect(ctx)
		}
		if err != nil {
			t.Log("the test's database stays:", err)
		}
	})
	return u.String()
}

func TestContract(t *testing.T) {
	serverURL(t)
	var stores sync.Map // one database for each test
	storagetest.Run(t, func(t *testing.T) storage.Backend {
		uri, ok := stores.Load(t.Name())
		if !ok {
			uri = newDatabase(t)
			stores.Store(t.Name(), uri)
		}
		b, err := mongo.Open(t.Context(), uri.(string), mongo.WithMonitor(scopes.monitor(t)))
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}
