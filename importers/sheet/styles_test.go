package sheet

import (
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
)

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{
		"General": false, "general": false, "": false, "@": false,
		"0": false, "0.00": false, "#,##0": false, "# ##0": false, "0%": false, "# ?/?": false, "##0.0E+0": false, "0.00e-00": false,
		"dd.mm.yyyy": true, "d.m.yy": true, "yyyy-mm-dd": true, "DD.MM.YYYY": true, "mmm yyyy": true, "mm": true, "d": true, "yy": true,
		"d. mmmm yyyy": true, `d\.\ mmmm\ yyyy`: true, `dd"."mm"."yyyy`: true, "dd.mm.yyyy;@": true, "mm/dd/yyyy": true, "m/d/yy h:mm": true,
		"dd.mm.yyyy hh:mm:ss": true, "yyyy-mm-dd hh:mm:ss.000": true, "hh:mm d/m": true, "[$-414]d. mmmm yyyy;@": true, "[$-F800]dddd, mmmm dd, yyyy": true,
		"[Red]dd.mm.yyyy": true, "TT.MM.JJJJ": true, "dddd": true,
		"h:mm": false, "hh:mm:ss": false, "h:mm AM/PM": false, "h:mm a/p": false, "mm:ss": false, "mm:ss.0": false, "mm:ss.00": false, "[h]:mm": false, "[hh]:mm:ss": false,
		"[mm]:ss": false, "[m]": false, "[s]": false, "[ss].00": false, "s": false, "[$-F400]h:mm:ss AM/PM": false,
		"[Red]0": false, "[Red]": false, "[Color10]0": false, "[>=100]0": false, "[Magenta]General": false, "[Dark]0": false,
		`"kr" #,##0`: false, `#,##0 "kr"`: false, "#,##0 kr": false, `[$kr-414] #,##0.00`: false, `#,##0\ "kr/mnd"`: false, `0 "mnd"`: false, "0 mnd": false, `0" døgn"`: false, `0\ \d`: false,
		`"dato"`: false, `"dato" dd`: true, `"ikke lukket dd`: false, `\d\d`: false, `_d0`: false, `*d0`: false, `_ydd`: true, `_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-`: false,
		`#,##0;"d"`: false, `0;dd.mm.yyyy`: false, "000 00 000": false, "0000": false, `\å0`: false, `*ådd`: true, `\`: false, "[": false, "[h": false, "yyyy [": true,
	} {
		if got := isDateFormat(code); got != want {
			t.Errorf("isDateFormat(%q) = %v, want %v", code, got, want)
		}
	}
}

func TestBuiltinDateFormats(t *testing.T) {
	for id, want := range map[int]bool{0: false, 4: false, 13: false, 14: true, 15: true, 17: true, 18: false, 21: false, 22: true, 23: false, 27: true, 36: true, 37: false, 44: false, 45: false, 47: false, 49: false, 50: true, 58: true, 59: false, 164: false} {
		if got := isBuiltinDate(id); got != want {
			t.Errorf("isBuiltinDate(%d) = %v, want %v", id, got, want)
		}
	}
}

// FuzzDateFormat looks for format codes that confuse the classifier: it must
// come to an end, text in quotation marks must not matter, and digits rule a
// date out unless seconds come before them.
func FuzzDateFormat(f *testing.F) {
	for _, code := range []string{"dd.mm.yyyy", `[$-414]d. mmmm yyyy;@`, `#,##0\ "kr"`, "[h]:mm:ss.00", "0.00E+00"} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		got := isDateFormat(code)
		if quoted := isDateFormat(`"d0;["` + code); quoted != got {
			t.Errorf("%q is a date: %v; with a quoted text before it: %v", code, got, quoted)
		}
		if isDateFormat("0" + code) {
			t.Errorf("%q is a date though it begins with a digit", "0"+code)
		}
	})
}

func TestSerialDates(t *testing.T) {
	for _, test := range []struct {
		serial float64
		is1904 bool
		want   string // "" for none
	}{
		{1, false, "1900-01-01"}, {59, false, "1900-02-28"}, {60, false, ""}, {60.5, false, ""}, {61, false, "1900-03-01"},
		{46357, false, "2026-12-01"}, {46357.99998, false, "2026-12-01"}, {46356.9999999999, false, "2026-12-01"}, {2958465, false, "9999-12-31"}, {2958465.5, false, "9999-12-31"},
		{0, false, ""}, {0.99, false, ""}, {-1, false, ""}, {2958466, false, ""}, {1e9, false, ""}, {1e300, false, ""},
		{0, true, "1904-01-01"}, {60, true, "1904-03-01"}, {44895, true, "2026-12-01"}, {2957003, true, "9999-12-31"}, {2957004, true, ""}, {-1, true, ""},
	} {
		got, ok := serialDate(test.serial, test.is1904)
		if got.String() != test.want || ok != (test.want != "") {
			t.Errorf("serialDate(%v, %v) = %q, %v, want %q", test.serial, test.is1904, got, ok, test.want)
		}
	}
}

func TestSerialsRoundTrip(t *testing.T) {
	for d := civil.MustParse("1900-01-01"); d <= civil.MustParse("2101-01-01"); d++ {
		serial, ok := dateSerial(d)
		if got, ok2 := serialDate(float64(serial), false); !ok || !ok2 || got != d {
			t.Fatalf("%s has the serial %d, which is %s", d, serial, got)
		}
	}
	if serial, ok := dateSerial(civil.MustParse("1899-12-31")); ok {
		t.Errorf("1899-12-31 has the serial %d, want none", serial)
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]float64{
		"0": 0, "-0": 0, "007": 7, "8500": 8500, "0.1": 0.1, "-12.345": -12.345, "123456789012345": 123456789012345, "1234567890123456789": 1234567890123456789,
		"0.30000000000000004": 0.30000000000000004, "1e3": 1000, "1E-05": 1e-05, "+5": 5, ".5": .5, "5.": 5, "46357.958333333336": 46357.958333333336,
	} {
		if got, ok := number([]byte(in)); got != want || !ok {
			t.Errorf("number(%q) = %v, %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-", ".", "-.", "1,5", "1 000", "0x1p3", "1_0", "Inf", "nan", "1e999", "1.2.3", "--1", "1e"} {
		if got, ok := number([]byte(in)); ok {
			t.Errorf("number(%q) = %v, want none", in, got)
		}
	}
}
