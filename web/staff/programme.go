package staff

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/matching"
	"github.com/boligklar/boligklar/matching/programme"
	"github.com/boligklar/boligklar/web/page"
)

// outcomes are the figures of what the programme leads to, and whether all are
// treated alike. Whom they are about is for those who work with households.
func (s *Staff) outcomes() page.Area {
	return page.Area{Routes: []page.Route{
		{Method: http.MethodGet, Path: "/reports/programme", May: auth.Figures, Handle: s.showProgramme},
		{Method: http.MethodGet, Path: "/reports/programme/households", May: auth.Staff, Handle: s.showProgrammeHouseholds},
		{Method: http.MethodGet, Path: "/reports/fairness", May: auth.Figures, Handle: s.showFairness},
	}}
}

type programmePage struct {
	page.Frame
	Tabs     []page.Tab
	From, To civil.Month
	Report   programme.Report
	Publish  bool
	Began    *int // of what may be published, how many began; nil where hidden
	Total    []shareView
	Rows     []cohortView
	Chart    page.Chart
	Names    bool   // the user may see whom the figures are about
	Behind   string // path of the households, with the period
}

// shareView is a share as people read it.
type shareView struct {
	Key     string // i18n key of what it is a share of
	Mark    string // what the list of households is narrowed by
	Percent string
	Counts  string
	Hidden  bool
	Rate    *float64
}

type cohortView struct {
	Label      string
	Households int
	Shares     []shareView
}

// programmeSpan returns the months that the address names, else three calendar
// years to now.
func (s *Staff) programmeSpan(c *page.Context) (from, to civil.Month) {
	to = civil.MonthOf(s.Office.Today())
	_, month, _ := to.First.YMD()
	from = to.Add(1 - month - 24)
	if m, err := civil.ParseMonth(c.Query("from")); err == nil {
		from = m
	}
	if m, err := civil.ParseMonth(c.Query("to")); err == nil {
		to = m
	}
	if to.First < from.First {
		to = from
	}
	return from, to
}

func (s *Staff) showProgramme(c *page.Context) error {
	p := &programmePage{Frame: page.Frame{Title: "programme.title"}, Tabs: reportTabs("programme"), Names: c.Can(auth.Staff), Publish: c.Query("view") == "publishable"}
	p.From, p.To = s.programmeSpan(c)
	if p.Publish {
		return s.showPublished(c, p)
	}
	var err error
	if p.Report, err = s.Office.Programme(c.Ctx(), p.From, p.To); err != nil {
		return err
	}
	p.Behind = "/reports/programme/households?" + url.Values{"from": {p.From.String()}, "to": {p.To.String()}}.Encode()
	p.Total = shareViews(c, &p.Report.Total.Figures)
	for i := range p.Report.Cohorts {
		k := &p.Report.Cohorts[i]
		p.Rows = append(p.Rows, cohortView{cohortLabel(c, k), k.Households, shareViews(c, &k.Figures)})
	}
	p.Chart = sharesChart(c, p.Rows)
	return c.Render("staff/programme", p)
}

// showPublished shows what may leave the office: of a period that nobody chooses.
func (s *Staff) showPublished(c *page.Context, p *programmePage) error {
	shown, err := s.Office.PublishedProgramme(c.Ctx())
	if err != nil {
		return err
	}
	p.From, p.To = civil.MonthOf(shown.From), civil.MonthOf(shown.To).Add(-1)
	p.Began = shown.Households
	p.Total = []shareView{publishedView(c, "within_12", shown.Within12), publishedView(c, "within_24", shown.Within24), publishedView(c, "still_housed", shown.StillHoused)}
	return c.Render("staff/programme", p)
}

