package importers

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

// textRows are rows of texts and numbers, written as "a;b;c".
func textRows(lines ...string) [][]variantCell {
	var rows [][]variantCell
	for _, line := range lines {
		var row []variantCell
		if line != "" {
			for text := range strings.SplitSeq(line, ";") {
				if text == "" {
					row = append(row, variantCell{})
					continue
				}
				row = append(row, textCell(text))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func bookOf(t *testing.T, sheets ...*variantSheet) *sheet.Book {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bok.xlsx")
	for i, s := range sheets {
		if s.name == "" {
			s.name = "Ark" + string(rune('1'+i))
		}
	}
	writeWorkbook(t, path, sheets, false, false)
	book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func recognise(t *testing.T, book *sheet.Book, index int, opt Options) *Layout {
	t.Helper()
	layout, err := Recognise(context.Background(), book, index, opt)
	if err != nil {
		t.Fatal(err)
	}
	return layout
}

// columnsOf lists what a layout reads, as "A=address B=rent".
func columnsOf(l *Layout) string {
	var out []string
	for _, c := range l.Columns {
		out = append(out, sheet.ColumnName(c.Index)+"="+c.Field.Name)
	}
	return strings.Join(out, " ")
}

func TestRecognise(t *testing.T) {
	tests := []struct {
		name, sheet string
		rows        []string
		merges      []string
		kind        Kind
		header      int
		columns     string
		reason      string
	}{
		{"plain", "", []string{"Adresse;Husleie", "Storgata 1;8500"}, nil, Listings, 1, "A=address B=rent", ""},
		{"titles above", "", []string{"Rana kommune", "Oppdatert:;12.10.2026", "", "Ansvarlig;Kari;;Tlf;75145000", "Adresse;Husleie", "Storgata 1;8500"}, nil, Listings, 5, "A=address B=rent", ""},
		{"empty columns", "", []string{";;Adresse;;Husleie", ";;Storgata 1;;8500"}, nil, Listings, 1, "C=address E=rent", ""},
		{"header merged over two rows", "", []string{"Bolig;;Leie;", ";;", "Adresse;Sov;Husleie;Depositum", ";;", "Storgata 1;2;8500;3 mnd"}, nil, Listings, 3, "A=address B=bedrooms C=rent D=deposit", ""},
		{"two header rows", "", []string{"Adresse;Økonomi;;Soverom", ";Husleie;Depositum;", "Storgata 1;8500;3 mnd;2"}, []string{"A1:A2", "B1:C1", "D1:D2"}, Listings, 2, "A=address B=rent C=deposit D=bedrooms", ""},
		{"second header row without merges", "", []string{"Nr;Adresse;Leie;", ";;Husleie;Depositum", "1;Storgata 1;8500;25500"}, nil, Listings, 2, "A=external_ref B=address C=rent D=deposit", ""},
		{"security is a deposit over amounts", "", []string{"Adresse;Sikkerhet", "Storgata 1;25 500", "Storgata 2;3 mnd"}, nil, Listings, 1, "A=address B=deposit", ""},
		{"security is forms over names", "", []string{"Adresse;Sikkerhet", "Storgata 1;NAV-garanti", "Storgata 2;depositumskonto"}, nil, Listings, 1, "A=address B=accepted_security", ""},
		{"both", "", []string{"Adresse;Tryggleik;Tryggleik godteken", "Storgata 1;25 500;NAV-garanti"}, nil, Listings, 1, "A=address B=deposit C=accepted_security", ""},
		{"a second column of forms is no deposit", "", []string{"Adresse;Sikkerhet godtas;Sikkerhet", "Storgata 1;NAV-garanti;NAV", "Storgata 2;depositumskonto;depositum"}, nil, Listings, 1, "A=address B=accepted_security", ""},
		{"cells that are no dates at all", "", []string{"Adresse;Ledig;Sikkerhet", "Storgata 1;ja;avtales", "Storgata 2;nei;avtales", "Storgata 3;ja;avtales"}, nil, Listings, 1, "A=address C=accepted_security", ""},
		{"one unreadable cell is an error, not another meaning", "", []string{"Adresse;Ledig;Husleie", "Storgata 1;snarest;8500"}, nil, Listings, 1, "A=address B=available_from C=rent", ""},
		{"a yes/no column for one form", "", []string{"Adresse;NAV-garanti;Kommunal garanti", "Storgata 1;ja;nei"}, nil, Listings, 1, "A=address B=accepted_security C=accepted_security", ""},
		{"security of a household", "", []string{"Husstand;Voksne;Barn;Sikkerhet", "H-1;1;0;NAV-garanti"}, nil, Households, 1, "A=ref B=adults C=children D=security", ""},
		{"available over dates", "", []string{"Adresse;Tilgjengelig;Heis", "Storgata 1;01.12.2026;ja"}, nil, Listings, 1, "A=address B=available_from C=step_free", ""},
		{"available over yes and no", "", []string{"Adresse;Tilgjengelig", "Storgata 1;ja"}, nil, Listings, 1, "A=address B=step_free", ""},
		{"units", "", []string{"Enhet;I bruk fra;Husleie;Soverom;Adresse;Postnr", "G-1;01.01.2020;8500;2;Storgata 1;8622"}, nil, Units, 1, "A=unit_ref B=in_service_from C=rent D=bedrooms E=address F=postal_code", ""},
		{"occupancies", "", []string{"Enhet;Husstand;Fra;Til", "G-1;T-1;01.01.2020;"}, nil, Occupancies, 1, "A=unit_ref B=household_ref C=from D=to", ""},
		{"misspelt", "", []string{"Adrese;Huslie;Depsoitum", "Storgata 1;8500;3 mnd"}, nil, Listings, 1, "A=address B=rent C=deposit", ""},
		{"one row only, mostly blank", "", []string{"Nr;Adresse;Postnr;Sted;Husleie;Tlf", "1;Storgata 1;;;;"}, nil, Listings, 1, "A=external_ref B=address C=postal_code D=postal_place E=rent F=landlord_phone", ""},
		{"header without rows", "", []string{"Adresse;Husleie"}, nil, Listings, 1, "A=address B=rent", ""},
		{"repeated header", "", []string{"Adresse;Husleie", "Storgata 1;8500", "Adresse;Husleie", "Storgata 2;9000"}, nil, Listings, 1, "A=address B=rent", ""},
		{"the sheet's name decides", "Gjennomgangsboliger", []string{"Nr;Adresse;Fra", "G-1;Storgata 1;01.01.2020"}, nil, Units, 1, "A=unit_ref B=address C=in_service_from", ""},

		{"old by name", "Gammelt", []string{"Adresse;Husleie", "Storgata 1;8500"}, nil, Ignored, 0, "", "sheet_old"},
		{"old by name and number", "Arkiv 2023", []string{"Adresse;Husleie", "Storgata 1;8500"}, nil, Ignored, 0, "", "sheet_old"},
		{"old by title", "", []string{"IKKE BRUK", "Adresse;Husleie", "Storgata 1;8500"}, nil, Ignored, 0, "", "sheet_old"},
		{"old by title in nynorsk", "", []string{"Ikkje bruk denne fana"}, nil, Ignored, 0, "", "sheet_old"},
		{"a title that warns of something else", "", []string{"Ikke bruk komma når du skriver beløp", "Adresse;Husleie", "Storgata 1;8500"}, nil, Listings, 2, "A=address B=rent", ""},
		{"former residents are no old tab", "Tidligere beboere", []string{"Enhet;Husstand;Fra;Til", "G-1;T-1;01.01.2020;"}, nil, Occupancies, 1, "A=unit_ref B=household_ref C=from D=to", ""},
		{"a letter", "", []string{"Kjære kommune", "Vi har en hybel å leie ut."}, nil, Ignored, 0, "", "no_table"},
		{"a table of something else", "", []string{"Vare;Antall;Pris", "Stol;3;500"}, nil, Ignored, 0, "", "no_table"},
		{"without an address", "", []string{"Husleie;Soverom;Depositum", "8500;2;3 mnd"}, nil, Ignored, 1, "A=rent B=bedrooms C=deposit", "columns_missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			book := bookOf(t, &variantSheet{name: test.sheet, rows: textRows(test.rows...), merges: test.merges})
			l := recognise(t, book, 0, Options{})
			if l.Kind != test.kind || l.HeaderRow != test.header || l.Reason != test.reason {
				t.Errorf("got %s row %d %q, want %s row %d %q", l.Kind, l.HeaderRow, l.Reason, test.kind, test.header, test.reason)
			}
			if got := columnsOf(l); got != test.columns && test.reason != "columns_missing" {
				t.Errorf("got %s, want %s", got, test.columns)
			}
		})
	}
}

func TestSkippedColumns(t *testing.T) {
	birth := made(t, "010190")
	book := bookOf(t, &variantSheet{rows: textRows(
		"Husstand;Voksne;Barn;Fødselsnr;Land;;Husstand;Annet nr",
		"H-1;1;0;x;Norge;noe;H-1;"+birth,
		"H-2;1;0;;Norge;;H-2;"+birth,
	)})
	l := recognise(t, book, 0, Options{})
	var got []string
	for _, c := range slices.Concat(l.Ignored, l.Refused) {
		got = append(got, sheet.ColumnName(c.Index)+" "+c.Reason)
	}
	want := "E unknown_header, F no_header, G duplicate_field, D national_identity_number, H national_identity_number"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestHiddenSheet(t *testing.T) {
	book := bookOf(t, &variantSheet{hidden: true, rows: textRows("Adresse;Husleie", "Storgata 1;8500")}, &variantSheet{rows: textRows("Adresse;Husleie")})
	if l := recognise(t, book, 0, Options{}); l.Kind != Ignored || l.Reason != "sheet_hidden" {
		t.Errorf("got %s %q, want it ignored as hidden", l.Kind, l.Reason)
	}
	if l := recognise(t, book, 0, Options{Chosen: true}); l.Kind != Listings {
		t.Errorf("chosen: got %s %q, want listings", l.Kind, l.Reason)
	}
}

func TestTheUserKnowsBetter(t *testing.T) {
	book := bookOf(t, &variantSheet{rows: textRows("Nr;Hvor;Totalt;Annet", "1;Storgata 1;8500;9000", "2;Storgata 2;8500;9000")})
	l := recognise(t, book, 0, Options{Kind: Listings, Map: map[string]string{"address": "b", "rent": "annet"}})
	if got, want := columnsOf(l), "A=external_ref B=address D=rent"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for name, where := range map[string]string{"no such column": "ZZ", "no such header": "Hvorhen"} {
		if _, err := Recognise(context.Background(), book, 0, Options{Kind: Listings, Map: map[string]string{"address": where}}); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	for name, opt := range map[string]Options{"nothing forced": {Kind: Listings}, "another kind": {Kind: Occupancies}, "not enough": {Kind: Units, Map: map[string]string{"address": "B"}}} {
		if l := recognise(t, book, 0, opt); l.Kind != Ignored || l.Reason != "columns_missing" || len(l.Missing) == 0 {
			t.Errorf("%s: got %s %q, want a column missing", name, l.Kind, l.Reason)
		}
	}
	missing := recognise(t, book, 0, Options{})
	if p := missing.Problem(i18n.English); p.Code != "columns_missing" || p.Params["Columns"] != "Address" {
		t.Errorf("got %+v, want columns_missing of the address", p)
	}
}

// An identity number that a column was forced to is refused all the same.
func TestIdentityColumnCannotBeForced(t *testing.T) {
	birth := made(t, "010190")
	book := bookOf(t, &variantSheet{rows: textRows("Adresse;Fødselsnr;Husleie", "Storgata 1;"+birth+";8500")})
	l := recognise(t, book, 0, Options{Kind: Listings, Map: map[string]string{"notes": "B"}})
	if got := columnsOf(l); got != "A=address C=rent" || len(l.Refused) != 1 {
		t.Errorf("got %s, refused %v", got, l.Refused)
	}
}
