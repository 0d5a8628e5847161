package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// placed is what a script reads of a placement.
type placed struct {
	ID, Household, Listing, State string
	Accepted                      string
	Score                         json.Number
	Decline                       *struct{ By, Reason, Consequence, Until string }
	Steps                         []struct{ Event, By string }
	Next                          []string
}

// placementStore is a store with two households, a unit that one lives in, and a listing.
func placementStore(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	boligklar(t, data, exitOK, "import", writeFile(t, "units.csv", "Enhet;Adresse;Eierform;I bruk fra\nG-1;Kommunevegen 1;eid;01.01.2020\n"), "--kind", "units")
	boligklar(t, data, exitOK, "import", writeFile(t, "stays.csv", "Enhet;Husstand;Innflyttet\nG-1;H-1;01.06.2026\n"), "--kind", "occupancies")
	boligklar(t, data, exitOK, "import", writeFile(t, "households.csv", strings.ReplaceAll(strings.ReplaceAll(households, "innflytting\n", "innflytting;Bor i\n"), "01.12.2026\n", "01.12.2026;G-1\n")))
	boligklar(t, data, exitOK, "import", writeFile(t, "listings.csv", listings[:strings.Index(listings, "U-2")]), "--on", "2026-12-01")
	return data
}

func step(t *testing.T, data string, args ...string) (p placed) {
	t.Helper()
	out, _ := boligklar(t, data, exitOK, append([]string{"placement", "--format", "json", "--on", "2026-12-01"}, args...)...)
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	return p
}

func listPlacements(t *testing.T, data string, args ...string) []placed {
	t.Helper()
	out, _ := boligklar(t, data, exitOK, append([]string{"placement", "list", "--format", "json"}, args...)...)
	var list struct{ Placements []placed }
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	return list.Placements
}

// TestPlacementFromProposalToTheEnd takes a household the whole way on the
// command line, beside another that wanted the same home.
func TestPlacementFromProposalToTheEnd(t *testing.T) {
	data := placementStore(t)
	p := step(t, data, "propose", "--household", "H-1", "--listing", "U-1", "--why", "prøve")
	if p.ID == "" || p.Household != "H-1" || p.Listing != "U-1" || p.State != "proposal" || p.Score != "78.8333" {
		t.Fatalf("proposed: %+v", p)
	}
	other := step(t, data, "propose", "--household", "H-2", "--listing", "U-1", "--why", "prøve")
	for _, s := range []struct {
		args  []string
		state string
	}{
		{[]string{"accept"}, "proposal"}, {[]string{"view"}, "viewing"}, {[]string{"offer"}, "offer"}, {[]string{"lease"}, "lease"}, {[]string{"move-in"}, "follow_up"},
		{[]string{"follow-up", "--months", "1", "--result", "going_well"}, "follow_up"}, {[]string{"end"}, "ended"},
	} {
		if !slices.Contains(p.Next, strings.ReplaceAll(s.args[0], "-", "_")) {
			t.Errorf("%s is not among what can come next: %v", s.args[0], p.Next)
		}
		p = step(t, data, append([]string{s.args[0], p.ID}, s.args[1:]...)...)
		if p.State != s.state {
			t.Errorf("after %s: state %s, want %s", s.args[0], p.State, s.state)
		}
	}
	if len(p.Steps) != 8 || p.Accepted != "2026-12-01" || p.Steps[0].Event != "propose" || p.Steps[7].By != "test" {
		t.Errorf("the end of it: %+v", p)
	}
	of := listPlacements(t, data, "--listing", "U-1")
	if len(of) != 2 || !slices.ContainsFunc(of, func(q placed) bool {
		return q.ID == other.ID && q.State == "declined" && q.Decline.Reason == "offered_to_other"
	}) {
		t.Errorf("placements of the listing: %+v, want the other one released", of)
	}
	if open := listPlacements(t, data); len(open) != 0 {
		t.Errorf("still open: %+v", open)
	}
	out, _ := boligklar(t, data, exitOK, "occupancy", "list", "--format", "json")
	if !strings.Contains(out, `"2026-12-01"`) || !strings.Contains(out, "private_rental") {
		t.Errorf("moving in did not end the stay in the unit: %s", out)
	}
}

