package officetest_test

import (
	"testing"

	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/officetest"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo/mongotest"
)

func TestPlacementsOnMongoDB(t *testing.T) {
	mongotest.Server(t)
	officetest.Placements(t, func(t *testing.T) *storage.DB {
		t.Helper()
		return mongotest.Open(t, mongotest.Database(t), office.Collections...)
	})
}
