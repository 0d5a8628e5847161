// Package mongo is the storage engine to grow on: MongoDB 4.4 or later as a
// replica set or a sharded cluster, or DocumentDB, through the official driver.
// It uses only what both have.
//
// Each collection of documents is a collection of the server, and every command
// names the municipality, which is the shard key. A municipality's feed document
// holds its sequence number. A transaction that writes takes hold of that document
// first, so a municipality's writers go one after the other and lower numbers are
// visible before higher ones; it is also where an interrupted commit is looked up.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

// How long things may take, and how many connections a process holds.
const (
	connectTimeout   = 5 * time.Second
	selectTimeout    = 15 * time.Second      // an election takes some ten seconds
	operationTimeout = 15 * time.Second      // of one command
	abortTimeout     = 2 * time.Second       // of giving a transaction up, where the server may be silent
	adminTimeout     = time.Hour             // of building indexes and checking everything
	retryFor         = 75 * time.Second      // how long a transaction is tried again: one of a process that was killed stands in the way for the server's limit, 60 s by default
	longTransaction  = 45 * time.Second      // one that fails after this has met the server's limit, 60 s by default
	longestWait      = 20 * time.Millisecond // between two tries. A busy process leaves its feed document for a millisecond at a time, which others have to meet
	longElection     = 20 * time.Second      // a transaction may be gone since the primary changed, but not for so long
	maxConnections   = 64
	minWireVersion   = 9    // MongoDB 4.4
	carries          = 1000 // documents that a transaction writes well within the server's limit
)

// defaultDatabase is used where the connection string names none.
const defaultDatabase = "boligklar"

// Backend is a store in one database of a server.
type Backend struct {
	client  *mongo.Client
	db      *mongo.Database
	schemas atomic.Pointer[map[string]storage.Schema] // known collections, by name
	queues  sync.Map                                  // municipality -> chan struct{}, taken by its writer in this process

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

var _ storage.Cluster = (*Backend)(nil)

// Carries returns how many documents one transaction may safely write.
func (b *Backend) Carries() int { return carries }

var errClosed = errors.New("mongo: the store is closed")

// Option changes how a store is opened.
type Option func(*options.ClientOptions)

// WithMonitor has every command told to m.
func WithMonitor(m *event.CommandMonitor) Option {
	return func(o *options.ClientOptions) { o.SetMonitor(m) }
}

// Open connects to the server of a connection string, which also carries TLS,
// authentication and the database's name. Errors: apperr.Invalid for a string
// that is none; apperr.Unavailable where no server answers; apperr.Unreadable for
// a server that is too old or cannot do transactions.
func Open(ctx context.Context, uri string, opts ...Option) (*Backend, error) {
	cs, err := connstring.ParseAndValidate(uri)
	if err != nil { // the driver's error may quote the password
		return nil, apperr.New(apperr.Invalid, "The store's connection string cannot be read. It looks like mongodb://user:password@host:27017/boligklar?replicaSet=rs0.")
	}
	database := cs.Database
	if database == "" {
		database = defaultDatabase
	}
	o := options.Client().ApplyURI(uri).
		SetAppName("boligklar").
		SetConnectTimeout(connectTimeout).
		SetServerSelectionTimeout(selectTimeout).
		SetTimeout(operationTimeout).
		SetMaxPoolSize(maxConnections).
		SetRetryWrites(true).
		SetRetryReads(true).
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(writeconcern.Majority())
	for _, opt := range opts {
		opt(o)
	}
	client, err := mongo.Connect(o)
	if err != nil {
		return nil, apperr.New(apperr.Invalid, "The store's connection string cannot be used: check its options.")
	}
	b := &Backend{client: client, db: client.Database(database)}
	if err := b.greet(ctx); err != nil {
		_ = client.Disconnect(context.WithoutCancel(ctx))
		return nil, err
	}
	return b, nil
}

// greeting is what the engine needs of a server's answer to hello.
type greeting struct {
	SetName        string `bson:"setName"`
	Msg            string `bson:"msg"`
	MaxWireVersion int32  `bson:"maxWireVersion"`
	Sessions       *int32 `bson:"logicalSessionTimeoutMinutes"`
}

// greet asks the server what it is.
func (b *Backend) greet(ctx context.Context) error {
	var g greeting
	err := b.client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&g)
	if err != nil {
		return explain(ctx, err)
	}
	return g.check()
}

// check refuses a server that the engine cannot use.
func (g greeting) check() error {
	switch {
	case g.MaxWireVersion < minWireVersion:
		return apperr.New(apperr.Unreadable, "The MongoDB server is too old. Use version 4.4 or later.")
	case g.SetName == "" && g.Msg != "isdbgrid":
		return apperr.New(apperr.Unreadable, "The MongoDB server stands alone and cannot do transactions. Make it a replica set of one: start mongod with --replSet rs0, run rs.initiate() in mongosh once, and add ?replicaSet=rs0 to the connection string.")
	case g.Sessions == nil:
		return apperr.New(apperr.Unreadable, "The MongoDB server has no sessions, which transactions need. Use a replica set or a sharded cluster of version 4.4 or later.")
	}
	return nil
}

// enter counts a transaction as running, until leave.
func (b *Backend) enter() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errClosed
	}
	b.running.Add(1)
	return nil
}

// Close waits for running transactions and closes the connections. A second call
// does nothing.
func (b *Backend) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	b.mu.Unlock()
	b.running.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	if err := b.client.Disconnect(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("mongo: close: %w", err)
	}
	return nil
}

// Municipalities lists every municipality that has a feed, in ascending order.
func (b *Backend) Municipalities(ctx context.Context) ([]string, error) {
	feeds, err := b.feeds(ctx)
	if err != nil {
		return nil, explain(ctx, err)
	}
	out := make([]string, len(feeds))
	for i, f := range feeds {
		out[i] = f.ID
	}
	return out, nil
}

// feeds reads how far every municipality is, the one question that is not about
// a single one of them.
func (b *Backend) feeds(ctx context.Context) ([]feed, error) {
	return b.feedsOf(ctx, bson.D{{Key: "seq", Value: bson.D{{Key: "$gt", Value: 0}}}})
}

func (b *Backend) feedsOf(ctx context.Context, filter bson.D) (out []feed, err error) {
	cur, err := b.db.Collection(feedsName).Find(ctx, filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetProjection(bson.D{{Key: "seq", Value: 1}}))
	if err != nil {
		return nil, err
	}
	return out, cur.All(ctx, &out)
}
