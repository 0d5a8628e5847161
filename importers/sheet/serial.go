package sheet

import (
	"math"

	"github.com/boligklar/boligklar/internal/civil"
)

var (
	epoch1900 = civil.MustParse("1899-12-30") // day 0 for the serials from 1900-03-01 on
	epoch1904 = civil.MustParse("1904-01-01")
	lastDate  = civil.MustParse("9999-12-31")
)

// serialDate returns the day of a serial number, and whether it is one. In the
// 1900 system serial 60 is 29 February 1900, a day that never was and is no
// date here; the days before it are one off (ECMA-376 part 1, 18.17.4.1).
func serialDate(serial float64, is1904 bool) (civil.Date, bool) {
	// Half a millisecond is what a time of day loses by being a fraction.
	day := math.Floor(serial + 0.5/86_400_000)
	switch {
	case is1904:
		if day < 0 || day > float64(lastDate-epoch1904) {
			return 0, false
		}
		return epoch1904.AddDays(int(day)), true
	case !(day >= 1) || day == 60 || day > float64(lastDate-epoch1900):
		return 0, false
	case day < 60:
		return epoch1900.AddDays(int(day) + 1), true
	}
	return epoch1900.AddDays(int(day)), true
}

// dateSerial returns the serial number of a day in the 1900 system, and whether
// it has one: dates before 1900 have none.
func dateSerial(d civil.Date) (int, bool) {
	serial := int(d - epoch1900)
	if serial <= 60 {
		serial--
	}
	return serial, serial >= 1
}
