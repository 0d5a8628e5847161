package storagetest

import (
	"context"
	"errors"
	"runtime"
	"strings"

	"github.com/boligklar/boligklar/internal/storage"
)

// twice runs every function of a transaction twice and keeps the second run, as a
// cluster does where a transaction meets another one or a server goes away.
type twice struct{ storage.Backend }

// Twice makes an engine one that runs each transaction's function twice, but for
// those that tests write themselves or that ask not to be. What a function does outside its transaction
// shows then, where it does it twice.
func Twice(b storage.Backend) storage.Backend { return twice{b} }

var errAgain = errors.New("once more")

func (b twice) View(ctx context.Context, municipality string, fn func(storage.Reader) error) error {
	if err := b.Backend.View(ctx, municipality, fn); err != nil || ofTest() {
		return err
	}
	return b.Backend.View(ctx, municipality, fn)
}

func (b twice) Update(ctx context.Context, municipality string, fn func(storage.Writer) error) error {
	once := ofTest()
	err := b.Backend.Update(ctx, municipality, func(w storage.Writer) error {
		if err := fn(w); err != nil || once {
			return err
		}
		return errAgain
	})
	if !errors.Is(err, errAgain) {
		return err
	}
	return b.Backend.Update(ctx, municipality, fn)
}

// ofTest tells whether the transaction was begun by a test rather than by the
// program.
func ofTest() bool {
	pc := make([]uintptr, 16)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, ".ViewOnce") {
			return true
		}
		if !strings.Contains(f.File, "/internal/storage/") {
			return strings.HasSuffix(f.File, "_test.go") || strings.Contains(f.File, "/officetest/") || strings.Contains(f.File, "/webtest/")
		}
		if !more {
			return true
		}
	}
}
