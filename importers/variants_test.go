package importers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/spelling"
)

// score counts what was read right and, by category, what was not.
type score struct {
	seed          int
	fields, wrong int
	files         int
	categories    map[string]int
	examples      map[string]string
}

func (s *score) miss(category, example string) {
	s.wrong++
	s.categories[category]++
	if s.examples[category] == "" {
		s.examples[category] = fmt.Sprintf("seed %d: %s", s.seed, example)
	}
}

// TestVariants reads generated workbooks, in layouts, headers and cell forms
// that the samples do not have, and compares every field with the truth.
// The long rounds are told to make more of them.
func TestVariants(t *testing.T) {
	n := 40
	if os.Getenv("BOLIGKLAR_TORTURE") != "" {
		n = 2000
	}
	if v, err := strconv.Atoi(os.Getenv("BOLIGKLAR_VARIANTS")); err == nil { // to look into a failure
		n = v
	}
	for lang, name := range []string{"nb", "nn", "en"} {
		t.Run(name, func(t *testing.T) {
			s := &score{categories: map[string]int{}, examples: map[string]string{}}
			dir := t.TempDir()
			for seed := range n {
				g := &gen{Rand: rand.New(rand.NewPCG(uint64(seed), uint64(lang))), lang: lang}
				path, sheets := variantFile(t, g, dir, seed)
				s.files++
				s.seed = seed
				s.read(t, path, sheets)
				_ = os.Remove(path)
			}
			accuracy := 1 - float64(s.wrong)/float64(s.fields)
			t.Logf("%d files, %d fields, %d wrong: %.4f %%", s.files, s.fields, s.wrong, 100*accuracy)
			keys := slices.SortedFunc(maps.Keys(s.categories), func(a, b string) int {
				return cmp.Or(s.categories[b]-s.categories[a], strings.Compare(a, b))
			})
			for _, k := range keys[:min(60, len(keys))] {
				t.Logf("%5d %s   e.g. %s", s.categories[k], k, s.examples[k])
			}
			if accuracy < 0.999 {
				t.Errorf("got %.4f of the fields right, want more than 0.999", accuracy)
			}
		})
	}
}

func (s *score) read(t *testing.T, path string, sheets []*variantSheet) {
	t.Helper()
	book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	for i, want := range sheets {
		layout, err := Recognise(context.Background(), book, i, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if layout.Kind != want.kind {
			s.fields += max(1, len(want.truth)*len(want.fields))
			s.wrong += max(1, len(want.truth)*len(want.fields)) - 1
			s.miss(fmt.Sprintf("kind of a %s sheet is %s (%s)", want.kind, layout.Kind, layout.Reason), fmt.Sprintf("%s %q header %v, got header row %d columns %v", path, want.name, want.columns, layout.HeaderRow, headersOf(layout)))
			continue
		}
		if layout.Kind == Ignored {
			s.fields++
			continue
		}
		if layout.HeaderRow != want.header {
			s.miss("header row", fmt.Sprintf("%s %q got %d want %d", path, want.name, layout.HeaderRow, want.header))
		}
		s.refused(layout, want)
		records, bad, skipped := readEvery(t, book, i, layout)
		s.compare(layout, want, records, bad, skipped)
		s.compareBad(want, records, bad, skipped)
	}
}

func headersOf(layout *Layout) []string {
	var out []string
	for _, c := range layout.Columns {
		out = append(out, c.Header+"="+c.Field.Name)
	}
	return out
}

func (s *score) refused(layout *Layout, want *variantSheet) {
	var got []string
	for _, c := range layout.Refused {
		got = append(got, c.Header)
	}
	s.fields++
	if len(want.truth) > 1 && !sameWords(got, want.refused) { // of one row only the cell need be refused
		s.miss("refused columns", fmt.Sprintf("%q got %q want %q", want.name, got, want.refused))
	}
}

func sameWords(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if spelling.Fold(got[i]) != spelling.Fold(want[i]) {
			return false
		}
	}
	return true
}

func readEvery(t *testing.T, book *sheet.Book, i int, layout *Layout) (records map[int]fieldMap, bad map[int][]string, skipped map[int]string) {
	t.Helper()
	switch layout.Kind {
	case Listings:
		return readEach(t, book, i, layout, ListingSchema)
	case Households:
		return readEach(t, book, i, layout, HouseholdSchema)
	case Units:
		return readEach(t, book, i, layout, UnitSchema)
	}
	return readEach(t, book, i, layout, OccupancySchema)
}

