package officetest_test

import (
	"testing"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/officetest"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

func TestPlacementsOnSQLite(t *testing.T) {
	officetest.Placements(t, func(t *testing.T) *storage.DB {
		t.Helper()
		return sqlitetest.New(t, office.Collections...)
	})
}
