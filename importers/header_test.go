package importers

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
)

// recogniseText recognises a table of delimited text, written in dir.
func recogniseText(t *testing.T, dir, text string, opt Options) (*sheet.Book, *Layout) {
	t.Helper()
	path := filepath.Join(dir, "x.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	layout, err := Recognise(context.Background(), book, 0, opt)
	if err != nil {
		t.Fatal(err)
	}
	return book, layout
}

// fieldOf returns the field that a layout reads a column as, "" for none.
func fieldOf(l *Layout, column int) string {
	for _, c := range l.Columns {
		if c.Index == column {
			return c.Field.Name
		}
	}
	return ""
}

// knownHeaders is the list of headers that the office agreed on, by field, with
// a cell that could stand below.
var knownHeaders = map[Kind][]struct{ field, headers, cell string }{
	Listings: {
		{"address", "adresse|gateadresse|besøksadresse|street|address|street address", "Storgata 1"},
		{"postal_code", "postnr|postnummer|postcode|zip", "8622"},
		{"postal_place", "sted|poststed|poststad|city", "Selfors"},
		{"unit_number", "bolignr|bolignummer|bruksenhetsnr|leil.nr|bustadnummer|unit no", "H0101"},
		{"dwelling_type", "type|type bolig|boligtype|bustadtype", "leilighet"},
		{"bedrooms", "soverom|ant soverom|antall soverom|tal soverom", "2"},
		{"area_m2", "kvm|m2|BRA|BRA-i|p-rom|areal|sqm|size", "ca 26"},
		{"rent", "husleie|leie|leiepris|pris|mnd.leie|husleige|leigepris|rent|monthly rent", "8 500,-"},
		{"electricity_included", "strøm inkl|straum inkludert|utilities included", "ja"},
		{"deposit", "depositum|dep.|sikkerhet|sikkerhetsstillelse|tryggleik|tryggleikssum", "25500"},
		{"accepted_security", "sikkerhet godtas|godtar garanti|tryggleik|security accepted", "depositumskonto, NAV-garanti"},
		{"accepted_security", "NAV-garanti", "ja"},
		{"employment_requirement", "krav om jobb|krav om arbeid|fast jobb|fast inntekt", "ingen"},
		{"available_from", "ledig fra|ledig frå|innflytting|overtakelse|available", "01.12.2026"},
		{"lease_months", "leietid|leieperiode|varighet|leigetid", "3 år"},
		{"landlord_name", "utleier|eier|huseier|kontaktperson|utleigar|eigar", "Kari Nilsen"},
		{"landlord_phone", "tlf|telefon|mobil|phone", "44 66 67 99"},
		{"landlord_email", "e-post|epost|mail", "kari@example.no"},
		{"external_ref", "nr|id|ref|annonse|annonsenr|listing", "U-001"},
		{"furnished", "møblert|møblering", "delvis"},
		{"smoking", "røyking", "nei"},
		{"pets", "husdyr|dyr|kjæledyr", "nei"},
		{"references_required", "referanser|referanser kreves", "ja"},
		{"step_free", "trinnfri|tilgjengelig|rullestol|universelt utformet|heis", "ja"},
	},
	Households: {
		{"ref", "husstand|hushald|saksnr|household", "H-001"},
		{"adults", "voksne|vaksne", "2"},
		{"children", "barn|born", "1"},
		{"max_rent", "maks husleie|budsjett|tak", "9000"},
		{"current_rent", "dagens husleie|husleige no", "8000"},
		{"security", "sikkerhet|tryggleik", "NAV-garanti"},
		{"ready_date", "boligklar|boligklar dato|klar fra|bustadklar", "01.12.2026"},
		{"current_unit", "bor i|bur i|lives in", "G-001"},
		{"areas", "ønsket område|ønskt område|preferred area", "Selfors"},
		{"move_from", "ønsker innflytting|flytte frå|move from", "01.12.2026"},
		{"social_assistance", "sosialhjelp|økonomisk sosialhjelp", "nei"},
		{"step_free_needed", "trenger trinnfritt|rullestol", "nei"},
		{"norwegian_level", "norsknivå|norsk", "B1"},
		{"modules_completed", "moduler|boligskole", "5/8"},
		{"monthly_income", "inntekt|netto", "25000"},
	},
	Units: {
		{"unit_ref", "enhet|bustad nr|unit", "G-001"},
		{"ownership", "eierform|eigarform", "innleid"},
		{"in_service_from", "i bruk fra|i drift frå|in service", "01.01.2014"},
		{"in_service_to", "ute av drift", "01.01.2026"},
	},
	Occupancies: {
		{"unit_ref", "enhet|bustad nr|unit", "G-001"},
		{"household_ref", "husstand|hushald", "T-001"},
		{"persons", "antall personer", "3"},
		{"from", "innflyttet|innflytta|moved in", "01.01.2014"},
		{"to", "utflyttet|utflytta|moved out", "01.01.2015"},
		{"reason", "årsak|grunn|reason", "annet"},
	},
}

// Each known header is found in a sheet with the required columns, whatever
// decorates it, and so is every canonical name.
func TestKnownHeaders(t *testing.T) {
	dir := t.TempDir()
	required := map[Kind][2]string{
		Listings:    {"adresse;husleie", "Storgata 1;8500"},
		Households:  {"saksnr;voksne;barn", "H-1;1;0"},
		Units:       {"enhet;i bruk fra", "G-1;01.01.2020"},
		Occupancies: {"enhet;husstand;innflyttet", "G-1;T-1;01.01.2020"},
	}
	dress := []func(string) string{
		func(s string) string { return s }, strings.ToUpper, strings.ToTitle,
		func(s string) string { return s + "*" }, func(s string) string { return " " + s + ": " },
		func(s string) string { return s + " (*)" }, func(s string) string { return strings.ReplaceAll(s, " ", "_") },
		func(s string) string { return strings.NewReplacer("å", "aa", "ø", "oe", "æ", "ae").Replace(s) },
	}
	for kind, list := range knownHeaders {
		base, cells := required[kind][0], required[kind][1]
		_, layout := recogniseText(t, dir, base+"\n"+cells+"\n", Options{Kind: kind})
		for _, f := range list {
			others := strings.Split(base, ";")
			for i := range others {
				if fieldOf(layout, i) == f.field { // the column stands once
					others[i] = "Saksbehandler"
				}
			}
			for i, header := range strings.Split(f.headers+"|"+f.field, "|") {
				for _, d := range []func(string) string{dress[0], dress[1+i%(len(dress)-1)]} {
					text := d(header) + ";" + strings.Join(others, ";") + "\n" + f.cell + ";" + cells + "\n"
					_, layout := recogniseText(t, dir, text, Options{})
					if layout.Kind != kind || fieldOf(layout, 0) != f.field {
						t.Errorf("%s %q: got %s of %s, want %s", kind, d(header), fieldOf(layout, 0), layout.Kind, f.field)
					}
				}
			}
		}
	}
}
