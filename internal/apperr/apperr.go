// Package apperr holds the errors that Boligklar shows to people: a code that
// programs decide on, and a sentence that says what is wrong and what to do.
//
// An error without a code is internal: it is logged, and people see only that
// something went wrong.
package apperr

import (
	"errors"
	"fmt"
)

// Code says what kind of failure an error is. Screens, the API and the command
// line each map codes to their own status in one place.
type Code string

// The codes. A new one needs a row in every map from code to status.
const (
	Internal    Code = "internal"    // a fault of ours; details are logged, never shown
	Invalid     Code = "invalid"     // the input breaks a rule; the message says which
	NotFound    Code = "not_found"   // no such record in this municipality
	Conflict    Code = "conflict"    // the record has changed since it was read
	Duplicate   Code = "duplicate"   // a unique key is taken
	Unreadable  Code = "unreadable"  // a file is damaged, encrypted or of the wrong type
	TooLarge    Code = "too_large"   // a file or request is over a limit
	Unavailable Code = "unavailable" // a store or service does not answer; try again
	Forbidden   Code = "forbidden"   // who asks may not: signed out, another role, another site
	TooMany     Code = "too_many"    // asked too often; wait
)

// Error is a failure with a code and a sentence for people.
type Error struct {
	Code    Code
	Message string // a whole sentence, without internal detail or personal data
	Err     error  // the cause, for the log; may be nil

	// Key and Params lead to the sentence in the reader's language; without a key
	// Message, which is English, is all there is.
	Key    string
	Params map[string]any
}

// In says where the language files have the message, and returns e.
func (e *Error) In(key string, params map[string]any) *Error {
	e.Key, e.Params = key, params
	return e
}

// Error returns the message for people, then the cause for the log.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error with a code and a message in the manner of fmt.Sprintf.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap gives a cause a code and a message for people.
func Wrap(err error, code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}

// CodeOf returns the code of the outermost *Error in err's chain, Internal
// where there is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// MessageOf returns what people may see of err: the message of the outermost
// *Error, or a general sentence for anything without a code.
func MessageOf(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Code != Internal {
		return e.Message
	}
	return "Internal error. Nothing was changed; the log has the details."
}

// Annotate puts the operation and its arguments before *err, keeping its code:
//
//	defer apperr.Annotate(&err, "Import(%q)", name)
func Annotate(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
