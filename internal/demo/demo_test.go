package demo

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/households"
)

// days are days of every kind: a workday, leap days, a Sunday, the year's first
// and last, and the last of a long month.
var days = []string{"2026-12-01", "2024-02-29", "2028-02-29", "2025-07-06", "2027-01-01", "2025-12-31", "2026-03-31"}

// made keeps what everywhere has made: tests only read it.
var made = map[string]Data{}

// everywhere runs a test over 20 seeds, each on three of the days.
func everywhere(t *testing.T, test func(t *testing.T, on civil.Date, d Data)) {
	t.Helper()
	for seed := range uint64(20) {
		for i := range 3 {
			day := days[(int(seed)+2*i)%len(days)]
			t.Run(fmt.Sprintf("%s seed %d", day, seed), func(t *testing.T) {
				on := civil.MustParse(day)
				key := fmt.Sprint(day, seed)
				if _, ok := made[key]; !ok {
					made[key] = Municipality(on, seed)
				}
				test(t, on, made[key])
			})
		}
	}
}

func inJSON(t *testing.T, d Data) string {
	t.Helper()
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheSameDayAndSeedGiveTheSame(t *testing.T) {
	for _, day := range days {
		on := civil.MustParse(day)
		first := inJSON(t, Municipality(on, 7))
		if inJSON(t, Municipality(on, 7)) != first {
			t.Errorf("%s: two calls differ", day)
		}
		if inJSON(t, Municipality(on, 8)) == first {
			t.Errorf("%s: another seed gives the same", day)
		}
		if inJSON(t, Municipality(on+1, 7)) == first {
			t.Errorf("%s: the day after is the same", day)
		}
	}
}

func TestRecordsShareNoMemory(t *testing.T) {
	d := Municipality(civil.MustParse(days[0]), 3)
	seen := map[uintptr]string{}
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Pointer, reflect.Slice:
			if v.IsNil() || v.Kind() == reflect.Slice && v.Len() == 0 {
				return
			}
			if v.Kind() == reflect.Pointer {
				if at, ok := seen[v.Pointer()]; ok {
					t.Errorf("%s is %s", path, at)
				}
				seen[v.Pointer()] = path
				return
			}
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		}
	}
	walk(reflect.ValueOf(d), "")
	if len(seen) < 500 {
		t.Errorf("walked over %d pointers only", len(seen))
	}
}

func TestCounts(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		now := vacancy.NewLedger(d.Units, d.Occupancies).CountAt(on)
		for _, c := range []struct {
			what           string
			got, low, high int
		}{
			{"units", len(d.Units), 95, 110},
			{"units in service", now.InService, 95, 105},
			{"owned", now.Owned, 9, 9},
			{"vacant", now.Vacant, 4, 10},
			{"listings", len(d.Listings), 60, 60},
			{"households", len(d.Households), 40, 40},
			{"occupancies", len(d.Occupancies), 150, 230},
			{"placements", len(d.Placements), 12, 12},
			{"leases in that end within 180 days", count(d.Units, func(u vacancy.Unit) bool {
				return u.InServiceTo.IsZero() && on < u.LeaseInEnds && u.LeaseInEnds <= on+180
			}), 3, 8},
			{"submitted", status(d, landlords.StatusSubmitted), 3, 8},
			{"open", status(d, landlords.StatusOpen), 38, 50},
			{"reserved", status(d, landlords.StatusReserved), 1, 1},
			{"let", status(d, landlords.StatusLet), 3, 7},
			{"paused", status(d, landlords.StatusPaused), 1, 4},
			{"stale", count(d.Listings, func(l landlords.Listing) bool {
				return l.Status == landlords.StatusOpen && !l.Confirmed(on, 21)
			}), 4, 14},
			{"ready", count(d.Households, func(h households.Household) bool { return h.ReadyDate != 0 && h.ReadyDate <= on }), 22, 32},
			{"ready later", count(d.Households, func(h households.Household) bool { return h.ReadyDate > on }), 2, 8},
			{"permanent job asked", count(d.Listings, func(l landlords.Listing) bool {
				return l.EmploymentRequirement == landlords.PermanentJob
			}), 12, 24},
			{"guarantee from NAV taken", count(d.Listings, func(l landlords.Listing) bool {
				return l.AcceptedSecurity.Has(landlords.NAVGuarantee)
			}), 3, 12},
			{"wishes", count(d.Listings, func(l landlords.Listing) bool { return l.Preferred != 0 }), 8, 25},
			{"not known who pays the power", count(d.Listings, func(l landlords.Listing) bool { return l.ElectricityIncluded == nil }), 3, 15},
			{"single persons", count(d.Households, func(h households.Household) bool { return h.Persons() == 1 }), 8, 20},
		} {
			if c.got < c.low || c.got > c.high {
				t.Errorf("%s: got %d, want %d to %d", c.what, c.got, c.low, c.high)
			}
		}
		sizes := map[int]bool{}
		for _, h := range d.Households {
			sizes[h.Persons()] = true
		}
		for n := 1; n <= 8; n++ {
			if !sizes[n] {
				t.Errorf("no household of %d", n)
			}
		}
	})
}

