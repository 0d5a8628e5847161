// Package reports writes the workbooks that leave the office: the month's
// turnover of the transitional units, and the matches of households and
// listings. The figures are computed elsewhere; here they get their sheets,
// words and charts, with the formulas that let a reader see that the sheets
// agree with one another.
package reports

import (
	"io"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/matching/placements"
)

// TurnoverInput is what the turnover workbook is made of.
type TurnoverInput struct {
	Municipality string      // its name: Rana, or Rana kommune; "" leaves it out
	Month        civil.Month // the month reported
	Made         civil.Date  // the day the workbook is made; zero leaves it out
	vacancy.History
	Placements []Placement      // the steps that are dated in the month, in the order to show
	Waiting    []Waiting        // at the month's close
	Supply     landlords.Supply // of the month
	Restated   []Restated       // months that were sent before and have changed since, in order
}

// Placement is a step of a placement.
type Placement struct {
	Household string           // the household's reference, never a name
	Persons   int              // in the household; 0 where not known
	Listing   string           // the listing's reference or address
	Step      placements.Kind  // what happened
	State     placements.State // after it
	Came      bool             // the placement came to the state by it: it was at another before
	Date      civil.Date
	Decline   *placements.Decline // of a decline: who declined, and why
}

// Month is what the workbooks of a month tell, in whatever language. What they need
// is computed when the first of a kind is written, and once. It is not safe for
// concurrent use.
type Month struct {
	in   TurnoverInput
	full *counted
	open *released
}

// NewMonth returns the month of the input. Errors: Invalid without a month.
func NewMonth(in TurnoverInput) (*Month, error) {
	if in.Month.First.IsZero() {
		return nil, apperr.New(apperr.Invalid, "A turnover workbook needs a month.")
	}
	return &Month{in: in}, nil
}

// Turnover writes the full workbook as .xlsx: summary with
// charts, the periods that it is compared with and the year's municipal figures,
// the month by ownership, size, area and purpose, movements, voids, units at the
// month's close with their details, placements and their outcomes, ready households
// waiting, listings and landlords won and lost, restated months, what every figure
// means, and the control that it all adds up. Everything in it follows from
// the units and stays, so the same input gives the same sheets. Errors: TooLarge
// where a sheet would have more rows than a workbook holds; and those of w.
func (m *Month) Turnover(w io.Writer, lang i18n.Lang) (err error) {
	defer apperr.Annotate(&err, "reports.Turnover(%v)", lang)
	if m.full == nil {
		m.full = count(m.in)
	}
	r := &turnoverReport{book: newBook(lang), counted: m.full}
	r.spans = r.periodColumns()
	r.named(r.heading()+", "+r.monthName(r.in.Month), r.in.Made)
	r.plan()
	r.summary()
	r.periods()
	r.splitSheet()
	r.movements()
	r.voids()
	r.states()
	r.details()
	r.placements()
	r.outcomes()
	r.waiting()
	r.supply()
	r.restated()
	r.definitions()
	r.control()
	return r.write(w)
}

// turnoverReport is the workbook with the facts behind it. Sheets refer to one
// another's cells before these are written, so rows has where they will stand.
type turnoverReport struct {
	*book
	*counted
	spans []periodColumn
	rows  rows
}

// counted is what the full workbook tells, in no language.
type counted struct {
	in     TurnoverInput
	period vacancy.Period

	ledger               *vacancy.Ledger
	now, before, yearAgo facts
	year                 []vacancy.MonthFigures // twelve months, this one last
	moves                []vacancy.Movement
	empty                []vacancy.Void
	close                []vacancy.UnitState
	lines                []vacancy.Timeline // of the units in close, over the last year
	findings             []vacancy.Finding
	accounts             []vacancy.Account // of the periods, in the order of periodColumns
	years                []vacancy.YearEnd // last year's and this year's
	splits               []split
}

// facts are the figures of one month with the units as they stood at its close.
type facts struct {
	vacancy.MonthFigures
	units      vacancy.Counts
	cost       vacancy.VoidCost
	in, out    vacancy.Heads
	outOfOrder int // unit-days
}

func count(in TurnoverInput) *counted {
	l := in.Ledger()
	c := &counted{in: in, ledger: l, period: vacancy.MonthPeriod(in.Month)}
	c.now, c.before, c.yearAgo = factsOf(l, in.Month), factsOf(l, in.Month.Add(-1)), factsOf(l, in.Month.Add(-12))
	c.year = l.Series(in.Month.Add(-11), 12)
	c.moves = l.Movements(c.period)
	c.empty = longestFirst(l.Voids(c.period))
	c.close = l.StateAt(c.period.To - 1)
	c.findings = in.Findings(c.period.To)
	c.lines = in.Timelines(vacancy.Period{From: in.Month.Add(-11).First, To: c.period.To})
	for _, by := range vacancy.Dimensions {
		c.splits = append(c.splits, split{by, in.Split(by, c.period)})
	}
	year, _, _ := in.Month.First.YMD()
	c.years = []vacancy.YearEnd{l.YearEnd(year-1, 0), l.YearEnd(year, c.period.To)}
	for _, p := range comparedPeriods(in.Month) {
		c.accounts = append(c.accounts, l.Account(p))
	}
	return c
}

func factsOf(l *vacancy.Ledger, m civil.Month) facts {
	a := l.Account(vacancy.MonthPeriod(m))
	return facts{MonthFigures: vacancy.MonthFigures{Month: m, Figures: a.Figures}, units: a.Close, cost: a.Cost, in: a.In, out: a.Out, outOfOrder: a.OutOfOrderDays}
}

// heading returns "Gjennomgangsboliger i Rana kommune".
func (r *turnoverReport) heading() string {
	name := r.municipality(r.in.Municipality)
	if name == "" {
		return r.say("turnover.title_bare")
	}
	return r.tell("turnover.title", map[string]any{"Municipality": name})
}

// municipality returns the name with the word municipality where it has none.
func (b *book) municipality(name string) string {
	name = strings.TrimSpace(name)
	lower := strings.ToLower(name)
	if name == "" || strings.Contains(lower, "kommune") || strings.Contains(lower, "municipality") {
		return name
	}
	return b.tell("municipality", map[string]any{"Name": name})
}

// under returns the line under a sheet's title.
func (r *turnoverReport) under(key string) string {
	line := r.monthName(r.in.Month)
	if key != "" {
		line += " · " + r.say(key)
	}
	return line
}
