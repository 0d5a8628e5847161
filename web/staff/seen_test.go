package staff_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/webtest"
)

var householdRef = regexp.MustCompile(`\bH-\d{3}\b`)

// Every page, list and file that names a household leaves a line in the trail for
// it, of the one who looked: whatever route it is, also one that is added later.
func TestEveryLookAtAHouseholdIsInTheTrail(t *testing.T) {
	site := webtest.New(t, nil).Fill()
	known := map[string]bool{}
	all, err := site.Office.FindHouseholds(t.Context(), office.HouseholdsQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for i := range all.Households {
		known[all.Households[i].Value.Key] = true
	}
	b := site.As(auth.Caseworker | auth.Coordinator | auth.Administrator)
	named := 0
	get := func(path string) *webtest.Page {
		site.Wait(time.Second) // each look has a second of its own
		return b.Get(path)
	}
	walk(t, 3, get, func(path string, page *webtest.Page) {
		if page.Status != 200 || strings.HasPrefix(path, "/admin/audit") { // the trail itself
			return
		}
		text := page.Body
		if page.Doc != nil {
			text = page.Main()
		}
		shown := map[string]bool{}
		for _, ref := range householdRef.FindAllString(text, -1) {
			if known[ref] {
				shown[ref] = true
			}
		}
		found, err := site.Audit.Find(t.Context(), audit.Filter{From: site.Now(), Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(shown) > 0 {
			named++
		}
		for _, line := range found.Lines {
			if line.What == audit.Exported {
				return // a file has one line for all that it holds
			}
			if line.Register == "households" || line.Register == "household_contacts" {
				delete(shown, line.Key)
			}
		}
		for ref := range shown {
			t.Errorf("%s shows %s, and the trail does not tell", path, ref)
			break
		}
	})
	if named < 12 {
		t.Errorf("got %d pages that name a household: the walk does not reach them", named)
	}
}
