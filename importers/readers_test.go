package importers

import (
	"reflect"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
)

func TestParseMoney(t *testing.T) {
	tests := []struct {
		text    string
		want    int
		rounded bool
		ok      bool
	}{
		{"8500", 8500, false, true}, {"8 500", 8500, false, true}, {"8\u00a0500", 8500, false, true}, {"8\u202f500", 8500, false, true},
		{"8 500,-", 8500, false, true}, {"8500.-", 8500, false, true}, {"8 500,–", 8500, false, true}, {"8500:-", 8500, false, true},
		{"kr 8.500", 8500, false, true}, {"8.500", 8500, false, true}, {"1.234.567", 1234567, false, true}, {"12 345 678", 12345678, false, true},
		{"8 500,00", 8500, false, true}, {"8.500,00", 8500, false, true}, {"8500,5", 8501, true, true}, {"8 500,49", 8500, true, true},
		{"8 500 kr/mnd", 8500, false, true}, {"8 500 kr / mnd.", 8500, false, true}, {"8 500,- pr. mnd.", 8500, false, true}, {"8 500 kr per måned", 8500, false, true},
		{"8 500 kr i månaden", 8500, false, true}, {"NOK 8,500", 8500, false, true}, {"8500 NOK per month", 8500, false, true}, {"KR. 8 500,-", 8500, false, true},
		{"ca. 8 500", 8500, false, true}, {"8500kr", 8500, false, true}, {" 8500 ", 8500, false, true}, {"0", 0, false, true}, {"0,-", 0, false, true}, {"kr 0", 0, false, true},

		{"8.5", 0, false, false}, {"8.50", 0, false, false}, {"85.00", 0, false, false}, {"8500.00", 0, false, false}, {"8.5000", 0, false, false}, {"1.23.456", 0, false, false},
		{"8500.", 0, false, false}, {"8500,", 0, false, false}, {"8 50", 0, false, false}, {"85 00", 0, false, false}, {"8.500.00", 0, false, false}, {"8 500.000", 0, false, false},
		{"8500-9500", 0, false, false}, {"8 500 / 9 000", 0, false, false}, {"-500", 0, false, false}, {"kr -500", 0, false, false}, {"8 500 + strøm", 0, false, false},
		{"8 500 per uke", 0, false, false}, {"8500 EUR", 0, false, false}, {"etter avtale", 0, false, false}, {"", 0, false, false}, {"kr", 0, false, false},
		{"8500,123", 0, false, false}, {"999999999999999", 0, false, false}, {"1e5", 0, false, false}, {"0x10", 0, false, false}, {"8 5OO", 0, false, false},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, rounded, ok := ParseMoney(test.text)
			if got != test.want && test.ok || rounded != test.rounded || ok != test.ok {
				t.Errorf("got %d, %v, %v, want %d, %v, %v", got, rounded, ok, test.want, test.rounded, test.ok)
			}
		})
	}
}

func TestParseDate(t *testing.T) {
	tests := []struct{ text, want string }{
		{"01.12.2026", "2026-12-01"}, {"1.12.2026", "2026-12-01"}, {"1.12.26", "2026-12-01"}, {"01.12.26", "2026-12-01"}, {"2026-12-01", "2026-12-01"},
		{"1. desember 2026", "2026-12-01"}, {"1 desember 2026", "2026-12-01"}, {"1. DESEMBER 2026", "2026-12-01"}, {"1. des. 2026", "2026-12-01"}, {"1. des 26", "2026-12-01"},
		{"24. mars 2026", "2026-03-24"}, {"1 December 2026", "2026-12-01"}, {"December 1, 2026", "2026-12-01"}, {"1st December 2026", "2026-12-01"}, {"3. august 2026", "2026-08-03"},
		{"1/12/2026", "2026-12-01"}, {"01-12-2026", "2026-12-01"}, {"2026/12/01", "2026-12-01"}, {"2026.12.01", "2026-12-01"}, {"20261201", "2026-12-01"}, {"1. 12. 2026", "2026-12-01"},
		{"tirsdag 1. desember 2026", "2026-12-01"}, {"tysdag 1.12.2026", "2026-12-01"}, {"01.12.2026 00:00", "2026-12-01"}, {"2026-12-01 00:00:00", "2026-12-01"}, {"2026-12-01T12:30:00Z", "2026-12-01"},
		{"1.12.2026 kl. 14:00", "2026-12-01"}, {"\u00a001.12.2026 ", "2026-12-01"}, {"29.02.2024", "2024-02-29"}, {"1.1.79", "2079-01-01"}, {"1.1.80", "1980-01-01"}, {"1.1.00", "2000-01-01"},

		{"31.02.2026", ""}, {"29.02.2026", ""}, {"32.01.2026", ""}, {"0.1.2026", ""}, {"12/31/2026", ""}, {"2026-13-01", ""}, {"13.13.2026", ""}, {"31. juni 2026", ""},
		{"1.12", ""}, {"desember 2026", ""}, {"2026", ""}, {"1.12.126", ""}, {"1.12.1826", ""}, {"snarest", ""}, {"", ""}, {"1.12.2026-15.12.2026", ""}, {"-1.12.2026", ""},
		{"1.12.2026 eller senere", ""}, {"01122026", ""}, {"20261301", ""}, {"1.2.3.2026", ""}, {strings.Repeat("1.", 50), ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			date, ok := ParseDate(test.text)
			if got := date.String(); got != test.want || ok != (test.want != "") {
				t.Errorf("got %q, %v, want %q", got, ok, test.want)
			}
		})
	}
}

