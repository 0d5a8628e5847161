// Package storagetest is the contract that every storage engine is held to.
package storagetest

import (
	"testing"

	"github.com/boligklar/boligklar/internal/storage"
)

// Run runs the contract suite. open returns a backend on a store of its own; a
// second call in the same test opens the same store again.
func Run(t *testing.T, open func(t *testing.T) storage.Backend) {}
