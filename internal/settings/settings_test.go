package settings_test

import (
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/internal/storage/sqlite/sqlitetest"
)

func TestSettings(t *testing.T) {
	db := sqlitetest.New(t, append(audit.Collections, settings.Collections...)...)
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
