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

// Placement is a step of a placement. Outcome is words in the workbook's language.
type Placement struct {
	Household string // the household's reference, never a name
	Persons   int    // in the household; 0 where not known
	Listing   string // the listing's reference or address
	State     placements.State
	Date      civil.Date // when the state was reached
	Outcome   string     // of a decline: who declined, and why
}

// Turnover writes the turnover workbook of a month as .xlsx: summary with
// charts, the periods that it is compared with and the year's municipal figures,
// the month by ownership, size, area and purpose, movements, voids, units at the
// month's close with their details, placements and their outcomes, ready households
// waiting, listings and landlords won and lost, restated months, what every figure
// means, and the control that it all adds up. Everything in it follows from
// the units and stays, so the same input gives the same sheets. Errors:
// Invalid without a month; TooLarge where a sheet would have more rows than a
// workbook holds; and those of w.
func Turnover(w io.Writer, lang i18n.Lang, in TurnoverInput) (err error) {
	defer apperr.Annotate(&err, "reports.Turnover(%v)", lang)
	if in.Month.First.IsZero() {
		return apperr.New(apperr.Invalid, "A turnover workbook needs a month.")
	}
	r := newTurnoverReport(lang, in)
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
	spans                []periodColumn
	years                []vacancy.YearEnd // last year's and this year's
	splits               []split
	rows                 rows
}

// facts are the figures of one month with the units as they stood at its close.
type facts struct {
	vacancy.MonthFigures
	units      vacancy.Counts
	cost       vacancy.VoidCost
	in, out    vacancy.Heads
	outOfOrder int  // unit-days
	lostRent   *int // NOK over the voids of units whose rent is known; nil where none has
}

func newTurnoverReport(lang i18n.Lang, in TurnoverInput) *turnoverReport {
	ledger := in.Ledger()
	r := &turnoverReport{in: in, ledger: ledger, period: vacancy.MonthPeriod(in.Month)}
	r.now, r.before, r.yearAgo = factsOf(ledger, in.Month), factsOf(ledger, in.Month.Add(-1)), factsOf(ledger, in.Month.Add(-12))
	r.year = ledger.Series(in.Month.Add(-11), 12)
	r.moves = ledger.Movements(r.period)
	r.empty = longestFirst(ledger.Voids(r.period))
	r.close = ledger.StateAt(r.period.To - 1)
	r.findings = in.Findings(r.period.To)
	r.lines = in.Timelines(vacancy.Period{From: in.Month.Add(-11).First, To: r.period.To})
	for _, by := range vacancy.Dimensions {
		r.splits = append(r.splits, split{by, in.Split(by, r.period)})
	}
	year, _, _ := in.Month.First.YMD()
	r.years = []vacancy.YearEnd{ledger.YearEnd(year-1, 0), ledger.YearEnd(year, r.period.To)}
	r.book = newBook(lang)
	r.spans = r.periodColumns(ledger)
	r.named(r.heading()+", "+r.monthName(in.Month), in.Made)
	r.plan()
	return r
}

func factsOf(l *vacancy.Ledger, m civil.Month) facts {
	a := l.Account(vacancy.MonthPeriod(m))
	f := facts{MonthFigures: vacancy.MonthFigures{Month: m, Figures: a.Figures}, units: a.Close, cost: a.Cost, in: a.In, out: a.Out, outOfOrder: a.OutOfOrderDays}
	for _, v := range l.Voids(vacancy.MonthPeriod(m)) {
		if v.LostRent != nil {
			if f.lostRent == nil {
				f.lostRent = new(int)
			}
			*f.lostRent += *v.LostRent
		}
	}
	return f
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
