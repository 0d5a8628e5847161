package fts_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/internal/search/searchtest"
)

func BenchmarkSearch(b *testing.B) {
	root := b.TempDir()
	searchtest.Benchmark(b, opener(root), func(t testing.TB, name string) int64 { return sizeOf(t, filepath.Join(root, name)) })
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
