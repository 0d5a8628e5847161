package importers

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords"
)

// readRows recognises a sheet and reads all of it.
func readRows[R any](t *testing.T, book *sheet.Book, schema *Schema[R]) (*Layout, []Row[R]) {
	t.Helper()
	layout := recognise(t, book, 0, Options{})
	if layout.Kind != schema.Kind {
		t.Fatalf("got %s (%s), want %s", layout.Kind, layout.Reason, schema.Kind)
	}
	var out []Row[R]
	for row, err := range Read(context.Background(), book, 0, layout, schema) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return layout, out
}

// summary is what became of a row: a skip code, or its problems by column.
func summary[R any](row Row[R]) string {
	var parts []string
	if row.Skipped != "" {
		parts = append(parts, row.Skipped)
	}
	for _, p := range row.Problems {
		parts = append(parts, fmt.Sprintf("%s:%s:%s", sheet.ColumnName(p.Column), p.Code, p.Severity[:1]))
	}
	return strings.Join(parts, " ")
}

func TestWhatIsNoRecord(t *testing.T) {
	tests := []struct{ row, want string }{
		{"1;Storgata 1;8622;2;8500;01.12.2026", ""},
		{";Storgata 1;;;;", ""}, // a listing may have an address and nothing else
		{";Thora Meyers gt. 86 A;;;;", ""},
		{"Sum;;;;123500;", "row_sum"},
		{"Totalt:;;;12;123 500;", "row_sum"},
		{"Til saman;;;;123500;", "row_sum"},
		{"In total;;;;123500;", "row_sum"},
		{";;;;123500;", "row_sum"},
		{"Gjennomsnitt;;;2,4;9 875,50;", "row_sum"},
		{"Antall: 25;;;;;", "row_sum"},
		{";;;12;123 500 kr;", "row_sum"},
		{"Nr;Adresse;Postnr;Soverom;Husleie;Ledig fra", "row_header_repeated"},
		{"* må fylles ut;;;;;", "row_note"},
		{";NB! Ring utleier før visning;;;;", "row_note"},
		{"Ledige nå;;;;;", "row_note"},
		{";Sone 1;;;;", "row_note"},
		{";November 2026;;;;", "row_note"},
		{"Sist oppdatert:;12.10.2026;;;;", "row_note"},
		{"12.10.2026;;;;;", "row_note"},
		{";;;;;", ""}, // not yielded at all
		{"NB-12;Storgata 2;;;;", ""},
		{"2;;8622;2;9000;", "B:address_missing:e"},
		{";;8622;;9000;01.12.2026", "B:address_missing:e"},
		{";;;2;;01.12.2026", "B:address_missing:e"},
		{"Totalrenovert;Storgata 3;8622;2;9000;", ""},
		{"Sum;Storgata 3;8622;2;9000;01.12.2026", ""},
	}
	lines := []string{"Nr;Adresse;Postnr;Soverom;Husleie;Ledig fra", "0;Storgata 100;8622;2;8500;01.12.2026"}
	for _, test := range tests {
		lines = append(lines, test.row)
	}
	_, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows(lines...)}), ListingSchema)
	byNumber := map[int]Row[landlords.Listing]{}
	for _, row := range rows {
		byNumber[row.Number] = row
	}
	for i, test := range tests {
		if got := summary(byNumber[i+3]); got != test.want {
			t.Errorf("%q: got %q, want %q", test.row, got, test.want)
		}
	}
}

func TestUnitsBelowTheHeader(t *testing.T) {
	_, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows("Adresse;Areal;Husleie;Strøm inkl.;Ledig fra", ";m2;kr/mnd;ja/nei;dd.mm.åååå", "Storgata 1;26;8500;ja;01.12.2026")}), ListingSchema)
	if len(rows) != 2 || rows[0].Skipped != "row_units" || rows[1].Skipped != "" {
		t.Errorf("got %+v", rows)
	}
}

