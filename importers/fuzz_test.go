package importers

import (
	"math"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

func FuzzMoney(f *testing.F) {
	for _, s := range []string{"8 500,-", "kr 8.500", "8500", "8\u00a0500,00", "8 500 kr/mnd", "8.5", "-1", "1.234.567,89", "kr", ",-", "8500.", "999999999999", "8 500 / 9 000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		amount, _, ok := ParseMoney(s)
		if !ok {
			return
		}
		if amount < 0 || amount > maxMoney {
			t.Fatalf("%q: got %d", s, amount)
		}
		plain := strings.Map(func(r rune) rune { // the digits of the amount stand in the text, in order
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, s)
		if len(plain) == 0 || len(plain) > 14 {
			t.Fatalf("%q: got %d of the digits %q", s, amount, plain)
		}
		if !strings.Contains(s, ",") && strings.TrimLeft(plain, "0") != strings.TrimLeft(numberOf(amount), "0") {
			t.Fatalf("%q: got %d, want the digits %s", s, amount, plain)
		}
		for _, again := range []string{numberOf(amount), grouped(amount, " "), "kr " + numberOf(amount) + ",-"} {
			if amount < 1_000_000 {
				if back, rounded, ok := ParseMoney(again); !ok || rounded || back != amount {
					t.Fatalf("%q read as %d, and %q as %d %v", s, amount, again, back, ok)
				}
			}
		}
	})
}

func numberOf(n int) string { return cellText(sheet.Cell{Kind: sheet.Number, Number: float64(n)}) }

func FuzzDate(f *testing.F) {
	for _, s := range []string{"01.12.2026", "1.12.26", "2026-12-01", "1. desember 2026", "31.02.2026", "12/31/2026", "1 Dec 2026", "20261201", "2026-12-01T10:00:00Z", "tysdag 1.12.2026", "st. . ."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		date, ok := ParseDate(s)
		if !ok {
			if date != 0 {
				t.Fatalf("%q: got %v without ok", s, date)
			}
			return
		}
		year, month, day := date.YMD()
		if year < 1900 || year > 2199 {
			t.Fatalf("%q: got the year %d", s, year)
		}
		for _, again := range []string{date.String(), date.Time().Format("02.01.2006"), date.Time().Format("2 January 2006")} {
			if back, ok := ParseDate(again); !ok || back != date {
				t.Fatalf("%q is %v, but %q is %v", s, date, again, back)
			}
		}
		if _, exists := civil.Of(year, month, day); !exists {
			t.Fatalf("%q: got %v", s, date)
		}
	})
}

// FuzzCell holds that no cell upsets a reader, and that what was understood is
// read the same when it is exported and comes back.
func FuzzCell(f *testing.F) {
	for i, s := range []string{"", "ja", "8 500,-", "01.12.2026", "H0101", "depositumskonto og NAV-garanti", "3 mnd", "tidsubestemt", "5/8", "kari@example.no", "+47 446 67 991", "umøblert", "Mo i Rana, Selfors", "0152 Oslo", "=1+1", "kun nordmenn"} {
		f.Add(uint8(i), uint8(sheet.Text), s, 0.0)
	}
	f.Add(uint8(3), uint8(sheet.Number), "", 46357.5)
	f.Add(uint8(9), uint8(sheet.Bool), "", 1.0)
	f.Add(uint8(4), uint8(sheet.Error), "#N/A", math.Inf(1))
	f.Fuzz(func(t *testing.T, at, kind uint8, text string, number float64) {
		if kind > uint8(sheet.Uncalculated) || len(text) > 5000 {
			return
		}
		cell := sheet.Cell{Kind: sheet.Kind(kind), Text: text, Number: number}
		if cell.Kind == sheet.Date {
			cell.Date = civil.MustParse("2000-01-01").AddDays(int(at))
		}
		for _, k := range Kinds {
			fields := Fields(k)
			field := fields[int(at)%len(fields)]
			got := read(field, cell)
			if !got.value.Known {
				continue
			}
			testReadAgain(t, k, field, cell, got)
		}
	})
}

