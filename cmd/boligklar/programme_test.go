package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestProgrammeOfTheMadeUpMunicipality(t *testing.T) {
	data := t.TempDir()
	fillDemo(t, data)
	boligklar(t, data, exitFailed, "programme", "--from", "1990-01", "--to", "2099-12")
	out, _ := boligklar(t, data, exitOK, "programme", "--from", "2020-01", "--to", "2039-12", "--format", "json")
	var report struct {
		Total struct {
			Households, Rented int
			Within12           struct{ N, Of int } `json:"within_12"`
		}
		Cohorts []struct{ Households int }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, k := range report.Cohorts {
		sum += k.Households
	}
	if report.Total.Households < 100 || sum != report.Total.Households || report.Total.Rented < 10 || len(report.Cohorts) != 20 {
		t.Errorf("got %+v, want some hundred households in yearly cohorts, of which a part has rented", report)
	}
	text, _ := boligklar(t, data, exitOK, "programme", "--from", "2020-01", "--to", "2039-12", "--lang", "en")
	if !strings.Contains(text, "2039-01 - 2039-12") {
		t.Errorf("got %s", text)
	}
	published, _ := boligklar(t, data, exitOK, "programme", "--variant", "publishable", "--format", "json")
	if !strings.Contains(published, `"from":"2021-01-01","to":"2026-01-01"`) || strings.Contains(published, "cohorts") {
		t.Errorf("got %s, want the five years before this one together", published)
	}
	boligklar(t, data, exitOK, "programme", "--variant", "publishable")
	for _, args := range [][]string{{"--from", "2026-12", "--to", "2024-01"}, {"--from", "2026", "--to", "2027-01"}, {"--from", "2026-01"}, {"--from", "2026-01", "--to", "2026-02", "--variant", "other"}, {"--from", "2026-01", "--to", "2026-02", "--variant", "publishable"}, nil} {
		boligklar(t, data, exitUsage, append([]string{"programme"}, args...)...)
	}
}
