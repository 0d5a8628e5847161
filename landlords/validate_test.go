package landlords_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// told lists problems as "field:code:severity", ascending.
func told(problems []apperr.Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, fmt.Sprintf("%s:%s:%s", p.Field, p.Code, p.Severity))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func number(n int) *int { return &n }

func TestValidateListing(t *testing.T) {
	tests := []struct {
		name string
		edit func(*landlords.Listing)
		want string
	}{
		{"nothing but an address", func(*landlords.Listing) {}, ""},
		{"no address", func(l *landlords.Listing) { l.Address = "" }, "address:address_missing:error"},
		{"rent 0", func(l *landlords.Listing) { l.Rent = number(0) }, ""},
		{"rent below 0", func(l *landlords.Listing) { l.Rent = number(-1) }, "rent:negative_number:error"},
		{"several below 0", func(l *landlords.Listing) { l.Bedrooms, l.AreaM2, l.MaxOccupants = number(-1), number(-2), number(-3) },
			"area_m2:negative_number:error bedrooms:negative_number:error max_occupants:negative_number:error"},
		{"deposit of six months", func(l *landlords.Listing) { l.Rent, l.Deposit = number(8000), number(48000) }, ""},
		{"deposit above six months", func(l *landlords.Listing) { l.Rent, l.Deposit = number(8000), number(48001) }, "deposit:deposit_over_legal_cap:error"},
		{"deposit without a rent", func(l *landlords.Listing) { l.Deposit = number(480000) }, ""},
		{"deposit on a rent of 0", func(l *landlords.Listing) { l.Rent, l.Deposit = number(0), number(1) }, "deposit:deposit_over_legal_cap:error"},
		{"three years", func(l *landlords.Listing) { l.LeaseKind, l.LeaseMonths = landlords.Fixed, number(36) }, ""},
		{"two years", func(l *landlords.Listing) { l.LeaseKind, l.LeaseMonths = landlords.Fixed, number(24) }, "lease_months:lease_below_legal_minimum:warning"},
		{"one year in a basement", func(l *landlords.Listing) {
			l.DwellingType, l.LeaseKind, l.LeaseMonths = landlords.Basement, landlords.Fixed, number(12)
		}, ""},
		{"one year in a loft", func(l *landlords.Listing) {
			l.DwellingType, l.LeaseKind, l.LeaseMonths = landlords.Loft, landlords.Fixed, number(12)
		}, ""},
		{"half a year in a loft", func(l *landlords.Listing) {
			l.DwellingType, l.LeaseKind, l.LeaseMonths = landlords.Loft, landlords.Fixed, number(6)
		}, "lease_months:lease_below_legal_minimum:warning"},
		{"indefinite", func(l *landlords.Listing) { l.LeaseKind = landlords.Indefinite }, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := landlords.Listing{Address: "Storgata 1"}
			test.edit(&l)
			if got := told(l.Validate()); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestNormalizeListing(t *testing.T) {
	tests := []struct {
		name       string
		kind, want landlords.LeaseKind
		months     *int
		wantMonths *int
	}{
		{"months alone are fixed", "", landlords.Fixed, number(36), number(36)},
		{"indefinite has no months", landlords.Indefinite, landlords.Indefinite, number(36), nil},
		{"fixed without months", landlords.Fixed, landlords.Fixed, nil, nil},
		{"nothing", "", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := landlords.Listing{LeaseKind: test.kind, LeaseMonths: test.months}
			l.Normalize()
			if l.LeaseKind != test.want || (l.LeaseMonths == nil) != (test.wantMonths == nil) {
				t.Errorf("got %s %v, want %s %v", l.LeaseKind, l.LeaseMonths, test.want, test.wantMonths)
			}
		})
	}
}

func TestKeyOfAListing(t *testing.T) {
	l := landlords.Listing{Address: "Storgata 1", UnitNumber: "H0101", LandlordName: "Kari"}
	if got, want := l.Key(), "Storgata 1|H0101|Kari"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	l.ExternalRef = "U-1"
	if got := l.Key(); got != "U-1" {
		t.Errorf("got %q, want U-1", got)
	}
	if got, want := l.PlaceKey(), "Storgata 1|H0101|Kari"; got != want {
		t.Errorf("got place %q, want %q", got, want)
	}
}

func TestFirstSeen(t *testing.T) {
	on, before := civil.MustParse("2026-11-25"), civil.MustParse("2026-10-01")
	l := landlords.Listing{}
	l.FirstSeen(on)
	if l.Status != landlords.StatusOpen || l.ConfirmedOn != on {
		t.Errorf("got %s %v, want open, confirmed on the day", l.Status, l.ConfirmedOn)
	}
	stated := landlords.Listing{Status: landlords.StatusPaused, ConfirmedOn: before}
	stated.FirstSeen(on)
	if stated.Status != landlords.StatusPaused || stated.ConfirmedOn != before {
		t.Errorf("got %s %v, want what was stated", stated.Status, stated.ConfirmedOn)
	}
}

func TestConfirmed(t *testing.T) {
	on := civil.MustParse("2026-12-01")
	for _, test := range []struct {
		confirmed civil.Date
		want      bool
	}{{on, true}, {on.AddDays(-14), true}, {on.AddDays(-15), false}, {0, false}, {on.AddDays(3), true}} {
		if got := (&landlords.Listing{ConfirmedOn: test.confirmed}).Confirmed(on, 14); got != test.want {
			t.Errorf("%v: got %v, want %v", test.confirmed, got, test.want)
		}
	}
}

func TestSets(t *testing.T) {
	s := landlords.Securities(landlords.NAVGuarantee, landlords.DepositAccount)
	if got, want := s.String(), "deposit_account, nav_guarantee"; got != want || s.Len() != 2 || !s.Has(landlords.NAVGuarantee) || s.Has(landlords.MunicipalGuarantee) {
		t.Errorf("got %q of %d, want %q", got, s.Len(), want)
	}
	data, err := s.MarshalJSON()
	if err != nil || string(data) != `["deposit_account","nav_guarantee"]` {
		t.Errorf("got %s, %v", data, err)
	}
	var back landlords.SecuritySet
	if err := back.UnmarshalJSON(data); err != nil || back != s {
		t.Errorf("got %v, %v, want %v", back, err, s)
	}
	if err := back.UnmarshalJSON([]byte(`["cash"]`)); err == nil {
		t.Error("got no error for an unknown form")
	}
	var rules landlords.RuleSet
	if !rules.Add("pets") || rules.Add("colour") || rules != landlords.Rules(landlords.RulePets) {
		t.Errorf("got %v", rules)
	}
	if got := (&landlords.Listing{Preferred: rules}).Strength(landlords.RulePets); got != landlords.Prefer {
		t.Errorf("got %s, want prefer", got)
	}
	if got := (&landlords.Listing{}).Strength(landlords.RulePets); got != landlords.Must {
		t.Errorf("got %s, want must", got)
	}
}

func TestStatuses(t *testing.T) {
	for _, test := range []struct {
		from, to landlords.Status
		want     bool
	}{
		{landlords.StatusSubmitted, landlords.StatusOpen, true}, {landlords.StatusSubmitted, landlords.StatusLet, false}, {landlords.StatusOpen, landlords.StatusReserved, true},
		{landlords.StatusReserved, landlords.StatusLet, true}, {landlords.StatusWithdrawn, landlords.StatusOpen, true}, {landlords.StatusWithdrawn, landlords.StatusLet, false},
		{landlords.StatusOpen, landlords.StatusOpen, false}, {"odd", landlords.StatusOpen, false},
	} {
		if got := test.from.CanBecome(test.to); got != test.want {
			t.Errorf("%s to %s: got %v, want %v", test.from, test.to, got, test.want)
		}
	}
	var offered []landlords.Status
	for _, s := range landlords.Statuses {
		if s.Offered() {
			offered = append(offered, s)
		}
	}
	if want := []landlords.Status{landlords.StatusSubmitted, landlords.StatusOpen, landlords.StatusReserved, landlords.StatusPaused}; !slices.Equal(offered, want) {
		t.Errorf("got offered %v, want %v", offered, want)
	}
}
