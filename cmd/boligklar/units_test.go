package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// jsonOf runs a command with --format json and reads its answer.
func jsonOf[T any](t *testing.T, data string, args ...string) (out T) {
	t.Helper()
	text, _ := boligklar(t, data, exitOK, append(args, "--format", "json")...)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("boligklar %v: %v\n%s", args, err, text)
	}
	return out
}

// yearOfUnits is a store with two units and a year of stays in them, made by commands.
func yearOfUnits(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	for _, args := range [][]string{
		{"unit", "add", "--unit-ref", "G-1", "--address", "Storgata 1", "--ownership", "owned", "--bedrooms", "2", "--rent", "9000", "--in-service-from", "2025-01-01"},
		{"unit", "add", "--unit-ref", "G-2", "--ownership", "leased_in", "--bedrooms", "1", "--rent", "7 000,-", "--in-service-from", "01.01.2025"},
		{"occupancy", "add", "--unit-ref", "G-1", "--household-ref", "H-1", "--persons", "4", "--from", "2025-01-11"},
		{"occupancy", "end", "G-1", "--on", "2025-03-01", "--reason", "purchase"},
		{"occupancy", "add", "--unit-ref", "G-1", "--household-ref", "H-2", "--persons", "2", "--from", "2025-03-21"},
		{"occupancy", "add", "--unit-ref", "G-2", "--household-ref", "H-1", "--persons", "4", "--from", "2025-05-01"},
	} {
		boligklar(t, data, exitOK, args...)
	}
	return data
}

type stayJSON struct {
	Unit      string `json:"unit_ref"`
	Household string `json:"household_ref"`
	From, To  string
	Reason    string
}

func TestUnitCommands(t *testing.T) {
	data := yearOfUnits(t)
	type line struct {
		Unit      string `json:"unit_ref"`
		Phase     string
		Since     string
		Days      int
		Household string `json:"household_ref"`
	}
	lines := jsonOf[[]line](t, data, "unit", "list", "--on", "2025-03-10")
	if len(lines) != 2 || lines[0] != (line{"G-1", "making_ready", "2025-03-01", 10, ""}) || lines[1].Phase != "vacant" {
		t.Errorf("units on 2025-03-10: %+v", lines)
	}
	if text, _ := boligklar(t, data, exitOK, "unit", "list", "--on", "2025-06-01", "--lang", "en"); !strings.Contains(text, "H-2") || !strings.Contains(text, "Occupied") {
		t.Errorf("units as text: %s", text)
	}
	if open := jsonOf[[]stayJSON](t, data, "occupancy", "list", "--open"); len(open) != 2 || open[0].Household != "H-2" || open[1].Unit != "G-2" {
		t.Errorf("open stays: %+v", open)
	}
	if of := jsonOf[[]stayJSON](t, data, "occupancy", "list", "--unit", "G-1"); len(of) != 2 || of[0].To != "2025-03-01" || of[0].Reason != "purchase" {
		t.Errorf("stays in G-1: %+v", of)
	}
	if text, _ := boligklar(t, data, exitOK, "occupancy", "list"); strings.Count(text, "\n") != 4 || !strings.Contains(text, "Kjøpt bolig") {
		t.Errorf("stays as text: %s", text)
	}
	saved := jsonOf[map[string]any](t, data, "unit", "end", "G-2", "--on", "2026-01-01")
	if saved["key"] != "G-2" {
		t.Errorf("an ended unit: %v", saved)
	}
}

