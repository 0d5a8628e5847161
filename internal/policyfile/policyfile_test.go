package policyfile

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/matching"
)

func TestWriteReadsBack(t *testing.T) {
	changed := matching.DefaultPolicy()
	changed.FreshDays, changed.Weights.Space, changed.SpaceSteps = 30, 12.5, []float64{1, 0.5}
	changed.StabilitySteps = []matching.StabilityStep{{Months: 60, Value: 1}}
	for _, p := range []*matching.Policy{matching.DefaultPolicy(), changed} {
		for _, lang := range i18n.Langs {
			data, err := Write(p, lang)
			if err != nil {
				t.Fatal(err)
			}
			back, mistakes := Read(data, lang)
			if len(mistakes) > 0 || back.Hash() != p.Hash() {
				t.Errorf("%s: got %+v, %v\n%s", lang, back, mistakes, data)
			}
		}
	}
}

func TestEveryFieldIsExplained(t *testing.T) {
	for _, lang := range i18n.Langs {
		data, err := Write(matching.DefaultPolicy(), lang)
		if err != nil {
			t.Fatal(err)
		}
		explained := false
		for line := range strings.Lines(string(data)) {
			switch {
			case strings.HasPrefix(line, "#"):
				explained = true
			case strings.HasPrefix(line, " "): // a single weight: the group is explained
			case !explained:
				t.Errorf("%s: no word on %s", lang, line)
			default:
				explained = false
			}
		}
	}
}

func TestReadNamesTheLine(t *testing.T) {
	for _, c := range []struct {
		name, file string
		line       int
		field      string
	}{
		{"unknown field", "fresh_days: 21\nfresh_weeks: 3\n", 2, "fresh_weeks"},
		{"unknown weight", "weights:\n  space: 20\n  colour: 1\n", 3, "weights.colour"},
		{"wrong type", "# policy\n\nfresh_days: soon\n", 3, "fresh_days"},
		{"wrong type below", "weights:\n  space: much\n", 2, "weights.space"},
		{"negative", "max_wait_days: 60\nfresh_days: -1\n", 2, "fresh_days"},
		{"out of range", "area_other: 1.5\n", 1, "area_other"},
		{"no weight left", "weights: {affordability: 0, space: 0, area: 0, stability: 0, timing: 0, demand_fit: 0, security_slack: 0}\n", 1, "weights"},
		{"steps in the wrong order", "stability_steps:\n  - {months: 12, value: 0.4}\n  - {months: 24, value: 0.6}\n", 1, "stability_steps"},
		{"not YAML", "fresh_days: 21\nmax_wait_days: 60: 5\n", 2, ""},
		{"a list where a number stands", "fresh_days: [1]\n", 1, "fresh_days"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, mistakes := Read([]byte(c.file), i18n.English)
			if p != nil || len(mistakes) == 0 {
				t.Fatalf("got %+v, %v, want a mistake", p, mistakes)
			}
			if m := mistakes[0]; m.Line != c.line || m.Field != c.field || m.Message == "" || strings.HasPrefix(m.Message, "policy.") {
				t.Errorf("got %+v, want line %d, field %q", m, c.line, c.field)
			}
		})
	}
}

func TestReadFillsInTheDefaults(t *testing.T) {
	for _, file := range []string{"", "# nothing\n", "{}\n", "fresh_days: 21\n"} {
		p, mistakes := Read([]byte(file), i18n.English)
		if len(mistakes) > 0 || p.Hash() != matching.DefaultPolicy().Hash() {
			t.Errorf("%q: got %+v, %v, want the default policy", file, p, mistakes)
		}
	}
	if _, mistakes := Read(make([]byte, MaxBytes+1), i18n.English); len(mistakes) != 1 {
		t.Errorf("got %v, want a file that is too large refused", mistakes)
	}
}

func TestSchemaHasEveryField(t *testing.T) {
	data, err := Schema(i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]struct {
			Description string
			Properties  map[string]any
		}
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	if len(schema.Properties) != 24 || schema.Properties["fresh_days"].Description == "" || len(schema.Properties["weights"].Properties) != 7 {
		t.Errorf("got %s", data)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("fresh_days: 21\nweights: {space: 3}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, mistakes := Read(data, i18n.Bokmal)
		if (p == nil) == (len(mistakes) == 0) {
			t.Fatalf("got %v and %v: want a policy or mistakes", p, mistakes)
		}
		if p != nil && len(p.Validate()) > 0 {
			t.Fatalf("an invalid policy came through: %+v", p)
		}
	})
}
