package searchtest

import (
	"testing"

	"github.com/boligklar/boligklar/internal/search"
)

func runCases(t *testing.T, e search.Engine) {}
