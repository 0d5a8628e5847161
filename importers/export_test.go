package importers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords"
)

// random fills a record with values that its fields may have.
func random[R any](g *gen, s *Schema[R], i int) R {
	var record R
	for c := range s.Columns {
		column := &s.Columns[c]
		if !column.Required && g.chance(30) {
			continue
		}
		store(column.Ref(&record), randomValue(g, column.Field, i))
	}
	s.Normalize(&record)
	return record
}

// randomTexts are hard to write and read again.
var randomTexts = []string{
	"Storgata 1", "=1+1", "+47 er landskode", "-5 grader", "@kari", "'sitert'", "\"sitert\"", "a;b,c d", "Æøå ÆØÅ éü €", "1", "0152", "00123", "1.2.2026", "TRUE", "ja", "2026-12-01",
	"<b>&amp;</b>", "linje | strek", "😀 hjerterom", "8 500,-", "#N/A", "=HYPERLINK(\"http://x\")", "Nr", "Totalrenovert 2026", "x", "1e5", "null",
}

func randomValue(g *gen, f *Field, i int) Value {
	switch f.Type {
	case TypeText:
		if f.Required || f.isRef() {
			return known(Value{Text: fmt.Sprintf("%s-%d", pick(g, []string{"U", "H 1", "2026/12", "Å", "'x", "=1", "", "NB", "10"}), i)})
		}
		return known(Value{Text: pick(g, randomTexts)})
	case TypeEmail:
		return known(Value{Text: fmt.Sprintf("Kari.%d@example.no", i)})
	case TypePhone:
		return known(Value{Text: fmt.Sprintf("+47%d%07d", 2+g.IntN(8), g.IntN(10_000_000))})
	case TypePostalCode:
		return known(Value{Text: fmt.Sprintf("%04d", 1+g.IntN(9999))})
	case TypeUnitNumber:
		return known(Value{Text: fmt.Sprintf("%c%04d", "HULK"[g.IntN(4)], g.IntN(10_000))})
	case TypeMoney:
		return known(Value{Int: pick(g, []int{0, 1, 999, 1000, 8500, 123456, maxMoney})})
	case TypeDeposit:
		return known(Value{Int: pick(g, []int{0, 12_345, 20_000})})
	case TypeArea, TypeWhole, TypeModules:
		return known(Value{Int: g.IntN(200)})
	case TypeLeaseMonths:
		return known(Value{Int: g.IntN(100)})
	case TypeDate:
		return known(Value{Date: civil.MustParse("2000-01-01").AddDays(g.IntN(20_000))})
	case TypeYesNo:
		return known(Value{Yes: g.chance(50)})
	case TypeChoice:
		return known(Value{Text: f.Choices[g.IntN(len(f.Choices))].Value})
	case TypeSecuritySet, TypeRuleSet:
		return known(Value{Bits: uint8(1 + g.IntN(1<<len(f.Choices)-1))})
	case TypePlaces:
		return known(Value{List: variantAreas(g, 0, nil).([]string)})
	}
	panic("a field type without random values")
}