// cellOf makes the cell that a test names: a number, or else text.
func cellFor(v any) sheet.Cell {
	switch v := v.(type) {
	case int:
		return sheet.Cell{Kind: sheet.Number, Number: float64(v)}
	case float64:
		return sheet.Cell{Kind: sheet.Number, Number: v}
	case bool:
		if v {
			return sheet.Cell{Kind: sheet.Bool, Number: 1}
		}
		return sheet.Cell{Kind: sheet.Bool}
	case civil.Date:
		return sheet.Cell{Kind: sheet.Date, Date: v}
	case sheet.Kind:
		return sheet.Cell{Kind: v, Text: "#N/A"}
	}
	return sheet.Cell{Kind: sheet.Text, Text: v.(string)}
}

const bad = "unreadable" // stands for any code in the tables below

func TestReadCells(t *testing.T) {
	date := civil.MustParse("2026-12-01")
	tests := []struct {
		field string
		cells []any
		want  any // nil is not known
	}{
		{"listings.rent", []any{8500, "8500", "8 500,-", 8500.0}, 8500},
		{"listings.rent", []any{"", "?", "-", "ukjent", "ukjend", "unknown", "vet ikke", " "}, nil},
		{"listings.rent", []any{"etter avtale", "8.5", -500, true, date, sheet.Error, sheet.Uncalculated, 1e12}, bad},
		{"listings.area_m2", []any{26, "26", "ca 26", "ca. 26 m2", "26 m²", "26m2", "26 kvm", "26,0", "26 sqm", "26 square metres", "BRA 26", "ca\u00a026\u00a0m2", "~26", "26.0"}, 26},
		{"listings.area_m2", []any{"stor", "26-30", "2 6", -4, "1e3", "NaN", "26 m2 + bod", true}, bad},
		{"listings.bedrooms", []any{2, "2", "2 soverom", "2 sov", "to", "2,0", "2.0", " 2 "}, 2},
		{"listings.bedrooms", []any{0, "0", "ingen"}, 0},
		{"listings.bedrooms", []any{"2+1", 2.5, -1, "-1", "1-2", "mange", date}, bad},
		{"listings.postal_code", []any{"0152", 152, "152", "152 ", "0152 Oslo", "NO-0152", "N-0152"}, "0152"},
		{"listings.postal_code", []any{8622, "8622", "8622 Mo i Rana"}, "8622"},
		{"listings.postal_code", []any{"86222", 86222, "862A", "abcd", "86.22", "8622-8630", 0, -152, 152.5, "8622 8630", "1"}, bad},
		{"listings.unit_number", []any{"H0101", "h0101", "H 0101", "H-0101", " H0101 "}, "H0101"},
		{"listings.unit_number", []any{"A0101", "H101", "H01011", "2. etg", 101, "HO101", "K01O1"}, bad},
		{"listings.landlord_phone", []any{"44 66 67 99", "446 66 799", "+4744666799", 44666799, "0047 446 66 799", "(+47) 44 66 67 99", "tlf. 446 66 799", "4744666799", 4744666799, "446-66-799", "44.66.67.99", "44\u00a066\u00a067\u00a099"}, nil},
		{"listings.landlord_phone", []any{"4466679", "446667999", "44 66 67 99 / 91 00 00 00", "+47 446", "ring", "+47446667991", "00123"}, bad},
		{"listings.landlord_email", []any{"Kari.Nilsen@Example.no", " Kari.Nilsen@Example.no ", "mailto:Kari.Nilsen@Example.no"}, "Kari.Nilsen@Example.no"},
		{"listings.landlord_email", []any{"kari", "kari@", "@example.no", "kari@example", "a@b.no, c@d.no", "kari(at)example.no", "a@b@c.no"}, bad},
		{"listings.pets", []any{"ja", "JA", "j", "J", "x", "X", "yes", "y", "sann", "SANN", "true", 1, "1", true, "ja.", "✓", "Ja, én katt", "Ja – etter avtale", "yes (one cat)", "tillatt"}, true},
		{"listings.pets", []any{"nei", "NEI", "n", "no", "usann", "false", 0, "0", false, "Nei (kun ute)", "ikke tillatt", "ikkje tillate"}, false},
		{"listings.pets", []any{"?", "ukjent", "ukjend", "unknown", "", " ", "-", "vet ikke", "veit ikkje", "n/a"}, nil},
		{"listings.pets", []any{"kanskje", 2, "ja/nei", "ja-nei", "ja eller nei", "ja / nei", "nei men kanskje", "etter avtale", date, -1, 0.5}, bad},
		{"listings.available_from", []any{date, "01.12.2026", "1. desember 2026", 46357, "46357", 46357.75}, date},
		{"listings.available_from", []any{"31.02.2026", "snarest", 2026, 1, "12/31/2026", true, 1e9, sheet.Error}, bad},
		{"listings.lease_months", []any{36, "36", "36 mnd", "36 måneder", "3 år", "3 års", "3 years", "tre år", "36 months", "36 månader", "3 ÅR", "min. 3 år"}, 36},
		{"listings.lease_months", []any{"1,5 år", "18 mnd"}, 18},
		{"listings.lease_months", []any{"ubestemt", "tidsubestemt", "tidsubestemd", "indefinite", "Ubestemt tid", "open-ended", "?"}, nil},
		{"listings.lease_months", []any{"kort", 3.5, -3, "3 uker", "3-5 år", "fast"}, bad},
		{"listings.deposit", []any{25500, "25 500,-", "kr 25.500"}, 25500},
		{"listings.deposit", []any{0, "0", "ingen", "nei"}, 0},
		{"listings.deposit", []any{"etter avtale", "3.5", "3 uker", "ja"}, bad},
		{"listings.accepted_security", []any{"depositumskonto, NAV-garanti", "NAV-garanti; depositum", "nav_guarantee/deposit_account", "depositum + NAV", "depositum og garanti fra NAV", "NAV guarantee and deposit account", "Depositum , , NAV-garanti", "depositumskonto|NAV"}, []string{"deposit_account", "nav_guarantee"}},
		{"listings.accepted_security", []any{"depositum, kommunal garanti og NAV-garanti"}, []string{"deposit_account", "municipal_guarantee", "nav_guarantee"}},
		{"listings.accepted_security", []any{"alle", "Alle typer"}, []string{"deposit_account", "insurance_guarantee", "municipal_guarantee", "nav_guarantee"}},
		{"listings.accepted_security", []any{"se avtale", "ikke NAV-garanti", 3, "ja"}, bad},
		{"listings.preferred", []any{"pets, references", "husdyr og referanser", "dyr; referansar"}, []string{"pets", "references"}},
		{"households.modules_completed", []any{5, "5", "5/8", "5 / 8", "5 av 8", "5 of 8", "5 moduler", civil.MustParse("2026-08-05")}, 5},
		{"households.modules_completed", []any{"mange", "5/x", "fem av mange", -1}, bad},
		{"households.areas", []any{"Selfors, Mo i Rana", "Mo i Rana; Selfors", "Mo i Rana og Selfors", "Selfors/Mo i Rana", "Selfors + Mo i Rana", "Mo i Rana and Selfors"}, []string{"Mo i Rana", "Selfors"}},
		{"households.areas", []any{"Bø i Telemark"}, []string{"Bø i Telemark"}},
		{"households.areas", []any{"", "?", " , ; "}, nil},
		{"households.min_lease_months", []any{36, "3 år", "36 mnd"}, 36},
		{"listings.notes", []any{"å", "a\u030a", " å ", "\u200bå\u0001"}, "å"},
		{"listings.notes", []any{"en\nto", "en\tto", "en\r\u00a0to"}, nil},
		{"listings.external_ref", []any{101, "101", 101.0}, "101"},
		{"listings.external_ref", []any{"001"}, "001"},
	}
	for _, test := range tests {
		f := fieldNamed(t, test.field)
		for _, cell := range test.cells {
			r := read(f, cellFor(cell))
			got := plainValue(f, r)
			switch {
			case test.field == "listings.landlord_phone" && test.want == nil:
				if !strings.HasPrefix(r.value.Text, "+4744666") || len(r.value.Text) != 11 {
					t.Errorf("%s %v: got %q, want +4744666...", test.field, cell, r.value.Text)
				}
			case test.field == "listings.notes" && test.want == nil:
				if strings.Join(strings.Fields(r.value.Text), " ") != "en to" || strings.ContainsAny(r.value.Text, "\n\r\t\u00a0") {
					t.Errorf("%s %q: got %q, want plain spaces", test.field, cell, r.value.Text)
				}
			case !reflect.DeepEqual(got, test.want):
				t.Errorf("%s %v: got %v (%s), want %v", test.field, cell, got, r.code, test.want)
			}
		}
	}
}