// cohortLabel writes a year as 2025, and a part of it as jan.–mars 2025.
func cohortLabel(c *page.Context, k *programme.Cohort) string {
	first, last := k.First(), k.Last()
	if first.Add(11) == last {
		return first.String()[:4]
	}
	month := func(m civil.Month) string { return c.T("reports.month_short."+m.String()[5:], nil) }
	label := shortMonth(c, last)
	switch {
	case first == last:
		return label
	case first.String()[:4] == last.String()[:4]:
		return month(first) + "–" + label
	}
	return shortMonth(c, first) + "–" + label
}

func shareViews(c *page.Context, f *programme.Figures) []shareView {
	return []shareView{viewOfShare(c, "within_12", f.Within12), viewOfShare(c, "within_24", f.Within24), viewOfShare(c, "still_housed", f.StillHoused)}
}

func viewOfShare(c *page.Context, mark string, share programme.Share) shareView {
	v := shareView{Key: "programme." + mark, Mark: mark, Percent: "–", Rate: share.Rate()}
	if v.Rate == nil {
		v.Counts = c.T("programme.too_early", nil)
		return v
	}
	v.Percent, _ = c.Words().Percent(v.Rate) // a share always has a text
	v.Counts = c.T("programme.of", map[string]any{"N": share.N, "Of": share.Of})
	if share.Unknown > 0 {
		v.Counts = c.T("programme.of_unknown", map[string]any{"N": share.N, "Of": share.Of, "Unknown": share.Unknown})
	}
	return v
}

func publishedView(c *page.Context, mark string, shown programme.Shown) shareView {
	if shown.Hidden {
		return shareView{Key: "programme." + mark, Mark: mark, Hidden: true, Percent: "–", Counts: c.T("programme.hidden", nil)}
	}
	return viewOfShare(c, mark, *shown.Share)
}

// programmeFilters narrow the households behind the figures.
var programmeFilters = []string{"all", "within_12", "within_24", "still_housed", "not_housed", "unknown"}

type programmeHouseholdsPage struct {
	page.Frame
	From, To civil.Month
	Tabs     []page.Tab
	Rows     []courseView
	Pages    page.Pagination
}

type courseView struct {
	Ref, Path      string
	Began          civil.Date
	Home           string
	Since          civil.Date
	In12, In24, At page.Tag
}

const coursesOnPage = 50

func (s *Staff) showProgrammeHouseholds(c *page.Context) error {
	from, to := s.programmeSpan(c)
	all, err := s.Office.ProgrammeCourses(c.Ctx())
	if err != nil {
		return err
	}
	p := &programmeHouseholdsPage{From: from, To: to,
		Frame: page.Frame{Title: "programme.households", Crumbs: []page.Crumb{{Label: "programme.title", Path: "/reports/programme?" + url.Values{"from": {from.String()}, "to": {to.String()}}.Encode()}}}}
	only := c.Query("only")
	for _, filter := range programmeFilters {
		p.Tabs = append(p.Tabs, page.Tab{Label: "programme.filter." + filter, Path: c.With("only", filter), Current: filter == only || only == "" && filter == "all"})
	}
	cohort := programme.Cohort{From: from.First, To: to.End()}
	var found []*programme.Course
	for i := range all {
		if cohort.Has(&all[i]) && courseIs(&all[i], only, s.Office.Today()) {
			found = append(found, &all[i])
		}
	}
	found, p.Pages = page.Cut(c, found, coursesOnPage)
	for _, course := range found {
		s.saw(c, "households", course.Ref)
		p.Rows = append(p.Rows, s.courseView(c, course))
	}
	return c.Render("staff/programme-households", p)
}

// courseIs reports whether a filter leaves a household in the list.
func courseIs(course *programme.Course, only string, on civil.Date) bool {
	switch only {
	case "within_12":
		return course.Within(programme.Soon, on) == programme.Yes
	case "within_24":
		return course.Within(programme.Later, on) == programme.Yes
	case "still_housed":
		return course.StillHoused(on) == programme.Yes
	case "not_housed":
		return course.StillHoused(on) == programme.No
	case "unknown":
		return course.StillHoused(on) == programme.Unknown
	}
	return true
}

