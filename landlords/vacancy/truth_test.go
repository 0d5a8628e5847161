package vacancy_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
)

// sample reads a file of the sample data beside the module into v, and skips
// the test where the data is not there.
func sample(t *testing.T, name string, v any) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the sample data is not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func TestTurnoverEqualsTheTruth(t *testing.T) {
	var history struct {
		Units       []vacancy.Unit
		Occupancies []vacancy.Occupancy
	}
	var truth []map[string]any
	sample(t, "dev/units.truth.json", &history)
	sample(t, "dev/turnover.truth.json", &truth)
	if len(truth) == 0 || len(history.Units) == 0 {
		t.Fatal("the sample data is empty")
	}
	first, err := civil.ParseMonth(truth[0]["month"].(string))
	if err != nil {
		t.Fatal(err)
	}
	series := vacancy.NewLedger(history.Units, history.Occupancies).Series(first, len(truth))
	for i, want := range truth {
		t.Run(want["month"].(string), func(t *testing.T) {
			if got := asMap(t, series[i]); !reflect.DeepEqual(got, want) {
				t.Errorf("figures\n got %v\nwant %v", got, want)
			}
			p := vacancy.MonthPeriod(series[i].Month)
			if got := vacancy.Turnover(history.Units, history.Occupancies, p); !reflect.DeepEqual(got, series[i].Figures) {
				t.Errorf("Turnover of the month alone = %+v, in the series %+v", got, series[i].Figures)
			}
		})
	}
	for _, f := range vacancy.Findings(history.Units, history.Occupancies) {
		t.Errorf("finding in sound data: %+v", f)
	}
}

func TestMonthFiguresRoundTrip(t *testing.T) {
	want := vacancy.NewLedger(nil, nil).Month(civil.Month{First: civil.MustParse("2026-12-01")})
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got vacancy.MonthFigures
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("after %s: got %+v, want %+v", data, got, want)
	}
	if err := json.Unmarshal([]byte(`{"month":"2026-13"}`), &got); err == nil {
		t.Error("month 13 was read without an error")
	}
}

func asMap(t *testing.T, v any) map[string]any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