// plainValue is what a reading says, or that it could not be read.
func plainValue(f *Field, r reading) any {
	switch {
	case !r.value.Known && r.code != "":
		return bad
	case !r.value.Known:
		return nil
	}
	switch f.Type {
	case TypeYesNo:
		return r.value.Yes
	case TypeDate:
		return r.value.Date
	case TypeMoney, TypeDeposit, TypeWhole, TypeArea, TypeModules, TypeLeaseMonths:
		return r.value.Int
	case TypeSecuritySet, TypeRuleSet:
		var out []string
		for _, c := range f.Choices {
			if r.value.Bits&c.bit != 0 {
				out = append(out, c.Value)
			}
		}
		return out
	case TypePlaces:
		rec := household{Areas: r.value.List}
		rec.Normalize()
		return rec.Areas
	}
	return r.value.Text
}

func TestDepositInMonths(t *testing.T) {
	f := fieldNamed(t, "listings.deposit")
	for _, text := range []string{"3 mnd", "3 mnd.", "3mnd", "3 måneder", "3 månader", "3 months", "3 months' rent", "tre måneder", "3 x husleie", "3x leie", "3 mnd husleie", "3 måneders leie", "3 mndr", "3 MND", "3\u00a0mnd"} {
		if got := read(f, cellFor(text)); got.months != 3 || got.code != "" {
			t.Errorf("%q: got %+v, want 3 months", text, got)
		}
	}
}

