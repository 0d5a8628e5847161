package fts_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/search/searchtest"
)

func BenchmarkSearch(b *testing.B) {
	searchtest.Benchmark(b, func(t testing.TB) (search.Engine, func() int64) {
		dir := t.TempDir()
		e, err := fts.Open(t.Context(), dir, "1833")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		return e, func() int64 { return sizeOf(t, dir) }
	})
}

// sizeOf returns the bytes of the files in a folder.
func sizeOf(t testing.TB, dir string) (sum int64) {
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