func count[T any](all []T, is func(T) bool) (n int) {
	for _, v := range all {
		if is(v) {
			n++
		}
	}
	return n
}

func status(d Data, s landlords.Status) int {
	return count(d.Listings, func(l landlords.Listing) bool { return l.Status == s })
}

func TestEveryRecordIsValidAndNormal(t *testing.T) {
	everywhere(t, func(t *testing.T, _ civil.Date, d Data) {
		check := func(key string, problems []apperr.Problem) {
			for _, p := range apperr.Errors(problems) {
				t.Errorf("%s: %s %s", key, p.Field, p.Code)
			}
		}
		for i := range d.Units {
			check(d.Units[i].Key(), d.Units[i].Validate())
		}
		for i := range d.Occupancies {
			check(d.Occupancies[i].Key(), d.Occupancies[i].Validate())
		}
		for _, l := range d.Listings {
			check(l.Key(), l.Validate())
			was := l
			if l.Normalize(); !reflect.DeepEqual(l, was) {
				t.Errorf("%s is not normal: %+v", l.Key(), was)
			}
		}
		for _, h := range d.Households {
			check(h.Key(), h.Validate())
			was := h.Areas
			h.Areas = slices.Clone(was)
			if h.Normalize(); !slices.Equal(h.Areas, was) {
				t.Errorf("%s is not normal: %v", h.Key(), was)
			}
		}
	})
}

func TestKeysAreUnique(t *testing.T) {
	everywhere(t, func(t *testing.T, _ civil.Date, d Data) {
		seen := map[string]bool{}
		once := func(kind, key string) {
			if seen[kind+" "+key] {
				t.Errorf("%s %s stands twice", kind, key)
			}
			seen[kind+" "+key] = true
		}
		for i := range d.Units {
			once("unit", d.Units[i].Key())
			once("address", d.Units[i].Address)
			if id := d.Units[i].KoboID; id != "" {
				once("kobo", id)
			}
		}
		for i := range d.Occupancies {
			once("occupancy", d.Occupancies[i].Key())
			once("stay of", d.Occupancies[i].HouseholdRef)
		}
		for i := range d.Listings {
			once("listing", d.Listings[i].Key())
			once("address", d.Listings[i].Address)
		}
		for i := range d.Households {
			once("household", d.Households[i].Key())
		}
	})
}

var (
	phonePattern = regexp.MustCompile(`^\+47[49]\d{7}$`)
	mailPattern  = regexp.MustCompile(`^[a-z.]+@example\.no$`)
	codePattern  = regexp.MustCompile(`^86\d\d$`)
	unitPattern  = regexp.MustCompile(`^[HULK]\d{4}$`)
)

// rents are the least and most of what is asked in Mo i Rana, NOK a month.
var rents = map[landlords.DwellingType][2]int{
	landlords.SharedRoom: {4000, 5500}, landlords.Studio: {5000, 8000}, landlords.Basement: {6500, 10500}, landlords.Loft: {6500, 10000},
	landlords.Apartment: {7500, 13500}, landlords.SemiDetached: {11000, 15000}, landlords.Terraced: {12000, 16000}, landlords.House: {15000, 20000},
}

