package mongo

import (
	"context"
	"maps"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// How often the feeds are looked at where the server has no change streams, and
// how long to wait before a stream that broke is opened again.
const (
	pollEvery   = 500 * time.Millisecond
	reopenAfter = 2 * time.Second
)

// Hints follows the feed documents by a change stream; where the server has none
// it looks at the few of them now and then.
func (b *Backend) Hints(notify func()) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b.stream(ctx, notify) && pause(ctx, reopenAfter) {
			notify() // for what came while there was no stream
		}
		b.poll(ctx, notify)
	}()
	return func() { cancel(); <-done }
}

// stream notifies of every change until the stream breaks. It returns false where
// the server has no streams.
func (b *Backend) stream(ctx context.Context, notify func()) bool {
	cs, err := b.db.Collection(feedsName).Watch(ctx, mongo.Pipeline{{{Key: "$project", Value: bson.D{{Key: "documentKey", Value: 1}}}}})
	if err != nil {
		return mongo.IsNetworkError(err) || mongo.IsTimeout(err)
	}
	defer func() { _ = cs.Close(context.WithoutCancel(ctx)) }()
	for cs.Next(ctx) {
		notify()
	}
	return true
}

// poll notifies where a sequence number has changed.
func (b *Backend) poll(ctx context.Context, notify func()) {
	var last map[string]int64
	for ctx.Err() == nil {
		if all, err := b.feeds(ctx); err == nil {
			now := make(map[string]int64, len(all))
			for _, f := range all {
				now[f.ID] = f.Seq
			}
			if last != nil && !maps.Equal(last, now) {
				notify()
			}
			last = now
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
