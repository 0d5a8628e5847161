package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// How often the feeds are looked at where the server has no change streams, how
// long to wait before a stream that broke is opened again, and how long the server
// may keep a question for news that are not there yet.
const (
	pollEvery   = 500 * time.Millisecond
	reopenAfter = 2 * time.Second
	awaitNews   = 5 * time.Second
)

// news are the changes of a feed document that give it a new sequence number, or a
// first one: not that a writer took hold of it, of which nothing may have come.
var news = mongo.Pipeline{
	{{Key: "$match", Value: bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: "operationType", Value: bson.D{{Key: "$ne", Value: "update"}}}},
		bson.D{{Key: "updateDescription.updatedFields.seq", Value: bson.D{{Key: "$exists", Value: true}}}},
	}}}}},
	{{Key: "$project", Value: bson.D{{Key: "documentKey", Value: 1}}}},
}

// Hints follows the feed documents by a change stream; where the server has none
// it looks at those of the watched municipalities now and then.
func (b *Backend) Hints(watched func() []string, notify func(municipality string)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b.stream(ctx, notify) && pause(ctx, reopenAfter) {
			notify("") // for what came while there was no stream
		}
		b.poll(ctx, watched, notify)
	}()
	return func() { cancel(); <-done }
}

// stream notifies of news until the stream breaks. It returns false where the
// server has no streams for this user, and true where one may be opened again.
func (b *Backend) stream(ctx context.Context, notify func(municipality string)) bool {
	open, cancel := context.WithTimeout(ctx, operationTimeout)
	defer cancel()
	cs, err := b.db.Collection(feedsName).Watch(open, news, options.ChangeStream().SetMaxAwaitTime(awaitNews))
	if err != nil {
		return transient(err)
	}
	defer func() { _ = cs.Close(context.WithoutCancel(ctx)) }()
	for {
		if next(ctx, cs) {
			municipality, _ := cs.Current.Lookup("documentKey", "_id").StringValueOK() // where it says none: all
			notify(municipality)
			continue
		}
		if cs.Err() != nil || cs.ID() == 0 || ctx.Err() != nil {
			return true
		}
	}
}

// next asks once for news. A server that says nothing at all, not even that there
// are none, is given up.
func next(ctx context.Context, cs *mongo.ChangeStream) bool {
	ctx, cancel := context.WithTimeout(ctx, operationTimeout)
	defer cancel()
	return cs.TryNext(ctx)
}

// poll notifies where a sequence number has changed.
func (b *Backend) poll(ctx context.Context, watched func() []string, notify func(municipality string)) {
	last := map[string]int64{}
	for ctx.Err() == nil {
		of := watched()
		if all, err := b.feedsOf(ctx, bson.D{{Key: "municipality", Value: bson.D{{Key: "$in", Value: of}}}, {Key: "_id", Value: bson.D{{Key: "$in", Value: of}}}}); err == nil {
			now := map[string]int64{}
			for _, f := range all {
				now[f.ID] = f.Seq
			}
			for _, m := range of { // one that was never written to is at 0
				if was, known := last[m]; known && was != now[m] {
					notify(m)
				}
				last[m] = now[m]
			}
		}
		if !pause(ctx, pollEvery) {
			return
		}
	}
}

// pause waits, and tells whether the context still runs.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
