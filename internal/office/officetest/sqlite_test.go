package officetest_test

import (
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/officetest"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
)

func TestPlacementsOnSQLite(t *testing.T) {
	officetest.Placements(t, func(t *testing.T) *storage.DB {
		t.Helper()
		backend, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "boligklar.db"))
		if err != nil {
			t.Fatal(err)
		}
		db, err := storage.Open(t.Context(), backend, office.Collections...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	})
}