func TestListingsAreLikeThoseInRana(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		flats, short := map[string]int{}, 0
		byPhone := map[string]string{}
		for _, l := range d.Listings {
			flats[l.LandlordName]++
			if bounds := rents[l.DwellingType]; l.Rent != nil && (*l.Rent < bounds[0] || *l.Rent > bounds[1]) {
				t.Errorf("%s: a %s for %d", l.Key(), l.DwellingType, *l.Rent)
			}
			if l.Deposit != nil && (*l.Deposit < *l.Rent || *l.Deposit > 4**l.Rent) {
				t.Errorf("%s: deposit %d for a rent of %d", l.Key(), *l.Deposit, *l.Rent)
			}
			if l.ConfirmedOn > on {
				t.Errorf("%s: confirmed on %s", l.Key(), l.ConfirmedOn)
			}
			if ground := landlords.UnlawfulDemand(l.Notes); ground != "" {
				t.Errorf("%s: %q demands by %s", l.Key(), l.Notes, ground)
			}
			if l.LandlordPhone == "" && l.LandlordEmail == "" {
				t.Errorf("%s cannot be reached", l.LandlordName)
			}
			if was, ok := byPhone[l.LandlordPhone]; ok && l.LandlordPhone != "" && was != l.LandlordName {
				t.Errorf("%s and %s have one telephone", was, l.LandlordName)
			}
			byPhone[l.LandlordPhone] = l.LandlordName
			for value, pattern := range map[string]*regexp.Regexp{l.LandlordPhone: phonePattern, l.LandlordEmail: mailPattern, l.PostalCode: codePattern, l.UnitNumber: unitPattern} {
				if value != "" && !pattern.MatchString(value) {
					t.Errorf("%s: %q is not of the form %s", l.Key(), value, pattern)
				}
			}
			short += len(l.Validate())
		}
		several := 0
		for _, n := range flats {
			if n > 1 {
				several++
			}
		}
		if several < 5 || len(flats) < 40 {
			t.Errorf("%d landlords, %d with several flats", len(flats), several)
		}
		if short != unlawfullyShort {
			t.Errorf("%d warnings, want %d", short, unlawfullyShort)
		}
	})
}

func TestHouseholdsLiveWhereTheySay(t *testing.T) {
	everywhere(t, func(t *testing.T, on civil.Date, d Data) {
		open := map[string]vacancy.Occupancy{} // by unit
		all := map[string]vacancy.Occupancy{}  // by household
		for _, o := range d.Occupancies {
			all[o.HouseholdRef] = o
			if o.To.IsZero() {
				if was, ok := open[o.UnitRef]; ok {
					t.Errorf("%s is held by %s and %s", o.UnitRef, was.HouseholdRef, o.HouseholdRef)
				}
				open[o.UnitRef] = o
			}
		}
		urgent, inUnits := 0, 0
		for _, h := range d.Households {
			stay, known := all[h.Ref]
			if h.CurrentUnit == "" {
				if known && stay.To.IsZero() {
					t.Errorf("%s lives in %s and does not say so", h.Ref, stay.UnitRef)
				}
				continue
			}
			inUnits++
			if o := open[h.CurrentUnit]; o.HouseholdRef != h.Ref || o.Persons == nil || *o.Persons != h.Persons() {
				t.Errorf("%s, %d persons, says %s; there the register has %+v", h.Ref, h.Persons(), h.CurrentUnit, o)
			}
			i := slices.IndexFunc(d.Units, func(u vacancy.Unit) bool { return u.UnitRef == h.CurrentUnit })
			if u := d.Units[i]; !reflect.DeepEqual(u.Rent, h.CurrentRent) {
				t.Errorf("%s does not pay the rent of %s", h.Ref, u.UnitRef)
			} else if !u.LeaseInEnds.IsZero() && u.LeaseInEnds <= on+180 {
				urgent++
			}
			if h.ReadyDate != 0 && h.ReadyDate < stay.From.AddDays(30) {
				t.Errorf("%s came on %s and was ready on %s", h.Ref, stay.From, h.ReadyDate)
			}
			if n := h.ModulesCompleted; n != nil && (*n < 0 || *n > 8) {
				t.Errorf("%s: %d modules of 8", h.Ref, *n)
			}
			if !strings.Contains("A1 A2 B1 B2", h.NorwegianLevel) {
				t.Errorf("%s: Norwegian %q", h.Ref, h.NorwegianLevel)
			}
		}
		if inUnits < 30 || urgent == 0 {
			t.Errorf("%d households in units, %d of them where the lease ends soon", inUnits, urgent)
		}
	})
}
