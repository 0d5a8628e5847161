package staff_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/webtest"
)

// table reads a downloaded CSV.
func table(t *testing.T, p *webtest.Page) [][]string {
	t.Helper()
	if p.Status != http.StatusOK {
		t.Fatalf("got %d:\n%s", p.Status, p.Body)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.Body, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// The link below a list leads to a file of all that the list shows on its pages,
// and of nothing else.
func TestExportEqualsTheList(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	b := site.As(auth.Coordinator)
	for _, test := range []struct {
		path, rows string // a list, and where each row's name stands
		column     int
		narrowed   bool
	}{
		{"/households", "tbody th", 0, true}, {"/households?ready=all", "tbody th", 0, false}, {"/households?ready=not_ready", "tbody th", 0, true},
		{"/households?ready=all&employment=permanent", "tbody th", 0, true}, {"/households?ref=nobody", "tbody th", 0, true},
		{"/listings", "tbody th", -1, false}, {"/listings?q=selfors", "tbody th", -1, true}, {"/listings?availability=open&sort=rent", "tbody th", -1, true}, {"/listings?q=qqqqqqq", "tbody th", -1, true},
		{"/units", "tbody th a", 0, false}, {"/units?state=vacant", "tbody th a", 0, true},
		{"/landlords", "tbody th", 0, false}, {"/landlords?q=an", "tbody th", 0, true},
		{"/placements", ".bk-card > a", 0, false}, {"/placements?who=mine", ".bk-card > a", 0, true},
	} {
		t.Run(test.path, func(t *testing.T) {
			join := "?"
			if strings.Contains(test.path, "?") {
				join = "&"
			}
			first := b.Get(test.path + join + "lang=en")
			var listed []string
			for page := first; ; {
				for _, text := range page.Texts(test.rows) {
					name, _, _ := strings.Cut(text, " → ")
					listed = append(listed, name)
				}
				next := page.All(`.bk-pagination a[rel="next"]`)
				if len(next) == 0 {
					break
				}
				page = b.Get(webtest.AttrOf(next[0], "href"))
			}
			link := first.Attr(`.bk-files a[href*=".csv?"]`, "href")
			rows := table(t, b.Get(link))
			column := test.column
			if column < 0 { // by the address
				column = slices.Index(rows[0], "Address")
			}
			var exported []string
			for _, row := range rows[1:] {
				exported = append(exported, row[column])
			}
			slices.Sort(listed)
			slices.Sort(exported)
			if !slices.Equal(listed, exported) {
				t.Errorf("the list shows %q, the file has %q", listed, exported)
			}
			if strings.Contains(test.path, "nobody") != (len(listed) == 0) && !strings.Contains(test.path, "mine") && !strings.Contains(test.path, "qqq") {
				t.Errorf("got %d rows: the test tells nothing", len(listed))
			}
			if xlsx := b.Get(strings.Replace(link, ".csv", ".xlsx", 1)); xlsx.Status != http.StatusOK || !strings.HasPrefix(xlsx.Body, "PK") {
				t.Errorf("got %d for the workbook", xlsx.Status)
			}
		})
	}
}

// No file of a list tells how to reach a household.
func TestExportsLeaveContactsOut(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	b := site.As(auth.Coordinator)
	found, err := site.Office.FindHouseholds(t.Context(), office.HouseholdsQuery{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	const name, phone, interpreter = "Zaynab Testesen", "90 00 00 17", "tigrinja-tolk"
	for i := range found.Households {
		value := office.Contacts{Name: name, Phone: phone, Interpreter: interpreter}
		if err := site.Office.SetContacts(t.Context(), office.Beside[office.Contacts]{Household: found.Households[i].ID, Value: value}, "test"); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/exports/households.csv", "/exports/households.csv?list=shown&ready=all", "/exports/occupancies.csv", "/exports/placements.csv", "/exports/units.csv", "/exports/listings.csv", "/exports/landlords.csv"} {
		body := b.Get(path).Body
		for _, secret := range []string{name, phone, "90000017", interpreter} {
			if strings.Contains(body, secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
	}
	caseworker := site.As(auth.Caseworker)
	for _, path := range []string{"/exports/households.csv?list=shown", "/exports/placements.csv?list=shown"} {
		if p := caseworker.Get(path); p.Status != http.StatusForbidden {
			t.Errorf("got %d for a caseworker at %s", p.Status, path)
		}
	}
	if n := len(caseworker.Get("/households").All(`.bk-files a[href^="/exports"]`)); n != 0 {
		t.Errorf("got %d links that are refused", n)
	}
}