func TestProblemsOfARow(t *testing.T) {
	birth := made(t, "010190")
	tests := []struct{ name, row, want string }{
		{"good", "Storgata 1;8500;3 mnd;8622;36;fast jobb;H0101;", ""},
		{"all problems at once", ";dyrt;mye;86222;kort;?;x;", "B:rent_not_a_number:e C:deposit_not_a_number:e D:postal_code_invalid:e E:value_unreadable:w G:value_unreadable:w A:address_missing:e"},
		{"over the cap in months", "Storgata 1;8500;8 mnd;8622;36;;;", "C:deposit_over_legal_cap:e"},
		{"over the cap in kroner", "Storgata 1;8500;52000;8622;36;;;", "C:deposit_over_legal_cap:e"},
		{"over the cap without a rent", "Storgata 1;;8 mnd;8622;36;;;", "C:deposit_over_legal_cap:e"},
		{"just the cap", "Storgata 1;8500;51000;8622;36;;;", ""},
		{"months without a rent", "Storgata 1;;3 mnd;8622;36;;;", "C:deposit_needs_rent:w"},
		{"a short lease", "Storgata 1;8500;;8622;1 år;;;", "E:lease_below_legal_minimum:w"},
		{"an unlawful demand", "Storgata 1;8500;;8622;36;kun nordmenn;;", "F:unlawful_requirement:w"},
		{"an unlawful demand beside a lawful", "Storgata 1;8500;;8622;36;fast jobb, kun nordmenn;;", "F:unlawful_requirement:w"},
		{"an unlawful demand in the notes", "Storgata 1;8500;;8622;36;;;Kun kvinner", "H:notes_need_review:w"},
		{"an identity number in a field", "Storgata 1;8500;;8622;36;;;Fnr " + birth, "H:identity_number_refused:w"},
		{"an identity number for an address", birth + ";8500;;8622;36;;H0101;", "A:identity_number_refused:w A:address_missing:e"},
		{"an identity number beside the columns", "Storgata 1;8500;;8622;36;;;;" + birth, "I:identity_number_refused:w"},
		{"an identity number in a note", "* " + birth, "row_note A:identity_number_refused:w"},
		{"rounded", "Storgata 1;8 500,50;;8622;36;;;", "B:amount_rounded:w"},
		{"too long", "Storgata 1;8500;;8622;36;;;" + strings.Repeat("å", 2001), "H:text_too_long:w"},
	}
	lines := []string{"Adresse;Husleie;Depositum;Postnr;Leietid;Krav om jobb;Bolignr;Merknad", "Storgata 100;8500;;8622;36;;H0101;ok;ny", "Storgata 101;8500;;8622;36;;H0101;ok;ny"}
	for _, test := range tests {
		lines = append(lines, test.row)
	}
	_, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows(lines...)}), ListingSchema)
	for i, test := range tests {
		if got := summary(rows[i+2]); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		for _, p := range rows[i+2].Problems {
			for _, lang := range i18n.Langs {
				if m := Message(lang, Listings, p.Problem); strings.Contains(m, birth) || strings.Contains(m, birth[6:]) {
					t.Errorf("%s: the message gives the number away: %s", test.name, m)
				}
			}
		}
	}
}

func TestLawfulPartOfACellStands(t *testing.T) {
	_, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows("Adresse;Krav om jobb;Sikkerhet godtas", "Storgata 1;fast jobb, kun nordmenn;NAV-garanti, ikke innvandrere")}), ListingSchema)
	got := rows[0].Record
	if got.EmploymentRequirement != landlords.PermanentJob || got.AcceptedSecurity != landlords.Securities(landlords.NAVGuarantee) || len(rows[0].Problems) != 2 {
		t.Errorf("got %+v, %v", got, rows[0].Problems)
	}
}

// An unreadable required cell is refused once: it is not missing too.
func TestUnreadableIsNotMissing(t *testing.T) {
	_, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows("Enhet;Husstand;Innflyttet", "G-1;T-1;01.01.2020", "G-1;T-1;31.02.2026", "G-1;T-1;")}), OccupancySchema)
	for i, want := range []string{"", "C:date_invalid:e", "C:from_missing:e"} {
		if got := summary(rows[i]); got != want {
			t.Errorf("row %d: got %q, want %q", rows[i].Number, got, want)
		}
	}
}