// roundTrip writes records as an export does and reads them as an import does.
func roundTrip[R any](t *testing.T, s *Schema[R], path string, style Style, records []R) []Row[R] {
	t.Helper()
	err := sheet.Create(path, "Ark1", ExportColumns(s.Kind, style), func(w sheet.Writer) error {
		var row []any
		for i := range records {
			row = ExportRow(s, style, &records[i], row)
			if err := w.Row(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	layout := recognise(t, book, 0, Options{})
	if layout.Kind != s.Kind || len(layout.Ignored)+len(layout.Refused) > 0 || len(layout.Columns) != len(s.Columns) {
		t.Fatalf("%s: got %s, ignored %v, refused %v", path, layout.Kind, layout.Ignored, layout.Refused)
	}
	for i, c := range layout.Columns {
		if c.Field != s.Columns[i].Field || c.Form != nil {
			t.Errorf("%s: column %q is read as %s, want %s", path, c.Header, c.Field.Name, s.Columns[i].Name)
		}
	}
	var out []Row[R]
	for row, err := range Read(context.Background(), book, 0, layout, s) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

func testRoundTrip[R any](t *testing.T, s *Schema[R]) {
	dir := t.TempDir()
	styles := []Style{{Lang: i18n.Bokmal}, {Lang: i18n.Nynorsk}, {Lang: i18n.English}, {Lang: i18n.Bokmal, Canonical: true}}
	for n, style := range styles {
		for _, ext := range []string{".xlsx", ".csv"} {
			for seed := range 3 {
				g := &gen{Rand: rand.New(rand.NewPCG(uint64(seed), uint64(n)))}
				records := make([]R, []int{1, 2, 60}[seed])
				for i := range records {
					records[i] = random(g, s, i)
				}
				path := filepath.Join(dir, fmt.Sprintf("%s-%v-%d%s", style.Lang, style.Canonical, seed, ext))
				rows := roundTrip(t, s, path, style, records)
				if len(rows) != len(records) {
					t.Fatalf("%s: got %d rows, want %d", path, len(rows), len(records))
				}
				for i := range rows {
					if changed := ChangedFields(s, records[i], rows[i].Record); changed != nil || rows[i].Skipped != "" {
						t.Errorf("%s row %d: skipped %q, %v differ: got %v", path, i, rows[i].Skipped, changed, rows[i].Problems)
					}
					if m := Merge(s, records[i], nil, rows[i].Record); m.Action != Unchanged {
						t.Errorf("%s row %d: imported again it is %s: %v", path, i, m.Action, m.Changes)
					}
					if valid := len(apperr.Errors(s.Validate(&records[i]))) == 0; valid == rows[i].Rejected() {
						t.Errorf("%s row %d: rejected %v, want %v: %v", path, i, rows[i].Rejected(), !valid, rows[i].Problems)
					}
				}
			}
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Run("listings", func(t *testing.T) { testRoundTrip(t, ListingSchema) })
	t.Run("households", func(t *testing.T) { testRoundTrip(t, HouseholdSchema) })
	t.Run("units", func(t *testing.T) { testRoundTrip(t, UnitSchema) })
	t.Run("occupancies", func(t *testing.T) { testRoundTrip(t, OccupancySchema) })
}

// An empty template is recognised, in every language.
func TestTemplates(t *testing.T) {
	for _, kind := range Kinds {
		for _, lang := range i18n.Langs {
			path := filepath.Join(t.TempDir(), "mal.xlsx")
			if err := sheet.Create(path, "Ark1", ExportColumns(kind, Style{Lang: lang}), func(sheet.Writer) error { return nil }); err != nil {
				t.Fatal(err)
			}
			_, layout := openSheet(t, path, 0)
			if layout.Kind != kind || len(layout.Columns) != len(Fields(kind)) || len(layout.Ignored) > 0 {
				t.Errorf("%s %s: got %s with %d columns, ignored %v", kind, lang, layout.Kind, len(layout.Columns), layout.Ignored)
			}
		}
	}
}

// The exported words of choices offer a drop-down list, all of them readable.
func TestOptionsAreReadable(t *testing.T) {
	for _, kind := range Kinds {
		for _, style := range []Style{{Lang: i18n.Bokmal}, {Lang: i18n.Nynorsk}, {Lang: i18n.English}, {Canonical: true}} {
			for i, column := range ExportColumns(kind, style) {
				f := Fields(kind)[i]
				if (f.Type == TypeChoice || f.Type == TypeYesNo) != (len(column.Options) > 0) {
					t.Errorf("%s.%s: got options %v", kind, f.Name, column.Options)
				}
				for k, option := range column.Options {
					got := read(f, sheet.Cell{Kind: sheet.Text, Text: option})
					if f.Type == TypeChoice && got.value.Text != f.Choices[k].Value || !got.value.Known {
						t.Errorf("%s.%s: %q is read as %+v", kind, f.Name, option, got)
					}
				}
			}
		}
	}
}

func TestExportOfNothing(t *testing.T) {
	var l landlords.Listing
	for i, v := range ExportRow(ListingSchema, Style{}, &l, nil) {
		if v != nil {
			t.Errorf("%s: got %v, want nil", ListingSchema.Columns[i].Name, v)
		}
	}
}
