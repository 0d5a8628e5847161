package staff

import (
	"net/http"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/page"
)

// today is what people see first: what waits, and how the units stand.
func (s *Staff) today() page.Area {
	return page.Area{
		Menu: []page.MenuItem{{Label: "menu.today", Path: "/", May: auth.Everyone, Place: 10}},
		Routes: []page.Route{
			{Method: http.MethodGet, Path: "/", May: auth.Everyone, Handle: s.showToday},
			{Method: http.MethodGet, Path: "/today/:kind", May: auth.Staff, Handle: s.showWaiting},
		},
	}
}

type todayPage struct {
	page.Frame
	On     civil.Date
	Groups []waitingGroup // of a manager without items
	Tiles  []tile
	Notice string
	Ask    settings.Settings // whom users can ask
	Empty  bool              // nothing is registered yet
	Names  bool              // the user may see who waits
	Stuck  troubles          // for an administrator
}

// shownWaiting is how many of a kind the page shows; the rest is one click away.
const shownWaiting = 5

type waitingGroup struct {
	Kind  string // of office.WaitingKind
	Path  string // of all of them
	Count int
	Late  int // of which the day has passed
	Items []waitingItem
}

type waitingItem struct {
	office.Waiting
	Path string
	Late bool
}

type tile struct {
	Title string // an i18n key
	Value string
	Note  string
	Path  string
	Spark page.Spark
}

func (s *Staff) showToday(c *page.Context) error {
	t, err := s.Office.Waits(c.Ctx())
	if err != nil {
		return err
	}
	contents, err := s.Office.Contents(c.Ctx())
	if err != nil {
		return err
	}
	decided := s.Settings.Current(c.Ctx())
	data := &todayPage{Frame: page.Frame{Title: "today.title"}, On: t.On, Notice: decided.Notice, Ask: decided, Names: c.Can(auth.Staff), Empty: isEmpty(contents)}
	if c.Can(auth.Administrator) {
		if data.Stuck, err = s.troubles(c.Ctx()); err != nil {
			return err
		}
	}
	if c.Can(auth.Figures) {
		data.Tiles = tilesOf(c, t)
		for _, kind := range office.WaitingKinds {
			group := groupOf(t, kind)
			if !data.Names {
				group.Items, group.Path = nil, ""
			}
			group.Items = group.Items[:min(shownWaiting, len(group.Items))]
			data.Groups = append(data.Groups, group)
			s.sawWaiting(c, group.Items)
		}
	}
	return c.Render("staff/today", data)
}

type waitingPage struct {
	page.Frame
	Group waitingGroup
}

func (s *Staff) showWaiting(c *page.Context) error {
	kind := office.WaitingKind(c.Param("kind"))
	if !c.Lang.Has("today.kind." + string(kind)) {
		return errNoPage
	}
	t, err := s.Office.Waits(c.Ctx())
	if err != nil {
		return err
	}
	group := groupOf(t, kind)
	s.sawWaiting(c, group.Items)
	return c.Render("staff/waiting", &waitingPage{Frame: page.Frame{Title: "today.kind." + string(kind), Crumbs: []page.Crumb{{Label: "menu.today", Path: "/"}}}, Group: group})
}

// sawWaiting notes the households that a list has named.
func (s *Staff) sawWaiting(c *page.Context, items []waitingItem) {
	for _, item := range items {
		if item.Register == "placements" || item.Register == "households" {
			s.saw(c, "households", item.Label)
		}
	}
}

func groupOf(t *office.Today, kind office.WaitingKind) waitingGroup {
	g := waitingGroup{Kind: string(kind), Path: "/today/" + string(kind), Count: len(t.Waiting[kind])}
	for _, w := range t.Waiting[kind] {
		item := waitingItem{Waiting: w, Path: "/" + w.Register}
		if w.ID != "" {
			item.Path += "/" + w.ID
		}
		switch kind {
		case office.WaitingFollowUp, office.WaitingLease, office.WaitingLeaseIn, office.WaitingGuarantee, office.WaitingClaim:
			item.Late = w.Due < t.On
		}
		if item.Late {
			g.Late++
		}
		g.Items = append(g.Items, item)
	}
	return g
}

func tilesOf(c *page.Context, t *office.Today) []tile {
	words := c.Words()
	number := func(n int) string { text, _ := words.Number(n); return text } // an int always has a text
	percent := func(v *float64) string {
		text, _ := words.Percent(v) // so does a share
		if text == "" {
			return "–"
		}
		return text
	}
	line := func(of func(vacancy.Figures) *float64) []*float64 {
		var out []*float64
		for _, m := range t.Months {
			out = append(out, of(m.Figures))
		}
		return out
	}
	first, last := t.Months[0], t.Months[len(t.Months)-1]
	trend := func(key, from, to string, values []*float64) page.Spark {
		return page.NewSpark(c.T(key, map[string]any{"From": from, "Since": words.Month(first.Month), "To": to, "Until": words.Month(last.Month)}), values)
	}
	month := words.Month(last.Month)
	return []tile{
		{Title: "today.tile.vacant", Path: "/units", Value: c.T("today.of", map[string]any{"N": number(t.Units.Vacant), "All": number(t.Units.InService)}), Note: percent(t.Units.VacancyRate()),
			Spark: trend("today.trend.vacancy", percent(first.VacancyRate), percent(last.VacancyRate), line(func(f vacancy.Figures) *float64 { return f.VacancyRate }))},
		{Title: "today.tile.turnover", Path: "/reports/turnover", Value: number(last.MoveOuts), Note: month,
			Spark: trend("today.trend.outs", number(first.MoveOuts), number(last.MoveOuts), line(func(f vacancy.Figures) *float64 { return count(f.MoveOuts) }))},
		{Title: "today.tile.own_home", Path: "/reports/turnover", Value: number(last.MovedToOwnHome), Note: month,
			Spark: trend("today.trend.own_home", number(first.MovedToOwnHome), number(last.MovedToOwnHome), line(func(f vacancy.Figures) *float64 { return count(f.MovedToOwnHome) }))},
	}
}
