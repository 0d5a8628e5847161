package staff

import (
	"net/http"
	"strconv"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/web/page"
)

// overview says what is in the store and what comes next.
func (s *Staff) overview() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: "/overview", May: auth.Everyone, Handle: s.showOverview},
	}}
}

type overviewPage struct {
	page.Frame
	Municipality string
	Contents     office.Contents
	Empty        bool
	Steps        []step
}

// step is one thing to do next: a sentence and the command that does it.
type step struct {
	Text    string // an i18n key
	Command string
}

func (s *Staff) showOverview(c *page.Context) error {
	contents, err := s.Office.Contents(c.Ctx())
	if err != nil {
		return err
	}
	return c.Render("staff/overview", &overviewPage{
		Frame:        page.Frame{Title: "web_home_title"},
		Municipality: s.Office.Name(),
		Contents:     contents,
		Empty:        isEmpty(contents),
		Steps:        nextSteps(contents, s.Office.Today()),
	})
}

func countOf(c office.Contents, kind importers.Kind) int {
	for _, count := range c.Counts {
		if count.Kind == kind {
			return count.N
		}
	}
	return 0
}

func isEmpty(c office.Contents) bool {
	for _, count := range c.Counts {
		if count.N > 0 {
			return false
		}
	}
	return true
}

// nextSteps returns what the store lacks for the program's main job; then, as
// far as it can be done, the job itself: matches as of today and the turnover
// of the last whole month.
func nextSteps(c office.Contents, today civil.Date) []step {
	if isEmpty(c) {
		return []step{
			{"web_step_template", "boligklar template listings -o utleieboliger.xlsx"},
			{"web_step_try", "boligklar import utleieboliger.xlsx --dry-run"},
			{"web_step_import", "boligklar import utleieboliger.xlsx"},
		}
	}
	missing := []struct {
		kind       importers.Kind
		text, file string
	}{
		{importers.Units, "web_step_units", "gjennomgangsboliger.xlsx"},
		{importers.Occupancies, "web_step_occupancies", "opphold.csv"},
		{importers.Listings, "web_step_listings", "utleieboliger.xlsx"},
		{importers.Households, "web_step_households", "husstander.xlsx"},
	}
	var steps []step
	for _, m := range missing {
		if countOf(c, m.kind) == 0 {
			steps = append(steps, step{m.text, "boligklar import " + m.file})
		}
	}
	if countOf(c, importers.Listings) > 0 && countOf(c, importers.Households) > 0 {
		steps = append(steps, step{"web_step_match", "boligklar match --all --on " + today.String()})
	}
	if countOf(c, importers.Units) > 0 && countOf(c, importers.Occupancies) > 0 {
		month := civil.MonthOf(today).Add(-1).String()
		steps = append(steps, step{"web_step_turnover", "boligklar turnover --month " + month + " -o omlop.xlsx"})
	}
	return steps
}

// seconds writes a wait as whole seconds, for Retry-After.
func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }
