// Package mongotest opens stores on the server that tests are given.
package mongotest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo"
)

// Server returns the address of the server, and skips the test where there is none.
func Server(tb testing.TB) string {
	tb.Helper()
	uri := os.Getenv("BOLIGKLAR_TEST_MONGODB_URL")
	if uri == "" {
		tb.Skip("BOLIGKLAR_TEST_MONGODB_URL names no server: nothing of the MongoDB engine is tested against one")
	}
	return uri
}

// Database returns a connection string for a database of the test's own, which is
// dropped afterwards.
func Database(tb testing.TB) string {
	tb.Helper()
	u, err := url.Parse(Server(tb))
	if err != nil {
		tb.Fatal("BOLIGKLAR_TEST_MONGODB_URL is no URL")
	}
	base := u.String()
	name := "boligklar_test_" + strings.ToLower(rand.Text()[:12])
	q := u.Query()
	if u.User != nil && q.Get("authSource") == "" {
		q.Set("authSource", "admin")
		u.RawQuery = q.Encode()
	}
	u.Path = "/" + name
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		c, err := driver.Connect(options.Client().ApplyURI(base))
		if err == nil {
			err = c.Database(name).Drop(ctx)
			_ = c.Disconnect(ctx)
		}
		if err != nil {
			tb.Log("the test's database stays:", err)
		}
	})
	return u.String()
}

// Open opens the store of a connection string, as one process of several does. It
// is closed when the test ends.
func Open(tb testing.TB, uri string, collections ...storage.AnyCollection) *storage.DB {
	tb.Helper()
	backend, err := mongo.Open(tb.Context(), uri)
	if err != nil {
		tb.Fatal(err)
	}
	db, err := storage.Open(tb.Context(), backend, collections...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}
