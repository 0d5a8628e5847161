package importers

import (
	"reflect"
	"slices"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

func TestMerge(t *testing.T) {
	yes, no := true, false
	n := func(v int) *int { return &v }
	stored := landlords.Listing{ExternalRef: "U-1", Address: "Storgata 1", Rent: n(8500), Pets: &no, Status: landlords.StatusOpen, ConfirmedOn: civil.MustParse("2026-11-01"),
		AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee), LeaseKind: landlords.Fixed, LeaseMonths: n(36)}
	tests := []struct {
		name      string
		edited    []string
		file      func(*landlords.Listing)
		action    Action
		changed   []string // fields of the merged record that differ from the stored one
		conflicts []string
		left      []string // fields still edited
	}{
		{"the same", nil, func(*landlords.Listing) {}, Unchanged, nil, nil, nil},
		{"blank cells clear nothing", nil, func(l *landlords.Listing) { *l = landlords.Listing{ExternalRef: "U-1"} }, Unchanged, nil, nil, nil},
		{"blank cells of edited fields", []string{"rent"}, func(l *landlords.Listing) { l.Rent = nil }, Unchanged, nil, nil, []string{"rent"}},
		{"a new value", nil, func(l *landlords.Listing) { l.Rent = n(9000) }, Update, []string{"rent"}, nil, nil},
		{"a value where there was none", nil, func(l *landlords.Listing) { l.Bedrooms = n(0) }, Update, []string{"bedrooms"}, nil, nil},
		{"yes for no", nil, func(l *landlords.Listing) { l.Pets = &yes }, Update, []string{"pets"}, nil, nil},
		{"0 is a value", nil, func(l *landlords.Listing) { l.Rent = n(0) }, Update, []string{"rent"}, nil, nil},
		{"another set", nil, func(l *landlords.Listing) { l.AcceptedSecurity = landlords.Securities(landlords.DepositAccount) }, Update, []string{"accepted_security"}, nil, nil},
		{"edited here, another value there", []string{"rent"}, func(l *landlords.Listing) { l.Rent = n(9000) }, Conflict, nil, []string{"rent"}, []string{"rent"}},
		{"edited here, the same value there", []string{"rent"}, func(*landlords.Listing) {}, Unchanged, nil, nil, nil},
		{"edited here to nothing", []string{"bedrooms"}, func(l *landlords.Listing) { l.Bedrooms = n(2) }, Conflict, nil, []string{"bedrooms"}, []string{"bedrooms"}},
		{"a conflict and a change", []string{"rent"}, func(l *landlords.Listing) { l.Rent, l.Pets = n(9000), &yes }, Conflict, []string{"pets"}, []string{"rent"}, []string{"rent"}},
		{"two conflicts", []string{"pets", "rent"}, func(l *landlords.Listing) { l.Rent, l.Pets = n(9000), &yes }, Conflict, nil, []string{"pets", "rent"}, []string{"pets", "rent"}},
		{"one of two edits agreed on", []string{"pets", "rent"}, func(l *landlords.Listing) { l.Pets = &yes }, Conflict, nil, []string{"pets"}, []string{"pets"}},
		{"a lease that became indefinite", nil, func(l *landlords.Listing) { l.LeaseKind, l.LeaseMonths = landlords.Indefinite, nil }, Update, []string{"lease_kind", "lease_months"}, nil, nil},
		{"confirmed later", nil, func(l *landlords.Listing) { l.ConfirmedOn = civil.MustParse("2026-12-01") }, Update, []string{"confirmed_on"}, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := stored
			test.file(&file)
			edited := slices.Clone(test.edited)
			m := Merge(ListingSchema, stored, test.edited, file)
			if m.Action != test.action {
				t.Errorf("got %s, want %s", m.Action, test.action)
			}
			if got := ChangedFields(ListingSchema, stored, m.Record); !slices.Equal(got, test.changed) {
				t.Errorf("got changed %v, want %v", got, test.changed)
			}
			var conflicts []string
			for _, c := range m.Conflicts {
				conflicts = append(conflicts, c.Field)
			}
			if slices.Sort(conflicts); !slices.Equal(conflicts, test.conflicts) {
				t.Errorf("got conflicts %v, want %v", conflicts, test.conflicts)
			}
			if !slices.Equal(m.Edited, test.left) {
				t.Errorf("got edited %v, want %v", m.Edited, test.left)
			}
			if !reflect.DeepEqual(test.edited, edited) {
				t.Errorf("the edited fields that were handed in became %v", test.edited)
			}
			if m.Action == Unchanged && !reflect.DeepEqual(m.Record, stored) {
				t.Errorf("unchanged, but got %+v", m.Record)
			}
		})
	}
}

// What differs is told in plain words: canonical, and – for nothing.
func TestDifferencesInWords(t *testing.T) {
	n := func(v int) *int { return &v }
	no := false
	stored := landlords.Listing{Address: "Storgata 1", Rent: n(8500), Pets: &no}
	file := landlords.Listing{Rent: n(9000), Bedrooms: n(2), AvailableFrom: civil.MustParse("2026-12-01"), AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee, landlords.DepositAccount)}
	m := Merge(ListingSchema, stored, []string{"rent"}, file)
	want := map[string]Difference{
		"rent": {"rent", "8500", "9000"}, "bedrooms": {"bedrooms", "–", "2"}, "available_from": {"available_from", "–", "2026-12-01"},
		"accepted_security": {"accepted_security", "–", "deposit_account, nav_guarantee"},
	}
	for _, d := range slices.Concat(m.Changes, m.Conflicts) {
		if d != want[d.Field] {
			t.Errorf("got %+v, want %+v", d, want[d.Field])
		}
		delete(want, d.Field)
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
}

// A merged set of places does not share its list with the file.
func TestMergeOfPlaces(t *testing.T) {
	stored := household{Ref: "H-1", Areas: []string{"Selfors"}}
	file := household{Ref: "H-1", Areas: []string{"Mo i Rana", "Ytteren"}}
	m := Merge(HouseholdSchema, stored, nil, file)
	if m.Action != Update || !slices.Equal(m.Record.Areas, file.Areas) || stored.Areas[0] != "Selfors" {
		t.Errorf("got %+v", m)
	}
	again := Merge(HouseholdSchema, m.Record, nil, file)
	if again.Action != Unchanged {
		t.Errorf("the same file again: got %s", again.Action)
	}
}
