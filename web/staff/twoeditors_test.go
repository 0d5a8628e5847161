package staff_test

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/web/webtest"
)

// editForm is a form that edits a record, with two of its fields. The first gets
// theirs by one person and mine by another, who also gives the second field other.
type editForm struct {
	field, theirs, mine string
	second, other       string
	send                func(b *webtest.Browser, action string, form url.Values) *webtest.Page // nil: one POST saves
}

// editForms has a row for every form that edits a record, by where it is sent.
var editForms = map[string]editForm{
	"/listings/:id/edit":        {field: "landlord_name", theirs: "Kari Test", mine: "Ola Test", second: "area_m2", other: "61"},
	"/households/:id/edit":      {field: "max_rent", theirs: "9100", mine: "9200", second: "monthly_income", other: "21000"},
	"/households/:id/readiness": {field: "module_loans.evidence", theirs: "brev", mine: "kursbevis", second: "module_market.evidence", other: "samtale"},
	"/households/:id/contacts":  {field: "name", theirs: "Kari Test", mine: "Ola Test", second: "interpreter", other: "norsk"},
	"/units/:id/edit":           {field: "address", theirs: "Nygata 1", mine: "Nygata 2", second: "kobo_id", other: "K-1"},
	"/units/:id/stays/:id":      {field: "persons", theirs: "3", mine: "4"},
	"/reports/forecast":         {field: "households_2027-02", theirs: "7", mine: "8", second: "households_2027-03", other: "9"},
	"/admin/texts/:section":     {field: "nb", theirs: "Ring oss.", mine: "Skriv til oss.", second: "en", other: "Write to us."},
	"/admin/synonyms":           {field: "groups", theirs: "hybel, studio", mine: "bod, kott"},
	"/guarantees/:id/edit":      {field: "issuer", theirs: "Rana kommune", mine: "NAV Rana", second: "amount", other: "24000"},
	"/placements/:id/note":      {field: "case_ref", theirs: "2026/1", mine: "2026/2", second: "caseworker", other: ""},
	"/admin/settings":           {field: "contact_name", theirs: "Kari Test", mine: "Ola Test", second: "contact_phone", other: "75 00 00 00"},
	"/admin/users/:id":          {field: "name", theirs: "Kari Test", mine: "Ola Test"},
	"/admin/policy":             {field: "fresh_days", theirs: "30", mine: "40", second: "urgent_days", other: "200", send: savePolicy},
}

// savePolicy tries a policy and saves it as it was tried.
func savePolicy(b *webtest.Browser, action string, form url.Values) *webtest.Page {
	tried := b.Post(action, form)
	if tried.Status != http.StatusOK {
		return tried
	}
	again := tried.Form(formOf(action))
	again.Set("save", "yes")
	return b.Post(action, again)
}

// formOf selects the form that is sent to an address, "" for that of the page.
func formOf(action string) string {
	if action == "" {
		return `form[method="post"]:not([action]):has(input[name="form_base"])`
	}
	return `form[method="post"][action="` + action + `"]:has(input[name="form_base"])`
}

var recordID = regexp.MustCompile(`/(?:[0-9A-Z]{20,}|demo-[a-z]+)(/|$)`)

// pattern is a path with its ids taken out.
func pattern(path string) string {
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	if strings.HasPrefix(path, "/admin/texts/") {
		return "/admin/texts/:section"
	}
	for {
		next := recordID.ReplaceAllString(path, "/:id$1")
		if next == path {
			return path
		}
		path = next
	}
}

// walk follows the site's links, to so many pages of each kind, and hands them over
// as they are asked for.
func walk(t *testing.T, each int, get func(path string) *webtest.Page, visit func(path string, page *webtest.Page)) {
	t.Helper()
	kinds, seen, queue := map[string]int{"/": each}, map[string]bool{}, []string{"/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		page := get(path)
		visit(path, page)
		if page.Status != http.StatusOK || page.Doc == nil {
			continue
		}
		for _, link := range page.All(`a[href^="/"]`) {
			href := webtest.AttrOf(link, "href")
			if kind := pattern(href); kinds[kind] < each && !seen[href] {
				kinds[kind]++
				seen[href] = true
				queue = append(queue, href)
			}
		}
	}
}

