// Package settings has what an administrator decides in the program itself,
// rather than whoever runs it: how long sessions last, how long the trail is
// kept, whom people may ask.
package settings

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/storage"
)

// Settings are the settings of an office.
type Settings struct {
	IdleMinutes  int    `json:"idle_minutes"` // a session without a request, 5 to 240
	WholeHours   int    `json:"whole_hours"`  // a session in all, 1 to 24
	AuditMonths  int    `json:"audit_months"` // the audit trail, 6 to 120
	ContactName  string `json:"contact_name,omitzero"`
	ContactPhone string `json:"contact_phone,omitzero"`
	ContactEmail string `json:"contact_email,omitzero"`
	Notice       string `json:"notice,omitzero"` // shown to all users, on Today

	// What the page for landlords tells; nothing where it is empty.
	LandlordName  string `json:"landlord_name,omitzero"`  // whom landlords may call
	LandlordPhone string `json:"landlord_phone,omitzero"` //
	LandlordEmail string `json:"landlord_email,omitzero"` //
	LandlordHours string `json:"landlord_hours,omitzero"` // when: weekdays 9 to 15
	ClaimDays     int    `json:"claim_days,omitzero"`     // within which a claim under a municipal guarantee is answered, 0 to 120
}

// Default is what holds until something is saved.
var Default = Settings{IdleMinutes: 30, WholeHours: 12, AuditMonths: 24}

// documents has one document at most, under this ID.
const documentID = "settings"

var documents = storage.NewCollection[Settings](storage.Schema{Name: "settings"})

// Collections are what a store with settings holds.
var Collections = []storage.AnyCollection{documents}

// keptFor is how long a process takes the settings for what they were.
const keptFor = 5 * time.Second

// Store has the settings of one municipality. It is safe for use by several
// goroutines at once.
type Store struct {
	db           *storage.DB
	municipality string
	now          func() time.Time

	mu   sync.Mutex
	last Settings
	read time.Time // by the machine's clock
}

// New returns the settings in a store that was opened with Collections.
func New(db *storage.DB, municipality string, now func() time.Time) *Store {
	return &Store{db: db, municipality: municipality, now: now, last: Default}
}

// Get returns the settings and their version; Default and 0 where nothing was
// saved. Errors are those of the store.
func (s *Store) Get(ctx context.Context) (settings Settings, version int64, err error) {
	err = s.db.View(ctx, s.municipality, func(tx *storage.Tx) error {
		rec, err := documents.Get(tx, documentID)
		if apperr.CodeOf(err) == apperr.NotFound {
			settings, version = Default, 0
			return nil
		}
		settings, version = rec.Value, rec.Version
		return err
	})
	if err == nil {
		s.mu.Lock()
		s.last, s.read = settings, time.Now()
		s.mu.Unlock()
	}
	return settings, version, err
}

// Current returns the settings as they were a few seconds ago at most; where the
// store does not answer, as they were last.
func (s *Store) Current(ctx context.Context) Settings {
	s.mu.Lock()
	last, fresh := s.last, time.Since(s.read) < keptFor
	s.mu.Unlock()
	if fresh {
		return last
	}
	if now, _, err := s.Get(ctx); err == nil {
		return now
	}
	return last
}

// Validate cleans the texts and returns what is wrong.
func (s *Settings) Validate() []apperr.Problem {
	var problems []apperr.Problem
	for _, r := range []struct {
		field          string
		value, low, up int
	}{{"idle_minutes", s.IdleMinutes, 5, 240}, {"whole_hours", s.WholeHours, 1, 24}, {"audit_months", s.AuditMonths, 6, 120}, {"claim_days", s.ClaimDays, 0, 120}} {
		if r.value < r.low || r.value > r.up {
			problems = append(problems, apperr.Problem{Field: r.field, Code: "range", Severity: apperr.SeverityError, Params: map[string]any{"Min": r.low, "Max": r.up}})
		}
	}
	for _, t := range []struct {
		field string
		text  *string
	}{{"contact_name", &s.ContactName}, {"contact_phone", &s.ContactPhone}, {"contact_email", &s.ContactEmail}, {"notice", &s.Notice},
		{"landlord_name", &s.LandlordName}, {"landlord_phone", &s.LandlordPhone}, {"landlord_email", &s.LandlordEmail}, {"landlord_hours", &s.LandlordHours}} {
		*t.text = strings.TrimSpace(norm.NFC.String(*t.text))
		if len(*t.text) > 1000 {
			problems = append(problems, apperr.Problem{Field: t.field, Code: "long", Severity: apperr.SeverityError})
		}
	}
	for field, email := range map[string]string{"contact_email": s.ContactEmail, "landlord_email": s.LandlordEmail} {
		if email != "" && !strings.Contains(email, "@") {
			problems = append(problems, apperr.Problem{Field: field, Code: "email", Severity: apperr.SeverityError})
		}
	}
	return problems
}

// Set saves the settings over a version. Errors: Invalid for what Validate
// refuses; Conflict where another version is stored.
func (s *Store) Set(ctx context.Context, settings Settings, version int64, who string) error {
	if len(settings.Validate()) > 0 {
		return apperr.New(apperr.Invalid, "Some of the settings cannot be used.")
	}
	err := s.db.Update(ctx, s.municipality, func(tx *storage.Tx) error {
		old := Default
		if rec, err := documents.Get(tx, documentID); err == nil {
			old = rec.Value
		} else if apperr.CodeOf(err) != apperr.NotFound {
			return err
		}
		err := documents.Put(tx, &storage.Record[Settings]{ID: documentID, Version: version, Value: settings})
		if err == nil {
			err = tx.Flush()
		}
		if apperr.CodeOf(err) == apperr.Duplicate { // somebody saved the first ones meanwhile
			return storage.Stale("settings", documentID)
		}
		if err != nil {
			return err
		}
		return audit.Write(tx, s.now(), audit.Entry{Who: who, What: audit.Changed, Register: "settings", Key: documentID, Fields: changed(old, settings)})
	})
	s.mu.Lock()
	s.read = time.Time{}
	s.mu.Unlock()
	return err
}

func changed(a, b Settings) []string {
	var out []string
	for field, differs := range map[string]bool{
		"idle_minutes": a.IdleMinutes != b.IdleMinutes, "whole_hours": a.WholeHours != b.WholeHours, "audit_months": a.AuditMonths != b.AuditMonths,
		"contact_name": a.ContactName != b.ContactName, "contact_phone": a.ContactPhone != b.ContactPhone, "contact_email": a.ContactEmail != b.ContactEmail,
		"notice": a.Notice != b.Notice, "landlord_name": a.LandlordName != b.LandlordName, "landlord_phone": a.LandlordPhone != b.LandlordPhone,
		"landlord_email": a.LandlordEmail != b.LandlordEmail, "landlord_hours": a.LandlordHours != b.LandlordHours, "claim_days": a.ClaimDays != b.ClaimDays,
	} {
		if differs {
			out = append(out, field)
		}
	}
	slices.Sort(out)
	return out
}
