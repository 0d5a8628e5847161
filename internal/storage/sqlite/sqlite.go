// Package sqlite is the embedded storage engine: one SQLite file, through a
// driver that is pure Go.
package sqlite

import (
	"context"
	"errors"
	"iter"

	"github.com/boligklar/boligklar/internal/storage"
)

// Backend is a store in one SQLite file.
type Backend struct{}

var _ storage.Backend = (*Backend)(nil)

// Open opens the store at path, making the file and its folder where they are
// missing, readable by their owner alone. Errors: apperr.Unreadable for a file
// that is damaged, not a store, or written by a newer version of the program.
func Open(ctx context.Context, path string) (*Backend, error) {
	return nil, errors.New("sqlite: to come")
}

func (*Backend) Prepare(context.Context, []storage.Schema) error                    { return nil }
func (*Backend) View(context.Context, string, func(storage.Reader) error) error     { return nil }
func (*Backend) Update(context.Context, string, func(storage.Writer) error) error   { return nil }
func (*Backend) Municipalities(context.Context) ([]string, error)                   { return nil, nil }
func (*Backend) Hints(func()) func()                                                { return func() {} }
func (*Backend) Check(context.Context, []storage.Schema) ([]storage.Finding, error) { return nil, nil }
func (*Backend) Close() error                                                       { return nil }

var _ iter.Seq[int]