func testReadAgain(t *testing.T, kind Kind, f *Field, cell sheet.Cell, got reading) {
	switch kind {
	case Listings:
		readAgain(t, ListingSchema, f, cell, got)
	case Households:
		readAgain(t, HouseholdSchema, f, cell, got)
	case Units:
		readAgain(t, UnitSchema, f, cell, got)
	case Occupancies:
		readAgain(t, OccupancySchema, f, cell, got)
	}
}

func readAgain[R any](t *testing.T, s *Schema[R], f *Field, cell sheet.Cell, got reading) {
	column := s.Field(f.Name)
	var record R
	store(column.Ref(&record), got.value)
	s.Normalize(&record)
	want := load(column.Ref(&record))
	for _, style := range []Style{{Lang: i18n.Bokmal}, {Lang: i18n.English}, {Canonical: true}} {
		exported := column.export(style, &record)
		var back sheet.Cell
		switch v := exported.(type) {
		case nil:
			continue // it was no value after all: an indefinite lease has no months
		case string:
			back = sheet.Cell{Kind: sheet.Text, Text: v}
		case int:
			back = sheet.Cell{Kind: sheet.Number, Number: float64(v)}
		case civil.Date:
			back = sheet.Cell{Kind: sheet.Date, Date: v}
		}
		var again R
		reread := read(f, back)
		store(column.Ref(&again), reread.value)
		s.Normalize(&again)
		if !load(column.Ref(&again)).equal(want) || reread.code != "" {
			t.Fatalf("%s.%s: %+v is %+v, exported %#v, and read again %+v", s.Kind, f.Name, cell, want, exported, reread)
		}
	}
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{"Husleie pr. mnd*|8500", "Fødselsnr|x", "NAV-garanti|ja", "|", "Leietid (år)|3", "aa|oe", "Ant. soverom:|2", "\u0000|\ufffd", "Adresse\nPostnr|Storgata 1"} {
		header, cell, _ := strings.Cut(s, "|")
		f.Add(header, cell)
	}
	f.Fuzz(func(t *testing.T, header, cell string) {
		if len(header) > 300 || len(cell) > 300 {
			return
		}
		rows := []sheet.Row{
			{Number: 1, Cells: []sheet.Cell{textCell("Adresse"), {Kind: sheet.Text, Text: header}, textCell("Husleie")}},
			{Number: 2, Cells: []sheet.Cell{textCell("Storgata 1"), {Kind: sheet.Text, Text: cell}, textCell("8500")}},
		}
		best, err := bestCandidate(sheet.Info{Name: header}, rows, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if best == nil {
			return
		}
		taken := map[int]bool{}
		for _, c := range best.layout.Columns {
			if taken[c.Index] {
				t.Fatalf("%q: column %d is taken twice", header, c.Index)
			}
			taken[c.Index] = true
			if _, found := FindIdentity(c.Header); found {
				t.Fatalf("%q: the layout tells an identity number", header)
			}
		}
		if again, _ := bestCandidate(sheet.Info{Name: header}, rows, Options{}); again.layout.Kind != best.layout.Kind || len(again.layout.Columns) != len(best.layout.Columns) {
			t.Fatalf("%q: another reading the second time", header)
		}
	})
}

// FuzzIdentity holds that Scrub leaves no identity number, changes nothing else
// and need not be done twice.
func FuzzIdentity(f *testing.F) {
	for _, s := range []string{"Fnr 01019012345", "2012 123456 01", "0047 48483918", "8601 11 17947", "12.10.2026 14.30", "٠١٠١٩٠١٢٣٤٥", "1 1 1 1 1 1 1 1 1 1 1 1", "0101901234520121234560"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Scrub(s)
		if _, found := FindIdentity(got); found {
			t.Fatalf("%q: %q still holds one", s, got)
		}
		if Scrub(got) != got {
			t.Fatalf("%q: scrubbed twice is %q, once %q", s, Scrub(got), got)
		}
		if _, found := FindIdentity(s); !found && got != s {
			t.Fatalf("%q became %q without cause", s, got)
		}
	})
}
