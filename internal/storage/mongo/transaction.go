package mongo

import (
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/storage"
)

var transactionOptions = options.Transaction().SetReadConcern(readconcern.Snapshot()).SetWriteConcern(writeconcern.Majority()).SetReadPreference(readpref.Primary())

// transact runs fn in one transaction and commits it, also where it only read: a
// commit is answered once most members have all that the transaction saw, so that a
// change of primary cannot undo any of it. All tries at one thing have one session:
// with a new transaction of it the server gives up one whose end the network kept
// from it, which would hold what it has for as long as a transaction may live.
func transact(ctx context.Context, s *mongo.Session, fn func(ctx context.Context) error) error {
	still := context.WithoutCancel(ctx) // the end of a transaction is not to be cut short
	abort := func() {                   // where it fails the next transaction sees to it
		ctx, cancel := context.WithTimeout(still, abortTimeout)
		defer cancel()
		_ = s.AbortTransaction(ctx)
	}
	if s.TransactionRunning() { // a commit that got no answer in time
		abort()
	}
	if err := s.StartTransaction(transactionOptions); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			abort()
		}
	}()
	if err := fn(mongo.NewSessionContext(ctx, s)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	done = true
	if err := s.CommitTransaction(still); err != nil {
		return &commitError{err}
	}
	return nil
}

// commitError is the error of a commit, which may have gone through all the same.
type commitError struct{ error }

func (e *commitError) Unwrap() error { return e.error }

// View runs fn with a consistent snapshot of one municipality.
func (b *Backend) View(ctx context.Context, municipality string, fn func(storage.Reader) error) error {
	if err := b.enter(); err != nil {
		return err
	}
	defer b.running.Done()
	driving, err := b.client.StartSession()
	if err != nil {
		return explain(ctx, err)
	}
	defer driving.EndSession(context.WithoutCancel(ctx))
	return b.retry(ctx, func() error {
		err := transact(ctx, driving, func(ctx context.Context) error {
			s := b.session(municipality)
			s.ctx = ctx
			if err := s.load(ctx); err != nil {
				return err
			}
			return fn(s)
		})
		if unsure, ok := errors.AsType[*commitError](err); ok {
			return again{unsure.error} // what was seen may not have lasted
		}
		return err
	})
}

