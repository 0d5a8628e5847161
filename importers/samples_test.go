package importers

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
)

// samples returns the folder of the sample spreadsheets beside the checkout.
func samples(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "data", "dev")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the sample spreadsheets are not beside the checkout (%s)", dir)
	}
	return dir
}

// openSheet opens a file and recognises its sheet.
func openSheet(t *testing.T, path string, index int) (*sheet.Book, *Layout) {
	t.Helper()
	book, err := sheet.Open(context.Background(), path, sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	layout, err := Recognise(context.Background(), book, index, Options{Name: filepath.Base(path)})
	if err != nil {
		t.Fatal(err)
	}
	return book, layout
}

// readTruth reads one member of a truth file.
func readTruth(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

type fieldMap = map[string]any

// readAll returns the canonical fields of each accepted row and the codes of
// each rejected one, by row number.
func readAll[R any](t *testing.T, book *sheet.Book, index int, layout *Layout, schema *Schema[R]) (records map[int]fieldMap, bad map[int][]string) {
	t.Helper()
	records, bad = map[int]fieldMap{}, map[int][]string{}
	for row, err := range Read(context.Background(), book, index, layout, schema) {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case row.Skipped != "":
		case row.Rejected():
			for _, p := range row.Problems {
				bad[row.Number] = append(bad[row.Number], p.Code)
			}
		default:
			data, err := RecordJSON(schema, &row.Record)
			if err != nil {
				t.Fatal(err)
			}
			var fields fieldMap
			if err := json.Unmarshal(data, &fields); err != nil {
				t.Fatal(err)
			}
			records[row.Number] = fields
		}
	}
	return records, bad
}

// compareRecords reports every field that differs from the truth, which may
// leave fields out.
func compareRecords(t *testing.T, got map[int]fieldMap, want []fieldMap) {
	t.Helper()
	for _, truth := range want {
		row := int(truth["row"].(float64))
		record, ok := got[row]
		if !ok {
			t.Errorf("row %d was not read", row)
			continue
		}
		for field, value := range truth {
			if field != "row" && !reflect.DeepEqual(record[field], value) {
				t.Errorf("row %d %s: got %v, want %v", row, field, record[field], value)
			}
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d records, want %d", len(got), len(want))
	}
}

func TestSampleListings(t *testing.T) {
	dir := samples(t)
	var truth struct {
		Rows    []fieldMap `json:"rows"`
		BadRows []struct {
			Row  int
			Code string
		} `json:"bad_rows"`
	}
	readTruth(t, filepath.Join(dir, "listings.truth.json"), &truth)
	book, layout := openSheet(t, filepath.Join(dir, "listings.xlsx"), 0)
	if layout.Kind != Listings || layout.HeaderRow != 4 || len(layout.Ignored) > 0 {
		t.Fatalf("got %+v", layout)
	}
	records, bad := readAll(t, book, 0, layout, ListingSchema)
	compareRecords(t, records, truth.Rows)
	if len(bad) != len(truth.BadRows) {
		t.Errorf("got bad rows %v, want %v", bad, truth.BadRows)
	}
	for _, b := range truth.BadRows {
		if got := bad[b.Row]; len(got) != 1 || got[0] != b.Code {
			t.Errorf("row %d: got %v, want %s", b.Row, got, b.Code)
		}
	}
	if _, old := openSheet(t, filepath.Join(dir, "listings.xlsx"), 1); old.Kind != Ignored || old.Reason != "sheet_old" {
		t.Errorf("old tab: got %+v", old)
	}
}

func TestSampleHouseholds(t *testing.T) {
	dir := samples(t)
	var truth struct {
		Rows          []fieldMap `json:"rows"`
		RefusedColumn string     `json:"refused_column"`
	}
	readTruth(t, filepath.Join(dir, "households.truth.json"), &truth)
	book, layout := openSheet(t, filepath.Join(dir, "households.xlsx"), 0)
	if layout.Kind != Households || len(layout.Refused) != 1 || layout.Refused[0].Header != truth.RefusedColumn {
		t.Fatalf("got %+v", layout)
	}
	records, bad := readAll(t, book, 0, layout, HouseholdSchema)
	compareRecords(t, records, truth.Rows)
	if len(bad) > 0 {
		t.Errorf("got bad rows %v, want none", bad)
	}
}

func TestSampleUnitsAndOccupancies(t *testing.T) {
	dir := samples(t)
	var truth struct{ Units, Occupancies []fieldMap }
	readTruth(t, filepath.Join(dir, "units.truth.json"), &truth)
	numbered := func(rows []fieldMap) []fieldMap { // these truths carry no row numbers: they follow the header
		for i := range rows {
			rows[i]["row"] = float64(i + 2)
		}
		return rows
	}
	book, layout := openSheet(t, filepath.Join(dir, "units.xlsx"), 0)
	if layout.Kind != Units {
		t.Fatalf("got %+v", layout)
	}
	records, _ := readAll(t, book, 0, layout, UnitSchema)
	compareRecords(t, records, numbered(truth.Units))

	book, layout = openSheet(t, filepath.Join(dir, "occupancies.csv"), 0)
	if layout.Kind != Occupancies {
		t.Fatalf("got %+v", layout)
	}
	records, _ = readAll(t, book, 0, layout, OccupancySchema)
	compareRecords(t, records, numbered(truth.Occupancies))
}
