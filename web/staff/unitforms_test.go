package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/webtest"
)

// unitSite is a site with one unit in service, and who works there.
func unitSite(t *testing.T) (site *webtest.Site, kari *webtest.Browser, path string) {
	t.Helper()
	site = webtest.New(t, nil)
	kari = site.As(auth.Coordinator)
	made := send(t, kari, "/units/new", "/units/new", url.Values{"unit_ref": {"G-1"}, "address": {"Storgata 1"}, "ownership": {"leased_in"}, "bedrooms": {"2"}, "rent": {"9000"}, "in_service_from": {"2025-01-01"},
		"lessor": {"Utleie AS"}, "purpose": {"settlement"}, "lease_rent": {"8500"}, "notice_months": {"3"}})
	if made.Status != http.StatusSeeOther {
		t.Fatalf("a new unit: %d %s", made.Status, made.Main())
	}
	return site, kari, made.Header.Get("Location")
}

// send fills in the form at a page and sends it to an address.
func send(t *testing.T, b *webtest.Browser, at, to string, values url.Values) *webtest.Page {
	t.Helper()
	form := hiddenOf(t, b.Get(at), to)
	for name, v := range values {
		form[name] = v
	}
	return b.Post(to, form)
}

// hiddenOf returns the form to an address as a browser would send it untouched.
func hiddenOf(t *testing.T, p *webtest.Page, to string) url.Values {
	t.Helper()
	out := fields(p, `form[action="`+to+`"]`)
	if out.Get("form_key") == "" {
		t.Fatalf("there is no form to %s", to)
	}
	return out
}

// TestEveryStepOfAUnit sends every form of a unit's page, and each once wrongly.
func TestEveryStepOfAUnit(t *testing.T) {
	site, kari, unit := unitSite(t)
	today := civil.FromTime(site.Now())
	day := func(n int) string { return today.AddDays(n).String() }
	for _, step := range []struct {
		act    string
		values url.Values
		status int
		phase  string // afterwards
	}{
		{"reserve", url.Values{"expected": {day(5)}}, http.StatusUnprocessableEntity, "vacant"},
		{"reserve", url.Values{"household": {"H-1"}, "persons": {"4"}, "expected": {day(5)}}, http.StatusSeeOther, "reserved"},
		{"unreserve", nil, http.StatusSeeOther, "vacant"},
		{"out-of-order", url.Values{"on": {day(-30)}, "outage": {"hurricane"}}, http.StatusUnprocessableEntity, "vacant"},
		{"out-of-order", url.Values{"on": {day(-30)}, "outage": {"pests"}}, http.StatusSeeOther, "out_of_order"},
		{"in-order", url.Values{"on": {day(-31)}}, http.StatusUnprocessableEntity, "out_of_order"},
		{"in-order", url.Values{"on": {day(-25)}}, http.StatusSeeOther, "vacant"},
		{"move-in", url.Values{"household": {"H-2"}, "persons": {"many"}, "on": {day(-20)}}, http.StatusUnprocessableEntity, "vacant"},
		{"move-in", url.Values{"household": {"H-2"}, "persons": {"3"}, "on": {day(-20)}}, http.StatusSeeOther, "occupied"},
		{"notice", url.Values{"expected": {""}}, http.StatusUnprocessableEntity, "occupied"},
		{"notice", url.Values{"on": {day(-10)}, "expected": {day(20)}}, http.StatusSeeOther, "notice_given"},
		{"withdraw", nil, http.StatusSeeOther, "occupied"},
		{"move-out", url.Values{"on": {day(-30)}, "reason": {"purchase"}}, http.StatusUnprocessableEntity, "occupied"},
		{"move-out", url.Values{"on": {day(-2)}, "reason": {""}}, http.StatusUnprocessableEntity, "occupied"},
		{"move-out", url.Values{"on": {day(-2)}, "reason": {"purchase"}}, http.StatusSeeOther, "making_ready"},
		{"ready", url.Values{"on": {day(0)}}, http.StatusSeeOther, "vacant"},
	} {
		if got := send(t, kari, unit, unit+"/"+step.act, step.values); got.Status != step.status {
			t.Fatalf("%s %v: %d, want %d\n%s", step.act, step.values, got.Status, step.status, got.Main())
		}
		if kari.Get(unit).All(".bk-facts .bk-phase-"+step.phase) == nil {
			t.Errorf("after %s %v the unit is not %s", step.act, step.values, step.phase)
		}
	}
	if got := kari.Post(unit+"/burn", hiddenOf(t, kari.Get(unit), unit+"/move-in")); got.Status != http.StatusNotFound {
		t.Errorf("an act that is none: %d", got.Status)
	}
	if got := site.As(auth.Manager).Post(unit+"/move-in", url.Values{}); got.Status != http.StatusForbidden {
		t.Errorf("a manager moves a household in: %d", got.Status)
	}
	text := kari.Get(unit).Text(".bk-timeline")
	for _, want := range []string{"Flyttet ut: Kjøp", "Ute av drift: Skadedyr", today.AddDays(-30).Time().Format("02.01.2006") + "–"} {
		if !strings.Contains(text, want) {
			t.Errorf("the history lacks %q: %s", want, text)
		}
	}
	if iso := today.AddDays(-2).String(); strings.Contains(text, iso) {
		t.Errorf("the history has %s as programs write it: %s", iso, text)
	}
}