// Update runs fn in one transaction, and again where the server asks for it.
func (b *Backend) Update(ctx context.Context, municipality string, fn func(storage.Writer) error) error {
	if err := b.enter(); err != nil {
		return err
	}
	defer b.running.Done()
	q, _ := b.queues.LoadOrStore(municipality, make(chan struct{}, 1))
	queue := q.(chan struct{})
	select { // in this process writers wait in line; others' are met in the server
	case queue <- struct{}{}:
		defer func() { <-queue }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	driving, err := b.client.StartSession()
	if err != nil {
		return explain(ctx, err)
	}
	defer driving.EndSession(context.WithoutCancel(ctx))
	return b.retry(ctx, func() error {
		s := b.session(municipality)
		s.token = rand.Text()[:tokenSize]
		err := transact(ctx, driving, func(ctx context.Context) error {
			s.ctx = ctx
			if err := s.lock(ctx); err != nil {
				return err
			}
			if err := fn(s); err != nil {
				return err
			}
			return s.finish(ctx)
		})
		unsure, ok := errors.AsType[*commitError](err)
		switch {
		case ok && s.taken:
			return b.settle(ctx, driving, s, unsure.error)
		case ok: // it wrote nothing, or removed tombstones, which may be done twice
			return again{unsure.error}
		}
		return err
	})
}

// settle finds out whether a commit that failed went through all the same, by
// taking hold of the feed document, which waits until that transaction has ended.
// The hold is committed: its own majority is what makes the answer last. A primary
// that was cut off from the others may still show a commit that is about to be lost.
func (b *Backend) settle(ctx context.Context, driving *mongo.Session, s *session, failed error) error {
	held, known := false, false
	err := b.retry(ctx, func() error {
		err := transact(context.WithoutCancel(ctx), driving, func(ctx context.Context) error {
			probe := b.session(s.municipality)
			if err := probe.lock(ctx); err != nil {
				return err
			}
			held, known = probe.feed.holds(s.feed.Seq+1, s.token)
			return nil
		})
		if unsure, ok := errors.AsType[*commitError](err); ok {
			return again{unsure.error}
		}
		return err
	})
	switch {
	case err != nil || !known:
		return final{apperr.Wrap(failed, apperr.Unavailable, "The store did not answer in time. The change may or may not have been stored: look before you repeat it.")}
	case held:
		return nil
	}
	return again{failed} // nothing of it stayed
}

// final is an error that no other try is to follow, again one that one is.
type final struct{ error }
type again struct{ error }

func (e final) Unwrap() error { return e.error }
func (e again) Unwrap() error { return e.error }

// retry runs try until it succeeds or fails for good, waiting longer from time
// to time, for at most retryFor.
func (b *Backend) retry(ctx context.Context, try func() error) error {
	deadline := time.Now().Add(retryFor)
	wait := 2 * time.Millisecond
	for {
		began := time.Now()
		err := try()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil && !coded(err) {
			return ctx.Err()
		}
		if _, ok := errors.AsType[final](err); ok || (!transient(err) && !isAgain(err)) {
			return explain(ctx, unmark(err))
		}
		if outlived(err, time.Since(began)) { // another try would take as long
			return apperr.Wrap(unmark(err), apperr.TooLarge, "The change took longer than the store lets a transaction live. Bring it in smaller parts, or raise the server's limit; nothing was changed.")
		}
		if time.Now().After(deadline) {
			return apperr.Wrap(unmark(err), apperr.Unavailable, "The store does not answer, or others are writing all the time. Try again in a moment; nothing was changed.")
		}
		select {
		case <-time.After(wait/2 + mathrand.N(wait)):
			wait = min(2*wait, longestWait)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// outlived tells whether a transaction failed since the server lets none live for
// so long. A server whose limit is lower than the usual one says that it is gone.
func outlived(err error, took time.Duration) bool {
	if isAgain(err) {
		return false
	}
	server, ok := errors.AsType[mongo.ServerError](err)
	gone := ok && (server.HasErrorCode(251) || server.HasErrorCode(290))
	return took > longTransaction || gone && took > longElection
}

func isAgain(err error) bool { _, ok := errors.AsType[again](err); return ok }

// unmark takes final and again off an error.
func unmark(err error) error {
	switch e := err.(type) {
	case final:
		return unmark(e.error)
	case again:
		return unmark(e.error)
	}
	return err
}

func coded(err error) bool { _, ok := errors.AsType[*apperr.Error](err); return ok }

// Codes of the server. MongoDB marks the transient ones with a label, DocumentDB
// does not.
var transientCodes = map[int]bool{
	6: true, 7: true, 24: true, 46: true, 50: true, 89: true, 91: true, 112: true, 133: true, 134: true, 189: true, 239: true, 246: true, 249: true,
	251: true, 262: true, 267: true, 281: true, 290: true, 9001: true, 10107: true, 11600: true, 11602: true, 13388: true, 13435: true, 13436: true,
}

// transient tells whether the whole transaction may succeed when it is tried
// again.
func transient(err error) bool {
	if coded(err) {
		return false
	}
	if mongo.IsNetworkError(err) || mongo.IsTimeout(err) || errors.Is(err, mongo.ErrClientDisconnected) {
		return true
	}
	if duplicate(err) { // where no key is found to be taken, it was another's upsert
		return true
	}
	e, ok := errors.AsType[mongo.ServerError](err)
	if !ok {
		return false
	}
	if e.HasErrorLabel("TransientTransactionError") || e.HasErrorLabel("RetryableWriteError") {
		return true
	}
	for code := range transientCodes {
		if e.HasErrorCode(code) {
			return true
		}
	}
	// PostgreSQL's own words for what MongoDB calls a write conflict
	return e.HasErrorMessage("could not serialize access") || e.HasErrorMessage("terminating connection") || e.HasErrorMessage("current transaction is aborted")
}

// duplicate tells whether a unique key is taken. DocumentDB calls that a write
// conflict inside a transaction, with other words.
func duplicate(err error) bool {
	return mongo.IsDuplicateKeyError(err) || err != nil && strings.Contains(strings.ToLower(err.Error()), "duplicate key")
}

// explain gives an error of the server or the network the code and the sentence
// for people. Errors that have a code, and those that are not the engine's, stay.
func explain(ctx context.Context, err error) error {
	if err == nil || coded(err) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if server, ok := errors.AsType[mongo.ServerError](err); ok {
		switch {
		case server.HasErrorCode(18), server.HasErrorCode(13):
			return apperr.Wrap(err, apperr.Unavailable, "The store refuses the user or password of the connection string, or the user may not write there.")
		case transient(err):
			return apperr.Wrap(err, apperr.Unavailable, "The store does not answer at the moment. Try again shortly.")
		}
		return err
	}
	if strings.Contains(err.Error(), "auth error") {
		return apperr.Wrap(err, apperr.Unavailable, "The store refuses the user or password of the connection string.")
	}
	if mongo.IsNetworkError(err) || mongo.IsTimeout(err) || strings.Contains(err.Error(), "server selection error") {
		return apperr.Wrap(err, apperr.Unavailable, "The store does not answer. Check that its servers run and can be reached, then try again.")
	}
	return err
}

// lock takes hold of the municipality's feed document and reads it.
func (s *session) lock(ctx context.Context) error {
	err := s.b.db.Collection(feedsName).FindOneAndUpdate(ctx,
		bson.D{{Key: "_id", Value: s.municipality}, {Key: "municipality", Value: s.municipality}},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "locks", Value: int64(1)}}}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&s.feed)
	return err
}

// finish writes the feed document where the transaction changed anything.
func (s *session) finish(ctx context.Context) error {
	set := bson.D{}
	if s.taken {
		set = append(set, bson.E{Key: "seq", Value: s.feed.Seq + 1}, bson.E{Key: "tokens", Value: s.feed.withToken(s.token)})
		for c := range s.touched {
			set = append(set, bson.E{Key: "touched." + c, Value: s.feed.Seq + 1})
		}
	}
	if s.purged > s.feed.Purged {
		set = append(set, bson.E{Key: "purged", Value: s.purged})
	}
	if len(set) == 0 {
		return nil
	}
	_, err := s.b.db.Collection(feedsName).UpdateOne(ctx, bson.D{{Key: "_id", Value: s.municipality}, {Key: "municipality", Value: s.municipality}}, bson.D{{Key: "$set", Value: set}})
	return err
}