func (s *Staff) courseView(c *page.Context, course *programme.Course) courseView {
	on := s.Office.Today()
	answer := func(a programme.Answer) page.Tag {
		color := map[programme.Answer]string{programme.Yes: "success", programme.No: "danger", programme.Unknown: "warning", programme.Early: "neutral"}[a]
		return page.Tag{Color: color, Text: c.T("programme.answer."+string(a), nil)}
	}
	v := courseView{Ref: course.Ref, Began: course.Began, Home: "–",
		In12: answer(course.Within(programme.Soon, on)), In24: answer(course.Within(programme.Later, on)), At: answer(course.StillHoused(on))}
	if course.ID != "" {
		v.Path = householdsPath + "/" + course.ID
	} else { // its random name says nothing
		v.Ref = c.T("placement.erased", nil)
	}
	if first, ok := course.First(); ok {
		v.Home, v.Since = c.T("programme.way."+string(first.Way), nil), first.From
	}
	return v
}

type fairnessPage struct {
	page.Frame
	Tabs       []page.Tab
	Total      fairnessRow
	Dimensions []fairnessTable
}

type fairnessTable struct {
	Title string
	Rows  []fairnessRow
}

type fairnessRow struct {
	Label, Households          string
	Eligible, Proposed, Housed fairnessCell
}

type fairnessCell struct {
	Text string // the share with the count
	Bar  int    // hundredths
	Some bool
}

func (s *Staff) showFairness(c *page.Context) error {
	a, err := s.Office.Analysis(c.Ctx(), 0)
	if err != nil {
		return err
	}
	f, err := a.Fairness(c.Ctx())
	if err != nil {
		return err
	}
	p := &fairnessPage{Frame: page.Frame{Title: "fairness.title"}, Tabs: reportTabs("fairness"), Total: fairnessRowOf(c, c.T("fairness.all", nil), &f.Total)}
	for _, d := range f.Dimensions {
		table := fairnessTable{Title: c.T("cli.fairness."+d.By, nil)}
		for i := range d.Groups {
			table.Rows = append(table.Rows, fairnessRowOf(c, fairnessLabel(c, d.By, d.Groups[i].Value), &d.Groups[i]))
		}
		p.Dimensions = append(p.Dimensions, table)
	}
	return c.Render("staff/fairness", p)
}

// fairnessLabel is what people call a group.
func fairnessLabel(c *page.Context, by, value string) string {
	switch {
	case value == "unknown":
		return c.T("listings.unknown", nil)
	case by == "household_size" && value == "1":
		return c.T("fairness.person", nil)
	case by == "household_size":
		return c.T("fairness.persons", map[string]any{"N": value})
	case by == "security":
		return c.T("matching.form."+value, nil)
	}
	for _, choice := range importers.HouseholdSchema.Field("employment").Choices {
		if choice.Value == value {
			return choice.Word(c.Lang)
		}
	}
	return value
}

func fairnessRowOf(c *page.Context, label string, g *matching.FairnessGroup) fairnessRow {
	cell := func(n matching.Count) fairnessCell {
		if n.Hidden {
			return fairnessCell{Text: c.T("fairness.hidden", nil)}
		}
		if n.Share < 0 {
			return fairnessCell{Text: strconv.Itoa(n.N)}
		}
		percent, _ := c.Words().Percent(n.Share) // a share always has a text
		return fairnessCell{Text: c.T("fairness.cell", map[string]any{"Percent": percent, "N": n.N}), Bar: int(100*n.Share + 0.5), Some: true}
	}
	row := fairnessRow{Label: label, Households: c.T("fairness.hidden", nil), Eligible: cell(g.Eligible), Proposed: cell(g.Proposed), Housed: cell(g.Housed)}
	if !g.Households.Hidden {
		row.Households = strconv.Itoa(g.Households.N)
	}
	return row
}