func TestOneCellSpeaksForAnother(t *testing.T) {
	_, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows(
		"Adresse;Husleie;Depositum;Leietid;Leieform;NAV-garanti;Kommunal garanti;Fast jobb;Leietid (år)",
		"Storgata 1;8000;3 mnd;36;;ja;nei;ja;",
		"Storgata 2;8000;24000;ubestemt;;ja;x;nei;",
		"Storgata 3;8000;;;tidsubestemt;?;;?;",
		"Storgata 4;8000;;36;tidsubestemt;;;;",
		"Storgata 5;8000;;;;;;;",
	)}), ListingSchema)
	n := func(v int) *int { return &v }
	want := []landlords.Listing{
		{Deposit: n(24000), LeaseMonths: n(36), LeaseKind: landlords.Fixed, AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee), EmploymentRequirement: landlords.PermanentJob},
		{Deposit: n(24000), LeaseKind: landlords.Indefinite, AcceptedSecurity: landlords.Securities(landlords.NAVGuarantee, landlords.MunicipalGuarantee), EmploymentRequirement: landlords.NoEmployment},
		{LeaseKind: landlords.Indefinite},
		{LeaseKind: landlords.Indefinite}, // indefinite has no months
		{},
	}
	for i, w := range want {
		w.Address, w.Rent = fmt.Sprintf("Storgata %d", i+1), n(8000)
		if changed := ChangedFields(ListingSchema, w, rows[i].Record); changed != nil {
			t.Errorf("row %d: got %+v, differs in %v", rows[i].Number, rows[i].Record, changed)
		}
	}
}

func TestUnitsInTheHeader(t *testing.T) {
	_, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows("Adresse;Husleie;Depositum (mnd);Leietid (år)", "Storgata 1;8000;3;3", "Storgata 2;8000;24000;36", "Storgata 3;8000;2 mnd;1 år")}), ListingSchema)
	for i, want := range []struct{ deposit, months int }{{24000, 36}, {24000, 36}, {16000, 12}} {
		got := rows[i].Record
		if got.Deposit == nil || *got.Deposit != want.deposit || got.LeaseMonths == nil || *got.LeaseMonths != want.months {
			t.Errorf("row %d: got %v and %v, want %+v", rows[i].Number, got.Deposit, got.LeaseMonths, want)
		}
	}
}

func TestMergedCells(t *testing.T) {
	s := &variantSheet{rows: textRows("Adresse;Husleie;Utleier;Tlf", "Storgata 1;8000;Kari Nilsen;44667799", "Storgata 2;8500;;", "Storgata 3;9000;;", "Storgata 4;9000;;"), merges: []string{"C2:C4", "D2:D3"}}
	_, rows := readRows(t, bookOf(t, s), ListingSchema)
	for i, want := range []string{"Kari Nilsen +4744667799", "Kari Nilsen +4744667799", "Kari Nilsen ", " "} {
		if got := rows[i].Record.LandlordName + " " + rows[i].Record.LandlordPhone; got != want {
			t.Errorf("row %d: got %q, want %q", rows[i].Number, got, want)
		}
	}
}

func TestDatesOf1904(t *testing.T) {
	date := civil.MustParse("2026-12-01")
	s := &variantSheet{name: "Ark1", rows: textRows("Adresse;Ledig fra", "Storgata 1", "Storgata 2")}
	s.rows[1] = append(s.rows[1], sheet.Cell{Kind: sheet.Date, Date: date})
	s.rows[2] = append(s.rows[2], sheet.Cell{Kind: sheet.Number, Date: date}) // without the style of a date
	for _, is1904 := range []bool{false, true} {
		path := t.TempDir() + "/dato.xlsx"
		writeWorkbook(t, path, []*variantSheet{s}, is1904, true)
		book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		_, rows := readRows(t, book, ListingSchema)
		for _, row := range rows {
			if row.Record.AvailableFrom != date {
				t.Errorf("1904 %v row %d: got %v, want %v", is1904, row.Number, row.Record.AvailableFrom, date)
			}
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A number in an identity column, title or note never reaches a record.
func TestIdentityNumbersAboveTheTable(t *testing.T) {
	birth := made(t, "010190")
	layout, rows := readRows(t, bookOf(t, &variantSheet{rows: textRows("Kontakt: "+birth, "Husstand;Voksne;Barn;Personnr "+birth, "H-1;1;0;x")}), HouseholdSchema)
	if len(layout.Refused) != 1 || strings.Contains(layout.Refused[0].Header, birth) {
		t.Errorf("got refused %v", layout.Refused)
	}
	var codes []string
	for _, row := range rows {
		codes = append(codes, summary(row))
	}
	if got, want := strings.Join(codes, "; "), "row_note A:identity_number_refused:w; "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
