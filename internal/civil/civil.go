// Package civil has dates without a time of day or a zone: the day a flat is
// free, the day a family moved in. Arithmetic is in whole days, so neither
// daylight saving nor leap seconds exist here.
package civil

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a day in the proleptic Gregorian calendar, counted from 1 = 0001-01-01.
// Zero is no date. Dates compare with < and ==, and b-a is the days from a to b.
type Date int32

const unixEpoch Date = 719163 // 1970-01-01

// Of returns the date of a year, month and day, and whether that day exists:
// Of(2026, 2, 31) is false.
func Of(year, month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return 0, false
	}
	return FromTime(t), true
}

// FromTime returns the calendar day that t has in its own zone.
func FromTime(t time.Time) Date {
	y, m, d := t.Date()
	return unixEpoch + Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400)
}

// Parse reads the ISO form 2026-12-01, and "" as no date.
func Parse(s string) (Date, error) {
	if s == "" {
		return 0, nil
	}
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		y, err1 := strconv.ParseUint(s[:4], 10, 32)
		m, err2 := strconv.ParseUint(s[5:7], 10, 32)
		d, err3 := strconv.ParseUint(s[8:], 10, 32)
		if err1 == nil && err2 == nil && err3 == nil {
			if date, ok := Of(int(y), int(m), int(d)); ok {
				return date, nil
			}
		}
	}
	return 0, fmt.Errorf("%q is not a date of the form 2026-12-01", s)
}

// MustParse is Parse for constants in code and tests; it panics on error.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// IsZero reports that there is no date.
func (d Date) IsZero() bool { return d == 0 }

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d-unixEpoch)*86400, 0).UTC() }

// YMD returns the year, month (1-12) and day of the month.
func (d Date) YMD() (year, month, day int) {
	y, m, dd := d.Time().Date()
	return y, int(m), dd
}

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// AddMonths returns the same day n months later, or the last day of that month
// where it is shorter: 31 January plus one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.YMD()
	first := time.Date(y, time.Month(m+n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return FromTime(first) + Date(min(day, last)-1)
}

// String returns the ISO form, and "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// MarshalText returns the ISO form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = Parse(string(text))
	return err
}

// MarshalJSON returns the ISO form in quotes, and null for no date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*d = 0
		return nil
	}
	if len(data) < 2 || data[0] != '"' || data[len(data)-1] != '"' {
		return fmt.Errorf("%s is not a date of the form \"2026-12-01\"", data)
	}
	return d.UnmarshalText(data[1 : len(data)-1])
}

// Month is the period of one calendar month, [First, First of the next).
type Month struct{ First Date }

// ParseMonth reads 2026-12.
func ParseMonth(s string) (Month, error) {
	first, err := Parse(s + "-01")
	if err != nil || len(s) != 7 {
		return Month{}, fmt.Errorf("%q is not a month of the form 2026-12", s)
	}
	return Month{first}, nil
}

// MonthOf returns the month that d falls in.
func MonthOf(d Date) Month {
	_, _, day := d.YMD()
	return Month{d - Date(day-1)}
}

// End returns the first day after the month.
func (m Month) End() Date { return m.First.AddMonths(1) }

// Add returns the month n months later.
func (m Month) Add(n int) Month { return Month{m.First.AddMonths(n)} }

// String returns the form 2026-12, and "" for no month.
func (m Month) String() string {
	if m.First.IsZero() {
		return ""
	}
	return m.First.String()[:7]
}

// MarshalText returns the form 2026-12.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Month) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	*m, err = ParseMonth(string(text))
	return err
}
