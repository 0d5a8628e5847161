// Package storage offers typed collections of JSON documents with versions,
// unique keys, transactions over several collections and a sequenced feed of
// changes, over one narrow [Backend].
//
// Every document belongs to a municipality. A transaction sees one municipality
// and no other; every index and every unique key begins with it.
//
// # Versions
//
// A document's version grows by one with every write. A write names the version
// that it read and fails with apperr.Conflict if another write came between, so
// an update is never lost. The version goes on counting over a deletion and a
// new document with the same ID, so a version never means two contents.
//
// # The feed
//
// A transaction takes its municipality's next sequence number (seq) once, when
// it first flushes writes, and stamps it on every document that it touches; a
// deletion leaves a tombstone. Readers page over (seq, collection, id) with
// [DB.Changes] and see each document's newest state. A seq becomes visible only
// after all lower ones of its municipality, so a reader that keeps its
// [Position] misses nothing.
package storage

import (
	"context"
	"iter"
)

// Doc is a stored document as a backend sees it.
type Doc struct {
	Collection string
	ID         string
	Version    int64  // 1 and up
	Seq        int64  // the transaction that wrote it last, 1 and up
	DeletedAt  int64  // Unix milliseconds; 0 for a live document, otherwise a tombstone
	Body       []byte // a JSON object; nil for a tombstone
}

// Write is one document to be written.
type Write struct {
	Doc          // the new state; a DeletedAt that is not 0 makes a tombstone
	Expect int64 // the version that must be stored now; 0: there must be no live document
	fresh  bool  // its ID was made for it a moment ago: there can be no other document with it
}

// State is where a municipality's feed stands.
type State struct {
	Seq    int64 // the last seq taken; 0 before the first write
	Purged int64 // the highest seq of any tombstone that was purged; 0 for none
}

// Backend is what an engine provides. It is narrow so that an engine is a few
// hundred lines: typed values, cursors, nulls in sorts, gathering of writes,
// retries of a read position and document migrations are all done above it.
//
// Every method returns apperr.Unavailable when the engine does not answer in
// time (trying again may help), and the context's error once the context ended.
// Anything else without a code is a fault to be logged.
type Backend interface {
	// Prepare makes the engine's own layout or brings it up to date, then brings
	// the indexes of the given collections to their schemas: missing ones are
	// made, changed ones made anew, and ones no longer named dropped. Other
	// collections' indexes stay. Open calls it without schemas first. Errors:
	// apperr.Unreadable where the store is damaged or its layout is of a newer
	// program; *UniqueError with apperr.Duplicate where stored documents break a
	// new unique key.
	Prepare(ctx context.Context, schemas []Schema) error

	// View runs fn with a consistent snapshot of one municipality. It may run fn
	// again where the engine lost the snapshot meanwhile.
	View(ctx context.Context, municipality string, fn func(Reader) error) error

	// Update runs fn in one transaction on one municipality and commits if fn
	// returns nil; when Update returns nil the writes are durable. On an error
	// or a panic of fn nothing stays. It may run fn again where the engine asks
	// for the transaction to be retried. Two transactions of one municipality
	// that both write are serializable with regard to NextSeq: the lower seq is
	// visible before the higher one is.
	Update(ctx context.Context, municipality string, fn func(Writer) error) error

	// Municipalities lists every municipality that has a feed, in ascending order.
	Municipalities(ctx context.Context) ([]string, error)

	// Hints calls notify soon after another process has written to one of the
	// municipalities that watched returns, as far as the engine can tell, until
	// stop is called; with "" where it cannot tell to which. It is a hint: it may
	// come late, for no reason, or not at all.
	Hints(watched func() []string, notify func(municipality string)) (stop func())

	// Check looks for damage: the engine's own integrity check, indexes that
	// differ from the schemas, sequence numbers beyond the counter, unique keys
	// held twice. It changes nothing.
	Check(ctx context.Context, schemas []Schema) ([]Finding, error)

	// Close waits for running transactions and releases the engine.
	Close() error
}

// Cluster is a Backend whose servers are machines apart from the program's, so
// that processes share nothing else, and whose transactions carry only so much.
type Cluster interface {
	Backend

	// Carries returns how many documents one transaction may safely write.
	Carries() int
}

// Reader reads one municipality's documents in one snapshot. It is not safe for
// use by several goroutines at once.
type Reader interface {
	// Get returns a live document. Errors: apperr.NotFound.
	Get(ctx context.Context, collection, id string) (Doc, error)

	// Scan streams the live documents that s asks for, in its order, in constant
	// memory. A document's Body may be kept. The first error ends the stream.
	// Inside a Writer the loop may call Apply.
	Scan(ctx context.Context, s Scan) iter.Seq2[Doc, error]

	// Count counts what Scan would return, apart from AfterID and Limit.
	Count(ctx context.Context, s Scan) (int, error)

	// Feed returns up to limit documents and tombstones after a position,
	// ordered by (seq, collection, id), as one ordered index scan.
	Feed(ctx context.Context, after Position, limit int) ([]Doc, error)

	// State returns where the feed stands; the zero State before the first write.
	State(ctx context.Context) (State, error)
}

// Writer is a Reader that sees its own writes.
type Writer interface {
	Reader

	// NextSeq takes the municipality's next sequence number. It is called at
	// most once in a transaction.
	NextSeq(ctx context.Context) (int64, error)

	// Apply writes documents in the order given; unique keys hold after each.
	// No two writes of one call touch the same document. Where an expected
	// version of 0 meets a tombstone, the version continues from the
	// tombstone's and is set in writes. Errors: *ConflictError with
	// apperr.Conflict; *UniqueError with apperr.Duplicate; after an error the
	// transaction can only be rolled back.
	Apply(ctx context.Context, writes []Write) error

	// Purge removes some limit of the tombstones made before a time in Unix
	// milliseconds, records the highest seq among them as State.Purged, and returns
	// their number; 0 where there are none. It takes no seq.
	Purge(ctx context.Context, before int64, limit int) (int, error)
}

// Scan is a query as a backend sees it. Conditions are joined by and.
type Scan struct {
	Collection string
	Where      []Cond // values are nil, bool, int64, float64, string, or []any of those for OpIn
	Sort       string // path to order by, then ID in the same direction; "" orders by ID alone. Documents that are null there are left out
	Desc       bool
	AfterID    string // start after this ID, in the direction of Desc; only where Sort is ""
	Limit      int    // 0: no limit
}

// Finding is one thing that is wrong with a store, found by [DB.Check].
type Finding struct {
	Code       string // stable, snake_case: damaged, index_differs, seq_beyond_counter, unique_key_broken, document_unreadable
	Collection string // "" for the store as a whole
	ID         string // "" where it is not about one document
	Message    string // what is wrong
	Remedy     string // what to do about it
}