// formsThatEdit returns where a form that edits a record stands, and its address,
// by the kind of the address.
func formsThatEdit(t *testing.T, b *webtest.Browser) map[string][2]string {
	t.Helper()
	found := map[string][2]string{}
	walk(t, 1, b.Get, func(path string, page *webtest.Page) {
		if page.Doc == nil {
			return
		}
		for _, form := range page.All(`form[method="post"]:has(input[name="form_base"])`) {
			action := webtest.AttrOf(form, "action")
			kind := pattern(cmp.Or(action, path))
			if _, known := found[kind]; !known && !strings.HasSuffix(kind, "/new") && !strings.HasSuffix(kind, "/remove") { // these have nothing to lose
				found[kind] = [2]string{path, action}
			}
		}
	})
	return found
}

// Two people edit one record. The second is shown what the first changed, nothing
// of either is lost, and what is sent again is saved.
func TestTwoPeopleEditOneRecord(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	everything := auth.Coordinator | auth.Administrator
	first, second := site.As(everything), site.As(everything)
	guarantee := first.Get(first.Get(first.Get("/landlords").Attr("tbody tr:first-child th a", "href")).Attr(`a[href^="/guarantees/new"]`, "href")).Form(formOf("/guarantees/new"))
	for name, value := range map[string]string{"issuer": "Kommunen", "form": "municipal_guarantee", "own_debt": "yes", "months": "3", "amount": "27000", "cover": "rent", "valid_from": "2026-06-01", "valid_to": "2026-12-20", "claim_by": "2027-01-31"} {
		guarantee.Set(name, value)
	}
	first.Follow(first.Post("/guarantees/new", guarantee))
	found := formsThatEdit(t, first)
	for _, action := range slices.Sorted(maps.Keys(editForms)) {
		if _, ok := found[action]; !ok {
			t.Errorf("no page leads to the form for %s", action)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(found)) {
		at, form := found[kind], editForms[kind]
		if form.field == "" {
			t.Errorf("%s has a form for %s, which has no row here", at[0], kind)
			continue
		}
		t.Run(kind, func(t *testing.T) {
			send := form.send
			if send == nil {
				send = func(b *webtest.Browser, action string, form url.Values) *webtest.Page {
					return b.Post(cmp.Or(action, at[0]), form)
				}
			}
			page, action := at[0], at[1]
			theirs, mine := first.Get(page).Form(formOf(action)), second.Get(page).Form(formOf(action))
			theirs.Set(form.field, form.theirs)
			if p := send(first, action, theirs); p.Status != http.StatusSeeOther {
				t.Fatalf("got %d for the first:\n%s", p.Status, p.Main())
			}
			mine.Set(form.field, form.mine)
			if form.second != "" {
				mine.Set(form.second, form.other)
			}
			told := send(second, action, mine)
			if told.Status != http.StatusConflict {
				t.Fatalf("got %d for the second, want 409:\n%s", told.Status, told.Main())
			}
			shown := told.Text(".bk-conflict")
			if !strings.Contains(shown, form.theirs) || !strings.Contains(shown, form.mine) {
				t.Errorf("the second is shown %q, want %q and %q", shown, form.theirs, form.mine)
			}
			if stored := first.Get(page).Form(formOf(action)); stored.Get(form.field) != form.theirs {
				t.Errorf("got %q stored before the second has decided, want %q", stored.Get(form.field), form.theirs)
			}
			again := told.Form(formOf(action))
			if again.Get(form.field) != form.mine || form.second != "" && again.Get(form.second) != form.other {
				t.Errorf("what the second wrote is lost: got %v", again)
			}
			if p := send(second, action, again); p.Status != http.StatusSeeOther {
				t.Fatalf("got %d for what the second has decided:\n%s", p.Status, p.Main())
			}
			stored := first.Get(page).Form(formOf(action))
			if stored.Get(form.field) != form.mine || form.second != "" && stored.Get(form.second) != form.other {
				t.Errorf("got %v stored, want what the second has decided", stored)
			}
		})
	}
}