// The first problem of each kind is a warning or refuses the row, as agreed.
func TestWhatRefusesARow(t *testing.T) {
	codes := map[string]string{
		"listings.rent": "rent_not_a_number", "listings.deposit": "deposit_not_a_number", "households.max_rent": "max_rent_not_a_number",
		"listings.available_from": "date_invalid", "listings.postal_code": "postal_code_invalid", "units.lease_in_ends": "date_invalid",
	}
	for name, code := range codes {
		f := fieldNamed(t, name)
		for _, cell := range []any{"abc", sheet.Error, sheet.Uncalculated} {
			if got := read(f, cellFor(cell)); got.code != code || !refuses(got.code) {
				t.Errorf("%s %v: got %q, want %q, which refuses the row", name, cell, got.code, code)
			}
		}
	}
	for _, name := range []string{"listings.bedrooms", "listings.pets", "listings.area_m2", "listings.landlord_phone", "listings.unit_number", "listings.furnished", "households.employment", "occupancies.reason", "listings.lease_months"} {
		if got := read(fieldNamed(t, name), cellFor("abc")); got.code != codeUnreadable || refuses(got.code) {
			t.Errorf("%s: got %q, want a warning", name, got.code)
		}
	}
}

func TestCleanText(t *testing.T) {
	long := strings.Repeat("å", MaxText)
	for _, test := range []struct {
		in, want string
		cut      bool
	}{
		{"  a  ", "a", false}, {"a\x00b", "a b", false}, {"Mo\u00a0i Rana", "Mo i Rana", false}, {"A\u030ase", "Åse", false}, {"\ufeffx", "x", false},
		{long, long, false}, {long + "x", long, true}, {"", "", false}, {" \n\t ", "", false},
	} {
		if got, cut := CleanText(test.in); got != test.want || cut != test.cut {
			t.Errorf("%.20q: got %.20q, %v, want %.20q, %v", test.in, got, cut, test.want, test.cut)
		}
	}
}