// TestCorrectionsKeepWhatStoodThere corrects a stay, a period out of order and the
// unit itself, and looks for the old values.
func TestCorrectionsKeepWhatStoodThere(t *testing.T) {
	_, kari, unit := unitSite(t)
	for _, step := range []struct {
		act    string
		values url.Values
	}{
		{"move-in", url.Values{"household": {"H-2"}, "on": {"2025-03-01"}}}, {"move-out", url.Values{"on": {"2025-06-01"}, "reason": {"purchase"}}},
		{"out-of-order", url.Values{"on": {"2025-07-01"}, "until": {"2025-08-01"}, "outage": {"damage"}}},
	} {
		if got := send(t, kari, unit, unit+"/"+step.act, step.values); got.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", step.act, got.Status, got.Main())
		}
	}
	stay := webtest.AttrOf(kari.Get(unit).All(`section[aria-labelledby="stays"] tbody a`)[0], "href")
	outage := webtest.AttrOf(kari.Get(unit).All(`section[aria-labelledby="outages"] tbody a`)[0], "href")

	stale := hiddenOf(t, kari.Get(stay), stay)
	corrected := send(t, kari, stay, stay, stayOf("G-1", "H-2", "2025-03-01", "2025-06-15"))
	if corrected.Status != http.StatusSeeOther {
		t.Fatalf("a corrected stay: %d %s", corrected.Status, corrected.Main())
	}
	if text := kari.Get(stay).Text(".bk-timeline"); !strings.Contains(text, "2025-06-01") && !strings.Contains(text, "01.06.2025") {
		t.Errorf("the stay's history lacks what stood there: %s", text)
	}
	if text := kari.Get(unit).Text(".bk-timeline"); !strings.Contains(text, "H-2: ") || !strings.Contains(text, "15") {
		t.Errorf("the unit's history lacks the correction: %s", text)
	}
	for name, tc := range map[string]url.Values{
		"reversed":     stayOf("G-1", "H-2", "2025-03-01", "2025-02-01"),
		"unknown unit": stayOf("G-9", "H-2", "2025-03-01", "2025-06-15"),
		"no beginning": stayOf("G-1", "H-2", "", "2025-06-15"),
	} {
		if got := send(t, kari, stay, stay, tc); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	for k, v := range stayOf("G-1", "H-2", "2025-03-01", "2025-06-20") {
		stale[k] = v
	}
	if got := kari.Post(stay, stale); got.Status != http.StatusConflict || !strings.Contains(got.Main(), "15") {
		t.Errorf("an edit of what was changed meanwhile: %d, want 409 with their value", got.Status)
	}

	if got := send(t, kari, outage, outage, url.Values{"from": {"2025-07-05"}, "to": {"2025-08-01"}, "outage": {"damage"}}); got.Status != http.StatusSeeOther {
		t.Errorf("a corrected period: %d %s", got.Status, got.Main())
	}
	if got := send(t, kari, outage, outage, url.Values{"from": {"2025-07-05"}, "to": {"2025-06-01"}, "outage": {"damage"}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a reversed period: %d", got.Status)
	}
	if text := kari.Get(unit).Text(".bk-timeline"); !strings.Contains(text, "01.07.2025 → 05.07.2025") {
		t.Errorf("the unit's history lacks the period's first dates: %s", text)
	}
	if got := send(t, kari, outage, outage+"/remove", nil); got.Status != http.StatusSeeOther || kari.Get(unit).All("#outages") != nil {
		t.Errorf("a period that never was: %d", got.Status)
	}
	if got := send(t, kari, stay, stay+"/remove", nil); got.Status != http.StatusSeeOther || len(kari.Get(unit).All(`section[aria-labelledby="stays"] tbody tr`)) != 0 {
		t.Errorf("a stay that never was: %d", got.Status)
	}
}

func stayOf(unit, household, from, to string) url.Values {
	return url.Values{"unit_ref": {unit}, "household_ref": {household}, "persons": {"3"}, "from": {from}, "to": {to}, "reason": {"purchase"}}
}

func TestTwoPeopleEditAUnit(t *testing.T) {
	site, kari, unit := unitSite(t)
	ola := site.As(auth.Caseworker)
	edit := unit + "/edit"
	mine, theirs := hiddenOf(t, kari.Get(edit), edit), hiddenOf(t, ola.Get(edit), edit)
	fill := func(form url.Values, lessor, rent string) url.Values {
		form.Set("ownership", "leased_in")
		form.Set("purpose", "settlement")
		form.Set("lessor", lessor)
		form.Set("rent", rent)
		return form
	}
	if got := ola.Post(edit, fill(theirs, "Ny utleier", "9000")); got.Status != http.StatusSeeOther {
		t.Fatalf("the first: %d %s", got.Status, got.Main())
	}
	got := kari.Post(edit, fill(mine, "Tredje utleier", "9500"))
	if got.Status != http.StatusConflict || !strings.Contains(got.Text(".bk-conflict"), "Ny utleier") || !strings.Contains(got.Text(".bk-conflict"), "Tredje utleier") {
		t.Fatalf("the second: %d %s", got.Status, got.Main())
	}
	again := hiddenOf(t, got, edit)
	if got := kari.Post(edit, fill(again, "Tredje utleier", "9500")); got.Status != http.StatusSeeOther {
		t.Fatalf("after looking: %d %s", got.Status, got.Main())
	}
	page := kari.Get(unit)
	if text := page.Text(".bk-facts"); !strings.Contains(text, "Tredje utleier") || !strings.Contains(text, "9 500") && !strings.Contains(text, "9\u00a0500") {
		t.Errorf("the unit says %s", text)
	}
	if text := page.Text(".bk-timeline"); !strings.Contains(text, "Ny utleier → Tredje utleier") {
		t.Errorf("the history says %s", text)
	}
}

// TestFindingsLeadToTheirForm opens each way to mend what is found.
func TestFindingsLeadToTheirForm(t *testing.T) {
	site, kari, _ := unitSite(t)
	ctx := t.Context()
	for _, s := range []vacancy.Occupancy{
		{UnitRef: "G-1", HouseholdRef: "A", From: civil.MustParse("2024-01-01"), To: civil.MustParse("2025-03-01"), Reason: vacancy.Purchase},
		{UnitRef: "G-1", HouseholdRef: "B", From: civil.MustParse("2025-02-01"), To: civil.MustParse("2025-04-01"), Reason: vacancy.Purchase},
	} {
		if _, err := site.Office.MoveIn(ctx, s, "kari"); err != nil {
			t.Fatal(err)
		}
	}
	if err := site.Office.Reserve(ctx, vacancy.Reservation{UnitRef: "G-1", HouseholdRef: "C", From: civil.MustParse("2025-05-01"), Arrival: civil.MustParse("2025-05-10")}, "kari"); err != nil {
		t.Fatal(err)
	}
	board := kari.Get("/units")
	links := board.All(`section[aria-labelledby="findings"] li a`)
	if len(links) != 3 {
		t.Fatalf("%d findings with a way to mend them, want 3: %s", len(links), board.Main())
	}
	for _, a := range links {
		path, _, _ := strings.Cut(webtest.AttrOf(a, "href"), "#")
		if p := kari.Get(path); p.Status != http.StatusOK || p.All("form[method=post]") == nil {
			t.Errorf("%s leads to %d", path, p.Status)
		}
	}
	if p := site.As(auth.Manager).Get("/units"); p.All(`section[aria-labelledby="findings"]`) != nil {
		t.Error("a manager sees the findings, which name households")
	}
	if p := kari.Get("/units?days=1095"); len(p.Texts("strong")) == 0 || p.Status != http.StatusOK {
		t.Errorf("three years: %d", p.Status)
	}
}

func TestPlanOfSettlements(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	ola, boss := site.As(auth.Coordinator), site.As(auth.Manager)
	const path = "/reports/forecast"
	month := civil.MonthOf(civil.FromTime(site.Now())).Add(2).String()
	first, second := hiddenOf(t, ola.Get(path), path), hiddenOf(t, boss.Get(path), path)
	first.Set("households_"+month, "9")
	first.Set("persons_"+month, "21")
	first.Set("minors_"+month, "2")
	if got := ola.Post(path, first); got.Status != http.StatusSeeOther {
		t.Fatalf("a plan: %d %s", got.Status, got.Main())
	}
	if got := ola.Get(path).Attr("#f-persons_"+month, "value"); got != "21" {
		t.Errorf("persons planned %q", got)
	}
	second.Set("households_"+month, "7")
	if got := boss.Post(path, second); got.Status != http.StatusConflict || !strings.Contains(got.Text(".bk-conflict"), "9") {
		t.Errorf("a plan over another's: %d", got.Status)
	}
	for name, value := range map[string]string{"households_" + month: "-1", "persons_" + month: "x", "minors_" + month: "99999999"} {
		bad := hiddenOf(t, ola.Get(path), path)
		bad.Set(name, value)
		if got := ola.Post(path, bad); got.Status != http.StatusUnprocessableEntity || got.All("#f-"+name+"-error") == nil {
			t.Errorf("%s=%s: %d", name, value, got.Status)
		}
	}
	few := hiddenOf(t, ola.Get(path), path)
	few.Set("persons_"+month, "1")
	if got := ola.Post(path, few); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("fewer persons than households: %d", got.Status)
	}
	if got := site.As(auth.Caseworker).Get(path); got.All(`form[action="`+path+`"]`) != nil {
		t.Error("a caseworker has the form of the plan")
	}
}

