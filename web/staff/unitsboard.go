package staff

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/page"
)

// boardSpans are how far back a timeline on the board can go, in days.
var boardSpans = []int{365, 730, 1095}

// unitsOnPage is how many units the board shows at once: those that somebody
// should act on stand first.
const unitsOnPage = 25

// findingsOnBoard is how many findings stand below it.
const findingsOnBoard = 20

// bar is a segment of a timeline as it is drawn: X and Width in days.
type bar struct {
	vacancy.Segment
	X, Width int
}

// boardRow is a unit on the board.
type boardRow struct {
	ID       string
	Unit     vacancy.Unit
	Now      vacancy.Segment
	Days     int // in the state so far
	Void     int // days empty within the time shown
	LeaseEnd bool
	Bars     []bar
}

type unitsPage struct {
	page.Frame
	On     civil.Date
	Rows   []boardRow
	Found  int // on all pages
	Pages  page.Pagination
	Counts []phaseCount
	Query  unitsQuery
	Form   *page.Form
	Names  bool // the user may see households
	Files  listFiles
	Span   int
	Spans  []spanChoice
	// What in the history someone should look at, where the user may see households.
	Findings    []findingLine
	FindingsAll int    // how many there are
	All         string // path of the board without a state
}

// spanChoice is a length of the timelines that can be chosen.
type spanChoice struct {
	Years   int
	Days    int
	Path    string
	Current bool
}

type phaseCount struct {
	Phase   vacancy.Phase
	N       int
	Path    string
	Current bool
}

// unitsQuery is what the address asks the board for.
type unitsQuery struct {
	State string // a vacancy.Phase; "" is all that are in use
	Text  string // a part of the reference or the address
}

func unitsQueryOf(c *page.Context) unitsQuery {
	return unitsQuery{c.Query("state"), strings.TrimSpace(c.Query("q"))}
}

// names reports whether the text of the query is in what a unit is called.
func (q unitsQuery) names(u *vacancy.Unit) bool {
	return q.Text == "" || strings.Contains(strings.ToLower(u.UnitRef+"\n"+u.Address), strings.ToLower(q.Text))
}

func (q unitsQuery) has(phase vacancy.Phase) bool {
	return q.State == "" && phase != vacancy.PhaseClosed || q.State == string(phase)
}

func (s *Staff) showUnits(c *page.Context) error {
	h, err := s.Office.History(c.Ctx())
	if err != nil {
		return err
	}
	ids, err := s.Office.UnitIDs(c.Ctx())
	if err != nil {
		return err
	}
	p := &unitsPage{Frame: page.Frame{Title: "units.title", Wide: true}, On: s.Office.Today(), Query: unitsQueryOf(c), Form: c.NewForm(c.Request.URL.Query(), 0), Names: c.Can(auth.Staff), Span: boardSpans[0]}
	for _, days := range boardSpans {
		if c.Query("days") == strconv.Itoa(days) {
			p.Span = days
		}
	}
	for _, days := range boardSpans {
		p.Spans = append(p.Spans, spanChoice{days / 365, days, c.With("days", strconv.Itoa(days)), days == p.Span})
	}
	p.fill(c, unitsOn(h, p.On, p.Query.names), ids)
	if p.Names && c.PageNumber() == 1 {
		found := h.Findings(p.On)
		p.FindingsAll = len(found)
		if p.Findings, err = s.findingLines(c, found[:min(len(found), findingsOnBoard)], ids); err != nil {
			return err
		}
	}
	p.All, p.Files = c.With("state", ""), filesOf(c, "units", true)
	return c.Render("staff/units", p)
}

// fill adds the page of the units that the query leaves, and how many there are in
// each state.
func (p *unitsPage) fill(c *page.Context, units []unitOn, ids map[string]string) {
	counts := map[vacancy.Phase]int{}
	for i := range units {
		counts[units[i].now.Phase]++
	}
	for _, phase := range vacancy.Phases {
		if counts[phase] > 0 {
			p.Counts = append(p.Counts, phaseCount{phase, counts[phase], c.With("state", string(phase)), p.Query.State == string(phase)})
		}
	}
	shown := slices.DeleteFunc(units, func(u unitOn) bool { return !p.Query.has(u.now.Phase) })
	slices.SortStableFunc(shown, func(a, b unitOn) int {
		return cmp.Or(cmp.Compare(urgency(a.now.Phase), urgency(b.now.Phase)), cmp.Compare(a.now.From, b.now.From))
	})
	p.Found = len(shown)
	shown, p.Pages = page.Cut(c, shown, unitsOnPage)
	from := p.On + 1 - civil.Date(p.Span)
	for _, u := range shown {
		row := boardRow{ID: ids[u.line.Unit.UnitRef], Unit: u.line.Unit, Now: u.now, Days: int(p.On-u.now.From) + 1, Bars: barsOf(u.line.Segments, from)}
		row.LeaseEnd = row.Unit.LeaseInEnds != 0 && row.Unit.LeaseInEnds < p.On+180
		for _, b := range row.Bars {
			switch b.Phase {
			case vacancy.PhaseVacant, vacancy.PhaseMaking, vacancy.PhaseReserved:
				row.Void += b.Width
			}
		}
		p.Rows = append(p.Rows, row)
	}
}

// unitOn is a unit on a day, with all that led there.
type unitOn struct {
	line vacancy.Timeline
	now  vacancy.Segment
}

// unitsOn returns the units that are wanted as they stand on a day. Timelines begin
// with the first service of any, since the days in a state may be more than those drawn.
func unitsOn(h *vacancy.History, on civil.Date, wanted func(*vacancy.Unit) bool) (out []unitOn) {
	for _, line := range h.Timelines(vacancy.Period{From: firstService(h, on), To: on + 1}) {
		if wanted(&line.Unit) {
			now, _ := line.At(on)
			out = append(out, unitOn{line, now})
		}
	}
	return out
}

// unitsIn returns the references of the units that a board shows on a day, on all
// its pages.
func unitsIn(h *vacancy.History, on civil.Date, q unitsQuery) (refs []string) {
	for _, u := range unitsOn(h, on, q.names) {
		if q.has(u.now.Phase) {
			refs = append(refs, u.line.Unit.UnitRef)
		}
	}
	return refs
}

// urgency is the place of a phase on the board: what someone should act on stands
// first, the longest first.
func urgency(p vacancy.Phase) int {
	order := []vacancy.Phase{vacancy.PhaseVacant, vacancy.PhaseMaking, vacancy.PhaseOutOfOrder, vacancy.PhaseReserved, vacancy.PhaseNotice, vacancy.PhaseOccupied, vacancy.PhaseClosed}
	return slices.Index(order, p)
}

// barsOf returns the segments as they are drawn from a day on.
func barsOf(segments []vacancy.Segment, from civil.Date) []bar {
	var bars []bar
	for _, s := range segments {
		if start := max(s.From, from); s.To > start {
			bars = append(bars, bar{s, int(start - from), int(s.To - start)})
		}
	}
	return bars
}

// firstService returns the first day of any unit's service, or the day before which
// nothing is asked for.
func firstService(h *vacancy.History, day civil.Date) civil.Date {
	for i := range h.Units {
		if from := h.Units[i].InServiceFrom; from != 0 {
			day = min(day, from)
		}
	}
	return day
}
