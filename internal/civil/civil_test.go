package civil

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		y, m, d int
		ok      bool
		want    string
	}{
		{2026, 12, 1, true, "2026-12-01"}, {2024, 2, 29, true, "2024-02-29"}, {1900, 2, 29, false, ""}, {2026, 2, 31, false, ""},
		{2026, 13, 1, false, ""}, {2026, 0, 1, false, ""}, {2026, 1, 0, false, ""}, {0, 1, 1, false, ""}, {1, 1, 1, true, "0001-01-01"},
		{9999, 12, 31, true, "9999-12-31"}, {10000, 1, 1, false, ""},
	} {
		got, ok := Of(c.y, c.m, c.d)
		if ok != c.ok || got.String() != c.want {
			t.Errorf("Of(%d, %d, %d): got %q, %v, want %q, %v", c.y, c.m, c.d, got, ok, c.want, c.ok)
		}
	}
	if d, _ := Of(1, 1, 1); d != 1 {
		t.Errorf("got %d for the first day, want 1", d)
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"2026-2-1", "01.12.2026", "2026-02-30", "2026-12-01T00:00:00Z", "+026-12-01", "2026/12/01", " 2026-12-01"} {
		if d, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q): got %s, want an error", bad, d)
		}
	}
	if d, err := Parse(""); err != nil || !d.IsZero() {
		t.Errorf("got %s, %v for no date", d, err)
	}
}

// Every day agrees with package time on its name, its neighbours and its way
// through text and JSON.
func TestDaysAgreeWithTime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	last := MustParse("9999-12-31")
	for range 20_000 {
		d := Date(1 + r.Int32N(int32(last)))
		if got, want := d.String(), time.Date(1, 1, int(d), 0, 0, 0, 0, time.UTC).Format(time.DateOnly); got != want {
			t.Fatalf("day %d: got %s, want %s", d, got, want)
		}
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s: got %d, %v, want %d", d, back, err, d)
		}
		var back Date
		if data, err := json.Marshal(d); err != nil || json.Unmarshal(data, &back) != nil || back != d {
			t.Fatalf("%s does not survive JSON: %s", d, data)
		}
	}
}

func TestFromTimeKeepsTheDayOfItsZone(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Skipf("no time zones on this machine: %v", err)
	}
	for _, clock := range []string{"2026-03-29T00:30:00", "2026-03-29T23:59:59", "2026-10-25T00:00:00", "2026-10-25T23:30:00"} {
		at, err := time.ParseInLocation("2006-01-02T15:04:05", clock, oslo)
		if err != nil {
			t.Fatal(err)
		}
		if got := FromTime(at).String(); got != clock[:10] {
			t.Errorf("%s: got %s", clock, got)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-11-30", 3, "2027-02-28"}, {"2026-03-31", -1, "2026-02-28"},
		{"2026-12-15", 1, "2027-01-15"}, {"2026-05-01", 0, "2026-05-01"}, {"2026-01-01", -1, "2025-12-01"},
	} {
		if got := MustParse(c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months: got %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestMonth(t *testing.T) {
	m, err := ParseMonth("2024-02")
	if err != nil || m.String() != "2024-02" || m.End().String() != "2024-03-01" || m.Add(-2).String() != "2023-12" {
		t.Errorf("got %s to %s, %v", m.First, m.End(), err)
	}
	if got := MonthOf(MustParse("2024-02-29")); got != m {
		t.Errorf("got %s, want %s", got, m)
	}
	for _, bad := range []string{"2024-13", "2024", "2024-02-01", "", "24-02"} {
		if m, err := ParseMonth(bad); err == nil {
			t.Errorf("ParseMonth(%q): got %s, want an error", bad, m)
		}
	}
}

func TestMonthSurvivesJSON(t *testing.T) {
	for _, m := range []Month{{}, MonthOf(MustParse("2024-02-29"))} {
		data, err := json.Marshal(m)
		if want := `"` + m.String() + `"`; err != nil || string(data) != want {
			t.Errorf("got %s, %v, want %s", data, err, want)
		}
		var back Month
		if err := json.Unmarshal(data, &back); err != nil || back != m {
			t.Errorf("got %q, %v, want %q", back, err, m)
		}
	}
}

func TestZeroDateIsNull(t *testing.T) {
	var d Date
	if data, err := json.Marshal(d); err != nil || string(data) != "null" {
		t.Errorf("got %s, %v, want null", data, err)
	}
	d = 5
	if err := json.Unmarshal([]byte("null"), &d); err != nil || d != 0 {
		t.Errorf("got %d, %v, want no date", d, err)
	}
	for _, bad := range []string{`"x"`, `5`, `"`, `""x"`} {
		if err := d.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s: want an error", bad)
		}
	}
}