// TestEveryFigureLeadsToWhatIsBehindIt follows each link of the turnover and year-end
// pages, as staff and as a manager, who sees no household.
func TestEveryFigureLeadsToWhatIsBehindIt(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	kari, boss := site.As(auth.Caseworker), site.As(auth.Manager)
	seen := map[string]bool{}
	for _, path := range []string{"/reports/turnover?month=2026-10&by=ownership", "/reports/year-end", "/reports/year-end?year=2026"} {
		p := kari.Get(path)
		if p.Status != http.StatusOK {
			t.Fatalf("%s: %d", path, p.Status)
		}
		n := 0
		for _, a := range p.All("table a") {
			href := webtest.AttrOf(a, "href")
			if !strings.HasPrefix(href, "/reports/turnover/behind") || seen[href] {
				continue
			}
			seen[href] = true
			n++
			if behind := kari.Get(href); behind.Status != http.StatusOK {
				t.Errorf("%s: %d", href, behind.Status)
			}
			if n%5 == 0 {
				if behind := boss.Get(href); behind.Status != http.StatusOK || strings.Contains(behind.Main(), "H-0") || behind.All("table a") != nil {
					t.Errorf("a manager at %s: %d, or with households", href, behind.Status)
				}
			}
		}
		if n < 5 {
			t.Errorf("%s leads to %d lists", path, n)
		}
	}
	for _, path := range []string{"/reports/turnover/behind?figure=nothing", "/reports/turnover/behind?figure=move_ins&by=ownership&group=nobody"} {
		if p := kari.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, p.Status)
		}
	}
	if p := kari.Get("/reports/year-end?year=2099"); p.Status != http.StatusBadRequest && p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a year to come: %d", p.Status)
	}
}