// TestUnitCommandsRefuse holds each mistake to its exit code and, in three languages, to
// a sentence that names it; nothing is changed.
func TestUnitCommandsRefuse(t *testing.T) {
	data := yearOfUnits(t)
	before, _ := boligklar(t, data, exitOK, "occupancy", "list")
	for _, tc := range []struct {
		name string
		args []string
		want int
		says map[string]string
	}{
		{"a unit twice", []string{"unit", "add", "--unit-ref", "G-1", "--in-service-from", "2025-01-01"}, exitFailed, map[string]string{"nb": "«G-1» er allerede i bruk", "nn": "«G-1» er alt i bruk", "en": "“G-1” is in use already"}},
		{"a unit without a day", []string{"unit", "add", "--unit-ref", "G-9"}, exitFailed, map[string]string{"nb": "--in-service-from: Fyll ut", "en": "--in-service-from: Fill in"}},
		{"a rent that is none", []string{"unit", "add", "--unit-ref", "G-9", "--in-service-from", "2025-01-01", "--rent", "etter avtale"}, exitFailed, map[string]string{"nb": "--rent etter avtale: "}},
		{"an unknown unit ends", []string{"unit", "end", "G-9"}, exitFailed, map[string]string{"nb": "finnes ikke", "nn": "finst ikkje", "en": "no unit"}},
		{"service ends before it begins", []string{"unit", "end", "G-1", "--on", "2024-01-01"}, exitFailed, map[string]string{"en": "--on: The date is before"}},
		{"a second open stay", []string{"occupancy", "add", "--unit-ref", "G-1", "--household-ref", "H-3", "--from", "2025-06-01"}, exitFailed, map[string]string{"nb": "Noen bor allerede", "nn": "Nokon bur alt", "en": "Somebody lives"}},
		{"a stay in no unit", []string{"occupancy", "add", "--unit-ref", "G-9", "--household-ref", "H-3", "--from", "2025-06-01"}, exitFailed, nil},
		{"a stay that is there", []string{"occupancy", "add", "--unit-ref", "G-1", "--household-ref", "H-1", "--from", "2025-01-11", "--to", "2025-02-01"}, exitFailed, map[string]string{"en": "in use already"}},
		{"an end before the beginning", []string{"occupancy", "end", "G-1", "--on", "2025-01-01", "--reason", "purchase"}, exitFailed, nil},
		{"an end without a reason", []string{"occupancy", "end", "G-1"}, exitUsage, nil},
		{"a reason that is none", []string{"occupancy", "end", "G-1", "--reason", "holiday"}, exitUsage, nil},
		{"an empty unit ends", []string{"occupancy", "end", "G-9", "--reason", "purchase"}, exitFailed, nil},
		{"stays of no unit", []string{"occupancy", "list", "--unit", "G-9"}, exitFailed, map[string]string{"en": "no unit"}},
		{"nothing that is done to units", []string{"unit", "burn"}, exitUsage, map[string]string{"en": "burn"}},
		{"two units at once", []string{"unit", "end", "G-1", "G-2"}, exitUsage, map[string]string{"en": "UNIT"}},
		{"no such day", []string{"unit", "list", "--on", "2025-02-30"}, exitUsage, nil},
		{"half a period", []string{"turnover", "--from", "2025-01"}, exitUsage, nil},
		{"no such split", []string{"turnover", "--from", "2025-01", "--to", "2025-02", "--by", "colour"}, exitFailed, map[string]string{"nb": "eierform", "en": "ownership"}},
		{"a split and what is behind", []string{"turnover", "--month", "2025-01", "--by", "size", "--behind", "move_ins"}, exitUsage, nil},
		{"no such figure", []string{"turnover", "--month", "2025-01", "--behind", "luck"}, exitUsage, map[string]string{"en": "move_outs"}},
		{"a period backwards", []string{"turnover", "--from", "2025-03-01", "--to", "2025-02-01"}, exitFailed, nil},
		{"a year to come", []string{"turnover", "--year-end", "2199"}, exitFailed, map[string]string{"nb": "ikke begynt", "nn": "ikkje byrja", "en": "not begun"}},
		{"a year and a month", []string{"turnover", "--year-end", "2025", "--month", "2025-01"}, exitUsage, nil},
		{"a variant of no workbook", []string{"turnover", "--month", "2025-01", "--variant", "publishable"}, exitUsage, map[string]string{"en": "-o"}},
		{"no such variant", []string{"turnover", "--month", "2025-01", "--variant", "secret"}, exitUsage, nil},
		{"months in words", []string{"forecast", "--months", "six"}, exitUsage, map[string]string{"en": `"six" for "--months" flag: not a whole number.`}},
		{"too far ahead", []string{"forecast", "--months", "99"}, exitFailed, nil},
		{"a plan below 0", []string{"forecast", "plan", "--month", "2027-01", "--households", "-1"}, exitFailed, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, stderr := boligklar(t, data, tc.want, tc.args...)
			if stderr == "" {
				t.Error("nothing is said")
			}
			for lang, says := range tc.says {
				if _, stderr := boligklar(t, data, tc.want, append(tc.args, "--lang", lang)...); !strings.Contains(stderr, says) {
					t.Errorf("%s: %q lacks %q", lang, stderr, says)
				}
			}
		})
	}
	if after, _ := boligklar(t, data, exitOK, "occupancy", "list"); after != before {
		t.Errorf("the stays have changed:\n%s\nbefore\n%s", after, before)
	}
}

