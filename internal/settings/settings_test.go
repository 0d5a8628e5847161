package settings_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
)

func TestSettings(t *testing.T) {
	backend, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), backend, append(audit.Collections, settings.Collections...)...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	s := settings.New(db, "1833", time.Now)
	v, version, err := s.Get(t.Context())
	if v != settings.Default || version != 0 || err != nil {
		t.Errorf("got %+v, %d, %v at first", v, version, err)
	}
	v.IdleMinutes, v.Notice = 60, "  Hei  "
	v.Validate()
	for i, want := range []apperr.Code{"", apperr.Conflict} { // the second of two who saw nothing saved
		if err := s.Set(t.Context(), v, 0, "kari"); apperr.CodeOf(err) != want {
			t.Errorf("%d: got %v, want %q", i, err, want)
		}
	}
	if got := s.Current(t.Context()); got.IdleMinutes != 60 || got.Notice != "Hei" {
		t.Errorf("got %+v", got)
	}
	v.WholeHours, v.ContactEmail = 0, "x"
	if problems := v.Validate(); len(problems) != 2 {
		t.Errorf("got %v", problems)
	}
	if err := s.Set(t.Context(), v, 1, "kari"); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v", err)
	}
}