func readEach[R any](t *testing.T, book *sheet.Book, i int, layout *Layout, schema *Schema[R]) (records map[int]fieldMap, bad map[int][]string, skipped map[int]string) {
	t.Helper()
	records, bad = readAll(t, book, i, layout, schema)
	skipped = map[int]string{}
	for row, err := range Read(context.Background(), book, i, layout, schema) {
		if err != nil {
			t.Fatal(err)
		}
		if row.Skipped != "" {
			skipped[row.Number] = row.Skipped
		}
	}
	return records, bad, skipped
}

func (s *score) compare(layout *Layout, want *variantSheet, records map[int]fieldMap, bad map[int][]string, skipped map[int]string) {
	header := map[string]string{}
	for _, c := range layout.Columns {
		header[c.Field.Name] = c.Header
	}
	for _, truth := range want.truth {
		row := truth["row"].(int)
		cells := len(want.fields)
		s.fields += cells
		got, ok := records[row]
		if !ok {
			s.wrong += cells - 1
			s.miss("row of a "+string(want.kind)+" sheet not read", fmt.Sprintf("bad %v skipped %q: %s", bad[row], skipped[row], describe(want.rows[row-1])))
			continue
		}
		for field, value := range plain(truth) {
			if field != "row" && !reflect.DeepEqual(got[field], value) {
				where := ""
				for h, f := range want.columns {
					if f == field {
						where = h
					}
				}
				s.miss(fmt.Sprintf("%s.%s %s: %s", want.kind, field, spelling.Fold(where), map[bool]string{true: "cells misread", false: "column not found"}[header[field] != ""]), fmt.Sprintf("got %v want %v in %v", got[field], value, describe(want.rows[row-1])))
			}
		}
		for _, f := range Fields(want.kind) {
			if _, stated := truth[f.Name]; !stated && got[f.Name] != nil {
				s.miss(fmt.Sprintf("%s.%s invented from %q", want.kind, f.Name, header[f.Name]), fmt.Sprint(got[f.Name]))
			}
		}
	}
}

// plain returns the record as JSON has it.
func plain(rec fieldMap) fieldMap {
	data, err := json.Marshal(rec)
	if err != nil {
		panic(err)
	}
	var out fieldMap
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}

func describe(row []variantCell) string {
	var out []string
	for _, c := range row {
		switch c.Kind {
		case sheet.Text:
			out = append(out, c.Text)
		case sheet.Blank:
			out = append(out, "")
		default:
			out = append(out, fmt.Sprintf("%v:%v%v", c.Kind, c.Number, c.Date))
		}
	}
	return strings.Join(out, "|")
}

func (s *score) compareBad(want *variantSheet, records map[int]fieldMap, bad map[int][]string, skipped map[int]string) {
	for row, code := range want.bad {
		s.fields++
		if !slices.Contains(bad[row], code) {
			s.miss("bad row with "+code, fmt.Sprintf("got %v skipped %q record %v: %s", bad[row], skipped[row], records[row] != nil, describe(want.rows[row-1])))
		} else if len(bad[row]) > 1 && len(errorsOf(bad[row])) > 1 {
			s.miss("bad row with more codes than "+code, fmt.Sprintf("got %v: %s", bad[row], describe(want.rows[row-1])))
		}
	}
	for row := range want.skipped {
		s.fields++
		if skipped[row] == "" {
			s.miss("no record in a "+string(want.kind)+" sheet, but read or refused", fmt.Sprintf("bad %v record %v: %s", bad[row], records[row], describe(want.rows[row-1])))
		}
	}
	for row, codes := range bad {
		if want.bad[row] == "" && !want.skipped[row] && !slices.ContainsFunc(want.truth, func(r fieldMap) bool { return r["row"] == row }) {
			s.miss("refused row out of nowhere", fmt.Sprintf("row %d %v: %s", row, codes, describe(want.rows[row-1])))
		}
	}
}

// errorsOf drops the codes that are warnings.
func errorsOf(codes []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(c string) bool {
		return !strings.HasSuffix(c, "_missing") && !strings.HasSuffix(c, codeNotNumber) && c != codeDate && c != codePostal && c != "deposit_over_legal_cap"
	})
}