func TestPlacementIsRefused(t *testing.T) {
	data := placementStore(t)
	p := step(t, data, "propose", "--household", "H-1", "--listing", "U-1", "--why", "prøve")
	for _, c := range []struct {
		name string
		want int
		args []string
		says string
	}{
		{"the pair again", exitFailed, []string{"propose", "--household", "H-1", "--listing", "U-1", "--why", "prøve"}, "allerede"},
		{"nobody", exitFailed, []string{"propose", "--household", "H-9", "--listing", "U-1"}, "H-9"},
		{"nowhere", exitFailed, []string{"propose", "--household", "H-1", "--listing", "U-9"}, "U-9"},
		{"without a listing", exitUsage, []string{"propose", "--household", "H-1"}, ""},
		{"an identity number", exitFailed, []string{"view", p.ID, "--note", "fnr 02828690100"}, ""},
		{"a step too far", exitFailed, []string{"move-in", p.ID}, ""},
		{"no such placement", exitFailed, []string{"view", "nothing"}, ""},
		{"a reason of somebody else's", exitUsage, []string{"decline", p.ID, "--by", "household", "--reason", "offered_to_other"}, "--reason"},
		{"no such state", exitUsage, []string{"list", "--state", "lost"}, "--state"},
		{"no such follow-up", exitFailed, []string{"follow-up", p.ID, "--months", "2", "--result", "going_well"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, stderr := boligklar(t, data, c.want, append([]string{"placement"}, c.args...)...)
			if !strings.Contains(stderr, c.says) || strings.Contains(stderr, "02828690100") {
				t.Errorf("got %s, want %q in it", stderr, c.says)
			}
		})
	}
	if of := listPlacements(t, data, "--household", "H-1"); len(of) != 1 || of[0].State != "proposal" || len(of[0].Steps) != 1 {
		t.Errorf("what was refused changed %+v", of)
	}
}

// TestPlacementDeclines records each consequence and what follows from it.
func TestPlacementDeclines(t *testing.T) {
	data := placementStore(t)
	propose := func(household string) string {
		return step(t, data, "propose", "--household", household, "--listing", "U-1", "--why", "prøve").ID
	}
	p := step(t, data, "decline", propose("H-1"), "--by", "household", "--reason", "other", "--consequence", "exclude_pair")
	if p.State != "declined" || p.Decline == nil || p.Decline.Consequence != "exclude_pair" {
		t.Fatalf("declined: %+v", p)
	}
	boligklar(t, data, exitFailed, "placement", "propose", "--household", "H-1", "--listing", "U-1", "--why", "prøve")
	out, _ := boligklar(t, data, exitOK, "match", "--household", "H-1", "--every", "--format", "json", "--on", "2026-12-01")
	if !strings.Contains(out, `"declined_before"`) {
		t.Error("matching does not know of the pair that was declined")
	}
	step(t, data, "decline", propose("H-2"), "--by", "landlord", "--reason", "other", "--consequence", "requirement_corrected", "--rule", "employment",
		"--correct", "employment_requirement=permanent_job")
	if out, _ = boligklar(t, data, exitOK, "match", "--listing", "U-1", "--every", "--format", "json", "--on", "2026-12-01"); !strings.Contains(out, `"criterion":"demand_fit","weight":10,"value":1.0000`) {
		t.Errorf("the listing's requirement was not corrected: %s", out)
	}
	step(t, data, "decline", propose("H-2"), "--by", "household", "--reason", "other", "--consequence", "park_household", "--until", "2027-01-01")
	if _, stderr := boligklar(t, data, exitFailed, "placement", "propose", "--household", "H-2", "--listing", "U-1", "--on", "2026-12-31"); !strings.Contains(stderr, "2027") {
		t.Errorf("a parked household: %s", stderr)
	}
}
