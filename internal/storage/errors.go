package storage

import (
	"errors"
	"fmt"

	"github.com/boligklar/boligklar/internal/apperr"
)

// IDKey is the name that a [UniqueError] gives to a document's ID.
const IDKey = "id"

// ErrPositionLost says that changes after a reader's position are no longer in
// the feed: tombstones were purged that the reader has not seen, or the store
// was put back from an older copy. The reader starts from the zero [Position]
// and drops what it had.
var ErrPositionLost = errors.New("storage: the position is no longer in the feed; read it anew from the start")

// UniqueError says which unique key a write broke. It comes inside an
// *apperr.Error with apperr.Duplicate; find it with errors.AsType.
type UniqueError struct {
	Collection string
	Key        string // a Unique's name, or IDKey
	ID         string // the document that could not be written; "" where a stored one breaks a new key
}

// Error names the key and the document.
func (e *UniqueError) Error() string {
	return fmt.Sprintf("storage: %s/%s: unique key %q is taken", e.Collection, e.ID, e.Key)
}

// ConflictError says which document had another version than was expected, or
// was deleted. It comes inside an *apperr.Error with apperr.Conflict.
type ConflictError struct {
	Collection string
	ID         string
}

// Error names the document.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("storage: %s/%s: another version is stored", e.Collection, e.ID)
}

// Taken returns the error for a unique key that another document holds.
func Taken(collection, key, id string) error {
	return apperr.Wrap(&UniqueError{collection, key, id}, apperr.Duplicate, "A record with the same key exists already.")
}

// Stale returns the error for a write that expected another version.
func Stale(collection, id string) error {
	return apperr.Wrap(&ConflictError{collection, id}, apperr.Conflict, "The record has changed since it was read. Read it again and repeat the change.")
}

// Missing returns the error for a document that is not there.
func Missing(collection, id string) error {
	return apperr.Wrap(fmt.Errorf("storage: %s/%s is not stored", collection, id), apperr.NotFound, "There is no such record.")
}