func TestTurnoverOfPeriods(t *testing.T) {
	data := yearOfUnits(t)
	type heads struct{ Households, Persons int }
	type account struct {
		In, Out, Closing heads
		Available        int `json:"available_unit_days"`
		Void             int `json:"void_days"`
	}
	type split struct {
		account
		Groups []struct {
			Value   string
			Account account
		}
	}
	whole := jsonOf[split](t, data, "turnover", "--from", "2025-01", "--to", "2025-06", "--by", "ownership")
	if whole.In != (heads{3, 10}) || whole.Out != (heads{1, 4}) || whole.Closing != (heads{2, 6}) || whole.Available != 2*181 {
		t.Errorf("half a year: %+v", whole)
	}
	sum := account{}
	for _, g := range whole.Groups {
		sum.In.Households += g.Account.In.Households
		sum.In.Persons += g.Account.In.Persons
		sum.Void += g.Account.Void
		sum.Available += g.Account.Available
	}
	if sum.In != whole.In || sum.Void != whole.Void || sum.Available != whole.Available || len(whole.Groups) != 2 {
		t.Errorf("by ownership %+v, together %+v", whole.Groups, whole.account)
	}
	for _, by := range []string{"size", "area", "purpose"} {
		if got := jsonOf[split](t, data, "turnover", "--from", "2025-01-01", "--to", "2025-07-01", "--by", by); got.account != whole.account {
			t.Errorf("by %s the whole is %+v, want %+v", by, got.account, whole.account)
		}
	}
	for figure, n := range map[string]float64{"move_ins": 3, "void_unit_days": float64(whole.Void), "available_unit_days": 362, "units_vacant": 0, "out_purchase": 1} {
		if got := jsonOf[map[string]any](t, data, "turnover", "--from", "2025-01", "--to", "2025-06", "--behind", figure); got["n"] != n {
			t.Errorf("behind %s: %v, want %v", figure, got["n"], n)
		}
	}
	for _, args := range [][]string{{"--by", "ownership"}, {"--behind", "move_ins"}, {"--behind", "void_paid"}, {"--behind", "closing_occupied"}, {"--behind", "units_in_service"}, {}} {
		text, _ := boligklar(t, data, exitOK, append([]string{"turnover", "--from", "2025-01", "--to", "2025-06", "--lang", "en"}, args...)...)
		if text == "" || strings.Contains(text, "reports.") {
			t.Errorf("%v says %q", args, text)
		}
	}
	year := jsonOf[map[string]any](t, data, "turnover", "--year-end", "2025")
	if n := year["newly_moved_in"].(map[string]any); n["households"] != 2.0 || year["returns"].(map[string]any)["households"] != 1.0 || year["owned_share"] != 0.5 || year["to"] != "2026-01-01" {
		t.Errorf("the year %v", year)
	}
	if text, _ := boligklar(t, data, exitOK, "turnover", "--year-end", "2025", "--lang", "nn"); !strings.Contains(text, "Nye innflytta hushald") || !strings.Contains(text, "50,0 %") {
		t.Errorf("the year as text: %s", text)
	}
	for _, variant := range []string{"full", "publishable"} {
		boligklar(t, data, exitOK, "turnover", "--month", "2025-06", "--variant", variant, "-o", filepath.Join(t.TempDir(), variant+".xlsx"))
	}
}

func TestForecastCommand(t *testing.T) {
	data := yearOfUnits(t)
	boligklar(t, data, exitOK, "unit", "add", "--unit-ref", "G-3", "--bedrooms", "1", "--in-service-from", "2025-01-01")
	type answer struct {
		Free   int `json:"free_now"`
		Living int
		Months []struct {
			Month          string
			Planned        int
			Free           struct{ Low, Mid, High int }
			PlacementsSafe int `json:"placements_safe"`
			PlannedMinors  int `json:"planned_minors"`
			PlannedPersons int `json:"planned_persons"`
		}
	}
	f := jsonOf[answer](t, data, "forecast", "--months", "12")
	if f.Free != 1 || f.Living != 2 || len(f.Months) != 12 || f.Months[0].Month == "" {
		t.Fatalf("got %+v", f)
	}
	month := f.Months[1].Month
	boligklar(t, data, exitOK, "forecast", "plan", "--month", month, "--households", "9", "--persons", "20", "--minors", "2")
	m := jsonOf[answer](t, data, "forecast", "--months", "12").Months[1]
	if m.Planned != 9 || m.PlannedPersons != 20 || m.PlannedMinors != 2 || m.Free.Mid >= 0 || m.PlacementsSafe == 0 {
		t.Errorf("with a plan %+v", m)
	}
	if text, _ := boligklar(t, data, exitOK, "forecast", "--lang", "en"); !strings.Contains(text, month) {
		t.Errorf("as text: %s", text)
	}
}
